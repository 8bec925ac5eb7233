"""Palettes that colour-blind readers and grey printers can tell apart, class breaks, and tints for neighbours."""

from __future__ import annotations

import colorsys
import heapq
import math
from typing import TYPE_CHECKING

import numpy as np

from gridkit.errors import DefinitionError, absent
from gridkit.language.phrases import series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from gridkit.band import Band
    from gridkit.catalog.columns import Measure

ANCHORS: dict[str, str] = {
    # From light (or the low end) to dark (or the high end); classes in between are interpolated.
    "YlGnBu": "ffffd9 edf8b1 c7e9b4 7fcdbb 41b6c4 1d91c0 225ea8 253494",
    "YlOrBr": "ffffe5 fff7bc fee391 fec44f fe9929 ec7014 cc4c02 8c2d04",
    "OrRd": "fff7ec fee8c8 fdd49e fdbb84 fc8d59 ef6548 d7301f 990000",
    "viridis": "fde725 a0da39 4ac16d 1fa187 277f8e 365c8d 46327e 440154",
    "cividis": "fee838 dac45e bbae6f 9a9a76 7c7b78 5c616c 3a486b 002051",
    "PuOr": "7f3b08 b35806 e08214 fdb863 fee0b6 f3f1ee d8daeb b2abd2 8073ac 542788 2d004b",
    "Purples": "f6f4fa e3e1ef c9c8e2 aba8d0 8e89bf 7566ac 5f3d97 3f007d",
}
DIVERGING = frozenset({"PuOr"})
TINTS = ("#a6cbe3", "#f3d48a", "#b5d8a6", "#e3b7cf", "#c9bfe0", "#f0bfa0")
"""Six soft tints for neighbouring grids; labels and casing carry the difference where colour cannot."""


def classes(palette: str, count: int) -> list[str]:
    """Return ``count`` colours of a palette as ``#rrggbb``, from its low end to its high end.

    Examples
    --------
    >>> classes("YlGnBu", 3)
    ['#fafdce', '#60c2c0', '#24409a']
    """
    if palette not in ANCHORS:
        raise absent("palette", palette, ANCHORS, kind=DefinitionError)
    anchors = np.array([[int(each[i : i + 2], 16) for i in (0, 2, 4)] for each in ANCHORS[palette].split()])
    ends = (0.04, 0.96) if palette not in DIVERGING else (0.14, 0.86)
    places = np.linspace(ends[0], ends[1], count) if count > 1 else np.array([0.5])
    steps = np.linspace(0, 1, len(anchors))
    mixed = np.column_stack([np.interp(places, steps, anchors[:, channel]) for channel in range(3)])
    return ["#{:02x}{:02x}{:02x}".format(*(round(value) for value in colour)) for colour in mixed]


LIGHTNESS, FADED = (22.0, 62.0), 0.4
"""On a dark ground: CIE lightness (0 to 100) of the lowest and the highest class, and the part of its colour that the
lowest keeps."""
_HALVINGS = 16


def lit(palette: str, count: int) -> list[str]:
    """Return the colours of :func:`classes` for a dark ground, in their hues: what is most is brightest there.

    Of a diverging palette both ends are, and its middle is dark.

    Examples
    --------
    >>> lit("OrRd", 3)
    ['#42321c', '#9c4e1f', '#f76764']
    """
    found = []
    for colour, place in zip(classes(palette, count), np.linspace(0, 1, count) if count > 1 else [0.5], strict=True):
        share = abs(2 * place - 1) if palette in DIVERGING else place
        hue, _, full = colorsys.rgb_to_hls(*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)))
        asked, strength = np.interp(share, (0, 1), LIGHTNESS), full * np.interp(share, (0, 1), (FADED, 1.0))
        # Blue is darker than yellow of the same lightness of HLS, and no formula turns one into the other.
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            channels = colorsys.hls_to_rgb(hue, middle, float(strength))
            low, high = (middle, high) if _lightness(channels) < asked else (low, middle)
        found.append("#{:02x}{:02x}{:02x}".format(*(round(255 * each) for each in channels)))
    return found


def _lightness(channels: tuple[float, float, float]) -> float:
    """Return the CIE lightness L* of a colour of sRGB (IEC 61966-2-1), 0 to 100; near black, where none is asked, 0."""
    red, green, blue = (((each + 0.055) / 1.055) ** 2.4 for each in channels)
    part: float = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return max(116.0 * float(part ** (1 / 3)) - 16.0, 0.0)


def breaks(measure: Measure, values: NDArray[np.float64], band: Band | None) -> list[float]:
    """Return the inner class breaks of a measure, one fewer than its classes; a value on a break is in the class above.

    Parameters
    ----------
    values
        All values that the legend is to hold for: two plans, or two dates, are pooled by the caller.
    band
        Of the measure that was balanced; None when there was none.
    """
    finite = np.sort(values[np.isfinite(values)])
    if not isinstance(measure.breaks, str):
        return [float(each) for each in measure.breaks]
    if measure.breaks not in BREAKS:
        raise DefinitionError(
            "{way!r} is no way to break a measure into classes",
            where=measure.column,
            mend="use one of {all}, or numbers",
            way=measure.breaks,
            all=series(BREAKS),
        )
    if not len(finite) or finite[0] == finite[-1]:
        return []
    if measure.breaks == "band" and band is not None:
        return _band(measure, band)
    step = 10.0 ** -(measure.digits + 2 * measure.percent)
    # Where many have none of it, none is a class of its own, and the others are told apart among themselves.
    none = int(np.count_nonzero(finite == 0)) if finite[0] == 0 else 0
    alone = none * measure.classes > len(finite) and finite[none] >= step
    finite, first = (finite[none:], [step]) if alone else (finite, [])
    # No more classes than values: of a plan of three grids, two of five would be empty.
    found = BREAKS[measure.breaks](finite, min(measure.classes - alone, len(np.unique(finite))))
    most = 0 if measure.breaks == "natural" else max(1, len(finite) // 10)
    rounded = {_read(each, near, finite, step, most) for each, near in zip(found, _gaps(found, finite), strict=True)}
    return first + [each for each in sorted(rounded) if max([finite[0], *first]) < each <= finite[-1]]


READ = 0.3
"""A break may move by this share of the way to the next one, to a number that reads better."""


def _gaps(found: list[float], values: NDArray[np.float64]) -> list[float]:
    """Return how far each break is from the nearer of those beside it, the ends of the values among them."""
    ends = np.array([values[0], *sorted(found), values[-1]])
    gaps = np.diff(ends)
    order = np.argsort(np.argsort(found, kind="stable"), kind="stable")
    return [float(gap) for gap in np.minimum(gaps[:-1], gaps[1:])[order]]


def _read(value: float, gap: float, values: NDArray[np.float64], step: float, most: int) -> float:
    """Return the number near a break that reads best: fewest digits, those that end in 0 or 5 first, then the nearest.

    It moves by at most :data:`READ` of the gap, and no more than ``most`` values change class by it.

    Examples
    --------
    >>> _read(1187.0, 200.0, np.array([1000.0, 1400.0]), 1.0, 1), _read(0.4821, 0.1, np.array([0.0, 1.0]), 0.01, 1)
    (1200.0, 0.5)
    """
    reach = READ * gap
    here = np.searchsorted(values, value)
    size = 10.0 ** math.floor(math.log10(max(abs(value), step)) + 1)
    while size > step:
        for part in (1.0, 0.5, 0.2):
            unit = size * part
            near = float(np.round(np.round(value / unit) * unit, 10))
            if (
                unit >= step
                and abs(near - value) <= reach
                and abs(int(np.searchsorted(values, near)) - int(here)) <= most
            ):
                return near
        size /= 10
    return float(np.round(np.round(value / step) * step, 10))


def _quantiles(values: NDArray[np.float64], count: int) -> list[float]:
    return list(np.quantile(values, np.arange(1, count) / count))


def _equal(values: NDArray[np.float64], count: int) -> list[float]:
    return list(np.linspace(values[0], values[-1], count + 1)[1:-1])


def _natural(values: NDArray[np.float64], count: int) -> list[float]:
    """Return the breaks of least squared deviation within classes (Fisher 1958), exact on up to 400 quantiles."""
    sample = np.quantile(values, np.linspace(0, 1, 400)) if len(values) > 400 else values  # noqa: PLR2004
    sums, squares = np.r_[0, np.cumsum(sample)], np.r_[0, np.cumsum(sample**2)]

    def spread(first: NDArray[np.int64], last: int) -> NDArray[np.float64]:
        size = last - first
        total = sums[last] - sums[first]
        return np.asarray(squares[last] - squares[first] - total**2 / size)

    size = len(sample)
    best = np.array([0.0] + [float(spread(np.array([0]), last)[0]) for last in range(1, size + 1)])
    cuts: list[NDArray[np.int64]] = []
    for group in range(2, min(count, size) + 1):
        cut, better = np.zeros(size + 1, dtype=np.int64), np.full(size + 1, np.inf)
        for last in range(group, size + 1):
            firsts = np.arange(group - 1, last)
            costs = best[firsts] + spread(firsts, last)
            cut[last], better[last] = firsts[np.argmin(costs)], costs.min()
        best = better
        cuts.append(cut)
    found, last = [], size
    for cut in reversed(cuts):
        last = int(cut[last])
        found.append(float(sample[last]))
    return found[::-1]


def _band(measure: Measure, band: Band) -> list[float]:
    """Return two breaks on either side of the target: the band's edges, and as far again.

    They are not rounded, and a value that is a break is above it: so the middle class holds what is inside the band, no
    more and no less. A measure that is a deviation (a share around 0) is broken at the edges as shares of the target.
    """
    least, most = band.edges
    inner = (least, math.nextafter(most, math.inf))
    outer = (math.nextafter(least, -math.inf), math.nextafter(inner[1], math.inf))
    wide = band.limits(2)
    found = [min(wide[0], outer[0]), *inner, max(wide[1], outer[1])]
    return [each / band.target - 1 for each in found] if measure.percent else found


BREAKS: Mapping[str, Callable[[NDArray[np.float64], int], list[float]]] = {
    "quantiles": _quantiles,
    "equal": _equal,
    "natural": _natural,
    "band": _quantiles,
}


def tints(count: int, neighbours: Iterable[tuple[int, int]]) -> list[int]:
    """Return a colour number per node so that neighbours differ: DSATUR (Brelaz 1979), four to six on a map.

    Examples
    --------
    >>> tints(3, [(0, 1), (1, 2)])
    [1, 0, 1]
    """
    around: list[set[int]] = [set() for _ in range(count)]
    for a, b in neighbours:
        if a != b:
            around[a].add(b)
            around[b].add(a)
    tint, seen = [-1] * count, [set[int]() for _ in range(count)]
    waiting = [(0, -len(around[node]), node) for node in range(count)]
    heapq.heapify(waiting)
    while waiting:
        *_, node = heapq.heappop(waiting)
        if tint[node] >= 0:
            continue  # it was pushed again, higher up, when a neighbour got its tint
        # Spreading the tints evenly reads better than using as few as possible.
        tint[node] = next(colour for colour in range(count) if colour not in seen[node])
        for other in around[node]:
            seen[other].add(tint[node])
            if tint[other] < 0:
                heapq.heappush(waiting, (-len(seen[other]), -len(around[other]), other))
    return tint
