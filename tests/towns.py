"""Tiny towns of square blocks, already cut into grids, for tests and benchmarks of what is done with a plan."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, box

from gridkit.plan.plan import Parameters, Plan
from gridkit.tables import TEXT

METRES = "EPSG:32650"
SIDE = 100.0
WEST, EAST = "110101001001", "110101001002"


def town(wide: int = 4, blocks: int = 2) -> Plan:
    """Return a town of wide x wide blocks of 100 m, cut into grids of blocks x blocks; a river runs through its middle.

    ::

        wide = 4, blocks = 2        unit ids are uYYXX, row then column, from the south-west
        +---+---+~~~+---+---+
        | W10   | ~ | E11   |       parents: WEST and EAST of the river
        |   |   | ~ |   |   |       a block holds ten people in four households
        +---+---+~~~+---+---+       between grids runs "R2 Road", else lanes without a name
        | W00   | ~ | E01   |
        |   |   | ~ |   |   |
        +---+---+~~~+---+---+
    """
    cells = [(x, y) for y in range(wide) for x in range(wide)]
    half = wide // 2
    units = gpd.GeoDataFrame(
        {
            "parent": [WEST if x < half else EAST for x, _ in cells],
            "people": 10,
            "households": 4,
            "kind": "block",
            "grid_id": [f"{'W' if x < half else 'E'}{y // blocks}{x // blocks}" for x, y in cells],
        },
        index=pd.Index([f"u{y:02d}{x:02d}" for x, y in cells], name="unit_id"),
        geometry=[box(SIDE * x, SIDE * y, SIDE * (x + 1), SIDE * (y + 1)) for x, y in cells],
        crs=METRES,
    )
    units["area_m2"] = units.area
    rows = [_border(x, y, 1, 0, half, blocks) for x, y in cells if x + 1 < wide]
    rows += [_border(x, y, 0, 1, half, blocks) for x, y in cells if y + 1 < wide]
    borders = gpd.GeoDataFrame(rows, crs=METRES, index=pd.Index([f"b{k}" for k in range(len(rows))], name="border_id"))
    districts = gpd.GeoDataFrame(
        {"name": ["西社区", "East"], "street": ["西街道", "东街道"]},
        index=pd.Index([WEST, EAST], name="district_id"),
        geometry=[box(0, 0, SIDE * half, SIDE * wide), box(SIDE * half, 0, SIDE * wide, SIDE * wide)],
        crs=METRES,
    )
    people = 10.0 * blocks**2
    parameters = Parameters(title="Q Town", preset="cn-social", low=0.5 * people, target=people, high=1.5 * people)
    return Plan(units, borders, districts, parameters)


def _border(x: int, y: int, right: int, up: int, half: int, blocks: int) -> dict[str, object]:
    here, there = f"u{y:02d}{x:02d}", f"u{y + up:02d}{x + right:02d}"
    corner = (SIDE * (x + 1), SIDE * y) if right else (SIDE * x, SIDE * (y + 1))
    end = (SIDE * (x + 1), SIDE * (y + 1))
    river, main = right and x + 1 == half, (y + up) % blocks == 0 and (x + right) % blocks == 0
    road = (right and (x + 1) % blocks == 0) or (up and (y + 1) % blocks == 0)
    feature = "river" if river else "arterial" if road or main else "street"
    name = "南河" if river else f"R{y + 1} Road" if road and up else f"C{x + 1} Road" if road else None
    return {
        "unit_id": here,
        "neighbour": there,
        "shared_m": SIDE,
        "feature": feature,
        "feature_m": SIDE,
        "name": name,
        "link": "border",
        "geometry": LineString([corner, end]),
    }


def moved(plan: Plan, to: dict[str, str]) -> Plan:
    """Return the plan with units in other grids, unchecked."""
    units = plan.units.copy()
    units.loc[list(to), "grid_id"] = list(to.values())
    return replace(plan, units=units)


def uneven_town() -> Plan:
    """Return a town with compounds, locks, an institution, a border that is not seen, and one that is seen but none."""
    plan = town(8, 2)
    rng = np.random.default_rng(5)
    units = plan.units.assign(people=rng.integers(4, 17, len(plan.units)).astype(float))
    units.loc[["u0000", "u0001", "u0102"], "people"] = [60.0, 8.0, 12.0]  # W00 is far over its band from the start
    units["households"] = units["people"] / 3
    compounds = {"u0202": "a", "u0203": "a", "u0302": "a", "u0404": "b", "u0504": "b"}
    units["group"] = pd.Series(compounds, dtype=TEXT).reindex(units.index)
    units["lock"] = pd.Series({"u0606": "E33"}, dtype=TEXT).reindex(units.index)
    units["dedicated"] = pd.Series(dict.fromkeys(("u0006", "u0007", "u0106", "u0107"), "Q School")).reindex(units.index)
    parted = (plan.borders["unit_id"] == "u0101") & (plan.borders["neighbour"] == "u0201")
    bridge = plan.borders.iloc[[0]].assign(unit_id="u0001", neighbour="u0701", link="bridge")
    bridge.index = ["bridge"]
    borders = pd.concat([plan.borders[~parted], bridge]).rename_axis("border_id")
    return replace(plan, units=units, borders=borders)
