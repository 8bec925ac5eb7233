"""How evenly a service is shared out among the people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def gini(values: ArrayLike, people: ArrayLike) -> float:
    r"""Return the Gini coefficient of values held by people: 0 when all have the same, towards 1 when one has it all.

    .. math:: G = 1 - \sum_i p_i (S_i + S_{i-1})

    with the values in rising order, :math:`p_i` the share of the people and :math:`S_i` the running share of what they
    hold.

    Parameters
    ----------
    values
        What each group has per head (or the minutes each needs), not negative; infinite ones are left out.
    people
        How many are in each group.

    References
    ----------
    Gini (1912), Variabilita e mutabilita.

    Examples
    --------
    >>> gini([1, 1, 1], [5, 10, 5]), round(gini([0, 4], [3, 1]), 3)
    (0.0, 0.75)
    """
    value, weight = _sound(values, people)
    order = np.argsort(value, kind="stable")
    held = (value * weight)[order]
    if held.sum() <= 0:
        return 0.0
    running = np.concatenate([[0.0], np.cumsum(held) / held.sum()])
    share = weight[order] / weight.sum()
    return float(np.clip(1 - (share * (running[1:] + running[:-1])).sum(), 0.0, 1.0).round(12))


def worst(values: ArrayLike, people: ArrayLike, share: float = 0.1, *, high_is_bad: bool = True) -> float:
    r"""Return the mean value of the share of the people who are worst off: how many minutes the worst tenth need.

    .. math:: \frac{1}{s P} \int_{1-s}^{1} P\, v(u)\, du

    with the people :math:`P` sorted by their value :math:`v`; the one in whom the share ends counts in part. It is the
    mean of the tail (conditional value at risk), a definition of this project.
    Those who reach nothing at all (infinite minutes) are the worst off, and make the mean infinite.

    References
    ----------
    Rockafellar & Uryasev (2000), Journal of Risk 2(3), 21-41 (the mean of the tail).

    Examples
    --------
    >>> worst([5, 10, 30], [80, 15, 5])
    20.0
    """
    value, weight = np.asarray(values, dtype=float), np.asarray(people, dtype=float)
    keep = weight > 0
    value, weight = value[keep], weight[keep]
    if not len(value):
        return float("nan")
    order = np.argsort(-value if high_is_bad else value, kind="stable")
    wanted = share * weight.sum()
    before = np.cumsum(weight[order]) - weight[order]
    taken = np.clip(wanted - before, 0.0, weight[order])
    return float((value[order][taken > 0] * taken[taken > 0]).sum() / taken.sum())


def _sound(values: ArrayLike, people: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    value, weight = np.asarray(values, dtype=float), np.asarray(people, dtype=float)
    keep = np.isfinite(value) & (weight > 0)
    return value[keep], weight[keep]
