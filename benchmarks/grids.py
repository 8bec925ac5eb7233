"""What a planner would still mend by hand in a plan, counted: ``python benchmarks/grids.py PLAN.gpkg ...``.

Nothing the plan says of itself is believed but its units, its borders and its roads: joints and straddled roads are
measured on the polygons again.

in band         share of grids in the range of size
weak joints     grids whose widest tree of joints has one under 20 m of ordinary border that no way leads over
fall apart      grids that are in pieces (of 100 m2 at least) once shrunk by 8 m; bridges, ferries and ways over joints
                are strips of 16 m; in brackets without those whose parts lie across a gap that the plan names
PP, PP < .2     median of Polsby-Popper and the share of grids under 0.2, water left out
on features     share of the metres between grids that run along something
cut straight    share of the people whose unit was cut by straight lines, and of those where such a line parts two grids
straddled       grids with more than 100 m of main road (secondary and up) between units of theirs; metres of it in all
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.adjacency import FERRY, GAP, WAY_M, needed, positions
from gridkit.graph import components
from gridkit.measure.shape import polsby_popper
from gridkit.plan.audit.audited import Audited
from gridkit.store.geopackage import read
from gridkit.tessellation.cut_rules import Rules

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridkit.plan.plan import Plan

JOINT_M = 20.0
SHRINK_M = 8.0
CRUMB_M2 = 100.0
"""What a shrunk grid leaves in a bulge of its outline is no part of it."""
ROAD_M = 100.0
MAIN = ("motorway", "arterial")


class Joints:
    """The borders inside the grids of a plan, and the ways that lead over them."""

    def __init__(self, plan: Plan) -> None:
        """Measure the borders between units of one grid."""
        self.units, self.table = plan.units, plan.borders
        self.shapes = np.asarray(plan.units.geometry.values)
        self.grid = plan.grids.index.get_indexer(plan.units["grid_id"].astype(str))
        ends = positions(plan.borders, plan.units.index)
        inner = (ends >= 0).all(axis=1) & (self.grid[ends[:, 0]] == self.grid[ends[:, 1]])
        self.ends, self.table = ends[inner], plan.borders[inner]
        roads = plan.backdrop.get("roads")
        kept = [] if roads is None else roads[~roads["kind"].isin((*Rules().closed, "proposed", "construction"))]
        lines = shapely.get_parts(np.asarray(kept.geometry if len(kept) else [], dtype=object))
        # A map breaks a road where its name or its deck begins: one that is whole on the ground is made whole.
        self.ways = np.asarray(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))), dtype=object)
        self.over = self._ways_over()

    def _ways_over(self) -> list[NDArray[np.int64]]:
        """Return the ways that lead over each border, at least 5 m into either unit beside the border itself.

        The street of a bridge is an edge of units beside it, so there a way may run along the unit's edge.
        """
        lines = np.asarray(self.table.geometry.values)
        found: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)] * len(lines)
        if not len(self.ways) or not len(lines):
            return found
        # Where four units meet in the middle of a bridge, their borders end on its line but for rounding.
        edge, way = shapely.STRtree(self.ways).query(lines, predicate="dwithin", distance=0.01)
        cores, bodies = shapely.buffer(self.shapes, -1.0), shapely.buffer(self.shapes, 1.0)
        bridge = (self.table["link"] == "bridge").to_numpy()[edge]
        beyond = shapely.difference(self.ways[way], shapely.buffer(lines[edge], 2.0))
        into = np.ones(len(edge), dtype=bool)
        for side in (0, 1):
            held = np.where(bridge, bodies[self.ends[edge, side]], cores[self.ends[edge, side]])
            into &= shapely.length(shapely.intersection(beyond, held)) >= 5.0
        edge, way = edge[into], way[into]
        for i in np.unique(edge):
            found[i] = way[edge == i]
        return found

    @property
    def metres(self) -> NDArray[np.float64]:
        """The ordinary metres of each border."""
        shut = self.table["feature"].isin(Rules().closed).to_numpy()
        if "joining_m" in self.table:
            return self.table["joining_m"].to_numpy(dtype=float)
        return np.where(shut, 0.0, self.table["shared_m"].to_numpy(dtype=float))

    def weak(self) -> int:
        """Count the grids that hang together by less than a joint over which no way leads."""
        led = np.array([len(ways) > 0 for ways in self.over], dtype=bool)
        led |= self.table["link"].isin(("bridge", FERRY)).to_numpy() & (self.metres == 0)
        wide = self.metres >= needed(JOINT_M, shapely.area(self.shapes), self.ends)
        wet = (self.units["kind"] == "water").to_numpy()
        gap = (self.table["link"] == GAP).to_numpy()
        strong = components(self.ends[wide | led | gap | wet[self.ends].any(axis=1)], len(self.units))
        parts = np.bincount(np.unique(np.stack([self.grid, strong]), axis=1)[0], minlength=self.grid.max() + 1)
        return int((parts > 1).sum())

    def apart(self, land: pd.Series) -> tuple[int, int, list[str]]:
        """Count the grids that are in pieces once shrunk, and those of them that no named gap explains."""
        strips: list[list[shapely.Geometry]] = [[] for _ in land]
        gap = (self.table["link"] == GAP).to_numpy()
        named = (
            np.bincount(self.grid[self.ends[gap, 0]], minlength=len(land)) if len(self.ends) else np.zeros(len(land))
        )
        for i, ways in enumerate(self.over):
            grid = self.grid[self.ends[i, 0]]
            link, line = self.table["link"].iloc[i], self.table.geometry.iloc[i]
            if self.table["shared_m"].iloc[i] == 0 and link != GAP:
                strips[grid].append(shapely.buffer(line, WAY_M / 2 + 0.1))
            near = shapely.intersection(self.ways[ways], shapely.buffer(line, 60.0))
            strips[grid] += list(shapely.buffer(near, WAY_M / 2 + 0.1))
        torn, unnamed, names = 0, 0, []
        for row, (name, shape) in enumerate(land.items()):
            whole = shapely.union_all([shape, *strips[row]])
            left = shapely.get_parts(shapely.buffer(whole, -SHRINK_M))
            parts = int((shapely.area(left) >= CRUMB_M2).sum())
            torn += parts > 1
            unnamed += parts > 1 + named[row]
            names += [str(name)] if parts > 1 + named[row] else []
        return torn, unnamed, names


def straight(plan: Plan) -> str:
    """Return the shares of people in units cut by straight lines, and in those of them at one that parts grids."""
    if "way" not in plan.units or "people" not in plan.units:
        return "-"
    people, cut = plan.units["people"], plan.units["way"] == "area"
    ends = positions(plan.borders, plan.units.index)
    block = plan.units.index.to_series().str.rpartition(".")[0].to_numpy()
    grid = plan.units["grid_id"].to_numpy()
    bare = (ends >= 0).all(axis=1) & (plan.borders["feature"] == "none").to_numpy()
    bare &= (block[ends[:, 0]] == block[ends[:, 1]]) & (grid[ends[:, 0]] != grid[ends[:, 1]])
    parted = cut & plan.units.index.isin(plan.units.index[np.unique(ends[bare])])
    return f"{people[cut].sum() / people.sum():.1%}, {people[parted].sum() / people.sum():.1%}"


def figures(plan: Plan) -> dict[str, object]:
    """Return the figures of one plan."""
    band = plan.parameters.band
    measure = plan.grids[plan.parameters.measure]
    audited = Audited.of_plan(plan, plan.parameters.measure, band, plan.parameters.template)
    joints = Joints(plan)
    score = polsby_popper(audited.land)
    lines = audited.grid_borders
    main = joints.table[joints.table["feature"].isin(MAIN)]
    road = main["feature_m"].groupby(joints.grid[joints.ends[joints.table["feature"].isin(MAIN).to_numpy(), 0]]).sum()
    torn, unnamed, names = joints.apart(audited.land.geometry)
    return {
        "grids": len(measure),
        "in band": f"{1 - band.outside(measure).mean():.1%}" if band else "-",
        "weak joints": joints.weak(),
        "fall apart": f"{torn} ({unnamed})",
        "PP": f"{score.median():.3f}",
        "PP < .2": f"{(score < 0.2).mean():.1%}",
        "on features": f"{1 - lines['bare_m'].sum() / lines['metres'].sum():.1%}" if lines is not None else "-",
        "cut straight": straight(plan),
        "straddled": f"{(road > ROAD_M).sum()}, {road[road > ROAD_M].sum() / 1000:.1f} km",
        "torn": " ".join(names[:12]),
    }


def main(paths: list[str]) -> None:
    """Print one row a plan."""
    warnings.simplefilter("ignore")
    rows = {Path(path).stem: figures(read(Path(path))) for path in paths}
    heads = list(next(iter(rows.values())))
    print("| plan | " + " | ".join(heads) + " |")
    print("|---" * (len(heads) + 1) + "|")
    for name, row in rows.items():
        print(f"| {name} | " + " | ".join(str(row[head]) for head in heads) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
