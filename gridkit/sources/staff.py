"""Staff and volunteers read from an office's workbook: who works where, in which post, for how many hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit import ledger
from gridkit.errors import TableError
from gridkit.language.phrases import listed
from gridkit.ledger import Account
from gridkit.sources.files import vectors
from gridkit.sources.reading import Reading
from gridkit.sources.tables import column_roles, identifiers, personal, quantities
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from collections.abc import Collection

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "staff_id", "工号", "编号"),
    "grid_id": ("grid_id", "grid", "网格", "网格编码", "网格编号", "所属网格", "负责网格"),
    "parent": ("parent", "community", "社区", "所属社区", "村社区", "district_id"),
    "post": ("post", "role", "position", "岗位", "职务", "类别", "人员类别"),
    "hours_per_week": ("hours_per_week", "weekly_hours", "每周工时", "周工时"),
    "hours_per_month": ("hours_per_month", "monthly_hours", "每月服务小时", "月服务时长", "每月工时"),
    "skill": ("skill", "activity", "服务类别", "专长", "特长"),
}
"""Usual names of the columns. ``hours_per_week`` and ``hours_per_month`` are hours; all else is text."""

_NUMBERS = ("hours_per_week", "hours_per_month")


def read(
    source: vectors.Source | pd.DataFrame,
    columns: column_roles.Columns | None = None,
    *,
    encoding: str | None = None,
    keep: Collection[str] = (),
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return one row per person on the index ``staff_id`` without names, phones or identity numbers, and a report.

    Parameters
    ----------
    source
        A CSV or Excel file, ``FILE:SHEET``, or a DataFrame.
    columns
        For each role of :data:`COLUMNS` the names it may go by, tried before the usual ones.
    keep
        Columns to keep under their own names, the name of the person for instance.

    Raises
    ------
    TableError
        When no column says where anybody works.
    """
    if isinstance(source, pd.DataFrame):
        frame, where = pd.DataFrame(source), "the DataFrame"
    else:
        spec = vectors.parse(source)
        where = str(spec.path)
        frame = tables.read(spec.path, sheet=spec.layer or spec.column, reading=Reading(encoding=encoding))
    found = column_roles.found(frame, column_roles.merged(columns, COLUMNS))
    if "grid_id" not in found and "parent" not in found:
        raise TableError(
            "no column says in which grid or community anybody works; its columns are {names}",
            where=where,
            mend="name one grid_id, 网格 or 社区",
            names=listed(frame.columns),
        )
    rest, gone = personal.dropped(frame, keep)
    roles_left = {role: name for role, name in found.items() if name in rest}
    table = {
        role: quantities.read(rest[name], where=where) if role in _NUMBERS else column_roles.texts(rest[name])
        for role, name in roles_left.items()
        if role != "id"
    }
    table |= {name: rest[name] for name in keep if name in rest and name not in table}
    made = pd.DataFrame(table, index=rest.index)
    ids = rest[roles_left["id"]] if "id" in roles_left else None
    made.index, doubles = identifiers.named(ids, len(made), "staff_id")
    notes = [*frame.attrs.get("notes", []), *gone, *doubles]
    made.attrs = {}
    lost = frame.attrs.get("lost", {})
    ledger.noted(made, Account(where, "staff", "rows", len(made) + sum(lost.values()), len(made), lost, tuple(notes)))
    return made, {"rows": len(made), "columns": roles_left, "notes": notes}
