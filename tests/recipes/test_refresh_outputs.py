"""What is written of a plan after a redraw is what is written of one that was made on the same grids from scratch."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from towns import METRES, town

import gridkit as gk
from gridkit.recipes.plans import write_plan
from gridkit.recipes.refresh import refresh, scored
from gridkit.render.page.payload import open_island

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")]
SOURCES = "Sources and losses"
"""The sheet of what was read: a table of Python has another passing name each time."""
STYLES = "layer_styles"


def laid(plan: gk.Plan) -> gk.Plan:
    """Return a plan with incidents, clinics, staff, activities, a net and the scorecard, the same on any grids."""
    rng = np.random.default_rng(3)
    spots = gpd.points_from_xy(rng.uniform(5, 395, 60), rng.uniform(5, 395, 60), crs=METRES)
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(range(60), unit="D")
    events = {"time": days, "category": ["消防隐患", "矛盾纠纷"] * 30}
    plan = gk.layer(plan, "incidents", data=gpd.GeoDataFrame(events, geometry=spots))
    plan = gk.layer(plan, "clinics", data=gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=spots[:2]))
    grids = ["W00", "W10", "E01", "E11"]
    staff = {"工号": list("1234"), "网格": grids, "岗位": "专职网格员", "每周工时": 40}
    plan = gk.staffing(plan, staff=pd.DataFrame(staff), asof="2027-01-01")
    activities = {"网格编码": grids * 20, "发起方": ["居民", "业委会"] * 40, "活动日期": "2026-02-03"}
    plan = gk.participation(plan, activities=pd.DataFrame(activities))
    plan = scored(gk.departments_overlay(plan, {"net": "parent"}))
    return refresh(gk.audit(plan).kept(plan))


def written(plan: gk.Plan, folder: Path) -> dict[str, Any]:
    """Return the sheets of the workbook, the texts of the cards, the page's data and the tables of QGIS."""
    folder.mkdir()
    book = openpyxl.load_workbook(gk.report(plan, folder / "report.xlsx", lang="en"))
    rows = {sheet.title: repr(list(sheet.iter_rows(values_only=True))) for sheet in book if sheet.title != SOURCES}
    # When it was made is the minute of the clock.
    sheets = {title: re.sub(r"Made on [-\d]+ [:\d]+", "", said) for title, said in rows.items()}
    cards = gk.cards(plan, folder / "cards.pdf", lang="en")
    text = subprocess.run(["pdftotext", "-layout", cards, "-"], capture_output=True, text=True, check=True).stdout
    island = re.search(r'id="gk-island">([^<]*)<', gk.map(plan, lang="en").to_html())
    assert island is not None
    file = write_plan(plan, folder / "plan.gpkg")
    tables = {
        name: pyogrio.read_dataframe(file, layer=name).drop(columns="update_time", errors="ignore").to_csv()
        for name in pyogrio.list_layers(file)[:, 0]
    }
    assert STYLES in tables
    return {"sheets": sheets, "cards": text, "page": repr(open_island(island[1])["plans"]), "tables": tables}


def test_workbook_cards_page_and_tables_after_a_redraw_are_those_of_a_plan_from_scratch(tmp_path: Path) -> None:
    before = laid(town())
    redrawn = gk.redraw(before, moves=("u0100=W10",), loose=True)
    bare = town()
    units = bare.units.copy()
    units.loc["u0100", "grid_id"] = "W10"
    first, now, scratch = (
        written(plan, tmp_path / name)
        for name, plan in (("before", before), ("now", redrawn), ("scratch", laid(replace(bare, units=units))))
    )
    assert now == scratch
    assert not [what for what in first if first[what] == now[what]]
