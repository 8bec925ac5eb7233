"""Tables and views of a database: what there is, read as Arrow with shapes as WKB, and written with shapes and index.

Shapes go to the server as EWKB within COPY, which PostGIS takes for a geometry as it stands: no table is made twice.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS, Transformer

from gridkit.database.names import quoted
from gridkit.errors import SourceError, TableError, absent
from gridkit.language.phrases import listed, template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridkit.database.connection import Connection

SHAPES = ("geometry", "geography")
_SIMPLE = ("POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON")
"""Types of shapes that no arc is in."""
_AS_IS = (
    "bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar", "date", "timestamp", "timestamptz",
)  # fmt: skip
"""Types whose columns Arrow holds as they are; others come as text."""
_EXACT = 15
"""Digits that a float tells apart: numerics of more are kept as text, as codes are."""
_TABLES = """
SELECT n.nspname::text AS schema, c.relname::text AS name, c.oid::int8 AS oid, pg_table_is_visible(c.oid) AS visible,
  has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE') AS readable,
  c.reltuples::float8 AS rows, c.relkind IN ('r', 'p', 'm') AS counted
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname
"""
_COLUMNS = """
SELECT a.attname::text AS name, coalesce(b.typname, t.typname)::text AS type, a.atttypmod AS typmod
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type b ON b.oid = nullif(t.typbasetype, 0)
WHERE a.attrelid = $1::int8::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEY = """
SELECT a.attname::text AS name FROM pg_catalog.pg_index i, unnest(i.indkey) WITH ORDINALITY k(attnum, place)
JOIN pg_catalog.pg_attribute a ON a.attnum = k.attnum
WHERE i.indrelid = $1::int8::oid AND a.attrelid = i.indrelid AND i.indisprimary ORDER BY k.place
"""


@dataclass(frozen=True)
class Table:
    """A table, view or foreign table, with one column of shapes or none.

    Attributes
    ----------
    schema, name
        As the database has them.
    oid
        Its number there.
    visible
        Whether the search path finds it without its schema.
    readable
        Whether the user may read it.
    rows
        About how many, by the last ANALYZE; fewer than none where nobody counted.
    counted
        Whether the database counts its rows, as it does not those of views.
    shape
        Its column of shapes; empty where it has none.
    """

    schema: str
    name: str
    oid: int
    visible: bool
    readable: bool
    rows: float
    counted: bool = True
    shape: str = ""

    def __str__(self) -> str:
        """Return what it is called behind the colon of an address."""
        return f"{self.schema}.{self.name}"

    @property
    def called(self) -> tuple[str, ...]:
        """The names that it answers to."""
        return (str(self), f'"{self.schema}"."{self.name}"', *((self.name, f'"{self.name}"') if self.visible else ()))


def tables(connection: Connection) -> list[Table]:
    """Return the tables and views of a database, those of extensions and of the system left out."""
    return [Table(**row) for row in connection.rows(_TABLES)]


def found(connection: Connection, rest: str) -> tuple[Table, str | None]:
    """Return the table that is meant by what follows the colon of an address, and its column.

    ``TABLE(COLUMN)`` names one of several columns of shapes. Names are compared with those that are there, and are
    never part of a statement otherwise than quoted.

    Raises
    ------
    TableError
        When there is none of that name, or none was named and there are several.
    """
    every = tables(connection)
    ends = [at for at in range(len(rest), 0, -1) if at == len(rest) or rest[at] == ":"]
    for end in ends:
        for said, shape in _read_as(rest[:end]):
            for table in every:
                if said in table.called:
                    return _shaped(connection, table, shape), rest[end + 1 :] or None
    readable = [each for each in every if each.readable]
    if not rest and len(readable) == 1:
        return _shaped(connection, readable[0], ""), None
    names = [str(each) for each in readable]
    if not rest:
        raise TableError(
            "there are {count} tables: {names}",
            where=str(connection.address),
            mend="name one behind a colon: {example}",
            count=len(names),
            names=listed(names),
            example=f"{connection.address}:{next(iter(names), 'SCHEMA.TABLE')}",
        )
    raise absent("table", rest, names, where=str(connection.address))


def _read_as(word: str) -> list[tuple[str, str]]:
    """Return a word as a table, and as a table with its column of shapes in brackets."""
    bracketed = re.fullmatch(r"(.+)\(([^()]+)\)", word)
    return [(word, ""), *([(bracketed[1], bracketed[2])] if bracketed else [])]


def _shaped(connection: Connection, table: Table, shape: str) -> Table:
    """Return a table with the column of its shapes."""
    if not table.readable:
        raise SourceError(
            "rights are missing: {table} may not be read",
            where=str(connection.address),
            mend="ask its owner: GRANT USAGE ON SCHEMA ..., GRANT SELECT ON {table}",
            table=str(table),
        )
    held = [row["name"] for row in connection.rows(_COLUMNS, table.oid) if row["type"] in SHAPES]
    if shape and shape not in held:
        raise absent("column of shapes", shape, held, where=str(connection.address))
    if len(held) > 1 and not shape:
        raise TableError(
            "there are {count} columns of shapes: {names}",
            where=str(connection.address),
            mend="name one in brackets: {example}",
            count=len(held),
            names=listed(held),
            example=f"{table}({held[0]})",
        )
    return Table(**{**vars(table), "shape": shape or next(iter(held), "")})


# ------------------------------------------------------------------ reading
def read(connection: Connection, table: Table, lonlat: Sequence[float] | None = None) -> tuple[pa.Table, CRS | None]:
    """Return the rows of a table in the order of its primary key, shapes as WKB, and the CRS of the shapes.

    Without a key the order is that in which the rows lie, which is the same until the table is changed.

    Parameters
    ----------
    lonlat
        West, south, east and north in degrees: rows alone whose boxes touch it, by the table's index. All rows where
        the table has no shapes, or nothing says their CRS.

    Raises
    ------
    TableError
        When its shapes are of several SRIDs.
    """
    columns = connection.rows(_COLUMNS, table.oid)
    chosen = [f"{_taken(row)} AS {quoted(row['name'])}" for row in columns if row["type"] not in SHAPES]
    srid, where = None, ""
    if table.shape:
        require_postgis(connection)
        srid = _srid(connection, table)
        if lonlat is not None and (crs := crs_of(connection, srid)) is not None:
            west, south, east, north = lonlat
            there = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
            edges = ", ".join(f"{float(edge)!r}" for edge in there.transform_bounds(west, south, east, north))
            name = quoted(table.shape)
            is_round = any(row["name"] == table.shape and row["type"] == "geography" for row in columns)
            box = f"ST_MakeEnvelope({edges}, {srid})" + ("::geography" if is_round else "")
            where = f" WHERE {name} && {box}"
        chosen.append(f"{_wkb(connection, table)} AS {quoted(table.shape)}")
    key = ", ".join(quoted(row["name"]) for row in connection.rows(_KEY, table.oid))
    # Rows that several processes read, or that begin in the middle of the table, come in another order each time.
    connection.run("SET LOCAL max_parallel_workers_per_gather = 0")
    connection.run("SET LOCAL synchronize_seqscans = off")
    order = f" ORDER BY {key}" if key else ""
    place = f"{quoted(table.schema)}.{quoted(table.name)}"
    rows = connection.run(f"SELECT {', '.join(chosen) or '1'} FROM {place}{where}{order}")  # noqa: S608 - quoted
    return rows if rows is not None else pa.table({}), None if srid is None else crs_of(connection, srid)


def on_its_clock(connection: Connection, rows: pa.Table) -> pa.Table:
    """Return rows whose times bear the zone that the database shows them in.

    PostgreSQL keeps the moment of a ``timestamptz`` alone. Whoever looks at the table sees it by the clock of the
    session (``TimeZone`` of the database, the role or ``PGTZ``): hours of the day and dates are those of that clock.
    """
    zone = str(connection.rows("SELECT current_setting('TimeZone') AS zone")[0]["zone"])
    if zone not in available_timezones():
        return rows
    for at, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type) and field.type.tz is not None:
            kind = pa.timestamp(field.type.unit, zone)
            rows = rows.set_column(at, pa.field(field.name, kind), rows.column(at).cast(kind))
    return rows


def postgis_schema(connection: Connection) -> str | None:
    """Return the schema that PostGIS is in; None where the database has none."""
    rows = connection.rows(
        "SELECT n.nspname::text AS schema FROM pg_catalog.pg_extension e"
        " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
    )
    return str(rows[0]["schema"]) if rows else None


def require_postgis(connection: Connection) -> str:
    """Let the functions of PostGIS be found, and no others of the same names; return the schema they are in.

    Raises
    ------
    SourceError, OutputError
        When the database has no PostGIS.
    """
    schema = postgis_schema(connection)
    if schema is None:
        raise connection.fault(
            template("the database has no PostGIS"),
            where=str(connection.address),
            mend=template("let its owner run: CREATE EXTENSION postgis"),
        )
    connection.run(f"SET LOCAL search_path = pg_catalog, {quoted(schema)}")
    return schema


def _taken(row: dict[str, Any]) -> str:
    """Return a column in a type that Arrow holds."""
    name, type_ = quoted(row["name"]), row["type"]
    if type_ in _AS_IS:
        return name
    if type_ == "bpchar":
        return f"rtrim({name}::text)"
    if type_ == "numeric":
        precision, scale = ((row["typmod"] - 4) >> 16, (row["typmod"] - 4) & 0x7FF) if row["typmod"] >= 0 else (0, 0)
        if 0 < precision <= _EXACT:
            return f"{name}::float8" if scale else f"{name}::int8"
        return name + "::float8" if not precision else f"{name}::text"
    return f"{name}::text"


def _wkb(connection: Connection, table: Table) -> str:
    """Return the shapes as WKB, arcs as chords."""
    name = quoted(table.shape)
    types = connection.rows(
        "SELECT type FROM geometry_columns WHERE f_table_schema = $1 AND f_table_name = $2 AND f_geometry_column = $3",
        table.schema,
        table.name,
        table.shape,
    )
    if types and str(types[0]["type"]).upper() in _SIMPLE:
        return f"ST_AsBinary({name})"
    shape = f"{name}::geometry"
    return f"ST_AsBinary(CASE WHEN ST_HasArc({shape}) THEN ST_CurveToLine({shape}) ELSE {shape} END)"


def _srid(connection: Connection, table: Table) -> int:
    """Return the one SRID of a column of shapes: as declared, else as its shapes say; 0 where none does."""
    declared = connection.rows(
        "SELECT srid FROM geometry_columns WHERE f_table_schema = $1 AND f_table_name = $2 AND f_geometry_column = $3"
        " UNION ALL"
        " SELECT srid FROM geography_columns WHERE f_table_schema = $1 AND f_table_name = $2"
        " AND f_geography_column = $3",
        table.schema,
        table.name,
        table.shape,
    )
    if declared and declared[0]["srid"]:
        return int(declared[0]["srid"])
    name, place = quoted(table.shape), f"{quoted(table.schema)}.{quoted(table.name)}"
    said = connection.rows(f"SELECT DISTINCT ST_SRID({name}::geometry) AS srid FROM {place} WHERE {name} IS NOT NULL")  # noqa: S608
    srids = sorted(int(row["srid"]) for row in said)
    if len(srids) > 1:
        raise TableError(
            "its shapes are of several SRIDs: {all}",
            where=f"{connection.address}",
            mend="read a view that transforms them into one",
            all=listed([str(each) for each in srids]),
        )
    return srids[0] if srids else 0


def crs_of(connection: Connection, srid: int) -> CRS | None:
    """Return the CRS of an SRID, by the database's own table of them; None for 0."""
    if not srid:
        return None
    rows = connection.rows(
        "SELECT auth_name::text AS authority, auth_srid AS code, srtext::text AS wkt FROM spatial_ref_sys"
        " WHERE srid = $1::int4",
        srid,
    )
    row = rows[0] if rows else {"authority": None, "code": None, "wkt": None}
    if row["authority"] and row["authority"].upper() == "EPSG" and row["code"]:
        return CRS.from_epsg(row["code"])
    return CRS.from_wkt(row["wkt"]) if row["wkt"] else None


def geo(rows: pa.Table, shape: str, crs: CRS | None) -> pa.Table:
    """Return rows with the note of GeoParquet on their column of shapes, by which every reader knows it."""
    if not shape:
        return rows.replace_schema_metadata(None)
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [],
        "crs": None if crs is None else crs.to_json_dict(),
    }
    said = {"version": "1.0.0", "primary_column": shape, "columns": {shape: column}}
    return rows.replace_schema_metadata({"geo": json.dumps(said)})


# ------------------------------------------------------------------ writing
_TYPES: tuple[tuple[Any, str], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "bigint"),
    (pa.types.is_floating, "double precision"),
    (pa.types.is_timestamp, "timestamp"),
    (pa.types.is_date, "date"),
)


def type_of(kind: pa.DataType) -> str:
    """Return the type of PostgreSQL that holds a type of Arrow."""
    found = next((name for fits, name in _TYPES if fits(kind)), "text")
    return "timestamptz" if found == "timestamp" and kind.tz else found


def create(connection: Connection, schema: str, name: str, rows: pa.Table, shape: str = "", kind: str = "") -> None:
    """Create a table and fill it: numbered by ``fid``, shapes in the column ``geom``, both with an index.

    Parameters
    ----------
    connection
        It is left to the caller to commit.
    schema, name
        What it is called; nothing there is called so.
    rows
        Its columns, shapes as EWKB.
    shape
        The column of shapes among them; empty where there is none.
    kind
        What the database calls its type: ``geometry(MultiPolygon,32650)``.
    """
    numbered = rows.append_column("fid", pa.array(np.arange(1, rows.num_rows + 1)))
    types = {field.name: kind if field.name == shape else type_of(field.type) for field in numbered.schema}
    place = f"{quoted(schema)}.{quoted(name)}"
    columns = ", ".join(f"{quoted(each)} {type_}" for each, type_ in types.items())
    connection.run(f"CREATE TABLE {place} ({columns})")
    if rows.num_rows:
        connection.fill(schema, name, numbered)
    connection.run(f"ALTER TABLE {place} ADD PRIMARY KEY (fid)")
    connection.run(
        f"ALTER TABLE {place} ALTER fid ADD GENERATED BY DEFAULT AS IDENTITY (START WITH {rows.num_rows + 1})"
    )
    if shape:
        connection.run(f"CREATE INDEX ON {place} USING gist ({quoted(shape)})")


def ewkb(shapes: np.ndarray[Any, np.dtype[np.object_]], srid: int, *, multi: bool = False) -> tuple[pa.Array, str]:
    """Return shapes as EWKB, and the type of a column that holds them."""
    made = _multiplied(shapes) if multi else shapes
    there = made[shapely.is_valid_input(made) & (made != None)]  # noqa: E711 - of an array
    kinds = {str(each) for each in np.unique(shapely.get_type_id(there))}
    flat = {bool(each) for each in np.unique(shapely.has_z(there))}
    one = _NAMES.get(next(iter(kinds)), "Geometry") if len(kinds) == 1 else "Geometry"
    # A column of flat shapes refuses those with heights: where there are both, it is left open.
    kind = f"geometry({one}{'Z' if flat == {True} else ''},{srid})" if len(flat) < 2 else "geometry"  # noqa: PLR2004
    return pa.array(shapely.to_wkb(shapely.set_srid(made, srid), include_srid=True), pa.binary()), kind


_NAMES = dict(
    zip("013456", ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"), strict=True)
)
"""By the numbers of shapely."""
_MANY: dict[int, Any] = {
    0: shapely.multipoints,
    1: shapely.multilinestrings,
    2: shapely.multilinestrings,
    3: shapely.multipolygons,
}


def _multiplied(shapes: np.ndarray[Any, np.dtype[np.object_]]) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return single shapes as multi-shapes of one part."""
    made = shapes.copy()
    kinds = shapely.get_type_id(made)
    for kind, many in _MANY.items():
        at = np.flatnonzero(kinds == kind)
        if len(at):
            made[at] = many(made[at].reshape(-1, 1))
    return made
