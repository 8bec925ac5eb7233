"""A project of QGIS inside a plan file: its layers in order, styled, with what a planner looks at first switched on."""

from __future__ import annotations

import binascii
import io
import json
import zipfile
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from gridkit.language.catalogue import SOURCE
from gridkit.language.labels import label
from gridkit.language.phrases import Phrase
from gridkit.store.views import SUFFIX

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyproj import CRS

    from gridkit.plan.plan import Plan

    Drawn = Mapping[str, tuple[str, str]]
    """The kind of shape and the style of each table that is drawn, by its name."""

NAME = "gridkit"
"""What the project is called in the list that QGIS shows of a file."""
MARGIN = 0.05
"""Share of the district's extent that is seen around it."""
_TABLE = "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"
ABOUT = json.dumps({"last_modified_time": "", "last_modified_user": "gridkit"})
"""What QGIS is told of who wrote it."""
_DATE = (2020, 1, 1, 0, 0, 0)
"""A zip keeps a time; a fixed one keeps equal projects equal bytes."""
_SHAPES = {"POINT": "Point", "LINESTRING": "Line", "POLYGON": "Polygon"}


@dataclass(frozen=True)
class _Shown:
    """One layer: its table, what it is called, its kind of shape, its style as QML, and whether it is switched on."""

    table: str
    title: str
    shape: str
    style: str
    on: bool

    @property
    def id(self) -> str:
        """What the project calls the layer by."""
        return "gridkit_" + "".join(
            sign if sign.isalnum() and sign.isascii() else f"_{ord(sign):x}" for sign in self.table
        )


def put_project(connection: sqlite3.Connection, plan: Plan, file: str) -> None:
    """Add the project, which opens from QGIS's browser, and names its layers by the file it lies in.

    Parameters
    ----------
    file
        The name of the plan's file: QGIS knows a project's layers by it, so that a copy under another name opens the
        layers of the first.
    """
    kinds = dict(connection.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns"))
    styles = dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    drawn = {name: (str(kinds[name]), str(style)) for name, style in styles.items() if name in kinds}
    held = {name: [str(row[1]) for row in connection.execute(f'PRAGMA table_info("{name}")')] for name in drawn}
    written = project(plan, drawn, lambda table: f"./{file}|layername={table}", "ogr", held)
    connection.execute(_TABLE)
    connection.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", (NAME, ABOUT, packed(written).decode("ascii")))


def project(
    plan: Plan,
    drawn: Drawn,
    source: Callable[[str], str],
    provider: str,
    columns: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> str:
    """Return a project as XML.

    Parameters
    ----------
    drawn
        The kind of shape and the style (QML) of each table that is drawn.
    source
        What QGIS finds a table by.
    provider
        Which of QGIS's providers reads it: ``ogr``, ``postgres``.
    columns
        Those of each table: what QGIS calls them is in the language of the plan.
    """
    lang = plan.parameters.lang or SOURCE
    groups = {
        Phrase("Layers", "page"): list(_layers(drawn, plan, lang)),
        Phrase("Plan"): list(_plan(drawn, lang)),
        Phrase("Base map", "page"): list(_base(drawn, lang)),
    }
    root = ET.Element("qgis", version="3.22.0", projectname=plan.parameters.title)
    standing = plan.standing.said(lang)
    ET.SubElement(root, "title").text = f"{plan.parameters.title} ({standing})"
    _put_crs(ET.SubElement(root, "projectCrs"), plan.crs)
    tree = ET.SubElement(root, "layer-tree-group")
    held = ET.SubElement(root, "projectlayers")
    for title, layers in groups.items():
        branch = ET.SubElement(tree, "layer-tree-group", name=title.said(lang), expanded="1", checked="Qt::Checked")
        for each in layers:
            place = source(each.table)
            ET.SubElement(branch, "layer-tree-layer", _leaf(each, place, provider))
            _put_layer(held, each, place, plan.crs, provider)
            _put_aliases(held[-1], plan, each.table, columns.get(each.table, ()))
    _put_relation(root, [each for layers in groups.values() for each in layers])
    _put_view(root, plan)
    # Without this the CRS of the project is not read.
    system = ET.SubElement(ET.SubElement(root, "properties"), "SpatialRefSys")
    ET.SubElement(system, "ProjectionsEnabled", type="int").text = "1"
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


def packed(text: str) -> bytes:
    """Return a project as QGIS stores it in a database: a zip of its XML, in hexadecimal."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{NAME}.qgs", _DATE), text.encode(), zipfile.ZIP_DEFLATED)
    return binascii.hexlify(buffer.getvalue())


# ------------------------------------------------------------------ which layers
def _layers(drawn: Drawn, plan: Plan, lang: str) -> Iterable[_Shown]:
    titles = {f"{name}{SUFFIX}": layer.definition.title.said(lang) for name, layer in plan.layers.items()}
    for name, title in titles.items():
        yield from _shown(drawn, name, title, on=False)
        yield from _shown(drawn, f"{name.removesuffix(SUFFIX)}__points", title, on=False)


def _plan(drawn: Drawn, lang: str) -> Iterable[_Shown]:
    on = {"grids": True, "districts": True}
    for name in ("comments", "findings", "districts", "borders", "grids", "units"):
        yield from _shown(drawn, name, label(name).said(lang), on=on.get(name, False))


def _base(drawn: Drawn, lang: str) -> Iterable[_Shown]:
    for name in ("walls", "rails", "roads", "waterways", "compounds", "buildings", "water", "green"):
        yield from _shown(drawn, f"base_{name}", label(name).said(lang), on=True)


def _shown(drawn: Drawn, table: str, title: str, *, on: bool) -> Iterable[_Shown]:
    kind, style = drawn.get(table, ("", ""))
    shape = _SHAPES.get(kind.upper().removeprefix("MULTI"), "")
    if shape:
        yield _Shown(table, title, shape, style, on)


# ------------------------------------------------------------------ XML
def _leaf(each: _Shown, source: str, provider: str) -> dict[str, str]:
    state = "Qt::Checked" if each.on else "Qt::Unchecked"
    return {
        "id": each.id,
        "name": each.title,
        "source": source,
        "providerKey": provider,
        "checked": state,
        "expanded": "0",
    }


def _put_layer(held: ET.Element, each: _Shown, source: str, crs: CRS, provider: str) -> None:
    drawn = ET.fromstring(each.style.partition("\n")[2])  # noqa: S314 - a style of ours
    labelled = drawn.get("labelsEnabled", "0")
    layer = ET.SubElement(
        held,
        "maplayer",
        {"type": "vector", "geometry": each.shape, "labelsEnabled": labelled, "autoRefreshEnabled": "0"},
    )
    for name, text in (("id", each.id), ("datasource", source), ("layername", each.title)):
        ET.SubElement(layer, name).text = text
    _put_crs(ET.SubElement(layer, "srs"), crs)
    ET.SubElement(layer, "provider", encoding="UTF-8").text = provider
    layer.extend(list(drawn))


def _put_aliases(layer: ET.Element, plan: Plan, table: str, columns: Sequence[str]) -> None:
    """Call columns what people call them: measures by their titles, others by their labels."""
    lang = plan.parameters.lang or SOURCE
    name = table.removesuffix(SUFFIX)
    measures = plan.layers[name].definition.measures if name in plan.layers else ()
    titles = {each.column: each.title for each in measures}
    held = ET.SubElement(layer, "aliases")
    for at, column in enumerate(each for each in columns if each not in ("fid", "geom")):
        title: Phrase = titles.get(column) or label(name, column)
        ET.SubElement(held, "alias", index=str(at), field=column, name=title.said(lang))


def _put_relation(root: ET.Element, layers: Sequence[_Shown]) -> None:
    """Lead from a grid to its units, in forms and in the table of attributes."""
    ids = {each.table: each.id for each in layers}
    if not {"grids", "units"} <= ids.keys():
        return
    relation = ET.SubElement(
        ET.SubElement(root, "relations"),
        "relation",
        id="gridkit_units_of_grid",
        name="units",
        referencedLayer=ids["grids"],
        referencingLayer=ids["units"],
        strength="Association",
    )
    ET.SubElement(relation, "fieldRef", referencedField="grid_id", referencingField="grid_id")


def _put_crs(parent: ET.Element, crs: CRS) -> None:
    system = ET.SubElement(parent, "spatialrefsys")
    ET.SubElement(system, "wkt").text = crs.to_wkt()
    code = crs.to_authority()
    if code:
        ET.SubElement(system, "authid").text = ":".join(code)
    ET.SubElement(system, "description").text = crs.name


def _put_view(root: ET.Element, plan: Plan) -> None:
    west, south, east, north = plan.units.total_bounds
    wide, high = MARGIN * (east - west), MARGIN * (north - south)
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas")
    ET.SubElement(canvas, "units").text = "meters"
    extent = ET.SubElement(canvas, "extent")
    sides = {"xmin": west - wide, "ymin": south - high, "xmax": east + wide, "ymax": north + high}
    for name, value in sides.items():
        ET.SubElement(extent, name).text = f"{value:.3f}"
    _put_crs(ET.SubElement(canvas, "destinationsrs"), plan.crs)
