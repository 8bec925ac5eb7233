"""Whether a vector file came whole: what it says of itself, held against what was read of it.

GDAL passes over a feature that it does not understand without a word; formats that count their features, name the box
of each, or keep rows in a second file tell of it.
"""

from __future__ import annotations

import csv
import re
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely

from gridkit.errors import GridkitWarning, SourceError
from gridkit.language.phrases import template
from gridkit.sources.files.kind import geojson_feature_count

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.sources.files.containers import Place

_MORE = re.compile(rb'"exceededTransferLimit"\s*:\s*true')
_FIGURE = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_FIGURES = re.compile(rf"\s*{_FIGURE}(?:\s+{_FIGURE})*\s*", re.IGNORECASE)
_CORNER_LINE = re.compile(r"\s*[-+.\d]\S*\s+\S+\s*$")
_TOLERANCE = 1e-6
"""A box may be off by this share of its size: writers round it."""
_ROUNDING = 1e-9
_BOXED = (3, 5, 8, 13, 15, 18, 23, 25, 28, 31)
"""Types of shape whose records of a shapefile begin with their box: all but single points."""
_SHP_HEAD, _RECORD_HEAD, _TYPE, _BOX = 100, 8, 4, 32
_OF_GPX = {"waypoints": rb"<wpt[\s>]", "tracks": rb"<trk[\s>]", "routes": rb"<rte[\s>]"}


def check(frame: gpd.GeoDataFrame, place: Place, path: Path, encoding: str | None = None) -> None:
    """Raise where a file holds more than was read of it, warn where it says of itself that there is more.

    Parameters
    ----------
    frame
        What was read of ``place``.
    path
        What messages call the file.
    encoding
        Of its text, where one was named.

    Raises
    ------
    SourceError
        When features were passed over, or a file that belongs to it has more rows.

    Warns
    -----
    GridkitWarning
        When a server stopped at its limit, or shapes do not lie in the boxes that the file names.
    """
    match place.kind:
        case "geojson" | "esrijson":
            _json(frame, place.file, path, encoding, kind=place.kind)
        case "mapinfo":
            _require(_mid_rows(place.file), frame, path)
            _require_figures(place.file, path)
        case "gpx" if place.layer in _OF_GPX:
            _require(len(re.findall(_OF_GPX[place.layer], place.file.read_bytes())), frame, path)
        case "dxf":
            _require_corners(place.file, path)
        case "shapefile":
            _warn_of_boxes(frame, _shp_boxes(place.file, len(frame)), path)
        case "flatgeobuf" if len(frame):
            _warn_of_boxes(frame, np.array([pyogrio.read_info(place.address)["total_bounds"]], dtype=float), path)
        case _:
            pass


def _require(said: int | None, frame: gpd.GeoDataFrame, path: Path) -> None:
    if said is not None and said > len(frame):
        raise SourceError(
            "{said} features stand in it, and {read} can be read: it is damaged",
            where=path,
            mend="get it again",
            said=said,
            read=len(frame),
        )


def _json(frame: gpd.GeoDataFrame, file: Path, path: Path, encoding: str | None, *, kind: str) -> None:
    data = file.read_bytes()
    if _MORE.search(data):
        warnings.warn(
            GridkitWarning(
                template(
                    "the server gave {count} feature and says that there are more (exceededTransferLimit)",
                    "the server gave {count} features and says that there are more (exceededTransferLimit)",
                ),
                where=path,
                mend="ask it for the rest as well, or for the file",
                count=len(frame),
            ),
            stacklevel=5,
        )
    # Parsing it all once more is slow: only where the quick count says otherwise.
    if kind == "geojson" and any(data.count(word) != len(frame) for word in (b'"geometry"', b'"properties"')):
        # GDAL passes over features whose type it cannot read, and over signs that JSON does not allow.
        _require(geojson_feature_count(file, encoding), frame, path)


def _mid_rows(file: Path) -> int | None:
    """Return the rows of the .mid beside a .mif; None of a .tab, which GDAL counts itself."""
    beside = next(
        (each for each in file.parent.iterdir() if each.stem == file.stem and each.suffix.lower() == ".mid"), None
    )
    if file.suffix.lower() != ".mif" or beside is None:
        return None
    lines = beside.read_bytes().decode("latin-1").splitlines()
    return sum(bool(row) for row in csv.reader(lines))


def _require_figures(file: Path, path: Path) -> None:
    """Raise where a line of corners of a .mif holds another thing than figures, which GDAL reads up to there."""
    if file.suffix.lower() != ".mif":
        return
    lines = file.read_bytes().decode("latin-1").splitlines()
    start = next((at for at, line in enumerate(lines) if line.strip().casefold() == "data"), len(lines))
    for at, line in enumerate(lines[start:], start + 1):
        if _CORNER_LINE.match(line) and not _FIGURES.fullmatch(line):
            raise _no_figures(line, at, path)


def _no_figures(line: str, at: int, path: Path) -> SourceError:
    return SourceError(
        "line {line} holds {text!r}, which are no coordinates: it is damaged",
        where=path,
        mend="get it again",
        line=at,
        text=line.strip()[:40],
    )


def _require_corners(file: Path, path: Path) -> None:
    """Raise where a polyline of a DXF has another number of corners than it says."""
    lines = file.read_bytes().decode("latin-1").splitlines()
    said, held, kind = 0, 0, ""
    for at, (code, value) in enumerate(zip(lines[::2], lines[1::2], strict=False)):
        match code.strip():
            case "0":
                if kind == "LWPOLYLINE" and said != held:
                    break
                kind, said, held = value.strip(), 0, 0
            case "90" if kind == "LWPOLYLINE" and value.strip().isdigit():
                said = int(value)
            case "10":
                held += 1
                if not _FIGURES.fullmatch(value):
                    raise _no_figures(value, 2 * at + 2, path)
            case "20" if not _FIGURES.fullmatch(value):
                raise _no_figures(value, 2 * at + 2, path)
            case _:
                pass
    else:
        return
    raise SourceError(
        "a polyline says {said} corners and has {held}: it is damaged", where=path, mend="get it again",
        said=said, held=held,
    )  # fmt: skip


def _shp_boxes(file: Path, count: int) -> NDArray[np.float64] | None:
    """Return the box that each record of a shapefile names, shape (rows, 4); None where it has none."""
    index = next(
        (each for each in file.parent.iterdir() if each.stem == file.stem and each.suffix.lower() == ".shx"), None
    )
    if index is None or not count or (index.stat().st_size - _SHP_HEAD) // _RECORD_HEAD != count:
        return None  # rows marked as deleted: which box is whose is not known
    at = np.frombuffer(index.read_bytes()[_SHP_HEAD : _SHP_HEAD + _RECORD_HEAD * count], dtype=">i4").reshape(-1, 2)
    start = at[:, 0].astype(np.int64) * 2 + _RECORD_HEAD
    data = np.memmap(file, dtype=np.uint8, mode="r")
    if start.min() < _SHP_HEAD or start.max() + _TYPE + _BOX > len(data):
        return None
    kinds = data[start[:, None] + np.arange(_TYPE)].view("<i4")[:, 0]
    boxes: NDArray[np.float64] = np.ascontiguousarray(data[start[:, None] + _TYPE + np.arange(_BOX)]).view("<f8")
    return np.where(np.isin(kinds, _BOXED)[:, None], boxes, np.nan)


def _warn_of_boxes(frame: gpd.GeoDataFrame, boxes: NDArray[np.float64] | None, path: Path) -> None:
    if boxes is None:
        return
    own = shapely.bounds(np.asarray(frame.geometry.values, dtype=object))
    own = own if len(boxes) == len(own) else _around(own)
    size = np.nanmax(np.abs(own[:, 2:] - own[:, :2]), axis=1, initial=0)
    far = np.nanmax(np.abs(own), axis=1, initial=0)
    with np.errstate(invalid="ignore"):
        off = np.abs(boxes - own) > (_TOLERANCE * size + _ROUNDING * far)[:, None]
    wrong = int((off & np.isfinite(own)).any(axis=1).sum())
    if wrong:
        warnings.warn(
            GridkitWarning(
                template(
                    "{count} of its shapes does not lie in the box it names for it: it is damaged, or edited by hand",
                    "{count} of its shapes do not lie in the box it names for them: it is damaged, or edited by hand",
                ),
                where=path,
                mend="look at it in QGIS, or get it again",
                count=wrong,
            ),
            stacklevel=5,
        )


def _around(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([[*np.nanmin(boxes[:, :2], axis=0), *np.nanmax(boxes[:, 2:], axis=0)]])
