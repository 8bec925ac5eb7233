"""Points are found under the names offices give their columns, and in the forms programs write them in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from gridkit.errors import TableError
from gridkit.sources.coordinates import datums, points

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES = ((120.571, 32.551), (120.578, 32.561))
HARBOUR = ((-46.633, -23.551), (-46.621, -23.542))


def district(places: tuple[tuple[float, float], ...] = PLACES) -> gpd.GeoDataFrame:
    (west, south), (east, north) = places
    return gpd.GeoDataFrame(geometry=[box(west - 0.01, south - 0.01, east + 0.01, north + 0.01)], crs=4326)


def degrees(value: float) -> tuple[int, int, float]:
    whole, rest = divmod(value, 1)
    minutes, rest = divmod(rest * 60, 1)
    return int(whole), int(minutes), rest * 60


def dms(value: float, form: str) -> str:
    whole, minutes, seconds = degrees(value)
    return form.format(whole=whole, minutes=minutes, seconds=seconds, value=value)


def lonlat(frame: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    return [(round(shape.x, 5), round(shape.y, 5)) for shape in frame.to_crs(4326).geometry]


@pytest.mark.parametrize("places", [PLACES, HARBOUR], ids=["east", "south and west"])
@pytest.mark.parametrize(
    "write",
    [
        lambda x, y: json.dumps({"lng": x, "lat": y}),
        lambda x, y: str({"latitude": str(y), "longitude": str(x), "needs_recoding": False}),
        lambda x, y: f"经度:{x} 纬度:{y}",
        lambda x, y: f"lat={y}; lon={x}",
        lambda x, y: f"geo:{y},{x}",
        lambda x, y: f"https://maps.example.org/?q={y},{x}",
        lambda x, y: f"{abs(x)}{'E' if x > 0 else 'W'} {abs(y)}{'N' if y > 0 else 'S'}",
        lambda x, y: f"{'N' if y > 0 else 'S'}{abs(y)}, {'E' if x > 0 else 'W'}{abs(x)}",
        lambda x, y: f"{'东经' if x > 0 else '西经'}：{abs(x)}，{'北纬' if y > 0 else '南纬'}：{abs(y)}",
    ],
    ids=["JSON", "a dictionary", "hanzi", "keys", "geo URI", "a link", "letters behind", "letters before", "compass"],
)
def test_pairs_tell_their_order_by_what_marks_them(
    places: tuple[tuple[float, float], ...], write: Callable[[float, float], str]
) -> None:
    frame = pd.DataFrame({"spot": [write(*place) for place in places]})
    assert lonlat(points.from_table(frame)) == list(places)


@pytest.mark.parametrize(
    "form", ["{value}E", "E{value}", "{whole}-{minutes}-{seconds:.4f}", "{whole}:{minutes}:{seconds:.4f}"]
)
def test_degrees_stand_in_two_columns_in_any_form(form: str) -> None:
    lon, lat = ([dms(value, form) for value in axis] for axis in zip(*PLACES, strict=True))
    frame = pd.DataFrame({"lon": lon, "lat": [each.replace("E", "N") for each in lat]})
    assert lonlat(points.from_table(frame)) == list(PLACES)


@pytest.mark.parametrize(
    ("east", "north"),
    [
        ("事发经度", "事发纬度"), ("经度坐标", "纬度坐标"), ("start_lng", "start_lat"),
        ("decimalLongitude", "decimalLatitude"),
        ("LONGITUDE_X", "LATITUDE_Y"), ("INTPTLON", "INTPTLAT"), ("Längengrad", "Breitengrad"), ("经", "纬"),
        ("GIS_X", "GIS_Y"), ("坐标x", "坐标y"), ("wgs84_lon", "wgs84_lat"), ("经度 Longitude", "纬度 Latitude"),
    ],
)  # fmt: skip
def test_two_columns_are_found_that_differ_by_the_axis_alone(east: str, north: str) -> None:
    lon, lat = zip(*PLACES, strict=True)
    frame = pd.DataFrame({"id": [1, 2], north: lat, east: lon})
    assert lonlat(points.from_table(frame)) == list(PLACES)


def test_sizes_are_no_coordinates() -> None:
    with pytest.raises(TableError, match="no coordinates"):
        points.from_table(pd.DataFrame({"size_x": [1.0, 2.0], "size_y": [1.0, 2.0]}))


@pytest.mark.parametrize(
    ("names", "datum"),
    [(("bd_lng", "bd_lat"), "bd09"), (("gcj02_lng", "gcj02_lat"), "gcj02"), (("高德经度", "高德纬度"), "gcj02")],
)
def test_a_column_called_after_a_map_service_is_of_its_datum(names: tuple[str, str], datum: str) -> None:
    lon, lat = zip(*PLACES, strict=True)
    there = {"bd09": datums.bd09_from_wgs84, "gcj02": datums.gcj02_from_wgs84}[datum](lon, lat)
    read = points.from_table(pd.DataFrame(dict(zip(names, there, strict=True))))
    assert [each == pytest.approx(place, abs=2e-5) for each, place in zip(lonlat(read), PLACES, strict=True)]
    assert any(datum in str(note) for note in read.attrs["notes"])


@pytest.mark.parametrize(("code", "said"), [(32651, "UTM 51N"), (3857, "Web Mercator"), (4549, "120E")])
def test_metres_without_a_system_name_the_one_that_lies_in_the_district(code: int, said: str) -> None:
    metres = gpd.GeoSeries([Point(place) for place in PLACES], crs=4326).to_crs(code)
    frame = pd.DataFrame({"x": metres.x, "y": metres.y})
    with pytest.raises(TableError, match=f"{said}.*EPSG:{code}"):
        points.from_table(frame, district=district())
