"""What lies over the grids of a map: what the audit found, and what changed from one plan to the next.

Its lines and areas are tables of the page's ground with a note for each shape; its points are a layer of points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from gridkit.crs import LONLAT
from gridkit.language.words import Words
from gridkit.plan.audit.titles import PRINCIPLES
from gridkit.render.page import look
from gridkit.render.page.payload import DEGREE, lines, places, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridkit.plan.compare import Comparison
    from gridkit.plan.plan import Plan

    Pairs = Sequence[tuple[str | None, str | None]]

SIMPLER_M = 1.0
MOST_FLOWS = 200
"""Rows of people from grid to grid that a page lists; the report has them all."""
_MOVED = Words(en="Ground that changes grid", zh="改划地块")
_BORDERS = {"gone": Words(en="Borders that are gone", zh="取消的边界"), "new": Words(en="New borders", zh="新增的边界")}
_VERDICTS = {"fail": Words(en="fails", zh="不合格"), "warn": Words(en="warning", zh="提醒")}


@dataclass
class Overlay:
    """What a page draws over its grids.

    Attributes
    ----------
    tables, coats
        Lines and areas, and how they are drawn; see :mod:`gridkit.render.page.look`.
    points
        Layers of points.
    rows
        The rows of the list of layers: key, title, number of places, colour, mark.
    notes
        What is said of each grid, by its place in the plan.
    """

    tables: dict[str, Any] = field(default_factory=dict)
    coats: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    notes: dict[int, list[list[str]]] = field(default_factory=dict)

    def add(self, row: tuple[str, Words, str], table: gpd.GeoDataFrame, notes: Pairs) -> None:
        """Add shapes with their notes, under a row of the list: key, title, mark."""
        key, title, mark = row
        colour = look.colours()[mark][0]
        self.rows.append([key, [title.en, title.zh], len(table), colour, mark])
        # Normal shapes run one way round, so that those that overlap are filled as one.
        shapes, owner = shapely.get_parts(shapely.normalize(table.geometry.to_numpy()), return_index=True)
        shapes = shapely.simplify(shapes, SIMPLER_M)
        said = [_said(title, *each) for each in notes]
        for dimension in (2, 1, 0):
            rows = np.flatnonzero((shapely.get_dimensions(shapes) == dimension) & ~shapely.is_empty(shapes))
            if not len(rows):
                continue
            lonlat = gpd.GeoSeries(shapes[rows], crs=table.crs).to_crs(LONLAT).to_numpy()
            note = [said[each] for each in owner[rows]]
            if dimension == 0:
                at = np.rint(shapely.get_coordinates(lonlat) * DEGREE).astype(np.int64)
                layer = {"layer": key, "title": [title.en, title.zh], "colour": colour, "kind": mark, "note": True}
                self.points.append({**layer, "at": places(at), "labels": note})
                continue
            name = f"{key}/{dimension}"
            pieces, shape = lines(lonlat)
            ends = np.cumsum(np.bincount(shape, minlength=len(rows))).tolist()
            runs = [pieces[start:end] for start, end in zip([0, *ends], ends, strict=False)]
            self.tables[name] = {"runs": runs, "note": note, "area": dimension == 2}  # noqa: PLR2004 - an area
            self.coats += look.over(mark, name, key, dimension)


def findings(plan: Plan) -> Overlay:
    """Return the places at fault that the plan's last audit found, rule by rule, failures first."""
    found = Overlay()
    if "findings" not in plan.records:
        return found
    table = gpd.GeoDataFrame(plan.records["findings"])
    table = table[~(table.geometry.isna() | table.geometry.is_empty)]
    for (verdict, rule), rows in table.groupby(["verdict", "rule"], sort=True):
        mark = str(verdict).lower()
        plain = PRINCIPLES[str(rule)].title if rule in PRINCIPLES else Words(en=str(rule), zh=str(rule))
        title = Words(*(f"{plain.said(lang)} · {_VERDICTS[mark].said(lang)}" for lang in ("en", "zh")))
        notes = list(zip(texts(rows["note"]), texts(rows["note_zh"]), strict=True))
        found.add((f"findings/{rule}", title, mark), gpd.GeoDataFrame(rows), notes)
        for grid, each in zip(_places(plan, rows["grid_id"]), notes, strict=True):
            if grid >= 0 and _said(title, *each) not in found.notes.setdefault(grid, []):
                found.notes[grid].append(_said(title, *each))
    return found


def changes(comparison: Comparison) -> Overlay:
    """Return the ground that changes grid, and the borders that went and came, on the way to the second plan."""
    found = Overlay()
    moved, borders = comparison.moved, comparison.borders
    ways = [f"{old} → {new}" for old, new in zip(texts(moved["old"]), texts(moved["new"]), strict=True)]
    people = moved["people"].fillna(0).round().astype(int)
    notes = [(f"{way} · {n:,} people", f"{way} · {n:,} 人") for way, n in zip(ways, people, strict=True)]
    if len(moved):
        found.add(("changes/moved", _MOVED, "moved"), moved, notes)
    for change, title in _BORDERS.items():
        rows = borders[borders["change"] == change]
        lengths = [(f"{metres:,.0f} m", f"{metres:,.0f} 米") for metres in rows["metres"]]
        if len(rows):
            found.add((f"changes/{change}", title, change), rows, lengths)
    return found


def headline(comparison: Comparison) -> dict[str, Any]:
    """Return the numbers that a page says first, and who goes from which grid to which."""
    flows = comparison.flows.head(MOST_FLOWS)
    people = flows["people"].fillna(0).round().astype(int).tolist()
    facts = comparison.facts
    return {
        "moved": [f"{facts['people_moved']:,.0f}", f"{facts['people']:,.0f}", f"{facts['share_moved'] * 100:,.1f}"],
        "changed": [
            f"{facts['units_moved']:,.0f}",
            f"{facts['border_gone_m']:,.0f} m",
            f"{facts['border_new_m']:,.0f} m",
        ],
        "flows": [list(row) for row in zip(texts(flows["old"]), texts(flows["new"]), people, strict=True)],
    }


def _said(title: Words, en: str | None, zh: str | None) -> list[str]:
    return [f"{title.en}: {en or ''}", f"{title.zh}：{zh or en or ''}"]


def _places(plan: Plan, grids: Any) -> list[int]:  # noqa: ANN401 - a column of a table
    place = {grid: index for index, grid in enumerate(plan.grids.index)}
    return [place.get(each, -1) for each in texts(grids)]
