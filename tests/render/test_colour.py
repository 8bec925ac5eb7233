from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.band import Band
from gridkit.catalog.columns import Measure
from gridkit.errors import DefinitionError
from gridkit.language.phrases import Text
from gridkit.render.colour import ANCHORS, breaks, classes, lit, tints

TITLE = Text(en="x", zh="x")
VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=60)


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [name for name in ANCHORS if name != "PuOr"])
def test_a_sequential_palette_only_gets_darker_so_that_grey_print_keeps_its_order(palette):
    light = [luminance(colour) for colour in classes(palette, 5)]
    assert light == sorted(light, reverse=True)


@pytest.mark.parametrize("palette", [name for name in ANCHORS if name != "PuOr"])
@pytest.mark.parametrize("count", [2, 5, 7])
def test_on_a_dark_ground_more_is_brighter(palette, count):
    bright = [luminance(colour) for colour in lit(palette, count)]
    assert bright == sorted(bright)
    assert bright[-1] > 3 * bright[0]


def test_on_a_dark_ground_a_diverging_palette_is_darkest_in_its_middle_and_one_class_is_neither_end():
    first, _, middle, _, last = (luminance(colour) for colour in lit("PuOr", 5))
    assert middle < min(first, last) / 3
    (alone,) = lit("OrRd", 1)
    assert luminance(lit("OrRd", 2)[0]) < luminance(alone) < luminance(lit("OrRd", 2)[1])


def test_a_diverging_palette_is_lightest_in_its_middle():
    light = [luminance(colour) for colour in classes("PuOr", 5)]
    assert max(light) == light[2]


@pytest.mark.parametrize("way", ["quantiles", "equal", "natural", "band"])
@given(values=VALUES)
def test_breaks_rise_and_are_fewer_than_the_classes(way, values):
    found = breaks(Measure("x", TITLE, breaks=way, digits=1), np.array(values), None)
    assert found == sorted(set(found))
    assert len(found) < 5


@pytest.mark.parametrize("values", [[18399.0, 19885, 21090], [1.0, 2], [0.0, 3, 4, 9]])
def test_few_values_have_a_class_each_and_none_is_empty(values):
    edges = breaks(Measure("m", TITLE, breaks="quantiles"), np.array(values), None)
    assert np.bincount(np.searchsorted(edges, values, side="right")).tolist() == [1] * len(values)


def test_natural_breaks_part_what_lies_apart():
    values = np.array([1, 1.1, 0.9, 10, 10.2, 9.9, 50, 51, 49.0])
    assert breaks(Measure("x", TITLE, breaks="natural", classes=3, digits=1), values, None) == [9.9, 49.0]


def test_none_is_a_class_of_its_own_where_many_have_none():
    values = np.array([0.0] * 40 + [12, 210, 320, 490, 640, 790, 880, 970, 1210, 1300])
    found = breaks(Measure("x", TITLE), values, None)
    assert found[0] == 1
    assert len(found) == 4
    assert min(np.histogram(values, [0, *found, 2000])[0]) >= 1
    assert breaks(Measure("x", TITLE), np.arange(20.0), None)[0] > 1


def test_a_band_is_one_class_with_two_on_either_side():
    values = np.linspace(0, 2000, 50)
    found = breaks(Measure("x", TITLE, breaks="band"), values, Band(900, 1000, 1100))
    assert found == pytest.approx([800, 900, 1100, 1200])
    share = breaks(Measure("x", TITLE, breaks="band", percent=True), values / 1000 - 1, Band(900, 1000, 1100))
    assert share == pytest.approx([-0.2, -0.1, 0.1, 0.2])


def test_an_unknown_way_or_palette_is_named():
    with pytest.raises(DefinitionError, match="thirds"):
        breaks(Measure("x", TITLE, breaks="thirds"), np.arange(5.0), None)
    with pytest.raises(DefinitionError, match="viridis"):
        classes("virids", 5)


@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=60))
def test_neighbours_never_share_a_tint(pairs):
    found = tints(15, pairs)
    assert all(a == b or found[a] != found[b] for a, b in pairs)


def test_a_map_of_squares_takes_few_tints():
    side = 12
    pairs = [(r * side + c, r * side + c + 1) for r in range(side) for c in range(side - 1)]
    pairs += [(r * side + c, (r + 1) * side + c) for r in range(side - 1) for c in range(side)]
    assert len(set(tints(side * side, pairs))) <= 3
