"""Tiny worlds for the measures."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from lattices import METRES
from shapely.geometry import LineString


@pytest.fixture
def cross() -> gpd.GeoDataFrame:
    """Return two streets of 200 m that cross at (100, 100), and a bridge over one of them that meets neither.

    ::

              |
        ======|====== bridge (y = 150, no shared vertex)
        ------+------
              |
    """
    lines = {
        "west-east": LineString([(0, 100), (100, 100), (200, 100)]),
        "south-north": LineString([(100, 0), (100, 100), (100, 200)]),
        "bridge": LineString([(50, 150), (150, 150)]),
    }
    frame = gpd.GeoDataFrame(
        {"kind": ["residential", "residential", "primary"]},
        index=list(lines),
        geometry=list(lines.values()),
        crs=METRES,
    )
    return frame.rename_axis("feature_id")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)
