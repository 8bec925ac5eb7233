"""What is wrong with a file that a library cannot read, in one line that names it."""

from __future__ import annotations

import re
import struct
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gridkit.errors import GridkitError, SourceError, TableError
from gridkit.sources.files import kind as files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Name the file in whatever GDAL, Arrow or the disk say of it, and keep GDAL's chatter out of the way."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=RuntimeWarning, module="pyogrio")
            warnings.filterwarnings("ignore", category=UserWarning, module="pyogrio")
            warnings.filterwarnings("ignore", message="Feather V1")  # old files are read for as long as Arrow can
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
