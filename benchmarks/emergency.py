"""How long an emergency takes from its zones to maps and papers, on a town of a thousand grids, beside one union."""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, box

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from towns import METRES, town

import gridkit as gk
from gridkit.recipes import emergency_papers as papers

SIDE, ZONES = 64, 20


def place() -> gk.Plan:
    """Return a town of 4,096 blocks in a thousand grids, with streets and a lane through every other block."""
    ends = [100 * k for k in range(SIDE + 1)]
    middles = sorted([*ends, *(x + 50 for x in ends[:-1])])
    lines = [LineString([(x, y) for y in ends]) for x in ends] + [LineString([(x, y) for x in middles]) for y in ends]
    lanes = [
        LineString([(100 * i + 50, 100 * j + step) for step in (0, 50, 100)])
        for i in range(SIDE)
        for j in range(0, SIDE, 2)
    ]
    kinds = ["residential"] * len(lines) + ["service"] * len(lanes)
    roads = gpd.GeoDataFrame({"kind": kinds}, geometry=[*lines, *lanes], crs=METRES).rename_axis("feature_id")
    plan = town(SIDE, 2)
    return replace(plan, units=plan.units.assign(people=120.0, households=45.0), backdrop={"roads": roads})


def zones() -> gpd.GeoDataFrame:
    """Return twenty zones of all kinds, which may overlap."""
    rng = np.random.default_rng(0)
    corners, sizes = rng.integers(0, SIDE - 8, (ZONES, 2)) * 100, rng.integers(3, 8, (ZONES, 2)) * 100
    shapes = [box(x + 5, y + 5, x + w - 5, y + h - 5) for (x, y), (w, h) in zip(corners, sizes, strict=True)]
    kinds = [("sealed", "controlled", "prevention")[k % 3] for k in range(ZONES)]
    return gpd.GeoDataFrame({"name": [f"Z{k}" for k in range(ZONES)], "kind": kinds}, geometry=shapes, crs=METRES)


def main() -> None:
    """Print seconds of the processor for each step, and as times of one union of the units."""
    warnings.simplefilter("ignore")
    plan, areas = place(), zones()
    begin = time.process_time()
    shapely.union_all(plan.units.geometry.to_numpy())
    union = time.process_time() - begin
    print(f"{len(plan.grids):,} grids, {len(plan.units):,} units; one union of them takes {union:.2f} s")
    begin = time.process_time()
    closed = gk.emergency(plan, zones=areas, since="2027-01-01", until="2027-01-10", inside=300.0)
    steps = {"zones, gates, points, finer grids": time.process_time() - begin}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("papers.pdf", "residents.html", "report.xlsx"):
            begin = time.process_time()
            papers.written(closed, Path(folder) / name, lang="en", overwrite=True)
            steps[name] = time.process_time() - begin
    for name, spent in {**steps, "all": sum(steps.values())}.items():
        print(f"{name:34} {spent:6.1f} s  {spent / union:7.1f} unions")


if __name__ == "__main__":
    main()
