import base64
import json
import zlib

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridkit.render.payload import Island, codes, integers, open_island, texts, varints


@given(st.lists(st.integers(min_value=-(2**40), max_value=2**40)))
def test_integers_come_back_as_they_went_in(numbers):
    island = Island()
    before = island.integers([7, -7])
    place = island.integers(numbers)
    _, streams = open_island(island.seal({}))
    assert integers(streams, place) == numbers
    assert integers(streams, before) == [7, -7]


@given(st.lists(st.integers(min_value=-(2**30), max_value=2**30)))
def test_steps_add_up_to_the_column(numbers):
    island = Island()
    place = island.steps(numbers)
    _, streams = open_island(island.seal({}))
    assert np.cumsum(integers(streams, place)).tolist() == numbers


def test_small_steps_take_one_byte():
    assert len(varints(np.arange(-60, 60))) == 120


def test_missing_and_withheld_measures_keep_their_own_marks():
    island = Island()
    place = island.measures([1.26, np.nan, -0.5, 3], 1, hidden=[False, False, False, True])
    _, streams = open_island(island.seal({}))
    assert integers(streams, place) == [2 + 26, 0, 2 + 9, 1]


def test_lines_are_kept_to_a_metre_and_say_where_each_ends():
    island = Island()
    place = island.lines(
        np.array(
            [
                shapely.LineString([(120, 32), (120.00001, 32.00002)]),
                shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]),
            ]
        )
    )
    _, streams = open_island(island.seal({}))
    assert integers(streams, place["parts"]) == [1, 2]
    assert integers(streams, place["sizes"]) == [2, 2, 2]
    assert np.cumsum(integers(streams, place["x"])).tolist() == [12000000, 12000001, 0, 100000, 200000, 300000]


def test_an_island_is_deflated_json_with_the_streams_behind_it():
    island = Island()
    island.integers([1, 2, 3])
    raw = zlib.decompress(base64.b64decode(island.seal({"text": "</script>网格"})), -15)
    length = int.from_bytes(raw[:4], "little")
    assert json.loads(raw[4 : 4 + length]) == {"text": "</script>网格"}
    assert raw[4 + length :] == bytes([2, 4, 6])


def test_texts_are_stripped_and_empty_ones_missing():
    assert texts([" a ", None, float("nan"), "", 3]) == ["a", None, None, None, "3"]


def test_codes_list_the_most_frequent_first():
    assert codes(["x", "y", "y", None]) == (["y", "x"], [1, 0, 0, -1])
