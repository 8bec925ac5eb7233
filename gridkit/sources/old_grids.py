"""Grids as a city had them: polygons under their codes, with their people where they are counted, from any file."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from gridkit.errors import TableError
from gridkit.sources import nets
from gridkit.sources.coordinates import points
from gridkit.sources.files import closed_lines, vectors
from gridkit.sources.people import counts
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import cells, names, quantities
from gridkit.tables import TEXT, numeric

CODES = (
    "grid_id", "code", "grid", "grid_code", "label", "网格编码", "网格编号", "网格代码", "网格号", "网格", "编码",
    "编号",
)  # fmt: skip
"""Headers under which codes of grids stand."""
COUNTS = ("people", "households")


def read(source: vectors.Source, *, reading: Reading = AS_IT_SAYS) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return grids with their code in ``grid_id``, all their columns beside it, and notes of how they were read.

    Parameters
    ----------
    source
        ``FILE[:LAYER][:COLUMN]`` of polygons, of closed lines, or of a table with shapes in its cells; or a
        GeoDataFrame. Where no column is named, a usual header is looked for, then what tells the areas apart best.
    reading
        CRS, datum, encoding and order of what does not say.

    Raises
    ------
    SourceError
        When the file cannot be read.
    TableError
        When there are no shapes in it, or the column is absent.
    """
    spec = source if isinstance(source, gpd.GeoDataFrame) else vectors.parse(source)
    frame = points.shapes(spec, reading=reading, swap_xy=reading.swap_xy)
    where = "old grids" if isinstance(spec, gpd.GeoDataFrame) else spec.path
    frame, closed = closed_lines.areas(frame, where=where)
    notes = [*frame.attrs.get("notes", []), *closed]
    if not len(frame):
        raise TableError("there is nothing in it", where=where, mend="hand over rows with shapes")
    column = names.column_for(frame, CODES)
    if not isinstance(spec, gpd.GeoDataFrame):
        if spec.column is not None:
            column = vectors.column(frame, spec.column, where=where)
        elif column is None:
            column, guessed = nets.telling(frame, spec)
            notes += guessed
    counted = {name: _counted(frame, name, where) for name in COUNTS if name not in frame or not numeric(frame[name])}
    return frame.assign(
        **{name: values for name, values in counted.items() if values is not None}, grid_id=_codes(frame, column, where)
    ), notes


def _codes(frame: gpd.GeoDataFrame, column: str | None, where: object) -> pd.Series:
    """Return the code of each grid, its row's where it has none."""
    named = not frame.index.hasnans
    rows = pd.Series(frame.index if named else range(1, len(frame) + 1), index=frame.index).astype(TEXT)
    if column is None:
        return rows
    codes = cells.codes(frame[column], where=where)
    return codes.where(codes.notna(), "?" + rows)


def _counted(frame: gpd.GeoDataFrame, role: str, where: object) -> pd.Series | None:
    """Return a column of counts under one of its usual names as numbers, None where there is none."""
    name = names.column_for(frame, counts.COLUMNS[role])
    return None if name is None else quantities.read(frame[name], kind="count", where=where)
