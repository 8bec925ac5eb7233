"""A plan with all that is told of work and of taking part: each layer is of its grids, whatever becomes of them."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Point
from towns import METRES, town

import gridkit as gk
from gridkit.recipes.refresh import scored

pytestmark = pytest.mark.filterwarnings("ignore")
LAYERS = ("participation", "patrol", "scorecard", "staffing", "visits", "workload")


@pytest.fixture(scope="module")
def plan():
    pytest.importorskip("rustworkx", reason="rustworkx is not installed: patrols NOT checked")
    at = [100 * k for k in range(7)]
    every = [LineString([(x, y) for y in at]) for x in at] + [LineString([(x, y) for x in at]) for y in at]
    roads = gpd.GeoDataFrame({"kind": ["residential"] * len(every)}, geometry=every, crs=METRES)
    bare = replace(town(6, 3), backdrop={"roads": roads.rename_axis("feature_id")})
    grids = list(bare.grids.index)
    staff = pd.DataFrame({"网格": grids, "岗位": "专职网格员", "每周工时": 40})
    due = gpd.GeoDataFrame(
        {"class": ["困难户"] * 6, "last_visit": ["2026-01-01"] * 6},
        geometry=[Point(30 + 90 * k, 40 + 80 * k) for k in range(6)],
        crs=METRES,
    )
    rows = [(grid, who, "2026-03-01") for grid in grids for who in ["居民"] * 8 + ["街道"] * 12]
    activities = pd.DataFrame(rows, columns=["网格编码", "发起方", "日期"])
    made = gk.visits(gk.patrol(bare), due=due, asof="2026-06-01")
    made = gk.staffing(made, staff=staff, asof="2026-06-01")
    return scored(gk.participation(made, activities=activities))


def follows(plan):
    """Check that each layer is there, of the grids of now, and that what was counted adds up as before."""
    assert plan.stale == ()
    assert set(LAYERS) <= set(plan.layers)
    for name in ("patrol", "staffing", "visits", "workload"):
        assert sorted(plan.layers[name].tables["grids"].index) == sorted(plan.grids.index), name
    return plan


def told(plan):
    """Return what of each layer no change of grids can change."""
    tables = {name: plan.layers[name].tables["grids"] for name in LAYERS if "grids" in plan.layers[name].tables}
    return {
        "streets": tables["patrol"]["streets_m"].sum(),
        "visits": plan.layers["visits"].facts["households"],
        "staff": plan.layers["staffing"].facts["staff_read"],
        "doors": tables["workload"]["hours_visits"].sum(),
    }


CHANGES = {
    "moved": lambda plan: gk.redraw(plan, moves=["u0200=W10"], loose=True),
    "merged": lambda plan: gk.redraw(plan, merges=["W00,W10"], loose=True),
    "redrawn": lambda plan: gk.redraw(plan, everywhere=True, target=120, tolerance=0.5, seed=3),
    "taken back": lambda plan: gk.undo(gk.redraw(plan, everywhere=True, target=120, tolerance=0.5, seed=3)),
    "read again": None,
}


@pytest.mark.parametrize("change", CHANGES)
def test_everything_follows_what_becomes_of_the_grids(plan, change, tmp_path):
    if CHANGES[change] is None:
        gk.write_plan(plan, tmp_path / "plan.gpkg")
        after = gk.read_plan(tmp_path / "plan.gpkg")
    else:
        after = CHANGES[change](plan)
    assert told(follows(after)) == pytest.approx(told(plan))
    if change in {"taken back", "read again"}:
        assert after.digest == plan.digest


def test_a_comparison_tells_how_many_keep_their_worker(plan):
    kept = gk.compare(plan, CHANGES["redrawn"](plan)).facts["households_keep_worker"]
    assert 0 < kept["n"] <= kept["of"] == plan.grids["households"].sum()


def test_parts_joined_again_hold_the_work_of_the_whole(plan, tmp_path):
    parts = {path.stem: gk.read_plan(path) for path in gk.part(plan, "name", tmp_path / "parts")}
    assert len(parts) == 2
    for part in parts.values():
        for name in ("patrol", "staffing", "visits", "workload"):
            if name in part.layers and name not in part.stale:
                assert set(part.layers[name].tables["grids"].index) <= set(part.grids.index), name
    whole = gk.join(plan, parts)
    assert told(follows(whole))["staff"] == told(plan)["staff"]
