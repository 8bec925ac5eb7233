"""Gates of a zone in a town of streets 100 m apart, every answer by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from gridkit.measure.access.network import build
from gridkit.measure.emergency.gates import Zone, edge, gates, places

METRES = "EPSG:32650"
STREETS = [LineString([(100 * k, y) for y in (0, 100, 200, 300)]) for k in range(4)]
STREETS += [LineString([(x, 100 * k) for x in (0, 100, 200, 300)]) for k in range(4)]
BLOCK = box(100, 100, 200, 200)


def roads(*more):
    lines = [*STREETS, *more]
    kinds = ["residential"] * len(STREETS) + ["service"] * len(more)
    return gpd.GeoDataFrame({"kind": kinds}, geometry=lines, crs=METRES).rename_axis("feature_id")


def homes(*points):
    table = gpd.GeoDataFrame(
        {"unit_id": [unit for unit, _, _ in points]}, crs=METRES, geometry=[Point(x, y) for _, x, y in points]
    )
    return table.assign(people=1.0)


ROUND = homes(*((f"o{x}{y}", x, y) for x in (50, 150, 250) for y in (50, 150, 250) if (x, y) != (150, 150)))


def closed(*more, own=(("u", 150, 150),), others=ROUND, area=BLOCK, joined=None, around=60.0):
    mine = homes(*own)
    if joined is None:
        joined = pd.Series(range(len(own)), index=[unit for unit, *_ in own])
    network = build(split_at_streets(roads(*more)))
    return gates(network, Zone("z", area, mine, others, joined), around)


def split_at_streets(table):
    """Give streets a vertex where a lane leaves them: lines meet at vertices alone."""
    ends = [Point(c) for line in table.geometry[len(STREETS) :] for c in line.coords]
    return table.set_geometry([with_vertices(line, ends) for line in table.geometry], crs=METRES)


def with_vertices(line, points):
    there = [*(p for p in points if line.distance(p) < 1e-9), *map(Point, line.coords)]
    return LineString([line.interpolate(at) for at in sorted({line.project(p) for p in there})])


def test_a_block_without_a_way_inside_has_one_front_door():
    found = closed()
    assert found["what"].tolist() == ["front"]
    assert BLOCK.boundary.distance(found.geometry[0]) < 1e-9


def test_a_lane_through_a_block_has_a_gate_at_both_ends_and_a_dead_end_has_one():
    through = closed(LineString([(150, 100), (150, 200)]))
    assert through["what"].tolist() == ["way", "way"]
    assert sorted(round(y, -2) for y in through.geometry.y) == [100, 200]
    assert len(closed(LineString([(150, 100), (150, 150)]))) == 1


def test_lanes_that_run_together_where_nobody_lives_have_one_gate():
    fork = [
        LineString([(140, 130), (140, 100), (140, 80)]),
        LineString([(160, 130), (160, 100), (140, 80)]),
        LineString([(140, 80), (140, 60)]),
    ]
    wall = [line for line in STREETS if line.coords[0][1] != 100 or line.coords[-1][1] != 100]
    own = (("u", 141, 130), ("v", 159, 130))
    lines = [*wall, *fork, LineString([(140, 60), (140, 0)])]
    table = gpd.GeoDataFrame({"kind": ["service"] * len(lines)}, geometry=lines, crs=METRES)
    network = build(table.rename_axis("feature_id"))
    joined = pd.Series([0, 1], index=["u", "v"])
    far = homes(("o", 140, 10))
    assert len(gates(network, Zone("z", BLOCK, homes(*own), far, joined), 60.0)) == 1
    # Somebody lives where they run together: then each lane is closed before it.
    near = homes(("o", 140, 79))
    assert len(gates(network, Zone("z", BLOCK, homes(*own), near, joined), 60.0)) == 2


def test_a_street_between_two_blocks_of_a_zone_is_inside_it():
    two = box(100, 100, 300, 200)
    found = closed(own=(("u", 190, 150), ("v", 210, 150)), area=two, others=ROUND[ROUND["unit_id"] != "o250150"])
    assert found["what"].tolist() == ["way", "way"]
    assert found.geometry.x.round().tolist() == [200, 200]


def test_units_with_open_ground_between_them_share_a_door():
    borders = pd.DataFrame({"unit_id": ["u", "v"], "neighbour": ["v", "w"], "feature": ["none", "street"]})
    joined = places(pd.Index(["u", "v", "w"]), borders)
    assert joined["u"] == joined["v"] != joined["w"]
    apart = closed(own=(("u", 130, 150), ("v", 170, 150)))
    shared = closed(own=(("u", 130, 150), ("v", 170, 150)), joined=pd.Series([0, 0], index=["u", "v"]))
    assert (len(apart), len(shared)) == (2, 1)


def test_walls_and_water_need_no_fence():
    borders = pd.DataFrame(
        {
            "unit_id": ["u", "u", "u", "v"],
            "neighbour": ["n", "s", "v", "s"],
            "feature": ["river", "none", "none", "wall"],
            "shared_m": [100.0, 60.0, 50.0, 40.0],
        }
    )
    told = edge(pd.Index(["u", "v"]), BLOCK, borders)
    assert told == pytest.approx({"border_m": 400, "shut_m": 140, "open_m": 60, "district_edge_m": 200})


def test_nobody_to_keep_in_needs_no_gate():
    assert len(closed(own=())) == 0
