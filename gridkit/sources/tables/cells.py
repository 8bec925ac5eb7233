"""What stands in the cells of a column: each different text once, blanks, and codes as people and Excel write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridkit.errors import TableError
from gridkit.language.phrases import series
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_HALF_WIDTH = {0x3000: " ", 0xA0: " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}

EMPTY = frozenset(
    {"", "-", "--", "—", "——", "–", "/", "\\", "na", "n/a", "nan", "nat", "null", "none", "nil", "#n/a", "<na>"}
    | {"n.a.", "n.d.", "n/d", "nd", "k.a.", "k. a.", "s/d", "s/i", "no data", "nodata", "not available", "unknown"}
    | {"keine angabe", "sem dados", "sem informação", "sin datos", "sin dato", "desconocido", "нет данных", "н/д"}
    | {"无", "暂无", "暂无数据", "无数据", "未知", "不详", "不明", "未统计", "待定", "待补"}
    | {"缺", "缺失", "空", "未填", "нет"}
)
"""What is written where there is nothing, in lower case."""

_LONG, _SAMPLE, _MOSTLY = 50_000, 2_000, 0.95
_OTHER_DIGITS = "[٠-٩۰-۹०-९০-৯๐-๙੦-੯૦-૯୦-୯௦-௯౦-౯೦-೯൦-൯໐-໙၀-၉០-៩]"
_DIGIT = re.compile(_OTHER_DIGITS)
_QUOTED = re.compile(r"['’‘`´]\s*(\d+)")
"""A code that a spreadsheet was told to keep as text, its mark kept as well."""
_FLOATED = re.compile(r"(\d+)\.0+")
_POWER = re.compile(r"(\d)(?:\.(\d+))?e\+?(\d+)", re.IGNORECASE)
_SPREADSHEET = r"(?i)\.0+$|\de\+?\d+$|^['’‘`´]\s*\d+$"
_CODE = re.compile(
    r"(?:^|[\W_])(?:id|code|no|fid|gid|oid|key|zip|postcode|phone|tel|mobile)(?:$|[\W_])"
    r"|编码|代码|编号|序号|号码|电话|手机|身份证|证件|邮编|code$|^cod",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Distinct:
    """The different texts of a column, half-width and trimmed, and which of them stands in each row.

    Attributes
    ----------
    texts
        Arrow strings, each once as the column spells it; of a long column in which hardly any stands twice, all.
    at
        For each row the place of its text in ``texts``; -1 where there is nothing.
    """

    texts: pa.StringArray
    at: NDArray[np.int64]

    def spread(self, values: ArrayLike, nothing: Any) -> NDArray[Any]:  # noqa: ANN401 - of the kind of the values
        """Return a value per row from a value per text, ``nothing`` where the row has no text."""
        each = np.asarray(values)
        return np.append(each, np.array([nothing], dtype=each.dtype))[self.at]


def distinct(values: pd.Series) -> Distinct:
    """Return the different texts of a column, so that each is looked at once however many rows there are."""
    texts = values if isinstance(values.dtype, pd.StringDtype) else values.astype(TEXT)
    if _all_differ(texts):
        each = pa.array(texts, type=pa.string(), from_pandas=True)
        there = pc.is_valid(each).to_numpy(zero_copy_only=False)
        at = np.where(there, np.cumsum(there) - 1, -1).astype(np.int64)
        return Distinct(plains(each.drop_null()), at)
    at, unique = pd.factorize(texts)
    return Distinct(plains(pa.array(unique, type=pa.string(), from_pandas=True)), at.astype(np.int64))


def _all_differ(texts: pd.Series) -> bool:
    """Return whether hardly any text of a long column stands there twice, so that looking for doubles saves nothing."""
    if len(texts) < _LONG:
        return False
    sample = texts.iloc[:: max(len(texts) // _SAMPLE, 1)].dropna()
    return sample.nunique() > _MOSTLY * len(sample)


def plains(texts: pa.StringArray) -> pa.StringArray:
    """Return texts with full-width and joined forms made ordinary (NFKC), the spaces round them gone."""
    if len(texts) and not pc.all(pc.string_is_ascii(texts)).as_py():
        texts = _ordinary(pc.replace_substring_regex(texts, r"([^m])[⁰¹²³⁴⁵⁶⁷⁸⁹]+$", r"\1"))
        if matching(texts, _OTHER_DIGITS).any():
            texts = pa.array([_western(text) for text in texts.to_pylist()], type=pa.string())
    return pc.utf8_trim_whitespace(texts)


def _ordinary(texts: pa.StringArray) -> pa.StringArray:
    """Return texts in NFKC, by pyarrow where it can; one vowel of Thai and of Lao stays one."""
    if _composes():
        told = pc.utf8_normalize(texts, form="NFKC")
    else:
        each = [None if text is None else unicodedata.normalize("NFKC", text) for text in texts.to_pylist()]
        told = pa.array(each, type=texts.type)
    for apart, whole in _AM.items():
        told = pc.replace_substring(told, apart, whole)
    return told


_AM = {"\u0e4d\u0e32": "\u0e33", "\u0ecd\u0eb2": "\u0eb3"}
"""The vowel am, which NFKC takes apart: nobody types its two halves, and few fonts draw them in place."""


@cache
def _composes() -> bool:
    """Return whether this pyarrow joins letters with their accents, which older ones leave apart under NFKC."""
    return bool(pc.utf8_normalize(pa.array(["c\u0327"]), form="NFKC")[0].as_py() == "\u00e7")


def _western(text: str) -> str:
    """Return a text in western digits; Arabic's mark of thousands as one that is nothing else, its decimal mark too."""
    said = _DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text)
    return re.sub(r"(?<=\d)[٬٫](?=\d)", lambda found: "'" if found[0] == "٬" else ".", said)


def plain(text: str) -> str:
    """Return text with full-width digits, letters and signs made ordinary, and the spaces round it gone.

    Examples
    --------
    >>> plain("　１２，３４５ ")
    '12,345'
    """
    return text.translate(_HALF_WIDTH).strip()


def blank(text: str) -> bool:
    """Return whether a cell says that there is nothing in it."""
    return plain(text).casefold() in EMPTY


def blanks(values: pd.Series) -> NDArray[np.bool_]:
    """Return which rows of a column have nothing in them."""
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return np.asarray(values.isna())
    if isinstance(values.dtype, pd.StringDtype):
        texts = plains(pa.array(values, type=pa.string(), from_pandas=True))
        return matches(pc.is_null(texts)) | empties(texts)
    found = distinct(values)
    return found.spread(empties(found.texts), nothing=True)


def empties(texts: pa.StringArray) -> NDArray[np.bool_]:
    """Return which texts say that there is nothing."""
    return matches(pc.is_in(pc.utf8_lower(texts), pa.array(sorted(EMPTY))))


def matches(found: pa.Array) -> NDArray[np.bool_]:
    """Return an Arrow array of truths as numpy's, missing as false."""
    return np.asarray(pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False), dtype=bool)


def matching(texts: pa.StringArray, pattern: str) -> NDArray[np.bool_]:
    """Return which texts a pattern is found in (syntax of RE2: no look-around)."""
    return matches(pc.match_substring_regex(texts, pattern))


def codes(values: pd.Series, *, where: object = "") -> pd.Series:
    """Return a column of codes as text: ``320508001.0`` and ``3.20508001E+8`` as ``320508001``.

    Raises
    ------
    TableError
        When Excel has cut digits off (``3.20508E+11`` stands for any of a million codes); the rows are named.
    """
    read = as_codes(values)
    lost = read.isna() & ~blanks(values)
    if lost.any():
        raise TableError(
            "column {column!r} holds {cells}: the last digits of these codes are lost, in rows {rows}",
            where=where,
            mend="export it again with the column formatted as text",
            column=str(values.name),
            cells=series(str(cell) for cell in values[lost].unique()[:3]),
            rows=values.index[lost][:5].tolist(),
        )
    return read


def as_codes(values: pd.Series) -> pd.Series:
    """Return a column of codes as text, missing where it is blank or digits of a code are lost."""
    found = distinct(values)
    each = found.texts.to_numpy(zero_copy_only=False).astype(object)
    each[empties(found.texts)] = None
    for at in np.flatnonzero(matching(found.texts, _SPREADSHEET)):
        each[at] = code(each[at]) if each[at] is not None else None
    return pd.Series(found.spread(each, None), index=values.index, name=values.name, dtype=TEXT)


def code(text: object) -> str | None:
    """Return a code as text, or None when it is blank or digits of it are lost.

    Examples
    --------
    >>> code("320508001.0"), code("3.20508001E+8"), code("3.20508E+11"), code(" ００１２ ")
    ('320508001', '320508001', None, '0012')
    """
    said = plain(str(text))
    if said.casefold() in EMPTY:
        return None
    if quoted := _QUOTED.fullmatch(said):
        return quoted[1]
    if floated := _FLOATED.fullmatch(said):
        return floated[1]
    if power := _POWER.fullmatch(said):
        digits, exponent = power[1] + (power[2] or ""), int(power[3])
        return digits if len(digits) == exponent + 1 else None
    return said


def names_code(name: str) -> bool:
    """Return whether the name of a column says that it holds codes, which are text whatever they look like."""
    return bool(_CODE.search(plain(name)))
