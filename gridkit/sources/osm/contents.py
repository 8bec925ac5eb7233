"""How much an OpenStreetMap file holds, of which kinds, and whether it was clipped: what is said before it is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import osmium
import shapely

from gridkit.sources.osm import file_order
from gridkit.sources.osm.elements import SCALE
from gridkit.sources.osm.normal_form import normal
from gridkit.sources.osm.osm_pass import damaged, elements_of

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ("highway", "railway", "building", "waterway", "landuse", "amenity")
_DRAWN = ("highway", "railway", "waterway")
_MOST_LINES = 4_000


@dataclass(frozen=True)
class Contents:
    """What a file holds: how many of each letter (n, w, r), how many with each of :data:`KEYS`, how many clipped ways.

    ``left_out`` counts what does not count any more: older versions, doubles, deleted ones. ``lines`` are some of its
    streets, railways and streams, evenly over the file, in degrees: enough for a small map.
    """

    letters: Counter[str]
    keys: Counter[str]
    clipped: int
    left_out: Counter[str]
    lines: tuple[shapely.LineString, ...] = ()


class _Some:
    """Every so-manieth of any number of lines: whenever there are too many, every second one goes."""

    def __init__(self) -> None:
        self.lines: list[list[tuple[float, float]]] = []
        self.met, self.step = 0, 1

    def wants(self) -> bool:
        """Return whether the next line is one of those that are kept."""
        self.met += 1
        return self.met % self.step == 0

    def keep(self, line: list[tuple[float, float]]) -> None:
        """Keep a line of at least two corners."""
        if len(line) > 1:
            self.lines.append(line)
        if len(self.lines) >= _MOST_LINES:
            self.lines, self.step = self.lines[1::2], self.step * 2

    def drawn(self) -> tuple[shapely.LineString, ...]:
        """Return them as lines."""
        return tuple(map(shapely.LineString, self.lines))


def contents(path: Path) -> Contents:
    """Return what a file holds, each thing once as it is now.

    Raises
    ------
    SourceError
        When it is damaged, cut off or no OpenStreetMap file.
    """
    how = file_order.layout(path)
    letters: Counter[str] = Counter()
    keys: Counter[str] = Counter()
    clipped, some = 0, _Some()
    try:
        if how.ordinary is False:
            form = normal(elements_of(path, how))
            for element in form.elements:
                letters[element.letter] += 1
                clipped += element.letter == "w" and None in element.spots
                keys.update(key for key in KEYS if key in element.tags)
                if element.letter == "w" and any(key in element.tags for key in _DRAWN) and some.wants():
                    some.keep([(spot[0] / SCALE, spot[1] / SCALE) for spot in element.spots if spot is not None])
            return Contents(letters, keys, clipped, form.counts, some.drawn())
        processor = osmium.FileProcessor(osmium.io.File(str(path), how.name))
        thing: Any
        for thing in processor if how.located else processor.with_locations():
            letter = thing.type_str()
            letters[letter] += 1
            clipped += letter == "w" and any(not node.location.valid() for node in thing.nodes)
            keys.update(key for key in KEYS if key in thing.tags)
            if letter == "w" and any(key in thing.tags for key in _DRAWN) and some.wants():
                some.keep([(node.lon, node.lat) for node in thing.nodes if node.location.valid()])
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise damaged(path, error) from None
    return Contents(letters, keys, clipped, Counter(), some.drawn())


def header(path: Path) -> osmium.io.Header:
    """Return the header of a file; an empty one where it has none."""
    try:
        how = file_order.layout(path)
        return osmium.io.Reader(osmium.io.File(str(path), how.name), osmium.osm.NOTHING).header()
    except RuntimeError:
        return osmium.io.Header()
