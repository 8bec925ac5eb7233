"""Incidents read from any table or vector file into one table of points in time."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import shapely

from gridkit import ledger
from gridkit.crs import LONLAT
from gridkit.errors import GridkitWarning, TableError
from gridkit.language.phrases import Phrase, listed, template
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import cells, column_roles, dates, identifiers, names, zones
from gridkit.tables import INCIDENTS, TEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import geopandas as gpd
    import pandas as pd
    from pyproj import CRS

    from gridkit.sources.files.vectors import Source

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "incident_id", "case_id", "crime id", "编号", "編號", "事件编号", "案件编号", "工单编号"),
    "time": (
        "time", "datetime", "reported_at", "date", "上报时间", "发生时间", "受理时间", "时间", "日期", "data",
        "date time", "created", "created_at", "opened", "timestamp", "date et heure", "horodatage", "data e hora",
        "fecha", "fecha y hora", "日時", "発生日時", "受付日時", "일시", "접수일시", "발생일시", "дата",
        "дата и время", "tarih", "tarih saat", "thời gian", "tanggal", "waktu", "दिनांक", "التاريخ", "data zgłoszenia",
        "datum und uhrzeit",
    ),
    "clock": ("clock", "hour", "hora", "时刻", "時刻", "uhrzeit", "heure", "godzina", "saat"),
    "category": ("category", "type", "class", "类别", "事件类别", "事件类型", "类型", "crime type"),
    "status": ("status", "state", "状态", "办理状态"),
    "department": ("department", "agency", "部门", "处置部门", "责任部门"),
}  # fmt: skip
"""Usual names of the columns, where the layer's definition says no others."""

UPDATED = (
    "updated", "updated at", "update time", "last updated", "last update", "last modified", "modified", "更新时间",
    "更新日期", "最后更新时间", "最近更新时间", "修改时间", "操作时间", "更新日時",
)  # fmt: skip
"""Names of columns that say when a row of a case was written."""

DAYS = (
    "date", "day", "日期", "发生日期", "上报日期", "受理日期", "报案日期", "登记日期", "事发日期", "incident date",
    "date of report", "fecha", "data", "datum", "jour", "дата",
)  # fmt: skip
"""Names of columns that hold the day, where the time of day stands in a column of its own."""

TIMES = frozenset({
    "time", "due", "reported", "accepted", "filed", "dispatched", "handled", "checked", "closed", "returned",
    "suspended", "void", "responded",
})  # fmt: skip
"""Roles that are times: the report, the deadline, and the steps of the loop."""


SAMPLE, MOSTLY = 200, 0.8
"""So many cells of a column are looked at, and this share of them has to look like a date."""
_DATE = re.compile(r"^\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}(?!\.)")
_KIND = re.compile(r"status|state|type|class|category|kind|descriptor|状态|类别|类型|大类|小类|分类", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[\d.,]+")
_MONTH = re.compile(r"month|monat|mois|mês|\bmes\b|mese|месяц|miesiąc|bulan|月|월", re.IGNORECASE)


def read(  # noqa: PLR0913 - the public face of a reader
    source: Source,
    columns: column_roles.Columns | None = None,
    *,
    crs: CRS | str | None = None,
    reading: Reading = AS_IT_SAYS,
    district: gpd.GeoDataFrame | None = None,
    keep: Collection[str] = (),
    unplaced: bool = False,
) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Return incidents in a metric CRS, and a report of what was read, located, dropped and found outside.

    Only the columns that play a role come along, under the role's name, and those in ``keep``: nothing personal by
    accident.

    Parameters
    ----------
    source
        A CSV, Excel or vector file, ``FILE:SHEET``, or a GeoDataFrame.
    columns
        For each role (``id``, ``time``, ``clock``, ``category``, ``status``, ``department``, ``due`` ... and ``lon``,
        ``lat``, ``x``, ``y``, ``wkt``) the names it may go by; the first there is wins.
    crs
        The metric CRS to work in; the district's, else the UTM zone of the points, when None.
    reading
        How text and coordinates are to be taken.
    district
        Where they should lie: those outside are counted in the report, and kept.
    keep
        Further columns of the source to keep under their own names, personal ones too.
    unplaced
        Keep rows without coordinates as well, with no geometry: they count in all that is not about places.

    Raises
    ------
    SourceError
        When the file cannot be read.
    TableError
        When there are no coordinates, or cells that are no times, with the rows; when rows are lines, or hold several
        points, which are no one place.
    """
    found = column_roles.cast(
        source,
        column_roles.merged(columns, COLUMNS),
        reading=reading,
        district=district,
        keep=keep,
        unplaced=unplaced,
    )
    found = _of_points(found)
    found = _dated(found)
    times, found = _times(found.said(_overlooked(found)), reading, district)
    found, times = _latest(found, times, reading)
    found, again = found.once(reading)
    times = {role: values[~again] for role, values in times.items()} if again.any() else times
    table: dict[str, pd.Series] = {}
    for role in found.roles:
        if role in times:
            table[role] = times[role]
        elif role not in ("id", "clock"):
            table[role] = found.text(role)
    table |= {name: found.rows[name] for name in keep if name in found.rows and name not in table}
    incidents, found = found.made(table, INCIDENTS.index, column_roles.target(crs, district))
    INCIDENTS.check(incidents[~shapely.is_missing(incidents.geometry.to_numpy())], where=found.where)
    _warn_of_unplaced(incidents, found.where)
    return found.accounted(incidents, "incidents", district, reading)


def _warn_of_unplaced(incidents: gpd.GeoDataFrame, where: object) -> None:
    """Warn where more than a trace of the incidents have no place: they count in sums, and in no grid."""
    nowhere = int(incidents.geometry.isna().sum())
    if nowhere > ledger.WARNED * len(incidents):
        warnings.warn(
            GridkitWarning(
                template(
                    "{count} of {total} incidents has no coordinates: it counts in the sums, and in no grid",
                    "{count} of {total} incidents have no coordinates: they count in the sums, and in no grid",
                ),
                where=where,
                count=nowhere,
                total=len(incidents),
            ),
            stacklevel=3,
        )


def _of_points(found: column_roles.Cast) -> column_roles.Cast:
    """Return incidents of which each has a place; areas stand for a point on them, which is said."""
    other = column_roles.no_points(found.rows)
    if other["lines"]:
        raise TableError(
            template(
                "{count} of its {rows} rows is a line: an incident has one place",
                "{count} of its {rows} rows are lines: an incident has one place",
            ),
            where=found.where,
            mend="give points; of a track they are the layer track_points: {name}:track_points"
            if str(found.where).casefold().endswith(".gpx")
            else "give points, such as the middle of each line",
            count=other["lines"],
            rows=len(found.rows),
            name=found.where,
        )
    if other["several"]:
        raise TableError(
            template(
                "{count} of its {rows} rows holds several points: is it one incident, or as many as points?",
                "{count} of its {rows} rows hold several points: are they one incident each, or as many as points?",
            ),
            where=found.where,
            mend="make each point a row of its own, or give each row one point",
            count=other["several"],
            rows=len(found.rows),
        )
    if other["areas"]:
        one, many = (
            "{count} row is an area: it counts at a point on it",
            "{count} rows are areas: each counts at a point on it",
        )
        return found.said([Phrase(one, "", many, count=other["areas"])])
    return found


def _dated(found: column_roles.Cast) -> column_roles.Cast:
    """Return incidents whose one column of dates is their time, whatever it is called in whatever language."""
    if {"time", "clock"} & set(found.roles):
        return found
    held = of_dates(found.rows, _resting(found))
    if len(held) != 1:
        return found
    note = Phrase("time in {name}: the only column that holds dates", name=held[0])
    return replace(found, roles={**found.roles, "time": held[0]}).said([note])


def of_dates(frame: pd.DataFrame, names: Iterable[str]) -> list[str]:
    """Return which columns of some hold dates, or months where a column is called so, by a sample of their cells."""
    return [name for name in names if _holds_dates(_sample(frame[name])[1], _MONTH.search(name))]


def _resting(found: column_roles.Cast) -> list[str]:
    """Return the columns that play no role."""
    playing = {*found.roles.values(), found.rows.geometry.name}
    return [str(name) for name in found.rows.columns if name not in playing]


def _sample(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the cells of a column that hold something, as text, and some of them from all over it."""
    filled = values.dropna().astype(TEXT).str.strip()
    filled = filled[filled != ""]
    return filled, filled.iloc[:: max(len(filled) // SAMPLE, 1)]


def _holds_dates(sample: pd.Series, called: object = None) -> bool:
    """Return whether most of some texts are dates: by their figures, else as the reader of dates reads them.

    202403 and 3.2024 are months only in a column that is ``called`` one.
    """
    if not len(sample):
        return False
    if called and dates.of_months(sample):
        return True
    if called and sample.str.contains(r"\d[-/.年]").all():
        return _read_as_dates(sample)
    if sum(_DATE.match(cell) is not None for cell in sample) >= MOSTLY * len(sample):
        return True
    if not sample.str.contains(r"\d").all() or all(_NUMBER.fullmatch(cell) for cell in sample):
        return False
    return _read_as_dates(sample)


def _read_as_dates(sample: pd.Series) -> bool:
    try:
        return bool(dates.read(sample).notna().mean() >= MOSTLY)
    except TableError:
        return False


def _overlooked(found: column_roles.Cast) -> list[str]:
    """Return a note that names the columns that look like dates, or like a status or class, and play no role."""
    looks: dict[str, list[str]] = {"date": [], "class": []}
    for name in _resting(found):
        filled, sample = _sample(found.rows[name])
        if not len(filled):
            continue
        if _holds_dates(sample, _MONTH.search(name)):
            looks["date"].append(name)
        elif (
            _KIND.search(name)
            and filled.nunique() <= max(len(filled) // 2, 1)
            and not all(_NUMBER.fullmatch(cell) for cell in sample)
        ):
            looks["class"].append(name)
    notes: list[str] = []
    if looks["date"]:
        notes.append(Phrase("not taken, though they look like dates: {names}", names=listed(looks["date"])))
    if looks["class"]:
        notes.append(
            Phrase("not taken, though they look like a status or class: {names}", names=listed(looks["class"]))
        )
    return notes


def _times(
    found: column_roles.Cast, reading: Reading, district: gpd.GeoDataFrame | None
) -> tuple[dict[str, pd.Series], column_roles.Cast]:
    """Return the column of each role that is a time, in the clock of the district, and what was said of them."""
    found = _with_days(found)
    home = _home(district)
    columns = {role: found.rows[name] for role, name in found.roles.items() if role in TIMES}
    by = dates.readings(columns, reading)
    times: dict[str, pd.Series] = {}
    notes: list[str] = []
    for role, values in columns.items():
        clock = found.rows[found.roles["clock"]] if role == "time" and "clock" in found.roles else None
        # When something happened may be unknown; whether it was closed in time is not to hang on a slip of the pen.
        taken = dates.of_events if role == "time" else dates.read
        times[role] = taken(values, clock, reading=by[role], home=home, where=found.where)
        notes += times[role].attrs["notes"]
        if role == "time" and clock is None:
            times[role], more = _by_the_clock(times[role], found)
            notes += more
    return times, found.said(dict.fromkeys(notes))


def _by_the_clock(times: pd.Series, found: column_roles.Cast) -> tuple[pd.Series, list[str]]:
    """Return days with the time of day of the one other column that holds times of day, whatever it is called."""
    if not len(times) or (times.dropna() != times.dropna().dt.normalize()).any():
        return times, []
    clocks = [name for name in _resting(found) if dates.only_clock(found.rows[name])]
    if len(clocks) != 1:
        said = Phrase(
            "days without a time of day; which of {names} it is, is open: --column clock=NAME", names=listed(clocks)
        )
        return times, [said] if clocks else []
    made, notes = dates.with_clock(times, found.rows[clocks[0]])
    return made, [Phrase("time of day in {name}: the only column that holds any", name=clocks[0]), *notes]


def _with_days(found: column_roles.Cast) -> column_roles.Cast:
    """Return the roles with the day found where the column of times holds times of day alone."""
    name = found.roles.get("time")
    if name is None or "clock" in found.roles or not dates.only_clock(found.rows[name]):
        return found
    others = found.rows.drop(columns=[*found.roles.values()], errors="ignore")
    day = names.column_for(others, DAYS)
    if day is None:
        raise TableError(
            "column {column!r} holds times of day alone, and no other column the day",
            where=found.where,
            mend="name it: --column time=COLUMN --column clock={column}",
            column=name,
        )
    roles = {**found.roles, "time": day, "clock": name}
    return replace(found, roles=roles, report={**found.report, "columns": roles})


def _latest(
    found: column_roles.Cast, times: dict[str, pd.Series], reading: Reading
) -> tuple[column_roles.Cast, dict[str, pd.Series]]:
    """Return the cases with the latest update of each only, unless they are to be counted apart."""
    if "id" not in found.roles or reading.updates == "apart":
        return found, times
    ids = cells.as_codes(found.rows[found.roles["id"]])
    gone = identifiers.superseded(ids, found.rows.geometry.to_numpy(), times.get("time"), _written(found, ids, reading))
    note = template(
        "{count} row is an earlier update of a case that stands there again: the latest counts (--updates apart)",
        "{count} rows are earlier updates of a case that stands there again: the latest counts (--updates apart)",
    )
    kept = found.without(gone, "superseded", Phrase(note, count=int(gone.sum())))
    return kept, {role: values[~gone] for role, values in times.items()}


def _written(found: column_roles.Cast, ids: pd.Series, reading: Reading) -> pd.Series | None:
    """Return when each row was written, where cases return and a column says so; None where none does."""
    if not ids.duplicated().any():
        return None
    name = names.column_for(found.rows, UPDATED)
    try:
        return None if name is None else dates.read(found.rows[name], reading=reading, where=found.where)
    except TableError:  # it says nothing of what is counted
        return None


def _home(district: gpd.GeoDataFrame | None) -> str | None:
    """Return the time zone of the district."""
    if district is None or not len(district):
        return None
    west, south, east, north = district.to_crs(LONLAT).total_bounds
    return zones.at((west + east) / 2, (south + north) / 2)
