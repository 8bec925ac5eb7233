"""The encoding of the text of vector files that keep it in another file: shapefiles and MapInfo's."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from gridkit.language.phrases import Phrase
from gridkit.sources.tables import encodings

if TYPE_CHECKING:
    from pathlib import Path

_DBF_HEAD = 32
_FIELD = 32
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
        text += _dbase(beside[".dat"])
    if text.isascii():
        return None, []
    name = encodings.found(text.replace(b"\0", b" "), where=path)
    return name, [Phrase("it names no charset: its text reads as {encoding}", encoding=name)]


def _dbase(path: Path) -> bytes:
    """Return the text of a dBASE file: the names of its columns and its rows."""
    data = path.read_bytes()
    start = struct.unpack("<H", data[8:10])[0] if len(data) > _DBF_HEAD else 0
    fields = b"\n".join(
        data[at : at + 11].split(b"\0")[0] for at in range(_DBF_HEAD, max(start - 1, _DBF_HEAD), _FIELD)
    )
    return fields + b"\n" + data[start:].replace(b"\0", b" ").rstrip(b"\x1a")
