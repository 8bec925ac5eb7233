"""How much room to live in a building has, and that all who ask where people live are told the same."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scenes import area, extract, way
from shapely.geometry import box

from gridkit.measure.access.origins import origins
from gridkit.tables import Extract
from gridkit.tessellation.people.dasymetric import allocate
from gridkit.tessellation.people.dwellings import STOREY_M, dwellings, floor_area, habitable, home

METRES = "EPSG:32650"


def buildings(**columns):
    """Return buildings of 10 x 10 m in a row, 100 m apart."""
    count = len(next(iter(columns.values())))
    shapes = [box(100 * i + 20, 20, 100 * i + 30, 30) for i in range(count)]
    return gpd.GeoDataFrame({"kind": "yes", **columns}, geometry=shapes, crs=METRES)


def test_floor_area_follows_levels_then_height_then_others_of_the_kind():
    table = buildings(
        levels=[2.0, None, None, None],
        height=[99.0, 10 * STOREY_M, None, None],
        kind=["house", "apartments", "house", "shed"],
    )
    # The third is a house like the first; of sheds nothing is known, so it is as the middle of all.
    assert floor_area(table).tolist() == [200, 1000, 200, 200]


def test_nobody_lives_where_it_is_not_said_that_one_may():
    assert floor_area(buildings(levels=[3.0, 3.0, 3.0], residential=[True, False, None])).tolist() == [300, 0, 0]
    assert len(dwellings(Extract({"buildings": buildings(residential=[False])}, METRES)).points) == 0
    assert len(dwellings(Extract({}, METRES)).points) == 0


def test_a_building_stands_in_one_unit_only():
    shapes = np.array([box(0, 0, 10, 10), box(10, 0, 20, 10)], dtype=object)
    spots = gpd.GeoSeries.from_xy([10, 15, 99], [5, 5, 5]).to_numpy()
    assert home(spots, shapes).tolist() == [0, 1, -1]


@pytest.mark.parametrize(
    "said",
    [
        {"height": [80 * STOREY_M, 4 * STOREY_M]},
        {"levels": [80.0, 4.0]},
        {"levels": [None, 4.0], "height": [240.0, None]},
    ],
)
def test_a_tower_and_a_house_share_people_alike_in_spreading_and_in_walking(said):
    extract = Extract({"buildings": buildings(**said)}, METRES)
    units = gpd.GeoDataFrame(
        {"kind": "block", "parent": "d", "grid_id": "g"},
        index=pd.Index(["west", "east"], name="unit_id"),
        geometry=[box(0, 0, 100, 100), box(100, 0, 200, 100)],
        crs=METRES,
    )
    zone = gpd.GeoDataFrame({"people": [420.0]}, geometry=[box(0, 0, 200, 100)], crs=METRES)
    spread, _ = allocate(units, zone, extract)
    assert spread["people"].tolist() == pytest.approx([400, 20])

    whole = gpd.GeoDataFrame(
        {"people": [420.0], "grid_id": "g"},
        index=pd.Index(["both"], name="unit_id"),
        geometry=[box(0, 0, 200, 100)],
        crs=METRES,
    )
    assert origins(whole, extract)["people"].tolist() == pytest.approx([400, 20])


def test_floor_area_counts_storeys_where_people_live():
    features = extract(
        buildings=[
            area(box(0, 0, 10, 10), "apartments", levels=6.0, residential=True),
            area(box(0, 0, 10, 10), "apartments", height=9.0, residential=True),
            area(box(0, 0, 10, 10), "apartments", residential=True),
            area(box(0, 0, 10, 10), "office", levels=20.0, residential=False),
        ]
    )
    assert floor_area(features.table("buildings")).tolist() == pytest.approx([600, 300, 450, 0])


def test_roads_and_water_are_not_habitable():
    features = extract(roads=[way((0, 50), (100, 50), kind="secondary")], water=[area(box(0, 0, 100, 20), "lake")])
    assert shapely.area(habitable(np.array([box(0, 0, 100, 100)]), features)).tolist() == [6_000]
