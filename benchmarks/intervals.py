"""How often the intervals of 95 % that reports print hold the truth: worlds are drawn from a known one, and counted.

``intervals.py``: a line for each interval and world. Shares of at least ten and fewer than a hundred (Wilson), what is
left after so many months and the median life (Kaplan-Meier, Rothman), the month of a target (Fieller) where months
vary as Poisson's and four times as much, the mean of a count (mid-P), and an area within a funnel's limits. Shares and
counts are whole, so that each single truth is held a little more or less often: they are averaged over many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import binom, poisson

from gridkit.measure.incidents.rates import interval
from gridkit.measure.lasting.fading import crossing, fit
from gridkit.measure.lasting.lifelines import at, median, survival
from gridkit.measure.response.funnel import funnel
from gridkit.measure.share import FEW, LEAST, wilson

if TYPE_CHECKING:
    from collections.abc import Iterable

WORLDS = 2000
MONTHS = (3, 6, 12)
SHARES = np.linspace(0.05, 0.95, 181)
SEED = 20


def said(name: str, world: str, held: Iterable[float]) -> None:
    """Print how often an interval held the truth: over all, and in the worst and best of several worlds."""
    every = np.array(list(held), dtype=float)
    ends = f", {every.min():.1%} to {every.max():.1%}" if len(every) > 1 else ""
    print(f"| {name} | {world} | {every.mean():.1%}{ends} |")


def shares() -> None:
    """Count shares exactly over all that may be drawn."""
    for least, most in ((LEAST, 30), (30, FEW)):
        held = []
        for size in range(least, most):
            ends = np.array([wilson(n, size) for n in range(size + 1)])
            n = np.arange(size + 1)
            inside = (ends[:, :1] <= SHARES) & (ends[:, 1:] >= SHARES)
            held.append((binom.pmf(n[:, None], size, SHARES) * inside).sum(axis=0).mean())
        said("share (Wilson)", f"n of {least} to {most - 1}, shares of 5 to 95 %, by size", held)


def lives(size: int, least: float, most: float) -> None:
    """Count what is left of groups that end with the same chance every month, some of them still active."""
    rng = np.random.default_rng(SEED)
    held: dict[int, list[bool]] = {month: [] for month in MONTHS}
    half = []
    for lost in rng.uniform(least, most, WORLDS):
        life = rng.geometric(lost, size).astype(float)
        seen = rng.integers(4, 25, size).astype(float)
        table, longest = survival(np.minimum(life, seen), life <= seen), float(np.minimum(life, seen).max())
        for month in MONTHS:
            found = at(table, month, longest)
            if found["low"] is not None and found["high"] is not None:
                held[month].append(found["low"] <= (1 - lost) ** month <= found["high"])
        # Where an even loss within each month, as the median takes it, leaves a half.
        before = np.floor(np.log(0.5) / np.log(1 - lost))
        left = (1 - lost) ** before
        ends = median(table)
        half.append((ends["low"] or longest) <= before + (left - 0.5) / (left * lost) <= (ends["high"] or np.inf))
    world = f"{size} lives, {least:.0%} to {most:.0%} lost a month, a part of them still active"
    for month, own in held.items():
        said(f"left after {month} months (Kaplan-Meier)", world, [np.mean(own)])
    said("median life (Brookmeyer-Crowley, within the month)", world, [np.mean(half)])


def months(times: float) -> None:
    """Count how often the month in which a target is missed is held."""
    rng = np.random.default_rng(SEED)
    at_ = np.arange(12.0)
    mean = 200 * 0.85**at_
    truth = np.log(40 / 200) / np.log(0.85)
    held = []
    for _ in range(WORLDS):
        drawn = rng.poisson(mean) if times == 1 else rng.negative_binomial(mean / (times - 1), 1 / times)
        low, high = crossing(fit(at_, drawn.astype(float)), np.log(40))
        held.append(low is not None and low <= truth <= (np.inf if high is None else high))
    said("month of a target (Fieller)", f"12 months, {times:g} times the variance of Poisson's", [np.mean(held)])


def counts() -> None:
    """Count the mean of a count, exactly."""
    drawn = np.arange(400)
    low, high = interval(pd.Series(drawn.astype(float)))
    for least, most in ((2, 10), (10, 20), (20, 100)):
        held = [
            (poisson.pmf(drawn, mean) * ((low <= mean) & (high >= mean)).to_numpy()).sum()
            for mean in np.linspace(least, most, 161)
        ]
        said("mean of a count (mid-P)", f"means of {least} to {most}", held)


def areas() -> None:
    """Count areas within a funnel's limits, where nothing but chance tells them apart."""
    rng = np.random.default_rng(SEED)
    total = rng.integers(10, 200, 100).astype(float)
    inside = []
    for _ in range(200):
        count = rng.binomial(total.astype(int), 0.8).astype(float)
        table = funnel(count, total)
        inside.append(((table["rate"] >= table["low"] - 1e-12) & (table["rate"] <= table["high"] + 1e-12)).mean())
    said("area within a funnel", "100 areas of 10 to 199 orders, four of five solved", [np.mean(inside)])


if __name__ == "__main__":
    print("| interval of 95 % | world | holds the truth |\n|---|---|---|")
    shares()
    for size_, *lost_ in ((10, 0.05, 0.15), (20, 0.05, 0.15), (60, 0.05, 0.15), (200, 0.05, 0.15), (60, 0.02, 0.04)):
        lives(size_, *lost_)
    for variance in (1.0, 4.0):
        months(variance)
    counts()
    areas()
