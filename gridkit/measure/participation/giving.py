"""How hours are spread over those who give them: only counts leave the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

TOP = 0.1
"""The part of the givers whose share is told: a tenth, rounded up to a whole giver."""


def top_tenth(hours: pd.Series[Any]) -> dict[str, float]:
    """Return the hours of those who give most and of all: ``givers``, ``top``, ``top_hours``, ``hours``, ``gini``.

    Parameters
    ----------
    hours
        Hours by giver, one each; who gave none is no giver.

    Examples
    --------
    >>> import pandas as pd
    >>> top_tenth(pd.Series([10.0, *[1.0] * 10]))["top_hours"]  # two of eleven are the tenth that is begun
    11.0
    """
    given = np.sort(hours[hours > 0].to_numpy(dtype=float))[::-1]
    top = int(np.ceil(TOP * len(given) - 1e-9))
    total = float(given.sum())
    ranks = np.arange(len(given), 0, -1)
    gini = float(2 * (ranks * given).sum() / (len(given) * total) - (len(given) + 1) / len(given)) if total else np.nan
    return {
        "givers": float(len(given)),
        "top": float(top),
        "top_hours": float(given[:top].sum()),
        "hours": total,
        "gini": gini,
    }
