"""People counted anywhere, in any polygons."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from gridkit import ledger
from gridkit.crs import require_metric
from gridkit.face import face
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase
from gridkit.parts import polygons as given
from gridkit.sources import gate
from gridkit.sources.files import vectors
from gridkit.sources.people import population
from gridkit.sources.reading import Reading
from gridkit.tables import UNITS, Extract
from gridkit.tessellation.people.dasymetric import PEOPLE_COLUMN, allocate

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


@face("people")
def people(
    polygons: Any,
    source: Any,
    *,
    column: str | None = None,
    crs: str | None = None,
) -> pd.Series[float]:
    """Return how many people live in each polygon.

    Pixels go to polygons by the exact share of each that they cover, areas by ground, points by place (one within 30 m
    of a polygon counts to the nearest). What lies outside all polygons is left out; ``attrs["notes"]`` tells of it.

    Parameters
    ----------
    polygons
        Any polygons, in any CRS, on any index. A path, ``FILE:LAYER``, a GeoDataFrame or GeoSeries; each row is one,
        whatever its columns are.
    source
        Where people are: a raster, areas or points with a count. A path, (array, transform, crs), what rasterio or
        xarray opened, a GeoDataFrame, or a table with coordinates.
    column
        The column that counts people. Found by its usual names.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.

    Returns
    -------
    Series
        People on the index of ``polygons``; no one is rounded.

    Raises
    ------
    TableError
        When polygons lie over one another, there is no column of people, a count is below zero, or nothing of the
        source meets the polygons.

    Warns
    -----
    GridkitWarning
        When more than 1 % of the source's rows, or of the polygons' ground, is lost.

    References
    ----------
    Mennis (2003), The Professional Geographer 55(1), 31-42.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import numpy as np
    >>> from shapely import box
    >>> halves = gpd.GeoSeries([box(0, 0, 100, 200), box(100, 0, 200, 200)], index=["west", "east"], crs=32651)
    >>> raster = np.array([[10.0, 0.0], [2.0, 4.0]]), (100, 0, 0, 0, -100, 200), 32651
    >>> people(halves, raster).to_dict()
    {'west': 12.0, 'east': 4.0}
    """
    frame = given.read(polygons, crs)
    given.require_apart(frame)
    taken, columns = _counted(source, column)
    table, notes = population.read(taken, given.whole(frame), reading=Reading(crs=crs, columns=columns))
    for said in ledger.of(table).warnings():
        warnings.warn(said, stacklevel=4)
    units = gpd.GeoDataFrame(
        geometry=frame.geometry.to_numpy(), index=given.names(frame.index).rename(UNITS.index), crs=frame.crs
    )
    counted, report = allocate(units, table, Extract({}, require_metric(frame)))
    found: pd.Series[float] = counted[PEOPLE_COLUMN].set_axis(frame.index)
    spread: Any = report[PEOPLE_COLUMN]
    if spread["outside"] >= 1:
        notes.append(Phrase("{outside} outside the polygons left out", outside=Quantity(spread["outside"], "people")))
    found.attrs["notes"] = [*frame.attrs["notes"], *map(str, notes)]
    return found


def _counted(source: Any, column: str | None) -> tuple[Path | str | gpd.GeoDataFrame, dict[str, str]]:
    """Return what was handed over as the readers of people take it, and which column plays which role in it."""
    taken = gate.taken(source.to_frame("geometry") if isinstance(source, gpd.GeoSeries) else source)
    if column is None:
        return taken, {}
    if isinstance(taken, gpd.GeoDataFrame):
        return taken, {PEOPLE_COLUMN: vectors.column(taken, column, where="source")}
    return f"{taken}:{column}", {}
