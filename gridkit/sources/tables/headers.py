"""Headers of two rows put together: a line of parts or of units below the first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gridkit.sources.tables import cells, month_names, quantities, scales

if TYPE_CHECKING:
    import pandas as pd

_LOOK_ROWS = 60
_YEAR = re.compile(r"(?:19|20)\d{2}\s*年?(?:末|底|度)?")
_NUMBERS = frozenset(
    {"anzahl", "number", "count", "persons", "nombre", "effectif", "número", "numero", "antal", "数量"}
)
"""What a line of units says over counts."""
_NOTED = re.compile(r"[(\[（].*[)\]）]")


def below(table: pd.DataFrame) -> bool:
    """Return whether the row below the header belongs to it: its second line, or a line of units.

    It does where columns of numbers have words or years in it, and where what names the rows has nothing new there.

    Parameters
    ----------
    table
        The rows in cells of text, the header first.
    """
    if len(table) < 3:  # noqa: PLR2004 - two lines of a header and a row
        return False
    top, second = ([cells.plain(str(cell)) for cell in table.iloc[at]] for at in (0, 1))
    new = [not cells.blank(two) and two != one for one, two in zip(top, second, strict=True)]
    if not any(new):
        return False
    rest = table.iloc[2 : 2 + _LOOK_ROWS]
    numeric = [_numeric(rest[name]) for name in rest.columns]
    counted = [at for at, fresh in enumerate(new) if fresh and numeric[at]]
    if not counted or not any(not each for each in numeric):
        return False
    if not all(_is_header(second[at]) for at in counted):
        return False
    naming = [fresh for fresh, number in zip(new, numeric, strict=True) if not number]
    return not any(naming) or all(_is_unit(second[at]) for at in counted)


def described(table: pd.DataFrame) -> bool:
    """Return whether the row below the header says in words what each column is, as the US Census writes it.

    It has words over every column of numbers, and no digit where the codes of the rows stand.

    Parameters
    ----------
    table
        The rows in cells of text, the header first.
    """
    if len(table) < 3:  # noqa: PLR2004 - header, words, a row
        return False
    second = [cells.plain(str(cell)) for cell in table.iloc[1]]
    rest = table.iloc[2 : 2 + _LOOK_ROWS]
    numeric = [_numeric(rest[name]) for name in rest.columns]
    over = [second[at] for at, number in enumerate(numeric) if number]
    if not over or any(cells.blank(text) or not _is_header(text) for text in over):
        return False
    coded = [
        at
        for at, name in enumerate(rest.columns)
        if not numeric[at] and rest[name].astype(str).str.contains(r"\d").all()
    ]
    return bool(coded) and all(not cells.blank(second[at]) and not re.search(r"\d", second[at]) for at in coded)


def joined(top: list[str], second: list[str]) -> list[str]:
    """Return the names of columns from both lines of a header: ``常住人口 男``, ``户数(户)``.

    A blank above is what stands left of it, as in cells that were merged.
    """
    made: list[str] = []
    over = ""
    for one, two in zip(map(cells.plain, top), map(cells.plain, second), strict=True):
        over = one if not cells.blank(one) else over if not cells.blank(two) else ""
        if cells.blank(two) or two == over:
            made.append(over)
        elif not over:
            made.append(two)
        elif _NOTED.fullmatch(two) or not _is_unit(two):
            made.append(f"{over} {two}")
        else:
            made.append(f"{over}({two})")
    return made


def _numeric(values: pd.Series) -> bool:
    """Return whether most of what is filled in a column are numbers."""
    parts = quantities.written(values)
    there = parts.column.spread(~parts.empty, nothing=False)
    return bool(parts.column.spread(parts.numeric, nothing=False).sum() * 2 > there.sum() > 0)


def _is_header(text: str) -> bool:
    if _YEAR.fullmatch(text) or month_names.month(text) is not None:
        return True
    return quantities.number(text) is None and quantities.WITHHELD.fullmatch(text) is None


def _is_unit(text: str) -> bool:
    bare = text.strip("()[]（） ").casefold()
    return (
        bool(_NOTED.fullmatch(text))
        or bare in _NUMBERS
        or bare in quantities.COUNTERS
        or bare in quantities.METRES
        or scales.of(bare) != 1
    )
