"""Units of real places: the laws hold where no one drew the map for them."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridkit.sources.osm import extract
from gridkit.tessellation import barriers, borders, quality
from gridkit.tessellation.people import dasymetric
from gridkit.tessellation.shapes import blocks, divide

pytestmark = pytest.mark.real


def dissolved(shapes):
    index = pd.Index(["d"], name="district_id")
    return gpd.GeoDataFrame(geometry=[shapes.union_all()], index=index, crs=shapes.crs)


def surveyed(area, features):
    lines = barriers.select(features)
    units = blocks.enclose(area, lines, features)
    return units, quality.report(units, borders.touching(units, lines, features), features)


def assert_sound(units, area):
    shapes = units.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.coverage_union_all(shapes).symmetric_difference(area.union_all()).area < 1
    assert (units.area >= 500).all()


@pytest.mark.slow
def test_sao_paulo(real_data):
    folder = real_data / "sao-paulo-centre"
    hexagons = gpd.read_file(folder / "spo_hexgrid_EPSG32723.gpkg.zip")
    area = dissolved(hexagons.geometry)
    features = extract.read(folder / "spo_osm.pbf", district=area)
    units, found = surveyed(area, features)
    assert_sound(units, area)
    assert 1_400 < len(units) < 1_900
    assert found["borders"]["on_features"] >= 0.95
    source = hexagons[["geometry"]].assign(people=hexagons["population"])
    counted, report = dasymetric.allocate(units, source, features)
    assert report["people"]["out"] == pytest.approx(517_570, rel=1e-9)
    cut, how = divide.divide(counted, 1_760, features, lambda part: dasymetric.allocate(part, source, features)[0])
    assert_sound(cut, area)
    assert how["still_above"] == []
    assert cut["people"].sum() == pytest.approx(517_570, rel=1e-9)


def test_helsinki(real_data):
    folder = real_data / "helsinki-core"
    box = gpd.GeoSeries([shapely.box(24.93518, 60.16416, 24.95341, 60.17911)], crs=4326).to_crs(32635)
    area = dissolved(box)
    features = extract.read(folder / "Helsinki.osm.pbf", district=area)
    units, found = surveyed(area, features)
    assert_sound(units, area)
    assert found["borders"]["on_features"] >= 0.95
    cells = gpd.read_file(folder / "helsinki_population_grid_2020.gpkg")
    source = cells[["geometry"]].assign(people=cells["population"])
    report = dasymetric.allocate(units, source, features)[1]["people"]
    assert report["out"] + report["outside"] == pytest.approx(71_724, rel=1e-9)
    assert report["by_buildings"] > 0.9 * report["out"]


def test_nantong(real_data):
    box = gpd.GeoSeries([shapely.box(121.0674, 31.9617, 121.0840, 31.9659)], crs=4326).to_crs(32651)
    area = dissolved(box)
    units, _ = surveyed(area, extract.read(real_data / "nantong" / "nantong.osm", district=area))
    assert_sound(units, area)
    assert len(units) > 8
