"""Nets, tables, orders and an emergency on a plan: each is of its grids, whatever becomes of them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box
from towns import METRES, town

import gridkit as gk

pytestmark = pytest.mark.filterwarnings("ignore")
LAYERS = ("departments", "sharing", "response")


def laid():
    """Return a town of 36 blocks with a net that cuts its grids, a table by place and one by grid, and a log."""
    net = gpd.GeoDataFrame({"code": ["n", "s"]}, geometry=[box(0, 260, 600, 600), box(0, 0, 600, 260)], crs=METRES)
    shops = gpd.GeoDataFrame(
        {"name": [f"shop {k}" for k in range(6)]}, geometry=[spot(k) for k in range(6)], crs=METRES
    )
    counts = pd.DataFrame({"grid": ["W00", "E01"], "households": [36, 35]})
    log = gpd.GeoDataFrame(
        {
            "order_id": [str(k // 2) for k in range(12)],
            "department": ["road", "water"] * 6,
            "time": [f"2026-03-{k + 1:02d}" for k in range(12)],
            "closed": [None if k % 2 == 0 else f"2026-03-{k + 2:02d}" for k in range(12)],
        },
        geometry=[spot(k // 2) for k in range(12)],
        crs=METRES,
    )
    plan = gk.departments_overlay(town(6, 3), {"police": net})
    return gk.response(gk.ingest(plan, {"market": shops, "civil": counts}), log)


def spot(k):
    return Point(30 + 90 * k, 40 + 80 * k)


def zoned(plan):
    area = gpd.GeoDataFrame({"name": ["Z"], "kind": ["sealed"]}, geometry=[box(5, 5, 195, 195)], crs=METRES)
    return gk.emergency(plan, zones=area, since="2026-05-01", until="2026-05-09")


@pytest.fixture(scope="module")
def plan():
    return laid()


def told(plan):
    """Return what of each layer no change of grids can change."""
    net, sharing, response = (plan.layers[name] for name in LAYERS)
    return {
        "people under the net": net.tables["units"]["code: police"].value_counts().to_dict(),
        "border of the net": net.tables["nets"].loc["police", "border_m"],
        "rows": (sharing.facts["rows"], sharing.facts["tables"]),
        "orders": (response.facts["orders"], response.facts["several_rate"]["n"], response.facts["median_hours"]),
        "orders in grids": response.tables["grids"]["orders"].sum(),
        "orders by area": response.tables["nets"].set_index("code")["orders"].to_dict(),
    }


def follows(plan):
    """Check that each layer is there, and of the grids of now."""
    assert plan.stale == ()
    for name in LAYERS:
        assert sorted(plan.layers[name].tables["grids"].index) == sorted(plan.grids.index), name
    return plan


CHANGES = {
    "moved": lambda plan: gk.redraw(plan, moves=["u0200=W10"], loose=True),
    "merged": lambda plan: gk.redraw(plan, merges=["W00,W10"], loose=True),
    "redrawn": lambda plan: gk.redraw(plan, everywhere=True, target=120, tolerance=0.5, seed=3),
    "taken back": lambda plan: gk.undo(gk.redraw(plan, everywhere=True, target=120, tolerance=0.5, seed=3)),
    "an emergency over": lambda plan: gk.emergency(zoned(plan), end=True, until="2026-05-09"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nets_tables_and_orders_follow_what_becomes_of_the_grids(plan, change):
    after = follows(CHANGES[change](plan))
    assert told(after) == told(plan)
    if change in {"taken back", "an emergency over"}:
        assert after.digest == plan.digest


def test_what_each_grid_holds_is_of_the_grids_of_now(plan):
    after = CHANGES["moved"](plan)
    # The corner block of W00 that now is W10's lies mostly south of the line of the net, the rest of W10 north of it.
    was, now = (each.layers["departments"].tables["grids"] for each in (plan, after))
    assert (was.loc["W10", "areas: police"], now.loc["W10", "areas: police"]) == (1, 2)
    assert (was.loc["W10", "apart"], now.loc["W10", "apart"]) == (0, 4)
    assert after.layers["response"].tables["grids"].loc["W10", "orders"] == 0


def test_an_emergency_lives_through_a_redraw_and_is_written_and_read(plan, tmp_path):
    closed = zoned(plan)
    after = gk.redraw(closed, moves=["u0200=W10"], loose=True)
    assert after.stale == ()
    assert after.layers["emergency"].tables["zones"].equals(closed.layers["emergency"].tables["zones"])
    gk.write_plan(after, tmp_path / "closed.gpkg")
    back = gk.refresh(gk.read_plan(tmp_path / "closed.gpkg"))
    assert told(follows(back)) == told(plan)
    assert gk.emergency(back, end=True, until="2026-05-09").digest == plan.digest


def test_parts_joined_again_hold_the_nets_the_tables_and_the_orders_of_the_whole(plan, tmp_path):
    parts = {path.stem: gk.read_plan(path) for path in gk.part(plan, "name", tmp_path / "parts")}
    held = 0
    for part in parts.values():
        for name in LAYERS:
            if name in part.layers and name not in part.stale:
                held += 1
                assert set(part.layers[name].tables["grids"].index) <= set(part.grids.index), name
    assert held
    assert told(follows(gk.join(plan, parts))) == told(plan)


def test_what_is_published_tells_nothing_of_departments_tables_and_orders(plan, tmp_path):
    published = gk.publish(plan, tmp_path / "out", lang="en")
    held = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert published is not None
    for text in ("shop 3", "water", "road"):
        assert text.encode() not in held
