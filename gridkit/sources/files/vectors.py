"""Vector files of every kind that GDAL and GeoParquet read, as GeoDataFrames with a CRS, found by what they are."""

from __future__ import annotations

import json
import struct
import warnings
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyarrow import feather
from pyproj import CRS

from gridkit import provenance
from gridkit.crs import LONLAT
from gridkit.errors import GridkitWarning, SourceError, TableError, absent
from gridkit.language.phrases import Phrase, listed, template
from gridkit.sources.coordinates import checks
from gridkit.sources.files import graphs, kind, readable_text, text_encoding, wholeness
from gridkit.sources.files.arrow import arrow_table, geometry_column, is_stream
from gridkit.sources.files.containers import Place, Spec, columns, is_geo, layers, parse, place_of, places, unpacked
from gridkit.sources.files.damage import named
from gridkit.sources.tables import encodings

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa

__all__ = ["Source", "Spec", "column", "columns", "is_geo", "layers", "parse", "place_of", "places", "read", "unpacked"]

Source = str | Path | gpd.GeoDataFrame


def read(
    source: Source | Spec,
    *,
    layer: str | None = None,
    crs: Any = None,  # noqa: ANN401 - anything pyproj takes
    encoding: str | None = None,
    datum: str | None = None,
    swap_xy: bool | Literal["needed"] = False,
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
        The file holds north (or latitude) first; ``needed`` when it may.

    Raises
    ------
    SourceError
        When the file is missing, damaged or not what its name says.
    TableError
        When the layer is ambiguous or absent, there is no CRS, or coordinates cannot be what the CRS says.
    """
    notes: list[str] = []
    drawing = False
    if isinstance(source, gpd.GeoDataFrame):
        frame, where = source, "the GeoDataFrame"
        provenance.read_from(source, rows=len(source))
    else:
        spec = source if isinstance(source, Spec) else parse(source)
        _warn_of_journal(spec.path)
        spec = spec if layer is None else replace(spec, layer=layer)
        place = place_of(spec.path, spec.layer)
        with named(spec.path):
            frame, notes = _READERS.get(place.kind, _read_gdal)(place, spec.path, encoding)
            wholeness.check(frame, place, spec.path, encoding)
        where, drawing = str(spec.path), place.kind == "dxf"
        provenance.read_from(spec.path, layer=place.name, rows=len(frame))
        if left := _not_taken(place, spec):
            notes.append(Phrase("layer {layer!r}; not taken: {left}", layer=place.name, left=listed(left)))
    if frame.active_geometry_name is None:
        raise TableError("there is no geometry in it", where=where, mend="it is a plain table")
    frame, more = checks.taken(frame, crs=crs, datum=datum, swap_xy=swap_xy, where=where, doubted=frame is not source)
    frame = frame.copy(deep=False)
    frame.attrs["notes"] = notes + more
    if drawing:
        frame.attrs["drawing"] = True
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
    raise absent("column", name, names, where=where)


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


def _not_taken(place: Place, spec: Spec) -> list[str]:
    """Return the layers of a GPX file that were left when none was named."""
    if place.kind != "gpx" or spec.layer is not None:
        return []
    derived = ("route_points", "track_points")  # the same tracks and routes once more, point by point
    return [other.name for other in places(spec.path) if other != place and other.layer not in derived]


def _read_parquet(place: Place, path: Path, _encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    schema = pq.read_schema(place.file)
    if b"geo" in (schema.metadata or {}):
        return gpd.read_parquet(place.file, page_checksum_verification=True), []
    own = pq.ParquetFile(place.file).schema
    column = geometry_column(schema, own)
    if column is None:
        raise TableError("is Parquet without geometry", where=path, mend="it is a plain table")
    types = [own.column(at).logical_type for at in range(len(own)) if str(own.column(at).path) == column]
    kinds = [str(json.loads(each.to_json()).get("crs", "")) for each in types]
    return _from_arrow(
        pq.read_table(place.file, page_checksum_verification=True), column, kinds[0] if kinds else ""
    ), []


def _read_arrow(place: Place, path: Path, _encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    table = arrow_table(place.file)
    if b"geo" in (table.schema.metadata or {}):
        if not is_stream(place.file):
            return gpd.read_feather(place.file), []
        kept = BytesIO()
        feather.write_feather(table, kept)
        return gpd.read_feather(cast("Any", kept)), []
    column = geometry_column(table.schema)
    if column is None:
        raise TableError("there is no geometry in it", where=path, mend="it is a plain table")
    return _from_arrow(table, column, ""), []


def _from_arrow(table: pa.Table, column: str, own_crs: str) -> gpd.GeoDataFrame:
    """Return a table whose shapes are Parquet's own or GeoArrow's; lonlat unless they say."""
    said = table.schema.field(column).metadata or {}
    if said.get(b"ARROW:extension:name", b"geoarrow.wkb") not in (b"geoarrow.wkb", b"ogc.wkb"):
        return gpd.GeoDataFrame.from_arrow(table)
    rest = table.drop_columns([column]).to_pandas()
    shapes = shapely.from_wkb(table.column(column).to_numpy(zero_copy_only=False))
    return gpd.GeoDataFrame(rest, geometry=shapes, crs=_arrow_crs(said, own_crs, table.schema.metadata or {}))


def _arrow_crs(said: Mapping[bytes, bytes], own: str, metadata: Mapping[bytes, bytes]) -> Any:  # noqa: ANN401 - pyproj's
    """Return the CRS of a column of shapes: GeoArrow's, else Parquet's, where an empty one is OGC:CRS84.

    Parquet's own (apache/parquet-format, Geospatial.md) is a code, ``srid:4549``,
    ``projjson:`` and the key of the file's metadata that holds it, or the whole of it, as Arrow writes.
    """
    if found := json.loads(said.get(b"ARROW:extension:metadata") or b"{}").get("crs"):
        return CRS.from_user_input(found)
    if own.startswith("projjson:"):
        return CRS.from_json(metadata[own.removeprefix("projjson:").encode()].decode())
    return CRS.from_user_input(own.removeprefix("srid:") or LONLAT)


def _read_gdal(place: Place, path: Path, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    notes: list[str] = []
    recoded = place.kind in ("shapefile", "mapinfo")
    if recoded and encoding is None:
        encoding, notes = text_encoding.of(place.file)
    options = {"encoding": encoding} if encoding and recoded else {}
    address = str(text_encoding.neutral(place.file)) if options and place.kind == "mapinfo" else place.address
    try:
        frame = pyogrio.read_dataframe(address, layer=place.layer, **options)
    except UnicodeDecodeError:
        if place.kind not in readable_text.JSON:
            raise
        # JSON is UTF-8 by its standard; what is not is a program's of an office that writes its own code page.
        name = encoding or encodings.found(place.file.read_bytes(), where=path)
        copy = readable_text.recoded(place.file, name)
        frame = pyogrio.read_dataframe(copy, layer=place.layer)
        notes.append(Phrase("its text is no UTF-8: it reads as {encoding}", encoding=name))
    if not isinstance(frame, gpd.GeoDataFrame):
        raise TableError("layer {layer!r} has no geometry", where=path, mend="it is a plain table", layer=place.name)
    return frame, notes


def _read_flatgeobuf(place: Place, path: Path, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    frame, notes = _read_gdal(place, path, encoding)
    said = int(pyogrio.read_info(place.address, layer=place.layer)["features"])
    if said > len(frame) or (not len(frame) and path.stat().st_size < _fgb_least_bytes(path)):
        raise SourceError(
            template(
                "is cut off: it says {said} feature and holds {held}",
                "is cut off: it says {said} features and holds {held}",
            ),
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
        and not checks.within(frame.total_bounds, checks.ROUND)
    ):
        with path.open("rb") as handle:
            said = b'"crs"' in handle.read(kind.HEAD_BYTES)
        if not said:
            frame = checks.unnamed(frame)
    return frame, notes


def _read_geojsonseq(place: Place, path: Path, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    frame, notes = _read_geojson(place, path, encoding)
    # GDAL passes over a record that it cannot read, without a word.
    data = place.file.read_bytes()
    records = [each for each in data.split(b"\x1e" if b"\x1e" in data else b"\n") if each.strip(b"\xef\xbb\xbf \t\r\n")]
    if len(records) == len(frame):
        return frame, notes
    broken = next((at for at, record in enumerate(records, 1) if not _is_feature(record)), len(records))
    raise SourceError(
        "record {at} of {records} is no feature: it is cut off or damaged",
        where=path,
        mend="get the file again, or delete the record",
        at=broken,
        records=len(records),
    )


def _is_feature(record: bytes) -> bool:
    try:
        found = json.loads(record)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("type") == "Feature"


def _read_topojson(place: Place, path: Path, encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    frame, notes = _read_gdal(place, path, encoding)
    # TopoJSON has no place for a CRS; by its specification it holds longitudes and latitudes, projected or not.
    if frame.crs is None and len(frame) and checks.within(frame.total_bounds, checks.WORLD):
        frame = frame.set_crs(LONLAT)
    return frame, notes


def _read_graph(place: Place, _path: Path, _encoding: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    return graphs.read(place.file)


_READERS = {
    "parquet": _read_parquet,
    "arrow": _read_arrow,
    "flatgeobuf": _read_flatgeobuf,
    "geojson": _read_geojson,
    "geojsonseq": _read_geojsonseq,
    "topojson": _read_topojson,
    "graphml": _read_graph,
}
