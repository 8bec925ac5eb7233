"""What is done with a plan, timed against the plain union of its units in the same run.

    python benchmarks/plans.py [--side 224] [--across 7]
    python benchmarks/plans.py --plan plan.gpkg        what a real plan goes through: 8 % more people in one quarter

The goal: audit and compare of 1,000 grids and 50,000 units together in less than 3 times one ``GeoSeries.union_all``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from plans import Size, crooked_plan

from gridkit.catalog.presets import presets
from gridkit.errors import GridkitWarning
from gridkit.partition import Prices
from gridkit.plan.audit.audit import audit
from gridkit.plan.bounds import bounds
from gridkit.plan.compare import compare
from gridkit.plan.life.history import undo
from gridkit.plan.life.redraw import Change, redraw
from gridkit.plan.life.succession import successors
from gridkit.store.geopackage import read, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridkit.plan.plan import Plan


def timed(work: Callable[[], Any], turns: int = 3) -> float:
    """Return the least seconds of some turns."""
    seconds = []
    for _ in range(turns):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def fresh(plan: Plan) -> Plan:
    """Return the plan without what it has computed already."""
    return replace(plan)


def shifted(plan: Plan, seed: int = 1) -> Plan:
    """Return the plan with 2 % of its units in a neighbour's grid."""
    rng = np.random.default_rng(seed)
    rows = plan.borders.iloc[rng.choice(len(plan.borders), len(plan.units) // 50, replace=False)]
    units = plan.units.copy()
    units.loc[rows["unit_id"], "grid_id"] = units.loc[rows["neighbour"], "grid_id"].to_numpy()
    return replace(plan, units=units)


def growth(plan: Plan, share: float = 0.08) -> Plan:
    """Return the plan with ``share`` of all people more, all in the north-west quarter."""
    middle = plan.units.representative_point()
    quarter = (middle.x < middle.x.median()) & (middle.y > middle.y.median())
    units = plan.units.assign(quarter=quarter)
    for name in {"people", plan.parameters.measure} & set(units):
        more = share * float(units[name].sum()) / float(units[name][quarter].sum())
        units[name] = units[name].astype(float).where(~quarter, units[name] * (1 + more))
    return replace(plan, units=units)


def life(path: Path) -> None:
    """Print what a plan goes through when one quarter grows."""
    plan = read(path)
    preset = presets()[plan.parameters.preset or "cn-social"]
    prices = Prices(preset.prices.factors("cut"), preset.prices.factors("inside"), preset.prices.change.value)
    grown = growth(plan)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GridkitWarning)
        after = redraw(plan, Change(units=grown.units.drop(columns="quarter"), reason="growth"), prices=prices)
    print(f"redraw: {time.perf_counter() - start:.1f} s")
    others = ~grown.units["quarter"]
    stayed = (after.units["grid_id"] == plan.units["grid_id"])[others]
    low, high = plan.parameters.low, plan.parameters.high
    out = [int((~each.grids[plan.parameters.measure].between(low, high)).sum()) for each in (plan, after)]
    facts = compare(plan, after).facts
    print(f"grids {len(plan.grids)} -> {len(after.grids)}, out of the band {out[0]} -> {out[1]}")
    print(f"people who change grid: {facts['share_moved']:.1%}")
    kept = np.average(stayed, weights=grown.units["people"][others])
    print(f"people of the other quarters who keep their grid: {kept:.1%}")
    print(f"undone exactly: {undo(after).digest == plan.digest}")
    for name, verdict in audit(after, preset).verdicts.items():
        print(f"  {name:12}{verdict}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=224, help="blocks along each edge")
    parser.add_argument("--across", type=int, default=7, help="blocks per grid and direction")
    parser.add_argument("--plan", type=Path, help="a plan file to grow and redraw instead")
    asked = parser.parse_args()
    if asked.plan is not None:
        life(asked.plan)
        return
    plan = replace(crooked_plan(Size(asked.side, asked.across, incidents=100)), layers={})
    after = shifted(plan)
    preset = presets()["cn-social"]
    print(f"{len(plan.grids):,} grids, {len(plan.units):,} units, {len(plan.borders):,} borders")
    union = timed(plan.units.geometry.union_all)
    rows = {
        "union_all of the units": union,
        "grids dissolved": timed(lambda: fresh(plan).grids),
        "audit": timed(lambda: audit(fresh(plan), preset)),
        "compare": timed(lambda: compare(fresh(plan), fresh(after))),
        "successor table": timed(lambda: successors(plan, after)),
        "four bounds": timed(lambda: bounds(fresh(plan), "zh")),
    }
    rows["audit and compare"] = rows["audit"] + rows["compare"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        rows["plan file written"] = timed(lambda: write(fresh(plan), path, overwrite=True), 1)
        rows["plan file read"] = timed(lambda: read(path), 1)
        print(f"plan file: {path.stat().st_size / 1e6:.1f} MB")
    for name, seconds in rows.items():
        print(f"{name:26}{seconds:8.2f} s{seconds / union:8.2f} unions")


if __name__ == "__main__":
    main()
