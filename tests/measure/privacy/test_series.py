"""Sheets that tell nothing by themselves are judged together, and what comes next is withheld until nothing is told."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridkit.measure.privacy.series import Counted, Sheet, columns_of, judged, withheld

LIMIT = 10
ALL = (("p",),)


def counted(*rows, rivals=()):
    """Return what was counted: rows of how many, the grid in each of two layouts, and the columns that count it."""
    table = pd.DataFrame([(n, "p", *grids) for n, grids, _ in rows], columns=["n", "parent", "old", "new"])
    names = sorted({name for *_, columns in rows for name in columns})
    flags = pd.DataFrame([[name in columns for name in names] for *_, columns in rows], columns=names)
    return Counted(table, flags, rivals)


ONE_MOVED = counted((35, "gg", "A"), (1, "gh", "A"), (20, "hh", "A"), (50, "kk", "A"))
OLD = Sheet("old", ("A",), groups=ALL)
NEW = Sheet("new", ("A",), groups=ALL)


def test_two_editions_around_a_moved_unit_tell_what_lives_in_it():
    alone, both = judged(ONE_MOVED, [OLD], LIMIT), judged(ONE_MOVED, [OLD, NEW], LIMIT)
    assert (alone.small, alone.told) == (0, 0)
    assert (both.small, both.told, both.most, both.least) == (1, 1, 1.0, 1.0)


def test_the_second_edition_withholds_the_grids_on_both_sides_of_the_move_and_no_other():
    sheet = withheld(ONE_MOVED, [OLD], NEW, LIMIT)
    assert sheet.hidden == {"g", "h"}
    verdict = judged(ONE_MOVED, [OLD, sheet], LIMIT)
    assert verdict.told == 0
    assert verdict.least >= LIMIT


def test_a_second_edition_of_the_same_grids_is_the_same():
    same = replace(OLD, hidden=frozenset("g"))
    assert withheld(ONE_MOVED, [same], same, LIMIT) == same


TWO_HALVES = counted(
    (40, "gg", "TA"), (3, "gg", "TB"), (20, "hh", "TA"), (30, "hh", "TB"), (5, "kk", "TA"), (50, "kk", "TB")
)
WHOLE, ONE = Sheet("old", ("T",), groups=ALL), Sheet("old", ("A",), frozenset("gk"), ALL)
REST = Sheet("old", ("B",), frozenset("gh"), ALL)


def test_a_layer_its_complement_and_their_sum_tell_every_small_count():
    assert judged(TWO_HALVES, [WHOLE, ONE], LIMIT).told == 0
    assert judged(TWO_HALVES, [ONE, REST], LIMIT).told == 0
    assert judged(TWO_HALVES, [WHOLE, ONE, REST], LIMIT).told == 2


def test_the_complement_is_withheld_where_the_layer_is():
    sheet = withheld(TWO_HALVES, [WHOLE, ONE], REST, LIMIT)
    assert sheet.hidden >= {"g", "h", "k"}
    assert judged(TWO_HALVES, [WHOLE, ONE, sheet], LIMIT).told == 0


def test_a_month_more_tells_the_month_and_is_withheld_where_it_is_small():
    months = counted(
        (30, "gg", ("first", "second")),
        (2, "gg", ("second",)),
        (40, "hh", ("first", "second")),
        (25, "hh", ("second",)),
        rivals=(("second", "first"),),
    )
    first, second = (Sheet("old", (name,), groups=ALL) for name in ("first", "second"))
    assert judged(months, [first, second], LIMIT).told == 1
    sheet = withheld(months, [first], second, LIMIT)
    assert sheet.hidden == {"g", "h"}
    assert judged(months, [first, sheet], LIMIT).told == 0


def test_where_nothing_is_large_enough_no_sum_may_be_known():
    few = counted((3, "gg", "A"), (2, "hh", "A"))
    sheet = withheld(few, [], Sheet("old", ("A",), frozenset("gh"), ALL), LIMIT)
    assert sheet.groups == ()
    assert judged(few, [sheet], LIMIT).told == 0
    assert judged(few, [replace(sheet, groups=ALL)], LIMIT).told == 2


def test_parents_are_put_together_before_no_sum_is_known():
    two = counted((3, "gg", "A"), (30, "hh", "A"), (40, "kk", "A"))
    two.table["parent"] = ["p", "q", "q"]
    sheet = withheld(two, [], Sheet("old", ("A",), frozenset("g"), (("p",), ("q",))), LIMIT)
    assert sheet.groups == (("p", "q"),)
    assert sheet.hidden == {"g", "h"}


def test_many_ones_behind_each_other_are_known_to_be_ones():
    ones = counted(*((1, (grid, grid), "A") for grid in "abcdefghijkl"))
    assert judged(ones, [Sheet("old", ("A",), frozenset("abcdefghijkl"), ALL)], LIMIT).told == 12


def test_a_longer_way_to_another_world_is_found_too():
    # No exchange of two pieces alone makes "now" large in g; moving earlier ones there and then turning them does.
    counts = counted(
        (1, "gg", "TB"), (2, "gg", "TN"), (6, "hh", "TB"), (6, "hh", "TN"), (20, "kk", "TB"), (20, "kk", "TN")
    )
    hidden = [Sheet("old", ("T",), frozenset("gh"), ALL), Sheet("old", ("N", "B"), frozenset("ghk"), ALL)]
    assert judged(counts, hidden, LIMIT).told == 0


def test_what_the_past_tells_by_itself_is_not_told_again_but_does_not_stop_the_rest():
    leaky = Sheet("new", ("A",), groups=ALL)
    third = counted((35, "gg", "A"), (1, "gh", "A"), (20, "hh", "A"), (4, "kk", "A"), (60, "ll", "A"))
    sheet = withheld(third, [OLD, leaky], Sheet("new", ("A",), frozenset("kl"), ALL), LIMIT)
    assert judged(third, [OLD, leaky, sheet], LIMIT).told == judged(third, [OLD, leaky], LIMIT).told


@pytest.mark.parametrize("limit", [0, 1])
def test_nothing_is_judged_where_nothing_is_small(limit):
    assert judged(ONE_MOVED, [OLD, NEW], limit).small == 0


def test_columns_are_named_once():
    assert columns_of([OLD, NEW, WHOLE]) == ["A", "T"]
