"""Each thing in a file is told by facts that a person reads, in every language."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
import rasterio
from pyproj import CRS
from rasterio.transform import Affine
from shapely.geometry import box

from gridkit.recipes.inspect import inspect
from gridkit.render.inspection.facts import files, missing


def told(look, lang="en"):
    (file,) = files(look, lang)
    (thing,) = file.things
    return file, dict(thing.facts), thing


def test_areas_are_told_with_their_size_columns_and_account():
    areas = gpd.GeoDataFrame(
        {"name": ["a", None], "people": [1200, 40], "share": [0.25, 0.5], "open": [True, False]},
        geometry=[box(-46.7, -23.6, -46.69, -23.59), box(-46.69, -23.6, -46.68, -23.59)],
        crs=4326,
    )
    file, facts, thing = told(inspect(areas))
    assert file.name == "GeoDataFrame"
    assert facts["extent"] == "46.7000°W - 46.6800°W, 23.6000°S - 23.5900°S"
    assert facts["rows"] == "2 (Polygon 2)"
    assert facts["size"].startswith("2.0")
    columns = {name: (kind, empty, holds) for name, _, kind, empty, holds in thing.columns}
    assert columns["people"] == ("figures", "", "40 - 1,200, total 1,240")
    assert columns["name"] == ("words", "1", "a")
    assert columns["open"][0] == "yes or no"
    assert thing.accounts == ("2 rows read, 2 rows used",)
    assert told(inspect(areas), "zh")[2].accounts == ("读入 2 行，采用 2 行",)


@pytest.mark.parametrize(
    ("code", "metric", "said", "in_chinese"),
    [
        (2263, False, "in US survey feet", "以美制测量英尺计"),
        (2222, False, "in feet", "以英尺计"),
        (4549, True, "in metres", "以米计"),
        (4326, False, "in degrees", "以度计"),
        (4807, False, "in the unit grad", "以 grad 计"),
    ],
)
def test_coordinates_are_said_to_be_in_the_unit_of_their_system(code, metric, said, in_chinese):
    west, south, east, north = CRS.from_epsg(code).area_of_use.bounds
    x, y = (west + east) / 2, (south + north) / 2
    place = gpd.GeoSeries([box(x, y, x + 0.01, y + 0.01)], crs=4326).to_crs(code)
    found = inspect(gpd.GeoDataFrame({"name": ["a"]}, geometry=place))
    [thing] = found["layers"]
    assert thing["crs"]["metric"] is metric
    assert told(found)[1]["coordinate system"].endswith(said)
    assert told(found, "zh")[1]["坐标系"].endswith(in_chinese)


@pytest.mark.parametrize("source", ["array", "frame", "shape"])
def test_what_is_handed_over_in_python_is_looked_into(source):
    things = {
        "array": (np.full((4, 4), 5.0), Affine(100, 0, 553_400, 0, -100, 3_604_200), "EPSG:4549"),
        "frame": pd.DataFrame({"community": ["A", "B"], "people": [3, 4]}),
        "shape": box(553_400, 3_603_200, 554_400, 3_604_200),
    }
    if source == "shape":
        things["shape"] = gpd.GeoSeries([things["shape"]], crs="EPSG:4549")
    found = inspect(things[source])
    assert files(found, "en")[0].things
    assert found["go_on"]


def test_a_raster_is_told_with_its_scale_and_total(tmp_path):
    with rasterio.open(
        tmp_path / "p.tif", "w", driver="GTiff", height=2, width=2, count=1, dtype="uint16", crs="EPSG:4549",
        transform=Affine(100, 0, 553_400, 0, -100, 3_604_200),
    ) as file:  # fmt: skip
        file.write(np.full((2, 2), 50, "uint16"), 1)
        file.scales = (0.1,)
    _, facts, _ = told(inspect(tmp_path / "p.tif"))
    assert facts["total"] == "20"
    assert facts["pixels"] == "2 x 2"
    assert facts["extent"].startswith("120.")


def test_words_that_stand_for_something_else_are_named():
    assert missing(["gridkit split DISTRICT -o plan.gpkg", "gridkit layer plan.gpkg LAYER --data a.csv"]) == (
        "DISTRICT",
        "LAYER",
    )
    assert missing(["gridkit split 'MY DISTRICTS.gpkg' -o plan.gpkg"]) == ()


def test_an_extract_is_told_by_what_it_holds(tmp_path):
    path = tmp_path / "a.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        writer.add_node(osmium.osm.mutable.Node(id=1, location=(120.5, 32.5), version=1, tags={"amenity": "clinic"}))
    _, facts, thing = told(inspect(path))
    assert facts["nodes"] == "1"
    assert facts["ways"] == facts["relations"] == "0"
    assert thing.columns == ()


def test_bounds_of_what_has_no_coordinate_system_are_told_as_they_are():
    place = box(553_400, 3_603_200, 554_400, 3_604_200)
    _, facts, _ = told(inspect(gpd.GeoDataFrame({"name": ["a"]}, geometry=[place])))
    assert any("553,400" in text for text in facts.values())
    assert "size" not in facts


def test_a_raster_of_several_bands_without_values_says_so(tmp_path):
    with rasterio.open(
        tmp_path / "p.tif", "w", driver="GTiff", height=2, width=3, count=2, dtype="float32", crs="EPSG:4549",
        transform=Affine(100, 0, 553_400, 0, -100, 3_604_200), nodata=-1,
    ) as file:  # fmt: skip
        file.write(np.full((2, 2, 3), -1, "float32"))
    _, facts, _ = told(inspect(tmp_path / "p.tif"))
    assert facts["pixels"] == "3 x 2, 2"
    assert "-1" in facts.values()
