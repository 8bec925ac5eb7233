"""How well the places named beforehand were hit, against throwing darts."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.measure.incidents.hit_rate import foresight, leading


def test_darts_have_an_index_of_one():
    index = pd.Index(range(100))
    even = foresight(pd.Series(index < 20, index), pd.Series(1, index), pd.Series(1.0, index))
    assert (even.pai, even.pei) == (pytest.approx(1.0), pytest.approx(1.0))


def test_where_nothing_was_named_or_nothing_happened_there_is_no_index():
    index = pd.Index(range(100))
    none = foresight(pd.Series(index < 0, index), pd.Series(1, index), pd.Series(1.0, index))
    assert (none.hits, none.area, none.pai, none.pei) == (0.0, 0.0, None, None)
    quiet = foresight(pd.Series(index < 5, index), pd.Series(0, index), pd.Series(1.0, index))
    assert (quiet.hits, quiet.pai, quiet.pei) == (None, None, None)


def test_no_areas_are_better_than_the_best():
    # The densest area (9 on 1 m2) does not fit beside the named one of 10 m2 with 30: whole areas would make 30 / 9.
    named = foresight(pd.Series([True, False]), pd.Series([30, 9]), pd.Series([10.0, 1.0]))
    assert named.pei == pytest.approx(30 / (9 + 30 * 0.9))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.floats(0.1, 9)), min_size=1, max_size=12))
def test_efficiency_is_at_most_one(rows):
    named, counts, area = (pd.Series(each) for each in zip(*rows, strict=True))
    pei = foresight(named, counts, area).pei
    assert pei is None or pei <= 1 + 1e-9


def test_the_leading_areas_fill_their_share_and_never_more():
    score, area = pd.Series([1.0, 9.0, 5.0, 7.0]), pd.Series([4.0, 1.0, 1.0, 4.0])
    assert leading(score, area, 0.1).tolist() == [False, True, False, False]
    assert leading(score, area, 0.5).tolist() == [False, True, False, True]
    assert not leading(score, area, 0.05).any()
    assert leading(score, area, 1.0).all()


def test_of_equal_scores_the_first_leads():
    assert leading(pd.Series([1.0, 1.0]), pd.Series([1.0, 1.0]), 0.5).tolist() == [True, False]
