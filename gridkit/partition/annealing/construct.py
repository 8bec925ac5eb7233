"""The first plan of a piece: a power diagram of equal cells, repaired into contiguous grids."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from gridkit.errors import InfeasibleError
from gridkit.kernels import compiled, kernel
from gridkit.language.phrases import template
from gridkit.partition.annealing.moves import holds_together
from gridkit.partition.annealing.workspace import Workspace, workspace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.partition.piece import Graph, Piece

LAND_LEAST = 1.5  # grids that a land holds when it gets its own
STRETCH = 0.5  # share of the band that lands may ask of their grids before one reaches over a bridge
ROUNDS = 12  # moves of the centres
CANDIDATES = 8  # cells looked at for one point


def first_plan(piece: Piece, seed: int = 0) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return a contiguous plan of exactly ``piece.k`` grids.

    The old one where there is one, else a power diagram; locks kept.

    With it comes the grid that a node had better keep while the plan is hot, or -1: the locks, and both ends of each
    bridge that a grid reaches over.

    Raises
    ------
    InfeasibleError
        The units locked to one grid cannot be joined around those locked to others.
    """
    graph, k = piece.graph, piece.k
    pins = graph.fixed.copy()
    if (graph.old >= 0).any():
        label = graph.old.copy()
    else:
        label, ends = _cells(piece, seed)
        label = _match(label, graph.fixed, k)
        # Locks pin enough: beside them a bridge's ends, which are only a wish, could make a plan impossible.
        if not (graph.fixed >= 0).any():
            pins[ends] = label[ends]
    # Cells know nothing of locks; cores are laid over them, and what that tears apart is repaired.
    core = _cores(piece)
    label[core >= 0] = core[core >= 0]
    repair(graph.start, graph.neighbour, graph.price, graph.weight, core, label, k)
    amount = np.bincount(label, minlength=k).astype(np.int32)
    if not repair_empty(graph, core, label, amount, workspace(len(label), k)):
        raise InfeasibleError(
            template(
                "{k} grid cannot be made around the locked units", "{k} grids cannot be made around the locked units"
            ),
            k=k,
            mend="unlock some units or ask for fewer grids",
        )
    # Repair may have given an end of a bridge away; pinned to a grid it is no longer in, it would pull that grid
    # apart.
    pins[pins != label] = -1
    return label, pins


def _cells(piece: Piece, seed: int) -> tuple[NDArray[np.int32], list[int]]:
    """Return power cells that keep to one land each, and the ends of the bridges that some have to reach over.

    Lands are the banks of a river. Each gets the whole number of grids nearest to its weight; where these grids would
    stretch the band, one grid first takes the odd share of the land and makes itself whole on the other side of a
    bridge.
    """
    weight = piece.graph.weight[:, 0]
    land = _join_small(piece)
    share = np.bincount(land, weight) / max(weight.sum(), 1e-300) * piece.k
    mean = weight.sum() / piece.k
    # The nearer edge of the band counts: a mean that lies near one leaves little room on that side.
    room = min(piece.graph.high[0] - mean, mean - piece.graph.low[0]) / max(mean, 1e-300)
    cell = np.full(len(weight), -1, dtype=np.int32)
    made = 0
    ends: list[int] = []
    while len(share) > 1 and made < piece.k - 1:
        odd = share - np.floor(share)
        stretched = np.minimum(odd, 1 - odd) / np.maximum(share, 1e-9) > STRETCH * room
        # The smallest land first: there one odd grid stretches all the others most.
        least = int(np.argmin(np.where(stretched & (share > 0), share, np.inf)))
        if not stretched[least] or share[least] == 0:
            break
        here, bridge = _reach_over(
            piece, np.where(cell < 0, land, -1), least, odd[least] * mean, (1 - odd[least]) * mean, seed
        )
        if not bridge:
            break
        cell[here] = made
        ends += bridge
        made += 1
        share = np.bincount(land, np.where(cell < 0, weight, 0.0), len(share)) / mean
    return _fill(piece, np.where(cell < 0, land, -1), share, cell, made), ends


def _fill(
    piece: Piece, land: NDArray[np.int64], share: NDArray[np.float64], cell: NDArray[np.int32], made: int
) -> NDArray[np.int32]:
    """Give every land its power cells, numbered from ``made`` on."""
    weight = piece.graph.weight[:, 0]
    units = np.bincount(land[land >= 0], minlength=len(share))
    grids = np.minimum(np.maximum(np.floor(share), 1), units).astype(int)
    # Largest remainders, as seats are apportioned: rounding each land by itself may miss the sum by several grids.
    while grids.sum() < piece.k - made:
        grids[np.argmax(np.where(grids < units, share - grids, -np.inf))] += 1
    while grids.sum() > piece.k - made:
        grids[np.argmin(np.where(grids > 0, share - grids, np.inf))] -= 1
    for number, k in enumerate(grids):
        here = np.flatnonzero(land == number)
        if k:
            cell[here] = made + power_cells(piece.points[here], weight[here], int(k))
            made += int(k)
    return cell


def _reach_over(
    piece: Piece, land: NDArray[np.int64], own: int, near_side: float, far_side: float, seed: int
) -> tuple[NDArray[np.int64], list[int]]:
    """Return a grid with ``near_side`` of land ``own`` and ``far_side`` beyond a bridge, and the bridge's ends."""
    graph = piece.graph
    source = np.repeat(np.arange(len(land)), np.diff(graph.start))
    bridges = np.flatnonzero((land[source] == own) & (land[graph.neighbour] >= 0) & (land[graph.neighbour] != own))
    if not len(bridges):
        return np.empty(0, dtype=np.int64), []
    # By the seed, so that each start tries another bridge; which one serves best is seen only after annealing.
    bridge = bridges[seed % len(bridges)]
    ends = ((int(source[bridge]), near_side), (int(graph.neighbour[bridge]), far_side))
    return np.concatenate([_around(piece, land, end, weight) for end, weight in ends]), [end for end, _ in ends]


def _around(piece: Piece, land: NDArray[np.int64], end: int, weight: float) -> NDArray[np.int64]:
    """Return the nodes nearest to ``end`` that are connected with it on its land, up to ``weight``."""
    graph = piece.graph
    away = np.hypot(*(piece.points - piece.points[end]).T)
    heap, seen, total = [(0.0, end)], {end}, 0.0
    taken: list[int] = []
    # A node is taken when at least half of it still belongs: the sum ends nearest to what is wanted, not always below
    # it.
    while heap and (not taken or total + graph.weight[heap[0][1], 0] / 2 <= weight):
        _, u = heapq.heappop(heap)
        taken.append(u)
        total += float(graph.weight[u, 0])
        for v in graph.neighbour[graph.start[u] : graph.start[u + 1]].tolist():
            if v not in seen and land[v] == land[end]:
                seen.add(v)
                heapq.heappush(heap, (float(away[v]), v))
    return np.array(taken, dtype=np.int64)


def _join_small(piece: Piece) -> NDArray[np.int64]:
    """Return lands of which each has the weight and the units for its grids.

    A smaller one joins a land it is linked to, or the largest.
    """
    land = piece.land.copy()
    graph = piece.graph
    source = np.repeat(np.arange(len(land)), np.diff(graph.start))
    while True:
        numbers, land = np.unique(land, return_inverse=True)
        share = np.bincount(land, graph.weight[:, 0]) / max(graph.weight[:, 0].sum(), 1e-300) * piece.k
        least = int(np.argmin(share))
        if len(numbers) == 1 or (share[least] >= LAND_LEAST and (np.bincount(land) >= 2 * share).all()):
            return land
        beyond = land[graph.neighbour][(land[source] == least) & (land[graph.neighbour] != least)]
        land[land == least] = np.bincount(beyond).argmax()


def power_cells(points: NDArray[np.float64], weight: NDArray[np.float64], k: int) -> NDArray[np.int32]:
    """Return the cell of each point in a power diagram of ``k`` cells of nearly equal weight.

    Points come in Hilbert order, so that equal runs of them are the first cells. Then centres move to the means of
    their cells (Lloyd) while each cell's radius shrinks or grows with its weight. O(rounds * points * candidates).

    References
    ----------
    Aurenhammer, Hoffmann & Aronov (1998), Minkowski-type theorems and least-squares clustering, Algorithmica 20, 61-76.
    """
    # Empty units need some mass too, or a cell of nothing but parks would have no middle.
    mass = weight + 1e-3 * weight.mean() + 1e-12
    run = np.cumsum(mass) - mass / 2
    cell: NDArray[np.int32] = np.minimum(run / mass.sum() * k, k - 1).astype(np.int32)
    if k == 1:
        return cell
    centre = _means(points, mass, cell, k, np.zeros((k, 2)))
    radius = np.zeros(k)
    for turn in range(ROUNDS):
        _, near_cells = cKDTree(centre).query(points, k=min(k, CANDIDATES))
        # Radii are squared lengths; a step measured by the neighbours' distance is as large in a village as in a town.
        gap = cKDTree(centre).query(centre, k=min(k, 5))[0][:, 1:].mean(axis=1) ** 2
        assign(points, mass, centre, radius, gap, near_cells.astype(np.int32), cell, 4)
        if turn < ROUNDS - 1:
            centre = _means(points, mass, cell, k, centre)
    return cell


def _means(
    points: NDArray[np.float64], mass: NDArray[np.float64], cell: NDArray[np.int32], k: int, empty: NDArray[np.float64]
) -> NDArray[np.float64]:
    size = np.bincount(cell, mass, k)
    sums = np.column_stack([np.bincount(cell, mass * axis, k) for axis in points.T])
    return np.where((size > 0)[:, None], sums / np.maximum(size, 1e-300)[:, None], empty)


@compiled
def assign(
    points: NDArray[np.float64],
    mass: NDArray[np.float64],
    centre: NDArray[np.float64],
    radius: NDArray[np.float64],
    gap: NDArray[np.float64],
    near_cells: NDArray[np.int32],
    cell: NDArray[np.int32],
    turns: int,
) -> NDArray[np.float64]:
    """Give every point to the cell of least power among its candidates, then adapt the radii.

    Return the cells' weights. O(points * candidates).
    """
    k = centre.shape[0]
    goal = mass.sum() / k
    size = np.zeros(k)
    for _ in range(turns):
        size[:] = 0.0
        for i in range(points.shape[0]):
            least = np.inf
            for c in near_cells[i]:
                power = (points[i, 0] - centre[c, 0]) ** 2 + (points[i, 1] - centre[c, 1]) ** 2 - radius[c]
                if power < least:
                    least = power
                    cell[i] = c
            size[cell[i]] += mass[i]
        for c in range(k):
            # Clipped, since a cell that is far off at first would swallow its neighbours in one step.
            radius[c] += 0.15 * gap[c] * (1.0 - min(max(size[c] / goal, 0.5), 1.5))
    return size


def _match(cell: NDArray[np.int32], fixed: NDArray[np.int32], k: int) -> NDArray[np.int32]:
    """Rename the cells so that locked units find themselves in their own grid as often as can be."""
    held = fixed >= 0
    if not held.any():
        return cell
    shared = np.zeros((k, k))
    np.add.at(shared, (cell[held], fixed[held]), 1.0)
    _, name = linear_sum_assignment(-shared)
    return np.asarray(name, dtype=np.int32)[cell]


def _cores(piece: Piece) -> NDArray[np.int32]:
    """Return the grid of locked units and of those that join them by shortest ways; -1 elsewhere."""
    graph = piece.graph
    core = graph.fixed.copy()
    for grid in np.unique(core[core >= 0]):
        if not join(graph.start, graph.neighbour, core, grid):
            raise InfeasibleError(
                "the units locked to grid {grid} cannot be joined around other locked units",
                grid=int(piece.names[grid]),
                mend="unlock some",
            )
    return core


@compiled
def join(start: NDArray[np.int32], neighbour: NDArray[np.int32], core: NDArray[np.int32], grid: int) -> bool:
    """Add to ``core`` the units that make ``grid`` contiguous, walking over free units only.

    Say whether it worked. O(locked * size).
    """
    n = core.shape[0]
    back = np.empty(n, np.int32)
    queue = np.empty(n, np.int32)
    while True:
        back[:] = -1
        root = 0
        while core[root] != grid:
            root += 1
        back[root] = root
        queue[0] = root
        head, tail = 0, 1
        found = -1
        while head < tail:  # the walk spreads inside the part first joined
            u = queue[head]
            head += 1
            for e in range(start[u], start[u + 1]):
                v = neighbour[e]
                if back[v] < 0 and core[v] == grid:
                    back[v] = v
                    queue[tail] = v
                    tail += 1
        inside = tail
        head = 0
        while head < tail and found < 0:
            u = queue[head]
            head += 1
            for e in range(start[u], start[u + 1]):
                v = neighbour[e]
                if back[v] >= 0 or (core[v] >= 0 and core[v] != grid):
                    continue
                back[v] = u
                if core[v] == grid:
                    found = v
                    break
                queue[tail] = v
                tail += 1
        if found < 0:
            break
        while back[found] != found:
            core[found] = grid
            found = back[found]
    return bool(inside == (core == grid).sum())


@compiled
def repair(
    start: NDArray[np.int32],
    neighbour: NDArray[np.int32],
    price: NDArray[np.float64],
    weight: NDArray[np.float64],
    core: NDArray[np.int32],
    label: NDArray[np.int32],
    k: int,
) -> None:
    """Keep one connected part per grid (that of its core.

    Else the heaviest) and hand every other unit to a grid it touches. O(size * passes).
    """
    n = label.shape[0]
    part = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    heaviest = np.full(k, -1.0)
    kept = np.full(k, -1, np.int32)
    number = 0
    for root in range(n):
        if part[root] >= 0 or label[root] < 0:
            continue
        queue[0] = root
        part[root] = number
        head, tail = 0, 1
        mass = 0.0
        while head < tail:
            u = queue[head]
            head += 1
            # A little for each unit, so that of parts without people the one with more units is kept.
            mass += weight[u, 0] + 1e-6
            # Heavier than any part without it: a part that holds the lock is kept, however small.
            if core[u] >= 0:
                mass += 1e9
            for e in range(start[u], start[u + 1]):
                v = neighbour[e]
                if part[v] < 0 and label[v] == label[root]:
                    part[v] = number
                    queue[tail] = v
                    tail += 1
        if mass > heaviest[label[root]]:
            heaviest[label[root]] = mass
            kept[label[root]] = number
        number += 1
    total = np.zeros(k)
    for u in range(n):
        if label[u] >= 0 and kept[label[u]] != part[u]:
            label[u] = -1
        elif label[u] >= 0:
            total[label[u]] += weight[u, 0]
    metre = max(np.abs(price).mean(), 1e-9) if price.shape[0] else 1.0
    waiting = True
    seen = False
    for u in range(n):
        seen = seen or label[u] >= 0
    if not seen:
        label[0] = 0
    while waiting:
        waiting = False
        for u in range(n):
            if label[u] >= 0:
                continue
            best, to = -np.inf, -1
            for e in range(start[u], start[u + 1]):
                grid = label[neighbour[e]]
                if grid >= 0:
                    # Weight decides and price breaks ties: the plan is annealed anyway, and being near the band is
                    # worth more than a good line.
                    worth = price[e] / metre - 10.0 * total[grid]
                    if worth > best:
                        best, to = worth, grid
            if to >= 0:
                label[u] = to
                total[to] += weight[u, 0]
            else:
                waiting = True


@kernel
def repair_empty(
    graph: Graph, core: NDArray[np.int32], label: NDArray[np.int32], amount: NDArray[np.int32], space: Workspace
) -> bool:
    """Give every empty grid one unit that a larger grid can spare; say whether all are served.

    ``amount`` is the number of units of each grid and kept true. O(k * size) at worst.
    """
    n = label.shape[0]
    for grid in range(amount.shape[0]):
        if amount[grid] > 0:
            continue
        best = -1
        for u in range(n):
            # The largest grid can spare one best; and the cheap test stands before the walk of holds_together.
            larger = best < 0 or amount[label[u]] > amount[label[best]]
            if core[u] < 0 and amount[label[u]] > 1 and larger and holds_together(graph, label, np.int32(u), space):
                best = u
        if best < 0:
            return False
        amount[label[best]] -= 1
        label[best] = grid
        amount[grid] = 1
    return True
