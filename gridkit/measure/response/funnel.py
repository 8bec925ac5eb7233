"""Rates of small numbers against what chance alone does to them: no area is called good or bad that may be neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import binom

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST = 30
"""Of fewer orders than this no area is ranked."""
CONTROL = (0.95, 0.998)
"""The limits of a funnel: one area in twenty, and one in five hundred, is outside by chance (Spiegelhalter 2005)."""


def funnel(count: NDArray[np.float64], total: NDArray[np.float64]) -> pd.DataFrame:
    """Return each area's rate against the limits that chance alone keeps at the rate of all.

    Parameters
    ----------
    count, total
        What stands above and below the line in each area.

    Returns
    -------
    DataFrame
        ``rate``, ``low`` and ``high`` (95 %), ``lowest`` and ``highest`` (99.8 %), ``outside``: ``low``, ``high``, or
        empty within the wider limits; ``rank`` from the highest rate, null under :data:`LEAST`.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24(8), 1185-1202: exact binomial limits.

    Examples
    --------
    >>> table = funnel(np.array([40.0, 5.0, 20.0]), np.array([100.0, 100.0, 20.0]))
    >>> table["outside"].tolist(), table["rank"].tolist()
    (['', 'low', 'high'], [1.0, 2.0, nan])
    """
    whole = count.sum() / total.sum() if total.sum() else np.nan
    table = pd.DataFrame({"rate": np.divide(count, total, out=np.full(len(total), np.nan), where=total > 0)})
    size = total.astype(int)
    for names, share in (("low", "high"), CONTROL[0]), (("lowest", "highest"), CONTROL[1]):
        tail = (1 - share) / 2
        low, high = binom.ppf(tail, size, whole), binom.ppf(1 - tail, size, whole)
        table[names[0]] = np.divide(low, total, out=np.full(len(total), np.nan), where=total > 0)
        table[names[1]] = np.divide(high, total, out=np.full(len(total), np.nan), where=total > 0)
    beyond = np.where(table["rate"] < table["lowest"], "low", np.where(table["rate"] > table["highest"], "high", ""))
    table["outside"] = np.where(table["rate"].notna(), beyond, "")
    table["rank"] = table["rate"].where(total >= LEAST).rank(ascending=False, method="min")
    return table
