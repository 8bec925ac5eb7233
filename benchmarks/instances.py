"""Districts of street blocks as arrays: ``python benchmarks/instances.py 2000 40 --seed 7 -o district.npz``.

Blocks are the Voronoi cells of scattered, once relaxed points inside a star-shaped outline. A river takes the cells
along a bent line away and leaves a few bridges; main roads are bent lines too, and mark the borders they separate.
People thin out from two centres; compounds are small clusters of blocks. All from one seed.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_M = 95.0  # mean side of a block
RIVER_M = 110.0
BRIDGE_EVERY_M = 1500.0
ROAD_EVERY_M = 900.0
PEOPLE = 1000.0  # of a grid
ROAD, RIVER = 1, 3  # codes of features


def bent(random: np.random.Generator, points: NDArray[np.float64], angle: float, offset: float) -> NDArray[np.float64]:
    """Return the signed metres of points from a line at ``angle`` that bends like two sines."""
    along = points @ np.array([np.cos(angle), np.sin(angle)])
    across = points @ np.array([-np.sin(angle), np.cos(angle)])
    span = np.ptp(along)
    bends = sum(
        random.uniform(0.01, 0.03) * span * np.sin(2 * np.pi * i * along / span + random.uniform(0, 6)) for i in (1, 2)
    )
    return np.asarray(across - offset - bends)


def district(size: int, k: int, seed: int = 1) -> dict[str, NDArray]:
    """Return the arrays of a district of about ``size`` blocks for ``k`` grids, named as the yardstick's."""
    random = np.random.default_rng([seed, size, k])
    radius = BLOCK_M * np.sqrt(size / np.pi) * 1.12
    points = random.uniform(-1.5 * radius, 1.5 * radius, (int(size * 9 / np.pi * 1.2544), 2))
    points = relaxed(points)
    turn = np.arctan2(points[:, 1], points[:, 0])
    outline = radius * (1 + sum(random.normal(0, 0.08) * np.cos(i * turn + random.uniform(0, 6)) for i in range(1, 5)))
    river = bent(random, points, angle := random.uniform(0, np.pi), random.uniform(-0.3, 0.3) * radius)
    dry = (np.hypot(*points.T) < outline) & (np.abs(river) > RIVER_M / 2)
    cells = Voronoi(points)
    u, v = cells.ridge_points.T
    ends = cells.vertices[np.array(cells.ridge_vertices)]
    side = np.hypot(*(ends[:, 0] - ends[:, 1]).T)
    joined = dry[u] & dry[v] & ((river[u] > 0) == (river[v] > 0)) & (side > 1)
    banks = coo_matrix((np.ones(joined.sum()), (u[joined], v[joined])), shape=(len(points),) * 2)
    part = connected_components(banks, directed=False)[1]
    kept = np.zeros(len(points), dtype=bool)
    for bank in (river > 0, river <= 0):
        here = dry & bank
        kept |= here & (part == np.bincount(part[here]).argmax())
    number = np.cumsum(kept) - 1
    area, perimeter = _measured(cells, kept)
    inner = joined & kept[u] & kept[v]
    edges, border = np.sort(np.column_stack([number[u], number[v]])[inner], axis=1), side[inner]
    xy, off, feature = points[kept], river[kept], np.zeros(int(inner.sum()), dtype=np.int8)
    for i in range(max(1, round(2 * radius / ROAD_EVERY_M))):
        for cross in (0.2, 0.2 + np.pi / 2):
            road = bent(random, xy, angle + cross, (i + 0.5) * ROAD_EVERY_M - radius) > 0
            feature[road[edges[:, 0]] != road[edges[:, 1]]] = ROAD
    bridges = _bridges(xy, off, angle)
    count = len(xy)
    people = _people(random, xy, radius, count, k)
    return {
        "pop": people,
        "area": area,
        "perim": perimeter,
        "xy": xy,
        "u": np.r_[edges[:, 0], bridges[:, 0]],
        "v": np.r_[edges[:, 1], bridges[:, 1]],
        "border": np.r_[border, np.zeros(len(bridges))],
        "btype": np.r_[feature, np.full(len(bridges), RIVER, dtype=np.int8)],
        "blen": np.r_[border * (feature > 0), np.full(len(bridges), RIVER_M)],
        "group": _compounds(random, edges[feature == 0], people),
        "k": np.array(k),
        "ideal": np.array(people.sum() / k),
    }


def relaxed(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points moved half-way to the middle of their neighbours, which evens the blocks out."""
    near = cKDTree(points).query(points, k=7)[1]
    return (points + points[near].mean(axis=1)) / 2


def _measured(cells: Voronoi, kept: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    area, perimeter = [], []
    for region in cells.point_region[kept]:
        x, y = cells.vertices[cells.regions[region]].T
        nx, ny = np.roll(x, -1), np.roll(y, -1)
        area.append(abs((x * ny - nx * y).sum()) / 2)
        perimeter.append(np.hypot(nx - x, ny - y).sum())
    return np.array(area), np.array(perimeter)


def _bridges(xy: NDArray[np.float64], off: NDArray[np.float64], angle: float) -> NDArray[np.int64]:
    """Return pairs of blocks that face each other over the river, one pair for each stretch of it."""
    left, right = np.flatnonzero(off > 0), np.flatnonzero(off <= 0)
    gap, partner = cKDTree(xy[right]).query(xy[left])
    stretch = ((xy[left] @ np.array([np.cos(angle), np.sin(angle)])) // BRIDGE_EVERY_M).astype(int)
    facing = gap < 4 * RIVER_M
    best = [np.flatnonzero(facing & (stretch == each)) for each in np.unique(stretch[facing])]
    pairs = [(left[i], right[partner[i]]) for i in (these[gap[these].argmin()] for these in best)]
    return np.sort(np.array(pairs, dtype=np.int64).reshape(-1, 2), axis=1)


def _people(
    random: np.random.Generator, xy: NDArray[np.float64], radius: float, count: int, k: int
) -> NDArray[np.int64]:
    second = xy[random.integers(count)]
    dense = (
        0.3
        + np.exp(-((np.hypot(*xy.T) / radius / 0.7) ** 2))
        + 0.4 * np.exp(-((np.hypot(*(xy - second).T) / radius / 0.25) ** 2))
    )
    people = dense * random.lognormal(0, 0.7, count) * (random.random(count) > 0.06)
    people = np.minimum(people / people.sum() * PEOPLE * k, 0.35 * PEOPLE)
    towers = random.random(count) < 0.005
    people[towers] = random.uniform(0.25, 0.45, int(towers.sum())) * PEOPLE
    return np.rint(people).astype(np.int64)


def _compounds(random: np.random.Generator, edges: NDArray[np.int64], people: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a number for the blocks of each compound, -1 elsewhere: pairs of blocks, some with a third."""
    group = np.full(len(people), -1, dtype=np.int64)
    for number, (u, v) in enumerate(edges[random.permutation(len(edges))[: len(people) // 100]]):
        if group[u] < 0 and group[v] < 0 and people[u] + people[v] < PEOPLE / 2:
            group[[u, v]] = number
    return group


def main() -> None:
    """Write one district."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int)
    parser.add_argument("grids", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args()
    np.savez_compressed(given.output, **district(given.size, given.grids, given.seed))


if __name__ == "__main__":
    main()
