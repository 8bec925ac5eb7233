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
import json
import warnings
from typing import TYPE_CHECKING

import pandas as pd

from gridkit import atomic
from gridkit.database import tables as database
from gridkit.database.connection import Connection, connected
from gridkit.database.listing import DOCUMENTS
from gridkit.database.names import fitted, quoted
from gridkit.database.names import schema as plain_schema
from gridkit.errors import GridkitError, GridkitWarning, OutputError, SourceError, TableError
from gridkit.language.phrases import series
from gridkit.plan.plan import Origin, Plan
from gridkit.provenance import from_json, to_json
from gridkit.store import contents, qgis, qgis_project, views
from gridkit.store import postgis_schema as schemas
from gridkit.store.contents import HISTORY, PLAN
from gridkit.store.postgis_schema import OWN, PROJECTS
from gridkit.store.postgis_tables import SHAPE, Made, got, put, srid
from gridkit.store.trail import TRAIL, by_hand, noted, others, state

if TYPE_CHECKING:
    from gridkit.database.address import Address

_NEW = "gridkit_new_"
"""How tables are called while they are made."""


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
        schemas.begun(connection, name, overwrite=overwrite)


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
        before = schemas.begun(connection, name, overwrite=overwrite)
        schemas.hold(connection, name, before)
        if origin is not None and before and state(connection, name) not in origin.stamps:
            raise OutputError(
                "it was changed by others since it was read: {names}; nothing was written",
                where=str(address),
                mend="read it again and repeat the change, or name another schema",
                names=series(others(connection, name, origin.stamps)),
            )
        rights = schemas.rights(connection, name)
        taken = set(OWN)
        made = [
            put(connection, name, f"{_NEW}{i}", fitted(table, taken), role, frame)
            for i, (table, role, frame) in enumerate(contents.tables(plan))
        ]
        schemas.exchange(connection, name, made, before)
        _describe(connection, name, plan, made)
        schemas.grant_again(connection, name, rights, set(before))
        stamp = noted(connection, name, plan)
        _commit(connection)
    if origin is not None:
        origin.stamps.add(stamp)
    atomic.PLACED.append(address)
    return address


def _describe(connection: Connection, schema: str, plan: Plan, made: list[Made]) -> None:
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
    number = srid(connection, plan.crs)

    def source(table: str) -> str:
        return f"{base} key='fid' srid={number} type={drawn[table][0]} table={quoted(schema)}.{quoted(table)} ({SHAPE})"

    content = binascii.unhexlify(qgis_project.packed(qgis_project.project(plan, drawn, source, "postgres")))
    connection.run(
        f"INSERT INTO {quoted(schema)}.{PROJECTS} VALUES ($1, $2::text::jsonb, $3)"  # noqa: S608 - quoted
        " ON CONFLICT (name) DO UPDATE SET content = $3",
        qgis_project.NAME,
        qgis_project.ABOUT,
        content,
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


# ------------------------------------------------------------------ reading
def holds_plan(address: Address) -> bool:
    """Return whether the address is a plan's, and not that of a table."""
    with connected(address) as connection:
        return DOCUMENTS in schemas.relations(connection, address.rest)


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
        described, history = schemas.documents(connection, name).values()
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
                    names=series(each.name for each in shut),
                ),
                stacklevel=2,
            )
        database.require_postgis(connection)
        parts = {each.role: got(connection, there[each.name], each) for each in wanted if each not in shut}
    try:
        plan = contents.assembled(described, from_json(history), parts)
    except GridkitError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise SourceError(
            "the plan is damaged: {why}", where=str(address), mend="use a backup of the database", why=error
        ) from error
    return plan.having(origin=Origin(address, {stamp}))


def changed(address: Address) -> list[str]:
    """Return the tables of a plan that were changed by hand since it was written."""
    with connected(address) as connection:
        schemas.documents(connection, address.rest)
        return by_hand(connection, address.rest)


def trail(address: Address) -> pd.DataFrame:
    """Return who changed a plan and when: plans that were written (WRITE), rows that were changed by hand.

    Returns
    -------
    ``at``, ``who``, ``program``, ``act`` (WRITE, INSERT, UPDATE, DELETE, TRUNCATE), ``part`` (the table), ``fid``,
    and ``before`` and ``after``: the cells that changed, as JSON.
    """
    with connected(address) as connection:
        schemas.documents(connection, address.rest)
        rows = connection.run(
            "SELECT at, who, program, act, part, fid, before::text AS before, after::text AS after"  # noqa: S608
            f" FROM {quoted(address.rest)}.{TRAIL} ORDER BY seq"
        )
    return pd.DataFrame() if rows is None else rows.to_pandas()
