"""The blocks of a PBF file, written here byte by byte, are found where they lie and counted by what they hold."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import pytest

from gridkit.errors import SourceError
from gridkit.sources.osm import pbf_blocks
from gridkit.sources.osm.pbf_blocks import DATA, FULL, HEADER

if TYPE_CHECKING:
    from pathlib import Path

NODES, DENSE, WAYS, RELATIONS = 1, 2, 3, 4
RAW, SIZE, ZLIB, LZMA = 1, 2, 3, 4


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def blob(data: bytes, packed: int = ZLIB) -> bytes:
    if packed == RAW:
        return field(RAW, data)
    return field(SIZE, len(data)) + field(packed, zlib.compress(data) if packed == ZLIB else b"of another kind")


def block(name: str, held: bytes) -> bytes:
    header = field(1, name.encode()) + field(3, len(held))
    return len(header).to_bytes(4, "big") + header + held


def group(kind: int, count: int) -> bytes:
    if kind == DENSE:  # ids as differences, of one byte or of two
        return field(2, field(DENSE, field(1, b"".join(varint(1 if at % 2 else 300) for at in range(count)))))
    return field(2, b"".join(field(kind, field(1, at)) for at in range(count)))


def data(*groups: tuple[int, int], packed: int = ZLIB) -> bytes:
    strings = field(1, field(1, b"highway"))
    return block(DATA, blob(strings + b"".join(group(*each) for each in groups), packed))


HEAD = block(HEADER, blob(field(4, b"OsmSchema-V0.6")))


def file_of(folder: Path, *blocks: bytes) -> Path:
    path = folder / "a.osm.pbf"
    path.write_bytes(b"".join(blocks))
    return path


def test_every_block_is_found_where_it_lies(tmp_path: Path) -> None:
    parts = [HEAD, data((DENSE, 3)), data((WAYS, 2))]
    found = pbf_blocks.blocks(file_of(tmp_path, *parts))
    assert [each.name for each in found] == [HEADER, DATA, DATA]
    assert [each.start for each in found] == [0, len(parts[0]), len(parts[0]) + len(parts[1])]
    assert [each.end - each.start for each in found] == [len(part) for part in parts]
    assert all(each.start < each.data < each.end for each in found)


def test_an_empty_file_has_no_blocks_and_does_not_end_full(tmp_path: Path) -> None:
    path = file_of(tmp_path)
    assert pbf_blocks.blocks(path) == []
    assert not pbf_blocks.ends_full(path)


@pytest.mark.parametrize("kept", [1, 5, 20, -1], ids=["in its length", "in its header", "in its data", "in its end"])
def test_a_file_that_ends_within_a_block_is_named_with_the_byte(tmp_path: Path, kept: int) -> None:
    last = data((DENSE, 50))
    path = file_of(tmp_path, HEAD, last[:kept])
    with pytest.raises(SourceError, match=rf"its block at byte {len(HEAD)} does not end within its"):
        pbf_blocks.blocks(path)


@pytest.mark.parametrize("content", [b"\xff" * 40, b"\0\0\0\0" * 8, block("x", b"").replace(b"\x18\x00", b"\x08\x00")])
def test_what_is_none_of_blocks_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SourceError, match="cut off or damaged"):
        pbf_blocks.blocks(file_of(tmp_path, content))


@pytest.mark.parametrize(
    ("groups", "ordered"),
    [
        ([(DENSE, 3), (WAYS, 2), (RELATIONS, 1)], True),
        ([(NODES, 3), (DENSE, 2)], True),
        ([(WAYS, 2), (DENSE, 3)], False),
        ([(DENSE, 1), (RELATIONS, 1), (WAYS, 1)], False),
        ([(DENSE, 1), (DENSE, 0), (WAYS, 1)], True),
    ],
)
@pytest.mark.parametrize("packed", [RAW, ZLIB])
def test_the_order_of_kinds_is_seen_within_blocks_and_between_them(
    tmp_path: Path, groups: list[tuple[int, int]], ordered, packed: int
) -> None:
    one = file_of(tmp_path, HEAD, data(*groups, packed=packed))
    assert pbf_blocks.kinds_in_order(one) is ordered
    several = file_of(tmp_path, HEAD, *(data(each, packed=packed) for each in groups))
    assert pbf_blocks.kinds_in_order(several) is ordered


@pytest.mark.parametrize(("count", "full"), [(FULL - 1, False), (FULL, True)])
@pytest.mark.parametrize("kind", [DENSE, WAYS])
def test_a_last_block_as_full_as_they_are_made_is_told_from_one_that_is_not(
    tmp_path: Path, kind: int, count: int, full
) -> None:
    assert pbf_blocks.ends_full(file_of(tmp_path, HEAD, data((WAYS, 1)), data((kind, count)))) is full


def test_only_the_last_block_counts_and_its_groups_together(tmp_path: Path) -> None:
    assert not pbf_blocks.ends_full(file_of(tmp_path, HEAD, data((DENSE, FULL)), data((WAYS, 1))))
    assert pbf_blocks.ends_full(file_of(tmp_path, HEAD, data((WAYS, FULL // 2), (WAYS, FULL - FULL // 2))))


def test_what_is_packed_otherwise_or_damaged_inside_says_nothing(tmp_path: Path) -> None:
    spoilt = data((WAYS, FULL)).replace(b"\x78\x9c", b"\x00\x00", 1)
    for last in (data((WAYS, FULL), packed=LZMA), spoilt, block(DATA, field(2, 7) + varint(3 << 3 | 5) + b"....")):
        path = file_of(tmp_path, HEAD, last)
        assert not pbf_blocks.ends_full(path)
        assert pbf_blocks.kinds_in_order(path)
