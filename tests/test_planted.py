"""The made-up district's registers of work and of taking part: that the commands find what was planted in them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import gridkit as gk
from gridkit.synthetic import FILES, make, taking_part
from gridkit.synthetic.incidents import THIS_YEAR

LAST_DAY = f"{THIS_YEAR}-12-31"


@pytest.fixture(scope="module")
def q():
    return make(seed=0)


@pytest.fixture(scope="module")
def file(demo_dir):
    return lambda key: demo_dir / FILES[key]


@pytest.fixture(scope="module")
def plan(q):
    """Return street blocks with who lives in them, put together quickly: what was planted must hold on any grids."""
    blocks = gpd.GeoDataFrame(geometry=list(q.blocks), crs=q.communities.crs)
    spots = q.homes.representative_point().to_numpy()
    home, block = shapely.STRtree(blocks.geometry.to_numpy()).query(spots, predicate="intersects")
    for name in ("people", "households"):
        blocks[name] = np.bincount(block, weights=q.homes[name].to_numpy(dtype=float)[home], minlength=len(blocks))
    return gk.split(q.communities, parents="code", units=blocks, people="people", households="households", lang="zh")


@pytest.fixture(scope="module")
def social(plan, file):
    return gk.participation(
        plan,
        activities=file("activities"),
        proposals=file("proposals"),
        counts=file("counts"),
        givers=file("givers"),
    )


def test_just_one_grid_has_all_its_activities_started_by_the_administration(social, q):
    print(social.layers["participation"].table.columns.tolist())
    print(social.layers["participation"].facts)
