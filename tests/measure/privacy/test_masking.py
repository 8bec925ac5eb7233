"""Nobody's door is shown."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from scipy.spatial import cKDTree

from gridkit.errors import UsageError
from gridkit.measure.privacy.masking import masked

METRES = "EPSG:32650"


def homes_and_events(rng, count=3000):
    # Dense in the west, thin in the east: a fixed distance would hide nobody there.
    xy = np.column_stack([rng.beta(1, 4, count) * 3000, rng.random(count) * 1000])
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs=METRES)
    return homes, homes.sample(200, random_state=1)


def test_every_point_is_hidden_among_k_and_none_stays_where_it_was(rng):
    homes, events = homes_and_events(rng)
    out, among = masked(events, homes, k=20, seed=1)
    assert (among >= 20).all()
    true, moved = events.loc[out.index].get_coordinates().to_numpy(), out.get_coordinates().to_numpy()
    far = np.hypot(*(true - moved).T)
    assert far.min() > 1
    tree = cKDTree(homes.get_coordinates().to_numpy())
    counted = tree.query_ball_point(moved, far * (1 + 1e-9), return_length=True)
    assert (counted >= 20).all()
    assert len(out) > 190


def test_the_seed_decides_and_another_one_decides_otherwise(rng):
    homes, events = homes_and_events(rng, 500)
    one, same, other = (masked(events, homes, seed=seed)[0] for seed in (1, 1, 2))
    assert one.geometry.geom_equals(same.geometry).all()
    assert not one.geometry.iloc[0].equals(other.geometry.iloc[0])


def test_a_point_that_cannot_be_hidden_is_dropped():
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(np.arange(30.0), np.zeros(30)), crs=METRES)
    far = gpd.GeoDataFrame({"n": [1]}, geometry=gpd.points_from_xy([0.0], [0.0]), crs=METRES)
    out, among = masked(far, homes, k=29, seed=3)
    assert len(out) == len(among) <= 1
    assert (among >= 29).all()


def test_too_few_homes_hide_nobody():
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0.0], [0.0]), crs=METRES)
    with pytest.raises(UsageError, match="not 20"):
        masked(homes, homes, seed=1)
