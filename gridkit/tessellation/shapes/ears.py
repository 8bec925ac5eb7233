"""Ears: corners of an outline far finer than anything that is drawn in it, cut off before it is triangulated.

Triangulating takes the square of a polygon's vertices, and an outline of a million of them hours. A corner that points
outward, with no other vertex in the triangle that it makes with its neighbours (an ear: Meisters 1975, American
Mathematical Monthly 82), can be cut off: the polygon that is left lies in the one that was, so that a line drawn in it
crosses nothing, and the borders themselves keep every vertex.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Floats, Indices

MANY = 5_000
"""A part with fewer vertices that may go is left as it is."""
HEIGHT_M = 0.25
"""An ear stands out this far at most. Metres."""
FLAT = 1e-9
"""An ear whose height is this share of its foot, or less, is no corner at all. Dimensionless."""
ROUNDS = 40
"""So often ears are cut off, a third or so of those that are left at a time."""
FEW = 0.05
"""It ends where a round cuts off less than this share of the vertices. Dimensionless."""
SCATTER, NUMBERS = 2_654_435_761, 1 << 32
"""Times the first, modulo the second, numbers in a row are in no order: Knuth's multiplicative hash."""


def without_ears(
    at: Floats, ring: Indices, part: Indices, loose: NDArray[np.bool_], height_m: float = HEIGHT_M
) -> NDArray[np.bool_]:
    """Return which vertices of the rings of polygons stay when low ears are cut off.

    Parameters
    ----------
    at
        [n, 2] vertices, ring after ring in order, the polygon on the left; none is said twice at a ring's end.
    ring, part
        [n] the ring and the polygon of each.
    loose
        [n] whether a vertex may go. No polygon loses any that has fewer than :data:`MANY` such vertices.
    height_m
        How far an ear may stand out.

    Examples
    --------
    >>> steps = np.arange(2 * MANY)
    >>> edge = np.column_stack([steps, np.where(steps % 2, -0.1, 0.0)])
    >>> at = np.concatenate([edge, [[steps[-1], 50.0], [0.0, 50.0]]])
    >>> one = np.zeros(len(at), dtype=int)
    >>> kept = without_ears(at, one, one, np.arange(len(at)) < len(edge))
    >>> kept[-2:].tolist(), bool(kept.sum() < 300)
    ([True, True], True)
    """
    kept = np.ones(len(at), dtype=bool)
    many = np.bincount(part, loose) >= MANY if len(part) else np.zeros(0, dtype=bool)
    if not many.any():
        return kept
    here = np.flatnonzero(many[part])
    for _ in range(ROUNDS):
        before, after = beside(ring[here])
        one, tip, two = at[here[before]], at[here], at[here[after]]
        foot = np.hypot(*(two - one).T)
        double = (tip[:, 0] - one[:, 0]) * (two[:, 1] - tip[:, 1]) - (tip[:, 1] - one[:, 1]) * (two[:, 0] - tip[:, 0])
        low = loose[here] & (foot > 0) & (double >= -FLAT * foot**2) & (double <= height_m * foot)
        # No two neighbours go at once: what is an ear now is none without its neighbour.
        turn = np.where(low, (np.arange(len(here)) * SCATTER) % NUMBERS, -1)
        low &= (turn > turn[before]) & (turn > turn[after])
        goes = np.flatnonzero(low)
        corner = double[goes] > FLAT * foot[goes] ** 2
        empty = np.ones(len(goes), dtype=bool)
        # Where any vertex lies in an ear, one that points inward does.
        inward = at[here[double < 0]]
        empty[corner] = _empty(inward, np.stack([one, tip, two], axis=1)[goes[corner]])
        gone = goes[empty]
        kept[here[gone]] = False
        here = np.delete(here, gone)
        if len(gone) < FEW * len(here):
            break
    return kept


def beside(ring: Indices) -> tuple[Indices, Indices]:
    """Return the place of the vertex before and after each in its ring."""
    first = np.append(True, ring[1:] != ring[:-1])
    last = np.append(first[1:], True)
    places = np.arange(len(ring))
    before, after = places - 1, places + 1
    before[first], after[last] = places[last], places[first]
    return before, after


def _empty(spots: Floats, ears: Floats) -> NDArray[np.bool_]:
    """Return in which triangles no spot lies but at their corners."""
    if not len(ears) or not len(spots):
        return np.ones(len(ears), dtype=bool)
    ear, found = shapely.STRtree(np.asarray(shapely.points(spots))).query(
        shapely.polygons(ears), predicate="intersects"
    )
    other = (ears[ear] != spots[found, None]).any(axis=2).all(axis=1)
    return np.asarray(np.bincount(ear[other], minlength=len(ears)) == 0)
