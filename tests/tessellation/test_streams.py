"""Streams: the name of the water at a place."""

import numpy as np
import scenes
import shapely
from scenes import area, way
from shapely.geometry import box

from gridkit.tessellation.streams import called

BOTH = box(0, 0, 1_000, 80).union(box(460, 80, 500, 600))
"""A river from west to east, and a canal that flows into it from the north: one area."""
SPOTS = shapely.points([(200, 40), (480, 300)])
ROWS = np.zeros(2, dtype=int)


def test_each_stream_of_one_area_is_called_by_its_own_line():
    water = scenes.table("water", [area(BOTH, "river", name="Reed River")])
    lines = scenes.table(
        "waterways",
        [
            way((0, 40), (1_000, 40), kind="river", name="Reed River"),
            way((480, 600), (480, 40), kind="canal", name="Oak Canal"),
        ],
    )
    assert called(SPOTS, ROWS, water, lines).tolist() == ["Reed River", "Oak Canal"]


def test_water_without_a_named_line_is_called_as_its_area():
    water = scenes.table("water", [area(BOTH, "river", name="Reed River")])
    far = scenes.table("waterways", [way((0, 900), (10, 900), kind="canal", name="Far Canal"), way((0, 40), (9, 40))])
    assert called(SPOTS, ROWS, water, far).tolist() == ["Reed River", "Reed River"]
    assert called(SPOTS, ROWS, water.drop(columns="name"), far.iloc[:0]).tolist() == [None, None]
