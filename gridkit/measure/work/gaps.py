"""Gaps and surpluses of hours, and what neighbours could give each other."""

from __future__ import annotations

import pandas as pd

from gridkit.tables import TEXT


def surplus(available: pd.Series[float], hours: pd.Series[float]) -> pd.Series[float]:
    """Return the hours of a month that each grid has too many, below 0 too few; missing where either is not known."""
    return (available - hours).rename("surplus")


def between(gaps: pd.Series[float], pairs: pd.DataFrame) -> pd.DataFrame:
    """Return which neighbours have hours to spare for a grid that is short.

    Parameters
    ----------
    gaps
        As from :func:`surplus`.
    pairs
        ``grid_id`` and ``neighbour``: grids that touch, each pair once.

    Returns
    -------
    DataFrame
        On ``pair_id``: ``grid_id`` (short), ``neighbour`` (with hours to spare), ``short`` and ``spare`` (hours of a
        month), ``could`` (the less of them); the largest first.

    Examples
    --------
    >>> gaps = pd.Series({"a": -30.0, "b": 50.0, "c": -5.0})
    >>> pairs = pd.DataFrame({"grid_id": ["a", "a"], "neighbour": ["b", "c"]})
    >>> between(gaps, pairs).to_dict("records")
    [{'grid_id': 'a', 'neighbour': 'b', 'short': 30.0, 'spare': 50.0, 'could': 30.0}]
    """
    both = pd.concat(
        [pairs[["grid_id", "neighbour"]], pairs.rename(columns={"grid_id": "neighbour", "neighbour": "grid_id"})]
    )
    own, others = (gaps.reindex(both[name]).to_numpy() for name in ("grid_id", "neighbour"))
    both = both.assign(short=-own, spare=others)
    both = both[(both["short"] > 0) & (both["spare"] > 0)]
    both = both.assign(could=both[["short", "spare"]].min(axis=1))
    both = both[["grid_id", "neighbour", "short", "spare", "could"]]
    both = both.sort_values(["could", "grid_id", "neighbour"], ascending=[False, True, True])
    index = pd.Index([f"pair-{at + 1}" for at in range(len(both))], name="pair_id", dtype=TEXT)
    return both.set_index(index)
