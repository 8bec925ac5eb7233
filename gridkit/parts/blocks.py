"""Blocks of any lines in any area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.crs import require_metric
from gridkit.face import face
from gridkit.parts import lines as streets
from gridkit.parts import polygons
from gridkit.sources import districts
from gridkit.tessellation import barriers
from gridkit.tessellation.shapes.blocks import enclose

if TYPE_CHECKING:
    import geopandas as gpd


@face("blocks")
def blocks(
    area: Any,
    lines: Any,
    *,
    parents: str | None = None,
    crs: str | None = None,
) -> gpd.GeoDataFrame:
    """Return the blocks that lines enclose in an area.

    Lines are noded and traced into faces; what is no wider than a street between two lines is shared out to the blocks
    beside it, and a block of less than 1,000 m2 joins a neighbour. No vertex is moved.

    Parameters
    ----------
    area
        The area: any polygons; they are dissolved.
    lines
        The lines that cut: any lines, outlines of areas, or a graph of streets. All of them cut, but for tunnels, which
        separate nothing. A column ``kind`` or ``highway`` with classes of OpenStreetMap tells streets from slip roads
        and paths, and a column ``feature`` names rivers, railways or walls (:data:`gridkit.tables.FEATURES`).
    parents
        Column whose boundaries must not be crossed.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.

    Returns
    -------
    GeoDataFrame
        UNITS (:data:`gridkit.tables.UNITS`) without people, on ``unit_id``, in metres: they tile the area. Which CRS
        that is, and what was mended, stands in ``attrs["notes"]``.

    Raises
    ------
    TableError
        When the area has no polygon, the lines are none, or a CRS is not known.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, box
    >>> cross = gpd.GeoSeries([LineString([(200, 0), (200, 400)]), LineString([(0, 100), (400, 100)])], crs=32651)
    >>> found = blocks(gpd.GeoSeries([box(0, 0, 400, 400)], crs=32651), cross)
    >>> sorted(found["area_m2"].round().tolist())
    [20000.0, 20000.0, 60000.0, 60000.0]
    """
    whole = polygons.read(area, crs, where="area")
    apart = None if parents is None else polygons.tiled(whole, parents)
    areas, notes = districts.read(polygons.whole(whole)) if apart is None else districts.read(apart, parents="parent")
    extract, own = streets.read(lines, crs, require_metric(areas))
    cuts = barriers.select(extract, own, streets.EVERY)
    found = enclose(areas, cuts, extract, streets.EVERY)
    found.attrs["notes"] = [*whole.attrs["notes"], *map(str, notes)]
    return found
