from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from gridkit.render.withhold import withheld

COUNTS = st.lists(st.tuples(st.integers(0, 60), st.sampled_from("abc")), min_size=1, max_size=40)


@given(COUNTS, st.integers(2, 15))
def test_no_small_count_is_shown(rows, least):
    counts, groups = pd.Series([count for count, _ in rows]), pd.Series([group for _, group in rows])
    hidden = withheld(counts, groups, least)
    assert not ((counts > 0) & (counts < least) & ~hidden).any()


@given(COUNTS, st.integers(2, 15))
def test_subtraction_from_the_totals_recovers_no_count(rows, least):
    counts, groups = pd.Series([count for count, _ in rows]), pd.Series([group for _, group in rows])
    hidden = withheld(counts, groups, least)
    for group in set(groups):
        inside = (groups == group).to_numpy()
        unknown = inside & hidden
        others = inside & (counts > 0).to_numpy() & ~hidden
        # One equation (the total), so a lone unknown would be solved; it is lone only where nothing is left to hide.
        assert unknown.sum() != 1 or not others.any()


def test_nothing_is_withheld_when_nothing_is_asked():
    assert not withheld(pd.Series([1, 2]), pd.Series(["a", "a"]), 0).any()


def test_missing_counts_stay_as_they_are():
    assert withheld(pd.Series([np.nan, 3.0, 20.0]), pd.Series(["a"] * 3), 10).tolist() == [False, True, True]
