"""Logs of several people made one: merged by id, told in the order of time, what was taken back left out.

::

    merged(sheets) -> tuple[Entry, ...]     every act once, the earliest first
    taken_back(entries) -> frozenset[str]   the ids of acts that their own authors took back
    hand(id, author, otherwise) -> str      whose an act is, also where no name was given
    numbered(slip), called(author)          who gave no name on paper: as it is kept, and as it is said

The page keeps its log by the same rules: see ``log.js``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gridkit.language.phrases import Phrase
from gridkit.plan.life.edits_file import Recall

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gridkit.plan.life.edits_file import Act, EditSheet

_LOGGED = re.compile(r"([0-9a-z]{8})-(\d{1,9})")
"""The id of an act of a page's log: the writer's key and a running number."""
_NUMBERED = re.compile(r"No\. ?([\w-]*\d[\w-]*)")
_FIGURES = re.compile(r"[0-9]+")
_WIDE = 9
"""Numbers in names are compared as numbers of so many figures."""


@dataclass(frozen=True)
class Entry:
    """An act, whose it is, and the file it came in."""

    act: Act
    hand: str
    source: str

    @property
    def order(self) -> tuple[str, bytes, str, int]:
        """What acts are told in the order of: time, then the author, then the writer, then his count.

        What stands on paper has a day and no hour: of one day it is told by the names of those who said it, No. 4
        before No. 10, and before what was done on a page that day.
        """
        logged = _LOGGED.fullmatch(self.act.id)
        name = _FIGURES.sub(lambda found: found[0].rjust(_WIDE, "0"), self.act.author)
        # The page compares texts by their UTF-16 units.
        who = name.encode("utf-16-be", "surrogatepass")
        return (self.act.time, who, logged[1], int(logged[2])) if logged else (self.act.time, who, "", 0)


def hand(name: str, author: str, otherwise: str = "") -> str:
    """Return whose an act is: its author's; without a name that of its writer; in the old form that of its sheet.

    Examples
    --------
    >>> hand("k3x9q2aa-7", "Pan"), hand("k3x9q2aa-7", ""), hand("move-1f", "", "sheet 1")
    ('Pan', 'k3x9q2aa', 'sheet 1')
    """
    logged = _LOGGED.fullmatch(name)
    return author or (logged[1] if logged else otherwise or name)


def numbered(slip: str) -> str:
    """Return as whose an act is kept that stood on a slip without a name: the slip's, by its number."""
    return f"No. {slip}"


def called(author: str) -> str:
    """Return what somebody is called where it is read: by his name, or by the number of his slip.

    Examples
    --------
    >>> called("Pan"), called("No. 12").said("zh")
    ('Pan', '12号表')
    """
    found = _NUMBERED.fullmatch(author)
    return Phrase("No. {number}", number=found[1]) if found else author


def is_logged(name: str) -> bool:
    """Return whether an id is one of a page's log, which no two acts share."""
    return _LOGGED.fullmatch(name) is not None


def merged(sheets: Iterable[EditSheet]) -> tuple[Entry, ...]:
    """Return the acts of all sheets, each id of a log once, the earliest first, whatever the order of the sheets.

    A name that was given after the act was first exported is the act's: the later export's stands. Of the old form,
    whose ids may meet by chance, everything is kept.
    """
    found: dict[str, Entry] = {}
    others: list[Entry] = []
    for sheet in sorted(sheets, key=lambda each: (each.exported, _digest(each))):
        for act in sheet.acts:
            entry = Entry(act, "", sheet.source)
            if not is_logged(act.id):
                others.append(replace(entry, hand=hand(act.id, act.author, _digest(sheet))))
                continue
            known = found.get(act.id)
            if known is None or act.author:
                found[act.id] = replace(entry, source=known.source if known else sheet.source)
    named = [replace(entry, hand=hand(entry.act.id, entry.act.author)) for entry in found.values()]
    return tuple(sorted([*others, *named], key=lambda entry: entry.order))


def taken_back(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the ids of acts that are taken back: only whoever did something may take it back."""
    owner = {entry.act.id: entry.hand for entry in entries}
    gone: set[str] = set()
    for entry in entries:
        if isinstance(entry.act, Recall):
            own = {name for name in entry.act.of if owner.get(name) == entry.hand}
            gone = gone | own if entry.act.act == "undo" else gone - own
    return frozenset(gone)


def _digest(sheet: EditSheet) -> str:
    """Return a hash of what a sheet says."""
    return hashlib.sha256(repr((sheet.author, sheet.acts)).encode()).hexdigest()[:12]
