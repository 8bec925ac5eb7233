"""What lies over the grids of a map: what the audit found, and what changed from one plan to the next.

An overlay is a title, a mark (how it is drawn), and shapes of one dimension, each with a note for the pointer and the
grid it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from gridkit.crs import LONLAT
from gridkit.plan.principles import PRINCIPLES
from gridkit.render.payload import codes, texts
from gridkit.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gridkit.plan.compare import Comparison
    from gridkit.plan.plan import Plan
    from gridkit.render.payload import Island

    Pairs = Sequence[tuple[str | None, str | None]]

SIMPLER_M = 1.0
MOST_FLOWS = 200
"""Rows of people from grid to grid that a page lists; the report has them all."""
_MOVED = Words(en="Ground that changes grid", zh="改划地块")
_BORDERS = {"gone": Words(en="Borders that are gone", zh="取消的边界"), "new": Words(en="New borders", zh="新增的边界")}


def findings(plan: Plan, island: Island) -> list[dict[str, Any]]:
    """Return the places at fault that the plan's last audit found, rule by rule, failures first."""
    if "findings" not in plan.records:
        return []
    table = gpd.GeoDataFrame(plan.records["findings"])
    table = table[~(table.geometry.isna() | table.geometry.is_empty)]
    found: list[dict[str, Any]] = []
    for (verdict, rule), rows in table.groupby(["verdict", "rule"], sort=True):
        title = PRINCIPLES[str(rule)].title if rule in PRINCIPLES else Words(en=str(rule), zh=str(rule))
        head = {"group": "findings", "key": f"findings/{rule}", "title": title, "mark": str(verdict).lower()}
        notes = list(zip(texts(rows["note"]), texts(rows["note_zh"]), strict=True))
        found += _entries(head, gpd.GeoDataFrame(rows), notes, _places(plan, rows["grid_id"]), island)
    return found


def changes(comparison: Comparison, plan: Plan, island: Island) -> list[dict[str, Any]]:
    """Return the ground that changes grid, and the borders that went and came, on the way to ``plan``."""
    moved, borders = comparison.moved, comparison.borders
    ways = [f"{old} → {new}" for old, new in zip(texts(moved["old"]), texts(moved["new"]), strict=True)]
    people = moved["people"].fillna(0).round().astype(int)
    notes = [(f"{way} · {n:,} people", f"{way} · {n:,} 人") for way, n in zip(ways, people, strict=True)]
    head = {"group": "changes", "key": "changes/moved", "title": _MOVED, "mark": "moved"}
    found = list(_entries(head, moved, notes, _places(plan, moved["new"]), island))
    for change, title in _BORDERS.items():
        rows = borders[borders["change"] == change]
        head = {"group": "changes", "key": f"changes/{change}", "title": title, "mark": change}
        lengths = [(f"{metres:,.0f} m", f"{metres:,.0f} 米") for metres in rows["metres"]]
        found += _entries(head, rows, lengths, [-1] * len(rows), island)
    return found


def headline(comparison: Comparison) -> dict[str, Any]:
    """Return the numbers that a page says first, and who goes from which grid to which."""
    flows = comparison.flows.head(MOST_FLOWS)
    people = flows["people"].fillna(0).round().astype(int).tolist()
    return {
        "facts": dict(comparison.facts),
        "flows": [list(row) for row in zip(texts(flows["old"]), texts(flows["new"]), people, strict=True)],
    }


def _places(plan: Plan, grids: Any) -> list[int]:  # noqa: ANN401 - a column of a table
    place = {grid: index for index, grid in enumerate(plan.grids.index)}
    return [place.get(each, -1) for each in texts(grids)]


def _entries(
    head: dict[str, Any], table: gpd.GeoDataFrame, notes: Pairs, grids: Sequence[int], island: Island
) -> Iterator[dict[str, Any]]:
    """Yield one entry per dimension of shape: points, lines, areas."""
    # Normal shapes run one way round, so that those that overlap are filled as one.
    shapes, owner = shapely.get_parts(shapely.normalize(table.geometry.to_numpy()), return_index=True)
    shapes = shapely.simplify(shapes, SIMPLER_M)
    said = [(english or "", chinese or english or "") for english, chinese in notes]
    for dimension in (2, 1, 0):
        rows = np.flatnonzero((shapely.get_dimensions(shapes) == dimension) & ~shapely.is_empty(shapes))
        if not len(rows):
            continue
        lonlat = gpd.GeoSeries(shapes[rows], crs=table.crs).to_crs(LONLAT).to_numpy()
        listed, note = codes(said[each] for each in owner[rows])
        yield {
            **head,
            "title": [head["title"].en, head["title"].zh],
            "of": dimension,
            "n": len(set(owner[rows].tolist())),
            "notes": [list(pair) for pair in listed],
            "note": island.integers(note),
            "grid": island.integers([grids[each] for each in owner[rows]]),
            **island.lines(lonlat),
        }
