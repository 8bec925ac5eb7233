"""Points on a street network, and the exact minutes from each to the nearest of many facilities."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridkit.kernels import compiled, kernel
from gridkit.measure.access.pieces import nearest

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.measure.access.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = tuple[Ints, Ints, Floats]
THREADS = min(os.cpu_count() or 1, 8)


@dataclass(frozen=True)
class Stops:
    """Points snapped to the nearest edge, not to a node.

    Attributes
    ----------
    edge
        The edge each one lies on.
    share
        How far along it, 0-1.
    access
        Minutes between the point and its edge.
    """

    edge: Ints
    share: Floats
    access: Floats

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.edge)


def snap(network: Network, points: gpd.GeoSeries | NDArray[np.object_]) -> Stops:
    """Return each point's place on its nearest edge, and the minutes to it straight across."""
    edge, along, far = nearest(network.pieces, shapely.get_coordinates(points))
    share = np.minimum(along / np.maximum(network.length[edge], 1e-9), 1.0)
    return Stops(edge, share, far / network.off)


@dataclass(frozen=True)
class Reach:
    """How long it takes to the nearest facility, and which one it is.

    Attributes
    ----------
    minutes
        Per origin; infinite beyond the limit.
    facility
        Position of that facility, -1 for none.
    nodes
        Minutes of every node of the network, infinite beyond the limit.
    """

    minutes: Floats
    facility: Ints
    nodes: Floats = field(repr=False, default_factory=lambda: np.empty(0))


def nearest_facility(
    network: Network, origins: Stops, facilities: Stops, *, limit: float = np.inf, outward: bool = False
) -> Reach:
    """Return the exact minutes from each origin to its nearest facility along the network.

    All facilities start one search at once (Dijkstra with many sources), so that their number costs nothing.

    Parameters
    ----------
    origins, facilities
        Points on ``network`` (:func:`snap`).
    limit
        Minutes beyond which nothing is looked for.
    outward
        From the facility to the origin (a fire engine) instead of the other way; differs where streets are one-way or
        steep.

    References
    ----------
    Dijkstra (1959), Numerische Mathematik 1, 269-271; the sources of a Voronoi diagram on a network: Erwig (2000),
    Networks 36(3), 156-163.
    """
    # To the facilities, the search runs against the direction of travel.
    rows = network.arcs if outward else network.arcs_back
    there, back = (network.there, network.back) if outward else (network.back, network.there)
    a, b = network.ends[:, 0], network.ends[:, 1]
    seeds = np.concatenate([a[facilities.edge], b[facilities.edge]])
    towards_a = facilities.access + _part(back[facilities.edge], facilities.share)
    towards_b = facilities.access + _part(there[facilities.edge], 1.0 - facilities.share)
    cost = np.concatenate([towards_a, towards_b])
    label = np.tile(np.arange(len(facilities), dtype=np.int64), 2)
    nodes, owner = many_sources(rows, seeds, cost, label, float(limit))
    through_a = nodes[a[origins.edge]] + _part(there[origins.edge], origins.share)
    through_b = nodes[b[origins.edge]] + _part(back[origins.edge], 1.0 - origins.share)
    first = through_a <= through_b
    minutes = np.where(first, through_a, through_b)
    which = np.where(first, owner[a[origins.edge]], owner[b[origins.edge]])
    minutes, which = _along_own_edge(minutes, which, origins, facilities, there, back)
    minutes = minutes + origins.access
    far = ~(minutes <= limit) | np.isinf(minutes)
    return Reach(np.where(far, np.inf, minutes), np.where(far, -1, which), nodes)


def _part(minutes: Floats, share: Floats) -> Floats:
    """Return the minutes of a part of an edge; none at all is free, even where one may not pass."""
    return np.where(share > 0, np.where(np.isfinite(minutes), minutes, np.inf) * np.maximum(share, 1e-300), 0.0)


def _along_own_edge(
    minutes: Floats, which: Ints, origins: Stops, facilities: Stops, there: Floats, back: Floats
) -> tuple[Floats, Ints]:
    """Improve on the way round by the straight way, where a facility lies on the origin's own edge."""
    order = np.lexsort((facilities.share, facilities.edge))
    begin = np.searchsorted(facilities.edge[order], origins.edge, side="left")
    end = np.searchsorted(facilities.edge[order], origins.edge, side="right")
    best, chosen = minutes.copy(), which.copy()
    shared = np.flatnonzero(end > begin)
    while len(shared):
        f = order[begin[shared]]
        ahead = origins.share[shared] - facilities.share[f]
        edge = origins.edge[shared]
        # The search runs from the facility: "there" when the origin lies further along than it.
        way = np.where(ahead >= 0, _part(there[edge], ahead), _part(back[edge], -ahead)) + facilities.access[f]
        better = way < best[shared]
        best[shared[better]], chosen[shared[better]] = way[better], f[better]
        begin[shared] += 1
        shared = shared[begin[shared] < end[shared]]
    return best, chosen


@dataclass(frozen=True)
class Pairs:
    """Who reaches what: one row per origin and facility within the limit, by facility and then by origin."""

    origin: Ints
    facility: Ints
    minutes: Floats


def within(network: Network, origins: Stops, facilities: Stops, limit: float, *, outward: bool = False) -> Pairs:
    """Return every origin and facility that are at most ``limit`` minutes apart, with the exact minutes.

    One bounded search per facility, the facilities shared out among threads; the result does not depend on how.
    """
    rows = network.arcs if outward else network.arcs_back
    there, back = (network.there, network.back) if outward else (network.back, network.there)
    # Every origin hangs on the two ends of its edge, by the minutes from each.
    a, b = network.ends[origins.edge, 0], network.ends[origins.edge, 1]
    node, who = np.concatenate([a, b]), np.tile(np.arange(len(origins)), 2)
    cost = np.concatenate(
        [
            _part(there[origins.edge], origins.share) + origins.access,
            _part(back[origins.edge], 1.0 - origins.share) + origins.access,
        ]
    )
    order = np.argsort(node, kind="stable")
    hanging = (np.searchsorted(node[order], np.arange(len(network.xy) + 1)), who[order], cost[order])
    own = np.argsort(origins.edge, kind="stable")
    edges = (np.searchsorted(origins.edge[own], np.arange(len(network) + 1)), own, origins.share, origins.access)
    ways = (network.ends, there, back)

    def run(part: slice) -> tuple[Ints, Ints, Floats]:
        stops = (facilities.edge[part], facilities.share[part], facilities.access[part])
        found: tuple[Ints, Ints, Floats] = _bounded(rows, hanging, edges, ways, stops, float(limit))
        return found[0], found[1] + part.start, found[2]

    step = max(-(-len(facilities) // (4 * THREADS)), 1)
    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(run, (slice(k, k + step) for k in range(0, len(facilities), step))))
    if not parts:
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return Pairs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


@compiled
def _bounded(  # noqa: C901, PLR0912, PLR0915 - one search, whole
    rows: Rows,
    hanging: tuple[Ints, Ints, Floats],
    edges: tuple[Ints, Ints, Floats, Floats],
    ways: tuple[Ints, Floats, Floats],
    stops: tuple[Ints, Floats, Floats],
    limit: float,
) -> tuple[Ints, Ints, Floats]:  # pragma: no cover - compiled
    """Return (origin, facility, minutes) of every pair within the limit."""
    first, head, minutes = rows
    begin, who, cost = hanging
    own, by_edge, along, access = edges
    ends, there, back = ways
    edge_of, share_of, access_of = stops
    best = np.full(len(first) - 1, np.inf)
    reached = np.full(len(along), np.inf)
    keys, items = np.empty(1024), np.empty(1024, dtype=np.int64)
    size_out = 0
    origin, facility, spent = np.empty(1024, np.int64), np.empty(1024, np.int64), np.empty(1024)
    touched, met = np.empty(len(first) - 1, np.int64), np.empty(len(along), np.int64)
    for f in range(len(edge_of)):
        edge, share = edge_of[f], share_of[f]
        nodes, people, size = 0, 0, 0
        for side in range(2):
            rest = share if side == 0 else 1.0 - share
            way = back[edge] if side == 0 else there[edge]
            start = access_of[f] + (way * rest if rest > 0 else 0.0)
            node = ends[edge, side]
            if start <= limit and start < best[node]:
                if best[node] == np.inf:
                    touched[nodes] = node
                    nodes += 1
                best[node] = start
                size = push(keys, items, size, start, node)
        while size:
            key, node = keys[0], items[0]
            size = pop(keys, items, size)
            if key > best[node]:
                continue
            for k in range(begin[node], begin[node + 1]):
                total = key + cost[k]
                if total <= limit and total < reached[who[k]]:
                    if reached[who[k]] == np.inf:
                        met[people] = who[k]
                        people += 1
                    reached[who[k]] = total
            for arc in range(first[node], first[node + 1]):
                to, total = head[arc], key + minutes[arc]
                if total < best[to] and total <= limit:
                    if best[to] == np.inf:
                        touched[nodes] = to
                        nodes += 1
                    best[to] = total
                    if size + 1 >= len(keys):
                        keys, items = _longer(keys), _longer(items)
                    size = push(keys, items, size, total, to)
        for k in range(own[edge], own[edge + 1]):
            one = by_edge[k]
            ahead = along[one] - share
            way = there[edge] * ahead if ahead > 0 else (back[edge] * -ahead if ahead < 0 else 0.0)
            total = way + access_of[f] + access[one]
            if total <= limit and total < reached[one]:
                if reached[one] == np.inf:
                    met[people] = one
                    people += 1
                reached[one] = total
        while size_out + people > len(origin):
            origin, facility, spent = _longer(origin), _longer(facility), _longer(spent)
        for one in np.sort(met[:people]):
            origin[size_out], facility[size_out], spent[size_out] = one, f, reached[one]
            reached[one] = np.inf
            size_out += 1
        for k in range(nodes):
            best[touched[k]] = np.inf
    return origin[:size_out], facility[:size_out], spent[:size_out]


@compiled
def _longer(values: NDArray[Any]) -> NDArray[Any]:  # pragma: no cover - compiled
    longer = np.empty(2 * len(values), dtype=values.dtype)
    longer[: len(values)] = values
    return longer


@compiled
def many_sources(
    rows: Rows, seeds: Ints, cost: Floats, label: Ints, limit: float
) -> tuple[Floats, Ints]:  # pragma: no cover - compiled
    """Return for every node the least cost from any seed and that seed's label (Dijkstra with a binary heap).

    Nodes further than ``limit`` stay infinite, with the label -1.
    """
    first, head, minutes = rows
    nodes = len(first) - 1
    best = np.full(nodes, np.inf)
    owner = np.full(nodes, -1, dtype=np.int64)
    keys = np.empty(len(head) + len(seeds) + 1)
    items = np.empty(len(head) + len(seeds) + 1, dtype=np.int64)
    size = 0
    for s in range(len(seeds)):
        node = seeds[s]
        if cost[s] <= limit and cost[s] < best[node]:
            best[node], owner[node] = cost[s], label[s]
            size = push(keys, items, size, cost[s], node)
    while size:
        key, node = keys[0], items[0]
        size = pop(keys, items, size)
        if key > best[node]:
            continue
        for arc in range(first[node], first[node + 1]):
            to, total = head[arc], key + minutes[arc]
            if total < best[to] and total <= limit:
                best[to], owner[to] = total, owner[node]
                size = push(keys, items, size, total, to)
    return best, owner


@kernel
def push(keys: Floats, items: Ints, size: int, key: float, item: int) -> int:  # pragma: no cover - compiled
    """Put an item into a binary heap of ``size`` items, the least key first; return its size."""
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if keys[parent] <= key:
            break
        keys[i], items[i] = keys[parent], items[parent]
        i = parent
    keys[i], items[i] = key, item
    return size + 1


@kernel
def pop(keys: Floats, items: Ints, size: int) -> int:  # pragma: no cover - compiled
    """Take the first item out of a binary heap; return its size."""
    size -= 1
    key, item = keys[size], items[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[i], items[i] = keys[child], items[child]
        i = child
    keys[i], items[i] = key, item
    return size
