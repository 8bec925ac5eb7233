"""Borders in wide water: along its middle they are borders of two banks, from the shore to the middle they are none.

Where a river is shared out to its banks, two units of one bank are parted on land by a street, and in the water by a
line that nobody sees: its metres are neither a joint nor a length that a planner would save.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

STEEP = 0.5
"""A line leads to the middle when it gets so many metres further from the shore a metre; dimensionless."""


def uncounted(
    segments: Floats, pair: Indices, units: Polygons, water: Polygons, wide: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which segments lead from the shore to the middle of wide water, where their border has others as well.

    Parameters
    ----------
    segments
        [m, 2, 2] both ends of each, in metres.
    pair
        [m] the border each is part of, by number.
    units
        The units; an edge of water beyond all of them is where its drawing ends, and no shore.
    water
        The areas of water.
    wide
        Which of them are wide.
    """
    out = np.zeros(len(segments), dtype=bool)
    if not wide.any() or not len(segments):
        return out
    middles = np.asarray(shapely.points(segments.mean(axis=1)), dtype=object)
    wet = np.unique(shapely.STRtree(middles).query(water[wide], predicate="contains")[1])
    shore = _shore(units, water)
    if not len(wet) or not len(shore):
        return out
    ends = np.asarray(shapely.points(segments[wet].reshape(-1, 2)), dtype=object)
    nearest, away = shapely.STRtree(shore).query_nearest(ends, all_matches=False, return_distance=True)
    depth = np.zeros(len(ends))
    depth[nearest[0]] = away
    step = np.hypot(*(segments[wet, 1] - segments[wet, 0]).T)
    out[wet] = np.abs(np.diff(depth.reshape(-1, 2), axis=1)[:, 0]) >= STEEP * step
    # A border of such lines alone is the one that its units have.
    return out & np.isin(pair, pair[~out])


def _shore(units: Polygons, water: Polygons) -> Polygons:
    """Return the straight pieces of the outline of some waters that run through units."""
    outlines = shapely.get_parts(shapely.boundary(shapely.get_parts(shapely.union_all(water))))
    at, line = shapely.get_coordinates(outlines, return_index=True)
    pieces = np.stack([at[:-1], at[1:]], axis=1)[line[1:] == line[:-1]]
    spots = np.asarray(shapely.points(pieces.mean(axis=1)), dtype=object)
    inside = np.unique(shapely.STRtree(spots).query(units, predicate="intersects")[1])
    return np.asarray(shapely.linestrings(pieces[inside]), dtype=object)
