"""A plan's schema: held against others, its relations exchanged for newer ones with the rights they had.

::

    begun(connection, name, overwrite)          hold the schema, make it where it is not there
    exchange(connection, schema, made, before)  put what was made in the place of what is there
    documents(connection, schema)               what the plan's document and history say

Every change by hand is noted by triggers, which are made here; what they noted is read by :mod:`gridkit.store.trail`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gridkit.database import tables as database
from gridkit.database.listing import DOCUMENTS
from gridkit.database.names import quoted
from gridkit.errors import OutputError
from gridkit.language.phrases import Phrase, listed, series, template
from gridkit.store import contents
from gridkit.store.contents import HISTORY, PLAN
from gridkit.store.trail import TRAIL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridkit.database.connection import Connection
    from gridkit.store.postgis_tables import Made

PROJECTS = "qgis_projects"
OWN = (DOCUMENTS, TRAIL, PROJECTS)

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


def relations(connection: Connection, schema: str) -> dict[str, str]:
    """Return the tables and views of a schema, each with its kind: ``r`` a table, ``v`` a view."""
    return {row["name"]: row["kind"] for row in connection.rows(_RELATIONS, schema)}


def rights(connection: Connection, schema: str) -> list[dict[str, Any]]:
    """Return who may do what with which table, or column of it, beside its owner."""
    return connection.rows(_RIGHTS, schema)


def begun(connection: Connection, name: str, *, overwrite: bool) -> tuple[str, ...]:
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
    held = tuple(relations(connection, name))
    if not held:
        return ()
    if DOCUMENTS not in held:
        raise OutputError(
            "the schema holds something else than a plan: {names}",
            where=where,
            mend="name another schema",
            names=series(held[:5]),
        )
    if not overwrite:
        raise OutputError("the plan exists", where=where, mend="add --overwrite, or name another schema with -o")
    described = documents(connection, name)[PLAN]
    ours = {each.name for each in contents.stored_in(described)} | set(described["views"])
    return tuple(each for each in held if each in ours)


def hold(connection: Connection, name: str, before: Iterable[str]) -> None:
    """Keep others from changing the tables until the end; they go on reading them."""
    kinds = relations(connection, name)
    # Those who edit take a table first and the trail then: in the same order nobody waits in a circle.
    for each in (*(table for table in before if kinds[table] == "r"), *((TRAIL,) if before else ())):
        connection.run(f"LOCK TABLE {quoted(name)}.{quoted(each)} IN EXCLUSIVE MODE")


def exchange(connection: Connection, schema: str, made: list[Made], before: tuple[str, ...]) -> None:
    """Put what was made in the place of what is there."""
    s = quoted(schema)
    kinds = relations(connection, schema)
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


def grant_again(connection: Connection, schema: str, before: list[dict[str, Any]], known: set[str]) -> None:
    """Give tables that were made anew the rights that those of their name had, neither fewer nor more."""
    there = set(relations(connection, schema))
    for now, again in (("REVOKE", rights(connection, schema)), ("GRANT", before)):
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


def documents(connection: Connection, schema: str) -> dict[str, Any]:
    """Return the document of a plan, read, and the text of its history."""
    where = str(connection.address)
    if DOCUMENTS not in relations(connection, schema):
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
