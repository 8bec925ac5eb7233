"""Time and check the units step on the real data: ``python benchmarks/units.py [wuhan] [singapore] [cities]``.

wuhan: blocks and borders of 92,667 street edges against polygonize(unary_union(lines)) alone, and peak memory.
singapore: people of a raster on 50,000 made units against exactextract alone.
cities: Sao Paulo, Vologda, Helsinki, Nantong: laws and shares of border on features.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pyproj import CRS

from gridkit.sources.osm import extract
from gridkit.tables import Extract, Raster
from gridkit.tessellation import barriers, borders, quality
from gridkit.tessellation.people import dasymetric
from gridkit.tessellation.shapes import blocks, divide

DATA = Path(os.environ.get("GRIDKIT_REAL_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def main(asked: list[str]) -> None:
    """Run what is asked for, all by default, and print one JSON line each."""
    for name in asked or list(BENCHMARKS):
        print(json.dumps({name: BENCHMARKS[name]()}))


def dissolved(shapes: gpd.GeoSeries, name: str) -> gpd.GeoDataFrame:
    """Return the union of some shapes as one district."""
    index = pd.Index([name], name="district_id")
    return gpd.GeoDataFrame(geometry=[shapes.union_all()], index=index, crs=shapes.crs)


def wuhan() -> dict[str, float]:
    """Return seconds and their ratio; the yardstick is measured before and after."""
    edges = gpd.read_parquet(DATA / "wuhan-roads" / "original.parquet").set_crs(32650, allow_override=True)
    kind = edges["highway"].map(lambda value: value if isinstance(value, str) else value[0]).to_numpy()
    index = pd.Index([f"r{i}" for i in range(len(edges))], name="feature_id")
    roads = gpd.GeoDataFrame({"kind": kind, "name": None}, geometry=edges.geometry.to_numpy(), index=index, crs=32650)
    area = dissolved(gpd.GeoSeries([shapely.box(*edges.total_bounds)], crs=32650), "wuhan")
    features = Extract({"roads": roads}, CRS.from_epsg(32650))
    # What numba compiles is compiled once per machine.
    blocks.enclose(area, barriers.select(Extract({}, features.crs)), Extract({}, features.crs))
    before = _yardstick(roads)
    start = time.process_time()
    lines = barriers.select(features)
    units = blocks.enclose(area, lines, features)
    enclosed = time.process_time()
    touching = borders.touching(units, lines, features)
    done = time.process_time()
    yardstick = (before + _yardstick(roads)) / 2
    return {
        "polygonize_s": yardstick,
        "blocks_s": enclosed - start,
        "borders_s": done - enclosed,
        "ratio": (done - start) / yardstick,
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "units": len(units),
        "borders": len(touching),
        **_laws(units, area),
    }


def _yardstick(roads: gpd.GeoDataFrame) -> float:
    start = time.process_time()
    shapely.polygonize([shapely.unary_union(roads.geometry.to_numpy())])
    return time.process_time() - start


def singapore() -> dict[str, float]:
    """Return seconds and their ratio, and the people lost."""
    with rasterio.open(DATA / "singapore-raster" / "sgpop.tif") as file:
        values = file.read(1).astype(float)
        values[values == file.nodata] = np.nan
        raster = Raster(values, tuple(file.transform)[:6], CRS.from_user_input(file.crs), "sgpop.tif")
    west, south, east, north = gpd.GeoSeries([shapely.box(*raster.bounds)], crs=raster.crs).to_crs(32648).total_bounds
    spots = np.random.default_rng(0).uniform((west - 2_000, south - 2_000), (east + 2_000, north + 2_000), (50_000, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(spots)))
    index = pd.Index([f"u{i}" for i in range(len(cells))], name="unit_id")
    units = gpd.GeoDataFrame({"parent": "sg", "kind": "given"}, geometry=cells, index=index, crs=32648)
    start = time.process_time()
    source = NumPyRasterSource(np.nan_to_num(values), *raster.bounds, srs_wkt=raster.crs.to_wkt())
    alone = exact_extract(source, units[["geometry"]].to_crs(raster.crs), ["sum"], output="pandas")["sum"]
    extracted = time.process_time()
    counted, report = dasymetric.allocate(units, raster, Extract({}, CRS.from_epsg(32648)))
    done = time.process_time()
    return {
        "exactextract_s": extracted - start,
        "allocate_s": done - extracted,
        "ratio": (done - extracted) / (extracted - start),
        "people": float(counted["people"].sum()),
        "lost": float(np.nansum(values) - counted["people"].sum() - report["people"]["outside"]),
        "lost_by_exactextract": float(np.nansum(values) - alone.sum()),
    }


def cities() -> dict[str, object]:
    """Return the laws and shares of each city, with its people where there are any, divided for grids of 1,760."""
    return {name: _city(*read()) for name, read in CITIES.items()}


def _city(area: gpd.GeoDataFrame, features: Extract, source: gpd.GeoDataFrame | None) -> dict[str, object]:
    start = time.process_time()
    lines = barriers.select(features)
    units = blocks.enclose(area, lines, features)
    found = quality.report(units, borders.touching(units, lines, features), features)
    said: dict[str, object] = {
        "units": len(units),
        "on_features": found["borders"]["on_features"],
        "on_or_beside_a_line": _beside(units, lines),
        **_laws(units, area),
    }
    if source is not None:
        counted, report = dasymetric.allocate(units, source, features)
        cut, how = divide.divide(counted, 1_760, features, lambda part: dasymetric.allocate(part, source, features)[0])
        said |= {
            "people": report["people"]["out"],
            "lost": report["people"]["in"] - report["people"]["out"] - report["people"]["outside"],
            "divided": len(cut),
            "lost_by_division": float(counted["people"].sum() - cut["people"].sum()),
            "still_above": len(how["still_above"]),
            "divided_laws": _laws(cut, area),
        }
    return {**said, "seconds": time.process_time() - start}


def _beside(units: gpd.GeoDataFrame, lines: gpd.GeoDataFrame, reach_m: float = 13.0) -> float:
    """Return the share of inner border whose middles lie within half a wide median of a line that cuts."""
    edges = shapely.get_parts(shapely.boundary(units.geometry.to_numpy()))
    outline = shapely.coverage_union_all(units.geometry.to_numpy()).boundary
    at = shapely.get_coordinates(shapely.segmentize(edges, 20.0), return_index=True)
    ends = np.stack([at[0][:-1], at[0][1:]], axis=1)[at[1][1:] == at[1][:-1]]
    middles, metres = shapely.points(ends.mean(axis=1)), np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    shapely.prepare(outline)
    inner = ~shapely.dwithin(outline, middles, 1e-3)
    near = np.zeros(len(middles), dtype=bool)
    near[shapely.STRtree(lines.geometry.to_numpy()).query(middles, predicate="dwithin", distance=reach_m)[0]] = True
    return float(metres[inner & near].sum() / max(metres[inner].sum(), 1e-9))


def _laws(units: gpd.GeoDataFrame, area: gpd.GeoDataFrame) -> dict[str, float]:
    shapes = units.geometry.to_numpy()
    union = shapely.coverage_union_all(shapes)
    return {
        "coverage_valid": bool(shapely.coverage_is_valid(shapes)),
        "gaps_and_overlaps_m2": float(shapely.area(shapely.symmetric_difference(union, area.union_all())))
        + float(shapely.area(shapes).sum() - shapely.area(union)),
        "under_500_m2": int((units.area < 500).sum()),
    }


def _sao_paulo() -> tuple[gpd.GeoDataFrame, Extract, gpd.GeoDataFrame]:
    folder = DATA / "sao-paulo-centre"
    hexagons = gpd.read_file(folder / "spo_hexgrid_EPSG32723.gpkg.zip")
    area = dissolved(hexagons.geometry, "spo")
    source = hexagons[["geometry"]].assign(people=hexagons["population"])
    return area, extract.read(folder / "spo_osm.pbf", district=area), source


def _helsinki() -> tuple[gpd.GeoDataFrame, Extract, gpd.GeoDataFrame]:
    folder = DATA / "helsinki-core"
    cells = gpd.read_file(folder / "helsinki_population_grid_2020.gpkg").to_crs(32635)
    mapped = gpd.GeoSeries([shapely.box(24.93518, 60.16416, 24.95341, 60.17911)], crs=4326).to_crs(32635)
    area = dissolved(cells.geometry.intersection(mapped.iloc[0]), "hel")
    source = cells[["geometry"]].assign(people=cells["population"])
    return area, extract.read(folder / "Helsinki.osm.pbf", district=area), source


def _vologda() -> tuple[gpd.GeoDataFrame, Extract, gpd.GeoDataFrame]:
    def table(name: str, **columns: object) -> gpd.GeoDataFrame:
        frame = gpd.read_parquet(DATA / "vologda" / f"{name}.parquet").to_crs(32637)
        index = pd.Index([f"{name}{i}" for i in range(len(frame))], name="feature_id")
        return gpd.GeoDataFrame({"name": None, **columns}, geometry=frame.geometry.to_numpy(), index=index, crs=32637)

    raw = gpd.read_parquet(DATA / "vologda" / "buildings.parquet").to_crs(32637)
    buildings = table("buildings", kind="yes")
    buildings["levels"] = raw["number_of_floors"].astype(float).to_numpy()
    buildings["residential"] = raw["is_living"].fillna(value=False).astype(bool).to_numpy()
    water = table("water", kind="river")
    areal = water.geom_type.isin(["Polygon", "MultiPolygon"])
    tables = {
        "roads": table("roads", kind="road"),
        "rails": table("railways", kind="rail"),
        "water": water[areal],
        "waterways": water[~areal],
        "buildings": buildings,
    }
    source = raw[["geometry"]].assign(people=raw["population"].fillna(0))
    return dissolved(table("boundaries").geometry, "vol"), Extract(tables, CRS.from_epsg(32637)), source


def _nantong() -> tuple[gpd.GeoDataFrame, Extract, None]:
    box = gpd.GeoSeries([shapely.box(121.0674, 31.9617, 121.0840, 31.9659)], crs=4326).to_crs(32651)
    area = dissolved(box, "nt")
    return area, extract.read(DATA / "nantong" / "nantong.osm", district=area), None


CITIES = {"sao-paulo": _sao_paulo, "helsinki": _helsinki, "vologda": _vologda, "nantong": _nantong}
BENCHMARKS = {"wuhan": wuhan, "singapore": singapore, "cities": cities}

if __name__ == "__main__":
    main(sys.argv[1:])
