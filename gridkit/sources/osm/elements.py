"""Nodes, ways and relations one by one, as OpenStreetMap XML, changes, Overpass answers and libosmium hold them."""

from __future__ import annotations

import json
import math
import re
import xml.parsers.expat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import osmium

from gridkit.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Spot = tuple[int, int]

SCALE = 1e7
"""OpenStreetMap keeps degrees as whole numbers of 1e-7."""

_LETTERS = {"node": "n", "way": "w", "relation": "r"}
_CHANGES = frozenset({"create", "modify", "delete"})
_END = re.compile(rb"</osm(?:Change)?\s*>", re.IGNORECASE)
_KEPT = 32  # bytes held back, so that a closing tag is never cut between two chunks
_AGAIN = "get it again"


@dataclass(slots=True)
class Member:
    """A member of a relation: its letter (n, w, r), number and role, and its course where the file gives it here."""

    letter: str
    ref: int
    role: str
    spots: list[Spot | None] = field(default_factory=list)


@dataclass(slots=True)
class Element:
    """A node, way or relation in one of its versions.

    Attributes
    ----------
    letter
        n, w or r.
    osm_id
        Its number; below zero for what an editor drew and never uploaded.
    version
        None where the file does not say.
    visible
        Whether it is there, rather than deleted.
    tags
        Its tags.
    spot
        Longitude and latitude of a node in whole numbers of 1e-7 degrees.
    refs
        The nodes of a way; None for a corner that has coordinates only.
    spots
        The coordinates inside a way, one for each of ``refs``; empty when it holds none.
    members
        Of a relation.
    """

    letter: str
    osm_id: int
    version: int | None = None
    visible: bool = True
    tags: dict[str, str] = field(default_factory=dict)
    spot: Spot | None = None
    refs: list[int | None] = field(default_factory=list)
    spots: list[Spot | None] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)


# ---------------------------------------------------------------- XML


def from_xml(chunks: Iterable[bytes], where: object) -> Iterator[Element]:
    """Yield the elements of OpenStreetMap XML or changes, also of several files joined end to end.

    Raises
    ------
    SourceError
        When it is cut off, is no XML, or a number in it is damaged; the line is named.
    """
    reader = _Xml(where)
    rest = b""
    for chunk in chunks:
        rest += chunk
        # Extracts joined by cat are several documents; expat stops at the second root, so each gets a parser of its
        # own.
        while found := _END.search(rest):
            reader.feed(rest[: found.end()], last=True)
            rest = rest[found.end() :].lstrip()
            yield from reader.taken()
        reader.feed(rest[:-_KEPT])
        rest = rest[-_KEPT:]
        yield from reader.taken()
    if rest.strip():
        raise SourceError("is cut off or damaged: it has no end", where=where, mend=_AGAIN)


class _Xml:
    """Takes in XML by pieces. Expat's own events are used: an element is done with before the next one begins."""

    def __init__(self, where: object) -> None:
        self.where = where
        self.done: list[Element] = []
        self.lines = 0
        self._begin()

    def feed(self, data: bytes, *, last: bool = False) -> None:
        """Take in a piece, the last of its document or not.

        Raises
        ------
        SourceError
            When it is no XML.
        """
        try:
            self.parser.Parse(data, last)
        except xml.parsers.expat.ExpatError as error:
            raise SourceError(
                "is cut off or damaged: {error}, line {line}", where=self.where, mend=_AGAIN,
                error=xml.parsers.expat.errors.messages.get(error.code, "no XML"), line=error.lineno + self.lines,
            ) from None  # fmt: skip
        if last:
            self.lines += self.parser.CurrentLineNumber
            self._begin()

    def taken(self) -> list[Element]:
        """Return what came in since this was last asked."""
        done, self.done = self.done, []
        return done

    def _begin(self) -> None:
        self.parser = xml.parsers.expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.now: Element | None = None
        self.member: Member | None = None
        self.change = ""
        self.remark: list[str] | None = None

    def _refuse(self, *_: object) -> None:
        # Entities of a document type can grow without bound or name files; no program of OpenStreetMap's writes one.
        raise SourceError("declares a document type, which is not read", where=self.where, mend=_AGAIN)

    def _start(self, name: str, said: dict[str, str]) -> None:
        now = self.now
        if name in _LETTERS:
            self.now = self._element(_LETTERS[name], said)
        elif name in _CHANGES:
            self.change = name
        elif name == "remark":
            self.remark = []
            # Only from here on: the text between elements is white space, for which a handler would be called in vain.
            self.parser.CharacterDataHandler = self.remark.append
        elif now is None:
            return
        elif name == "tag":
            now.tags[said.get("k", "")] = said.get("v", "")
        elif name == "nd":
            into = self.member.spots if self.member is not None else now.spots
            into.append(self._spot(said))
            if self.member is None:
                now.refs.append(self._whole(said["ref"]) if "ref" in said else None)
        elif name == "member":
            self.member = Member(said.get("type", "")[:1], self._whole(said.get("ref", "0")), said.get("role", ""))
            now.members.append(self.member)

    def _element(self, letter: str, said: dict[str, str]) -> Element:
        # History files, editors and change files each say it in their own way.
        gone = said.get("visible") == "false" or said.get("action") == "delete" or self.change == "delete"
        version = self._whole(said["version"]) if "version" in said else None
        spot = self._spot(said) if letter == "n" and not gone else None
        return Element(letter, self._whole(said.get("id", "")), version, not gone, spot=spot)

    def _end(self, name: str) -> None:
        if name in _LETTERS and self.now is not None:
            self.done.append(_plain(self.now))
            self.now = self.member = None
        elif name == "member":
            self.member = None
        elif name in _CHANGES:
            self.change = ""
        elif name == "remark":
            _refuse_remark("".join(self.remark or ()), self.where)

    def _whole(self, text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise self._damaged(text) from None

    def _spot(self, said: Mapping[str, str]) -> Spot | None:
        if "lat" not in said or "lon" not in said:
            return None
        spot = _spot(said["lon"], said["lat"])
        if spot is None:
            raise self._damaged(f"{said['lat']}, {said['lon']}")
        return spot

    def _damaged(self, text: str) -> SourceError:
        return SourceError(
            "line {line} holds {text!r} where a number must stand",
            where=self.where,
            mend="fix it there, or get the file again",
            line=self.parser.CurrentLineNumber + self.lines,
            text=text[:40],
        )


def _refuse_remark(text: str, where: object) -> None:
    """Raise when an Overpass server says that its answer is not whole."""
    if "error" in text.lower():
        raise SourceError(
            "the server gave up: {remark}", where=where, mend="ask for a smaller box", remark=text.strip()[:160]
        )


# ---------------------------------------------------------------- Overpass JSON


def from_json(data: bytes, where: object) -> Iterator[Element]:
    """Yield the elements of an Overpass answer in JSON.

    Raises
    ------
    SourceError
        When it is cut off, is no such answer, or a number in it is damaged; the element is named.
    """
    try:
        answer = json.loads(data)
    except ValueError as error:
        raise SourceError("is cut off or damaged: {error}", where=where, mend=_AGAIN, error=str(error)[:120]) from None
    listed = answer.get("elements") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise SourceError("holds no elements of OpenStreetMap", where=where, mend=_AGAIN)
    _refuse_remark(str(answer.get("remark", "")), where)
    for at, said in enumerate(listed):
        try:
            yield _plain(_of_json(said))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise SourceError(
                "element {number} is damaged: {text}", where=where, mend="fix it there, or get the file again",
                number=at + 1, text=json.dumps(said, ensure_ascii=False)[:80],
            ) from None  # fmt: skip


def _of_json(said: Mapping[str, Any]) -> Element:
    letter = _LETTERS[said["type"]]
    version = said.get("version")
    made = Element(letter, int(said["id"]), None if version is None else int(version))
    made.visible = said.get("visible", True) is not False
    made.tags = {str(key): str(value) for key, value in (said.get("tags") or {}).items()}
    if letter == "n" and made.visible:
        made.spot = _there({"lon": said["lon"], "lat": said["lat"]})
    if letter == "w":
        made.spots = [_there(each) for each in said.get("geometry") or ()]
        made.refs = [int(ref) for ref in said.get("nodes") or ()] or [None] * len(made.spots)
    for each in said.get("members") or ():
        course = [_there(spot) for spot in each.get("geometry") or ()]
        made.members.append(Member(each["type"][:1], int(each["ref"]), each.get("role") or "", course))
    return made


def _there(said: Mapping[str, Any] | None) -> Spot | None:
    """Return a spot, None where the server clipped it away."""
    if said is None:
        return None
    spot = _spot(said["lon"], said["lat"])
    if spot is None:
        raise ValueError(said)
    return spot


# ---------------------------------------------------------------- libosmium


def from_osmium(sources: Sequence[Any]) -> Iterator[Element]:
    """Yield the elements of what libosmium reads: files or buffers, one after another."""
    for source in sources:
        thing: Any
        for thing in osmium.FileProcessor(source):
            # Copied at once: pyosmium's objects are views that die with the step.
            tags = dict(thing.tags)
            if thing.is_node():
                spot = (thing.location.x, thing.location.y) if thing.location.valid() else None
                yield Element("n", thing.id, thing.version or None, thing.visible, tags, spot)
            elif thing.is_way():
                spots = [(node.x, node.y) if node.location.valid() else None for node in thing.nodes]
                refs = [node.ref for node in thing.nodes]
                yield _plain(Element("w", thing.id, thing.version or None, thing.visible, tags, refs=refs, spots=spots))
            else:
                members = [Member(each.type, each.ref, each.role) for each in thing.members]
                yield Element("r", thing.id, thing.version or None, thing.visible, tags, members=members)


def _plain(element: Element) -> Element:
    """Return an element whose empty coordinates are left out."""
    if not any(element.spots):
        element.spots = []
    return element


def _spot(lon: object, lat: object) -> Spot | None:
    """Return degrees as whole numbers of 1e-7, None when they are none."""
    try:
        east, north = float(str(lon)), float(str(lat))
    except ValueError:
        return None
    if not (math.isfinite(east) and math.isfinite(north) and abs(east) <= 180 and abs(north) <= 90):  # noqa: PLR2004
        return None
    return round(east * SCALE), round(north * SCALE)
