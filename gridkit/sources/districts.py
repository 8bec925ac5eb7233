"""The district to be split, from any polygons: mended, in metres, one area or one per parent, no gap, no overlap."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit import ledger
from gridkit.crs import LONLAT, round_earth, to_metric
from gridkit.errors import GridkitError, GridkitWarning, TableError
from gridkit.geometry import mend
from gridkit.language.labels import word
from gridkit.language.phrases import AND, Phrase, joined, template
from gridkit.ledger import Account
from gridkit.sources import overture
from gridkit.sources.coordinates import datums, points
from gridkit.sources.coordinates.guesses import NO_DATUM
from gridkit.sources.files import closed_lines, vectors
from gridkit.sources.reading import Reading
from gridkit.sources.tables import cells
from gridkit.tables import DISTRICTS, TEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

logger = logging.getLogger(__name__)

TOLERANCE_M = 1.0
"""Gaps and overlaps between parents that are nowhere wider than this are drawing slips and are closed (metres)."""

WHOLE = "district"
"""The district_id of a district that is one area."""

_NAMES = ("name", "名称", "社区", "社区名称", "nome", "название")
_OF_OVERTURE = ("names", "names.primary")
"""How its nested names are asked for."""

_LISTED = 5
_OF_DATAV = frozenset({"adcode", "childrenNum", "acroutes", "subFeatureIndex"})


def read(  # noqa: PLR0913 - the public face of a reader
    source: vectors.Source,
    *,
    layer: str | None = None,
    parents: str | None = None,
    crs: Any = None,  # noqa: ANN401 - anything pyproj takes
    encoding: str | None = None,
    datum: str | None = None,
    swap_xy: bool = False,
    keep: str | None = None,
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the district as DISTRICTS in a metric CRS, and notes of what was mended.

    Parameters
    ----------
    source
        A vector file, ``FILE:LAYER``, or a GeoDataFrame.
    layer
        The layer, where the file has several.
    parents
        The column whose values are walls: one row per value, and no grid will cross from one to another. All polygons
        are one area when None.
    crs
        The CRS of a file that names none.
    keep
        A column of numbers that comes along, one number for each parent; nothing where the file does not have it.
    encoding, datum, swap_xy
        See :func:`gridkit.sources.files.vectors.read`.

    Raises
    ------
    SourceError
        When the file cannot be read.
    TableError
        When there are no polygons, the same polygon twice, a coordinate that cannot be, or parents that overlap.
    """
    spec = source if isinstance(source, gpd.GeoDataFrame) else vectors.parse(source)
    where = "the district" if isinstance(spec, gpd.GeoDataFrame) else str(spec.path)
    if parents is None and not isinstance(spec, gpd.GeoDataFrame):
        parents = spec.column
    swap: Literal["needed"] | bool = "needed" if swap_xy else False
    asked = Reading(crs=crs, encoding=encoding, datum=datum)
    frame = points.shapes(spec, reading=asked, layer=layer, swap_xy=swap)
    if not len(frame):
        raise TableError("the layer is empty: there is no district in it", where=where)
    rows = len(frame)
    frame, at_sea = overture.on_land(overture.named(frame))
    if parents in _OF_OVERTURE and "name" in frame and "names" in frame:
        parents = "name"
    notes = list(frame.attrs.get("notes", []))
    plain = frame.crs is not None and frame.crs.is_geographic
    frame, drawn = closed_lines.areas(frame, where=where)
    notes += drawn
    left = int(frame.attrs.get("left_out", 0)) + at_sea
    _require_polygons(frame, where)
    frame, mended = mend(frame, where=where)
    _require_once(frame, where)
    _require_on_one_side(frame, where)
    frame = to_metric(frame, where=where)
    if parents is None:
        areas, more = _one(frame)
    else:
        column = _walls(frame, parents, where)
        areas, more = _by_parent(frame, column, where)
        if keep is not None and keep in frame:
            areas = areas.assign(**{keep: _kept(frame, column, keep, where)})
    DISTRICTS.check(areas, where=where)
    notes += [*mended, *more, *_of_datum(frame, plain, datum, where)]
    ledger.noted(areas, Account(where, "district", "rows", rows, rows - left, {"other": left}, tuple(notes)))
    return areas, notes


def _walls(frame: gpd.GeoDataFrame, parents: str, where: str) -> str:
    """Return the column of parents as the frame spells it.

    Raises
    ------
    TableError
        When there is none; of a file where the column was meant, the words that name both are given.
    """
    try:
        return vectors.column(frame, parents, where=where)
    except TableError as none:
        try:
            meant = vectors.parse(parents)
            layers = [place.layer for place in vectors.places(meant.path) if place.layer]
        except (GridkitError, OSError):
            raise none from None
        layer = meant.layer or ("LAYER" if len(layers) > 1 else None)
        raise TableError(
            "--parents names a column of the district, and {name} is a file",
            where=where,
            mend="give {file} as DISTRICT, and --parents {column}",
            name=meant.path.name,
            file=f"{meant.path}:{layer}" if layer else meant.path,
            column=meant.column or "COLUMN",
        ) from none


def _of_datum(frame: gpd.GeoDataFrame, plain: bool, datum: str | None, where: str) -> list[str]:  # noqa: FBT001
    """Return what is said of a district in China whose degrees name no datum; warn where its columns tell GCJ-02."""
    if not plain or datum is not None:
        return []
    west, south, east, north = frame.to_crs(LONLAT).total_bounds
    if not datums.in_china([(west + east) / 2], [(south + north) / 2]).all():
        return []
    if len(_OF_DATAV.intersection(frame.columns)) > 1:
        warnings.warn(
            GridkitWarning(
                "its columns are those of DataV.GeoAtlas, whose boundaries are in GCJ-02: as WGS 84 they lie 500 m off",
                where=where,
                mend="say --datum district=gcj02, or --datum district=wgs84 if they were put back",
            ),
            stacklevel=3,
        )
    return [Phrase(NO_DATUM)]


def _one(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return all polygons as one area, cracks between them closed."""
    shapes = np.asarray(frame.geometry, dtype=object)
    try:
        whole = shapely.union_all(shapes)
    except shapely.GEOSException:  # valid in degrees, not so once it is projected
        whole = shapely.union_all(shapely.make_valid(shapes))
    cracks = _thin(_holes(whole))
    whole = shapely.union_all([whole, *cracks]) if len(cracks) else whole
    notes: list[str] = []
    if len(frame) > 1:
        notes.append(
            Phrase(
                "{count} polygon taken as the district",
                "",
                "{count} polygons dissolved into one district",
                count=len(frame),
            )
        )
    if len(cracks):
        notes.append(
            Phrase(
                "{count} crack narrower than {width:g} m closed",
                "",
                "{count} cracks narrower than {width:g} m closed",
                count=len(cracks),
                width=TOLERANCE_M,
            )
        )
    notes += _islands(np.array([whole], dtype=object))
    made = gpd.GeoDataFrame({"name": [_name(frame)]}, geometry=[whole], crs=frame.crs)
    return _indexed(made, [WHOLE]), notes


def _by_parent(frame: gpd.GeoDataFrame, column: str, where: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return one area per value of a column, as a coverage: shared edges identical, no overlap."""
    ids = cells.codes(frame[column], where=where)
    if ids.isna().any():
        raise TableError(
            "column {column!r} is empty in rows {rows}",
            where=where,
            mend="say which parent they belong to",
            column=column,
            rows=frame.index[ids.isna()][:_LISTED].tolist(),
        )
    order = sorted(ids.unique())
    drawn = np.asarray(frame.geometry, dtype=object)
    shapes = np.array([shapely.union_all(drawn[(ids == each).to_numpy()]) for each in order], dtype=object)
    shapes, notes = _covered(shapes, order, where)
    named = next((name for name in _NAMES if name in frame.columns and name != column), None)
    names = [frame.loc[(ids == each).to_numpy(), named].iloc[0] if named else each for each in order]
    made = gpd.GeoDataFrame({"name": pd.Series(names, dtype=TEXT)}, geometry=shapes, crs=frame.crs)
    return _indexed(made, order), [*notes, *_islands(shapes)]


def _kept(frame: gpd.GeoDataFrame, column: str, keep: str, where: str) -> pd.Series:
    """Return the one number that each parent has in a column."""
    numbers = pd.to_numeric(frame[keep], errors="coerce")
    by_parent = numbers.groupby(cells.codes(frame[column], where=where).astype(TEXT).to_numpy())
    torn = by_parent.min() < by_parent.max()
    if torn.any():
        raise TableError(
            "parent {parent} has several numbers in column {column!r}",
            where=where,
            mend="give each parent one",
            parent=torn.index[torn][0],
            column=keep,
        )
    return by_parent.first()


def _covered(shapes: NDArray[np.object_], names: list[str], where: str) -> tuple[NDArray[np.object_], list[str]]:
    """Return areas whose slips of the pen are closed: every face between their edges goes to exactly one of them."""
    whole = shapely.union_all(shapes)
    if len(shapes) == 1 or (shapely.coverage_is_valid(shapes, gap_width=TOLERANCE_M) and not len(_holes(whole))):
        return shapes, []
    edges = shapely.unary_union([*shapely.boundary(shapes), *shapely.boundary(_open_gaps(shapes, whole))])
    faces = shapely.get_parts(shapely.polygonize([edges]))
    inner = shapely.point_on_surface(faces)
    face, owner = shapely.STRtree(shapes).query(inner, predicate="intersects")
    owners: list[list[int]] = [[] for _ in faces]
    for at, which in sorted(zip(face.tolist(), owner.tolist(), strict=True)):
        owners[at].append(which)
    doubled = np.array([len(each) > 1 for each in owners])
    _require_no_overlap(faces, doubled, owners, names, where)
    nobody = np.array([not each for each in owners])
    cracks = nobody & _is_thin(faces)
    for at in np.flatnonzero(cracks).tolist():
        owners[at] = _neighbour(faces, at, owners)
    taken = np.array([each[0] if each else -1 for each in owners])
    made = np.array([shapely.coverage_union_all(faces[taken == which]) for which in range(len(shapes))], dtype=object)
    notes: list[str] = []
    if doubled.any() or cracks.any():
        area = float(shapely.area(faces[doubled | cracks]).sum())
        both = "{overlaps} and {gaps} narrower than {width:g} m between parents closed ({area:.3g} m2)"
        one = "{slips} narrower than {width:g} m between parents closed ({area:.3g} m2)"
        slips = {
            "overlaps": Phrase("{count} overlap", "", "{count} overlaps", count=int(doubled.sum())),
            "gaps": Phrase("{count} gap", "", "{count} gaps", count=int(cracks.sum())),
        }
        facts = {"width": TOLERANCE_M, "area": area}
        if doubled.any() and cracks.any():
            notes.append(Phrase(both, **slips, **facts))
        else:
            notes.append(Phrase(one, slips=slips["overlaps" if doubled.any() else "gaps"], **facts))
    gaps = nobody & ~cracks
    if gaps.any():
        area = float(shapely.area(faces[gaps]).sum())
        said = template(
            "{count} area of {area:,.0f} m2 inside the district belongs to no parent and stays out",
            "{count} areas of {area:,.0f} m2 inside the district belong to no parent and stay out",
        )
        notes.append(Phrase(said, count=int(gaps.sum()), area=area))
    return made, notes


def _open_gaps(shapes: NDArray[np.object_], whole: BaseGeometry) -> NDArray[np.object_]:
    """Return narrow gaps between areas, those too that are open at an end and so enclosed by no line yet."""
    half = TOLERANCE_M / 2
    closed = shapely.buffer(shapely.buffer(whole, half, join_style="mitre"), -half, join_style="mitre")
    # Closing fills shallow dents of one area as well: only what is near two areas is a gap.
    wide = shapely.buffer(shapes, TOLERANCE_M)
    one, other = shapely.STRtree(wide).query(wide, predicate="intersects")
    between = shapely.union_all(shapely.intersection(wide[one[one < other]], wide[other[one < other]]))
    gaps = shapely.get_parts(shapely.intersection(shapely.difference(closed, whole), between))
    return gaps[shapely.area(gaps) > 0]


def _require_no_overlap(
    faces: NDArray[np.object_], doubled: NDArray[np.bool_], owners: list[list[int]], names: list[str], where: str
) -> None:
    wide = doubled & ~_is_thin(faces)
    if not wide.any():
        return
    pairs: dict[tuple[str, str], float] = {}
    for at in np.flatnonzero(wide):
        pair = (names[owners[at][0]], names[owners[at][1]])
        pairs[pair] = pairs.get(pair, 0.0) + float(faces[at].area)
    said = joined(
        [
            Phrase("{one} and {other} by {area:,.0f} m2", one=one, other=other, area=area)
            for (one, other), area in list(pairs.items())[:_LISTED]
        ]
    )
    raise TableError(
        "parents overlap: {pairs}",
        where=where,
        mend="people there would count twice: draw each piece of land in one parent only",
        pairs=said,
    )


def _neighbour(faces: NDArray[np.object_], at: int, owners: list[list[int]]) -> list[int]:
    """Return the owner whose faces share the longest edge with a face; none when it touches none."""
    shared: dict[int, float] = {}
    for other in shapely.STRtree(faces).query(faces[at], predicate="intersects"):
        if other != at and owners[other]:
            length = shapely.length(shapely.intersection(faces[at].boundary, faces[other].boundary))
            shared[owners[other][0]] = shared.get(owners[other][0], 0.0) + float(length)
    return [max(sorted(shared), key=lambda which: shared[which])] if shared else []


def _holes(area: BaseGeometry) -> NDArray[np.object_]:
    parts = shapely.get_parts(area)
    rings = [ring for part in parts for ring in part.interiors]
    return np.array([shapely.Polygon(ring) for ring in rings], dtype=object)


def _thin(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    return shapes[_is_thin(shapes)] if len(shapes) else shapes


def _is_thin(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which areas are nowhere wider than the tolerance."""
    return np.asarray(shapely.is_empty(shapely.buffer(shapes, -TOLERANCE_M / 2, join_style="mitre")), dtype=bool)


def _require_polygons(frame: gpd.GeoDataFrame, where: str) -> None:
    kinds = frame.geometry.geom_type.value_counts()
    flat = {
        str(kind): int(count)
        for kind, count in kinds.items()
        if kind in ("Point", "MultiPoint", "LineString", "MultiLineString")
    }
    if flat:
        raise TableError(
            "a district is made of polygons; there are {counts} in it",
            where=where,
            mend="take them out, or name another layer",
            counts=joined([Phrase("{count} {kind}", count=n, kind=word(kind)) for kind, n in flat.items()], AND),
        )


def _require_once(frame: gpd.GeoDataFrame, where: str) -> None:
    keys = shapely.to_wkb(shapely.normalize(frame.geometry.values))
    twice = pd.Series(keys, index=frame.index).duplicated(keep=False)
    if twice.any():
        raise TableError(
            "the same polygon stands there more than once: rows {rows}",
            where=where,
            mend="delete all but one",
            rows=frame.index[twice][: 2 * _LISTED].tolist(),
        )


def _require_on_one_side(frame: gpd.GeoDataFrame, where: str) -> None:
    """Raise when the district touches a pole or reaches round the earth, where no metric CRS holds."""
    if frame.geometry.is_empty.all():
        raise TableError("the layer is empty: there is no district in it", where=where)
    west, south, east, north = round_earth(frame)
    if not np.isfinite([west, south, east, north]).all() or south < -85 or north > 85:  # noqa: PLR2004 - no UTM there
        raise TableError("the district touches a pole", where=where, mend="check its CRS")
    if east - west > 180:  # noqa: PLR2004 - half the way round
        raise TableError("the district reaches half round the earth", where=where, mend="check its CRS")


def _islands(shapes: NDArray[np.object_]) -> list[str]:
    parts = int(shapely.get_num_geometries(shapes).max())
    return [Phrase("an area has {parts} parts that do not touch", parts=parts)] if parts > 1 else []


def _name(frame: gpd.GeoDataFrame) -> str | None:
    named = next((name for name in _NAMES if name in frame.columns), None)
    return str(frame[named].iloc[0]) if named and len(frame) == 1 else None


def _indexed(frame: gpd.GeoDataFrame, ids: list[str]) -> gpd.GeoDataFrame:
    frame = frame.assign(name=frame["name"].astype(TEXT))
    frame.index = pd.Index(ids, name=DISTRICTS.index, dtype=TEXT)
    return frame
