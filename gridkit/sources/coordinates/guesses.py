"""What unlabelled coordinates may be: for each datum, projection and order of axes, the share inside the district."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from gridkit.crs import LONLAT, require_metric, to_metric
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, template
from gridkit.sources.coordinates import checks, datums
from gridkit.sources.reading import Reading
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    Points = NDArray[np.float64]

SURE = 0.02
"""A hypothesis beats what the file says when this much more of its points fall inside (share, dimensionless)."""

NO_DATUM = template(
    "no datum is named: taken as WGS 84 (--datum gcj02 or bd09 if a Chinese map service gave the coordinates)"
)
_DEGREES = 360.0
_SAMPLE = 2000
"""So many points are tried, evenly through the file."""
_FEW, _MOST_INSIDE, _NEARLY_ALL, _TIMES, _POINTS = 0.05, 0.5, 0.9, 10, 3


@dataclass(frozen=True)
class Hypothesis:
    """One way to take coordinates, by the name a person knows it by."""

    name: str
    reading: Reading


def shares(points: ArrayLike, district: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the share of points inside the district under each hypothesis, the best first.

    Parameters
    ----------
    points
        Coordinates as they stand in the file, shape (n, 2): degrees or metres; rows with NaN do not count.
    district
        DISTRICTS, in any CRS.

    Returns
    -------
    DataFrame
        Index ``hypothesis``; ``inside`` (share, 0-1), and ``crs``, ``datum``, ``swap_xy``: what to ask the readers for.

    Examples
    --------
    >>> import geopandas as gpd
    >>> square = gpd.GeoDataFrame(geometry=[shapely.box(120.0, 32.0, 120.02, 32.02)], crs=4326)
    >>> lon, lat = datums.gcj02_from_wgs84([120.001, 120.019], [32.001, 32.019])
    >>> shares(np.column_stack([lon, lat]), square).index[0]
    'GCJ-02'
    """
    at = np.asarray(points, dtype=float).reshape(-1, 2)
    at = at[np.isfinite(at).all(axis=1)]
    area = shapely.union_all(shapely.make_valid(district.to_crs(LONLAT).geometry.to_numpy()))
    shapely.prepare(area)
    middle = shapely.get_coordinates(shapely.centroid(area))[0]
    rows = []
    for each in _hypotheses(at, float(middle[0])):
        lonlat = _lonlat(at, each.reading)
        inside = shapely.intersects_xy(area, lonlat[:, 0], lonlat[:, 1]).mean() if len(at) else 0.0
        rows.append((each.name, float(inside), each.reading.crs, each.reading.datum, each.reading.swap_xy))
    # Plain objects: a column of texts would make NaN of the datum that a system in metres has not.
    table = pd.DataFrame(rows, columns=["hypothesis", "inside", "crs", "datum", "swap_xy"], dtype=object)
    table = table.astype({"hypothesis": TEXT, "inside": float, "swap_xy": bool}).set_index("hypothesis")
    return table.sort_values("inside", ascending=False, kind="stable")


def better(table: pd.DataFrame, said: str) -> str | None:
    """Return the hypothesis that clearly beats the one the file was taken by, or None."""
    best = str(table.index[0])
    ahead = table["inside"].iloc[0] - (table["inside"].get(said, 0.0))
    return best if best != said and ahead > SURE else None


def _hypotheses(at: Points, longitude: float) -> Iterator[Hypothesis]:
    """Yield the ways to take coordinates that their size and the longitude leave open, the plainest first."""
    degrees = len(at) == 0 or bool((np.abs(at) <= _DEGREES / 2).all())
    for swap, order in ((False, ""), (True, ", swapped")):
        if degrees:
            for name, datum in (("WGS 84", "wgs84"), ("GCJ-02", "gcj02"), ("BD-09", "bd09")):
                yield Hypothesis(name + order, Reading("EPSG:4326", datum, swap_xy=swap))
            continue
        for name, code in _projections(longitude):
            yield Hypothesis(name + order, Reading(f"EPSG:{code}", None, swap_xy=swap))
        yield Hypothesis(f"Baidu metres (BD-09 MC){order}", Reading(datums.BAIDU_METRES, "bd09", swap_xy=swap))


def _projections(longitude: float) -> Iterator[tuple[str, int]]:
    """Yield name and EPSG code of the systems in metres in use at a longitude: Gauss-Krueger zones, UTM."""
    for width in (3, 6):
        nearest = round(longitude / 3) * 3 if width == 3 else int(longitude // 6) * 6 + 3  # noqa: PLR2004 - degrees
        for meridian in (nearest, nearest - width, nearest + width):
            zone = meridian // 3 if width == 3 else (meridian + 3) // 6  # noqa: PLR2004
            if zone not in datums.KRUEGER_ZONES[width]:
                continue
            for prefix, said in ((False, ""), (True, ", zone in the easting")):
                code = datums.krueger_epsg(meridian, width=width, prefix=prefix)
                yield f"CGCS2000 / {width}-degree Gauss-Krueger {meridian}E{said}", code
    zone = int((longitude + 180) // 6) + 1
    yield f"UTM {zone}N", 32600 + zone
    yield f"UTM {zone}S", 32700 + zone
    yield "Web Mercator", 3857


def _lonlat(at: Points, reading: Reading) -> Points:
    x, y = (at[:, 1], at[:, 0]) if reading.swap_xy else (at[:, 0], at[:, 1])
    if reading.crs == datums.BAIDU_METRES:
        x, y = _way(datums.BAIDU_METRES).transform(x, y)
    if reading.datum is not None:
        return np.column_stack(datums.to_wgs84(reading.datum)(x, y))
    return np.column_stack(_way(str(reading.crs)).transform(x, y))


@cache
def _way(crs: str) -> Transformer:
    """Return the way from a system in metres to its longitudes and latitudes, found once."""
    to = CRS.from_user_input(crs).geodetic_crs if crs == datums.BAIDU_METRES else LONLAT
    return Transformer.from_crs(crs, to, always_xy=True)


def doubted(
    places: gpd.GeoDataFrame, inside: NDArray[np.bool_], district: gpd.GeoDataFrame, reading: Reading, where: object
) -> list[str]:
    """Return what is to be said of where points lie; stop where they lie in the district only if taken otherwise.

    Parameters
    ----------
    places
        Points in the CRS they were read in.
    inside
        Which of them lie in the district as they were read.
    reading
        What the user said of them: what was said is not doubted.

    Raises
    ------
    TableError
        When few lie in the district, and most would by another datum, projection or order of axes; or when markedly
        more would: with the option that says so.
    """
    share = float(inside.mean()) if len(inside) else 1.0
    at = shapely.get_coordinates(places.geometry.to_numpy())[:: max(1, len(places) // _SAMPLE)]
    geographic = places.crs is not None and places.crs.is_geographic
    if 1 - share > SURE:  # else nothing is markedly better
        _require_no_better(at, inside, district, reading, where, geographic=geographic)
    if geographic and reading.datum is None and len(at) and datums.in_china(at[:, 0], at[:, 1]).mean() > _MOST_INSIDE:
        return [Phrase(NO_DATUM)]
    return []


def _require_no_better(
    at: Points,
    inside: NDArray[np.bool_],
    district: gpd.GeoDataFrame,
    reading: Reading,
    where: object,
    *,
    geographic: bool,
) -> None:
    """Raise where points lie in the district by another hypothesis markedly better than as they were read."""
    share = float(inside.mean())
    table = shares(at, district)
    if reading.datum is not None and geographic:
        table = table[table["datum"].isin(["wgs84"])]
    said = "WGS 84" if geographic else ""
    table = table[table.index != said]
    best = float(table["inside"].iloc[0]) if len(table) else 0.0
    few = share < _FEW and best > max(_MOST_INSIDE, _TIMES * share)
    more = best >= _NEARLY_ALL and best - share > SURE and (best - share) * len(inside) >= _POINTS
    if few or more:
        raise TableError(
            template(
                "of its {count} point {inside:.0%} lies in the district; taken as {best}, {more:.0%} does",
                "{inside:.0%} of its {count} points lie in the district; taken as {best}, {more:.0%} do",
            ),
            where=where,
            mend=_mend(table.iloc[0], geographic=geographic, reading=reading),
            inside=share,
            count=len(inside),
            best=str(table.index[0]),
            more=best,
            option=option(table.iloc[0], reading),
            crs=str(table["crs"].iloc[0]),
            other=f"--datum {_own(reading)}wgs84",
        )


def _mend(row: pd.Series, *, geographic: bool, reading: Reading) -> str:
    """Return what settles it: an option, or where the file itself names another CRS, the file."""
    if geographic:
        return "if that is what they are, say so: {option} (else: {other})"
    if reading.crs is None and not row["swap_xy"]:
        return "if that is what they are, its CRS is named wrong: set it to {crs} in QGIS (Set layer CRS)"
    return "if that is what they are, say so: {option}"


def settled(
    frame: gpd.GeoDataFrame, district: gpd.GeoDataFrame, reading: Reading, where: object
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return shapes in WGS 84 or metres where they were read, and notes; stop where they lie right only otherwise.

    A datum that was said may be that of another file of the same command: it holds for this one where its shapes come
    to lie in the district no worse by it.

    Parameters
    ----------
    frame
        Lines, areas or points as read, none empty, the datum not put back yet.
    district
        DISTRICTS.
    reading, where
        As of :func:`doubted`.

    Raises
    ------
    TableError
        As :func:`doubted` does.
    """
    if not len(frame):
        return frame, []
    asked = None if reading.datum is None else datums.known(reading.datum)
    if asked in ("gcj02", "bd09") and frame.crs is not None and frame.crs.is_geographic:
        table = shares(shapely.get_coordinates(_spots(frame).to_numpy()), district)
        plain = table[~table["swap_xy"]].set_index("datum")["inside"]
        if plain[asked] >= plain["wgs84"]:
            moved = checks.from_datum(frame, asked, where=where)
            return moved, [Phrase("put from {datum} to WGS 84", datum=asked)]
        note = "taken as WGS 84: by {datum} fewer of its shapes lie in the district"
        return frame, [Phrase(note, datum=asked)]
    return frame, looked_at(frame, district, reading, where)


def looked_at(frame: gpd.GeoDataFrame, district: gpd.GeoDataFrame, reading: Reading, where: object) -> list[str]:
    """Return what :func:`doubted` says of a sample of shapes, by a point on each; nothing of none."""
    if not len(frame):
        return []
    spots = _spots(frame)
    metric = to_metric(district)
    area = shapely.union_all(shapely.make_valid(np.asarray(metric.geometry)))
    shapely.prepare(area)
    inside = np.asarray(shapely.intersects(area, np.asarray(spots.to_crs(require_metric(metric)))))
    return doubted(gpd.GeoDataFrame(geometry=spots), inside, district, reading, where)


def _spots(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return a point on each of a sample of shapes: in the middle of a line, whose ends lie on the border often."""
    some = np.asarray(frame.geometry.iloc[:: max(1, len(frame) // _SAMPLE)], dtype=object)
    at = shapely.point_on_surface(some)
    lines = shapely.get_type_id(some) == 1
    at[lines] = shapely.line_interpolate_point(some[lines], 0.5, normalized=True)
    return gpd.GeoSeries(at, crs=frame.crs)


def _own(reading: Reading) -> str:
    return f"{reading.role}=" if reading.role else ""


def option(row: pd.Series, reading: Reading) -> str:
    """Return the options that take coordinates as a hypothesis does."""
    parts = []
    if row["swap_xy"]:
        parts.append("leave out --swap-xy" if reading.swap_xy else "--swap-xy")
    if row["crs"] == datums.BAIDU_METRES:
        parts.append(f'--crs "{row["crs"]}"')
    if row["datum"] in ("gcj02", "bd09"):
        parts.append(f"--datum {_own(reading)}{row['datum']}")
    if row["datum"] is None:
        parts.append(f"--crs {row['crs']}")
    return " ".join(parts)
