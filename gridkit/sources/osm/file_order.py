"""How an OpenStreetMap file is laid out, and whether one quick pass is enough for it."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import osmium

from gridkit.errors import SourceError
from gridkit.sources.files import kind as files
from gridkit.sources.osm import pbf_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

CHUNK = 1 << 22
_PACKED: dict[str, tuple[str, Callable[..., Any]]] = {"gzip": ("gz", gzip.open), "bzip2": ("bz2", bz2.open)}
_STARTS = re.compile(rb"<(node|way|relation) id=[\"'](-?\d+)[\"']")
_RANKS = {b"node": 0, b"way": 1, b"relation": 2}
_UNUSUAL = (
    b" action=", b"<osmChange", b"<remark", b' visible="false', b" visible='false", b'id="-', b"id='-", b'ref="-',
    b"ref='-",
)  # fmt: skip
_INSIDE = re.compile(rb"<nd [^>]*(?:lat|lon)=|<member [^>]*[^/]>")


@dataclass(frozen=True)
class Layout:
    """How a file is written.

    Attributes
    ----------
    form
        ``xml``, ``json``, ``pbf`` or ``o5m``, what unpacking yields.
    packing
        ``gz``, ``bz2`` or nothing.
    ordinary
        The file itself shows that each thing stands in it once, nodes before ways before relations, by number: None
        where only reading it can tell.
    located
        The ways hold their coordinates and the nodes may be missing.
    parts
        Where each of several PBF files joined end to end begins, and the end of the last.
    """

    form: str
    packing: str = ""
    ordinary: bool | None = None
    located: bool = False
    parts: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Return what libosmium calls it, whatever the file's name says."""
        form = {"xml": "osm", "json": "json"}.get(self.form, self.form)
        return f"{form}.{self.packing}" if self.packing else form


def layout(path: Path) -> Layout:
    """Return how a file is written.

    Raises
    ------
    SourceError
        When it is no OpenStreetMap file, or is cut off within a block.
    """
    kind = files.kind(path)
    packing = _PACKED[kind][0] if kind in _PACKED else ""
    head = next(chunks(path), b"")[: files.HEAD_BYTES] if packing else _head(path)
    form = _form(head, path)
    if form == "pbf" and not packing:
        return _of_pbf(path)
    if form == "xml":
        return Layout("xml", packing, _ordinary(chunks(path)))
    # Of a packed binary file only unpacking could tell, so it is put in order unasked.
    return Layout(form, packing, False if form == "json" or packing else None)


def chunks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file by pieces, unpacked.

    Raises
    ------
    SourceError
        When it cannot be unpacked.
    """
    kind = files.kind(path)
    opened: Any = _PACKED[kind][1](path) if kind in _PACKED else path.open("rb")
    with opened as file:
        while True:
            try:
                data = file.read(CHUNK)
            except (OSError, EOFError, zlib.error) as error:
                raise SourceError(
                    "is cut off or damaged: {error}", where=path, mend="get it again", error=str(error)[:120]
                ) from None
            if not data:
                return
            yield data


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(files.HEAD_BYTES)


def _form(head: bytes, path: Path) -> str:
    found = files.kind_of(head, where=path)
    if found == "osm":
        return "xml" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "json"
    if found == "pbf":
        return "pbf"
    if found == "unknown" and head.startswith((b"\xff\xe0\x04o5m2", b"\xff\xe0\x04o5c2")):
        return "o5m"
    raise SourceError(
        "is no OpenStreetMap extract", where=path, mend="give a .osm.pbf, .osm, .osm.gz, .osm.bz2 or Overpass JSON"
    )


# ---------------------------------------------------------------- XML


def _ordinary(pieces: Iterable[bytes]) -> bool:
    """Return whether XML is what a server of extracts writes: one document, sorted, nothing twice, deleted or new.

    Text is looked through without being parsed, at a fraction of the cost of reading it; what looks unusual at all is
    read the thorough way.
    """
    rest, documents, last = b"", 0, (0, -1)
    for piece in chain(pieces, (b"",)):
        data = rest + piece
        cut = data.rfind(b"<") if piece else len(data)  # what is cut off here comes with the next piece
        data, rest = data[:cut], data[cut:]
        found = _in_order(data, last)
        if found is None:
            return False
        last, documents = found, documents + data.count(b"</osm>")
    return documents == 1


def _in_order(data: bytes, last: tuple[int, int]) -> tuple[int, int] | None:
    """Return the kind and number of the last element of some XML, None where something is unusual."""
    if any(word in data for word in _UNUSUAL) or _INSIDE.search(data):
        return None
    found = _STARTS.findall(data)
    if len(found) != sum(data.count(b"<" + name + b" ") for name in _RANKS):
        return None
    ranks = np.array([last[0], *(_RANKS[name] for name, _ in found)])
    numbers = np.array([last[1], *(int(number) for _, number in found)])
    same = np.diff(ranks) == 0
    if (np.diff(ranks) < 0).any() or (same & (np.diff(numbers) <= 0)).any():
        return None
    return int(ranks[-1]), int(numbers[-1])


# ---------------------------------------------------------------- PBF


def _of_pbf(path: Path) -> Layout:
    heads = tuple(block.start for block in pbf_blocks.blocks(path) if block.name == pbf_blocks.HEADER)
    if len(heads) > 1:
        return Layout("pbf", ordinary=False, parts=(*heads, path.stat().st_size))
    try:
        header = osmium.io.Reader(osmium.io.File(str(path), "pbf"), osmium.osm.NOTHING).header()
    except RuntimeError as error:
        raise SourceError(
            "is cut off or damaged: {error}", where=path, mend="get it again", error=str(error)[:120]
        ) from None
    features = {header.get(f"pbf_optional_feature_{at}") for at in range(8)}
    located = "LocationsOnWays" in features or header.get("locations_on_ways") == "true"
    if header.has_multiple_object_versions:
        return Layout("pbf", ordinary=False, located=located)
    return Layout("pbf", ordinary=True if "Sort.Type_then_ID" in features else None, located=located)
