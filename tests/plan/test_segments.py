"""Borders to walk: every metre between two grids is in one piece of one segment."""

import pytest
from towns import town

from gridkit.plan.segments import segments, walk_code


def test_every_border_between_grids_is_in_one_segment():
    plan = town(8, 2)
    found = segments(plan)
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    grid = plan.units["grid_id"]
    cut = plan.borders["unit_id"].map(grid) != plan.borders["neighbour"].map(grid)
    assert sum(each.metres for each in found) == pytest.approx(plan.borders.loc[cut, "shared_m"].sum())
    named = [border for each in found for piece in each.pieces for border in piece.borders]
    assert sorted(named) == sorted(plan.borders.index[cut])
    assert len({each.grids for each in found}) == len(found)


def test_pieces_say_what_they_follow_and_why():
    plan = town(8, 2)
    pieces = [piece for each in segments(plan) for piece in each.pieces]
    river = next(piece for piece in pieces if piece.feature == "river")
    assert river.name == "南河"
    assert river.reason.said("zh").startswith("不便穿越")
    assert all(piece.letter == "abc"[at] for each in segments(plan) for at, piece in enumerate(each.pieces))


def test_the_check_code_is_that_of_the_grids():
    plan = town()
    assert walk_code(plan) == walk_code(town())
    assert walk_code(plan) != walk_code(town(8, 2))
    assert walk_code(plan).isalpha()
