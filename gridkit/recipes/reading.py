"""How the files of a project are to be read: each through the gate, with the CRS, datum and encoding said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gridkit.errors import UsageError
from gridkit.language.phrases import series
from gridkit.sources import gate
from gridkit.sources.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Collection

    from gridkit.project import Project


def through_the_gate(asked: Project) -> Project:
    """Return a project whose sources are files or GeoDataFrames, whatever was handed over."""
    sources = ("district", "people", "households", "totals", "lines", "units", "offices", "dedicated", "old", "events")
    own: dict[str, Any] = {
        name: gate.taken(getattr(asked, name)) for name in sources if getattr(asked, name) is not None
    }
    return replace(asked, **own, features={kind: gate.taken(each) for kind, each in asked.features.items()})


def reading(asked: Project, role: str) -> Reading:
    """Return how the text and coordinates of a project's file are to be taken, where it does not say.

    A datum may be said of one input alone: ``people=gcj02``.
    """
    return Reading(
        asked.crs,
        datum_of(asked.datum, role, (*_ROLES, *asked.features)),
        asked.encoding,
        asked.swap_xy,
        decimal=asked.decimal,
        thousands=asked.thousands,
        columns=asked.columns or {},
        flags=asked.flags,
        suppressed=asked.suppressed,
        density=asked.density,
        alike=asked.alike,
        degrees=asked.degrees,
        role=role,
    )


_ROLES = ("district", "people", "households", "totals", "lines", "units", "offices", "dedicated", "events")
"""Inputs that may have a datum of their own, beside those of features by their kinds."""


def datum_of(said: str | None, role: str, roles: Collection[str]) -> str | None:
    """Return the datum of one input: its own of ``ROLE=DATUM,...``, else the one said of all.

    Raises
    ------
    UsageError
        When a role is not known here.

    Examples
    --------
    >>> datum_of("people=gcj02", "people", ["people"]), datum_of("people=gcj02", "district", ["people"])
    ('gcj02', None)
    """
    parts = [] if said is None else [part.strip() for part in said.split(",")]
    own = dict(part.split("=", 1) for part in parts if "=" in part)
    for name in sorted(set(own) - set(roles)):
        raise UsageError(
            "{role!r} is no input that has a datum", where="--datum", mend="choose from {names}", role=name,
            names=series(roles),
        )  # fmt: skip
    return own.get(role, next((part for part in parts if "=" not in part), None))
