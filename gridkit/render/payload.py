"""The compressed island of a map page: a JSON head, and every column of numbers as a stream of short integers.

The island is ``base64(deflate(head length, head, streams))``. The head is JSON; wherever it holds ``{"at": a, "n": n}``
the page reads ``n`` integers from byte ``a`` of the streams on, when it first needs them. An integer is written zigzag
in groups of seven bits, lowest first, so that small steps between neighbours take one byte.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

DEGREE = 100_000
"""Steps per degree: 1e-5 degree is about a metre, less than a line on the screen is wide."""
MOST = 2**29
"""What a measure may be, once its decimals are shifted before the point: the page reads 32-bit integers."""
NULL, HIDDEN = 0, 1
"""What stands in a column of measures for a missing value, and for one that is withheld because it is small."""


@dataclass
class Island:
    """Streams of integers as they are added, and the island they become."""

    chunks: list[bytes] = field(default_factory=list)
    length: int = 0

    def integers(self, values: ArrayLike) -> dict[str, int]:
        """Add a column of integers; return what stands for it in the head."""
        numbers = np.asarray(values, dtype=np.int64)
        encoded = varints(numbers)
        place = {"at": self.length, "n": len(numbers)}
        self.chunks.append(encoded)
        self.length += len(encoded)
        return place

    def steps(self, values: ArrayLike) -> dict[str, int]:
        """Add a column of integers as the steps between neighbours; the page adds them up again."""
        return self.integers(np.diff(np.asarray(values, dtype=np.int64), prepend=0))

    def measures(self, values: Sequence[float] | NDArray[Any], digits: int, hidden: Any = None) -> dict[str, int]:  # noqa: ANN401 - an array of flags
        """Add a column of measures with ``digits`` decimals; missing values and hidden ones keep their own marks.

        Decimals that a 32-bit integer has no room for are dropped (below zero: tens, hundreds ...); ``d`` says how many
        are left.
        """
        numbers = np.asarray(values, dtype=float)
        missing = ~np.isfinite(numbers)
        most = float(np.abs(numbers[~missing]).max(initial=0))
        while most * 10.0**digits > MOST:
            digits -= 1
        scaled = np.rint(np.where(missing, 0, numbers) * 10.0**digits).astype(np.int64)
        coded = zigzag(scaled).astype(np.int64) + 2
        coded[missing] = NULL
        if hidden is not None:
            coded[np.asarray(hidden, dtype=bool)] = HIDDEN
        return {**self.integers(coded), "d": digits}

    def lines(self, shapes: NDArray[Any]) -> dict[str, dict[str, int]]:
        """Add lines, or the outer and inner rings of polygons, in longitude and latitude.

        Returns
        -------
        dict
            ``parts``: number of lines per shape; ``sizes``: number of vertices per line; ``x``, ``y``: steps of 1e-5
            degree from vertex to vertex, through the ends of lines.
        """
        pieces, owner = shapely.get_parts(shapes, return_index=True)
        if shapely.get_dimensions(shapes).max(initial=0) > 1:
            pieces, within = shapely.get_rings(pieces, return_index=True)
            owner = owner[within]
        points, line = shapely.get_coordinates(pieces, return_index=True)
        whole = np.rint(points * DEGREE).astype(np.int64)
        fresh = np.ones(len(whole), dtype=bool)
        fresh[1:] = (line[1:] != line[:-1]) | (whole[1:] != whole[:-1]).any(axis=1)
        whole, line = whole[fresh], line[fresh]
        return {
            "parts": self.integers(np.bincount(owner, minlength=len(shapes))),
            "sizes": self.integers(np.bincount(line, minlength=len(pieces))),
            "x": self.steps(whole[:, 0]),
            "y": self.steps(whole[:, 1]),
        }

    def seal(self, head: dict[str, Any]) -> str:
        """Return the island as base64 text."""
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        raw = b"".join([len(text).to_bytes(4, "little"), text, *self.chunks])
        squeezer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
        return base64.b64encode(squeezer.compress(raw) + squeezer.flush()).decode("ascii")


def open_island(text: str) -> tuple[dict[str, Any], bytes]:
    """Return the head and the streams of an island; as the page does; for whoever takes a page apart."""
    raw = zlib.decompress(base64.b64decode(text), -15)
    length = int.from_bytes(raw[:4], "little")
    return json.loads(raw[4 : 4 + length]), raw[4 + length :]


def zigzag(numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return 0, 1, 2, 3, 4 ... for 0, -1, 1, -2, 2 ...: small steps of either sign become small numbers."""
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)


def varints(numbers: NDArray[np.int64]) -> bytes:
    """Return integers as zigzag groups of seven bits, lowest first; the high bit says that more follow.

    Examples
    --------
    >>> list(varints(np.array([0, -1, 1, 64, -300])))
    [0, 1, 2, 128, 1, 215, 4]
    """
    coded = zigzag(numbers)
    widths = np.ones(len(coded), dtype=np.int64)
    for group in range(1, 10):
        widths += coded >> np.uint64(7 * group) > 0
    ends = np.cumsum(widths)
    out = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for group in range(int(widths.max(initial=0))):
        has = widths > group
        more = np.where(widths[has] > group + 1, 128, 0)
        bits = (coded[has] >> np.uint64(7 * group)) & np.uint64(127)
        out[ends[has] - widths[has] + group] = bits.astype(np.uint8) | more.astype(np.uint8)
    return out.tobytes()


def integers(streams: bytes, place: dict[str, int]) -> list[int]:
    """Return a column of integers from the streams of an island, as the page does."""
    found, at = [], place["at"]
    for _ in range(place["n"]):
        value = shift = 0
        while True:
            byte = streams[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:  # noqa: PLR2004 - the high bit
                break
        found.append((value >> 1) ^ -(value & 1))
    return found


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
    return [None if value is None or pd.isna(value) else str(value).strip() or None for value in values]
