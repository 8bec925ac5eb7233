"""Readers of what its user says something of, and of what gridkit asks about: the whole file is a question then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from worlds import providers

from gridkit.sources import districts, facilities, features, incidents, old_grids
from gridkit.sources.coordinates.datums import bd09_from_wgs84, gcj02_from_wgs84
from gridkit.sources.files import inspect
from gridkit.sources.people import population, totals
from gridkit.sources.reading import AS_IT_SAYS, Reading
from readers.made import AREAS, METRIC, SPOTS, provided, raster, rows, table, text
from readers.reader import Reader
from readers.taken import DISTRICT, METRES, as_points, as_totals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMPOUNDS = gpd.GeoDataFrame(
    {"name": ["和平小区", "幸福花园", "长江新村", "长江新苑"]},
    geometry=[shapely.box(120.501 + at / 250, 32.501, 120.503 + at / 250, 32.503) for at in range(4)],
    crs=4326,
).to_crs(METRES)
CLINICS = {"amenity": ("clinic", "doctors"), "healthcare": ("centre",)}
LATIN = AREAS.assign(name=["São José", "Corfen Heights"])
QUARTER = gpd.GeoDataFrame({"name": ["Q"]}, geometry=[providers.SQUARE], crs=4326)
LON, LAT = SPOTS.geometry.x.to_numpy(), SPOTS.geometry.y.to_numpy()


def scaled(by: float) -> Callable[[Path], Any]:
    """Return what writes degrees as whole numbers of a part of one."""
    return rows(id=[*SPOTS["id"]], lon=[round(x * by) for x in LON], lat=[round(y * by) for y in LAT])


def in_minutes(path: Path) -> Any:
    lon, lat = (np.floor(each) * 100 + (each % 1) * 60 for each in (LON, LAT))
    return rows(id=[*SPOTS["id"]], lon=[*lon.round(4)], lat=[*lat.round(4)])(path)


def shifted(by: Callable[..., Any], **columns: Any) -> Callable[[Path], Any]:
    """Return what writes places in another datum."""
    lon, lat = by(LON, LAT)
    return rows(id=[*SPOTS["id"]], lon=[*lon.round(6)], lat=[*lat.round(6)], **columns)


def stated(**of: Any) -> Callable[[Path], Any]:
    """Return what reads incidents with what their user says."""
    return lambda path: incidents.read(path, district=DISTRICT, reading=Reading(**of))[0]


def as_of_compounds(path: Path) -> Any:
    return population.read(path, DISTRICT, compounds=COMPOUNDS)[0]


def as_clinics(path: Path) -> Any:
    return facilities.read(path, crs=METRES, district=DISTRICT, tags=CLINICS)[0]


def as_old(path: Path) -> Any:
    return old_grids.read(path)[0]


def as_latin(path: Path) -> Any:
    return totals.read(path, districts.read(LATIN, parents="name")[0], reading=AS_IT_SAYS)


def as_people_there(path: Path) -> Any:
    """Read people where the providers' made-up files lie."""
    found: Any = population.read(path, districts.read(QUARTER)[0])[0]
    if isinstance(found, pd.DataFrame):
        return found
    frame = pd.DataFrame(found.values)
    frame.attrs["notes"] = [note for account in found.accounts for note in account.notes]
    return frame


def as_feature_there(name: str) -> Callable[[Path], Any]:
    there = districts.read(QUARTER)[0]
    return lambda path: features.read(path, name, crs=there.crs, district=there).tables[name]


def as_known_blank(path: Path) -> Any:
    found: Any = population.read(path, DISTRICT, nodata=0.0)[0]
    return pd.DataFrame(found.values)


def near(path: Path) -> Any:
    """Look at a file with the district that it should lie in."""
    return inspect.look(path, district=DISTRICT, within="district.gpkg")


READERS = [
    Reader("compounds.csv",
           rows(小区=["和平 小区", "幸福花园（一期）", "长江新", "黄河大院"], 人口=[900, "1,200", 40, 7]),
           as_of_compounds),
    Reader("compounds.xlsx", rows(小区=["和平小区", "和平小区", "幸福"], 户数=[300, 20, 400], 人口=[900, 60, 1200]),
           as_of_compounds),
    Reader("millionths.csv", scaled(1e6), stated(degrees="e6")),
    Reader("seconds.csv", scaled(3600), stated(degrees="seconds")),
    Reader("minutes.csv", in_minutes, stated(degrees="ddmm")),
    Reader("asked_millionths.csv", scaled(1e7), as_points, near, asks=True),
    Reader("asked_minutes.csv", in_minutes, as_points, near, asks=True),
    Reader("asked_metres.csv", rows(id=[*SPOTS["id"]], lon=[*METRIC.x.round(1)], lat=[*METRIC.y.round(1)]),
           as_points, near, asks=True),
    Reader("gcj02.csv", shifted(gcj02_from_wgs84), stated(datum="gcj02"), near),
    Reader("bd09.csv", shifted(bd09_from_wgs84), stated(datum="bd09"), near),
    Reader("fclass.geojson",
           text(SPOTS.assign(fclass=["clinic", "school", "doctor", None] * 2, osm_id="1").to_json()),
           as_clinics, near),
    Reader("amenity.geojson",
           text(SPOTS.assign(amenity=["clinic;doctors", "school"] * 4, healthcare="centre").to_json()),
           as_clinics, near),
    Reader("kinds.csv", table(type=["amenity=clinic", "amenity=school"] * 4), as_clinics),
    Reader("strangers.geojson", text(SPOTS.assign(amenity="school").to_json()), as_clinics, asks=True),
    Reader("grids.csv", rows(grid_id=["A", "B"], people=[400, 500], wkt=[each.wkt for each in AREAS.geometry]),
           as_old),
    Reader("grids.geojson",
           text(AREAS.assign(网格编码=["320611001001001", "320611001001002"], 人口=["1,000", "9"]).to_json()), as_old),
    Reader("latin.csv", rows(name=["Sao Jose (SP)", "Corfen Hts.", "Total"], population=["1 200", "900", "2 100"]),
           as_latin),
    Reader("near.csv", rows(name=["São Josef", "Heights of Corfen"], population=[1200, 900]), as_latin),
    Reader("traditional.csv", rows(社區=["柳舟社區居委會", "某街道映杏村"], 人口數=[900, 800]), as_totals),
    Reader("worldpop.tif", provided(providers.worldpop), as_people_there),
    Reader("ghs.tif", provided(providers.ghs_pop), as_people_there),
    Reader("hrsl.tif", provided(providers.hrsl), as_people_there),
    Reader("hrsl.csv", provided(providers.hrsl_table), as_people_there),
    Reader("extents.gpkg", provided(providers.settlement_extents), lambda path: districts.read(path)[0]),
    Reader("blocks.gpkg", provided(providers.settlement_blocks), as_people_there),
    Reader("google.csv.gz", provided(providers.google_buildings), as_feature_there("buildings")),
    Reader("microsoft.geojsonl", provided(providers.microsoft_buildings), as_feature_there("buildings")),
    Reader("quadkey.csv.gz", provided(providers.microsoft_quadkey), as_feature_there("buildings")),
    Reader("rails.parquet", provided(providers.overture_segments), as_feature_there("rails")),
    Reader("divisions.parquet", provided(providers.overture_divisions), as_feature_there("places")),
    Reader("near.tif", raster, as_known_blank, near),
]  # fmt: skip
