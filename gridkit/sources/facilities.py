"""Facilities read from any table or vector file into one table of points: clinics, schools, markets, shelters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.errors import TableError
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase
from gridkit.sources import place_kinds
from gridkit.sources.files import vectors
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import cells, column_roles, quantities
from gridkit.tables import FACILITIES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import geopandas as gpd
    from pyproj import CRS

    from gridkit.sources.files.vectors import Source

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "facility_id", "编号", "机构代码"),
    "name": ("name", "名称", "机构名称", "设施名称", "学校名称", "nome", "название"),
    "name_en": ("name_en", "name:en", "英文名", "英文名称"),
    "kind": ("kind", "type", "category", "类别", "类型", "设施类型", "tipo"),
    "capacity": (
        "capacity",
        "beds",
        "seats",
        "places",
        "容量",
        "床位",
        "床位数",
        "学位",
        "学位数",
        "座位数",
        "capacidade",
    ),
    "hours": ("hours", "opening_hours", "开放时间", "服务时间", "营业时间"),
}
"""Usual names of the columns, where the layer's definition says no others."""

MOST_COUNTED = 100
"""A count of facilities in one row is hardly larger."""


def read(  # noqa: PLR0913 - what a file may leave unsaid
    source: Source,
    columns: column_roles.Columns | None = None,
    *,
    crs: CRS | str | None = None,
    reading: Reading = AS_IT_SAYS,
    district: gpd.GeoDataFrame | None = None,
    keep: Collection[str] = (),
    called: Collection[str] = (),
    tags: Mapping[str, Sequence[str]] | None = None,
) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Return facilities in a metric CRS, and a report of what was read, located, dropped and found outside.

    The parameters are those of :func:`gridkit.sources.incidents.read`; the roles are ``id``, ``name``, ``kind``,
    ``capacity`` (a number), ``hours`` and whatever else ``columns`` lists. An area counts as a point on it. ``called``
    are the words for what is read: a column of small whole numbers that bears one is asked about, for it may count them
    (``reading.count``). ``tags`` are what makes a place one of them, by which a file of places of all sorts is sifted
    (:mod:`gridkit.sources.place_kinds`), unless the user names the column of their kind.
    """
    found = column_roles.cast(
        source, column_roles.merged(columns, COLUMNS), reading=reading, district=district, keep=keep
    )
    sifted = None if "kind" in reading.columns else place_kinds.of_layer(found.rows, tags or {}, found.where)
    if sifted is not None:
        found = found.without(~sifted[0], "other", sifted[1])
    found, _ = found.once(reading)
    found = _counted(found.said(_shaped(found)), reading, called)
    table: dict[str, pd.Series] = {role: found.text(role) for role in found.roles if role not in ("id", "capacity")}
    if "capacity" in found.roles:
        values = found.rows[found.roles["capacity"]]
        table["capacity"] = quantities.read(values, kind="count", where=found.where)
        found = found.said(table["capacity"].attrs["notes"])
    table |= {name: found.rows[name] for name in keep if name in found.rows and name not in table}
    facilities, found = found.made(table, FACILITIES.index, column_roles.target(crs, district))
    FACILITIES.check(facilities, where=found.where)
    return found.accounted(facilities, "facilities", district, reading)


def _shaped(found: column_roles.Cast) -> list[str]:
    """Return what is said of rows that are no one point nor area: each counts once, at a point on it."""
    other = column_roles.no_points(found.rows)
    said = {
        "lines": ("{count} row is a line: it counts once, at a point on it",
                  "{count} rows are lines: each counts once, at a point on it"),
        "several": ("{count} row holds several points: it counts once, at one of them",
                    "{count} rows hold several points: each counts once, at one of them"),
    }  # fmt: skip
    return [Phrase(one, "", many, count=other[kind]) for kind, (one, many) in said.items() if other[kind]]


def _counted(found: column_roles.Cast, reading: Reading, called: Collection[str]) -> column_roles.Cast:
    """Return one row per facility where a column says how many of them a row stands for.

    Raises
    ------
    TableError
        When a column of small whole numbers bears the name of what is read, and nobody said whether it counts them.
    """
    if reading.count is None:
        if (name := _counts(found.rows, set(found.roles.values()), called)) is not None:
            counts = quantities.read(found.rows[name])
            raise TableError(
                "column {column!r} may be a count of facilities: {total:,.0f} in {rows}, 0 in {zeros} of them",
                where=found.where,
                mend="say --count {column} to count them, or --count none if each row is one",
                column=name,
                total=float(counts.sum()),
                rows=Quantity(len(counts), "rows"),
                zeros=int((counts == 0).sum()),
            )
        return found
    if reading.count.casefold() == "none":
        return found
    name = vectors.column(found.rows, reading.count, where=found.where)
    counts = quantities.read(found.rows[name], kind="count", where=found.where)
    if ((counts < 0) | (counts % 1 > 0)).any():
        raise TableError(
            "column {column!r} does not count: it holds numbers below zero, or parts of one",
            where=found.where,
            mend="name the column that says how many facilities a row stands for",
            column=name,
        )
    note = Phrase(
        "{count} row stands for no facility", "", "{count} rows stand for no facility", count=int((counts == 0).sum())
    )
    kept = found.without(
        counts.isna().to_numpy(),
        "blank",
        Phrase("{count} row has no count", "", "{count} rows have no count", count=int(counts.isna().sum())),
    )
    counts = counts.dropna()
    kept = kept.without((counts == 0).to_numpy(), "empty", note)
    counts = counts[counts > 0].astype(int)
    rows = kept.rows.loc[kept.rows.index.repeat(counts)].reset_index(drop=True)
    said = Phrase(
        "column {column!r} counts: {rows} row stands for {total}",
        "",
        "column {column!r} counts: {rows} rows stand for {total}",
        column=name,
        rows=len(counts),
        total=Quantity(len(rows), "facilities"),
    )
    return replace(kept, rows=rows, stood=len(counts)).said([said])


def _counts(rows: pd.DataFrame, playing: Collection[str], called: Collection[str]) -> str | None:
    """Return a column of small whole numbers that bears one of the names of what is read."""
    words = {word.casefold().rstrip("s") for word in called if len(word) > 1}
    for name in rows.columns:
        said = str(name).casefold()
        if name in playing or cells.names_code(said) or not any(word in said for word in words):
            continue
        values = rows[name]
        whole = (
            pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values) and values.notna().any()
        )
        if whole and bool(((values % 1 == 0) & values.between(0, MOST_COUNTED))[values.notna()].all()):
            return str(name)
    return None
