"""Rounds through the doors of who is due: lengths and counts by hand, straight across and along streets."""

from __future__ import annotations

import warnings
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point
from towns import METRES, town

import gridkit as gk
from gridkit.errors import GridkitWarning, TableError, UsageError

DAY = "2027-01-31"
OLD, NEW = "2025-01-01", "2027-01-30"
MINUTES, PACE = 15, 75


def register(spots, times=None):
    """Return households of the ordinary class, never visited unless a day is given."""
    return gpd.GeoDataFrame(
        {"last_visit": times or [OLD] * len(spots), "class": ["ordinary"] * len(spots)},
        geometry=[Point(*each) for each in spots],
        crs=METRES,
    )


def laid(spots, times=None, roads=(), **asked):
    """Return the layer of visits of a town of four grids of 200 m."""
    plan = town(4, 2)
    if roads:
        lines = gpd.GeoDataFrame(
            {"kind": ["residential"] * len(roads)}, geometry=[LineString(each) for each in roads], crs=METRES
        )
        plan = replace(plan, backdrop={"roads": lines.rename_axis("feature_id")})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridkitWarning)
        return gk.visits(plan, due=register(spots, times), asof=DAY, **asked).layers["visits"]


def test_without_streets_a_round_goes_straight_across():
    layer = laid([(10, 10), (70, 10), (40, 10)])
    routes = layer.tables["routes"]
    assert routes["metres"].tolist() == pytest.approx([120])
    assert routes["minutes"].tolist() == pytest.approx([120 / PACE + 3 * MINUTES])
    assert routes["doors"].tolist() == [3]
    assert layer.tables["points"]["due"].sum() == 3


def test_along_streets_a_round_leaves_them_at_each_door():
    layer = laid([(20, 60), (80, 60)], roads=[[(0, 50), (200, 50)]])
    route = layer.tables["routes"].iloc[0]
    assert route["metres"] == pytest.approx(2 * (10 + 60 + 10))
    assert shapely.length(route.geometry) == pytest.approx(160)


def test_an_office_is_where_a_round_begins():
    office = gpd.GeoDataFrame({"name": ["Elm House"]}, geometry=[Point(110, 10)], crs=METRES)
    layer = laid([(10, 10), (40, 10)], office=office)
    assert layer.tables["routes"]["metres"].tolist() == pytest.approx([200])


def test_doors_on_streets_in_pieces_have_a_round_for_each_piece_and_the_office_is_in_one():
    roads = [[(0, 50), (100, 50)], [(0, 150), (100, 150)]]
    office = gpd.GeoDataFrame({"name": ["Elm House"]}, geometry=[Point(10, 50)], crs=METRES)
    spots = [(20, 60), (80, 60), (20, 140), (60, 140)]
    for asked, offices in (({}, ["", ""]), ({"office": office}, ["Elm House", ""])):
        layer = laid(spots, roads=roads, **asked)
        routes = layer.tables["routes"]
        assert routes["piece"].tolist() == [1, 2]
        assert routes["doors"].tolist() == [2, 2]
        assert routes["office"].tolist() == offices
        assert layer.facts["unreached"] == 0
    assert routes["metres"].tolist() == pytest.approx([2 * (70 + 2 * 10), 2 * (40 + 2 * 10)])


def test_households_visited_are_on_no_round_and_count_in_coverage():
    layer = laid([(10, 10), (40, 10), (310, 310), (900, 900)], [OLD, NEW, NEW, NEW])
    grids = layer.tables["grids"]
    assert grids.loc["W00", ["households", "due", "visited", "coverage"]].tolist() == [2, 1, 1, 0.5]
    assert grids.loc["E11", "coverage"] == 1
    assert np.isnan(grids.loc["E01", "coverage"])
    assert layer.facts["outside"] == 1
    assert layer.tables["routes"]["area"].tolist() == ["W00"]


def test_where_nobody_is_due_there_is_no_round():
    layer = laid([(10, 10)], [NEW])
    assert (layer.facts["due"], layer.facts["visit_rounds"], layer.facts["visit_minutes"]) == (0, 0, 0)
    assert len(layer.tables["routes"]) == len(layer.tables["steps"]) == len(layer.tables["points"]) == 0


def test_a_door_that_no_way_leads_to_is_a_round_of_its_own():
    layer = laid([(20, 20), (60, 20), (20, 180)], roads=[[(0, 10), (90, 10)], [(0, 190), (90, 190)]])
    assert layer.facts["unreached"] == 0
    assert layer.tables["routes"][["piece", "doors"]].to_numpy().tolist() == [[1, 2], [2, 1]]


def test_two_walkers_share_the_doors():
    pytest.importorskip("pyvrp", reason="pyvrp is not installed: rounds of several walkers NOT checked")
    layer = laid([(10 + 15 * k, 10 + 60 * (k % 3)) for k in range(8)], walkers=2)
    routes = layer.tables["routes"]
    assert sorted(routes["walker"]) == [1, 2]
    assert routes["doors"].sum() == layer.tables["points"]["due"].sum() == 8


def test_no_round_is_longer_than_a_shift():
    pytest.importorskip("pyvrp", reason="pyvrp is not installed: rounds of several walkers NOT checked")
    layer = laid([(10 + 20 * k, 10) for k in range(8)], shift_hours=1)
    assert layer.tables["routes"]["minutes"].max() <= 60
    assert layer.tables["routes"]["doors"].sum() + layer.facts["unreached"] == 8


def test_a_grid_that_is_not_there_is_named():
    with pytest.raises(UsageError, match="no grid W0O"):
        laid([(10, 10)], grids="W0O")


def test_only_the_grids_that_are_asked_for_are_walked():
    assert laid([(10, 10), (310, 310)], grids="E11").tables["routes"]["area"].tolist() == ["E11"]


def test_a_plan_without_a_register_says_so():
    from gridkit.catalog import definitions
    from gridkit.recipes.layer import measured

    with pytest.raises(TableError, match="nobody is due"):
        measured(town(4, 2), definitions.layers()["visits"], definitions.layers())
