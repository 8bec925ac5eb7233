"""How long reading takes, beside reading the same bytes with pandas, GeoPandas, pyosmium or pyogrio alone.

CPU of each, in turn, the better of three, so that a busy machine slows down both alike::

    python benchmarks/reading.py [sao-paulo] [wuhan] [incidents]

The plain side keeps every column as it comes and checks nothing. ``incidents`` are 5,000,000 made-up rows
(``GRIDKIT_ROWS`` draws fewer); they are read once by each.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS

from gridkit.sources import districts, features, incidents
from gridkit.sources.osm import extract
from gridkit.sources.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(os.environ.get("GRIDKIT_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared/data")
ROWS = int(os.environ.get("GRIDKIT_ROWS", "5000000"))
SEED = 20_261_128
WEST, SOUTH, EAST, NORTH = 120.5, 32.5, 120.6, 32.6


def seconds(work: Callable[[], Any], times: int) -> float:
    """Return the CPU seconds of the best of several turns."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def sao_paulo(_folder: Path) -> list[tuple[str, Callable[[], Any], Callable[[], Any], int]]:
    """Return the readings of Sao Paulo: 2014's road incidents and the extract of the centre."""
    table, pbf = DATA / "sao-paulo-centre/ocorrencias-transito-pmsp-2014.csv", DATA / "sao-paulo-centre/spo_osm.pbf"
    hexagons = f"/vsizip/{DATA / 'sao-paulo-centre/spo_hexgrid_EPSG32723.gpkg.zip'}"
    district = districts.read(pyogrio.read_dataframe(hexagons))[0]

    def plain_table() -> gpd.GeoDataFrame:
        frame = pd.read_csv(table)
        return gpd.GeoDataFrame(frame, geometry=shapely.from_wkt(frame["WKT"]), crs=4326)

    def plain_extract() -> list[shapely.Geometry]:
        makes = osmium.geom.WKBFactory()
        ways = osmium.FileProcessor(str(pbf)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
        return [shapely.from_wkb(bytes.fromhex(makes.create_linestring(way))) for way in ways if way.is_way()]

    return [
        ("São Paulo, incidents of 2014 (CSV)", lambda: incidents.read(table, district=district), plain_table, 3),
        ("São Paulo, extract (PBF), plain: ways with highway alone", lambda: extract.read(pbf), plain_extract, 3),
    ]


def wuhan(_folder: Path) -> list[tuple[str, Callable[[], Any], Callable[[], Any], int]]:
    """Return the reading of the roads of Wuhan."""
    path = DATA / "wuhan-roads/original.parquet"
    return [
        (
            "Wuhan, roads (GeoParquet)",
            lambda: features.read(path, "roads", crs=CRS("EPSG:32650")),
            lambda: gpd.read_parquet(path),
            3,
        ),
    ]


def made_up(folder: Path) -> list[tuple[str, Callable[[], Any], Callable[[], Any], int]]:
    """Return the reading of a made-up table of incidents."""
    draw = np.random.default_rng(SEED)
    when = np.datetime64("2025-01-01T00:00:00") + draw.integers(0, 365 * 86_400, ROWS).astype("timedelta64[s]")
    table = pd.DataFrame(
        {
            "id": np.char.add("A", np.arange(ROWS).astype(str)),
            "time": when,
            "kind": draw.choice(["噪音", "垃圾", "停车"], ROWS),
            "lon": draw.uniform(WEST, EAST, ROWS).round(6),
            "lat": draw.uniform(SOUTH, NORTH, ROWS).round(6),
        }
    )
    path = folder / "incidents.csv"
    table.to_csv(path, index=False)
    square = gpd.GeoDataFrame({"name": ["Q"]}, geometry=[shapely.box(WEST, SOUTH, EAST, NORTH)], crs=4326)
    district = districts.read(square)[0]

    def plain() -> gpd.GeoDataFrame:
        frame = pd.read_csv(path, parse_dates=["time"])
        return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)

    asked = Reading(timezone="Asia/Shanghai")
    return [
        (f"{ROWS:,} incidents (CSV)", lambda: incidents.read(path, district=district, reading=asked), plain, 1),
    ]


PLACES = {"sao-paulo": sao_paulo, "wuhan": wuhan, "incidents": made_up}


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    print("| what | gridkit, CPU s | plain, CPU s | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or PLACES:
            for title, ours, theirs, times in PLACES[name](Path(folder)):
                mine, plain = seconds(ours, times), seconds(theirs, times)
                print(f"| {title} | {mine:.2f} | {plain:.2f} | {mine / plain:.1f} |", flush=True)


if __name__ == "__main__":
    main()
