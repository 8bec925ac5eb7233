"""Vector files of every kind that GDAL and GeoParquet read, as GeoDataFrames with a CRS, found by what they are."""

from __future__ import annotations

import logging
import re
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridkit.errors import GridkitError, SourceError, TableError, nearest
from gridkit.sources import datums, encodings, files

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

logger = logging.getLogger(__name__)

Source = str | Path | gpd.GeoDataFrame

_WORLD = (-180.0, -90.0, 180.0, 90.0)
_SLACK_DEG = 1e-6
_DBF_HEAD = 32
_BY_NAME_ALONE = (".dxf", ".tab", ".mif", ".gdb")
"""Kinds of vector file that have no mark of their own among their first bytes."""


@dataclass(frozen=True)
class Spec:
    """What a source names: a file, and perhaps a layer (or sheet) and a column in it."""

    path: Path
    layer: str | None = None
    column: str | None = None

    def __str__(self) -> str:
        """Return the spec as it would be typed."""
        return ":".join(str(part) for part in (self.path, self.layer, self.column) if part is not None)


@dataclass(frozen=True)
class _Place:
    """One layer that can be read: what GDAL calls its file, its name, and the kind of file."""

    address: str
    layer: str
    kind: files.Kind


def parse(text: str | Path) -> Spec:
    """Return what ``FILE[:LAYER][:COLUMN]`` names, told apart by what exists.

    The longest beginning that is a file is the file, so that drive letters and colons in names do no harm. One word
    after it is the column of a file that has one layer, or else a layer.

    Raises
    ------
    SourceError
        When no beginning of the text is a file that can be read.
    TableError
        When neither a layer nor a column has the name.
    """
    path, rest = _file_of(str(text))
    if not rest:
        return Spec(path)
    if len(rest) == 2:  # noqa: PLR2004 - layer and column
        return Spec(path, rest[0], rest[1])
    (word,) = rest
    if files.kind(path) in ("text", "tiff", "netcdf"):
        return Spec(path, None, word)
    names = layers(path)
    if len(names) == 1 and word in columns(Spec(path, names[0])):
        return Spec(path, names[0], word)
    if word in names:
        return Spec(path, word, None)
    if len(names) == 1:
        return Spec(path, names[0], word)
    near = nearest(word, names)
    raise TableError(
        "there is no layer {word!r}",
        where=path,
        mend="did you mean {near!r}?" if near else "its layers are {names}",
        word=word,
        near=near,
        names=files.listed(names),
    )


def _file_of(text: str) -> tuple[Path, list[str]]:
    """Return the file that a spec begins with, and the one or two words after it."""
    candidates: list[tuple[str, list[str]]] = [(text, [])] + [
        (":".join(parts[:-count]), parts[-count:])
        for parts in [text.split(":")]
        for count in (1, 2)
        if len(parts) > count
    ]
    for name, rest in candidates:
        if name and Path(name).expanduser().exists():
            return files.find(name), rest
    # Nothing is there: complain of the name that looks most like a file.
    likely = next((name for name, _ in reversed(candidates) if re.search(r"\.\w{2,8}$", name)), text)
    return files.find(likely), []


def layers(path: str | Path) -> list[str]:
    """Return the names of the layers of a vector file, or of the sheets of a workbook."""
    path = files.find(path)
    if files.kind(path) == "workbook":
        from gridkit.sources.tables import sheets  # noqa: PLC0415 - tables build on the specs of this module

        return sheets(path)
    return [place.layer for place in _places(path)]


def columns(source: Spec) -> list[str]:
    """Return the names of the columns of one layer, or of a sheet."""
    if files.kind(source.path) == "workbook":
        from gridkit.sources.tables import read as read_table  # noqa: PLC0415

        return [str(name) for name in read_table(source.path, sheet=source.layer).columns]
    place = _place(source.path, source.layer)
    if place.kind == "parquet":
        return list(pq.read_schema(place.address).names)
    with _gdal(source.path):
        return [str(name) for name in pyogrio.read_info(place.address, layer=place.layer)["fields"]]


def read(  # noqa: PLR0913 - one word for each thing a file may leave unsaid
    source: Source | Spec,
    *,
    layer: str | None = None,
    crs: Any = None,  # noqa: ANN401 - anything pyproj takes
    encoding: str | None = None,
    datum: str | None = None,
    swap_xy: bool = False,
    where: str = "",
) -> gpd.GeoDataFrame:
    """Return one layer as a GeoDataFrame that has a CRS.

    What was found out and mended on the way stands in ``frame.attrs["notes"]``, a list of sentences.

    Parameters
    ----------
    source
        A path, ``FILE:LAYER``, a :class:`Spec` or a GeoDataFrame.
    layer
        Its name, where the file has several.
    crs
        The CRS of a file that names none.
    encoding
        Of the text of a shapefile, where its .cpg is missing or lies.
    datum
        ``gcj02`` or ``bd09``: the longitudes and latitudes are shifted and are put back to WGS 84.
    swap_xy
        The file holds north (or latitude) first.
    where
        What messages call a GeoDataFrame.

    Raises
    ------
    SourceError
        When the file is missing, damaged or not what its name says.
    TableError
        When the layer is ambiguous or absent, there is no CRS, or coordinates cannot be what the CRS says.
    """
    notes: list[str] = []
    if isinstance(source, gpd.GeoDataFrame):
        frame, where = source, where or "the GeoDataFrame"
    else:
        spec = source if isinstance(source, Spec) else parse(source)
        place = _place(spec.path, layer or spec.layer)
        with _gdal(spec.path):
            frame, notes = _READERS.get(place.kind, _read_gdal)(place, spec.path, encoding)
        where = str(spec.path)
    if frame.active_geometry_name is None:
        raise TableError("there is no geometry in it", where=where, mend="it is a plain table")
    frame, more = _placed(frame, crs, where)
    notes += more
    if swap_xy:
        frame = frame.set_geometry(_swapped(frame.geometry))
        notes.append("x and y swapped, as asked")
    _require_sense(frame, where)
    if datum is not None:
        moved = from_datum(frame, datum, where=where)
        notes += [f"put from {datum} to WGS 84"] if moved is not frame else []
        frame = moved
    frame = frame.copy(deep=False)
    frame.attrs["notes"] = notes
    return frame


def is_geo(path: Path) -> bool:
    """Return whether a Parquet file is GeoParquet."""
    with _gdal(path):
        return b"geo" in (pq.read_schema(path).metadata or {})


def column(frame: pd.DataFrame, name: str, *, where: object = "") -> str:
    """Return the name of a column as the frame spells it: exact, else the same but for case and spaces.

    Raises
    ------
    TableError
        When there is none; the nearest name is suggested, and all are listed.
    """
    names = [str(each) for each in frame.columns if each != getattr(frame, "_geometry_column_name", None)]
    if name in names:
        return name
    folded = {each.strip().casefold(): each for each in names}
    if name.strip().casefold() in folded:
        return folded[name.strip().casefold()]
    near = nearest(name, names)
    raise TableError(
        "there is no column {name!r}",
        where=where,
        mend=("did you mean {near!r}? " if near else "") + "Its columns are {names}",
        name=name,
        near=near,
        names=files.listed(names),
    )


def from_datum(frame: gpd.GeoDataFrame, datum: str, *, where: object = "") -> gpd.GeoDataFrame:
    """Return a frame of shifted longitudes and latitudes put back to WGS 84.

    Raises
    ------
    TableError
        When the datum is not known, or the frame's coordinates are not degrees.
    """
    back = datums.to_wgs84(datum, where=where)
    if back is datums.TO_WGS84["wgs84"]:
        return frame
    if frame.crs is None or not frame.crs.is_geographic:
        raise TableError(
            "the datum {datum} is of longitudes and latitudes, not of {crs}",
            where=where,
            mend="leave --datum out",
            datum=datum,
            crs=frame.crs.name if frame.crs else "unknown coordinates",
        )
    moved = shapely.transform(
        shapely.force_2d(frame.geometry.values), lambda points: np.column_stack(back(points[:, 0], points[:, 1]))
    )
    return frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=4326))


# ---------------------------------------------------------------- what is in the file


def _places(path: Path) -> list[_Place]:
    """Return every layer of a file, those of a zip member by member."""
    kind = files.kind(path)
    if kind == "parquet":
        return [_Place(str(path), path.stem, kind)]
    if kind in _LOOKS and not (path.is_dir() or path.suffix.lower() in _BY_NAME_ALONE):
        raise SourceError("is {looks}, not a vector file", where=path, mend=_INSTEAD[kind], looks=_LOOKS[kind])
    opened = [files.Member(str(path), kind)]
    if kind == "zip":
        opened = files.members(path)
    elif kind == "gzip":
        opened = [files.Member(f"/vsigzip/{path.resolve()}", kind)]
    elif kind == "shapefile" or path.suffix.lower() in (".shx", ".dbf"):
        _require_parts(path)
    with _gdal(path):
        return [
            _Place(member.address, str(name), member.kind)
            for member in opened
            for name, _ in pyogrio.list_layers(member.address)
            if str(name) != "layer_styles"
        ]


def _place(path: Path, layer: str | None) -> _Place:
    """Return the one layer that is meant.

    Raises
    ------
    TableError
        When the layer does not exist, or none was named and there are several.
    """
    places = _places(path)
    names = [place.layer for place in places]
    if layer is not None:
        if layer in names:
            return places[names.index(layer)]
        near = nearest(layer, names)
        raise TableError(
            "there is no layer {layer!r}",
            where=path,
            mend="did you mean {near!r}?" if near else "its layers are {names}",
            layer=layer,
            near=near,
            names=files.listed(names),
        )
    if len(places) == 1:
        return places[0]
    if not places:
        raise TableError("there is no layer in it", where=path)
    raise TableError(
        "there are {count} layers: {names}",
        where=path,
        mend="name one, as in {example}",
        count=len(places),
        names=", ".join(f"{place.layer} ({_count(place)})" for place in places[:12]),
        example=f"{path.name}:{names[0]}",
    )


def _count(place: _Place) -> int:
    return int(pyogrio.read_info(place.address, layer=place.layer, force_feature_count=True)["features"])


def _require_parts(path: Path) -> None:
    """Raise when a shapefile came without its other files."""
    beside = {other.suffix.lower() for other in path.parent.iterdir() if other.stem == path.stem}
    if ".shx" not in beside:
        raise SourceError(
            "its .shx is missing",
            where=path,
            mend="copy all files of the shapefile, or rebuild it with: SHAPE_RESTORE_SHX=YES ogrinfo {name}",
            name=path.name,
        )
    if ".dbf" not in beside:
        raise TableError("its .dbf with the columns is missing", where=path, mend="copy all files of the shapefile")


# ---------------------------------------------------------------- reading by kind


def _read_parquet(place: _Place, path: Path, _encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    try:
        return gpd.read_parquet(place.address), []
    except ValueError as error:
        if "geo metadata" in str(error):
            raise TableError("is Parquet without geometry", where=path, mend="it is a plain table") from None
        raise


def _read_gdal(place: _Place, path: Path, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    notes: list[str] = []
    if place.kind == "shapefile" and encoding is None:
        encoding, notes = _dbf_encoding(path)
    options = {"encoding": encoding} if encoding and place.kind == "shapefile" else {}
    frame = pyogrio.read_dataframe(place.address, layer=place.layer, **options)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise TableError("layer {layer!r} has no geometry", where=path, mend="it is a plain table", layer=place.layer)
    return frame, notes


def _read_flatgeobuf(place: _Place, path: Path, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    frame, notes = _read_gdal(place, path, encoding)
    said = int(pyogrio.read_info(place.address, layer=place.layer)["features"])
    if said > len(frame) or (not len(frame) and path.stat().st_size < _fgb_least_bytes(path)):
        raise SourceError(
            "is cut off: it says {said} features and holds {held}",
            where=path,
            mend="get it again",
            said=max(said, 0),
            held=len(frame),
        )
    return frame, notes


def _fgb_least_bytes(path: Path) -> int:
    """Return the bytes of a FlatGeobuf up to the end of its header: 8 of magic, 4 of length, and the header."""
    with path.open("rb") as handle:
        head = handle.read(12)
    return 12 + int(struct.unpack("<I", head[8:12])[0]) if len(head) == 12 else 13  # noqa: PLR2004 - those bytes


def _read_geojson(place: _Place, path: Path, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    frame, notes = _read_gdal(place, path, encoding)
    # GDAL calls every GeoJSON WGS 84; a planner's export may hold metres all the same.
    if frame.crs is not None and frame.crs.is_geographic and len(frame) and not _within(frame.total_bounds, _WORLD):
        with path.open("rb") as handle:
            said = b'"crs"' in handle.read(files.HEAD_BYTES)
        if not said:
            frame = frame.set_geometry(gpd.GeoSeries(frame.geometry.values, index=frame.index, crs=None))
    return frame, notes


_READERS = {
    "parquet": _read_parquet,
    "flatgeobuf": _read_flatgeobuf,
    "geojson": _read_geojson,
}
_LOOKS = {
    "tiff": "a raster (TIFF)",
    "netcdf": "a raster (netCDF or HDF)",
    "pbf": "an OpenStreetMap extract",
    "osm": "an OpenStreetMap extract",
    "bzip2": "a bzip2 archive",
    "workbook": "a workbook",
    "text": "plain text",
    "unknown": "of no kind that is known here",
}
_INSTEAD = {
    "tiff": "give it as --people",
    "netcdf": "export it as GeoTIFF",
    "pbf": "give it as --osm",
    "osm": "give it as --osm",
    "bzip2": "unpack it, or give it as --osm if it is OpenStreetMap",
    "workbook": "tables with coordinates are read where points are asked for",
    "text": "tables with coordinates are read where points are asked for",
    "unknown": "get it again, or export it as GeoPackage",
}


class _gdal:  # noqa: N801 - reads as the keyword it serves
    """Name the file in whatever GDAL, Arrow or the disk say of it, and keep GDAL's chatter out of the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._quiet = warnings.catch_warnings()

    def __enter__(self) -> None:
        self._quiet.__enter__()
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="pyogrio")
        warnings.filterwarnings("ignore", category=UserWarning, module="pyogrio")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._quiet.__exit__(kind, error, trace)  # type: ignore[arg-type]
        if error is None or isinstance(error, GridkitError) or not isinstance(error, Exception):
            return
        if isinstance(error, UnicodeDecodeError):
            raise TableError(
                "its text is not in the encoding it names", where=self.path, mend="name it, as in --encoding gb18030"
            ) from None
        raise _damage(self.path, error) from error


def _damage(path: Path, error: Exception) -> SourceError:
    """Return what is wrong with a file that cannot be read, in the words that help most."""
    kind = files.kind(path)
    if kind == "geopackage" and (cut := _sqlite_cut(path)):
        return SourceError(
            "is cut off: {held} of {said} pages", where=path, mend="get it again", held=cut[0], said=cut[1]
        )
    if kind == "geojson":
        files.geojson_feature_count(path)
    said = re.sub(r"\S*" + re.escape(path.name) + r"\S*", "it", str(error).splitlines()[0] if str(error) else kind)
    return SourceError("cannot be read: {said}", where=path, mend="get it again", said=said[:200])


def _sqlite_cut(path: Path) -> tuple[int, int] | None:
    """Return the pages a cut GeoPackage holds and those its header promises, or None when it is whole."""
    with path.open("rb") as handle:
        head = handle.read(100)
    if len(head) < 100:  # noqa: PLR2004 - the header of SQLite
        return 0, 1
    page = struct.unpack(">H", head[16:18])[0]
    page = 65536 if page == 1 else page
    said, held = struct.unpack(">I", head[28:32])[0], path.stat().st_size // max(page, 1)
    return (held, said) if held < said else None


def _dbf_encoding(path: Path) -> tuple[str | None, list[str]]:
    """Return the encoding of a shapefile's text where no .cpg names it, found from its bytes."""
    beside = {other.suffix.lower(): other for other in path.parent.iterdir() if other.stem == path.stem}
    if ".cpg" in beside or ".dbf" not in beside:
        return None, []
    data = beside[".dbf"].read_bytes()
    start = struct.unpack("<H", data[8:10])[0] if len(data) > _DBF_HEAD else 0
    fields = b"\n".join(
        data[at : at + 11].split(b"\0")[0] for at in range(_DBF_HEAD, max(start - 1, _DBF_HEAD), _DBF_HEAD)
    )
    name = encodings.found(fields + b"\n" + data[start:].replace(b"\0", b" ").rstrip(b"\x1a"), where=beside[".dbf"])
    return name, [f"there is no .cpg: its text reads as {name}"]


# ---------------------------------------------------------------- coordinates that make sense


def _placed(frame: gpd.GeoDataFrame, crs: Any, where: str) -> tuple[gpd.GeoDataFrame, list[str]]:  # noqa: ANN401
    """Return the frame with a CRS: its own, else the one the user named."""
    if frame.crs is not None:
        return frame, []
    if crs is None:
        bounds = frame.total_bounds if len(frame) else np.zeros(4)
        raise TableError(
            "there is no coordinate reference system",
            where=where,
            mend="name it with --crs; the bounds {bounds} look like {looks}",
            bounds=", ".join(f"{value:.7g}" for value in bounds),
            looks=looks_like(bounds),
        )
    named = crs_of(crs)
    return frame.set_crs(named), [f"there is no CRS in it: taken as {named.name}, as asked"]


def crs_of(crs: Any) -> CRS:  # noqa: ANN401 - anything pyproj takes
    """Return the CRS that a user named: ``EPSG:4528``, ``4528``, WKT, a CRS.

    Raises
    ------
    TableError
        When there is no such CRS.
    """
    try:
        return CRS.from_user_input(int(crs) if isinstance(crs, str) and crs.strip().isdigit() else crs)
    except CRSError:
        raise TableError(
            "{crs!r} is no coordinate reference system", mend="name it by number, as in EPSG:4528", crs=str(crs)
        ) from None


def looks_like(bounds: Iterable[float]) -> str:
    """Return what bounds without a CRS look like, for a message.

    Examples
    --------
    >>> looks_like((120.1, 31.9, 120.2, 32.0))
    'degrees (EPSG:4326, or EPSG:4490 in China)'
    >>> looks_like((40553400, 3603200, 40556400, 3606200))
    'CGCS2000 Gauss-Krueger with the zone in the easting (EPSG:4528)'
    """
    west, south, east, north = (float(value) for value in bounds)
    if _within((west, south, east, north), _WORLD):
        return "degrees (EPSG:4326, or EPSG:4490 in China)"
    if _within((south, west, north, east), _WORLD):
        return "degrees with the latitude first (--swap-xy)"
    return datums.krueger_looks((west, south, east, north)) or "metres of a projected system"


def _require_sense(frame: gpd.GeoDataFrame, where: str) -> None:
    """Raise when the coordinates cannot be what the CRS says they are."""
    if frame.crs is None or not len(frame):
        return
    west, south, east, north = (float(value) for value in frame.total_bounds)
    if not np.isfinite([west, south, east, north]).all():
        return  # rows without geometry, or not finite: said by row where they are mended
    shown = f"{west:.7g}, {south:.7g}, {east:.7g}, {north:.7g}"
    if frame.crs.is_geographic:
        if _within((west, south, east, north), _WORLD):
            return
        raise TableError(
            "the coordinates {shown} are not degrees, as {crs} has them",
            where=where,
            mend="they look like {looks}",
            shown=shown,
            crs=frame.crs.name,
            looks=looks_like((west, south, east, north)),
        )
    if frame.crs.is_projected and _within((west, south, east, north), _WORLD) and max(east - west, north - south) > 0:
        raise TableError(
            "the coordinates {shown} are degrees, not metres of {crs}",
            where=where,
            mend="its CRS is named wrong: give it the right one in QGIS (Set layer CRS)",
            shown=shown,
            crs=frame.crs.name,
        )
    if frame.crs.is_projected and datums.swapped((west, south, east, north), frame.crs):
        raise TableError(
            "x and y are swapped: {shown} lies in {crs} only with north second",
            where=where,
            mend="--swap-xy swaps them",
            shown=shown,
            crs=frame.crs.name,
        )


def _within(bounds: Iterable[float], box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return bool(
        west >= box[0] - _SLACK_DEG
        and south >= box[1] - _SLACK_DEG
        and east <= box[2] + _SLACK_DEG
        and north <= box[3] + _SLACK_DEG
    )


def _swapped(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    flipped = shapely.transform(shapely.force_2d(shapes.values), lambda points: points[:, ::-1])
    return gpd.GeoSeries(flipped, index=shapes.index, crs=shapes.crs)
