"""Layers joined to the grids inside a plan file, so that QGIS draws each as a choropleth without a join."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.database.names import quoted
from gridkit.store import qgis
from gridkit.store.qgis import LegendClass, Look

if TYPE_CHECKING:
    import sqlite3

    from gridkit.catalog.columns import Measure
    from gridkit.catalog.layer import Layer
    from gridkit.plan.plan import Plan

SUFFIX = "__on_grids"
"""How the name of a layer's view ends."""
RAMP = ("255,255,204,190", "161,218,180,190", "65,182,196,190", "44,127,184,190", "37,52,148,190")
"""From little to much: ColorBrewer's YlGnBu, told apart by all eyes and in grey."""
EMPTY = Look("0,0,0,0", stroke="150,150,150,255", width=0.2, dash="1;1")


def put_views(connection: sqlite3.Connection, plan: Plan) -> list[str]:
    """Add a view for each layer that measures grids: the grids with its columns; return the names of the views.

    A layer that was laid on other grids than those of now gets none.
    """
    extent = connection.execute(
        "SELECT min_x, min_y, max_x, max_y, srs_id FROM gpkg_contents WHERE table_name = 'grids'"
    ).fetchone()
    shape = connection.execute(
        "SELECT column_name, geometry_type_name, z, m FROM gpkg_geometry_columns WHERE table_name = 'grids'"
    ).fetchone()
    names = []
    for name, layer in plan.layers.items():
        if "grids" not in layer.tables or name in plan.stale:
            continue
        view, table = f"{name}{SUFFIX}", f"{name}__grids"
        own = _columns(connection, "grids")
        joined = [column for column in _columns(connection, table) if column not in {*own, "fid", "grid_id"}]
        chosen = ", ".join([*(f"g.{quoted(each)}" for each in own), *(f"l.{quoted(each)}" for each in joined)])
        connection.execute(
            f"CREATE VIEW {quoted(view)} AS SELECT {chosen} FROM grids g"  # noqa: S608 - quoted
            f" LEFT JOIN {quoted(table)} l ON l.grid_id = g.grid_id"
        )
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y,"
            " srs_id) VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?)",
            (view, view, str(layer.definition.title), *extent),
        )
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, ?)",
            (view, shape[0], shape[1], extent[4], shape[2], shape[3]),
        )
        drawn = choropleth(layer, joined)
        if drawn:
            qgis.put_style(connection, view, shape[0], drawn)
        names.append(view)
    return names


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({quoted(table)})")]


def choropleth(layer: Layer, held: list[str]) -> str:
    """Return the style of a layer on grids: by its first measure with values, in round classes; empty if none has."""
    table = layer.tables["grids"]
    for measure in layer.definition.measures:
        if measure.column in held and measure.column in table and table[measure.column].notna().any():
            values = pd.to_numeric(table[measure.column], errors="coerce").dropna()
            return qgis.qml(qgis.graduated(measure.column, _classes(measure, values)))
    return ""


def _classes(measure: Measure, values: pd.Series) -> list[LegendClass]:
    """Return at most five classes of about as many grids each, their limits rounded to what is easily read."""
    cuts = _round(np.quantile(values, np.linspace(0, 1, len(RAMP) + 1)))
    colours = [RAMP[at] for at in np.linspace(0, len(RAMP) - 1, len(cuts) - 1).round().astype(int)]
    percent = getattr(measure, "percent", False)

    def said(value: float) -> str:
        return f"{100 * value:.3g}%" if percent else f"{value:,.6g}"

    return [
        LegendClass(
            f"{said(low)} - {said(high)}", Look(colour, stroke="110,110,110,255", width=0.2), low=low, high=high
        )
        for low, high, colour in zip(cuts[:-1], cuts[1:], colours, strict=True)
    ]


def _round(cuts: np.ndarray) -> list[float]:
    """Return limits rounded to two figures of their spread, the ends outwards so that every value has a class."""
    spread = float(cuts[-1] - cuts[0])
    if spread <= 0:
        return [float(cuts[0]), float(cuts[0])]
    step = 10.0 ** (np.floor(np.log10(spread)) - 1)
    inner = np.round(cuts[1:-1] / step) * step
    ends = [np.floor(cuts[0] / step) * step, np.ceil(cuts[-1] / step) * step]
    return [float(f"{cut:.12g}") for cut in np.unique([ends[0], *inner, ends[1]])]
