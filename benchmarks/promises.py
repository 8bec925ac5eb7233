"""What the layers promise (how often they err, how strong a thing has to be to be seen), counted on made-up maps.

Part of ``truth.py``, which writes the table.
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "render"))

import test_withhold as pages
from lattices import lattice_neighbours

from gridkit.catalog.map_views import maps
from gridkit.measure.incidents import layer
from gridkit.measure.incidents.contiguity import with_self
from gridkit.measure.incidents.discovery import false_discovery
from gridkit.measure.incidents.hotspots import alone, hot_spots, visible
from gridkit.measure.incidents.local_association import gi_star
from gridkit.measure.incidents.rates import crude, smoothed
from gridkit.measure.incidents.trend import bursts, periods, trend
from gridkit.render.withhold import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterator

SURE = 0.05
EACH = 5
"""So many maps are drawn for each one that told a strength."""


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, on what, ours, and what it is held against."""

    what: str
    on: str
    ours: str
    against: str


SIDE = 16
NEAR = lattice_neighbours(SIDE)
PEOPLE = pd.Series(np.random.default_rng(9).gamma(0.8, 1250, SIDE**2) + 20)


def drawn(seed: int, uneven: float, mean: float, hot: np.ndarray | None = None, ratio: float = 1.0) -> pd.Series:
    """Return counts of a map of 256 areas, large and small, with so uneven risks and a hot spot if one is asked for."""
    rng = np.random.default_rng(seed)
    risk = rng.gamma(1 / uneven, uneven, SIDE**2) if uneven else np.ones(SIDE**2)
    if hot is not None:
        risk[hot] *= ratio
    return pd.Series(rng.poisson(PEOPLE / 1000 * mean * risk))


def null_maps(runs: int) -> Iterator[Row]:
    """How many maps on which nothing lies together show something all the same."""
    for uneven in (0.0, 0.5):
        for name, rate in (("smoothed", smoothed), ("crude", crude)):
            tables = [gi_star(rate(drawn(seed, uneven, 4.0), PEOPLE), NEAR, seed=seed) for seed in range(runs)]
            ours = np.mean([(each["q"] <= SURE).any() for each in tables])
            curve = np.mean([(false_discovery(2 * stats.norm.sf(np.abs(each["z"]))) <= SURE).any() for each in tables])
            yield Row(
                f"Gi*, {name} rates: null maps that show something",
                f"{runs} maps, dispersion {uneven:g}",
                f"{ours:.1%}",
                f"promised about 5 %; by the normal curve {curve:.1%}",
            )
        shown = np.mean([hot_spots(drawn(seed, uneven, 4.0), PEOPLE, NEAR).table["hot"].any() for seed in range(runs)])
        single = np.mean([alone(drawn(seed, uneven, 4.0), PEOPLE)["alone"].any() for seed in range(runs)])
        yield Row(
            "hot spots (window): null maps that show something",
            f"{runs} maps, dispersion {uneven:g}",
            f"{shown:.1%}",
            "promised at most about 5 %",
        )
        yield Row(
            "single areas: null maps that show something",
            f"{runs} maps, dispersion {uneven:g}",
            f"{single:.1%}",
            "promised at most about 5 %",
        )


def powers(runs: int) -> Iterator[Row]:
    """Whether what is said to be visible is seen four times in five: told by one map, tried on others."""
    window = with_self(NEAR)
    for uneven, single in itertools.product((0.0, 0.3, 0.6), (False, True)):
        due = PEOPLE.to_numpy() if single else window @ PEOPLE.to_numpy()
        middle = np.argsort(due)[SIDE**2 // 3 : 2 * SIDE**2 // 3]
        told, seen, beside = [], 0, 0
        for seed in range(runs):
            if seed % EACH == 0:
                limit = visible(hot_spots(drawn(seed, uneven, 8.0), PEOPLE, NEAR), NEAR, single=single)
            if not np.isfinite(limit):
                continue
            centre = int(np.random.default_rng(seed).choice(middle))
            hot = np.array([centre]) if single else window[[centre]].indices
            counts = drawn(1000 + seed, uneven, 8.0, hot, limit)
            by_window = bool(hot_spots(counts, PEOPLE, NEAR).table["hot"].iloc[centre])
            told.append(limit)
            beside += by_window
            seen += bool(alone(counts, PEOPLE)["alone"].iloc[centre]) if single else by_window
        what = "a lone hot area" if single else "a hot area with its neighbours"
        more = f"; by the window {beside / len(told):.0%}" if single else ""
        yield Row(
            f"{what}, at the told {min(told):.1f} to {max(told):.1f} times",
            f"{len(told)} maps, dispersion {uneven:g}, told by {len(told) // EACH} others",
            f"seen in {seen / len(told):.0%}",
            f"promised at least 80 %{more}",
        )


def trends(runs: int) -> Iterator[Row]:
    """How often a season or bursts are called a trend; five times as many series, for they are soon drawn."""
    from measure.incidents.test_trend import bursting

    for known in (365, 550, 730):
        for phi in (1, 2, 3):
            alarms = verdicts = 0
            for seed in range(5 * runs):
                times = bursting(np.random.default_rng(seed), known, phi)
                two = periods(times)
                if two is None:
                    continue
                verdicts += 1
                counts = [pd.Series([inside(times).sum()]) for inside in (two.now, two.then)]
                table = trend(*counts, dispersion=bursts(times, two), share=two.share)
                alarms += table["trend_p"].iloc[0] < SURE
            said = f"{alarms / verdicts:.1%}" if verdicts else "no verdict"
            yield Row(
                "trend: false alarms, season of 15 %",
                f"{5 * runs:,} series of {known} days, dispersion {phi}",
                said,
                "promised 3 to 7 %" if verdicts else "promised none",
            )


def attack() -> Iterator[Row]:
    """Count what a linear program gets out of finished public pages."""
    asked, layer.QUESTIONS = layer.QUESTIONS, (layer._trends, layer._hot, layer._closed)  # noqa: SLF001
    whole = Withheld.column

    def cell_by_cell(*given: Any) -> tuple[pd.Series, np.ndarray]:  # noqa: ANN401
        values, name = given[2:]
        few = values[name] if name in pages.TRUTH else pd.Series(0, values.index)
        return values[name], ((few > 0) & (few < 10)).to_numpy()

    for how, column in (("whole rows, as published", whole), ("small cells alone, to try the attack", cell_by_cell)):
        Withheld.column = column  # type: ignore[method-assign]
        found = np.zeros(3, dtype=int)
        for seed in range(20):
            plan, table = pages.made_map(seed)
            found += pages.attacked(plan, table, pages.finished(plan, maps()["public"]))
        yield Row(
            "linear program over a public page",
            f"20 maps, {found[0]} small counts",
            f"{found[1]} recovered, {found[2]} proven small",
            how,
        )
    Withheld.column, layer.QUESTIONS = whole, asked  # type: ignore[method-assign]
