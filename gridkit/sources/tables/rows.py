"""Rows as offices write them told apart: titles, the header, what is counted, totals, headers again, notes below."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase
from gridkit.sources.tables import cells, headers, month_names, quantities
from gridkit.tables import flagged

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Truths = NDArray[np.bool_]

LOOK_ROWS = 60
"""So many rows are looked at to find the header and the delimiter."""

_TOTAL = re.compile(
    r"(?:.{0,12}[ \u3000]*)?(?:总|總|合|小|共|累)[ \u3000]*(?:计|計)[:：]?|汇总"
    r"|(?:sub|grand)?[ -]?totals?(?: .{1,30})?|.{1,30} (?:sub-?)?total|subtotal.{0,30}|sum"
    r"|(?:sous-|sous )?total (?:général|general)|zwischensumme|gesamt(?:summe)?|(?:gesamt|ins)?summe|insgesamt"
    r"|итого.{0,20}|всего.{0,20}|soma|suma",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"[:：。；;]|^[注备（(*]|制表|填表|审核|说明|来源|^notes?\b|^source|^generated|^end of|^\d+ (?:rows|records)|.{25}"
    r"|^[_=*-]{3,}$|^©",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^[^()（）\d]{1,20}[:：]\s*\S|^\d{4}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2}\s*日?|\s*月)?$"
    r"|^(?:截至|统计时间|制表|填报)"
)
_SIGNED = re.compile(
    r"(?:填表|填报|制表|审核|复核|经办|负责|联系)(?:人|单位|日期|时间|电话)?(?:签[字名章]|[（(]签[字名章][)）])?|联系方式"
    r"|(?:filled in|prepared|checked|approved|completed) by|signature"
    r"|(?:preenchido|elaborado|conferido|aprovado) por|assinatura|firma|rempli par|établi par"
    r"|ausgefüllt von|erstellt von"
    r"|заполнил[аи]?|составил[аи]?|исполнитель|проверил[аи]?|утвердил[аи]?|подпись",
    re.IGNORECASE,
)
"""What a form says before the name of who filled it in, in a cell of its own or before a colon."""
_HEADING = re.compile(
    r"(?:所属|所在|负责|责任|负责的)?(?:网格|社区|街道|镇街|村居?|小区|楼栋|单位|部门)"
    r"|.{0,8}(?:编[码号]|代码|名称|姓名|[户人件次总]数|人口|面积|类[别型]|日期|时间|月份|年份|地址|电话|职务|岗位|备注|数量"
    r"|状态|事项|工时|时长|频次)(?:[（(].{1,6}[）)])?"
    r"|(?:[^\W\d]+[ _])?(?:id|code|name|number|count|date|time|month|year|type|kind|status|address|phone|grid|community"
    r"|households|people|hours|minutes|area|remarks?|notes?)"
    r"|setor|nome|data|horas|minutos|bairro|código|número|sector|nombre|fecha|barrio|secteur|nom|heures|name|datum|stunden"
    r"|участок|имя|фио|название|дата|часы|минуты|район|номер|код|адрес",
    re.IGNORECASE,
)
"""What columns are called and nobody who fills in a form is."""
_OF_YEAR = re.compile(r"(?:19|20)\d{2}\s+[^\W\d_]{3}")
_HEADER_SHARE, _BELOW, _DEEPEST = 0.6, 4, 2
_OFTEN = 0.9


@dataclass(frozen=True)
class Raw:
    """A table as its file holds it: cells of text, the header in the first row.

    Attributes
    ----------
    cells
        The rows on a plain index; columns numbered.
    notes
        How it was taken apart.
    delimiter
        What parts the cells; empty for a workbook.
    lost
        Rows that are gone already, by reason.
    titles
        What stands in the rows above the header, which are left out.
    above
        How many these are.
    sheet
        What the sheet of a workbook is called.
    """

    cells: pd.DataFrame
    notes: list[str]
    delimiter: str = ","
    lost: dict[str, int] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    above: int = 0
    sheet: str = ""


@dataclass(frozen=True)
class Sorted:
    """The rows of a table told apart.

    Attributes
    ----------
    frame
        The rows that count, in cells of text under their header.
    totals
        The rows of totals.
    lost
        How many rows are left out, by reason.
    notes
        What was left out and renamed.
    """

    frame: pd.DataFrame
    totals: pd.DataFrame
    lost: dict[str, int]
    notes: list[str]


def header_at(rows: list[list[str]]) -> int:
    """Return the first row that has nearly as many filled cells as any, and more words than numbers."""
    filled = [sum(not cells.blank(cell) for cell in row) for row in rows]
    most = max(filled, default=0)
    for at, (row, count) in enumerate(zip(rows, filled, strict=True)):
        if not count or count < _HEADER_SHARE * most or _stands_apart(rows, filled, at):
            continue
        if is_signed(row) and (count < most or _signs(row, rows[at + 1 :])):
            continue
        if _is_head(row) and any(
            _is_fuller(rows[below], count) for below in range(at + 1, at + _BELOW) if below < len(rows)
        ):
            continue
        words = sum(not cells.blank(cell) and _is_word(cell) for cell in row)
        if words * 2 >= count:
            # The second line of a header has nothing under what names the rows: that stands in the line above.
            above = at and cells.blank(row[0]) and not cells.blank(rows[at - 1][0]) and filled[at - 1] > 1
            return at - 1 if above else at
    return _above_body(rows, filled)


def _is_word(cell: str) -> bool:
    """Return whether a cell is no number; what is of a year or a month is none: 2021 output area, 3月."""
    return (
        quantities.number(cell) is None
        or month_names.month(cell) is not None
        or _OF_YEAR.match(cells.plain(cell)) is not None
    )


def _stands_apart(rows: list[list[str]], filled: list[int], at: int) -> bool:
    """Return whether a row is narrower than the table and a blank line parts it from that: Units, Persons."""
    width = max(map(len, rows))
    below = [filled[row] == 0 for row in range(at + 1, len(rows)) if len(rows[row]) == width or filled[row] == 0]
    return len(rows[at]) < width and bool(below) and below[0] and not all(below)


def _above_body(rows: list[list[str]], filled: list[int]) -> int:
    """Return the row right above the first full one, where it has the table's width and no plain number; else 0.

    Such are the lines of dates over the numbers of an office of statistics, with nothing over what names the rows.
    """
    most = max(filled, default=0)
    body = filled.index(most) if most > 1 else 0
    if not body or len(rows[body - 1]) != len(rows[body]) or not filled[body - 1]:
        return 0
    top = [cell for cell in rows[body - 1] if not cells.blank(cell)]
    return body - 1 if len(top) > 1 and all(quantities.number(cell) is None for cell in top) else 0


def _entitles(cell: str) -> bool:
    """Return whether a cell is of a form's head rather than of a header: 填报单位：某街道, a date alone."""
    return bool(_TITLE.search(cells.plain(cell)))


def _is_head(row: list[str]) -> bool:
    """Return whether a row is of a form's head; a column that is called 填报单位 beside other columns makes it none.

    Pairs of such a word and what it says are one, unless it says nothing but what columns are called: 填报单位 | 网格.
    """
    filled = [cells.plain(cell) for cell in row if not cells.blank(cell)]
    named = [bool(_SIGNED.fullmatch(cell)) for cell in filled]
    said = [_entitles(cell) for cell in filled]
    if all(named[::2]) and len(filled) > 1 and all(map(_HEADING.fullmatch, filled[1::2])):
        return False
    return any(said) and (all(named[::2]) or any(one and not name for one, name in zip(said, named, strict=True)))


def is_signed(row: list[str]) -> bool:
    """Return whether a row says who filled in the form, checked it and when: its first cell is such a word.

    Examples
    --------
    >>> is_signed(["填表人：张三", "", "审核人：李四"]), is_signed(["Filled in by", "A. B.", ""])
    (True, True)
    >>> is_signed(["负责人电话", "网格"]), is_signed(["W00", "填表人"])
    (False, False)
    """
    first = next((cells.plain(cell) for cell in row if not cells.blank(cell)), "")
    return bool(_SIGNED.fullmatch(re.split(r"[:：]", first, maxsplit=1)[0].strip()))


def _signs(row: list[str], below: list[list[str]]) -> bool:
    """Return whether pairs of such a word and a name stand above a header: 填表人 | 张三, then 网格 | 工时."""
    filled = [cells.plain(cell) for cell in row if not cells.blank(cell)]
    pairs = len(filled) % 2 == 0 and all(map(_SIGNED.fullmatch, filled[::2]))
    if not pairs or all(map(_HEADING.fullmatch, filled[1::2])):
        return False
    under = next(([cells.plain(cell) for cell in row if not cells.blank(cell)] for row in below if any(row)), [])
    return len(under) >= len(filled) and all(map(_HEADING.fullmatch, under))


def _is_fuller(row: list[str], count: int) -> bool:
    """Return whether a row is as full as a header above it would be, and is itself one."""
    filled = [cell for cell in row if not cells.blank(cell)]
    words = sum(quantities.number(cell) is None for cell in filled)
    return len(filled) >= count and words * 2 > len(filled) and not any(map(_entitles, filled))


def said(above: list[list[str]]) -> tuple[str, ...]:
    """Return what is written in the rows above a header."""
    return tuple(cell for row in above for cell in row if not cells.blank(cell))


def left_out(titles: int) -> list[str]:
    """Return what is said of title rows."""
    return [Phrase("{count} title row left out", "", "{count} title rows left out", count=titles)] if titles else []


def is_total(row: list[str]) -> bool:
    """Return whether the first filled cell of a row calls it a total."""
    first = next((cell for cell in row if not cells.blank(cell)), "")
    return bool(_TOTAL.fullmatch(cells.plain(first)))


def is_remark(text: str) -> bool:
    """Return whether a lone text below a table is a note to it."""
    return bool(_REMARK.search(cells.plain(text)))


def sort(raw: Raw, where: object) -> Sorted:
    """Return a table's rows told apart.

    Raises
    ------
    TableError
        When there is nothing in it, or nothing below the header.
    """
    if not len(raw.cells):
        raise TableError("there is nothing in it", where=where)
    top = [str(cell) for cell in raw.cells.iloc[0]]
    deep = 0
    while deep < _DEEPEST and headers.below(table := raw.cells.iloc[deep:]):
        top = headers.joined(top, [str(cell) for cell in table.iloc[1]])
        deep += 1
    header, notes = _header(top)
    deep = deep or int(headers.described(raw.cells))
    if deep:
        notes.append(
            Phrase("the header has two rows") if deep == 1 else Phrase("the header has {count} rows", count=deep + 1)
        )
    frame = raw.cells.iloc[1 + deep :].set_axis(header, axis=1).reset_index(drop=True)
    blank = np.column_stack([cells.blanks(frame[name]) for name in header]) if len(frame) else np.zeros((0, 1), bool)
    empty = np.asarray(blank.all(axis=1), dtype=bool)
    lost = dict(raw.lost)
    again = _headers_again(frame, raw.cells.iloc[0].tolist())
    below = _below(frame, blank, empty)
    total = _totals(frame, blank, empty | again | below)
    gone = {"footer": int(below.sum()) + int(total.sum()), "header": int(again.sum())}
    lost |= {reason: count for reason, count in gone.items() if count}
    notes += (
        [
            Phrase(
                "{count} line below the table left out",
                "",
                "{count} lines below the table left out",
                count=int(below.sum()),
            )
        ]
        if below.any()
        else []
    )
    notes += (
        [Phrase("{count} total row left out", "", "{count} total rows left out", count=int(total.sum()))]
        if total.any()
        else []
    )
    notes += (
        [
            Phrase(
                "{count} row that repeats the header left out",
                "",
                "{count} rows that repeat the header left out",
                count=int(again.sum()),
            )
        ]
        if again.any()
        else []
    )
    kept = ~(empty | again | below | total)
    if not kept.any():
        raise TableError("there is a header, and no row below it", where=where)
    unnamed = [name.startswith("column ") and bool(blank[kept, at].all()) for at, name in enumerate(header)]
    wanted = [name for name, gone in zip(header, unnamed, strict=True) if not gone]
    rows = frame if kept.all() else frame.loc[kept].reset_index(drop=True)
    return Sorted(rows[wanted], frame.loc[total, wanted], lost, notes)


def _header(row: list[str]) -> tuple[list[str], list[str]]:
    """Return the names of the columns: blanks numbered, doubles (case does not count) told apart."""
    names: list[str] = []
    renamed: list[str] = []
    seen = Counter[str]()
    for at, cell in enumerate(row):
        name = " ".join(cells.plain(cell).split()) or f"column {at + 1}"
        seen[name.casefold()] += 1
        if seen[name.casefold()] > 1:
            other = f"{name}_{seen[name.casefold()]}"
            renamed.append(Phrase("column {name!r} stands there twice: the second is {other}", name=name, other=other))
            name = other
        names.append(name)
    return names, renamed


def _headers_again(frame: pd.DataFrame, header: list[str]) -> Truths:
    """Return the rows whose every cell is the name of its column: files pasted one below the other."""
    same = np.ones(len(frame), bool)
    for at, name in enumerate(frame.columns):
        same &= flagged(frame[name].eq(header[at])).to_numpy()
        if not same.any():
            break
    return same


def _below(frame: pd.DataFrame, blank: Truths, empty: Truths) -> Truths:
    """Return the rows at the end that fill a single cell of a wider table with a remark, or say who filled it in."""
    found = np.zeros(len(frame), bool)
    if frame.shape[1] <= 2:  # noqa: PLR2004 - a pair of columns
        return found
    for at in range(len(frame) - 1, 0, -1):
        if empty[at]:
            continue
        filled = [cells.plain(str(cell)) for cell in frame.iloc[at][~blank[at]]]
        if is_signed(filled) and (len(filled) < frame.shape[1] or any(map(_entitles, filled))):
            found[at] = True
            continue
        if len(filled) != 1 or not is_remark(filled[0]) or _TOTAL.fullmatch(filled[0]):
            break
        found[at] = True
    return found


def _totals(frame: pd.DataFrame, blank: Truths, other: Truths) -> Truths:
    """Return the rows that are totals: so called, and either blank where nearly all rows are filled, or the sum.

    A row that is only called so (a petrol station Total with its coordinates) counts like any other.
    """
    found = np.zeros(len(frame), bool)
    called = _called_total(frame, blank) & ~other
    if not called.any():
        return found
    plain = ~called & ~other
    often = (~blank[plain]).mean(axis=0) >= _OFTEN if plain.any() else np.zeros(blank.shape[1], bool)
    for at in np.flatnonzero(called):
        lacking = bool((blank[at] & often).any()) or int((~blank[at]).sum()) == 1
        found[at] = lacking or _adds_up(frame, int(at), plain, found)
    return found


def _called_total(frame: pd.DataFrame, blank: Truths) -> Truths:
    """Return the rows whose first filled cell is a word for a total."""
    called = np.zeros(len(frame), bool)
    before = np.ones(len(frame), bool)
    for at, name in enumerate(frame.columns):
        first = before & ~blank[:, at]
        if first.any():
            column = cells.distinct(frame[name])
            words = np.array([bool(text) and _TOTAL.fullmatch(text) is not None for text in _short(column)], dtype=bool)
            called |= first & column.spread(words, nothing=False)
        before &= blank[:, at]
        if not before.any():
            break
    return called


def _short(column: cells.Distinct) -> list[str]:
    """Return the texts that are short enough and may be words for a total, the others as nothing."""
    likely = cells.matching(column.texts, r"(?i)计|計|汇总|total|sum|gesamt|итого|всего|soma|suma")
    return [
        text if may and len(text) < LOOK_ROWS else ""
        for text, may in zip(column.texts.to_pylist(), likely, strict=True)
    ]


def _adds_up(frame: pd.DataFrame, at: int, plain: Truths, found: Truths) -> bool:
    """Return whether a row holds the sum of the rows above it, from the last total on or from the top."""
    last = np.flatnonzero(found[:at])
    for start in {0, int(last[-1]) + 1 if len(last) else 0}:
        above = np.flatnonzero(plain[start:at]) + start
        if len(above) < 2:  # noqa: PLR2004 - one row is the sum of itself
            continue
        for name in frame.columns:
            said = quantities.number(str(frame[name].iloc[at]))
            if said is None or not np.isfinite(said) or said == 0:
                continue
            each = [quantities.number(str(cell)) for cell in frame[name].iloc[above]]
            if all(value is not None for value in each) and abs(np.nansum(np.array(each, dtype=float)) - said) < 0.5:  # noqa: PLR2004
                return True
    return False
