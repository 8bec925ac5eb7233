"""Joints: whether one can walk from a unit to the one it touches, over how many metres, or over which ways.

A joint is wide when enough ordinary border is shared and the ground on both sides of it is no bottleneck: a border of
thirty metres that winds through a gap of ten is ten metres wide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.adjacency import FERRY, WAY_M, needed
from gridkit.tables import TEXT
from gridkit.tessellation.barriers import water_areas
from gridkit.tessellation.mosaic import ON_LINE_M

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.tables import Extract
    from gridkit.tessellation.cut_rules import Rules
    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

FINE, EASE_M = 5_000, 0.05
"""Units of more vertices than this are drawn so much more coarsely, in metres, where widths are asked about."""
INTO_M = 5.0
"""A way leads over a border when so much of it lies in either unit, away from their edges. Metres."""
EDGE_M = 1.0
"""What lies this near to the edge of a unit runs along it. Metres."""
LONG_M = 80.0
"""A border of so many metres between units that are not slim is not looked at for a bottleneck. Metres."""
SLIM_M = 40.0
"""Units of a mean width (2 x area / outline) below this may be bottlenecks along any border. Metres."""
HALVINGS = 4
"""So often the width of a bottleneck is halved in on: one metre of sixteen."""
NEAR_M = 60.0
"""So much of a way on either side of the edge it leads over is ground that joins. Metres."""
FOOTWAYS = ("footway", "path", "cycleway", "steps", "bridleway", "track")


def joined(pairs: gpd.GeoDataFrame, units: gpd.GeoDataFrame, extract: Extract, rules: Rules) -> gpd.GeoDataFrame:
    """Return the pairs of units that touch with how they are joined.

    Parameters
    ----------
    pairs
        Rows of two units (``one``, ``two``, by position) with ``joining_m``, the metres of border that is not closed,
        ``closed``, the line of what is, ``across``, whether they are of two parents, and the line of their border.
    units, extract, rules
        As of :func:`gridkit.tessellation.borders.touching`.

    Returns
    -------
    GeoDataFrame
        Without ``closed``, with ``link`` (``border``, ``bridge``, ``ferry``, ``thin``, ``apart``) and ``crossings``,
        the ways that lead over what is closed or thin; ``joining_m`` is the passage where that is narrower.
    """
    closed, across = pairs["closed"].to_numpy(), pairs["across"].to_numpy()
    shapes = _eased(units.geometry.to_numpy())
    ends = pairs[["one", "two"]].to_numpy(dtype=np.int64)
    least = needed(rules.joint_m, np.asarray(units.area, dtype=np.float64), ends)
    joining = pairs["joining_m"].to_numpy().copy()
    slim = 2 * shapely.area(units.geometry.to_numpy()) / shapely.length(units.geometry.to_numpy()) < SLIM_M
    asked = np.flatnonzero((joining >= least) & ((joining < LONG_M) | slim[ends].any(axis=1)) & ~across)
    joining[asked] = np.minimum(joining[asked], passages(_dry(shapes, extract, rules), ends[asked], least[asked]))
    wide = (joining >= least) | across
    over_roads = _unbroken(ways(extract, rules))
    parted = np.flatnonzero(pairs["closed"].notna().to_numpy())
    crossings = np.zeros(len(pairs), dtype=np.int64)
    whole = pairs.geometry.to_numpy()
    crossings[parted] = leading_over(closed[parted], ends[parted], shapes, over_roads, EDGE_M, whole[parted])
    over = crossings > 0
    sailed = parted[~wide[parted] & ~over[parted]]
    ferried = np.zeros(len(pairs), dtype=bool)
    ferried[sailed] = _hits(closed[sailed], ferries(extract)) > 0
    thin = np.flatnonzero(~wide & ~over & (joining > 0))
    crossings[thin] = leading_over(whole[thin], ends[thin], shapes, over_roads, -EDGE_M, whole[thin])
    link = np.select(
        [wide | (~over & (crossings > 0)), over, ferried, joining > 0], ["border", "bridge", FERRY, "thin"], "apart"
    )
    return pairs.drop(columns="closed").assign(joining_m=joining, crossings=crossings, link=link.astype(object))


def _eased(shapes: Polygons) -> Polygons:
    """Return units with those of very many vertices drawn a few centimetres more coarsely: no width is told finer."""
    fine = shapely.get_num_coordinates(shapes) > FINE
    out = shapes.copy()
    out[fine] = shapely.simplify(shapes[fine], EASE_M)
    return out


def _dry(shapes: Polygons, extract: Extract, rules: Rules) -> Polygons:
    """Return units without the wide water that they hold: a shore reaches to midstream, where nobody walks."""
    water = water_areas(extract, rules)
    wide = np.asarray(water.geometry[water["alone"]], dtype=object)
    held = np.unique(shapely.STRtree(shapes).query(wide, predicate="intersects")[1])
    if not len(held):
        return shapes
    land = shapely.difference(shapes[held], shapely.union_all(wide))
    out = shapes.copy()
    # What is water from edge to edge is a unit of water, and has no ground to be a bottleneck.
    out[held] = np.where(shapely.is_empty(land), shapes[held], land)
    return out


def passages(shapes: Polygons, ends: Indices, least: Floats) -> Floats:
    """Return how wide the passage between two units is in metres: infinite where it is no bottleneck.

    Two units have a passage of a width when what is left of them, drawn in by half of it, hangs together. No more than
    :data:`gridkit.adjacency.WAY_M` is asked for, the width of a way; a unit of which nothing is left is no wider itself
    than its joint, and not asked about.

    Parameters
    ----------
    shapes
        Polygons in metres.
    ends
        [m, 2] rows of two that share a border.
    least
        [m] metres that their joint must have.
    """
    both = shapely.union(shapes[ends[:, 0]], shapes[ends[:, 1]])
    wanted = np.minimum(least, WAY_M)
    low, high = np.zeros(len(ends)), wanted.copy()
    narrow = np.flatnonzero(~_hang_together(both, shapes, ends, wanted))
    for _ in range(HALVINGS):
        middle = (low[narrow] + high[narrow]) / 2
        whole = _hang_together(both[narrow], shapes, ends[narrow], middle)
        low[narrow], high[narrow] = np.where(whole, middle, low[narrow]), np.where(whole, high[narrow], middle)
    out = np.full(len(ends), np.inf)
    out[narrow] = low[narrow]
    return out


def _hang_together(both: Polygons, shapes: Polygons, ends: Indices, width: Floats) -> NDArray[np.bool_]:
    """Return whether the largest parts of two units hang together in what is left of both, drawn in by half a width."""
    left = shapely.buffer(both, -width / 2)
    whole = np.ones(len(ends), dtype=bool)
    for i in np.flatnonzero(shapely.get_num_geometries(left) > 1):
        cores = [_core(shapes[row], width[i]) for row in ends[i]]
        parts = shapely.get_parts(left[i])
        if all(core is not None for core in cores):
            whole[i] = bool((shapely.intersects(parts, cores[0]) & shapely.intersects(parts, cores[1])).any())
    return whole


def _core(shape: shapely.Polygon, width: float) -> shapely.Point | None:
    """Return a point in the largest part of what is left of a unit, None where nothing is."""
    left = shapely.buffer(shape, -width / 2)
    if shapely.is_empty(left):  # of which GEOS says that it has one part
        return None
    parts = shapely.get_parts(left)
    point: shapely.Point = shapely.point_on_surface(parts[np.argmax(shapely.area(parts))])
    return point


def _unbroken(lines: Polygons) -> Polygons:
    """Return ways joined where one ends and one other begins: a map breaks a road where its name or its deck begins."""
    parts = shapely.get_parts(lines)
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts))), dtype=object)


def _hits(lines: Polygons, over: Polygons) -> Indices:
    """Return how many of some ways meet each line."""
    if not len(lines) or not len(over):
        return np.zeros(len(lines), dtype=np.int64)
    hit, _ = shapely.STRtree(over).query(lines, predicate="dwithin", distance=ON_LINE_M)
    return np.bincount(hit, minlength=len(lines))


def leading_over(
    edges: Polygons, ends: Indices, shapes: Polygons, over: Polygons, reach_m: float, borders: Polygons
) -> Indices:
    """Return how many ways lead over each edge from one unit into the other; those along it, or up to it, do not.

    None does where even the ground that they take up leaves the two units apart, as where a way crosses a tail of one.

    Parameters
    ----------
    edges
        Lines in metres.
    ends
        [m, 2] rows of the two units on either side of each.
    shapes, over
        The units, and the ways.
    reach_m
        How far over its outline a unit holds a way. The street of a bridge is an edge of the units on its two sides,
        so that they hold it when this is more than rounding; below zero they hold only what leads into them.
    borders
        The whole border of the two units that each edge is part of: a lane along it that ends at the edge, as where a
        railway goes on in its line, is held by both of them and leads over nothing.
    """
    if not len(edges) or not len(over):
        return np.zeros(len(edges), dtype=np.int64)
    # Where four units meet in the middle of a bridge, the edges end on its line but for rounding.
    edge, way = shapely.STRtree(over).query(edges, predicate="dwithin", distance=ON_LINE_M)
    into = np.ones(len(edge), dtype=bool)
    inner = np.unique(ends[edge])
    bodies = np.full(len(shapes), None, dtype=object)
    bodies[inner] = shapely.buffer(shapes[inner], reach_m)
    beyond = shapely.difference(over[way], shapely.buffer(borders[edge], 2 * EDGE_M))
    for side in (0, 1):
        into &= shapely.length(shapely.intersection(beyond, bodies[ends[edge, side]])) >= INTO_M
    edge, way = edge[into], way[into]
    near = shapely.intersection(over[way], shapely.buffer(edges[edge], NEAR_M))
    strips = shapely.buffer(near, WAY_M / 2 + EDGE_M, quad_segs=2)
    led = np.unique(edge)
    ground = np.array([_with_strips(shapes[ends[i]], strips[edge == i]) for i in led], dtype=object)
    led = led[_hang_together(ground, shapes, ends[led], np.full(len(led), WAY_M))]
    return np.where(np.isin(np.arange(len(edges)), led), np.bincount(edge, minlength=len(edges)), 0)


def _with_strips(pair: Polygons, strips: Polygons) -> shapely.Geometry:
    return shapely.union_all(np.concatenate([pair, strips]))


def ways(extract: Extract, rules: Rules) -> Polygons:
    """Return the roads (below ground too) that lead across something: no slip road, nothing that is itself closed."""
    roads = extract.table("roads")
    kind = roads["kind"].astype(TEXT)
    # Slip roads touch what they leave, so each junction would look like a crossing of the motorway.
    kept = ~kind.str.endswith("_link") & ~kind.isin((*rules.closed, FERRY, "proposed", "construction"))
    if not rules.footbridges:
        kept &= ~kind.isin(FOOTWAYS)
    return np.asarray(roads.geometry[kept], dtype=object)


def ferries(extract: Extract) -> Polygons:
    """Return the ferries that the data has."""
    roads = extract.table("roads")
    return np.asarray(roads.geometry[roads["kind"] == FERRY], dtype=object)
