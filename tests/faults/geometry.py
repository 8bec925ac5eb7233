"""Faults C: shapes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from rasterio.transform import Affine
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from faults.ground import CODES, SOUTH, SPLIT, STEP, WEST, district, fault, raster, swap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def shaped(at: Path, shapes: Sequence[Any], name: str = "a.gpkg", **columns: Any) -> None:
    """Write the district with other shapes for its first communities."""
    own = [*shapes, *district().geometry[len(shapes) :]]
    gpd.GeoDataFrame({"code": CODES, **columns}, geometry=own, crs=4326).to_file(at / name)


FIRST = district().geometry[0]
A, B, C, D = (tuple(each) for each in np.array(FIRST.exterior.coords)[:4])
AREAS = (*swap(SPLIT, blocks_gpkg="hexagons", district_gpkg="a.gpkg"), "--by", "area_m2", "--target", "400000")


@fault(31, "a bow tie", 0, r"1 invalid polygon repaired, which changed its area by 52\.\d ha", AREAS)
def _bow_tie(at: Path) -> None:
    shaped(at, [Polygon([A, C, B, D])])


@fault(32, "a bow tie, whose halves both stay", 0, r"repaired, which changed its area by 52\.\d ha", AREAS)
def _halves(at: Path) -> None:
    shaped(at, [Polygon([A, B, D, C])])


@fault(
    33,
    "a ring of too few points",
    4,
    r"a\.geojson: nothing polygonal is left of \[0\]",
    swap(AREAS, a_gpkg="a.geojson"),
)
def _open_ring(at: Path) -> None:
    text = json.loads(district().to_json())
    text["features"][0]["geometry"]["coordinates"] = [[list(A), list(B), list(A)]]
    (at / "a.geojson").write_text(json.dumps(text))


@fault(34, "a row without a shape", 4, r"1 row has no geometry: \[0\]", AREAS)
def _null(at: Path) -> None:
    shaped(at, [None])


@fault(35, "a row whose shape is empty", 4, "no geometry", AREAS)
def _empty_shape(at: Path) -> None:
    shaped(at, [Polygon()])


@fault(36, "a coordinate that is no number", 4, r"coordinates of \[0\] are not finite", AREAS)
def _nan(at: Path) -> None:
    shaped(at, [Polygon([A, B, (np.nan, 32.6), C])])


@fault(37, "heights and measures", 0, "heights .Z. dropped from 1 row", AREAS)
def _heights(at: Path) -> None:
    shaped(at, [Polygon([(*each, 5.0) for each in (A, B, C, D)])])


@fault(38, "points among the areas", 4, "there are 1 Point in it", AREAS)
def _mixed(at: Path) -> None:
    shaped(at, [Point(A)])


@fault(39, "a collection with a line in it", 0, "of 1 row only the areas are taken", AREAS)
def _collection(at: Path) -> None:
    shaped(at, [GeometryCollection([FIRST, LineString([A, B])])])


@fault(40, "islands", 0, "an area has 2 parts that do not touch", AREAS)
def _islands(at: Path) -> None:
    far = box(WEST - 0.03, SOUTH, WEST - 0.02, SOUTH + STEP)
    shaped(at, [MultiPolygon([FIRST, far])])


@fault(41, "a hole", 0, r"1 area of 41,\d+ m2 inside the district belongs to no parent", AREAS)
def _hole(at: Path) -> None:
    inner = FIRST.buffer(-0.004)
    shaped(at, [FIRST.difference(inner)])


@fault(42, "slivers between communities", 0, "4 gaps narrower than 1 m between parents closed", AREAS)
def _slivers(at: Path) -> None:
    shaped(at, [box(WEST, SOUTH, WEST + STEP - 1e-8, SOUTH + STEP)])


@fault(43, "communities that overlap", 4, r"320611001001 and 320611001002 by 312,\d+ m2", AREAS)
def _overlap(at: Path) -> None:
    shaped(at, [box(WEST, SOUTH, WEST + 1.3 * STEP, SOUTH + STEP)])


@fault(44, "a community twice", 4, r"stands there more than once: rows \[0, 4\]", AREAS)
def _twice(at: Path) -> None:
    frame = district()
    pd.concat([frame, frame.iloc[[0]]]).to_file(at / "a.gpkg")


@fault(45, "corners that neighbours lack", 0, r"gaps narrower than 1 m between parents closed \(7\.5", AREAS)
def _corners(at: Path) -> None:
    shaped(at, [FIRST.segmentize(0.0007)])


@fault(46, "sixty thousand corners", 0, r"share in range +100", AREAS)
def _many(at: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 60_001)[:-1]
    wave = 0.009 + 0.0004 * np.sin(1200 * angle)
    ring = np.column_stack([WEST + 0.01 + wave * np.cos(angle), SOUTH + 0.01 + wave * np.sin(angle)])
    gpd.GeoDataFrame({"code": ["x"]}, geometry=[Polygon(ring)], crs=4326).to_file(at / "a.gpkg")


@fault(47, "a district smaller than a pixel", 0, "smaller than a pixel", (*SPLIT, "--people", "a.tif", "--grids", "4"))
def _pixel(at: Path) -> None:
    raster(at / "a.tif", np.full((2, 2), 5000.0, "float32"), transform=Affine(0.5, 0, 120.2, 0, -0.5, 33))


@fault(48, "across the antimeridian", 0, r"communities +2\b.*share in range +100", AREAS)
def _antimeridian(at: Path) -> None:
    shapes = [box(179.99, -17, 180, -16.99), box(-180, -17, -179.99, -16.99)]
    gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=shapes, crs=4326).to_file(at / "a.gpkg")


@fault(49, "at a pole", 4, "the district touches a pole", AREAS)
def _pole(at: Path) -> None:
    gpd.GeoDataFrame({"code": ["a"]}, geometry=[box(-180, 89, 180, 90)], crs=4326).to_file(at / "a.gpkg")
