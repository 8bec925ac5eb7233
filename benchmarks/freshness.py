"""Whether all that is derived of a large plan after changes is what a fresh computation gives, and what that takes.

``python benchmarks/freshness.py --grids 600`` makes a plan of so many grids with incidents, clinics, a net, staff and
findings; ``python benchmarks/freshness.py PLAN.gpkg`` takes one that there is. Then a unit is moved, a grid cut in two,
the cut undone, and a range of size asked for; after each, every layer, finding and bound is held against one made anew,
and at the end the page, every sheet of the workbook and every table of QGIS as well.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio

import gridkit as gk
from gridkit.recipes.plans import write_plan
from gridkit.recipes.refresh import afresh, refresh
from gridkit.render.page.payload import open_island

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from freshness import assert_fresh
from plans import Size, crooked_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridkit.plan.plan import Plan

SOURCES = "Sources and losses"


def made(grids: int) -> Plan:
    """Return a plan of about so many grids with layers of several kinds on it."""
    side = 2 * round(grids**0.5)
    plan = replace(crooked_plan(Size(side=side, incidents=0, pieces=1, buildings=0)), layers={})
    rng = np.random.default_rng(0)
    west, south, east, north = plan.units.total_bounds
    many = 30 * len(plan.grids)
    spots = gpd.points_from_xy(rng.uniform(west, east, many), rng.uniform(south, north, many), crs=plan.crs)
    time_of = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365 * 1440, many), unit="min")
    plan = gk.layer(plan, "incidents", data=gpd.GeoDataFrame({"time": time_of}, geometry=spots))
    plan = gk.layer(plan, "clinics", data=gpd.GeoDataFrame({"name": [str(k) for k in range(40)]}, geometry=spots[:40]))
    codes = plan.grids.index.astype(str)
    staff = pd.DataFrame({"工号": codes, "网格": codes, "岗位": "专职网格员", "每周工时": 40})
    plan = gk.staffing(plan, staff=staff, asof="2026-01-01", assign=True)
    plan = gk.departments_overlay(plan, {"net": "parent"})
    return gk.audit(plan).kept(plan)


def changes(plan: Plan) -> dict[str, Callable[[Plan], Plan]]:
    """Return what is done one after another, by name."""
    grid = plan.units["grid_id"]
    one, other = (grid.reindex(plan.borders[name]).to_numpy() for name in ("unit_id", "neighbour"))
    at = int(np.flatnonzero((one != other) & (plan.borders["feature"] != "boundary").to_numpy())[0])
    largest = str(plan.units.groupby("grid_id").size().idxmax())
    target = 1.05 * plan.parameters.band.target if plan.parameters.band else 0.0
    return {
        "move": lambda held: gk.redraw(held, moves=(f"{plan.borders['unit_id'].iloc[at]}={other[at]}",), loose=True),
        "split": lambda held: gk.redraw(held, splits=(f"{largest}=2",), loose=True),
        "undo": gk.undo,
        "range": lambda held: gk.redraw(held, target=target, tolerance=0.3),
    }


def written(plan: Plan, folder: Path) -> dict[str, Any]:
    """Return the sheets of the workbook, the page's data and the tables of QGIS."""
    folder.mkdir()
    book = openpyxl.load_workbook(gk.report(plan, folder / "report.xlsx", lang="en"), read_only=True)
    rows = {each.title: repr(list(each.iter_rows(values_only=True))) for each in book if each.title != SOURCES}
    island = re.search(r'id="gk-island">([^<]*)<', gk.map(plan, lang="en").to_html())
    file = write_plan(replace(plan, origin=None), folder / "plan.gpkg")
    return {
        **{f"sheet {name}": re.sub(r"Made on [-\d]+ [:\d]+", "", said) for name, said in rows.items()},
        "page": repr(open_island(island[1])["plans"]) if island else "",
        **{
            f"table {name}": pyogrio.read_dataframe(file, layer=name)
            .drop(columns="update_time", errors="ignore")
            .to_csv()
            for name in pyogrio.list_layers(file)[:, 0]
        },
    }


def main() -> None:
    """Print a line per change, and what differs at the end; exit code 1 when anything does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", nargs="?", type=Path)
    parser.add_argument("--grids", type=int, default=600)
    parser.add_argument("--only", nargs="*", default=[], help="changes (move split undo range); all when none is named")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    plan = made(asked.grids) if asked.plan is None else gk.read_plan(asked.plan)
    plan = refresh(plan)
    print(f"{len(plan.units)} units, {len(plan.grids)} grids, layers {', '.join(plan.layers)}", flush=True)
    for name, change in changes(plan).items():
        if asked.only and name not in asked.only:
            continue
        begun = time.process_time()
        plan = change(plan)
        took = time.process_time() - begun
        # What a command found by a search stays, marked: nothing derives it.
        assert_fresh(replace(plan, made={key: state for key, state in plan.made.items() if key == "bounds"}))
        print(f"{name}: {took:.1f} CPU s, {len(plan.grids)} grids, all as made anew", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        now = written(plan, Path(folder) / "now")
        fresh = written(afresh(plan), Path(folder) / "fresh")
    differing = [name for name in now.keys() | fresh.keys() if now.get(name) != fresh.get(name)]
    print(f"{len(now)} sheets, pages and tables, {len(differing)} differ: {differing}; {time.process_time():.0f} CPU s")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
