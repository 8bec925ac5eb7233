"""How evenly the grids share."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lattices import town

from gridkit.band import Band
from gridkit.catalog.definitions import layers
from gridkit.measure.balance import deviation, imbalance, spread
from gridkit.measure.compute import computed


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_deviations_from_the_mean_cancel_out(values):
    assert deviation(pd.Series(values)).sum() == pytest.approx(0, abs=1e-6)


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=30), st.floats(0.1, 10))
def test_balance_does_not_depend_on_the_unit(values, factor):
    one, other = pd.Series(values), pd.Series(values) * factor
    assert imbalance(other) == pytest.approx(imbalance(one), abs=1e-9)
    assert spread(other) == pytest.approx(spread(one), abs=1e-9)


def test_the_layer_says_who_is_in_the_band():
    subject = replace(town(), band=Band(190, 200, 210))
    layer = computed(layers()["balance"], subject)
    assert layer.facts["share_in_band"] == 1
    assert layer.tables["grids"]["deviation"].eq(0).all()
    tight = computed(layers()["balance"], replace(subject, band=Band(201, 205, 210)))
    assert tight.facts["in_band"] == 0
    assert layer.tables["grids"]["per_km2"].iloc[0] == pytest.approx(200 / 0.04)


def test_without_a_band_ten_per_cent_around_the_mean_is_taken():
    facts = computed(layers()["balance"], town()).facts
    assert (facts["low"], facts["high"]) == pytest.approx((180, 220))


def test_the_bounds_of_the_band_are_in_it():
    assert Band(1, 2, 2).inside(pd.Series([1, 2, 3])).tolist() == [True, True, False]
