"""Where people start from: their buildings, or points spread over a unit whose buildings are not known."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridkit.errors import GridkitWarning
from gridkit.tessellation.people.dwellings import dwellings, home

if TYPE_CHECKING:
    from gridkit.tables import Extract

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LATTICE_M = 100.0
"""Where no building is known, people are taken to be spread over a unit as points this far apart: an assumption of this
project, a minute and a third on foot, and the pixel of the usual rasters of population."""


def origins(units: gpd.GeoDataFrame, extract: Extract, who: str = "people") -> gpd.GeoDataFrame:
    r"""Return the points people start from: the residential buildings of each unit, else a lattice of points inside it.

    .. math:: p_b = P_u \frac{a_b}{\sum_{c \in u} a_c}

    with the people :math:`P_u` of a unit and the floor area :math:`a_b` of each of its buildings (1 for each point of a
    lattice).

    Parameters
    ----------
    units
        UNITS with ``grid_id``.
    extract
        For its buildings.
    who
        The column of the units that is counted; where they have none of that name, people are, with a warning.

    Returns
    -------
    GeoDataFrame
        ``unit_id``, ``grid_id``, ``people`` (those of ``who``): a unit's are shared among its buildings by floor area,
        as :mod:`gridkit.tessellation.people.dwellings` counts it for the spreading of people too, or evenly among its
        lattice's points, and add up to the unit's.

    References
    ----------
    Floor area as what people are spread by: Lwin & Murayama (2009), Transactions in GIS 13(4), 401-414.
    """
    if who not in units:
        said = "the units have no column {who!r}: all people are taken instead"
        warnings.warn(GridkitWarning(said, who=who), stacklevel=3)
        who = "people"
    shapes = np.asarray(units.geometry.values, dtype=object)
    unit, points, weight = _buildings(shapes, extract)
    bare = np.flatnonzero(np.bincount(unit, minlength=len(units)) == 0)
    spread, spots = _lattice(shapes[bare])
    unit = np.concatenate([unit, bare[spread]])
    weight = np.concatenate([weight, np.ones(len(spread))])
    share = weight / np.bincount(unit, weights=weight, minlength=len(units))[unit]
    return gpd.GeoDataFrame(
        {
            "unit_id": units.index.to_numpy()[unit],
            "grid_id": units["grid_id"].to_numpy()[unit],
            "people": units[who].fillna(0.0).to_numpy(dtype=float)[unit] * share,
        },
        geometry=np.concatenate([points, spots]),
        crs=units.crs,
    )


def _buildings(shapes: NDArray[np.object_], extract: Extract) -> tuple[Ints, NDArray[np.object_], Floats]:
    """Return the unit, a point and the floor area of every building that people live in and that stands in a unit."""
    lived_in = dwellings(extract)
    unit = home(lived_in.points, shapes)
    inside = unit >= 0
    return unit[inside], lived_in.points[inside], lived_in.floor_m2[inside]


def _lattice(shapes: NDArray[np.object_]) -> tuple[Ints, NDArray[np.object_]]:
    """Return the unit and the place of points :data:`LATTICE_M` apart, at least one inside each unit."""
    if not len(shapes):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    x0, y0, x1, y1 = np.moveaxis(shapely.bounds(shapes), 1, 0)
    columns, rows = (np.maximum(np.ceil((b - a) / LATTICE_M), 1).astype(int) for a, b in ((x0, x1), (y0, y1)))
    unit = np.repeat(np.arange(len(shapes)), columns * rows)
    place = np.arange(len(unit)) - np.repeat(np.cumsum(columns * rows) - columns * rows, columns * rows)
    # Centred on each unit, so that the points do not depend on where the map begins.
    across = (place % columns[unit] - (columns[unit] - 1) / 2) * LATTICE_M + ((x0 + x1) / 2)[unit]
    up = (place // columns[unit] - (rows[unit] - 1) / 2) * LATTICE_M + ((y0 + y1) / 2)[unit]
    inside = shapely.contains_xy(shapes[unit], across, up)
    unit, spots = unit[inside], shapely.points(across[inside], up[inside])
    bare = np.flatnonzero(np.bincount(unit, minlength=len(shapes)) == 0)
    return np.concatenate([unit, bare]), np.concatenate([spots, shapely.point_on_surface(shapes[bare])])
