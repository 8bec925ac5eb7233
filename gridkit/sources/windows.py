"""Hours between which doors are come to: a table of units, grids, compounds or zones with a first and a last hour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.errors import TableError
from gridkit.language.phrases import listed, template
from gridkit.sources import registers
from gridkit.sources.reading import Reading
from gridkit.sources.tables import column_roles
from gridkit.sources.zones import MEMBERS, shaped
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

WHERE: dict[str, tuple[str, ...]] = {**MEMBERS, "zone": ("zone", "zone_id", "分区", "分区名称")}
HOURS: dict[str, tuple[str, ...]] = {
    "from": ("from", "since", "start", "begin", "开始", "开始时间", "起始时间"),
    "until": ("until", "to", "end", "结束", "结束时间", "截止时间"),
}
_HOUR, _DAY = 60, 24 * 60
_CLOCK = re.compile(r"^(\d{1,2})(?:[:：.点时](\d{1,2})?)?(?:[:：](\d{1,2})(?:\.\d*)?)?分?$")


def read(
    source: Any,  # noqa: ANN401 - whatever the gate takes
    units: gpd.GeoDataFrame,
    places: Mapping[str, gpd.GeoSeries],
    *,
    reading: Reading | None = None,
) -> gpd.GeoDataFrame:
    """Return the minutes of the day between which each unit is come to, ``from`` and ``until``, as points by unit.

    Parameters
    ----------
    source
        A table with a column that names units, grids, compounds or zones, and one for the first and the last hour.
    units
        UNITS.
    places
        The shapes that a row may name, by what they are (a key of :data:`WHERE`) and their names.

    Raises
    ------
    TableError
        When a row names what is not there, an hour is none, the last is before the first, or rows disagree.
    """
    taken = reading or Reading()
    frame, where = registers.opened(source, taken)
    roles = column_roles.found(frame, HOURS)
    if HOURS.keys() - roles.keys():
        raise TableError(
            "no columns say the first and the last hour; its columns are {names}",
            where=where,
            mend="head them from and until",
            names=listed(frame.columns),
        )
    named = shaped(frame, where, places, WHERE)
    first, last = (_minutes(frame[roles[role]], where) for role in HOURS)
    turned = frame.index[(last < first).to_numpy()]
    if len(turned):
        raise TableError(
            "the last hour is before the first: {names}",
            where=where,
            mend="exchange the two hours",
            names=listed(f"{first[row] // _HOUR:02.0f}:{first[row] % _HOUR:02.0f}" for row in turned[:5]),
        )
    points = np.asarray(units.representative_point(), dtype=object)
    row, at = shapely.STRtree(points).query(np.asarray(named.geometry, dtype=object), predicate="intersects")
    found = pd.DataFrame({"unit": at, "from": first.to_numpy()[row], "until": last.to_numpy()[row]})
    both = found.groupby("unit").agg({"from": "max", "until": "min"})
    apart = both.index[(both["from"] > both["until"]).to_numpy()]
    if len(apart):
        raise TableError(
            template("rows leave {count} unit no hour in common", "rows leave {count} units no hour in common"),
            where=where,
            mend="give each place one row",
            count=len(apart),
        )
    index = pd.Index(units.index[both.index], name=units.index.name, dtype=TEXT)
    return gpd.GeoDataFrame(both.set_axis(index), geometry=points[both.index], crs=units.crs)


def _minutes(values: pd.Series[Any], where: object) -> pd.Series[Any]:
    """Return times of day in minutes."""
    found = values.map(minute)
    if found.isna().any():
        strange = [str(each) for each in values[found.isna()].head(5)]
        raise TableError("{text!r} is no time of day", where=where, mend="write it as 09:30", text=listed(strange))
    return found.astype(float)


def minute(value: object) -> float | None:
    """Return a time of day in minutes; None where it is none.

    Examples
    --------
    >>> minute("09:30"), minute("9点"), minute(14), minute(0.5), minute("25:00"), minute("noon")
    (570.0, 540.0, 840.0, 720.0, None, None)
    """
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        number = float(value)
        # Workbooks hold a time as a share of the day; whole numbers are hours.
        found = number * _DAY if 0 < number < 1 else number * _HOUR if number == int(number) else np.nan
    else:
        known = _CLOCK.match(str(value).strip())
        hour, minutes = (int(each or 0) for each in known.groups()[:2]) if known else (99, 0)
        found = hour * _HOUR + minutes if minutes < _HOUR else np.nan
    return float(found) if 0 <= found <= _DAY else None
