"""How well last period's hot spots foretold this period's incidents: told beside the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Foresight:
    """The accuracy of a set of areas named beforehand.

    Attributes
    ----------
    hits
        Share of this period's incidents that fell into the named areas.
    area
        Share of all the area that they take up.
    pai
        Predictive accuracy index, ``hits / area``: 1 is what throwing darts gives.
    pei
        Predictive efficiency index: the hits as a share of what the best areas of that size would have caught. At most
        about 1.
    """

    hits: float
    area: float
    pai: float
    pei: float


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


def foresight(named: pd.Series[bool], counts: pd.Series[float], area: pd.Series[float]) -> Foresight:
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
    Foresight(hits=0.75, area=0.25, pai=3.0, pei=1.0)
    """
    all_counts, all_area = float(counts.sum()), float(area.sum())
    hits = float(counts[named].sum()) / all_counts if all_counts else 0.0
    share = float(area[named].sum()) / all_area if all_area else 0.0
    densest = (counts / area).sort_values(ascending=False, kind="stable").index
    room = area.loc[densest].cumsum() <= float(area[named].sum()) * (1 + 1e-9)
    best = float(counts.loc[densest][room].sum()) / all_counts if all_counts else 0.0
    return Foresight(hits, share, hits / share if share else 0.0, hits / best if best else 0.0)
