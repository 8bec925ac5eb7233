"""What is in files as lines for a terminal of any width: nothing runs off its edge, and commands can be pasted."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from gridkit.language import labels
from gridkit.language.phrases import Phrase, series
from gridkit.render.inspection import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

NARROWEST = 30
_BESIDE = 84
"""So many letters wide a small map stands beside the facts, and columns stand in a table; else all goes downwards."""
_GAP = "  "
_CLOSING = "，。、；：！？）》」』】〉…"
_PIECE = re.compile(
    rf"\s+|[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef][{_CLOSING}]*|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+[{_CLOSING}]*"
)
"""What a line is broken between: words, Chinese letters, never before what closes a clause."""


@dataclass(frozen=True)
class Line:
    """A line, and what it is: a title, a name, a doubt, a command, plain."""

    text: str
    style: str = ""


def lines(look: Mapping[str, Any], lang: str, width: int, *, continued: bool = True) -> Iterator[Line]:
    """Yield a look as lines of at most ``width`` letters; Chinese ones count as two.

    Parameters
    ----------
    look
        What :func:`gridkit.recipes.inspect.inspect` returns.
    lang
        The language of the words.
    width
        Letters of the terminal.
    continued
        Whether a command may go on in the next line behind a backslash; else it is one line, however long.
    """
    width = max(width, NARROWEST)
    every = facts.files(look, lang)
    for at, file in enumerate(every):
        if at:
            yield Line("")
        yield from (Line(each, "title") for each in wrapped(file.name, width))
        yield from (Line(each, "faint") for each in wrapped(file.facts, width))
        for thing in file.things:
            yield Line("")
            yield from _thing(thing, lang, width)
        yield from _first(file.first, lang, width)
        yield from _way_on(file.go_on, file.instead, lang, width, continued=continued)
    if "files" in look:
        yield from _first(facts.first(look, lang), lang, width)
        spare = facts.instead(look, lang)
        yield from _way_on(look.get("go_on", ()), spare, lang, width, continued=continued)


def _thing(thing: facts.Thing, lang: str, width: int) -> Iterator[Line]:
    if thing.name:
        yield from (Line(each, "name") for each in wrapped(thing.name, width))
    whole = thing.sketch.split("\n") if thing.sketch else []
    sketch = whole if max(map(cell_len, whole), default=0) <= width else []
    beside = width >= _BESIDE and bool(sketch)
    room = max(map(cell_len, sketch), default=0) + 3 if beside else 0
    told = list(_pairs(thing.facts, width - room))
    if beside:
        for at in range(max(len(sketch), len(told))):
            drawn = sketch[at] if at < len(sketch) else ""
            text = told[at] if at < len(told) else ""
            yield Line((drawn + " " * (room - cell_len(drawn)) + text).rstrip())
    else:
        yield from (Line(each) for each in told)
        yield from (Line(each) for each in sketch)
    if thing.columns:
        yield Line("")
        yield from _columns(thing.columns, lang, width)
    if thing.accounts:
        yield Line("")
        yield from _listed(labels.label("inspect", "ledger").said(lang), thing.accounts, width, "")
    if thing.doubts:
        yield Line("")
        yield from _listed(labels.label("inspect", "suspicions").said(lang), thing.doubts, width, "doubt", "! ")


def _pairs(pairs: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    """Yield facts, their names in one column; below them where there is no room beside."""
    widest = max((cell_len(name) for name, _ in pairs), default=0) + 2
    if widest > width // 2:
        for name, text in pairs:
            yield from wrapped(name, width)
            yield from (_GAP + each for each in wrapped(text, width - 2))
        return
    for name, text in pairs:
        first, *rest = wrapped(text, width - widest) or [""]
        yield name + " " * (widest - cell_len(name)) + first
        yield from (" " * widest + each for each in rest)


def _columns(rows: Sequence[tuple[str, ...]], lang: str, width: int) -> Iterator[Line]:
    """Yield the columns of a table: as one where it has room, else each under its name."""
    heads = facts.heads(lang)
    sizes = [max(cell_len(head), *(cell_len(row[at]) for row in rows)) for at, head in enumerate(heads[:4])]
    sizes[0], sizes[1] = min(sizes[0], 26), min(sizes[1], 18)
    last = width - sum(sizes) - 2 * len(sizes)
    if width >= _BESIDE and last >= NARROWEST - 6:
        yield from (Line(each, "faint") for each in _row(heads, [*sizes, last]))
        yield Line("─" * min(width, sum(sizes) + 2 * len(sizes) + last), "faint")
        for row in rows:
            yield from (Line(each) for each in _row(row, [*sizes, last]))
        return
    for name, role, kind, empty, holds in rows:
        yield from (Line(each, "name") for each in wrapped(name, width))
        told = [each for each in (role, kind, f"{heads[3]} {empty}" if empty else "") if each]
        yield from (Line(_GAP + each, "faint") for each in wrapped(", ".join(told), width - 2))
        yield from (Line(_GAP + each) for each in wrapped(holds, width - 2))


def _row(cells: Sequence[str], sizes: Sequence[int]) -> Iterator[str]:
    parts = [wrapped(cell, size) or [""] for cell, size in zip(cells, sizes, strict=True)]
    for at in range(max(map(len, parts))):
        line = [part[at] if at < len(part) else "" for part in parts]
        yield _GAP.join(text + " " * (size - cell_len(text)) for text, size in zip(line, sizes, strict=True)).rstrip()


def _listed(title: str, texts: Iterable[str], width: int, style: str, mark: str = "") -> Iterator[Line]:
    yield Line(title, "faint")
    for text in texts:
        first, *rest = wrapped(text, width - len(mark)) or [""]
        yield Line(mark + first, style)
        yield from (Line(" " * len(mark) + each, style) for each in rest)


def _first(questions: Sequence[str], lang: str, width: int) -> Iterator[Line]:
    if questions:
        yield Line("")
        yield from _listed(labels.label("inspect", "first").said(lang), questions, width, "doubt", "! ")


def _way_on(
    commands: Sequence[str], instead: Sequence[str], lang: str, width: int, *, continued: bool
) -> Iterator[Line]:
    if not commands:
        return
    yield Line("")
    yield Line(labels.label("inspect", "go_on").said(lang), "faint")
    for command in commands:
        yield from (Line(each, "command") for each in (pasted(command, width) if continued else [command]))
    unknown = facts.missing(commands)
    if unknown:
        said = Phrase("put your own in the place of {words}", words=series(unknown)).said(lang)
        yield from (Line(each, "faint") for each in wrapped(said, width))
    for other in instead:
        yield from (Line(each, "faint") for each in wrapped(other, width))


def pasted(command: str, width: int) -> list[str]:
    r"""Return a command line as lines that can be pasted into a shell: all but the last go on behind a backslash.

    Examples
    --------
    >>> pasted("gridkit split 'my file.gpkg' --target 1000 -o plan.gpkg", 40)
    ["gridkit split 'my file.gpkg' \\", '  --target 1000 -o plan.gpkg']
    """
    if cell_len(command) <= width:
        return [command]
    groups: list[str] = []
    for word in map(shlex.quote, shlex.split(command)):
        if groups and groups[-1].startswith("-") and " " not in groups[-1] and not word.startswith("-"):
            groups[-1] += f" {word}"  # an option and its value stay together
        else:
            groups.append(word)
    made = [groups[0]]
    for group in groups[1:]:
        joined = f"{made[-1]} {group}"
        if cell_len(joined) + 2 <= width:
            made[-1] = joined
        else:
            made.append(f"  {group}")
    return [f"{line} \\" for line in made[:-1]] + made[-1:]


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of at most ``width`` letters, broken between words, Chinese between any two letters."""
    made: list[str] = [""]
    for piece in _PIECE.findall(text):
        while cell_len(piece) > width:  # a path or a number longer than a line
            if made[-1]:
                made.append("")
            cut = next(at for at in range(len(piece), 0, -1) if cell_len(piece[:at]) <= width or at == 1)
            made[-1], piece = piece[:cut], piece[cut:]  # noqa: PLW2901 - what is left of it
            made.append("")
        if cell_len(made[-1]) + cell_len(piece) > width:
            made[-1] = made[-1].rstrip()
            made.append("" if piece.isspace() else piece)
        elif made[-1] or not piece.isspace():
            made[-1] += piece
    return [line.rstrip() for line in made if line.strip()]
