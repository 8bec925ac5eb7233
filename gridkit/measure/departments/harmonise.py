"""The smallest moves of units that make departments' nets fit a plan's grids, all nets at once.

::

    agreed(town, goal) -> Accord             the plan and every net as they may move, and what no accord can do better
    harmonised(net, goal) -> Harmony         one net, the plan stays

A net fits the grids in one of three ways: its areas *nest* in grids (a grid holds whole areas), are *unions* of grids
(an area holds whole grids), or *equal* them. While the plan stays every net is a question of its own. Where the plan
moves too, a unit that changes grid may spare several departments a move: all are asked together.

Two integer programmes answer. The first knows only lots, the units that are alike in the plan and in every net, and
nothing of what touches what: its least is a bound of every accord, and it says in which grid each area is at home. The
second gives every unit a grid and an area there, areas in one piece and in their range of size: where a solution breaks
an area, of the units that separate two pieces one must be the area's too. Few units are searched with homes left open.

References
----------
Fischetti et al. (2017), Thinning out Steiner trees: a node-based model for uniform edge costs, Mathematical Programming
Computation 9(2), 203-229 (connectivity by node separators).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gridkit.graph import components
from gridkit.measure.departments.fit import Harmony, Net, close, judged, pieces, torn_before, unfit
from gridkit.measure.departments.homes import by_homes, least, mended
from gridkit.measure.departments.programme import NOBODY, Answer, Choices, Goal, Model
from gridkit.measure.departments.town import STAYS, Accord, Side, Town, numbered
from gridkit.measure.departments.whole_grids import united

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

LOTS = 60_000
"""Up to so many choices of lots are weighed in one programme; a larger plan is taken parent by parent."""
UNITS = 60_000
"""Up to so many choices of units one programme gives each its grid and area."""
FEW = 40
"""So few units are searched with the homes of areas left open."""
ROUNDS = 12
"""So many times are broken areas mended by further cuts; what is still in pieces then is told."""


def harmonised(net: Net, goal: Goal) -> Harmony:
    """Return a net's units moved as little as can be, so that it fits the grids.

    Parameters
    ----------
    net
        The net as it is.
    goal
        ``nest``: every area lies in one grid; ``union``: every grid lies in one area; ``equal``: both.

    Notes
    -----
    Contiguity and the range of size are kept where a net can; else the areas at fault are named. The bound is that of
    nets without these rules, but for unions (:mod:`~gridkit.measure.departments.whole_grids`) and few units.
    """
    if not (net.area >= 0).any():
        return Harmony(net.area.copy(), 0.0, 0.0, proven=True)
    alike = united(net) if goal == "union" else None
    if alike is not None and not alike.torn:
        return alike
    town = Town(
        net.weight,
        net.ends,
        Side(net.grid, STAYS),
        (Side(net.area, 1.0, net.band, net.size),),
        np.zeros(len(net.area), dtype=np.int64),
    )
    found = _together(town, goal) if _can_fit(town, town.nets[0], goal) else None
    if found is None:
        return by_homes(net, goal)
    answer, bound = found
    return _whole(net, answer.sides[1], goal, bound)


def _whole(net: Net, area: Ints, goal: Goal, bound: float) -> Harmony:
    """Return a net as it was found; where that tears areas, put together again if that leaves less to mend."""
    first = judged(net, area, goal, bound=bound)
    if not first.torn:
        return first
    second = judged(net, mended(net, area, goal), goal, bound=bound)
    return second if _wrong(second) < _wrong(first) else first


def _wrong(found: Harmony) -> int:
    return len(found.torn) + len(found.outside) + len(found.given_up) + len(found.misfits)


def agreed(town: Town, goal: Goal) -> Accord:
    """Return the plan and nets moved as little as can be, every side at its price, so that all nets fit the grids.

    Notes
    -----
    A net that cannot fit (it has fewer areas than there are grids to nest in) is left out of the accord, and moved to
    the grids that come of it as far as it goes. An area of a net that stays and that lies in two parents is taken in
    each of them by itself, as no grid leaves its parent; it is among the misfits.
    """
    if not town.plan.moves:
        return _net_by_net(town, town.plan.area, goal, 0.0, 0.0)
    able = [not side.moves or _can_fit(town, side, goal) for side in town.nets]
    walled = replace(town, nets=tuple(side if side.moves else _walled(side, town.parent) for side in town.nets))
    asked = replace(walled, nets=tuple(side for side, can in zip(walled.nets, able, strict=True) if can))
    if not asked.nets:
        return _net_by_net(town, town.plan.area, goal, 0.0, 0.0)
    # Where no net moves, one parent's grids are no matter of another's.
    found = _together(asked, goal) if any(side.moves for side in asked.nets) else None
    if found is None or _torn(town, found[0]):
        grid, bound = _by_parent(asked, goal)
        return _net_by_net(town, grid, goal, bound, np.nan)
    answer, bound = found
    taken = iter(answer.sides[1:])
    kept = [next(taken) if can else None for can in able]
    both = _net_by_net(town, answer.sides[0], goal, bound, np.nan, kept)
    if both.proven or goal != "union":
        return both
    # Unions of the grids as they are get their best proven, with contiguity, which the search of all sides may miss.
    still = _net_by_net(town, town.plan.area, goal, bound, np.nan)
    return min(both, still, key=lambda each: (sum(map(_wrong, (each.plan, *each.nets))), each.cost))


def _net_by_net(
    town: Town, grid: Ints, goal: Goal, bound: float, alone: float, kept: Sequence[Ints | None] = ()
) -> Accord:
    """Return the accord on given grids: each net as it was found with them, else moved to them by itself.

    Parameters
    ----------
    bound
        What is known of all sides together; where the plan stays, what is known net by net is added.
    alone
        Not a number where the sides were searched together: then no side has a bound of its own.
    """
    plan = judged(Net(town.weight, grid * 0, town.plan.area, town.ends, town.plan.band, town.plan.size), grid,
                  "union", bound=0.0)  # fmt: skip
    plan = replace(plan, bound=alone, proven=False, misfits=())
    nets, cost = [], (plan.moved * town.plan.price if town.plan.moves else 0.0)
    for at, side in enumerate(town.nets):
        own = town.net(side, grid)
        new = kept[at] if kept else None
        if not side.moves:
            found = Harmony(side.area, 0.0, 0.0, proven=True, misfits=unfit(side.area, grid, goal))
        elif new is not None:
            found = _whole(own, new, goal, 0.0)
            alike = united(own) if goal == "union" else None
            if alike is not None and (_wrong(alike), alike.moved) < (_wrong(found), found.moved):
                found = alike
        else:
            found = harmonised(own, goal)
            bound += 0.0 if np.isnan(alone) else found.bound * side.price
        if np.isnan(alone):
            found = replace(found, bound=alone, proven=False)
        nets.append(found)
        cost += found.moved * side.price if side.moves else 0.0
    whole = not any(each.torn or each.outside or each.given_up or each.misfits for each in (plan, *nets))
    whole = whole or (not np.isnan(alone) and all(each.proven for each in nets))
    bound = min(bound, cost)
    price = max((side.price for side in town.sides if side.moves), default=1.0)
    proven = bool(whole and cost <= bound + close(town.weight) * price)
    return Accord(plan, tuple(nets), cost, bound, proven)


def _can_fit(town: Town, side: Side, goal: Goal) -> bool:
    """Whether a net has areas enough for the grids that it covers."""
    covered = side.area >= 0
    return goal == "union" or len(np.unique(side.area[covered])) >= len(np.unique(town.plan.area[covered]))


def _walled(side: Side, parent: Ints) -> Side:
    """Return a net whose areas end where a parent does."""
    count = int(parent.max(initial=0)) + 1
    return replace(side, area=numbered(np.where(side.area >= 0, side.area * count + parent, NOBODY)))


def _by_parent(town: Town, goal: Goal) -> tuple[Ints, float]:
    """Return grids found in each parent by itself, and the sum of their bounds."""
    grid, bound = town.plan.area.copy(), 0.0
    for each in np.unique(town.parent):
        own = np.flatnonzero(town.parent == each)
        part = town.part(own)
        names = np.unique(town.plan.area[own])
        # A part of an area may fit here and be too small elsewhere: only the plan keeps to its range.
        part = replace(part, nets=tuple(replace(side, band=None) for side in part.nets))
        able = tuple(side for side in part.nets if not side.moves or _can_fit(part, side, goal))
        if not able:
            continue
        found = _together(replace(part, nets=able), goal)
        bound += max(_pair_bound(part, side, goal) for side in able) if found is None else found[1]
        if found is not None and not _torn(part, found[0]):
            grid[own] = names[found[0].sides[0]]
    return grid, bound


def _pair_bound(town: Town, side: Side, goal: Goal) -> float:
    """Return what the plan and one net cost at least: a unit stays in both only where its area is at home."""
    price = min(town.plan.price, side.price)
    return price * least(town.net(side, town.plan.area).held, goal)


# ------------------------------------------------------------------ all sides in one programme
def _together(town: Town, goal: Goal) -> tuple[Answer, float] | None:
    """Return every side's areas, found together, and a bound of all accords; None where there are too many choices."""
    first = _homes(town, goal)
    if first is None:
        return None
    homes, bound = first
    choices = _near(town, homes)
    best, cost = None, np.inf
    if _count(choices) <= UNITS:
        best = _searched(town, choices, goal)
        cost = np.inf if best is None else _cost(town, best)
    if cost <= bound + close(town.weight) and best is not None and _sound(town, best):
        return best, bound
    every = _every(town)
    if every is not None:
        exact = _searched(town, every, goal)
        if exact is not None:
            bound = max(bound, exact.bound)
            if best is None or _worth(town, exact) <= _worth(town, best):
                best = exact
    return None if best is None else (best, bound)


def _homes(town: Town, goal: Goal) -> tuple[Answer, float] | None:
    """Return how lots would be shared out if nothing had to touch, and what that costs; None where there are too many.

    The areas that units of a lot go to are not told apart: a lot stays with its area, or moves.
    """
    sides = np.stack([town.parent, *(side.area for side in town.sides)])
    lots, lot = np.unique(sides, axis=1, return_inverse=True)
    lot = lot.ravel()
    areas = [int(side.area.max(initial=-1)) + 1 for side in town.nets]
    grids = _grid_options(town, lots[0], lots[1])
    if len(grids) * 2 * max(len(areas), 1) + sum(areas) * (int(town.plan.area.max()) + 1) > LOTS:
        return None
    options = []
    for at, (side, count) in enumerate(zip(town.nets, areas, strict=True)):
        own = np.stack([np.arange(lots.shape[1]), lots[at + 2]], axis=1)
        other = own[own[:, 1] >= 0] * [1, 0] + [0, count]
        options.append(_sorted(np.concatenate([own, other]) if side.moves else own))
    open_ = tuple(np.ones((count + 1, int(town.plan.area.max()) + 1), dtype=bool) for count in areas)
    weight = np.bincount(lot, weights=town.weight).astype(np.float64)
    price = tuple(side.price for side in town.sides)
    model = Model(
        Choices(weight, lots[1], tuple(lots[2:]), price, grids, tuple(options), open_, whole=False),
        goal,
    )
    before = list(model.rows.blocks)
    for net, side in enumerate(town.nets):
        model.peopled(net, _needing(town, side))
    found = model.solved()
    if found is None:  # grids have to be given up
        model.rows.blocks = before
        found = model.solved()
    if found is None:
        return None
    homes = tuple(np.vstack([each, np.ones((1, each.shape[1]), dtype=bool)]) for each in found.homes)
    return Answer(tuple(side[lot] for side in found.sides), homes, found.bound), found.bound


def _needing(town: Town, side: Side) -> Ints:
    """Return the grids in which a net needs an area: those it covers, where they stay so."""
    covered = side.area >= 0
    if town.plan.moves and not covered.all():
        return np.empty(0, dtype=np.int64)
    return np.unique(town.plan.area[covered])


def _grid_options(town: Town, parent: Ints, grid: Ints) -> Ints:
    """Return the pairs of a node and a grid that it may be in: all grids of its parent, or its own."""
    if not town.plan.moves:
        return np.stack([np.arange(len(grid)), grid], axis=1)
    pairs = np.unique(np.stack([town.parent, town.plan.area], axis=1), axis=0)
    starts = np.searchsorted(pairs[:, 0], parent)
    counts = np.searchsorted(pairs[:, 0], parent, side="right") - starts
    node = np.repeat(np.arange(len(grid)), counts)
    at = np.arange(len(node)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(starts, counts)
    return np.stack([node, pairs[at, 1]], axis=1)


def _tied(town: Town, grids: Ints) -> Ints:
    """Return the pairs of units and grids that compounds and units that are held leave open."""
    if town.held is not None:
        grids = grids[~town.held[grids[:, 0]] | (grids[:, 1] == town.plan.area[grids[:, 0]])]
    if town.group is None:
        return grids
    count = int(town.plan.area.max()) + 1
    open_ = np.unique(town.group[grids[:, 0]] * count + grids[:, 1])
    if town.held is not None:  # one that is held holds its compound
        held = np.flatnonzero(town.held)
        fixed, at = np.unique(town.group[held], return_index=True)
        stays = np.isin(open_ // count, fixed)
        open_ = np.union1d(open_[~stays], fixed * count + town.plan.area[held[at]])
    order = np.argsort(town.group, kind="stable")
    starts, ends = (np.searchsorted(town.group[order], open_ // count, side=edge) for edge in ("left", "right"))
    counts = ends - starts
    at = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(starts, counts)
    return np.unique(np.stack([order[at], np.repeat(open_ % count, counts)], axis=1), axis=0)


def _near(town: Town, first: Answer) -> Choices:
    """Return the choices of units once areas are at home: the grids around a unit, and the areas at home there."""
    units, plan = np.arange(len(town.weight)), town.plan.area
    pairs = [np.stack([units, plan], axis=1)]
    if town.plan.moves:
        both = np.concatenate([town.ends, town.ends[:, ::-1]])
        both = both[town.parent[both[:, 0]] == town.parent[both[:, 1]]]
        for grid in (plan, first.sides[0]):
            pairs += [np.stack([units, grid], axis=1), np.stack([both[:, 0], grid[both[:, 1]]], axis=1)]
    grids = _tied(town, np.unique(np.concatenate(pairs), axis=0))
    options = []
    for side, homes in zip(town.nets, first.homes, strict=True):
        own = np.stack([units, side.area], axis=1)
        if not side.moves:
            options.append(own)
            continue
        at_home = np.argwhere(homes[:-1])
        order = np.argsort(at_home[:, 1], kind="stable")
        area, ground = at_home[order].T
        covered = grids[side.area[grids[:, 0]] >= 0]
        starts, ends = (np.searchsorted(ground, covered[:, 1], side=edge) for edge in ("left", "right"))
        counts = ends - starts
        at = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(starts, counts)
        other = np.stack([np.repeat(covered[:, 0], counts), area[at]], axis=1)
        options.append(np.unique(np.concatenate([own, other]), axis=0))
    price = tuple(side.price for side in town.sides)
    areas = tuple(side.area for side in town.nets)
    return Choices(town.weight, plan, areas, price, grids, tuple(options), first.homes, settled=True, group=town.group)


def _every(town: Town) -> Choices | None:
    """Return every choice of every unit, homes left open; None where there are too many."""
    if len(town.weight) > FEW:
        return None
    units = np.arange(len(town.weight))
    grids = _tied(town, _grid_options(town, town.parent, town.plan.area))
    options, open_ = [], []
    for side in town.nets:
        count = int(side.area.max(initial=-1)) + 1
        own = np.stack([units, side.area], axis=1)
        covered = units[side.area >= 0]
        every = np.stack([np.repeat(covered, count), np.tile(np.arange(count), len(covered))], axis=1)
        options.append(_sorted(np.concatenate([own[side.area < 0], every])) if side.moves else own)
        open_.append(np.ones((count + 1, int(town.plan.area.max()) + 1), dtype=bool))
    price = tuple(side.price for side in town.sides)
    areas = tuple(side.area for side in town.nets)
    return Choices(town.weight, town.plan.area, areas, price, grids, tuple(options), tuple(open_), group=town.group)


def _count(choices: Choices) -> int:
    """Return how many choices there are of a grid and an area in it, over all nets."""
    of_node = np.bincount(choices.grids[:, 0], minlength=len(choices.weight))
    total = 0
    for pairs, homes in zip(choices.areas, choices.homes, strict=True):
        if choices.settled:  # hardly more than one area's home is open to a unit in a grid, or few are
            inside = np.bincount(choices.grids[:, 1], minlength=homes.shape[1])
            total += int((homes[:-1].sum(axis=0) * inside).sum())
        else:
            total += int(of_node[pairs[:, 0]].sum())
    return total


def _searched(town: Town, choices: Choices, goal: Goal) -> Answer | None:
    """Return the best choice: every area kept, in its range and in one piece, as far as that can be."""
    model = Model(choices, goal)
    for each in np.unique(town.plan.area) if town.plan.moves else ():  # no grid is given up
        column = model.members(0, int(each))[1]
        model.rows.add(np.zeros(len(column), dtype=np.int64), column, 1.0, 1.0, np.inf)
    answer = model.eased(_wishes(town, model))
    if answer is None:
        return None
    once = [{each for each, count in pieces(town.ends, side.area).items() if count == 1} for side in town.sides]
    for _ in range(ROUNDS):
        if not _cut(town, model, answer, once):
            break
        again = model.solved()
        if again is None:
            break
        answer = replace(again, bound=max(answer.bound, again.bound))
    return answer


def _wishes(town: Town, model: Model) -> list[list[tuple[Ints, Floats, float, float]]]:
    """Return what is asked of areas, what is given up first last: kept at all, no further out of range, in range."""
    kept, eased, strict = [], [], []
    for number, side in enumerate(town.sides):
        if not side.moves:
            continue
        size = town.weight if side.size is None else side.size
        loads = np.bincount(side.area[side.area >= 0], weights=size[side.area >= 0])
        for each in np.unique(side.area[side.area >= 0]):
            node, column = model.members(number, int(each))
            if number:
                kept.append((column, np.ones(len(column)), 1.0, np.inf))
            if side.band is not None:
                unit = side.band.target  # rows of like size keep the solver's tolerances
                low, high = (edge / unit for edge in side.band.edges)
                held, slack, size_of = loads[each] / unit, side.band.slack / unit, size[node] / unit
                strict.append((column, size_of, low, high))
                eased.append((column, size_of, min(low, held - slack), max(high, held + slack)))
    return [wish for wish in (kept, eased, strict) if wish]


def _cut(town: Town, model: Model, answer: Answer, once: Sequence[set[int]]) -> bool:
    """Ask that areas that were in one piece stay so where the answer breaks them; return whether any was."""
    ground, broken = components(town.ends, len(town.weight)), False
    for number, (side, areas) in enumerate(zip(town.sides, answer.sides, strict=True)):
        if not side.moves:
            continue
        for each, count in pieces(town.ends, areas).items():
            if count == 1 or each not in once[number]:
                continue
            node, column = model.members(number, each)
            first, *others = _parts(np.flatnonzero(areas == each), town.ends)
            for piece in others:
                if ground[first[0]] != ground[piece[0]]:
                    continue  # the ground itself keeps them apart
                around = column[np.isin(node, _around(piece, town.ends))]
                ends = [column[node == end] for end in (first[0], piece[0])]
                columns = np.concatenate([*ends, around])
                values = np.repeat([1.0, -1.0], [sum(map(len, ends)), len(around)])
                model.rows.add(np.zeros(len(columns), dtype=np.int64), columns, values, -np.inf, 1.0)
                broken = True
    return broken


def _cost(town: Town, answer: Answer) -> float:
    """Return what moved, every side at its price."""
    moved = [
        side.price * float(town.weight[area != side.area].sum())
        for side, area in zip(town.sides, answer.sides, strict=True)
        if side.moves
    ]
    return sum(moved)


def _sound(town: Town, answer: Answer) -> bool:
    """Whether no area was torn or given up, and none left its range."""
    return _faults(town, answer) == 0


def _torn(town: Town, answer: Answer) -> bool:
    """Whether the answer tears a grid."""
    return any(torn_before(town.ends, town.plan.area, answer.sides[0]).values())


def _faults(town: Town, answer: Answer) -> int:
    count = 0
    for side, area in zip(town.sides, answer.sides, strict=True):
        found = judged(town.net(side, answer.sides[0]), area, "nest", bound=0.0)
        count += len(found.torn) + len(found.outside) + len(found.given_up)
    return count


def _worth(town: Town, answer: Answer) -> tuple[int, float]:
    """Return what an answer is compared by: its faults, then its cost."""
    return _faults(town, answer), _cost(town, answer)


def _parts(nodes: Ints, near: Ints) -> list[Ints]:
    """Return the pieces of some nodes, the largest first."""
    ordered = np.sort(nodes)
    inside = near[np.isin(near, ordered).all(axis=1)]
    part = components(np.searchsorted(ordered, inside), len(ordered))
    found = [ordered[part == each] for each in np.unique(part)]
    return sorted(found, key=lambda piece: (-len(piece), int(piece[0])))


def _around(nodes: Ints, near: Ints) -> Ints:
    """Return the nodes that touch some nodes."""
    inside = np.isin(near, nodes)
    edge = inside.sum(axis=1) == 1
    return np.unique(near[edge][~inside[edge]])


def _sorted(pairs: Ints) -> Ints:
    """Return pairs in the order of their first, then their second number."""
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
