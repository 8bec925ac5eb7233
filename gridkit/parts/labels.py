"""Any polygons put together into balanced groups."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.band import AskedBand
from gridkit.errors import GridkitWarning
from gridkit.face import face
from gridkit.language.phrases import template
from gridkit.parts import polygons as given
from gridkit.parts.borders import joined
from gridkit.plan import arrays

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

WEIGHT = "weight"


@face("labels")
def labels(  # noqa: PLR0913 - the public face
    polygons: Any,
    *,
    parents: str | None = None,
    by: str | ArrayLike | pd.Series[Any] | None = None,
    crs: str | None = None,
    target: float | None = None,
    tolerance: float | None = None,
    min: float | None = None,
    max: float | None = None,
    grids: int | None = None,
    seed: int = 0,
) -> pd.Series[int]:
    """Return the grid of each polygon: balanced groups, each in one piece, with short borders between them.

    The search is that of :func:`gridkit.split` without its presets and features; for arrays it is
    :func:`gridkit.partition.solve`. ``gridkit.Plan.from_labels(polygons, labels)`` makes a plan of the answer.

    Parameters
    ----------
    polygons
        Any polygons, in any CRS, on any index. A path, ``FILE:LAYER``, a GeoDataFrame or GeoSeries; each row is one,
        whatever its columns are.
    parents
        Column whose boundaries must not be crossed.
    by
        What is balanced: a column of the polygons, or values. Every polygon counts as 1 when not given.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    target
        People (or what by names) per grid.
    tolerance
        Share a grid may be off the target: 0.1 is 10 %.
    min
        Least per grid. From the target and the tolerance when not given.
    max
        Most per grid. From the target and the tolerance when not given.
    grids
        How many grids.
    seed
        Same inputs and seed, same plan.

    Returns
    -------
    Series
        Whole numbers from 0 on the index of ``polygons``, numbered as they first appear.

    Raises
    ------
    UsageError
        When nothing says how large or how many the groups are.
    TableError
        When polygons lie over one another, or a value is missing or below zero.
    InfeasibleError
        When no plan can hold what was asked.

    Warns
    -----
    GridkitWarning
        When groups stay outside the range of size.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> row = gpd.GeoDataFrame({"homes": [3, 1, 2, 2]}, geometry=[box(x, 0, x + 100, 100) for x in (0, 100, 200, 300)])
    >>> labels(row.set_crs(32651), by="homes", target=4).tolist()
    [0, 0, 1, 1]
    """
    frame = given.read(polygons, crs)
    weight = given.values(frame, np.ones(len(frame)) if by is None else by, "by")
    mean = float(weight.sum()) / grids if grids else None
    band = AskedBand(target, tolerance, min, max).settled(None, mean)
    units = given.tiled(frame, parents).assign(**{WEIGHT: weight.to_numpy()})
    problem, _ = arrays.problem(units, joined(units), arrays.Aim(WEIGHT, band), grids)
    from gridkit.partition.solver import solve

    number, _ = pd.factorize(solve(problem, seed))
    sums = np.bincount(number, weights=weight)
    if outside := int(band.outside(sums).sum()):
        said = template(
            "{count} of {grids} grids is outside the range of size",
            "{count} of {grids} grids are outside the range of size",
        )
        warnings.warn(GridkitWarning(said, count=outside, grids=len(sums)), stacklevel=3)
    return pd.Series(number, index=frame.index, name="grid_id")
