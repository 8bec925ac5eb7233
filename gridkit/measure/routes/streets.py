"""The streets that patrols pass: which are asked for, which area each belongs to, and the ways around an area.

A street between two junctions belongs to the area that holds most of it, so that each is passed once and no metre is
left between two areas. Where it runs along their border, it is that one's that has less to walk.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.graph import components
from gridkit.measure.access.reach import snap
from gridkit.measure.routes.ways import Streets, tree, way_to

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.measure.access.network import Network

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Objects = NDArray[np.object_]

_ALIKE = 0.9
"""An area that holds as much of a street as this share of what holds most, holds it as well: it is on the border."""
MOST = 600
"""Streets that one search takes; what has more is cut into compact parts of even size first, each walked by itself.

A search through all ways between its junctions costs their square in memory and its matching their cube in time.
"""
AROUND_M = 250.0
"""Ways this far beyond the streets of an area are looked at first; further ones where those do not connect it."""
_WIDER = 4.0


@dataclass(frozen=True)
class Ground:
    """The walk network, with what is asked of each of its streets.

    Attributes
    ----------
    streets
        The network; what is required is so by ``times``. Its last streets lead to offices.
    lines
        The streets as geometries, from the first junction to the second.
    xy
        Coordinates of the junctions; the last ones are the offices, and where each meets its street.
    name
        What each street is called, empty where it has no name.
    times
        How often each street is to be passed: 0, 1, or 2 for either side.
    area
        The area each street belongs to, by position; -1 where it is in none.
    offices
        The junctions that are offices.
    """

    streets: Streets
    lines: Objects
    xy: Floats
    name: Objects
    times: Ints
    area: Ints
    offices: Ints

    def asked(self, area: int) -> Ints:
        """Return the streets that a patrol of an area passes."""
        return np.flatnonzero((self.area == area) & (self.times > 0))


def ground(
    network: Network,
    roads: gpd.GeoDataFrame,
    areas: gpd.GeoSeries,
    classes: tuple[Collection[str], Collection[str]],
    offices: Objects,
) -> Ground:
    """Return the ground of patrols.

    Parameters
    ----------
    network
        The whole walk network (:func:`gridkit.measure.access.network.build`).
    roads
        ROADS that it was built from, with ``kind``, and ``name`` and ``oneway`` where they have them.
    areas
        The ground of each patrol.
    classes
        Classes of streets that are passed, and those that are passed on either side where they are drawn as one line.
    offices
        Points where walkers begin.
    """
    kind = roads["kind"].reindex(network.road).astype("object").to_numpy()
    passed, wide = (np.isin(kind, list(each)) for each in classes)
    apart = _one_way(roads, network)
    times = np.where(passed, np.where(wide & ~apart, 2, 1), 0)
    called = roads["name"].reindex(network.road) if "name" in roads else None
    named = np.full(len(network), "", dtype=object) if called is None else called.fillna("").to_numpy(dtype=object)
    area = _held(network.lines, np.where(times > 0, network.length, 0.0), areas)
    return _with_offices(network, named, times.astype(np.int64), area, offices)


def around(here: Ground, own: Ints) -> Ints:
    """Return streets within which those of an area hang together, as far as they do at all."""
    ends = here.streets.ends
    spots = here.xy[ends[own].ravel()]
    low, high = spots.min(axis=0), spots.max(axis=0)
    outer = here.xy.min(axis=0), here.xy.max(axis=0)
    whole, apart, margin = np.arange(len(ends)), 0, AROUND_M
    while (low - margin > outer[0]).any() or (high + margin < outer[1]).any():
        near = ((here.xy >= low - margin) & (here.xy <= high + margin)).all(axis=1)
        if len(here.offices):
            near[here.offices[0] :] = False  # offices, and where they meet the streets
        some = np.union1d(np.flatnonzero(near[ends].all(axis=1)), own)
        apart = apart or _pieces(here, whole, own)
        if _pieces(here, some, own) == apart:
            return some
        margin *= _WIDER
    return whole


def _pieces(here: Ground, some: Ints, own: Ints) -> int:
    part = components(here.streets.ends[some], here.streets.nodes)
    return len(np.unique(part[here.streets.ends[own, 0]]))


def _one_way(roads: gpd.GeoDataFrame, network: Network) -> Flags:
    """Return which streets are one carriageway of two: they are drawn twice, and each line is one side."""
    if "oneway" not in roads:
        return np.zeros(len(network), dtype=bool)
    from gridkit.tables import flagged

    return flagged(roads["oneway"]).reindex(network.road).fillna(value=False).to_numpy(dtype=bool)


def _held(lines: Objects, length: Floats, areas: gpd.GeoSeries) -> Ints:
    """Return the area that each line belongs to, -1 where it lies in none.

    That is the one that holds most of it. A line along the border of two goes to the one that has less until then, the
    longest first.
    """
    shapes = np.asarray(areas, dtype=object)
    line, at = shapely.STRtree(shapes).query(lines, predicate="intersects")
    held = shapely.length(shapely.intersection(lines[line], shapes[at]))
    line, at, held = line[held > 0], at[held > 0], held[held > 0]
    most = np.zeros(len(lines))
    np.maximum.at(most, line, held)
    fit = held >= _ALIKE * most[line]
    line, at = line[fit], at[fit]
    choices = np.bincount(line, minlength=len(lines))
    found = np.full(len(lines), -1, dtype=np.int64)
    alone = choices[line] == 1
    found[line[alone]] = at[alone]
    has = np.bincount(at[alone], weights=length[line[alone]], minlength=len(shapes))
    order = np.lexsort((at, line))
    line, at = line[order], at[order]
    first = np.searchsorted(line, np.arange(len(lines) + 1))
    several = np.flatnonzero(choices > 1)
    for each in several[np.argsort(-length[several], kind="stable")]:
        own = at[first[each] : first[each + 1]]
        found[each] = own[int(np.argmin(has[own]))]
        has[found[each]] += length[each]
    return found


def _with_offices(network: Network, name: Objects, times: Ints, area: Ints, offices: Objects) -> Ground:
    """Return the ground with each office joined to the street nearest to it.

    It meets the street at a junction of its own; along one street these follow each other, so that from one door to the
    next nobody has to go around by its ends.
    """
    first, count = len(network.xy), len(offices)
    ends, length, lines, xy = [network.ends], [network.length], [network.lines], [network.xy]
    if count:
        stops = snap(network, offices)
        feet = shapely.line_interpolate_point(network.lines[stops.edge], stops.share, normalized=True)
        more = [(first + at, first + count + at, shapely.LineString([offices[at], feet[at]])) for at in range(count)]
        for edge in np.unique(stops.edge).tolist():
            own = np.flatnonzero(stops.edge == edge)
            own = own[np.argsort(stops.share[own], kind="stable")]
            share = [0.0, *stops.share[own].tolist(), 1.0]
            node = [int(network.ends[edge, 0]), *(first + count + own).tolist(), int(network.ends[edge, 1])]
            more += [
                (node[k], node[k + 1], _stretch(network.lines[edge], share[k], share[k + 1]))
                for k in range(len(node) - 1)
            ]
        shapes = np.array([each[2] for each in more], dtype=object)
        ends.append(np.array([each[:2] for each in more]))
        length.append(shapely.length(shapes))
        lines.append(shapes)
        xy += [shapely.get_coordinates(offices), shapely.get_coordinates(feet)]
    made = np.concatenate(length)
    added = len(made) - len(network.length)
    return Ground(
        Streets(
            first + 2 * count,
            np.concatenate(ends).astype(np.int64),
            made,
            np.r_[times > 0, np.zeros(added, dtype=bool)],
        ),
        np.concatenate(lines),
        np.concatenate(xy),
        np.r_[name, np.full(added, "", dtype=object)],
        np.r_[times, np.zeros(added, dtype=np.int64)],
        np.r_[area, np.full(added, -1)],
        np.arange(first, first + count),
    )


def _stretch(line: shapely.LineString, begin: float, stop: float) -> shapely.LineString:
    from shapely.ops import substring

    part = substring(line, begin, stop, normalized=True)
    return shapely.LineString([part, part]) if part.geom_type == "Point" else part


@dataclass(frozen=True)
class Approach:
    """The ways from an office to every junction.

    Attributes
    ----------
    office
        The junction that is the office.
    far
        How far every junction is from it, infinite where no way leads.
    last
        The last street of the way to each.
    """

    office: int
    far: Floats
    last: NDArray[np.int32]


def approach(here: Ground, office: int) -> Approach:
    """Return the ways from an office."""
    return Approach(office, *tree(here.streets, office))


@dataclass(frozen=True)
class Local:
    """The ways around one piece of an area, as a task of its own.

    Attributes
    ----------
    streets
        Junctions are numbered anew; streets that are passed on either side stand there twice; the last ones are ways
        from the office.
    row
        The street of the ground behind each, -1 for a way from the office.
    node
        The junction of the ground behind each.
    start
        The office, if it can be reached.
    piece, parts
        The piece it belongs to, the largest being 1, and into how many parts that was cut.
    """

    here: Ground
    streets: Streets
    row: Ints
    node: Ints
    start: int | None
    approach: Approach | None
    piece: int = 1
    parts: int = 1

    def unfolded(self, rows: Ints, forward: Flags, serving: Flags) -> tuple[Ints, Flags, Flags]:
        """Return a walk in streets of the ground: ways from the office as the streets they are made of."""
        parts = [
            self._unfolded(int(row), ahead=bool(ahead), serves=bool(serves))
            for row, ahead, serves in zip(rows, forward, serving, strict=True)
        ]
        made = [np.concatenate([part[k] for part in parts]) for k in range(3)]
        return made[0].astype(np.int64), made[1].astype(bool), made[2].astype(bool)

    def _unfolded(self, row: int, *, ahead: bool, serves: bool) -> tuple[Ints, Flags, Flags]:
        own = int(self.row[row])
        if own >= 0 or self.approach is None:
            return np.array([own]), np.array([ahead]), np.array([serves])
        ends = self.here.streets.ends
        to = int(self.node[self.streets.ends[row, 1]])
        way = way_to(self.here.streets, self.approach.last, to)
        node, forward = self.approach.office, []
        for street in way.tolist():
            forward.append(bool(ends[street, 0] == node))
            node = int(ends[street].sum()) - node
        turned = np.array(forward, dtype=bool)
        if not ahead:
            way, turned = way[::-1], ~turned[::-1]
        return way, turned, np.zeros(len(way), dtype=bool)


def pieces(here: Ground, own: Ints, office: Approach | None) -> Iterable[Local]:
    """Yield the pieces of an area that no way connects, each with the ways around it; the largest first.

    A piece of more than :data:`MOST` streets comes in parts, one after another.
    """
    some = around(here, own)
    part = components(here.streets.ends[some], here.streets.nodes)
    of = part[here.streets.ends[own, 0]]
    size = {int(each): float(here.streets.length[own[of == each]].sum()) for each in np.unique(of)}
    for number, each in enumerate(sorted(size, key=lambda at: (-size[at], at)), 1):
        mine = own[of == each]
        cut = compact(here, mine, MOST)
        for few in cut:
            rows = some[part[here.streets.ends[some, 0]] == each] if len(cut) == 1 else _joined(here, few)
            yield replace(_local(here, rows, few, office), piece=number, parts=len(cut))


def _joined(here: Ground, own: Ints) -> Ints:
    """Return streets around some that hang together, and those alone that do so with them."""
    rows = around(here, own)
    part = components(here.streets.ends[rows], here.streets.nodes)
    found: Ints = rows[part[here.streets.ends[rows, 0]] == part[here.streets.ends[own[0], 0]]]
    return found


def compact(here: Ground, own: Ints, most: int) -> list[Ints]:
    """Return streets in compact parts of no more than so many: halved across their longer side until all are small."""
    passes = int(here.times[own].sum())
    if passes <= most or len(own) == 1:
        return [own]
    middle = here.xy[here.streets.ends[own]].mean(axis=1)
    side = int(np.argmax(np.ptp(middle, axis=0)))
    order = own[np.lexsort((own, middle[:, 1 - side], middle[:, side]))]
    parts = -(-passes // most)
    # Halves of as many passes as their parts come to, so that all parts end up alike.
    until = int(np.searchsorted(np.cumsum(here.times[order]), passes * (parts // 2) / parts, side="right"))
    until = min(max(until, 1), len(order) - 1)
    return [*compact(here, np.sort(order[:until]), most), *compact(here, np.sort(order[until:]), most)]


def _local(here: Ground, rows: Ints, own: Ints, office: Approach | None) -> Local:
    """Return the ways around a piece: its streets as often as they are passed, and ways from the office to each end."""
    twice = own[here.times[own] > 1]
    row = np.concatenate([rows, twice])
    node, ends = np.unique(here.streets.ends[row], return_inverse=True)
    ends = ends.reshape(-1, 2)
    required = np.r_[np.isin(rows, own), np.ones(len(twice), dtype=bool)]
    length = here.streets.length[row]
    spots = np.unique(ends[required])
    if office is None or not np.isfinite(office.far[node[spots]]).all():
        return Local(here, Streets(len(node), ends, length, required), row, node, None, None)
    start = len(node)
    node = np.append(node, office.office)
    ends = np.concatenate([ends, np.column_stack([np.full(len(spots), start), spots])])
    streets = Streets(
        len(node),
        ends,
        np.concatenate([length, office.far[node[spots]]]),
        np.r_[required, np.zeros(len(spots), dtype=bool)],
    )
    return Local(here, streets, np.r_[row, np.full(len(spots), -1)], node, start, office)
