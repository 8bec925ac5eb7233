from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from plans import Size, crooked_plan

from gridkit.catalog.definitions import maps
from gridkit.plan.compare import compare
from gridkit.plan.principles import PRINCIPLES
from gridkit.render import overlay
from gridkit.render.compose import compose
from gridkit.render.draw import surroundings
from gridkit.render.payload import Island, integers, open_island


@pytest.fixture(scope="module")
def plan():
    plan = crooked_plan(Size(side=6, incidents=60))
    grid = plan.grids.iloc[0]
    at = grid.geometry.centroid
    shapes = [
        grid.geometry,
        grid.geometry.boundary,
        at,
        shapely.MultiPolygon([at.buffer(20), shapely.box(*at.buffer(90).bounds) - at.buffer(50)]),
    ]
    table = gpd.GeoDataFrame(
        {
            "rule": ["band", "features", "band", "band"],
            "verdict": ["WARN", "FAIL", "WARN", "WARN"],
            "grid_id": pd.array([grid.name, None, grid.name, grid.name], dtype="str"),
            "value": 1.0,
            "note": ["too few", "on nothing", "too few", "too few"],
            "note_zh": ["偏少", "无依托", "偏少", "偏少"],
        },
        geometry=shapes,
        crs=plan.crs,
        index=pd.Index(["f1", "f2", "f3", "f4"], dtype="str", name="finding_id"),
    )
    return plan.with_record("findings", table)


def test_findings_come_by_rule_failures_first_each_kind_of_shape_by_itself(plan):
    island = Island()
    found = overlay.findings(plan, island)
    assert [(each["mark"], each["of"], each["n"]) for each in found] == [
        ("fail", 1, 1),
        ("warn", 2, 2),
        ("warn", 0, 1),
    ]
    assert found[0]["title"] == [PRINCIPLES["features"].title.en, PRINCIPLES["features"].title.zh]
    assert found[1]["notes"] == [["too few", "偏少"]]
    streams = b"".join(island.chunks)
    assert integers(streams, found[0]["grid"]) == [-1]
    assert integers(streams, found[1]["grid"]) == [0, 0, 0]


def island_of(made):
    return open_island(re.search(r'id="gk-island">([^<]*)<', made.to_html())[1])


def head(made):
    return island_of(made)[0]


@pytest.mark.parametrize("view", ["official", "public", "atlas"])
def test_findings_are_for_the_planner_alone(view, plan):
    assert head(compose(plan, maps()["planner"]))["overlays"]
    assert head(compose(plan, maps()[view]))["overlays"] == []
    assert "too few" not in str(head(compose(plan, maps()[view])))


def test_a_comparison_says_who_moves_where_and_which_borders_went_and_came(plan):
    units = plan.units.copy()
    units.loc["u001002", "grid_id"] = units.loc["u001001", "grid_id"]
    new = replace(plan, units=units, layers={}, records={})
    old = replace(plan, records={})
    said = head(compose(new, maps()["compare"], other=old))
    marks = [each["mark"] for each in said["overlays"]]
    assert marks == ["moved", "gone", "new"]
    people = round(float(plan.units.loc["u001002", "people"]))
    ends = plan.units.loc["u001002", "grid_id"], units.loc["u001002", "grid_id"]
    assert said["changes"]["flows"] == [[*ends, people]]
    assert said["overlays"][0]["notes"] == [
        [f"{ends[0]} → {ends[1]} · {people} people", f"{ends[0]} → {ends[1]} · {people} 人"]
    ]
    assert said["changes"]["facts"]["people_moved"] == pytest.approx(people, abs=1)


def test_equal_plans_have_nothing_drawn_over_them(plan):
    compared = compare(plan, plan)
    assert overlay.changes(compared, plan, Island()) == []
    assert overlay.headline(compared)["flows"] == []


def test_a_page_of_one_plan_carries_nothing_to_compare_and_one_of_equal_plans_says_that_nobody_moves(plan):
    alone, twice = (compose(plan, maps()["compare"], other=other).to_html() for other in (None, plan))
    assert "gk.planUnder =" not in alone
    assert "gk.planUnder =" in twice
    assert "gk.drawChanges =" in twice


def test_the_base_map_ends_a_margin_beyond_the_district(plan):
    ground = surroundings((plan,))
    west, south, east, north = plan.units.total_bounds
    far = shapely.LineString([(west - 20_000, (south + north) / 2), (east + 20_000, (south + north) / 2)])
    aside = shapely.LineString([(west - 9_000, south), (west - 8_000, south)])
    roads = gpd.GeoDataFrame(
        {"kind": ["primary"] * 2, "name": "远路", "name_en": None}, geometry=[far, aside], crs=plan.crs
    )
    drawn = replace(plan, backdrop={**plan.backdrop, "roads": roads})
    made = compose(drawn, maps()["official"])
    said, streams = island_of(made)
    lon = np.cumsum(integers(streams, said["base"]["roads"]["x"])) / 1e5
    box = gpd.GeoSeries([ground], crs=plan.crs).to_crs(4326).total_bounds
    assert said["base"]["roads"]["parts"]["n"] == 1
    assert lon.min() >= box[0] - 1e-4
    assert lon.max() <= box[2] + 1e-4
