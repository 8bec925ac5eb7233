"""Files that hold files: zips, gzipped files and folders, opened as the data sets in them, each with a name."""

from __future__ import annotations

import atexit
import errno
import gzip
import lzma
import shutil
import struct
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from gridkit.errors import LimitError, SourceError, call
from gridkit.language.phrases import series, template
from gridkit.sources.files import kind as files
from gridkit.sources.files import readable_text

ZIP_BYTES = 2 << 30
ZIP_RATIO = 200
MEMBERS = 10_000
"""An archive may unpack to this many bytes, this many times its size, and it or a folder may hold this many files."""

DEPTH = 6
"""So many folders deep a folder is looked through."""

VECTORS = (
    ".gpkg", ".shp", ".geojson", ".json", ".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".topojson", ".fgb",
    ".kml", ".kmz", ".gml", ".tab", ".mif", ".gpx", ".graphml", ".dxf", ".parquet", ".geoparquet", ".arrow", ".feather",
    ".sqlite",
)  # fmt: skip
TABLES = (".csv", ".tsv", ".jsonl", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".dbf", ".txt")
OTHERS = (".tif", ".tiff", ".asc", ".osm", ".pbf", ".osm.gz", ".osm.bz2")
_PACKED = (".zip", ".gz", ".tar", ".tgz", ".rar", ".7z")
_NESTED = 2
"""Zips in a zip are opened so many deep: an office packs what offices sent it, and no bomb goes on for long."""
_ALONGSIDE = {".shp": (".dbf",), ".tab": (".txt", ".xls", ".xlsx", ".csv", ".dbf")}
"""Files of one stem that belong to another one and are no data set of their own."""


@dataclass(frozen=True)
class Member:
    """A data set in an archive or folder: its file on the disk, and its path inside, which names it."""

    file: Path
    name: str


def opened(path: Path) -> list[Member]:
    """Return the data sets of a zip, a gzipped file or a folder, by name; of any other file itself.

    Raises
    ------
    LimitError
        When it would unpack to far more than its size (a zip bomb), or holds very many files.
    SourceError
        When it is damaged, locked, or holds no data.
    """
    kind = files.kind(path)
    if kind == "folder":
        return _found(path, path)
    if kind not in ("zip", "gzip") or (kind == "gzip" and ".osm" in path.name.lower()):
        return [Member(readable_text.readable(path), path.name)]
    stat = path.stat()
    return _found(_unpacked(path.resolve(), stat.st_mtime_ns, stat.st_size), path)


def _found(root: Path, path: Path) -> list[Member]:
    """Return the data sets under a folder, geodatabases as one each, in the order of their names."""
    every: list[Path] = []
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        if files.kind(folder) == "filegdb":
            every.append(folder)
            continue
        inside = [each for each in folder.iterdir() if not each.name.startswith((".", "__MACOSX"))]
        every += [each for each in inside if each.is_file()]
        if len(folder.relative_to(root).parts) < DEPTH:
            waiting += [each for each in inside if each.is_dir()]
        if len(every) + len(waiting) > MEMBERS:
            raise LimitError("holds more than {most:,} files", where=path, mend="name one of its files", most=MEMBERS)
    stems = {(each.parent, each.stem.lower(), each.suffix.lower()) for each in every}
    belongs = {
        (parent, stem, other) for parent, stem, suffix in stems for other in _ALONGSIDE.get(suffix, ()) if suffix
    }
    data = [
        each
        for each in sorted(every)
        if (each.is_dir() or each.name.lower().endswith((*VECTORS, *TABLES, *OTHERS)))
        and (each.parent, each.stem.lower(), each.suffix.lower()) not in belongs
        and (each.is_dir() or each.stat().st_size)
    ]
    tables = [each for each in data if each.suffix.lower() != ".txt"]
    data = tables or data  # a readme beside data is none
    if not data:
        names = series(sorted(str(each.relative_to(root)) for each in every)[:8])
        if any(each.suffix.lower() in _PACKED for each in every):
            raise SourceError(
                "it holds archives: {names}", where=path, mend="unpack it, and name what is in them", names=names
            )
        raise SourceError(
            "there is no data in it that is known here",
            where=path,
            mend="it holds: {names}" if names else "get it again",
            names=names,
        )
    return [Member(readable_text.readable(each), each.relative_to(root).as_posix()) for each in data]


@cache
def _unpacked(path: Path, _changed: int, _bytes: int) -> Path:
    """Return a folder with what an archive holds, unpacked once; it goes when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="gridkit-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    call(folder, path)
    try:
        if files.kind(path) == "gzip":
            _gunzip(path, folder)
        else:
            _unzip(path, folder)
            _unzip_inner(folder, path, _NESTED)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        ValueError,
        IndexError,
        struct.error,
        OSError,
    ) as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # of the disk, not of what is in the archive
        raise SourceError("the zip is damaged: {error}", where=path, mend="get it again", error=error) from None
    except RuntimeError as error:  # what zipfile says of a password, or of a way of packing that it has not
        raise SourceError(
            "the zip cannot be opened: {error}", where=path, mend="unpack it yourself", error=error
        ) from None
    return folder


def _unzip(path: Path, folder: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        _require_modest(path, sum(info.file_size for info in infos), len(infos))
        names = {info: _inside(info) for info in infos}
        # The tables of a geodatabase that were zipped without their folder need one that says what they are.
        bare = any(len(name.parts) == 1 and name.suffix == ".gdbtable" for name in names.values())
        root = folder / f"{path.name.split('.')[0]}.gdb" if bare else folder
        for info, name in names.items():
            if not name.parts or name.parts[0] == "__MACOSX":
                continue
            to = root.joinpath(*name.parts)
            to.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as read, to.open("wb") as write:
                shutil.copyfileobj(read, write)


def _unzip_inner(folder: Path, path: Path, deep: int) -> None:
    """Unpack the zips in an unpacked archive, each into a folder of its name, all of them within one measure."""
    for inner in sorted(folder.rglob("*.[zZ][iI][pP]")):
        if not inner.is_file() or not deep:
            continue
        to = inner.with_suffix("")
        to = to if not to.exists() else inner.with_name(f"{inner.name} (zip)")
        to.mkdir()
        _unzip(inner, to)
        inner.unlink()
        held = [each.stat().st_size for each in folder.rglob("*") if each.is_file()]
        _require_modest(path, sum(held), len(held))
        _unzip_inner(to, path, deep - 1)


def _inside(info: zipfile.ZipInfo) -> PurePosixPath:
    """Return the path of a member, never one that leads out, its name in the letters its writer meant."""
    name = info.filename
    if not info.flag_bits & 0x800 and not name.isascii():
        raw = name.encode("cp437")
        for encoding in ("utf-8", "gb18030"):  # Chinese Windows writes GBK and does not say so
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return PurePosixPath(*(part for part in parts if part not in ("/", "..") and ":" not in part))


def _gunzip(path: Path, folder: Path) -> None:
    to = folder / (path.name[:-3] if path.name.lower().endswith(".gz") else f"{path.name}.txt")
    held = 0
    with gzip.open(path) as read, to.open("wb") as write:
        while block := read.read(1 << 20):
            held += len(block)
            _require_modest(path, held, 1)
            write.write(block)


def _require_modest(path: Path, unpacked: int, count: int) -> None:
    ratio = unpacked / max(1, path.stat().st_size)
    if count > MEMBERS or unpacked > ZIP_BYTES or (ratio > ZIP_RATIO and unpacked > ZIP_BYTES // 20):
        raise LimitError(
            template(
                "the zip would unpack to {unpacked:,} bytes in {count:,} file",
                "the zip would unpack to {unpacked:,} bytes in {count:,} files",
            ),
            where=path,
            mend="unpack it yourself if you trust it",
            unpacked=unpacked,
            count=count,
        )
