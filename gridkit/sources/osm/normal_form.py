"""The normal form of an OpenStreetMap file: what there is now, each thing once, in order, every way with its course."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.sources.osm.elements import Element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gridkit.sources.osm.elements import Spot

_ORDER = {"n": 0, "w": 1, "r": 2}
THROUGH_DELETED = "ways through deleted nodes"
"""What ways are counted as that still name nodes which are marked as deleted: states of different days."""


@dataclass(frozen=True)
class NormalForm:
    """Nodes, ways and relations, the newest visible version of each, sorted by kind and number.

    Attributes
    ----------
    elements
        Nodes, then ways, whose ``spots`` are their whole course, then relations.
    counts
        How many were left out or are new, by what they are.
    """

    elements: list[Element]
    counts: Counter[str]


def normal(elements: Iterable[Element]) -> NormalForm:
    """Return elements in their normal form.

    Of several versions the newest counts; of two that say the same version, or none, the one that stands later. A way's
    corner lies where its node does; where the file lacks the node, at the coordinates inside the way.

    Examples
    --------
    >>> old, new = Element("n", 1, 1, spot=(0, 0)), Element("n", 1, 2, spot=(5, 5))
    >>> normal([new, old]).elements[0].spot
    (5, 5)
    """
    newest: dict[tuple[str, int], Element] = {}
    counts: Counter[str] = Counter()
    for element in elements:
        key = element.letter, element.osm_id
        known = newest.get(key)
        if known is not None:
            counts["doubled" if element.version == known.version else "older versions"] += 1
        if known is None or not _older(element, known):
            newest[key] = element
    there = [element for element in newest.values() if element.visible]
    counts["deleted"] += len(newest) - len(there)
    gone = {element.osm_id for element in newest.values() if element.letter == "n" and not element.visible}
    counts[THROUGH_DELETED] += sum(not gone.isdisjoint(each.refs) for each in there if each.letter == "w")
    counts["new, drawn in an editor"] += sum(element.osm_id < 0 for element in there)
    counts["nodes and relations"] = sum(element.letter != "w" for element in there)
    there.sort(key=lambda element: (_ORDER[element.letter], element.osm_id < 0, abs(element.osm_id)))
    return NormalForm(list(_with_courses(there)), counts)


def _older(element: Element, known: Element) -> bool:
    return element.version is not None and known.version is not None and element.version < known.version


def _with_courses(elements: list[Element]) -> Iterator[Element]:
    """Yield the elements, every way with its course, the ways that stand inside relations only among them."""
    nodes = {element.osm_id: element.spot for element in elements if element.letter == "n"}
    ways = {element.osm_id for element in elements if element.letter == "w"}
    yield from (element for element in elements if element.letter == "n")
    for element in elements:
        if element.letter == "w":
            element.spots = _course(element, nodes)
            yield element
    for element in elements:
        for member in element.members:
            if member.letter == "w" and member.ref not in ways and any(member.spots):
                ways.add(member.ref)
                yield Element("w", member.ref, refs=[None] * len(member.spots), spots=member.spots)
    yield from (element for element in elements if element.letter == "r")


def _course(way: Element, nodes: dict[int, Spot | None]) -> list[Spot | None]:
    inside = way.spots if len(way.spots) == len(way.refs) else [None] * len(way.refs)
    return [nodes.get(ref, spot) if ref is not None else spot for ref, spot in zip(way.refs, inside, strict=True)]
