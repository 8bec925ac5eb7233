"""What departments' tables say of each grid: the data-sharing map of a district, grid by department.

::

    sharing(definition, subject) -> Layer        grids, sharing, rows
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.catalog.layer import Layer
from gridkit.errors import TableError
from gridkit.measure.incidents.placement import standing_in

if TYPE_CHECKING:
    from gridkit.catalog.definitions import SharingLayer
    from gridkit.measure.inputs import Subject


def sharing(definition: SharingLayer, subject: Subject) -> Layer:
    """Return the layer of departments' tables, from the rows that were joined: no value of theirs is among them.

    Tables
    ------
    grids
        ``departments`` with a row there and ``without`` one, ``rows``, ``completeness`` (share of the cells filled,
        0-1), ``latest`` and ``stalest`` (the latest day of the department that is furthest behind, and how many days
        that is before the day of the definition: ``stalest_days``), and ``rows: TABLE``.
    sharing
        One row per grid and table: ``rows``, ``dated`` (with a day), ``latest``, ``days`` since, ``completeness``.
    rows
        The ledger: each row of each table, how it was matched, or why not.
    """
    data = subject.data
    if data is None:
        raise TableError("there is no table", mend="name at least one: gridkit ingest PLAN NAME=FILE")
    rows = pd.DataFrame(data.drop(columns="geometry")).assign(grid_id=standing_in(data, subject.grids))
    asof: Any = pd.Timestamp(definition.asof) if definition.asof else pd.NaT
    long = _long(rows, asof)
    grids = _by_grid(long, rows, subject.grids.index)
    held = rows["grid_id"].notna()
    facts: dict[str, Any] = {
        "asof": definition.asof or None,
        "departments": int(rows["department"].nunique()),
        "tables": int(rows["table"].nunique()),
        "rows": len(rows),
        "joined": int(held.sum()),
        "matched": {str(how): int(count) for how, count in rows.loc[held, "match"].value_counts().items()},
        "unmatched": {str(why): int(count) for why, count in rows.loc[~held, "why"].value_counts().items()},
        "conflicts": int(rows["conflict"].sum()),
        "grids": len(grids),
        "grids_with_all": int(((grids["without"] == 0) & (grids["departments"] > 0)).sum()),
        "grids_with_none": int((grids["departments"] == 0).sum()),
    }
    return Layer(definition, {"grids": grids, "sharing": long, "rows": rows}, facts)


def _long(rows: pd.DataFrame, asof: pd.Timestamp) -> pd.DataFrame:
    """Return one row per grid and table."""
    held = rows[rows["grid_id"].notna()]
    days = pd.to_datetime(held["dated"])
    held = held.assign(day=days.where(~(days > asof)))
    groups = held.groupby(["grid_id", "department", "table"], sort=True)
    made = pd.DataFrame(
        {
            "rows": groups.size(),
            "dated": groups["day"].count(),
            "latest": groups["day"].max(),
            "completeness": groups["filled"].mean(),
        }
    ).reset_index()
    made["days"] = (asof - made["latest"]).dt.days.astype(float)
    made["latest"] = _day(made["latest"])
    return made.rename_axis("row_id")


def _by_grid(long: pd.DataFrame, rows: pd.DataFrame, grids: pd.Index[Any]) -> pd.DataFrame:
    """Return one row per grid; a grid of which no table says anything has no rows, and no completeness."""
    every = rows["department"].nunique()
    groups = long.groupby("grid_id")
    cells = (long["completeness"] * long["rows"]).groupby(long["grid_id"]).sum()
    by_department = pd.to_datetime(long["latest"]).groupby([long["grid_id"], long["department"]]).max()
    fewest = long.groupby(["grid_id", "department"])["days"].min().groupby("grid_id").max()
    made = pd.DataFrame(index=grids)
    made["departments"] = groups["department"].nunique().reindex(grids).fillna(0).astype(int)
    made["without"] = every - made["departments"]
    made["rows"] = groups["rows"].sum().reindex(grids).fillna(0).astype(int)
    made["completeness"] = (cells / groups["rows"].sum()).reindex(grids)
    made["latest"] = _day(by_department.groupby("grid_id").max().reindex(grids))
    made["stalest"] = _day(by_department.groupby("grid_id").min().reindex(grids))
    made["stalest_days"] = fewest.reindex(grids)
    for table in dict.fromkeys(rows["table"]):
        own = long[long["table"] == table].groupby("grid_id")["rows"].sum()
        made[f"rows: {table}"] = own.reindex(grids).fillna(0).astype(int)
    return made


def _day(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return days as ISO text, None where there is none."""
    days = pd.to_datetime(values)
    texts = days.dt.strftime("%Y-%m-%d").astype("object")
    return texts.where(days.notna(), None)
