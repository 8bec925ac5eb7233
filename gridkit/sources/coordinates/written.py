"""Coordinates as they stand in cells: WKT, WKB in hexadecimal, GeoJSON, pairs in either order, degrees and minutes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from gridkit.errors import TableError
from gridkit.sources.tables import cells, quantities

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Form = Literal["wkt", "wkb", "geojson", "pair"]

_N = r"[+-]?\d+(?:\.\d+)?"
_C = r"[+-]?\d+,\d+"
_ANGLE = (
    r"[+-]?\d{1,3}(?:[.,]\d+)?\s*[°º度d]"
    r"(?:\s*\d{1,2}(?:[.,]\d+)?\s*['分m](?:\s*\d{1,2}(?:[.,]\d+)?\s*(?:[\"秒s]|''))?)?"
)
# Its point of the compass stands before an angle or behind it: one behind both would be that of the next.
_HALF = rf"(?:[nsewo北南东東西]\w*\s*:?\s*{_ANGLE}|{_ANGLE}\s*[nsewo北南东東西]?)[纬緯经經]?"
_POINTED = r"(?:[nsewo北南东東西][纬緯经經]?\s*:?\s*\d{1,3}(?:\.\d+)?|\d{1,3}(?:\.\d+)?\s*[nsewo北南东東西])"
"""Degrees that only a letter marks: 120.57E, N32.55, 东经120.57."""
_PAIRS = (
    rf"^(?P<a>{_C})[\s;/|]+(?P<b>{_C})$",
    rf"^(?P<a>{_C}),\s*(?P<b>{_C})$",
    rf"^(?P<a>{_N})(?:\s*[,;/|]\s*|\s+)(?P<b>{_N})(?:[\s,;]+{_N})?$",
    rf"^(?P<a>{_HALF})[\s,;/|]*(?P<b>{_HALF})$",
    rf"^(?P<a>{_POINTED})[\s,;/|]*(?P<b>{_POINTED})$",
)
_LINK = re.compile(r"(?:geo:|[?&](?:q|ll|sll|query|center|loc|daddr|destination)=|/@)(-?\d+\.\d+),\s*(-?\d+\.\d+)")
"""Links to maps, which have the latitude first."""
_KEY = re.compile(r"(?:latitude|longitude|lat|long|lon|lng|经度|纬度|經度|緯度)\s*[:=]\s*")
_KEYED = re.compile(
    r"(lat(?:itude)?|lon(?:g(?:itude)?)?|lng|[经纬經緯]度|[东西東][经經]|[南北][纬緯])[\"']?\s*[:=]\s*[\"']?"
    r"([+-]?\d+(?:[.,]\d+)?)(?![\d.,]*\s*(?:[°º度分]|'\s*\d))"
)
"""Numbers behind the word for what they are: {"lng": 120.57, "lat": 32.55}, 经度:120.57 纬度:32.55."""
_IN_BRACKETS = r"(?s)^.*[(\[]\s*([^()\[\]]*\d[^()\[\]]*)\s*[)\]]\W*$"
_SEXAGESIMAL = (
    r"^(?P<before>[nsewo北南东東西]?)[纬緯经經]?\s*:?\s*(?P<sign>[+-]?)(?P<degrees>\d{1,3}(?:\.\d+)?)\s*"
    r"(?:(?:[°º度d:-]|deg|\s|$)\s*(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*(?:['分m:-]|\s|$)\s*(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:[\"秒s]|'')?)?)?)?\s*"
    r"(?P<after>[nsewo北南东東西]?)[纬緯经經]?$"
)
_NEGATIVE = "swo南西"
_WKT = re.compile(r"(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|POLYGON|LINESTRING)\b", re.IGNORECASE)
_WKB = re.compile(r"(?:\\x|0x)?0[01][0-9a-f]{40,}", re.IGNORECASE)
_GEOJSON = re.compile(r"\s*\{.*[\"']coordinates[\"']\s*:", re.DOTALL)
_FEW = 50
_MOST_LONGITUDE, _MOST_LATITUDE, _MINUTES = 180, 90, 60
_SRID = 0x20000000


def form(values: pd.Series) -> Form | None:
    """Return how the cells of a column hold coordinates, None where they hold none."""
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return None
    texts = cells.distinct(values).texts
    filled = pc.filter(texts, pa.array(~cells.empties(texts)))[:_FEW]
    first = filled[0].as_py() if len(filled) else ""
    if _WKT.match(first):
        return "wkt"
    if _WKB.fullmatch(first):
        return "wkb"
    if _GEOJSON.match(first):
        return "geojson"
    paired = [_paired(text) is not None for text in _told(filled).to_pylist()]
    return "pair" if paired and sum(paired) * 2 > len(paired) else None


def shapes(values: pd.Series, kind: Form, where: object) -> tuple[NDArray[np.object_], str]:
    """Return the shapes of WKT, WKB or GeoJSON in cells, None where blank, and the CRS their SRID names, if any.

    Raises
    ------
    TableError
        When a cell holds something else; the rows are named.
    """
    column = cells.distinct(values)
    texts = np.array(column.texts.to_pylist(), dtype=object)
    texts[cells.empties(column.texts)] = None
    made, srid = _READERS[kind](texts)
    there = np.array([text is not None for text in texts], dtype=bool)
    _require(values, column.spread(shapely.is_missing(made) & there, nothing=False), _CALLED[kind], where)
    each = np.empty(len(made), dtype=object)
    each[:] = made
    return column.spread(each, None), f"EPSG:{srid}" if srid else ""


def _from_wkt(texts: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    found = [re.match(r"SRID=(\d+);\s*", text, re.IGNORECASE) if text else None for text in texts]
    bare = np.array(
        [text[match.end() :] if match else text for text, match in zip(texts, found, strict=True)], dtype=object
    )
    return shapely.from_wkt(bare, on_invalid="ignore"), next((int(match[1]) for match in found if match), 0)


def _from_wkb(texts: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    bare = np.array([None if text is None else re.sub(r"^(?:\\x|0x)", "", text) for text in texts], dtype=object)
    made = shapely.from_wkb(bare, on_invalid="ignore")
    named = shapely.get_srid(made[~shapely.is_missing(made)])
    return made, int(named[0]) if len(named) else 0


def _from_geojson(texts: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    bare = np.array([None if text is None else _geometry(text) for text in texts], dtype=object)
    return shapely.from_geojson(bare, on_invalid="ignore"), 0


def _geometry(text: str) -> str:
    """Return GeoJSON with the quotes of JSON, also where Python's stood."""
    return text.replace("'", '"') if '"' not in text else text


_READERS: dict[str, Callable[[NDArray[np.object_]], tuple[NDArray[np.object_], int]]] = {
    "wkt": _from_wkt,
    "wkb": _from_wkb,
    "geojson": _from_geojson,
}
_CALLED = {"wkt": "WKT", "wkb": "WKB", "geojson": "GeoJSON"}


def _require(values: pd.Series, wrong: NDArray[np.bool_], called: str, where: object) -> None:
    if wrong.any():
        raise TableError(
            "column {column!r} holds what is no {called}, in rows {rows}",
            where=where,
            mend="fix or empty these cells",
            column=str(values.name),
            called=called,
            rows=values.index[wrong][:5].tolist(),
        )


# ---------------------------------------------------------------- degrees and pairs


def degrees(values: pd.Series, *, where: object = "") -> pd.Series:
    r"""Return a column of longitudes or latitudes: numbers, or degrees, minutes and seconds in any script.

    Raises
    ------
    TableError
        When a cell is neither; the rows are named.

    Examples
    --------
    >>> degrees(pd.Series(["120°34′16.35″", "120度34分", "70°54'11.8\"W"])).round(5).tolist()
    [120.57121, 120.56667, -70.90328]
    """
    if pd.api.types.is_numeric_dtype(values):
        return quantities.read(values)
    column = cells.distinct(values)
    told = _told(column.texts)
    blank = cells.empties(column.texts)
    marked = cells.matching(told, r"[°º度d'分:]|[nsewo北南东東西]|\d \d+ |\d-\d")
    read = _sexagesimal(told)
    if not marked.any() or np.isnan(read).all():
        return quantities.read(values, kind="degrees", where=where)
    _require(values, column.spread(np.isnan(read) & ~blank, nothing=False), "degrees", where)
    return pd.Series(column.spread(read, np.nan), index=values.index, name=values.name)


def pairs(values: pd.Series, *, where: object = "") -> tuple[Numbers, bool | None]:
    """Return both numbers of each pair, shape (n, 2) as they stand, and whether latitudes come first (None: open).

    Raises
    ------
    TableError
        When a cell holds no pair; the rows are named.
    """
    column = cells.distinct(values)
    blank = cells.empties(column.texts)
    told = _told(column.texts).to_pylist()
    parts = [None if empty else _paired(text) for text, empty in zip(told, blank, strict=True)]
    wrong = np.array([part is None for part in parts], dtype=bool) & ~blank
    if wrong.any():
        raise TableError(
            "column {column!r} holds what is no pair of coordinates, in rows {rows}",
            where=where,
            mend="write them as 120.123,32.456",
            column=str(values.name),
            rows=values.index[column.spread(wrong, nothing=False)][:5].tolist(),
        )
    first = column.spread(np.array([part[0] if part else np.nan for part in parts], dtype=float), np.nan)
    second = column.spread(np.array([part[1] if part else np.nan for part in parts], dtype=float), np.nan)
    orders = {part[2] for part in parts if part is not None} - {None}
    both = np.column_stack([first, second])
    return both, orders.pop() if len(orders) == 1 else _latitude_first(both, str(values.name))


def _latitude_first(both: Numbers, name: str) -> bool | None:
    """Return whether latitudes come first, by their size or by the name of the column; None where it stays open."""
    first, second = np.nanmax(np.abs(both), axis=0) if np.isfinite(both).any() else (0.0, 0.0)
    if first > _MOST_LATITUDE >= second:
        return False
    if second > _MOST_LATITUDE >= first:
        return True
    called = name.casefold()
    north = min((called.find(word) for word in ("lat", "纬", "緯") if word in called), default=-1)
    east = min((called.find(word) for word in ("lon", "lng", "经", "經") if word in called), default=-1)
    return north < east if north >= 0 and east >= 0 else None


def _told(texts: pa.StringArray) -> pa.StringArray:
    """Return cells as pairs and angles are looked for: lower case, one kind of mark, only what stands in brackets."""
    said = pc.utf8_lower(texts)
    for pattern, by in ((r"[′’‘`´ʹ]", "'"), (r"[″”“ʺ]", '"'), (r"[−–]", "-"), (r"[，、]", ","), (r"[；]", ";")):
        said = pc.replace_substring_regex(said, pattern, by)
    said = pc.replace_substring_regex(said, _IN_BRACKETS, r"\1")
    return pc.utf8_trim_whitespace(said)


def _paired(text: str) -> tuple[float, float, bool | None] | None:
    """Return the numbers of a pair and, where the points of the compass say so, whether the latitude comes first."""
    if found := _LINK.search(text):
        return float(found[1]), float(found[2]), True
    keyed = _keyed(text)
    if keyed is not None:
        return keyed
    text = _KEY.sub("", text)
    for pattern in _PAIRS:
        if found := re.match(pattern, text):
            one, other = found["a"], found["b"]
            if pattern not in _PAIRS[-2:]:
                return float(one.replace(",", ".")), float(other.replace(",", ".")), None
            values = _sexagesimal(pa.array([one.strip(" ,;"), other.strip(" ,;")], type=pa.string()))
            if not np.isfinite(values).all():
                return None
            north, east = bool(re.search(r"[ns北南]", one)), bool(re.search(r"[ewo东東西]", one))
            return float(values[0]), float(values[1]), north if north != east else None
    return None


def _keyed(text: str) -> tuple[float, float, bool] | None:
    """Return the numbers of a pair that the words before them tell apart, and whether the latitude comes first."""
    found = _KEYED.findall(text)
    north = [key.startswith(("lat", "纬", "緯", "北", "南")) for key, _ in found]
    if len(found) != 2 or north[0] == north[1]:  # noqa: PLR2004 - a pair
        return None
    one, other = ((-1 if key[0] in _NEGATIVE else 1) * float(number.replace(",", ".")) for key, number in found)
    return one, other, north[0]


def _sexagesimal(texts: pa.StringArray) -> Numbers:
    """Return degrees, minutes and seconds as degrees, west and south below zero; NaN where a text is something else."""
    points = pc.replace_substring_regex(texts, r"(\d),(\d)", r"\1.\2")
    found = pc.extract_regex(points, _SEXAGESIMAL)

    def part(name: str) -> Numbers:
        text = pc.struct_field(found, name)
        number = pc.cast(pc.if_else(pc.equal(text, ""), None, text), pa.float64())
        return np.asarray(number.to_numpy(zero_copy_only=False), dtype=float)

    minutes, seconds = np.nan_to_num(part("minutes")), np.nan_to_num(part("seconds"))
    size = part("degrees") + minutes / _MINUTES + seconds / _MINUTES**2
    size = np.where((size <= _MOST_LONGITUDE) & (minutes < _MINUTES) & (seconds < _MINUTES), size, np.nan)
    before, after = pc.struct_field(found, "before"), pc.struct_field(found, "after")
    compass = pc.binary_join_element_wise(before, after, pa.scalar("", before.type))
    negative = cells.matching(compass, f"[{_NEGATIVE}]") ^ cells.matches(pc.equal(pc.struct_field(found, "sign"), "-"))
    return np.where(negative, -size, size)
