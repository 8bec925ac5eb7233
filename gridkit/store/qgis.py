"""How QGIS draws a plan file: styles in its table ``layer_styles``, written as QML."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from gridkit.plan.plan import Parameters

_TABLE = """
CREATE TABLE IF NOT EXISTS layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
  styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description)
  VALUES ('layer_styles', 'attributes', 'layer_styles', '');
"""


@dataclass(frozen=True)
class Look:
    """One symbol: an RGBA fill for an area, a marker for a point, neither for a line; and its stroke in millimetres."""

    fill: str = ""
    marker: str = ""
    stroke: str = "60,60,60,255"
    width: float = 0.26
    dash: str = ""


@dataclass(frozen=True)
class LegendClass:
    """One entry of a legend: what it says, its look, and the value or range it stands for."""

    label: str
    look: Look
    value: str = ""
    low: float = 0.0
    high: float = 0.0


GREY, NONE = "200,200,200,110", "0,0,0,0"
BELOW, WITHIN, ABOVE = (
    "253,184,99,150",
    "230,230,230,120",
    "178,171,210,150",
)  # orange and purple: told apart by all eyes
WATER, GREEN, ROAD, BUILDING = "158,202,225,255", "199,233,192,255", "255,255,255,255", "217,207,199,255"

FEATURE_LOOKS = {
    "none": Look(stroke="215,48,39,255", width=0.3, dash="1;1"),
    "path": Look(stroke="166,118,29,255", dash="2;1"),
    "wall": Look(stroke="90,90,90,255", dash="3;1"),
    "service": Look(stroke="150,150,150,255"),
    "street": Look(stroke="120,120,120,255", width=0.35),
    "collector": Look(stroke="230,171,2,255", width=0.45),
    "arterial": Look(stroke="217,95,2,255", width=0.6),
    "motorway": Look(stroke="165,0,38,255", width=0.7),
    "rail": Look(stroke="0,0,0,255", width=0.4, dash="2;2"),
    "canal": Look(stroke="66,146,198,255", width=0.45),
    "river": Look(stroke="8,81,156,255", width=0.7),
    "boundary": Look(stroke="84,39,143,255", width=0.5),
}


POINTS = ("__points", "__facilities", "comments", "base_places", "base_entrances")
"""How the names of layers of points end."""


def put_styles(connection: sqlite3.Connection, names: Iterable[str], parameters: Parameters) -> None:
    """Add a default style for each layer that has one."""
    connection.executescript(_TABLE)
    geometry = dict(connection.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    for name, style in styles([each for each in names if each in geometry], parameters).items():
        put_style(connection, name, geometry[name], style)


def styles(names: Iterable[str], parameters: Parameters) -> dict[str, str]:
    """Return the style of each table with shapes that has one, as QML."""
    drawn = {name: STYLES.get("points" if name.endswith(POINTS) else name) for name in names}
    return {name: draw(parameters) for name, draw in drawn.items() if draw is not None}


def put_style(connection: sqlite3.Connection, name: str, geometry: str, style: str) -> None:
    """Add the default style of a layer, whose column of shapes is named."""
    connection.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
        " styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, 'gridkit', ?, '', 1, '', '')",
        (name, geometry, style),
    )


_NUMBER = """try(to_string(to_int(regexp_substr("grid_id", '([0-9]{1,3})$'))), "grid_id")"""
"""The number that a grid's code ends in: a code of fifteen digits would not fit into the grid."""


def _grids(parameters: Parameters) -> str:
    measure, band = parameters.measure, parameters.band
    label = f"{_NUMBER} || '\\n' || coalesce(format_number(\"{measure}\", 0), '')"
    if band is None:
        return qml(single(Look(GREY, width=0.6)), labels=label)
    least, most = band.edges
    # QGIS takes the first range that holds a value, its ends included: what is on a limit is inside.
    classes = [
        LegendClass(f"< {band.low:g}", Look(BELOW, width=0.6), low=-1e15, high=math.nextafter(least, -math.inf)),
        LegendClass(f"{band.low:g} - {band.high:g}", Look(WITHIN, width=0.6), low=least, high=most),
        LegendClass(f"> {band.high:g}", Look(ABOVE, width=0.6), low=math.nextafter(most, math.inf), high=1e15),
    ]
    return qml(graduated(measure, classes), labels=label)


def _constant(renderer: Callable[[], ET.Element], labels: str = "") -> Callable[[Parameters], str]:
    return lambda _: qml(renderer(), labels=labels)


STYLES: dict[str, Callable[[Parameters], str]] = {
    "grids": _grids,
    "units": _constant(lambda: single(Look(NONE, stroke="170,170,170,255", width=0.15))),
    "borders": _constant(
        lambda: categorized("feature", [LegendClass(name, look, value=name) for name, look in FEATURE_LOOKS.items()])
    ),
    "districts": _constant(
        lambda: single(Look(NONE, stroke="84,39,143,255", width=1.0)), labels='coalesce("name", "district_id")'
    ),
    "points": _constant(lambda: single(Look(marker="0,114,178,255", stroke="255,255,255,255", width=0.2))),
    "base_water": _constant(lambda: single(Look(WATER, stroke=WATER, width=0.1))),
    "base_green": _constant(lambda: single(Look(GREEN, stroke=GREEN, width=0.1))),
    "base_buildings": _constant(lambda: single(Look(BUILDING, stroke="190,180,170,255", width=0.1))),
    "base_compounds": _constant(lambda: single(Look(NONE, stroke="150,120,90,255", width=0.2, dash="2;1"))),
    "base_roads": _constant(lambda: single(Look(stroke="160,160,160,255", width=0.4))),
    "base_rails": _constant(lambda: single(Look(stroke="0,0,0,255", width=0.3, dash="2;2"))),
    "base_waterways": _constant(lambda: single(Look(stroke=WATER, width=0.5))),
    "base_walls": _constant(lambda: single(Look(stroke="90,90,90,255", width=0.2, dash="3;1"))),
}


# ------------------------------------------------------------------ QML
def qml(renderer: ET.Element, labels: str = "") -> str:
    """Return a style of QGIS 3: a renderer, and labels from an expression when there is one."""
    root = ET.Element(
        "qgis", version="3.22", styleCategories="Symbology|Labeling", labelsEnabled=str(int(bool(labels)))
    )
    root.append(renderer)
    if labels:
        settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
        style = {"fieldName": labels, "isExpression": "1", "fontSize": "9", "textColor": "30,30,30,255"}
        text = ET.SubElement(settings, "text-style", style)
        ET.SubElement(text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferColor="255,255,255,255")
        # Over the middle, and no last choice: what is not said is nought to QGIS, and most labels would be left out.
        middle = {"placement": "1", "quadOffset": "4", "priority": "8", "centroidInside": "1", "centroidWhole": "1"}
        ET.SubElement(settings, "placement", middle)
        ET.SubElement(settings, "rendering", drawLabels="1", obstacle="0", obstacleFactor="1", upsidedownLabels="0")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


def single(look: Look) -> ET.Element:
    """Return a renderer that draws everything alike."""
    return _renderer("singleSymbol", [look])


def graduated(column: str, classes: list[LegendClass]) -> ET.Element:
    """Return a renderer that draws by ranges of a number."""
    root = _renderer("graduatedSymbol", [each.look for each in classes], attr=column, graduatedMethod="GraduatedColor")
    ranges = ET.SubElement(root, "ranges")
    for i, each in enumerate(classes):
        # Seventeen digits give the same double back: shorter, the edge of the band would move and the map contradict
        # the audit.
        bounds = {"lower": f"{each.low:.17g}", "upper": f"{each.high:.17g}"}
        ET.SubElement(ranges, "range", {**bounds, "symbol": str(i), "label": each.label, "render": "true"})
    return root


def categorized(column: str, classes: list[LegendClass]) -> ET.Element:
    """Return a renderer that draws by the values of a text."""
    root = _renderer("categorizedSymbol", [each.look for each in classes], attr=column)
    categories = ET.SubElement(root, "categories")
    for i, each in enumerate(classes):
        said = {"value": each.value, "type": "string", "symbol": str(i), "label": each.label, "render": "true"}
        ET.SubElement(categories, "category", said)
    return root


def _renderer(kind: str, looks: list[Look], **attributes: str) -> ET.Element:
    root = ET.Element("renderer-v2", {"type": kind, "enableorderby": "0", "symbollevels": "0", **attributes})
    symbols = ET.SubElement(root, "symbols")
    for i, look in enumerate(looks):
        symbols.append(_symbol(str(i), look))
    return root


def _symbol(name: str, look: Look) -> ET.Element:
    kind, drawn, put = next(draw for part, draw in _DRAWN.items() if not part or getattr(look, part))
    symbol = ET.Element("symbol", name=name, type=kind, alpha="1", clip_to_extent="1")
    layer = ET.SubElement(symbol, "layer", {"class": drawn, "enabled": "1"})
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in put(look).items():
        ET.SubElement(options, "Option", name=key, type="QString", value=value)
    return symbol


def _fill(look: Look) -> dict[str, str]:
    return {
        "color": look.fill,
        "style": "no" if look.fill == NONE else "solid",
        "outline_color": look.stroke,
        "outline_style": "dash" if look.dash else "solid",
        "outline_width": f"{look.width:g}",
        "outline_width_unit": "MM",
    }


def _line(look: Look) -> dict[str, str]:
    dashes = {"use_custom_dash": "1", "customdash": look.dash, "customdash_unit": "MM"} if look.dash else {}
    return {
        "line_color": look.stroke,
        "line_width": f"{look.width:g}",
        "line_width_unit": "MM",
        "line_style": "solid",
        **dashes,
    }


def _marker(look: Look) -> dict[str, str]:
    return {
        "name": "circle",
        "color": look.marker,
        "size": "2",
        "size_unit": "MM",
        "outline_color": look.stroke,
        "outline_width": f"{look.width:g}",
        "outline_width_unit": "MM",
    }


_DRAWN: dict[str, tuple[str, str, Callable[[Look], dict[str, str]]]] = {
    "marker": ("marker", "SimpleMarker", _marker),
    "fill": ("fill", "SimpleFill", _fill),
    "": ("line", "SimpleLine", _line),
}
"""By what a look has: the kind of symbol QGIS knows, the class of its layer, and its options."""
