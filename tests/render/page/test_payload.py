import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridkit.render.page.payload import HIDDEN, codes, lines, measures, open_island, places, seal, steps, texts

NUMBERS = st.lists(st.integers(min_value=-(2**40), max_value=2**40))


@given(NUMBERS)
def test_steps_add_up_to_the_column(numbers):
    assert np.cumsum(steps(numbers)).tolist() == numbers


@given(st.lists(st.tuples(st.integers(-(2**25), 2**25), st.integers(-(2**24), 2**24)), min_size=1))
def test_places_are_steps_east_and_north_in_turn(points):
    assert np.cumsum(np.reshape(places(np.array(points)), (-1, 2)), axis=0).tolist() == [list(each) for each in points]


def test_missing_and_withheld_measures_keep_their_own_marks():
    assert measures([1.26, np.nan, -0.5, 3], 1, hidden=np.array([False, False, False, True])) == [
        1.3,
        None,
        -0.5,
        HIDDEN,
    ]


def test_lines_are_kept_to_a_metre_and_say_whose_each_is():
    rows, owner = lines(
        np.array(
            [
                shapely.LineString([(120, 32), (120.00001, 32.00002)]),
                shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]),
            ]
        )
    )
    assert owner.tolist() == [0, 1, 1]
    assert [len(row) for row in rows] == [4, 4, 4]
    walked = np.cumsum(np.reshape([step for row in rows for step in row], (-1, 2)), axis=0)
    assert walked[:, 0].tolist() == [12000000, 12000001, 0, 100000, 200000, 300000]


@given(st.text(), st.integers(0, 9000))
def test_an_island_gives_its_head_back(text, many):
    head = {"text": "</script>网格" + text, "numbers": list(range(many))}
    assert open_island(seal(head)) == head


def test_texts_are_stripped_and_empty_ones_missing():
    assert texts([" a ", None, float("nan"), "", 3]) == ["a", None, None, None, "3"]


def test_codes_list_the_most_frequent_first():
    assert codes(["x", "y", "y", None]) == (["y", "x"], [1, 0, 0, -1])


def test_the_rings_of_areas_are_lines_of_their_shape_and_every_text_is_there_in_every_language():
    hole = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    rows, owner = lines(np.array([hole, shapely.box(9, 9, 10, 10)]))
    assert owner.tolist() == [0, 0, 1]
    assert [len(row) for row in rows] == [10, 10, 10]
