"""More or fewer than before: by a test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from gridkit.measure.incidents.trend import SURE, Periods, bursts, conditional, halves, periods, trend


def days(*texts):
    return pd.Series(pd.to_datetime(list(texts), format="mixed"))


def test_two_years_are_compared_year_with_year():
    two = periods(days("2014-01-01 05:00", "2015-12-31 23:00"))
    assert (two.before, two.until, two.start, two.end) == tuple(
        pd.to_datetime(["2014-01-01", "2015-01-01", "2015-01-01", "2016-01-01"])
    )
    assert two.share == 0.5
    times = days("2014-12-31 23:59", "2015-01-01", "2015-12-31 23:59")
    assert two.then(times).tolist() == [True, False, False]
    assert two.now(times).tolist() == [False, True, True]


def test_a_leap_year_is_a_day_longer():
    assert periods(days("2023-01-01", "2024-12-31")).share == 366 / 731


def test_a_year_and_a_half_is_compared_by_the_half_that_both_years_have():
    two = periods(days("2024-01-01 08:00", "2025-06-30 20:00"))
    assert two.before == pd.Timestamp("2024-01-01")
    assert two.end == pd.Timestamp("2025-07-01")
    assert two.end - two.start == two.until - two.before
    assert two.end - two.until == pd.Timedelta(days=364)


def test_where_no_year_lies_between_there_is_no_period_before():
    assert periods(days("2024-01-01", "2024-12-31")) is None
    assert periods(days("2024-03-01 08:00", "2024-03-01 09:00")) is None
    assert periods(days()) is None


def test_halves_are_of_one_length():
    two = halves(days("2024-03-01 08:00", "2024-03-11 20:00"))
    assert two.end - two.start == two.start - two.before == pd.Timedelta(days=5)
    assert two.end == pd.Timestamp("2024-03-12")
    assert halves(days("2024-03-01 08:00", "2024-03-01 09:00")) is None
    assert halves(days()) is None


def test_the_test_holds_its_level_and_sees_a_doubling(rng):
    now, before = rng.poisson(20, (2, 4000))
    assert (conditional(now, before) < 0.05).mean() == pytest.approx(0.05, abs=0.012)
    assert (conditional(rng.poisson(60, 4000), rng.poisson(30, 4000)) < 0.05).mean() > 0.8


def bursting(rng, days_known, phi, mean=3.0, season=0.15):
    """Return times of incidents in bursts of a week, with a season of 15 %, one year like the next."""
    day = np.arange(days_known)
    due = mean * (1 + season * np.sin(2 * np.pi * day / 365.25 + 6.28 * rng.random()))
    week = np.bincount(day // 7, due)
    count = rng.poisson(week) if phi == 1 else rng.negative_binomial(week / (phi - 1), 1 / phi)
    at = np.repeat(np.arange(len(week)) * 7, count) + rng.integers(0, 7, count.sum())
    return pd.Series(pd.Timestamp("2023-01-01") + pd.to_timedelta(at[at < days_known], unit="D"))


@pytest.mark.parametrize("phi", [1, 2, 3])
@pytest.mark.parametrize("known", [730, 550])
def test_bursts_and_seasons_are_no_trend(known, phi):
    alarms = 0
    for seed in range(150):
        times = bursting(np.random.default_rng(seed), known, phi)
        two = periods(times)
        counts = [pd.Series([inside(times).sum()]) for inside in (two.now, two.then)]
        alarms += trend(*counts, dispersion=bursts(times, two), share=two.share)["trend_p"].iloc[0] < SURE
    assert 1 <= alarms <= 14  # of 150: 5 % is 7.5


@pytest.mark.parametrize("phi", [1, 2, 3])
def test_bursts_in_grids_are_no_trend(phi):
    alarms = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        due = rng.gamma(2, 20, 200)
        draw = (lambda: rng.poisson(due)) if phi == 1 else (lambda: rng.negative_binomial(due / (phi - 1), 1 / phi))  # noqa: B023
        table = trend(pd.Series(draw()), pd.Series(draw()))
        alarms.append((table["trend_p"] < SURE).mean())
        assert (table["trend"] != "unclear").sum() <= 2
    assert 0.03 <= np.mean(alarms) <= 0.07


def test_a_true_rise_is_seen_through_bursts():
    seen = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        first, second = bursting(rng, 365, 2), bursting(rng, 365, 2, mean=4.5)
        times = pd.concat([first, second + pd.Timedelta(days=365)], ignore_index=True)
        two = periods(times)
        counts = [pd.Series([inside(times).sum()]) for inside in (two.now, two.then)]
        seen += trend(*counts, dispersion=bursts(times, two), share=two.share)["trend"].iloc[0] == "up"
    assert seen >= 18


def test_a_dispersion_counted_by_hand():
    # 13 stretches of 28 days in each year: (10, 10) in all but one pair, which is (20, 10).
    two = periods(days("2023-01-01", "2024-12-31"))
    ends = [two.end - pd.Timedelta(days=28 * k + 14) for k in range(13)]
    before = [two.until - pd.Timedelta(days=28 * k + 14) for k in range(13)]
    times = pd.Series([*ends * 10, *before * 10, *[ends[0]] * 10])
    later = 140 / 270
    spread = 12 * (10 * (1 - 2 * later)) ** 2 + (20 * (1 - later) - 10 * later) ** 2
    found = bursts(times, two)
    assert found.phi == pytest.approx(13 / 12 * spread / (later * (1 - later) * 270))
    assert found.freedom == 12


def test_p_is_the_binomials_mid_p():
    exact = stats.binomtest(3, 12, 0.5).pvalue
    assert conditional(np.array([3]), np.array([9]))[0] == pytest.approx(exact - stats.binom.pmf(3, 12, 0.5))
    assert conditional(np.array([0, 4]), np.array([0, 4])).tolist() == [1.0, 1.0]


def test_among_a_thousand_grids_chance_is_no_trend(rng):
    now, before = (pd.Series(rng.poisson(8, 1000)) for _ in range(2))
    assert (trend(now, before)["trend"] == "unclear").all()
    assert trend(pd.Series([1]), pd.Series([0]))["change"].isna().all()


def test_months_without_days_are_compared_with_the_same_months() -> None:
    def months(first: str, count: int) -> pd.Series:
        return pd.Series(pd.date_range(first, periods=count, freq="MS").repeat(2))

    def bounds(found: Periods | None) -> list[str]:
        return [str(moment.date()) for moment in vars(found).values()]

    assert bounds(periods(months("2023-01-01", 24))) == ["2023-01-01", "2024-01-01", "2024-01-01", "2025-01-01"]
    assert bounds(periods(months("2023-07-01", 18))) == ["2023-07-01", "2024-01-01", "2024-07-01", "2025-01-01"]
    assert bounds(halves(months("2024-01-01", 7))) == ["2024-02-01", "2024-05-01", "2024-05-01", "2024-08-01"]
