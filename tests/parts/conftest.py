"""A net of four by four squares of a thousandth of a degree, computed, as nets are, so that its edges are off by hairs.

s12 s13 s14 s15
s8  s9  s10 s11
s4  s5  s6  s7
s0  s1  s2  s3
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

STEP, WEST, SOUTH = 0.001, 120.8, 32.0


@pytest.fixture
def net() -> gpd.GeoDataFrame:
    places = [(column, row) for row in range(4) for column in range(4)]
    shapes = [
        box(WEST + STEP * x, SOUTH + STEP * y, WEST + STEP + STEP * x, SOUTH + STEP + STEP * y) for x, y in places
    ]
    frame = gpd.GeoDataFrame({"n": np.arange(16) % 3 + 1.0}, geometry=shapes, crs=4326)
    return frame.set_axis([f"s{at}" for at in range(16)]).rename_axis("code")
