"""OpenStreetMap extracts (.osm.pbf, .osm, .osm.gz, .osm.bz2) read in one pass into the tables of an Extract."""

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

from gridkit.crs import LONLAT, to_metric
from gridkit.errors import GridkitWarning, SourceError, TableError
from gridkit.geometry import polygonal
from gridkit.sources import files, tags
from gridkit.tables import FEATURE_TABLES, Extract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Progress = Callable[[str, float | None], None]

BATCH = 50_000
MARGIN_M = 1500.0
"""Things this far outside the district are kept: one walks out of it and in again (metres)."""

MISSING_SHARE = 0.1
_SCALE = 1e7  # OpenStreetMap keeps degrees as whole numbers of 1e-7
_AREA_RELATIONS = ("multipolygon", "boundary")


@dataclass
class _Ways:
    """The geometry of every way, in the order read: what tables and relations point into by position."""

    ids: list[int] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    lengths: list[NDArray[np.int64]] = field(default_factory=list)
    points: list[NDArray[np.int32]] = field(default_factory=list)

    def add(self, way_id: int, wkb: str) -> int:
        """Take in one line as hexadecimal WKB and return its position."""
        self.ids.append(way_id)
        self.pending.append(wkb)
        if len(self.pending) >= BATCH:
            self.settle()
        return len(self.ids) - 1

    def settle(self) -> None:
        """Turn the pending WKB into whole numbers of 1e-7 degrees, a sixth of its size."""
        if not self.pending:
            return
        lines = shapely.from_wkb(self.pending)
        self.lengths.append(shapely.get_num_points(lines).astype(np.int64))
        self.points.append(np.rint(shapely.get_coordinates(lines) * _SCALE).astype(np.int32))
        self.pending = []


@dataclass
class _Haul:
    """What one pass over a file brought in."""

    ways: _Ways = field(default_factory=_Ways)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in FEATURE_TABLES})
    nodes: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {"places": [], "entrances": []})
    relations: list[tuple[int, dict[str, str], list[tuple[int, str]]]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def read(
    path: str | Path,
    *,
    district: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
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
    """
    path = files.find(path)
    _require_osm(path)
    haul = _haul(path, progress or (lambda _words, _share: None))
    if progress:
        progress("OpenStreetMap: drawing", None)
    return _Drawing(haul, path).extract(district, margin_m, CRS.from_user_input(crs) if crs is not None else None)


def _require_osm(path: Path) -> None:
    kind = files.kind(path)
    named = any(part in path.name.lower() for part in (".osm", ".pbf", ".o5m"))
    if kind in ("osm", "pbf") or (named and kind in ("gzip", "bzip2", "unknown")):
        return
    raise SourceError("is no OpenStreetMap extract", where=path, mend="give a .osm.pbf, .osm, .osm.gz or .osm.bz2")


# ---------------------------------------------------------------- the pass over the file


def _haul(path: Path, progress: Progress) -> _Haul:
    haul = _Haul()
    lines = osmium.geom.WKBFactory()
    try:
        for thing in _things(path):
            if thing.is_way():
                _take_way(haul, thing, lines)
                if haul.counts["ways"] % BATCH == 0:
                    progress(f"OpenStreetMap: {haul.counts['ways']:,} ways", None)
            elif thing.is_node():
                _take_node(haul, thing)
            else:
                _take_relation(haul, thing)
    except RuntimeError as error:
        raise SourceError(
            "is cut off or damaged: {error}", where=path, mend="get it again", error=str(error).split("\n")[0]
        ) from None
    haul.ways.settle()
    return haul


def _things(path: Path) -> Iterator[Any]:
    """Yield tagged nodes that may be a place or a way in, all ways with their coordinates, and area relations."""
    everything = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    processor = osmium.FileProcessor(str(path), everything).with_locations()
    return iter(
        processor.with_filter(osmium.filter.KeyFilter(*tags.NODE_KEYS).enable_for(osmium.osm.NODE)).with_filter(
            osmium.filter.TagFilter(*(("type", kind) for kind in _AREA_RELATIONS)).enable_for(osmium.osm.RELATION)
        )
    )


def _take_way(haul: _Haul, way: Any, lines: Any) -> None:  # noqa: ANN401 - pyosmium's objects live for one step
    haul.counts["ways"] += 1
    said = dict(way.tags)
    closed = way.is_closed()
    try:
        wkb = lines.create_linestring(way)
    except (osmium.InvalidLocationError, RuntimeError):
        run = _longest_run(way)
        haul.counts["ways without some nodes"] += 1
        if len(run) < 2:  # noqa: PLR2004 - a line has two ends
            haul.counts["ways without nodes"] += 1
            return
        wkb, closed = shapely.to_wkb(shapely.LineString(run), hex=True), False
    at = haul.ways.add(way.id, wkb)
    if not said:
        return
    for table, kind_of in tags.LINES.items():
        kind = kind_of(said)
        if kind is not None:
            haul.rows[table].append(_row(table, "w", way.id, at, kind, said))
            if table == "roads" and tags.backward(said):
                haul.rows.setdefault("backward", []).append((at,))
    if closed and said.get("area") != "no":
        _take_area(haul, "w", way.id, at, said)


def _take_area(haul: _Haul, letter: str, osm_id: int, at: int, said: dict[str, str]) -> None:
    for table, kind_of in tags.AREAS.items():
        kind = kind_of(said)
        if kind is not None:
            haul.rows[table].append(_row(table, letter, osm_id, at, kind, said))
    kind = tags.place(said)
    if kind is not None:
        haul.rows["places"].append(_row("places", letter, osm_id, at, kind, said))


def _take_node(haul: _Haul, node: Any) -> None:  # noqa: ANN401
    if not node.location.valid():
        haul.counts["nodes without coordinates"] += 1
        return
    said = dict(node.tags)
    for table, kind_of in (("places", tags.place), ("entrances", tags.entrance)):
        kind = kind_of(said)
        if kind is not None:
            at = len(haul.nodes[table])
            haul.nodes[table].append((node.location.lon, node.location.lat))
            haul.rows[table].append(_row(table, "n", node.id, at, kind, said))


def _take_relation(haul: _Haul, relation: Any) -> None:  # noqa: ANN401
    said = dict(relation.tags)
    if any(kind_of(said) is not None for kind_of in tags.AREAS.values()) or tags.place(said) is not None:
        members = [(member.ref, member.role) for member in relation.members if member.type == "w"]
        haul.relations.append((relation.id, said, members))


def _row(table: str, letter: str, osm_id: int, at: int, kind: str, said: dict[str, str]) -> tuple[Any, ...]:
    return (letter, osm_id, at, kind, *(fill(said) for fill in tags.COLUMNS[table].values()))


def _longest_run(way: Any) -> list[tuple[float, float]]:  # noqa: ANN401
    """Return the longest stretch of a way whose nodes the file holds: never a line across a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            at = (node.location.lon, node.location.lat)
            if not runs[-1] or runs[-1][-1] != at:
                runs[-1].append(at)
        elif runs[-1]:
            runs.append([])
    return max(runs, key=len)


# ---------------------------------------------------------------- from rows to tables


class _Drawing:
    """Turns what was read into geometry in metres, and keeps what lies near the district."""

    def __init__(self, haul: _Haul, path: Path) -> None:
        self.haul, self.path = haul, path
        self.counts: Counter[str] = Counter(haul.counts)
        self.way_ids = np.array(haul.ways.ids, dtype=np.int64)
        lengths = np.concatenate([*haul.ways.lengths, np.zeros(0, np.int64)])
        self.starts = np.concatenate([[0], np.cumsum(lengths)])
        points = np.concatenate([*haul.ways.points, np.zeros((0, 2), np.int32)])
        haul.ways.points, haul.ways.lengths = [], []
        self.lonlat = points
        self.by_id = np.argsort(self.way_ids, kind="stable")

    def extract(self, district: gpd.GeoDataFrame | gpd.GeoSeries | None, margin_m: float, crs: CRS | None) -> Extract:
        """Return the tables, the report with them."""
        self.crs = crs or self._crs(district)
        self.project = Transformer.from_crs(LONLAT, self.crs, always_xy=True)
        self.near = self._near(district, margin_m)
        tables = {name: self._lines(name) for name in tags.LINES}
        relations = self._relations()
        tables |= {name: self._areas(name, relations) for name in tags.AREAS}
        tables["places"] = self._points("places", relations)
        tables["entrances"] = self._points("entrances", relations)
        tables["buildings"] = _with_stairs(tables["buildings"], tables["entrances"])
        return Extract(tables, self.crs, self._report(tables))

    # -------------------------------------------------------- where

    def _crs(self, district: gpd.GeoDataFrame | gpd.GeoSeries | None) -> CRS:
        if district is not None:
            return to_metric(district).crs
        places = np.array(self.haul.nodes["places"] or [(np.nan, np.nan)])
        if not len(self.lonlat) and np.isnan(places).all():
            return CRS.from_epsg(32631)
        ends = np.vstack([self.lonlat.min(axis=0), self.lonlat.max(axis=0)]) / _SCALE if len(self.lonlat) else places
        middle = gpd.GeoSeries([shapely.Point(np.nanmean(ends, axis=0))], crs=LONLAT)
        return middle.estimate_utm_crs()

    def _near(self, district: gpd.GeoDataFrame | gpd.GeoSeries | None, margin_m: float) -> shapely.Geometry | None:
        if district is None:
            return None
        shapes = district.to_crs(self.crs).geometry.values
        near = shapely.union_all(shapely.buffer(shapely.make_valid(shapes), margin_m, quad_segs=4))
        if near.is_empty:
            raise TableError("the district is empty")
        shapely.prepare(near)
        return near

    def _kept(self, shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
        if self.near is None:
            return ~shapely.is_empty(shapes)
        return np.asarray(shapely.intersects(self.near, shapes))

    # -------------------------------------------------------- geometry of ways

    def _coordinates(self, at: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the projected coordinates of some ways, and for each coordinate which of them it belongs to."""
        lengths = self.starts[at + 1] - self.starts[at]
        owner = np.repeat(np.arange(len(at)), lengths)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        raw = self.lonlat[np.repeat(self.starts[at], lengths) + within]
        east, north = self.project.transform(raw[:, 0] / _SCALE, raw[:, 1] / _SCALE)
        return np.column_stack([east, north]), owner

    def _rough(self, at: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which ways may lie near the district, by their bounds in degrees: cheap, and before projecting any."""
        if self.near is None or not len(at):
            return np.ones(len(at), dtype=bool)
        box = np.array(self.project.transform_bounds(*self.near.bounds, direction="INVERSE")) * _SCALE
        if not hasattr(self, "_bounds"):
            starts = self.starts[:-1]
            self._bounds = np.hstack(
                [np.minimum.reduceat(self.lonlat, starts, axis=0), np.maximum.reduceat(self.lonlat, starts, axis=0)]
            )
        low, high = self._bounds[at, :2], self._bounds[at, 2:]
        slack = 1000  # 1e-4 degrees: the box of a projected box is bent
        return np.asarray((low <= box[2:] + slack).all(axis=1) & (high >= box[:2] - slack).all(axis=1))

    def _lines(self, name: str) -> gpd.GeoDataFrame:
        rows, at = self._rows(name)
        rough = self._rough(at)
        at, rows = at[rough], [row for row, near in zip(rows, rough, strict=True) if near]
        shapes = np.zeros(0, dtype=object)
        if len(at):
            points, owner = self._coordinates(at)
            shapes = np.atleast_1d(shapely.linestrings(points, indices=owner))
        backward = np.isin(at, [row[0] for row in self.haul.rows.get("backward", [])]) & (name == "roads")
        shapes[backward] = shapely.reverse(shapes[backward])
        return self._frame(name, rows, shapes)

    def _areas(self, name: str, relations: _Relations) -> gpd.GeoDataFrame:
        rows, at = self._rows(name)
        if name == "buildings":
            doubled = np.isin(self.way_ids[at], relations.building_outers)
            self.counts["buildings drawn twice, as way and as relation"] += int(doubled.sum())
            at, rows = at[~doubled], [row for row, twice in zip(rows, doubled, strict=True) if not twice]
        rough = self._rough(at)
        at, rows = at[rough], [row for row, near in zip(rows, rough, strict=True) if near]
        shapes = self._rings(at)
        more = relations.rows[name]
        shapes = np.concatenate([shapes, np.array([relations.shapes[row[2]] for row in more], dtype=object)])
        return self._frame(name, [*rows, *more], self._mended(shapes))

    def _rings(self, at: NDArray[np.int64]) -> NDArray[np.object_]:
        """Return the polygons of closed ways; what has fewer than four corners comes out empty."""
        shapes = np.full(len(at), shapely.Polygon(), dtype=object)
        enough = np.flatnonzero(self.starts[at + 1] - self.starts[at] >= 4)  # noqa: PLR2004 - a ring
        self.counts["areas without an area"] += len(at) - len(enough)
        if len(enough):
            points, owner = self._coordinates(at[enough])
            shapes[enough] = shapely.polygons(shapely.linearrings(points, indices=owner))
        return shapes

    def _mended(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        invalid = ~shapely.is_valid(shapes)
        if invalid.any():
            self.counts["areas mended"] += int(invalid.sum())
            shapes = shapes.copy()
            shapes[invalid] = polygonal(shapely.make_valid(shapes[invalid]))
        return shapes

    def _points(self, name: str, relations: _Relations) -> gpd.GeoDataFrame:
        rows = self.haul.rows[name]
        nodes = [row for row in rows if row[0] == "n"]
        lonlat = np.array(self.haul.nodes[name], dtype=float).reshape(-1, 2)
        shapes = shapely.points(*self.project.transform(lonlat[:, 0], lonlat[:, 1])) if nodes else np.zeros(0, object)
        ways = [row for row in rows if row[0] == "w"]
        at = np.array([row[2] for row in ways], dtype=np.int64)
        rough = self._rough(at)
        ways = [row for row, near in zip(ways, rough, strict=True) if near]
        inside = shapely.point_on_surface(self._mended(self._rings(at[rough])))
        more = relations.rows[name]
        drawn = np.array([relations.shapes[row[2]] for row in more], dtype=object)
        every = np.concatenate([np.atleast_1d(shapes), inside, shapely.point_on_surface(drawn)])
        return self._frame(name, [*nodes, *ways, *more], every)

    def _rows(self, name: str) -> tuple[list[tuple[Any, ...]], NDArray[np.int64]]:
        rows = self.haul.rows[name]
        return rows, np.array([row[2] for row in rows], dtype=np.int64)

    def _frame(self, name: str, rows: list[tuple[Any, ...]], shapes: NDArray[np.object_]) -> gpd.GeoDataFrame:
        kept = self._kept(shapes) & ~shapely.is_empty(shapes)
        rows, shapes = [row for row, keep in zip(rows, kept, strict=True) if keep], shapes[kept]
        columns = ("kind", *tags.COLUMNS[name])
        contract = FEATURE_TABLES[name].columns
        values = {
            column: pd.Series([row[3 + i] for row in rows], dtype=_DTYPES[contract[column].kind])
            for i, column in enumerate(columns)
        }
        index = pd.Index([f"{row[0]}{row[1]}" for row in rows], name="feature_id", dtype="str")
        frame = gpd.GeoDataFrame(values, geometry=gpd.GeoSeries(shapes, crs=self.crs), crs=self.crs)
        return frame.set_index(index)

    # -------------------------------------------------------- relations

    def _relations(self) -> _Relations:
        """Assemble every area relation from the rings its members close: outer ones less inner ones."""
        found = _Relations()
        for osm_id, said, members in self.haul.relations:
            self.counts["relations"] += 1
            places = self._positions([ref for ref, _ in members])
            missing = int((places < 0).sum())
            self.counts["relation members missing"] += missing
            self.counts["relations with members missing"] += missing > 0
            roles = np.array([role for _, role in members])
            inner = roles == "inner"
            outer_at, inner_at = places[(places >= 0) & ~inner], places[(places >= 0) & inner]
            if not self._rough(np.concatenate([outer_at, inner_at])).any():
                continue
            shape = self._built(outer_at)
            if shape.is_empty:
                self.counts["relations that close no ring"] += 1
                continue
            if len(inner_at):
                shape = shapely.difference(shape, self._built(inner_at))
            if tags.building(said) is not None:
                found.building_outers += self.way_ids[outer_at].tolist()
            haul = _Haul()
            _take_area(haul, "r", osm_id, len(found.shapes), said)
            for table, rows in haul.rows.items():
                found.rows[table] += rows
            found.shapes.append(polygonal(np.array([shape], dtype=object))[0])
        return found

    def _positions(self, refs: list[int]) -> NDArray[np.int64]:
        """Return where ways stand, -1 for those the file lacks."""
        wanted = np.array(refs, dtype=np.int64)
        if not len(self.way_ids):
            return np.full(len(wanted), -1)
        spot = np.minimum(np.searchsorted(self.way_ids, wanted, sorter=self.by_id), len(self.way_ids) - 1)
        at = self.by_id[spot]
        return np.where(self.way_ids[at] == wanted, at, -1)

    def _built(self, at: NDArray[np.int64]) -> shapely.Geometry:
        """Return the area that lines close between them; what stays open is left out."""
        if not len(at):
            return shapely.Polygon()
        points, owner = self._coordinates(at)
        lines = shapely.linestrings(points, indices=owner)
        area = shapely.build_area(shapely.multilinestrings(lines))
        return area if area.is_valid else shapely.make_valid(area)

    def _report(self, tables: dict[str, gpd.GeoDataFrame]) -> dict[str, object]:
        counts = {name: len(table) for name, table in tables.items()}
        oddities = {
            name: count for name, count in sorted(self.counts.items()) if count and name not in ("ways", "relations")
        }
        ways = self.counts["ways"]
        broken = self.counts["ways without some nodes"]
        if not ways or broken > MISSING_SHARE * ways:
            warnings.warn(
                f"{self.path}: {broken:,} of {ways:,} ways lack nodes: the extract is cut off, or clipped without them",
                GridkitWarning,
                stacklevel=3,
            )
        return {"file": self.path.name, "ways": ways, "relations": self.counts["relations"], "kept": counts, **oddities}


@dataclass
class _Relations:
    """Areas made from relations: their shapes, and rows that point to these by position."""

    shapes: list[shapely.Geometry] = field(default_factory=list)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in FEATURE_TABLES})
    building_outers: list[int] = field(default_factory=list)


_DTYPES: dict[str, str] = {"number": "float64", "flag": "bool", "text": "str"}


def _with_stairs(buildings: gpd.GeoDataFrame, entrances: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the buildings with the number of stair units: entrances of a kind that leads to flats on their outline."""
    doors = entrances[entrances["kind"].isin(sorted(tags.STAIRS))]
    stairs = np.full(len(buildings), np.nan)
    if len(doors) and len(buildings):
        _, walls = (
            shapely.STRtree(buildings.geometry.values).query(doors.geometry.values, "dwithin", 0.05).reshape(2, -1)
        )
        at, count = np.unique(walls, return_counts=True)
        stairs[at] = count
    return buildings.assign(stairs=stairs)
