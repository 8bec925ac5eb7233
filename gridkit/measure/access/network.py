"""NetworkWalk as a network of nodes and edges, with the minutes along each edge and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from gridkit.errors import TableError
from gridkit.graph import components
from gridkit.language.phrases import template
from gridkit.measure.access.pieces import Pieces, indexed
from gridkit.measure.access.profiles import METRES_PER_MINUTE, Profile, known, one_way, speeds

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.measure.heights import Heights


Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SMALLEST_PART = 0.01
"""A part that is cut off and holds less than this share of the network's length is left out: nobody starts there."""


@dataclass(frozen=True)
class Network:
    """A street network as arrays: nodes are the shared vertices and ends of lines, edges the pieces between them.

    Attributes
    ----------
    xy
        Coordinates of the nodes, shape (nodes, 2), metres.
    ends
        The two nodes of each edge, shape (edges, 2).
    vertices, first
        The vertices of all edges in a row, metres, and where those of each edge begin (and the last one's end).
    length
        Their lengths, metres.
    there, back
        Minutes from the first end to the second, and from the second to the first; infinite where one may not.
    road
        The ``feature_id`` of the road each edge is a piece of.
    off
        Metres per minute between a point and its edge.
    """

    xy: Floats
    ends: Ints
    vertices: Floats
    first: Ints
    length: Floats
    there: Floats
    back: Floats
    road: NDArray[np.object_]
    off: float = 75.0

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """The edges as geometries, from the first end to the second."""
        edge = np.repeat(np.arange(len(self)), np.diff(self.first))
        return np.asarray(shapely.linestrings(self.vertices, indices=edge), dtype=object)

    @cached_property
    def pieces(self) -> Pieces:
        """The straight pieces of the edges, ready to be asked for the nearest one."""
        return indexed(self.vertices, self.first)

    @cached_property
    def arcs(self) -> tuple[Ints, Ints, Floats]:
        """The arcs leaving each node as (first arc of each node, head of each arc, minutes): compressed rows."""
        return _rows(self.ends, self.there, self.back, len(self.xy))

    @cached_property
    def arcs_back(self) -> tuple[Ints, Ints, Floats]:
        """The arcs with every direction turned round."""
        return _rows(self.ends, self.back, self.there, len(self.xy))

    def __len__(self) -> int:
        """Return the number of edges."""
        return len(self.length)


def _rows(ends: Ints, there: Floats, back: Floats, nodes: int) -> tuple[Ints, Ints, Floats]:
    tail = np.concatenate([ends[:, 0], ends[:, 1]])
    head = np.concatenate([ends[:, 1], ends[:, 0]])
    minutes = np.concatenate([there, back])
    keep = np.isfinite(minutes)
    order = np.argsort(tail[keep], kind="stable")
    first = np.searchsorted(tail[keep][order], np.arange(nodes + 1))
    return first, head[keep][order], minutes[keep][order]


def build(
    roads: gpd.GeoDataFrame, profile: str | Profile = "walk", heights: Heights | None = None, *, whole: bool = False
) -> Network:
    """Return the network of ``roads`` for one way of getting about.

    Lines meet where they share a vertex exactly, as OSM's ways do; a bridge shares none with what it crosses.

    Parameters
    ----------
    roads
        ROADS in a metric CRS; columns that are missing (access, foot, oneway ...) say nothing.
    profile
        A name of :data:`PROFILES`, or a profile of your own.
    heights
        Heights above sea level; with them, walking and cycling slow down on slopes (:meth:`Heights.slowed`).
    whole
        Keep what is cut off and small as well: a patrol passes it, though nobody starts there.

    Raises
    ------
    UsageError
        When the profile is not known.
    TableError
        When no road is left for it.
    """
    how = known(profile)
    speed = speeds(roads, how)
    usable = roads[speed > 0]
    if usable.empty:
        raise TableError(
            template(
                "the one road there is cannot be used ({profile})", "none of {count} roads can be used ({profile})"
            ),
            where="roads",
            mend="give the streets' highway class in the column 'kind', or use the profile 'straight'",
            count=len(roads),
            profile=profile if isinstance(profile, str) else profile.mode or "drive",
        )
    xy, ends, vertices, first, line = _split_at_nodes(np.asarray(usable.geometry.values, dtype=object))
    length = _lengths(vertices, first)
    minutes = length / (speed[speed > 0][line] * METRES_PER_MINUTE)
    there, back = minutes, minutes.copy()
    if heights is not None:
        there, back = heights.slowed(xy[ends[:, 0]], xy[ends[:, 1]], length, minutes)
    if how.directed:
        back = np.where(one_way(usable, how)[line], np.inf, back)
    road = usable.index.to_numpy()[line]
    network = Network(xy, ends, vertices, first, length, there, back, road, how.off * METRES_PER_MINUTE)
    return network if whole else _without_fragments(network)


def _split_at_nodes(shapes: NDArray[np.object_]) -> tuple[Floats, Ints, Floats, Ints, Ints]:
    """Return nodes, the ends of each edge, the vertices of all and where each edge's begin, and the line of each."""
    parts, part_of = shapely.get_parts(shapely.force_2d(shapes), return_index=True)
    xy, line = shapely.get_coordinates(parts, return_index=True)
    same = np.r_[False, (line[1:] == line[:-1]) & (xy[1:] == xy[:-1]).all(axis=1)]
    xy, line = xy[~same], line[~same]  # a vertex drawn twice in a row is one
    # To the millimetre, east and north in one number: finer than any survey, coarser than what a projection rounds off.
    east, north = np.round((xy - xy.min(axis=0)) * 1000.0).astype(np.int64).T
    _, known, vertex, times = np.unique(east << 32 | north, return_index=True, return_inverse=True, return_counts=True)
    starts = np.r_[True, line[1:] != line[:-1]]
    stops = np.r_[line[1:] != line[:-1], True]
    at = np.flatnonzero(starts | stops | (times[vertex] > 1))
    piece = line[at[1:]] == line[at[:-1]]
    begin, end = at[:-1][piece], at[1:][piece]
    count = end - begin + 1
    first = np.concatenate([[0], np.cumsum(count)])
    take = np.arange(first[-1]) + np.repeat(begin - first[:-1], count)
    nodes, ends = np.unique(np.column_stack([vertex[begin], vertex[end]]), return_inverse=True)
    return xy[known[nodes]], ends.reshape(-1, 2), xy[take], first, part_of[line[begin]]


def _lengths(vertices: Floats, first: Ints) -> Floats:
    steps = np.hypot(*np.diff(vertices, axis=0).T)
    steps[first[1:-1] - 1] = 0.0  # from one edge's end to the next one's beginning
    run = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(run[first[1:] - 1] - run[first[:-1]])


def _without_fragments(network: Network) -> Network:
    """Return the network without parts too small to start from, nodes renumbered."""
    part = components(network.ends, len(network.xy))
    lengths = np.bincount(part[network.ends[:, 0]], weights=network.length)
    least = min(SMALLEST_PART * lengths.sum(), lengths.max())
    keep = lengths[part[network.ends[:, 0]]] >= least
    if keep.all():
        return network
    used, ends = np.unique(network.ends[keep], return_inverse=True)
    count = np.diff(network.first)
    return Network(
        network.xy[used],
        ends.reshape(-1, 2).astype(np.int64),
        network.vertices[np.repeat(keep, count)],
        np.concatenate([[0], np.cumsum(count[keep])]),
        network.length[keep],
        network.there[keep],
        network.back[keep],
        network.road[keep],
        network.off,
    )
