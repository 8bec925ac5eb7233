"""Patrols as a layer: what is told of walks whose lengths are counted by hand."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point
from towns import METRES, town

import gridkit as gk
from gridkit.errors import TableError, UsageError


@pytest.fixture(scope="module", autouse=True)
def _there():
    pytest.importorskip("rustworkx", reason="rustworkx is not installed: patrols NOT checked")


def place(*lines, kinds=None):
    """Return a town of four grids of 200 m with these streets."""
    table = gpd.GeoDataFrame(
        {"kind": kinds or ["residential"] * len(lines), "name": [f"Lane {k}" for k in range(len(lines))]},
        geometry=[LineString(each) for each in lines],
        crs=METRES,
    )
    return replace(town(4, 2), backdrop={"roads": table.rename_axis("feature_id")})


RING = [(20, 20), (120, 20), (120, 120), (20, 120), (20, 20)]


def tables(plan):
    """Return the tables of the patrols."""
    return plan.layers["patrol"].tables


@pytest.mark.filterwarnings("ignore")
def test_a_ring_is_walked_once_and_a_dead_end_twice():
    alone = tables(gk.patrol(place(RING)))["areas"].loc["W00"]
    assert (alone["streets_m"], alone["patrol_m"], alone["gap"]) == pytest.approx((400, 400, 0))
    tail = tables(gk.patrol(place(RING, [(20, 20), (20, 5)])))["areas"].loc["W00"]
    assert (tail["streets_m"], tail["patrol_m"], tail["least_m"]) == pytest.approx((415, 430, 430))


@pytest.mark.filterwarnings("ignore")
def test_a_grid_without_streets_has_nothing_to_walk_and_no_length_is_made_up():
    grids = tables(gk.patrol(place(RING)))["grids"]
    assert grids.loc["E11", ["streets_m", "patrols"]].tolist() == [0, 0]
    assert np.isnan(grids.loc["E11", "patrol_m"])


@pytest.mark.filterwarnings("ignore")
def test_steps_name_the_streets_in_order_and_add_up():
    plan = gk.patrol(place(RING, [(20, 20), (20, 5)]))
    steps, routes = tables(plan)["steps"], tables(plan)["routes"]
    assert steps["metres"].sum() == pytest.approx(routes["metres"].sum())
    assert set(steps["street"]) == {"Lane 0", "Lane 1"}
    assert steps.loc[steps["patrolled"].to_numpy(), "metres"].sum() == pytest.approx(415)


@pytest.mark.filterwarnings("ignore")
def test_the_nearest_office_is_where_walks_of_a_grid_begin():
    offices = gpd.GeoDataFrame({"name": ["Far", "Near"]}, geometry=[Point(390, 390), Point(20, 0)], crs=METRES)
    routes = tables(gk.patrol(place(RING, [(20, 20), (20, 5)]), office=offices))["routes"]
    assert routes["office"].tolist() == ["Near"]
    assert routes["metres"].tolist() == pytest.approx([440])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"grids": "W0O"}, "no grid"),
        ({"groups": "colour"}, "no column"),
        ({"classes": "motorway"}, "no street is of the class motorway - choose from residential"),
    ],
    ids=["grid", "group", "class"],
)
def test_what_is_not_there_is_named(asked, said):
    with pytest.raises(UsageError, match=said):
        gk.patrol(place(RING), **asked)


def test_without_streets_nothing_is_walked():
    with pytest.raises(TableError, match="no street"):
        gk.patrol(town(4, 2))


@pytest.mark.filterwarnings("ignore")
def test_grids_of_one_group_are_walked_as_one_area():
    across = [(20, 190), (180, 190), (180, 210), (20, 210), (20, 190)]
    told = tables(gk.patrol(place(RING, across), groups="parent"))
    west = "110101001001"
    assert told["areas"].loc[west, "streets_m"] == pytest.approx(400 + 360)
    assert told["grids"]["area"].loc[["W00", "W10"]].tolist() == [west, west]
    assert told["areas"]["pieces"].loc[west] == 2


@pytest.mark.filterwarnings("ignore")
def test_several_who_walk_share_a_ring_and_none_falls_below_the_bound():
    told = tables(gk.patrol(place(RING, [(20, 20), (20, 5)]), walkers=2))
    area = told["areas"].loc["W00"]
    assert len(told["routes"]) == 2
    assert told["routes"]["metres"].sum() == pytest.approx(area["patrol_m"])
    assert area["patrol_m"] >= area["least_m"] - 1e-6
