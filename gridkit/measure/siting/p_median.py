"""The sites among many candidates that bring the people's mean way down the most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from gridkit.kernels import compiled
from gridkit.measure.access.reach import Pairs
from gridkit.measure.siting.location import STEPS, Sites, possible, proven_bound, solver_options

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def p_median(pairs: Pairs, people: Floats, now: Floats, count: int, candidates: int, *, steps: int = STEPS) -> Sites:
    r"""Return the ``count`` candidates that bring the people's mean way to the nearest site down the most.

    .. math:: \min \sum_i w_i \min(t_i, \min_{j \in X} t_{ij}), \quad |X| = p

    Parameters
    ----------
    pairs
        Minutes between places (``origin``) and candidates (``facility``), as far as they matter.
    people
        Per place.
    now
        Minutes each place needs now; where nothing is reached, what that shall count as (finite).
    count, candidates
        Sites to be built, and how many there are to choose among.
    steps
        Nodes for the proof by the radius formulation; 0 takes the swaps' answer and bounds it by the relaxed problem.

    References
    ----------
    Hakimi (1964), Operations Research 12(3), 450-459; the swaps: Teitz & Bart (1968), Operations Research 16(5),
    955-961; the formulation: Garcia, Labbe & Marin (2011), INFORMS Journal on Computing 23(4), 546-556.
    """
    count = possible(count, candidates)
    helps = (pairs.minutes < now[pairs.origin] - 1e-9) & (people[pairs.origin] > 0)
    place, site, minutes = pairs.origin[helps], pairs.facility[helps], pairs.minutes[helps]
    by_site = np.argsort(site, kind="stable")
    rows = (np.searchsorted(site[by_site], np.arange(candidates + 1)), place[by_site], minutes[by_site])
    chosen = _exchanged(*rows, people, now, count)
    value = _spent(chosen, rows, people, now)
    answer, bound = _radius(Pairs(place, site, minutes), people, now, count, candidates, steps)
    if answer is not None and _spent(answer, rows, people, now) < value - 1e-9:
        chosen, value = answer, _spent(answer, rows, people, now)
    return Sites(np.sort(chosen), value, min(bound, value))


def _spent(chosen: Ints, rows: tuple[Ints, Ints, Floats], people: Floats, now: Floats) -> float:
    begin, place, minutes = rows
    least = now.copy()
    for j in chosen:
        part = slice(begin[j], begin[j + 1])
        np.minimum.at(least, place[part], minutes[part])
    return float((people * least).sum())


@compiled
def _exchanged(  # noqa: C901, PLR0912 - one search, whole
    begin: Ints, place: Ints, minutes: Floats, people: Floats, now: Floats, count: int
) -> Ints:  # pragma: no cover - compiled
    """Add the best site until there are enough, then exchange sites as long as that saves anything."""
    candidates = len(begin) - 1
    chosen = np.empty(0, dtype=np.int64)
    inside = np.zeros(candidates, dtype=np.bool_)
    while True:
        best, leaves, enters = 1e-9, -1, -1
        slots = len(chosen) if len(chosen) == count else 1
        for slot in range(slots):
            least = now.copy()
            for other in range(len(chosen)):
                if len(chosen) == count and other == slot:
                    continue
                for k in range(begin[chosen[other]], begin[chosen[other] + 1]):
                    least[place[k]] = min(least[place[k]], minutes[k])
            base = 0.0
            if len(chosen) == count:
                out = chosen[slot]
                for k in range(begin[out], begin[out + 1]):
                    base -= people[place[k]] * max(least[place[k]] - minutes[k], 0.0)
            for j in range(candidates):
                if inside[j]:
                    continue
                gain = base
                for k in range(begin[j], begin[j + 1]):
                    gain += people[place[k]] * max(least[place[k]] - minutes[k], 0.0)
                if gain > best or (enters < 0 and len(chosen) < count):
                    best, leaves, enters = gain, slot, j
        if enters < 0:
            return chosen
        if len(chosen) < count:
            chosen = np.append(chosen, enters)
        else:
            inside[chosen[leaves]] = False
            chosen[leaves] = enters
        inside[enters] = True


def _radius(
    pairs: Pairs, people: Floats, now: Floats, count: int, candidates: int, steps: int
) -> tuple[Ints | None, float]:
    """Return the best choice by the radius formulation: z says that a place has no site within each of its radii.

    ``z[i, 0] >= 1 - sites at the first radius``, ``z[i, k] >= z[i, k - 1] - sites at radius k``; the way of a place is
    its first radius plus each step up to the next one (the last step up to what it needs now) that z makes it take.
    """
    order = np.lexsort((pairs.minutes, pairs.origin))
    p, s, m = pairs.origin[order], pairs.facility[order], pairs.minutes[order]
    fresh = np.r_[True, (p[1:] != p[:-1]) | (m[1:] > m[:-1])] if len(p) else np.empty(0, bool)
    row = np.cumsum(fresh) - 1
    owner, radius = p[fresh], m[fresh]
    variables = len(owner)
    first = np.r_[True, owner[1:] != owner[:-1]] if variables else np.empty(0, bool)
    ahead = np.where(np.r_[first[1:], True], now[owner], np.r_[radius[1:], 0.0]) if variables else radius
    fixed = float((people * now).sum()) - float((people[owner[first]] * (now[owner[first]] - radius[first])).sum())
    cost = np.concatenate([np.zeros(candidates), people[owner] * (ahead - radius)])
    open_ = csr_array((np.ones(len(s)), (row, s)), (variables, candidates))
    chain = np.flatnonzero(~first)
    before = csr_array((-np.ones(len(chain)), (chain, chain - 1)), (variables, variables))
    rows = hstack([open_, eye_array(variables) + before], format="csr")
    built = csr_array(
        (np.ones(candidates), (np.zeros(candidates, int), np.arange(candidates))), (1, candidates + variables)
    )
    whole = np.concatenate([np.ones(candidates), np.zeros(variables)])
    answer = milp(
        cost,
        constraints=LinearConstraint(
            vstack([rows, built], format="csr"),
            np.r_[first.astype(float), count],
            np.r_[np.full(variables, np.inf), count],
        ),
        integrality=whole if steps > 0 else 0 * whole,
        bounds=Bounds(0, 1),
        options=solver_options(steps),
    )
    if steps <= 0:
        return None, fixed + float(answer.fun)
    chosen = None if answer.x is None else np.flatnonzero(answer.x[:candidates] > 0.5)  # noqa: PLR2004 - 0 or 1, rounded
    return chosen, fixed + proven_bound(answer, 0.0)
