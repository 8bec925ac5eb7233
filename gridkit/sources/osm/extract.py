"""OpenStreetMap extracts (PBF, XML, changes, Overpass answers) read into the tables of an Extract."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from gridkit import provenance
from gridkit.crs import LONLAT, named, to_metric
from gridkit.errors import GridkitWarning, TableError
from gridkit.geometry import around, polygonal
from gridkit.language.phrases import Phrase, listed, template
from gridkit.ledger import Account
from gridkit.sources.files import kind as files
from gridkit.sources.files.containers import Spec, unpacked
from gridkit.sources.osm import tags
from gridkit.sources.osm.elements import SCALE
from gridkit.sources.osm.normal_form import THROUGH_DELETED
from gridkit.sources.osm.osm_pass import Haul, area_rows, fills, haul
from gridkit.tables import FEATURE_TABLES, TEXT, Extract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gridkit.sources.osm.osm_pass import Progress, Relation, Row

    Shapes = NDArray[np.object_]

MARGIN_M = 1500.0
"""Things this far outside the district are kept: one walks out of it and in again (metres)."""

_ASK = "extract it with complete ways, or ask Overpass for (._;>;)"
MISSING_SHARE = 0.1
"""An extract more of whose ways lack nodes is warned of (dimensionless)."""

_SLACK = 1000  # 1e-4 degrees, in whole numbers of 1e-7: the box of a projected box is bent
_DTYPES: dict[str, Any] = {"number": "float64", "flag": "bool", "text": TEXT}
_DOOR_M = 0.05
_USUAL = ("ways", "relations")
_UNSAID = (*_USUAL, "nodes and relations", THROUGH_DELETED)


def read(
    path: str | Path,
    *,
    district: gpd.GeoDataFrame | None = None,
    margin_m: float = MARGIN_M,
    crs: CRS | str | None = None,
    progress: Progress | None = None,
) -> Extract:
    """Return the roads, rails, waters, walls, compounds, buildings, places and entrances of an OpenStreetMap file.

    The file is read once. Things that touch the district or lie within ``margin_m`` of it are kept whole. Junctions
    keep identical coordinates, so networks can be built from the lines. Ways and relations whose members the file
    lacks (a clipped extract) are read as far as they go; how many is in ``Extract.report``.

    Parameters
    ----------
    path
        The file.
    district
        What to keep things near; everything when None.
    margin_m
        How far outside the district things are kept, in metres.
    crs
        The metric CRS of the tables; the district's, else the UTM zone of the data, when None.
    progress
        Called now and then with a few words and the share done (None when not known).

    Raises
    ------
    SourceError
        When the file is missing, cut off, damaged or no OpenStreetMap file.
    TableError
        When it is of another place than the district.
    """
    named_file = files.find(path)
    # A zip or a folder with one extract in it stands for that.
    path = unpacked(Spec(named_file)).path if files.kind(named_file) in ("zip", "folder") else named_file
    tell = progress or (lambda _words, _share: None)
    caught = haul(path, tell)
    provenance.read_from(named_file)
    tell("OpenStreetMap: drawing", None)
    target = _crs(caught, district) if crs is None else named(crs)
    near = None if district is None else _near(district, target, margin_m)
    return _Drawing(caught, path, target, near).extract()


def _crs(caught: Haul, district: gpd.GeoDataFrame | None) -> CRS:
    """Return the district's metric CRS, else the UTM zone of the middle of what was read."""
    if district is not None:
        return CRS.from_user_input(to_metric(district).crs)
    spots = np.array(caught.nodes["places"] + caught.nodes["entrances"], dtype=float).reshape(-1, 2)
    every = np.vstack([caught.ways.points[:: max(1, len(caught.ways.points) // 10_000)] / SCALE, spots])
    middle = np.median(every, axis=0) if len(every) else np.zeros(2)
    return gpd.GeoSeries([shapely.Point(middle)], crs=LONLAT).estimate_utm_crs()


def _near(district: gpd.GeoDataFrame, crs: CRS, margin_m: float) -> BaseGeometry:
    shapes = shapely.make_valid(np.asarray(district.to_crs(crs).geometry))
    near = shapely.union_all(around(shapes, margin_m))
    if near.is_empty:
        raise TableError("the district is empty")
    shapely.prepare(near)
    return near


@dataclass
class _Areas:
    """Areas made from relations: their shapes, rows that point to these by position, and ways these took up.

    Of water that a clipped extract leaves open the shores are kept, as water lines.
    """

    shapes: list[BaseGeometry] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in FEATURE_TABLES})
    building_outlines: list[int] = field(default_factory=list)
    shores: list[tuple[Row, BaseGeometry]] = field(default_factory=list)


class _Drawing:
    """Turns what was read into geometry in metres, and keeps what lies near the district."""

    def __init__(self, caught: Haul, path: Path, crs: CRS, near: BaseGeometry | None) -> None:
        self.caught, self.ways, self.path, self.crs, self.near = caught, caught.ways, path, crs, near
        self.counts: Counter[str] = Counter(caught.counts)
        self.project = Transformer.from_crs(LONLAT, crs, always_xy=True)
        self.by_id = np.argsort(self.ways.ids, kind="stable")
        self.rough = self._rough()

    def extract(self) -> Extract:
        """Return the tables, the report with them."""
        self._require_meeting()
        assembled = self._assembled()
        tables = {name: self._lines(name, assembled) for name in tags.LINES}
        tables |= {name: self._areas(name, assembled) for name in tags.AREAS}
        tables |= {name: self._points(name, assembled) for name in ("places", "entrances")}
        tables["buildings"] = with_stairs(tables["buildings"], tables["entrances"])
        return Extract(tables, self.crs, self._report(tables), (self._account(),))

    def _require_meeting(self) -> None:
        """Raise when the file is of another place than the district."""
        if self.near is None or not len(self.ways.ids) or self.rough.any():
            return
        back = Transformer.from_crs(self.crs, LONLAT, always_xy=True)
        low, high = self.ways.points.min(axis=0) / SCALE, self.ways.points.max(axis=0) / SCALE
        raise TableError(
            "nothing in it is near the district: it lies in {bounds}, the district in {box}",
            where=self.path,
            mend="check that both are of the same place",
            bounds=", ".join(f"{value:.5g}" for value in (*low, *high)),
            box=", ".join(f"{value:.5g}" for value in back.transform_bounds(*self.near.bounds)),
        )

    # -------------------------------------------------------- geometry of ways

    def _rough(self) -> NDArray[np.bool_]:
        """Return which ways may lie near the district, by their bounds in degrees: cheap, and before projecting any."""
        if self.near is None or not len(self.ways.ids):
            return np.ones(len(self.ways.ids), dtype=bool)
        back = Transformer.from_crs(self.crs, LONLAT, always_xy=True)
        box = np.array(back.transform_bounds(*self.near.bounds)) * SCALE
        starts = self.ways.starts[:-1]
        low = np.minimum.reduceat(self.ways.points, starts, axis=0)
        high = np.maximum.reduceat(self.ways.points, starts, axis=0)
        return np.asarray((low <= box[2:] + _SLACK).all(axis=1) & (high >= box[:2] - _SLACK).all(axis=1))

    def _coordinates(self, at: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the projected coordinates of some ways, and for each coordinate which of them it belongs to."""
        lengths = self.ways.lengths[at]
        owner = np.repeat(np.arange(len(at)), lengths)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        degrees = self.ways.points[np.repeat(self.ways.starts[at], lengths) + within] / SCALE
        east, north = self.project.transform(degrees[:, 0], degrees[:, 1])
        return np.column_stack([east, north]), owner

    def _drawn(self, at: NDArray[np.int64]) -> Shapes:
        """Return ways as lines."""
        if not len(at):
            return np.zeros(0, dtype=object)
        points, owner = self._coordinates(at)
        return np.asarray(shapely.linestrings(points, indices=owner), dtype=object)

    def _rings(self, at: NDArray[np.int64]) -> Shapes:
        """Return the polygons of closed ways; what has fewer than three corners comes out empty."""
        shapes = np.full(len(at), shapely.Polygon(), dtype=object)
        enough = np.flatnonzero(self.ways.lengths[at] >= 4)  # noqa: PLR2004 - three corners, the first one twice
        self.counts["areas without an area"] += len(at) - len(enough)
        if len(enough):
            points, owner = self._coordinates(at[enough])
            shapes[enough] = shapely.polygons(shapely.linearrings(points, indices=owner))
        return self._mended(shapes)

    def _mended(self, shapes: Shapes) -> Shapes:
        invalid = ~shapely.is_valid(shapes)
        self.counts["areas mended"] += int(invalid.sum())
        shapes[invalid] = polygonal(shapely.make_valid(shapes[invalid]))
        return shapes

    # -------------------------------------------------------- tables

    def _lines(self, name: str, assembled: _Areas) -> gpd.GeoDataFrame:
        rows, at = self._rows(name)
        shapes = self._drawn(at)
        if name == "roads" and self.caught.backward:
            against = np.isin(at, self.caught.backward)
            shapes[against] = shapely.reverse(shapes[against])
        if name == "waterways" and assembled.shores:
            rows = [*rows, *(row for row, _ in assembled.shores)]
            shapes = np.concatenate([shapes, np.array([line for _, line in assembled.shores], dtype=object)])
        return self._frame(name, rows, shapes)

    def _areas(self, name: str, assembled: _Areas) -> gpd.GeoDataFrame:
        rows, at = self._rows(name)
        if name == "buildings":
            once = ~np.isin(self.ways.ids[at], assembled.building_outlines)
            self.counts["buildings drawn twice, as way and as relation"] += int((~once).sum())
            rows, at = _only(rows, once), at[once]
        more = assembled.rows[name]
        return self._frame(name, [*rows, *more], np.concatenate([self._rings(at), _shapes(more, assembled)]))

    def _points(self, name: str, assembled: _Areas) -> gpd.GeoDataFrame:
        """Return nodes as they are, and areas as a point on them."""
        nodes = [row for row in self.caught.rows[name] if row[0] == "n"]
        lonlat = np.array(self.caught.nodes[name], dtype=float).reshape(-1, 2)
        spots = np.asarray(gpd.points_from_xy(*self.project.transform(lonlat[:, 0], lonlat[:, 1])), dtype=object)
        ways, at = self._rows(name)
        more = assembled.rows[name]
        areas = np.concatenate([self._rings(at), _shapes(more, assembled)])
        return self._frame(name, [*nodes, *ways, *more], np.concatenate([spots, shapely.point_on_surface(areas)]))

    def _rows(self, name: str) -> tuple[list[Row], NDArray[np.int64]]:
        """Return the rows of ways that may lie near the district, and the ways' positions."""
        rows = [row for row in self.caught.rows[name] if row[0] == "w"]
        at = np.array([row[2] for row in rows], dtype=np.int64)
        near = self.rough[at]
        return _only(rows, near), at[near]

    def _frame(self, name: str, rows: Sequence[Row], shapes: Shapes) -> gpd.GeoDataFrame:
        kept = ~shapely.is_empty(shapes)
        if self.near is not None:
            kept &= shapely.intersects(self.near, shapes)
        rows, contract = _only(rows, kept), FEATURE_TABLES[name].columns
        values = {
            column: pd.Series([row[3 + at] for row in rows], dtype=_DTYPES[contract[column].kind])
            for at, column in enumerate(("kind", *tags.COLUMNS[name]))
        }
        frame = gpd.GeoDataFrame(values, geometry=gpd.GeoSeries(shapes[kept], crs=self.crs), crs=self.crs)
        return frame.set_index(pd.Index([f"{row[0]}{row[1]}" for row in rows], name="feature_id", dtype=TEXT))

    # -------------------------------------------------------- relations

    def _assembled(self) -> _Areas:
        """Put every area relation together from the rings its members close: outer ones less inner ones."""
        areas = _Areas()
        for relation in self.caught.relations:
            outer, inner = self._members(relation)
            if not self.rough[np.concatenate([outer, inner])].any():
                continue
            shape = self._closed(outer)
            if shape.is_empty:
                self.counts["relations that close no ring"] += 1
                if len(outer) and tags.water(relation.tags) is not None:
                    areas.shores.append(self._shore(relation, outer))
                continue
            if len(inner):
                shape = shapely.difference(shape, self._closed(inner))
            if tags.building(relation.tags) is not None:
                areas.building_outlines += self.ways.ids[outer].tolist()
            for table, row in area_rows("r", relation.osm_id, len(areas.shapes), relation.tags):
                areas.rows[table].append(row)
            areas.shapes.append(polygonal(np.array([shape], dtype=object))[0])
        return areas

    def _shore(self, relation: Relation, outer: NDArray[np.int64]) -> tuple[Row, BaseGeometry]:
        """Return the row and the lines of water whose ring stays open."""
        kind = tags.water(relation.tags)
        line = shapely.line_merge(shapely.MultiLineString(self._drawn(outer).tolist()))
        row = ("r", relation.osm_id, -1, "canal" if kind == "canal" else "river", *fills("waterways", relation.tags))
        self.counts["shores of open water kept as lines"] += 1
        return row, line

    def _members(self, relation: Relation) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the positions of the outer and the inner ways that the file has; count those it lacks."""
        at = self._positions([ref for ref, _ in relation.members])
        missing = int((at < 0).sum())
        self.counts["relations"] += 1
        self.counts["relation members missing"] += missing
        self.counts["relations with members missing"] += missing > 0
        inner = np.array([role == "inner" for _, role in relation.members], dtype=bool)
        return at[(at >= 0) & ~inner], at[(at >= 0) & inner]

    def _positions(self, refs: list[int]) -> NDArray[np.int64]:
        """Return where ways stand, -1 for those the file lacks."""
        wanted = np.array(refs, dtype=np.int64)
        if not len(self.ways.ids):
            return np.full(len(wanted), -1)
        spot = np.minimum(np.searchsorted(self.ways.ids, wanted, sorter=self.by_id), len(self.ways.ids) - 1)
        at = self.by_id[spot]
        return np.where(self.ways.ids[at] == wanted, at, -1)

    def _closed(self, at: NDArray[np.int64]) -> BaseGeometry:
        """Return the area that ways close between them; what stays open is left out."""
        area: Any = shapely.build_area(shapely.MultiLineString(self._drawn(at).tolist()))
        mended: BaseGeometry = area if area.is_valid else shapely.make_valid(area)
        return mended

    def _report(self, tables: dict[str, gpd.GeoDataFrame]) -> dict[str, object]:
        for warning in self._doubts():
            warnings.warn(warning, stacklevel=4)
        usual = {name: self.counts[name] for name in _USUAL}
        odd = {name: count for name, count in sorted(self.counts.items()) if count and name not in _UNSAID}
        by = _writer(self.path)
        wrote = {"generator": by} if by else {}
        return {
            "file": self.path.name,
            **wrote,
            **usual,
            "kept": {name: len(table) for name, table in tables.items()},
            **odd,
        }

    def _doubts(self) -> list[GridkitWarning]:
        """Return what speaks against the file being whole."""
        ways, broken = self.counts["ways"], self.counts["ways without some nodes"]
        found: list[GridkitWarning] = []
        if not ways:
            what = "there is no way in it: it was asked for places alone, or is cut off before its ways"
            found.append(GridkitWarning(what, where=self.path, mend=_ASK))
        if through := self.counts[THROUGH_DELETED]:
            what = template(
                "{through:,} of {ways:,} ways has nodes that are marked as deleted, and is drawn without them",
                "{through:,} of {ways:,} ways have nodes that are marked as deleted, and are drawn without them",
            )
            mend = "get it again in one piece: it holds what stood there on different days"
            found.append(GridkitWarning(what, where=self.path, mend=mend, through=through, ways=ways))
        elif broken > MISSING_SHARE * ways:
            what = template(
                "{broken:,} of {ways:,} ways lacks nodes, which stand nowhere in the file: it was clipped without them",
                "{broken:,} of {ways:,} ways lack nodes, which stand nowhere in the file: it was clipped without them",
            )
            found.append(GridkitWarning(what, where=self.path, mend=_ASK, broken=broken, ways=ways))
        if self.caught.cut:
            what = "its last block is full, or it has areas and no relation: it may be cut off at the end of a block"
            found.append(GridkitWarning(what, where=self.path, mend="compare its size, or get it again"))
        return found

    def _account(self) -> Account:
        """Return what became of the elements: of the ways, and of all where the file had to be put in order."""
        counts = self.counts
        lost = {
            "shapeless": counts["ways without nodes"] + counts["nodes without coordinates"],
            "superseded": counts["older versions"] + counts["doubled"],
            "deleted": counts["deleted"],
        }
        used = counts["ways"] + counts["nodes and relations"] - lost["shapeless"]
        doubled, new = counts["doubled"], counts["new, drawn in an editor"]
        notes = [Phrase("{count:,} stood twice", count=doubled)] if doubled else []
        drawn = template(
            "{count:,} was drawn in an editor and never uploaded",
            "{count:,} were drawn in an editor and never uploaded",
        )
        notes += [Phrase(drawn, count=new)] if new else []
        unknown = self.caught.unknown_roads
        if unknown:
            what = Phrase(
                "{count:,} way of a highway class in no list is no road here: {kinds}", "",
                "{count:,} ways of highway classes in no list are no roads here: {kinds}",
                count=unknown.total(), kinds=listed(sorted(unknown)),
            )  # fmt: skip
            notes.append(what)
        return Account(self.path.name, "osm", "rows", used + sum(lost.values()), used, lost, tuple(notes))


def with_stairs(buildings: gpd.GeoDataFrame, entrances: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the buildings with the number of stair units: entrances of a kind that leads to flats on their outline."""
    doors = entrances[entrances["kind"].isin(sorted(tags.STAIRS))]
    stairs = np.full(len(buildings), np.nan)
    if len(doors) and len(buildings):
        tree = shapely.STRtree(np.asarray(buildings.geometry))
        _, walls = tree.query(np.asarray(doors.geometry), predicate="dwithin", distance=_DOOR_M)
        at, count = np.unique(walls, return_counts=True)
        stairs[at] = count
    return buildings.assign(stairs=stairs)


def _only(rows: Sequence[Row], which: NDArray[np.bool_]) -> list[Row]:
    return [row for row, kept in zip(rows, which.tolist(), strict=True) if kept]


def _shapes(rows: Sequence[Row], assembled: _Areas) -> Shapes:
    shapes = np.full(len(rows), None, dtype=object)
    shapes[:] = [assembled.shapes[row[2]] for row in rows]
    return shapes


def _writer(path: Path) -> str:
    """Return the program that wrote a file, where its header says so."""
    try:
        with osmium.io.Reader(str(path)) as opened:
            return str(opened.header().get("generator"))
    except (RuntimeError, OSError):
        return ""  # a form that osmium does not open, and that was read all the same
