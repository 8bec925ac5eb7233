"""The gate: whatever a user has becomes what the readers read, a file that is there or a GeoDataFrame.

Frames of rows without shapes and arrays are laid down as files of the run, so that they pass the same readers, checks
and accounts as files do; what is handed over is recorded with a digest like everything that is read.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from gridkit import errors
from gridkit.crs import named
from gridkit.database.address import names_database
from gridkit.errors import TableError, UsageError
from gridkit.inputs import TAKES
from gridkit.language.phrases import Phrase, listed
from gridkit.sources.coordinates import checks
from gridkit.sources.files.databases import laid

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVER = re.compile(
    r"(?i)^(?:[a-z][a-z0-9+]*sql[a-z0-9+]*|sqlite|oracle[a-z0-9+]*|mongodb)(?:\+\w+)?://|^(?:PG|MYSQL|MSSQL):"
)
_TRANSFORM = 6
_RASTER, _FLAT = ("array", "transform", "crs"), 2
_SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")
_GEOJSON = {"FeatureCollection", "Feature", *_SHAPES}
_WRITTEN = re.compile(
    rf"(?i)^\s*(?:(?P<json>[{{\[])|(?:SRID=\d+;)?\s*(?:{'|'.join(_SHAPES)}|LinearRing)\s*(?:Z|M|ZM)?\s*(?:\(|EMPTY\b))"
)
"""The beginning of a text that is itself what a file would hold: GeoJSON or WKT."""


def taken(source: Any) -> Path | str | gpd.GeoDataFrame:  # noqa: ANN401 - that is what it is for
    """Return what a user handed over as a path or a GeoDataFrame.

    Parameters
    ----------
    source
        Any of :data:`TAKES`. A DataFrame with coordinates, or names of communities, is read as a table of a file is.

    Raises
    ------
    UsageError
        When it is of another kind, with what is taken; for a database, with the way round.

    Examples
    --------
    >>> taken(gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=4326)).crs.to_epsg()
    4326
    >>> taken(pd.DataFrame({"community": ["A"], "people": [3]})).name
    'DataFrame.parquet'
    """
    if isinstance(source, str | Path):
        return _named(source)
    if isinstance(source, pd.DataFrame):
        source = named_by_text(source)
    if isinstance(source, gpd.GeoDataFrame):
        if source.active_geometry_name is not None:
            checks.require_sense(source, "the GeoDataFrame")
        return source
    if isinstance(source, gpd.GeoSeries):
        return gpd.GeoDataFrame(geometry=source.reset_index(drop=True))
    if isinstance(source, pd.DataFrame):
        path = _laid_as("DataFrame.parquet", "the DataFrame")
        _kept(source.reset_index(drop=isinstance(source.index, pd.RangeIndex)), path)
        return path
    if isinstance(source, shapely.Geometry):
        return gpd.GeoDataFrame(geometry=[source])
    return _by_its_looks(source)


def named_by_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose columns are called by texts and whose rows have names of one level, ``a-b`` for a and b.

    A GeoDataFrame without any column of shapes is a plain table.

    Raises
    ------
    TableError
        When columns are called alike: which of them is meant is not to be guessed.
    """
    if isinstance(frame, gpd.GeoDataFrame) and not (frame.dtypes == "geometry").any():
        frame = pd.DataFrame(frame)
    if not all(isinstance(name, str) for name in frame.columns):
        active = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
        plain: pd.DataFrame = pd.DataFrame(frame).set_axis([_text(name) for name in frame.columns], axis=1)
        frame = plain if active is None else gpd.GeoDataFrame(plain, geometry=_text(active))
    alike = frame.columns[frame.columns.duplicated()].unique()
    if len(alike):
        raise TableError(
            "several columns are called {names}",
            where=f"the {type(frame).__name__}",
            mend="give each a name of its own",
            names=listed(map(str, alike)),
        )
    if isinstance(frame.index, pd.MultiIndex):
        return frame.set_axis(["-".join(map(str, row)) for row in frame.index])
    return frame


def _text(name: object) -> str:
    """Return a name of one or several levels as text: ``a-b`` for a and b, levels without a name left out."""
    levels = name if isinstance(name, tuple) else (name,)
    return "-".join(str(each) for each in levels if each != "")


def _kept(frame: pd.DataFrame, path: Path) -> None:
    """Write a table; a column whose cells are of several kinds is written as text, as a file of text has it."""
    mixed = [
        at
        for at, kind in enumerate(frame.dtypes)
        if pd.api.types.is_object_dtype(kind) and not _of_one_kind(frame.iloc[:, at])
    ]
    for at in mixed:
        frame = frame.assign(**{str(frame.columns[at]): frame.iloc[:, at].map(str, na_action="ignore")})
    frame.to_parquet(path)


def _of_one_kind(column: pd.Series[Any]) -> bool:
    return pd.api.types.infer_dtype(column, skipna=True) not in {"mixed", "mixed-integer"}


def _named(source: str | Path) -> Path | str:
    """Return a path as it is, and the table of a database as a file of the run."""
    if names_database(source):
        return laid(source)
    if _SERVER.match(str(source)):
        raise _no_database(str(source))
    if isinstance(source, str) and not source.strip():
        raise UsageError("the name of a file is empty", mend="hand over {takes}", takes=TAKES)
    if isinstance(source, str) and (text := _WRITTEN.match(source)) and not os.path.exists(source):  # noqa: PTH110 - names too long
        raise UsageError(
            "this is the {kind} itself, not the name of a file",
            where=f"{source.strip()[:_SHOWN]} …",
            mend="hand over {way}",
            kind="GeoJSON" if text["json"] else "WKT",
            way="json.loads(text)" if text["json"] else "shapely.from_wkt(text)",
        )
    return source


_SHOWN = 40
"""Characters of a text that messages show."""


def _by_its_looks(source: Any) -> Path | gpd.GeoDataFrame:  # noqa: ANN401
    """Return a graph, a raster or features, which are known by what they can do: their packages are never imported."""
    if callable(getattr(source, "edges", None)) and callable(getattr(source, "nodes", None)):
        return gpd.GeoDataFrame(list(_edges(source)), geometry="geometry", crs=source.graph.get("crs"))
    if hasattr(source, "read") and hasattr(source, "transform") and hasattr(source, "crs"):
        path = Path(str(source.name))
        return path if path.exists() else _laid(source.read(1), source.transform, source.crs, source.nodata)
    if hasattr(source, "dims") and hasattr(source, "coords") and hasattr(source, "values"):
        return _laid(np.squeeze(source.values), *_xarray_place(source), source.attrs.get("_FillValue"))
    if isinstance(source, tuple | list) and len(source) == len(_RASTER) and np.ndim(source[0]) == _FLAT:
        return _laid(np.asarray(source[0]), source[1], source[2], None)
    if (found := _features(source)) is not None:
        return found
    if (
        callable(getattr(source, "cursor", None))
        or callable(getattr(source, "execute", None))
        or hasattr(source, "dialect")
    ):
        raise _no_database(type(source).__name__)
    raise UsageError(
        "what is of the type {kind} is not read", mend="hand over {takes}", kind=type(source).__name__,
        takes=next((way for name, way in _WAYS.items() if hasattr(source, name)), TAKES),
    )  # fmt: skip


def _features(source: Any) -> Path | gpd.GeoDataFrame | None:  # noqa: ANN401
    """Return GeoJSON, an object that can say itself as such, or a table of Arrow (polars, DuckDB); else None."""
    if isinstance(source, Mapping) and source.get("type") in _GEOJSON:
        path = _laid_as("handed.geojson", "the GeoJSON")
        path.write_text(json.dumps(source, default=_plain), encoding="utf-8")
        return path
    if isinstance(found := getattr(source, "__geo_interface__", None), Mapping):
        features = found["features"] if found.get("type") == "FeatureCollection" else [found]
        return gpd.GeoDataFrame.from_features(features, crs=4326)
    if hasattr(source, "__arrow_c_stream__") and not isinstance(source, type | pd.Series):
        read = taken(pa.table(source).to_pandas())
        return read if isinstance(read, gpd.GeoDataFrame) else Path(read)
    return None


_WAYS = {
    "to_frame": Phrase("a frame: of a Series, .to_frame(); of shapes, geopandas.GeoSeries"),
    "getbuffer": Phrase("its path"),
    "decode": Phrase("its path"),
    "readable": Phrase("its path"),
    "districts": Phrase("a table of the plan, such as plan.grids"),
}
"""What is handed over instead of what has such an attribute."""


def _plain(value: Any) -> Any:  # noqa: ANN401 - any number or time
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _no_database(name: str) -> UsageError:
    return UsageError(
        "of databases PostgreSQL alone is read",
        where=name,
        mend="export the table, or hand it over from geopandas.read_postgis; taken are {takes}",
        takes=TAKES,
    )


def _edges(graph: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - networkx's
    """Yield the edges of a graph with their attributes, straight between their nodes where no line is."""
    nodes = dict(graph.nodes(data=True))
    for start, end, data in graph.edges(data=True):
        if "geometry" in data:
            yield dict(data)
            continue
        try:
            ends = [(nodes[each]["x"], nodes[each]["y"]) for each in (start, end)]
        except KeyError:
            raise UsageError(
                "the node {node!r} of the graph has no x and y", mend="give its nodes x and y", node=str(start)
            ) from None
        yield {**data, "geometry": shapely.LineString(ends)}


def _xarray_place(source: Any) -> tuple[Any, Any]:  # noqa: ANN401 - an array of xarray
    """Return the transform and CRS of an xarray: rioxarray's, else by its x and y, the middles of its pixels."""
    rio = getattr(source, "rio", None)
    if rio is not None and rio.crs is not None:
        return rio.transform(), rio.crs
    xs, ys = (next((np.asarray(source.coords[n], float) for n in names if n in source.coords), None) for names in _AXES)
    said = source.attrs.get("crs") or getattr(source.coords.get("spatial_ref"), "attrs", {}).get("crs_wkt")
    if xs is None or ys is None or len(xs) < 2 or len(ys) < 2:  # noqa: PLR2004 - no step
        raise UsageError("the array has no coordinates x and y", mend="hand over (array, transform, crs)")
    from rasterio.transform import Affine

    across, down = (xs[-1] - xs[0]) / (len(xs) - 1), (ys[-1] - ys[0]) / (len(ys) - 1)
    return Affine(across, 0, xs[0] - across / 2, 0, down, ys[0] - down / 2), said


_AXES = (("x", "lon", "longitude", "easting"), ("y", "lat", "latitude", "northing"))


def _laid(values: Any, transform: Any, crs: Any, nodata: float | None) -> Path:  # noqa: ANN401 - as rasterio takes them
    """Return the path of a raster laid down with these values; rows that run from south to north are turned."""
    import rasterio
    from rasterio.transform import Affine

    affine = transform if isinstance(transform, Affine) else Affine(*tuple(transform)[:_TRANSFORM])
    array = np.asarray(values)
    if affine.e > 0:
        top = affine.f + affine.e * len(array)
        affine, array = Affine(affine.a, affine.b, affine.c, affine.d, -affine.e, top), array[::-1]
    kind = np.dtype("float64") if array.dtype.kind == "b" or array.dtype.itemsize > 8 else array.dtype  # noqa: PLR2004
    path = _laid_as("array.tif", "the array")
    size = {"height": array.shape[0], "width": array.shape[1], "count": 1, "dtype": kind.name}
    wkt = None if crs is None else named(crs.to_wkt() if hasattr(crs, "to_wkt") else crs).to_wkt()
    with rasterio.open(path, "w", driver="GTiff", crs=wkt, transform=affine, nodata=nodata, **size) as file:
        file.write(array.astype(kind), 1)
    return path


def _laid_as(file: str, name: str) -> Path:
    """Return a file in a folder of this run, which goes when the program ends; messages name its object."""
    folder = Path(tempfile.mkdtemp(prefix="gridkit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    errors.call(folder / file, name)
    return folder / file
