"""What becomes of moves and locks that several people asked for: one answer, in Python and on the page.

::

    weighed(ground, claims, loose) -> dict[str, Verdict]    by the claim's id
    opposed(ground, one, two) -> str                        whether two claims contradict each other, and how

Moves are judged by what they come to, not by their order: a chain of moves of which none is possible alone holds when
all together are. The page's script ``rules.js`` takes the same steps in the same order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.plan.life.rules import NONE, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gridkit.plan.life.rules import Ground

UNIT, GRID, ELSEWHERE, LOCKED, REPLACED = "unit", "grid", "elsewhere", "locked", "replaced"
"""Reasons beside those of the rules: what is not there, moved since, is locked, or was asked for otherwise later."""
TORN, KEPT, CONTRARY = "torn", "kept", "contrary"
"""What people disagree about: a unit in two grids, one that moves and one that stays, a lock and what is against it."""


@dataclass(frozen=True)
class Claim:
    """A move, a lock or a freeing that somebody asks for, the earlier before the later.

    Attributes
    ----------
    hand
        Whose it is.
    kind
        ``move``, ``lock`` or ``free``.
    unit, grid
        The unit, and the grid it was in; a lock without a unit is about the whole grid.
    to
        The grid that it should move to.
    waits
        It was asked for earlier and is not decided: it can be disputed, not applied.
    """

    id: str
    hand: str
    kind: str
    unit: str
    grid: str
    to: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Verdict:
    """What becomes of a claim.

    Attributes
    ----------
    status
        ``accepted``, ``declined``, ``open`` (somebody has to decide) or ``withdrawn`` (its author asked for something
        else later).
    reason
        One of the rules, or of the reasons above; empty where it is accepted.
    grid
        The grid that would break the rule, -1 for none, and how it would stand.
    cluster
        Moves with one number hang together: they touch the same grids.
    """

    status: str
    reason: str = ""
    grid: int = -1
    stands: Standing = NONE
    cluster: int = -1


_ACCEPTED = Verdict("accepted")


def weighed(ground: Ground, claims: Sequence[Claim], *, loose: bool = False) -> dict[str, Verdict]:
    """Return what becomes of each claim.

    Parameters
    ----------
    claims
        In the order of time, with the ones that wait from earlier.
    loose
        Grids may leave the band.
    """
    found = {each.id: verdict for each in claims if (verdict := _unknown(ground, each)) is not None}
    standing = _latest(ground, [each for each in claims if each.id not in found], found)
    _disputed(ground, standing, found)
    open_ = [each for each in standing if each.id not in found and not each.waits]
    held = _held(ground, open_)
    moves = []
    for each in open_:
        if each.kind != "move" or ground.own[ground.place[each.unit]] == ground.number[each.to]:
            found[each.id] = _ACCEPTED
        elif each.id in held:
            found[each.id] = Verdict("declined", LOCKED)
        else:
            moves.append(each)
    for number, cluster in enumerate(_clusters(ground, moves)):
        found.update(_settled(ground, cluster, number, loose=loose))
    found.update({each.id: Verdict("open") for each in claims if each.id not in found})
    return found


# ------------------------------------------------------------------ one claim
def _unknown(ground: Ground, each: Claim) -> Verdict | None:
    """Return why a claim means nothing here, or nothing."""
    if each.kind == "move":
        unit, to = ground.place.get(each.unit, -1), ground.number.get(each.to, -1)
        if unit < 0:
            return Verdict("declined", UNIT)
        if to < 0:
            return Verdict("declined", GRID)
        if ground.own[unit] not in (to, ground.number.get(each.grid, -1)):
            return Verdict("declined", ELSEWHERE)
        return None
    if each.unit and each.unit not in ground.place:
        return Verdict("declined", UNIT)
    return None if each.unit or each.grid in ground.number else Verdict("declined", GRID)


def _about(ground: Ground, each: Claim) -> list[int]:
    """Return the units that a claim is about: a compound, or those of a grid; none where it is unknown."""
    if not each.unit:
        return ground.members[ground.number[each.grid]] if each.grid in ground.number else []
    if each.unit not in ground.place:
        return []
    unit = ground.place[each.unit]
    return ground.kin(unit) if each.kind == "move" else [unit]


def _latest(ground: Ground, claims: Iterable[Claim], found: dict[str, Verdict]) -> list[Claim]:
    """Return the claims that stand: whoever asks for something else later has withdrawn what he asked for before."""
    last: dict[tuple[str, str, object], list[Claim]] = {}
    for each in claims:
        subject = min(_about(ground, each)) if each.kind == "move" else (each.unit or None, not each.unit and each.grid)
        key = (each.hand, "move" if each.kind == "move" else "lock", subject)
        before = last.get(key, [])
        if before and (before[0].kind, before[0].to) != (each.kind, each.to):
            found.update({other.id: Verdict("withdrawn", REPLACED) for other in before})
            before = []
        last[key] = [*before, each]
    return [each for each in claims if each.id not in found]


# ------------------------------------------------------------------ several claims
def opposed(ground: Ground, one: Claim, two: Claim) -> str:
    """Return what the first says against the second: one of the reasons above, or nothing where both can be."""
    shared = set(_about(ground, one)) & set(_about(ground, two))
    kinds = {one.kind, two.kind}
    if not shared:
        return ""
    if kinds == {"move"}:
        return TORN if one.to != two.to else ""
    if kinds == {"lock", "free"}:
        return CONTRARY
    if kinds == {"lock", "move"}:
        move = one if one.kind == "move" else two
        leaves = any(ground.own[unit] != ground.number.get(move.to) for unit in shared)
        return (KEPT if one is move else CONTRARY) if leaves else ""
    return ""


def _disputed(ground: Ground, claims: Sequence[Claim], found: dict[str, Verdict]) -> None:
    """Mark what people disagree about."""
    by_unit: dict[int, dict[tuple[str, bool], Claim]] = defaultdict(dict)
    for each in claims:
        for unit in _about(ground, each):
            by_unit[unit][each.hand, each.kind == "move"] = each  # of each hand what it asked for last
    for sides in by_unit.values():
        for (hand, _), one in sides.items():
            for (other, _), two in sides.items():
                reason = opposed(ground, one, two) if hand != other else ""
                if reason and found.get(one.id, Verdict("open", CONTRARY)).reason != TORN:
                    found[one.id] = Verdict("open", reason)


def _held(ground: Ground, claims: Iterable[Claim]) -> set[str]:
    """Return the moves of units that are locked: in the plan and freed by nobody, or by their mover before he moved."""
    freed = {unit for each in claims if each.kind == "free" for unit in _about(ground, each)}
    locked: dict[str, set[int]] = defaultdict(set)
    held = set()
    for each in claims:
        units = _about(ground, each)
        if each.kind == "lock":
            locked[each.hand].update(units)
        elif each.kind == "free":
            locked[each.hand].difference_update(units)
        elif any((ground.held[unit] and unit not in freed) or unit in locked[each.hand] for unit in units):
            held.add(each.id)
    return held


def _clusters(ground: Ground, moves: Sequence[Claim]) -> list[list[Claim]]:
    """Return the moves that hang together, in the order of the first of each."""
    root: dict[int, int] = {}

    def top(grid: int) -> int:
        while root.setdefault(grid, grid) != grid:
            grid = root[grid]
        return grid

    for each in moves:
        root[top(ground.own[ground.place[each.unit]])] = top(ground.number[each.to])
    found: dict[int, list[Claim]] = {}
    for each in moves:
        found.setdefault(top(ground.number[each.to]), []).append(each)
    return list(found.values())


class _Trial:
    """The grids as they come to be when moves are taken one after the other."""

    def __init__(self, ground: Ground, *, loose: bool) -> None:
        self.ground, self.loose = ground, loose
        self.own: dict[int, int] = {}
        self.units: dict[int, set[int]] = {}

    def take(self, moves: Iterable[Claim]) -> Verdict | None:
        """Take moves, or none of them and return the first rule that they would break."""
        ground = self.ground
        to = {unit: ground.number[each.to] for each in moves for unit in _about(ground, each)}
        to = {unit: grid for unit, grid in to.items() if self.own.get(unit, ground.own[unit]) != grid}
        touched = {*to.values(), *(self.own.get(unit, ground.own[unit]) for unit in to)}
        units = {grid: set(self.units.get(grid, ground.members[grid])) for grid in touched}
        for unit, grid in to.items():
            units[self.own.get(unit, ground.own[unit])].discard(unit)
            units[grid].add(unit)
        for grid in sorted(touched):
            stands = ground.standing(grid, units[grid])
            before = ground.standing(grid, ground.members[grid])
            rule = ground.rules.broken(before, stands, loose=self.loose)
            if rule:
                return Verdict("declined", rule, grid, stands)
        self.own.update(to)
        self.units.update(units)
        return None


def _settled(ground: Ground, cluster: list[Claim], number: int, *, loose: bool) -> dict[str, Verdict]:
    """Return what becomes of moves that hang together: all of them, else those that hold, the earlier first."""
    accepted = Verdict("accepted", cluster=number)
    if _Trial(ground, loose=loose).take(cluster) is None:
        return dict.fromkeys((each.id for each in cluster), accepted)
    trial, found, left = _Trial(ground, loose=loose), dict[str, Verdict](), cluster
    while left:
        tried = {each.id: trial.take([each]) for each in left}
        found.update({name: fault or accepted for name, fault in tried.items()})
        later = [each for each in left if tried[each.id] is not None]
        if len(later) == len(left):
            break
        left = later
    return found
