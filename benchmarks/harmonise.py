"""Nine departments' nets made to fit a plan of a thousand grids and 50,000 units, with a bound on what moves.

    python benchmarks/harmonise.py [--side 224] [--across 7] [--goal union] [--move]

The nets are those of ``overlay.py``. ``--move`` lets the plan move too.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from overlay import laid
from plans import Size, crooked_plan

from gridkit.catalog import definitions
from gridkit.measure.departments.overlay import overlay
from gridkit.plan.harmony import PLAN, STAYS, harmony


def main() -> None:
    """Print net by net what moves, what none can move less than, and what is in pieces; and the processor's seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=224, help="blocks along each edge")
    parser.add_argument("--across", type=int, default=7, help="blocks per grid and direction")
    parser.add_argument("--goal", choices=("nest", "union", "equal"), default="union")
    parser.add_argument("--move", action="store_true", help="the plan moves too")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    plan = replace(crooked_plan(Size(asked.side, asked.across, incidents=100)), layers={})
    subject = laid(plan)
    units = overlay(definitions.layers()["departments"], subject).tables["units"]
    codes = {str(name).removeprefix("code: "): units[name] for name in units}
    prices = dict.fromkeys(codes, 1.0) | {PLAN: 1.0 if asked.move else STAYS}
    begin = time.process_time()
    found = harmony(plan, codes, asked.goal, prices)
    seconds = time.process_time() - begin
    print(f"{len(plan.grids):,} grids, {len(plan.units):,} units, {len(codes)} nets, {asked.goal}: {seconds:.1f} s")
    for name, side in found.sides.items():
        own = side.harmony
        wrong = f"{len(own.torn)} torn, {len(own.given_up)} given up, {len(own.misfits)} misfits"
        print(f"{name:14} moved {own.moved:10,.0f}  at least {own.bound:10,.0f}  {wrong}")
    print(f"together {found.cost:,.0f}, no accord costs less than {found.bound:,.0f}")


if __name__ == "__main__":
    main()
