"""Files as containers of layers: what a source names, which layers and columns there are, and which one is meant."""

from __future__ import annotations

import re
import struct
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pyogrio

from gridkit.errors import GridkitError, SourceError, TableError, nearest
from gridkit.language.phrases import Phrase, listed
from gridkit.sources.files import kind as files

if TYPE_CHECKING:
    from collections.abc import Iterator

_BY_NAME_ALONE = (".dxf", ".tab", ".mif", ".gdb")
"""Kinds of vector file that have no mark of their own among their first bytes."""

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
        names=listed(names),
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
        from gridkit.sources.tables.read import sheets  # noqa: PLC0415 - tables build on the specs of this module

        return sheets(path)
    return [place.layer for place in places(path)]


def columns(source: Spec) -> list[str]:
    """Return the names of the columns of one layer, or of a sheet."""
    if files.kind(source.path) == "workbook":
        from gridkit.sources.tables.read import read as read_table  # noqa: PLC0415

        return [str(name) for name in read_table(source.path, sheet=source.layer).columns]
    place = place_of(source.path, source.layer)
    if place.kind == "parquet":
        return list(pq.read_schema(place.address).names)
    with named(source.path):
        return [str(name) for name in pyogrio.read_info(place.address, layer=place.layer)["fields"]]


def is_geo(path: Path) -> bool:
    """Return whether a Parquet file is GeoParquet."""
    with named(path):
        return b"geo" in (pq.read_schema(path).metadata or {})


def places(path: Path) -> list[Place]:
    """Return every layer of a file, those of a zip member by member."""
    kind = files.kind(path)
    if kind == "parquet":
        return [Place(str(path), path.stem, kind)]
    if kind in _LOOKS and not (path.is_dir() or path.suffix.lower() in _BY_NAME_ALONE):
        raise SourceError("is {looks}, not a vector file", where=path, mend=_INSTEAD[kind], looks=Phrase(_LOOKS[kind]))
    opened = [files.Member(str(path), kind)]
    if kind == "zip":
        opened = files.members(path)
    elif kind == "gzip":
        opened = [files.Member(f"/vsigzip/{path.resolve()}", kind)]
    elif kind == "shapefile" or path.suffix.lower() in (".shx", ".dbf"):
        _require_parts(path)
    with named(path):
        return [
            Place(member.address, str(name), member.kind)
            for member in opened
            for name, _ in pyogrio.list_layers(member.address)
            if str(name) != "layer_styles"
        ]


def place_of(path: Path, layer: str | None) -> Place:
    """Return the one layer that is meant.

    Raises
    ------
    TableError
        When the layer does not exist, or none was named and there are several.
    """
    every = places(path)
    names = [place.layer for place in every]
    if layer is not None:
        if layer in names:
            return every[names.index(layer)]
        near = nearest(layer, names)
        raise TableError(
            "there is no layer {layer!r}",
            where=path,
            mend="did you mean {near!r}?" if near else "its layers are {names}",
            layer=layer,
            near=near,
            names=listed(names),
        )
    if len(every) == 1:
        return every[0]
    if not every:
        raise SourceError("there is no layer in it: it is empty or cut off", where=path, mend="get it again")
    raise TableError(
        "there are {count} layers: {names}",
        where=path,
        mend="name one, as in {example}",
        count=len(every),
        names=", ".join(f"{place.layer} ({_count(place)})" for place in every[:12]),
        example=f"{path.name}:{names[0]}",
    )


def _count(place: Place) -> int:
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


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Name the file in whatever GDAL, Arrow or the disk say of it, and keep GDAL's chatter out of the way."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=RuntimeWarning, module="pyogrio")
            warnings.filterwarnings("ignore", category=UserWarning, module="pyogrio")
            yield
    except GridkitError:
        raise
    except UnicodeDecodeError:
        raise TableError(
            "its text is not in the encoding it names", where=path, mend="name it, as in --encoding gb18030"
        ) from None
    except Exception as error:
        raise _damage(path, error) from error


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
