from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from shapely import box
from towns import METRES, town

import gridkit as gk
from gridkit.render.papers.layer_sheets import LAYER_SHEETS, STATISTICS

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")


@pytest.fixture(scope="module")
def plan():
    rng = np.random.default_rng(3)
    spots = gpd.points_from_xy(rng.uniform(5, 395, 60), rng.uniform(5, 395, 60), crs=METRES)
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(range(60), unit="D")
    events = {"time": days, "category": ["消防隐患", "矛盾纠纷"] * 30}
    laid = gk.layer(town(), "incidents", data=gpd.GeoDataFrame(events, geometry=spots))
    laid = gk.layer(laid, "clinics", data=gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=spots[:2]))
    staff = {"工号": list("1234"), "网格": ["W00", "W10", "E01", "E11"], "岗位": "专职网格员", "每周工时": 40}
    laid = gk.staffing(laid, staff=pd.DataFrame(staff), asof="2027-01-01")
    taking = {"网格编码": ["W00", "E01"] * 20, "发起方": ["居民", "业委会"] * 20, "活动日期": "2026-02-03"}
    laid = gk.participation(laid, activities=pd.DataFrame(taking))
    beats = gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=[box(0, 0, 300, 400), box(300, 0, 400, 400)], crs=METRES)
    return gk.departments_harmonise(laid, {"police": beats}, union=True)


@pytest.fixture(scope="module")
def book(plan, tmp_path_factory):
    return load_workbook(gk.report(plan, tmp_path_factory.mktemp("sheets") / "r.xlsx", lang="en"))


def column(sheet, at=1):
    return [row[0] for row in sheet.iter_rows(min_col=at, max_col=at, values_only=True)]


def test_incidents_stand_class_by_class_and_their_statistics_in_the_appendix(plan, book):
    rows = [row[:2] for row in book["Incidents"].iter_rows(values_only=True)]
    first = rows.index(("By class", None)) + 2
    assert rows[first : first + 2] == [("Fire hazard", 30), ("Dispute", 30)]
    assert sum(count for _, count in rows[rows.index(("By day of the week", None)) + 2 :]) == 60
    named = column(book["Technical appendix"], 4)
    assert set(named[1:]) <= {each.said("en") for each in STATISTICS.values()}


def test_a_layer_of_coverage_is_one_row(plan, book):
    sheet = book["Coverage"]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[1] == 2)
    assert row[0] == plan.layers["clinics"].definition.title.said("en")


def test_a_chinese_workbook_says_words_of_ours_in_chinese(plan, tmp_path):
    held = load_workbook(gk.report(plan, tmp_path / "r.xlsx", lang="zh"))
    heads = next(held["网格一览表"].iter_rows(values_only=True))
    assert "专业网格 · 网格内“公安”的片区" in heads
    assert set(column(held["网格一览表"], 1 + heads.index("网格员"))[1:]) == {"专职网格员"}
    counted = dict(row[:2] for row in held["专业网格"].iter_rows(values_only=True))["计数单位"]
    assert counted in ("户数", "人口")


def test_nets_and_what_was_moved_to_make_them_fit_stand_on_one_sheet(plan, book):
    sheet = next(sheet for sheet in book if "Units that change area" in column(sheet))
    said = column(sheet)
    first = said.index("Units that change area") + 2
    assert len(said[first:]) >= len(plan.records["harmony_moves"]) > 0
    assert said.index("Net by net") < said.index("Nets made to fit the grids")


def test_staff_stand_grid_by_grid_and_task_by_task(plan, book):
    said = column(book[plan.layers["staffing"].definition.title.said("en")])
    assert said.index("By grid") < said.index("What fits, in the order of priority")


def test_a_plan_without_layers_has_no_sheet_of_them(tmp_path):
    book = load_workbook(gk.report(town(), tmp_path / "r.xlsx", lang="en"))
    assert not {"Coverage", "Emergency zones", "Incidents"} & set(book.sheetnames)
    assert len(book.sheetnames) < len(LAYER_SHEETS)


def test_zones_of_an_emergency_stand_on_a_sheet(tmp_path):
    area = gpd.GeoDataFrame({"name": ["A"]}, geometry=[box(4, 4, 196, 96)], crs=METRES)
    plan = gk.emergency(town(), zones=area, kind="sealed")
    book = load_workbook(gk.report(plan, tmp_path / "r.xlsx", lang="en"))
    said = column(book["Emergency zones"])
    assert "A" in said[said.index("Zone by zone") :]
