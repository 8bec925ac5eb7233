"""Plans as plain labels: a table of units and the grid of each, as other programs write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.errors import SourceError, TableError
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    import pandas as pd

UNIT = ("unit_id", "unit", "地块编号", "地块", "单元")
GRID = ("grid_id", "grid", "label", "网格编码", "网格")
"""Headers under which units and grids stand."""
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".parquet")


def read(source: object) -> pd.Series | None:
    """Return the grid of each unit on an index of units; None where a source is no table of labels.

    Parameters
    ----------
    source
        A path: a table of labels where a column is headed ``unit_id`` (or ``unit``, 地块) and one ``grid_id`` (or
        ``grid``, 网格).

    Raises
    ------
    TableError
        When a unit stands twice.
    """
    if not isinstance(source, str | Path) or Path(source).suffix.lower() not in ENDINGS or not Path(source).is_file():
        return None
    try:
        table = tables.read(source)
    except (SourceError, TableError):
        return None  # no table: whoever reads it as something else says why
    unit = next((name for name in UNIT if name in table), None)
    grid = next((name for name in GRID if name in table), None)
    if unit is None or grid is None:
        return None
    labels = table.set_index(table[unit].astype("str"))[grid].rename("grid_id").rename_axis("unit_id")
    twice = labels.index[labels.index.duplicated()].unique()
    if len(twice):
        raise TableError("{count} units stand more than once", where=source, count=len(twice))
    return labels
