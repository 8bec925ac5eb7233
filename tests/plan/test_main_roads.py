"""Main roads inside grids: rows of squares of 100 m, with a main road between the second and the third."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, box

from gridkit.band import Band
from gridkit.catalog.presets import Rule
from gridkit.plan import main_roads
from gridkit.plan.audit import rules
from gridkit.plan.audit.audited import Audited
from gridkit.tables import Extract
from gridkit.tessellation import barriers, borders

CRS = 32650


def row(people, grids, kind="primary", **columns):
    """Return units in a row, west to east, and their borders; the road runs along x = 200."""
    count = len(people)
    names = pd.Index([f"u{i}" for i in range(count)], name="unit_id")
    shapes = [box(100 * i, 0, 100 * i + 100, 100) for i in range(count)]
    frame = {"parent": "p", "kind": "block", "people": np.asarray(people, float), "grid_id": list(grids), **columns}
    units = gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS, index=names).assign(area_m2=10_000.0)
    way = gpd.GeoDataFrame(
        {"kind": [kind], "name": ["Long Road"]}, geometry=[LineString([(200, 0), (200, 100)])], crs=CRS
    )
    known = Extract({"roads": way}, way.crs)
    return units, borders.touching(units, barriers.select(known), known)


def reasons(units, joined, band):
    inside = main_roads.straddled(units, joined)
    grids = pd.Index(sorted(inside["grid_id"].unique()))
    return {name: str(why) for name, why in main_roads.why_straddled(units, joined, "people", band, grids).items()}


def test_a_road_between_two_grids_is_inside_none():
    assert len(main_roads.straddled(*row([5, 5, 5, 5], "aabb"))) == 0


def test_a_road_inside_a_grid_is_named_with_its_metres():
    inside = main_roads.straddled(*row([5, 5, 5, 5], "abbc"))
    assert inside[["grid_id", "name", "metres"]].to_numpy().tolist() == [["b", "Long Road", 100.0]]


def test_what_does_not_add_up_between_roads_has_no_other_way():
    assert reasons(*row([5, 9, 3, 7], "abbc"), Band(9, 10, 12)) == {
        "b": "no other way: the 14 between main roads there cannot be split into 9 to 12"
    }


def test_what_adds_up_on_both_sides_is_not_called_forced():
    assert reasons(*row([5, 5, 5, 5], "abbc"), Band(9, 10, 11)) == {"b": str(main_roads.NOT_PROVEN)}


def test_a_compound_on_both_sides_is_the_reason():
    units, joined = row([5, 5, 5, 5], "abbc", group=[None, "k", "k", None])
    assert reasons(units, joined, Band(9, 10, 11)) == {"b": "compound k lies on both sides of the road"}


@pytest.mark.parametrize("seed", range(20))
def test_no_plan_of_the_band_contradicts_that_there_is_no_other_way(seed):
    """Every plan of five units in a row, by brute force: where it is said to have no other way, none has one."""
    rng = np.random.default_rng(seed)
    people, band = rng.integers(1, 9, 5), Band(6, 8, 10)
    sound, avoids = [], []
    for cuts in range(16):
        grid = np.concatenate([[0], np.cumsum([cuts >> i & 1 for i in range(4)])])
        held = np.bincount(grid, people)
        if not band.outside(held).any():
            sound.append(grid)
            avoids.append(grid[1] != grid[2])
    for grid in sound:
        names = [f"g{g}" for g in grid]
        said = reasons(*row(people, names), band)
        for why in said.values():
            assert not (why.startswith("no other way") and any(avoids)), people


def test_the_rule_counts_grids_and_does_not_apply_where_no_road_is_main():
    units, joined = row([5, 9, 3, 7], "abbc")
    asked = Audited(
        units.dissolve("grid_id")[["geometry"]].assign(parent="p"),
        pd.Series(dtype=str),
        units,
        joined,
        None,
        {},
        "people",
        Band(9, 10, 12),
    )
    limit = Rule("test", limit=50)
    found = rules.main_roads(asked, limit)
    assert (found.value, list(found.reasons), str(found.why)) == (
        1.0,
        ["b"],
        "1 of them has no other way, or a compound on both sides",
    )
    units, joined = row([5, 9, 3, 7], "abbc", kind="residential")
    quiet = rules.main_roads(Audited(asked.grids, asked.codes, units, joined, None, {}, "people", asked.band), limit)
    assert quiet.value is None


def test_without_a_range_of_size_nothing_forces_a_road_inside():
    assert reasons(*row([5, 9, 3, 7], "abbc"), None) == {"b": "no range of size is known that would ask for it"}


def test_ground_of_an_institution_is_no_way_for_others():
    free, joined = row([9, 0, 9, 9], "abbc")
    mark = pd.Series(["Q Works", None, None, None], index=free.index, dtype=object)
    works = free.assign(dedicated=mark)
    # With the institution's nine the cell west of the road fits; without them nobody lives there.
    assert reasons(free, joined, Band(9, 9, 9)) == {"b": str(main_roads.NOT_PROVEN)}
    assert reasons(works, joined, Band(9, 9, 9)) == {"b": "it takes in ground between main roads where nobody lives"}
