"""Tables of a plan in a schema: filled with the plan's rows, and read back as they were.

::

    put(connection, schema, draft, ...) -> Made       a table made and filled under a name for the time being
    got(connection, table, stored) -> DataFrame       its rows, as the plan had them
"""

from __future__ import annotations

import dataclasses
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS

from gridkit.database import tables as database
from gridkit.database.names import LONGEST
from gridkit.errors import GridkitWarning
from gridkit.store import columns
from gridkit.store.contents import Stored

if TYPE_CHECKING:
    from gridkit.database.connection import Connection

SHAPE = "geom"
TAKEN = ("fid", SHAPE, "geometry", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid")
"""Names of columns that are ours or PostgreSQL's own."""
_OWN_SRIDS = (990_000, 998_999)
"""The SRIDs that PostGIS leaves to its users (up to 998,999), the last of them."""


@dataclass(frozen=True)
class Made:
    """A table that is made beside the one it replaces."""

    stored: Stored
    draft: str
    kind: str

    @property
    def type(self) -> str:
        """The type of its shapes as QGIS calls it; empty where it has none."""
        return self.kind.partition("(")[2].partition(",")[0].removesuffix("Z")


def put(connection: Connection, schema: str, draft: str, name: str, role: tuple[str, ...], frame: pd.DataFrame) -> Made:
    """Make and fill one table under a name for the time being."""
    table, shape = columns.plain(frame, taken=TAKEN, longest=LONGEST)
    kind = ""
    flat = pd.DataFrame(table.drop(columns="geometry") if shape["geometry"] is not None else table)
    rows = pa.Table.from_pandas(flat, preserve_index=False).replace_schema_metadata(None)
    if isinstance(table, gpd.GeoDataFrame):
        number = srid(connection, table.crs)
        shape["multi"] = shape["multi"] or _all_single(table.geometry)
        wkb, kind = database.ewkb(table.geometry.to_numpy(), number, multi=bool(shape["multi"]))
        rows = rows.append_column(SHAPE, wkb)
        shape["crs"] = None if table.crs is None else table.crs.to_wkt()
    database.create(connection, schema, draft, _in_microseconds(rows), SHAPE if kind else "", kind)
    return Made(Stored(name, role, {**shape, "rows": len(table)}), draft, kind)


def _all_single(shapes: gpd.GeoSeries) -> bool:
    """Whether shapes are lines or areas of one part: as those of many, their type stays when one gets a second part."""
    return set(shapes.geom_type.dropna()) in ({"Polygon"}, {"LineString"})


def _in_microseconds(rows: pa.Table) -> pa.Table:
    """Return rows whose times are as fine as PostgreSQL keeps them, and whose empty columns are texts."""
    fields = []
    for field in rows.schema:
        kind = field.type
        if pa.types.is_timestamp(kind):
            kind = pa.timestamp("us", kind.tz)
        elif pa.types.is_null(kind) or pa.types.is_large_string(kind):
            kind = pa.string()
        fields.append(pa.field(field.name, kind))
    return rows.cast(pa.schema(fields), safe=False)


def got(connection: Connection, table: database.Table, stored: Stored) -> pd.DataFrame:
    """Return the rows of a table as the plan had them: its columns by their names, its shapes in their CRS."""
    shape = stored.shape
    spatial = shape["geometry"] is not None
    rows, crs = database.read(connection, dataclasses.replace(table, shape=SHAPE if spatial else ""))
    flat = rows.drop_columns([name for name in ("fid", SHAPE) if name in rows.column_names]).to_pandas()
    where = f"{connection.address}.{table.name}"
    if not spatial:
        return columns.restored(flat, shape, where=where)
    shapes = shapely.from_wkb(rows[SHAPE].to_numpy(zero_copy_only=False))
    kept = CRS.from_wkt(shape["crs"]) if shape.get("crs") else crs
    return columns.restored(gpd.GeoDataFrame(flat, geometry=shapes, crs=kept), shape, where=where)


def srid(connection: Connection, crs: CRS | None) -> int:
    """Return the SRID of a CRS; one is made for a CRS that the database does not know, where the user may."""
    if crs is None:
        return 0
    authority = crs.to_authority()
    if authority is not None:
        known = connection.rows(
            "SELECT srid FROM spatial_ref_sys WHERE auth_name = $1 AND auth_srid = $2::int4",
            authority[0],
            int(authority[1]) if authority[1].isdigit() else -1,
        )
        if known:
            return int(known[0]["srid"])
    wkt = crs.to_wkt("WKT1_GDAL")
    known = connection.rows("SELECT srid FROM spatial_ref_sys WHERE srtext = $1", wkt)
    if known:
        return int(known[0]["srid"])
    if not connection.rows("SELECT has_table_privilege('spatial_ref_sys', 'INSERT') AS may")[0]["may"]:
        warnings.warn(
            GridkitWarning(
                "the database does not know the plan's CRS: other programs will ask for it",
                where=str(connection.address),
                mend="let the owner of the database add it to spatial_ref_sys",
            ),
            stacklevel=4,
        )
        return 0
    free = connection.rows(
        "INSERT INTO spatial_ref_sys (srid, srtext) SELECT greatest(max(srid), $1::int4) + 1, $3"
        " FROM spatial_ref_sys WHERE srid <= $2::int4 RETURNING srid",
        *_OWN_SRIDS,
        wkt,
    )
    return int(free[0]["srid"])
