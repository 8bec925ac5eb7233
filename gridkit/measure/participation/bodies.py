"""How much hangs on one body: degree centralisation among organisations, committees and grid offices, never persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection

FEWEST = 3
"""Of fewer bodies no centralisation is defined."""


def centralisation(ties: pd.DataFrame, *, without: Collection[str] = ()) -> dict[str, Any]:
    r"""Return Freeman's degree centralisation of the bodies, and how dense their ties are.

    .. math:: C = \sum_i (d_{max} - d_i) / ((g - 1)(g - 2))

    Parameters
    ----------
    ties
        ``one`` and ``other``: bodies that have to do with each other, whichever way, however often.
    without
        Bodies left out with all their ties, as the grid office: what holds together when it is gone.

    Returns
    -------
    dict
        ``bodies``, ``ties`` (pairs), ``possible``, ``above`` over ``below``: the centralisation, 0 where all are alike
        and 1 for a star, both None under :data:`FEWEST` bodies; ``cores``: bodies with more than half of the ties that
        one can have; ``alone``: bodies that have no tie left.

    References
    ----------
    Freeman (1978), Social Networks 1(3), 215-239.

    Examples
    --------
    >>> star = pd.DataFrame({"one": ["hub"] * 3, "other": ["a", "b", "c"]})
    >>> found = centralisation(star)
    >>> found["above"], found["below"], centralisation(star, without=["hub"])["alone"]
    (6, 6, 3)
    """
    known = ties[(ties["one"] != ties["other"]).to_numpy()]
    every = pd.Index(sorted({*ties["one"], *ties["other"]} - set(without)))
    kept = known[known["one"].isin(every) & known["other"].isin(every)]
    pairs = {(min(pair), max(pair)) for pair in zip(kept["one"], kept["other"], strict=True)}
    degree = np.zeros(len(every), dtype=int)
    for pair in pairs:
        degree[every.get_indexer(pd.Index(pair))] += 1
    size, enough = len(every), len(every) >= FEWEST
    return {
        "bodies": size,
        "ties": len(pairs),
        "possible": size * (size - 1) // 2,
        "above": int((degree.max() - degree).sum()) if enough else None,
        "below": (size - 1) * (size - 2) if enough else None,
        "cores": int((degree * 2 > size - 1).sum()) if enough else None,
        "alone": int((degree == 0).sum()),
    }
