"""How compact any polygons are."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gridkit.face import face
from gridkit.measure import shape
from gridkit.parts.polygons import read


@face("compactness")
def compactness(
    polygons: Any,
    *,
    crs: str | None = None,
) -> pd.DataFrame:
    r"""Return how compact each polygon is, by four scores that are 1 at best and go towards 0.

    Polsby-Popper :math:`4 \pi A / P^2`; Reock, the share of the smallest circle around it; convexity, the share of its
    convex hull; elongation, width over length of the smallest rectangle around it.

    Parameters
    ----------
    polygons
        Any polygons, in any CRS, on any index. A path, ``FILE:LAYER``, a GeoDataFrame or GeoSeries; each row is one,
        whatever its columns are.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.

    Returns
    -------
    DataFrame
        On the index of ``polygons``: ``polsby_popper``, ``reock``, ``convexity``, ``elongation``. Dimensionless.

    Raises
    ------
    TableError
        When a row is no polygon, or the CRS is not known.

    References
    ----------
    Polsby & Popper (1991), Yale Law & Policy Review 9(2), 301-353; Reock (1961), Midwest Journal of Political Science
    5(1), 70-74. See :mod:`gridkit.measure.shape`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> two = gpd.GeoSeries([box(0, 0, 10, 10), box(0, 0, 10, 40)], index=["square", "ribbon"], crs=32651)
    >>> compactness(two).round(3).loc["ribbon"].tolist()
    [0.503, 0.3, 1.0, 0.25]
    """
    frame = read(polygons, crs)
    scores = (shape.polsby_popper, shape.reock, shape.convexity, shape.elongation)
    found = pd.concat([score(frame) for score in scores], axis=1)
    found.attrs["notes"] = frame.attrs["notes"]
    return found
