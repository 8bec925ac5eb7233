"""What a table may be used as, and the command line to go on with."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, MultiPolygon, Point, box

from gridkit.sources.files.containers import Spec
from gridkit.sources.files.uses import Use, commands, is_summed, passed_over, roles, use
from gridkit.sources.reading import Reading


def spec(name="my file.csv"):
    return Spec(Path(name))


def shaped(shape, **columns):
    return gpd.GeoDataFrame(columns, geometry=[shape], crs="EPSG:32650")


@pytest.mark.parametrize(
    ("frame", "told", "line"),
    [
        (shaped(LineString([(0, 0), (1, 1)])), "roads", "--feature roads='my file.csv'"),
        (shaped(box(0, 0, 1, 1)), "district", "gridkit split 'my file.csv' --units hexagons --by area_m2"),
        (shaped(MultiPolygon([box(0, 0, 1, 1)]), 人口=[5]), "people", "--people 'my file.csv:人口'"),
        (shaped(box(0, 0, 1, 1), households=[5]), "households", "--households 'my file.csv:households'"),
        (shaped(box(0, 0, 1, 1), Height=[5]), "buildings", "--feature buildings='my file.csv'"),
        (shaped(Point(0, 0), time=["2024-01-01 08:00"]), "incidents", "layer plan.gpkg incidents --data"),
        (shaped(Point(0, 0), people=[5]), "people", "--people 'my file.csv'"),
        (shaped(Point(0, 0)), "facilities", "layer plan.gpkg LAYER --data"),
        (pd.DataFrame({"name": ["a"], "households": [5]}), "totals", "--totals 'my file.csv'"),
        (pd.DataFrame({"lon": [1.0], "lat": [1.0], "households": [5]}), "households", "--households"),
        (pd.DataFrame({"lon": [1.0], "lat": [1.0]}), "facilities", "LAYER"),
        (pd.DataFrame({"wkt": ["POINT (1 1)"]}), "facilities", "LAYER"),
    ],
)
def test_shapes_and_columns_tell_the_use_and_the_way_on(frame, told, line):
    found = use(frame, spec())
    assert found is not None
    assert found.role == told
    assert any(line in command for command in commands([found]))


SPOT = {"经度": [120.6, 120.6, 120.61], "纬度": [32.5, 32.5, 32.51]}
ORDERS = {"受理时间": ["2025-01-01 07:28"] * 3, "承办单位": ["甲", "乙", "丙"]}


@pytest.mark.parametrize(
    ("columns", "told", "line"),
    [
        ({"工单号": ["A", "A", "A"]} | ORDERS, "departments' orders", "response plan.gpkg 'my file.csv'"),
        ({"工单号": ["A", "B", "C"]} | ORDERS, "incidents", "layer plan.gpkg incidents --data 'my file.csv'"),
        (
            {"户编号": ["H1", "H2", "H3"], "上次走访": ["2025-11-16", "2025-12-28", "2025-12-02"]},
            "register of visits",
            "visits plan.gpkg --due 'my file.csv'",
        ),
        (
            {"活动日期": ["2025-01-01", "2025-01-03", "2025-01-04"], "发起方": ["党支部", "网格员", "居民"]},
            "register of activities",
            "participation plan.gpkg --activities 'my file.csv'",
        ),
        (
            {"档案编号": ["W1", "W2", "W3"], "签约日期": ["2024-06-22", "2025-04-17", "2025-05-01"]},
            "department's table",
            "ingest plan.gpkg my-file='my file.csv'",
        ),
        (
            {"案号": ["W1", "W2", "W3"], "立案日期": ["2024-06-22", "2025-04-17", "2025-05-01"]},
            "incidents",
            "layer plan.gpkg incidents --data 'my file.csv'",
        ),
    ],
)
def test_a_register_goes_to_its_own_command_and_events_to_their_layer(columns, told, line):
    found = use(pd.DataFrame(columns | SPOT), spec())
    assert found is not None
    assert found.role == told
    (command,) = commands([found])
    assert command.startswith(f"gridkit {line}")


def test_proposals_without_a_place_are_known_by_their_number():
    found = use(pd.DataFrame({"提案编号": ["T1"], "提出日期": ["2025-05-18"], "答复日期": ["2025-06-24"]}), spec())
    assert found is not None
    assert found.role == "register of proposals"


def test_words_under_a_head_of_people_are_no_counts():
    assert use(pd.DataFrame({"places": ["names"], "people": ["numbers and events"]}), spec("README.txt")) is None


def test_where_people_and_households_are_counted_the_target_says_which():
    found = use(shaped(box(0, 0, 1, 1), people=[5], households=[2]), spec())
    assert found is not None
    assert "--by people --target 1000" in commands([found])[0]


def test_what_tells_nothing_has_no_use():
    assert use(pd.DataFrame({"note": ["a"]}), spec()) is None
    assert commands([]) == []


@pytest.mark.parametrize(
    ("name", "layer"), [("学校.csv", "schools"), ("bus stops.csv", "bus-stops"), ("list.csv", "LAYER")]
)
def test_the_name_of_a_file_tells_the_layer_of_facilities(name, layer):
    found = use(shaped(Point(0, 0)), spec(name))
    assert found is not None
    assert found.layer == layer


def test_communities_are_the_parents_and_files_together_are_one_command():
    areas = gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs="EPSG:32650")
    district = use(areas, spec("q.gpkg"))
    assert district is not None
    together = [Use("osm", "m.osm.pbf"), Use("people", "p.tif", ("--people", "p.tif")), district]
    (split, layer) = commands([*together, Use("incidents", "i.csv", layer="incidents")])
    assert split == "gridkit split q.gpkg --parents code --osm m.osm.pbf --people p.tif --target 1000 -o plan.gpkg"
    assert layer == "gridkit layer plan.gpkg incidents --data i.csv"
    assert commands(together[:1], district="q.gpkg")[0].startswith("gridkit split q.gpkg --osm m.osm.pbf")


def test_each_column_has_one_role():
    found = roles(shaped(Point(0, 0), 经度=[1.0], beds=[3], note=["x"]))
    assert found == {"经度": "lon", "beds": "capacity"}


@pytest.mark.parametrize(
    ("name", "role", "summed"),
    [
        ("people", "people", True),
        ("beds", "capacity", True),
        ("lon", "lon", False),
        ("编码", None, False),
        ("n", None, True),
    ],
)
def test_only_what_counts_is_summed(name, role, summed):
    assert is_summed(name, role) is summed


def test_the_columns_of_orders_have_their_roles():
    found = roles(pd.DataFrame({"工单号": ["A", "A", "A"], "办结时间": ["2025-01-02 08:00"] * 3} | ORDERS | SPOT))
    assert {found["工单号"], found["承办单位"], found["办结时间"]} == {"id", "department", "closed"}


def test_a_footprint_is_known_by_its_size_where_no_column_says_so():
    houses = gpd.GeoDataFrame(geometry=[box(x, 0, x + 10, 10) for x in range(500_000, 500_600, 20)], crs="EPSG:32650")
    found = [use(each, spec()).role for each in (houses, houses.iloc[:5], houses.set_crs(None, allow_override=True))]
    assert found == ["buildings", "district", "district"]
    beyond = houses.set_geometry(houses.translate(9e8)).set_crs(32650, allow_override=True)
    assert use(beyond, spec()).role in ("buildings", "district")


def test_a_departments_net_is_no_district_while_there_is_another():
    cells = [box(0, 0, 1, 1), box(1, 0, 2, 1)]
    headed = gpd.GeoDataFrame({"警区编号": ["a", "b"]}, geometry=cells, crs="EPSG:32650")
    named = gpd.GeoDataFrame({"name": ["north beat", "south beat"]}, geometry=cells, crs="EPSG:32650")
    plain = gpd.GeoDataFrame({"name": ["north", "south"]}, geometry=cells, crs="EPSG:32650")
    assert [use(each, spec()).net for each in (headed, named, plain)] == [True, True, False]
    (line,) = commands([use(headed, spec("beats.gpkg")), use(plain, spec("q.gpkg"))])
    assert line.startswith("gridkit split q.gpkg")


def test_blocks_of_few_people_are_units_and_of_several_files_the_first_is_taken():
    blocks = gpd.GeoDataFrame(
        {"pop": [40] * 9}, geometry=[box(x, 0, x + 100, 100) for x in range(0, 900, 100)], crs="EPSG:32650"
    )
    found = use(blocks, spec("b.gpkg"))
    assert found.units == "b.gpkg"
    assert "--units b.gpkg" in commands([found])[0]
    district = Use("district", "q.gpkg", areas=True)
    every = [district, Use("district", "r.gpkg", areas=True), found, Use("people", "c.csv", ("--people", "c.csv"))]
    told = {option: (one, rest) for option, one, rest in passed_over(every)}
    assert told[""] == ("q.gpkg", ["r.gpkg"])
    assert told["--people"] == ("b.gpkg:pop", ["c.csv"])
    assert passed_over([found]) == []


def test_a_line_says_of_a_file_what_was_said_of_it():
    reading = Reading(crs="EPSG:4549", columns={"time": "上报"}, swap_xy=True)
    incidents = Use("incidents", "i.csv", layer="incidents")
    (line,) = commands([incidents], district="q.gpkg", reading=reading)
    assert "--crs EPSG:4549" in line
    assert "time=上报" in line
    assert "--swap-xy" in line
    (alone,) = commands([incidents])
    assert alone == "gridkit layer plan.gpkg incidents --data i.csv", "no split of nothing is offered"


def test_places_of_overture_and_settlements_have_a_use_of_their_own():
    cells = shaped(box(0, 0, 1, 1), building_count=[3])
    assert use(cells, spec()).role == "settlements"
    assert "--feature" not in commands([use(cells, spec())])[0]


def test_a_column_that_is_called_a_place_and_holds_none_is_no_place():
    found = roles(pd.DataFrame({"location": ["north gate", "south gate"], "time": ["2026-01-01 08:00"] * 2}))
    assert "location" not in found
