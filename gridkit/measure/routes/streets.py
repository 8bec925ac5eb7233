"""The streets that patrols pass: which are asked for, which area each belongs to, and the ways around an area.

A street between two junctions belongs to the area that holds most of it, so that each is passed once and no metre is
left between two areas. Where it runs along their border, it is that one's that has less to walk.
"""

from __future__ import annotations

from dataclasses import dataclass
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
AROUND_M = 250.0
"""Ways this far beyond the streets of an area are looked at first; all of them where those do not connect it."""


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
    low, high = spots.min(axis=0) - AROUND_M, spots.max(axis=0) + AROUND_M
    near = ((here.xy >= low) & (here.xy <= high)).all(axis=1)
    if len(here.offices):
        near[here.offices[0] :] = False  # offices, and where they meet the streets
    some = np.union1d(np.flatnonzero(near[ends].all(axis=1)), own)
    whole = np.arange(len(ends))
    return some if _pieces(here, some, own) == _pieces(here, whole, own) else whole


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
    """

    here: Ground
    streets: Streets
    row: Ints
    node: Ints
    start: int | None
    approach: Approach | None

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
    """Yield the pieces of an area that no way connects, each with the ways around it; the largest first."""
    some = around(here, own)
    part = components(here.streets.ends[some], here.streets.nodes)
    of = part[here.streets.ends[own, 0]]
    size = {int(each): float(here.streets.length[own[of == each]].sum()) for each in np.unique(of)}
    for each in sorted(size, key=lambda at: (-size[at], at)):
        mine = own[of == each]
        rows = some[part[here.streets.ends[some, 0]] == each]
        yield _local(here, rows, mine, office)


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
