"""Who carries which round: rounds of a day given to carriers whose shifts are so long, none out on two at once.

::

    shared(leaves, latest, minutes, shift) -> Shared
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_EXACT = 1e-6


@dataclass(frozen=True)
class Shared:
    """Rounds with their carriers.

    Attributes
    ----------
    carrier
        Of each round, numbered from 0.
    leaves
        When each begins, in minutes of the day's work.
    least
        No sharing takes fewer carriers: all minutes would not fit into fewer shifts, or so many are out at once.
    """

    carrier: Ints
    leaves: Floats
    least: int

    @property
    def carriers(self) -> int:
        """How many carriers there are."""
        return int(self.carrier.max(initial=-1)) + 1


def shared(earliest: Floats, latest: Floats, minutes: Floats, shift: float) -> Shared:
    """Return rounds given to as few carriers as were found, one round after the other.

    Parameters
    ----------
    earliest, latest
        When each round may begin, in minutes of the day's work.
    minutes
        How long each takes.
    shift
        Minutes from a carrier's first leaving to the last coming back.

    Notes
    -----
    Rounds are taken in the order in which they must have begun, each by the carrier who would wait least, as soon as he
    is back; whoever would be out for more than a shift is passed over. Where every round may wait, that is to fill
    shifts in turn, the longest round first.

    Examples
    --------
    >>> day = shared(np.zeros(3), np.full(3, 400.0), np.array([60.0, 60.0, 60.0]), 120.0)
    >>> day.carrier.tolist(), day.leaves.tolist(), day.least
    ([0, 0, 1], [0.0, 60.0, 0.0], 2)
    """
    count = len(minutes)
    carrier, leaves = np.full(count, -1, dtype=np.int64), np.zeros(count)
    free: list[float] = []
    begun: list[float] = []
    for at in np.lexsort((-minutes, latest)):
        best, wait = -1, np.inf
        for one, back in enumerate(free):
            start = max(back, float(earliest[at]))
            in_time = start <= latest[at] + _EXACT and start + minutes[at] - begun[one] <= shift + _EXACT
            if in_time and start - back < wait - _EXACT:
                best, wait = one, start - back
        if best < 0:
            best = len(free)
            free.append(float(earliest[at]))
            begun.append(float(earliest[at]))
        start = max(free[best], float(earliest[at]))
        carrier[at], leaves[at] = best, start
        free[best] = start + float(minutes[at])
    return Shared(carrier, leaves, _least(earliest, latest, minutes, shift))


def _least(earliest: Floats, latest: Floats, minutes: Floats, shift: float) -> int:
    """Return how many carriers it takes at least."""
    if not len(minutes):
        return 0
    by_time = int(np.ceil(minutes.sum() / shift - _EXACT))
    # Between its latest leaving and its earliest coming back a round is out whatever is decided.
    begin, end = latest, earliest + minutes
    out = [int(((begin <= at + _EXACT) & (end > at + _EXACT)).sum()) for at in begin]
    return max(by_time, *out)
