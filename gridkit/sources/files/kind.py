"""What a file is: found by its name, known by its first bytes and never by its extension alone."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from gridkit.errors import LimitError, SourceError, UsageError, nearest
from gridkit.language.phrases import Phrase

Kind = Literal[
    "geopackage", "geojson", "flatgeobuf", "shapefile", "parquet", "kml", "gml", "osm", "pbf", "gzip", "bzip2", "zip",
    "workbook", "tiff", "netcdf", "text", "unknown",
]  # fmt: skip

HEAD_BYTES = 4096
ZIP_BYTES = 2 << 30
ZIP_RATIO = 200
ZIP_MEMBERS = 10_000
"""A zip may unpack to this many bytes, this many times its size, and this many members."""

VECTOR_SUFFIXES = (".gpkg", ".shp", ".geojson", ".json", ".fgb", ".kml", ".gml", ".tab", ".mif", ".gpx", ".dxf")

_REMOTE = re.compile(
    r"^(?:[a-z][a-z0-9+.-]+://|/vsi|(?:PG|WFS|OAPIF|MYSQL|MSSQL|CSW|WMS|WMTS|HTTP)\s*:(?!\\))", re.IGNORECASE
)

_UTF16 = re.compile(rb"^(?:\xff\xfe|\xfe\xff)|\n\0|\0\n")

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"SQLite format 3\0", "geopackage"),
    (b"PAR1", "parquet"),
    (b"fgb\x03", "flatgeobuf"),
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"\x89HDF\r\n", "netcdf"),
    (b"CDF\x01", "netcdf"),
    (b"CDF\x02", "netcdf"),
    (b"\xd0\xcf\x11\xe0", "workbook"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<head", "a web page"),
    (b"<ogrvrtdatasource", "a GDAL VRT that points to other files"),
    (b"<vrtdataset", "a GDAL VRT that points to other files"),
    (b"<ogrwfsdatasource", "a link to a server"),
    (b"<gdal_wms", "a link to a server"),
    (b"<wms_", "a link to a server"),
    (b"<wcs_", "a link to a server"),
    (b"%pdf-", "a PDF document"),
    (b"\x89png", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"version https://git-lfs", "a Git LFS pointer: the file itself was never downloaded"),
)
_XML: tuple[tuple[bytes, Kind], ...] = (
    (b"<osm", "osm"),
    (b"<kml", "kml"),
    (b"<gml", "gml"),
    (b":featurecollection", "gml"),
)


@dataclass(frozen=True)
class Member:
    """A data set inside a zip: what GDAL calls it, and what it is."""

    address: str
    kind: Kind


def find(path: Path | str) -> Path:
    """Return the path of a file that exists, has bytes and may be read.

    Raises
    ------
    UsageError
        When it is an address on a server: gridkit reads files only (see ``gridkit fetch``).
    SourceError
        When there is no such file (the nearest name is suggested), or it is a folder, empty, a broken link or locked.
    """
    if _REMOTE.match(str(path)):
        raise UsageError("remote paths are not read", where=path, mend="download the file first and name the copy")
    path = Path(path).expanduser()
    try:
        if path.is_symlink() and not path.exists():
            raise SourceError("is a link to {target}, which is not there", where=path, target=str(path.readlink()))
        if not path.exists():
            raise _missing(path)
        if path.is_dir() and path.suffix.lower() != ".gdb":
            inside = sorted(other.name for other in path.iterdir())[:8]
            raise SourceError(
                "is a folder",
                where=path,
                mend="name one of its files: {inside}",
                inside=", ".join(inside) or Phrase("it is empty"),
            )
        if path.is_file() and path.stat().st_size == 0:
            raise SourceError("the file is empty (0 bytes)", where=path, mend="get it again")
        if path.is_file():
            with path.open("rb"):
                pass
    except PermissionError:
        raise SourceError(
            "may not be read", where=path, mend="ask its owner, or: chmod +r {name}", name=path.name
        ) from None
    return path


def _missing(path: Path) -> SourceError:
    folder = path.parent
    if not folder.is_dir():
        return SourceError("there is no such file, nor a folder {folder}", where=path, folder=str(folder))
    near = nearest(path.name, [other.name for other in folder.iterdir()])
    if near:
        return SourceError("there is no such file", where=path, mend="did you mean {near}?", near=near)
    return SourceError("there is no such file", where=path)


def kind(path: Path) -> Kind:
    """Return what a file is by its first bytes.

    Raises
    ------
    SourceError
        When it is a web page, a VRT, a link to a server or a picture, whatever its name says.
    """
    if path.is_dir():
        return "unknown"
    with path.open("rb") as handle:
        head = handle.read(HEAD_BYTES)
    found = kind_of(head, where=path)
    if found == "zip":
        names = _members(path)
        if "[Content_Types].xml" in names or "mimetype" in names:
            return "workbook"
    return found


def kind_of(head: bytes, *, where: object = "") -> Kind:
    r"""Return what the first bytes of a file say it is.

    Examples
    --------
    >>> kind_of(b"SQLite format 3\x00..."), kind_of(b'{"type": "FeatureCollection"'), kind_of(b"id,people")
    ('geopackage', 'geojson', 'text')
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    bare = re.sub(rb"^(<\?xml[^>]*>|<!--.*?-->|\s)+", b"", text, flags=re.DOTALL)
    for start, what in _REFUSED:
        if text.startswith(start) or bare.startswith(start):
            raise SourceError(
                "begins like {looks}, not like data", where=where, mend="get the data file itself", looks=Phrase(what)
            )
    for start, found in _MAGIC:
        if head.startswith(start):
            return found
    if b"OSMHeader" in head[:24]:
        return "pbf"
    if text.startswith((b"{", b"[")):
        return "geojson"
    if text.startswith(b"<"):
        return next((found for start, found in _XML if start in bare), "unknown")
    return "unknown" if b"\0" in head and not _UTF16.search(head) else "text"


def members(path: Path) -> list[Member]:
    """Return the vector data sets inside a zip, by name.

    Raises
    ------
    LimitError
        When the zip would unpack to far more than its size (a zip bomb).
    SourceError
        When it is damaged or holds no vector data.
    """
    names = _members(path)
    found = []
    with zipfile.ZipFile(path) as archive:
        for name in names:
            if PurePosixPath(name).suffix.lower() in VECTOR_SUFFIXES and not name.startswith("__MACOSX"):
                with archive.open(name) as handle:
                    inner = kind_of(handle.read(HEAD_BYTES), where=f"{path}/{name}")
                found.append(Member(f"/vsizip/{{{path.resolve()}}}/{name}", inner))
    if not found:
        raise SourceError(
            "the zip holds no vector data",
            where=path,
            mend="it holds: {names}",
            names=", ".join(names[:8]) or Phrase("nothing"),
        )
    return found


def _members(path: Path) -> list[str]:
    """Return the names in a zip, its size checked before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise SourceError("the zip is damaged: {error}", where=path, mend="get it again", error=error) from None
    unpacked = sum(info.file_size for info in infos)
    ratio = unpacked / max(1, path.stat().st_size)
    if len(infos) > ZIP_MEMBERS or unpacked > ZIP_BYTES or (ratio > ZIP_RATIO and unpacked > ZIP_BYTES // 20):
        raise LimitError(
            "the zip would unpack to {unpacked:,} bytes in {count:,} files",
            where=path,
            mend="unpack it yourself if you trust it",
            unpacked=unpacked,
            count=len(infos),
        )
    return sorted(info.filename for info in infos if not info.is_dir())


def geojson_feature_count(path: Path) -> int:
    """Return the number of features of a GeoJSON file, parsed in full.

    Raises
    ------
    SourceError
        With line and column where the JSON breaks off.
    """
    try:
        parsed = json.loads(path.read_bytes())
    except json.JSONDecodeError as error:
        raise SourceError(
            "the JSON breaks off at line {line}, column {column}: {error}",
            where=path,
            mend="get the file again",
            line=error.lineno,
            column=error.colno,
            error=error.msg,
        ) from None
    except (RecursionError, UnicodeDecodeError) as error:
        raise SourceError("is no JSON that can be read: {error}", where=path, error=type(error).__name__) from None
    features = parsed.get("features", ()) if isinstance(parsed, dict) else parsed
    return len(features)
