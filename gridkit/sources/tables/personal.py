"""Personal columns: found by their name and by what is in them, and dropped unless asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from gridkit.language.phrases import LIST, Phrase, joined
from gridkit.sources.tables import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_ID = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_PHONE = re.compile(r"(?:[(（]?\+?(?:00)?86[)）]?[- ]?)?(?:[(（]1[3-9]\d[)）]|1[3-9]\d)[-\s]?\d{4}[-\s]?\d{4}")
_LANDLINE = re.compile(
    r"(?:[(（]?\+?(?:00)?86[)）]?[- ]?)?(?:[(（]0\d{2,3}[)）]|0\d{2,3})[-—\s]?[2-8]\d{2,3}[-\s]?\d{4}"
    r"(?:\s?(?:转|分机|ext\.?|x|-)\s?\d{1,5})?"
    r"|\+\d{1,3}[-\s.]?(?:[(]\d{1,4}[)][-\s.]?)?\d{1,4}(?:[-\s.]\d{2,8}){1,4}"
    r"|[(]\d{3}[)]\s?\d{3}[-.\s]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}|[48]00[-\s]?\d{3}[-\s]?\d{4}"
)
_PERSON = re.compile(
    r"((?:联系人|当事人|报案人|举报人|申请人|投诉人|来电人|负责人|户主|业主|姓名)\s*[:：]\s*)"
    r"[\u4e00-\u9fff·]{2,4}(?=$|[\s，,。；;、（(/*\d])"
    r"|((?i:contact|caller|resident|owner|name)\s*:\s*)[A-Z][\w'’-]+(?:\s+[A-Z][\w'’.-]+){0,2}"
)
_LIKELY = r"\d[-\d\s().（）—]{5,}\d|@|[:：]|[\x{4e00}-\x{9fff}][A-HJ-NP-Z]"
_PLATE = re.compile(
    r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][A-HJ-NP-Z][·\s]?[A-HJ-NP-Z0-9]{5,6}"
)
_MAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}")
_NAME_HEADER = re.compile(
    r"姓名|户主|联系人|当事人|报案人|举报人|上报人|申请人|负责人|居民姓|业主|住户"
    r"|(?:full|first|last|sur|given|family|person|contact|resident|owner|caller|reporter)[ _-]?name"
    r"|^surname$|^nome$|фио",
    re.IGNORECASE,
)
_HEADERS: dict[Phrase, re.Pattern[str]] = {
    Phrase("identity numbers"): re.compile(
        r"身份证|证件号|公民身份|id[ _-]?card|passport|护照|^cpf$|(?<![a-z])ssn(?![a-z])", re.IGNORECASE
    ),
    Phrase("phone numbers"): re.compile(
        r"电话|手机|联系方式|phone|(?<![a-z])mobile|^tel$|telephone|telefone|телефон", re.IGNORECASE
    ),
    Phrase("names of persons"): _NAME_HEADER,
    Phrase("e-mail addresses"): re.compile(r"e-?mail|邮箱", re.IGNORECASE),
    Phrase("licence plates"): re.compile(r"车牌|(?<![a-z])plate(?![a-z])|placa$", re.IGNORECASE),
    Phrase("birth dates"): re.compile(r"出生|(?<![发發発产產産学學])生日(?![期时時])|birth|nascimento", re.IGNORECASE),
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
SHARE = 0.5
"""A column is personal when this share of its filled cells is."""

MASK = "***"
_LOOKED_AT = 2000


def is_identity_number(text: str) -> bool:
    """Return whether a text is an 18-digit identity number whose check digit holds (GB 11643-1999, ISO 7064 MOD 11-2).

    Examples
    --------
    >>> is_identity_number("11010519491231002X"), is_identity_number("110105194912310021")
    (True, False)
    """
    said = cells.plain(text).upper()
    if not _ID.fullmatch(said):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(said[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == said[17]


def columns(frame: pd.DataFrame) -> dict[str, Phrase]:
    """Return the personal columns of a table, and what is in each.

    By content: identity numbers with a right check digit, mobile phones, licence plates, e-mail addresses. By name:
    these and the names of persons, whose cells cannot be told from names of places.
    """
    found = {}
    for name in frame.columns:
        if name == getattr(frame, "_geometry_column_name", None):
            continue
        what = _by_header(str(name)) or _by_cells(frame[name])
        if what is not None:
            found[str(name)] = what
    return found


def dropped(frame: pd.DataFrame, keep: Collection[str] = ()) -> tuple[pd.DataFrame, list[str]]:
    """Return the table without its personal columns, save those to keep, and one note on what went."""
    personal = {name: what for name, what in columns(frame).items() if name not in keep}
    if not personal:
        return frame, []
    said = joined([Phrase("{name} ({what})", name=name, what=what) for name, what in personal.items()], LIST)
    return frame.drop(columns=list(personal)), [Phrase("personal columns dropped: {columns}", columns=said)]


def masked(text: str) -> str:
    """Return text with identity numbers, phones, plates, e-mail addresses and named persons in it replaced by ``***``.

    Examples
    --------
    >>> masked("call 13800138000 about the lift")
    'call *** about the lift'
    >>> masked("联系人：张三丰 0512-65230001")
    '联系人：*** ***'
    """
    for pattern in (_ID, _PHONE, _LANDLINE, _PLATE, _MAIL):
        text = re.sub(rf"(?<![\dA-Za-z])(?:{pattern.pattern})(?![\dA-Za-z])", MASK, text)
    return _PERSON.sub(lambda found: (found[1] or found[2]) + MASK, text)


def masks(texts: pa.StringArray) -> pa.StringArray:
    """Return texts masked; only those that may hold something personal are looked at one by one."""
    likely = cells.matching(texts, _LIKELY)
    if not likely.any():
        return texts
    said = texts.to_pylist()
    for at in np.flatnonzero(likely):
        said[at] = masked(said[at])
    return pa.array(said, type=pa.string())


def _by_header(name: str) -> Phrase | None:
    return next((what for what, pattern in _HEADERS.items() if pattern.search(cells.plain(name))), None)


_TESTS: dict[Phrase, Callable[[str], bool]] = {
    Phrase("identity numbers"): is_identity_number,
    Phrase("phone numbers"): lambda text: (
        _PHONE.fullmatch(cells.plain(text)) is not None or _LANDLINE.fullmatch(cells.plain(text)) is not None
    ),
    Phrase("licence plates"): lambda text: _PLATE.fullmatch(cells.plain(text)) is not None,
    Phrase("e-mail addresses"): lambda text: _MAIL.fullmatch(cells.plain(text)) is not None,
}


def _by_cells(values: pd.Series) -> Phrase | None:
    if pd.api.types.is_bool_dtype(values):
        return None
    filled_cells = values.dropna()
    if filled_cells.dtype == object and filled_cells.map(lambda cell: isinstance(cell, list | dict | np.ndarray)).any():
        filled_cells = filled_cells.map(str)  # lists and structures, as Overture has them, are told apart by their text
    texts = [str(cell).removesuffix(".0") for cell in filled_cells.unique()[:_LOOKED_AT]]
    filled = [text for text in texts if not cells.blank(text)]
    if not filled:
        return None
    return next((what for what, test in _TESTS.items() if sum(map(test, filled)) > SHARE * len(filled)), None)
