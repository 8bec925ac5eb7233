"""The table of a Shapefile (.dbf), with the widths, types and encoding that a receiver prescribes.

GDAL's writer chooses widths of its own. The format is a header of 32 bytes, 32 more for each field, and rows of fixed
width (dBASE III; ESRI Shapefile Technical Description, 1998, has the types a Shapefile may use).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

TEXT, NUMBER, DATE = "C", "N", "D"
DATE_WIDTH = 8
_LANGUAGE = {"gbk": 0x4D}
"""The mark of the code page in the header; that of UTF-8 is none, and the .cpg beside the file says it."""


@dataclass(frozen=True)
class Column:
    """One field: its name, one of :data:`TEXT`, :data:`NUMBER`, :data:`DATE`, its width in bytes, and its decimals."""

    name: str
    type: str
    width: int
    digits: int = 0


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], codec: str, day: date) -> bytes:
    r"""Return the bytes of a .dbf.

    Parameters
    ----------
    columns
        With names of at most ten bytes.
    rows
        Cells as they are to stand, each fitting its width; empty where nothing is known.
    codec
        What Python calls the encoding.
    day
        The day the table was last changed.

    Examples
    --------
    >>> from datetime import date
    >>> made = table([Column("A", TEXT, 3), Column("N", NUMBER, 4)], [("ab", "12")], "gbk", date(2026, 1, 2))
    >>> made[-9:]
    b' ab   12\x1a'
    """
    head = 32 + 32 * len(columns) + 1
    width = 1 + sum(column.width for column in columns)
    out = bytearray(
        struct.pack("<4BIHH", 3, (day.year - 1900) % 256, day.month, day.day, len(rows), head, width).ljust(32, b"\0")
    )
    out[29] = _LANGUAGE.get(codec, 0)
    for column in columns:
        name = column.name.encode(codec).ljust(11, b"\0")
        out += (name + struct.pack("<c4xBB", column.type.encode(), column.width, column.digits)).ljust(32, b"\0")
    out += b"\r"
    for row in rows:
        out += b" "
        for column, cell in zip(columns, row, strict=True):
            raw = cell.encode(codec)
            out += raw.rjust(column.width) if column.type == NUMBER else raw.ljust(column.width)
    return bytes(out + b"\x1a")
