"""The text of files of shapes, in an encoding that the parsers of GDAL know."""

from __future__ import annotations

import atexit
import codecs
import re
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from gridkit.errors import GridkitError, SourceError, call
from gridkit.sources.files import kind as files

_XML = ("kml", "gml", "gpx")
JSON = ("geojson", "geojsonseq", "topojson", "esrijson")
_KNOWN = frozenset({"utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso8859-1", "ascii"})
"""What every parser of XML reads; GBK, Big5, Shift-JIS and the code pages of Windows it may refuse."""
_SAYS = re.compile(rb"^(\s*<\?xml[^>]*?\bencoding\s*=\s*[\"'])([\w.:-]+)")
_HEAD_BYTES = 200
_TABLES = (".csv", ".tsv", ".tab", ".psv", ".txt", ".xls", ".xlsx", ".ods")
_OWN = {"geojson": ".geojson", "geojsonseq": ".geojsonl", "topojson": ".topojson", "esrijson": ".json"}


def readable(path: Path) -> Path:
    """Return a file, or where GDAL would not read its text a copy of it in UTF-8.

    Parameters
    ----------
    path
        Any file or folder. XML of shapes in an encoding that is not read is copied, and JSON and XML in UTF-16; what
        names an encoding that nobody knows is returned as it is.

    Raises
    ------
    SourceError
        When the text is not in the encoding that its first line or its byte order mark names.
    """
    stat = path.stat()
    return _readable(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _readable(path: Path, _changed: int, _bytes: int) -> Path:  # noqa: PLR0911 - one for each kind of text
    try:
        if path.is_dir() or (kind := files.kind(path)) not in (*_XML, *JSON):
            return path
    except GridkitError:  # said by whoever reads it
        return path
    with path.open("rb") as handle:
        head = handle.read(_HEAD_BYTES)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return recoded(path, "utf-16")
    if kind == "geojson" and head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"[":
        return _collected(path)
    said = _SAYS.match(head)
    if kind in JSON:
        # GDAL takes what is called a table for one, whatever is in it.
        return _kept(path, path.read_bytes(), _OWN[kind]) if path.suffix.lower() in _TABLES else path
    if said is None:
        return path
    try:
        name = codecs.lookup(said[2].decode()).name
    except LookupError:
        return path
    # What Windows calls GB2312 is GBK, and GB 18030 holds both.
    return path if name in _KNOWN else recoded(path, "gb18030" if name in ("gb2312", "gbk") else name)


def _collected(path: Path) -> Path:
    """Return a copy of a list of features as the collection that GDAL knows."""
    data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    return _kept(path, b'{"type": "FeatureCollection", "features": ' + data + b"}")


def recoded(path: Path, encoding: str) -> Path:
    """Return a copy of a file in UTF-8, which goes when the program ends; XML says so in its first line.

    Raises
    ------
    SourceError
        When its text is not in the encoding.
    """
    try:
        data = path.read_bytes().decode(encoding).encode()
    except (UnicodeError, LookupError) as error:
        raise SourceError(
            "its text is not {encoding}, which its beginning names: {error}",
            where=path,
            mend="get it again, or correct its first line",
            encoding=encoding,
            error=str(error)[:200],
        ) from None
    return _kept(path, _SAYS.sub(rb"\1UTF-8", data, count=1))


def _kept(path: Path, data: bytes, suffix: str | None = None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="gridkit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copy = folder / (path.name if suffix is None else f"{path.stem}{suffix}")
    call(copy, path)
    copy.write_bytes(data)
    return copy
