import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import TableError
from gridkit.store.columns import plain, restored

NAMES = st.text("aA bF仁fidgeom_", min_size=1, max_size=8)


@given(st.lists(NAMES, unique=True, max_size=8), st.one_of(st.none(), NAMES))
def test_any_names_come_back_and_none_clash_in_the_file(names, index):
    frame = pd.DataFrame([[k] * len(names) for k in range(2)], columns=names, index=pd.Index(["x", "y"], name=index))
    table, shape = plain(frame)
    folded = [name.casefold() for name in table.columns]
    assert len(set(folded)) == len(folded)
    assert not {"fid", "geom", "geometry"} & set(folded)
    pd.testing.assert_frame_equal(restored(table, shape), frame)


def test_an_index_of_two_levels_comes_back():
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["grid_id", "hour"])
    frame = pd.DataFrame({"count": [1.0, np.nan]}, index=index)
    pd.testing.assert_frame_equal(restored(*plain(frame)), frame)


def test_a_value_that_no_longer_fits_its_column_is_named():
    table, shape = plain(pd.DataFrame({"people": [1, 2]}, index=pd.Index(["a", "b"], name="unit_id")))
    with pytest.raises(TableError, match="'people' is no longer int64"):
        restored(table.assign(people=["1", "many"]), shape)
