"""The encoding of the text of vector files that keep it in another file: shapefiles and MapInfo's."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

import numpy as np

from gridkit.language.phrases import Phrase
from gridkit.sources.tables import encodings

if TYPE_CHECKING:
    from pathlib import Path

_DBF_HEAD = 32
_FIELD = 32
_TAB_FIELD = re.compile(
    rb"^\s+(?:\"[^\"]*\"|\S+)\s+(Char|Integer|SmallInt|LargeInt|Float|Decimal|Date|DateTime|Time|Logical)\b",
    re.IGNORECASE | re.MULTILINE,
)
_CHARSET = re.compile(rb"^!?charset\s+\"?(\w+)", re.IGNORECASE | re.MULTILINE)


def of(path: Path) -> tuple[str | None, list[str]]:
    """Return the encoding found from the bytes of a file's text, and a note; None where the file says it, or is ASCII.

    Parameters
    ----------
    path
        A .shp, .tab or .mif; its text lies beside it, in the .dbf, .dat or .mid.
    """
    beside = {other.suffix.lower(): other for other in path.parent.iterdir() if other.stem == path.stem}
    if path.suffix.lower() in (".tab", ".mif"):
        return _mapinfo(path, beside)
    if ".cpg" in beside or ".dbf" not in beside:
        return None, []
    name = encodings.found(_dbase(beside[".dbf"]), where=beside[".dbf"])
    return name, [Phrase("there is no .cpg: its text reads as {encoding}", encoding=name)]


def _mapinfo(path: Path, beside: dict[str, Path]) -> tuple[str | None, list[str]]:
    """Return the encoding of a MapInfo file whose charset says nothing: Neutral, or none at all."""
    head = path.read_bytes()
    said = _CHARSET.search(head[:4096])
    if said is not None and said[1].lower() != b"neutral":
        return None, []
    text = head
    if path.suffix.lower() == ".mif" and ".mid" in beside:
        text += beside[".mid"].read_bytes()
    elif ".dat" in beside:
        # The table calls its binary fields text: the .tab says which are.
        kinds = [kind.lower() == b"char" for kind in _TAB_FIELD.findall(head)]
        text += _dbase(beside[".dat"], kinds)
    if text.isascii():
        return None, []
    name = encodings.found(text.replace(b"\0", b" "), where=path)
    return name, [Phrase("it names no charset: its text reads as {encoding}", encoding=name)]


def _dbase(path: Path, texts: list[bool] | None = None) -> bytes:
    """Return the text of a dBASE file: the names of its columns and its cells of text, never those in binary."""
    data = path.read_bytes()
    if len(data) <= _DBF_HEAD:
        return b""
    start, width = struct.unpack("<HH", data[8:12])
    heads = [data[at : at + _FIELD] for at in range(_DBF_HEAD, max(start - 1, _DBF_HEAD), _FIELD)]
    heads = [head for head in heads if len(head) == _FIELD]
    names = b"\n".join(head[:11].split(b"\0")[0] for head in heads)
    edges = np.cumsum([1, *(head[16] for head in heads)])
    count = (len(data) - start) // width if width else 0
    if not count:
        return names
    rows = np.frombuffer(data, dtype=np.uint8, count=count * width, offset=start).reshape(count, width)
    held = texts if texts is not None and len(texts) == len(heads) else [head[11:12] == b"C" for head in heads]
    cells = [
        np.pad(rows[:, edges[at] : edges[at + 1]], ((0, 0), (0, 1)), constant_values=ord("\n")).tobytes()
        for at, is_text in enumerate(held)
        if is_text
    ]
    return b"\n".join([names, *cells]).replace(b"\0", b" ")
