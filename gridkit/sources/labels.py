"""Plans as plain labels: a table of units and the grid of each, as other programs write them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridkit.errors import SourceError, TableError
from gridkit.language.phrases import template
from gridkit.sources.tables import read as tables
from gridkit.tables import TEXT

UNIT = ("unit_id", "unit", "地块编号", "地块", "单元")
GRID = ("grid_id", "grid", "label", "网格编码", "网格")
"""Headers under which units and grids stand."""
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".parquet")


def read(source: object) -> pd.Series | None:
    """Return the grid of each unit on an index of units; None where a source is no table of labels.

    Parameters
    ----------
    source
        A path or a DataFrame: a table of labels where a column is headed ``unit_id`` (or ``unit``, 地块) and one
        ``grid_id`` (or ``grid``, 网格). What has shapes is no table of labels, whatever its columns are.

    Raises
    ------
    TableError
        When a unit stands twice.
    """
    table = source if isinstance(source, pd.DataFrame) else _table(source)
    if table is None or isinstance(table, gpd.GeoDataFrame):
        return None
    unit = next((name for name in UNIT if name in table), None)
    grid = next((name for name in GRID if name in table), None)
    if unit is None or grid is None:
        return None
    labels = table.set_index(table[unit].astype(TEXT))[grid].rename("grid_id").rename_axis("unit_id")
    where = "labels" if isinstance(source, pd.DataFrame) else source
    twice = labels.index[labels.index.duplicated()].unique()
    if len(twice):
        raise TableError(
            template("{count} unit stands more than once", "{count} units stand more than once"),
            where=where,
            count=len(twice),
        )
    return labels


def _table(source: object) -> pd.DataFrame | None:
    """Return the table of a path; None where it is none: whoever reads it as something else says why."""
    if not isinstance(source, str | Path) or Path(source).suffix.lower() not in ENDINGS or not Path(source).is_file():
        return None
    try:
        return tables.read(source)
    except (SourceError, TableError):
        return None


def numbered(frame: gpd.GeoDataFrame, where: object) -> gpd.GeoDataFrame:
    """Return areas that bear the ids of units in a column of their own under these ids.

    Raises
    ------
    TableError
        When one id stands in several rows.
    """
    name = next((each for each in UNIT[:1] if each in frame.columns), None)
    if name is None or frame[name].isna().any():
        return frame
    ids = frame[name].astype(TEXT)
    again = ids.duplicated(keep=False)
    if again.any():
        first = str(ids[again].iloc[0])
        raise TableError(
            "{count} rows share their {column} with another one: {id!r} stands in rows {rows}",
            where=where,
            mend="give each unit an id of its own, or leave the column out",
            count=int(again.sum()),
            column=name,
            id=first,
            rows=[at for at, each in enumerate(ids) if each == first][:5],
        )
    return frame.set_axis(pd.Index(ids, name=UNIT[0]), axis=0)
