"""What a file is: found by its name, known by its first bytes and never by its extension alone."""

from __future__ import annotations

import codecs
import errno
import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Literal

from gridkit.errors import SourceError, UsageError, nearest
from gridkit.language.phrases import Phrase
from gridkit.sources.files import json_text
from gridkit.sources.tables import encodings

Kind = Literal[
    "geopackage", "geojson", "geojsonseq", "topojson", "esrijson", "flatgeobuf", "shapefile", "dbf", "filegdb",
    "parquet", "arrow", "kml", "gml", "gpx", "graphml", "mapinfo", "dxf", "osm", "pbf", "gzip", "bzip2", "zip",
    "folder", "workbook", "html", "xml2003", "mhtml", "json", "tiff", "netcdf", "text", "unknown",
]  # fmt: skip

HEAD_BYTES = 4096

TABLE_KINDS: frozenset[Kind] = frozenset({"text", "workbook", "html", "xml2003", "mhtml", "dbf", "json"})
"""Kinds that hold rows without shapes; Parquet and Arrow may be either."""

_SHEET_SUFFIXES = (".xls", ".xlsx", ".htm", ".html", ".mht", ".mhtml")
"""Web systems hand out tables of HTML and old XML under the names of a workbook."""

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
    (b"ARROW1", "arrow"),
    (b"FEA1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    (b"AutoCAD Binary DXF", "dxf"),
    (b"\x1e{", "geojsonseq"),
)
_WORDS: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (re.compile(rb"!table\s", re.IGNORECASE), "mapinfo"),
    (re.compile(rb"version\s+\d+\s[\s\S]{0,300}?\b(?:charset|delimiter|coordsys|columns)\s", re.IGNORECASE), "mapinfo"),
    (re.compile(rb"(?:999\r?\n.*\r?\n\s*)*0\r?\n\s*section\s", re.IGNORECASE), "dxf"),
    (re.compile(rb"mime-version:", re.IGNORECASE), "mhtml"),
)
"""How text files begin that are no tables, spaces aside."""

_JSON: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (re.compile(rb'"osm3s"|"elements"\s*:\s*\[\s*\{\s*"type"\s*:\s*"(?:node|way|relation)"'), "osm"),
    (re.compile(rb'"type"\s*:\s*"topology"'), "topojson"),
    (
        re.compile(
            rb'"geometrytype"\s*:\s*"esri|"spatialreference"\s*:\s*\{\s*"(?:latestwkid|wkid|wkt)"|"esrifieldtype'
        ),
        "esrijson",
    ),
    (re.compile(rb'\{(?=[^\n]*"type"\s*:\s*"feature"\s*[,}])[^\n]*\}\s*\n\s*\{'), "geojsonseq"),
)
_SHAPED_JSON = re.compile(
    rb'"type"\s*:\s*"(?:feature|geometrycollection)|^\s*\{\s*"(?:type|coordinates|bbox|features)"|^.{0,2000}"features"\s*:',
    re.DOTALL,
)
"""What JSON of shapes says near its beginning; without any of it, it is rows of plain values, a place among them."""
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
    (b"rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"pmtiles", "tiles of a map (PMTiles)"),
    (b"%pdf-", "a PDF document"),
    (b"ac1015\0", "a drawing of AutoCAD: save it as DXF"),
    (b"ac1018\0", "a drawing of AutoCAD: save it as DXF"),
    (b"ac1021\0", "a drawing of AutoCAD: save it as DXF"),
    (b"ac1024\0", "a drawing of AutoCAD: save it as DXF"),
    (b"ac1027\0", "a drawing of AutoCAD: save it as DXF"),
    (b"ac1032\0", "a drawing of AutoCAD: save it as DXF"),
    (b"\0\1\0\0standard jet db", "a database of Access: export its layer or table"),
    (b"\0\1\0\0standard ace db", "a database of Access: export its layer or table"),
    (b"\x89png", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"version https://git-lfs", "a Git LFS pointer: the file itself was never downloaded"),
)
_XML: tuple[tuple[bytes, Kind], ...] = (
    (b"<osm", "osm"),
    (b"<kml", "kml"),
    (b"<gpx", "gpx"),
    (b"<graphml", "graphml"),
    (b"urn:schemas-microsoft-com:office:spreadsheet", "xml2003"),
    (b"<gml", "gml"),
    (b":featurecollection", "gml"),
    (b"opengis.net/gml", "gml"),
)


def find(path: Path | str) -> Path:
    """Return the path of a file that exists, has bytes and may be read.

    Raises
    ------
    UsageError
        When it is an address on a server: gridkit reads files only (see ``gridkit fetch``).
    SourceError
        When there is no such file (the nearest name is suggested), or it is empty, a broken link or locked.
    """
    require_local(path)
    path = Path(path).expanduser()
    try:
        if path.is_symlink() and not path.exists():
            raise SourceError("is a link to {target}, which is not there", where=path, target=str(path.readlink()))
        if not path.exists():
            raise _missing(path)
        if path.is_dir() and not any(path.iterdir()):
            raise SourceError("the folder is empty", where=path, mend="name a file")
        if path.is_file() and path.stat().st_size == 0:
            raise SourceError("the file is empty (0 bytes)", where=path, mend="get it again")
        if path.is_file():
            with path.open("rb"):
                pass
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP):
            raise SourceError("no file can have this name: {error}", where=path, error=error.strerror) from None
        if not isinstance(error, PermissionError):
            raise
        raise SourceError(
            "may not be read", where=path, mend="ask its owner, or: chmod +r {name}", name=path.name
        ) from None
    return path


def require_local(path: Path | str) -> None:
    """Raise :class:`UsageError` when a path is an address on a server or a name only GDAL understands."""
    if _REMOTE.match(str(path)):
        raise UsageError("remote paths are not read", where=path, mend="download the file first and name the copy")


def _missing(path: Path) -> SourceError:
    folder = path.parent
    if not folder.is_dir():
        return SourceError("there is no such file, nor a folder {folder}", where=path, folder=str(folder))
    near = nearest(path.name, [other.name for other in folder.iterdir()])
    if near:
        return SourceError("there is no such file", where=path, mend="did you mean {near}?", near=near)
    return SourceError("there is no such file", where=path)


def kind(path: Path) -> Kind:
    """Return what a file is: by its first bytes, by its name only where these do not say.

    Raises
    ------
    SourceError
        When it is a web page, a VRT, a link to a server or a picture, whatever its name says.
    """
    stat = path.stat()
    return _kind(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=256)
def _kind(path: Path, _changed: int, _bytes: int) -> Kind:
    """Return the kind of a file, asked once for as long as it does not change."""
    if path.is_dir():
        return "filegdb" if _is_geodatabase(path) else "folder"
    with path.open("rb") as handle:
        head = handle.read(HEAD_BYTES)
    found = kind_of(head, where=path)
    if found == "zip":
        return _zipped(path)
    if found in ("text", "unknown"):
        return _BY_NAME.get(path.suffix.lower(), found)
    return found


_BY_NAME: dict[str, Kind] = {".dbf": "dbf", ".shx": "shapefile", ".dxf": "dxf"}
"""What the name of a file decides where its bytes are plain."""


def _is_geodatabase(path: Path) -> bool:
    return path.suffix.lower() == ".gdb" or any(path.glob("*.gdbtable"))


def _zipped(path: Path) -> Kind:
    """Return whether a zip is a workbook, or an archive of files."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError("the zip is damaged: {error}", where=path, mend="get it again", error=error) from None
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        raise SourceError(
            "begins like {looks}, not like data",
            where=path,
            mend="get the data file itself",
            looks=Phrase("a text document"),
        )
    return "workbook" if "[Content_Types].xml" in names or "mimetype" in names else "zip"


def kind_of(head: bytes, *, where: object = "") -> Kind:
    r"""Return what the first bytes of a file say it is.

    Examples
    --------
    >>> kind_of(b"SQLite format 3\x00..."), kind_of(b'{"type": "FeatureCollection"'), kind_of(b"id,people")
    ('geopackage', 'geojson', 'text')
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # what PowerShell writes behind ">"
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    bare = re.sub(rb"^(<\?xml[^>]*>|<!--.*?-->|\s)+", b"", text, flags=re.DOTALL)
    suffix = Path(str(where)).suffix.lower()
    if suffix in _SHEET_SUFFIXES and bare.startswith((b"<!doctype html", b"<html", b"<head", b"<table", b"<meta")):
        return "html"
    for start, what in _REFUSED:
        if text.startswith(start) or bare.startswith(start):
            raise SourceError(
                "begins like {looks}, not like data", where=where, mend="get the data file itself", looks=Phrase(what)
            )
    return _of_marks(head) or _of_words(text) or ("unknown" if b"\0" in head and not _UTF16.search(head) else "text")


def _of_marks(head: bytes) -> Kind | None:
    marked = next((found for start, found in _MAGIC if head.startswith(start)), None)
    return "pbf" if marked is None and b"OSMHeader" in head[:24] else marked


def _of_words(text: bytes) -> Kind | None:
    """Return the kind of a text by how it begins, in small letters; None where it is plain."""
    if text.startswith((b"{", b"[")):
        listed = re.match(rb"\[\s*\[", text) is not None  # rows as lists, the first of names
        plain: Kind = "geojson" if _SHAPED_JSON.search(text) or (b":" not in text and not listed) else "json"
        return next((found for pattern, found in _JSON if pattern.search(text)), plain)
    if text.startswith(b"<"):
        return next((found for start, found in _XML if start in text), "unknown")
    return next((found for pattern, found in _WORDS if pattern.match(text)), None)


def geojson_feature_count(path: Path, encoding: str | None = None) -> int:
    """Return the number of features of a GeoJSON file, parsed in full.

    Parameters
    ----------
    encoding
        What it is in where it is no UTF-8, as JSON is by its standard; found when None.

    Raises
    ------
    SourceError
        With line and column where the JSON breaks off.
    TableError
        When it is no UTF-8, and which encoding it is in is not to be told.
    """
    data = path.read_bytes()
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        text = data.decode(encoding or encodings.found(data, where=path), errors="replace")
    parsed = json_text.parsed(text, path)
    features = parsed.get("features", ()) if isinstance(parsed, dict) else parsed
    return len(features)
