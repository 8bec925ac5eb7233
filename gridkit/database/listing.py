"""What there is in a database, by its catalogue alone: no table is read, however large it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.database import tables

if TYPE_CHECKING:
    from pyproj import CRS

    from gridkit.database.connection import Connection

DOCUMENTS = "gridkit_plan"
"""The table by which the schema of a plan is known."""
_SHAPES = """
SELECT f_table_schema::text AS schema, f_table_name::text AS name, f_geometry_column::text AS shape,
  type::text AS type, srid::int8 AS srid FROM geometry_columns
UNION ALL
SELECT f_table_schema::text, f_table_name::text, f_geography_column::text, type::text, srid::int8 FROM geography_columns
ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Listed:
    """A table, view or plan, as it is named behind the colon of an address.

    Attributes
    ----------
    name
        ``SCHEMA.TABLE``, with its column of shapes in brackets where there are several; of a plan its schema.
    rows
        About how many, by the last ANALYZE; None where nobody counted, and for views.
    type, crs
        Of its shapes: ``MultiPolygon``; empty, and None, where it has none or nothing says so.
    plan
        Whether it is a plan with all its tables.
    """

    name: str
    rows: int | None = None
    type: str = ""
    crs: CRS | None = None
    plan: bool = False


def listing(connection: Connection, schema: str = "") -> list[Listed]:
    """Return the plans, and the tables and views outside of plans, that the user may read; of a schema all of them."""
    readable = [each for each in tables.tables(connection) if each.readable and schema in ("", each.schema)]
    plans = {each.schema for each in readable if each.name == DOCUMENTS} - {schema}
    held: dict[tuple[str, str], list[dict[str, str]]] = {}
    if tables.postgis_schema(connection) is not None:
        tables.require_postgis(connection)
        for row in connection.rows(_SHAPES):
            held.setdefault((row["schema"], row["name"]), []).append(row)
    found = [Listed(each, plan=True) for each in sorted(plans)]
    for table in readable:
        if table.schema in plans:
            continue
        rows = int(table.rows) if table.rows >= 0 and table.counted else None
        shapes = held.get((table.schema, table.name), [])
        for row in shapes:
            name = f"{table}({row['shape']})" if len(shapes) > 1 else str(table)
            found.append(
                Listed(name, rows, _TYPES.get(row["type"].upper(), ""), tables.crs_of(connection, int(row["srid"])))
            )
        if not shapes:
            found.append(Listed(str(table), rows))
    return found


_TYPES = {
    each.upper(): each for each in ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
}
"""Types of shapes by PostGIS's names, as shapely calls them; others, and columns of any type, are not told."""
