"""Incidents read from any table or vector file into one table of points in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import column_roles, dates
from gridkit.tables import INCIDENTS

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    import pandas as pd
    from pyproj import CRS

    from gridkit.sources.files.vectors import Source

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "incident_id", "case_id", "编号", "事件编号", "案件编号", "工单编号"),
    "time": ("time", "datetime", "reported_at", "date", "上报时间", "发生时间", "受理时间", "时间", "日期", "data"),
    "clock": ("clock", "hour", "hora", "时刻"),
    "category": ("category", "type", "class", "类别", "事件类别", "事件类型", "类型"),
    "status": ("status", "state", "状态", "办理状态"),
    "department": ("department", "agency", "部门", "处置部门", "责任部门"),
}
"""Usual names of the columns, where the layer's definition says no others."""

TIMES = frozenset({
    "time", "due", "reported", "accepted", "filed", "dispatched", "handled", "checked", "closed", "returned",
    "suspended", "void",
})  # fmt: skip
"""Roles that are times: the report, the deadline, and the steps of the loop."""


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
        When there are no coordinates, or cells that are no times; with the rows.
    """
    found = column_roles.cast(
        source, column_roles.merged(columns, COLUMNS), reading=reading, keep=keep, unplaced=unplaced
    )
    table: dict[str, pd.Series] = {}
    for role, name in found.roles.items():
        if role in TIMES:
            clock = found.rows[found.roles["clock"]] if role == "time" and "clock" in found.roles else None
            table[role] = dates.read(found.rows[name], clock, reading=reading, where=found.where)
        elif role not in ("id", "clock"):
            table[role] = found.text(role)
    table |= {name: found.rows[name] for name in keep if name in found.rows and name not in table}
    incidents = found.made(table, INCIDENTS.index, column_roles.target(crs, district))
    placed = incidents[incidents.geometry.notna()]
    INCIDENTS.check(placed, where=found.where)
    report = dict(found.report)
    if district is not None:
        report["outside"] = int((~column_roles.inside(placed, district)).sum())
    return incidents, report
