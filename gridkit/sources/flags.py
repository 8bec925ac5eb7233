"""Columns of yes and no, in the words of whoever wrote them: one vocabulary for a column, never for a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, listed
from gridkit.sources import nested
from gridkit.sources.tables import cells
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray

YES = frozenset({
    "yes", "y", "true", "t", "1", "on", "ja", "j", "wahr", "oui", "o", "vrai", "si", "sí", "s", "sim", "verdadero",
    "verdadeiro", "vero", "да", "tak", "evet", "ano", "igen", "kyllä", "是", "有", "真", "√", "はい", "有り", "예",
})  # fmt: skip
NO = frozenset({
    "no", "n", "false", "f", "0", "off", "nein", "falsch", "non", "faux", "não", "nao", "falso", "нет", "nie", "hayır",
    "ne", "nem", "ei", "否", "无", "無", "假", "×", "いいえ", "아니요",
})  # fmt: skip
"""Yes and no in the languages of those who write such columns, in lower case."""

BOTH_WAYS = frozenset({
    "b", "both", "0", "no", "n", "双向", "双向通行", "双向行驶", "double sens", "double", "sans objet",
    "in both directions",
})  # fmt: skip
FORWARD = frozenset({
    "f", "forward", "ft", "with", "1", "yes", "y", "true", "顺向", "单向", "单向通行", "单行", "sens direct", "direct",
    "in direction",
})  # fmt: skip
BACKWARD = frozenset({
    "t", "backward", "against", "tf", "-1", "reverse", "reversed", "逆向", "反向", "sens inverse", "inverse",
    "in opposite direction",
})  # fmt: skip
"""How providers write one way: T(o) and F(rom) beside B(oth), as country extracts and navigation maps do; FT and TF;
Sens direct in the BD TOPO of IGN; in direction, as in the road links of OS MasterMap."""

_DIRECTIONS = frozenset({
    "b", "both", "ft", "tf", "forward", "backward", "with", "against", "双向", "双向通行", "逆向", "顺向",
    "double sens", "sens direct", "sens inverse", "direct", "inverse", "in direction", "in opposite direction",
    "in both directions",
})  # fmt: skip
"""Words that say in which direction traffic runs, rather than yes or no."""
_ASKED = frozenset({"bridge", "tunnel"})
_FEWEST = 3  # rows from which on "true in every row" says something
_SAID = 5


@dataclass(frozen=True)
class Flags:
    """A column read as yes and no.

    Attributes
    ----------
    yes
        Shape (rows,).
    backward
        For one-way streets: those whose traffic runs against the line. Shape (rows,).
    notes
        How it was read.
    """

    yes: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    notes: tuple[str, ...] = ()


def read(column: pd.Series, role: str, *, said: str | None = None, where: object = "", letters: bool = False) -> Flags:
    """Return a column as yes and no by the vocabulary of the whole of it.

    Parameters
    ----------
    column
        Cells of any kind; blank ones are no, for ``residential`` yes: nothing says that nobody lives there.
    role
        What it says: ``oneway``, ``bridge``, ``tunnel`` or ``residential``.
    said
        The words that mean yes, ``|`` between them, where the user said so; nothing else does then.
    letters
        The file writes other flags as T and F, beside which one-way streets are T(o), F(rom) and B(oth).

    Raises
    ------
    TableError
        When every row would be a bridge, or a tunnel: both readings are named, and the option that settles it.
    """
    words = column.map(_word) if len(column) else pd.Series([], dtype=TEXT)
    blank = np.array([word == "" for word in words], dtype=bool)
    if said is not None:
        asked = {cells.plain(each).casefold() for each in said.split("|")}
        yes = words.isin(asked).to_numpy(dtype=bool) if len(words) else blank
        return Flags(yes, np.zeros(len(words), dtype=bool))
    there = set(words[~blank])
    directed = role == "oneway" and _directed(there, letters=letters)
    yes_words, no_words = (FORWARD | BACKWARD, BOTH_WAYS) if directed else (YES, NO)
    yes = words.isin(yes_words).to_numpy(dtype=bool) if len(words) else blank
    other = sorted(there - yes_words - no_words)
    yes = yes | _further(words, other, role)
    backward = words.isin(BACKWARD if directed else {"-1", "reverse"}).to_numpy(dtype=bool) if len(words) else blank
    yes = yes | backward if role == "oneway" else yes
    yes = yes | blank if role == "residential" else yes
    _ask(column, role, yes[~blank], sorted(there), where)
    return Flags(yes, backward & yes, _notes(column, role, other))


def _word(cell: object) -> str:
    if isinstance(cell, bool | np.bool_):
        return "1" if cell else "0"
    found = nested.values(cell)
    if not found:
        return ""
    if isinstance(found[0], bool):
        return "1" if any(found) else "0"
    if isinstance(found[0], float | np.floating) and float(found[0]).is_integer():
        return str(int(found[0]))
    text = cells.plain(str(found[0])).casefold().removesuffix(".0")
    return "" if cells.blank(text) and text not in NO else text


def _directed(there: set[str], *, letters: bool) -> bool:
    """Return whether a column says in which direction traffic runs, rather than yes or no."""
    if there & _DIRECTIONS:
        return True
    return letters and there <= {"t", "f"}


def _further(words: pd.Series, other: list[str], role: str) -> NDArray[np.bool_]:
    """Return which cells mean yes by a word of their own: a viaduct is a bridge, a numbered tunnel is one.

    A passage through a building runs on the ground, as OpenStreetMap has it.
    """
    if role not in _ASKED:
        return np.zeros(len(words), dtype=bool)
    on_the_ground = {"building_passage", "covered", "arcade"} if role == "tunnel" else set()
    return np.asarray(words.isin([word for word in other if word not in on_the_ground]), dtype=bool)


def _ask(column: pd.Series, role: str, yes: NDArray[np.bool_], there: list[str], where: object) -> None:
    if role not in _ASKED or len(yes) < _FEWEST or not yes.all():
        return
    raise TableError(
        "column {column!r} ({role}) holds {words} in every row: either all of them are {role}s, or that means no",
        where=where,
        mend="say which words mean yes: --flag {role}={first}, or --flag {role}=none when nothing is a {role}",
        column=str(column.name),
        role=role,
        words=listed(there, _SAID),
        first=there[0],
    )


def _notes(column: pd.Series, role: str, other: list[str]) -> tuple[str, ...]:
    if not other or role in _ASKED or (role == "oneway" and set(other) <= {"-1", "reverse"}):
        return ()
    said = "column {column!r} holds {words}, neither yes nor no: read as no"
    return (Phrase(said, column=str(column.name), words=listed(other, _SAID)),)
