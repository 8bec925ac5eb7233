"""Draw grids at street scale, before and after: ``python3 docs/grids.py NAME BEFORE.gpkg AFTER.gpkg`` (matplotlib).

Two plans of one district side by side, in the same square of 1.5 km around a grid of the second plan that is named as
fourth, else around the place where the first plan is worst: the
thinnest grid that falls apart when shrunk by 8 m, else the least compact one. Black lines are grids, red ones main
roads, grey ones other roads; in white, what ``benchmarks/grids.py`` finds in pieces.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import shapely

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))

import grids as counted  # noqa: E402 - what is counted is what is shown

from gridkit.measure.shape import polsby_popper  # noqa: E402
from gridkit.plan.main_roads import MAIN  # noqa: E402
from gridkit.store.geopackage import read  # noqa: E402
from gridkit.tessellation.barriers import ROAD_FEATURE  # noqa: E402

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan

SIDE_M = 1500.0
FILLS = ("#cfe3f1", "#f6dcc0", "#d5ecd1", "#eadcef", "#fbf3c6", "#dcdcdc", "#f4cfd3")
WATER, ROAD, STREET = "#8fbfe0", "#c0392b", "#b9b9b9"


def main(name: str, before: str, after: str, grid: str = "") -> None:
    """Write ``docs/pictures/grids-NAME.jpg``."""
    mpl.use("Agg")
    warnings.simplefilter("ignore")
    plans = [read(Path(path)) for path in (before, after)]
    torn = [torn_of(plan) for plan in plans]
    middle = plans[1].grids.geometry[grid].centroid if grid else place(plans[0], torn[0])
    figure, axes = plt.subplots(1, 2, figsize=(11, 5.7))
    for ax, plan, names, title in zip(axes, plans, torn, ("before", "after"), strict=True):
        draw(ax, plan, names, middle)
        ax.set_title(f"{name}, {title}: {len(names)} of {len(plan.grids)} grids in pieces", fontsize=9)
    figure.tight_layout()
    figure.savefig(HERE / "pictures" / f"grids-{name}.jpg", dpi=90, pil_kwargs={"quality": 80})


def torn_of(plan: Plan) -> list[str]:
    """Return the grids that are in pieces once shrunk."""
    return counted.Joints(plan).apart(plan.grids.geometry)[2]


def place(plan: Plan, torn: list[str]) -> shapely.Point:
    """Return where a plan is worst."""
    score = polsby_popper(plan.grids)
    worst = score[torn].idxmin() if torn else score.idxmin()
    return plan.grids.geometry[worst].centroid


def draw(ax: plt.Axes, plan: Plan, torn: list[str], middle: shapely.Point) -> None:
    """Draw the square around a place."""
    window = shapely.box(*shapely.buffer(middle, SIDE_M / 2).bounds)
    shown = plan.grids[plan.grids.intersects(window)].clip(window)
    order = plan.grids.index.get_indexer(shown.index)
    shown.plot(ax=ax, color=[FILLS[(7 * k + k // 3) % len(FILLS)] for k in order], edgecolor="none")
    water, roads = plan.backdrop.get("water"), plan.backdrop.get("roads")
    if water is not None and len(water):
        water.clip(window).plot(ax=ax, color=WATER, alpha=0.7)
    if roads is not None and len(roads):
        near = roads.clip(window)
        big = near["kind"].astype(str).map(ROAD_FEATURE).isin(MAIN)
        for some, colour, width in ((near[~big], STREET, 0.5), (near[big], ROAD, 1.2)):
            if len(some):
                some.plot(ax=ax, color=colour, linewidth=width)
    shown.boundary.plot(ax=ax, color="black", linewidth=1.4)
    bad = shown[shown.index.isin(torn)]
    if len(bad):
        bad.plot(ax=ax, color="white", edgecolor="black", linewidth=1.4, alpha=0.85)
    ax.set_xlim(window.bounds[0], window.bounds[2])
    ax.set_ylim(window.bounds[1], window.bounds[3])
    ax.set_axis_off()


if __name__ == "__main__":
    main(*sys.argv[1:5])
