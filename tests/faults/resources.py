"""Faults F: memory, disks, folders, libraries."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import rasterio
from rasterio.transform import Affine

from faults.ground import BY_PEOPLE, SOUTH, STEP, WEST, fault, swap
from faults.values import PIXELS

if TYPE_CHECKING:
    from pathlib import Path


@fault(77, "a raster of 640 GB", 8, r"400,000 x 400,000 pixels.*2384\.2 GiB", PIXELS)
def _huge(at: Path) -> None:
    size = 400_000
    own = {"height": size, "width": size, "count": 1, "dtype": "float32", "tiled": True, "blockxsize": 512}
    with rasterio.open(
        at / "a.tif", "w", driver="GTiff", blockysize=512, sparse_ok=True, crs="EPSG:4326", BIGTIFF="YES",
        transform=Affine(2 * STEP / size, 0, WEST, 0, -2 * STEP / size, SOUTH + 2 * STEP), nodata=-1, **own,
    ):  # fmt: skip
        pass


@fault(
    81,
    "a folder that takes no file",
    6,
    "/proc/plan.gpkg: cannot be written",
    swap(BY_PEOPLE, plan_gpkg="/proc/plan.gpkg"),
)
def _read_only(_: Path) -> None:
    pass


@fault(82, "a folder that is not there", 0, "new/plan.gpkg", swap(BY_PEOPLE, plan_gpkg="new/plan.gpkg"))
def _no_folder(_: Path) -> None:
    pass


@fault(83, "an output that exists", 6, "--overwrite", swap(BY_PEOPLE, plan_gpkg="made.gpkg"))
def _exists(_: Path) -> None:
    pass


@fault(91, "a missing library", 2, "pip install .governance-grids.papers.", ["cards", "made.gpkg", "-o", "cards.pdf"])
def _no_library(_: Path) -> None:
    sys.modules["fpdf"] = None  # type: ignore[assignment]
