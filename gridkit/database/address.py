"""Where a table or a plan lies in a database: ``postgresql://HOST/DB:SCHEMA.TABLE:COLUMN``.

The part before the colon is a connection URI of libpq (PostgreSQL's documentation, section 34.1.1.2), with everything
that libpq takes from the environment, a service file or a password file left out of it. The colon that begins the
table is the first one after host and port; one that belongs to the name of a database is written ``%3A``.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from gridkit.errors import UsageError, masked

_SCHEME = re.compile(r"(?i)^postgres(?:ql)?(?:\+\w+)?://")
_COLLAPSED = re.compile(r"(?i)^postgres(?:ql)?:/[^/]")
"""What pathlib makes of an address: two strokes are one to it."""
_PARTS = re.compile(r"(?P<host>(?:[^/?#@]*@)?[^/?#]*)(?P<more>[^:]*)(?::(?P<rest>.*))?", re.DOTALL)
_PLACE = re.compile(r"[^:]+://(?:[^/?#]*@)?(?P<host>\[[^\]]*\]|[^/?#:]*)(?::(?P<port>\d*))?(?:/(?P<name>[^?]*))?")
_BARE = re.compile(r":(?!\d+$)(?P<rest>.+)")
_PASSWORDS = ("password", "sslpassword", "oauth_client_secret")
_SHOWN = ("host", "hostaddr", "port", "dbname", "user", "service", "sslmode", "application_name", "connect_timeout")
"""What may be shown of what stands behind the question mark: all else might be a secret, under a misspelt name too."""
_HIDDEN = re.compile("=.*", re.DOTALL)
DEFAULTS = {
    "fallback_application_name": ("PGAPPNAME", "gridkit"),
    "connect_timeout": ("PGCONNECT_TIMEOUT", "10"),
    "keepalives_idle": ("", "30"),
    "keepalives_interval": ("", "10"),
    "keepalives_count": ("", "3"),
    "tcp_user_timeout": ("", "60000"),
}
"""What is asked of libpq unless the address, the environment variable or a service says it: that a server which is
gone is found out within a minute."""


@dataclass(frozen=True)
class Address:
    """A database, and what in it: it prints without secrets.

    Attributes
    ----------
    uri
        As libpq takes it; it may hold a password.
    rest
        What follows the colon: ``SCHEMA.TABLE``, ``TABLE``, with ``:COLUMN``; the schema of a plan.
    """

    uri: str = field(repr=False)
    rest: str = ""

    suffix = ""
    """It has no ending, as files have one."""

    def __str__(self) -> str:
        """Return it as it may be shown: the password is left out."""
        before, mark, query = self.uri.partition("?")
        shown = [each.partition("=")[0].lower() in _SHOWN for each in query.split("&")]
        said = [
            each if is_shown else _HIDDEN.sub("=***", each)
            for each, is_shown in zip(query.split("&"), shown, strict=True)
        ]
        return masked(before) + mark + "&".join(said) + (f":{self.rest}" if self.rest else "")

    @property
    def stem(self) -> str:
        """What it is called: the schema or table."""
        return self.rest.rpartition(":")[2] or "database"

    def with_suffix(self, suffix: str) -> Path:
        """Return the name of a file here that is made from it."""
        return Path(re.sub(r"[^\w.-]+", "-", self.stem) + suffix)

    @property
    def dsn(self) -> str:
        """What libpq connects by."""
        said = _parameters(self.uri)
        # A service may say any of them, and what stands in the address wins over it.
        free = {} if "service" in said or os.environ.get("PGSERVICE") else DEFAULTS
        more = [
            f"{name}={value}"
            for name, (by, value) in free.items()
            if name not in said and not (by and os.environ.get(by))
        ]
        return self.uri + ("&" if "?" in self.uri else "?") + "&".join(more) if more else self.uri

    def place(self) -> dict[str, str]:
        """Return what another program of the same user finds the database by: its service, else host, port and name."""
        said = _parameters(self.uri)
        if service := said.get("service") or os.environ.get("PGSERVICE"):
            return {"service": service}
        found = _PLACE.match(self.uri)
        parts = {} if found is None else found.groupdict(default="")
        host = said.get("host") or unquote(parts.get("host", "")) or os.environ.get("PGHOST", "localhost")
        port = said.get("port") or parts.get("port") or os.environ.get("PGPORT", "5432")
        name = said.get("dbname") or unquote(parts.get("name", "")) or os.environ.get("PGDATABASE", "")
        return {"dbname": name, "host": host, "port": port}

    @property
    def tells_password(self) -> bool:
        """Whether a password stands in it, where others may read it."""
        user = re.match(r"[^:]+://([^/?#]*)@", self.uri)
        return bool(user and ":" in user[1]) or any(name in _PASSWORDS for name in _parameters(self.uri))


def _parameters(uri: str) -> dict[str, str]:
    """Return what is said behind the question mark, by name."""
    return {name.lower(): value for name, value in parse_qsl(uri.partition("?")[2], keep_blank_values=True)}


def names_database(source: object) -> bool:
    """Return whether a source is the address of a PostgreSQL database.

    Examples
    --------
    >>> names_database("postgresql://host/db:data.blocks"), names_database("blocks.gpkg")
    (True, False)
    """
    return isinstance(source, Address) or (
        isinstance(source, str | Path) and bool(_SCHEME.match(str(source)) or _COLLAPSED.match(str(source)))
    )


def address(source: object) -> Address:
    """Return the address that a text is.

    Raises
    ------
    UsageError
        When it is a Path, which loses a stroke of ``://``.

    Examples
    --------
    >>> found = address("postgresql://me:hush@host:5432/gis?sslmode=require:data.blocks:people")
    >>> print(found), found.rest
    postgresql://me:***@host:5432/gis?sslmode=require:data.blocks:people
    (None, 'data.blocks:people')
    >>> address("postgresql://:plan_2026").uri, address("postgresql://?service=city:plan").rest
    ('postgresql://', 'plan')
    """
    if isinstance(source, Address):
        return source
    text = str(source)
    if _COLLAPSED.match(text) or isinstance(source, Path):
        raise UsageError(
            "a database's address is no path", where=masked(text), mend="give it as text, postgresql://HOST/DB:SCHEMA"
        )
    after = text[text.index("://") + 3 :]
    if found := _BARE.fullmatch(after):  # the environment says everything but the table
        return Address("postgresql://", unquote(found["rest"]))
    parts = _PARTS.fullmatch(after)
    host, more, rest = ("", "", "") if parts is None else (parts["host"], parts["more"], parts["rest"] or "")
    return Address(f"postgresql://{host}{more}", rest)
