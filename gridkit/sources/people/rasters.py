"""Rasters of people per pixel cut to a district: scale and offset, what means no data, and what they leave out."""

from __future__ import annotations

import math
import re
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from pyproj import CRS
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from gridkit import provenance
from gridkit.crs import named, require_metric, to_metric
from gridkit.errors import GridkitWarning, LimitError, SourceError, TableError
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase, template
from gridkit.ledger import Account
from gridkit.sources.coordinates import checks
from gridkit.sources.people import logarithms, no_data
from gridkit.sources.tables import quantities
from gridkit.tables import Raster

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from gridkit.sources.files import vectors
    from gridkit.sources.reading import Reading

    Six = tuple[float, float, float, float, float, float]

LIMIT_BYTES = 2 << 30
"""A window of a raster may take this much memory."""

DENSEST_PER_KM2 = 100_000.0
"""A district with more people per km2 than the densest on earth was read in the wrong unit."""

DRIVERS = {"tiff": "GTiff", "text": "AAIGrid"}
NOTHING = "none"
"""Said as ``FILE:nodata=none``: every value is a count, also the largest a type can hold."""

_PER_KM2 = {"km2": 1.0, "ha": 100.0}
_ROUNDING = 1e-9
_ALIGNED, _SAME_SIZE = 1e-2, 1e-6
"""Tiles fit together when their pixels are of one size, and their edges meet to a hundredth of one."""
_ROUND_DEG = 360.0
_OVER_180 = CRS.from_proj4("+proj=longlat +datum=WGS84 +pm=180 +no_defs")
"""Degrees counted from the 180th meridian: round it they run on without a break."""
_DENSITY = re.compile(
    r"densit|densidad|密度|(?:people|persons?|pop\w*|inhabitants?|人)\s*(?:per|/)\s*(?:sq|square|km|ha\b|hectare)|"
    r"per[ _]?(?:sq|square|km2|ha\b|hectare)|/\s*km|(?:^|[_-])(?:pd|pph)[_-]",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:^|[_\W])((?:fe)?males?|(?:wo)?men|children|elderly|youth|infants|births|pregnanc(?:y|ies)|under_?(?:five|5)"
    r"|[fmt]_\d{1,2}(?=_(?:19|20)\d\d))(?=$|[_\W\d])",
    re.IGNORECASE,
)
"""Who is counted by a raster of some people only, in its name: nga_f_05_2025 (girls of 5 to 9), nga_women_2020."""


@dataclass(frozen=True)
class _Piece:
    """A window of one file: people in its pixels, where they lie, and whether the user said what means no data."""

    values: NDArray[np.float64]
    transform: Six
    said: bool = False


def read(
    specs: Sequence[tuple[vectors.Spec, str]],
    district: gpd.GeoDataFrame,
    reading: Reading,
    nodata: float | None,
    name: str,
) -> tuple[Raster, list[str]]:
    """Return the window of a raster round a district, in people per pixel, and notes.

    Parameters
    ----------
    specs
        The file and its kind; several where tiles make one raster.
    name
        What messages call them together.

    Raises
    ------
    SourceError
        When a file is damaged or cut off.
    TableError
        When it has several bands, is turned, lies elsewhere, or holds counts that cannot be; when tiles do not fit.
    LimitError
        When the window does not fit in memory.
    """
    pieces: list[_Piece] = []
    notes: list[str] = []
    bounds: list[tuple[float, ...]] = []
    systems: list[CRS] = []
    for spec, kind in specs:
        with _opened(spec.path, kind) as file:
            crs = _crs(file, reading, spec.path)
            systems.append(crs)
            box, working = _box(district, crs)
            a, _, c, _, e, f = upright = _upright(file, spec.path)
            bounds.append((c, f + e * file.height, c + a * file.width, f))
            found, said = _pieces(file, spec, upright, (box, working), reading, nodata)
            pieces += found
            if found and box[2] - box[0] < a and box[3] - box[1] < abs(e):
                said.append(Phrase("the district is smaller than a pixel: it is given the share of its people by area"))
            notes += [each for each in said if each not in notes]
    _require_one_system(systems, name)
    if not pieces:
        raise TableError(
            "the raster ({bounds}) does not meet the district ({box})",
            where=name,
            mend="check that both are of the same place, and their CRS",
            bounds="; ".join(", ".join(f"{value:.6g}" for value in each) for each in bounds[:3]),
            box=", ".join(f"{value:.6g}" for value in box),
        )
    whole = pieces[0] if len(pieces) == 1 else _together(pieces, name)
    values = whole.values
    if reading.density in _PER_KM2:
        per_km2 = _PER_KM2[reading.density]
        values = values * no_data.pixel_km2(whole.transform, values.shape, working)[:, None] * per_km2
    total = float(np.nansum(values))
    if not np.isfinite(values).any():
        notes.append(Phrase("the raster holds no data in the district"))
    said_size = "{columns} x {rows} pixels of {crs}, {total} in and round the district"
    height, width = values.shape
    people = Quantity(total, "people")
    notes.append(Phrase(said_size, columns=width, rows=height, crs=systems[0].name, total=people))
    raster = Raster(values, whole.transform, working, name)
    if reading.density is None:
        _ask_density(total, district, name)
    return replace(raster, accounts=(_coverage(raster, district, notes, said=whole.said or nodata is not None),)), notes


def _opened(path: Path, kind: str) -> Any:  # noqa: ANN401 - rasterio's datasets
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            opened = rasterio.open(path, driver=DRIVERS[kind])
            provenance.read_from(path)
    except RasterioError as error:
        raise SourceError(
            "cannot be opened as a raster: {error}", where=path, mend="get it again", error=error
        ) from None
    return opened


def _pieces(
    file: Any,  # noqa: ANN401 - rasterio's datasets
    spec: vectors.Spec,
    upright: Six,
    where: tuple[tuple[float, ...], CRS],
    reading: Reading,
    nodata: float | None,
) -> tuple[list[_Piece], list[str]]:
    """Return what of a file lies round the district, checked, and notes."""
    path = spec.path
    band, given, base = _said_behind(file, spec)
    _warn_of_part(path)
    if reading.density is None:
        _ask_named_density(file, band, path)
    tag = next((value for value in (nodata, given) if value is not None), file.nodata)
    kind = np.dtype(file.dtypes[band - 1])
    if kind.kind == "c":
        raise TableError("its values are complex numbers, no counts", where=path, mend="give a raster of people")
    scale, offset = file.scales[band - 1], file.offsets[band - 1]
    words = logarithms.words(file, band, path)
    found: list[_Piece] = []
    notes: list[str] = []
    for transform, window in _windows(file, upright, *where, path):
        stored = no_data.without(_window_values(file, band, window, path), tag)
        if given is None or not np.isnan(given):
            no_data.ask(stored, kind, path)
        stored = stored[::-1] if file.transform.e > 0 else stored
        values = stored * scale + offset
        if base is None:
            logarithms.ask(values, words, path)
        else:
            values = logarithms.undone(values, base)
        found.append(_Piece(_people_only(values, path), transform, given is not None))
    if found and (scale, offset) != (1.0, 0.0):
        notes.append(Phrase("its values are scaled by {scale:g} and moved by {offset:g}", scale=scale, offset=offset))
    if found and base not in (None, logarithms.NOTHING):
        notes.append(Phrase("its values are logarithms ({base}): made counts again", base=base))
    return found, notes


def _coverage(raster: Raster, district: gpd.GeoDataFrame, notes: list[str], *, said: bool) -> Account:
    """Return how much of the district the raster reaches, and of how much it says nothing though it reaches there."""
    metric = to_metric(district)
    area = shapely.union_all(shapely.make_valid(np.asarray(metric.geometry)))
    west, south, east, north = raster.bounds
    edge = shapely.segmentize(shapely.box(west, south, east, north), max(east - west, north - south) / 20)
    reached = shapely.make_valid(gpd.GeoSeries([edge], crs=raster.crs).to_crs(require_metric(metric)).iloc[0])
    missing = float(shapely.area(shapely.difference(area, reached)))
    missing = missing if missing > _ROUNDING * area.area else 0.0
    share = no_data.empty_share(raster, district)
    lost = {"uncovered": missing}
    why = no_data.reason(raster)
    lost[why] = lost.get(why, 0.0) + share * (area.area - missing)
    if why == "nodata" and not said:
        no_data.warn(share, raster.name)
    used = area.area - math.fsum(lost.values())
    return Account(raster.name, "people", "m2", area.area, used, lost, tuple(notes))


def _said_behind(
    file: Any,  # noqa: ANN401 - rasterio's datasets
    spec: vectors.Spec,
) -> tuple[int, float | None, str | None]:
    """Return what the words behind the file name: ``FILE[:BAND][:nodata=VALUE]``, ``FILE[:BAND][:log=BASE]``."""
    band, nodata, base = 1 if file.count == 1 else None, None, None
    for said in (spec.layer, spec.column):
        if said is not None and said.isdigit() and 1 <= int(said) <= file.count:
            band = int(said)
        elif said is not None and said.casefold() == f"nodata={NOTHING}":
            nodata = math.nan
        elif said is not None and (found := logarithms.base(said)) is not None:
            base = found
        elif said is not None and (value := quantities.number(said.removeprefix("nodata="))) is not None:
            nodata = value
        elif said is not None:
            band = None
    if band is None:
        raise TableError(
            "there are {count} bands",
            where=spec.path,
            mend="name one by its number, as in {example}",
            count=file.count,
            example=f"{spec.path.name}:1",
        )
    return band, nodata, base


def _crs(file: Any, reading: Reading, path: Path) -> CRS:  # noqa: ANN401
    said = None if file.crs is None else CRS.from_wkt(file.crs.to_wkt())
    if said is not None and not said.is_engineering:
        return said
    if reading.crs is not None:
        return named(reading.crs)
    raise TableError(
        "the raster names no coordinate reference system",
        where=path,
        mend="name it with --crs; its bounds look like {looks}",
        looks=checks.looks_like(file.bounds),
    )


def _upright(file: Any, path: Path) -> Six:  # noqa: ANN401
    """Return the transform of a raster with north up; one whose rows run from south to north is turned over."""
    a, b, c, d, e, f, *_ = file.transform
    if b or d or a <= 0:
        raise TableError("the raster is turned", where=path, mend="gdalwarp -r sum puts it north up")
    return (a, 0.0, c, 0.0, -e, f + e * file.height) if e > 0 else (a, 0.0, c, 0.0, e, f)


def _box(district: gpd.GeoDataFrame, crs: CRS) -> tuple[tuple[float, ...], CRS]:
    """Return the box of the district in the CRS of a raster, in one that runs on over the 180th meridian where it must.

    The shapes of a district on both sides of that meridian would lie round the earth in plain longitudes.
    """
    metric = require_metric(district).to_wkt()
    box = transform_bounds(metric, crs.to_wkt(), *district.total_bounds, densify_pts=21)
    if crs.is_geographic and box[0] > box[2]:
        return transform_bounds(metric, _OVER_180.to_wkt(), *district.total_bounds, densify_pts=21), _OVER_180
    return box, crs


def _windows(
    file: Any,  # noqa: ANN401 - rasterio's datasets
    upright: Six,
    box: tuple[float, ...],
    working: CRS,
    path: Path,
) -> Iterator[tuple[Six, Window]]:
    """Yield the pixels round the district, one to spare on each side, and where they lie.

    Longitudes may be counted from -180 or from 0: a raster is taken at whatever turn of the earth meets the district.
    """
    a, _, first, _, e, f = upright
    moved = 180.0 if working is _OVER_180 else 0.0
    for turn in (0.0, -_ROUND_DEG, _ROUND_DEG) if working.is_geographic else (0.0,):
        c = first - moved + turn
        left, right = max(0, math.floor((box[0] - c) / a) - 1), min(file.width, math.ceil((box[2] - c) / a) + 1)
        top, bottom = max(0, math.floor((box[3] - f) / e) - 1), min(file.height, math.ceil((box[1] - f) / e) + 1)
        if right <= left or bottom <= top:
            continue
        _require_room((right - left) * (bottom - top), (bottom - top, right - left), path)
        stored_top = file.height - bottom if file.transform.e > 0 else top
        yield (a, 0.0, c + a * left, 0.0, e, f + e * top), Window(left, stored_top, right - left, bottom - top)


def _require_room(pixels: int, shape: tuple[int, int], where: object) -> None:
    need = pixels * 8 * 2
    if need > LIMIT_BYTES:
        raise LimitError(
            "the district takes {rows:,} x {columns:,} pixels of it, {need:.1f} GiB",
            where=where,
            mend="take a coarser raster, or split the district first; the limit is {limit:.0f} GiB",
            rows=shape[0],
            columns=shape[1],
            need=need / 2**30,
            limit=LIMIT_BYTES / 2**30,
        )


def _window_values(file: Any, band: int, window: Window, path: Path) -> NDArray[np.float64]:  # noqa: ANN401
    try:
        masked = file.read(band, window=window, masked=True)
    except RasterioIOError as error:
        row, column = _bad_block(file, band, window)
        raise SourceError(
            "is cut off or damaged in band {band}, at row {row}, column {column}",
            where=path,
            mend="get it again",
            band=band,
            row=row,
            column=column,
        ) from error
    return np.asarray(masked.astype(np.float64).filled(np.nan))


def _bad_block(file: Any, band: int, window: Window) -> tuple[int, int]:  # noqa: ANN401
    """Return row and column of the first block that cannot be read."""
    for _, block in file.block_windows(band):
        try:
            file.read(band, window=block)
        except RasterioIOError:
            return int(block.row_off), int(block.col_off)
    return int(window.row_off), int(window.col_off)


# ---------------------------------------------------------------- tiles


def _require_one_system(systems: Sequence[CRS], name: str) -> None:
    others = [each for each in systems[1:] if not each.equals(systems[0], ignore_axis_order=True)]
    if others:
        raise TableError(
            "its tiles are in different systems: {one} and {other}",
            where=name,
            mend="name one of them, or make them one raster: gdalwarp -r sum",
            one=systems[0].name,
            other=others[0].name,
        )


def _together(pieces: Sequence[_Piece], name: str) -> _Piece:
    """Return tiles as one piece; where two reach over one another they must say the same, or one of them nothing."""
    a, _, _, _, e, _ = pieces[0].transform
    west = min(piece.transform[2] for piece in pieces)
    north = max(piece.transform[5] for piece in pieces)
    places = []
    for piece in pieces:
        step, _, c, _, down, f = piece.transform
        column, row = (c - west) / a, (f - north) / e
        fits = abs(step / a - 1) < _SAME_SIZE and abs(down / e - 1) < _SAME_SIZE
        if not fits or abs(column - round(column)) > _ALIGNED or abs(row - round(row)) > _ALIGNED:
            raise TableError(
                "its tiles do not fit together: their pixels differ in size, or do not meet",
                where=name,
                mend="name one of them, or make them one raster: gdalwarp -r sum",
            )
        places.append((round(row), round(column)))
    rows = max(row + len(piece.values) for (row, _), piece in zip(places, pieces, strict=True))
    columns = max(column + piece.values.shape[1] for (_, column), piece in zip(places, pieces, strict=True))
    _require_room(rows * columns, (rows, columns), name)
    values = np.full((rows, columns), np.nan)
    for (row, column), piece in zip(places, pieces, strict=True):
        window = values[row : row + len(piece.values), column : column + piece.values.shape[1]]
        both = np.isfinite(window) & np.isfinite(piece.values)
        if not np.allclose(window[both], piece.values[both], rtol=1e-6):
            raise TableError(
                template(
                    "its tiles lie over one another and say different things, in {count:,} pixel",
                    "its tiles lie over one another and say different things, in {count:,} pixels",
                ),
                where=name,
                mend="name one of them: which is right cannot be told",
                count=int((~np.isclose(window[both], piece.values[both], rtol=1e-6)).sum()),
            )
        window[:] = np.where(np.isnan(window), piece.values, window)
    return _Piece(values, (a, 0.0, west, 0.0, e, north), all(piece.said for piece in pieces))


# ---------------------------------------------------------------- doubts


def _people_only(values: NDArray[np.float64], path: Path) -> NDArray[np.float64]:
    """Return the values, checked.

    Raises
    ------
    TableError
        When counts are infinite or below zero, with the value and its mend when it looks like a missing tag.
    """
    if np.isinf(values).any():
        raise TableError(
            template("{count} pixel is infinite", "{count} pixels are infinite"),
            where=path,
            mend="fix them",
            count=int(np.isinf(values).sum()),
        )
    low = values < 0
    if low.any():
        value, count = (each[0] for each in np.unique(values[low], return_counts=True))
        rows, columns = np.nonzero(low)
        if len(np.unique(values[low])) == 1:
            raise TableError(
                template(
                    "the value {value} occurs once and is below zero: people cannot be",
                    "the value {value} occurs {count:,} times and is below zero: people cannot be",
                ),
                where=path,
                mend="if it means no data, name the file as {name}:nodata={value}",
                value=no_data.shown(float(value)),
                count=int(count),
                name=path.name,
            )
        raise TableError(
            template(
                "{count:,} pixel is below zero, at row {row}, column {column} ({first:g})",
                "{count:,} pixels are below zero, the first at row {row}, column {column} ({first:g})",
            ),
            where=path,
            mend="people cannot be: fix the raster",
            count=int(low.sum()),
            row=int(rows[0]),
            column=int(columns[0]),
            first=float(values[rows[0], columns[0]]),
        )
    return values


def _ask_density(total: float, district: gpd.GeoDataFrame, name: str) -> None:
    density = total / max(float(to_metric(district).area.sum()) / 1e6, 1e-9)
    if density > DENSEST_PER_KM2:
        raise TableError(
            "{density} is more than anywhere: are these densities, not people per pixel?",
            where=name,
            mend="say with --density which: km2 or ha, or none when they are people per pixel",
            density=Quantity(density, "people_per_km2"),
        )


def says_density(file: Any, band: int, path: Path) -> str | None:  # noqa: ANN401 - rasterio's datasets
    """Return the words by which a raster's name, description or unit says that it holds densities; None without."""
    tags = {**file.tags(), **file.tags(band)}
    said = [
        file.descriptions[band - 1],
        file.units[band - 1],
        *map(tags.get, ("units", "unit", "long_name")),
        path.stem,
    ]
    return next((text for text in said if text and _DENSITY.search(text)), None)


def says_part(path: Path) -> str | None:
    """Return the words by which the name of a raster says that it counts some people only; None without."""
    said = _PART.search(path.stem)
    return said[1] if said else None


def _warn_of_part(path: Path) -> None:
    part = says_part(path)
    if part is not None:
        warnings.warn(
            GridkitWarning(
                "its name says that it counts some people only ({part}): they are taken for all there are",
                where=path,
                mend="give the raster of all people",
                part=part,
            ),
            stacklevel=4,
        )


def _ask_named_density(file: Any, band: int, path: Path) -> None:  # noqa: ANN401
    words = says_density(file, band, path)
    if words is not None:
        raise TableError(
            "it says that it holds densities: {words!r}",
            where=path,
            mend="say with --density of what: km2 or ha, or none when they are people per pixel",
            words=words,
        )
