"""How much an OpenStreetMap file holds, of which kinds, and whether it was clipped: what is said before it is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import osmium

from gridkit.sources.osm import file_order
from gridkit.sources.osm.normal_form import normal
from gridkit.sources.osm.osm_pass import damaged, elements_of

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ("highway", "railway", "building", "waterway", "landuse", "amenity")


@dataclass(frozen=True)
class Contents:
    """What a file holds: how many of each letter (n, w, r), how many with each of :data:`KEYS`, how many clipped ways.

    ``left_out`` counts what does not count any more: older versions, doubles, deleted ones.
    """

    letters: Counter[str]
    keys: Counter[str]
    clipped: int
    left_out: Counter[str]


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
    clipped = 0
    try:
        if how.ordinary is False:
            form = normal(elements_of(path, how))
            for element in form.elements:
                letters[element.letter] += 1
                clipped += element.letter == "w" and None in element.spots
                keys.update(key for key in KEYS if key in element.tags)
            return Contents(letters, keys, clipped, form.counts)
        processor = osmium.FileProcessor(osmium.io.File(str(path), how.name))
        thing: Any
        for thing in processor if how.located else processor.with_locations():
            letter = thing.type_str()
            letters[letter] += 1
            clipped += letter == "w" and any(not node.location.valid() for node in thing.nodes)
            keys.update(key for key in KEYS if key in thing.tags)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise damaged(path, error) from None
    return Contents(letters, keys, clipped, Counter())


def header(path: Path) -> osmium.io.Header:
    """Return the header of a file; an empty one where it has none."""
    try:
        how = file_order.layout(path)
        return osmium.io.Reader(osmium.io.File(str(path), how.name), osmium.osm.NOTHING).header()
    except RuntimeError:
        return osmium.io.Header()
