"""Rasters of people per pixel cut to a district: scale and offset, what means no data, and what they leave out."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from pyproj import CRS, Geod
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
from gridkit.sources.tables import quantities
from gridkit.tables import Raster

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gridkit.sources.files import vectors
    from gridkit.sources.reading import Reading

LIMIT_BYTES = 2 << 30
"""A window of a raster may take this much memory."""

DENSEST_PER_KM2 = 100_000.0
"""A district with more people per km2 than the densest on earth was read in the wrong unit."""

SENTINEL_TIMES, _BYTE_TIMES = 10.0, 2.0
"""The largest value a type can hold, many times what else there is, is a code for no data (dimensionless)."""

DRIVERS = {"tiff": "GTiff", "text": "AAIGrid"}
_PER_KM2 = {"km2": 1.0, "ha": 100.0}
_ROUNDING = 1e-9
NOTHING = "none"
"""Said as ``FILE:nodata=none``: every value is a count, also the largest a type can hold."""


def read(
    spec: vectors.Spec, kind: str, district: gpd.GeoDataFrame, reading: Reading, nodata: float | None
) -> tuple[Raster, list[str]]:
    """Return the window of a raster round a district, in people per pixel, and notes.

    Raises
    ------
    SourceError
        When the file is damaged or cut off.
    TableError
        When it has several bands, is turned, lies elsewhere, or holds counts that cannot be.
    LimitError
        When the window does not fit in memory.
    """
    path = spec.path
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            opened = rasterio.open(path, driver=DRIVERS[kind])
            provenance.read_from(path)
    except RasterioError as error:
        raise SourceError(
            "cannot be opened as a raster: {error}", where=path, mend="get it again", error=error
        ) from None
    with opened as file:
        band, given = _band_and_nodata(file, spec)
        crs = _crs(file, reading, path)
        _require_north_up(file, path)
        window = _window(file, crs, district, path)
        stored = _window_values(file, band, window, path)
        tag = next((value for value in (nodata, given) if value is not None), file.nodata)
        scale, offset = file.scales[band - 1], file.offsets[band - 1]
        kind_of_number = np.dtype(file.dtypes[band - 1])
        a, _, c, _, e, f, *_ = file.transform
    stored = _without_nodata(stored, tag)
    if given is None or not np.isnan(given):
        _ask_sentinel(stored, kind_of_number, path)
    values, notes = _people_only(stored * scale + offset, path)
    if (scale, offset) != (1.0, 0.0):
        notes.append(Phrase("its values are scaled by {scale:g} and moved by {offset:g}", scale=scale, offset=offset))
    transform = (a, 0.0, c + a * window.col_off, 0.0, e, f + e * window.row_off)
    if reading.density in _PER_KM2:
        values = values * _pixel_km2(transform, values.shape, crs)[:, None] * _PER_KM2[reading.density]
    total = float(np.nansum(values))
    said = "{columns} x {rows} pixels of {crs}, {total} in and round the district"
    height, width = values.shape
    notes.append(Phrase(said, columns=width, rows=height, crs=crs.name, total=Quantity(total, "people")))
    raster = Raster(values, transform, crs, path.name)
    if reading.density is None:
        _warn_density(total, district, path)
    return replace(raster, accounts=(_coverage(raster, district, notes),)), notes


def _coverage(raster: Raster, district: gpd.GeoDataFrame, notes: list[str]) -> Account:
    """Return how much of the district the raster reaches: beyond its edge nothing is known of people."""
    metric = to_metric(district)
    area = shapely.union_all(shapely.make_valid(np.asarray(metric.geometry)))
    west, south, east, north = raster.bounds
    edge = shapely.segmentize(shapely.box(west, south, east, north), max(east - west, north - south) / 20)
    reached = shapely.make_valid(gpd.GeoSeries([edge], crs=raster.crs).to_crs(require_metric(metric)).iloc[0])
    missing = float(shapely.area(shapely.difference(area, reached)))
    missing = missing if missing > _ROUNDING * area.area else 0.0
    return Account(raster.name, "people", "m2", area.area, area.area - missing, {"uncovered": missing}, tuple(notes))


def _pixel_km2(
    transform: tuple[float, float, float, float, float, float], shape: tuple[int, ...], crs: CRS
) -> NDArray[np.float64]:
    """Return the area of a pixel in each row, on the ground: in degrees a pixel is narrower further north. km2."""
    a, _, c, _, e, f = transform
    if not crs.is_geographic:
        metres = crs.axis_info[0].unit_conversion_factor
        return np.full(shape[0], abs(a * e) * metres**2 / 1e6)
    ellipsoid = Geod(ellps="WGS84")
    rows = [shapely.box(c, f + e * (at + 1), c + a, f + e * at) for at in range(shape[0])]
    return np.array([abs(ellipsoid.geometry_area_perimeter(row)[0]) / 1e6 for row in rows])


def _band_and_nodata(file: Any, spec: vectors.Spec) -> tuple[int, float | None]:  # noqa: ANN401 - rasterio's datasets
    """Return what the words behind the file name: ``FILE[:BAND][:nodata=VALUE]``."""
    band, nodata = 1 if file.count == 1 else None, None
    for said in (spec.layer, spec.column):
        if said is not None and said.isdigit() and 1 <= int(said) <= file.count:
            band = int(said)
        elif said is not None and said.casefold() == f"nodata={NOTHING}":
            nodata = math.nan
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
    return band, nodata


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


def _require_north_up(file: Any, path: Path) -> None:  # noqa: ANN401
    a, b, _, d, e, *_ = file.transform
    if b or d or a <= 0 or e >= 0:
        raise TableError("the raster is turned", where=path, mend="gdalwarp -r sum puts it north up")


def _window(file: Any, crs: CRS, district: gpd.GeoDataFrame, path: Path) -> Window:  # noqa: ANN401
    """Return the pixels round the district, one to spare on each side."""
    box = transform_bounds(require_metric(district).to_wkt(), crs.to_wkt(), *district.total_bounds, densify_pts=21)
    a, _, c, _, e, f, *_ = file.transform
    left, right = max(0, math.floor((box[0] - c) / a) - 1), min(file.width, math.ceil((box[2] - c) / a) + 1)
    top, bottom = max(0, math.floor((box[3] - f) / e) - 1), min(file.height, math.ceil((box[1] - f) / e) + 1)
    if right <= left or bottom <= top:
        raise TableError(
            "the raster ({bounds}) does not meet the district ({box})",
            where=path,
            mend="check that both are of the same place, and their CRS",
            bounds=", ".join(f"{value:.6g}" for value in file.bounds),
            box=", ".join(f"{value:.6g}" for value in box),
        )
    need = (right - left) * (bottom - top) * 8 * 2
    if need > LIMIT_BYTES:
        raise LimitError(
            "the district takes {rows:,} x {columns:,} pixels of it, {need:.1f} GiB",
            where=path,
            mend="take a coarser raster, or split the district first; the limit is {limit:.0f} GiB",
            rows=bottom - top,
            columns=right - left,
            need=need / 2**30,
            limit=LIMIT_BYTES / 2**30,
        )
    return Window(left, top, right - left, bottom - top)


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


def _without_nodata(stored: NDArray[np.float64], nodata: float | None) -> NDArray[np.float64]:
    """Return stored values with NaN for no data."""
    if nodata is None or not np.isfinite(nodata):
        return stored
    # The tag is a decimal number, the values are 32-bit: equal means equal to 6 digits.
    return np.where(np.isclose(stored, nodata, rtol=1e-6, atol=0.0), np.nan, stored)


def sentinel(stored: NDArray[np.float64], kind: np.dtype[Any]) -> tuple[float, int] | None:
    """Return the value that looks like a code for no data though no tag says so, and how often it stands there.

    It is the largest or the least value of a whole number's type, stands more than once, and is ten times what else
    there is; of one byte, which holds little more than people do, twice.

    Examples
    --------
    >>> sentinel(np.array([3.0, 9.0, 65535.0, 65535.0]), np.dtype("uint16"))
    (65535.0, 2)
    """
    if kind.kind not in "iu":
        return None
    held = np.iinfo(kind)
    times = SENTINEL_TIMES if kind.itemsize > 1 else _BYTE_TIMES
    for value in (float(held.max), float(held.min) if held.min else None):
        if value is None:
            continue
        there = stored == value
        rest = np.abs(stored[np.isfinite(stored) & ~there])
        if there.sum() > 1 and abs(value) > times * float(np.quantile(rest, 0.99) if len(rest) else 0.0):
            return value, int(there.sum())
    return None


def _ask_sentinel(stored: NDArray[np.float64], kind: np.dtype[Any], path: Path) -> None:
    found = sentinel(stored, kind)
    if found is not None:
        raise TableError(
            template(
                "the value {value:g} stands in {count:,} pixel: it means no data, or so many people live in it",
                "the value {value:g} stands in {count:,} pixels: it means no data, or so many people live in each",
            ),
            where=path,
            mend="name the file as {name}:nodata={value:g}, or as {name}:nodata=none when they are people",
            value=found[0],
            count=found[1],
            name=path.name,
        )


def _people_only(values: NDArray[np.float64], path: Path) -> tuple[NDArray[np.float64], list[str]]:
    """Return the values, checked.

    Raises
    ------
    TableError
        When counts are infinite or below zero, with the value and its mend when it looks like a missing tag.
    """
    notes: list[str] = []
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
                    "the value {value:g} occurs once and is below zero: people cannot be",
                    "the value {value:g} occurs {count:,} times and is below zero: people cannot be",
                ),
                where=path,
                mend="if it means no data, name the file as {name}:nodata={value:g}",
                value=value,
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
    if not np.isfinite(values).any():
        notes.append(Phrase("the raster holds no data in the district"))
    return values, notes


def _warn_density(total: float, district: gpd.GeoDataFrame, path: Path) -> None:
    density = total / max(float(to_metric(district).area.sum()) / 1e6, 1e-9)
    if density > DENSEST_PER_KM2:
        warnings.warn(
            GridkitWarning(
                "{density} is more than anywhere: are these densities, not people per pixel?",
                where=path,
                density=Quantity(density, "people_per_km2"),
            ),
            stacklevel=3,
        )
