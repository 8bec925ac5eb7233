"""A map on paper at a round scale: the base map, grids or units with their names, scale bar, north and legend.

::

    plate(pdf, setting, frame, look) -> float       where it ends, with its legend
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridkit.catalog.definitions import CoverageLayer
from gridkit.geometry import poles
from gridkit.language.numbers import KM, Quantity
from gridkit.language.phrases import Phrase
from gridkit.render.papers.legend import Sign, legend
from gridkit.render.papers.pen import INK, centred, clean, draw_lines, fill, fill_rings, rimmed, stroke, width_of, write
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from fpdf import FPDF
    from numpy.typing import NDArray
    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry

    from gridkit.render.papers.setting import Setting

    Frame = tuple[float, float, float, float]

MILLIMETRES = 1000.0
AREA = 2  # the dimension of polygons
SCALES = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Scales are these times a power of ten, as on printed maps: 1:2000, 1:2500, 1:3000."""
AROUND = 1.22
"""A map shows at least this many times the extent of what it is of."""
FINE_MM = 0.06
"""Bends of a line flatter than this are not drawn: half the width of the thinnest line."""
PLAIN = 5
"""The points of a box: what has no more of them keeps them all."""
SPECK_MM2 = 0.12
"""Areas of the base map smaller than this are not drawn."""
OWN, AROUND_IT, LIMIT = "#ffeba8", "#33424f", "#b3261e"
ACROSS, CHANGED = "#0b6e99", "#e8590c"
"""The borders of the grids where areas of a department are drawn, and the ground that changes hands."""
_GROUND = {
    "green": ("#dcead0", Phrase("Green space")),
    "water": ("#bcdcec", Phrase("Water")),
    "buildings": ("#e2ddd3", Phrase("Buildings")),
}
"""Areas of the base map: their colours and what they are, in the order in which they are drawn."""
_ROADS = {5: ("#f5cd85", 1.5), 4: ("#fbe6b8", 1.25), 3: ("#ffffff", 1.0), 2: ("#ffffff", 0.75), 1: ("#efebe2", 0.45)}
CLOSE = 0.1
"""Compounds are named from this scale on, in millimetres per metre: 1:10 000."""
BARS = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5)
"""Lengths of scale bars, in metres."""


@dataclass(frozen=True)
class Look:
    """What a map is of, and what it shows.

    Attributes
    ----------
    shape
        What it must show whole.
    own
        The grids that are tinted and outlined.
    called
        What stands in each grid.
    numbers
        Units with their numbers on the map; none where grids are named.
    line
        A line that is drawn over all others.
    walks
        Walks in the area: what each is, its colour, its way.
    line_title
        What that line is.
    tints
        A colour per grid, for a map of many.
    marks
        What is written beside lines: the letter of each piece of a border.
    services
        Whether facilities of the plan's layers are marked.
    areas
        Grids that are drawn instead of the plan's: those of before, or the areas of a department.
    across
        Areas whose borders are drawn over those.
    changed
        Ground that is marked, for it changes.
    """

    shape: BaseGeometry
    own: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    line: BaseGeometry | None = None
    walks: tuple[tuple[Phrase, str, BaseGeometry], ...] = ()
    line_title: Phrase = Phrase("The border to walk")  # noqa: RUF009 - never changed
    tints: Mapping[str, str] = field(default_factory=dict)
    services: bool = True
    marks: tuple[tuple[str, BaseGeometry], ...] = ()
    areas: gpd.GeoSeries | None = None
    across: gpd.GeoSeries | None = None
    changed: BaseGeometry | None = None

    def grids(self, setting: Setting) -> gpd.GeoSeries:
        """Return the grids that are drawn."""
        return setting.shapes if self.areas is None else self.areas


@dataclass(frozen=True)
class View:
    """From metres on the ground to millimetres on the page: ``scale`` millimetres per metre."""

    frame: Frame
    window: tuple[float, float, float, float]
    scale: float

    @property
    def box(self) -> BaseGeometry:
        """The window as a shape."""
        return shapely.box(*self.window)

    def place(self, points: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return page coordinates; y runs down the page."""
        west, _, _, north = self.window
        placed: np.ndarray[Any, np.dtype[np.float64]] = np.empty((len(points), 2))
        placed[:, 0] = self.frame[0] + (points[:, 0] - west) * self.scale
        placed[:, 1] = self.frame[1] + (north - points[:, 1]) * self.scale
        return placed


def view(shape: BaseGeometry, frame: Frame) -> View:
    """Return the view of a shape in a frame, at the largest round scale that shows it with a little around it."""
    west, south, east, north = shape.bounds
    most = max((east - west) * AROUND / frame[2], (north - south) * AROUND / frame[3], 1e-3) * MILLIMETRES
    magnitude = 10 ** np.floor(np.log10(most))
    number = next(step * magnitude for step in SCALES if step * magnitude >= most)
    scale = MILLIMETRES / number
    x, y = (west + east) / 2, (south + north) / 2
    wide, high = frame[2] / scale / 2, frame[3] / scale / 2
    return View(frame, (x - wide, y - high, x + wide, y + high), scale)


def plate(pdf: FPDF, setting: Setting, frame: Frame, look: Look) -> float:
    """Draw a map in a frame (left, top, width, height in millimetres) and its legend below; return where that ends."""
    seen = view(look.shape, frame)
    draw(pdf, setting, seen, look)
    return legend(pdf, setting.lang, _signs(setting, seen, look), (frame[0], frame[1] + frame[3] + 2.0, frame[2]))


def draw(pdf: FPDF, setting: Setting, seen: View, look: Look) -> None:
    """Draw a map in the frame of its view, with scale and north, without a legend."""
    setting.clipped.clear()
    with pdf.rect_clip(*seen.frame):
        fill(pdf, "#f8f7f3")
        pdf.rect(*seen.frame, style="F")
        for name, (colour, _) in _GROUND.items():
            _polygons(pdf, seen, _drawn(setting, name, seen), colour)
        _tinted(pdf, setting, seen, look)
        # Half a river is a grid's by its borders; it is drawn as a river, whose ground has no colour of a grid.
        _polygons(pdf, seen, _drawn(setting, "water", seen), _GROUND["water"][0])
        if look.changed is not None:
            with pdf.local_context(fill_opacity=0.6):
                _polygons(pdf, seen, np.array([look.changed]), CHANGED)
        _streets(pdf, setting, seen)
        _outlines(pdf, setting, seen, look)
        for _, colour, way in look.walks:
            _lines(pdf, seen, way, ("#ffffff", 1.5), (colour, 0.7))
        if look.line is not None:
            _lines(pdf, seen, look.line, ("#ffffff", 2.6), (LIMIT, 1.5))
        if look.services:
            _services(pdf, setting, seen)
        _names(pdf, setting, seen, look)
    stroke(pdf, "#56616b")
    pdf.set_line_width(0.25)
    pdf.rect(*seen.frame)
    _scale_bar(pdf, seen, setting.lang)


# ------------------------------------------------------------------ what is drawn
def _signs(setting: Setting, seen: View, look: Look) -> list[Sign]:
    """Return what stands in the legend: the signs that are drawn in the window."""
    said = []
    if look.own:
        said.append(Sign("area", OWN, LIMIT if look.line is None else "", Phrase("This grid")))
    if look.line is not None:
        said.append(Sign("line", LIMIT, "", look.line_title))
    said += [Sign("line", colour, "", title) for title, colour, _ in look.walks]
    if look.across is not None:
        said.append(Sign("line", AROUND_IT, "", Phrase("Border of an area")))
    said.append(Sign("line", AROUND_IT if look.across is None else ACROSS, "", Phrase("Border of a grid")))
    if look.changed is not None:
        said.append(Sign("area", CHANGED, "", Phrase("Changes")))
    for name, (colour, title) in _GROUND.items():
        if len(setting.seen(name, seen.box)[0]):
            said.append(Sign("area", colour, "", title))
    if look.services:
        said += [
            Sign("point", layer.definition.colour, "", layer.definition.title)
            for name, layer in setting.plan.layers.items()
            if isinstance(layer.definition, CoverageLayer) and len(_within(setting, name, seen.box))
        ]
    return said


def _within(setting: Setting, name: str, window: BaseGeometry) -> np.ndarray[Any, Any]:
    """Return the facilities of a layer in a window."""
    points = setting.facilities.get(name, np.empty(0, dtype=object))
    return points[shapely.intersects(points, window)]


def _drawn(setting: Setting, name: str, seen: View) -> np.ndarray[Any, Any]:
    """Return the areas of the base map that are large enough to be seen."""
    shapes = setting.seen(name, seen.box)[1]
    return shapes[shapely.area(shapes) * seen.scale**2 > SPECK_MM2]


def _tinted(pdf: FPDF, setting: Setting, seen: View, look: Look) -> None:
    shapes = look.grids(setting)
    with pdf.local_context(fill_opacity=0.45):
        for colour in dict.fromkeys(look.tints.values()):
            _polygons(pdf, seen, _of(shapes, [grid for grid, tint in look.tints.items() if tint == colour]), colour)
        if look.own:
            _polygons(pdf, seen, _of(shapes, look.own), "#ffe38a")


def _of(shapes: gpd.GeoSeries, grids: Sequence[str]) -> np.ndarray[Any, Any]:
    """Return the shapes of some grids; pandas takes a hundred times as long to find one among its labels by a list."""
    at: list[Any] = [shapes.index.get_loc(grid) for grid in grids]
    found: np.ndarray[Any, Any] = np.asarray(shapes)[at]
    return found


def _polygons(pdf: FPDF, seen: View, shapes: Any, colour: str) -> None:  # noqa: ANN401 - any of geometries
    """Fill polygons: what lies in a hole stays as it is, for holes run the other way round."""
    parts = shapely.get_parts(shapely.get_parts(shapes))  # twice: what is clipped may be a collection of multipolygons
    fine = _without_bends(parts[shapely.get_dimensions(parts) == AREA], seen)
    polygons = shapely.orient_polygons(shapely.get_parts(fine))
    fill_rings(pdf, _placed(seen, shapely.get_rings(polygons)), colour)


def _lines(pdf: FPDF, seen: View, shapes: Any, *strokes: tuple[str, float]) -> None:  # noqa: ANN401 - any of geometries
    """Draw lines in strokes over each other, each of a colour and a width in millimetres."""
    placed = _fine(seen, shapes)
    for colour, width in strokes:
        draw_lines(pdf, placed, colour, width)


def _fine(seen: View, shapes: Any) -> list[np.ndarray[Any, Any]]:  # noqa: ANN401 - any of geometries
    """Return the page coordinates of lines, without bends that nobody sees."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return _placed(seen, _without_bends(parts[shapely.get_dimensions(parts) == 1], seen))


def _without_bends(shapes: np.ndarray[Any, Any], seen: View) -> np.ndarray[Any, Any]:
    """Return shapes without bends that nobody sees; plain lines and boxes have none."""
    fine = shapes.copy()
    bent = shapely.get_num_coordinates(shapes) > PLAIN
    fine[bent] = shapely.simplify(shapes[bent], FINE_MM / seen.scale)
    return fine


def _placed(seen: View, shapes: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
    """Return the page coordinates of each line or ring."""
    points, at = shapely.get_coordinates(shapes, return_index=True)
    placed = seen.place(points)
    ends = (np.flatnonzero(np.diff(at, append=-1)) + 1).tolist()
    return [placed[begin:end] for begin, end in pairwise([0, *ends])]  # np.split takes ten times as long


def _streets(pdf: FPDF, setting: Setting, seen: View) -> None:
    at, roads = setting.seen("roads", seen.box)
    tiers = setting.tiers[at] if len(at) else at
    grown = min(2.2, max(0.25, seen.scale / 0.2))
    placed = {tier: _fine(seen, roads[tiers == tier]) for tier in sorted(_ROADS)}
    for casing in (True, False):
        for tier, drawn in placed.items():
            colour, width = _ROADS[tier]
            draw_lines(pdf, drawn, "#cfc8ba" if casing else colour, (width + 0.35 * casing) * grown)
    _lines(pdf, seen, setting.seen("rails", seen.box)[1], ("#77736e", 0.5 * min(1.0, grown)))


def _outlines(pdf: FPDF, setting: Setting, seen: View, look: Look) -> None:
    shapes = np.asarray(look.grids(setting))
    near = shapely.boundary(shapes[shapely.intersects(shapes, seen.box)])
    if look.numbers:
        units = np.asarray(setting.plan.units.geometry)
        _lines(pdf, seen, shapely.boundary(units[shapely.intersects(units, seen.box)]), ("#7d8790", 0.15))
    wider, width = (0.9, 0.3) if look.across is None else (1.8, 0.9)
    _lines(pdf, seen, near, ("#ffffff", wider), (AROUND_IT, width))
    if look.across is not None:
        other = np.asarray(look.across)
        _lines(pdf, seen, shapely.boundary(other[shapely.intersects(other, seen.box)]), (ACROSS, 0.3))
    if look.own and look.line is None:
        own = shapely.boundary(_of(look.grids(setting), look.own))
        _lines(pdf, seen, own, ("#ffffff", 2.0), (LIMIT, 1.0))


def _services(pdf: FPDF, setting: Setting, seen: View) -> None:
    """Mark facilities by small squares in the colour of their layer."""
    for name, layer in setting.plan.layers.items():
        if not isinstance(layer.definition, CoverageLayer):
            continue
        inside = _within(setting, name, seen.box)
        for x, y in seen.place(shapely.get_coordinates(inside)) if len(inside) else ():
            fill(pdf, layer.definition.colour)
            stroke(pdf, "#ffffff")
            pdf.set_line_width(0.35)
            pdf.rect(x - 1.5, y - 1.5, 3, 3, style="DF")


# ------------------------------------------------------------------ what is written
@dataclass
class _Labels:
    """What is written on a map: each where nothing stands yet, with a rim in white."""

    pdf: FPDF
    frame: Frame
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def put(self, text: str, at: Sequence[float], size: float, colour: str) -> bool:
        """Write a text around a place on the page where there is room; return whether there was."""
        x, y = at
        wide = width_of(self.pdf, text, size)
        box = (x - wide / 2 - 0.7, y - size * 0.2, x + wide / 2 + 0.7, y + size * 0.2)
        left, top, width, height = self.frame
        inside = box[0] > left and box[2] < left + width and box[1] > top and box[3] < top + height
        if not inside or any(box[0] < b[2] and box[2] > b[0] and box[1] < b[3] and box[3] > b[1] for b in self.taken):
            return False
        self.taken.append(box)
        rimmed(self.pdf, x - wide / 2, y - size * 0.18, text, size, colour)
        return True


def _beside(way: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return where a letter may stand beside a line that runs this way, in mm from it: on the line it is not read."""
    aside, over = [(3.0, 0.0), (-3.0, 0.0)], [(0.0, 3.5), (0.0, -3.5)]
    return aside + over if abs(way[1]) >= abs(way[0]) else over + aside


def _names(pdf: FPDF, setting: Setting, seen: View, look: Look) -> None:
    """Write the names or numbers of the map's own things, then of grids around, compounds and larger streets."""
    left, top, width, _ = seen.frame
    labels = _Labels(pdf, seen.frame, [_bar(pdf, seen, setting.lang), (left + width - 10, top, left + width, top + 14)])
    for text, line in look.marks:
        along = shapely.line_interpolate_point(longest(line), [0.45, 0.5, 0.55], normalized=True)
        before, place, after = seen.place(shapely.get_coordinates(along))
        any(labels.put(text, place + shift, 10, LIMIT) for shift in _beside(after - before))
    _unit_numbers(labels, setting, seen, look)
    areas = look.grids(setting)
    shapes = np.asarray(areas)
    near = np.flatnonzero(shapely.intersects(shapes, seen.box)) if look.called else np.empty(0, dtype=int)
    inside = shapely.intersection(shapes[near], seen.box)
    seen_m2 = shapely.area(inside)
    there = seen_m2 > 0
    codes = areas.index[near[there]].astype(TEXT)
    kind = "grids" if look.areas is None else ""
    middles = _middles(setting, seen, [kind and f"{kind} {code}" for code in codes], inside[there])
    triples = zip(codes, middles, seen_m2[there].tolist(), strict=True)
    for grid, middle, area in sorted(triples, key=lambda each: (each[0] not in look.own, -each[2])):
        name, own = look.called.get(grid, ""), grid in look.own
        if not name or (own and look.numbers):
            continue
        [at] = seen.place(middle[np.newaxis])
        colour = LIMIT if own else INK
        sizes = (12, 9.5, 7.5, 6) if own else (8.5, 7, 5.5, 4.5)
        wide = 1e9 if own else np.sqrt(area) * seen.scale * 1.25
        fitting = [size for size in sizes if width_of(pdf, name, size) <= wide] or sizes[-1:]
        any(labels.put(name, at, size, colour) for size in fitting)
    _compounds(labels, setting, seen)
    _road_names(labels, setting, seen)


def _middles(setting: Setting, seen: View, names: list[str], shapes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the middle of each shape's widest part; of one with a name that a window shows whole it is kept."""
    west, south, east, north = shapely.bounds(shapes).T
    left, bottom, right_, top = seen.window
    cut = (west <= left) | (south <= bottom) | (east >= right_) | (north >= top) | ~np.array(names, dtype=bool)
    asked = [at for at, name in enumerate(names) if cut[at] or name not in setting.middles]
    places = shapely.get_coordinates(poles(shapes[asked]))
    own = dict(zip(asked, places, strict=True))
    setting.middles.update({names[at]: place for at, place in own.items() if not cut[at]})
    return np.array([own[at] if at in own else setting.middles[name] for at, name in enumerate(names)]).reshape(-1, 2)


def _unit_numbers(labels: _Labels, setting: Setting, seen: View, look: Look) -> None:
    if not look.numbers:
        return
    units = setting.plan.units
    shapes, grids = np.asarray(units.geometry), units["grid_id"].astype(TEXT).tolist()
    there = np.flatnonzero(shapely.intersects(shapes, seen.box)).tolist()
    # The grid's own first: a neighbour's number gives way.
    for at in sorted(there, key=lambda at: grids[at] not in look.own):
        number = look.numbers.get(str(units.index[at]))
        if number is None:
            continue
        own = grids[at] in look.own
        [place] = seen.place(shapely.get_coordinates(poles(shapes[at : at + 1])))
        size = 9.0 if own else 7.5
        any(
            labels.put(str(number), place, smaller, LIMIT if own else INK)
            for smaller in (size, size * 0.75, size * 0.6)
        )


def _compounds(labels: _Labels, setting: Setting, seen: View) -> None:
    """Write the names of compounds, smaller than anything else."""
    signed = setting.signed("compounds")
    if signed is None or seen.scale < CLOSE:
        return
    at_all, shapes = setting.seen("compounds", seen.box)
    sizes = shapely.area(shapes)
    named = [
        at
        for at in np.argsort(-sizes, kind="stable").tolist()
        if isinstance(name := signed[at_all[at]], str)
        and name
        and np.sqrt(sizes[at]) * seen.scale > width_of(labels.pdf, name, 6) * 0.6
    ]
    middles = _middles(setting, seen, [f"compounds {at_all[at]}" for at in named], shapes[named])
    for at, place in zip(named, seen.place(middles), strict=True):
        labels.put(clean(signed[at_all[at]]), place, 6, "#6b5a3a")


def _road_names(labels: _Labels, setting: Setting, seen: View) -> None:
    written: set[str] = set()
    for kind, colour in (("waterways", "#2f6d94"), ("roads", "#5e5a52")):
        signed = setting.signed(kind)
        if signed is None:
            continue
        at_all, shapes = setting.seen(kind, seen.box)
        tiers = setting.tiers if kind == "roads" else np.zeros(len(signed), dtype=int)
        order = sorted(zip(at_all.tolist(), shapes, strict=True), key=lambda pair: (-tiers[pair[0]], -pair[1].length))
        for at, shape in order:
            name = signed[at]
            if not isinstance(name, str) or name in written or shape.length * seen.scale < 8:  # noqa: PLR2004 - mm
                continue
            for share in (0.5, 0.3, 0.7):
                [place] = seen.place(shapely.get_coordinates(shape.interpolate(share, normalized=True)))
                if labels.put(clean(name), place, 7.0, colour):
                    written.add(name)
                    break


# ------------------------------------------------------------------ scale and north
def _ratio(seen: View, lang: str) -> str:
    return Phrase("Scale 1:{number}", number=f"{MILLIMETRES / seen.scale:.0f}").said(lang)


def _bar(pdf: FPDF, seen: View, lang: str) -> tuple[float, float, float, float]:
    """Return where the scale stands on the page: left, top, right, bottom."""
    left, top, width, height = seen.frame
    long = _bar_m(seen) * seen.scale + 9 + width_of(pdf, _ratio(seen, lang), 7.5)
    return left + 2.5, top + height - 10, min(left + width, left + 2.5 + long), top + height


def _bar_m(seen: View) -> int:
    """Return how many metres the scale bar shows: at most a quarter of the map's width."""
    most = min(45.0, seen.frame[2] / 4)
    return next((metres for metres in BARS if metres * seen.scale < most), BARS[-1])


def _scale_bar(pdf: FPDF, seen: View, lang: str) -> None:
    left, _, right_, bottom = _bar(pdf, seen, lang)
    metres = _bar_m(seen)
    long, x, y = metres * seen.scale, left + 1.5, bottom - 4
    fill(pdf, "#ffffff")
    pdf.rect(left, y - 6, right_ - left, 7.5, style="F")
    write(pdf, x + long + 3, y - 2.6, _ratio(seen, lang), 7.5, INK)
    stroke(pdf, INK)
    pdf.set_line_width(0.4)
    pdf.polyline([(x, y - 1.5), (x, y), (x + long, y), (x + long, y - 1.5)])
    said = Quantity(metres, "m").said(lang) if metres < KM else Quantity(metres / KM, "km").said(lang)
    centred(pdf, x + long / 2, y - 4.6, said, 7.5, INK)
    x, y = seen.frame[0] + seen.frame[2] - 6, seen.frame[1] + 4
    fill(pdf, INK)
    pdf.polygon([(x, y), (x + 2, y + 6), (x - 2, y + 6)], style="F")
    centred(pdf, x, y + 6.3, Phrase("N", "north").said(lang), 9, INK)


def longest(line: BaseGeometry) -> LineString:
    """Return the longest part of a line; of one that is a mere point, such as the round through one door, itself."""
    merged = shapely.line_merge(line)
    parts = shapely.get_parts(line if merged.is_empty else merged)
    found: LineString = parts[int(np.argmax(shapely.length(parts)))]
    return found


def bounds_of(shapes: Sequence[BaseGeometry] | pd.Series[Any]) -> BaseGeometry:
    """Return a box around several shapes."""
    return shapely.box(*shapely.total_bounds(np.asarray(shapes)))
