"""Areas that were drawn as lines: the closed polylines of a drawing, an outline saved as a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from gridkit.errors import TableError
from gridkit.geometry import polygonal
from gridkit.language.phrases import Phrase, template

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

_LINES = (1, 2, 5)
_AREAS = (3, 6)


def areas(frame: gpd.GeoDataFrame, *, where: object = "") -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return a frame whose closed lines are the areas they enclose, and notes.

    Lines that close only together become one area per face, without columns. In a drawing (DXF) what is neither an
    area nor a closed line is left out and counted; elsewhere it stays, for whoever asks for areas to refuse.

    Raises
    ------
    TableError
        When there are lines alone, and they enclose nothing.
    """
    shapes = np.asarray(frame.geometry, dtype=object)
    types = shapely.get_type_id(shapes)
    lines = np.isin(types, _LINES)
    if not lines.any() and not frame.attrs.get("drawing"):
        return frame, []
    closed = lines & np.array([_is_closed(shape) if line else False for shape, line in zip(shapes, lines, strict=True)])
    notes: list[str] = []
    if closed.any():
        shapes = shapes.copy()
        shapes[closed] = [_enclosed(shape) for shape in shapes[closed]]
        frame = frame.set_geometry(np.asarray(shapes))
        notes.append(
            Phrase(
                "{count} closed line is taken as an area",
                "",
                "{count} closed lines are taken as areas",
                count=int(closed.sum()),
            )
        )
    elif lines.all() and len(lines):
        return _faces(frame, shapes, where)
    others = ~(np.isin(types, _AREAS) | closed)
    if frame.attrs.get("drawing") and others.any():
        notes.append(
            Phrase(
                "{count} point, text or open line of the drawing left out",
                "",
                "{count} points, texts and open lines of the drawing left out",
                count=int(others.sum()),
            )
        )
        kept = frame.loc[~others]
        kept.attrs = {**frame.attrs, "left_out": int(others.sum())}
        return kept, notes
    return frame, notes


def _is_closed(line: BaseGeometry) -> bool:
    parts = shapely.get_parts(line)
    return bool(len(parts)) and all(shapely.is_closed(part) and shapely.get_num_points(part) > 3 for part in parts)  # noqa: PLR2004


def _enclosed(line: BaseGeometry) -> BaseGeometry:
    """Return the area within closed lines; a ring within another is a hole in it."""
    rings = [shapely.make_valid(shapely.Polygon(part.coords)) for part in shapely.get_parts(line)]
    area: BaseGeometry = rings[0]
    for ring in rings[1:]:
        area = shapely.symmetric_difference(area, ring)
    whole: BaseGeometry = polygonal(np.array([area], dtype=object))[0]
    return whole


def _faces(frame: gpd.GeoDataFrame, shapes: NDArray[np.object_], where: object) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the faces that lines enclose together."""
    edges = shapely.get_parts(shapely.node(shapely.union_all(shapes)))
    faces = shapely.get_parts(shapely.polygonize(edges))
    if not len(faces):
        raise TableError(
            template(
                "there is {count} line in it, and it encloses no area",
                "there are {count} lines in it, and they enclose no area",
            ),
            where=where,
            mend="close them: each end on the beginning of the next",
            count=len(shapes),
        )
    made = gpd.GeoDataFrame(geometry=faces, crs=frame.crs)
    return made, [
        Phrase(
            "areas enclosed by {count} line: {faces}",
            "",
            "areas enclosed by {count} lines: {faces}",
            count=len(shapes),
            faces=len(faces),
        )
    ]
