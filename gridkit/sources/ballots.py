"""Ballots of participatory budgets as Pabulib keeps them (.pb): META, PROJECTS and VOTES in one text.

What is kept of them are the projects and how many ballots there are: who voted, of which age and sex, goes no further.

References
----------
Faliszewski et al. (2023), Participatory Budgeting: Data, Tools and Analysis, IJCAI 2023, 2667-2674.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gridkit import provenance
from gridkit.errors import SourceError, TableError
from gridkit.language.phrases import Phrase, listed, template

ENDING = ".pb"
_SECTIONS = ("META", "PROJECTS", "VOTES")
_FATES = {"0": "not selected", "1": "selected"}
_DAYS = ("date_end", "date_begin")


@dataclass(frozen=True)
class Ballots:
    """Projects that were voted on.

    Attributes
    ----------
    projects
        The columns of the file; and ``id``, ``state`` (selected, not selected) and ``date`` (the vote's last day).
    count
        How many ballots there are.
    notes
        What is to be said of it.
    """

    projects: pd.DataFrame
    count: int
    notes: tuple[str, ...]


def is_ballots(source: Any) -> bool:  # noqa: ANN401 - whatever a user hands over
    """Return whether a source is a file of ballots, by its ending."""
    return isinstance(source, str | Path) and Path(source).suffix.lower() == ENDING


def read(path: str | Path) -> Ballots:
    """Return the projects of a file of ballots.

    Raises
    ------
    SourceError
        When the file cannot be read.
    TableError
        When it has no section of projects, or its rows are longer than its heads.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SourceError("there is no such file", where=str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("cannot be read: {error}", where=str(path), error=error) from error
    parts = _sections(text, str(path))
    meta = dict(row[:2] for row in parts.get("META", [])[1:] if len(row) > 1)
    head, *rows = parts["PROJECTS"]
    provenance.read_from(path, layer="PROJECTS", rows=len(rows))
    projects = pd.DataFrame(rows, columns=head, dtype=object)
    votes, cast = _votes(parts.get("VOTES", []))
    notes = [
        Phrase(
            "{count} ballot of persons: it says nothing of households and is no share of them",
            "",
            "{count} ballots of persons: they say nothing of households and are no share of them",
            count=cast,
        )
    ]
    if "project_id" in projects:
        projects["id"] = projects["project_id"]
        if "votes" in projects and votes:
            counted = projects["id"].map(lambda name: str(votes.get(str(name), 0)))
            wrong = projects["id"][counted != projects["votes"].astype(str).str.strip()]
            if len(wrong):
                said = "the votes of {names} are not those that its ballots have"
                notes.append(Phrase(said, names=listed(wrong)))
    if "selected" in projects:
        said_of = projects["selected"].astype(str).str.strip()
        projects["state"] = said_of.map(_FATES).where(said_of.isin(list(_FATES)), said_of)
    day = next((meta[name] for name in _DAYS if meta.get(name)), "")
    if day:
        projects["date"] = day
    return Ballots(projects, cast, tuple(notes))


def _sections(text: str, where: str) -> dict[str, list[list[str]]]:
    """Return the rows of each section, the head of its table first."""
    found: dict[str, list[list[str]]] = {}
    own: list[list[str]] = []
    for row in csv.reader(text.splitlines(), delimiter=";"):
        name = row[0].strip().upper() if len(row) == 1 else ""
        if name in _SECTIONS:
            own = found.setdefault(name, [])
        elif any(cell.strip() for cell in row):
            own.append([cell.strip() for cell in row])
    if not found.get("PROJECTS"):
        raise TableError(
            "no section of it is called PROJECTS; there are {names}",
            where=where,
            mend="give a file as Pabulib keeps them, or a table of proposals",
            names=listed(found) or "-",
        )
    head, *rows = found["PROJECTS"]
    uneven = [row for row in rows if len(row) != len(head)]
    if uneven:
        raise TableError(
            template(
                "the project {name!r} has {count} cell, their head has {wanted}",
                "the project {name!r} has {count} cells, their head has {wanted}",
            ),
            where=where,
            mend="a cell that holds the delimiter must stand in quotes",
            name=uneven[0][0],
            count=len(uneven[0]),
            wanted=len(head),
        )
    return found


def _votes(rows: list[list[str]]) -> tuple[Counter[str], int]:
    """Return how many ballots name each project, and how many there are."""
    if not rows or "vote" not in rows[0]:
        return Counter(), max(len(rows) - 1, 0)
    at = rows[0].index("vote")
    named = Counter(name for row in rows[1:] if len(row) > at for name in row[at].split(",") if name)
    return named, len(rows) - 1
