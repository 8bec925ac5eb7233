"""Columns of a table that is printed: how wide each is in a line's room, and where what stands in them is broken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOGETHER = re.compile(
    # A number, or a range, with the sign that is its unit; a Latin word; a sign. No line begins with a stop.
    r"(?:[0-9][0-9,.:]*(?:[-~–][0-9][0-9,.:]*)?[^\W\da-zA-Z_]?|[!-~]+|\S)[，。；：、！？）】》％…]*|\s+"
)


def cells(text: str) -> int:
    """Return how many letters of a line a text takes: a Chinese sign takes two."""
    from rich.cells import cell_len

    return cell_len(text)


def pieces(text: str) -> list[str]:
    """Return what of a text stays together, blanks among it.

    Examples
    --------
    >>> pieces("每格4,000人，约 12 户")
    ['每', '格', '4,000人，', '约', ' ', '12', ' ', '户']
    """
    return _TOGETHER.findall(text)


def folded(text: str, width: int) -> str:
    """Return a text in lines of a width, broken between its pieces; only what is longer than a line is cut itself."""
    lines, line = [], ""
    for piece in pieces(text):
        if line and cells(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return "\n".join([*lines, line.rstrip()])


def widths(columns: Sequence[Sequence[str]], room: int, most: int) -> list[int]:
    """Return how wide columns are that have so much room together.

    Each is as wide as its longest text where all have room; else as its longest piece (a word of letters counts as
    ``most`` at most), and what room is left goes to those that want more, in the order in which they want it.
    """
    whole = [max(map(cells, texts), default=0) for texts in columns]
    if sum(whole) <= room:
        return whole
    least = [max((_least(each, most) for text in texts for each in pieces(text)), default=0) for texts in columns]
    left = max(0, room - sum(least))
    wanted = [wide - narrow for wide, narrow in zip(whole, least, strict=True)]
    return [narrow + wish * left // max(sum(wanted), 1) for narrow, wish in zip(least, wanted, strict=True)]


def _least(piece: str, most: int) -> int:
    wide = cells(piece)
    return wide if piece[:1].isdigit() else min(wide, most)
