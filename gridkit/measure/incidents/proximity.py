"""What is near what, among any number of incidents: cells are searched, and no table of pairs is made.

Five million incidents of a city have more pairs within a hundred metres than any machine can hold. Cells that lie
wholly within reach are counted by their totals, a search for one incident within reach ends with the first, and what
hangs together already is not looked at again: memory grows with the incidents, and time hardly faster.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridkit.kernels import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
FULL = 4.0
"""Points to a cell, about: cells on the rim of a circle are looked at point by point."""
SLACK = 1e-9
"""A cell is wholly within reach, or wholly out of it, where it is so by this share of the reach."""
NONE = -1


class Cells(NamedTuple):
    """Points put into the cells of a lattice: those of cell ``k`` are ``order[first[k]:first[k + 1]]``.

    Attributes
    ----------
    at
        The place of each cell that holds a point, one column to an axis, sorted by the first, then the next.
    first
        Where each cell's points begin.
    order
        The points, cell by cell.
    """

    at: Ints
    first: Ints
    order: Ints


def cells(*axes: tuple[Floats, float]) -> Cells:
    """Return points in the cells of a lattice, of which each axis is given with the width of a cell along it.

    Examples
    --------
    >>> cells((np.array([0.5, 7.2, 0.1]), 1.0)).first.tolist()
    [0, 2, 3]
    """
    columns = [np.floor((values - values.min()) / width).astype(np.int64) for values, width in axes]
    order = np.lexsort(columns[::-1]).astype(np.int64)
    placed = np.column_stack(columns)[order]
    first = np.flatnonzero(np.r_[True, (placed[1:] != placed[:-1]).any(axis=1)])
    return Cells(np.ascontiguousarray(placed[first]), np.r_[first, len(order)].astype(np.int64), order)


def weights_within(xy: Floats, weight: Ints, radius: float) -> Ints:
    """Return the weight of all points within ``radius`` metres of each point, its own among it.

    Examples
    --------
    >>> weights_within(np.array([[0.0, 0.0], [3.0, 4.0], [9.0, 0.0]]), np.array([1, 2, 5]), 5.0).tolist()
    [3, 3, 5]
    """
    weight = np.asarray(weight, dtype=np.int64)
    if not len(xy):
        return weight
    width = _width(xy, radius)
    found = cells((xy[:, 0], width), (xy[:, 1], width))
    before = np.concatenate([[0], np.cumsum(np.add.reduceat(weight[found.order], found.first[:-1]))])
    sums = np.empty(len(xy), dtype=np.int64)
    sums[found.order] = _weighed(found, before, _from_corner(xy)[found.order], weight[found.order], (radius, width))
    return sums


def claimed(xy: Floats, busiest: Ints, radius: float) -> Ints:
    """Return whose each point is: each of ``busiest``, in turn, claims what is within ``radius`` and nobody's yet."""
    if not len(xy):
        return np.empty(0, dtype=np.int64)
    width = _width(xy, radius)
    found = cells((xy[:, 0], width), (xy[:, 1], width))
    place = np.floor(_from_corner(xy) / width).astype(np.int64)
    return _claimed(found, place, _from_corner(xy), np.asarray(busiest, dtype=np.int64), (radius, width))


def by_density(xy: Floats, days: Floats, metres: float, within_days: float, least: int) -> Ints:
    """Return the cluster of each point by density in space and time, -1 for none.

    A point with ``least`` points (itself counted) within both distances is a core; cores within reach of each other are
    one cluster, numbered by their first core, and what is within reach of a core belongs to the first such cluster.
    """
    if not len(xy):
        return np.empty(0, dtype=np.int64)
    # All points in one cell are within reach of each other: its cores are of one cluster.
    side = metres / np.sqrt(2) * (1 - SLACK)
    when = np.asarray(days, dtype=np.float64)
    found = cells((xy[:, 0], side), (xy[:, 1], side), (when, within_days))
    points = np.ascontiguousarray(np.column_stack([_from_corner(xy), when]))
    reach = (metres, within_days)
    core = _cores(found, points, reach, least)
    boxes = _boxes(found, points, core)
    part = _joined(found, points, reach, np.where(core, 0, NONE), boxes)[_cell_of(found)]
    label = np.full(len(xy), NONE, dtype=np.int64)
    _, begin, which = np.unique(part[core], return_index=True, return_inverse=True)
    label[core] = np.argsort(np.argsort(begin))[which]
    return _reached(found, points, reach, label, boxes)


def _width(xy: Floats, radius: float) -> float:
    """Return how wide cells are made: that some points lie in each, and never wider than the radius."""
    wide, high = np.maximum(np.ptp(xy, axis=0), radius)
    return float(min(np.sqrt(wide * high * FULL / len(xy)), radius))


def _from_corner(xy: Floats) -> Floats:
    return np.ascontiguousarray(xy - xy.min(axis=0))


def _cell_of(found: Cells) -> Ints:
    cell = np.empty(len(found.order), dtype=np.int64)
    cell[found.order] = np.repeat(np.arange(len(found.at)), np.diff(found.first))
    return cell


@compiled
def _from(at: Ints, column: int, row: int, layer: int) -> int:  # pragma: no cover - compiled
    """Return the first cell at or behind a place, in the order of cells."""
    low, high = 0, len(at)
    while low < high:
        middle = (low + high) // 2
        x, y = at[middle, 0], at[middle, 1]
        z = at[middle, 2] if at.shape[1] > 2 else 0  # noqa: PLR2004
        if x < column or (x == column and (y < row or (y == row and z < layer))):
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _rows(aside: int, radius: float, width: float) -> tuple[int, int]:  # pragma: no cover - compiled
    """Return how many rows up and down may be within reach in a column so far aside, and how many wholly are."""
    near, far = max(abs(aside) - 1, 0) * width, (abs(aside) + 1) * width
    most, whole = -1, -1
    if near <= radius * (1 + SLACK):
        most = int(np.sqrt(max(radius * radius - near * near, 0.0)) / width) + 2
    if far < radius:
        whole = int(np.sqrt(radius * radius - far * far) * (1 - SLACK) / width) - 1
    return most, whole


@compiled
def _weighed(
    found: Cells, before: Ints, xy: Floats, weight: Ints, size: tuple[float, float]
) -> Ints:  # pragma: no cover - compiled
    """Add up, cell by cell: in each column near a cell, the rows wholly within reach by totals, the rim by points.

    Points come, and sums go, in the order of cells: what is near in space is near in memory.
    """
    at, first = found.at, found.first
    radius, width = size
    steps = int(np.ceil(radius / width)) + 1
    sums = np.zeros(len(xy), dtype=np.int64)
    for cell in range(len(at)):
        column, row = at[cell]
        whole = 0
        for aside in range(-steps, steps + 1):
            most, inner = _rows(aside, radius, width)
            begin, end = _from(at, column + aside, row - most, 0), _from(at, column + aside, row + most + 1, 0)
            inside, beyond = end, end
            if inner >= 0:
                inside = _from(at, column + aside, row - inner, 0)
                beyond = _from(at, column + aside, row + inner + 1, 0)
                whole += before[beyond] - before[inside]
            _add(sums, xy, weight, (first[cell], first[cell + 1]), (first[begin], first[inside]), radius)
            _add(sums, xy, weight, (first[cell], first[cell + 1]), (first[beyond], first[end]), radius)
        for one in range(first[cell], first[cell + 1]):
            sums[one] += whole
    return sums


@compiled
def _add(
    sums: Ints, xy: Floats, weight: Ints, some: tuple[int, int], others: tuple[int, int], radius: float
) -> None:  # pragma: no cover - compiled
    """Add to the sums of some points the weight of those others that are within reach."""
    for one in range(some[0], some[1]):
        for two in range(others[0], others[1]):
            x, y = xy[one, 0] - xy[two, 0], xy[one, 1] - xy[two, 1]
            if x * x + y * y <= radius * radius:
                sums[one] += weight[two]


@compiled
def _claimed(
    found: Cells, place: Ints, xy: Floats, busiest: Ints, size: tuple[float, float]
) -> Ints:  # pragma: no cover - compiled
    """Let each point, busiest first, claim what is near it and not yet claimed: few circles overlap anywhere."""
    at, first, order = found.at, found.first, found.order
    radius, width = size
    steps = int(np.ceil(radius / width)) + 1
    label = np.full(len(busiest), -1, dtype=np.int64)
    for one in busiest:
        if label[one] >= 0:
            continue
        label[one] = one
        column, row = place[one]
        for aside in range(-steps, steps + 1):
            end = _from(at, column + aside, row + steps + 1, 0)
            for cell in range(_from(at, column + aside, row - steps, 0), end):
                for m in range(first[cell], first[cell + 1]):
                    two = order[m]
                    x, y = xy[one, 0] - xy[two, 0], xy[one, 1] - xy[two, 1]
                    if label[two] < 0 and x * x + y * y <= radius * radius:
                        label[two] = one
    return label


@compiled
def _within(points: Floats, one: int, two: int, reach: tuple[float, float]) -> bool:  # pragma: no cover - compiled
    x, y = points[one, 0] - points[two, 0], points[one, 1] - points[two, 1]
    return bool(x * x + y * y <= reach[0] * reach[0] and abs(points[one, 2] - points[two, 2]) <= reach[1])


@compiled
def _beside(at: Ints, cell: int, side: int) -> tuple[int, int]:  # pragma: no cover - compiled
    """Return the cells that may be within reach of a cell, in one of the 25 columns around it: one layer up and down.

    A cell's diagonal is the reach in space, its height that in time.
    """
    x, y, layer = at[cell, 0] + side // 5 - 2, at[cell, 1] + side % 5 - 2, at[cell, 2]
    return _from(at, x, y, layer - 1), _from(at, x, y, layer + 2)


@compiled
def _counted(
    found: Cells, points: Floats, reach: tuple[float, float], cell: int, one: int, least: int
) -> int:  # pragma: no cover - compiled
    """Return how many points are within reach of one in a cell, counted no further than ``least``."""
    count = 0
    for side in range(25):
        begin, end = _beside(found.at, cell, side)
        for m in range(found.first[begin], found.first[end]):
            count += _within(points, one, found.order[m], reach)
            if count >= least:
                return count
    return count


@compiled
def _cores(
    found: Cells, points: Floats, reach: tuple[float, float], least: int
) -> Flags:  # pragma: no cover - compiled
    """Tell which points are cores: all of a cell of enough, since they are within reach of each other."""
    first, order = found.first, found.order
    core = np.zeros(len(points), dtype=np.bool_)
    for cell in range(len(found.at)):
        enough = first[cell + 1] - first[cell] >= least
        for k in range(first[cell], first[cell + 1]):
            core[order[k]] = enough or _counted(found, points, reach, cell, order[k], least) >= least
    return core


@compiled
def _boxes(found: Cells, points: Floats, core: Flags) -> Floats:  # pragma: no cover - compiled
    """Return west, south, first day, east, north and last day of each cell's cores; of none, infinitely far away."""
    first, order = found.first, found.order
    boxes = np.empty((len(first) - 1, 6))
    boxes[:, :3], boxes[:, 3:] = np.inf, -np.inf
    for cell in range(len(boxes)):
        for k in range(first[cell], first[cell + 1]):
            if core[order[k]]:
                for axis in range(3):
                    value = points[order[k], axis]
                    boxes[cell, axis] = min(boxes[cell, axis], value)
                    boxes[cell, axis + 3] = max(boxes[cell, axis + 3], value)
    return boxes


@compiled
def _off(low: Floats, high: Floats, box: Floats, reach: tuple[float, float]) -> bool:  # pragma: no cover - compiled
    """Tell whether all between two corners is out of reach of a box."""
    x = max(box[0] - high[0], low[0] - box[3], 0.0)
    y = max(box[1] - high[1], low[1] - box[4], 0.0)
    days = max(box[2] - high[2], low[2] - box[5])
    return bool(x * x + y * y > reach[0] * reach[0] * (1 + SLACK) or days > reach[1])


@compiled
def _root(parts: Ints, cell: int) -> int:  # pragma: no cover - compiled
    while parts[cell] != cell:
        parts[cell] = parts[parts[cell]]
        cell = parts[cell]
    return cell


@compiled
def _met(
    found: Cells, points: Floats, reach: tuple[float, float], cores: Ints, one: int, cell: int
) -> bool:  # pragma: no cover - compiled
    """Tell whether a core of a cell is within reach of a point; ``cores`` are not negative where points are cores."""
    for m in range(found.first[cell], found.first[cell + 1]):
        two = found.order[m]
        if cores[two] >= 0 and _within(points, one, two, reach):
            return True
    return False


@compiled
def _linked(
    found: Cells, points: Floats, reach: tuple[float, float], cores: Ints, cell: int, box: tuple[int, Floats]
) -> bool:  # pragma: no cover - compiled
    """Tell whether a core of a cell is within reach of a core of another one, which comes with its box."""
    for k in range(found.first[cell], found.first[cell + 1]):
        one = found.order[k]
        near = cores[one] >= 0 and not _off(points[one], points[one], box[1], reach)
        if near and _met(found, points, reach, cores, one, box[0]):
            return True
    return False


@compiled
def _joined(
    found: Cells, points: Floats, reach: tuple[float, float], cores: Ints, boxes: Floats
) -> Ints:  # pragma: no cover - compiled
    """Return the part of each cell: cells hang together where a core of one is within reach of one of the other."""
    parts = np.arange(len(found.at))
    for cell in range(len(found.at)):
        for side in range(25):
            begin, end = _beside(found.at, cell, side)
            for other in range(begin, min(end, cell)):
                if _root(parts, cell) == _root(parts, other):
                    continue
                off = _off(boxes[cell, :3], boxes[cell, 3:], boxes[other], reach)
                if not off and _linked(found, points, reach, cores, cell, (other, boxes[other])):
                    parts[_root(parts, cell)] = _root(parts, other)
    for cell in range(len(found.at)):
        parts[cell] = _root(parts, cell)
    return parts


@compiled
def _first_reached(
    found: Cells, points: Floats, reach: tuple[float, float], cores: Ints, boxes: Floats, at: tuple[int, int]
) -> int:  # pragma: no cover - compiled
    """Return the least label among the cores within reach of a point, given with its cell; -1 for none."""
    cell, one = at
    least = -1
    for side in range(25):
        begin, end = _beside(found.at, cell, side)
        for other in range(begin, end):
            if _off(points[one], points[one], boxes[other], reach):
                continue
            label = _label(found, cores, other)  # all cores of a cell are of one cluster
            if (least < 0 or label < least) and _met(found, points, reach, cores, one, other):
                least = label
    return least


@compiled
def _label(found: Cells, cores: Ints, cell: int) -> int:  # pragma: no cover - compiled
    label = -1
    for k in range(found.first[cell], found.first[cell + 1]):
        label = max(label, cores[found.order[k]])
    return label


@compiled
def _reached(
    found: Cells, points: Floats, reach: tuple[float, float], cores: Ints, boxes: Floats
) -> Ints:  # pragma: no cover - compiled
    """Return the label of each point: its own where it is a core, else the first that reaches it."""
    label = cores.copy()
    for cell in range(len(found.at)):
        for k in range(found.first[cell], found.first[cell + 1]):
            one = found.order[k]
            if cores[one] < 0:
                label[one] = _first_reached(found, points, reach, cores, boxes, (cell, one))
    return label
