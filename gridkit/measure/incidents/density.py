"""Incidents as a density: on the plane, or along the streets they happen on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely.ops import substring

from gridkit.kernels import compiled

if TYPE_CHECKING:
    from pyproj import CRS

    from gridkit.measure.access.network import Network
    from gridkit.measure.access.reach import Stops

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Graph = tuple[Ints, Ints, Ints, Floats, Ints]
LIGHTEST = 1e-3
"""A path that carries less than this share of an incident's mass is not followed further."""


def on_plane(points: Floats, at: Floats, bandwidth: float, *, cell_m: float | None = None) -> Floats:
    r"""Return the incidents per km2 at places, by the quartic kernel.

    .. math:: \hat f(s) = \sum_{d_i < h} \frac{3}{\pi h^2} \left(1 - \frac{d_i^2}{h^2}\right)^2

    Parameters
    ----------
    points, at
        Coordinates in metres, shape (n, 2): the incidents, and where the density is wanted.
    bandwidth
        :math:`h`, metres.
    cell_m
        Where ``at`` are the middles of square cells: their width, metres. Each incident is then spread over the cells
        so that it adds up to one, at the lattice's edge and on a coarse lattice too.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, 76.

    Examples
    --------
    >>> on_plane(np.array([[0.0, 0.0]]), np.array([[0.0, 0.0], [200.0, 0.0]]), 200.0).round(2).tolist()
    [23.87, 0.0]
    """
    pairs = cKDTree(at).sparse_distance_matrix(cKDTree(points), bandwidth, output_type="coo_matrix")
    kernel = 3 / (np.pi * bandwidth**2) * (1 - (pairs.data / bandwidth) ** 2) ** 2
    if cell_m is not None:
        laid = np.bincount(pairs.col, kernel, len(points)) * cell_m**2
        kernel = kernel / laid[pairs.col]
        lost = np.flatnonzero(laid <= 0)  # a bandwidth shorter than a cell
        kernel = np.concatenate([kernel, np.full(len(lost), cell_m**-2)])
        rows = np.concatenate([pairs.row, cKDTree(at).query(points[lost])[1]]) if len(lost) else pairs.row
        return (np.bincount(rows, weights=kernel, minlength=len(at)) * 1e6).astype(np.float64)
    density = np.bincount(pairs.row, weights=kernel, minlength=len(at)) * 1e6
    return density.astype(np.float64)


def on_network(
    network: Network, events: Stops, bandwidth: float, crs: CRS | None = None, *, step: float = 25.0
) -> gpd.GeoDataFrame:
    r"""Return the incidents per km of street along the network, by the equal-split kernel.

    From each incident the quartic kernel :math:`\frac{15}{16 h} (1 - d^2 / h^2)^2` spreads along the streets; at a
    junction its mass is split equally among the streets that leave it, so that busy junctions are not counted twice.
    What would be lost at dead ends is laid on the rest: the density adds up to the number of incidents.

    Parameters
    ----------
    network
        Streets (:func:`gridkit.measure.access.network.build`).
    events
        The incidents on it (:func:`gridkit.measure.access.reach.snap`).
    bandwidth
        Metres along the streets.
    crs
        Of the network.
    step
        Metres of the pieces the density is told for.

    Returns
    -------
    GeoDataFrame
        The pieces with ``per_km`` and ``road``.

    References
    ----------
    Okabe, Satoh & Sugihara (2009), International Journal of Geographical Information Science 23(1), 7-32.
    """
    pieces = np.maximum(np.ceil(network.length / step), 1).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(pieces)])
    ends = network.ends
    tail = np.concatenate([ends[:, 0], ends[:, 1]])
    order = np.argsort(tail, kind="stable")
    rows = np.searchsorted(tail[order], np.arange(len(network.xy) + 1))
    edge = (order % len(network)).astype(np.int64)
    graph = (rows, edge, ends, network.length, first)
    density = _spread(graph, events.edge, events.share, bandwidth)
    edge_of = np.repeat(np.arange(len(network)), pieces)
    place = np.arange(len(edge_of)) - first[edge_of]
    cut = _cut(network.lines[edge_of], place / pieces[edge_of], (place + 1) / pieces[edge_of])
    return gpd.GeoDataFrame({"per_km": density * 1000.0, "road": network.road[edge_of]}, geometry=cut, crs=crs)


def _cut(lines: NDArray[np.object_], begin: Floats, end: Floats) -> NDArray[np.object_]:
    whole = (begin <= 0) & (end >= 1)
    out = lines.copy()
    for i in np.flatnonzero(~whole):
        out[i] = substring(lines[i], begin[i], end[i], normalized=True)
    return out


@compiled
def _spread(graph: Graph, events: Ints, share: Floats, bandwidth: float) -> Floats:  # pragma: no cover - compiled
    """Add every incident's kernel, per metre, to the pieces it reaches, at their middles."""
    length, first = graph[3], graph[4]
    density = np.zeros(first[-1])
    stack = np.empty((4096, 4))
    for i in range(len(events)):
        home = events[i]
        # Walked twice: what is lost at dead ends, between the pieces' middles and on paths too faint to follow is known
        # after the first walk, and the second one lays so much more that the incident adds up to one.
        laid = _walked(density, graph, stack, (home, share[i] * length[home]), bandwidth, 0.0)
        if laid > 0:
            _walked(density, graph, stack, (home, share[i] * length[home]), bandwidth, 1.0 / laid)
        else:  # a bandwidth shorter than a piece
            count = first[home + 1] - first[home]
            density[first[home] + min(int(share[i] * count), count - 1)] += count / max(length[home], 1e-9)
    return density


@compiled
def _walked(
    density: Floats, graph: Graph, stack: Floats, start: tuple[int, float], bandwidth: float, weight: float
) -> float:  # pragma: no cover - compiled
    """Add ``weight`` times one incident's kernel, and return what it lays with a weight of one."""
    rows, edge, ends, length, _ = graph
    home, at = start
    laid = _lay(density, graph, home, (at, 1.0, 0.0, 0), bandwidth, weight)
    size = 0
    for side in range(2):
        gone = at if side == 0 else length[home] - at
        if gone < bandwidth:
            stack[size, 0], stack[size, 1], stack[size, 2], stack[size, 3] = ends[home, side], home, gone, 1.0
            size += 1
    while size:
        size -= 1
        node, came, gone, mass = int(stack[size, 0]), int(stack[size, 1]), stack[size, 2], stack[size, 3]
        ways = rows[node + 1] - rows[node] - 1
        if ways < 1 or mass / ways < LIGHTEST:
            continue
        for k in range(rows[node], rows[node + 1]):
            on = edge[k]
            if on == came:
                continue
            forward = ends[on, 0] == node
            walk = (0.0 if forward else length[on], mass / ways, gone, 1 if forward else -1)
            laid += _lay(density, graph, on, walk, bandwidth, weight)
            if gone + length[on] < bandwidth and size < len(stack):
                stack[size, 0], stack[size, 1] = ends[on, 1] if forward else ends[on, 0], on
                stack[size, 2], stack[size, 3] = gone + length[on], mass / ways
                size += 1
    return laid


@compiled
def _lay(
    density: Floats, graph: Graph, edge: int, walk: tuple[float, float, float, int], bandwidth: float, weight: float
) -> float:  # pragma: no cover - compiled
    """Add a mass's kernel along an edge from its point ``start`` on, ``gone`` metres being behind, one way or both.

    Returns what was laid, with a weight of one.
    """
    start, mass, gone, way = walk
    length, first = graph[3], graph[4]
    count = first[edge + 1] - first[edge]
    laid = 0.0
    for piece in range(count):
        along = (piece + 0.5) / count * length[edge] - start
        if way * along < 0:
            continue
        far = gone + abs(along)
        if far < bandwidth:
            value = mass * 15 / (16 * bandwidth) * (1 - (far / bandwidth) ** 2) ** 2
            density[first[edge] + piece] += weight * value
            laid += value * length[edge] / count
    return laid
