"""Time zones: offsets as they are written, the zone of a place, and clock times put to one local clock."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from gridkit.errors import UsageError
from gridkit.language.phrases import Phrase, series

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
_PLACE = re.compile(r"([+-]\d{2})(\d{2})(\d{2})?([+-]\d{3})(\d{2})(\d{2})?")
_SUMMER_MIN = 60.0
_UNUSED = ("Asia/Urumqi",)  # its people keep two clocks; offices there keep Beijing's


def minutes(texts: pa.StringArray) -> NDArray[np.float64]:
    """Return offsets from UTC in minutes: ``z``, ``utc``, ``+08:00``, ``-0330``, ``gmt+8``; NaN where there is none."""
    each = {text: _minutes(text) for text in set(texts.to_pylist())}
    return np.array([each[text] for text in texts.to_pylist()], dtype=float)


def _minutes(text: str | None) -> float:
    if not text:
        return np.nan
    found = _OFFSET.fullmatch(text)
    if found is None:
        return 0.0
    return (1 if found[1] == "+" else -1) * (int(found[2]) * 60.0 + int(found[3] or 0))


def named(zone: str) -> tzinfo:
    """Return a zone by its name in the tz database, or an offset.

    Raises
    ------
    UsageError
        When there is no such zone.

    Examples
    --------
    >>> str(named("+08:00")), str(named("Asia/Shanghai"))
    ('UTC+08:00', 'Asia/Shanghai')
    """
    if _OFFSET.fullmatch(zone):
        return timezone(timedelta(minutes=_minutes(zone.casefold())))
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            "there is no time zone {zone!r}", mend="name it as Asia/Shanghai or +08:00", zone=zone
        ) from None


def local_ms(utc_ms: NDArray[np.float64], zone: str) -> NDArray[np.float64]:
    """Return moments in milliseconds since 1970 as the clock of a zone shows them, its clock changes kept."""
    there = np.isfinite(utc_ms)
    at = pd.DatetimeIndex(np.where(there, np.nan_to_num(utc_ms), 0).astype(np.int64).astype("datetime64[ms]"))
    shown = at.tz_localize("UTC").tz_convert(named(zone)).tz_localize(None)
    return np.where(there, shown.astype("datetime64[ms]").astype(np.int64), np.nan)


def clock(
    offsets_min: Sequence[float], *, mixed: bool, asked: str | None, home: str | None, zone: str | None = None
) -> tuple[str | None, list[str]]:
    """Return the zone that times with these offsets are put to, None where they keep the clock they show; and notes.

    Offsets that differ by an hour at most are one clock with its summer time.

    Parameters
    ----------
    mixed
        Whether other times of the column tell no offset.
    asked, home
        The zone the user named, and the district's own.
    zone
        What the times say of their zone themselves.
    """
    said = series(_shown(each) for each in offsets_min)
    if asked is not None:
        return asked, [Phrase("times with offset {offset} put to the clock of {zone}", offset=said, zone=asked)]
    one_clock = offsets_min[-1] - offsets_min[0] <= _SUMMER_MIN and not (mixed and 0.0 in offsets_min)
    if one_clock:
        shown = zone or said
        notes: list[str] = [Phrase("times are kept as their clock shows them ({offset})", offset=shown)]
        if offsets_min == [0.0] and home is not None and not _keeps_utc(home):
            note = "times are in UTC and kept so; --timezone {zone} puts them to the district's clock"
            notes = [Phrase(note, zone=home)]
        return None, notes
    if home is None:
        raise UsageError(
            "times have several offsets: {offsets}",
            mend="say whose clock counts, as in --timezone +08:00",
            offsets=said,
        )
    note = "times with offsets {offset} put to the clock of the district, {zone}"
    return home, [Phrase(note, offset=said, zone=home)]


def _keeps_utc(zone: str) -> bool:
    return pd.Timestamp("2025-01-15", tz=named(zone)).utcoffset() == timedelta(0)


def _shown(offset_min: float) -> str:
    sign = "-" if offset_min < 0 else "+"
    return f"{sign}{int(abs(offset_min) // 60):02d}:{int(abs(offset_min) % 60):02d}"


def at(longitude: float, latitude: float) -> str | None:
    """Return the zone of the tz database whose chief place is nearest, or None where there is no such list.

    Near a border between zones it can be the neighbour's: what is done by it is always said.

    Examples
    --------
    >>> at(120.6, 31.3)
    'Asia/Shanghai'
    """
    places = _places()
    if not places:
        return None
    names, lon, lat = places
    a, b = np.radians(lat), np.radians(latitude)
    near = np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(np.radians(lon - longitude))
    return names[int(np.argmax(near))]


@cache
def _places() -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]] | None:
    """Return name, longitude and latitude of the chief place of every zone."""
    text = _list()
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    found = [(row[2], _PLACE.fullmatch(row[1])) for row in rows if row[2] not in _UNUSED]
    placed = [(name, match) for name, match in found if match is not None]
    if not placed:
        return None
    lat = [_degrees(match[1], match[2], match[3]) for _, match in placed]
    lon = [_degrees(match[4], match[5], match[6]) for _, match in placed]
    return [name for name, _ in placed], np.array(lon), np.array(lat)


def _list() -> str:
    try:
        return resources.files("tzdata").joinpath("zoneinfo", "zone1970.tab").read_text(encoding="utf-8")
    except (ModuleNotFoundError, OSError):
        paths = [Path(folder) / "zone1970.tab" for folder in TZPATH]
        return next((path.read_text(encoding="utf-8") for path in paths if path.exists()), "")


def _degrees(degrees: str, minute: str, second: str | None) -> float:
    size = abs(int(degrees)) + int(minute) / 60 + int(second or 0) / 3600
    return -size if degrees.startswith("-") else size
