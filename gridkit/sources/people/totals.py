"""Official totals per parent: a table or layer with a row per community, found by its code or name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from gridkit.errors import TableError
from gridkit.sources.files import kind, vectors
from gridkit.sources.people import population
from gridkit.sources.tables import names, quantities
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from gridkit.sources.reading import Reading

COUNTS = ("people", "households", "elderly", "children")


def read(source: vectors.Source, districts: gpd.GeoDataFrame, *, reading: Reading) -> pd.DataFrame:
    """Return the official totals of districts.

    Parameters
    ----------
    source
        A workbook, CSV or vector file, ``FILE:SHEET``, or a GeoDataFrame, with a row per parent: its ``district_id`` or
        name in some column, and counts (people, households, elderly, children) under their usual names.
    districts
        DISTRICTS.
    reading
        How text is to be taken.

    Returns
    -------
    DataFrame
        On the index ``district_id``, one column per count that is there; parents without a row are missing.

    Raises
    ------
    TableError
        When no column names the parents, or none counts anything; rows that are no parent are left out.
    """
    frame, where = _frame(source, reading)
    ids = _parents(frame, districts)
    if ids is None:
        raise TableError(
            "no column names the parents", where=where, mend="add one with their codes or names, such as {parent!r}",
            parent=str(districts.index[0]),
        )  # fmt: skip
    found = {count: names.column_for(frame, population.COLUMNS[count]) for count in COUNTS}
    there = {count: column for count, column in found.items() if column is not None}
    if not there:
        raise TableError("no column counts people or households", where=where, mend="call one people, or 人口")
    counts = {count: quantities.read(frame[column], kind="count", where=where) for count, column in there.items()}
    table = pd.DataFrame(counts).set_axis(pd.Index(ids, name=districts.index.name))
    return table[table.index.notna()].groupby(level=0).sum(min_count=1)


def _frame(source: vectors.Source, reading: Reading) -> tuple[pd.DataFrame, str]:
    if isinstance(source, gpd.GeoDataFrame):
        return source, "the totals"
    spec = vectors.unpacked(source if isinstance(source, vectors.Spec) else vectors.parse(source))
    if kind.kind(spec.path) in kind.TABLE_KINDS:
        return tables.read(spec.path, sheet=spec.layer, reading=reading), str(spec)
    return vectors.read(spec, crs=reading.crs, encoding=reading.encoding), str(spec)


def _parents(frame: pd.DataFrame, districts: gpd.GeoDataFrame) -> pd.Series | None:
    """Return the parent of each row by the column that names most of them; None where no column names one."""
    known = {str(name): str(name) for name in districts.index}
    if "name" in districts:
        known |= {str(name): str(parent) for parent, name in districts["name"].dropna().items()}
    columns = [column for column in frame.columns if column != getattr(frame, "active_geometry_name", None)]
    mapped = {column: frame[column].astype("str").str.strip().map(known) for column in columns}
    best = max(mapped, key=lambda column: int(mapped[column].notna().sum()), default=None)
    return None if best is None or mapped[best].isna().all() else mapped[best]
