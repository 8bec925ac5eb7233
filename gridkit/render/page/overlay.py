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
from gridkit.language.labels import code
from gridkit.language.numbers import UNITS, Quantity, length
from gridkit.language.phrases import Phrase, listed
from gridkit.plan.audit.titles import PRINCIPLES
from gridkit.plan.names import names
from gridkit.render.page import look
from gridkit.render.page.payload import DEGREE, filled, lines, listed_row, places, spoken, texts
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gridkit.catalog.layer import Layer
    from gridkit.plan.compare import Comparison
    from gridkit.plan.plan import Plan

SIMPLER_M = 1.0
MOST_FLOWS, MOST_PLACES = 200, 4
"""Rows of people from grid to grid that a page lists; the report has them all."""
MOST_ARROWS = 15
"""So many of them are drawn as arrows; more would hide the map."""
WALKS = ("patrol", "visits")
"""Kinds of layers that hold walks, and the marks they are drawn with."""
_MOVED = Phrase("Parcels that change grid")
_BORDERS = {"gone": Phrase("Borders gone"), "new": Phrase("New borders")}


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
        The rows of the list of layers.
    notes
        What is said of each grid, by its place in the plan.
    """

    tables: dict[str, Any] = field(default_factory=dict)
    coats: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[int, list[list[str]]] = field(default_factory=dict)

    def add(
        self, row: tuple[str, Phrase, str], table: gpd.GeoDataFrame, notes: Sequence[str], count: Quantity | None = None
    ) -> None:
        """Add shapes with their notes, under a row of the list: key, title, mark; and how much there is of them.

        Without ``count`` the shapes are counted.
        """
        key, title, mark = row
        colour = look.colours()[mark][0]
        listed = listed_row(key, spoken(title), len(table), colour, mark)
        if count is not None:
            listed["count"] = [f" ({each})" for each in spoken(count)]
        self.rows.append(listed)
        # Normal shapes run one way round, so that those that overlap are filled as one.
        shapes, owner = shapely.get_parts(shapely.normalize(table.geometry.to_numpy()), return_index=True)
        shapes = shapely.simplify(shapes, SIMPLER_M)
        said = [spoken(Phrase("{where}: {what}", where=title, what=each)) for each in notes]
        for dimension in (2, 1, 0):
            rows = np.flatnonzero((shapely.get_dimensions(shapes) == dimension) & ~shapely.is_empty(shapes))
            if not len(rows):
                continue
            lonlat = gpd.GeoSeries(shapes[rows], crs=table.crs).to_crs(LONLAT).to_numpy()
            note = [said[each] for each in owner[rows]]
            if dimension == 0:
                at = np.rint(shapely.get_coordinates(lonlat) * DEGREE).astype(np.int64)
                layer = {"layer": key, "title": spoken(title), "colour": colour, "kind": mark, "note": True}
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
        plain = PRINCIPLES[str(rule)].title if rule in PRINCIPLES else str(rule)
        title = Phrase("{rule} · {verdict}", rule=plain, verdict=code("verdict", verdict))
        notes = [_noted(str(rule), value, plan.parameters.measure) for value in rows["value"]]
        found.add((f"findings/{rule}", title, mark), gpd.GeoDataFrame(rows), notes)
        for grid, each in zip(_places(plan, rows["grid_id"]), notes, strict=True):
            line = spoken(Phrase("{where}: {what}", where=title, what=each))
            if grid >= 0 and line not in found.notes.setdefault(grid, []):
                found.notes[grid].append(line)
    return found


def walks(plan: Plan, layers: Iterable[Layer]) -> Overlay:
    """Return the walks of patrols and visiting rounds, layer by layer, each with whose it is and how long it takes."""
    found = Overlay()
    called = {str(grid): name for grid, name in zip(plan.grids.index, names(plan), strict=True)}
    for layer in layers:
        kind = layer.definition.kind
        if kind not in WALKS or not len(layer.tables.get("routes", ())):
            continue
        table = gpd.GeoDataFrame(layer.tables["routes"])
        notes = [
            Phrase(
                "{area} · walker {walker}, shift {shift} · {metres}, {minutes}",
                area=called.get(str(each["area"]), str(each["area"])),
                walker=each["walker"],
                shift=each["shift"],
                metres=length(each["metres"]),
                minutes=Quantity(round(float(each["minutes"])), "minutes"),
            )
            for each in table.to_dict("records")
        ]
        found.add((f"walks/{layer.definition.name}", layer.definition.title, kind), table, notes)
    return found


def changes(comparison: Comparison) -> Overlay:
    """Return the ground that changes grid, and the borders that went and came, on the way to the second plan."""
    found = Overlay()
    moved, borders = comparison.moved, comparison.borders
    ways = [f"{old} → {new}" for old, new in zip(texts(moved["old"]), texts(moved["new"]), strict=True)]
    people = moved["people"].fillna(0).round().astype(int)
    notes = [
        Phrase("{way} · {people}", way=way, people=Quantity(n, "people")) for way, n in zip(ways, people, strict=True)
    ]
    if len(moved):
        # Ground comes in as many pieces as the units of both plans make of it: how many units move says more.
        found.add(("changes/moved", _MOVED, "moved"), moved, notes, Quantity(comparison.facts["units_moved"]))
    for change, title in _BORDERS.items():
        rows = borders[borders["change"] == change]
        lengths = [Phrase("{length}", length=length(metres)) for metres in rows["metres"]]
        if len(rows):
            # A border comes in as many pieces as units lie along it: how long it is says more.
            found.add((f"changes/{change}", title, change), rows, lengths, length(float(rows["metres"].sum())))
    return found


def headline(comparison: Comparison, new: Plan, old: Plan, words: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the numbers that a page says first, who goes from which grid to which, and what becomes of the grids.

    Parameters
    ----------
    comparison
        Of the two plans.
    new, old
        The plans.
    words
        The page's own texts by their key, in every language.
    """
    flows = comparison.flows.head(MOST_FLOWS)
    people = flows["people"].fillna(0).round().astype(int).tolist()
    facts = comparison.facts
    moved = Quantity(facts["units_moved"], "units"), length(facts["border_gone_m"]), length(facts["border_new_m"])
    ways = zip(texts(flows["old"]), texts(flows["new"]), people, _told(comparison, new, old), strict=True)
    arrows = filled(words["arrows"], Quantity(min(len(flows), MOST_ARROWS)))
    return {
        "changed": filled(words["changed"], *moved),
        "flows": [{"from": one, "to": other, "people": many, "text": spoken(said)} for one, other, many, said in ways],
        "most": MOST_ARROWS,
        "arrows": arrows if len(flows) > 1 else None,
        "sizes": _sizes(comparison, new),
        "heads": [{"text": words[key]} for key in ("grid", "before", "after")],
    }


def _told(comparison: Comparison, new: Plan, old: Plan) -> list[Phrase]:
    """Return the flows in words, with the compounds that go along."""
    was, now = (dict(zip(each.grids.index.astype(TEXT), names(each), strict=True)) for each in (old, new))
    places_of = _compounds(comparison, new)
    said = []
    for row in comparison.flows.head(MOST_FLOWS).to_dict("records"):
        came, went = str(row["old"]), str(row["new"])
        facts: dict[str, Any] = {
            "old": was.get(came, came),
            "new": now.get(went, went),
            "people": Quantity(round(float(row["people"] or 0)), "people"),
        }
        if str(facts["old"]) == str(facts["new"]):
            facts["old"] = Phrase("the former {name}", name=facts["old"])
        along = places_of.get((came, went), [])
        if along:
            said.append(Phrase("{old} gives {people} to {new}: {places}", places=listed(along, MOST_PLACES), **facts))
        else:
            said.append(Phrase("{old} gives {people} to {new}", **facts))
    return said


def _compounds(comparison: Comparison, plan: Plan) -> dict[tuple[str, str], list[str]]:
    """Return the named compounds whose middle lies on ground that changes grid, by old and new grid."""
    compounds, moved = plan.backdrop.get("compounds"), comparison.moved
    if compounds is None or "name" not in compounds or not len(moved):
        return {}
    named = compounds[compounds["name"].notna() & ~compounds.geometry.is_empty]
    middle = shapely.point_on_surface(named.geometry.to_crs(plan.crs).to_numpy())
    place, piece = moved.sindex.query(middle, predicate="intersects")
    found: dict[tuple[str, str], list[str]] = {}
    for at, ground in zip(place.tolist(), piece.tolist(), strict=True):
        key = (str(moved["old"].iloc[ground]), str(moved["new"].iloc[ground]))
        found.setdefault(key, []).append(str(named["name"].iloc[at]))
    return {key: list(dict.fromkeys(all_)) for key, all_ in found.items()}


def _sizes(comparison: Comparison, new: Plan) -> list[dict[str, Any]]:
    """Return what becomes of every grid that gives or takes: its id, its name, and its size before and after."""
    measure, touched = new.parameters.measure, {*comparison.flows["old"], *comparison.flows["new"]}
    table = comparison.measures
    before, after = f"{measure}_old", f"{measure}_new"
    if before not in table or after not in table:
        return []
    unit = measure if measure in UNITS else ""
    called = dict(zip(new.grids.index.astype(TEXT), names(new), strict=True))
    rows: list[dict[str, Any]] = []
    for old, new_grid, was, now in zip(table["old"], table["new"], table[before], table[after], strict=True):
        if new_grid in touched or old in touched:
            said = [spoken(Quantity(round(float(each)), unit)) if each == each else "" for each in (was, now)]  # noqa: PLR0124
            grid = str(new_grid if isinstance(new_grid, str) else old)
            rows.append({"to": grid, "name": spoken(called.get(grid, grid)), "was": said[0], "now": said[1]})
    return rows


def _noted(rule: str, value: float, measure: str) -> str:
    known = PRINCIPLES.get(rule)
    if known is not None:
        return known.noted(value, measure)
    return Phrase("{value}", value=Quantity(value, digits=2))


def _places(plan: Plan, grids: Any) -> list[int]:  # noqa: ANN401 - a column of a table
    place = {grid: index for index, grid in enumerate(plan.grids.index)}
    return [place.get(each, -1) for each in texts(grids)]
