"""Draw streets.png: what units make of four made-up street scenes. Needs matplotlib: ``python3 docs/streets.py``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from scipy.sparse import coo_array

from gridkit.tessellation import barriers, borders
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.shapes import blocks, divide

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.tables import Extract

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

import scenes  # noqa: E402 - the scenes are the tests'

FILLS = ("#cfe3f1", "#f6dcc0", "#d5ecd1", "#eadcef", "#fbf3c6", "#dcdcdc")
WATER, STREET, LANE, HOUSE, EDGE = "#8fbfe0", "#c0392b", "#d98b81", "#8d8d8d", "#222222"


def main() -> None:
    """Draw the four scenes side by side."""
    mpl.use("Agg")
    figure, axes = plt.subplots(2, 2, figsize=(11, 11.4))
    shown = {
        "Two carriageways and a side street: 3 blocks, one border in the middle": _scene(*scenes.median()),
        "A roundabout: 4 blocks meet in its centre": _scene(*scenes.roundabout()),
        "A river with one bridge: its banks meet in mid-stream": _scene(*scenes.river()),
        "A superblock of 3,600 people, a grid holds 1,000: cut by lanes and between slabs": _superblock(),
    }
    for ax, (title, (units, features)) in zip(axes.ravel(), shown.items(), strict=True):
        _draw(ax, units, features)
        ax.set_title(title, fontsize=9)
    figure.tight_layout()
    figure.savefig(HERE / "streets.png", dpi=110)


def _scene(areas: gpd.GeoDataFrame, features: Extract) -> tuple[gpd.GeoDataFrame, Extract]:
    return blocks.enclose(areas, barriers.select(features), features), features


def _superblock() -> tuple[gpd.GeoDataFrame, Extract]:
    units, features = _scene(*scenes.superblock())
    units = units.assign(people=np.where(units["group"].notna(), 3_600.0, 0.0))
    return divide.divide(units, 1_000, features, rules=Rules())[0], features


def _draw(ax: plt.Axes, units: gpd.GeoDataFrame, features: Extract) -> None:
    units.plot(ax=ax, color=[FILLS[k % len(FILLS)] for k in _colours(units, features)], edgecolor="none")
    for name, colour in (("water", WATER), ("buildings", HOUSE)):
        if len(features.table(name)):
            features.table(name).clip(units.total_bounds).plot(ax=ax, color=colour, alpha=0.55)
    lines = barriers.lines(features).clip(units.total_bounds)
    for weak, colour in ((True, LANE), (False, STREET)):
        some = lines[lines["feature"].isin(("service", "path")) == weak]
        if len(some):
            some.plot(ax=ax, color=colour, linewidth=0.9 if weak else 1.6)
    units.boundary.plot(ax=ax, color=EDGE, linewidth=2.2)
    ax.set_axis_off()


def _colours(units: gpd.GeoDataFrame, features: Extract) -> list[int]:
    """Return a colour for each unit that no neighbour has, taken greedily."""
    table = borders.touching(units, barriers.select(features), features)
    one, two = (units.index.get_indexer(table[name]) for name in ("unit_id", "neighbour"))
    touching = coo_array((np.ones(len(one)), (one, two)), shape=(len(units), len(units))).tocsr()
    touching = touching + touching.T
    taken: list[int] = []
    for i in range(len(units)):
        beside = {taken[j] for j in touching.indices[touching.indptr[i] : touching.indptr[i + 1]] if j < i}
        taken.append(next(k for k in range(len(units)) if k not in beside))
    return taken


if __name__ == "__main__":
    main()
