"""Vector files of every kind that GDAL and GeoParquet read, as GeoDataFrames with a CRS, found by what they are."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio

from gridkit.errors import GridkitWarning, SourceError, TableError, nearest
from gridkit.language.phrases import Phrase, listed
from gridkit.sources.coordinates import checks
from gridkit.sources.files import kind
from gridkit.sources.files.containers import Place, Spec, columns, is_geo, layers, named, parse, place_of
from gridkit.sources.tables import encodings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Source", "Spec", "column", "columns", "is_geo", "layers", "parse", "read"]

Source = str | Path | gpd.GeoDataFrame

_DBF_HEAD = 32


def read(
    source: Source | Spec,
    *,
    layer: str | None = None,
    crs: Any = None,  # noqa: ANN401 - anything pyproj takes
    encoding: str | None = None,
    datum: str | None = None,
    swap_xy: bool = False,
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
        The CRS of a file that names none, or a table of control points that ties a local system
        (:mod:`gridkit.sources.coordinates.control_points`).
    encoding
        Of the text of a shapefile, where its .cpg is missing or lies.
    datum
        ``gcj02`` or ``bd09``: the longitudes and latitudes are shifted and are put back to WGS 84.
    swap_xy
        The file holds north (or latitude) first.

    Raises
    ------
    SourceError
        When the file is missing, damaged or not what its name says.
    TableError
        When the layer is ambiguous or absent, there is no CRS, or coordinates cannot be what the CRS says.
    """
    notes: list[str] = []
    if isinstance(source, gpd.GeoDataFrame):
        frame, where = source, "the GeoDataFrame"
    else:
        spec = source if isinstance(source, Spec) else parse(source)
        _warn_of_journal(spec.path)
        place = place_of(spec.path, layer or spec.layer)
        with named(spec.path):
            frame, notes = _READERS.get(place.kind, _read_gdal)(place, spec.path, encoding)
        where = str(spec.path)
    if frame.active_geometry_name is None:
        raise TableError("there is no geometry in it", where=where, mend="it is a plain table")
    frame, more = checks.taken(frame, crs=crs, datum=datum, swap_xy=swap_xy, where=where, doubted=frame is not source)
    frame = frame.copy(deep=False)
    frame.attrs["notes"] = notes + more
    return frame


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
        names=listed(names),
    )


def _warn_of_journal(path: Path) -> None:
    """Warn when a program crashed over a GeoPackage or has it open: what it had not finished may be missing here."""
    left = [beside.name for end in ("-journal", "-wal") if (beside := path.with_name(path.name + end)).exists()]
    if left and left[0] and path.with_name(left[0]).stat().st_size:
        warnings.warn(
            GridkitWarning(
                "{name} lies beside it: a program has it open or crashed",
                where=path,
                mend="close it, or copy both files",
                name=left[0],
            ),
            stacklevel=3,
        )


def _read_parquet(place: Place, path: Path, _encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    try:
        return gpd.read_parquet(place.address), []
    except ValueError as error:
        if "geo metadata" in str(error):
            raise TableError("is Parquet without geometry", where=path, mend="it is a plain table") from None
        raise


def _read_gdal(place: Place, path: Path, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    notes: list[str] = []
    if place.kind == "shapefile" and encoding is None:
        encoding, notes = _dbf_encoding(path)
    options = {"encoding": encoding} if encoding and place.kind == "shapefile" else {}
    frame = pyogrio.read_dataframe(place.address, layer=place.layer, **options)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise TableError("layer {layer!r} has no geometry", where=path, mend="it is a plain table", layer=place.layer)
    return frame, notes


def _read_flatgeobuf(place: Place, path: Path, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
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
    """Return the bytes of a FlatGeobuf to the end of its header: 8 of magic, 4 of length, and the header."""
    with path.open("rb") as handle:
        head = handle.read(12)
    return 12 + int(struct.unpack("<I", head[8:12])[0]) if len(head) == 12 else 13  # noqa: PLR2004 - those bytes


def _read_geojson(place: Place, path: Path, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    frame, notes = _read_gdal(place, path, encoding)
    # GDAL calls every GeoJSON WGS 84; a planner's export may hold metres all the same.
    if (
        frame.crs is not None
        and frame.crs.is_geographic
        and len(frame)
        and not checks.within(frame.total_bounds, checks.WORLD)
    ):
        with path.open("rb") as handle:
            said = b'"crs"' in handle.read(kind.HEAD_BYTES)
        if not said:
            frame = checks.unnamed(frame)
    return frame, notes


_READERS = {
    "parquet": _read_parquet,
    "flatgeobuf": _read_flatgeobuf,
    "geojson": _read_geojson,
}


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
    return name, [Phrase("there is no .cpg: its text reads as {encoding}", encoding=name)]
