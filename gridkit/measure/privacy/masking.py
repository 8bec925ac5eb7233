"""Points moved so that nobody's door is shown: each one somewhere in a ring around it, among enough other people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridkit.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

K = 20
TRIES = 8


def masked(
    points: gpd.GeoDataFrame, homes: gpd.GeoDataFrame, *, k: int = K, seed: int
) -> tuple[gpd.GeoDataFrame, NDArray[np.int64]]:
    r"""Return the points moved at random, and among how many homes each is hidden; those that cannot be are dropped.

    A point is moved to a distance between :math:`r` and :math:`2r`, where :math:`r` reaches its k-th nearest home, in a
    random direction. One who sees the moved point knows that the true one is a home at most as far from it as it was
    moved: how many homes lie that near is counted for every point, and where they are fewer than k it is moved anew
    with twice the radius.

    Parameters
    ----------
    points
        Incidents at people's doors, in metres.
    homes
        Points with people (:func:`gridkit.measure.access.coverage.origins`) or addresses, a row each, in the same CRS.
    k
        Homes among which each point is to be hidden.
    seed
        Has to be kept secret: who knows it can undo the masking.

    Returns
    -------
    tuple
        The points, fewer rows perhaps, and the number of homes each of them is hidden among: at least k.

    References
    ----------
    Hampton et al. (2010), American Journal of Epidemiology 172(9), 1062-1069; that naive masks miss their k: Allshouse
    et al. (2010), Geospatial Health 4(1), 123-135.
    """
    if k < 2 or len(homes) < k:  # noqa: PLR2004 - nobody hides alone
        raise UsageError(
            "a point hides among two homes or more, and among no more than there are ({homes}): not {k}",
            k=k,
            homes=len(homes),
        )
    rng = np.random.default_rng(seed)
    true = points.get_coordinates().to_numpy()
    tree = cKDTree(homes.get_coordinates().to_numpy())
    radius = np.maximum(tree.query(true, k=[k])[0][:, 0], 1.0)
    moved, among = true.copy(), np.zeros(len(true), dtype=np.int64)
    for attempt in range(TRIES):
        left = np.flatnonzero(among < k)
        if not len(left):
            break
        inner = radius[left] * 2**attempt
        # Uniform over the ring's area, not over its width.
        distance = inner * np.sqrt(rng.uniform(1.0, 4.0, len(left)))
        angle = rng.uniform(0.0, 2 * np.pi, len(left))
        moved[left] = true[left] + distance[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
        among[left] = tree.query_ball_point(moved[left], distance, return_length=True)
    hidden = among >= k
    out = points[hidden].set_geometry(
        gpd.GeoSeries(shapely.points(moved[hidden]), points.index[hidden], crs=points.crs)
    )
    return out, among[hidden]
