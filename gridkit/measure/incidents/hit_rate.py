"""How well last period's hot spots foretold this period's incidents: told beside the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class HitRate:
    """The accuracy of a set of areas named beforehand; null where it is not defined.

    Attributes
    ----------
    hits
        Share of this period's incidents that fell into the named areas; null where none happened.
    area
        Share of all the area that they take up.
    pai
        Predictive accuracy index, ``hits / area``: 1 is what throwing darts gives. Null where no area was named.
    pei
        Predictive efficiency index: the hits as a share of the most that areas of that size in all can catch, at most
        1. Null where no area was named.
    """

    hits: float | None
    area: float
    pai: float | None
    pei: float | None


def leading(score: pd.Series[float], area: pd.Series[float], share: float = 0.1) -> pd.Series[bool]:
    """Return the areas with the highest scores that together take up at most ``share`` of all the area.

    Examples
    --------
    >>> import pandas as pd
    >>> leading(pd.Series([1.0, 9.0, 5.0]), pd.Series([2.0, 1.0, 1.0]), 0.5).tolist()
    [False, True, True]
    """
    order = score.sort_values(ascending=False, kind="stable").index
    taken = area.loc[order].cumsum() <= share * float(area.sum()) * (1 + 1e-9)
    return taken.reindex(score.index)


def foresight(named: pd.Series[bool], counts: pd.Series[float], area: pd.Series[float]) -> HitRate:
    """Return how well the areas ``named`` beforehand caught the ``counts`` of the period after.

    Parameters
    ----------
    named, counts, area
        On one index: whether an area was called hot before, its incidents after, its m2.

    References
    ----------
    Chainey, Tompson & Uhlig (2008), Security Journal 21, 4-28; Hunt (2016), PhD thesis (efficiency).

    Examples
    --------
    >>> import pandas as pd
    >>> foresight(pd.Series([True, False, False]), pd.Series([6, 2, 0]), pd.Series([1.0, 1.0, 2.0]))
    HitRate(hits=0.75, area=0.25, pai=3.0, pei=1.0)
    """
    all_counts, all_area = float(counts.sum()), float(area.sum())
    share = float(area[named].sum()) / all_area if all_area else 0.0
    if not all_counts:
        return HitRate(None, share, None, None)
    caught = float(counts[named].sum())
    if not share:
        return HitRate(caught / all_counts, share, None, None)
    best = _most(counts, area, float(area[named].sum()))
    return HitRate(caught / all_counts, share, caught / all_counts / share, caught / best if best else None)


def _most(counts: pd.Series[float], area: pd.Series[float], room: float) -> float:
    """Return the most incidents that areas of ``room`` m2 in all can hold, the last of them in part.

    Taking whole areas only would have to solve a knapsack to be the most; the densest first, and a part of the one that
    no longer fits, is an upper bound of it, so that nothing exceeds it.
    """
    densest = (counts / area).sort_values(ascending=False, kind="stable").index
    before = area.loc[densest].cumsum() - area.loc[densest]
    part = ((room - before) / area.loc[densest]).clip(0.0, 1.0)
    return float((counts.loc[densest] * part).sum())
