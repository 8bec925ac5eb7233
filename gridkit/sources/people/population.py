"""Where people are: a raster of people per pixel, areas or points with a count, or a table of compounds by name."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from pyproj import CRS
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from gridkit.crs import named, require_metric, to_metric
from gridkit.errors import GridkitWarning, LimitError, SourceError, TableError
from gridkit.geometry import mend
from gridkit.language.labels import word
from gridkit.language.phrases import Phrase, listed
from gridkit.sources.coordinates import checks, points
from gridkit.sources.files import kind as files
from gridkit.sources.files import vectors
from gridkit.sources.people import compound_names
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import column_roles, quantities
from gridkit.sources.tables import read as tables
from gridkit.tables import PEOPLE, POLYGONS, Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    People = gpd.GeoDataFrame | Raster
    Counts = Literal["people", "households"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "people": (
        "people", "population", "pop", "persons", "residents", "人口", "人口数", "常住人口", "总人口", "人数",
        "实有人口", "populacao", "население",
    ),
    "households": ("households", "hh", "户数", "总户数", "住户数", "常住户数", "家庭户", "domicilios"),
    "elderly": (
        "elderly", "60+", "65+", "老年人", "老年人口", "老人", "60岁以上", "60岁及以上", "65岁以上", "65岁及以上",
    ),
    "children": ("children", "0-14", "儿童", "儿童数", "少儿", "0-14岁", "14岁以下"),
    "name": ("name", "小区", "小区名称", "名称", "楼盘", "楼盘名称", "compound", "estate", "nome"),
}  # fmt: skip
"""Usual names of the columns."""

LIMIT_BYTES = 2 << 30
"""A window of a raster may take this much memory."""

DENSEST_PER_KM2 = 100_000.0
"""A district with more people per km2 than the densest on earth was read in the wrong unit."""

_DRIVERS = {"tiff": "GTiff", "text": "AAIGrid"}
_LISTED = 5


def read(
    source: vectors.Source,
    district: gpd.GeoDataFrame,
    *,
    counts: Counts = "people",
    reading: Reading = AS_IT_SAYS,
    compounds: gpd.GeoDataFrame | None = None,
    nodata: float | None = None,
) -> tuple[People, list[str]]:
    """Return where people are, cut to what meets the district, and notes.

    Parameters
    ----------
    source
        A raster, ``FILE[:BAND][:nodata=VALUE]``; ``FILE[:LAYER]:COLUMN`` of areas or points; a table with coordinates;
        a table of compounds by name; or a GeoDataFrame. The column of people may be left out where it has a usual name.
    district
        DISTRICTS.
    counts
        ``people`` or ``households``: what the column named behind the file counts. Other columns of usual names
        (people, households, elderly, children) come along.
    reading
        How text and coordinates are to be taken.
    compounds
        The compounds whose names a table without coordinates gives (COMPOUNDS of an extract).
    nodata
        The value of a raster that means no data, where its tag is missing.

    Returns
    -------
    GeoDataFrame or Raster
        PEOPLE in the CRS of the district, or a window of the raster as it is.

    Raises
    ------
    SourceError
        When the file is missing, damaged or cut off.
    TableError
        When there is no column of people, a count is negative or infinite, a raster holds -9999 untagged, or nothing
        meets the district.
    LimitError
        When the window of the raster does not fit in memory.
    """
    if isinstance(source, gpd.GeoDataFrame):
        return _areas(vectors.read(source, crs=reading.crs), None, counts, district, counts)
    spec = vectors.parse(source)
    kind = files.kind(spec.path)
    if kind == "tiff" or (kind == "text" and spec.path.suffix.lower() == ".asc"):
        return _raster(spec, kind, district, reading, nodata)
    if kind == "netcdf":
        raise SourceError("netCDF and HDF rasters are not read", where=spec.path, mend="export it as GeoTIFF")
    if kind in ("text", "workbook"):
        return _table(spec, district, counts, reading, compounds)
    frame = vectors.read(spec, crs=reading.crs, encoding=reading.encoding, datum=reading.datum, swap_xy=reading.swap_xy)
    return _areas(frame, spec.column, counts, district, str(spec.path))


# ---------------------------------------------------------------- rasters


def _raster(
    spec: vectors.Spec, kind: str, district: gpd.GeoDataFrame, reading: Reading, nodata: float | None
) -> tuple[Raster, list[str]]:
    path = spec.path
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            opened = rasterio.open(path, driver=_DRIVERS[kind])
    except RasterioError as error:
        raise SourceError(
            "cannot be opened as a raster: {error}", where=path, mend="get it again", error=error
        ) from None
    with opened as file:
        band, given = _band_and_nodata(file, spec)
        crs = _crs(file, reading, path)
        _require_north_up(file, path)
        window = _window(file, crs, district, path)
        values = _window_values(file, band, window, path)
        tag = next((value for value in (nodata, given) if value is not None), file.nodata)
        a, _, c, _, e, f, *_ = file.transform
    values, notes = _people_only(values, tag, path)
    transform = (a, 0.0, c + a * window.col_off, 0.0, e, f + e * window.row_off)
    raster = Raster(values, transform, crs, path.name)
    total = float(np.nansum(values))
    said = "{columns} x {rows} pixels of {crs}, {total:,.0f} people in and round the district"
    notes.append(Phrase(said, columns=values.shape[1], rows=values.shape[0], crs=crs.name, total=total))
    _warn_density(total, district, path)
    return raster, notes


def _band_and_nodata(file: Any, spec: vectors.Spec) -> tuple[int, float | None]:  # noqa: ANN401 - rasterio's datasets
    """Return what the words behind the file name: ``FILE[:BAND][:nodata=VALUE]``."""
    band, nodata = 1 if file.count == 1 else None, None
    for said in (spec.layer, spec.column):
        if said is not None and said.isdigit() and 1 <= int(said) <= file.count:
            band = int(said)
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
    if file.crs is not None:
        return CRS.from_wkt(file.crs.to_wkt())
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


def _people_only(
    values: NDArray[np.float64], nodata: float | None, path: Path
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the values with NaN for no data.

    Raises
    ------
    TableError
        When counts are infinite or below zero, with the value and its mend when it looks like a missing tag.
    """
    notes: list[str] = []
    if nodata is not None and np.isfinite(nodata):
        # The tag is a decimal number, the values are 32-bit: equal means equal to 6 digits.
        values = np.where(np.isclose(values, nodata, rtol=1e-6, atol=0.0), np.nan, values)
    if np.isinf(values).any():
        raise TableError("{count} pixels are infinite", where=path, mend="mend them", count=int(np.isinf(values).sum()))
    low = values < 0
    if low.any():
        value, count = (each[0] for each in np.unique(values[low], return_counts=True))
        rows, columns = np.nonzero(low)
        if len(np.unique(values[low])) == 1:
            raise TableError(
                "the value {value:g} occurs {count:,} times and is below zero: people cannot be",
                where=path,
                mend="if it means no data, name the file as {name}:nodata={value:g}",
                value=value,
                count=int(count),
                name=path.name,
            )
        raise TableError(
            "{count:,} pixels are below zero, the first at row {row}, column {column} ({first:g})",
            where=path,
            mend="people cannot be: mend the raster",
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
                "{density:,.0f} people per km2 is more than anywhere: are these densities, not people per pixel?",
                where=path,
                density=density,
            ),
            stacklevel=3,
        )


# ---------------------------------------------------------------- areas, points and tables


def _table(
    spec: vectors.Spec,
    district: gpd.GeoDataFrame,
    counts: Counts,
    reading: Reading,
    compounds: gpd.GeoDataFrame | None,
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return PEOPLE from a table: by its coordinates, or by the names of its compounds."""
    sheets = tables.sheets(spec.path) if files.kind(spec.path) == "workbook" else []
    sheet = spec.layer if spec.layer is not None else spec.column if spec.column in sheets else None
    column = spec.column if spec.column != sheet else None
    frame = tables.read(spec.path, sheet=sheet, reading=reading)
    where = str(spec.path)
    try:
        placed = points.from_table(frame, reading=reading, where=where)
    except TableError:
        if compounds is None or "name" not in column_roles.found(frame, COLUMNS):
            raise
        found, notes = compound_names.placed(_counted(frame, column, counts, where), compounds, where=where)
        return _met(found, [*frame.attrs.get("notes", []), *notes], district, where)
    return _areas(placed, column, counts, district, where)


def _areas(
    frame: gpd.GeoDataFrame, column: str | None, counts: Counts, district: gpd.GeoDataFrame, where: str
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return PEOPLE from areas or points with a count each."""
    notes = list(frame.attrs.get("notes", []))
    counted = _counted(frame, column, counts, where)
    there = np.asarray(~(frame.geometry.isna() | frame.geometry.is_empty))
    if not there.all():
        lost = float(counted["people"].to_numpy()[~there].sum())
        said = "{count} rows have no place: {lost:,.0f} people left out"
        notes.append(Phrase(said, count=int((~there).sum()), lost=lost))
    placed = gpd.GeoDataFrame(counted, geometry=frame.geometry, crs=frame.crs).loc[there]
    return _met(placed, notes, district, where)


def _counted(frame: pd.DataFrame, column: str | None, counts: Counts, where: str) -> pd.DataFrame:
    """Return what is counted in each row as far as there are columns of it, and its name.

    Raises
    ------
    TableError
        When no column of what is to be counted is found, or a count is below zero.
    """
    playing = column_roles.found(frame, COLUMNS)
    if column is not None:
        asked = vectors.column(frame, column, where=where)
        playing = {**{role: name for role, name in playing.items() if name != asked}, counts: asked}
    if counts not in playing:
        numeric = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
        raise TableError(
            "no column of {counts} was named; its columns of numbers are {names}",
            where=where,
            mend="name it behind the file, as in {example}",
            counts=word(counts),
            names=listed(numeric) or Phrase("no such column"),
            example=f"{Path(where).name}:{(numeric or [counts])[0]}",
        )
    counted = {role: _count(frame[playing[role]], where) for role in COLUMNS if role in playing and role != "name"}
    counted["people"] = counted["people"].fillna(0.0) if "people" in counted else pd.Series(0.0, index=frame.index)
    if "name" in playing:
        counted["name"] = column_roles.texts(frame[playing["name"]])
    return pd.DataFrame(counted, index=frame.index)


def _count(values: pd.Series, where: str) -> pd.Series:
    read = quantities.read(values, kind="count", where=where)
    low = read < 0
    if low.any():
        raise TableError(
            "column {column!r} is below zero in {count} rows: {rows}",
            where=where,
            mend="people cannot be: mend these rows",
            column=str(values.name),
            count=int(low.sum()),
            rows=values.index[low][:_LISTED].tolist(),
        )
    return read


def _met(
    placed: gpd.GeoDataFrame, notes: list[str], district: gpd.GeoDataFrame, where: str
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the rows that meet the district, in its CRS; how many people lie outside is noted."""
    placed = placed.to_crs(require_metric(district))
    if placed.geometry.geom_type.isin(list(POLYGONS)).any():
        placed, mended = mend(placed, where=where)
        notes = [*notes, *mended]
    area = shapely.union_all(shapely.make_valid(np.asarray(district.geometry)))
    shapely.prepare(area)
    meets = shapely.intersects(area, np.asarray(placed.geometry))
    if not meets.any():
        raise TableError(
            "nothing in it meets the district: it lies in {bounds}, the district in {box}",
            where=where,
            mend="check that both are of the same place, and their CRS",
            bounds=", ".join(f"{value:.6g}" for value in placed.total_bounds),
            box=", ".join(f"{value:.6g}" for value in district.total_bounds),
        )
    outside = float(placed["people"].to_numpy()[~meets].sum())
    if outside:
        said = "{count} rows with {outside:,.0f} people lie outside the district"
        notes = [*notes, Phrase(said, count=int((~meets).sum()), outside=outside)]
    people = placed.loc[meets]
    people.index = pd.Index([f"p{at + 1}" for at in range(len(people))], name=PEOPLE.index, dtype="str")
    PEOPLE.check(people, where=where)
    return people, notes
