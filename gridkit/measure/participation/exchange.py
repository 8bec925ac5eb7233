"""Reciprocity of exchange: who gives and takes both, and how evenly two give to each other.

A row says that one gave to another, and how much. Whoever gives to himself exchanges nothing; what is issued by nobody
(opening credits, bonuses) is no exchange either, and is left out by its kind before it comes here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array


def reciprocity(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the aggregates of an exchange; nothing of any member.

    Parameters
    ----------
    rows
        ``giver``, ``taker`` and ``amount`` (hours, or 1 each); all of them known, the amounts above zero.

    Returns
    -------
    dict
        ``members`` (who give or take), ``both`` (of them), ``givers``, ``takers``, ``ties`` (directed pairs),
        ``returned`` (of them), ``pairs`` (undirected) and ``mutual``, ``exchanges``, ``amount``, ``to_oneself``;
        ``least`` over ``mean`` is weighted reciprocity: the sum over pairs of the lesser over that of the means.

    References
    ----------
    Squartini et al. (2013), Scientific Reports 3:2729 (weighted reciprocity); Wang et al. (2013), Network Science 1(1)
    (dyads); Garlaschelli & Loffredo (2004), Physical Review Letters 93:268701, r = returned / ties.

    Examples
    --------
    >>> rows = pd.DataFrame({"giver": ["a", "b", "a"], "taker": ["b", "a", "c"], "amount": [3.0, 1.0, 2.0]})
    >>> found = reciprocity(rows)
    >>> found["both"], found["members"], found["returned"], found["ties"], found["least"], found["mean"]
    (2, 3, 2, 3, 1.0, 3.0)
    """
    own = (rows["giver"] == rows["taker"]).to_numpy()
    kept = rows[~own]
    who = pd.Index(pd.unique(pd.concat([kept["giver"], kept["taker"]])))
    size = len(who)
    ends = who.get_indexer(kept["giver"]), who.get_indexer(kept["taker"])
    amounts = kept["amount"].to_numpy(dtype=float)
    given = csr_array(coo_array((amounts, ends), shape=(size, size)))
    given.sum_duplicates()
    back = csr_array(given.T)
    least = csr_array(given.minimum(back))
    ties, returned = int(given.nnz), int(least.nnz)
    out, into = np.diff(given.indptr) > 0, np.diff(back.indptr) > 0
    return {
        "exchanges": len(kept),
        "to_oneself": int(own.sum()),
        "amount": float(amounts.sum()),
        "members": size,
        "both": int((out & into).sum()),
        "givers": int(out.sum()),
        "takers": int(into.sum()),
        "ties": ties,
        "returned": returned,
        "pairs": ties - returned // 2,
        "mutual": returned // 2,
        "least": float(least.sum()) / 2,
        "mean": float(given.sum()) / 2,
    }
