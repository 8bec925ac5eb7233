"""One round through doors and back, as short as can be found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.measure.routes.tour import shortened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

KICKS = 300
"""Kicks of the search for each door."""


def round_trip(far: Floats, *, kicks: int = KICKS, seed: int = 0) -> Ints:
    """Return doors in the order of a closed round that begins at the first one.

    Parameters
    ----------
    far
        [n, n] symmetric lengths of the ways between doors, all finite.
    kicks, seed
        Of the search, for each door.

    Examples
    --------
    >>> at = np.array([0.0, 30.0, 10.0, 20.0])
    >>> round_trip(np.abs(at - at[:, None])).tolist() in ([0, 2, 3, 1], [0, 1, 3, 2])
    True
    """
    count = len(far)
    order = shortened(far, _nearest_first(far), np.arange(count), kicks * count, seed=seed)
    return np.roll(order, -int(np.flatnonzero(order == 0)[0])) if count else order


def _nearest_first(far: Floats) -> Ints:
    """Return doors so that each is followed by the nearest that was not visited."""
    count = len(far)
    order = np.zeros(count, dtype=np.int64)
    left = np.ones(count, dtype=bool)
    for at in range(1, count):
        left[order[at - 1]] = False
        order[at] = int(np.argmin(np.where(left, far[order[at - 1]], np.inf)))
    return order
