"""The indicators of participation: what stands above and below the line of each, by columns of counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.participation.initiators import WHO

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    Attributes
    ----------
    name
        What it is called, a code of :mod:`gridkit.language.labels`.
    above, below
        The columns of counts whose sums stand above and below its line; sums of grids are those of the community.
    persons
        Whether people or households are counted.
    binomial
        Whether it is a share of trials; an amount against a target is none.
    """

    name: str
    above: str
    below: str
    persons: bool = False
    binomial: bool = True


INDICATORS = (
    *(Indicator(f"{who}_start", f"by_{who}", "activities") for who in WHO),
    *(Indicator(f"{who}_hours", f"hours_{who}", "hours", binomial=False) for who in WHO),
    Indicator("answered", "answered", "answered_known"),
    Indicator("reasoned", "reasoned", "reasoned_known"),
    Indicator("linked", "linked", "linked_known"),
    Indicator("done", "done", "done_known"),
    Indicator("taking_part", "taking_part", "taking_part_of", persons=True),
    Indicator("covered", "covered", "covered_of", persons=True),
    Indicator("only_worker", "only_worker", "only_worker_of", persons=True),
    Indicator("building_heads", "building_heads", "building_heads_of", binomial=False),
    Indicator("volunteers", "volunteers", "volunteers_of", persons=True, binomial=False),
    Indicator("organisations", "organisations", "organisations_of", binomial=False),
)
OF_HOUSEHOLDS = ("taking_part", "covered", "only_worker")
"""Those that stand over the same households: what one of them tells of a grid, it tells of all."""
COUNTS = tuple(dict.fromkeys(name for each in INDICATORS for name in (each.above, each.below)))
"""The columns of counts."""


def summed(rows: pd.DataFrame, keys: pd.Series[Any]) -> pd.DataFrame:
    """Return the counts of rows by a key; a count that no row knows is unknown, and not nought."""
    held = keys.notna().to_numpy()
    own = rows.loc[held, [name for name in COUNTS if name in rows]]
    return own.groupby(keys[held].to_numpy()).sum(min_count=1)


def rates(counts: pd.DataFrame, indicators: Sequence[Indicator] = INDICATORS) -> pd.DataFrame:
    """Return for each indicator ``NAME_n``, ``NAME_of`` and the share ``NAME``, null where nothing stands below."""
    made: dict[str, Any] = {}
    for each in indicators:
        n, of = (
            counts[name] if name in counts else pd.Series(np.nan, index=counts.index)
            for name in (each.above, each.below)
        )
        both = n.notna() & of.notna()
        made[f"{each.name}_n"], made[f"{each.name}_of"] = n.where(both), of.where(both)
        made[each.name] = (n / of.where(of > 0)).where(both)
    return pd.DataFrame(made, index=counts.index)
