"""Blocks: a district enclosed by streets, water, rail and walls into the pieces a planner would draw.

The lines are noded and enclose faces. Faces that are street area (medians, roundabouts, the space between tracks,
water) are not blocks: each is given to the block it lies with, or shared out along its middle line between the blocks
around it. Blocks that are too small join a neighbour. No vertex is moved and no tolerance used, so the blocks tile each
parent exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import require_metric
from gridkit.errors import TableError
from gridkit.geometry import shared_area
from gridkit.graph import components
from gridkit.language.phrases import series
from gridkit.tables import DISTRICTS, TEXT
from gridkit.tessellation import mosaic
from gridkit.tessellation.barriers import CODE, COLUMNS, water_areas
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.shapes import slivers
from gridkit.tessellation.shapes.faces import enclosed, enclosed_by
from gridkit.tessellation.shapes.middle_lines import halved, middle_lines
from gridkit.tessellation.shapes.triangles import INNER, NONE, Kerbs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridkit.tables import Extract
    from gridkit.tessellation.mosaic import Floats, Indices, Polygons, Sides

HAIR_M = 0.01
"""What is no wider on the mean is no ground, but where two lines that should be one lie apart."""
EDGE_STEP_M = 25.0
"""The edges of parents get a vertex at least this often, so that street areas along them can be shared out. Metres."""
MOSTLY = 0.6
"""The share of a face's outline that makes it what that outline is. Dimensionless."""
NEARLY_ALL = 0.75
"""So much of a face's outline along main carriageways makes it part of them, whatever their names. Dimensionless."""
SIDE = 0.25
"""The share of a face's outline that counts as one of its sides. Dimensionless."""
LARGE_AREA = 1_000
"""A street area with more vertices than this is triangulated in parts, which is faster."""
LINK_STRENGTH = 0
"""A slip road is weaker than any street: what it cuts off belongs to the corner."""


def enclose(
    districts: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    extract: Extract,
    rules: Rules | None = None,
    done: Callable[[float], None] = lambda _: None,
) -> gpd.GeoDataFrame:
    """Return the blocks that lines enclose in each district.

    Parameters
    ----------
    districts
        See :data:`gridkit.tables.DISTRICTS`, in a metric CRS; each is a parent that no unit leaves.
    barriers
        The lines that cut, of :func:`gridkit.tessellation.barriers.select`.
    extract
        Its water, green areas and compounds say what a block is.
    rules
        See :class:`~gridkit.tessellation.cut_rules.Rules`.
    done
        Called with the share that is done, as it was measured on an outline of a million vertices.

    Returns
    -------
    GeoDataFrame
        Units without people yet: ``parent``, ``kind`` (block, park or water), ``group`` (the compound it is part of, or
        None), ``area_m2`` (0 for water). They tile the districts. Ids are numbered west to east inside each parent and
        do not depend on the order of rows.

    Raises
    ------
    TableError
        When districts overlap.
    """
    rules = rules or Rules()
    DISTRICTS.check(districts)
    require_metric(districts, where="districts")
    water = water_areas(extract, rules)
    lines = barriers.geometry.to_numpy()
    outline = _outline(np.concatenate([lines, mosaic.leads(lines, rules.gap_m)]), districts)
    done(0.1)
    faces, parent = _inside(enclosed_by(outline), districts)
    done(0.25)
    net = _net(faces, parent, barriers, water, extract.table("buildings"))
    home = _homes(net, rules)
    done(0.35)
    # Middle lines move borders, so what lies in which district is asked again rather than carried over.
    drawn, parent = _inside(_redrawn(net, home), districts)
    done(0.95)
    blocks, parent = slivers.join(drawn, parent, _lines(barriers, rules), rules.least_m2, rules.sliver_m)
    plain = "hexagon" if (barriers["kind"] == "hexagon").any() else "block"
    units = _table(blocks, parent, districts, _kinds(blocks, extract, water, plain), _compounds(blocks, extract, rules))
    units.attrs["made"] = {
        "faces": len(faces),
        "street_areas_shared": int((home < 0).sum()),
        "corners_joined": int(((home >= 0) & (home != np.arange(len(home)))).sum()),
        "small_blocks_joined": len(drawn) - len(blocks),
    }
    return units


def without_strips(
    faces: Polygons, parent: Indices, barriers: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, rules: Rules
) -> Polygons:
    """Return faces with the strips among them shared out to the others of their parent.

    Parameters
    ----------
    faces
        Polygons that border each other vertex by vertex, in metres.
    parent
        Whose each is: nothing is given to another's face, and what has no other beside it stays.
    barriers
        The lines they were enclosed by, of :func:`gridkit.tessellation.barriers.lines`.
    buildings
        What stands on ground makes it more than a strip, unless it lies before a wall.
    rules
        A face up to ``verge_m`` wide is a strip, and one up to ``strip_m`` wide and at least ``strip_long_m`` long.

    Returns
    -------
    array
        Polygons in no particular order.
    """
    net = _net(faces, parent, barriers, gpd.GeoDataFrame({"alone": []}, geometry=[]), buildings)
    # Lanes and footways enclose far thinner faces than streets do, whose rules ask what runs along them.
    thin = 2 * shapely.area(faces) <= rules.verge_m * shapely.length(faces)
    strip = _is_verge(net, rules) | _is_strip(net, rules) | (thin & ~net.built)
    # What is thinner than a line has no middle: rounding turns it inside out. It is a sliver, and joined as such.
    strip &= 2 * shapely.area(faces) > HAIR_M * shapely.length(faces)
    home = _shared_out(net, np.arange(len(faces)), strip)
    return _redrawn(net, home) if (home < 0).any() else faces


def without(faces: Polygons, parent: Indices, shared: NDArray[np.bool_], alone: NDArray[np.bool_]) -> Polygons:
    """Return faces with some of them shared out along their middle lines to the others of their parent.

    Parameters
    ----------
    faces, parent
        As of :func:`without_strips`.
    shared
        Which faces are shared out.
    alone
        Which get nothing.

    Returns
    -------
    array
        Polygons in no particular order.
    """
    nothing = gpd.GeoDataFrame({name: [] for name in COLUMNS}, geometry=[])
    net = replace(_net(faces, parent, nothing, nothing, nothing), alone=alone)
    home = _shared_out(net, np.arange(len(faces)), shared)
    return _redrawn(net, home) if (home < 0).any() else faces


# ------------------------------------------------------------------ faces
def _outline(lines: Polygons, districts: gpd.GeoDataFrame) -> Polygons:
    """Return lines and the districts' edges, noded; along the edges with a vertex every so often, on both sides alike.

    The edges are lines as well: a block may then end at a parent's edge without being clipped, and clipping is what
    moves vertices. Vertices are set between nodes: beside a street that runs along the edge, those of the edge alone
    would lie off it by the rounding of a number, and enclose faces without any width.
    """
    edges = shapely.get_parts(shapely.unary_union(shapely.boundary(districts.geometry.to_numpy())))
    noded = shapely.get_parts(shapely.unary_union(np.concatenate([lines, edges])))
    # Between two nodes a line runs along an edge as a whole or not at all.
    middles = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    along = np.unique(shapely.STRtree(edges).query(middles, predicate="dwithin", distance=mosaic.TOUCH_M)[0])
    noded[along] = shapely.segmentize(noded[along], EDGE_STEP_M)
    return noded


def _inside(faces: Polygons, districts: gpd.GeoDataFrame) -> tuple[Polygons, Indices]:
    """Return the faces that lie in a district, and the row of the district each lies in."""
    spots = shapely.STRtree(shapely.point_on_surface(faces))
    parent, face = spots.query(districts.geometry.to_numpy(), predicate="contains")
    twice = face[np.bincount(face, minlength=len(faces))[face] > 1]
    if len(twice):
        raise TableError(
            "districts overlap by {area:,.0f} m2: {names}",
            where="districts",
            mend="draw them side by side, or people there would be counted twice",
            area=float(shapely.area(faces[np.unique(twice)]).sum()),
            names=series(districts.index[np.unique(parent[np.isin(face, twice)])].astype(TEXT)[:5]),
        )
    order = np.argsort(face)
    return faces[face[order]], parent[order]


@dataclass(frozen=True)
class Net:
    """The faces of a street network and what runs along their sides."""

    faces: Polygons
    parent: Indices
    sides: Sides
    line: Indices
    barriers: gpd.GeoDataFrame
    code: Indices
    wet: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    """Which faces are water that is a unit of its own."""
    built: NDArray[np.bool_]
    """On which faces a building stands."""


def _net(
    faces: Polygons,
    parent: Indices,
    barriers: gpd.GeoDataFrame,
    water: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
) -> Net:
    sides, code = mosaic.sides(faces), _codes(barriers)
    line = mosaic.line_of(sides, barriers.geometry.to_numpy(), code)
    wet, alone = np.zeros(len(faces), dtype=bool), np.zeros(len(faces), dtype=bool)
    if len(water):
        spots = shapely.STRtree(shapely.point_on_surface(faces))
        area, face = spots.query(water.geometry.to_numpy(), predicate="contains")
        wet[face] = True
        alone[face[water["alone"].to_numpy(dtype=bool)[area]]] = True
    return Net(faces, parent, sides, line, barriers, code, wet, alone, _holding(faces, buildings))


def _holding(faces: Polygons, buildings: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which faces hold the middle of a building."""
    held = np.zeros(len(faces), dtype=bool)
    spots = np.asarray(shapely.point_on_surface(buildings.geometry.to_numpy()), dtype=object)
    held[shapely.STRtree(spots).query(faces, predicate="intersects")[0]] = True
    return held


def _codes(barriers: gpd.GeoDataFrame) -> Indices:
    return barriers["feature"].map(CODE).to_numpy(dtype=np.int64)


def _lines(barriers: gpd.GeoDataFrame, rules: Rules) -> slivers.Lines:
    closed = barriers["feature"].isin(rules.closed).to_numpy(dtype=bool)
    return slivers.Lines(barriers.geometry.to_numpy(), _codes(barriers), closed)


# ------------------------------------------------------------------ street area
def _homes(net: Net, rules: Rules) -> Indices:
    """Return for each face the block it belongs to, by the number of a face; street areas to be shared out are below 0.

    A street area that lies behind a weaker line (a slip road, a parallel lane) is part of the block across that line;
    the others are shared out, area by area (-1, -2 ... number the areas).
    """
    count = len(net.faces)
    home = np.arange(count)
    # Verges are judged apart from streets: one may lie behind a weaker line as well, and would then go to the street's
    # far side instead of to the compounds whose wall it lies before.
    street, verge = _is_street(net, rules), _is_verge(net, rules)
    across, most = _across_weakest(net, street)
    # Where several blocks lie behind, none of them is the one: a strip that went along its neighbours' fronts would
    # be a tail of it.
    lone = (across >= 0) & ~verge & (most >= MOSTLY)
    home[lone] = across[lone]
    home[net.alone] = _joined(net, net.alone)[net.alone]
    return _shared_out(net, home, (street | verge) & ~lone & ~net.alone)


def _shared_out(net: Net, home: Indices, shared: NDArray[np.bool_]) -> Indices:
    """Return the homes with the chosen faces numbered below 0, area by area, where a block lies beside their area."""
    count = len(net.faces)
    # A face without any width but that of rounding (two lines drawn along each other) has no middle to be shared out
    # along; it is joined to a neighbour as slivers are.
    shared = shared & (shapely.area(net.faces) > mosaic.TOUCH_M * shapely.length(net.faces))
    area = _joined(net, shared)
    # An area can be shared out only where a block of the same parent lies beside it: middle lines need a kerb with
    # somebody behind it. What has none (a parent that is all street) stays a block of its own.
    touches = np.zeros(count, dtype=bool)
    for one, other in ((net.sides.left, net.sides.right), (net.sides.right, net.sides.left)):
        border = (net.sides.right >= 0) & shared[one] & ~shared[other]
        border &= (net.parent[one] == net.parent[other]) & ~net.alone[other]
        touches[area[one[border]]] = True
    bounded = shared & touches[area]
    _, numbered = np.unique(area[bounded], return_inverse=True)
    home[bounded] = -1 - numbered
    home[shared & ~bounded] = area[shared & ~bounded]
    return home


def _is_street(net: Net, rules: Rules) -> NDArray[np.bool_]:
    """Return which faces are street area (or water) rather than blocks."""
    area, outline = shapely.area(net.faces), shapely.length(net.faces)
    # The mean width of a strip: exact for a long rectangle, and cheap enough to ask of every face.
    width = 2 * area / outline
    share = _StreetShares(net, outline)
    half = _carriageways(net.barriers)
    carriageway = share.of(half)
    # A narrow block between two different streets has the shape of a median; one name on both sides tells them apart,
    # and where carriageways have no or two names, main roads nearly all around do.
    one_road = share.of_one_name() >= MOSTLY
    main = share.of(half & (net.code >= CODE["arterial"])) >= NEARLY_ALL
    link = share.of(net.barriers["link"].to_numpy(dtype=bool))
    ring = share.of(net.barriers["roundabout"].to_numpy(dtype=bool))
    thin = width <= rules.sliver_m
    wide = np.where(_is_strip(net, rules), rules.strip_m, rules.median_m)
    median = (width <= wide) & (carriageway >= MOSTLY) & (one_road | main)
    ramps = share.of(net.barriers["link"].to_numpy(dtype=bool) | (net.code == CODE["motorway"])) >= NEARLY_ALL
    interchange = ramps & (link >= SIDE) & (area <= rules.interchange_m2) & ~net.built
    corner = (area <= rules.corner_m2) & (link >= SIDE)
    island = (area <= rules.roundabout_m2) & (ring + link >= MOSTLY)
    return np.asarray(thin | median | corner | island | interchange | net.wet)


def _is_verge(net: Net, rules: Rules) -> NDArray[np.bool_]:
    """Return which faces are strips of ground before the walls of compounds.

    A strip that were a unit would be the only neighbour of the compounds it goes round, and tear them apart.
    """
    outline = shapely.length(net.faces)
    walled = _StreetShares(net, outline).of(net.code == CODE["wall"])
    wide = np.where(_is_strip(net, rules), rules.strip_m, rules.verge_m)
    return np.asarray((2 * shapely.area(net.faces) <= wide * outline) & (walled >= SIDE))


def _is_strip(net: Net, rules: Rules) -> NDArray[np.bool_]:
    """Return which faces are long strips that nobody has built on."""
    area, outline = shapely.area(net.faces), shapely.length(net.faces)
    width = 2 * area / outline
    return np.asarray((width <= rules.strip_m) & (outline / 2 - width >= rules.strip_long_m) & ~net.built)


def _carriageways(barriers: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which lines may be one half of a road: one way, a link, a track.

    Where no direction is known at all, any larger road may be.
    """
    oneway = barriers["oneway"].to_numpy(dtype=bool)
    code = _codes(barriers)
    half = oneway | barriers["link"].to_numpy(dtype=bool) | barriers["roundabout"].to_numpy(dtype=bool)
    half |= code == CODE["rail"]
    road = (code >= CODE["collector"]) & (code <= CODE["motorway"])
    # Providers other than OpenStreetMap often leave direction out; with one road marked, an unmarked one is believed
    # two-way.
    return np.asarray(half if oneway.any() else half | road)


class _StreetShares:
    """What share of each face's outline runs along which lines."""

    def __init__(self, net: Net, outline: Floats) -> None:
        paired = net.sides.right >= 0
        self.face = np.concatenate([net.sides.left, net.sides.right[paired]])
        self.line = np.concatenate([net.line, net.line[paired]])
        lengths = net.sides.lengths
        self.length = np.concatenate([lengths, lengths[paired]])
        self.outline = outline
        self.names = net.barriers["name"]

    def of(self, flags: NDArray[np.bool_]) -> Floats:
        """Return the share along the lines that a flag marks."""
        if not len(flags):
            return np.zeros(len(self.outline))
        marked = (self.line >= 0) & flags[self.line]
        return np.bincount(self.face[marked], self.length[marked], len(self.outline)) / self.outline

    def of_one_name(self) -> Floats:
        """Return the largest share along lines of one name; lines without a name count as one."""
        codes = pd.factorize(self.names)[0] + 1
        named = self.line >= 0
        if not named.any():
            return np.zeros(len(self.outline))
        # Face and name in one number, so that one sort groups by both.
        most = int(codes.max()) + 1
        key = self.face[named] * most + codes[self.line[named]]
        keys, inverse = np.unique(key, return_inverse=True)
        best = np.zeros(len(self.outline))
        np.maximum.at(best, keys // most, np.bincount(inverse, self.length[named]))
        return best / self.outline


def _across_weakest(net: Net, street: NDArray[np.bool_]) -> tuple[Indices, Floats]:
    """Return for each street area the block behind its weakest side, when its sides differ in strength, else -1.

    And the share of that side behind which it lies.
    """
    sides, count = net.sides, len(net.faces)
    strength = np.where(net.barriers["link"].to_numpy(dtype=bool), LINK_STRENGTH, net.code)
    inner = (sides.right >= 0) & (net.line >= 0)
    face = np.concatenate([sides.left[inner], sides.right[inner]])
    other = np.concatenate([sides.right[inner], sides.left[inner]])
    level = np.concatenate([strength[net.line[inner]]] * 2)
    length = np.concatenate([sides.lengths[inner]] * 2)
    kinds = len(CODE)
    by_level = np.bincount(face * kinds + level, length, count * kinds).reshape(count, kinds)
    is_side = by_level >= SIDE * shapely.length(net.faces)[:, None]
    weakest = np.argmax(is_side, axis=1)
    strongest = kinds - 1 - np.argmax(is_side[:, ::-1], axis=1)
    # With all sides equally strong there is no weaker line to lie behind; water is never given to one bank alone.
    uneven = street & ~net.wet & is_side.any(axis=1) & (weakest < strongest)
    at = uneven[face] & (level == weakest[face]) & ~street[other] & (net.parent[face] == net.parent[other])
    across, most = np.full(count, -1), np.zeros(count)
    keys, inverse = np.unique(face[at] * count + other[at], return_inverse=True)
    total = np.bincount(inverse, length[at])
    side = np.bincount(face[at], length[at], count)
    # Written in rising order, so that the block with the longest border is written last and stays.
    order = np.argsort(total, kind="stable")
    across[keys[order] // count] = keys[order] % count
    most[keys[order] // count] = total[order] / side[keys[order] // count]
    return across, most


def _joined(net: Net, chosen: NDArray[np.bool_]) -> Indices:
    """Return for each face the first of the chosen faces of its parent that it hangs together with."""
    left, right = net.sides.left, net.sides.right
    both = (right >= 0) & chosen[left] & chosen[right]
    both &= net.parent[left] == net.parent[right]
    component = components(np.column_stack([left[both], right[both]]), len(net.faces))
    _, first = np.unique(component, return_index=True)
    return np.asarray(first[component])


def _redrawn(net: Net, home: Indices) -> Polygons:
    """Return the faces anew, street areas shared out along their middle lines."""
    sides = net.sides
    left, right = sides.left, sides.right
    # No street is shared out to water: a promenade is the shore's.
    inner = (right >= 0) & (net.parent[left] == net.parent[right]) & (net.alone[left] == net.alone[right])
    shared = home < 0
    kept = ~inner | (~shared[left] & ~shared[right] & (home[left] != home[right]))
    part, parts, area = _parts(net, home)
    kerbs = []
    for one, other, ends in ((left, right, sides.ends()), (right, left, sides.ends()[:, ::-1])):
        label = np.where(~inner, NONE, np.where(shared[other], INNER, home[other]))
        outline = shared[one] & (one >= 0) & ((label != INNER) | (part[one] != part[other]))
        kerbs.append((ends[outline], part[one[outline]], label[outline]))
    lines = middle_lines(parts, area, Kerbs(*(np.concatenate(column) for column in zip(*kerbs, strict=True))))
    edge = kept & (shared[left] | ((right >= 0) & shared[right]))
    return enclosed(np.concatenate([sides.ends()[kept & ~edge], halved(sides.ends()[edge]), lines]))


def _parts(net: Net, home: Indices) -> tuple[Indices, Polygons, Indices]:
    """Return for each face its part of a street area, the parts, and the area each is of.

    An area is one part, so that no line inside it is in the way. Only one with very many vertices is taken apart: faces
    side by side (a carriageway beside a carriageway) stay together, faces end to end do not.
    """
    left, right, count = net.sides.left, net.sides.right, len(net.faces)
    both = (right >= 0) & (home[left] < 0) & (home[left] == home[right])
    one, two = np.minimum(left, right)[both], np.maximum(left, right)[both]
    keys, inverse = np.unique(one * count + two, return_inverse=True)
    one, two = keys // count, keys % count
    outline = shapely.length(net.faces)
    beside = np.bincount(inverse, net.sides.lengths[both], len(keys)) >= SIDE * np.minimum(outline[one], outline[two])
    vertices = np.bincount(np.maximum(-home, 0), shapely.get_num_coordinates(net.faces))
    beside |= vertices[-home[one]] <= LARGE_AREA
    group = components(np.column_stack([one[beside], two[beside]]), count)
    shared = np.flatnonzero(home < 0)
    order = shared[np.argsort(group[shared], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if len(order) else []
    part = np.full(count, -1)
    for i, faces in enumerate(groups):
        part[faces] = i
    return part, slivers.merged(net.faces, groups), -1 - home[[faces[0] for faces in groups]]


# ------------------------------------------------------------------ the table
def _table(
    blocks: Polygons,
    parent: Indices,
    districts: gpd.GeoDataFrame,
    kinds: NDArray[np.object_],
    groups: NDArray[np.object_],
) -> gpd.GeoDataFrame:
    """Return the blocks as units, numbered west to east (north to south where that is the same) inside each parent."""
    middle = shapely.get_coordinates(shapely.centroid(blocks)).round(2)
    order = np.lexsort((shapely.area(blocks), -middle[:, 1], middle[:, 0], parent))
    names = districts.index.astype(TEXT).to_numpy()[parent[order]]
    return gpd.GeoDataFrame(
        {
            "parent": names,
            "kind": kinds[order],
            "group": groups[order],
            "area_m2": np.where(kinds[order] == "water", 0.0, shapely.area(blocks[order])),
        },
        geometry=blocks[order],
        index=pd.Index(_ids(names), name="unit_id"),
        crs=districts.crs,
    )


def _ids(parents: NDArray[np.object_]) -> list[str]:
    """Return ids that count within each parent, all as wide as the largest needs."""
    place = pd.Series(parents).groupby(parents).cumcount() + 1
    width = len(str(int(place.max()))) if len(place) else 1
    return [f"{parent}-{number:0{width}d}" for parent, number in zip(parents, place, strict=True)]


def _kinds(blocks: Polygons, extract: Extract, water: gpd.GeoDataFrame, plain: str) -> NDArray[np.object_]:
    kinds = np.full(len(blocks), plain, dtype=object)
    for kind, table in (("park", extract.table("green")), ("water", water)):
        kinds[_covered(blocks, table.geometry.to_numpy()) >= MOSTLY] = kind
    return kinds


def _covered(blocks: Polygons, areas: Polygons) -> Floats:
    """Return the share of each block under any of some areas."""
    block, area = shapely.STRtree(areas).query(blocks, predicate="intersects")
    share = np.zeros(len(blocks))
    for i, some in pd.Series(area).groupby(block):
        share[i] = shared_area(blocks[i : i + 1], np.array([shapely.union_all(areas[some.to_numpy()])]))[0]
    return share / shapely.area(blocks)


def _compounds(blocks: Polygons, extract: Extract, rules: Rules) -> NDArray[np.object_]:
    """Return the compound that each block mostly lies in; a quarter too large to be one holds nothing together."""
    compounds = extract.table("compounds")
    compounds = compounds[compounds.area <= rules.compound_m2]
    group = np.full(len(blocks), None, dtype=object)
    block, compound = shapely.STRtree(compounds.geometry.to_numpy()).query(blocks, predicate="intersects")
    shared = shared_area(blocks[block], compounds.geometry.to_numpy()[compound])
    mostly = shared >= MOSTLY * shapely.area(blocks)[block]
    names = compounds.index.astype(TEXT).to_numpy()
    order = np.argsort(shared[mostly], kind="stable")
    group[block[mostly][order]] = names[compound[mostly][order]]
    return group
