"""The parts alone on Vologda and São Paulo: files of providers, as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest

import gridkit as gk
from gridkit.errors import TableError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.real
@pytest.mark.slow
def test_hexagons_of_sao_paulo_have_borders_groups_and_hot_spots(real_data: Path):
    file = real_data / "sao-paulo-centre" / "spo_hexgrid_EPSG32723.gpkg.zip"
    hexagons = gpd.read_file(f"zip://{file}").to_crs(4326)
    hexagons.index = [f"hexagon {at}" for at in range(len(hexagons))]
    found = gk.borders(hexagons)
    assert set(found["unit_id"]) | set(found["neighbour"]) <= set(hexagons.index)
    assert 2 * len(hexagons) < len(found) < 3 * len(hexagons)  # six sides each, shared by two, but for the rim
    people = gk.people(hexagons, hexagons, column="population")
    assert people.index.equals(hexagons.index)
    assert people.to_numpy() == pytest.approx(hexagons["population"].to_numpy(), rel=1e-3, abs=0.5)
    grids = gk.labels(hexagons, by="population", target=20_000)
    sums = hexagons["population"].groupby(grids).sum()
    assert sums.between(18_000, 22_000).mean() > 0.95
    shape = gk.compactness(hexagons.assign(grid=grids).dissolve("grid"))
    assert shape["polsby_popper"].between(0, 1).all()
    assert not gk.hot_spots(hexagons, "population", base="population")["hot"].any()


@pytest.mark.real
@pytest.mark.slow
def test_roads_of_vologda_make_blocks_and_a_walk_to_school(real_data: Path):
    folder = real_data / "vologda"
    town, roads = folder / "boundaries.parquet", folder / "roads.parquet"
    blocks = gk.blocks(town, roads)
    ground = gpd.read_parquet(town).to_crs(blocks.crs).area.sum()
    assert blocks.area.sum() == pytest.approx(ground, rel=1e-3)
    assert len(blocks) > 100
    schools = gpd.read_parquet(folder / "school.parquet")
    with pytest.raises(TableError, match="facilities: 21 rows have no geometry"):
        gk.coverage(blocks, schools, roads)
    minutes = gk.coverage(blocks, schools.dropna(subset="geometry"), roads)
    assert minutes.index.equals(blocks.index)
    assert np.isfinite(minutes).mean() > 0.9  # the boundary takes in woods
    at_school = blocks.sjoin(schools.dropna(subset="geometry").to_crs(blocks.crs)).index.unique()
    assert minutes[at_school].median() < minutes.median()
