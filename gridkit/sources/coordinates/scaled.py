"""Longitudes and latitudes that machines write as other numbers than degrees: in millionths, in minutes, in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.crs import LONLAT
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase
from gridkit.sources.coordinates import guesses
from gridkit.sources.reading import AS_IT_SAYS, Degrees

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FORMS: dict[Degrees, Phrase] = {
    "ddmm": Phrase("degrees and minutes in one number (ddmm.mmmm, as NMEA 0183 writes them)"),
    "e6": Phrase("degrees times a million"),
    "e7": Phrase("degrees times ten million"),
    "e5": Phrase("degrees times 100,000"),
    "seconds": Phrase("seconds of arc"),
}
"""The forms by the option that names them, the commonest first."""

_DIVIDED = {"e5": 1e5, "e6": 1e6, "e7": 1e7, "seconds": 3600.0}
_MOST_LONGITUDE, _MOST_LATITUDE, _MINUTES = 180.0, 90.0, 60.0
_MOSTLY = 0.5


def degrees(values: Numbers, form: Degrees) -> Numbers:
    """Return numbers of a form as degrees; NaN where minutes reach 60.

    Examples
    --------
    >>> (
    ...     degrees(np.array([12036.09, -3230.126]), "ddmm").round(6).tolist(),
    ...     degrees(np.array([120601500.0]), "e6").tolist(),
    ... )
    ([120.6015, -32.5021], [120.6015])
    """
    if form != "ddmm":
        return np.asarray(values / _DIVIDED[form], dtype=float)
    size = np.abs(values)
    whole = np.floor(size / 100)
    minutes = size - whole * 100
    return np.asarray(np.sign(values) * np.where(minutes < _MINUTES, whole + minutes / _MINUTES, np.nan), dtype=float)


def require_degrees(lon: Numbers, lat: Numbers, district: gpd.GeoDataFrame | None, where: object) -> None:
    """Stop where columns of longitude and latitude hold no degrees, with what they most likely are.

    Raises
    ------
    TableError
        Naming the form, or the system in metres, in which they would lie in the district, and the option that says so.
    """
    there = np.isfinite(lon) & np.isfinite(lat)
    fits = (np.abs(lon) <= 2 * _MOST_LONGITUDE) & (np.abs(lat) <= 2 * _MOST_LONGITUDE)
    if not there.any() or fits[there].mean() > _MOSTLY:
        return
    at = np.column_stack([lon[there], lat[there]])
    form = _form(at, district)
    shown = ", ".join(f"{value:.9g}" for value in at[0])
    if form is not None:
        raise TableError(
            "longitude and latitude hold no degrees: {shown}; they are {form}",
            where=where,
            mend="if that is right, say so: --degrees {option}",
            shown=shown,
            form=FORMS[form],
            option=form,
        )
    if district is None:
        return
    table = guesses.shares(at, district)
    if table["inside"].iloc[0] > _MOSTLY:
        raise TableError(
            "longitude and latitude hold no degrees: {shown}; as {system}, {share:.0%} of them lie in the district",
            where=where,
            mend="if that is what they are, say {option}",
            shown=shown,
            system=str(table.index[0]),
            share=table["inside"].iloc[0],
            option=guesses.option(table.iloc[0], AS_IT_SAYS),
        )


def _form(at: Numbers, district: gpd.GeoDataFrame | None) -> Degrees | None:
    """Return the form in which most points lie in the district; without one, the only form in which all are degrees."""
    fitting: list[Degrees] = []
    for form in FORMS:
        lon, lat = degrees(at[:, 0], form), degrees(at[:, 1], form)
        fine = (np.abs(lon) <= _MOST_LONGITUDE) & (np.abs(lat) <= _MOST_LATITUDE)
        if not fine.all():
            continue
        if district is None:
            fitting.append(form)
        elif _inside(lon, lat, district) > _MOSTLY:
            return form
    whole = bool((at == np.round(at)).all())
    likely = [form for form in fitting if form in ("e6", "e7", "e5")] if whole else fitting
    return likely[0] if len(likely) == 1 else None


def _inside(lon: Numbers, lat: Numbers, district: gpd.GeoDataFrame) -> float:
    area = shapely.union_all(shapely.make_valid(np.asarray(district.to_crs(LONLAT).geometry)))
    shapely.prepare(area)
    return float(shapely.intersects_xy(area, lon, lat).mean())
