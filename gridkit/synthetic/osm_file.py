"""The sheet as an OpenStreetMap file: nodes, ways and relations with positive, ascending ids, in that order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import osmium
import osmium.osm.mutable as osm
from scipy.spatial import cKDTree
from shapely.geometry import LineString, Point, Polygon

from gridkit.provenance import MADE_UP
from gridkit.synthetic import frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from gridkit.synthetic.features import Feature, Tags

LONGEST_WAY = 180
"""Nodes; a longer ring is given as several ways of one relation, as mappers do."""

ON_A_WAY = ("barrier", "entrance", "crossing")
"""Keys of points that belong on the vertex of a way nearest to them."""

SAME_M = 0.7


@dataclass
class Elements:
    """What goes into the file: positions, tags per node, ways as rows of node numbers, relations of way numbers."""

    positions: dict[tuple[int, int], int] = field(default_factory=dict)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)
    relations: list[tuple[list[tuple[int, str]], Tags]] = field(default_factory=list)

    def node(self, x: float, y: float) -> int:
        """Return the number of the node at this place of the sheet, to the centimetre; a new one when there is none."""
        return self.positions.setdefault((round(x * 100), round(y * 100)), len(self.positions) + 1)

    def path(self, line: LineString) -> list[int]:
        """Return the numbers of the nodes along a line, none twice in a row."""
        numbers = [self.node(x, y) for x, y in line.coords]
        return [number for i, number in enumerate(numbers) if i == 0 or number != numbers[i - 1]]

    def way(self, numbers: list[int], tags: Tags) -> int:
        """Return the number of a new way."""
        self.ways.append((numbers, tags))
        return len(self.ways)

    def area(self, shape: Polygon, tags: Tags) -> None:
        """Add an area: one closed way, or a relation where it has holes or a long edge."""
        outer = self.path(LineString(shape.exterior.coords))
        if not shape.interiors and len(outer) <= LONGEST_WAY:
            self.way(outer, tags)
            return
        starts = range(0, len(outer) - 1, LONGEST_WAY)
        members = [(self.way(outer[start : start + LONGEST_WAY + 1], {}), "outer") for start in starts]
        members += [(self.way(self.path(LineString(hole.coords)), {}), "inner") for hole in shape.interiors]
        self.relations.append((members, {"type": "multipolygon", **tags}))


def elements(features: Iterable[Feature]) -> Elements:
    """Return the nodes, ways and relations of the features, sharing a node wherever two have the same vertex."""
    made = Elements()
    points = []
    for feature in features:
        if isinstance(feature.geometry, Polygon):
            made.area(feature.geometry, feature.tags)
        elif isinstance(feature.geometry, LineString):
            made.way(made.path(feature.geometry), feature.tags)
        else:
            points.append(feature)
    vertices = np.array(list(made.positions), dtype=float) / 100
    tree = cKDTree(vertices)
    for feature in points:
        at = feature.geometry.coords[0] if isinstance(feature.geometry, Point) else (0.0, 0.0)
        away, nearest = tree.query(at)
        belongs = any(key in feature.tags for key in ON_A_WAY)
        number = made.node(*vertices[nearest]) if belongs and away <= SAME_M else made.node(*at)
        made.node_tags[number] = made.node_tags.get(number, {}) | feature.tags
    return made


def write(path: Path, features: Sequence[Feature]) -> None:
    """Write the features as an OpenStreetMap file; the ending of ``path`` says in which format."""
    made = elements(features)
    places = frame.lonlat(np.array(list(made.positions), dtype=float) / 100)
    header = osmium.io.Header()
    header.set("generator", MADE_UP)
    header.add_box(bounds(places))
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for number, place in enumerate(places, start=1):
            tags = made.node_tags.get(number, {})
            writer.add_node(osm.Node(id=number, version=1, location=(float(place[0]), float(place[1])), tags=tags))
        for number, (nodes, tags) in enumerate(made.ways, start=1):
            writer.add_way(osm.Way(id=number, version=1, nodes=nodes, tags=tags))
        for number, (members, tags) in enumerate(made.relations, start=1):
            parts = [("w", way, role) for way, role in members]
            writer.add_relation(osm.Relation(id=number, version=1, members=parts, tags=tags))


def bounds(places: NDArray[np.float64]) -> osmium.osm.Box:
    """Return the box around longitudes and latitudes."""
    west, south = places.min(axis=0)
    east, north = places.max(axis=0)
    return osmium.osm.Box(float(west), float(south), float(east), float(north))
