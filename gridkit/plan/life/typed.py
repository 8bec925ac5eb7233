"""What was written on paper, as acts of the log: boxes of comment slips, ticks of walking sheets.

::

    slip(plan, row) -> list[Act]            what one ticked box asks for
    walked(plan, row) -> Walked             what one line of a walking sheet says: locks, wishes, and what the line is
    told(reader, row) -> acts, lines        of either, each act with the slip and the row it stood on
    relined(plan, lines) -> Plan            the plan with borders that follow something else than was thought
    agreed(reader, told)                    refuses what one hand says of one unit in two ways on one day
    sheet(plan, acts) -> EditSheet          acts of all kinds, for :func:`gridkit.plan.life.feedback.take`
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from gridkit.errors import TableError
from gridkit.language.catalogue import languages
from gridkit.language.phrases import Phrase, series, spoken
from gridkit.plan.bounds import FEATURE_WORDS
from gridkit.plan.life.edits_file import Act, Comment, EditSheet, Hold, Wish
from gridkit.plan.life.history import recorded
from gridkit.plan.life.log import numbered
from gridkit.plan.names import Names
from gridkit.plan.numbering import numbering
from gridkit.plan.segments import Segment, segments, walk_code
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gridkit.plan.numbering import Numbering
    from gridkit.plan.plan import Plan

COMMAND = "walk"
"""The step of a plan whose lines were walked."""
_AGREES = Phrase("agrees with the plan")
RIGHT = ("right", "ok", "yes", "y", "1", "true", "√", "✓", "对", "是", "无误", "正确")
_WRONG = ("wrong", "no", "n", "0", "false", "×", "x", "错", "否", "有误", "不对")
_SPAN = re.compile(r"(\d+)\s*(?:[-–—~～至到]\s*(\d+))?")
_APART = re.compile(r"[\s,，、;；.。]+")
_UNITS, _TWINS = 9_999, 100_000
"""An act's number is that of its unit, or the last, and one of so many that tell apart what is said of one unit."""
MOST = 500
"""A span of more units than this is a slip of the pen."""


@dataclass(frozen=True)
class Told:
    """An act that was written on paper.

    Attributes
    ----------
    mark
        The slip it stood on; empty for a walking sheet.
    where
        The row it was typed in.
    """

    act: Act
    mark: str
    where: str


@dataclass(frozen=True)
class Walked:
    """What one row of a walking sheet says: acts, and per border what it follows with its name."""

    acts: tuple[Act, ...] = ()
    lines: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class Reader:
    """What a plan's papers call its grids, units and borders, looked up from what was written on them."""

    def __init__(self, plan: Plan, lang: str) -> None:
        self.plan, self.lang = plan, lang
        self.names = Names(plan)
        self.numbers: Numbering = numbering(plan)
        self.grids = [str(grid) for grid in plan.grids.index]
        self.parents = dict(zip(self.grids, plan.grids["parent"].astype(TEXT), strict=True))
        self.own = dict(zip(plan.units.index.astype(TEXT), plan.units["grid_id"].astype(TEXT), strict=True))
        self.kin = _kin(plan)
        self._segments: tuple[Segment, ...] | None = None

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The borders between grids; drawn when the first is asked for."""
        if self._segments is None:
            self._segments = segments(self.plan)
        return self._segments

    # ------------------------------------------------------------ looking up
    def grid(self, text: str, where: str, parent: str = "") -> str:
        """Return the grid that is called so: by its code, its name in any language, or the end of its code."""
        if text in self.parents:
            return text
        said = _plain(text)
        among = [grid for grid in self.grids if not parent or self.parents[grid] == parent]
        found = [grid for grid in among if said in self._called(grid, within=bool(parent))]
        if not found and said.isdigit():
            number = int(said)
            found = [grid for grid in among if parent and self.names.numbers.get(grid) == number]
            found = found or [grid for grid in among if grid.endswith(said)]
        if len(found) == 1:
            return found[0]
        raise TableError(
            "{text!r} is several grids: {grids}" if found else "no grid is called {text!r}",
            where=where,
            mend="write its code",
            text=text,
            grids=series(found[:4]),
        )

    def _called(self, grid: str, *, within: bool) -> set[str]:
        names = [self.names.whole(grid), *([self.names.within(grid)] if within else [])]
        return {_plain(str(spoken(name, lang))) for name in names for lang in languages()}

    def units(self, text: str, parent: str, where: str) -> list[str]:
        """Return the units of numbers such as ``12, 15-17``, or of their own ids."""
        found: list[str] = []
        for part in filter(None, _APART.split(re.sub(r"\s*([-–—~～至到])\s*", r"\1", text))):
            if part in self.own:
                found.append(part)
                continue
            span = _SPAN.fullmatch(part)
            first, last = (int(span[1]), int(span[2] or span[1])) if span else (1, 0)
            numbers = range(first, last + 1)
            units = [self.numbers.unit(parent, number) for number in numbers] if len(numbers) <= MOST else []
            if not units or None in units:
                raise TableError(
                    "no unit of this community is called {text!r}",
                    where=where,
                    mend="see the map of the slip",
                    text=part,
                )
            found += [unit for unit in units if unit is not None]
        return list(dict.fromkeys(found))

    def checked(self, row: Mapping[str, str], code: str) -> None:
        """Refuse a row whose paper bears another check code."""
        if row["code"] and row["code"].upper() != code:
            raise TableError(
                "the paper bears check code {theirs}, this plan's is {ours}: its numbers mean something else",
                where=row["where"],
                mend="type it into the plan it was printed from, or leave the code empty and write ids",
                theirs=row["code"],
                ours=code,
            )


# ------------------------------------------------------------------ slips
def slip(reader: Reader, row: Mapping[str, str]) -> list[Act]:
    """Return what one ticked box asks for.

    A: the grid is right. B: units go to another grid. C: units, or without any the grid, stay. D: words alone. A box
    that was not typed is told from what else stands there.

    Raises
    ------
    TableError
        When a grid or unit is not there, or the row lacks what its box needs.
    """
    where = row["where"]
    reader.checked(row, reader.numbers.code)
    grid = reader.grid(row["grid"], where)
    parent = reader.parents[grid]
    box = row["box"].upper()[:1] or ("B" if row["to"] else "C" if row["units"] else "D")
    units = reader.units(row["units"], parent, where) if row["units"] else []
    who: dict[str, Any] = {"author": row["name"] or (numbered(row["slip"]) if row["slip"] else ""), "time": row["date"]}
    said = row["text"]
    if box == "A":
        text = (Phrase("{what}: {part}", what=_AGREES, part=said) if said else _AGREES).said(reader.lang)
        return [Comment(id="?", **who, text=text, grid_id=grid)]
    if box == "B":
        if not units or not row["to"]:
            raise TableError("box B needs units and the grid they go to", where=where, mend="see the slip")
        to = reader.grid(row["to"], where, parent)
        return [Wish(id="?", **who, unit_id=unit, was=reader.own[unit], to=to, reason=said) for unit in units]
    if box == "C":
        holds = [Hold(id="?", **who, grid_id=reader.own[unit], unit_id=unit, reason=said) for unit in units]
        return [*(holds or [Hold(id="?", **who, grid_id=grid, reason=said)])]
    if box == "D":
        if not said:
            raise TableError("box D needs words", where=where, mend="see the slip")
        return [Comment(id="?", **who, text=said, grid_id=grid, unit_id=units[0] if len(units) == 1 else None)]
    raise TableError("{box!r} is no box of a slip", where=where, mend="write A, B, C or D", box=row["box"])


# ------------------------------------------------------------------ walking sheets
def walked(reader: Reader, row: Mapping[str, str]) -> Walked:
    """Return what one row of a walking sheet says.

    A line that is right holds the units on either side of it where they are. One that follows something else is told
    so; units for the other side are wishes; words are comments.

    Raises
    ------
    TableError
        When there is no such border or piece, or a word is none.
    """
    where = row["where"]
    reader.checked(row, walk_code(reader.plan))
    segment, letter = _segment(reader, row["segment"], where)
    pieces = [piece for piece in segment.pieces if not letter or piece.letter == letter]
    borders = [border for piece in pieces for border in piece.borders]
    who: dict[str, Any] = {"author": row["name"], "time": row["date"]}
    one, two = segment.grids
    mark = f"S{segment.number}{letter}"
    acts: list[Act] = []
    if row["right"]:
        if _tick(row["right"], where):
            plan = reader.plan
            ends = plan.borders.loc[plan.borders.index.astype(TEXT).isin(borders), ["unit_id", "neighbour"]]
            along = sorted({*ends["unit_id"].astype(TEXT), *ends["neighbour"].astype(TEXT)})
            acts += [Hold(id="?", **who, grid_id=reader.own[unit], unit_id=unit, reason=mark) for unit in along]
        elif not (row["follows"] or row["called"] or row["units"] or row["text"]):
            acts.append(Comment(id="?", **who, text=f"{mark}: {row['right']}", grid_id=one))
    if row["units"]:
        for unit in reader.units(row["units"], reader.parents[one], where):
            if reader.own[unit] not in (one, two):
                raise TableError(
                    "unit {unit} lies on neither side of {border}",
                    where=where,
                    unit=unit,
                    border=mark,
                    mend="see the map",
                )
            to = two if reader.own[unit] == one else one
            acts.append(Wish(id="?", **who, unit_id=unit, was=reader.own[unit], to=to, reason=mark))
    if row["text"]:
        acts.append(Comment(id="?", **who, text=f"{mark}: {row['text']}", grid_id=one))
    lines = {}
    if row["follows"] or row["called"]:
        kind = feature_of(row["follows"], where) if row["follows"] else ""
        if kind and any(piece.feature == "boundary" for piece in pieces):
            raise TableError(
                "{border} is the community's boundary: it can be named, not become something else",
                where=where,
                mend="leave what it follows empty",
                border=mark,
            )
        lines = dict.fromkeys(borders, (kind, row["called"]))
    return Walked(tuple(acts), lines)


def _segment(reader: Reader, text: str, where: str) -> tuple[Segment, str]:
    """Return the border, and the letter of a piece of it, that are called ``S12`` or ``12b``."""
    found = re.fullmatch(r"[Ss]?\s*(\d+)\s*([a-z]\d?)?", text)
    number = int(found[1]) if found else 0
    if found is None or not 1 <= number <= len(reader.segments):
        raise TableError(
            "there is no border {text!r}", where=where, mend="write S1 to S{last}", text=text, last=len(reader.segments)
        )
    segment, letter = reader.segments[number - 1], found[2] or ""
    if letter and letter not in {piece.letter for piece in segment.pieces}:
        raise TableError("border S{number} has no piece {letter}", where=where, number=number, letter=letter)
    return segment, letter


def _tick(text: str, where: str) -> bool:
    said = text.strip().casefold()
    if said in RIGHT:
        return True
    if said in _WRONG:
        return False
    raise TableError("{text!r} is neither right nor wrong", where=where, mend="write right or wrong", text=text)


def feature_of(text: str, where: str = "") -> str:
    """Return the feature that a word stands for, in any language: a key of FEATURES, or what bounds call it.

    Examples
    --------
    >>> feature_of("wall"), feature_of("围墙"), feature_of("River")
    ('wall', 'wall', 'river')
    """
    said = _plain(text)
    known: dict[str, str] = {}
    for name, phrase in FEATURE_WORDS.items():
        for word in (name, *(Phrase(phrase).said(lang) for lang in languages())):
            plain = _plain(re.sub(r"^(a|an|the)\s+(unnamed\s+)?", "", word))
            known.update({plain: name, plain.removeprefix("无名"): name})
    if said in known:
        return known[said]
    raise TableError(
        "{text!r} is nothing that a border follows",
        where=where,
        mend="write one of {known}",
        text=text,
        known=series(FEATURE_WORDS),
    )


def relined(plan: Plan, lines: Mapping[str, tuple[str, str]], author: str = "") -> Plan:
    """Return the plan with borders that follow what was found on the ground, as a step that undo takes back."""
    if not lines:
        return plan
    borders = plan.borders.copy()
    if "name" not in borders:
        borders["name"] = None
    keys = borders.index.astype(TEXT)
    for border, (feature, name) in lines.items():
        at = borders.index[keys == border]
        if feature:
            borders.loc[at, "feature"] = feature
            borders.loc[at, "name"] = None
        if name:
            borders.loc[at, "name"] = name
    # Bounds are said by what borders follow: they are no longer those of these lines.
    made = {name: state for name, state in plan.made.items() if name != "bounds"}
    after = replace(plan, borders=borders, made={**made, **({"bounds": COMMAND} if "bounds" in plan.made else {})})
    details = {"lines": {border: list(told) for border, told in lines.items()}, "reason": "", "author": author}
    return recorded(plan, after, COMMAND, details, {})


# ------------------------------------------------------------------ the log
def told(reader: Reader, row: Mapping[str, str]) -> tuple[list[Told], Mapping[str, tuple[str, str]]]:
    """Return the acts of a row of either paper, and what borders follow by it.

    Raises
    ------
    TableError
        As :func:`slip` and :func:`walked` do.
    """
    if row["segment"]:
        said = walked(reader, row)
        return [Told(act, "", row["where"]) for act in said.acts], said.lines
    mark = row["slip"] or row["where"]
    return [Told(act, mark, row["where"]) for act in slip(reader, row)], {}


def agreed(reader: Reader, told: Iterable[Told]) -> None:
    """Refuse what one hand says of one unit, or of two of its compound, in two ways on one day.

    On a page the later act counts. On paper nothing tells which box was ticked last, so that neither may be taken for
    it: a unit cannot go to two grids, nor go and stay. What is dated apart has an order; what has no date has none.

    Raises
    ------
    TableError
        When a unit is to be in two grids.
    """
    seen: dict[tuple[str, str], list[tuple[Told, str]]] = defaultdict(list)
    for each in told:
        act = each.act
        # A line that is right holds the units along it once they are where they belong.
        if isinstance(act, Wish):
            aim = act.to
        elif isinstance(act, Hold) and act.unit_id and each.mark:
            aim = act.grid_id
        else:
            continue
        unit = str(act.unit_id)
        about = seen[act.author or each.mark, reader.kin.get(unit, unit)]
        for before, other in about:
            together = before.act.time == act.time or not (before.act.time and act.time)
            if other != aim and together:
                raise TableError(
                    "the same hand wants unit {unit} in grid {second} and, in {other}, in grid {first}",
                    where=each.where,
                    mend="leave one of them out, or date the one that counts later",
                    unit=reader.numbers.of.get(unit, unit),
                    first=reader.names.whole(other),
                    second=reader.names.whole(aim),
                    other=before.where,
                )
        about.append((each, aim))


def sheet(plan: Plan, acts: Iterable[Told], source: str = "") -> EditSheet:
    """Return acts as one log.

    An act is called by what it says, so that a table that was typed and read twice says everything once, and one whose
    rows were sorted or added to still says what it said. Of one hand and day, units are moved in the order of their
    numbers, before anything is held: a paper has no order of its own, where not all moves hold together the first are
    taken, and a grid that stays as it is stays so without the units that are to leave it.
    """
    times: Counter[str] = Counter()
    numbers = numbering(plan).of
    named = []
    for each in acts:
        act, mark = each.act, each.mark
        plain = replace(act, id="?")
        text = json.dumps([mark, repr(plain)], ensure_ascii=False)
        times[text] += 1
        key = hashlib.sha256(json.dumps([act.author, "" if act.author else mark]).encode()).hexdigest()
        own = hashlib.sha256(f"{text} {times[text]}".encode()).hexdigest()
        place = numbers.get(str(act.unit_id), 0) % _UNITS if isinstance(act, Wish) else _UNITS
        number = place * _TWINS + int(own[:12], 16) % _TWINS
        named.append(replace(act, id=f"{key[:8]}-{number}"))
    return EditSheet("gridkit-edits", 2, plan.digest, acts=tuple(named), source=source)


def _kin(plan: Plan) -> dict[str, str]:
    """Return of each unit of a compound the compound, in its grid: what moves together."""
    if "group" not in plan.units:
        return {}
    held = plan.units[["group", "grid_id"]].dropna()
    return {str(unit): f"{group}\n{grid}" for unit, group, grid in held.itertuples()}


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
