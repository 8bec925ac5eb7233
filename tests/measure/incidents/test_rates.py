"""What small numbers say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gridkit.measure.incidents.rates import crude, interval, smoothed


def series(values):
    return pd.Series(np.asarray(values, dtype=float), index=[f"g{i}" for i in range(len(values))])


def test_smoothing_agrees_with_esda(rng):
    esda = pytest.importorskip("esda.smoothing", reason="esda is not installed: smoothing NOT checked against it")
    base = rng.integers(50, 5000, 200).astype(float)
    counts = rng.poisson(base * rng.gamma(2, 0.005, 200)).astype(float)
    theirs = esda.Empirical_Bayes(counts[:, None], base[:, None]).r.ravel()
    assert np.allclose(smoothed(series(counts), series(base)), theirs, rtol=1e-12)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 5000)), min_size=2, max_size=40))
def test_a_smoothed_rate_lies_between_its_own_and_that_of_all(rows):
    counts, base = (series(column) for column in zip(*rows, strict=True))
    own, all_ = crude(counts, base), counts.sum() / base.sum()
    calm = smoothed(counts, base)
    assert (calm >= np.minimum(own, all_) - 1e-12).all()
    assert (calm <= np.maximum(own, all_) + 1e-12).all()


def test_equal_counts_are_all_smoothed_to_one_rate():
    counts, base = series([5, 5, 5]), series([1000, 1000, 1000])
    assert smoothed(counts, base, per=1000).tolist() == [5.0] * 3


def test_the_interval_holds_its_tails():
    counts = np.array([0, 1, 7, 200])
    low, high = interval(series([0, 1, 7, 200]))
    assert stats.poisson.sf(counts, low)[1:] + stats.poisson.pmf(counts, low)[1:] / 2 == pytest.approx(0.025)
    assert stats.poisson.cdf(counts, high) - stats.poisson.pmf(counts, high) / 2 == pytest.approx(0.025)
    assert low.iloc[0] == 0


def test_the_interval_lies_within_the_exact_one_of_garwood():
    counts = np.arange(1, 60)
    low, high = interval(series(counts.tolist()))
    assert (low > stats.chi2.ppf(0.025, 2 * counts) / 2).all()
    assert (high < stats.chi2.ppf(0.975, 2 * counts + 2) / 2).all()


@pytest.mark.parametrize(("least", "most"), [(2, 10), (10, 20), (20, 100)])
def test_over_many_means_the_interval_holds_as_many_as_it_says(least, most):
    drawn = np.arange(400)
    low, high = interval(series(drawn.tolist()))
    means = np.linspace(least, most, 161)
    inside = (low.to_numpy() <= means[:, None]) & (high.to_numpy() >= means[:, None])
    assert 0.94 <= (stats.poisson.pmf(drawn, means[:, None]) * inside).sum(axis=1).mean() <= 0.96


def test_nobody_means_no_rate():
    rate = crude(series([2, 0]), series([0, 0]))
    assert rate.isna().all()
    assert smoothed(series([2, 0]), series([0, 100])).notna().all()
