"""A plan in one GeoPackage: written whole or not at all, opened styled by QGIS, read back as it was.

::

    write(plan, path, overwrite=False) -> Path      read(path) -> Plan
    digest(path), sealed(path) -> str               verify(path) -> tuple[str, ...]   tables changed since

Layers: ``grids``, ``units``, ``borders``, ``districts``; ``base_NAME`` for each table of the backdrop; ``LAYER__TABLE``
for each table of a computed layer; ``findings``, ``comments``, ``retired``, ``attributes`` where the plan has them.
What the tables do not say (parameters, definitions, facts, history, the original names and types of columns) stands as
JSON in ``gpkg_metadata`` under the URIs below.
"""

from __future__ import annotations

import hashlib
import json
import logging
import marshal
import os
import sqlite3
import warnings
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from gridkit import placing
from gridkit.atomic import GEOPACKAGE, open_to_others, replacing, same, together
from gridkit.database.names import quoted
from gridkit.errors import GridkitError, GridkitWarning, SourceError, TableError
from gridkit.language.phrases import Phrase, series
from gridkit.placing import stamp
from gridkit.plan.plan import Origin, Plan
from gridkit.provenance import from_json, to_json
from gridkit.store import columns, contents, qgis, qgis_project, views
from gridkit.store.contents import HISTORY, PLAN, Stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


SEAL = "urn:gridkit:seal"
MAGIC = b"SQLite format 3\x00"
BATCH = 4096
"""Rows hashed at once."""

logger = logging.getLogger(__name__)


CALM = 5
"""How often a plan that is replaced while it is being read is read again."""


# ------------------------------------------------------------------ writing
def write(plan: Plan, path: Path | str, *, overwrite: bool = False) -> Path:
    """Write a plan into one GeoPackage, which appears whole or not at all.

    Columns that a GeoPackage cannot hold under their name (``fid``, ``geom``, names equal but for case) are renamed,
    and get their names back in :func:`read`.

    Raises
    ------
    OutputError
        When the file exists and ``overwrite`` is false, or it cannot be written.
    """
    target = Path(path)
    origin = plan.origin
    if origin is not None and not (isinstance(origin.path, Path) and same(origin.path, target)):
        origin = None
    # Written over its own file, a plan is held to the state it was read from: what another wrote since is not lost.
    basis = frozenset() if origin is None else frozenset(origin.stamps)
    new = not target.exists()
    with replacing(target, overwrite=overwrite, basis=basis) as file:
        _fill(file, plan, target.name)
        if origin is not None:
            origin.stamps.add(stamp(file))
    if new:
        _warn_of_readers(plan, target)
    return target


def write_all(plans: Mapping[Path, Plan], *, overwrite: bool = False) -> list[Path]:
    """Write several plans into one folder, each as :func:`write` does: all of them, or none.

    Raises
    ------
    OutputError
        When a file exists and ``overwrite`` is false, or cannot be written.
    """
    new = [path for path in plans if not path.exists()]
    with together(list(plans), overwrite=overwrite) as files:
        for file, (path, plan) in zip(files, plans.items(), strict=True):
            _fill(file, plan, path.name)
    for path in new:
        _warn_of_readers(plans[path], path)
    return list(plans)


def _fill(file: Path, plan: Plan, name: str) -> None:
    """Write a plan into a new file, which is to bear a name."""
    with _unsynced():
        stored = [_put(frame, file, table, role) for table, role, frame in contents.tables(plan)]
    with closing(sqlite3.connect(file)) as connection, connection:
        # Nobody reads this file yet; the finished one is synced once before it takes its name.
        connection.execute("PRAGMA synchronous = OFF")
        documents = {PLAN: contents.described(plan, stored), HISTORY: to_json(plan.history)}
        _put_documents(connection, documents)
        marked = contents.marks(plan, stored)
        qgis.put_styles(connection, [each.name for each in stored if each.name not in marked], plan.parameters)
        _put_marks(connection, marked)
        views.put_views(connection, plan)
        qgis_project.put_project(connection, plan, name)
        # Last, since it seals what the steps before have written.
        _put_documents(connection, {SEAL: json.dumps(_seals(connection), indent=1)})


def _warn_of_readers(plan: Plan, path: Path) -> None:
    """Warn where others may read a new file that holds where single incidents happened."""
    if contents.holds_points(plan) and open_to_others(path):
        warnings.warn(
            GridkitWarning(
                "it holds the places of single incidents, and others on this machine may read it",
                where=path,
                mend="take their rights to the file or its folder away",
            ),
            stacklevel=3,
        )


@contextmanager
def _unsynced() -> Iterator[None]:
    """Let SQLite not wait for the disk at every layer: the finished file is synced once, before it is put in place."""
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": None})


def _put(frame: pd.DataFrame, file: Path, name: str, role: tuple[str, ...]) -> Stored:
    plain, shape = columns.plain(frame)
    if role == ("units",) and "households" not in frame:  # a plan file always has the column, empty when none are known
        plain, shape["absent"] = plain.assign(households=float("nan")), ["households"]
    options: dict[str, Any] = {"layer": name, "append": file.exists(), **GEOPACKAGE}
    # By Arrow the same rows cost half. It makes single shapes multi in the table that it is given, and older pyogrio
    # hands times with zones over without them.
    zoned = any(isinstance(dtype, pd.DatetimeTZDtype) for dtype in plain.dtypes)
    options["use_arrow"] = not shape["multi"] and not zoned
    if isinstance(plain, gpd.GeoDataFrame):
        # What is mixed is declared as mixed: a type found from some of the rows would be wrong for the others.
        kinds = set(plain.geometry.geom_type.dropna().str.removeprefix("Multi"))
        options["promote_to_multi"] = bool(shape["multi"])
        options["geometry_type"] = None if len(kinds) == 1 else "Unknown"
    pyogrio.write_dataframe(plain, file, **options)
    return Stored(name, role, {**shape, "rows": len(plain)})


_METADATA = """
CREATE TABLE IF NOT EXISTS gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
  metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT,
  row_id_value INTEGER, timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"""


def _put_documents(connection: sqlite3.Connection, documents: Mapping[str, str]) -> None:
    """Add documents as the metadata extension of GeoPackage 1.3 (annex F.8) has them."""
    connection.executescript(_METADATA)
    for table in ("gpkg_metadata", "gpkg_metadata_reference"):
        connection.execute(
            "INSERT INTO gpkg_extensions SELECT ?, NULL, 'gpkg_metadata',"
            " 'http://www.geopackage.org/spec121/#extension_metadata', 'read-write'"
            " WHERE NOT EXISTS (SELECT 1 FROM gpkg_extensions WHERE table_name = ?)",
            (table, table),
        )
    for uri, text in documents.items():
        row = connection.execute(
            "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata)"
            " VALUES ('dataset', ?, 'application/json', ?)",
            (uri, text),
        )
        connection.execute(
            "INSERT INTO gpkg_metadata_reference (reference_scope, md_file_id) VALUES ('geopackage', ?)",
            (row.lastrowid,),
        )


def _put_marks(connection: sqlite3.Connection, marks: Mapping[str, str]) -> None:
    """Say of tables that they are stale where QGIS shows a layer's title and summary."""
    for name, said in marks.items():
        connection.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
            (f"{name} ({said})", said, name),
        )


# ------------------------------------------------------------------ reading
def read(path: Path | str) -> Plan:
    """Return the plan in a GeoPackage that :func:`write` made, also when QGIS changed rows of it since.

    The grids are dissolved anew from the units, so that a ``grid_id`` changed by hand in QGIS counts.

    Raises
    ------
    SourceError
        When the file is missing, cut short, damaged, no GeoPackage, or no plan of gridkit.
    TableError
        When a table in it breaks its contract.

    Warns
    -----
    GridkitWarning
        When tables differ from what gridkit wrote: somebody changed them, or the file is damaged.
    """
    path = Path(path)
    placing.finish(path.parent)
    for _ in range(CALM):
        before = stamp(path)
        plan = _read(path)
        # A plan put in place while its tables were being read would be half of one state and half of another.
        if stamp(path) == before:
            return plan.having(origin=Origin(path, {before}))
    raise SourceError(
        "the plan changes while it is being read", where=path, mend="wait for the other program to finish"
    )


def _read(path: Path) -> Plan:
    with closing(_opened(path)) as connection, _or_damaged(path):
        documents = _documents(connection, path)
        present = {name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")}
        changed = _changed(connection, documents)
    contents.warn_of_changes(changed, path.name)
    with _or_damaged(path):
        described = json.loads(documents[PLAN])
        stored = contents.stored_in(described)
        missing = [each.name for each in stored if each.name not in present]
        if missing:
            raise TableError(
                "tables of the plan are gone: {all}", where=path, all=missing, mend="use the file's backup"
            )
        parts = {each.role: _got(path, each) for each in stored if not contents.follows(each)}
        return contents.assembled(described, from_json(documents[HISTORY]), parts)


@contextmanager
def _or_damaged(path: Path) -> Iterator[None]:
    """Say in one line that a plan's file is damaged, whatever a flipped byte makes of it."""
    try:
        yield
    except GridkitError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, sqlite3.Error, shapely.errors.ShapelyError) as error:
        raise SourceError("the plan is damaged: {why}", where=path, mend="use the file's backup", why=error) from error


def holds_plan(path: Path | str) -> bool:
    """Return whether a file is a plan of gridkit; a damaged one counts, so that reading it says what is wrong."""
    if not os.path.isfile(path):  # noqa: PTH113 - names too long
        return False
    path = Path(path)
    placing.finish(path.parent)
    with path.open("rb") as handle:
        if handle.read(len(MAGIC)) != MAGIC:
            return False
    try:
        with closing(_opened(path)) as connection:
            query = "SELECT count(*) FROM gpkg_metadata WHERE md_standard_uri = ?"
            return bool(connection.execute(query, [PLAN]).fetchone()[0])
    except sqlite3.DatabaseError:  # a GeoPackage without metadata
        return False


def _got(path: Path, stored: Stored) -> pd.DataFrame:
    try:
        frame = pyogrio.read_dataframe(path, layer=stored.name)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise SourceError(
            "table {name} cannot be read: {why}", where=path, mend="use the file's backup", name=stored.name, why=error
        ) from error
    return columns.restored(frame, stored.shape, where=f"{path}:{stored.name}")


def _opened(path: Path) -> sqlite3.Connection:
    """Return a read-only connection to a GeoPackage, or say what is wrong with the file."""
    _check_bytes(path)
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute("SELECT count(*) FROM gpkg_contents").fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # SQLite may quote damaged bytes in its message
        connection.close()
        why = str(error)
        raise SourceError(
            "this is not a GeoPackage: {why}" if "no such table" in why else "the database is damaged: {why}",
            where=path,
            mend="name a plan that gridkit wrote, or use the file's backup",
            why=why,
        ) from error
    return connection


def _check_bytes(path: Path) -> None:
    if not path.is_file():
        raise SourceError("there is no such file", where=path, mend="check the name")
    size = path.stat().st_size
    with path.open("rb") as handle:
        head = handle.read(100)
    if not head.startswith(MAGIC):
        kind = "empty (0 bytes)" if not size else "a web page" if head.lstrip()[:1] == b"<" else "not a GeoPackage"
        raise SourceError("the file is {kind}", where=path, mend="name a plan that gridkit wrote", kind=Phrase(kind))
    # The header of a SQLite database (its file format, section 1.3): page size, 65,536 told as 1, and number of pages.
    page = int.from_bytes(head[16:18], "big")
    page, pages = (1 << 16 if page == 1 else page), int.from_bytes(head[28:32], "big")
    if size < page * pages:
        raise SourceError(
            "the file is cut short: {have} of {pages} pages",
            where=path,
            mend="copy or download it again",
            have=size // page,
            pages=pages,
        )
    # A hot journal has to be rolled back before anything is read, which a connection that only reads cannot do.
    journal = path.with_name(path.name + "-journal")
    if journal.exists() and journal.stat().st_size:
        raise SourceError(
            "another program stopped while writing it: {journal} lies beside it",
            where=path,
            mend="open and close both in QGIS, which completes the write, or use the backup",
            journal=journal.name,
        )


def _documents(connection: sqlite3.Connection, path: Path) -> dict[str, str]:
    try:
        rows = connection.execute("SELECT md_standard_uri, metadata FROM gpkg_metadata").fetchall()
    except sqlite3.DatabaseError:
        rows = []
    documents = dict(rows)
    if PLAN not in documents:
        names = [name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents ORDER BY 1")]
        raise SourceError(
            "this GeoPackage is no plan of gridkit; its layers: {names}",
            where=path,
            mend="make a plan from it: gridkit split FILE -o plan.gpkg",
            names=series(names) or Phrase("no layer at all"),
        )
    if json.loads(documents[PLAN])["format"] > contents.FORMAT:
        raise SourceError("a newer gridkit wrote this plan", where=path, mend="update gridkit")
    return documents


# ------------------------------------------------------------------ hashes
def digest(path: Path | str) -> str:
    """Return a SHA-256 of the plan's content: two runs that made the same plan have one, whenever they ran."""
    with closing(_opened(Path(path))) as connection:
        seals = _seals(connection)
    return _digest(seals)


def _digest(seals: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(seals, sort_keys=True).encode()).hexdigest()


def sealed(path: Path | str) -> str:
    """Return the :func:`digest` that a plan had when it was written, without reading its tables."""
    with closing(_opened(Path(path))) as connection:
        seals = json.loads(_documents(connection, Path(path)).get(SEAL, "{}"))
    return _digest(seals)


def verify(path: Path | str) -> tuple[str, ...]:
    """Return the names of tables that were changed since gridkit wrote the plan, ``urn:gridkit:plan`` for its metadata.

    Raises
    ------
    SourceError
        When the file is no plan, or SQLite finds it damaged.
    """
    path = Path(path)
    with closing(_opened(path)) as connection, _or_damaged(path):
        changed = _changed(connection, _documents(connection, path))
        check = connection.execute("PRAGMA quick_check").fetchone()[0]
        if check != "ok":
            raise SourceError("the database is damaged: {why}", where=path, mend="use the file's backup", why=check)
    return changed


def _changed(connection: sqlite3.Connection, documents: Mapping[str, str]) -> tuple[str, ...]:
    """Return the tables that differ from what was sealed when the plan was written."""
    sealed, seals = json.loads(documents.get(SEAL, "{}")), _seals(connection)
    return tuple(sorted(name for name in {*sealed, *seals} if sealed.get(name) != seals.get(name)))


def _seals(connection: sqlite3.Connection) -> dict[str, str]:
    """Return a SHA-256 per table of the plan, and one of its metadata; when and by what it was made is left out."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes')"
            " AND table_name <> 'layer_styles'"
            " AND table_name NOT IN (SELECT name FROM sqlite_master WHERE type = 'view') ORDER BY table_name"
        )
    ]
    seals = {name: _hash(connection.execute(f"SELECT * FROM {quoted(name)} ORDER BY fid")) for name in names}  # noqa: S608 - quoted
    described = connection.execute("SELECT metadata FROM gpkg_metadata WHERE md_standard_uri = ?", (PLAN,))
    return {**seals, PLAN: _hash(described)}


def _hash(rows: sqlite3.Cursor) -> str:
    """Return a SHA-256 of rows: every value with its type and length, so that no two tables read alike."""
    total = hashlib.sha256()
    while part := rows.fetchmany(BATCH):
        total.update(marshal.dumps(part, 2))  # version 2 has no back references: equal rows are equal bytes
    return total.hexdigest()
