"""Faults E: numbers, names, dates, ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import rasterio

from faults.ground import (
    BY_PEOPLE,
    CODES,
    LAYER,
    OWN_PEOPLE,
    SOUTH,
    SPLIT,
    SPOTS,
    STEP,
    TIMES,
    WEST,
    blocks,
    cases,
    fault,
    raster,
    swap,
)

if TYPE_CHECKING:
    from pathlib import Path

PIXELS = (*SPLIT, "--people", "a.tif", "--grids", "8")


@fault(
    57,
    "people below zero",
    4,
    "-7",
    OWN_PEOPLE,
)
def _negative(at: Path) -> None:
    blocks(people=[-7] + [100] * 15).to_file(at / "a.gpkg")


@fault(58, "pixels that are infinite", 4, "infinite", PIXELS)
def _infinite(at: Path) -> None:
    values = np.full((20, 20), 4.0, "float32")
    values[3, 3] = np.inf
    raster(at / "a.tif", values)


@fault(59, "-9999 that nothing tags", 4, "nodata=-9999", PIXELS)
def _untagged(at: Path) -> None:
    values = np.full((20, 20), 4.0, "float32")
    values[:3] = -9999
    raster(at / "a.tif", values)


@fault(60, "a no-data tag that is rounded otherwise", 0, r"people +1,596", PIXELS)
def _rounded(at: Path) -> None:
    values = np.full((20, 20), 4.0, "float32")
    values[0, 0] = np.float32(-3.4028234663852886e38)
    raster(at / "a.tif", values, nodata=-3.4028234663852886e38)


@fault(61, "densities for counts", 4, "--density of what", PIXELS)
def _density(at: Path) -> None:
    raster(at / "a_density_per_km2.tif", np.full((20, 20), 9000.0, "float32"))
    (at / "a_density_per_km2.tif").rename(at / "a.tif")
    with rasterio.open(at / "a.tif", "r+") as file:
        file.update_tags(units="people per square kilometre")


@fault(62, "nobody at all", 5, "--by area_m2", OWN_PEOPLE)
def _nobody(at: Path) -> None:
    blocks(people=0).to_file(at / "a.gpkg")


# All others get theirs, and the grid says that its unit alone is too large; who wants no such plan says --strict.
@fault(
    63,
    "a unit larger than a grid",
    0,
    "alone holds 900",
    OWN_PEOPLE,
)
def _too_large(at: Path) -> None:
    blocks(people=[900] + [100] * 15).to_file(at / "a.gpkg")


@fault(
    63,
    "a unit larger than a grid, of a plan that must hold",
    5,
    "unit 0 alone holds 900.*at best 680",
    (*OWN_PEOPLE, "--strict"),
)
def _refused(at: Path) -> None:
    _too_large(at)


@fault(64, "no grid at all", 2, "grids", (*BY_PEOPLE[:-2], "--grids", "0"))
def _none(_: Path) -> None:
    pass


@fault(64, "fewer than none", 2, "grids", (*BY_PEOPLE[:-2], "--grids", "-3"))
def _fewer(_: Path) -> None:
    pass


@fault(65, "more grids than units", 5, "cannot have 25 grids: it has 4 units", (*BY_PEOPLE[:-2], "--grids", "99"))
def _more(_: Path) -> None:
    pass


@fault(66, "a target above all people", 0, "1 grid for 400 .* makes 400", (*BY_PEOPLE[:-2], "--target", "99999"))
def _target(_: Path) -> None:
    pass


@fault(
    67,
    "a part too small for a grid",
    0,
    "1 grid for 80 .* at best 280 outside",
    swap((*BY_PEOPLE[:-4], "--people", "a.gpkg:people", "--target", "400"), blocks_gpkg="a.gpkg"),
)
def _small_part(at: Path) -> None:
    frame = blocks()
    frame.loc[[0, 1, 4, 5], "people"] = 20
    frame.to_file(at / "a.gpkg")


@fault(
    67,
    "a part too small for a grid, of a plan that must hold",
    5,
    "1 grid for 80 .* at best 280 outside",
    (*swap((*BY_PEOPLE[:-4], "--people", "a.gpkg:people", "--target", "400"), blocks_gpkg="a.gpkg"), "--strict"),
)
def _small_and_refused(at: Path) -> None:
    _small_part(at)


@fault(68, "units of one id", 4, r"unit_id.*rows \[0, 1\]", swap(BY_PEOPLE, blocks_gpkg="a.gpkg"))
def _one_id(at: Path) -> None:
    blocks(unit_id=["u1", "u1", *[f"u{at}" for at in range(2, 16)]]).to_file(at / "a.gpkg")


@fault(
    69,
    "numbers as text",
    0,
    r"people +4,600",
    (*SPLIT, "--totals", "t.csv", "--people", "blocks.gpkg:people", "--target", "300"),
)
def _numbers(at: Path) -> None:
    (at / "t.csv").write_text("code,people\n" + "\n".join(f'{code},"1,{at}00"' for at, code in enumerate(CODES)))


@fault(70, "dates of another age", 4, "1024", LAYER)
def _age(at: Path) -> None:
    cases(time=["1024-03-05", *TIMES[1:]]).to_csv(at / "cases.csv", index=False)


@fault(71, "incidents outside", 0, r"outside +2 incidents", LAYER)
def _outside(at: Path) -> None:
    cases([*SPOTS[:-2], (121.9, 32.5), (121.9, 32.6)]).to_csv(at / "cases.csv", index=False)


@fault(72, "an incident on the border of two grids", 0, r"inside +12 incidents", LAYER)
def _border(at: Path) -> None:
    cases([*SPOTS[:-1], (WEST + STEP, SOUTH + STEP)]).to_csv(at / "cases.csv", index=False)


@fault(73, "columns that differ by case alone", 0, r"units +16", swap(BY_PEOPLE, blocks_gpkg="a.geojson"))
def _case(at: Path) -> None:
    blocks(A=1, a=2).to_file(at / "a.geojson")


@fault(74, "columns called fid and geom", 0, r"units +16", swap(BY_PEOPLE, blocks_gpkg="a.geojson"))
def _fid(at: Path) -> None:
    blocks(fid=1, geom="x", ogc_fid=2).to_file(at / "a.geojson")


@fault(
    75,
    "names too long for a shapefile",
    0,
    "boundary_en is called boundary_e there",
    ["export", "made.gpkg", "-o", "out.shp"],
)
def _long_names(_: Path) -> None:
    pass


@fault(
    76, "nothing that JSON has no word for", 0, "out.geojson is written", ["export", "made.gpkg", "-o", "out.geojson"]
)
def _json(_: Path) -> None:
    pass
