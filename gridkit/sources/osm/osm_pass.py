"""What one pass over an OpenStreetMap file brings in: rows for every table, and the shape of every way as numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import osmium

from gridkit.errors import SourceError
from gridkit.language.phrases import Phrase
from gridkit.sources.osm import elements, file_order, pbf_blocks, tags
from gridkit.sources.osm.elements import SCALE
from gridkit.sources.osm.normal_form import normal
from gridkit.tables import FEATURE_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from gridkit.sources.osm.elements import Element, Spot
    from gridkit.sources.osm.file_order import Layout
    from gridkit.sources.osm.tags import Tags

    Progress = Callable[[str, float | None], None]
    Row = tuple[Any, ...]

BATCH = 50_000

_MANY_AREAS = 1000
"""A map of more areas than this without any relation has lost them."""

_AREA_RELATIONS = ("multipolygon", "boundary")
_HEAD = 18  # hexadecimal digits of WKB before the coordinates: byte order, type, number of points
_NOWHERE = 2**31 - 1  # what libosmium calls the coordinate of a node that the file lacks
_POINT = 32  # hexadecimal digits of one point


@dataclass
class Ways:
    """The shape of every way in the order read: what rows and relations point into by position.

    Attributes
    ----------
    ids
        OpenStreetMap's number of each.
    starts
        Where the points of each begin, and one more for the end of the last, shape (ways + 1,).
    points
        Longitude and latitude as whole numbers of 1e-7 degrees, shape (points, 2).
    """

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    points: NDArray[np.int32]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Return the number of points of each way."""
        return np.diff(self.starts)


@dataclass(frozen=True)
class Relation:
    """An area put together from ways: its number, its tags, and the number and role of each member way."""

    osm_id: int
    tags: dict[str, str]
    members: list[tuple[int, str]]


@dataclass
class Haul:
    """Everything one pass brought in.

    Attributes
    ----------
    ways
        The shapes.
    rows
        By table: letter (n, w, r), OpenStreetMap's number, position of the shape, kind, then the columns of
        :data:`gridkit.sources.osm.tags.COLUMNS`.
    nodes
        Longitude and latitude of the nodes that rows of letter n point into, by table.
    backward
        Positions of roads whose traffic runs against the direction they are drawn in.
    relations
        Those that make an area of use.
    counts
        How many things were read, and what was odd about them.
    cut
        Whether the file ends as one does that was cut off between two blocks.
    unknown_roads
        How many ways have each class of ``highway`` that is in no list.
    """

    ways: Ways
    rows: dict[str, list[Row]]
    nodes: dict[str, list[tuple[float, float]]]
    backward: list[int]
    relations: list[Relation]
    counts: Counter[str]
    cut: bool = False
    unknown_roads: Counter[str] = field(default_factory=Counter)


def haul(path: Path, progress: Progress) -> Haul:
    """Return what a file holds, each thing once as it is now, whatever the order and the versions it holds.

    An ordinary file is read in one quick pass; another one, or one that the pass finds out of order, is brought into
    its normal form first (:mod:`gridkit.sources.osm.normal_form`).

    Raises
    ------
    SourceError
        When the file is cut off or damaged.
    """
    # Most files are in order, and being sure of it costs a look; putting in order costs a dictionary of every node.
    how = file_order.layout(path)
    if how.ordinary is False:
        return _of_normal_form(path, how, progress)
    try:
        net = _quick(path, how, progress)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        if how.form == "xml":  # read the thorough way, which names the line
            return _of_normal_form(path, how, progress)
        raise damaged(path, error) from None
    if net.orderly() and not _stand_elsewhere(path, how, net.missing):
        return replace(net.drawn_in(), cut=how.form == "pbf" and _cut(path, net))
    return _of_normal_form(path, how, progress)


def _cut(path: Path, net: _Net) -> bool:
    """Return whether a file of blocks, which has no end mark, may end too early."""
    # A block is whole or missing, so a cut between two leaves no trace; but relations come last, and a district with
    # so many areas and not one relation is more likely cut than odd.
    areas = sum(len(net.rows[table]) for table in tags.AREAS)
    return pbf_blocks.ends_full(path) or (areas >= _MANY_AREAS and not net.seen_relations)


def _stand_elsewhere(path: Path, how: Layout, missing: set[int]) -> bool:
    """Return whether nodes that ways lacked may stand in the file: behind the ways, or under a negative number."""
    if any(ref < 0 for ref in missing):
        return True
    if not missing or how.ordinary:
        return False
    return how.form != "pbf" or not pbf_blocks.kinds_in_order(path)


def _quick(path: Path, how: Layout, progress: Progress) -> _Net:
    """Return what one pass over an ordinary file brings in."""
    net = _Net()
    for thing in _things(path, how):
        if thing.is_way():
            net.take_way(thing)
            if net.counts["ways"] % BATCH == 0:
                progress(
                    Phrase(
                        "OpenStreetMap: {count:,} way", "", "OpenStreetMap: {count:,} ways", count=net.counts["ways"]
                    ),
                    None,
                )
        elif thing.is_node():
            net.take_node(thing)
        else:
            net.take_relation(thing)
    return net


def _of_normal_form(path: Path, how: Layout, progress: Progress) -> Haul:
    """Return what a file holds once it is in its normal form."""
    progress(Phrase("OpenStreetMap: putting it in order"), None)
    try:
        form = normal(elements_of(path, how))
    except RuntimeError as error:
        raise damaged(path, error) from None
    net = _Net()
    for element in form.elements:
        net.take(element)
    net.counts.update(form.counts)
    return net.drawn_in()


def damaged(path: Path, error: Exception) -> SourceError:
    """Return what is said of a file that libosmium cannot read on."""
    return SourceError(
        "is cut off or damaged: {error}", where=path, mend="get it again", error=str(error).split("\n")[0]
    )


def elements_of(path: Path, how: Layout) -> Iterator[Element]:
    """Return the elements of a file as they stand in it."""
    if how.form == "xml":
        return elements.from_xml(file_order.chunks(path), path)
    if how.form == "json":
        return elements.from_json(b"".join(file_order.chunks(path)), path)
    if how.packing:
        data = b"".join(file_order.chunks(path))
        return elements.from_osmium([osmium.io.FileBuffer(data, how.form)])
    if not how.parts:
        return elements.from_osmium([osmium.io.File(str(path), how.name)])
    data = path.read_bytes()
    spans = zip(how.parts[:-1], how.parts[1:], strict=True)
    return elements.from_osmium([osmium.io.FileBuffer(data[start:end], how.form) for start, end in spans])


def area_rows(letter: str, osm_id: int, at: int, said: Tags) -> Iterator[tuple[str, Row]]:
    """Yield the rows an area makes, each with its table: one thing may be a building and a place."""
    for table, kind_of in (*tags.AREAS.items(), ("places", tags.place)):
        kind = kind_of(said)
        if kind is not None:
            yield table, _row(table, letter, osm_id, at, kind, said)


def _things(path: Path, how: Layout) -> Iterator[Any]:
    """Yield tagged nodes that may be a place or a way in, all ways with their coordinates, and area relations."""
    places = osmium.filter.KeyFilter(*tags.NODE_KEYS)
    places.enable_for(osmium.osm.NODE)
    areas = osmium.filter.TagFilter(*(("type", kind) for kind in _AREA_RELATIONS))
    areas.enable_for(osmium.osm.RELATION)
    everything = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    processor = osmium.FileProcessor(osmium.io.File(str(path), how.name), everything)
    if not how.located:
        processor = processor.with_locations()
    return iter(processor.with_filter(places).with_filter(areas))


_FILLS = {table: tuple(columns.values()) for table, columns in tags.COLUMNS.items()}


def fills(table: str, said: Tags) -> list[object]:
    """Return what tags fill into the columns of a table, ``kind`` aside."""
    return [said.get(fill) if isinstance(fill, str) else fill(said) for fill in _FILLS[table]]


def _row(table: str, letter: str, osm_id: int, at: int, kind: str, said: Tags) -> Row:
    return (letter, osm_id, at, kind, *fills(table, said))


@dataclass
class _Net:
    """Takes things in one by one. pyosmium's objects live for one step only, so nothing keeps them."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in FEATURE_TABLES})
    nodes: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {"places": [], "entrances": []})
    backward: list[int] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    unknown_roads: Counter[str] = field(default_factory=Counter)
    odd: int = 0
    seen_relations: int = 0
    missing: set[int] = field(default_factory=set)
    ids: list[int] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    lengths: list[NDArray[np.int64]] = field(default_factory=list)
    points: list[NDArray[np.int32]] = field(default_factory=list)
    same: dict[object, object] = field(default_factory=dict)
    factory: Any = field(default_factory=osmium.geom.WKBFactory)

    def drawn_in(self) -> Haul:
        """Return everything taken in so far."""
        self._settle()
        starts = np.concatenate([[0], np.cumsum(np.concatenate([*self.lengths, np.zeros(0, np.int64)]))])
        points = np.concatenate([*self.points, np.zeros((0, 2), np.int32)])
        ways = Ways(np.array(self.ids, dtype=np.int64), starts.astype(np.int64), points)
        return Haul(
            ways, self.rows, self.nodes, self.backward, self.relations, self.counts, unknown_roads=self.unknown_roads
        )

    def orderly(self) -> bool:
        """Return whether nothing taken in says that the file is out of order, or holds things twice, new or deleted."""
        numbers = np.array(self.ids, dtype=np.int64)
        areas = np.array([relation.osm_id for relation in self.relations], dtype=np.int64)
        return not self.odd and all(bool((np.diff(each, prepend=0) > 0).all()) for each in (numbers, areas))

    def take_way(self, way: Any) -> None:  # noqa: ANN401
        """Take in a way of libosmium's, its coordinates with it."""
        self.odd += way.deleted
        nodes, closed = way.nodes, way.is_closed()
        try:
            # libosmium passes over missing nodes at the head of a way, and stops at others
            wkb = self.factory.create_linestring(way) if nodes[0].x != _NOWHERE else None
        except (osmium.InvalidLocationError, RuntimeError, IndexError):
            wkb = None
        if wkb is None:
            spots = [(node.x, node.y) if node.location.valid() else None for node in nodes]
            self.missing.update(node.ref for node, spot in zip(nodes, spots, strict=True) if spot is None)
            self._take_line(way.id, way.tags, spots, closed=closed)
        else:
            self._keep_line(way.id, way.tags, wkb, closed=closed)

    def take(self, element: Element) -> None:
        """Take in an element of a normal form."""
        said = element.tags
        if element.letter == "w":
            ends = element.refs[:1] + element.refs[-1:]
            if None in ends:
                ends = element.spots[:1] + element.spots[-1:]  # type: ignore[assignment]
            self._take_line(element.osm_id, said, element.spots, closed=len(element.spots) > 1 and ends[0] == ends[-1])
        elif element.letter == "n":
            if said:
                self._keep_node(element.osm_id, said, element.spot)
        elif said.get("type") in _AREA_RELATIONS:
            members = [(member.ref, member.role) for member in element.members if member.letter == "w"]
            self._keep_relation(element.osm_id, dict(said), members)

    def _take_line(self, osm_id: int, said: Tags, spots: list[Spot | None], *, closed: bool) -> None:
        """Take in the course of a way, the longest stretch of it where some of its nodes are missing."""
        run = longest_run(spots)
        if None in spots or not spots:
            self.counts["ways without some nodes"] += 1
            closed = False
        if len(run) < 2:  # noqa: PLR2004 - a line has two ends
            self.counts["ways"] += 1
            self.counts["ways without nodes"] += 1
            return
        wkb = " " * _HEAD + (np.array(run, dtype="<f8") / SCALE).tobytes().hex()
        self._keep_line(osm_id, said, wkb, closed=closed)

    def _keep_line(self, osm_id: int, said: Tags, wkb: str, *, closed: bool) -> None:
        self.counts["ways"] += 1
        at = len(self.ids)
        self.ids.append(osm_id)
        self.pending.append(wkb)
        if len(self.pending) >= BATCH:
            self._settle()
        if not len(said):
            return
        for table, kind_of in tags.LINES.items():
            kind = kind_of(said)
            if kind is not None:
                self._keep(table, _row(table, "w", osm_id, at, kind, said))
                if table == "roads" and tags.backward(said):
                    self.backward.append(at)
            elif table == "roads" and (unknown := tags.unknown_road(said)) is not None:
                self.unknown_roads[unknown] += 1
        if closed and said.get("area") != "no":
            for table, row in area_rows("w", osm_id, at, said):
                self._keep(table, row)

    def take_node(self, node: Any) -> None:  # noqa: ANN401
        """Take in a node of libosmium's that has a tag of use."""
        self.odd += node.deleted or bool(self.ids)  # nodes stand before ways
        spot = (node.location.x, node.location.y) if node.location.valid() else None
        self._keep_node(node.id, node.tags, spot)

    def _keep_node(self, osm_id: int, said: Tags, spot: Spot | None) -> None:
        for table, kind_of in (("places", tags.place), ("entrances", tags.entrance)):
            kind = kind_of(said)
            if kind is None:
                continue
            if spot is None:
                self.counts["nodes without coordinates"] += 1
                return
            self._keep(table, _row(table, "n", osm_id, len(self.nodes[table]), kind, said))
            self.nodes[table].append((spot[0] / SCALE, spot[1] / SCALE))

    def take_relation(self, relation: Any) -> None:  # noqa: ANN401
        """Take in an area relation of libosmium's."""
        self.odd += relation.deleted
        self.seen_relations += 1
        members = [(member.ref, member.role) for member in relation.members if member.type == "w"]
        self._keep_relation(relation.id, dict(relation.tags), members)

    def _keep_relation(self, osm_id: int, said: dict[str, str], members: list[tuple[int, str]]) -> None:
        if tags.place(said) is not None or any(kind_of(said) is not None for kind_of in tags.AREAS.values()):
            self.relations.append(Relation(osm_id, said, members))

    def _keep(self, table: str, row: Row) -> None:
        """Keep a row, its kind and names once in memory: a street's name comes with each of its ways."""
        same = self.same.setdefault
        self.rows[table].append((*row[:3], *[same(value, value) for value in row[3:6]], *row[6:]))

    def _settle(self) -> None:
        """Turn the pending WKB into whole numbers, a quarter of its size, read straight from its digits."""
        if not self.pending:
            return
        # WKB hands a whole way's coordinates out in one call, instead of one for each node.
        lengths = np.array([(len(wkb) - _HEAD) // _POINT for wkb in self.pending], dtype=np.int64)
        degrees = np.frombuffer(bytes.fromhex("".join([wkb[_HEAD:] for wkb in self.pending])), dtype="<f8")
        self.lengths.append(lengths)
        self.points.append(np.rint(degrees.reshape(-1, 2) * SCALE).astype(np.int32))
        self.pending = []


def longest_run(nodes: list[tuple[int, int] | None]) -> list[tuple[int, int]]:
    """Return the longest stretch of nodes that are there: never a line across a gap.

    Examples
    --------
    >>> longest_run([(0, 0), None, (2, 0), (3, 0), (3, 0), None])
    [(2, 0), (3, 0)]
    """
    runs: list[list[tuple[int, int]]] = [[]]
    for at in nodes:
        if at is None:
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != at:
            runs[-1].append(at)
    return max(runs, key=len)
