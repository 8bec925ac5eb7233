"""Rows that stand twice: within a table by exact keys, and across departments as proposals to a person.

Persons are never compared across departments: a table whose rows are persons is left out, and named. No value of a key
leaves its table; who is to judge is told the numbers of the rows.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.sources.people.place_names import folded
from gridkit.sources.tables import cells
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.sources.holdings import Holding

_WITHIN = ("identity numbers", "licence plates")
"""What tells two persons or vehicles apart within one table, and only there."""
_LISTED = 10
_ROW = re.compile(
    r"(?i)^(id|no|key|index|row|fid|gid|oid|objectid|编号|编码|序号|号码|代码|code|grid.*|unit.*|.*网格.*)$"
)
"""Names of columns that number the rows of their own table, or say where they lie: they tell nothing across tables."""
_SHORTEST = 6
_NAMES = ("name", "名称", "单位名称", "企业名称", "场所名称", "机构名称", "facility name", "business name")


def within(holding: Holding) -> pd.DataFrame:
    """Return one row per key by which rows of a table stand twice: ``groups``, ``rows``, ``more`` than once, ``where``.

    Keys are the number of the table, identity numbers and licence plates, and all columns together.
    """
    keys = [holding.roles["id"]] if "id" in holding.roles else []
    keys += [name for name, what in holding.personal.items() if what in _WITHIN]
    found = [_again(holding, name, _plain(holding.rows[name])) for name in keys]
    whole = pd.DataFrame(holding.rows[holding.columns]).astype(TEXT).fillna("")
    whole["_at"] = holding.rows.geometry.to_wkb().map(lambda shape: "" if shape is None else shape.hex())
    found.append(_again(holding, "", whole.agg("\x1f".join, axis=1) if len(whole) else pd.Series(dtype=TEXT)))
    rows = [each for each in found if each is not None]
    columns = ["table", "key", "groups", "rows", "more", "where"]
    return pd.DataFrame(rows, columns=columns).rename_axis("double_id")


def _again(holding: Holding, name: str, values: pd.Series[Any]) -> tuple[Any, ...] | None:
    known = values[values.notna() & (values != "")]
    again = known[known.duplicated(keep=False)]
    if again.empty:
        return None
    groups = [list(map(str, rows)) for rows in again.groupby(again, sort=False).groups.values()]
    where = ", ".join("=".join(each) for each in groups[:_LISTED])
    more = len(again) - len(groups)
    return (
        holding.table,
        name or "all",
        len(groups),
        len(again),
        more,
        where + (" ..." if len(groups) > _LISTED else ""),
    )


def _plain(values: pd.Series[Any]) -> pd.Series[Any]:
    texts = values.astype(TEXT).str.strip().str.casefold().str.removesuffix(".0")
    return texts.mask(cells.blanks(values))


def across(holdings: Sequence[Holding], grids: Mapping[str, pd.Series[Any]]) -> pd.DataFrame:
    """Return rows of two departments that may be one thing: ``table``, ``row``, ``other_table``, ``other_row``, ``by``.

    Proposed are rows with the same code in columns of one name (a credit code, a permit), and rows of one name in one
    grid. Only a key that stands once in each table proposes.

    Parameters
    ----------
    grids
        The grid of each row, by the table.
    """
    rows: list[tuple[Any, ...]] = []
    things = [each for each in holdings if not each.of_persons]
    for one, other in combinations(things, 2):
        if one.department == other.department:
            continue
        seen: set[tuple[int, int]] = set()
        for by, left, right in _keys(one, other, grids):
            for a, b in _pairs(left, right):
                if (a, b) not in seen:
                    seen.add((a, b))
                    rows.append((one.table, a, other.table, b, by, grids[one.table].get(a)))
    columns = ["table", "row", "other_table", "other_row", "by", "grid_id"]
    return pd.DataFrame(rows, columns=columns).rename_axis("proposal_id")


def _keys(one: Holding, other: Holding, grids: Mapping[str, pd.Series[Any]]) -> list[tuple[str, Any, Any]]:
    """Return the keys that two tables share: what it is called, and the values of each."""
    found: list[tuple[str, Any, Any]] = []
    named = [{folded(name): name for name in each.columns if name not in each.personal} for each in (one, other)]
    for key in sorted(named[0].keys() & named[1].keys()):
        names = [each[key] for each in named]
        if cells.names_code(names[0]) and not _ROW.match(names[0].strip()):
            sides = [_plain(each.rows[name]) for each, name in zip((one, other), names, strict=True)]
            left, right = (side.where(side.str.len() >= _SHORTEST) for side in sides)
            found.append((names[0], left, right))
    titles = [next((each[folded(name)] for name in _NAMES if folded(name) in each), None) for each in named]
    if titles[0] is not None and titles[1] is not None:
        sides = []
        for each, title in zip((one, other), titles, strict=True):
            texts = _plain(each.rows[title]).map(lambda text: folded(text) if isinstance(text, str) else None)
            sides.append(texts.where(grids[each.table].notna()) + "\x1f" + grids[each.table].astype(object))
        found.append(("name", sides[0], sides[1]))
    return found


def _pairs(left: pd.Series[Any], right: pd.Series[Any]) -> list[tuple[int, int]]:
    """Return the rows of two tables with one value, where it stands once in each."""
    sides = []
    for side in (left, right):
        known = side[side.notna()]
        sides.append(known[~known.duplicated(keep=False)])
    rows: list[dict[Any, Any]] = [{value: row for row, value in side.items()} for side in sides]
    return [(int(row), int(rows[1][value])) for value, row in rows[0].items() if value in rows[1]]


def asked_again(fields: pd.DataFrame) -> pd.DataFrame:
    """Return one row per thing asked for: ``departments``, ``tables``, what the field is called there, and by whom."""
    if fields.empty:
        return pd.DataFrame(columns=["departments", "tables", "field", "asked_by"]).rename_axis("concept")
    groups = fields.groupby("concept")
    made = pd.DataFrame(
        {
            "departments": groups["department"].nunique(),
            "tables": groups["table"].nunique(),
            "field": groups["field"].agg(lambda names: ", ".join(dict.fromkeys(names))),
            "asked_by": groups["department"].agg(lambda names: ", ".join(dict.fromkeys(names))),
        }
    )
    return made.sort_values(["departments", "tables"], ascending=False, kind="stable").rename_axis("concept")
