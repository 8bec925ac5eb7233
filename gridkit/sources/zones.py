"""Zones of an emergency: polygons, or a table that names the units, grids or compounds each is made of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit import ledger
from gridkit.crs import to_metric
from gridkit.errors import SourceError, TableError, UsageError
from gridkit.geometry import mend
from gridkit.language.labels import word
from gridkit.language.phrases import listed, series, template
from gridkit.ledger import Account
from gridkit.sources import labels
from gridkit.sources.coordinates import points
from gridkit.sources.files import closed_lines, vectors
from gridkit.sources.reading import Reading
from gridkit.sources.tables import column_roles, dates
from gridkit.sources.tables import read as tables
from gridkit.tables import LINES, POINTS, TEXT, ZONES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.catalog.emergencies import Emergency

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("zone", "zone_id", "name", "id", "分区", "区域", "区域名称", "分区名称", "名称", "编号",
             "zona", "nome", "nombre", "nom", "bezeichnung", "название", "зона"),
    "kind": ("kind", "type", "level", "类别", "类型", "等级", "分区类型",
             "tipo", "typ", "art", "niveau", "nivel", "тип"),
    "since": ("from", "since", "start", "begin", "开始", "开始日期", "起始日期", "生效日期",
              "von", "ab", "desde", "início", "inicio", "début", "начало"),
    "until": ("until", "to", "end", "结束", "结束日期", "截止日期", "预计解除日期",
              "bis", "ende", "hasta", "até", "fim", "fin",
              "конец"),
    "phone": ("phone", "tel", "office_phone", "电话", "联系电话", "咨询电话", "值班电话",
              "telefon", "teléfono", "telefone", "téléphone", "телефон"),
}  # fmt: skip
MEMBERS: dict[str, tuple[str, ...]] = {
    "unit": ("unit_id", "unit", "地块", "地块编号"),
    "grid": ("grid_id", "grid", "code", "网格", "网格编码"),
    "compound": ("compound", "estate", "小区", "小区名称"),
}
"""What a row of a table without shapes may name."""


def read(  # noqa: PLR0913 - what a file may leave unsaid
    source: Any,  # noqa: ANN401 - whatever the gate takes
    practice: Emergency,
    places: Mapping[str, gpd.GeoSeries],
    *,
    kind: str = "",
    since: str = "",
    until: str = "",
    phone: str = "",
    crs: Any = None,  # noqa: ANN401 - anything pyproj takes
    reading: Reading | None = None,
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return ZONES in a metric CRS, and notes of how they were read.

    Parameters
    ----------
    source
        Polygons in any file or GeoDataFrame, or a table with a column for the zone and one for the ``unit``, ``grid``
        or ``compound`` that is part of it. Rows of one name are one zone.
    practice
        Whose kinds of zones they are.
    places
        The shapes that a table may name, by what they are (a key of :data:`MEMBERS`) and their names.
    kind, since, until, phone
        What holds for a zone that does not say it itself.

    Raises
    ------
    UsageError
        When no kind is said, or one that the practice does not have.
    TableError
        When there is no zone, a row names what is not there, or its dates are no dates or the wrong way round.
    """
    taken = reading or Reading()
    frame, where = _opened(source, taken, places)
    notes = list(frame.attrs.get("notes", []))
    rows = len(frame) + int(frame.attrs.get("left_out", 0))
    lost = dict(frame.attrs.get("lost", {}))
    frame, closed = closed_lines.areas(frame, where=where)
    flat = np.asarray(
        frame.geometry.isna() | frame.geometry.is_empty | frame.geom_type.isin(sorted(LINES | POINTS | {"MultiPoint"})),
        dtype=bool,
    )
    if flat.all():
        raise TableError("there is no zone in it", where=where, mend="give polygons, or a table of zone and unit_id")
    frame, mended = mend(frame[~flat], where=where)
    frame = to_metric(frame, crs, where=where)
    roles = column_roles.found(frame, column_roles.merged(taken.columns, COLUMNS))
    names = _texts(frame, roles, "name")
    numbered = pd.Series([f"zone {at + 1}" for at in range(len(frame))], index=frame.index, dtype=TEXT)
    names = names.where(names != "", numbered)
    given = pd.DataFrame(
        {
            "name": names,
            "kind": _kinds(_texts(frame, roles, "kind"), kind, practice, where),
            "since": _days(frame, roles, "since", since, where, taken),
            "until": _days(frame, roles, "until", until, where, taken),
            "phone": _texts(frame, roles, "phone").replace("", phone),
        },
        index=frame.index,
    )
    made = _whole(gpd.GeoDataFrame(given, geometry=frame.geometry.to_numpy(), crs=frame.crs), where)
    # A zone that is over before the others begin is not turned round: that is for whoever asks to see.
    own = _days(frame, roles, "since", "", where, taken)
    turned = given["name"][(given["until"] != "") & (own != "") & (given["until"] < own)]
    if len(turned):
        raise TableError(
            "the last day is before the first: {names}",
            where=where,
            mend="exchange the two dates",
            names=listed(turned),
        )
    lost["other"] = lost.get("other", 0) + int(flat.sum())
    account = Account(
        where, "zones", "rows", rows, rows - sum(lost.values()), {why: n for why, n in lost.items() if n}, tuple(notes)
    )
    ledger.noted(made, account)
    return made, [*notes, *closed, *mended]


def _opened(
    source: Any,  # noqa: ANN401 - whatever the gate takes
    reading: Reading,
    places: Mapping[str, gpd.GeoSeries],
) -> tuple[gpd.GeoDataFrame, str]:
    """Return the rows with shapes: their own, or those of what they name."""
    if isinstance(source, gpd.GeoDataFrame):
        return vectors.read(source, crs=reading.crs, datum=reading.datum), "zones"
    if isinstance(source, pd.DataFrame):
        return shaped(source, "zones", places), "zones"
    spec = vectors.parse(source)
    where = str(spec.path)
    try:
        found = points.shapes(spec, reading=reading, swap_xy=reading.swap_xy)
    except (TableError, SourceError) as shapeless:
        try:
            frame = tables.read(spec.path, sheet=spec.layer, reading=reading)
        except (TableError, SourceError):
            raise shapeless from None
        return shaped(frame, where, places), where
    # A table may say where each unit is and still mean the unit.
    if spec.path.suffix.lower() in labels.ENDINGS and found.geom_type.isin(sorted(POINTS)).all():
        return shaped(tables.read(spec.path, sheet=spec.layer, reading=reading), where, places), where
    return found, where


def shaped(
    frame: pd.DataFrame,
    where: object,
    places: Mapping[str, gpd.GeoSeries],
    named_by: Mapping[str, tuple[str, ...]] = MEMBERS,
) -> gpd.GeoDataFrame:
    """Return a table with the shapes of what its rows name: units, grids or compounds.

    Parameters
    ----------
    named_by
        Headings of the column that names them, by what they are.
    """
    found = column_roles.found(frame, named_by)
    known = {member: name for member, name in found.items() if len(places.get(member, ()))}
    if not known:
        raise TableError(
            "no column names units, grids or compounds; its columns are {names}",
            where=where,
            mend="head one unit_id, grid_id or compound (小区)",
            names=listed(frame.columns),
        )
    member, column = next(iter(known.items()))
    said = frame[column].astype(TEXT).str.strip()
    shapes = places[member]
    strange = sorted(set(said) - set(shapes.index))
    if strange:
        raise TableError(
            template(
                "{count} name is of no {member} of the plan: {names}",
                "{count} names are of no {member} of the plan: {names}",
            ),
            where=where,
            mend="write them as the plan does",
            count=len(strange),
            member=word(member),
            names=listed(strange[:5]),
        )
    made = gpd.GeoDataFrame(
        frame.drop(columns=column), geometry=np.asarray(shapes.reindex(said), dtype=object), crs=shapes.crs
    )
    made.attrs = {key: frame.attrs[key] for key in ("notes", "lost") if key in frame.attrs}
    return made


def _texts(frame: pd.DataFrame, roles: Mapping[str, str], role: str) -> pd.Series[str]:
    """Return the texts of a role; empty where nothing is said."""
    if role not in roles:
        return pd.Series("", index=frame.index, dtype=TEXT)
    values = frame[roles[role]]
    said = values.astype(TEXT).str.strip().str.removesuffix(".0")
    return said.where(values.notna(), "")


def _kinds(said: pd.Series[str], otherwise: str, practice: Emergency, where: object) -> pd.Series[str]:
    """Return the key of each zone's kind."""
    filled = said.replace("", otherwise) if otherwise else said
    keys = {each: practice.kind_of(each) for each in filled.unique()}
    strange = [each for each, key in keys.items() if key is None and each]
    if strange:
        near = practice.near(strange[0])
        raise UsageError(
            "{said!r} is no kind of zone here",
            where=where,
            mend="did you mean {near!r}? there are: {all}" if near else "there are: {all}",
            said=strange[0],
            near=near,
            all=series(practice.kinds),
        )
    if (filled == "").any():
        raise UsageError(
            "zones do not say of which kind they are", where=where, mend="--kind {all}", all=" | ".join(practice.kinds)
        )
    return filled.map(lambda each: keys[each] or "").astype(TEXT)


def _days(
    frame: pd.DataFrame, roles: Mapping[str, str], role: str, otherwise: str, where: object, reading: Reading
) -> pd.Series[str]:
    """Return days as ISO 8601; empty where none is said."""
    fallback = day(otherwise, role)
    if role not in roles:
        return pd.Series(fallback, index=frame.index, dtype=TEXT)
    said: pd.Series[Any] = dates.read(frame[roles[role]], reading=reading, where=where)
    days: pd.Series[str] = said.dt.strftime("%Y-%m-%d").fillna(fallback).astype(TEXT)
    return days


def day(text: str, where: str) -> str:
    """Return a day as it is; raise :class:`UsageError` where it is none.

    Examples
    --------
    >>> day("2026-11-29", "from")
    '2026-11-29'
    """
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError("{text!r} is no day", where=where, mend="write it as 2027-01-31", text=text) from None


def _whole(rows: gpd.GeoDataFrame, where: object) -> gpd.GeoDataFrame:
    """Return one row per zone: rows of one name together."""
    both = rows.groupby("name", sort=False)[["kind", "since", "until", "phone"]].nunique()
    torn = both.index[(both > 1).any(axis=1)]
    if len(torn):
        raise TableError(
            "rows of one zone differ in kind, dates or phone: {names}",
            where=where,
            mend="give each zone a name of its own, or the same words",
            names=listed(torn),
        )
    first = rows.drop_duplicates("name").set_index("name", drop=False)
    parts = rows.geometry.groupby(rows["name"], sort=False)
    shapes = [shapely.union_all(np.asarray(part, dtype=object)) for _, part in parts]
    made = gpd.GeoDataFrame(first.drop(columns="geometry"), geometry=shapes, crs=rows.crs)
    made.index = pd.Index(made["name"].astype(TEXT).to_numpy(), name=ZONES.index, dtype=TEXT)
    made = made.astype(dict.fromkeys(("name", "kind", "since", "until", "phone"), "str"))
    ZONES.check(made, where=where)
    return made
