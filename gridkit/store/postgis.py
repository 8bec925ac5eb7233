"""A plan in one schema of a PostGIS database: written in one transaction, shared by planners, read back as it was.

::

    write(plan, address, overwrite=False)     read(address) -> Plan
    refuse(address, overwrite)                say before the work why it could not be written
    trail(address) -> DataFrame               who changed what and when

Tables are those of a plan's file (:mod:`gridkit.store.contents`), with ``fid`` and ``geom``; ``LAYER__on_grids`` are
views; ``qgis_projects`` holds a project; ``gridkit_plan`` the documents; ``gridkit_trail`` every change: one row for
each plan that was written, and one for each row that was changed by hand. What a plan was read from is known by the
trail, so that whoever writes it back is told of what others did meanwhile.
"""

from __future__ import annotations

import binascii
import dataclasses
import json
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS

from gridkit import atomic
from gridkit.database import tables as database
from gridkit.database.connection import Connection, connected
from gridkit.database.names import LONGEST, fitted, quoted
from gridkit.database.names import schema as plain_schema
from gridkit.errors import GridkitError, GridkitWarning, OutputError, SourceError, TableError
from gridkit.language.phrases import Phrase, listed, template
from gridkit.plan.plan import Origin, Plan
from gridkit.provenance import from_json, to_json
from gridkit.store import columns, contents, qgis, qgis_project, views
from gridkit.store.contents import HISTORY, PLAN, Stored
from gridkit.store.trail import TRAIL, by_hand, noted, others, state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridkit.database.address import Address

DOCUMENTS, PROJECTS = "gridkit_plan", "qgis_projects"
OWN = (DOCUMENTS, TRAIL, PROJECTS)
SHAPE = "geom"
TAKEN = ("fid", SHAPE, "geometry", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid")
"""Names of columns that are ours or PostgreSQL's own."""
_NEW = "gridkit_new_"
"""How tables are called while they are made."""
_OWN_SRIDS = (990_000, 998_999)
"""The SRIDs that PostGIS leaves to its users (up to 998,999), the last of them."""

_BEGINNING = (
    "CREATE TABLE {s}.gridkit_plan (uri text PRIMARY KEY, document text NOT NULL)",
    "CREATE TABLE {s}.qgis_projects (name text PRIMARY KEY, metadata jsonb, content bytea)",
    """
CREATE TABLE {s}.gridkit_trail (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(), who text NOT NULL DEFAULT session_user,
  program text NOT NULL DEFAULT coalesce(current_setting('application_name', true), ''), act text NOT NULL,
  part text NOT NULL DEFAULT '', fid bigint, before jsonb, after jsonb)
""",
    """
CREATE FUNCTION {s}.gridkit_noted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {postgis}, pg_temp AS $noted$
DECLARE
  was jsonb; becomes jsonb; number bigint;
  place text := format('INSERT INTO %I.gridkit_trail (act, part, fid, before, after) VALUES ($1, $2, $3, $4, $5)',
    TG_TABLE_SCHEMA);
BEGIN
  IF TG_OP IN ('UPDATE', 'DELETE') THEN was := to_jsonb(OLD); number := OLD.fid; END IF;
  IF TG_OP IN ('UPDATE', 'INSERT') THEN becomes := to_jsonb(NEW); number := NEW.fid; END IF;
  IF TG_OP = 'UPDATE' THEN
    SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value) INTO was, becomes
    FROM jsonb_each(was) o JOIN jsonb_each(becomes) n USING (key) WHERE o.value IS DISTINCT FROM n.value;
    IF was IS NULL THEN RETURN NULL; END IF;
  END IF;
  EXECUTE place USING TG_OP, TG_TABLE_NAME::text, number, was, becomes;
  RETURN NULL;
END $noted$
""",
)
_WATCH = (
    """
CREATE TRIGGER gridkit_noted AFTER INSERT OR UPDATE OR DELETE ON {t}
  FOR EACH ROW EXECUTE FUNCTION {s}.gridkit_noted()
""",
    "CREATE TRIGGER gridkit_emptied AFTER TRUNCATE ON {t} FOR EACH STATEMENT EXECUTE FUNCTION {s}.gridkit_noted()",
)
"""A change by hand is noted row by row, with what was and what is in the cells that changed, whoever makes it: the
function runs with the rights of the plan's owner, so that nobody needs a right to the trail."""
_RELATIONS = """
SELECT c.relname::text AS name, c.relkind::text AS kind FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY c.relname
"""
_RIGHTS = """
SELECT c.relname::text AS name, '' AS columns, coalesce(r.rolname, 'PUBLIC')::text AS grantee,
  x.grantee = 0 AS everyone, x.privilege_type::text AS right, x.is_grantable AS further
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) x LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
WHERE n.nspname = $1 AND c.relkind IN ('r', 'v') AND x.grantee <> c.relowner
UNION ALL
SELECT c.relname::text, a.attname::text, coalesce(r.rolname, 'PUBLIC')::text, x.grantee = 0, x.privilege_type::text,
  x.is_grantable
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
CROSS JOIN LATERAL aclexplode(a.attacl) x LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
WHERE n.nspname = $1 AND c.relkind IN ('r', 'v')
"""
_LEANED_ON = """
SELECT DISTINCT t.relname::text AS name FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
JOIN pg_catalog.pg_class v ON v.oid = w.ev_class
JOIN pg_catalog.pg_class t ON t.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace JOIN pg_catalog.pg_namespace m ON m.oid = v.relnamespace
WHERE n.nspname = $1 AND v.oid <> t.oid AND (m.nspname <> $1 OR NOT v.relname = ANY (string_to_array($2, '/')))
"""


@dataclass(frozen=True)
class _Made:
    """A table that is made beside the one it replaces."""

    stored: Stored
    draft: str
    kind: str

    @property
    def type(self) -> str:
        """The type of its shapes as QGIS calls it; empty where it has none."""
        return self.kind.partition("(")[2].partition(",")[0].removesuffix("Z")


# ------------------------------------------------------------------ writing
def refuse(address: Address, *, overwrite: bool) -> None:
    """Say before the work why a plan could not be written there.

    Raises
    ------
    UsageError
        When it names no schema that a plan may have.
    OutputError
        When the schema is there and ``overwrite`` is false, holds something else, or may not be written.
    """
    name = plain_schema(address.rest, str(address))
    with connected(address, writing=True) as connection:
        database.require_postgis(connection)
        _begun(connection, name, overwrite=overwrite)


def write(plan: Plan, address: Address, *, overwrite: bool = False) -> Address:
    """Write a plan into a schema, which holds it whole or is as it was before.

    Rights to its tables stay as they were; views of others that stand on them stay where the columns do.

    Raises
    ------
    UsageError
        When the address names no schema that a plan may have.
    OutputError
        When the schema is there and ``overwrite`` is false, holds something else, was changed since the plan was read,
        or the database fails.
    """
    name = plain_schema(address.rest, str(address))
    origin = plan.origin if plan.origin is not None and plan.origin.path == address else None
    with connected(address, writing=True) as connection:
        database.require_postgis(connection)
        before = _begun(connection, name, overwrite=overwrite)
        _held(connection, name, before)
        if origin is not None and before and state(connection, name) not in origin.stamps:
            raise OutputError(
                "it was changed by others since it was read: {names}; nothing was written",
                where=str(address),
                mend="read it again and repeat the change, or name another schema",
                names=", ".join(others(connection, name, origin.stamps)),
            )
        rights = connection.rows(_RIGHTS, name)
        taken = set(OWN)
        made = [
            _put(connection, name, f"{_NEW}{i}", fitted(table, taken), role, frame)
            for i, (table, role, frame) in enumerate(contents.tables(plan))
        ]
        _exchange(connection, name, made, before)
        _describe(connection, name, plan, made)
        _grant_again(connection, name, rights, set(before))
        stamp = noted(connection, name, plan)
        _commit(connection)
    if origin is not None:
        origin.stamps.add(stamp)
    atomic.PLACED.append(address)
    return address


def _begun(connection: Connection, name: str, *, overwrite: bool) -> tuple[str, ...]:
    """Hold the schema against other writers, make it where it is not there; return the relations of the plan in it."""
    # Two who make the same schema at once would both not find it; the number stands for the name.
    connection.run("SELECT pg_advisory_xact_lock(hashtextextended('gridkit ' || $1, 0))", name)
    where = str(connection.address)
    owner = connection.rows(
        "SELECT pg_get_userbyid(nspowner)::text AS name, pg_has_role(nspowner, 'MEMBER') AS ours"
        " FROM pg_catalog.pg_namespace WHERE nspname = $1",
        name,
    )
    if not owner:
        connection.run(f"CREATE SCHEMA {quoted(name)}")
        return ()
    if owner[0]["ours"]:
        # What planners of one role write belongs to the role, so that each of them may replace it.
        connection.run(f"SET LOCAL ROLE {quoted(owner[0]['name'])}")
    held = tuple(row["name"] for row in connection.rows(_RELATIONS, name))
    if not held:
        return ()
    if DOCUMENTS not in held:
        raise OutputError(
            "the schema holds something else than a plan: {names}",
            where=where,
            mend="name another schema",
            names=", ".join(held[:5]),
        )
    if not overwrite:
        raise OutputError("the plan exists", where=where, mend="add --overwrite, or name another schema with -o")
    described = _documents(connection, name)[PLAN]
    ours = {each.name for each in contents.stored_in(described)} | set(described["views"])
    return tuple(each for each in held if each in ours)


def _held(connection: Connection, name: str, before: Iterable[str]) -> None:
    """Keep others from changing the tables until the end; they go on reading them."""
    kinds = {row["name"]: row["kind"] for row in connection.rows(_RELATIONS, name)}
    # Those who edit take a table first and the trail then: in the same order nobody waits in a circle.
    for each in (*(table for table in before if kinds[table] == "r"), *((TRAIL,) if before else ())):
        connection.run(f"LOCK TABLE {quoted(name)}.{quoted(each)} IN EXCLUSIVE MODE")


def _put(
    connection: Connection, schema: str, draft: str, name: str, role: tuple[str, ...], frame: pd.DataFrame
) -> _Made:
    """Make and fill one table under a name for the time being."""
    table, shape = columns.plain(frame, taken=TAKEN, longest=LONGEST)
    kind = ""
    flat = pd.DataFrame(table.drop(columns="geometry") if shape["geometry"] is not None else table)
    rows = pa.Table.from_pandas(flat, preserve_index=False).replace_schema_metadata(None)
    if isinstance(table, gpd.GeoDataFrame):
        srid = _srid(connection, table.crs)
        shape["multi"] = shape["multi"] or _all_single(table.geometry)
        wkb, kind = database.ewkb(table.geometry.to_numpy(), srid, multi=bool(shape["multi"]))
        rows = rows.append_column(SHAPE, wkb)
        shape["crs"] = None if table.crs is None else table.crs.to_wkt()
    database.create(connection, schema, draft, _in_microseconds(rows), SHAPE if kind else "", kind)
    return _Made(Stored(name, role, {**shape, "rows": len(table)}), draft, kind)


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


def _exchange(connection: Connection, schema: str, made: list[_Made], before: tuple[str, ...]) -> None:
    """Put what was made in the place of what is there."""
    s = quoted(schema)
    kinds = {row["name"]: row["kind"] for row in connection.rows(_RELATIONS, schema)}
    if TRAIL not in kinds:
        for statement in _BEGINNING:
            connection.run(statement.format(s=s, postgis=quoted(database.require_postgis(connection))))
    for view in (each for each in before if kinds[each] == "v"):
        connection.run(f"DROP VIEW {s}.{quoted(view)}")
    leaned_on = {row["name"] for row in connection.rows(_LEANED_ON, schema, "/".join(before))}
    for each in made:
        name = each.stored.name
        place, draft = f"{s}.{quoted(name)}", f"{s}.{quoted(each.draft)}"
        if name in before and name in leaned_on and _alike(connection, schema, name, each.draft):
            _refill(connection, place, draft, each.stored.shape["rows"])
            continue
        if name in before:
            connection.run(f"DROP TABLE {place}")
        connection.run(f"ALTER TABLE {draft} RENAME TO {quoted(name)}")
        for statement in _WATCH:
            connection.run(statement.format(s=s, t=place))
    for gone in set(before) - {each.stored.name for each in made}:
        if kinds[gone] == "r":
            connection.run(f"DROP TABLE {s}.{quoted(gone)}")


def _alike(connection: Connection, schema: str, one: str, other: str) -> bool:
    """Whether two tables have the same columns."""
    first, second = (
        connection.rows(
            "SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod)::text AS type"
            " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
            " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
            schema,
            each,
        )
        for each in (one, other)
    )
    return first == second


def _refill(connection: Connection, place: str, draft: str, rows: int) -> None:
    """Fill a table anew that others' views stand on; that is the plan's own doing, and no change by hand."""
    connection.run(f"ALTER TABLE {place} DISABLE TRIGGER USER")
    connection.run(f"TRUNCATE {place}")
    connection.run(f"INSERT INTO {place} SELECT * FROM {draft}")  # noqa: S608 - quoted
    connection.run(f"ALTER TABLE {place} ALTER fid RESTART WITH {rows + 1}")
    connection.run(f"ALTER TABLE {place} ENABLE TRIGGER USER")
    connection.run(f"DROP TABLE {draft}")


def _describe(connection: Connection, schema: str, plan: Plan, made: list[_Made]) -> None:
    """Write the documents, the views of layers and the project of QGIS."""
    s = quoted(schema)
    drawn = {each.stored.name: each.type for each in made if each.kind}
    marks = contents.marks(plan, [each.stored for each in made])
    for name in (each.stored.name for each in made):
        said = "'{}'".format(marks[name].replace("'", "''")) if name in marks else "NULL"
        connection.run(f"COMMENT ON TABLE {s}.{quoted(name)} IS {said}")
    styles = qgis.styles([name for name in drawn if name not in marks], plan.parameters)
    held = {each.stored.role: each.stored for each in made}
    names = {each.stored.name for each in made} | set(OWN)
    view_names = []
    for name, layer in plan.layers.items():
        part = held.get(("layers", name, "grids"))
        if part is None or name in plan.stale:
            continue
        own, more = (["fid", *(new for _, new, *_ in each.shape["columns"])] for each in (held["grids",], part))
        joined = [each for each in more if each not in {*own, "grid_id"}]
        chosen = [*(f"g.{quoted(each)}" for each in (*own, SHAPE)), *(f"l.{quoted(each)}" for each in joined)]
        view = fitted(f"{name}{views.SUFFIX}", names)
        connection.run(
            f"CREATE VIEW {s}.{quoted(view)} AS SELECT {', '.join(chosen)} FROM {s}.grids g"  # noqa: S608 - quoted
            f" LEFT JOIN {s}.{quoted(part.name)} l ON l.grid_id = g.grid_id"
        )
        view_names.append(view)
        drawn[view] = drawn["grids"]
        if style := views.choropleth(layer, joined):
            styles[view] = style
    described = {**json.loads(contents.described(plan, [each.stored for each in made])), "views": view_names}
    documents = {PLAN: json.dumps(described, ensure_ascii=False, indent=1), HISTORY: to_json(plan.history)}
    for uri, text in documents.items():
        connection.run(
            f"INSERT INTO {s}.{DOCUMENTS} VALUES ($1, $2) ON CONFLICT (uri) DO UPDATE SET document = $2",  # noqa: S608
            uri,
            text,
        )
    _put_project(connection, schema, plan, {name: (drawn[name], style) for name, style in styles.items()})


def _put_project(connection: Connection, schema: str, plan: Plan, drawn: qgis_project.Drawn) -> None:
    place = connection.address.place()
    base = " ".join(f"{name}='{value}'" for name, value in place.items())
    srid = _srid(connection, plan.crs)

    def source(table: str) -> str:
        return f"{base} key='fid' srid={srid} type={drawn[table][0]} table={quoted(schema)}.{quoted(table)} ({SHAPE})"

    content = binascii.unhexlify(qgis_project.packed(qgis_project.project(plan, drawn, source, "postgres")))
    connection.run(
        f"INSERT INTO {quoted(schema)}.{PROJECTS} VALUES ($1, $2::text::jsonb, $3)"  # noqa: S608 - quoted
        " ON CONFLICT (name) DO UPDATE SET content = $3",
        qgis_project.NAME,
        qgis_project.ABOUT,
        content,
    )


def _grant_again(connection: Connection, schema: str, before: list[dict[str, Any]], known: set[str]) -> None:
    """Give tables that were made anew the rights that those of their name had, neither fewer nor more."""
    there = {row["name"] for row in connection.rows(_RELATIONS, schema)}
    for now, again in (("REVOKE", connection.rows(_RIGHTS, schema)), ("GRANT", before)):
        for row in again:
            if row["name"] not in there & known or (now == "REVOKE" and row in before):
                continue
            if row["columns"] and not _has(connection, schema, row["name"], row["columns"]):
                continue
            columns_ = f" ({quoted(row['columns'])})" if row["columns"] else ""
            whom = "PUBLIC" if row["everyone"] else quoted(row["grantee"])
            place = f"{quoted(schema)}.{quoted(row['name'])}"
            further = " WITH GRANT OPTION" if now == "GRANT" and row["further"] else ""
            word = "TO" if now == "GRANT" else "FROM"
            connection.run(f"{now} {row['right']}{columns_} ON {place} {word} {whom}{further}")


def _has(connection: Connection, schema: str, table: str, column: str) -> bool:
    return bool(
        connection.rows(
            "SELECT 1 AS one FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
            " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = $1 AND c.relname = $2 AND a.attname = $3 AND NOT a.attisdropped",
            schema,
            table,
            column,
        )
    )


def _commit(connection: Connection) -> None:
    try:
        connection.commit()
    except OutputError as error:
        # The word that it was saved is what may have been lost.
        raise OutputError(
            "the connection was lost while the plan was being saved, and whether it was is not known: {why}",
            where=str(connection.address),
            mend="look with gridkit history before you write again",
            why=str(error.facts.get("why", "")),
        ) from None


def _srid(connection: Connection, crs: CRS | None) -> int:
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


# ------------------------------------------------------------------ reading
def holds_plan(address: Address) -> bool:
    """Return whether the address is a plan's, and not that of a table."""
    with connected(address) as connection:
        return DOCUMENTS in {row["name"] for row in connection.rows(_RELATIONS, address.rest)}


def read(address: Address) -> Plan:
    """Return the plan in a schema, as it is at one moment, also when others changed rows of it by hand since.

    The grids are dissolved anew from the units, so that a ``grid_id`` that was changed in QGIS counts.

    Raises
    ------
    SourceError
        When the database cannot be reached, there is no plan of this name, or it may not be read.
    TableError
        When a table of it breaks its contract.

    Warns
    -----
    GridkitWarning
        When tables were changed by hand, or places of incidents are left out for want of rights.
    """
    name = address.rest
    with connected(address) as connection:
        connection.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        described, history = _documents(connection, name).values()
        stamp = state(connection, name)
        contents.warn_of_changes(by_hand(connection, name), str(address))
        there = {each.name: each for each in database.tables(connection) if each.schema == name}
        stored = contents.stored_in(described)
        missing = [each.name for each in stored if each.name not in there]
        if missing:
            raise TableError(
                "tables of the plan are gone: {all}",
                where=str(address),
                all=missing,
                mend="use a backup of the database",
            )
        wanted = [each for each in stored if not contents.follows(each)]
        shut = [each for each in wanted if each.role[0] == "brought" and not there[each.name].readable]
        if shut:
            warnings.warn(
                GridkitWarning(
                    "left out for want of rights: {names}",
                    where=str(address),
                    mend="ask the owner for them: docs/postgis.md lists what a reader and a planner need",
                    names=", ".join(each.name for each in shut),
                ),
                stacklevel=2,
            )
        database.require_postgis(connection)
        parts = {each.role: _got(connection, there[each.name], each) for each in wanted if each not in shut}
    try:
        plan = contents.assembled(described, from_json(history), parts)
    except GridkitError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise SourceError(
            "the plan is damaged: {why}", where=str(address), mend="use a backup of the database", why=error
        ) from error
    return plan.having(origin=Origin(address, {stamp}))


def _got(connection: Connection, table: database.Table, stored: Stored) -> pd.DataFrame:
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


def _documents(connection: Connection, schema: str) -> dict[str, Any]:
    """Return the document of a plan, read, and the text of its history."""
    where = str(connection.address)
    if DOCUMENTS not in {row["name"] for row in connection.rows(_RELATIONS, schema)}:
        named = [
            row["name"]
            for row in connection.rows(
                "SELECT n.nspname::text AS name FROM pg_catalog.pg_class c"
                " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = $1 ORDER BY 1",
                DOCUMENTS,
            )
        ]
        raise connection.fault(
            template("there is no plan {name!r} in the database; its plans: {names}"),
            where=where,
            mend=template("name one behind a colon: postgresql://HOST/DB:SCHEMA"),
            name=schema,
            names=listed(named) or Phrase("none"),
        )
    rows = connection.rows(f"SELECT uri, document FROM {quoted(schema)}.{DOCUMENTS}")  # noqa: S608 - quoted
    found = {row["uri"]: row["document"] for row in rows}
    try:
        described = json.loads(found[PLAN])
        newer = described["format"] > contents.FORMAT
    except (LookupError, ValueError, TypeError) as error:
        raise connection.fault(
            template("the plan is damaged: {why}"),
            where=where,
            mend=template("use a backup of the database"),
            why=error,
        ) from error
    if newer:
        raise connection.fault(
            template("a newer gridkit wrote this plan"), where=where, mend=template("update gridkit")
        )
    return {PLAN: described, HISTORY: found.get(HISTORY, "[]")}


def trail(address: Address) -> pd.DataFrame:
    """Return who changed a plan and when: plans that were written (WRITE), rows that were changed by hand.

    Returns
    -------
    ``at``, ``who``, ``program``, ``act`` (WRITE, INSERT, UPDATE, DELETE, TRUNCATE), ``part`` (the table), ``fid``,
    and ``before`` and ``after``: the cells that changed, as JSON.
    """
    with connected(address) as connection:
        _documents(connection, address.rest)
        rows = connection.run(
            "SELECT at, who, program, act, part, fid, before::text AS before, after::text AS after"  # noqa: S608
            f" FROM {quoted(address.rest)}.{TRAIL} ORDER BY seq"
        )
    return pd.DataFrame() if rows is None else rows.to_pandas()
