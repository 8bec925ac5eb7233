"""An extract of OpenStreetMap taken apart for many areas: what each needs as sorted numbers, never as sets of Python.

Three passes at most: ways and tagged nodes by their places, then the ways that relations bring along, then writing.
What has to be remembered is eight bytes for each thing that an area needs, and the places of nodes, which of a large
file are kept on the disk.
"""

from __future__ import annotations

import tempfile
from array import array
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np
import osmium
import shapely

from gridkit import atomic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Longs = NDArray[np.int64]

OPEN = 200
"""So many parts are written at once: each is an open file."""
CHUNK = 200_000
"""So many nodes of ways are looked at together."""
_BUFFER = 1 << 18
"""Bytes that each part gathers before it writes them: libosmium's own are four megabytes a file."""
LARGE = 100_000_000
"""Bytes of a file whose nodes' places are kept on the disk."""


def split(file: Path, boxes: NDArray[np.float64], parts: Sequence[Path]) -> None:
    """Write the part of an extract for each area: what touches its box, ways whole, and relations of what it has.

    Parameters
    ----------
    file
        The extract.
    boxes
        [areas, 4] west, south, east, north in degrees.
    parts
        Where the part of each goes.
    """
    needed = _needed(file, shapely.STRtree(np.asarray(shapely.box(*boxes.T), dtype=object)), len(parts))
    for begin in range(0, len(parts), OPEN):
        _write(file, parts, needed, range(begin, min(begin + OPEN, len(parts))))


class Pairs:
    """Which areas need which things: pairs of numbers, each kept as one, sorted.

    Parameters
    ----------
    areas
        How many areas there are.
    """

    def __init__(self, areas: int) -> None:
        """Begin with none."""
        self.areas = areas
        self._kept: list[Longs] = []

    def add(self, things: Longs, areas: Longs) -> None:
        """Remember pairs, alike ones once."""
        if len(things):
            self._kept.append(np.unique(things * self.areas + areas))
        # Each doubling is merged, so that what many chunks share is not kept for each.
        while len(self._kept) > 1 and len(self._kept[-2]) <= 2 * len(self._kept[-1]):
            self._kept[-2:] = [np.union1d(self._kept[-2], self._kept[-1])]

    @property
    def keys(self) -> Longs:
        """All pairs, sorted by thing and area."""
        if len(self._kept) > 1:
            self._kept = [np.unique(np.concatenate(self._kept))]
        return self._kept[0] if self._kept else np.empty(0, dtype=np.int64)

    def of(self, things: Longs) -> tuple[Longs, Longs]:
        """Return, for each pair of one of the things, its position among them, and the area."""
        first = np.searchsorted(self.keys, things * self.areas)
        count = np.searchsorted(self.keys, (things + 1) * self.areas) - first
        at = np.repeat(np.arange(len(things)), count)
        return at, self.keys[_runs(first, count)] % self.areas


def _runs(first: Longs, count: Longs) -> Longs:
    """Return the positions in runs of so many from each first one."""
    ends = np.cumsum(count)
    return np.repeat(first - (ends - count), count) + np.arange(int(ends[-1]) if len(ends) else 0)


def _needed(file: Path, tree: shapely.STRtree, areas: int) -> tuple[Pairs, Pairs, Pairs]:
    """Return who needs each node, way and relation: a way where its box touches, with all its nodes."""
    nodes, ways, relations = Pairs(areas), Pairs(areas), Pairs(areas)
    whose, is_way, members = _placed(file, tree, nodes, ways).told()
    for kind, held in ((is_way, ways), (~is_way, nodes)):
        at, area = held.of(members[kind])
        relations.add(whose[kind][at], area)
    # An area of several ways is whole or nothing: all of them come along.
    at, area = relations.of(whose[is_way])
    before = ways.keys
    brought = np.unique(members[is_way][at] * areas + area)
    brought = brought[~np.isin(brought, before)] if len(brought) else brought
    if len(brought):
        more = Pairs(areas)
        more.add(brought // areas, brought % areas)
        for way, refs, _ in _in_chunks(_ways_of(file, np.unique(brought // areas))):
            at, area = more.of(way)
            ways.add(way[at], area)
            _with_nodes(nodes, refs, at, area)
    return nodes, ways, relations


class _Relations:
    """Relations as they are read, with their ways and nodes, one after another."""

    def __init__(self) -> None:
        self.ids, self.starts, self.is_way, self.members = array("q"), array("q"), array("b"), array("q")

    def add(self, relation: Any) -> None:  # noqa: ANN401 - osmium's
        self.ids.append(relation.id)
        self.starts.append(len(self.members))
        for member in relation.members:
            if member.type in "wn":
                self.is_way.append(member.type == "w")
                self.members.append(member.ref)

    def told(self) -> tuple[Longs, NDArray[np.bool_], Longs]:
        """Return, for each member, the relation it is of, whether it is a way, and its own id."""
        ids, starts, members = (np.array(each, dtype=np.int64) for each in (self.ids, self.starts, self.members))
        return np.repeat(ids, np.diff(starts, append=len(members))), np.array(self.is_way, dtype=bool), members


def _placed(file: Path, tree: shapely.STRtree, nodes: Pairs, ways: Pairs) -> _Relations:
    """Fill in who needs ways and tagged nodes by their places; return the relations."""
    relations = _Relations()
    spots: list[tuple[int, float, float]] = []
    with tempfile.TemporaryDirectory(prefix="gridkit-") as folder:
        storage = f"sparse_file_array,{folder}/places" if file.stat().st_size > LARGE else "flex_mem"
        bare = osmium.filter.EmptyTagFilter()
        bare.enable_for(osmium.osm.NODE)

        def with_places() -> Iterator[tuple[int, list[int], tuple[float, ...]]]:
            thing: Any
            for thing in osmium.FileProcessor(str(file)).with_locations(storage).with_filter(bare):
                if thing.is_way():
                    places = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
                    if places:
                        east, north = zip(*places, strict=True)
                        box = (min(east), min(north), max(east), max(north))
                        yield thing.id, [node.ref for node in thing.nodes], box
                elif thing.is_relation():
                    relations.add(thing)
                elif thing.is_node():
                    spots.append((thing.id, thing.location.lon, thing.location.lat))
                    if len(spots) >= CHUNK:
                        _spots(tree, nodes, spots)

        for way, refs, boxes in _in_chunks(with_places()):
            row, which = tree.query(shapely.box(*boxes.T), predicate="intersects")
            at, area = row.astype(np.int64), which.astype(np.int64)
            ways.add(way[at], area)
            _with_nodes(nodes, refs, at, area)
        _spots(tree, nodes, spots)
    return relations


def _spots(tree: shapely.STRtree, nodes: Pairs, spots: list[tuple[int, float, float]]) -> None:
    """Give tagged nodes to the areas whose boxes they lie in, and forget them."""
    if spots:
        ids, east, north = zip(*spots, strict=True)
        at, area = tree.query(shapely.points(east, north), predicate="intersects")
        nodes.add(np.array(ids, dtype=np.int64)[at], np.asarray(area, dtype=np.int64))
    spots.clear()


class Refs:
    """The nodes of some ways, one after another."""

    def __init__(self, lists: Sequence[Sequence[int]]) -> None:
        """Take them in."""
        self.count = np.array([len(each) for each in lists], dtype=np.int64)
        self.first = np.cumsum(self.count) - self.count
        self.flat = np.array([ref for each in lists for ref in each], dtype=np.int64)

    def of(self, ways: Longs) -> tuple[Longs, Longs]:
        """Return the nodes of ways by their positions, and which of these each belongs to."""
        count = self.count[ways]
        return self.flat[_runs(self.first[ways], count)], np.repeat(np.arange(len(ways)), count)


def _with_nodes(nodes: Pairs, refs: Refs, ways: Longs, areas: Longs) -> None:
    """Give all nodes of ways to the areas that need the ways."""
    node, at = refs.of(ways)
    nodes.add(node, areas[at])


def _in_chunks(
    ways: Iterable[tuple[int, list[int], tuple[float, ...]]],
) -> Iterator[tuple[Longs, Refs, NDArray[np.float64]]]:
    """Yield ways in chunks: their ids, their nodes, their boxes."""
    ids, lists, boxes, held = list[int](), list[list[int]](), list[tuple[float, ...]](), 0
    for way, refs, box in ways:
        ids.append(way)
        lists.append(refs)
        boxes.append(box)
        held += len(refs)
        if held >= CHUNK:
            yield np.array(ids, dtype=np.int64), Refs(lists), np.array(boxes)
            ids, lists, boxes, held = [], [], [], 0
    if ids:
        yield np.array(ids, dtype=np.int64), Refs(lists), np.array(boxes)


def _ways_of(file: Path, ids: Longs) -> Iterator[tuple[int, list[int], tuple[float, ...]]]:
    """Yield ways by their ids, with their nodes."""
    wanted = osmium.filter.IdFilter(ids.tolist())
    thing: Any
    for thing in osmium.FileProcessor(str(file), osmium.osm.WAY).with_filter(wanted):
        yield thing.id, [node.ref for node in thing.nodes], ()


class _Reader:
    """Who needs a thing, asked in the order of the file, which is nearly always that of the ids."""

    def __init__(self, needed: Pairs, which: range) -> None:
        keys, self.areas = needed.keys, needed.areas
        area = keys % self.areas
        self.keys = keys[(area >= which.start) & (area < which.stop)]
        self._start, self._at, self._window = 0, 0, list[int]()
        self._last = -(1 << 62)

    def of(self, thing: int) -> list[int]:
        low, high = thing * self.areas, (thing + 1) * self.areas
        if low < self._last:
            self._to(int(np.searchsorted(self.keys, low)))
        self._last = low
        found = []
        while (key := self._head()) is not None and key < high:
            if key >= low:
                found.append(key - low)
            self._at += 1
        return found

    def _head(self) -> int | None:
        if self._at >= len(self._window):
            if self._start + self._at >= len(self.keys):
                return None
            self._to(self._start + self._at)
        return self._window[self._at]

    def _to(self, position: int) -> None:
        self._start, self._at = position, 0
        self._window = self.keys[position : position + CHUNK].tolist()


def _write(file: Path, parts: Sequence[Path], needed: Sequence[Pairs], which: range) -> None:
    """Write the parts of some areas in one pass."""
    readers = [_Reader(each, which) for each in needed]
    with ExitStack() as stack:
        drafts = {at: stack.enter_context(atomic.replacing(parts[at])) for at in which}
        with ExitStack() as writers:
            into = {
                at: writers.enter_context(osmium.SimpleWriter(str(draft), bufsz=_BUFFER, overwrite=True))
                for at, draft in drafts.items()
            }
            thing: Any
            for thing in osmium.FileProcessor(str(file)):
                kind = 0 if thing.is_node() else 1 if thing.is_way() else 2
                for at in readers[kind].of(thing.id):
                    into[at].add(thing)
