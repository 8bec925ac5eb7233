"""Kaplan-Meier: by hand, and its interval by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from gridkit.measure.lasting.lifelines import at, median, survival


def test_freireich_1963_as_it_is_printed():
    """6-mercaptopurine in acute leukaemia, Freireich et al. (1963): the example of every textbook."""
    months = np.array([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], dtype=float)
    table = survival(months, np.arange(21) < 9)
    assert table["share"].round(4).tolist() == [1.0, 0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert table["at_risk"].tolist() == [21, 21, 17, 15, 12, 11, 7, 6]
    # The textbook says 23; half is reached within that month.
    assert median(table)["median"] == pytest.approx(22 + (0.5378 - 0.5) / (0.5378 - 0.4482), abs=1e-3)
    assert at(table, 12, 35)["share"] == pytest.approx(0.7529, abs=1e-4)
    assert at(table, 36, 35) == {"share": None, "low": None, "high": None}


def test_nobody_ended_and_everybody_did():
    stays = survival(np.full(12, 5.0), np.zeros(12, dtype=bool))
    assert stays["share"].tolist() == [1.0]
    assert median(stays) == {"median": None, "low": None, "high": None}
    gone = survival(np.full(12, 5.0), np.ones(12, dtype=bool))
    assert gone["share"].tolist() == [1.0, 0.0]
    assert median(gone)["median"] == 4.5


def covered(seed: int, worlds: int = 1000, size: int = 60) -> tuple[float, float]:
    """Return how often the interval at six months, and that of the median, hold the truth."""
    rng = np.random.default_rng(seed)
    lost = 0.1
    truth = (1 - lost) ** 6
    middle = 6 + (truth - 0.5) / (truth * lost)  # a tenth of those left is lost evenly within the seventh month
    share = half = 0
    for _ in range(worlds):
        life = rng.geometric(lost, size).astype(float)
        seen = rng.integers(4, 25, size).astype(float)
        table = survival(np.minimum(life, seen), life <= seen)
        found = at(table, 6, 24)
        share += found["low"] <= truth <= found["high"]
        ends = median(table)
        half += ends["low"] <= middle <= (ends["high"] or np.inf)
    return share / worlds, half / worlds


@pytest.mark.slow
def test_of_a_thousand_worlds_the_intervals_hold_the_truth_in_as_many_as_they_say():
    share, half = covered(7)
    assert 0.93 <= share <= 0.97
    assert 0.93 <= half <= 0.97
