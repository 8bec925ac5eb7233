from __future__ import annotations

import re
import warnings
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from plans import Size, crooked_plan
from towns import METRES, town

import gridkit as gk
from gridkit.catalog.map_views import maps
from gridkit.errors import GridkitWarning
from gridkit.plan.audit.titles import PRINCIPLES
from gridkit.plan.compare import compare
from gridkit.render.page import overlay
from gridkit.render.page.compose import compose, words
from gridkit.render.page.draw import surroundings
from gridkit.render.page.payload import open_island
from gridkit.tables import TEXT


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
            "grid_id": pd.array([grid.name, None, grid.name, grid.name], dtype=TEXT),
            "value": 1.0,
        },
        geometry=shapes,
        crs=plan.crs,
        index=pd.Index(["f1", "f2", "f3", "f4"], dtype=TEXT, name="finding_id"),
    )
    return plan.with_record("findings", table)


def test_findings_come_by_rule_failures_first_each_kind_of_shape_by_itself(plan):
    found = overlay.findings(plan)
    title = PRINCIPLES["features"].title
    assert [(row["key"], row["count"], row["mark"]) for row in found.rows] == [
        ("findings/features", " (1)", "#gk-fail"),
        ("findings/band", " (3)", "#gk-warn"),
    ]
    assert found.rows[0]["text"] == [f"{title} · fail", f"{title.said('zh')} · 不合格"]
    assert [(name, len(table["runs"]), table["area"]) for name, table in found.tables.items()] == [
        ("findings/features/1", 1, False),
        ("findings/band/2", 3, True),
    ]
    assert [len(layer["labels"]) for layer in found.points] == [1]
    assert found.tables["findings/band/2"]["note"][0][1].startswith(f"{PRINCIPLES['band'].title.said('zh')} · 提醒：为")
    # What is said of a grid is said once, though at three places.
    assert [len(notes) for notes in found.notes.values()] == [1]


def head(made):
    return open_island(re.search(r'id="gk-island">([^<]*)<', made.to_html())[1])


@pytest.mark.parametrize("view", ["official", "public", "atlas"])
def test_findings_are_for_the_planner_alone(view, plan):
    assert head(compose(plan, maps()["planner"]))["list"]["findings"]
    assert head(compose(plan, maps()[view]))["list"]["findings"] == []
    assert "outside the range of size" not in str(head(compose(plan, maps()[view])))


def test_a_comparison_says_who_moves_where_and_which_borders_went_and_came(plan):
    units = plan.units.copy()
    units.loc["u001002", "grid_id"] = units.loc["u001001", "grid_id"]
    new = replace(plan, units=units, layers={}, records={})
    old = replace(plan, records={})
    said = head(compose(new, maps()["compare"], other=old))
    assert [row["mark"] for row in said["list"]["changes"]] == ["#gk-moved", "#gk-gone", "#gk-new"]
    # Ground may move in many pieces: units are told, as above.
    assert said["list"]["changes"][0]["count"][0] == " (1)"
    # A border lies along many units: its metres are told, never its pieces.
    assert all(re.fullmatch(r" \([\d.,]+ k?m\)", row["count"][0]) for row in said["list"]["changes"][1:])
    people = round(float(plan.units.loc["u001002", "people"]))
    ends = plan.units.loc["u001002", "grid_id"], units.loc["u001002", "grid_id"]
    [flow] = said["changes"]["flows"]
    assert [flow["from"], flow["to"], flow["people"]] == [*ends, people]
    assert said["tables"]["changes/moved/2"]["note"][0][0].endswith(f": {ends[0]} → {ends[1]} · {people} people")
    assert f" gives {people:,} people to " in flow["text"][0]
    assert [row["to"] for row in said["changes"]["sizes"]] == sorted(ends)


def test_equal_plans_have_nothing_drawn_over_them(plan):
    compared = compare(plan, plan)
    assert overlay.changes(compared).rows == []
    assert overlay.headline(compared, plan, plan, words())["flows"] == []


def test_a_page_of_one_plan_carries_nothing_to_compare_and_one_of_equal_plans_says_that_nobody_moves(plan):
    alone, twice = (head(compose(plan, maps()["planner"], other=other))["scripts"] for other in (None, plan))
    assert not any("gk.planUnder =" in code for code in alone)
    assert any("gk.planUnder =" in code for code in twice)
    assert head(compose(plan, maps()["compare"], other=plan))["changes"]["flows"] == []


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
    lines = [line for run in head(made)["tables"]["roads4"]["runs"] for line in run]
    lon = np.cumsum([step for line in lines for step in line[::2]]) / 1e5
    box = gpd.GeoSeries([ground], crs=plan.crs).to_crs(4326).total_bounds
    assert len(lines) == 1
    assert lon.min() >= box[0] - 1e-4
    assert lon.max() <= box[2] + 1e-4


@pytest.fixture(scope="module")
def walked():
    """Return a town with a patrol along two streets, and a round through two doors."""
    roads = gpd.GeoDataFrame(
        {"kind": ["residential"] * 2},
        geometry=[shapely.LineString([(0, 50), (190, 50)]), shapely.LineString([(100, 10), (100, 90)])],
        crs=METRES,
    )
    plan = replace(town(4, 2), backdrop={"roads": roads.rename_axis("feature_id")})
    due = gpd.GeoDataFrame(
        {"last_visit": ["2025-01-01"] * 2, "class": ["ordinary"] * 2},
        geometry=[shapely.Point(20, 60), shapely.Point(90, 60)],
        crs=METRES,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridkitWarning)
        return gk.patrol(gk.visits(plan, due=due, asof="2027-01-31"))


def test_walks_are_lines_with_whose_they_are_and_wait_in_the_list(walked):
    found = overlay.walks(walked, walked.layers.values())
    assert [(row["key"], row["count"], row["mark"]) for row in found.rows] == [
        ("walks/visits", f" ({len(walked.layers['visits'].tables['routes'])})", "#gk-visits"),
        ("walks/patrol", f" ({len(walked.layers['patrol'].tables['routes'])})", "#gk-patrol"),
    ]
    assert all(not table["area"] and table["runs"] for table in found.tables.values())
    note = found.tables["walks/patrol/1"]["note"][0]
    assert "walker 1, shift 1" in note[0]
    assert "第1人，第1班" in note[1]
    listed = head(compose(walked, maps()["official"]))["list"]
    assert [row["key"] for row in listed["walks"]] == ["walks/visits", "walks/patrol"]
    assert {"walks/visits", "walks/patrol"} <= set(listed["off"])


def test_no_walk_leaves_the_office(walked):
    view = replace(maps()["public"], layers=("balance", "visits", "patrol"))
    shown = head(compose(walked, view))
    assert shown["list"]["walks"] == []
    assert not any(name.startswith("walks/") for name in shown["tables"])
