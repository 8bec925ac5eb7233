"""Parts of national files: no row, person or way is lost or counted twice between districts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
import rasterio
from shapely.geometry import LineString, Point, box

from gridkit.dispatch import districts
from gridkit.dispatch.windows import Parts

LON, LAT, WIDE = 120.0, 30.0, 0.05


@pytest.fixture
def halves(tmp_path: Path) -> list[districts.District]:
    """Return a western and an eastern district beside each other."""
    shapes = [box(LON, LAT, LON + WIDE, LAT + WIDE), box(LON + WIDE, LAT, LON + 2 * WIDE, LAT + WIDE)]
    gpd.GeoDataFrame({"code": ["w", "e"], "name": ["West", "East"]}, geometry=shapes, crs=4326).to_file(
        tmp_path / "d.gpkg"
    )
    return districts.read(f"{tmp_path}/d.gpkg:code")


@pytest.fixture
def parts(halves: list[districts.District], tmp_path: Path) -> Parts:
    return Parts(tmp_path / "inputs", halves, lambda _stage, _share: None)


def of(parts: Parts, held: dict[str, Any], folder: Path) -> dict[str, dict[str, Any]]:
    """Return what each district holds, by its id."""
    return {each.id: parts.of(each, held, folder) for each in parts.districts}


def test_points_go_to_one_district_alone_and_areas_to_all_they_lie_in(parts: Parts, tmp_path: Path) -> None:
    border = LON + WIDE
    spots = [Point(LON + 0.01, LAT + 0.01), Point(border, LAT + 0.02), Point(border + 0.01, LAT + 0.01), Point(0, 0)]
    gpd.GeoDataFrame({"n": range(4)}, geometry=spots, crs=4326).to_file(tmp_path / "p.gpkg", layer="a")
    areas = [box(border - 0.01, LAT, border + 0.01, LAT + 0.01), box(border, LAT + 0.02, border + 0.01, LAT + 0.03)]
    gpd.GeoDataFrame({"people": [4.0, 6.0]}, geometry=areas, crs=4326).to_crs(3857).to_parquet(
        tmp_path / "q.parquet", write_covering_bbox=True
    )
    held = of(parts, {"layer": [{"name": "x", "data": "p.gpkg:a"}, "clinics"], "people": "q.parquet:people"}, tmp_path)
    rows = {name: gpd.read_parquet(each["layer"][0]["data"])["n"].tolist() for name, each in held.items()}
    assert sorted(rows["w"] + rows["e"]) == [0, 1, 2]
    assert held["w"]["layer"][1] == "clinics"
    files = {name: each["people"].removesuffix(":people") for name, each in held.items()}
    assert {name: len(gpd.read_parquet(file)) for name, file in files.items()} == {"w": 1, "e": 2}
    assert parts.counted["p.gpkg"] == {"read": 4, "inside": 3}


def test_units_along_a_long_straight_border_are_one_district_s(tmp_path: Path) -> None:
    # Far from the meridian of its projection a border of ten kilometres is no straight line in degrees.
    areas = [box(0, 0, 1000, 10_000), box(1000, 0, 2000, 10_000)]
    gpd.GeoDataFrame({"code": ["w", "e"]}, geometry=areas, crs=32650).to_file(tmp_path / "d.gpkg")
    units = [box(x, y, x + 500, y + 500) for x in range(0, 2000, 500) for y in range(0, 10_000, 500)]
    gpd.GeoDataFrame({"people": 10.0}, index=range(80), geometry=units, crs=32650).to_file(tmp_path / "u.gpkg")
    parts = Parts(tmp_path / "inputs", districts.read(f"{tmp_path}/d.gpkg:code"), lambda _stage, _share: None)
    held = of(parts, {"units": "u.gpkg"}, tmp_path)
    assert {name: len(gpd.read_parquet(each["units"])) for name, each in held.items()} == {"w": 40, "e": 40}
    assert parts.counted["u.gpkg"] == {"read": 80, "inside": 80}


def test_geoparquet_without_a_covering_is_read_once_for_all(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spots = [Point(LON + 0.01, LAT + 0.01), Point(LON + WIDE + 0.01, LAT + 0.01), Point(0, 0)]
    gpd.GeoDataFrame({"n": range(3)}, geometry=spots, crs=4326).to_parquet(tmp_path / "p.parquet")
    times = []
    plain = gpd.read_parquet
    monkeypatch.setattr(gpd, "read_parquet", lambda *args, **more: times.append(args) or plain(*args, **more))
    held = of(parts, {"layer": [{"name": "x", "data": "p.parquet"}]}, tmp_path)
    assert len(times) == 1
    monkeypatch.undo()
    rows = {name: gpd.read_parquet(each["layer"][0]["data"])["n"].tolist() for name, each in held.items()}
    assert rows == {"w": [0], "e": [1]}
    assert parts.counted["p.parquet"] == {"read": 3, "inside": 2}


def test_pixels_keep_their_values_and_what_no_data_is(parts: Parts, tmp_path: Path) -> None:
    values = np.arange(40 * 80, dtype=np.float32).reshape(40, 80)
    grid = rasterio.Affine(0.005, 0, LON - 0.1, 0, -0.005, LAT + 0.1)
    options = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "transform": grid, "nodata": -1.0}
    with rasterio.open(tmp_path / "p.tif", "w", width=80, height=40, **options) as raster:
        raster.write(values, 1)
    held = of(parts, {"people": "p.tif"}, tmp_path)
    for name, west in (("w", LON), ("e", LON + WIDE)):
        with rasterio.open(held[name]["people"]) as part, rasterio.open(tmp_path / "p.tif") as whole:
            assert part.nodata == -1.0
            assert part.width < 30
            spots = [(west + x, LAT + y) for x in (0.003, 0.04) for y in (0.003, 0.04)]
            assert [each.tolist() for each in part.sample(spots)] == [each.tolist() for each in whole.sample(spots)]


def test_rows_of_a_table_go_by_place_or_by_the_names_of_the_districts_areas(parts: Parts, tmp_path: Path) -> None:
    rows = {"no": ["001", "002", "003"], "lon": [LON + 0.01, LON + WIDE + 0.01, None], "lat": [LAT + 0.01] * 3}
    pd.DataFrame(rows).to_csv(tmp_path / "incidents.csv", index=False)
    pd.DataFrame({"社区": ["West", "East", "East"], "people": [1, 2, 3]}).to_csv(tmp_path / "totals.csv", index=False)
    pd.DataFrame({"a": ["x", "y"]}).to_csv(tmp_path / "other.csv", index=False)
    held = {
        "layer": [{"name": "incidents", "data": "incidents.csv"}],
        "totals": "totals.csv",
        "households": "other.csv",
    }
    found = of(parts, held, tmp_path)
    numbers = {name: pd.read_parquet(each["layer"][0]["data"])["no"].tolist() for name, each in found.items()}
    assert numbers == {"w": ["001"], "e": ["002"]}
    sums = {name: int(pd.read_parquet(each["totals"])["people"].sum()) for name, each in found.items()}
    assert sums == {"w": 1, "e": 5}
    assert {each["households"] for each in found.values()} == {"other.csv"}, "it tells no district: all get it whole"
    assert parts.counted["incidents.csv"] == {"read": 3, "inside": 2}


def test_an_extract_is_split_so_that_no_way_lacks_a_node(parts: Parts, tmp_path: Path) -> None:
    new = osmium.osm.mutable
    places = [(LON + 0.01, LAT + 0.01), (LON + WIDE + 0.03, LAT + 0.01), (LON + 0.02, LAT + 0.02), (0.0, 0.0)]
    with osmium.SimpleWriter(str(tmp_path / "n.osm.pbf")) as writer:
        for number, place in enumerate(places, 1):
            writer.add_node(new.Node(id=number, location=place, version=1, tags={"amenity": "x"} if number > 2 else {}))
        writer.add_way(new.Way(id=1, nodes=[1, 2], version=1, tags={"highway": "primary"}))
        writer.add_way(new.Way(id=2, nodes=[1, 3], version=1, tags={"highway": "service"}))
        writer.add_relation(new.Relation(id=1, members=[("w", 2, "")], version=1, tags={"type": "route"}))
    held = of(parts, {"osm": ["n.osm.pbf"]}, tmp_path)
    ids = {}
    for name, each in held.items():
        things = list(osmium.FileProcessor(each["osm"][0]).with_locations())
        ids[name] = [(thing.type_str(), thing.id) for thing in osmium.FileProcessor(each["osm"][0])]
        assert things
    assert ids["w"] == [("n", 1), ("n", 2), ("n", 3), ("w", 1), ("w", 2), ("r", 1)]
    assert ids["e"] == [("n", 1), ("n", 2), ("w", 1)]


def test_parts_are_cut_once_and_anew_where_the_file_or_the_districts_change(
    parts: Parts, halves: list[districts.District], tmp_path: Path
) -> None:
    lines = [LineString([(LON, LAT), (LON + WIDE * 2, LAT)])]
    gpd.GeoDataFrame({"k": [1]}, geometry=lines, crs=4326).to_file(tmp_path / "l.gpkg")
    [first] = {each["lines"] for each in [of(parts, {"lines": "l.gpkg"}, tmp_path)["w"]]}
    before = Path(first).stat().st_mtime_ns
    again = Parts(tmp_path / "inputs", halves, parts.progress)
    assert of(again, {"lines": "l.gpkg"}, tmp_path)["w"]["lines"] == first
    assert Path(first).stat().st_mtime_ns == before
    gpd.GeoDataFrame({"k": [1, 2]}, geometry=lines * 2, crs=4326).to_file(tmp_path / "l.gpkg")
    assert (
        len(
            gpd.read_parquet(
                of(Parts(tmp_path / "inputs", halves, parts.progress), {"lines": "l.gpkg"}, tmp_path)["w"]["lines"]
            )
        )
        == 2
    )


def test_what_is_laid_on_a_plan_gets_the_parts_of_its_files(parts: Parts, tmp_path: Path) -> None:
    rows = {"编号": [1, 2], "经度": [LON + 0.01, LON + WIDE + 0.01], "纬度": [LAT + 0.01] * 2}
    pd.DataFrame(rows).to_csv(tmp_path / "orders.csv", index=False)
    pd.DataFrame({"报表名称": ["x"], "每次用时": [1]}).to_csv(tmp_path / "forms.csv", index=False)
    net = [box(LON, LAT, LON + 0.001, LAT + 0.001), box(LON + WIDE * 1.9, LAT, LON + WIDE * 2, LAT + 0.001)]
    gpd.GeoDataFrame({"name": ["w", "e"]}, geometry=net, crs=4326).to_file(tmp_path / "net.gpkg", layer="city")
    steps = {
        "response": {"events": ["orders.csv"], "datum": "wgs84"},
        "departments": {"areas": {"city": "net.gpkg:city"}, "rule": "area"},
        "workload": {"forms": "forms.csv"},
    }
    held = of(parts, steps, tmp_path)
    for name, number in (("w", 1), ("e", 2)):
        assert pd.read_parquet(held[name]["response"]["events"][0])["编号"].astype(int).tolist() == [number]
        assert gpd.read_parquet(held[name]["departments"]["areas"]["city"])["name"].tolist() == [name]
        assert held[name]["departments"]["rule"] == "area"
        assert held[name]["workload"] == {"forms": "forms.csv"}, "it tells no place: all get it whole"
