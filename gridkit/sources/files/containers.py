"""Files as containers of layers: what a source names, which layers and columns there are, and which one is meant."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio

from gridkit.database.address import names_database
from gridkit.errors import GridkitError, SourceError, TableError, absent
from gridkit.language.phrases import Phrase, series
from gridkit.sources.files import archives, graphs
from gridkit.sources.files import kind as files
from gridkit.sources.files.arrow import arrow_schema, arrow_table, geometry_column
from gridkit.sources.files.damage import named
from gridkit.sources.files.databases import laid

_LOOKS = {
    "tiff": "a raster (TIFF)",
    "netcdf": "a raster (netCDF or HDF)",
    "pbf": "an OpenStreetMap extract",
    "osm": "an OpenStreetMap extract",
    "gzip": "an OpenStreetMap extract",
    "bzip2": "a bzip2 archive",
    "workbook": "a workbook",
    "html": "a workbook",
    "xml2003": "a workbook",
    "mhtml": "a workbook",
    "dbf": "a table (dBASE)",
    "json": "a table (JSON)",
    "text": "plain text",
    "unknown": "of no kind that is known here",
}
_TABLE = "tables with coordinates are read where points are asked for"
_INSTEAD = {
    "tiff": "give it as --people",
    "netcdf": "export it as GeoTIFF",
    "pbf": "give it as --osm",
    "osm": "give it as --osm",
    "gzip": "give it as --osm",
    "bzip2": "unpack it, or give it as --osm if it is OpenStreetMap",
    "workbook": _TABLE,
    "html": _TABLE,
    "xml2003": _TABLE,
    "mhtml": _TABLE,
    "dbf": _TABLE,
    "json": _TABLE,
    "text": _TABLE,
    "unknown": "get it again, or export it as GeoPackage",
}


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
class Place:
    """One thing that can be read: a layer, a sheet, a table or a raster.

    Attributes
    ----------
    file
        The file on the disk; unpacked where it lay in an archive.
    layer
        As GDAL or the workbook calls it; None where the file is one thing.
    kind
        Of the file.
    name
        What it is called behind the colon of ``FILE:NAME``: the layer, with the path inside where that is needed to
        tell it from others.
    shaped
        Whether it has shapes.
    also
        Other names it answers to.
    """

    file: Path
    layer: str | None
    kind: files.Kind
    name: str
    shaped: bool = True
    also: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The file as GDAL opens it: by its full path, so that no name is taken for an address."""
        return str(self.file.resolve())


def parse(text: str | Path) -> Spec:
    """Return what ``FILE[:LAYER][:COLUMN]`` names, told apart by what exists.

    The longest beginning that is a file is the file, so that drive letters and colons in names do no harm. What
    follows is a layer, a column of a file that has one layer, or a layer and a column, the longest layer first: layers
    may bear any name. ``FILE:"LAYER":COLUMN`` says where the layer ends.

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
    if quoted := re.fullmatch(r'"([^"]+)"(?::(.+))?', rest):
        return Spec(path, quoted[1], quoted[2])
    if files.kind(path) in _ONE_THING:
        first, _, second = rest.partition(":")
        return Spec(path, first, second) if second else Spec(path, None, first)
    every = places(path)
    if len(every) > 1 and rest.casefold().startswith(("nodata=", "log=")):  # of the tiles of one raster
        return Spec(path, None, rest)
    names = {name for place in every for name in _names(place)}
    ends = [at for at in range(len(rest), 0, -1) if at == len(rest) or rest[at] == ":"]
    for end in ends:
        if rest[:end] in names:
            # A column may be called as the one layer is: then the column is meant.
            if end == len(rest) and len(every) == 1 and rest in columns(Spec(path, every[0].name)):
                break
            return Spec(path, rest[:end], rest[end + 1 :] or None)
    if len(every) == 1:
        return Spec(path, every[0].name, rest)
    raise absent("layer", rest, (place.name for place in every), where=path)


_ONE_THING = frozenset({"text", "tiff", "netcdf", "html", "mhtml", "dbf", "json"})
"""Kinds of file without layers: what follows the colon is a column, or a band."""


def _file_of(text: str) -> tuple[Path, str]:
    """Return the file that a spec begins with, and what follows its colon."""
    if names_database(text):
        text = laid(text)
    files.require_local(text)
    ends = [len(text), *(at for at in range(len(text) - 1, 0, -1) if text[at] == ":")]
    for end in ends:
        try:
            if text[:end] and Path(text[:end]).expanduser().exists():
                return files.find(text[:end]), text[end + 1 :]
        except OSError:  # a name too long for the disk: said by find
            continue
    # Nothing is there: complain of the name that looks most like a file.
    likely = next((text[:end] for end in reversed(ends) if re.search(r"\.\w{2,8}$", text[:end])), text)
    return files.find(likely), ""


def unpacked(spec: Spec) -> Spec:
    """Return a spec of the file itself that is meant, where its file is an archive or a folder."""
    if files.kind(spec.path) not in ("zip", "gzip", "folder"):
        return spec
    place = place_of(spec.path, spec.layer, shaped=False)
    return Spec(place.file, place.layer, spec.column)


def layers(path: str | Path) -> list[str]:
    """Return the names of the layers of a vector file, of the sheets of a workbook, of the data sets of an archive."""
    return [place.name for place in places(files.find(path))]


def columns(source: Spec) -> list[str]:
    """Return the names of the columns of one layer, or of a sheet."""
    place = place_of(source.path, source.layer, shaped=False)
    if place.kind in files.TABLE_KINDS:
        from gridkit.sources.tables.read import read as read_table  # tables build on this module

        return [str(name) for name in read_table(place.file, sheet=place.layer).columns]
    with named(source.path):
        if place.kind == "graphml":
            return graphs.columns(place.file)
        if place.kind == "parquet":
            return list(pq.read_schema(place.file).names)
        if place.kind == "arrow":
            return list(arrow_table(place.file).schema.names)
        return [str(name) for name in pyogrio.read_info(place.address, layer=place.layer)["fields"]]


def is_geo(path: Path) -> bool:
    """Return whether Parquet or Arrow has shapes: GeoParquet of any version, Parquet's own geometry, GeoArrow."""
    with named(path):
        if files.kind(path) == "arrow":
            return geometry_column(arrow_schema(path)) is not None
        return geometry_column(pq.read_schema(path), pq.ParquetFile(path).schema) is not None


def places(path: Path) -> list[Place]:
    """Return everything that can be read of a file: its layers or sheets, of an archive or folder those of each member.

    Each bears a name of its own, so that each can be asked for.
    """
    path = files.find(path)
    stat = path.stat()
    return list(_places(path, stat.st_mtime_ns, stat.st_size))


@lru_cache(maxsize=256)
def _places(path: Path, _changed: int, _bytes: int) -> tuple[Place, ...]:
    """Return the places of a file, listed once for as long as it does not change."""
    members = archives.opened(path)
    alone = len(members) == 1
    found: list[tuple[archives.Member, Place]] = []
    for member in members:
        try:
            found += [(member, place) for place in _layers_of(member.file, path)]
        except GridkitError:
            if alone:
                raise  # beside others, what is no data is left alone
    if path.is_file() and alone and members[0].file == path:
        return tuple(place for _, place in found)
    counts = Counter(place.name for _, place in found)
    return tuple(
        replace(place, name=full if counts[place.name] > 1 else place.name, also=(full, *more))
        for member, place in found
        for full, *more in [_full_names(member, place, found)]
    )


def _full_names(member: archives.Member, place: Place, found: list[tuple[archives.Member, Place]]) -> list[str]:
    """Return the names with the path inside, the shortest that no other place has first."""
    stem = member.name.removesuffix(member.file.suffix)
    twins = {each.name for each, _ in found if each.name.removesuffix(each.file.suffix) == stem}
    layers = sum(each is member for each, _ in found)
    paths = [member.name] if len(twins) > 1 else [stem, member.name]
    return paths if layers == 1 else [f"{path}/{place.layer}" for path in paths]


def _layers_of(file: Path, path: Path) -> list[Place]:
    """Return the layers of one file on the disk."""
    kind = files.kind(file)
    if kind in ("workbook", "xml2003"):
        from gridkit.sources.tables.read import sheets  # tables build on the specs of this module

        return [Place(file, name, kind, name, shaped=False) for name in sheets(file)]
    if kind in ("parquet", "arrow"):
        return [Place(file, None, kind, file.stem, shaped=is_geo(file))]
    if kind == "graphml":
        return [Place(file, None, kind, file.stem)]
    if kind in _LOOKS:
        return [Place(file, None, kind, file.name, shaped=False)]
    if kind == "shapefile":
        _require_parts(file)
    with named(path):
        every = [
            Place(file, str(name), kind, str(name), shaped=geometry is not None)
            for name, geometry in pyogrio.list_layers(str(file.resolve()))
            if str(name) != "layer_styles"
        ]
    return _with_something(every) if kind == "gpx" else every


def _with_something(every: list[Place]) -> list[Place]:
    """Return the layers of a GPX file that hold anything: GDAL lists five whatever there is."""
    return [place for place in every if _count(place)] or every[:1]


def place_of(path: Path, layer: str | None, *, shaped: bool = True) -> Place:
    """Return the one layer that is meant.

    Parameters
    ----------
    path, layer
        Of a :class:`Spec`.
    shaped
        Where no layer is named, those with shapes are looked at first, and of these those that hold anything; of
        several, only what cannot be told apart is asked about. A GPX file's way points stand for it, else its tracks.

    Raises
    ------
    TableError
        When the layer does not exist, or none was named and there are several.
    """
    every = places(path)
    if layer is not None:
        return _called(every, layer, path)
    likely = [place for place in every if place.shaped] or every
    if shaped and not any(place.shaped for place in every) and every:
        kind = every[0].kind
        if kind in _LOOKS:
            looks = Phrase(_LOOKS[kind])
            raise SourceError("is {looks}, not a vector file", where=path, mend=_INSTEAD[kind], looks=looks)
    if len(likely) > 1 and {place.kind for place in likely} == {"workbook"} and len({p.file for p in likely}) == 1:
        from gridkit.sources.tables.workbooks import shown  # tables build on this module

        seen = shown(likely[0].file)
        likely = [place for place in likely if place.layer in seen] or likely
    if len(likely) > 1:
        likely = [place for place in likely if _count(place)] or likely  # a folder of folders is a layer without rows
    if len(likely) == 1 or (likely and likely[0].kind == "gpx" and len({place.file for place in likely}) == 1):
        return likely[0]
    if not likely:
        raise SourceError("there is no layer in it: it is empty or cut off", where=path, mend="get it again")
    raise TableError(
        "there are {count} layers: {names}",
        where=path,
        mend="name one, as in {example}",
        count=len(likely),
        names=series(f"{place.name} ({_count(place)})" for place in likely[:12]),
        example=f"{path.name}:{likely[0].name}",
    )


def _called(every: list[Place], layer: str, path: Path) -> Place:
    """Return the place of a name: as it is told from others, else as its file calls it."""
    for place in every:
        if layer in _names(place):
            return place
    raise absent("layer", layer, (place.name for place in every), where=path)


def _names(place: Place) -> tuple[str, ...]:
    """Return what a place may be called."""
    return (place.name, *place.also)


def _count(place: Place) -> int | str:
    if place.kind == "parquet":
        return int(pq.read_metadata(place.file).num_rows)
    if place.kind in files.TABLE_KINDS or place.kind in _LOOKS or place.kind in ("arrow", "graphml"):
        return place.kind
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
