"""What one pass over an OpenStreetMap file brings in: rows for every table, and the shape of every way as numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import osmium

from gridkit.errors import SourceError
from gridkit.language.phrases import Phrase
from gridkit.sources.osm import tags
from gridkit.tables import FEATURE_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from gridkit.sources.osm.tags import Tags

    Progress = Callable[[str, float | None], None]
    Row = tuple[Any, ...]

BATCH = 50_000
SCALE = 1e7
"""OpenStreetMap keeps degrees as whole numbers of 1e-7."""

_AREA_RELATIONS = ("multipolygon", "boundary")
_HEAD = 18  # hexadecimal digits of WKB before the coordinates: byte order, type, number of points
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
    """

    ways: Ways
    rows: dict[str, list[Row]]
    nodes: dict[str, list[tuple[float, float]]]
    backward: list[int]
    relations: list[Relation]
    counts: Counter[str]


def haul(path: Path, progress: Progress) -> Haul:
    """Return what a file holds.

    Raises
    ------
    SourceError
        When the file is cut off or damaged.
    """
    net = _Net()
    try:
        for thing in _things(path):
            if thing.is_way():
                net.take_way(thing)
                if net.counts["ways"] % BATCH == 0:
                    progress(Phrase("OpenStreetMap: {count:,} ways", count=net.counts["ways"]), None)
            elif thing.is_node():
                net.take_node(thing)
            else:
                net.take_relation(thing)
    except RuntimeError as error:
        raise SourceError(
            "is cut off or damaged: {error}", where=path, mend="get it again", error=str(error).split("\n")[0]
        ) from None
    return net.drawn_in()


def area_rows(letter: str, osm_id: int, at: int, said: Tags) -> Iterator[tuple[str, Row]]:
    """Yield the rows an area makes, each with its table: one thing may be a building and a place."""
    for table, kind_of in (*tags.AREAS.items(), ("places", tags.place)):
        kind = kind_of(said)
        if kind is not None:
            yield table, _row(table, letter, osm_id, at, kind, said)


def _things(path: Path) -> Iterator[Any]:
    """Yield tagged nodes that may be a place or a way in, all ways with their coordinates, and area relations."""
    places = osmium.filter.KeyFilter(*tags.NODE_KEYS)
    places.enable_for(osmium.osm.NODE)
    areas = osmium.filter.TagFilter(*(("type", kind) for kind in _AREA_RELATIONS))
    areas.enable_for(osmium.osm.RELATION)
    everything = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    return iter(osmium.FileProcessor(str(path), everything).with_locations().with_filter(places).with_filter(areas))


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
        return Haul(ways, self.rows, self.nodes, self.backward, self.relations, self.counts)

    def take_way(self, way: Any) -> None:  # noqa: ANN401
        self.counts["ways"] += 1
        closed = way.is_closed()
        try:
            wkb = self.factory.create_linestring(way)
        except (osmium.InvalidLocationError, RuntimeError):
            run = longest_run([(node.x, node.y) if node.location.valid() else None for node in way.nodes])
            self.counts["ways without some nodes"] += 1
            if len(run) < 2:  # noqa: PLR2004 - a line has two ends
                self.counts["ways without nodes"] += 1
                return
            wkb, closed = " " * _HEAD + (np.array(run, dtype="<f8") / SCALE).tobytes().hex(), False
        at = len(self.ids)
        self.ids.append(way.id)
        self.pending.append(wkb)
        if len(self.pending) >= BATCH:
            self._settle()
        said = way.tags
        if not len(said):
            return
        for table, kind_of in tags.LINES.items():
            kind = kind_of(said)
            if kind is not None:
                self._keep(table, _row(table, "w", way.id, at, kind, said))
                if table == "roads" and tags.backward(said):
                    self.backward.append(at)
        if closed and said.get("area") != "no":
            for table, row in area_rows("w", way.id, at, said):
                self._keep(table, row)

    def take_node(self, node: Any) -> None:  # noqa: ANN401
        said = node.tags
        for table, kind_of in (("places", tags.place), ("entrances", tags.entrance)):
            kind = kind_of(said)
            if kind is None:
                continue
            if not node.location.valid():
                self.counts["nodes without coordinates"] += 1
                return
            self._keep(table, _row(table, "n", node.id, len(self.nodes[table]), kind, said))
            self.nodes[table].append((node.location.lon, node.location.lat))

    def take_relation(self, relation: Any) -> None:  # noqa: ANN401
        said = dict(relation.tags)
        if tags.place(said) is not None or any(kind_of(said) is not None for kind_of in tags.AREAS.values()):
            members = [(member.ref, member.role) for member in relation.members if member.type == "w"]
            self.relations.append(Relation(relation.id, said, members))

    def _keep(self, table: str, row: Row) -> None:
        """Keep a row, its kind and names once in memory: a street's name comes with each of its ways."""
        same = self.same.setdefault
        self.rows[table].append((*row[:3], *[same(value, value) for value in row[3:6]], *row[6:]))

    def _settle(self) -> None:
        """Turn the pending WKB into whole numbers, a quarter of its size, read straight from its digits."""
        if not self.pending:
            return
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
