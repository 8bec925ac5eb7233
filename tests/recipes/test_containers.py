"""One content in every container of shapes and of pixels comes out of every command alike."""

from __future__ import annotations

import shutil
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import rasterio
from rasterio.transform import Affine
from worlds import world

import gridkit as gk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore")


# ---------------------------------------------------------------- shapes


def drawn(ending: str, driver: str, **options: Any) -> Callable[[gpd.GeoDataFrame, Path], str]:
    """Return what writes a table by GDAL."""

    def write(frame: gpd.GeoDataFrame, folder: Path) -> str:
        path = folder / f"a{ending}"
        pyogrio.write_dataframe(frame, path, driver=driver, **options)
        return str(path)

    return write


def layered(frame: gpd.GeoDataFrame, folder: Path) -> str:
    """Write a layer of an odd name beside another one."""
    path = folder / "数据: 2024.gpkg"
    pyogrio.write_dataframe(frame.iloc[:1], path, layer="other", driver="GPKG")
    pyogrio.write_dataframe(frame, path, layer="年: 终稿", driver="GPKG", append=True)
    return f'{path}:"年: 终稿"'


def zipped(frame: gpd.GeoDataFrame, folder: Path) -> str:
    """Write a shapefile in GBK without a .cpg, in a folder of a zip."""
    inner = folder / "in"
    inner.mkdir()
    pyogrio.write_dataframe(frame, inner / "a.shp", driver="ESRI Shapefile", encoding="GBK")
    (inner / "a.cpg").unlink()
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for part in sorted(inner.iterdir()):
            archive.write(part, f"数据/{part.name}")
    return str(folder / "a.zip")


def parquet(frame: gpd.GeoDataFrame, folder: Path) -> str:
    """Write GeoParquet."""
    frame.to_parquet(folder / "a.parquet")
    return str(folder / "a.parquet")


def arrow(frame: gpd.GeoDataFrame, folder: Path) -> str:
    """Write an Arrow file with shapes of GeoArrow."""
    table = pa.table(frame.to_arrow(index=False))
    with pa.ipc.new_file(folder / "a.arrow", table.schema) as file:
        file.write_table(table)
    return str(folder / "a.arrow")


SHAPES: dict[str, Callable[[gpd.GeoDataFrame, Path], str]] = {
    "a layer of several": layered,
    "a shapefile in a zip": zipped,
    "GeoJSON": drawn(".geojson", "GeoJSON", COORDINATE_PRECISION=9),
    "GeoJSON, a line each": drawn(".geojsonl", "GeoJSONSeq", COORDINATE_PRECISION=9),
    "FlatGeobuf": drawn(".fgb", "FlatGeobuf"),
    "GML": drawn(".gml", "GML"),
    "MapInfo": drawn(".tab", "MapInfo File", encoding="UTF-8"),
    "GeoParquet": parquet,
    "Arrow": arrow,
    "metres": lambda frame, folder: drawn(".gpkg", "GPKG")(frame.to_crs(4549), folder),
}


def grids() -> gpd.GeoDataFrame:
    """Return the grids of the plan as a file of last year has them: their codes and shapes."""
    made = world.plan().grids.to_crs(4326)
    return gpd.GeoDataFrame({"grid_id": made.index.astype(str)}, geometry=made.geometry.to_numpy(), crs=4326)


def of_split(write: Any, folder: Path) -> Any:
    own = write(world.blocks(), folder)
    made = gk.split(world.district(), parents="code", units=own, people=f"{own}:people", target=200, effort=0.01)
    spots = made.units.to_crs(4326).geometry.centroid
    labels = dict(zip(zip(spots.x.round(4), spots.y.round(4), strict=True), made.units["grid_id"], strict=True))
    numbers: dict[str, int] = {}
    return [numbers.setdefault(labels[spot], len(numbers)) for spot in sorted(labels)]


def of_redraw(write: Any, folder: Path) -> Any:
    more = world.blocks().assign(people=[100 + at for at in range(16)])
    made = gk.redraw(world.plan(), people=f"{write(more, folder)}:people")
    return [round(float(each), 3) for each in made.units.groupby("parent")["people"].sum()]


def of_audit(write: Any, folder: Path) -> Any:
    found = gk.audit(write(grids(), folder), district=world.district(), parents="code", people=world.blocks())
    return [found.failed, *map(str, found.table("en").iloc[:, :2].to_numpy().tolist())]


def of_compare(write: Any, folder: Path) -> Any:
    found = gk.compare(write(grids(), folder), world.plan())
    return len(found.moved)


COMMANDS = {"split": of_split, "redraw": of_redraw, "audit": of_audit, "compare": of_compare}
KNOWN: dict[str, Any] = {}
"""What each command makes of a plain GeoPackage."""


# MapInfo keeps corners to a centimetre: grids of last year are no longer the very same shapes.
CASES = [
    (form, command) for form in SHAPES for command in COMMANDS if form != "MapInfo" or command in ("split", "redraw")
]


@pytest.mark.slow
@pytest.mark.parametrize(("form", "command"), CASES)
def test_shapes_come_out_alike_of_every_container(form: str, command: str, tmp_path: Path) -> None:
    if command not in KNOWN:
        (tmp_path / "plain").mkdir()
        KNOWN[command] = COMMANDS[command](drawn(".gpkg", "GPKG"), tmp_path / "plain")
    assert COMMANDS[command](SHAPES[form], tmp_path) == KNOWN[command]


# ---------------------------------------------------------------- pixels

SIDE = 40
VALUES = np.arange(SIDE * SIDE, dtype=float).reshape(SIDE, SIDE) % 7


def pixels(path: Path, values: Any, *, top: int = 0, **profile: Any) -> str:
    """Write people per pixel of the district, from a row of them on."""
    size = 2 * world.STEP / SIDE
    north = world.SOUTH + 2 * world.STEP - top * size
    shape = {"height": values.shape[0], "width": SIDE, "count": 1, "dtype": str(values.dtype), "crs": "EPSG:4326"}
    scale = profile.pop("scale", None)
    with rasterio.open(
        path, "w", driver="GTiff", transform=Affine(size, 0, world.WEST, 0, -size, north), **shape, **profile
    ) as file:
        file.write(values, 1)
        if scale is not None:
            file.scales = (scale,)
    return str(path)


def tiles(folder: Path) -> str:
    """Write two tiles in a folder of their own."""
    inner = folder / "tiles"
    inner.mkdir()
    pixels(inner / "n.tif", VALUES[: SIDE // 2].astype("float32"))
    pixels(inner / "s.tif", VALUES[SIDE // 2 :].astype("float32"), top=SIDE // 2)
    return str(inner)


def ascii_grid(folder: Path) -> str:
    """Write an ESRI ASCII grid, whose system lies beside it."""
    size = 2 * world.STEP / SIDE
    head = f"ncols {SIDE}\nnrows {SIDE}\nxllcorner {world.WEST}\nyllcorner {world.SOUTH}\ncellsize {size}\n"
    rows = "\n".join(" ".join(f"{each:g}" for each in row) for row in VALUES)
    (folder / "a.asc").write_text(f"{head}NODATA_value -9999\n{rows}\n")
    (folder / "a.prj").write_text(rasterio.crs.CRS.from_epsg(4326).to_wkt(version="WKT1_ESRI"))
    return str(folder / "a.asc")


def packed(folder: Path) -> str:
    """Write a raster in a zip."""
    path = pixels(folder / "b.tif", VALUES.astype("float32"))
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.write(path, "people/b.tif")
    return str(folder / "b.zip")


PIXELS: dict[str, Callable[[Path], str]] = {
    "bytes": lambda folder: pixels(folder / "a.tif", VALUES.astype("uint8")),
    "tenths by a scale": lambda folder: pixels(folder / "a.tif", (VALUES * 10).astype("int16"), scale=0.1),
    "a tag of no data": lambda folder: pixels(
        folder / "a.tif", np.where(VALUES == 0, 65535, VALUES).astype("uint16"), nodata=65535
    ),
    "tiled and packed": lambda folder: pixels(
        folder / "a.tif", VALUES.astype("float64"), tiled=True, blockxsize=16, blockysize=16, compress="deflate"
    ),
    "two tiles": tiles,
    "an ASCII grid": ascii_grid,
    "in a zip": packed,
}


def people_of(command: str, source: str) -> list[float]:
    """Return the people of each community, as a command counts them."""
    own: dict[str, Any] = {"people": source}
    if command == "split":
        made = gk.split(world.district(), parents="code", units=world.blocks(), target=1200, effort=0.01, **own)
    else:
        made = gk.redraw(world.plan(), **own)
    return [round(float(each), 1) for each in made.units.groupby("parent")["people"].sum()]


@pytest.mark.parametrize("command", ["split", "redraw"])
@pytest.mark.parametrize("form", PIXELS)
def test_people_come_out_alike_of_every_raster(form: str, command: str, tmp_path: Path) -> None:
    half = SIDE // 2
    right = [VALUES[half:, :half], VALUES[half:, half:], VALUES[:half, :half], VALUES[:half, half:]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = people_of(command, PIXELS[form](tmp_path))
    assert made == pytest.approx([float(each.sum()) for each in right], rel=0.002)
    shutil.rmtree(tmp_path, ignore_errors=True)
