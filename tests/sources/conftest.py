"""Files as people have them, written by the tests that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import pytest
import rasterio
from rasterio.transform import Affine
from shapely.geometry import Point, Polygon, box

if TYPE_CHECKING:
    from pathlib import Path

KRUEGER = "EPSG:4549"
CORNER = (553_400.0, 3_603_200.0)


@pytest.fixture
def square() -> gpd.GeoDataFrame:
    """Return a district of 1 km x 1 km near 120.6 E, 32.5 N, in CGCS2000 Gauss-Krueger metres."""
    x, y = CORNER
    frame = gpd.GeoDataFrame({"name": ["Q"]}, geometry=[box(x, y, x + 1000, y + 1000)], crs=KRUEGER)
    return frame.rename_axis("district_id").set_axis(["district"], axis=0).rename_axis("district_id")


@pytest.fixture
def blocks() -> gpd.GeoDataFrame:
    """Return four squares of 500 m that make the square; people 10, 20, 30, 40; communities 东 and 西.

    ::

        +----+----+
        | 30 | 40 |
        +----+----+
        | 10 | 20 |
        +----+----+
         西    东
    """
    x, y = CORNER
    shapes = [box(x + dx, y + dy, x + dx + 500, y + dy + 500) for dy in (0, 500) for dx in (0, 500)]
    columns = {"people": [10, 20, 30, 40], "社区": ["西", "东", "西", "东"]}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=KRUEGER)


@pytest.fixture
def places(square: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return nine points on a 3 x 3 grid inside the square, in longitude and latitude."""
    x, y = CORNER
    spots = [Point(x + 100 + 400 * i, y + 100 + 400 * j) for j in range(3) for i in range(3)]
    return gpd.GeoDataFrame({"n": range(9)}, geometry=spots, crs=KRUEGER).to_crs(4326)


def write_raster(path: Path, values: Any, *, pixel: float = 100.0, nodata: float | None = None, **more: Any) -> Path:
    """Write a raster of people over the square, north up unless ``transform`` says otherwise."""
    values = np.asarray(values, dtype=more.pop("dtype", "float32"))
    transform = more.pop("transform", Affine(pixel, 0, CORNER[0], 0, -pixel, CORNER[1] + 1000))
    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": str(values.dtype),
        "crs": KRUEGER,
        "nodata": nodata,
        "transform": transform,
        **more,
    }
    with rasterio.open(path, "w", **profile) as file:
        file.write(values, 1)
    return path


class OsmFile:
    """A tiny OpenStreetMap file: nodes by name at metres from a corner, ways and relations over them."""

    def __init__(self, corner: tuple[float, float] = (120.6, 32.5)) -> None:
        self.corner, self.nodes, self.ways, self.relations = corner, {}, [], []
        self.hidden: set[str] = set()

    def node(self, name: str, x: float, y: float, /, **tags: str) -> str:
        """Add a node ``x`` metres east and ``y`` north of the corner."""
        self.nodes[name] = (len(self.nodes) + 1, (x, y), tags)
        return name

    def ring(self, left: float, bottom: float, right: float, top: float) -> list[str]:
        """Add the corners of a box and return their names, the first one twice."""
        spots = [(left, bottom), (right, bottom), (right, top), (left, top)]
        names = [self.node(f"{x:g},{y:g}#{len(self.nodes)}", x, y) for x, y in spots]
        return [*names, names[0]]

    def way(self, nodes: list[str] | str, /, **tags: str) -> int:
        """Add a way over nodes by name and return its number."""
        self.ways.append((len(self.ways) + 1, nodes.split() if isinstance(nodes, str) else nodes, tags))
        return len(self.ways)

    def relation(self, members: list[tuple[int, str]], /, **tags: str) -> int:
        """Add a multipolygon over ways by number and role."""
        self.relations.append((len(self.relations) + 1, members, {"type": "multipolygon", **tags}))
        return len(self.relations)

    def write(self, path: Path) -> Path:
        """Write the file; hidden nodes are referred to and not there, as in a clipped extract."""
        new = osmium.osm.mutable
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for name, (number, (x, y), tags) in self.nodes.items():
                if name not in self.hidden:
                    lon, lat = self.corner[0] + x / 93_900, self.corner[1] + y / 110_900
                    writer.add_node(new.Node(id=number, location=(lon, lat), tags=keys(tags), version=1))
            for number, names, tags in self.ways:
                refs = [self.nodes[name][0] for name in names]
                writer.add_way(new.Way(id=number, nodes=refs, tags=keys(tags), version=1))
            for number, members, tags in self.relations:
                listed = [("w", way, role) for way, role in members]
                writer.add_relation(new.Relation(id=number, members=listed, tags=keys(tags), version=1))
        return path


def keys(tags: dict[str, str]) -> dict[str, str]:
    """Return tags with ``__`` in their keys read as a colon."""
    return {key.replace("__", ":"): value for key, value in tags.items()}


@pytest.fixture
def osm_file() -> OsmFile:
    return OsmFile()


@pytest.fixture
def raster(tmp_path: Path) -> Any:
    def write(values: Any, name: str = "people.tif", **more: Any) -> Path:
        return write_raster(tmp_path / name, values, **more)

    return write


@pytest.fixture
def bow_tie() -> Polygon:
    x, y = CORNER
    return Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
