"""What of a plan is handed to other programs: its grids, units, borders, labels, and the tables of its layers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from gridkit import atomic
from gridkit.errors import OutputError, UsageError
from gridkit.language.phrases import series, spoken
from gridkit.language.reader import language
from gridkit.plan.editions import columns
from gridkit.plan.names import names
from gridkit.plan.plan import micro_grids
from gridkit.render.formats import FORMATS, Sheet
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan

TABLES = ("grids", "units", "borders", "districts", "labels", "micro")
"""Besides these, ``LAYER:TABLE`` names a table of a layer, and ``LAYER`` alone the one of its grids."""


TEXTS = (".geojson", ".geojsonl", ".kml", ".gpx", ".csv", ".svg")
"""Formats that are text, and so may go to standard output."""


def export(
    plan: Plan, path: Path | str, *, table: str = "grids", form: str = "", overwrite: bool = True
) -> dict[str, str]:
    """Write a table of a plan in the format of the file's ending, whole or not at all.

    Parameters
    ----------
    path
        ``.geojson``, ``.geojsonl`` (a feature a line), ``.gpkg`` (styled for QGIS), ``.fgb``, ``.shp`` (a folder of
        that name: .dbf in UTF-8, a .cpg that says so, and a list of its fields), ``.shp.zip``, ``.kml``, ``.gpx``
        (points and lines), ``.csv``
        (UTF-8 with a mark that spreadsheets know, shapes as WKT with their CRS beside them, text never a formula),
        ``.xlsx`` (without shapes), ``.parquet`` (GeoParquet) or ``.svg``. Areas that share edges share them in all.
        ``-`` is standard output, for the formats that are text.
    form
        The format by its ending, where the path does not say it: GeoJSON on standard output, CSV without shapes.
    table
        ``grids`` (with the measures of all layers), ``units``, ``borders``, ``districts``, ``labels`` (the grid of each
        unit), a layer's name (its counts or minutes per grid), or ``LAYER:TABLE`` (``incidents:points``).

    Returns
    -------
    dict
        Columns that had to be renamed for the format, by their new names.

    Raises
    ------
    UsageError
        When no format has this ending, there is no such table, or it has no shapes and the format wants some.
    OutputError
        When the file exists and ``overwrite`` is false, or cannot be written.
    """
    path, streamed = Path(path), str(path) == atomic.STDOUT
    chosen = _chosen(plan, table)
    ending = f".{form.lower().lstrip('.')}" if form else ending_of(path)
    if streamed and not form:
        ending = ".geojson" if isinstance(chosen, gpd.GeoDataFrame) else ".csv"
    if ending not in FORMATS:
        raise UsageError(
            "no format ends in {ending!r}", where=path, mend="use one of {all}", ending=ending, all=series(FORMATS)
        )
    if streamed and ending not in TEXTS:
        raise OutputError("{ending} cannot be written to standard output", mend="name a file with -o", ending=ending)
    sheet = Sheet(
        chosen, table.replace(":", "_"), plan.parameters.title or "gridkit", _neighbours(plan, table), plan.parameters
    )
    renamed: dict[str, str] = {}
    if streamed:
        with atomic.pouring(f"{sheet.name}{ending}") as file:
            FORMATS[ending](sheet, file, True, renamed)  # noqa: FBT003 - one signature
    else:
        FORMATS[ending](sheet, path, overwrite, renamed)
    return renamed


def ending_of(path: Path) -> str:
    """Return the ending that names a file's format."""
    return ".shp.zip" if path.name.lower().endswith(".shp.zip") else path.suffix.lower()


def _chosen(plan: Plan, name: str) -> pd.DataFrame:
    """Return a table with its index as its first column, without columns that hold no value."""
    held = _held(plan, name).copy()
    key = "id" if held.index.name is None else str(held.index.name)
    if key not in held:
        held.insert(0, key, held.index.astype(TEXT))
    # A column without a single value has no type that a file could hold.
    empty = [column for column in held if column != key and held[column].isna().all()]
    return held.drop(columns=empty).reset_index(drop=True)


def _held(plan: Plan, name: str) -> pd.DataFrame:
    if name == "grids":
        return measured(plan, language(None, plan.parameters.lang))
    if name == "labels":
        return pd.DataFrame({"grid_id": plan.units["grid_id"].astype(TEXT)})
    if name == "micro":
        return micro_grids(plan)
    if name in TABLES:
        table: gpd.GeoDataFrame = getattr(plan, name)
        return table
    layer, _, part = name.partition(":")
    tables = plan.layers[layer].tables if layer in plan.layers else {}
    part = part or "grids"
    if part not in tables:
        parts = [f"{each}:{part}" for each, laid in plan.layers.items() for part in laid.tables]
        known = series([*TABLES, *plan.layers, *parts])
        raise UsageError("there is no table {table!r}", mend="use one of {known}", table=name, known=known)
    if layer in plan.stale:
        raise UsageError(
            "the layer {layer!r} was measured on other grids than those of now", mend="measure it again", layer=layer
        )
    found = tables[part]
    if part in ("grids", "units") and not isinstance(found, gpd.GeoDataFrame):
        own: gpd.GeoDataFrame = getattr(plan, part)
        return own[["parent", "people", own.geometry.name]].join(_plain_columns(found))
    return found


def measured(plan: Plan, lang: str) -> gpd.GeoDataFrame:
    """Return the grids with their names first, and the measures of every layer laid on them as they are."""
    table = plan.grids.drop(columns="name", errors="ignore")
    table.insert(0, "name", [str(spoken(name, lang)) for name in names(plan)])
    for name, value in columns(plan).items():
        table.insert(table.shape[1] - 1, name, value or None)
    for title, layer in plan.layers.items():
        if "grids" not in layer.tables or title in plan.stale:
            continue
        values = _plain_columns(layer.tables["grids"].reindex(table.index))
        fresh = [column for column in values if column not in table]
        table = table.join(values[fresh].add_prefix(f"{title}_"))
    return table


def _plain_columns(values: pd.DataFrame) -> pd.DataFrame:
    """Return the columns whose cells hold one value each."""
    lists = [column for column in values if isinstance(values[column].iloc[:1].squeeze(), list | tuple | dict)]
    return values.drop(columns=lists)


def _neighbours(plan: Plan, name: str) -> tuple[tuple[int, int], ...]:
    if name != "grids":
        return ()
    place = {grid: at for at, grid in enumerate(plan.grids.index)}
    grid = plan.units["grid_id"].astype(TEXT).map(place)
    ends = np.column_stack([plan.borders[side].map(grid).to_numpy() for side in ("unit_id", "neighbour")]).astype(int)
    return tuple((int(a), int(b)) for a, b in np.unique(ends, axis=0) if a != b)
