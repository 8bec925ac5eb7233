"""Nets, departments' tables, orders, walks and an emergency follow a plan's grids, whatever is done to those."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from freshness import KINDS, assert_fresh, step
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, box
from towns import METRES, SIDE, town

import gridkit as gk
from gridkit.recipes.refresh import refresh, scored

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
WIDE = 8
NAMES = {"departments", "sharing", "response", "patrol", "emergency", "scorecard"}


@pytest.fixture(scope="module")
def plan() -> gk.Plan:
    """Return a town of 16 grids with all that departments bring: some rows by place, some by the code of a grid."""
    pytest.importorskip("rustworkx", reason="rustworkx is not installed: patrols NOT checked")
    rng = np.random.default_rng(4)
    plan = replace(town(WIDE, 2), backdrop={"roads": streets()})
    grids = plan.grids.index.tolist()

    def spots(count: int) -> gpd.GeoSeries:
        side = SIDE * WIDE - 5
        return gpd.points_from_xy(rng.uniform(5, side, count), rng.uniform(5, side, count), crs=METRES)

    net = gpd.GeoDataFrame({"code": ["n", "s"]}, geometry=[box(0, 350, 800, 800), box(0, 0, 800, 350)], crs=METRES)
    plan = gk.departments_overlay(plan, {"police": net, "health": "parent"})
    shops = gpd.GeoDataFrame({"name": [f"shop {k}" for k in range(20)]}, geometry=spots(20), crs=METRES)
    civil = pd.DataFrame({"grid": rng.choice(grids, 12, replace=False), "households": rng.integers(1, 40, 12)})
    plan = gk.ingest(plan, {"market": shops, "civil": civil}, asof="2026-06-01")
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 100, 120), unit="D")
    closed = days + pd.to_timedelta(rng.integers(1, 9, 120), unit="D")
    orders = {"created": days, "closed": closed, "order_id": [str(k // 2) for k in range(120)]}
    orders |= {"department": rng.choice(["road", "water", "housing"], 120)}
    plan = gk.response(plan, gpd.GeoDataFrame(orders, geometry=spots(120)))
    plan = gk.patrol(plan)
    zones = gpd.GeoDataFrame(
        {"name": ["A", "B"], "kind": ["sealed", "controlled"]},
        geometry=[box(5, 5, 295, 195), box(405, 405, 595, 795)],
        crs=METRES,
    )
    halls = gpd.GeoDataFrame({"name": ["hall", "school"], "capacity": [60, 200]}, geometry=spots(2), crs=METRES)
    plan = gk.emergency(plan, zones=zones, candidates=halls, since="2026-05-01", until="2026-05-09", inside=60)
    laid = refresh(scored(gk.audit(plan).kept(plan)))
    assert set(laid.layers) == NAMES
    return laid


def streets() -> gpd.GeoDataFrame:
    """Return a street along every edge of the town's blocks."""
    at = [SIDE * k for k in range(WIDE + 1)]
    every = [LineString([(x, y) for y in at]) for x in at] + [LineString([(x, y) for x in at]) for y in at]
    roads = gpd.GeoDataFrame({"kind": ["residential"] * len(every)}, geometry=every, crs=METRES)
    return roads.rename_axis("feature_id")


@pytest.mark.slow
@given(turns=st.lists(st.integers(0, KINDS - 1), min_size=1, max_size=3), seed=st.integers(0, 99))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_changes_all_that_departments_brought_equals_what_is_made_from_scratch(
    plan: gk.Plan, turns: list[int], seed: int, tmp_path: Path
) -> None:
    rng = np.random.default_rng(seed)
    for turn in turns:
        plan = step(plan, turn, rng, tmp_path)
    assert set(plan.layers) == NAMES
    assert_fresh(plan)
