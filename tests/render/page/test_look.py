"""How a page looks, from its table of colours and coats."""

from __future__ import annotations

import re

import pytest

from gridkit.render.colour import TINTS
from gridkit.render.page.look import EDGE_PX, LINE_PX, VEIL, colours, ground, look, over


def test_every_colour_has_a_light_and_a_dark_side():
    for name, pair in look()["colours"].items():
        assert len(pair) == 2, name
        assert all(re.fullmatch(r"#[0-9a-f]{6}|rgba\([\d,.]+\)", each) for each in pair), name
    assert colours()["tints"] == list(TINTS)


def test_every_coat_is_of_a_colour_there_is():
    for coat in look()["ground"]:
        assert coat["colour"] in look()["colours"], coat


def test_only_tables_that_are_there_are_drawn_in_the_order_of_the_list():
    listed = [coat["table"] for coat in look()["ground"]]
    last, first = listed[-1], listed[0]
    drawn = ground({last: None, first: None, "not on any page": None})
    assert [coat["table"] for coat in drawn] == [table for table in listed if table in (first, last)]
    assert not any(coat["over"] for coat in drawn)
    assert ground({}) == []


@pytest.mark.parametrize("mark", sorted(look()["over"]))
def test_a_mark_over_the_grids_stands_out_from_dark_classes(mark):
    line, area = over(mark, "faults", "k", 1), over(mark, "faults", "k", 2)
    assert [(coat["colour"], coat["width"]) for coat in line] == [("edge", EDGE_PX), (mark, LINE_PX)]
    assert area[0]["colour"] == VEIL
    assert area[1]["hatch"] == look()["over"][mark]["hatch"]
    assert all(coat["over"] and (coat["table"], coat["key"]) == ("faults", "k") for coat in line + area)


def test_only_marks_that_are_dashed_have_a_dash():
    for mark, style in look()["over"].items():
        for coats in (over(mark, "t", "k", 1), over(mark, "t", "k", 2)):
            assert coats[-1].get("dash") == style.get("dash")
