"""Units cut until none holds more people than a grid may: by lanes, building cells, stair units, areas and chords.

Units of two bodies that hang together by less than the width of a way are cut through their waist. Each step takes only
what the step before left too large. The pieces of a unit keep its people to the last one, and their borders keep the
coverage whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.adjacency import WAY_M
from gridkit.crs import require_metric
from gridkit.graph import components
from gridkit.tables import TEXT
from gridkit.tessellation import mosaic
from gridkit.tessellation.barriers import CODE, contours, lines
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.people.dwellings import dwellings, floor_area
from gridkit.tessellation.shapes import blocks, chords, cuts, slivers, waists
from gridkit.tessellation.shapes.faces import enclosed_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridkit.tables import Extract
    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

    Count = Callable[[gpd.GeoDataFrame], pd.DataFrame]

LEAST_PIECE_M2 = 500.0
"""A piece of a divided unit below this is joined to the next; stair units are what they are. Square metres."""
ROOM_M2 = {"people": 5.0, "households": 13.0}
"""A tower may hold all of a piece when it has this much floor for each. Square metres."""
WHOLE = 0.9
"""An area of a count lies in a piece when this share of it does. Dimensionless."""
WAYS = ("lane", "cell", "stairs", "count", "led", "area", "waist")
"""How pieces come about, the surest first."""
STRAIGHT = 1.65
"""For each share of the largest grid that the smallest is smaller, so much larger a share of it is left uncut."""
MANY = 10
"""Grids of a parent from which on blocks may be left so large, ..."""
FEW = 0.15
"""... as long as all that is so large there holds no more than this share of its people: with 15 % in São Paulo two of
323 grids left the range of size, with 18 % in Vologda, towers most of them, six of 178."""
ROUNDS = 4
"""So often is a piece that is still too large cut again by area."""


@dataclass(frozen=True)
class CutPieces:
    """The pieces that large units are in at some step.

    Attributes
    ----------
    shapes
        Polygons.
    unit
        The row of the unit that each comes from.
    people
        The measure of each.
    way
        How each came about: ``lane``, ``cell``, ``stairs``, ``count``, ``led``, ``area``, ``waist``, or
        empty when it is the unit itself.
    """

    shapes: Polygons
    unit: Indices
    people: Floats
    way: NDArray[np.object_]


@dataclass(frozen=True)
class Limit:
    """The most of a measure (a column of the units, or ``area_m2``) that a grid may hold, and the least if known."""

    most: float
    measure: str = "people"
    least: float | None = None

    def straight(self, rules: Rules) -> float:
        """Return how much ground where nothing is to be seen may hold before it is cut by straight lines.

        Whole blocks are what people know, and large ones fit beside small ones where grids need not be of one size.
        """
        width = 0.0 if self.least is None else 1 - self.least / self.most
        return min(rules.fill + STRAIGHT * width, max(rules.straight, rules.fill)) * self.most


def divide(
    units: gpd.GeoDataFrame,
    limit: Limit | float,
    extract: Extract,
    count: Count | None = None,
    rules: Rules | None = None,
    areas: Polygons | None = None,
) -> tuple[gpd.GeoDataFrame, dict[str, object]]:
    """Return the units with each one above a limit cut into smaller ones, and a report of how.

    Parameters
    ----------
    units
        Units with the measure of the limit in a metric CRS, a coverage.
    limit
        The most that a grid may hold (of people, where it is a bare number), usually the maximum of the band. A
        compound (``group``) whose units hold no more together stays whole; a larger one stops being a group. Units
        outside compounds are cut from ``rules.fill`` of the limit on, because pieces nearly as large as a grid cannot
        be put together evenly; straight lines wait for more where the limit has a least (``rules.straight``).
    extract
        Its lanes, paths, walls and buildings are where units are cut.
    count
        Counts the measures in any polygons: ``people.allocate`` with its source filled in. What it does not count lies
        as the residential floor area does, else as the ground does. Either way the pieces of a unit sum to the unit.
    rules
        See :class:`~gridkit.tessellation.cut_rules.Rules`.
    areas
        The polygons that the measure was counted in, if any.

    Returns
    -------
    units, report
        The pieces have the id of their unit and a count (``x-12.1``, ``x-12.2`` west to east), and the column ``way``:
        ``lane`` (along lanes, paths, walls and the edges of land use), ``cell`` (rows of buildings), ``stairs``,
        ``count`` (along the areas that people were counted in, where the map shows nothing), ``led`` (mostly along ways
        that end inside, led on to the outline), ``area`` (straight cuts, where the map shows nothing to cut along: from
        the mouth of a street or through a narrow place where there is one) or ``waist`` (through the narrowest place of
        a unit that falls apart when drawn in by half the width of a way). The report names how many units were cut in
        which way, those still above the limit, the groups given up, and the ``shares`` of towers: parts of one building
        by stair unit, which share its footprint.
    """
    rules = rules or Rules()
    require_metric(units, where="units")
    limit = limit if isinstance(limit, Limit) else Limit(limit)
    fine = rules.fill * limit.most
    units, given_up = _without_large_groups(units, limit)
    # A compound that a grid can hold is kept whole even above the fine limit: officials count it as one.
    whole = units["group"].notna() if "group" in units.columns else pd.Series(data=False, index=units.index)
    held = units[limit.measure].to_numpy(dtype=float)
    large = np.flatnonzero(((held > fine) | _waisted(units)) & ~whole.to_numpy())
    if not len(large):
        return units, _report(units, None, limit, given_up)
    areas = np.zeros(0, dtype=object) if areas is None else areas
    job = _Job(units, extract, rules, limit, fine, count or _by_room(extract), areas)
    pieces = CutPieces(units.geometry.to_numpy()[large], large, held[large], np.full(len(large), "", dtype=object))
    # From what people see on the ground to what nobody sees: a step is given only what the ones before left too large.
    for step in (_by_lanes, _by_cells, _by_stairs, _by_areas, _by_chords, _by_waist):
        pieces = step(pieces, job)
    out = _put_back(pieces, job)
    return out, _report(out, pieces, limit, given_up)


def _without_large_groups(units: gpd.GeoDataFrame, limit: Limit) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the units without the groups that no grid could hold, and their names."""
    if "group" not in units.columns or units["group"].isna().all():
        return units, []
    held = units.groupby("group")[limit.measure].sum()
    given_up = sorted(held.index[held > limit.most].astype(TEXT))
    return units.assign(group=units["group"].where(~units["group"].isin(given_up), None)), given_up


@dataclass(frozen=True)
class _Job:
    """What every step needs to know."""

    units: gpd.GeoDataFrame
    extract: Extract
    rules: Rules
    limit: Limit
    fine: float
    count: Count
    areas: Polygons

    @property
    def grain(self) -> float:
        """Return up to how many people cells and strips are put together."""
        return self.fine / 2

    def weights(self, shapes: Polygons, unit: Indices) -> Floats:
        """Return how much of the measure is counted in parts of units."""
        return self.counted(shapes, unit, self.limit.measure)[self.limit.measure].to_numpy(dtype=float)

    def counted(self, shapes: Polygons, unit: Indices, *wanted: str) -> pd.DataFrame:
        """Return what is counted in parts of units; what is ``wanted`` and not counted lies as people do."""
        names = pd.Index([f"{row}.{i}" for i, row in enumerate(unit)], name="unit_id")
        parent = self.units["parent"].to_numpy()[unit]
        frame = gpd.GeoDataFrame({"parent": parent, "kind": "cell"}, geometry=shapes, index=names, crs=self.units.crs)
        counts = self.count(frame).assign(area_m2=shapely.area(shapes))
        return counts.assign(**{name: counts["people"] for name in wanted if name not in counts})

    def bare(self, pieces: CutPieces) -> Indices:
        """Return the rows of pieces that are still too large though all has been cut that stands on them.

        One with buildings is cut only when no grid could hold it.
        """
        # A cut through buildings is the last resort, so it waits for what no grid could hold; empty ground does not.
        most = np.where(self.buildings_in(pieces.shapes) > 0, self.limit.most, self.fine)
        return np.flatnonzero((pieces.people > most) & (shapely.area(pieces.shapes) > 2 * LEAST_PIECE_M2))

    def left(self, pieces: CutPieces, bare: Indices) -> Indices:
        """Return those of some bare pieces that no straight line should cut: blocks as people know them.

        Large ones find their place beside small ones, so they must be few in a parent of many grids: these, and all
        that stays as large for other reasons (a compound, a tower).
        """
        some = bare[pieces.people[bare] <= self.limit.straight(self.rules)]
        parent = np.unique(self.units["parent"].astype(TEXT), return_inverse=True)[1]
        people = self.units[self.limit.measure].to_numpy(dtype=float)
        held = np.bincount(parent, people)
        stays = self.drawn_together > self.fine
        stays[pieces.unit] = False
        cut = np.isin(np.arange(len(pieces.people)), np.setdiff1d(bare, some))
        heavy = ~cut & (pieces.people > self.fine)
        of = parent[np.r_[np.flatnonzero(stays), pieces.unit[heavy]]]
        large = np.bincount(of, np.r_[people[stays], pieces.people[heavy]], len(held))
        room = (held >= MANY * self.limit.most) & (large <= FEW * held)
        return np.asarray(some[room[parent[pieces.unit[some]]]])

    @property
    def drawn_together(self) -> Floats:
        """What each unit holds, with all of its compound where it is in one."""
        own = self.units[self.limit.measure].astype(float)
        if "group" not in self.units:
            return own.to_numpy(copy=True)
        together = own.groupby(self.units["group"]).transform("sum")
        return np.asarray(together.fillna(own).to_numpy())

    @cached_property
    def inner(self) -> gpd.GeoDataFrame:
        """The lines from paths up."""
        every = lines(self.extract)
        return every[every["feature"].map(CODE) >= CODE["path"]]

    @cached_property
    def seen(self) -> chords.Seen:
        """What chords keep to, and what they keep out of."""
        ways = np.concatenate([self.inner.geometry.to_numpy(), contours(self.extract)])
        shut = [np.asarray(self.extract.table(name).geometry, dtype=object) for name in ("water", "buildings")]
        return chords.Seen(ways, chords.mouths(self.units.geometry.to_numpy()), np.concatenate(shut))

    def seen_in(self, shape: shapely.Polygon) -> chords.Seen:
        """Return what of it lies in a shape."""
        ways = self.seen.ways[shapely.STRtree(self.seen.ways).query(shape)]
        # A stream along the outline was shared out to its banks: what leads to it ends in its middle.
        shut = self.seen.shut[shapely.STRtree(self.seen.shut).query(shape, predicate="covers")]
        return chords.Seen(ways, self.seen.mouths, shut)

    def homes(self) -> gpd.GeoDataFrame:
        """Return the buildings that people live in."""
        buildings = self.extract.table("buildings")
        return buildings[(floor_area(buildings) > 0).to_numpy()] if len(buildings) else buildings

    def buildings_in(self, shapes: Polygons) -> NDArray[np.int64]:
        """Return how many inhabited buildings stand in each shape."""
        return np.bincount(_inside(shapes, self.homes())[0], minlength=len(shapes))


def _by_room(extract: Extract) -> Count:
    """Return a count of people that lie as the residential floor area does."""
    lived_in = dwellings(extract)

    def count(pieces: gpd.GeoDataFrame) -> pd.DataFrame:
        room = np.zeros(len(pieces))
        if len(lived_in.points):
            piece, building = shapely.STRtree(lived_in.points).query(pieces.geometry.to_numpy(), predicate="intersects")
            room += np.bincount(piece, lived_in.floor_m2[building], len(pieces))
        return pd.DataFrame({"people": room}, index=pieces.index)

    return count


# ------------------------------------------------------------------ the steps
def _by_lanes(pieces: CutPieces, job: _Job) -> CutPieces:
    """Return the pieces cut by lanes, paths and walls, and by where land use changes.

    What is too small or thin is joined again.
    """
    large = np.flatnonzero(pieces.people > job.fine)
    inner, edges = job.inner, contours(job.extract)
    seen = inner["feature"].map(CODE).to_numpy(dtype=np.int64)
    shapes = np.concatenate([inner.geometry.to_numpy(), edges])
    near = shapes[np.unique(shapely.STRtree(pieces.shapes[large]).query(shapes, predicate="intersects")[0])]
    if not len(near):
        return pieces
    # All pieces in one noding: a lane that crosses two of them gets the same vertex on their shared edge from both
    # sides.
    faces, piece = _within(enclosed_by(np.concatenate([near, shapely.boundary(pieces.shapes[large])])), pieces, large)
    # Ground before walls, between a road and its footway or a river, goes with what lies behind.
    faces, piece = _within(
        blocks.without_strips(faces, piece, inner, job.extract.table("buildings"), job.rules), pieces, large
    )
    code = np.concatenate([seen, np.full(len(edges), CODE["none"])])
    along = slivers.Lines(shapes, code, np.zeros(len(shapes), dtype=bool))
    new, source = slivers.join(faces, piece, along, job.rules.least_m2, job.rules.sliver_m)
    return _replaced(pieces, new, source, "lane", job.weights(new, pieces.unit[source]))


def _within(faces: Polygons, pieces: CutPieces, large: Indices) -> tuple[Polygons, Indices]:
    """Return the faces that lie in some of the pieces, and the row of the piece each lies in."""
    piece, face = shapely.STRtree(shapely.point_on_surface(faces)).query(pieces.shapes[large], predicate="contains")
    order = np.argsort(face)
    return faces[face[order]], large[piece[order]]


def _by_cells(pieces: CutPieces, job: _Job) -> CutPieces:
    """Return the pieces that are still too large cut into building cells, put together in rows up to the grain.

    Where nobody's home is known, other buildings have gaps between them too.
    """
    large, homes = np.flatnonzero(pieces.people > job.fine), job.homes()
    at, building = _inside(pieces.shapes[large], homes)
    lived_in = np.bincount(at, minlength=len(large)) > 0
    pieces_of = [(large[lived_in], homes), (large[~lived_in], job.extract.table("buildings"))]
    cells = []
    for some, buildings in pieces_of:
        at, building = _inside(pieces.shapes[some], buildings)
        outlines = np.asarray(buildings.geometry, dtype=object)
        several = np.flatnonzero(np.bincount(at, minlength=len(some)) > 1)
        cells += [(some[k], cuts.building_cells(pieces.shapes[some[k]], outlines[building[at == k]])) for k in several]
    return _by_rows(pieces, cells, "cell", job)


def _by_areas(pieces: CutPieces, job: _Job) -> CutPieces:
    """Return the pieces that hold whole areas of the count cut along these: how many live there is known.

    An area that is larger than what it cuts says nothing of it.
    """
    large = job.bare(pieces)
    if not len(job.areas) or not len(large):
        return pieces
    row, area = shapely.STRtree(job.areas).query(pieces.shapes[large], predicate="intersects")
    shared = shapely.area(shapely.intersection(pieces.shapes[large[row]], job.areas[area]))
    whole = shared >= WHOLE * shapely.area(job.areas[area])
    several = np.flatnonzero(np.bincount(row[whole], minlength=len(large)) > 1)
    outlines = [shapely.boundary(job.areas[area[row == k]]) for k in several]
    cells = [
        (large[k], cuts.pieces(pieces.shapes[large[k]], lines)) for k, lines in zip(several, outlines, strict=True)
    ]
    return _by_rows(pieces, cells, "count", job)


def _by_rows(pieces: CutPieces, made: list[tuple[int, Polygons]], way: str, job: _Job) -> CutPieces:
    """Return the pieces with some of them cut into cells, which are put together in rows up to the grain."""
    if not made:
        return pieces
    large = np.array([row for row, _ in made])
    cells, piece = np.concatenate([each for _, each in made]), np.repeat(large, [len(each) for _, each in made])
    people = _shared_out(job.weights(cells, pieces.unit[piece]), shapely.area(cells), piece, pieces.people)
    rows = [_in_rows(cells[piece == i], people[piece == i], job.grain) for i in large]
    parts, of = np.concatenate(rows), np.repeat(large, [len(row) for row in rows])
    new, source = slivers.join(parts, of, slivers.NO_LINES, LEAST_PIECE_M2)
    return _replaced(pieces, new, source, way, job.weights(new, pieces.unit[source]))


def _in_rows(cells: Polygons, people: Floats, grain: float) -> Polygons:
    """Return cells put together along the length of what they fill, halved again and again, in connected pieces."""
    if len(cells) == 1 or people.sum() <= grain:
        return slivers.merged(cells, [np.arange(len(cells))])
    middle = shapely.get_coordinates(shapely.centroid(cells))
    spread = middle - middle.mean(axis=0)
    # The first principal axis; its sign is a matter of the machine's LAPACK, so it is turned to the east.
    along = np.linalg.svd(spread, full_matrices=False)[2][0]
    order = np.argsort(spread @ (along if along[0] >= 0 else -along), kind="stable")
    running = np.cumsum(people[order])
    # Halving by whole numbers of parts (2 of 5, then 1 of 2) leaves rows of equal size, which halving by people does
    # not.
    parts = math.ceil(running[-1] / grain)
    first = int(np.argmin(np.abs(running[:-1] - (parts // 2) / parts * running[-1]))) + 1
    halves = (order[:first], order[first:])
    return np.concatenate(
        [_in_rows(cells[half[g]], people[half[g]], grain) for half in halves for g in _connected(cells[half])]
    )


def _connected(cells: Polygons) -> list[Indices]:
    """Return the cells that hang together by an edge, group by group."""
    sides = mosaic.sides(cells)
    both = sides.right >= 0
    component = components(np.column_stack([sides.left[both], sides.right[both]]), len(cells))
    return [np.flatnonzero(component == k) for k in range(int(component.max()) + 1)]


def _by_stairs(pieces: CutPieces, job: _Job) -> CutPieces:
    """Return the pieces that one tower alone makes too large cut along its stair units, its people shared evenly."""
    homes, large = job.homes(), np.flatnonzero(pieces.people > job.limit.most)
    at, building = _inside(pieces.shapes[large], homes)
    alone = np.flatnonzero(np.bincount(at, minlength=len(large)) == 1)
    tower = np.array([int(building[at == k][0]) for k in alone], dtype=np.int64)
    # One building on the map is not all there is where it could not hold everybody.
    room = floor_area(homes).to_numpy(dtype=float)[tower] if len(alone) else np.zeros(0)
    holds = room >= ROOM_M2.get(job.limit.measure, np.inf) * pieces.people[large[alone]]
    alone, tower = alone[holds], tower[holds]
    if not len(alone):
        return pieces
    # Stair units known from the map count where they are enough; else as many as the limit asks for are assumed.
    wanted = np.ceil(pieces.people[large[alone]] / job.limit.most)
    stairs = homes["stairs"].to_numpy(dtype=float)[tower] if "stairs" in homes.columns else wanted
    number = np.where(np.nan_to_num(stairs) >= wanted, stairs, wanted).astype(int)
    made = [
        cuts.stair_units(pieces.shapes[i], homes.geometry.to_numpy()[b], n)
        for i, b, n in zip(large[alone], tower, number, strict=True)
    ]
    new, source = np.concatenate(made), np.repeat(large[alone], [len(parts) for parts in made])
    # Equal weights: storeys are alike from stair to stair, and the ground around a tower says nothing of its people.
    return _replaced(pieces, new, source, "stairs", np.ones(len(new)))


def _by_chords(pieces: CutPieces, job: _Job) -> CutPieces:
    """Return the pieces that nothing else could cut divided by chords into about equal areas, as often as it takes."""
    pieces = _by_led_chords(pieces, job)
    for _ in range(ROUNDS):
        bare = job.bare(pieces)
        large = np.setdiff1d(bare, job.left(pieces, bare))
        if not len(large):
            break
        cut = _chords(pieces, large, job.grain, job)
        pieces = _replaced(pieces, *cut, job.weights(cut.shapes, pieces.unit[cut.source]))
    return pieces


def _by_led_chords(pieces: CutPieces, job: _Job) -> CutPieces:
    """Return the pieces that straight lines leave whole divided along the ways inside, where these are what divides."""
    large = job.left(pieces, job.bare(pieces))
    if not len(large):
        return pieces
    cut = _chords(pieces, large, job.fine, job)
    shown = np.bincount(cut.source, shapely.area(cut.shapes) * (cut.way == "led"), len(pieces.shapes))
    kept = (shown > shapely.area(pieces.shapes) / 2)[cut.source]
    if not kept.any():
        return pieces
    cut = _Cut(cut.shapes[kept], cut.source[kept], cut.way[kept])
    return _replaced(pieces, *cut, job.weights(cut.shapes, pieces.unit[cut.source]))


class _Cut(NamedTuple):
    """Parts of pieces, the row of the piece that each is of, and how it came about."""

    shapes: Polygons
    source: Indices
    way: NDArray[np.object_]


def _chords(pieces: CutPieces, large: Indices, grain: float, job: _Job) -> _Cut:
    """Return some pieces divided by chords into about equal areas of so many people at most."""
    wanted = np.ceil(pieces.people[large] / grain).astype(int)
    seen = [job.seen_in(shape) for shape in pieces.shapes[large]]
    made = [chords.divided(*each) for each in zip(pieces.shapes[large], wanted.tolist(), seen, strict=True)]
    parts, of = np.concatenate(made), np.repeat(large, [len(parts) for parts in made])
    new, source = slivers.join(parts, of, slivers.NO_LINES, LEAST_PIECE_M2)
    along = chords.led(new, pieces.shapes[source], job.seen.ways)
    return _Cut(new, source, np.where(along, "led", "area").astype(object))


def _waisted(units: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which units on land hang together by less than the width of a way."""
    ground = (units["kind"] != "water").to_numpy() if "kind" in units.columns else np.ones(len(units), dtype=bool)
    return ground & waists.waisted(units.geometry.to_numpy(), WAY_M)


def _by_waist(pieces: CutPieces, job: _Job) -> CutPieces:
    """Return the pieces with those of two bodies cut at the narrowest place between them."""
    thin = np.flatnonzero(waists.waisted(pieces.shapes, WAY_M))
    made = [waists.parted(pieces.shapes[i], WAY_M, LEAST_PIECE_M2) for i in thin]
    source = np.repeat(thin, [len(parts) for parts in made])
    if len(source) == len(thin):
        return pieces
    new = np.concatenate(made)
    return _replaced(pieces, new, source, "waist", job.weights(new, pieces.unit[source]))


def _inside(shapes: Polygons, buildings: gpd.GeoDataFrame) -> tuple[Indices, Indices]:
    """Return which buildings stand in which shapes, as two arrays of rows."""
    spots = shapely.STRtree(shapely.point_on_surface(buildings.geometry.to_numpy()))
    at, building = spots.query(shapes, predicate="contains")
    order = np.lexsort((building, at))
    return at[order], building[order]


def _replaced(
    pieces: CutPieces, new: Polygons, source: Indices, way: str | NDArray[np.object_], weights: Floats
) -> CutPieces:
    """Return the pieces with those named in ``source`` replaced by their parts, which share their people by weight."""
    cut = np.bincount(source, minlength=len(pieces.shapes))
    stay = cut == 0
    people = _shared_out(weights, shapely.area(new), source, pieces.people)
    ways = np.where(cut[source] > 1, way, pieces.way[source])
    return CutPieces(
        np.concatenate([pieces.shapes[stay], new]),
        np.concatenate([pieces.unit[stay], pieces.unit[source]]),
        np.concatenate([pieces.people[stay], people]),
        np.concatenate([pieces.way[stay], ways]).astype(object),
    )


def _shared_out(weight: Floats, area: Floats, source: Indices, total: Floats) -> Floats:
    """Return each source's total shared out by weight among its parts, by area where nothing has weight."""
    empty = np.bincount(source, weight, len(total)) <= 0
    # No weight at all means that nothing is known, not that nobody lives there; ground is the only thing left to go
    # by.
    used = np.where(empty[source], area, weight)
    return np.asarray(used / np.bincount(source, used, len(total))[source] * total[source])


# ------------------------------------------------------------------ the result
def _put_back(pieces: CutPieces, job: _Job) -> gpd.GeoDataFrame:
    """Return the units with the large ones replaced by their pieces, vertices on shared edges added on both sides."""
    units = job.units
    # Rounded to the centimetre before sorting: ids must not hang on the last digit of a centroid.
    middle = shapely.get_coordinates(shapely.centroid(pieces.shapes)).round(2)
    order = np.lexsort((-middle[:, 1], middle[:, 0], pieces.unit))
    shapes, unit = pieces.shapes[order], pieces.unit[order]
    held, way = pieces.people[order], pieces.way[order]
    parts = units.iloc[unit].set_geometry(gpd.GeoSeries(shapes, index=units.index[unit], crs=units.crs))
    columns = _counts(units)
    counted = job.counted(shapes, unit, *columns)
    for column in columns:
        total = units[column].to_numpy(dtype=float)
        as_counted = _shared_out(counted[column].to_numpy(dtype=float), shapely.area(shapes), unit, total)
        parts[column] = held if column == job.limit.measure else as_counted
    parts["kind"] = np.where(np.isin(way, ("cell", "stairs", "count", "area")), "cell", parts["kind"])
    parts["way"], parts["area_m2"] = way, shapely.area(shapes)
    parts.index = pd.Index(_piece_ids(units.index.to_numpy()[unit]), name="unit_id")
    rest = units.drop(units.index[np.unique(unit)]).assign(way="")
    whole = gpd.GeoDataFrame(pd.concat([rest, parts]), crs=units.crs).sort_index()
    stitched = mosaic.stitched(whole.geometry.to_numpy(), shapes)
    return whole.set_geometry(gpd.GeoSeries(stitched, index=whole.index, crs=units.crs))


def _counts(units: gpd.GeoDataFrame) -> list[str]:
    """Return the columns that count something: every number but the area."""
    # Area is measured on the pieces; shared out by people it would be wrong.
    return [name for name in units.columns if name != "area_m2" and pd.api.types.is_numeric_dtype(units[name])]


def _piece_ids(ids: NDArray[np.object_]) -> list[str]:
    """Return ids that count the pieces of each unit; a unit in one piece keeps its own."""
    series = pd.Series(ids)
    place, size = series.groupby(ids).cumcount() + 1, series.groupby(ids).transform("size")
    return [
        f"{unit}.{number:0{len(str(of))}d}" if of > 1 else str(unit)
        for unit, number, of in zip(ids, place, size, strict=True)
    ]


def _report(out: gpd.GeoDataFrame, pieces: CutPieces | None, limit: Limit, given_up: list[str]) -> dict[str, object]:
    """Return what was cut how, what is still too large, and the towers' parts."""
    above = out.index[(out[limit.measure] > limit.most).to_numpy()]
    report: dict[str, object] = {
        "limit": limit.most,
        "measure": limit.measure,
        "cut": 0 if pieces is None else int((np.bincount(pieces.unit) > 1).sum()),
        "pieces": {},
        "still_above": [str(name) for name in above],
        "groups_given_up": given_up,
        "shares": [],
    }
    if pieces is not None:
        report["pieces"] = {way: int((out["way"] == way).sum()) for way in WAYS}
        stairs = out[out["way"] == "stairs"]
        report["shares"] = [
            {"unit_id": str(name), "tower": str(name).rpartition(".")[0], "people": float(people)}
            for name, people in stairs["people"].items()
        ]
    return report
