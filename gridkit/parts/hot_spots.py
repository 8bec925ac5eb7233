"""Hot spots of any counts on any polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.face import face
from gridkit.measure.incidents import hotspots
from gridkit.measure.incidents.contiguity import contiguity
from gridkit.parts import polygons as given

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@face("hot-spots")
def hot_spots(
    polygons: Any,
    counts: str | ArrayLike | pd.Series[Any],
    base: str | ArrayLike | pd.Series[Any] | None = None,
    *,
    crs: str | None = None,
) -> pd.DataFrame:
    r"""Return the polygons that hold more incidents than their base and chance explain, together or alone.

    A polygon and those that touch it are a window, whose count is judged by a negative binomial model with a spread
    learnt from the map; of what is called hot at most 5 % is chance (false discovery rate).

    Parameters
    ----------
    polygons
        Any polygons, in any CRS, on any index. A path, ``FILE:LAYER``, a GeoDataFrame or GeoSeries; each row is one,
        whatever its columns are.
    counts
        The column of the polygons that counts incidents, or the counts themselves.
    base
        What incidents may happen to (people, households): a column or values. Every polygon alike when not given.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.

    Returns
    -------
    DataFrame
        On the index of ``polygons``: ``observed`` and ``expected`` in the window, their ``ratio``, ``p``, ``q``,
        ``hot``; and of the polygon by itself ``alone_p``, ``alone_q``, ``alone``. ``attrs["dispersion"]`` is by how
        much the polygons vary more than chance.

    Raises
    ------
    TableError
        When polygons lie over one another, or a count or base is missing or below zero.

    References
    ----------
    Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57(1), 289-300; Openshaw et al. (1987),
    International Journal of Geographical Information Systems 1(4), 335-358. See
    :func:`gridkit.measure.incidents.hotspots.hot_spots`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> row = gpd.GeoSeries([box(100 * x, 0, 100 * x + 100, 100) for x in range(40)], crs=32651)
    >>> found = hot_spots(row, [30 if 20 <= x < 23 else 3 + x % 3 for x in range(40)])
    >>> found.index[found["hot"]].tolist()
    [20, 21, 22]
    """
    frame = given.read(polygons, crs)
    own = given.values(frame, counts, "counts")
    exposed = given.values(frame, np.ones(len(frame)) if base is None else base, "base")
    found = hotspots.hot_spots(own, exposed, contiguity(given.tiled(frame)))
    table = pd.concat([found.table, hotspots.alone(own, exposed)], axis=1)
    table.attrs = {"notes": frame.attrs["notes"], "dispersion": found.dispersion}
    return table
