"""Borders of any polygons, and the features that run along them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gridkit.crs import require_metric
from gridkit.errors import TableError
from gridkit.face import face
from gridkit.parts import lines as streets
from gridkit.parts import polygons as given
from gridkit.tables import BORDERS, Extract
from gridkit.tessellation import barriers
from gridkit.tessellation.borders import touching

if TYPE_CHECKING:
    import geopandas as gpd

ALL = replace(streets.EVERY, closed=(), islands="apart")
"""All that touch have a border, a river between them or not; and nothing else has."""


@face("borders")
def borders(
    polygons: Any,
    lines: Any | None = None,
    *,
    crs: str | None = None,
) -> gpd.GeoDataFrame:
    """Return which polygons touch along a line, along how many metres, and what runs there.

    Edges that are drawn twice, with other vertices or up to a metre apart, are one border.

    Parameters
    ----------
    polygons
        Any polygons, in any CRS, on any index. A path, ``FILE:LAYER``, a GeoDataFrame or GeoSeries; each row is one,
        whatever its columns are.
    lines
        The lines that run along the borders, as of blocks. See :func:`gridkit.blocks`. Borders are of the feature
        ``none`` without them.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.

    Returns
    -------
    GeoDataFrame
        BORDERS (:data:`gridkit.tables.BORDERS`) in metres: ``unit_id`` and ``neighbour`` are labels of the polygons'
        own index, ``shared_m`` their common metres, ``feature``, ``feature_m`` and ``name`` what runs along.

    Raises
    ------
    TableError
        When polygons lie over one another, two have one label, or a CRS is not known.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> row = gpd.GeoSeries([box(0, 0, 100, 80), box(100, 0, 200, 80)], index=["west", "east"], crs=32651)
    >>> borders(row)[["unit_id", "neighbour", "shared_m"]].values.tolist()
    [['east', 'west', 80.0]]
    """
    frame = given.read(polygons, crs)
    if not frame.index.is_unique:
        raise TableError("names of units stand twice", where="units", mend="give each polygon an index of its own")
    found = joined(given.tiled(frame), lines, crs)
    own = dict(zip(given.names(frame.index), frame.index, strict=True))
    made = found.assign(unit_id=found["unit_id"].map(own), neighbour=found["neighbour"].map(own))
    made.attrs["notes"] = frame.attrs["notes"]
    return made


def joined(units: gpd.GeoDataFrame, lines: Any = None, crs: str | None = None) -> gpd.GeoDataFrame:
    """Return the BORDERS of units that were tiled, with the features of some lines."""
    extract, own = (
        (Extract({}, require_metric(units)), None) if lines is None else streets.read(lines, crs, require_metric(units))
    )
    found = touching(units, barriers.select(extract, own, ALL), extract, ALL)
    # A road between two parts that do not touch joins them in a plan; it is no border.
    touch: gpd.GeoDataFrame = found[found["link"] == "border"].reset_index(drop=True)
    return touch.rename_axis(BORDERS.index)
