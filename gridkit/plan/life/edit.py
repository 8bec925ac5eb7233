"""Edits of a plan, each checked at once, applied all or none, recorded with their reason, and undone exactly.

::

    edit(plan, edits, reason="", author="", loose=False, prices=Prices()) -> Plan
    gridkit.plan.life.history.undo(plan) -> Plan             the plan before its last edit or redraw
    asked(moves=("U=G",), merges=("A,B",), splits=("A=3",), locks=("G",), frees=("G",)) -> tuple[Edit, ...]
    dedicated(plan, polygons) -> tuple[Dedicated, ...]  one institution each, by the units that lie in it
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.band import Band
from gridkit.errors import InfeasibleError, TableError, UsageError
from gridkit.language.phrases import template
from gridkit.partition import Prices
from gridkit.plan.arrays import Aim, problem
from gridkit.plan.life.draft import Draft, check, check_locks, fresh, known_units, units_of, weight, with_groups
from gridkit.plan.life.history import recorded
from gridkit.plan.plan import Plan, dissolve
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    import geopandas as gpd

HALF = 0.5


# ------------------------------------------------------------------ what can be asked
@dataclass(frozen=True)
class Move:
    """Units go to another grid of their parent, with the whole of their compounds."""

    units: tuple[str, ...]
    to: str


@dataclass(frozen=True)
class Merge:
    """Grids become one; the one with most households keeps its code."""

    grids: tuple[str, ...]


@dataclass(frozen=True)
class Split:
    """A grid becomes several of like size; the part with most households keeps the code."""

    grid: str
    parts: int


@dataclass(frozen=True)
class Lock:
    """Units, or all units of grids, stay where they are in every redraw."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Free:
    """Units, or all units of grids, are locked no longer."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Dedicated:
    """Units become the grid of one institution, whatever the band."""

    name: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Together:
    """Moves that are checked as one: none of them need be possible alone."""

    moves: tuple[Move, ...]


Edit = Move | Together | Merge | Split | Lock | Free | Dedicated


def asked(
    *,
    moves: Iterable[str] = (),
    merges: Iterable[str] = (),
    splits: Iterable[str] = (),
    locks: Iterable[str] = (),
    frees: Iterable[str] = (),
) -> tuple[Edit, ...]:
    """Return the edits that texts of the command line ask for, in the order lock, free, merge, split, move.

    Examples
    --------
    >>> asked(moves=["u7=G002"], splits=["G001=3"])
    (Split(grid='G001', parts=3), Move(units=('u7',), to='G002'))

    Raises
    ------
    UsageError
        When a text is not of its form.
    """
    return (
        *(Lock((text,)) for text in locks),
        *(Free((text,)) for text in frees),
        *(Merge(tuple(part.strip() for part in text.split(","))) for text in merges),
        *(_split_of(text) for text in splits),
        *(Move((unit,), grid) for unit, grid in (_pair(text, "--move UNIT=GRID") for text in moves)),
    )


def _pair(text: str, form: str) -> tuple[str, str]:
    left, sign, right = text.rpartition("=")
    if not (left and sign and right):
        raise UsageError("{text!r} is not of the form", where=form, mend="write {form}", text=text, form=form)
    return left.strip(), right.strip()


def _split_of(text: str) -> Split:
    grid, parts = _pair(text, "--split GRID=PARTS")
    if not parts.isdigit():
        raise UsageError("{parts!r} is no number of parts", where="--split", mend="write --split GRID=3", parts=parts)
    return Split(grid, int(parts))


def dedicated(plan: Plan, polygons: gpd.GeoDataFrame) -> tuple[Dedicated, ...]:
    """Return one edit per polygon: the units with more than half of their ground in it, called by its ``name``.

    Raises
    ------
    TableError
        When a polygon holds no unit.
    """
    shapes = np.asarray(plan.units.geometry)
    areas = np.asarray(polygons.to_crs(plan.crs).geometry)
    i, j = shapely.STRtree(shapes).query(areas, predicate="intersects")
    inside = shapely.area(shapely.intersection(areas[i], shapes[j])) > HALF * shapely.area(shapes[j])
    names = (polygons["name"] if "name" in polygons else polygons.index.to_series()).astype(TEXT).tolist()
    edits = []
    for k, name in enumerate(names):
        units = tuple(sorted(plan.units.index[j[inside & (i == k)]].astype(TEXT)))
        if not units:
            raise TableError(
                "no unit lies in {name!r} by more than half",
                where="dedicated",
                mend="divide the units there",
                name=name,
            )
        edits.append(Dedicated(name, units))
    return tuple(edits)


# ------------------------------------------------------------------ the edit
def edit(
    plan: Plan,
    edits: Sequence[Edit],
    *,
    reason: str = "",
    author: str = "",
    loose: bool = False,
    prices: Prices | None = None,
) -> Plan:
    """Return the plan with all the edits applied, or raise and apply none.

    Parameters
    ----------
    edits
        Applied in order; after each, every grid it touched must have a unit left, be in one piece (or in no more
        pieces than before), inside one parent, and no farther out of the band than it was: see ``rules.py``.
    reason, author
        Kept in the history with the time.
    loose
        Let grids leave the band.
    prices
        What a border costs where a grid is split.

    Raises
    ------
    TableError
        When a unit or grid is not there.
    InfeasibleError
        When an edit would tear a grid, cross a parent, break a lock, or leave the band.
    """
    draft = Draft(plan, plan.units, prices or Prices())
    for each in edits:
        before, draft = draft, _APPLY[type(each)](draft, each)
        check(before, draft, loose=loose)
    asked_for = [{"kind": type(each).__name__.lower(), **asdict(each)} for each in edits]
    details = {"edits": asked_for, "reason": reason, "author": author}
    return recorded(plan, replace(plan, units=draft.units), "edit", details, draft.gone)


# ------------------------------------------------------------------ each kind
def _move(draft: Draft, each: Move) -> Draft:
    draft.members(each.to)
    units = with_groups(draft, known_units(draft, each.units))
    check_locks(draft, units, each.to)
    return draft.put("grid_id", units, each.to)


def _together(draft: Draft, each: Together) -> Draft:
    for move in each.moves:
        draft = _move(draft, move)
    return draft


def _merge(draft: Draft, each: Merge) -> Draft:
    if len(set(each.grids)) < 2:  # noqa: PLR2004 - one grid is merged with nothing
        raise UsageError("a merge needs two grids", where="--merge", mend="write --merge A,B")
    size = {grid: weight(draft, draft.members(grid)) for grid in each.grids}
    heir = max(sorted(size), key=lambda grid: size[grid])
    for grid in each.grids:
        members = draft.members(grid)
        if grid == heir:
            continue
        draft = draft.put("grid_id", members, heir)
        if "lock" in draft.units:
            locked = draft.units.index[draft.units["lock"] == grid]
            draft = draft.put("lock", locked, heir)
        draft = replace(draft, gone={**draft.gone, grid: heir})
    return draft


def _split(draft: Draft, each: Split) -> Draft:
    members = draft.members(each.grid)
    if not 1 < each.parts <= len(members):
        raise InfeasibleError(
            template(
                "grid {grid} of {units} unit cannot be split in {parts}",
                "grid {grid} of {units} units cannot be split in {parts}",
            ),
            mend="ask for 2 to {units}",
            grid=each.grid,
            units=len(members),
            parts=each.parts,
        )
    units = draft.units.loc[members]
    measure = draft.plan.parameters.measure
    mean = float(units[measure].sum()) / each.parts
    aim = Aim(measure, Band.around(max(mean, 1e-9)), draft.prices)
    locks = units["lock"].where(units["lock"] == each.grid) if "lock" in units else None
    grids = dict.fromkeys(units["parent"].astype(TEXT), each.parts)
    arrays, named = problem(units, draft.plan.borders, aim, grids, locks=locks)
    from gridkit.partition import solve

    labels = pd.Series(solve(arrays), index=members)
    heir = _heir(draft, labels, named, each.grid)
    parts = dissolve(units.assign(grid_id=labels.astype(TEXT)))
    others = parts.loc[parts.index != str(heir)]
    codes = fresh(draft, others)
    for part in others.index:
        draft = draft.put("grid_id", labels.index[labels.astype(TEXT) == part], codes[part])
    return draft


def _heir(draft: Draft, labels: pd.Series, named: pd.Index, grid: str) -> int:
    """Return the part that keeps the code: the one with locked units, else the one with most households."""
    if grid in named:
        return named.tolist().index(grid)
    size = {label: weight(draft, labels.index[labels == label]) for label in sorted(labels.unique())}
    return int(max(size, key=lambda label: size[label]))


def _lock(draft: Draft, each: Lock) -> Draft:
    for units in (units_of(draft, name) for name in each.ids):
        draft = draft.put("lock", units, draft.units.loc[units, "grid_id"])
    return draft


def _free(draft: Draft, each: Free) -> Draft:
    if "lock" not in draft.units:
        for name in each.ids:
            units_of(draft, name)
        return draft
    for name in each.ids:
        draft = draft.put("lock", units_of(draft, name), np.nan)
    return draft


def _dedicated(draft: Draft, each: Dedicated) -> Draft:
    units = known_units(draft, each.units)
    grid = draft.units.loc[units, "grid_id"]
    one = (grid == grid.iloc[0]).all() and len(units) == len(draft.members(grid.iloc[0]))
    part = dissolve(draft.units.loc[units].assign(grid_id="new"))
    code = grid.iloc[0] if one else fresh(draft, part)["new"]
    check_locks(draft, units, code)
    after = draft.put("grid_id", units, code).put("dedicated", units, each.name)
    emptied = set(grid) - set(after.units["grid_id"])
    return replace(after, gone={**draft.gone, **dict.fromkeys(sorted(emptied), code)})


_APPLY: dict[type, Callable[[Draft, Any], Draft]] = {
    Move: _move,
    Together: _together,
    Merge: _merge,
    Split: _split,
    Lock: _lock,
    Free: _free,
    Dedicated: _dedicated,
}
