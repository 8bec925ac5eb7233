"""One connection, one transaction, and what goes wrong in it as one line that shows no secret.

Everything goes through ADBC's driver, which speaks Arrow: tables in bulk and single statements within the same
transaction. It is an extra, loaded when a database is first asked.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from gridkit.errors import GridkitError, GridkitWarning, OutputError, SourceError, UsageError, masked
from gridkit.language.phrases import template
from gridkit.options.wording import ON_COMMAND_LINE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from gridkit.database.address import Address

PATIENCE = "10s"
"""How long a lock is waited for, which another writer holds for the moments of its transaction."""
_LOST = re.compile(
    r"(?i)server closed the connection|connection not open|terminating connection|no connection to the server"
    r"|could not (?:send|receive) data|connection (?:reset|timed out)|SSL connection has been closed|broken pipe"
)
_USER = template("the database refuses the user: {why}")
_LET_IN = template("check user and password: ~/.pgpass, PGPASSWORD or the service file")
_NO_DATABASE = template("there is no such database: {why}")
_NAME = template("check the name behind the host")
_GONE = template("the connection to the database was lost: {why}")
_AGAIN = template("nothing was changed there; run it again when the database is back")
_BY_STATE: tuple[tuple[str, str, str], ...] = (
    ("28", _USER, _LET_IN),
    (
        "42501",
        template("rights are missing in the database: {why}"),
        template("ask the owner for them: docs/postgis.md lists what a reader and a planner need"),
    ),
    ("3D", _NO_DATABASE, _NAME),
    (
        "55P03",
        template("another program holds it: {why}"),
        template("wait until it has finished, then run it again"),
    ),
    ("40", template("another program changed it at the same time: {why}"), template("run it again")),
    ("53100", template("the disk of the database is full: {why}"), template("make room on the server")),
    ("53", template("the database has no room: {why}"), template("try again later")),
    (
        "25006",
        template("the database takes no changes: {why}"),
        template("name the server that is written to, not its copy"),
    ),
    (
        "2BP01",
        template("views of others stand on tables that change: {why}"),
        template("drop those views, write, and make them again"),
    ),
    ("57P", _GONE, _AGAIN),
    ("08", _GONE, _AGAIN),
)
"""What a SQLSTATE (PostgreSQL's documentation, appendix A) that begins so means, and what mends it."""
_BY_WORDS: tuple[tuple[str, str, str], ...] = (
    (r"password|authentication|no pg_hba|\brole .* does not exist", _USER, _LET_IN),
    (r"\bdatabase .* does not exist", _NO_DATABASE, _NAME),
    (
        "service",
        template("the service is not known: {why}"),
        template("check PGSERVICE, PGSERVICEFILE or ~/.pg_service.conf"),
    ),
)


class Connection:
    """A transaction in a database.

    Everything fails as a :class:`SourceError`, or as an :class:`OutputError` where it writes.
    """

    def __init__(self, raw: Any, address: Address, fault: type[GridkitError]) -> None:  # noqa: ANN401 - ADBC's
        """Begin."""
        self.raw, self.address, self.fault = raw, address, fault

    def run(self, statement: str, *values: object) -> pa.Table | None:
        """Run one statement with its values; return its rows, None where it has none."""
        with self.told(), self.raw.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetch_arrow_table() if cursor.description else None

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        found = self.run(statement, *values)
        return [] if found is None else found.to_pylist()

    def fill(self, schema: str, table: str, rows: pa.Table) -> None:
        """Append rows to a table that is there, by COPY in binary form."""
        with self.told(), self.raw.cursor() as cursor:
            cursor.adbc_ingest(table, rows, mode="append", db_schema_name=schema)

    def commit(self) -> None:
        """Make it so."""
        with self.told():
            self.raw.commit()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say what the driver raises in one line."""
        try:
            yield
        except _driver().Error as error:
            raise failed(error, self.address, self.fault) from None


@contextmanager
def connected(address: Address, *, writing: bool = False) -> Iterator[Connection]:
    """Yield a connection in a transaction, which ends without a trace unless it is committed.

    Raises
    ------
    UsageError
        When the driver is not installed.
    SourceError, OutputError
        When the database cannot be reached, or does not let in.
    """
    fault: type[GridkitError] = OutputError if writing else SourceError
    if address.tells_password and ON_COMMAND_LINE.get():
        _warn_of_password(address)
    dbapi = _driver()
    try:
        raw = dbapi.connect(address.dsn, autocommit=False)
    except dbapi.Error as error:
        raise failed(error, address, fault) from None
    try:
        connection = Connection(raw, address, fault)
        connection.run(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        yield connection
    finally:
        with suppress(dbapi.Error):  # a connection that is lost has nothing to take back
            raw.rollback()
        with suppress(dbapi.Error):
            raw.close()


def _warn_of_password(address: Address) -> None:
    import warnings

    warnings.warn(
        GridkitWarning(
            "a password on the command line is seen by everybody on this machine",
            where=str(address),
            mend="keep it in ~/.pgpass, PGPASSWORD or a service file",
        ),
        stacklevel=4,
    )


def _driver() -> Any:  # noqa: ANN401 - a module that may be missing
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise UsageError("databases need the extra 'postgis'", mend="pip install 'governance-grids[postgis]'") from None
    return dbapi


def failed(error: Exception, address: Address, fault: type[GridkitError]) -> GridkitError:
    """Return what the driver said as an error of ours: one line, without secrets."""
    state, why = str(getattr(error, "sqlstate", None) or ""), _why(str(error), address)
    for begins, what, mend in _BY_STATE:
        if state.startswith(begins):
            return fault(what, where=str(address), mend=mend, why=why)
    if _LOST.search(str(error)):
        return fault(_GONE, where=str(address), mend=_AGAIN, why=why)
    if not state:
        for words, what, mend in _BY_WORDS:
            if re.search(f"(?i){words}", why):
                return fault(what, where=str(address), mend=mend, why=why)
        return fault(
            "the database cannot be reached: {why}", where=str(address), mend="check host, port and network", why=why
        )
    return fault("the database says: {why}", where=str(address), mend="", why=f"{why} ({state})")


def _why(said: str, address: Address) -> str:
    """Return what the server said, without the driver's words, the statement, and any secret of the address."""
    body = re.split(r"Query was:|SQLSTATE:", said, maxsplit=1)[0]
    lines = [line.strip() for line in body.splitlines() if line.strip() and not set(line.strip()) <= {"^"}]
    found = re.split(r"(?:FATAL|ERROR):\s*|Failed to connect:\s*", lines[0])[-1] if lines else ""
    for secret in _secrets(address.uri):
        found = found.replace(secret, "***")
    return masked(found.rstrip("."))


def _secrets(uri: str) -> Sequence[str]:
    """Return every piece of an address that may be of a password, longest first."""
    userinfo = re.match(r"[^:]+://(.*)@", uri)
    pieces = re.split(r"[:/@?#&]", userinfo[1].partition(":")[2]) if userinfo else []
    pieces += re.findall(r"(?i)(?:password|secret)=([^&]+)", uri)
    return sorted({piece for piece in pieces if len(piece) > 1}, key=len, reverse=True)
