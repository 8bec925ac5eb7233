"""What a grid is called on a map that is short of room: the number in its name, in figures where signs are too long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gridkit.language.numbers import of_numeral

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(r"\d+|(?<=第)[零〇一二三四五六七八九十百千]+")
_LONG = 3
"""Of more signs than these (一百六十四) a number is as long as a name."""


def ordinals(names: Sequence[str]) -> list[str | None]:
    """Return the one number in each name; nothing where a name has none, or several.

    Where one of them is long in signs, all stand in figures: grids beside each other are called in one way.

    Examples
    --------
    >>> (
    ...     ordinals(["第三网格", "第二十一网格", "Hospital"]),
    ...     ordinals(["第九网格", "第一百六十四网格"]),
    ...     ordinals(["grid 12"]),
    ... )
    (['三', '二十一', None], ['9', '164'], ['12'])
    """
    found = [_NUMBER.findall(name) for name in names]
    numbers = [each[0] if len(each) == 1 else None for each in found]
    if not any(each and len(each) > _LONG and not each.isdigit() for each in numbers):
        return numbers
    return [each if each is None or each.isdigit() else str(of_numeral(each)) for each in numbers]
