"""What no patrol can do better than: the least length by which junctions are even and parts connected.

A walk passes into every set of junctions and out again: into one that holds some parts and not all, at least twice
more than the required streets alone; into one with an odd number of required streets across its edge, at least once
more. The least length that keeps all such sets is a linear relaxation; sets that the last answer breaks are added until
none of those looked for is broken. It is a true bound whichever sets were found.

References
----------
Corberan & Sanchis (1994), European Journal of Operational Research 79, 95-114; Letchford & Eglese (1998), European
Journal of Operational Research 105(2), 390-400; sets by the parts of what the answer uses: Ghiani & Laporte (2000),
Mathematical Programming 87, 467-481. Solved by HiGHS: Huangfu & Hall (2018), Mathematical Programming Computation 10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.kernels import compiled
from gridkit.measure.routes.ways import parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridkit.measure.routes.ways import Streets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_THRESHOLDS = (1e-6, 0.2, 0.4, 0.6, 0.8)
"""How often a street is used before it counts as connecting."""
_SLACK = 1e-6
_ROUNDS = 200
"""Rounds of added sets; every round ends in a bound."""


def bound(streets: Streets, start: int | None = None, *, joined: bool = True) -> float:
    """Return a length that no closed walk past every required street, and past ``start``, falls below.

    Without ``joined`` it holds for several walks that share the streets and need not meet.

    Examples
    --------
    >>> from gridkit.measure.routes.ways import Streets
    >>> ends = np.array([[0, 1], [1, 2], [2, 3], [3, 0], [0, 4]])
    >>> bound(Streets(5, ends, np.array([100.0, 100.0, 100.0, 100.0, 30.0]), np.ones(5, dtype=bool)))
    460.0
    """
    import highspy

    from gridkit.partition.exact.relaxation import SETTINGS, Quiet

    own, ends = np.flatnonzero(streets.required), streets.ends
    model = Quiet()  # type: ignore[no-untyped-call]
    for name, value in SETTINGS.items():
        model.setOptionValue(name, value)
    size = len(streets)
    model.addVars(size, np.zeros(size), np.full(size, highspy.kHighsInf))
    model.changeColsCost(size, np.arange(size, dtype=np.int32), streets.length)
    kept: set[bytes] = set()
    least = 0.0
    used = np.zeros(size)
    for _ in range(_ROUNDS):
        added = 0
        for inside, times in _broken(streets, own, start, used, joined=joined):
            key = (inside if inside[0] else ~inside).tobytes()
            if key not in kept:
                kept.add(key)
                across = np.flatnonzero(inside[ends[:, 0]] != inside[ends[:, 1]]).astype(np.int32)
                model.addRow(times, highspy.kHighsInf, len(across), across, np.ones(len(across)))
                added += 1
        if not added:
            break
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
        used = np.asarray(model.getSolution().col_value)
        least = float(model.getObjectiveValue())
    return float(streets.length[own].sum()) + least


def _broken(
    streets: Streets, own: Ints, start: int | None, used: Floats, *, joined: bool
) -> Iterator[tuple[Flags, float]]:
    """Yield sets of junctions that are passed into too rarely, and how often they must be."""
    ends, nodes = streets.ends, streets.nodes
    met = np.bincount(ends[own].ravel(), minlength=nodes)
    held = met > 0
    if start is not None:
        held[start] = True
    odd = met % 2 == 1
    before = -1
    for least in _THRESHOLDS:
        often = used > least
        if (count := int(often.sum())) == before:
            continue  # the same streets, the same parts
        before = count
        also = ends[often]
        if joined:
            part = parts(np.concatenate([ends[own], also]), nodes)
            holds = np.bincount(part, held, nodes)
            apart = (holds > 0) & (holds < held.sum())
            for each in np.flatnonzero(apart & (_flow(ends, used, part) < 2.0 - _SLACK)):
                yield part == each, 2.0
        part = parts(also, nodes)
        uneven = np.bincount(part, odd, nodes) % 2 == 1
        for each in np.flatnonzero(uneven & (_flow(ends, used, part) < 1.0 - _SLACK)):
            yield part == each, 1.0


@compiled
def _flow(ends: Ints, used: Floats, part: Ints) -> Floats:  # pragma: no cover - compiled
    """Return how often each part is passed into or out of."""
    flow = np.zeros(len(part))
    for at in range(len(ends)):
        one, other = part[ends[at, 0]], part[ends[at, 1]]
        if one != other:
            flow[one] += used[at]
            flow[other] += used[at]
    return flow
