"""Objects of Python, made from bytes that may be damaged, and handed over: a notebook's, or the answer of a server."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import requests
import shapely
import xarray as xr
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from gridkit.sources import districts, facilities, features, gate, incidents
from gridkit.sources.osm import extract, overpass
from gridkit.sources.people import population
from readers.made import AREAS, ROWS, extracted, text
from readers.reader import Reader
from readers.taken import DISTRICT, METRES

if TYPE_CHECKING:
    from pathlib import Path

SIDE = 8
TRANSFORM = Affine(0.0025, 0, 120.5, 0, -0.00125, 32.51)
VALUES = np.arange(SIDE * SIDE, dtype="<f4").tobytes()
BOX = (120.5, 32.5, 120.52, 32.51)


# ------------------------------------------------------------------ bytes as objects
def numbers(data: bytes, shape: tuple[int, ...], kind: str = "<f4") -> np.ndarray:
    """Return bytes as an array of this shape; what is missing is zero, what is too much is left out."""
    wanted = int(np.prod(shape)) * np.dtype(kind).itemsize
    return np.frombuffer(data[:wanted].ljust(wanted, b"\0"), dtype=kind).reshape(shape)


def shapes(path: Path) -> np.ndarray:
    """Return the shapes of lines of WKB in hexadecimal digits; None where a line is none."""
    return np.asarray(shapely.from_wkb(path.read_bytes().splitlines(), on_invalid="ignore"), dtype=object)


def wkb(geometry: Any) -> Any:
    """Return what writes shapes as lines of WKB."""
    return text("\n".join(shapely.to_wkb(np.asarray(geometry, dtype=object), hex=True)))


def cells(path: Path) -> pd.DataFrame:
    """Return a frame of cells as a notebook has them: numbers where a cell is one, None where it is empty."""
    rows = [line.split(",") for line in path.read_text("utf-8", "replace").splitlines()] or [[""]]
    return pd.DataFrame(
        [[_cell(each) for each in [*row, *[""] * len(rows[0])][: len(rows[0])]] for row in rows[1:]],
        columns=rows[0],
        dtype=object,
    )


def _cell(said: str) -> Any:
    for kind in (int, float):
        with suppress(ValueError):
            return kind(said)
    return said or None


# ------------------------------------------------------------------ objects, read
def as_areas(path: Path) -> Any:
    found = shapes(path)
    frame = gpd.GeoDataFrame({"name": [f"A{at}" for at in range(len(found))]}, geometry=found, crs=4326)
    return districts.read(gate.taken(frame), parents="name")[0]


def as_series(path: Path) -> Any:
    return districts.read(gate.taken(gpd.GeoSeries(shapes(path), crs=4326)))[0]


def as_shape(path: Path) -> Any:
    return districts.read(gate.taken(next((each for each in shapes(path) if each), shapely.Point())), crs="EPSG:4326")[
        0
    ]


def as_features(path: Path) -> Any:
    """Read an object with ``__geo_interface__``, which another library's tables have."""
    found = [shapely.geometry.mapping(each) for each in shapes(path) if each]
    features_ = [{"type": "Feature", "properties": {"n": at}, "geometry": each} for at, each in enumerate(found)]
    held = SimpleNamespace(__geo_interface__={"type": "FeatureCollection", "features": features_})
    return districts.read(gate.taken(held))[0]


def as_frame(path: Path) -> Any:
    return incidents.read(gate.taken(cells(path)), district=DISTRICT)[0]


def as_services(path: Path) -> Any:
    return facilities.read(gate.taken(cells(path)), crs=METRES, district=DISTRICT)[0]


def as_frame_of_people(path: Path) -> Any:
    return population.read(gate.taken(cells(path)), DISTRICT)[0]


def people_of(source: Any) -> Any:
    found: Any = population.read(gate.taken(source), DISTRICT)[0]
    frame = pd.DataFrame(found.values)
    frame.attrs["notes"] = [note for account in found.accounts for note in account.notes]
    return frame


def as_array(path: Path) -> Any:
    return people_of((numbers(path.read_bytes(), (SIDE, SIDE)), TRANSFORM, "EPSG:4326"))


def as_whole_array(path: Path) -> Any:
    """Read counts as whole numbers whose rows run from south to north."""
    upside_down = Affine(0.0025, 0, 120.5, 0, 0.00125, 32.5)
    return people_of((numbers(path.read_bytes(), (SIDE, SIDE), "<u2"), upside_down, "EPSG:4326"))


def as_xarray(path: Path) -> Any:
    data = path.read_bytes()
    x, y = numbers(data, (SIDE,), "<f8"), numbers(data[64:], (SIDE,), "<f8")
    coords = {"lat": y, "lon": x}
    values = numbers(data[128:], (1, SIDE, SIDE))
    return people_of(xr.DataArray(values, coords, ("band", "lat", "lon"), attrs={"crs": "EPSG:4326"}))


def as_open_raster(path: Path) -> Any:
    """Read a raster of rasterio that lies in memory, so that no file has its name."""
    size = {"height": SIDE, "width": SIDE, "count": 1, "dtype": "float32", "crs": "EPSG:4326", "nodata": -1.0}
    with MemoryFile() as memory, memory.open(driver="GTiff", transform=TRANSFORM, **size) as file:
        file.write(numbers(path.read_bytes(), (SIDE, SIDE)), 1)
        return people_of(file)


def as_graph(path: Path) -> Any:
    """Read a graph of osmnx' kind: places on its nodes, a line on one edge."""
    at = numbers(path.read_bytes(), (4, 2), "<f8")
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_nodes_from((n, {"x": float(x), "y": float(y)}) for n, (x, y) in enumerate(at))
    graph.add_edge(0, 1, highway="residential", name="人民路")
    graph.add_edge(1, 2, highway=["primary", "secondary"], geometry=shapely.LineString(at[1:3]))
    graph.add_edge(2, 3, highway="footway", oneway=True)
    return features.read(gate.taken(graph), "roads", crs=METRES, district=DISTRICT).tables["roads"]


def as_answer(path: Path) -> Any:
    """Read what a server of Overpass answers."""
    answer = SimpleNamespace(
        status_code=200, raise_for_status=lambda: None, iter_content=lambda _size: [path.read_bytes()]
    )
    with mock.patch.object(requests, "post", return_value=nullcontext(answer)):
        kept = overpass.fetch(BOX, path.with_name("kept.osm"), overwrite=True)
    return extract.read(kept, district=DISTRICT).tables["roads"]


def no_look(_path: Path) -> None:
    """Look at nothing: these bytes are no file that a user has."""


def xarray_bytes(path: Path) -> None:
    x, y = 120.50125 + 0.0025 * np.arange(SIDE), 32.500625 + 0.00125 * np.arange(SIDE)
    path.write_bytes(x.astype("<f8").tobytes() + y.astype("<f8").tobytes() + VALUES)


def nodes(path: Path) -> None:
    path.write_bytes(np.array([[120.501, 32.501], [120.51, 32.502], [120.515, 32.508], [120.502, 32.508]]).tobytes())


def services(path: Path) -> None:
    path.write_text(ROWS.assign(type="clinic", beds=[3, 40] * 4).to_csv(index=False))


def counted(path: Path) -> None:
    path.write_text(ROWS.assign(people=[120, 80] * 4).to_csv(index=False))


def plain(path: Path) -> None:
    path.write_text(ROWS.assign(n=[1, "a"] * 4).to_csv(index=False))


READERS = [
    Reader("frame.wkb", wkb(AREAS.geometry), as_areas, no_look),
    Reader("series.wkb", wkb(AREAS.geometry), as_series, no_look),
    Reader("shape.wkb", wkb(AREAS.geometry[:1]), as_shape, no_look),
    Reader("interface.wkb", wkb(AREAS.geometry), as_features, no_look),
    Reader("frame.cells", plain, as_frame, no_look),
    Reader("services.cells", services, as_services, no_look),
    Reader("counted.cells", counted, as_frame_of_people, no_look),
    Reader("array.bin", lambda path: path.write_bytes(VALUES), as_array, no_look),
    Reader("whole.bin", lambda path: path.write_bytes(np.arange(64, dtype="<u2").tobytes()), as_whole_array, no_look),
    Reader("xarray.bin", xarray_bytes, as_xarray, no_look),
    Reader("raster.bin", lambda path: path.write_bytes(VALUES), as_open_raster, no_look),
    Reader("graph.bin", nodes, as_graph, no_look),
    Reader("answer.osm", extracted, as_answer, no_look),
]
