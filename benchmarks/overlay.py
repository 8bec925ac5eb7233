"""Nine departments' nets over a plan of a thousand grids and 50,000 units, beside one union of the units.

    python benchmarks/overlay.py [--side 224] [--across 7]

Five nets are drawn with a ruler, so that every border of theirs cuts units; four follow the streets, as nets made of
blocks do. They have from 24 to 1,200 areas each, drawn from a seed.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from plans import Size, crooked_plan

from gridkit.catalog import definitions
from gridkit.measure.departments.overlay import overlay
from gridkit.measure.inputs import Subject
from gridkit.sources import nets
from gridkit.tables import Extract

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridkit.plan.plan import Plan

RULED, STREETS = (24, 60, 150, 400, 1200), (24, 60, 300, 1000)
"""Areas of the nets that are drawn with a ruler, and of those that follow the streets."""


def spent(work: Callable[[], Any], turns: int = 3) -> float:
    """Return the least seconds of the processor of some turns."""
    seconds = []
    for _ in range(turns):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def sites(units: gpd.GeoDataFrame, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return places drawn evenly over the units, shape (count, 2)."""
    west, south, east, north = units.total_bounds
    return rng.uniform((west, south), (east, north), (count, 2))


def ruled(units: gpd.GeoDataFrame, count: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return a net whose straight borders cut units: the ground nearest to each of some places."""
    ground = shapely.box(*units.total_bounds)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites(units, count, rng)), extend_to=ground))
    shapes = shapely.intersection(cells, ground)
    codes = [f"{at:04d}" for at in range(len(shapes))]
    return nets.read(gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=units.crs), f"ruled {count}")[0]


def along_streets(units: gpd.GeoDataFrame, count: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return a net made of whole units: those nearest to each of some places."""
    tree = shapely.STRtree(shapely.points(sites(units, count, rng)))
    nearest = tree.nearest(np.asarray(units.representative_point(), dtype=object))
    return nets.of_units(units.assign(beat=[f"{at:04d}" for at in nearest]), "beat", f"streets {count}")


def laid(plan: Plan, seed: int = 0) -> Subject:
    """Return a plan with nine nets to lay over it."""
    rng = np.random.default_rng(seed)
    drawn = [ruled(plan.units, count, rng) for count in RULED]
    drawn += [along_streets(plan.units, count, rng) for count in STREETS]
    return Subject(plan.units, plan.grids, Extract({}, plan.crs), data=nets.together(drawn), borders=plan.borders)


def main() -> None:
    """Print the processor's seconds of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=224, help="blocks along each edge")
    parser.add_argument("--across", type=int, default=7, help="blocks per grid and direction")
    asked = parser.parse_args()
    plan = replace(crooked_plan(Size(asked.side, asked.across, incidents=100)), layers={})
    subject, definition = laid(plan), definitions.layers()["departments"]
    areas = subject.data.groupby("net", sort=False).size()
    print(f"{len(plan.grids):,} grids, {len(plan.units):,} units, {len(areas)} nets of {areas.min()} to {areas.max()}")
    shapes = np.asarray(plan.units.geometry, dtype=object)
    union = spent(lambda: shapely.union_all(shapes))
    for rule in ("people", "area"):
        seconds = spent(lambda rule=rule: overlay(replace(definition, rule=rule), subject))
        print(f"by {rule:7} {seconds:6.2f} s  {seconds / union:5.1f} unions of {union:.2f} s")


if __name__ == "__main__":
    main()
