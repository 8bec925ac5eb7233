"""The blocks of a PBF file: where each lies, which kinds of elements it holds, and whether the last one is full."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from gridkit.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADER, DATA = "OSMHeader", "OSMData"
FULL = 8000
"""Writers put this many elements into a block, and fewer only into the last one of a kind."""

_LARGEST_HEADER = 1 << 16
_BYTES = 2  # protobuf: so many bytes follow
_RAW, _ZLIB = 1, 3  # fields of a blob
_GROUP = 2  # field of a block
_KINDS = {1: "n", 2: "n", 3: "w", 4: "r"}  # fields of a group: nodes, dense nodes, ways, relations
_DENSE = 2


@dataclass(frozen=True)
class Block:
    """One block: its name, where it starts, where its data start and where it ends, in bytes."""

    name: str
    start: int
    data: int
    end: int


def blocks(path: Path) -> list[Block]:
    """Return every block of a file, none of them unpacked.

    Raises
    ------
    SourceError
        When the file ends within a block, or is none of blocks.
    """
    found, size, at = [], path.stat().st_size, 0
    with path.open("rb") as file:
        while at < size:
            length = int.from_bytes(file.read(4), "big")
            fields = dict(_fields(file.read(length))) if length < _LARGEST_HEADER else {}
            name, follows = fields.get(1, b""), fields.get(3, -1)
            end = at + 4 + length + follows if isinstance(follows, int) else -1
            if end <= at or end > size or not isinstance(name, bytes):
                raise SourceError(
                    "is cut off or damaged: its block at byte {start:,} does not end within its {size:,} bytes",
                    where=path,
                    mend="get it again",
                    start=at,
                    size=size,
                )
            found.append(Block(name.decode("ascii", "replace"), at, at + 4 + length, end))
            file.seek(end)
            at = end
    return found


def kinds_in_order(path: Path) -> bool:
    """Return whether no block of nodes stands behind one of ways or relations, nor one of ways behind relations."""
    letters = [letter for block in blocks(path) if block.name == DATA for letter, _ in _groups(path, block)]
    return all("nwr".index(one) <= "nwr".index(next_one) for one, next_one in pairwise(letters))


def ends_full(path: Path) -> bool:
    """Return whether the last block is as full as blocks are made: more was to follow, most likely.

    The last block of each kind holds what is left over, so that a whole file ends with a full one once in thousands.
    """
    data = [block for block in blocks(path) if block.name == DATA]
    return bool(data) and sum(count for _, count in _groups(path, data[-1])) >= FULL


def _groups(path: Path, block: Block) -> Iterator[tuple[str, int]]:
    """Yield the letter (n, w, r) and the number of elements of every group in a block that is packed as usual."""
    with path.open("rb") as file:
        file.seek(block.data)
        blob = dict(_fields(file.read(block.end - block.data)))
    packed = blob.get(_ZLIB)
    try:
        data = zlib.decompress(packed) if isinstance(packed, bytes) else blob.get(_RAW, b"")
    except zlib.error:
        return
    for field, group in _fields(data) if isinstance(data, bytes) else ():
        if field != _GROUP or not isinstance(group, bytes):
            continue
        inside = [(number, value) for number, value in _fields(group) if number in _KINDS]
        if not inside:
            continue
        number, first = inside[0]
        if number == _DENSE and isinstance(first, bytes):
            ids = dict(_fields(first)).get(1, b"")
            yield "n", sum(byte < 128 for byte in ids) if isinstance(ids, bytes) else 0  # noqa: PLR2004 - last of one
        else:
            yield _KINDS[number], len(inside)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and the value of every field of a protobuf message; what breaks off ends it."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key & 7 == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
        elif key & 7 == _BYTES:
            length, at = _varint(data, at)
            yield key >> 3, data[at : at + length]
            at += length
        else:
            return


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:  # noqa: PLR2004 - its highest bit says that more follow
            break
        shift += 7
    return value, at
