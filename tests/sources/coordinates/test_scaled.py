"""Longitudes and latitudes that are no degrees are named for what they are, and read as that once it is said."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from gridkit.errors import TableError
from gridkit.sources.coordinates import points, scaled
from gridkit.sources.reading import Reading

LON, LAT = np.array([120.6015, 120.6123]), np.array([32.5021, 32.5087])


def minutes(values: np.ndarray) -> np.ndarray:
    """Return degrees as degrees and minutes in one number."""
    return np.floor(values) * 100 + (values % 1) * 60


WRITTEN = {
    "ddmm": minutes,
    "seconds": lambda values: values * 3600,
    "e5": lambda values: np.round(values * 1e5),
    "e6": lambda values: np.round(values * 1e6),
    "e7": lambda values: np.round(values * 1e7),
}


def district() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": ["D"]}, geometry=[box(120.6, 32.5, 120.62, 32.52)], crs=4326)


@pytest.mark.parametrize("form", scaled.FORMS)
def test_every_form_is_named_and_then_read(form: str) -> None:
    table = pd.DataFrame({"lon": WRITTEN[form](LON), "lat": WRITTEN[form](LAT)})
    with pytest.raises(TableError, match=f"degrees=.{form}."):
        points.from_table(table, district=district())
    read = points.from_table(table, reading=Reading(degrees=form), district=district())  # type: ignore[arg-type]
    assert np.allclose(read.geometry.x, LON, atol=1e-5)
    assert np.allclose(read.geometry.y, LAT, atol=1e-5)


def test_metres_under_headers_of_degrees_are_named_and_then_read() -> None:
    metres = gpd.GeoSeries.from_xy(LON, LAT, crs=4326).to_crs(3857)
    table = pd.DataFrame({"lon": metres.x, "lat": metres.y})
    with pytest.raises(TableError, match=r"Web Mercator.*EPSG:3857"):
        points.from_table(table, district=district())
    read = points.from_table(table, reading=Reading(crs="EPSG:3857"), district=district()).to_crs(4326)
    assert np.allclose(read.geometry.x, LON)


def test_minutes_beyond_sixty_are_no_place() -> None:
    assert np.isnan(scaled.degrees(np.array([12075.5]), "ddmm")).all()


def test_degrees_stay_degrees() -> None:
    read = points.from_table(pd.DataFrame({"lon": LON, "lat": LAT}), district=district())
    assert np.allclose(read.geometry.x, LON)


def test_one_wild_number_among_degrees_is_not_taken_for_a_form() -> None:
    table = pd.DataFrame({"lon": [*LON, 120_601_500.0], "lat": [*LAT, 32_502_100.0]})
    with pytest.raises(TableError, match="are not degrees"):
        points.from_table(table, district=district())
