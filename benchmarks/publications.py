"""What a reader gets out of all that an office ever published, and how long it takes to keep it from him.

``python3 dev.py python benchmarks/publications.py`` makes 20 series of publications that mix pages of several layers,
moves of units, grids cut in two, months that are added, pages of parts, joins and undone edits, handed out as pages or
as pages with workbooks and cards, and attacks each by linear and by whole-number programming;
``--scale`` publishes three editions of three layers on a thousand grids in communities of 36.
"""

from __future__ import annotations

import argparse
import resource
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from publications import World, attacked, moved, step, world

from gridkit.measure.incidents import layer

STEPS = 6
ACROSS = 6
"""Grids along an edge of a community."""


def seconds() -> float:
    """Return the processor seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def series(many: int, side: int, asked: int | None, whole: int) -> None:
    """Attack series of publications, remembered by their plan and, to try the attack, forgotten."""
    for remembering in (True, False):
        found, pages = np.zeros(3, dtype=int), 0
        for seed in range(many):
            made = world(seed, side)
            made.remembering = remembering
            made.plan = made.publish(made.plan, ("incidents",))
            did = [step(made) for _ in range(STEPS)]
            told = attacked(made, asked, whole)
            found, pages = found + told, pages + len(made.published)
            print(seed, "+".join(did), len(made.published), "pages:", *told, flush=True)
        said = "remembered" if remembering else "forgotten"
        print(f"{said}: {many} series, {pages} pages, {found[0]} small counts asked for,", end=" ")
        print(f"{found[1]} recovered, {found[2]} proven below the limit", flush=True)


def parted(made: World) -> World:
    """Return a world whose communities are of some grids each."""
    units, districts = made.plan.units.copy(), made.plan.districts
    places = made.plan.grids.centroid
    side = np.sqrt(made.plan.grids.area.median()) * ACROSS
    x, y = ((each - each.min()) // side for each in (places.x, places.y))
    name = (x.astype(int).astype(str) + "-" + y.astype(int).astype(str)).rename("parent")
    units["parent"] = units["grid_id"].map(name)
    shapes = units.dissolve("parent")[["geometry"]].rename_axis("district_id").assign(name=lambda each: each.index)
    made.plan = replace(made.plan, units=units, districts=shapes.to_crs(districts.crs), layers={})
    made.laid()
    return made


def scale(side: int, across: int) -> None:
    """Publish three editions with a move between them."""
    made = parted(world(1, side, across))
    print(
        len(made.plan.units), "units,", len(made.plan.grids), "grids,", len(made.plan.districts), "communities,",
        len(made.events), "events", flush=True,
    )  # fmt: skip
    whole = 0.0
    for names in (("incidents",), ("incidents", "crime"), ("incidents", "crime", "disputes")):
        if made.published:
            moved(made)
        began = seconds()
        made.plan = made.publish(made.plan, names)
        whole += seconds() - began
        kept = made.published[-1].sheets[1]
        shown = len(made.plan.grids) - len(kept.hidden)
        print(f"{len(names)} layers: {seconds() - began:.1f} s, counts of {shown} grids shown", flush=True)
    print(f"{whole:.1f} CPU s in all", flush=True)


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=20, help="series that are attacked")
    parser.add_argument("--asked", type=int, default=200, help="small counts that are asked for in each")
    parser.add_argument("--whole", type=int, default=40, help="of these, how many are asked for whole numbers")
    parser.add_argument("--scale", action="store_true", help="a thousand grids instead")
    parser.add_argument("--side", type=int, help="blocks along an edge; 12, and 64 for --scale")
    parser.add_argument("--across", type=int, default=2, help="blocks along the edge of a grid, for --scale")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    layer.QUESTIONS = (layer._trends, layer._closed)  # noqa: SLF001 - only what the pages print
    if asked.scale:
        scale(asked.side or 64, asked.across)
    else:
        series(asked.series, asked.side or 12, asked.asked, asked.whole)


if __name__ == "__main__":
    main()
