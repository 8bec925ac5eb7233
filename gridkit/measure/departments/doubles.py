"""Rows that stand twice, within a table and across departments, and what they tell otherwise, for a person to judge.

Persons are never compared across departments: a table whose rows are persons is left out, and named. No value of a key
or of a field leaves its table; who is to judge is told the numbers of the rows.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.sources.holdings import KEYS
from gridkit.sources.people.place_names import folded
from gridkit.sources.tables import cells
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.sources.holdings import Holding

_WITHIN = ("identity numbers", "licence plates")
"""What tells two persons or vehicles apart within one table, and only there."""
_LISTED = 10
_MOSTLY = 0.8
_SAME = 1e-9
"""Numbers nearer than this, in parts of themselves, are one: a cell was only written with fewer digits."""
_ROW = re.compile(
    r"(?i)^(id|no|key|index|row|fid|gid|oid|objectid|编号|编码|序号|号码|代码|code|grid.*|unit.*|.*网格.*)$"
)
"""Names of columns that number the rows of their own table, or say where they lie: they tell nothing across tables."""
_SHORTEST = 6
_NAMES = ("name", "名称", "单位名称", "企业名称", "场所名称", "机构名称", "facility name", "business name")


def within(holding: Holding) -> pd.DataFrame:
    """Return one row per key by which rows of a table stand twice: ``groups``, ``rows``, ``more`` than once, ``where``.

    Keys are the number of the table, identity numbers and licence plates, the place where a table has a row for each,
    and all columns together. ``unlike`` counts the groups whose rows differ in what else they tell.
    """
    keys = [holding.roles["id"]] if "id" in holding.roles else []
    keys += [name for name, what in holding.personal.items() if what in _WITHIN]
    keys += [name for role, name in holding.roles.items() if role in KEYS and _one_each(_plain(holding.rows[name]))]
    found = [_again(holding, name, _plain(holding.rows[name])) for name in dict.fromkeys(keys)]
    whole = pd.DataFrame(holding.rows[holding.columns]).astype(TEXT).fillna("")
    whole["_at"] = holding.rows.geometry.to_wkb().map(lambda shape: "" if shape is None else shape.hex())
    found.append(_again(holding, "", whole.agg("\x1f".join, axis=1) if len(whole) else pd.Series(dtype=TEXT)))
    rows = [each for each in found if each is not None]
    columns = ["table", "key", "groups", "rows", "more", "unlike", "where"]
    return pd.DataFrame(rows, columns=columns).rename_axis("double_id")


def _one_each(values: pd.Series[Any]) -> bool:
    """Return whether a table has a row for each of its places, but for a few."""
    known = values[values.notna() & (values != "")]
    return len(known) > 1 and known.nunique() >= _MOSTLY * len(known)


def _again(holding: Holding, name: str, values: pd.Series[Any]) -> tuple[Any, ...] | None:
    known = values[values.notna() & (values != "")]
    again = known[known.duplicated(keep=False)]
    if again.empty:
        return None
    groups = [list(map(str, rows)) for rows in again.groupby(again, sort=False).groups.values()]
    where = ", ".join("=".join(each) for each in groups[:_LISTED])
    more = len(again) - len(groups)
    others = [each for each in holding.columns if each not in (name, holding.roles.get("updated"))]
    told = pd.DataFrame({each: _plain(holding.rows.loc[again.index, each]) for each in others}).fillna("")
    first = told.groupby(again, sort=False).transform("first")
    unlike = int((told != first).any(axis=1).groupby(again, sort=False).any().sum()) if name and others else 0
    return (
        holding.table,
        name or "all",
        len(groups),
        len(again),
        more,
        unlike,
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


def differing(holdings: Sequence[Holding], found: Mapping[str, pd.DataFrame], fields: pd.DataFrame) -> pd.DataFrame:
    """Return where two departments tell different numbers of one place: one row per pair of fields that both ask for.

    Compared are rows of one grid, unit, community, compound or address that stand once in each table, by the finest of
    these that both name: ``compared`` pairs, ``differ`` of them, and ``where``, the numbers of the rows.

    Parameters
    ----------
    found
        How each row was joined, by the table.
    fields
        The fields of all tables: what is asked for by one concept is compared.
    """
    rows: list[tuple[Any, ...]] = []
    counted = fields[fields["kind"] == "number"]
    things = [each for each in holdings if not each.of_persons]
    for one, other in combinations(things, 2):
        role = next((role for role in KEYS if role in one.roles and role in other.roles), None)
        if role is None or one.department == other.department:
            continue
        pairs = _pairs(*(_place(each, role, found[each.table]) for each in (one, other)))
        left, right = ([pair[side] for pair in pairs] for side in (0, 1))
        own = [counted[counted["table"] == each.table] for each in (one, other)]
        for field, there in own[0].merge(own[1], on="concept")[["field_x", "field_y"]].itertuples(index=False):
            if field in one.roles.values() or there in other.roles.values():
                continue
            numbers = pd.DataFrame(
                {
                    "one": pd.to_numeric(one.rows[field], errors="coerce").reindex(left).to_numpy(dtype=float),
                    "other": pd.to_numeric(other.rows[there], errors="coerce").reindex(right).to_numpy(dtype=float),
                }
            )
            both = numbers.notna().all(axis=1)
            apart = both & ((numbers["one"] - numbers["other"]).abs() > _SAME * numbers.abs().max(axis=1))
            where = [f"{left[at]}={right[at]}" for at in apart[apart].index]
            if both.any():
                shown = ", ".join(where[:_LISTED]) + (" ..." if len(where) > _LISTED else "")
                rows.append((one.table, field, other.table, there, role, int(both.sum()), int(apart.sum()), shown))
    columns = ["table", "field", "other_table", "other_field", "by", "compared", "differ", "where"]
    return pd.DataFrame(rows, columns=columns).rename_axis("difference_id")


def _place(holding: Holding, role: str, found: pd.DataFrame) -> pd.Series[Any]:
    """Return which place each row tells of: what its key was joined to, else the key itself."""
    said = _plain(holding.rows[holding.roles[role]])
    joined = {"unit": "unit_id", "grid": "grid_id", "community": "community"}.get(role)
    if joined is None:
        texts = said.map(lambda text: folded(text) if isinstance(text, str) else None)
        # A house number says where only with its compound.
        if role == "address" and "compound" in holding.roles:
            texts = _plain(holding.rows[holding.roles["compound"]]).fillna("") + texts.astype(object)
        return texts
    return found[joined].where(said.notna() & ((found["match"] == role) | (role == "community")))


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
