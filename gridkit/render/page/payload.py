"""The compressed island of a map page: JSON in a grey picture, places as steps from one to the next.

Every browser can inflate a picture; few old ones inflate anything else. The island is a PNG of eight-bit grey, one byte
of JSON for each pixel, without filters; a browser that knows deflate reads the stream in it and needs no canvas. It
travels as text in base 85, which takes a quarter more room than the bytes, where base 64 takes a third.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridkit.language import phrases
from gridkit.language.catalogue import languages
from gridkit.render.png import png

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

DEGREE = 100_000
"""Steps per degree: 1e-5 degree is about a metre, less than a line on the screen is wide."""
EXACT = 10
"""Decimals of numbers that a script adds up: what is cut off is far below what a band takes for rounding."""
HIDDEN = "hidden"
"""What stands in a column of measures for a value that is withheld because it is small."""
WIDE = 4096
"""Bytes in a row of the picture; island.js knows it too."""
FIRST, SIGN, STAND_IN = ord("("), ord("<"), ord("~")
"""The signs of base 85 run on from the first; for one of them, which could end the island, another stands in."""
_POWERS = 85 ** np.arange(4, -1, -1)
_BASE, _DIGIT = 90, ord("#")
"""Digits run on from the first; for the one that JSON would escape the next after the last stands in. time.js knows."""


def spoken(text: object) -> list[str]:
    """Return a text in every language there are words in, in their order: how a page holds what it says."""
    return [str(phrases.spoken(text, language)) for language in languages()]


def filled(texts: list[str], *facts: object) -> list[str]:
    """Return a text of the page in every language, its places 0, 1 and so on filled by what the facts say in it."""
    said = [spoken(fact) for fact in facts]
    return [text.format(*(each[at] for each in said)) for at, text in enumerate(texts)]


def listed_row(key: str, title: list[str], count: int, colour: str, mark: str) -> dict[str, Any]:
    """Return a row of the list of layers: what it switches, its title, how many there are, and its mark."""
    return {"key": key, "text": title, "count": f" ({count:,})", "colour": colour, "mark": f"#gk-{mark}"}


def seal(head: dict[str, Any]) -> str:
    """Return the island as text in base 85."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    high = -(-len(text) // WIDE)
    pixels = np.frombuffer(text.ljust(high * WIDE), dtype=np.uint8).reshape(high, WIDE)
    return _signs(png(pixels))


def _signs(packed: bytes) -> str:
    """Return four bytes as five signs, the last filled up by zeros."""
    words = np.frombuffer(packed + bytes(-len(packed) % 4), dtype=">u4")
    signs = FIRST + words[:, np.newaxis] // _POWERS % 85
    return np.where(signs == SIGN, STAND_IN, signs).astype(np.uint8).tobytes().decode("ascii")


def open_island(text: str) -> dict[str, Any]:
    """Return the head of an island, as the page does; for whoever takes a page apart."""
    signs = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(-1, 5).astype(np.int64)
    words = (np.where(signs == STAND_IN, SIGN, signs) - FIRST) @ _POWERS
    packed = words.astype(">u4").tobytes()
    (length,) = struct.unpack_from(">I", packed, 33)
    rows = np.frombuffer(zlib.decompress(packed[41 : 41 + length]), dtype=np.uint8).reshape(-1, WIDE + 1)
    head: dict[str, Any] = json.loads(rows[:, 1:].tobytes())
    return head


# ------------------------------------------------------------------ columns
def digits(values: NDArray[np.int64]) -> str:
    """Return whole numbers from 0 on as text, each in base 90 and as many signs wide as the largest.

    Minutes in no order hardly repeat: as decimals they take a third more room, packed.

    Examples
    --------
    >>> digits(np.array([0, 1, 90]))
    '###$$#'
    """
    wide = next(wide for wide in range(1, 12) if int(values.max(initial=0)) < _BASE**wide)
    each = values[:, np.newaxis] // _BASE ** np.arange(wide - 1, -1, -1) % _BASE
    signs = each + _DIGIT
    return np.where(signs == ord("\\"), ord("}"), signs).astype(np.uint8).tobytes().decode("ascii")


def steps(values: ArrayLike) -> list[int]:
    """Return the steps between neighbours: small numbers that add up to the column again.

    Examples
    --------
    >>> steps([5, 4, 4, 900])
    [5, -1, 0, 896]
    """
    return np.diff(np.asarray(values, dtype=np.int64), prepend=0).tolist()  # type: ignore[no-any-return]


def places(points: NDArray[np.int64]) -> list[int]:
    """Return places in 1e-5 degree, shape (n, 2), as steps east and north in turn.

    Examples
    --------
    >>> places(np.array([[5, 7], [6, 7]]))
    [5, 7, 1, 0]
    """
    return np.diff(points, axis=0, prepend=0).ravel().tolist()


def lines(shapes: NDArray[Any]) -> tuple[list[list[int]], NDArray[np.int64]]:
    """Return lines, or the outer and inner rings of polygons, in longitude and latitude, and the shape of each.

    The steps go on from line to line, so that neighbours are near.
    """
    pieces, owner = shapely.get_parts(shapes, return_index=True)
    if shapely.get_dimensions(shapes).max(initial=0) > 1:
        pieces, within = shapely.get_rings(pieces, return_index=True)
        owner = owner[within]
    points, line = shapely.get_coordinates(pieces, return_index=True)
    whole = np.rint(points * DEGREE).astype(np.int64)
    fresh = np.ones(len(whole), dtype=bool)
    fresh[1:] = (line[1:] != line[:-1]) | (whole[1:] != whole[:-1]).any(axis=1)
    return cut(whole[fresh], np.bincount(line[fresh], minlength=len(pieces))), owner


def cut(points: NDArray[np.int64], sizes: NDArray[np.int64]) -> list[list[int]]:
    """Return places as steps, in lines of the given numbers of places."""
    flat, ends = places(points), np.cumsum(sizes) * 2
    return [flat[end - 2 * size : end] for end, size in zip(ends.tolist(), sizes.tolist(), strict=True)]


def measures(
    values: Sequence[float] | NDArray[Any],
    digits: int,
    hidden: NDArray[np.bool_] | None = None,
    breaks: Sequence[float] = (),
) -> list[Any]:
    """Return a column of measures with ``digits`` decimals; None where there is none, HIDDEN where it is withheld.

    A value that rounding would carry over one of ``breaks`` stays as it is, so that its class is its own.

    Examples
    --------
    >>> measures([1.26, float("nan"), 7], 1, np.array([False, False, True]))
    [1.3, None, 'hidden']
    >>> measures([1429.75, 1421.75], 0, breaks=[1429.8])
    [1429.75, 1422]
    """
    numbers = np.asarray(values, dtype=float)
    rounded = np.round(numbers, digits)
    carried = np.searchsorted(breaks, rounded, "right") != np.searchsorted(breaks, numbers, "right")
    kept_whole = np.where(carried, numbers, rounded).tolist()
    whole = [None if each != each else int(each) if each == int(each) else each for each in kept_whole]  # noqa: PLR0124 - NaN
    kept = np.zeros(len(numbers), dtype=bool) if hidden is None else np.asarray(hidden, dtype=bool)
    return [HIDDEN if keeps else each for each, keeps in zip(whole, kept.tolist(), strict=True)]


def codes(values: Iterable[Hashable]) -> tuple[list[Any], list[int]]:
    """Return the different values of a column, most frequent first, and the place of each row's among them; None: -1.

    Examples
    --------
    >>> codes(["b", "a", "b", None])
    (['b', 'a'], [0, 1, 0, -1])
    """
    rows = list(values)
    counts = Counter(row for row in rows if row is not None)
    distinct = sorted(counts, key=lambda value: (-counts[value], str(value)))
    place: dict[Hashable, int] = {value: index for index, value in enumerate(distinct)} | {None: -1}
    return distinct, [place[row] for row in rows]


def texts(values: Iterable[Any]) -> list[str | None]:
    """Return a column as text, None where it is missing or empty."""
    rows = list(values)
    missing = pd.isna(pd.Series(rows, dtype=object)).tolist()
    return [None if lacks else str(value).strip() or None for value, lacks in zip(rows, missing, strict=True)]
