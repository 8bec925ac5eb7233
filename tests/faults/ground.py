"""The ground that faults are made on, what a row of the matrix is, and its registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import rasterio
from rasterio.transform import Affine
from shapely.geometry import box

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Words = Sequence[object]

WEST, SOUTH, STEP = 120.60, 32.50, 0.01
CODES = ("320611001001", "320611001002", "320611002001", "320611002002")
SPLIT = ("split", "district.gpkg", "--parents", "code", "--units", "blocks.gpkg", "--effort", "0.01", "-o", "plan.gpkg")
BY_PEOPLE = (*SPLIT, "--people", "blocks.gpkg:people", "--target", "200")
OWN_PEOPLE = (*BY_PEOPLE[:-4], "--people", "a.gpkg:people", "--target", "200")
LAYER = ("layer", "made.gpkg", "incidents", "--data", "cases.csv", "-o", "plan.gpkg")
TIMES = [f"2024-03-{5 + at:02d} 10:15" for at in range(12)]
SPOTS = [(WEST + 0.0013 + 0.0015 * at, SOUTH + 0.0017 + 0.0012 * at) for at in range(12)]


def district(**columns: Any) -> gpd.GeoDataFrame:
    """Return four communities of a square kilometre each."""
    shapes = [box(WEST + STEP * x, SOUTH + STEP * y, WEST + STEP * (x + 1), SOUTH + STEP * (y + 1))
              for y in (0, 1) for x in (0, 1)]  # fmt: skip
    return gpd.GeoDataFrame({"code": CODES, "people": [100] * 4, **columns}, geometry=shapes, crs=4326)


def blocks(people: float | list[float] = 100, **columns: Any) -> gpd.GeoDataFrame:
    """Return sixteen blocks, four to a community."""
    half = STEP / 2
    shapes = [box(WEST + half * x, SOUTH + half * y, WEST + half * (x + 1), SOUTH + half * (y + 1))
              for y in range(4) for x in range(4)]  # fmt: skip
    counts = people if isinstance(people, list) else [people] * 16
    return gpd.GeoDataFrame({"people": counts, **columns}, geometry=shapes, crs=4326)


def cases(spots: Sequence[tuple[float, float]] = SPOTS, **columns: Any) -> pd.DataFrame:
    """Return incidents in the district."""
    lon, lat = zip(*spots, strict=True)
    return pd.DataFrame(
        {"id": [f"K{at}" for at in range(len(spots))], "time": TIMES, "lon": lon, "lat": lat, **columns}
    )


def raster(path: Path, values: Any, **profile: Any) -> None:
    """Write people per pixel of the district, or what is asked for instead."""
    values = np.asarray(values)
    shape = {"height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": str(values.dtype)}
    size = 2 * STEP / values.shape[1]
    own = {"crs": "EPSG:4326", "transform": Affine(size, 0, WEST, 0, -size, SOUTH + 2 * STEP)}
    with rasterio.open(path, "w", driver="GTiff", **{**shape, **own, **profile}) as file:
        file.write(values, 1)


def streets(path: Path, *, clipped: bool = False) -> None:
    """Write streets between the communities, and a building in each, as OpenStreetMap has them."""
    new = osmium.osm.mutable
    with osmium.SimpleWriter(str(path), bufsz=4096) as writer:
        rows = range(5)
        spots = {(x, y): 1 + x + 5 * y for y in rows for x in rows}
        for (x, y), at in spots.items():
            writer.add_node(new.Node(id=at, version=1, location=(WEST + STEP / 2 * x, SOUTH + STEP / 2 * y)))
        gone = 100 if clipped else 0
        for at in rows:
            along = [spots[x, at] for x in rows] + ([gone + 1] if clipped else [])
            across = [spots[at, y] for y in rows]
            tags = {"highway": "residential"}
            writer.add_way(new.Way(id=1 + at, version=1, nodes=along, tags=tags))
            writer.add_way(new.Way(id=11 + at, version=1, nodes=across, tags=tags))


@dataclass(frozen=True)
class Fault:
    """A row of the matrix.

    Attributes
    ----------
    row
        Its number.
    what
        The fault, in words.
    make
        Makes it in a folder that has the ground; what it returns is the command line, where ``words`` names none.
    words
        The command line.
    code
        The exit code that is right.
    said
        A pattern that must be said in English, on either stream.
    """

    row: int
    what: str
    make: Callable[[Path], Words | None]
    code: int
    said: str
    words: Words = ()

    def __str__(self) -> str:
        """Return what pytest calls it."""
        return f"{self.row:02d} {self.what}"


FAULTS: list[Fault] = []


def fault(row: int, what: str, code: int, said: str, words: Words = ()) -> Any:
    """Enter a function that makes a fault as a row of the matrix."""

    def entered(make: Callable[[Path], Words | None]) -> Callable[[Path], Words | None]:
        FAULTS.append(Fault(row, what, make, code, said, words))
        return make

    return entered


def swap(words: Words, **other: str) -> list[object]:
    """Return a command line with some of its words put another way, by the name of the word."""
    return [other.get(str(word).replace(".", "_"), word) for word in words]
