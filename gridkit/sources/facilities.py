"""Facilities read from any table or vector file into one table of points: clinics, schools, markets, shelters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import column_roles, quantities
from gridkit.tables import FACILITIES

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    import pandas as pd
    from pyproj import CRS

    from gridkit.sources.files.vectors import Source

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "facility_id", "编号", "机构代码"),
    "name": ("name", "名称", "机构名称", "设施名称", "学校名称", "nome", "название"),
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


def read(
    source: Source,
    columns: column_roles.Columns | None = None,
    *,
    crs: CRS | str | None = None,
    reading: Reading = AS_IT_SAYS,
    district: gpd.GeoDataFrame | None = None,
    keep: Collection[str] = (),
) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Return facilities in a metric CRS, and a report of what was read, located, dropped and found outside.

    The parameters are those of :func:`gridkit.sources.incidents.read`; the roles are ``id``, ``name``, ``kind``,
    ``capacity`` (a number), ``hours`` and whatever else ``columns`` lists. An area counts as a point on it.
    """
    found = column_roles.cast(source, column_roles.merged(columns, COLUMNS), reading=reading, keep=keep)
    table: dict[str, pd.Series] = {role: found.text(role) for role in found.roles if role not in ("id", "capacity")}
    if "capacity" in found.roles:
        table["capacity"] = quantities.read(found.rows[found.roles["capacity"]], kind="count", where=found.where)
    table |= {name: found.rows[name] for name in keep if name in found.rows and name not in table}
    facilities = found.made(table, FACILITIES.index, column_roles.target(crs, district))
    FACILITIES.check(facilities, where=found.where)
    report = dict(found.report)
    if district is not None:
        report["outside"] = int((~column_roles.inside(facilities, district)).sum())
    return facilities, report
