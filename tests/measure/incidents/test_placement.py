"""Each point in exactly one area."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from gridkit.measure.incidents import placement
from gridkit.measure.incidents.placement import NOWHERE, assign, place


def squares(count, size=10.0):
    return np.array(
        [box(i * size, j * size, (i + 1) * size, (j + 1) * size) for j in range(count) for i in range(count)]
    )


def slowly(x, y, shapes):
    """Return the first shape that touches each point, asked one by one."""
    found = np.full(len(x), NOWHERE)
    for i in range(len(shapes) - 1, -1, -1):
        found[shapely.intersects_xy(shapes[i], x, y)] = i
    return found


@given(st.lists(st.tuples(st.integers(-10, 50), st.integers(-10, 50)), min_size=1, max_size=60))
@settings(max_examples=30)
def test_a_point_on_whole_numbers_is_in_exactly_one_square_or_outside(spots):
    x, y = np.array(spots, dtype=float).T
    found = place(x, y, squares(4))
    assert (found == slowly(x, y, squares(4))).all()
    assert ((found == NOWHERE) == ((x < 0) | (y < 0) | (x > 40) | (y > 40))).all()


def test_painting_answers_as_testing_every_point_does(rng):
    centres = shapely.multipoints(rng.random((40, 2)) * 1000)
    cells = shapely.get_parts(shapely.voronoi_polygons(centres, extend_to=box(0, 0, 1000, 1000)))
    cells = np.array([shapely.intersection(cell, box(0, 0, 1000, 1000)) for cell in cells])
    holed = shapely.difference(cells[0], shapely.buffer(shapely.centroid(cells[0]), 20))
    cells = np.concatenate(
        [[holed], cells[1:], [shapely.MultiPolygon([box(1100, 0, 1200, 90), box(1300, 5, 1390, 95)])]]
    )
    # Rounded to 10 m, so that many lie on corners and edges, and one tenth without a place.
    x, y = np.round(rng.random((2, 60_000)) * [[1500], [1100]] - 50, -1)
    x[::10] = np.nan
    assert len(x) > placement.FEW
    exact = slowly(x, y, cells)
    assert (place(x, y, cells) == exact).all()
    assert len(np.unique(exact)) == len(cells) + 1


def test_many_points_in_chunks_are_placed_as_in_one_go(rng, monkeypatch):
    x, y = rng.random((2, 30_000)) * 45
    whole = place(x, y, squares(4))
    monkeypatch.setattr(placement, "CHUNK", 7_000)
    assert (place(x, y, squares(4)) == whole).all()


def test_the_smallest_id_wins_on_a_border_whatever_the_order_of_the_rows():
    grids = gpd.GeoDataFrame(geometry=squares(2), index=pd.Index(["d", "c", "b", "a"], name="grid_id"))
    middle = gpd.GeoSeries([Point(10, 10), Point(10, 5), None, Point(), Point(99, 0)], index=list("vwxyz"))
    for order in (grids, grids.iloc[::-1]):
        assert assign(middle, order).tolist() == ["a", "c", None, None, None]


def test_no_areas_hold_nothing():
    assert place(np.zeros(3), np.zeros(3), np.empty(0, dtype=object)).tolist() == [NOWHERE] * 3
