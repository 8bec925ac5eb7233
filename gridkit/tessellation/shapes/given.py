"""Units that the user brings: any polygons, made to tile their districts without a gap or an overlap."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import require_crs, require_metric
from gridkit.errors import GridkitWarning, TableError
from gridkit.geometry import mend
from gridkit.language.phrases import template
from gridkit.tables import DISTRICTS, TEXT, UNITS
from gridkit.tessellation.shapes import slivers
from gridkit.tessellation.shapes.faces import enclosed_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Indices, Polygons

TOLERANCE_M = 2.0
"""A gap or an overlap narrower than this is a slip of the pen, and is closed. Metres."""
LEAST_M2 = 1.0
"""Overlaps that are wider are refused when they are larger than this in all. Square metres."""
KEPT = tuple(name for name, column in UNITS.columns.items() if not column.required)


def given(
    frame: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    *,
    where: object = "units",
    values: Sequence[str] = (),
    counts: Sequence[str] = (),
) -> gpd.GeoDataFrame:
    """Return any polygons as units that tile the districts.

    Parameters
    ----------
    frame
        Polygons in any CRS: census blocks, hexagons, last year's micro-grids. Their index names them when it is unique
        text or numbers; a column ``kind`` and the optional columns of :data:`gridkit.tables.UNITS` are kept.
    districts
        See :data:`gridkit.tables.DISTRICTS`, in a metric CRS. What lies outside is cut off, and what lies across two is
        cut in two.
    where
        The file the polygons came from, for messages.
    values, counts
        Further columns of numbers that are kept where the polygons have them: one of values holds for every part of a
        polygon, one of counts is shared among its parts by area.

    Returns
    -------
    GeoDataFrame
        Units without people yet. A polygon of several parts, or cut by a district's edge, is several units (``x.1``,
        ``x.2``). Ground that no polygon covers is of kind ``rest``, and a warning says how much.

    Raises
    ------
    TableError
        When polygons overlap by more than a slip of the pen, or lie outside the districts.
    """
    require_crs(frame, where=where)
    DISTRICTS.check(districts)
    mended, _ = mend(frame.to_crs(require_metric(districts, where="districts")), where=where)
    shapes = mended.geometry.to_numpy()
    edges = shapely.boundary(districts.geometry.to_numpy())
    faces = enclosed_by(np.concatenate([shapely.boundary(shapes), edges]))
    faces, parent, owner = _owned(faces, shapes, districts, where)
    # A face of one polygon is joined to the others of that polygon, so polygons are rebuilt from their faces.
    group = np.unique(np.stack([parent, owner], axis=1), axis=0, return_inverse=True)[1].ravel()
    pieces, parent, owner = _rebuilt(faces, parent, owner, group)
    table, of = _table(pieces, parent, owner, mended, districts, where)
    return table.assign(**_numbers(mended, table, of, values, counts))


def _owned(
    faces: Polygons, shapes: Polygons, districts: gpd.GeoDataFrame, where: object
) -> tuple[Polygons, Indices, Indices]:
    """Return the faces inside the districts, the row of the district and the polygon each belongs to; -1 for none."""
    spots = shapely.point_on_surface(faces)
    tree = shapely.STRtree(spots)
    parent = np.full(len(faces), -1)
    row, face = tree.query(districts.geometry.to_numpy(), predicate="contains")
    parent[face] = row
    polygon, face = tree.query(shapes, predicate="contains")
    covers = np.bincount(face, minlength=len(faces))
    owner = np.full(len(faces), -1)
    # Where narrow slips overlap, the first polygon of the file has the ground: the last one written stays.
    owner[face[::-1]] = polygon[::-1]
    inside = parent >= 0
    if not (inside & (owner >= 0)).any():
        if not len(shapes):
            raise TableError("there is nothing in it", where=where, mend="hand over rows with shapes")
        raise TableError("the polygons lie outside the districts", where=where, mend="check the CRS of both files")
    # Hand-drawn neighbours overlap by long thin slips; those are slips of the pen, however large their sum.
    narrow = 2 * shapely.area(faces) < TOLERANCE_M * shapely.length(faces)
    double = inside & (covers > 1) & ~narrow
    overlap = float(shapely.area(faces[double]).sum())
    if overlap > LEAST_M2:
        named = sorted({int(i) for i in polygon[np.isin(face, np.flatnonzero(double))]})
        raise TableError(
            template(
                "{count} polygon overlaps by {area:,.0f} m2: row {rows}",
                "{count} polygons overlap by {area:,.0f} m2: rows {rows}",
            ),
            where=where,
            mend="draw them side by side, or people there would be counted twice",
            count=len(named),
            area=overlap,
            rows=named[:5],
        )
    return faces[inside], parent[inside], owner[inside]


def _rebuilt(faces: Polygons, parent: Indices, owner: Indices, group: Indices) -> tuple[Polygons, Indices, Indices]:
    """Return the parts that faces of one owner form together, slips of the pen joined to a neighbour."""
    order = np.argsort(group, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    unions, part_of = shapely.get_parts(slivers.merged(faces, groups), return_index=True)
    first = np.array([g[0] for g in groups])[part_of]
    parent, owner = parent[first], owner[first]
    # Gaps that are no slip of the pen stand for themselves; narrow ones, and crumbs of polygons, join a neighbour.
    pieces, kept = slivers.join(unions, parent, slivers.NO_LINES, LEAST_M2, TOLERANCE_M)
    at = shapely.STRtree(pieces).query(shapely.point_on_surface(unions), predicate="intersects")
    # The largest part names the piece that crumbs have joined.
    largest = np.lexsort((shapely.area(unions[at[0]]), at[1]))
    of = np.full(len(pieces), -1)
    of[at[1][largest]] = owner[at[0][largest]]
    return pieces, kept, of


def _table(
    pieces: Polygons,
    parent: Indices,
    owner: Indices,
    frame: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    where: object,
) -> tuple[gpd.GeoDataFrame, Indices]:
    """Return the units, and the row of the polygon each is of; -1 for none."""
    rest = owner < 0
    if rest.any():
        said = template(
            "{count} place of {area:,.0f} m2 in the districts lies in no polygon; it is a unit of kind rest",
            "{count} places of {area:,.0f} m2 in the districts lie in no polygon; they are units of kind rest",
        )
        area = float(shapely.area(pieces[rest]).sum())
        warnings.warn(GridkitWarning(said, where=where, count=int(rest.sum()), area=area), stacklevel=3)
    names = _names(frame)[owner].astype(object)
    names[rest] = "rest"
    middle = shapely.get_coordinates(shapely.centroid(pieces)).round(2)
    order = np.lexsort((-middle[:, 1], middle[:, 0], owner, parent))
    pieces, parent, owner = pieces[order], parent[order], owner[order]
    names, rest = names[order], rest[order]
    kind = frame["kind"].astype(object).to_numpy()[owner] if "kind" in frame.columns else np.full(len(owner), "given")
    table = gpd.GeoDataFrame(
        {
            "parent": districts.index.astype(TEXT).to_numpy()[parent],
            "kind": np.where(rest, "rest", kind.astype(object)),
            "area_m2": shapely.area(pieces),
        },
        geometry=pieces,
        index=pd.Index(_ids(names), name="unit_id"),
        crs=districts.crs,
    )
    for column in KEPT:
        if column in frame.columns and column != "households":
            table[column] = pd.Series(frame[column].astype(object).to_numpy()[owner], index=table.index).where(
                ~rest, None
            )
    return table, owner


def _numbers(
    frame: gpd.GeoDataFrame, table: gpd.GeoDataFrame, of: Indices, values: Sequence[str], counts: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Return further columns of numbers of the units; missing on ground that no polygon covers."""
    size = table["area_m2"].to_numpy(dtype=float)
    whole = np.bincount(of[of >= 0], size[of >= 0], len(frame))
    share = np.where(of >= 0, size / whole[of], np.nan)
    out = {}
    for column in (*values, *counts):
        if column in frame.columns and column not in table:
            number = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)[of]
            out[column] = number * (share if column in counts else np.where(of >= 0, 1.0, np.nan))
    return out


def _names(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the names of polygons: their index, or their count where it is not unique."""
    if frame.index.is_unique:
        return frame.index.astype(TEXT).to_numpy(dtype=object)
    return np.array([str(i + 1) for i in range(len(frame))], dtype=object)


def _ids(names: NDArray[np.object_]) -> list[str]:
    series = pd.Series(names)
    place, size = series.groupby(names).cumcount() + 1, series.groupby(names).transform("size")
    return [f"{name}.{number}" if of > 1 else str(name) for name, number, of in zip(names, place, size, strict=True)]
