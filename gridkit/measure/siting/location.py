"""Where to build next: the sites among many candidates that serve most people, and how far from the best they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array, eye_array, hstack

from gridkit.errors import InfeasibleError, UsageError
from gridkit.kernels import compiled
from gridkit.language.phrases import template

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STEPS = 2000
"""Nodes of HiGHS's search after which the proof ends: counted and not timed, so that the answer is the same on every
machine. An answer is there at once, and the gap tells how good it is known to be."""
PROVEN = 1e-6


@dataclass(frozen=True)
class Sites:
    """The sites chosen.

    Attributes
    ----------
    chosen
        Positions of the candidates, rising.
    value
        What they reach: people covered, or person-minutes of the nearest site, or the number of sites.
    bound
        No choice can do better than this.
    """

    chosen: Ints
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """The share by which the answer may fall short of the best, 0 when it is proven to be the best."""
        share = abs(self.bound - self.value) / max(abs(self.value), 1e-12)
        return 0.0 if share < PROVEN else float(share)


# ------------------------------------------------------------------ maximal coverage
def maximal_coverage(covers: csr_array, people: Floats, count: int, *, steps: int = STEPS) -> Sites:
    r"""Return the ``count`` candidates that together cover most people.

    .. math:: \max \sum_i w_i y_i, \quad y_i \le \sum_{j \in N_i} x_j, \quad \sum_j x_j = p

    Parameters
    ----------
    covers
        A matrix of candidates (rows) by places (columns), not nought where the candidate reaches the place in time.
    people
        Per place; those whom an existing facility covers already count as nobody (set them to 0).
    count
        Sites to be built.
    steps
        Nodes for the proof; 0 takes the greedy answer improved by swaps, and bounds it by the relaxed problem.

    References
    ----------
    Church & ReVelle (1974), Papers of the Regional Science Association 32, 101-118.

    Examples
    --------
    >>> covers = csr_array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]])
    >>> best = maximal_coverage(covers, np.array([10.0, 1.0, 1.0, 10.0]), 2)
    >>> best.chosen.tolist(), best.value, best.gap
    ([0, 2], 22.0, 0.0)
    """
    count = possible(count, covers.shape[0])
    small, weight = _gathered(covers, people)
    share, bound = _relaxed(small, weight, count)
    starts = [_greedy(small.indptr, small.indices, weight, count), np.argsort(-share, kind="stable")[:count]]
    answers = [_swapped(small.indptr, small.indices, weight, start) for start in starts]
    if steps > 0 and bound > max(_reached(small, weight, each) for each in answers) + PROVEN:
        exact, bound = _covered_exactly(small, weight, count, steps)
        answers += [] if exact is None else [exact]
    best = max(answers, key=lambda each: _reached(small, weight, each))
    value = _reached(small, weight, best)
    return Sites(np.sort(best), value, max(bound, value))


def possible(count: int, candidates: int) -> int:
    """Return the number of sites; raise :class:`UsageError` where there are not as many candidates."""
    if not 0 < count <= candidates:
        raise UsageError(
            template(
                "{count} site cannot be chosen among the candidates there are ({candidates})",
                "{count} sites cannot be chosen among the candidates there are ({candidates})",
            ),
            count=count,
            candidates=candidates,
        )
    return count


def _gathered(covers: csr_array, people: Floats) -> tuple[csr_array, Floats]:
    """Return the problem with places that the very same candidates cover gathered into one: nothing is lost by it."""
    columns = csc_array(covers)
    columns.sort_indices()
    keys: dict[bytes, int] = {}
    group = np.full(columns.shape[1], -1, dtype=np.int64)
    first: list[int] = []
    for i in np.flatnonzero((np.diff(columns.indptr) > 0) & (people > 0)):
        key = columns.indices[columns.indptr[i] : columns.indptr[i + 1]].tobytes()
        if key not in keys:
            keys[key] = len(first)
            first.append(int(i))
        group[i] = keys[key]
    weight = np.bincount(group[group >= 0], weights=people[group >= 0], minlength=len(first))
    small = csr_array(columns[:, np.array(first, dtype=np.int64)])
    small.data[:] = 1.0
    return small, weight.astype(np.float64)


@compiled
def _greedy(begin: Ints, place: Ints, weight: Floats, count: int) -> Ints:  # pragma: no cover - compiled
    candidates = len(begin) - 1
    covered = np.zeros(len(weight), dtype=np.bool_)
    taken = np.zeros(candidates, dtype=np.bool_)
    chosen = np.empty(count, dtype=np.int64)
    for step in range(count):
        best, most = -1, -1.0
        for j in range(candidates):
            if taken[j]:
                continue
            gain = 0.0
            for k in range(begin[j], begin[j + 1]):
                if not covered[place[k]]:
                    gain += weight[place[k]]
            if gain > most:
                best, most = j, gain
        taken[best] = True
        chosen[step] = best
        for k in range(begin[best], begin[best + 1]):
            covered[place[k]] = True
    return chosen


@compiled
def _swapped(  # noqa: C901, PLR0912 - one search, whole
    begin: Ints, place: Ints, weight: Floats, chosen: Ints
) -> Ints:  # pragma: no cover - compiled
    """Exchange one chosen site for another as long as that covers more people: the best exchange each time."""
    candidates = len(begin) - 1
    chosen = chosen.copy()
    times = np.zeros(len(weight), dtype=np.int64)
    inside = np.zeros(candidates, dtype=np.bool_)
    for j in chosen:
        inside[j] = True
        for k in range(begin[j], begin[j + 1]):
            times[place[k]] += 1
    while True:
        best, leaves, enters = 1e-9, -1, -1
        for slot in range(len(chosen)):
            out = chosen[slot]
            loss = 0.0
            for k in range(begin[out], begin[out + 1]):
                times[place[k]] -= 1
                if times[place[k]] == 0:
                    loss += weight[place[k]]
            for j in range(candidates):
                if inside[j]:
                    continue
                gain = -loss
                for k in range(begin[j], begin[j + 1]):
                    if times[place[k]] == 0:
                        gain += weight[place[k]]
                if gain > best:
                    best, leaves, enters = gain, slot, j
            for k in range(begin[out], begin[out + 1]):
                times[place[k]] += 1
        if leaves < 0:
            return chosen
        out = chosen[leaves]
        inside[out], inside[enters] = False, True
        chosen[leaves] = enters
        for k in range(begin[out], begin[out + 1]):
            times[place[k]] -= 1
        for k in range(begin[enters], begin[enters + 1]):
            times[place[k]] += 1


def _reached(small: csr_array, weight: Floats, chosen: Ints) -> float:
    return float(weight[np.unique(small[chosen].indices)].sum())


def _relaxed(small: csr_array, weight: Floats, count: int) -> tuple[Floats, float]:
    """Return how much of each candidate the relaxed problem builds, and what it covers: no choice can cover more."""
    if not small.shape[1]:
        return np.zeros(small.shape[0]), 0.0
    cost, limits = _formulated(small, weight, count)
    answer = milp(cost, constraints=limits, bounds=Bounds(0, 1))
    return np.asarray(answer.x[: small.shape[0]]), -float(answer.fun)


def _covered_exactly(small: csr_array, weight: Floats, count: int, steps: int) -> tuple[Ints | None, float]:
    cost, limits = _formulated(small, weight, count)
    whole = np.concatenate([np.ones(small.shape[0]), np.zeros(small.shape[1])])
    answer = milp(cost, constraints=limits, integrality=whole, bounds=Bounds(0, 1), options=solver_options(steps))
    chosen = None if answer.x is None else np.flatnonzero(answer.x[: small.shape[0]] > 0.5)  # noqa: PLR2004 - 0 or 1
    return chosen, -proven_bound(answer, -float(weight.sum()))


def _formulated(small: csr_array, weight: Floats, count: int) -> tuple[Floats, list[LinearConstraint]]:
    candidates, places = small.shape
    rows = hstack([-small.T, eye_array(places)], format="csr")
    built = csr_array(
        (np.ones(candidates), (np.zeros(candidates, int), np.arange(candidates))), (1, candidates + places)
    )
    limits = [LinearConstraint(rows, -np.inf, 0.0), LinearConstraint(built, count, count)]
    return np.concatenate([np.zeros(candidates), -weight]), limits


def solver_options(steps: int) -> dict[str, float]:
    """Return what HiGHS is told: after how many nodes to end, and that only the optimum will do."""
    return {"node_limit": steps, "mip_rel_gap": 0.0} if steps > 0 else {}


def proven_bound(answer: object, otherwise: float) -> float:
    """Return the bound that HiGHS has proven, or the other one where it came to none."""
    found = getattr(answer, "mip_dual_bound", None)
    return otherwise if found is None or not np.isfinite(found) else float(found)


# ------------------------------------------------------------------ set covering
def set_cover(covers: csr_array, wanted: NDArray[np.bool_], *, steps: int = STEPS) -> Sites:
    r"""Return the fewest candidates that cover every wanted place.

    .. math:: \min \sum_j x_j, \quad \sum_{j \in N_i} x_j \ge 1 \; \forall i

    Raises
    ------
    InfeasibleError
        When some wanted place is in nobody's reach.

    References
    ----------
    Toregas et al. (1971), Operations Research 19(6), 1363-1373.

    Examples
    --------
    >>> set_cover(csr_array([[1, 1, 0], [0, 1, 1], [0, 0, 1]]), np.array([True, True, True])).value
    2.0
    """
    if not wanted.any():
        return Sites(np.empty(0, dtype=np.int64), 0.0, 0.0)
    small, weight = _gathered(covers, wanted.astype(float))
    lost = int(wanted.sum() - weight.sum())
    if lost:
        raise InfeasibleError(
            template("{lost} place is in reach of no candidate", "{lost} places are in reach of no candidate"),
            mend="allow more minutes, or give more candidates",
            lost=lost,
        )
    candidates = small.shape[0]
    answer = milp(
        np.ones(candidates),
        constraints=[LinearConstraint(small.T, 1.0, np.inf)],
        integrality=np.ones(candidates),
        bounds=Bounds(0, 1),
        options=solver_options(steps),
    )
    if answer.x is None:  # no answer in time: the greedy one covers all with some to spare
        chosen = _greedy(small.indptr, small.indices, weight, candidates)
        reached = np.cumsum(_first_covered(small, chosen))
        chosen = chosen[: int(np.searchsorted(reached, small.shape[1])) + 1]
        return Sites(np.sort(chosen), float(len(chosen)), 1.0)
    chosen = np.flatnonzero(answer.x > 0.5)  # noqa: PLR2004 - 0 or 1, rounded
    bound = float(np.ceil(proven_bound(answer, 1.0) - 1e-6))
    return Sites(chosen, float(len(chosen)), bound)


def _first_covered(small: csr_array, chosen: Ints) -> Ints:
    seen = np.zeros(small.shape[1], dtype=bool)
    new = []
    for j in chosen:
        places = small.indices[small.indptr[j] : small.indptr[j + 1]]
        new.append(int((~seen[places]).sum()))
        seen[places] = True
    return np.array(new)
