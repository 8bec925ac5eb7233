"""Any polygons as the parts alone take them: in metres, valid, each row one; and tiled, as borders and a split need."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gridkit.crs import is_metric, require_metric, to_metric
from gridkit.errors import TableError
from gridkit.geometry import mend
from gridkit.graph import components
from gridkit.language.phrases import Phrase, listed
from gridkit.sources import gate
from gridkit.sources.coordinates import points
from gridkit.sources.files import vectors
from gridkit.sources.people import coverage
from gridkit.sources.reading import Reading
from gridkit.tables import DISTRICTS, POLYGONS, TEXT, UNITS, Column, Table
from gridkit.tessellation.shapes.given import given

if TYPE_CHECKING:
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)
WHOLE = "all"
"""The parent of polygons that name none."""
NAME, ROW = "polygons", "row"
CRACK_M = 1.0
"""Polygons this near to one another touch: the crack between them is a slip of the pen. Metres."""
WELD_M = 1e-3
"""Vertices this near to one another are one. Metres."""
POLYGON = 3


def drawn(source: Any, crs: str | None = None, *, where: str = NAME) -> gpd.GeoDataFrame:
    """Return what was handed over as shapes that have a CRS, on its own index where it has one.

    Parameters
    ----------
    source
        Anything of :data:`gridkit.sources.gate.TAKES`; a table with coordinates as well.
    crs
        The CRS of what names none.
    where
        What it is, for messages.
    """
    if isinstance(source, gpd.GeoSeries):
        source = source.to_frame("geometry")
    taken, reading = gate.taken(source), Reading(crs=crs)
    if isinstance(taken, gpd.GeoDataFrame):
        frame = vectors.read(taken, crs=crs)
    elif isinstance(source, pd.DataFrame):
        frame = points.from_table(source, reading=reading, where=where)
    else:
        frame = points.shapes(taken, reading=reading)
    if not len(frame):
        raise TableError("there is nothing in it", where=where, mend="hand over rows with shapes")
    return frame


def read(source: Any, crs: str | None = None, *, where: str = NAME) -> gpd.GeoDataFrame:
    """Return any polygons in a metric CRS, valid, on the index they came with.

    What was mended, and which CRS was worked in, stands in ``frame.attrs["notes"]``, a list of sentences.

    Raises
    ------
    TableError
        When a row is no polygon or has no geometry, or the CRS is not known.
    """
    frame = drawn(source, crs, where=where)
    require_shapes(frame, POLYGONS, where)
    mended, notes = mend(frame, where=where)
    notes = [*frame.attrs.get("notes", []), *notes]
    metric = to_metric(mended, where=where)
    if not is_metric(frame.crs):
        notes.append(Phrase("measured in metres of {crs}", crs=require_metric(metric).name))
        logger.info("%s: %s", where, notes[-1])
    metric = metric.copy(deep=False)
    metric.attrs["notes"] = [str(note) for note in notes]
    return metric


def require_shapes(frame: gpd.GeoDataFrame, kinds: frozenset[str], where: str) -> None:
    """Raise :class:`TableError` in one line where rows have no geometry, or one of another kind."""
    Table(where, ROW, {}, kinds, metric=False).check(frame.set_axis(names(frame.index)))


def values(frame: gpd.GeoDataFrame, said: Any, name: str) -> pd.Series[float]:
    """Return a number for each polygon, none below zero: a column's, or those handed over.

    Parameters
    ----------
    frame
        The polygons.
    said
        The name of a column; or values: a Series by its index, anything else by its order.
    name
        What messages call values without a name.

    Raises
    ------
    TableError
        When there are more or fewer values than polygons, or some are missing or below zero.
    """
    if isinstance(said, str):
        name = vectors.column(frame, said, where=NAME)
        found = frame[name]
    elif isinstance(said, pd.Series) and frame.index.is_unique and said.index.is_unique:
        found = said.reindex(frame.index)
        strange = said.index.difference(frame.index)
        if len(strange):
            raise TableError("{name} holds {rows}, which no polygon is called", name=name, rows=listed(strange))
    else:
        found = pd.Series(np.asarray(said))
    if len(found) != len(frame):
        raise TableError(
            "as many values as polygons are wanted: {count} for {polygons}",
            where=name,
            count=len(found),
            polygons=len(frame),
        )
    column: pd.Series[Any] = pd.Series(found.to_numpy(), index=names(frame.index), name=name)
    Table(NAME, ROW, {name: Column(name, "number", least=0)}).check(column.to_frame())
    return column.astype(float).set_axis(frame.index)


def names(index: pd.Index) -> pd.Index:
    """Return the names of polygons as text: their index, or their count where it names two alike."""
    made = pd.Index([str(each) for each in index], dtype=TEXT, name=ROW)
    return made if made.is_unique else pd.Index([str(at + 1) for at in range(len(index))], dtype=TEXT, name=ROW)


def whole(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the ground of polygons as DISTRICTS of one row, cracks of up to a metre between them closed."""
    ground = shapely.union_all(np.asarray(frame.geometry.values))
    closed = shapely.buffer(shapely.buffer(ground, CRACK_M / 2, join_style="mitre"), -CRACK_M / 2, join_style="mitre")
    cracks = shapely.get_parts(shapely.difference(closed, ground))
    cracks = cracks[shapely.get_type_id(cracks) == POLYGON]
    return gpd.GeoDataFrame(
        {"name": [None]},
        geometry=[shapely.union_all([ground, *cracks])],
        index=pd.Index([WHOLE], name=DISTRICTS.index),
        crs=frame.crs,
    )


def require_apart(frame: gpd.GeoDataFrame) -> None:
    """Raise where polygons lie over one another: what is there would be counted twice."""
    share = coverage.overlap(np.asarray(frame.geometry.values, dtype=object))
    if share > coverage.OVERLAP:
        raise TableError(
            "they lie over one another by {share:.0%} of their ground",
            where=NAME,
            mend="draw them side by side, or people there would be counted twice",
            share=share,
        )


def tiled(frame: gpd.GeoDataFrame, parents: str | None = None) -> gpd.GeoDataFrame:
    """Return polygons as UNITS that share their edges exactly, in the order they came, without people.

    Edges drawn twice are noded and slips of the pen closed (:mod:`gridkit.tessellation.shapes.given`).

    Parameters
    ----------
    frame
        Polygons of :func:`read`.
    parents
        The column that names the parent of each; one parent when None.

    Raises
    ------
    TableError
        When polygons lie over one another, or one is too small to be drawn.
    """
    crs = require_metric(frame)
    require_apart(frame)
    shapes = gpd.GeoDataFrame(geometry=_welded(frame), index=names(frame.index), crs=crs)
    owner, pieces = _pieces(shapes)
    if len(lost := np.setdiff1d(np.arange(len(frame)), owner)):
        raise TableError(
            "too small to be drawn: {rows}",
            where=NAME,
            mend="join them to their neighbours",
            rows=listed(shapes.index[lost]),
        )
    order = np.argsort(owner, kind="stable")
    tiles = np.asarray(shapely.multipolygons(pieces[order], indices=owner[order]), dtype=object)
    column = None if parents is None else frame[vectors.column(frame, parents, where=NAME)]
    if column is not None and column.isna().any():
        raise TableError("column {name!r} is empty in some rows", where=NAME, name=parents)
    return gpd.GeoDataFrame(
        {
            "parent": WHOLE if column is None else column.astype(TEXT).to_numpy(),
            "people": 0.0,
            "kind": "given",
            "area_m2": shapely.area(tiles),
        },
        geometry=tiles,
        index=shapes.index.rename(UNITS.index),
        crs=crs,
    )


def _welded(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the shapes of polygons with vertices that are one but for rounding made one.

    A net that was computed in degrees has cracks a millionth of a millimetre wide, which no noding finds.
    """
    shapes = np.array(frame.geometry.values, dtype=object)
    spots = shapely.get_coordinates(shapes)
    one = components(cKDTree(spots).query_pairs(WELD_M, output_type="ndarray"), len(spots))
    _, first = np.unique(one, return_index=True)
    welded = gpd.GeoDataFrame(geometry=shapely.set_coordinates(shapes, spots[first[one]]), crs=frame.crs)
    return np.asarray(mend(welded, where=NAME)[0].geometry.values, dtype=object)


def _pieces(shapes: gpd.GeoDataFrame) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the noded pieces of polygons, and the position of the polygon each is of."""
    by_place = shapes.set_axis(pd.RangeIndex(len(shapes)))
    made = given(by_place, whole(by_place), where=NAME)
    made = made[made["kind"] != "rest"]
    place = np.array([int(name.partition(".")[0]) for name in made.index], dtype=np.int64)
    pieces, of = shapely.get_parts(made.geometry.to_numpy(), return_index=True)
    return place[of], pieces
