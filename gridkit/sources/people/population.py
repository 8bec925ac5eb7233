"""Where people are: a raster of people per pixel, areas or points with a count, or a table of compounds by name."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit import ledger
from gridkit.crs import require_metric, to_metric
from gridkit.errors import GridkitWarning, SourceError, TableError, UsageError
from gridkit.geometry import mend
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase, template
from gridkit.ledger import Account
from gridkit.sources.coordinates import guesses, points
from gridkit.sources.files import kind as files
from gridkit.sources.files import vectors
from gridkit.sources.people import compound_names, coverage, rasters
from gridkit.sources.people import counts as counting
from gridkit.sources.people.counts import COLUMNS
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import column_roles, identifiers, quantities
from gridkit.sources.tables import read as tables
from gridkit.tables import PEOPLE, POLYGONS, TEXT, Raster

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gridkit.sources.people.counts import Counts

    People = gpd.GeoDataFrame | Raster

__all__ = ["COLUMNS", "read", "with_remainders"]

_ROUNDING = 1e-9
MISSING = "missing"
"""Rows of a table of people that wait for the remainder of a total, in ``frame.attrs``."""


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
        A raster, ``FILE[:BAND][:nodata=VALUE]``, or a zip or folder of the tiles of one; ``FILE[:LAYER]:COLUMN`` of
        areas or points; a table with coordinates; a table of compounds by name; or a GeoDataFrame. The column of people
        may be left out where it has a usual name.
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
        frame = quantities.styled(vectors.read(source, crs=reading.crs), reading)
        return _areas(frame, None, _Asked(counts, district, reading, "the GeoDataFrame"))
    asked = vectors.parse(source)
    if tiles := _tiles(asked):
        return rasters.read(tiles, district, reading, nodata, asked.path.name)
    spec = vectors.unpacked(asked)
    kind = files.kind(spec.path)
    if _is_raster(spec.path, kind):
        return rasters.read([(spec, kind)], district, reading, nodata, asked.path.name)
    if kind == "netcdf":
        raise SourceError("netCDF and HDF rasters are not read", where=spec.path, mend="export it as GeoTIFF")
    if kind in files.TABLE_KINDS or not vectors.place_of(spec.path, spec.layer, shaped=False).shaped:
        return _table(spec, _Asked(counts, district, reading, str(asked.path)), compounds)
    frame = vectors.read(spec, crs=reading.crs, encoding=reading.encoding, datum=reading.datum, swap_xy=reading.swap_xy)
    return _areas(quantities.styled(frame, reading), spec.column, _Asked(counts, district, reading, str(asked.path)))


def _tiles(asked: vectors.Spec) -> list[tuple[vectors.Spec, files.Kind]]:
    """Return the rasters of an archive or a folder that holds several and nothing else: they are tiles of one."""
    if asked.layer is not None or files.kind(asked.path) not in ("zip", "folder"):
        return []
    places = vectors.places(asked.path)
    if len(places) < 2 or not all(_is_raster(place.file, place.kind) for place in places):  # noqa: PLR2004 - several
        return []
    return [(vectors.Spec(place.file, None, asked.column), place.kind) for place in places]


def _is_raster(path: Path, kind: files.Kind) -> bool:
    return kind == "tiff" or (kind == "text" and path.suffix.lower() == ".asc")


# ---------------------------------------------------------------- areas, points and tables


@dataclass(frozen=True)
class _Asked:
    """What is to be counted, where, how text is to be taken, and what messages call the file."""

    counts: Counts
    district: gpd.GeoDataFrame
    reading: Reading
    where: str


@dataclass(frozen=True)
class _Kept:
    """Of rows that are kept for their ground: which have no count, and which wait for a remainder. Shape (rows,)."""

    uncounted: NDArray[np.bool_]
    missing: NDArray[np.bool_]

    @classmethod
    def all(cls, count: int) -> _Kept:
        """Return that every row has a count."""
        return cls(np.zeros(count, dtype=bool), np.zeros(count, dtype=bool))


def _table(spec: vectors.Spec, asked: _Asked, compounds: gpd.GeoDataFrame | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return PEOPLE from a table: by its coordinates, or by the names of its compounds."""
    sheets = tables.sheets(spec.path) if files.kind(spec.path) == "workbook" else []
    sheet = spec.layer if spec.layer is not None else spec.column if spec.column in sheets else None
    column = spec.column if spec.column != sheet else None
    frame = tables.read(spec.path, sheet=sheet, reading=asked.reading)
    named = compounds is not None and len(compounds) and "name" in column_roles.found(frame, COLUMNS)
    if compounds is not None and named and not points.located(frame, asked.reading):
        counted = counting.read(frame, column, asked.counts, asked.reading, asked.where)
        found, notes = compound_names.placed(counted.table, compounds, where=asked.where)
        return _met(found, [*frame.attrs.get("notes", []), *counted.notes, *notes], asked, {}, _Kept.all(len(found)))
    placed = points.from_table(frame, reading=asked.reading, district=asked.district, where=asked.where)
    placed.attrs["lost"] = frame.attrs.get("lost", {})
    return _areas(placed, column, asked)


def _areas(frame: gpd.GeoDataFrame, column: str | None, asked: _Asked) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return PEOPLE from areas or points with a count each."""
    counted = counting.read(frame, column, asked.counts, asked.reading, asked.where)
    notes = [*frame.attrs.get("notes", []), *counted.notes]
    there = np.asarray(~(frame.geometry.isna() | frame.geometry.is_empty))
    if not there.all():
        lost = float(counted.table["people"].to_numpy()[~there].sum())
        said = template("{count} row has no place: {lost} left out", "{count} rows have no place: {lost} left out")
        notes.append(Phrase(said, count=int((~there).sum()), lost=Quantity(lost, "people")))
    twice = np.zeros(len(frame), dtype=bool)
    twice[there] = coverage.doubled(frame.loc[there], counted.table.loc[there], identified=counting.identified(frame))
    again = _alike(frame, counted, there & ~twice, asked)
    why = counted.lost.copy()
    why[again], twice = "alike", twice | again
    why[twice], why[~there] = "doubled", "shapeless"
    reasons: Counter[str] = Counter(str(each) for each in why if each) + Counter(frame.attrs.get("lost", {}))
    # Rows without a count stay, as nobody: their ground is covered all the same.
    kept = there & ~twice
    placed = gpd.GeoDataFrame(counted.table, geometry=frame.geometry, crs=frame.crs).loc[kept]
    placed = _of_density(placed, asked)
    notes += guesses.looked_at(placed, asked.district, asked.reading, asked.where)
    return _met(placed, notes, asked, dict(reasons), _Kept(why[kept] != "", counted.missing[kept]))


def _alike(
    frame: gpd.GeoDataFrame, counted: counting.Counted, there: NDArray[np.bool_], asked: _Asked
) -> NDArray[np.bool_]:
    """Return which points alike in place, count and all else are left out; warn of them where nobody said."""
    nothing = np.zeros(len(frame), dtype=bool)
    if asked.reading.alike == "apart" or counting.identified(frame):
        return nothing
    again = nothing.copy()
    rows = frame.assign(_counted=counted.table[asked.counts].to_numpy())
    again[there] = identifiers.alike(rows.loc[there])
    again &= ~frame.geom_type.isin(list(POLYGONS)).to_numpy()
    if asked.reading.alike == "once" or not again.any():
        return again
    identifiers.warn_of_alike(int(again.sum()), asked.where)
    return nothing


def _of_density(placed: gpd.GeoDataFrame, asked: _Asked) -> gpd.GeoDataFrame:
    """Return rows whose densities are made counts by the area of each."""
    density = asked.reading.density
    if density in (None, "none"):
        return placed
    if not placed.geom_type.isin(list(POLYGONS)).all():
        raise UsageError("points have no density", where="--density", mend="give areas or a raster")
    area_km2 = to_metric(placed).area.to_numpy() / 1e6
    return placed.assign(**{asked.counts: placed[asked.counts] * area_km2 * (100.0 if density == "ha" else 1.0)})


def _met(
    placed: gpd.GeoDataFrame, notes: list[str], asked: _Asked, lost: dict[str, int], kept: _Kept
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the rows that meet the district, in its CRS, and their accounts; how many people lie outside is noted."""
    district, where = asked.district, asked.where
    if placed.geometry.is_empty.all() or placed.geometry.isna().all():
        raise TableError("there is nothing in it", where=where, mend="hand over rows with shapes")
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
            bounds=", ".join(f"{value:.0f}" for value in placed.total_bounds),
            box=", ".join(f"{value:.0f}" for value in district.total_bounds),
        )
    outside = float(placed["people"].to_numpy()[~meets].sum())
    if outside:
        said = template(
            "{count} row with {outside} lies outside the district",
            "{count} rows with {outside} lie outside the district",
        )
        notes = [*notes, Phrase(said, count=int((~meets).sum()), outside=Quantity(outside, "people"))]
    people = placed.loc[meets]
    people.index = pd.Index([f"p{at + 1}" for at in range(len(people))], name=PEOPLE.index, dtype=TEXT)
    PEOPLE.check(people, where=where)
    _warn_of_overlap(people, where)
    used = int((meets & ~kept.uncounted).sum())
    lost = {**lost, "outside": int((~meets & ~kept.uncounted).sum())}
    rows = Account(where, "people", "rows", used + sum(lost.values()), used, lost, tuple(notes))
    people.attrs = {MISSING: people.index[kept.missing[meets]].tolist()}
    ledger.noted(people, rows, _ground(people, asked))
    return people, notes


def _ground(people: gpd.GeoDataFrame, asked: _Asked) -> Account:
    """Return how much of the district the rows reach."""
    total = float(shapely.area(shapely.union_all(shapely.make_valid(np.asarray(to_metric(asked.district).geometry)))))
    missing = min(coverage.uncovered(people, asked.district), total)
    missing = missing if missing > _ROUNDING * total else 0.0
    return Account(asked.where, "people", "m2", total, total - missing, {"uncovered": missing})


def _warn_of_overlap(people: gpd.GeoDataFrame, where: str) -> None:
    shapes = np.asarray(people.geometry, dtype=object)
    areas = shapes[people.geom_type.isin(list(POLYGONS)).to_numpy()]
    share = coverage.overlap(areas) if len(areas) else 0.0
    if share > coverage.OVERLAP:
        warnings.warn(
            GridkitWarning(
                "its areas lie over one another by {share:.0%} of their ground: people there are counted for each",
                where=where,
                mend="check that no place is in it twice",
                share=share,
            ),
            stacklevel=4,
        )


def with_remainders(
    people: gpd.GeoDataFrame, totals: pd.DataFrame | None, district: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return people whose rows without a count share what the official totals leave; all others as they are.

    Raises
    ------
    UsageError
        When there are no official totals of people.
    """
    missing = np.asarray(people.index.isin(people.attrs.get(MISSING, [])))
    if not missing.any():
        return people
    if totals is None or "people" not in totals:
        raise UsageError(
            "a remainder needs official totals of people", where="--suppressed", mend="give --totals FILE, or say mean"
        )
    counts, exhausted = coverage.remainders(people, missing, totals["people"], district)
    if exhausted:
        warnings.warn(
            GridkitWarning(
                template(
                    "in {count} parent the rows with a count reach the official total: nothing is left for the others",
                    "in {count} parents the rows with a count reach the official total: nothing is left for the others",
                ),
                where="--suppressed",
                count=exhausted,
            ),
            stacklevel=2,
        )
    made = people.assign(people=counts)
    made.attrs = {name: value for name, value in people.attrs.items() if name != MISSING}
    return made
