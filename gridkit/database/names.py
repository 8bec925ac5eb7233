"""Names in SQL: quoted whatever stands in them, and those that are given to new things held to plain ones."""

from __future__ import annotations

import re

from gridkit.errors import UsageError

LONGEST = 63
"""Bytes of a name in PostgreSQL (NAMEDATALEN less one); longer ones would be cut without a word."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_RESERVED = ("public", "information_schema")


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever signs stand in it.

    Examples
    --------
    >>> print(quoted('x"; DROP TABLE y;--'))
    "x""; DROP TABLE y;--"
    """
    return '"' + name.replace('"', '""') + '"'


def schema(name: str, where: object) -> str:
    """Return the name that a plan's schema may bear.

    Raises
    ------
    UsageError
        When it is none, or is the database's own.
    """
    if not name:
        raise UsageError(
            "it names no schema for the plan", where=where, mend="write it behind a colon: postgresql://HOST/DB:SCHEMA"
        )
    if not _PLAIN.fullmatch(name) or name.lower().startswith("pg_") or name.lower() in _RESERVED:
        raise UsageError(
            "{name!r} cannot be the schema of a plan",
            where=where,
            mend="name one of Latin letters, digits and _ that is not the database's own",
            name=name,
        )
    return name


def fitted(name: str, taken: set[str]) -> str:
    """Return a name cut to what PostgreSQL holds, with a number where it is taken.

    Examples
    --------
    >>> fitted("网" * 30, set()) == "网" * 21, fitted("a", {"a"})
    (True, 'a_2')
    """
    free, number = _cut(name, LONGEST), 2
    while free in taken:
        end = f"_{number}"
        free, number = _cut(name, LONGEST - len(end)) + end, number + 1
    taken.add(free)
    return free


def _cut(name: str, most: int) -> str:
    return name.encode()[:most].decode(errors="ignore")
