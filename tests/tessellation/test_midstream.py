"""Borders in wide water: two units of one bank share what they share on land, two banks the middle of the river."""

import numpy as np
import pytest
import shapely
from scenes import area, district, extract, way
from shapely.geometry import box

from gridkit.band import Band
from gridkit.plan import arrays
from gridkit.tessellation import barriers, borders, midstream
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.shapes import blocks, shores

RIVER = box(-10, 200, 2_010, 280)
"""A river of 80 m: half of it, 40 m, is before either bank."""
STREETS = [way((1_000, y), (1_000, end)) for y, end in ((-10, 200), (280, 510))]


@pytest.fixture(scope="module")
def town():
    """Return four blocks, two on either bank, and their borders: streets of 200 and 220 m, and the river."""
    features = extract(roads=STREETS, water=[area(RIVER, "river", name="Reed River")])
    lines = barriers.select(features)
    units = blocks.enclose(district(box(0, 0, 2_000, 500)), lines, features)
    units = shores.shared_out(units, features, Rules())
    return units, borders.touching(units, lines, features)


def on_bank(units, joined, y):
    """Return the one border of the two units of a bank, by a line along it."""
    mine = units.index[units.intersects(shapely.LineString([(10, y), (1_990, y)]))]
    return joined[joined["unit_id"].isin(mine) & joined["neighbour"].isin(mine)].iloc[0]


@pytest.mark.parametrize(("y", "metres"), [(50, 200.0), (450, 220.0)])
def test_a_border_on_land_counts_nothing_of_how_it_goes_on_in_the_water(town, y, metres):
    units, joined = town
    border = on_bank(units, joined, y)
    assert border["shared_m"] == border["feature_m"] == border["joining_m"] == pytest.approx(metres, abs=0.1)
    assert border["feature"] == "street"
    assert border.geometry.length == pytest.approx(metres + 40, abs=1)


def test_the_outline_of_a_grid_leaves_out_what_its_borders_do(town):
    units, joined = town
    made, _ = arrays.problem(units.assign(people=1.0), joined, arrays.Aim("people", Band(1, 2, 2)))
    south = np.flatnonzero(units.centroid.y < 240)
    both = shapely.union_all(units.geometry.to_numpy()[south])
    inner = np.isin(made.edges, south).all(axis=1)
    assert made.perimeters[south].sum() - 2 * made.border_m[inner].sum() == pytest.approx(both.length, abs=0.1)


def test_the_middle_of_a_river_is_the_border_of_its_banks():
    along = np.array([[(0, 240), (50, 240)], [(50, 240), (60, 243)]], dtype=float)
    across = np.array([[(50, 200), (50, 240)], [(50, 200), (60, 230)], [(50, 100), (50, 200)]], dtype=float)
    banks = np.array([box(0, 0, 2_000, 240), box(0, 240, 2_000, 500)], dtype=object)
    water, wide = np.array([RIVER], dtype=object), np.ones(1, dtype=bool)

    def asked(segments, water=water, wide=wide):
        return midstream.uncounted(segments, np.zeros(len(segments), dtype=int), banks, water, wide).tolist()

    assert asked(along) == [False, False]
    assert asked(across) == [True, True, False]
    # Where there is nothing else it is all that two units share.
    assert asked(across[:2]) == [False, False]
    assert asked(across[2:]) == [False]
    assert asked(across, wide=~wide) == asked(across, water[:0], wide[:0]) == [False] * 3
    assert asked(across[:0]) == []
