import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, box
from towns import METRES

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


def back(frame):
    """Return a table as it comes back through the plain one, and what says how it looked."""
    table, shape = plain(frame)
    return restored(table, json.loads(json.dumps(shape))), table


@pytest.mark.parametrize(
    "values",
    [
        pd.Categorical(["low", None, "high"], categories=["low", "mid", "high"], ordered=True),
        pd.to_timedelta([90, 30, None], unit="s"),
        pd.to_datetime(["2026-03-05 08:30", None, "2026-03-06 00:00"]),
        pd.to_datetime(["2026-03-05 08:30", None, "2026-03-06 00:00"]).tz_localize("Asia/Shanghai"),
        pd.array([1, None, 3], dtype="Int64"),
        pd.array([True, None, False], dtype="boolean"),
        np.array([1.5, np.nan, -2.0]),
        np.array([{"a": [1, 2]}, None, {}], dtype=object),
        np.array([1, None, "two"], dtype=object),
        np.array([None, None, None], dtype=object),
    ],
    ids=str,
)
def test_any_column_comes_back_with_its_type_and_what_is_null_stays_null(values):
    frame = pd.DataFrame({"value": values}, index=pd.Index(["a", "b", "c"], name="unit_id"))
    pd.testing.assert_frame_equal(back(frame)[0], frame)


def test_a_category_of_numbers_comes_back_as_its_numbers():
    frame = pd.DataFrame({"level": pd.Categorical([3, None, 1])})
    assert back(frame)[0]["level"].tolist() == [3, None, 1]


def test_a_second_column_of_shapes_is_text_in_the_file():
    middles = gpd.GeoSeries([Point(1, 2), None], crs=METRES)
    frame = gpd.GeoDataFrame({"middle": middles}, geometry=[box(0, 0, 2, 4), box(2, 0, 4, 4)], crs=METRES)
    again, table = back(frame)
    assert table["middle"].dropna().tolist() == ["POINT (1 2)"]
    assert again["middle"].iloc[0] == Point(1, 2)
    assert again["middle"].iloc[1] is None
    assert again.geometry.geom_equals(frame.geometry).all()


def test_shapes_of_one_part_come_back_as_such_beside_those_of_several():
    two = MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])
    frame = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[two, box(5, 5, 6, 6)], crs=METRES)
    table, shape = plain(frame)
    assert shape["multi"]
    raised = table.set_geometry([two, MultiPolygon([box(5, 5, 6, 6)])], crs=METRES)
    assert restored(raised, shape).geom_type.tolist() == ["MultiPolygon", "Polygon"]


def test_a_table_with_an_index_alone_comes_back():
    frame = pd.DataFrame(index=pd.Index(["a", "b"], name="grid_id"), columns=pd.Index([], dtype=object))
    pd.testing.assert_frame_equal(back(frame)[0], frame)


def test_columns_that_somebody_added_keep_their_names_and_those_that_are_gone_are_named():
    table, shape = plain(pd.DataFrame({"people": [1], "notes": ["x"]}))
    assert list(restored(table.assign(mine=[7]), shape)) == ["people", "notes", "mine"]
    with pytest.raises(TableError, match=r"columns are gone: \['notes'\] - put them back"):
        restored(table.drop(columns="notes"), shape)


def test_names_too_long_are_cut_between_letters_and_stay_apart():
    frame = pd.DataFrame([[1, 2, 3]], columns=["网格名称甲", "网格名称乙", "short"])
    table, shape = plain(frame, longest=12)
    assert list(table)[1:] == ["网格名称", "网格名_2", "short"]
    assert all(len(name.encode()) <= 12 for name in table)
    pd.testing.assert_frame_equal(restored(table, shape), frame)
