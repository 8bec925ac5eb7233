"""A reader of a public page who adds, subtracts and solves: what linear programming gets out of the printed columns.

He knows the areas, the people that are printed, which grids touch (the page draws them), how every column is made, how
it is rounded, and the sums that he may know. For a hidden count he asks for the most it can be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from gridkit.render.page.payload import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scipy.sparse import csr_array

PARTS = ("now", "before", "closed", "overdue", "due", "on_time", "orders")
"""Counts that are part of the count of all."""


@dataclass
class Reader:
    """What a reader has written down: an unknown per grid and count, and bounds of sums of them."""

    rows: list[str]
    unknown: dict[tuple[str, str], int] = field(default_factory=dict)
    lines: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def of(self, row: str, name: str) -> int:
        """Return the place of an unknown."""
        return self.unknown.setdefault((row, name), len(self.unknown))

    def knows(self, terms: Mapping[tuple[str, str], float], low: float, high: float) -> None:
        """Note that a sum of counts lies between two numbers."""
        found: dict[int, float] = {}
        for cell, factor in terms.items():
            found[self.of(*cell)] = found.get(self.of(*cell), 0.0) + factor
        self.lines.append((found, low, high))

    def most(self, row: str, name: str) -> float:
        """Return the most a count can be, by all that is noted; not a number where the notes contradict each other."""
        cost = np.zeros(len(self.unknown))
        cost[self.unknown[row, name]] = -1.0
        matrix, right = self._system
        answer = linprog(cost, A_ub=matrix, b_ub=right, bounds=(0, None))
        return {0: -(answer.fun or 0.0), 3: np.inf}.get(answer.status, np.nan)

    @cached_property
    def _system(self) -> tuple[csr_array, np.ndarray]:
        """The notes as inequalities, once nothing more is noted."""
        places = [(at, place, factor) for at, (found, _, _) in enumerate(self.lines) for place, factor in found.items()]
        at, place, factor = (np.array(each) for each in zip(*places, strict=True))
        matrix = coo_array((factor, (at, place)), shape=(len(self.lines), len(self.unknown))).tocsr()
        low, high = (np.array([each[side] for each in self.lines]) for side in (1, 2))
        capped, floored = np.isfinite(high), np.isfinite(low)
        right = np.concatenate([high[capped], -low[floored]]) + 1e-7
        return vstack([matrix[capped], -matrix[floored]]).tocsr(), right


def printed(head: Mapping[str, object]) -> pd.DataFrame:
    """Return the columns of a page's first plan as numbers, not a number where they are withheld or missing."""
    (plan, *_) = head["plans"]
    columns = {
        each["name"]: [np.nan if value in (None, HIDDEN) else float(value) for value in each["of"]]
        for each in plan["columns"]
    }
    return pd.DataFrame(columns, index=plan["ids"])


def notes(
    said: pd.DataFrame, area_m2: pd.Series, near: csr_array, sums: Iterable[tuple[str, list[str], float]]
) -> Reader:
    """Return what a reader of these columns knows.

    ``sums`` are totals he has from elsewhere: the count, the rows, how many.
    """
    reader = Reader(list(said.index))
    for name, rows, total in sums:
        reader.knows({(row, name): 1.0 for row in rows}, total, total)
    total = next((value for name, rows, value in sums if name == "count" and len(rows) == len(said)), np.nan)
    for row in said.index:
        for name in PARTS:
            reader.knows({(row, name): 1.0, (row, "count"): -1.0}, -np.inf, 0.0)
        reader.knows({(row, "now"): 1.0, (row, "before"): 1.0, (row, "count"): -1.0}, -np.inf, 0.0)
        reader.knows({(row, "on_time"): 1.0, (row, "due"): -1.0}, -np.inf, 0.0)
        reader.knows({(row, "closed"): 1.0, (row, "orders"): -1.0}, -np.inf, 0.0)
        _reads(reader, said.loc[row], row, float(area_m2[row]))
    if "hot_ratio" in said and np.isfinite(total):
        _reads_windows(reader, said, near, total)
    return reader


def _reads(reader: Reader, said: pd.Series, row: str, area_m2: float) -> None:
    """Note what one row's columns say."""

    def shown(name: str) -> bool:
        return name in said and np.isfinite(said[name])

    for name in ("count", "overdue", "now", "before"):
        if shown(name):
            reader.knows({(row, name): 1.0}, said[name], said[name])
    if shown("rate") and shown("people"):
        low, high = ((said["rate"] + off) * said["people"] / 1000 for off in (-0.051, 0.051))
        reader.knows({(row, "count"): 1.0}, low - 0.001 * said["rate"], high + 0.001 * said["rate"])
    if shown("per_km2"):
        low, high = ((said["per_km2"] + off) * area_m2 / 1e6 for off in (-0.51, 0.51))
        reader.knows({(row, "count"): 1.0}, low, high)
    for name, part, whole, half in (("change", "now", "before", 0.0051), ("closure_rate", "closed", "orders", 0.00051)):
        if shown(name):
            share = said[name] + (1.0 if name == "change" else 0.0)
            reader.knows({(row, part): 1.0, (row, whole): -(share + half)}, -np.inf, 0.0)
            reader.knows({(row, part): 1.0, (row, whole): -(share - half)}, 0.0, np.inf)
    if shown("closure_rate"):
        reader.knows({(row, "orders"): 1.0, (row, "count"): -1.0}, 0.0, 0.0)


def _reads_windows(reader: Reader, said: pd.DataFrame, near: csr_array, total: float) -> None:
    """Note what the ratios to the neighbours say, the rate of the map being that of all."""
    people = said["people"].fillna(0.0).to_numpy()
    for place in range(len(said)):
        window = [place, *near[[place]].indices]
        expected = total / people.sum() * people[window].sum()
        if np.isfinite(said["hot_ratio"].iloc[place]) and expected:
            low, high = ((said["hot_ratio"].iloc[place] + off) * expected for off in (-0.0051, 0.0051))
            reader.knows({(said.index[k], "count"): 1.0 for k in window}, low, high)


def given_away(reader: Reader, truth: pd.DataFrame, limit: int = 10) -> tuple[int, int, int]:
    """Return how many small counts there are, how many are recovered exactly, and how many are proven to be small."""
    small = [(row, name) for name in truth for row in truth.index if 0 < truth.loc[row, name] < limit]
    recovered = proven = 0
    for row, name in small:
        most = reader.most(row, name)
        assert not np.isnan(most), "the reader's notes contradict each other"
        proven += most < limit - 1e-6
        recovered += most <= truth.loc[row, name] + 0.5
    return len(small), int(recovered), int(proven)
