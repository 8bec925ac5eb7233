"""Geometry mended without loss, and the parts of polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from gridkit.errors import TableError
from gridkit.language import numbers
from gridkit.language.phrases import Phrase, template

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

AREA_CHANGE = 1e-6
"""Mending may change a polygon's area by this share without being told of (dimensionless)."""
DEGREE_M = 111_200.0
"""A degree of latitude, to a percent. Metres."""
MANY_CORNERS = 20_000
"""A shape of more corners is widened by its coarse outline."""


def polygonal(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return each shape's polygonal part (Polygon or MultiPolygon, possibly empty); lines and points are dropped."""
    out = np.asarray(shapes, dtype=object).copy()
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(out), (3, 6)))
    for i in mixed:
        parts = shapely.get_parts(shapely.get_parts(out[i])) if out[i] is not None else np.array([], dtype=object)
        out[i] = shapely.union_all(parts[shapely.get_type_id(parts) == 3]) if len(parts) else shapely.Polygon()  # noqa: PLR2004
    return out


def mend(frame: gpd.GeoDataFrame, *, where: object = "") -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the polygons of ``frame`` made valid and two-dimensional, and notes of what that changed.

    ``shapely.make_valid`` keeps both halves of a bow-tie, where ``buffer(0)`` would lose one.

    Raises
    ------
    TableError
        When a row has no geometry, coordinates that are not finite, or nothing polygonal in it.
    """
    shapes = frame.geometry.values
    missing = np.asarray(frame.geometry.isna() | frame.geometry.is_empty)
    if missing.any():
        raise TableError(
            template("{count} row has no geometry: {rows}", "{count} rows have no geometry: {rows}"),
            where=where,
            mend="delete or draw them",
            count=int(missing.sum()),
            rows=frame.index[missing][:5].tolist(),
        )
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
        bad = np.unique(owner[~np.isfinite(coordinates).all(axis=1)])
        raise TableError(
            "coordinates of {rows} are not finite numbers",
            where=where,
            mend="fix these rows",
            rows=frame.index[bad][:5].tolist(),
        )
    notes: list[str] = []
    flat = shapely.force_2d(shapes)
    if shapely.has_z(shapes).any():
        notes.append(
            Phrase(
                "heights (Z) dropped from {count} row",
                "",
                "heights (Z) dropped from {count} rows",
                count=int(shapely.has_z(shapes).sum()),
            )
        )
    mixed = shapely.get_type_id(flat) == shapely.GeometryType.GEOMETRYCOLLECTION
    if mixed.any():
        said = template(
            "of {count} row only the areas are taken: points or lines stand beside them",
            "of {count} rows only the areas are taken: points or lines stand beside them",
        )
        notes.append(Phrase(said, count=int(mixed.sum())))
    invalid = ~shapely.is_valid(flat)
    mended = flat.copy()
    mended[invalid] = shapely.make_valid(flat[invalid], method="structure", keep_collapsed=False)
    # "structure" reads a bow-tie by winding and may drop a half; "linework" keeps all that any ring encloses.
    lost = invalid & (shapely.area(mended) < shapely.area(shapely.make_valid(flat)) * (1 - AREA_CHANGE))
    mended[lost] = shapely.make_valid(flat[lost])
    mended = polygonal(mended)
    empty = shapely.is_empty(mended)
    if empty.any():
        raise TableError(
            "nothing polygonal is left of {rows}",
            where=where,
            mend="draw them as areas",
            rows=frame.index[empty][:5].tolist(),
        )
    if invalid.any():
        change = float(np.abs(shapely.area(mended) - shapely.area(flat))[invalid].sum())
        said = template(
            "{count} invalid polygon repaired, which changed its area by {change}",
            "{count} invalid polygons repaired, which changed their area by {change}",
        )
        told = change if frame.crs is None else numbers.area(change * _m2(frame.crs, mended[invalid]))
        notes.append(Phrase(said, count=int(invalid.sum()), change=told))
    return frame.set_geometry(gpd.GeoSeries(mended, index=frame.index, crs=frame.crs)), notes


def _m2(crs: CRS, shapes: NDArray[np.object_]) -> float:
    """Return the square metres of a square unit of a coordinate system, where some shapes lie."""
    if not crs.is_geographic:
        return float(crs.axis_info[0].unit_conversion_factor) ** 2
    south, north = shapely.total_bounds(shapes)[[1, 3]]
    return float(DEGREE_M**2 * np.cos(np.radians((south + north) / 2)))


def united(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Return the union of polygons by the fast way, by the safe one where they are no coverage."""
    try:
        union = shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapes)
    return union if shapely.is_valid(union) else shapely.union_all(shapes)


def shared_area(a: NDArray[np.object_], b: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the areas two arrays of polygons share pair by pair, without cutting where one covers the other.

    Where edges lie on each other up to rounding, GEOS (3.14) may return a polygon whole that is only touched, in one
    order of the two and not in the other. Both are asked; a pair for which they differ is cut on a fine grid.
    """
    area = np.zeros(len(a))
    shapely.prepare(b)
    inside = shapely.covers(b, a)
    area[inside] = shapely.area(a[inside])
    left, right = a[~inside], b[~inside]
    there, back = (shapely.area(shapely.intersection(*pair)) for pair in ((left, right), (right, left)))
    doubted = np.flatnonzero(~np.isclose(there, back, rtol=1e-6, atol=1e-9 * shapely.area(left)))
    for at in doubted:
        there[at] = shapely.area(shapely.intersection(left[at], right[at], grid_size=FINE * _extent(left[at])))
    area[~inside] = there
    return area


FINE = 1e-7
"""The grid of a doubtful overlay, in extents of the first shape: a tenth of a millimetre in a kilometre."""


def _extent(shape: shapely.Geometry) -> float:
    west, south, east, north = shapely.bounds(shape)
    return float(max(east - west, north - south))


def around(shapes: NDArray[np.object_], margin_m: float, *, quad_segs: int = 4) -> NDArray[np.object_]:
    """Return what lies within a margin of each shape; of shapes of very many corners a little more.

    Bends that the margin is twenty times wider than say nothing of it, and each corner costs an arc: a coast of a
    million corners takes minutes and all memory otherwise.

    Parameters
    ----------
    shapes
        Polygons in metres. Shape (n,).
    margin_m
        In metres.
    quad_segs
        Corners of a quarter of a circle.
    """
    shapes = np.asarray(shapes, dtype=object)
    many = shapely.get_num_coordinates(shapes) > MANY_CORNERS
    bend_m = margin_m / 20
    out = np.array(shapes)
    out[~many] = shapely.buffer(shapes[~many], margin_m, quad_segs=quad_segs)
    coarse = shapely.make_valid(shapely.simplify(shapes[many], bend_m, preserve_topology=False))
    out[many] = shapely.buffer(coarse, margin_m + bend_m, quad_segs=2)
    return out


def poles(shapes: NDArray[np.object_], precision: float = 0.02) -> NDArray[np.object_]:
    """Return the pole of inaccessibility of each area: the middle of the largest circle in it.

    Its name stands best there. A point that merely lies in an area may lie on the very edge of an arm of
    it. What is no area gets a point on it.

    Parameters
    ----------
    shapes
        Shape (n,). Empty ones get an empty point.
    precision
        How near to the middle, as a share of the side of a square of the same area.
    """
    shapes = np.asarray(shapes, dtype=object)
    points = shapely.point_on_surface(shapes)
    wide = np.flatnonzero(shapely.area(shapes) > 0)
    areas = polygonal(shapes[wide])
    sides = np.sqrt(shapely.area(areas))
    circles = [
        shapely.maximum_inscribed_circle(area, tolerance=side * precision)
        for area, side in zip(areas, sides.tolist(), strict=True)
    ]
    points[wide] = shapely.get_point(np.asarray(circles, dtype=object), 0)
    return points
