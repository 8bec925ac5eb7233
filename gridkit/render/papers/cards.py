"""One sheet of A4 per grid as a vector PDF: its map, code, head, four bounds, people, services and incidents."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit import atomic
from gridkit.catalog.definitions import CoverageLayer, IncidentsLayer
from gridkit.errors import OutputError, TableError, nearest
from gridkit.language.labels import title as title_of
from gridkit.language.numbers import HECTARE, KM, Quantity, between, moment, share
from gridkit.language.phrases import Phrase, spoken
from gridkit.plan.bounds import bounds
from gridkit.plan.names import names
from gridkit.plan.plan import MICRO
from gridkit.render.page.backdrop import ROAD_TIERS
from gridkit.render.papers import fonts
from gridkit.render.papers.legend import Sign, legend
from gridkit.render.papers.pen import (
    ACCENT,
    FAMILY,
    INK,
    MARGIN,
    PAGE,
    QUIET,
    blank,
    clean,
    draw_lines,
    fill,
    fill_rings,
    fitted,
    listing,
    rule,
    stroke,
    width_of,
    wrapped,
    write,
)
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from fpdf import FPDF
    from shapely.geometry.base import BaseGeometry

    from gridkit.catalog.layer import Layer
    from gridkit.plan.plan import Plan

FRAME = (MARGIN, 45.0, PAGE[0] - 2 * MARGIN, 138.0)
"""Left, top, width and height of the map on the page, in millimetres."""
AROUND = 1.22
"""The map shows at least this many times the extent of the grid."""
MILLIMETRES = 1000.0
AREA = 2  # the dimension of polygons
SCALES = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Scales are these times a power of ten, as on printed maps: 1:2000, 1:2500, 1:3000."""
_FIELDS = (136.0, PAGE[0] - MARGIN - 136.0)
"""Where the fields for the pen begin, and how wide they are."""
_OWN, _AROUND, _LIMIT = "#ffeba8", "#33424f", "#b3261e"
_GROUND = {
    "green": ("#dcead0", Phrase("Green space")),
    "water": ("#bcdcec", Phrase("Water")),
    "buildings": ("#e2ddd3", Phrase("Buildings")),
}
"""Areas of the base map: their colours and what they are, in the order in which they are drawn."""
_ROADS = {5: ("#f5cd85", 1.5), 4: ("#fbe6b8", 1.25), 3: ("#ffffff", 1.0), 2: ("#ffffff", 0.75), 1: ("#efebe2", 0.45)}
OSM = "© OpenStreetMap contributors"


@dataclass(frozen=True)
class CardSet:
    """The cards of one plan, and what they all share."""

    plan: Plan
    lang: str
    approval: str = ""
    attribution: str = OSM
    pages: tuple[str, ...] = field(default=())
    clipped: dict[str, tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]] = field(default_factory=dict)
    """What stands in the window of the card that is being drawn, by table; emptied for the next card."""

    @property
    def public(self) -> bool:
        """Whether they leave the office: then they say where a grid lies, and tell no count and name nobody."""
        return bool(self.approval)

    def said(self, message: str, **facts: object) -> str:
        """Return a message in the cards' language."""
        return Phrase(message, **facts).said(self.lang)

    @cached_property
    def trees(self) -> dict[str, shapely.STRtree]:
        """The base map's tables, indexed once for all cards."""
        return {name: shapely.STRtree(table.geometry.to_numpy()) for name, table in self.plan.backdrop.items()}

    @cached_property
    def names(self) -> pd.Series[str]:
        """What each grid is called."""
        return names(self.plan)

    @cached_property
    def bounds(self) -> pd.Series[str]:
        """The four bounds of each grid."""
        for name in (f"boundary_{self.lang}", "boundary", "bounds"):
            if name in self.plan.grids:
                return self.plan.grids[name]
        return bounds(self.plan, self.lang)

    @cached_property
    def tiers(self) -> np.ndarray[Any, np.dtype[np.int_]]:
        """How heavily each road is drawn."""
        kinds = self.plan.backdrop["roads"]["kind"].astype(TEXT).str.replace("_link", "", regex=False)
        return np.array([ROAD_TIERS.get(kind, 1) for kind in kinds], dtype=int)

    def seen(self, name: str, window: BaseGeometry) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return where in a table the shapes in a window stand, and those shapes, clipped to a little more than it."""
        if name not in self.trees:
            return np.empty(0, dtype=int), np.empty(0, dtype=object)
        if name not in self.clipped:
            found = np.sort(self.trees[name].query(window, predicate="intersects"))
            west, south, east, north = window.bounds
            around = west - 5, south - 5, east + 5, north + 5  # metres
            shapes = shapely.clip_by_rect(self.trees[name].geometries[found], *around)
            there = ~shapely.is_empty(shapes)
            self.clipped[name] = found[there], shapes[there]
        return self.clipped[name]


def cards(
    plan: Plan,
    path: Path | str,
    *,
    lang: str = "zh",
    grids: Iterable[str] | None = None,
    approval: str = "",
    overwrite: bool = True,
) -> None:
    """Write the cards of a plan (.pdf), one page per grid.

    Parameters
    ----------
    plan
        With the layers that are to be told of on the cards.
    lang
        ``zh`` or ``en``.
    grids
        The codes of the grids that get a card; all when None.
    approval
        The map-approval number that is printed on every card. Cards with one leave the office: they tell no counts of
        people or incidents and name nobody, so that nothing can be computed from them.

    Raises
    ------
    OutputError
        When fpdf2 is not installed, when no font can set the text, or when the file cannot be written.
    TableError
        When a code is not in the plan.
    """
    pages = tuple(plan.grids.index if grids is None else grids)
    for code in pages:
        if code not in plan.grids.index:
            near = nearest(code, [str(each) for each in plan.grids.index])
            raise TableError(
                "there is no grid {code!r}", where="grids", mend="did you mean {near!r}?", code=code, near=near
            )
    shared = CardSet(plan, lang, approval, pages=pages)
    pdf = document(shared)
    for number, code in enumerate(pages, 1):
        _card(pdf, shared, code, number)
    with atomic.replacing(path, overwrite=overwrite) as file:
        pdf.output(str(file))


def document(shared: CardSet) -> FPDF:
    """Return an empty PDF with the font that the texts of a plan take."""
    try:
        from fpdf import FPDF  # an extra
    except ImportError as error:
        raise OutputError(
            "cards need fpdf2, which is not installed", mend='pip install "governance-grids[papers]"'
        ) from error
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_title(clean(shared.plan.parameters.title) or "gridkit")
    pdf.set_creator("gridkit")
    pdf.c_margin = 0  # text begins where the frame does
    pdf.set_creation_date(pd.Timestamp(_made(shared.plan) or "2000-01-01").tz_localize("UTC").to_pydatetime())
    face = fonts.chinese() if shared.lang == "zh" or fonts.needs_chinese(" ".join(_all_texts(shared))) else None
    if face is not None:
        pdf.add_font(FAMILY, "", face.path, collection_font_number=face.number)
    else:
        pdf.core_fonts_encoding = "cp1252"
    return pdf


def _all_texts(shared: CardSet) -> Iterator[str]:
    """Return every text of the data that may be printed, to see which font it takes."""
    plan = shared.plan
    yield plan.parameters.title
    yield from (str(name) for name in plan.districts.get("name", pd.Series(dtype=TEXT)).dropna())
    for name in ("name", "head", "staff", "boundary", "note"):
        if name in plan.grids:
            yield from (str(value) for value in plan.grids[name].dropna())
    yield from (str(value) for value in shared.bounds.dropna())
    for layer in plan.layers.values():
        for name in ("category", "name"):
            if "points" in layer.tables and name in layer.tables["points"]:
                yield from (str(value) for value in layer.tables["points"][name].dropna().unique())
    for table in plan.backdrop.values():
        if "name" in table:
            yield from (str(value) for value in table["name"].dropna().unique())


# ------------------------------------------------------------------ one card
def _card(pdf: FPDF, shared: CardSet, code: str, number: int) -> None:
    plan = shared.plan
    grid = plan.grids.loc[[code]].iloc[0]
    shared.clipped.clear()
    pdf.add_page()
    parent = str(grid["parent"])
    names = plan.districts["name"] if "name" in plan.districts else pd.Series(dtype=TEXT)
    community = str(names.get(parent) or parent)
    stamp = shared.said("Map approval no. {number}", number=shared.approval) if shared.approval else ""
    write(
        pdf,
        MARGIN,
        12,
        str(spoken(title_of(plan.parameters.title), shared.lang)) or shared.said("Plan of grids"),
        9,
        QUIET,
    )
    right = f"{plan.standing.said(shared.lang)} · {stamp or shared.said('For office use, not for publication')}"
    write(pdf, PAGE[0] - MARGIN - width_of(pdf, right, 9), 12, right, 9, "#a33a12" if not stamp else QUIET)
    write(pdf, MARGIN, 19, code, 22, INK)
    name = str(spoken(shared.names[code], shared.lang))
    title = name if community in name else f"{name} · {community}"
    write(pdf, MARGIN, 32, fitted(pdf, title, 14, _FIELDS[0] - MARGIN - 4), 14, ACCENT)
    for at, (label, value) in enumerate(_people(shared, grid)):
        blank(pdf, (_FIELDS[0], 19 + at * 7.2, _FIELDS[1]), label, value)
    view = view_of(plan.grids.geometry[code])
    draw_map(pdf, shared, code, view)
    lines = legend(pdf, shared.lang, _shown(shared, shapely.box(*view.window)), (FRAME[0], FRAME[1] + FRAME[3] + 2.5))
    top = FRAME[1] + FRAME[3] + 5 + 4.6 * lines
    write(pdf, MARGIN, top, shared.said("Bounds"), 8.5, QUIET)
    lines = wrapped(pdf, MARGIN, top + 4.5, PAGE[0] - 2 * MARGIN, str(shared.bounds.get(code) or "–"), 10.5)
    top += 4.5 + lines * 5.4 + 4
    rule(pdf, top)
    width = (PAGE[0] - 2 * MARGIN - 12) / 3
    columns = (_facts(shared, code), _services(shared, code), *([] if shared.public else [_happened(shared, code)]))
    for at, (heading, rows) in enumerate(columns):
        listing(pdf, (MARGIN + at * (width + 6), top + 4, width), heading, rows)
    rule(pdf, PAGE[1] - 17)
    made = moment(_made(plan), shared.lang) if _made(plan) else ""
    source = shared.said("© OpenStreetMap contributors") if shared.attribution == OSM else shared.attribution
    foot = " · ".join(part for part in (source, made, stamp) if part)
    write(pdf, MARGIN, PAGE[1] - 14, foot, 8, QUIET)
    page = f"{number} / {len(shared.pages)}"
    write(pdf, PAGE[0] - MARGIN - width_of(pdf, page, 8), PAGE[1] - 14, page, 8, QUIET)


def _people(shared: CardSet, grid: pd.Series[Any]) -> list[tuple[str, str]]:
    """Return who answers for a grid; what the plan does not know is left for the pen."""
    said = shared.said
    return [
        (said("Head of grid"), "" if shared.public else _value(grid, "head")),
        (said("Grid workers"), "" if shared.public else _value(grid, "staff")),
        (said("Complaint line"), ""),
    ]


def _facts(shared: CardSet, code: str) -> tuple[str, list[tuple[str, str]]]:
    grid, said, asked = shared.plan.grids.loc[[code]].iloc[0], shared.said, shared.plan.parameters
    size = (said("Area"), Quantity(grid["area_m2"] / HECTARE, "ha", 1).said(shared.lang))
    if shared.public:
        return said("Grid"), [size]
    rows = [(said("People"), Quantity(grid["people"], "people").said(shared.lang))]
    if pd.notna(grid.get("households")):
        rows.append((said("Households"), Quantity(grid["households"], "households").said(shared.lang)))
    rows.append(size)
    rows.append((said("Number of units"), Quantity(grid["units"]).said(shared.lang)))
    if MICRO in shared.plan.units:
        own = shared.plan.units.loc[shared.plan.units["grid_id"] == code, MICRO]
        rows.append((said("Micro-grids"), Quantity(own.nunique()).said(shared.lang)))
    value = grid.get(asked.measure)
    if asked.band and pd.notna(value):
        rows.append((said("Off the target"), f"{float(value) / asked.band.target - 1:+.1%}"))
        rows.append((said("Range of size"), between(asked.band.low, asked.band.high, asked.measure).said(shared.lang)))
    if _value(grid, "note"):
        rows.append((said("Note"), _value(grid, "note")))
    return said("Grid"), rows


def _services(shared: CardSet, code: str) -> tuple[str, list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    for layer in shared.plan.layers.values():
        table = layer.tables.get("grids")
        if not isinstance(layer.definition, CoverageLayer) or table is None or code not in table.index:
            continue
        values = table.loc[[code]].iloc[0]
        measure = next((each for each in layer.definition.measures if each.column in values), None)
        if measure is None or pd.isna(values[measure.column]):
            continue
        value = float(values[measure.column])
        said = (share(value) if measure.percent else Quantity(value, digits=measure.digits)).said(shared.lang)
        minutes = values.get("minutes")
        nearest_ = Quantity(minutes, "minutes").said(shared.lang) if pd.notna(minutes) else ""
        # A share of people tells how many people there are that it leaves out.
        told = nearest_ if shared.public else " · ".join(each for each in (said, nearest_) if each)
        if told:
            rows.append((layer.definition.title.said(shared.lang), told))
    return shared.said("Services within a walk"), rows


def _happened(shared: CardSet, code: str) -> tuple[str, list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    heading = shared.said("Incidents")
    for layer in shared.plan.layers.values():
        points = layer.tables.get("points")
        if not isinstance(layer.definition, IncidentsLayer) or points is None or "grid_id" not in points:
            continue
        inside = points[points["grid_id"] == code]
        rows.append((layer.definition.title.said(shared.lang), Quantity(len(inside), "incidents").said(shared.lang)))
        if "category" in inside:
            rows += [
                (f"  {name}", Quantity(count, "incidents").said(shared.lang))
                for name, count in inside["category"].value_counts().head(7).items()
            ]
    return heading, rows


# ------------------------------------------------------------------ the map
def _shown(shared: CardSet, window: BaseGeometry) -> list[Sign]:
    """Return what stands in the legend of a map: the signs that are drawn in its window."""
    said = [Sign("area", _OWN, _LIMIT, Phrase("This grid")), Sign("line", _AROUND, "", Phrase("Border of a grid"))]
    for name, (colour, title) in _GROUND.items():
        if len(shared.seen(name, window)[0]):
            said.append(Sign("area", colour, "", title))
    said += [
        Sign("point", layer.definition.colour, "", layer.definition.title)
        for layer in shared.plan.layers.values()
        if isinstance(layer.definition, CoverageLayer) and len(_within(layer, window))
    ]
    return said


def _within(layer: Layer, window: BaseGeometry) -> gpd.GeoSeries:
    """Return the facilities of a layer in a window."""
    points = layer.tables.get("points")
    return gpd.GeoSeries() if points is None else points.geometry[points.geometry.intersects(window)]


@dataclass(frozen=True)
class View:
    """From metres on the ground to millimetres on the page: ``scale`` millimetres per metre."""

    window: tuple[float, float, float, float]
    scale: float

    def place(self, points: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return page coordinates; y runs down the page."""
        west, _, _, north = self.window
        placed: np.ndarray[Any, np.dtype[np.float64]] = np.column_stack(
            [FRAME[0] + (points[:, 0] - west) * self.scale, FRAME[1] + (north - points[:, 1]) * self.scale]
        )
        return placed


def view_of(shape: BaseGeometry) -> View:
    """Return the window of the map that shows a shape at a scale of printed maps."""
    west, south, east, north = shape.bounds
    most = max((east - west) * AROUND / FRAME[2], (north - south) * AROUND / FRAME[3]) * MILLIMETRES
    magnitude = 10 ** np.floor(np.log10(most))
    number = next(step * magnitude for step in SCALES if step * magnitude >= most)
    scale = MILLIMETRES / number
    x, y = (west + east) / 2, (south + north) / 2
    wide, high = FRAME[2] / scale / 2, FRAME[3] / scale / 2
    return View((x - wide, y - high, x + wide, y + high), scale)


def draw_map(pdf: FPDF, shared: CardSet, code: str, view: View) -> None:
    """Draw the map of one grid: base map, grids around, streets with their names, scale and north."""
    plan = shared.plan
    window = shapely.box(*view.window)
    with pdf.rect_clip(*FRAME):
        fill(pdf, "#f8f7f3")
        pdf.rect(*FRAME, style="F")
        for name, (colour, _) in _GROUND.items():
            _polygons(pdf, view, shared.seen(name, window)[1], colour)
        with pdf.local_context(fill_opacity=0.45):
            _polygons(pdf, view, plan.grids.geometry[code], "#ffe38a")
        _streets(pdf, shared, view, window)
        _outlines(pdf, shared, code, view)
        _places(pdf, shared, view, window)
        _names(pdf, shared, code, view)
    stroke(pdf, "#56616b")
    pdf.set_line_width(0.25)
    pdf.rect(*FRAME)
    _scale_bar(pdf, view, shared.lang)


def _polygons(pdf: FPDF, view: View, shapes: BaseGeometry | np.ndarray[Any, Any], colour: str) -> None:
    """Fill polygons: what lies in a hole stays as it is, for holes run the other way round."""
    parts = shapely.get_parts(shapely.get_parts(shapes))  # twice: what is clipped may be a collection of multipolygons
    polygons = shapely.orient_polygons(parts[shapely.get_dimensions(parts) == AREA])
    fill_rings(pdf, _placed(view, shapely.get_rings(polygons)), colour)


def _lines(pdf: FPDF, view: View, shapes: BaseGeometry | np.ndarray[Any, Any], colour: str, width: float) -> None:
    parts = shapely.get_parts(shapely.get_parts(shapes))
    draw_lines(pdf, _placed(view, parts[shapely.get_dimensions(parts) == 1]), colour, width)


def _placed(view: View, shapes: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    """Return the page coordinates of each line or ring."""
    points, at = shapely.get_coordinates(shapes, return_index=True)
    starts = np.flatnonzero(np.diff(at)) + 1
    return np.split(view.place(points), starts) if len(points) else []


def _streets(pdf: FPDF, shared: CardSet, view: View, window: BaseGeometry) -> None:
    at, roads = shared.seen("roads", window)
    tiers = shared.tiers[at] if len(at) else at
    grown = min(2.2, max(0.8, view.scale / 0.2))
    for casing in (True, False):
        for tier, (colour, width) in sorted(_ROADS.items()):
            drawn = roads[tiers == tier]
            _lines(pdf, view, drawn, "#cfc8ba" if casing else colour, (width + 0.35 * casing) * grown)
    _lines(pdf, view, shared.seen("rails", window)[1], "#77736e", 0.5)


def _outlines(pdf: FPDF, shared: CardSet, code: str, view: View) -> None:
    grids = shared.plan.grids
    shapes = grids.geometry.to_numpy()
    near = shapely.boundary(shapes[shapely.intersects(shapes, shapely.box(*view.window))])
    _lines(pdf, view, near, "#ffffff", 0.9)
    _lines(pdf, view, near, "#33424f", 0.3)
    own = grids.geometry[code].boundary
    _lines(pdf, view, own, "#ffffff", 2.0)
    _lines(pdf, view, own, "#b3261e", 1.0)


def _places(pdf: FPDF, shared: CardSet, view: View, window: BaseGeometry) -> None:
    """Mark facilities by small squares in the colour of their layer."""
    for layer in shared.plan.layers.values():
        if not isinstance(layer.definition, CoverageLayer):
            continue
        inside = _within(layer, window)
        for x, y in view.place(shapely.get_coordinates(inside.to_numpy())) if len(inside) else ():
            fill(pdf, layer.definition.colour)
            stroke(pdf, "#ffffff")
            pdf.set_line_width(0.35)
            pdf.rect(x - 1.5, y - 1.5, 3, 3, style="DF")


def _names(pdf: FPDF, shared: CardSet, code: str, view: View) -> None:
    """Write the codes of the grids around, and the names of the larger streets, where there is room."""
    taken: list[tuple[float, float, float, float]] = []

    def put(text: str, x: float, y: float, size: float, colour: str) -> None:
        wide = width_of(pdf, text, size)
        box = (x - wide / 2 - 1, y - size * 0.2, x + wide / 2 + 1, y + size * 0.2)
        left, top, width, height = FRAME
        inside = box[0] > left and box[2] < left + width and box[1] > top and box[3] < top + height
        if inside and all(box[0] > b[2] or box[2] < b[0] or box[1] > b[3] or box[3] < b[1] for b in taken):
            taken.append(box)
            with pdf.local_context(text_mode="STROKE", line_width=0.9):
                stroke(pdf, "#ffffff")
                write(pdf, x - wide / 2, y - size * 0.18, text, size, colour)
            write(pdf, x - wide / 2, y - size * 0.18, text, size, colour)

    grids: gpd.GeoDataFrame = shared.plan.grids
    window = shapely.box(*view.window)
    inside = grids.geometry.intersection(window)
    ends = short([str(each) for each in grids.index])
    for other, part in inside[~inside.is_empty].items():
        [(x, y)] = view.place(shapely.get_coordinates(shapely.point_on_surface(part)))
        put(ends[str(other)], x, y, 13 if other == code else 8.5, "#b3261e" if other == code else INK)
    roads = shared.plan.backdrop.get("roads")
    if roads is None or "name" not in roads:
        return
    signed = roads["name"] if (own := f"name_{shared.lang}") not in roads else roads[own].fillna(roads["name"])
    at_all, shapes = shared.seen("roads", window)
    named = sorted(
        zip(at_all.tolist(), shapes, strict=True), key=lambda pair: (-shared.tiers[pair[0]], -pair[1].length)
    )
    seen: set[str] = set()
    for at, shape in named:
        name = signed.iloc[at]
        if not isinstance(name, str) or name in seen or shape.length * view.scale < 8:  # noqa: PLR2004 - mm
            continue
        middle = shape.interpolate(0.5, normalized=True)
        [(x, y)] = view.place(shapely.get_coordinates(middle))
        put(clean(name), x, y, 7.5, "#5e5a52")
        seen.add(name)


def short(codes: Sequence[str]) -> dict[str, str]:
    """Return codes without the beginning that they all share."""
    shared = 0
    while len(codes) > 1 and all(len(code) > shared + 2 and code[shared] == codes[0][shared] for code in codes):
        shared += 1
    cut = shared if shared > 3 else 0  # noqa: PLR2004 - shorter beginnings are worth keeping
    return {code: code[cut:] for code in codes}


def _scale_bar(pdf: FPDF, view: View, lang: str) -> None:
    metres = next(n for n in (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5) if n * view.scale < 45 or n == 5)  # noqa: PLR2004 - mm
    long, x, y = metres * view.scale, FRAME[0] + 4, FRAME[1] + FRAME[3] - 4
    ratio = Phrase("Scale 1:{number}", number=f"{MILLIMETRES / view.scale:.0f}").said(lang)
    fill(pdf, "#ffffff")
    pdf.rect(x - 1.5, y - 6, long + 9 + width_of(pdf, ratio, 7.5), 7.5, style="F")
    write(pdf, x + long + 3, y - 2.6, ratio, 7.5, INK)
    stroke(pdf, INK)
    pdf.set_line_width(0.4)
    pdf.polyline([(x, y - 1.5), (x, y), (x + long, y), (x + long, y - 1.5)])
    said = Quantity(metres, "m").said(lang) if metres < KM else Quantity(metres / KM, "km").said(lang)
    write(pdf, x + (long - width_of(pdf, said, 7.5)) / 2, y - 4.6, said, 7.5, INK)
    north = FRAME[0] + FRAME[2] - 7, FRAME[1] + 5
    fill(pdf, INK)
    pdf.polygon([(north[0], north[1]), (north[0] + 2, north[1] + 6), (north[0] - 2, north[1] + 6)], style="F")
    sign = Phrase("N", "north").said(lang)
    write(pdf, north[0] - width_of(pdf, sign, 9) / 2, north[1] + 6.5, sign, 9, INK)


def _value(grid: pd.Series[Any], name: str) -> str:
    value = grid.get(name)
    return "" if value is None or pd.isna(value) else str(value)


def _made(plan: Plan) -> str:
    return plan.history[-1].finished[:10] if plan.history else ""
