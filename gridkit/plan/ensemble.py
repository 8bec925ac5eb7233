"""How usual a plan is: its measures beside those of plans drawn at random that obey the same rules.

::

    ensemble(plan, prices, plans=1000) -> Ensemble
    Ensemble.table .own .places .facts .report()
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.circularity import circularity
from gridkit.display import card, lines
from gridkit.errors import UsageError
from gridkit.language.labels import label
from gridkit.language.numbers import length, share
from gridkit.language.phrases import Phrase
from gridkit.partition.alternatives import facts as compared
from gridkit.partition.ensemble import chain, effective
from gridkit.partition.solution import cost_m
from gridkit.plan.arrays import Aim, problem
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from numpy.typing import NDArray

    from gridkit.partition import Prices, Problem
    from gridkit.plan.plan import Plan

SCHEMA, VERSION = "gridkit-ensemble", 1
BINS = 10
LEVELS = " ▁▂▃▄▅▆▇█"
HERE = "◆"
METRES = ("cut_m", "cost_m", "straddled_m")


@dataclass(frozen=True)
class Ensemble:
    """Plans drawn at random, by their measures, and where one plan lies among them.

    Attributes
    ----------
    table
        One row per plan drawn. ``cut_m``: metres between grids. ``cost_m``: metres paid at the preset's prices.
        ``straddled_m``: metres of priced features (main roads, rails, rivers) left inside grids. ``on_features``: share
        of all features' metres that lie between grids. ``off_mean``: mean share that a grid is off its parent's mean.
        ``compactness``: mean Polsby-Popper.
    own
        The same measures of the plan itself.
    places
        One row per measure: the plan's own, the ``least``, ``median`` and ``most`` of those drawn, the share of them
        that lies below it (``share_below``, half of those alike), and as how many independent draws they count
        (``effective_plans``).
    facts
        Headline numbers, JSON-ready.
    """

    table: pd.DataFrame
    own: pd.Series[float]
    places: pd.DataFrame
    facts: Mapping[str, Any]

    def __repr__(self) -> str:
        return lines("Ensemble", dict(self.facts))

    def _repr_html_(self) -> str:
        return card("Ensemble", dict(self.facts), self.places.reset_index())

    def picture(self, measure: str) -> str:
        """Return how often each range of a measure was drawn, as bars of text, and a mark where the plan itself lies.

        The ranges go from the least to the most of the plans drawn and the plan together.
        """
        drawn, own = self.table[measure].to_numpy(), float(self.own[measure])
        edges = np.linspace(min(drawn.min(), own), max(drawn.max(), own), BINS + 1)
        if edges[0] == edges[-1]:
            return HERE
        counts = np.histogram(drawn, edges)[0]
        height = np.ceil(counts / counts.max() * (len(LEVELS) - 1)).astype(int)
        bars = [LEVELS[each] for each in height]
        at = int(np.clip(np.searchsorted(edges, own, side="right") - 1, 0, BINS - 1))
        return "".join([*bars[:at], HERE, *bars[at:]])

    def report(self) -> dict[str, Any]:
        """Return the ensemble as JSON-ready values; schema ``gridkit-ensemble``, version 1."""
        return {
            "schema": SCHEMA,
            "version": VERSION,
            **self.facts,
            "measured": self.places.reset_index().to_dict("records"),
        }

    def said(self) -> dict[str, Any]:
        """Return the ensemble for a person: a row for each measure, with its unit and its picture."""
        rows = []
        for name, row in self.places.iterrows():
            unit = length if name in METRES else share if name in ("on_features", "off_mean") else _plain
            figures = {column: unit(float(row[column])) for column in ("this_plan", "least", "median", "most")}
            least, most = figures.pop("least"), figures.pop("most")
            rows.append(
                {
                    "fact": label(str(name)),
                    **figures,
                    "drawn": Phrase("{least} to {most}", least=least, most=most),
                    "share_below": share(float(row["share_below"])),
                    "picture": self.picture(str(name)),
                }
            )
        return {**self.facts, "measured": rows}


def ensemble(
    plan: Plan,
    prices: Prices,
    plans: int = 1000,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Ensemble:
    """Return a plan beside others drawn at random (see :mod:`gridkit.partition.ensemble`).

    Raises
    ------
    UsageError
        The plan has no band, or fewer than two plans are asked for.
    InfeasibleError
        No two grids that touch are both in the band.
    """
    own, units, band = plan.parameters, plan.units, plan.parameters.band
    if band is None:
        raise UsageError("the plan has no range of size that other plans could keep", mend="split it with one")
    if plans < 2:  # noqa: PLR2004 - one plan is no distribution
        raise UsageError("an ensemble is made of two plans or more, not of {plans}", mend="ask for 1000", plans=plans)
    arrays, _ = problem(units, plan.borders, Aim(own.measure, band, prices))
    arrays = _with_dedicated(arrays, units.get("dedicated"))
    names, grid = np.unique(units["grid_id"].astype(TEXT).to_numpy(), return_inverse=True)
    locked = np.zeros(len(units), dtype=bool)
    for column in ("lock", "seed"):
        if column in units:
            locked |= units[column].notna().to_numpy()
    drawn = chain(arrays, grid, plans, seed, locked=locked, progress=progress)
    table = pd.DataFrame([_measures(arrays, labels) for labels in drawn.labels])
    table.index = pd.RangeIndex(1, plans + 1, name="plan")
    mine = pd.Series(_measures(arrays, grid), name="this_plan")
    kept = len(names) - len(np.unique(grid[drawn.takes_part]))
    said = {
        "plans": plans,
        "steps": drawn.steps,
        "share_of_steps_taken": drawn.taken / drawn.steps,
        "grids_drawn": len(names) - kept,
        "grids_kept": kept,
        "least_effective_plans": round(min(effective(table[name].to_numpy()) for name in table)),
    }
    return Ensemble(table, mine, _places(table, mine), said)


def _with_dedicated(arrays: Problem, dedicated: pd.Series | None) -> Problem:
    if dedicated is None:
        return arrays
    return replace(arrays, dedicated=np.asarray(pd.factorize(dedicated, sort=True)[0], dtype=np.int64))


def _measures(arrays: Problem, labels: NDArray[np.int64]) -> dict[str, float]:
    """Return the measures of one plan."""
    grid = np.unique(labels, return_inverse=True)[1]
    known = compared(arrays, grid)
    u, v = arrays.edges.T
    inside = grid[u] == grid[v]
    priced = arrays.prices.factor("inside", arrays.feature) > 0
    outline = np.bincount(grid, arrays.perimeters) - 2 * np.bincount(
        grid[u[inside]], arrays.border_m[inside], int(grid.max()) + 1
    )
    return {
        "cut_m": known.border_m,
        "cost_m": cost_m(arrays, grid),
        "straddled_m": float(arrays.feature_m[inside & priced].sum()),
        "on_features": known.followed,
        "off_mean": known.balance,
        "compactness": float(np.mean(circularity(np.bincount(grid, arrays.areas), outline))),
    }


def _places(table: pd.DataFrame, own: pd.Series[float]) -> pd.DataFrame:
    places = pd.DataFrame(
        {
            "this_plan": own,
            "least": table.min(),
            "median": table.median(),
            "most": table.max(),
            "share_below": (table.lt(own).mean() + table.le(own).mean()) / 2,
            "effective_plans": {name: effective(table[name].to_numpy()) for name in table},
        }
    )
    return places.rename_axis("fact")


def _plain(value: float) -> float:
    return round(value, 3)
