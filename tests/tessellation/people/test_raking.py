"""Official totals: raking and whole numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import InfeasibleError
from gridkit.tessellation.people.raking import rake, whole

PEOPLE = pd.Series([1.0, 2.0, 3.0, 4.0], index=list("abcd"))
SIDE = pd.Series(["north", "north", "south", "south"], index=PEOPLE.index)
BANK = pd.Series(["west", "east", "west", "east"], index=PEOPLE.index)


def test_several_margins_are_all_met():
    sides, banks = pd.Series({"north": 30.0, "south": 70.0}), pd.Series({"west": 45.0, "east": 55.0})
    raked = rake(PEOPLE, [(SIDE, sides), (BANK, banks)])
    assert raked.groupby(SIDE).sum().to_dict() == pytest.approx(sides.to_dict(), rel=1e-9)
    assert raked.groupby(BANK).sum().to_dict() == pytest.approx(banks.to_dict(), rel=1e-9)


def test_a_class_without_a_total_is_left_alone():
    assert rake(PEOPLE, [(SIDE, pd.Series({"south": 70.0}))]).tolist() == pytest.approx([1, 2, 30, 40])


def test_margins_that_contradict_each_other_are_refused():
    with pytest.raises(InfeasibleError, match="contradict"):
        rake(PEOPLE, [(SIDE, pd.Series({"north": 30.0, "south": 70.0})), (BANK, pd.Series({"west": 5.0, "east": 5.0}))])


def test_a_total_for_a_class_without_people_is_refused():
    with pytest.raises(InfeasibleError, match="nobody"):
        rake(PEOPLE * [1, 1, 0, 0], [(SIDE, pd.Series({"south": 70.0}))])


@given(st.lists(st.tuples(st.floats(0, 1e5), st.sampled_from("pqr")), min_size=1, max_size=40))
def test_whole_numbers_keep_the_total_and_stay_within_one(rows):
    counts = pd.Series([n for n, _ in rows])
    parent = pd.Series([name for _, name in rows])
    out = whole(counts, parent)
    assert out.sum() == round(counts.sum())
    assert (out >= 0).all()
    assert np.array_equal(out, out.round())
    assert (out.groupby(parent).sum() - counts.groupby(parent).sum()).abs().max() <= 1 + 1e-6
