"""A plan drawn anew with the least change: new people, new units, a new band, or only around one grid.

::

    redraw(plan, Change(...), prices=Prices(), search=Search(seed=0)) -> Plan
    carried(plan, units) -> GeoDataFrame        new units with the grid, lock and group of the old ones they lie on
"""

from __future__ import annotations

import warnings
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.adjacency import pieces
from gridkit.band import ROUNDING, Band
from gridkit.errors import GridkitWarning, InfeasibleError, TableError, UsageError, nearest
from gridkit.graph import components
from gridkit.language.labels import word
from gridkit.language.phrases import series
from gridkit.measure.balance import dedicated
from gridkit.partition import Prices
from gridkit.plan.arrays import Aim, problem, weights
from gridkit.plan.codes import PLAIN
from gridkit.plan.life.edit import Edit, edit
from gridkit.plan.life.history import recorded
from gridkit.plan.life.succession import succeed, successors
from gridkit.plan.objectives import FACTOR, WEIGHTED, of_units, weighted
from gridkit.plan.overlap import shared_parts
from gridkit.plan.wanted import Wanted
from gridkit.plan.workers import leaving_m
from gridkit.tables import TEXT, Extract

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.plan.plan import Plan


WORTH, WORTH_FRESH = 0.95, 0.5
"""A wider opening is taken when it leaves at most this share of what is outside the band; one drawn from nothing, which
moves more people, when it leaves at most the second."""
FRESH = "\x01"
"""What the name of a grid starts with before it has a code."""
CARRIED = ("lock", "dedicated", "group", FACTOR)
"""Columns that new units take over from the old ones they lie on, where they do not bring their own."""


@dataclass(frozen=True)
class Change:
    """What is to be different.

    Attributes
    ----------
    units, borders
        New UNITS with their BORDERS; or units of the same shapes with new people, and no borders. None keeps the old
        ones.
    band
        In the unit of the plan's measure; None keeps the plan's.
    around
        Only these grids and their neighbours may change; empty lets every grid change that has to.
    edits
        Applied first; a lock among them holds in the redraw, and stays.
    reason, author
        Kept in the history.
    everywhere
        Redraw all grids that are not locked, not only those out of the band and what they need.
    worker_m
        Metres of border for each household that gets another worker, where the plan knows who answers for its grids.
    """

    units: gpd.GeoDataFrame | None = None
    borders: gpd.GeoDataFrame | None = None
    band: Band | None = None
    around: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    reason: str = ""
    author: str = ""
    everywhere: bool = False
    worker_m: float = 0.0


class _StoppedError(KeyboardInterrupt):
    """The search was stopped by Ctrl-C; its best labels by then."""

    def __init__(self, labels: pd.Series) -> None:
        super().__init__()
        self.labels = labels


@dataclass(frozen=True)
class Search:
    """How the search is run: the same seed gives the same plan, on any number of threads (None: one per processor)."""

    seed: int = 0
    threads: int | None = None


def redraw(plan: Plan, change: Change, *, prices: Prices | None = None, search: Search | None = None) -> Plan:
    """Return the plan drawn anew so that every grid is in the band again and as few people as possible change grid.

    Grids out of the band that touch each other are opened together, first alone, then with their neighbours, and wider
    as long as that fits better; what is not opened stays as it is. Each opening is drawn from the old grids, and from
    nothing where those leave much outside the band (a quarter that needs more grids than it has). Codes go to the
    successor of most households, new grids are numbered on, codes given up are never used again.

    Raises
    ------
    TableError
        When new units break their contract, or a grid that is named is not there.
    InfeasibleError
        When an edit cannot be done, or nothing is left that may change.

    Warns
    -----
    GridkitWarning
        When some grids cannot be brought into the band.
    """
    used = prices or Prices()
    ready = edit(plan, change.edits, reason=change.reason, loose=True, prices=used) if change.edits else plan
    moved = _by_place(_with_units(ready, change))
    aim = _aim(moved, change, used)
    labels, stopped = _labels(moved, aim, change, search or Search())
    units = moved.units.assign(grid_id=labels.astype(TEXT), old_grid=moved.units["grid_id"])
    drawn = replace(moved, units=units)
    drawn = replace(
        drawn, parameters=replace(drawn.parameters, low=aim.band.low, target=aim.band.target, high=aim.band.high)
    )
    return _settled(ready, drawn, change, stopped=stopped)


# ------------------------------------------------------------------ the units
def _with_units(plan: Plan, change: Change) -> Plan:
    """Return the plan with new units in their old grids, not yet redrawn."""
    if change.units is None:
        return plan
    if change.units.crs != plan.crs:
        raise TableError(
            "new units are in another CRS than the plan", where="units", mend="use gridkit.crs.to_metric first"
        )
    units = carried(plan, change.units)
    if change.borders is not None:
        return replace(plan, units=units, borders=change.borders)
    strangers = units.index.difference(plan.units.index)
    if len(strangers) or len(units) != len(plan.units):
        raise TableError(
            "the units are others than the plan's ({units} ...), but no borders were given",
            where="units",
            mend="give their borders too: gridkit.tessellation.borders(units, ...)",
            units=series(map(str, strangers[:3])),
        )
    return replace(plan, units=units.reindex(plan.units.index))


def carried(plan: Plan, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return new units with the grid, the lock, the mark and the compound of the old units they lie on most.

    A unit on ground that was in no grid joins the grid of the nearest old unit, so that the redraw has a plan to start
    from.
    """
    parts = shared_parts(plan.units, units)
    parts = parts[parts["old_unit"].notna()].assign(
        grid=lambda table: plan.units["grid_id"].reindex(table["old_unit"]).to_numpy()
    )
    by_grid = parts.groupby(["new_unit", "grid"], sort=True)["share"].sum().reset_index()
    by_grid = by_grid.sort_values(["new_unit", "share", "grid"], ascending=[True, False, True])
    grid = by_grid[~by_grid.duplicated("new_unit")].set_index("new_unit")["grid"].reindex(units.index)
    bare = grid.isna()
    if bare.any():
        near = plan.units.sindex.nearest(units.geometry[bare], return_all=False)[1]
        grid[bare] = plan.units["grid_id"].to_numpy()[near]
    out = units.assign(grid_id=grid.astype(TEXT))
    largest = parts.sort_values(["new_unit", "share"], ascending=[True, False]).drop_duplicates("new_unit")
    source = largest.set_index("new_unit")["old_unit"].reindex(units.index)
    for column in CARRIED:
        if column in plan.units and column not in out:
            out[column] = plan.units[column].reindex(source).to_numpy()
            out[column] = out[column].astype(plan.units[column].dtype)
    return out


def _by_place(plan: Plan) -> Plan:
    """Return the plan with what is balanced counted anew by the target of its place, where targets differ."""
    of = Wanted.of(plan.parameters.objectives).target_of
    if plan.parameters.measure != WEIGHTED or FACTOR not in plan.units or of not in plan.units:
        return plan
    return replace(plan, units=weighted(plan.units, of, plan.units[FACTOR]))


# ------------------------------------------------------------------ the solver
def _aim(plan: Plan, change: Change, prices: Prices) -> Aim:
    parameters = plan.parameters
    band = change.band or parameters.band
    if band is None:
        raise UsageError(
            "the plan has no range of size to redraw to", mend="give one with --target, or --min and --max"
        )
    wanted = Wanted.of(parameters.objectives)
    wished = of_units(plan.units, Extract(plan.backdrop, plan.crs), wanted, parameters.measure, band.target)
    return Aim(parameters.measure, band, prices, change.worker_m, wished)


def _labels(plan: Plan, aim: Aim, change: Change, search: Search) -> tuple[pd.Series, bool]:
    """Return the grid of each unit: old grids by code, new ones by number. Each core is opened, wider until it fits.

    Returns
    -------
    Series, bool
        The labels, and whether the search was stopped: what it had found by then holds, if all grids are in the band.
    """
    stopped = False
    cores = _cores(plan, aim, change)
    drawn = plan
    for turn, named in enumerate(cores):
        # An earlier core may have opened, and so ended, grids of this one; what it left in the band is done.
        core = named & set(drawn.units["grid_id"])
        if not core or not (change.around or change.everywhere or _miss(drawn, aim, drawn.units["grid_id"], core)):
            continue
        try:
            labels = _fitted(drawn, aim, core, search, wider=not (change.around or change.everywhere))
        except _StoppedError as stop:
            stopped, labels = True, stop.labels
        fresh = {name: f"new {turn} {name}" for name in labels.unique() if name.startswith(FRESH)}
        drawn = replace(drawn, units=drawn.units.assign(grid_id=labels.replace(fresh)))
        if stopped:
            break
    over = _miss(plan, aim, drawn.units["grid_id"])
    if over and stopped:
        raise KeyboardInterrupt
    if over:
        said = "some grids stay outside the range of size, by {over:,.0f} {measure} in all"
        warnings.warn(GridkitWarning(said, over=over, measure=word(aim.measure)), stacklevel=3)
    return drawn.units["grid_id"], stopped


def _cores(plan: Plan, aim: Aim, change: Change) -> list[set[str]]:
    """Return the grids that have to change, those that touch together; or those that may, where it was said."""
    shut, near = _shut(plan), _neighbours(plan)
    everything = set(plan.units["grid_id"]) - shut
    if not everything:
        raise InfeasibleError("every grid is locked", mend="free some with --free GRID")
    if change.around:
        _check_there(plan, change.around)
        return [set(change.around).union(*(near.get(grid, ()) for grid in change.around)) - shut]
    if change.everywhere:
        return [everything]
    left = sorted(set(_misfits(plan, aim)) - shut)
    cores: list[set[str]] = []
    for grid in left:
        if any(grid in core for core in cores):
            continue
        core, edge = {grid}, {grid}
        while edge := {other for one in edge for other in near.get(one, ())}.intersection(left) - core:
            core |= edge
        cores.append(core)
    return cores


def _fitted(plan: Plan, aim: Aim, core: set[str], search: Search, *, wider: bool) -> pd.Series:
    """Return the labels with a core drawn anew: alone, then with its neighbours, as long as more fits better."""
    shut, near = _shut(plan), _neighbours(plan)
    best = plan.units["grid_id"]
    elsewhere = _miss(plan, aim, best) - _miss(plan, aim, best, core)
    least = _miss(plan, aim, best, core)
    opened, tried = core, 0
    while True:
        tried, better = tried + 1, False
        for from_old, worth in ((True, WORTH), (False, WORTH_FRESH)):
            labels = _solved(plan, aim, opened, search, from_old=from_old)
            miss = max(_miss(plan, aim, labels) - elsewhere, 0.0)
            if miss <= worth * least and miss < least:
                best, least, better = labels, miss, True
            if least <= ROUNDING * aim.band.target:
                return best
        ring = opened.union(*(near.get(grid, ()) for grid in opened)) - shut
        if not wider or ring == opened or not (better or tried == 1):
            return best
        opened = ring


def _shut(plan: Plan) -> set[str]:
    """Return the grids that may not change: all their units are locked, or an institution has them to itself."""
    units = plan.units
    held = pd.Series(data=False, index=units.index)
    for column in ("lock", "dedicated"):
        if column in units:
            held |= units[column].notna()
    whole = held.groupby(units["grid_id"]).all()
    return set(whole.index[whole])


def _neighbours(plan: Plan) -> dict[str, set[str]]:
    """Return the grids of the same parent that each grid touches."""
    units = plan.units
    ends = plan.ends.T
    grid, parent = units["grid_id"].to_numpy(), units["parent"].to_numpy()
    apart = (grid[ends[0]] != grid[ends[1]]) & (parent[ends[0]] == parent[ends[1]])
    near: dict[str, set[str]] = {}
    for a, b in zip(grid[ends[0]][apart], grid[ends[1]][apart], strict=True):
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    return near


def _misfits(plan: Plan, aim: Aim) -> list[str]:
    """Return the grids outside the band, and those that new units left in pieces or in two parents."""
    units = plan.units
    total = pd.Series(weights(units, aim.measure), index=units.index).groupby(units["grid_id"]).sum()
    out = pd.Series(aim.band.outside(total), total.index) & ~dedicated(total.to_frame(), units)
    torn = _piece_counts(plan, units["grid_id"]) > 1
    crossed = units.groupby("grid_id")["parent"].agg(_kinds) > 1
    return sorted(total.index[out | torn | crossed])


def _check_there(plan: Plan, grids: Sequence[str]) -> None:
    there = plan.units["grid_id"].unique().tolist()
    for grid in grids:
        if grid not in there:
            raise TableError(
                "there is no grid {grid!r}",
                where="--around",
                mend="did you mean {near!r}?",
                grid=grid,
                near=nearest(grid, there),
            )


def _piece_counts(plan: Plan, labels: pd.Series) -> pd.Series:
    units = plan.units
    ends = plan.ends
    grid = labels.to_numpy()
    part = components(ends[grid[ends[:, 0]] == grid[ends[:, 1]]], len(units))
    return pd.Series(part).groupby(grid).nunique().rename_axis("grid_id")


def _miss(plan: Plan, aim: Aim, labels: pd.Series, grids: Collection[str] | None = None) -> float:
    """Return by how much grids lie outside the band, in the measure's unit; a piece apart counts like a whole grid."""
    units = plan.units
    weight = pd.Series(weights(units, aim.measure), index=units.index)
    total = weight.groupby(labels).sum()
    over = pd.Series(aim.band.excess(total), total.index)
    over = over.mask(dedicated(over.to_frame(), units.assign(grid_id=labels)), 0.0)
    over += aim.band.target * (_piece_counts(plan, labels).reindex(over.index) - 1)
    over += aim.band.target * (units["parent"].groupby(labels).agg(_kinds) - 1)
    mine = over if grids is None else over[over.index.isin(list(grids))]
    return float(mine[mine > ROUNDING * aim.band.target].sum())


def _kinds(values: pd.Series) -> int:
    return len(pd.unique(values))


def _solved(plan: Plan, aim: Aim, opened: Collection[str], search: Search, *, from_old: bool) -> pd.Series:
    """Return the labels with the opened grids drawn anew, starting from what they are or from nothing."""
    free = plan.units["grid_id"].isin(list(opened))
    if "dedicated" in plan.units:
        free &= plan.units["dedicated"].isna()
    units = plan.units[free]
    locks = units["lock"].where(units["lock"] == units["grid_id"]) if "lock" in units else None
    old = units["grid_id"] if from_old else None
    if aim.objectives is not None:
        mine = aim.objectives.of(np.flatnonzero(free))
        locks = _with_offices(units, locks, mine.office)
        aim = replace(aim, objectives=mine)
    leaving = None if old is None else leaving_m(plan, units, aim.worker_m)
    arrays, named = problem(units, plan.borders, aim, _counts(plan, units, aim), old=old, locks=locks)
    if leaving is not None:
        arrays = replace(arrays, leaving=np.asarray(leaving, dtype=np.float64))
    from gridkit.partition import search as best

    found = best(arrays, search.seed, threads=search.threads)
    names = {number: str(name) for number, name in enumerate(named)}
    labels = plan.units["grid_id"].astype("object").copy()
    labels[free] = [names.get(int(label), f"{FRESH}{label}") for label in found.labels]
    if found.interrupted:
        raise _StoppedError(labels.astype(TEXT))
    return labels.astype(TEXT)


def _with_offices(
    units: gpd.GeoDataFrame, locks: pd.Series | None, office: NDArray[np.int64] | None
) -> pd.Series | None:
    """Return the locks, and those that keep an office in its grid; the first of several in one."""
    if office is None or not (office >= 0).any():
        return locks
    held = units["grid_id"].where(office >= 0)
    held = held.mask(held.duplicated())
    return held if locks is None else locks.where(locks.notna(), held)


def _counts(plan: Plan, units: gpd.GeoDataFrame, aim: Aim) -> dict[str, int]:
    """Return how many grids each parent gets: as before where their mean fits the band, else what the band implies."""
    counts = {}
    for parent in sorted(units["parent"].unique()):
        members = units[units["parent"] == parent]
        total = float(weights(members, aim.measure).sum())
        before = members["grid_id"].nunique()
        parts = pieces(plan.borders, members.index)
        counts[str(parent)] = min(max(_count(total, before, aim.band), parts), len(members))
    return counts


def _count(total: float, before: int, band: Band) -> int:
    """Return the number of grids before if their mean fits the band, else the nearest to total / target that does.

    Examples
    --------
    >>> [_count(total, 4, Band(90, 100, 110)) for total in (400, 430, 470, 1000)]
    [4, 4, 5, 10]
    """
    fits = range(
        max(1, int(np.ceil(total / band.high))), int(total / band.low if band.low else total / band.target) + 1
    )
    nearest_to_target = max(1, round(total / band.target))
    if not fits:
        return nearest_to_target
    return before if before in fits else min(max(nearest_to_target, fits.start), fits.stop - 1)


# ------------------------------------------------------------------ codes and history
def _settled(ready: Plan, drawn: Plan, change: Change, *, stopped: bool) -> Plan:
    """Return the redrawn plan with inherited codes, its register of codes and its history."""
    template = ready.parameters.template or PLAIN
    codes = succeed(ready, drawn, template, retired=ready.retired)
    units = drawn.units.assign(grid_id=drawn.units["grid_id"].map(codes).astype(TEXT))
    if "lock" in units:
        units["lock"] = units["grid_id"].where(units["lock"].notna())
    table = successors(ready, units)
    heirs = table[table["heir"]]
    gone = {str(old): str(new) for old, new in zip(heirs["old"], heirs["new"], strict=True)}
    details = {
        "around": list(change.around),
        "everywhere": change.everywhere,
        "band": change.band and astuple(change.band),
        "reason": change.reason,
        "author": change.author,
        "interrupted": stopped,
    }
    return recorded(ready, replace(drawn, units=units), "redraw", details, gone)
