"""More or fewer than before: by a test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from gridkit.measure.incidents.calendar import by_rhythm, has_hours, has_year
from gridkit.measure.incidents.hit_rate import foresight
from gridkit.measure.incidents.trend import conditional, periods, trend


def days(*texts):
    return pd.Series(pd.to_datetime(list(texts), format="mixed"))


def test_two_years_are_compared_year_with_year():
    two = periods(days("2014-01-01 05:00", "2015-12-31 23:00"))
    assert (two.before, two.start, two.end) == tuple(pd.to_datetime(["2014-01-01", "2015-01-01", "2016-01-01"]))
    times = days("2014-12-31 23:59", "2015-01-01", "2015-12-31 23:59")
    assert two.then(times).tolist() == [True, False, False]
    assert two.now(times).tolist() == [False, True, True]


def test_less_is_compared_by_halves_of_one_length():
    two = periods(days("2024-03-01 08:00", "2024-03-11 20:00"))
    assert two.end - two.start == two.start - two.before == pd.Timedelta(days=5)
    assert two.end == pd.Timestamp("2024-03-12")


def test_a_day_or_nothing_has_no_period_before():
    assert periods(days("2024-03-01 08:00", "2024-03-01 09:00")) is None
    assert periods(days()) is None


def test_the_test_holds_its_level_and_sees_a_doubling(rng):
    now, before = rng.poisson(20, (2, 4000))
    assert (conditional(now, before) < 0.05).mean() == pytest.approx(0.05, abs=0.012)
    assert (conditional(rng.poisson(60, 4000), rng.poisson(30, 4000)) < 0.05).mean() > 0.8


def test_p_is_the_binomials_mid_p():
    exact = stats.binomtest(3, 12, 0.5).pvalue
    assert conditional(np.array([3]), np.array([9]))[0] == pytest.approx(exact - stats.binom.pmf(3, 12, 0.5))
    assert conditional(np.array([0, 4]), np.array([0, 4])).tolist() == [1.0, 1.0]


def test_among_a_thousand_grids_chance_is_no_trend(rng):
    now, before = (pd.Series(rng.poisson(8, 1000)) for _ in range(2))
    assert (trend(now, before)["trend"] == "unclear").all()
    assert trend(pd.Series([1]), pd.Series([0]))["change"].isna().all()


def test_rhythms_count_every_time_once():
    times = days("2024-01-01 00:00", "2024-02-29 23:59", None)
    for rhythm, steps in (("hours", 24), ("weekdays", 7), ("months", 12)):
        table = by_rhythm(times, rhythm, pd.Series(["a", "b", "a"]))
        assert len(table) == steps
        assert table["count"].sum() == 2
        assert (table["a"].sum(), table["b"].sum()) == (1, 1)


def test_dates_name_no_hours_and_a_season_no_year():
    assert not has_hours(days("2024-01-01", "2024-05-01"))
    assert has_hours(days("2024-01-01", "2024-05-01 10:00"))
    assert not has_year(days("2024-01-01", "2024-05-01"))
    assert has_year(days("2024-01-01", "2024-12-30"))


def test_darts_have_an_index_of_one():
    index = pd.Index(range(100))
    even = foresight(pd.Series(index < 20, index), pd.Series(1, index), pd.Series(1.0, index))
    assert (even.pai, even.pei) == (1.0, 1.0)
    none = foresight(pd.Series(index < 0, index), pd.Series(1, index), pd.Series(1.0, index))
    assert (none.hits, none.pai, none.pei) == (0.0, 0.0, 0.0)
