"""Columns of a table that is printed: how wide each is in a line's room, and where what stands in them is broken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Scripts that put no blanks between words. A line ends after any Chinese sign; of Thai, Lao, Burmese and Khmer after a
# letter with all that stands before, above, below and behind it.
_CHINESE = r"\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_SOUTHERN = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_MARKS = r"\u0e30-\u0e3a\u0e45-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1060\u17b4-\u17d3\u200b-\u200d"
_LETTER = rf"[\u0e40-\u0e44\u0ec0-\u0ec4]?[{_SOUTHERN}](?:[{_MARKS}]|(?<=[\u1039\u17d2])[{_SOUTHERN}])*"
_TOGETHER = re.compile(
    # A number, or a range, with its unit; a word of any script that has blanks; a letter; a sign. No
    # line begins with a stop.
    rf"(?:[0-9][0-9,.:]*(?:[-~–][0-9][0-9,.:]*)?(?:[^\s{_CHINESE}{_SOUTHERN}]+|(?=\w)[{_CHINESE}])?|[^\s{_CHINESE}{_SOUTHERN}]+|{_LETTER}|\S)"
    r"[，。；：、！？）】》％…]*|\s+"
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
    >>> pieces("Ленинский район, แผนที่น้ำ")
    ['Ленинский', ' ', 'район,', ' ', 'แผ', 'น', 'ที่', 'น้ำ']
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
