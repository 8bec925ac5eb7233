"""Borders: which units touch, along how many metres, what runs there, and whether one can walk across.

Two units are joined by an ordinary border that is wide enough to walk across or that a way crosses, by a bridge where
the border follows a line that only a road crosses, by a ferry where the data has one, and by a gap where nothing is
known to lead from one part of a parent to another. Pairs that nothing joins have no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from gridkit.adjacency import FERRY, GAP, positions
from gridkit.crs import require_metric
from gridkit.geometry import united
from gridkit.graph import components
from gridkit.tables import FEATURES
from gridkit.tessellation import joints, midstream, mosaic, streams
from gridkit.tessellation.barriers import CODE, OWN_KINDS, lines, water_areas
from gridkit.tessellation.cut_rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from pyproj import CRS

    from gridkit.band import Band
    from gridkit.tables import Extract
    from gridkit.tessellation.mosaic import Floats, Indices, Polygons, Sides

SHORT_M = 15.0
"""A shorter segment in the middle of a street is not asked what runs there. Metres."""
PIER_M = 150.0
"""A ferry lands on the unit no further than this from its end: it is drawn to the pier's head. Metres."""
NO_NAME = -1


def touching(
    units: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    extract: Extract,
    rules: Rules | None = None,
    done: Callable[[float], None] = lambda _: None,
) -> gpd.GeoDataFrame:
    """Return the borders between units.

    Parameters
    ----------
    units
        Units that form a coverage in a metric CRS, with ``parent`` and ``kind``.
    barriers
        The lines that cut (:func:`gridkit.tessellation.barriers.select`), the user's own among them.
    extract
        All other lines and water areas that may run along a border, and the roads that cross.
    rules
        See :class:`~gridkit.tessellation.cut_rules.Rules`: what is closed, what becomes of islands.
    done
        Called with the share that is done, as it was measured on an outline of a million vertices.

    Returns
    -------
    GeoDataFrame
        As of :data:`gridkit.tables.BORDERS`, with two more columns: ``joining_m``, the metres of ordinary border, or of
        passage where that is narrower, and ``crossings``, the number of ways over what is closed or thin. Units of two
        parents have a border of the feature ``boundary``. A water unit (kind water) hangs on one neighbour only, so
        that no grid leads through it, and its banks are linked by the bridges and ferries over it. Borders thinner than
        ``rules.joint_m`` that no way crosses are left out, but for the widest where a part of a parent has no other
        joint. ``feature_m`` of a gap is its width in metres where its sides do not touch.
    """
    rules = rules or Rules()
    require_metric(units, where="units")
    along = _Along.of(barriers, extract, rules)
    pairs = _pairs(units, along, rules)
    # The order matters: water takes its one neighbour only after crossings are known, bridges are looked for only
    # between what is then still apart, and gaps come last, because nothing is known of them.
    done(0.2)
    pairs = joints.joined(pairs, units, extract, rules)
    done(0.5)
    pairs = _leaves(pairs, units)
    joined = pairs[~pairs["link"].isin(("apart", "thin"))]
    if _needs_bridges(units, joined):
        joined = _with(joined, _bridges(units, joints.ways(extract, rules), "bridge", mosaic.ON_LINE_M))
        done(0.9)
        joined = _with(joined, _bridges(units, joints.ferries(extract), FERRY, PIER_M))
    joined = _with(joined, _forest(units, joined, pairs[pairs["link"] == "thin"]).assign(link="border"))
    if rules.islands == "join":
        joined = _with(joined, _gaps(units, joined, pairs[pairs["link"] == "apart"]))
    return _table(joined, units)


def standing(borders: gpd.GeoDataFrame, units: gpd.GeoDataFrame, measure: str, band: Band) -> gpd.GeoDataFrame:
    """Return borders without the gaps between parts that can each be split into grids of the band on their own.

    What is left of the gaps leads to parts too small for grids of their own, or that cannot be divided into the band.
    """
    gaps = (borders["link"] == GAP).to_numpy(dtype=bool)
    if not gaps.any():
        return borders
    ends = positions(borders, units.index)
    same = units["parent"].to_numpy()[ends[:, 0]] == units["parent"].to_numpy()[ends[:, 1]]
    held, dropped = units[measure].to_numpy(dtype=float), np.zeros(len(borders), dtype=bool)
    # The widest gap first: it is the worst to have inside a grid, so it is the first that one would rather do without.
    for i in sorted(np.flatnonzero(gaps).tolist(), key=lambda i: (-float(borders["feature_m"].iloc[i]), i)):
        dropped[i] = True
        part = components(ends[same & ~dropped], len(units))
        totals = [float(held[part == part[end]].sum()) for end in ends[i]]
        dropped[i] = all(band.fits(total) for total in totals)
    kept: gpd.GeoDataFrame = borders[~dropped].reset_index(drop=True)
    return kept.set_axis(kept.index.rename(borders.index.name))


def _with(joined: gpd.GeoDataFrame, links: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.concat([joined, links], ignore_index=True), crs=joined.crs) if len(links) else joined


# ------------------------------------------------------------------ what runs along
@dataclass(frozen=True)
class _Along:
    """The lines and water that may run along a border."""

    shapes: Polygons
    code: Indices
    name: Indices
    names: NDArray[np.object_]
    water: gpd.GeoDataFrame
    waterways: gpd.GeoDataFrame
    reach_m: float

    @classmethod
    def of(cls, barriers: gpd.GeoDataFrame, extract: Extract, rules: Rules) -> _Along:
        """Return the barriers and every other line of an extract."""
        own = barriers[barriers["kind"].isin(OWN_KINDS)]
        tables = [table for table in (own, lines(extract)) if len(table)]
        every = pd.concat(tables, ignore_index=True) if tables else own
        name, names = pd.factorize(every["name"])
        code = every["feature"].map(CODE).to_numpy(dtype=np.int64)
        return cls(
            np.asarray(every["geometry"], dtype=object),
            code,
            name,
            np.array([*names, None], dtype=object),
            water_areas(extract, rules),
            extract.table("waterways"),
            rules.median_m,
        )

    @property
    def waters(self) -> tuple[Polygons, NDArray[np.bool_]]:
        """Return the areas of water, and which of them are wide."""
        return np.asarray(self.water.geometry, dtype=object), self.water["alone"].to_numpy(dtype=bool)

    def at(self, sides: Sides, pair: Indices) -> tuple[Indices, Indices]:
        """Return the feature and the name along each segment of the borders of some pairs.

        A segment that lies on no line may be the middle line of a street area or of water: then it is what it runs in,
        or the strongest line within reach.
        """
        line = mosaic.line_of(sides, self.shapes, self.code)
        found = line >= 0
        code = np.where(found, self.code[line] if len(self.code) else 0, CODE["none"])
        name = np.where(found, self.name[line] if len(self.name) else 0, NO_NAME)
        self._in_water(sides, found, code, name)
        self._within_reach(sides, pair, found, code, name)
        return code, name

    def _in_water(self, sides: Sides, found: NDArray[np.bool_], code: Indices, name: Indices) -> None:
        """Fill in, in place, the segments that run through water."""
        rest = np.flatnonzero(~found)
        if not len(rest) or not len(self.water):
            return
        spots = np.asarray(shapely.points(sides.middles[rest]), dtype=object)
        area, hit = shapely.STRtree(spots).query(self.water.geometry.to_numpy(), predicate="contains")
        code[rest[hit]] = self.water["feature"].map(CODE).to_numpy(dtype=np.int64)[area]
        numbers = {text: i for i, text in enumerate(self.names[:-1])}
        said = streams.called(spots[hit], area, self.water, self.waterways)
        name[rest[hit]] = [numbers.get(text, NO_NAME) for text in said]
        found[rest[hit]] = True

    def _within_reach(
        self, sides: Sides, pair: Indices, found: NDArray[np.bool_], code: Indices, name: Indices
    ) -> None:
        """Fill in, in place, the segments that run beside a line, as the middle of a street does: a street, else any.

        A short segment is what the longest such segment of its border is.
        """
        rest = np.flatnonzero(~found)
        if not len(rest) or not len(self.shapes):
            return
        metres = sides.lengths
        rest = rest[np.lexsort((-metres[rest], pair[rest]))]
        longest = np.append(True, pair[rest][1:] != pair[rest][:-1])
        lead = rest[longest][np.cumsum(longest) - 1]
        asked = longest | (metres[rest] >= SHORT_M)
        short, lead = rest[~asked], lead[~asked]
        rest = rest[asked]
        spots = np.asarray(shapely.points(sides.middles[rest]), dtype=object)
        for least in ("street", "path"):
            open_yet = np.flatnonzero(code[rest] == CODE["none"])
            strong = np.flatnonzero(self.code >= CODE[least])
            if len(open_yet) and len(strong):
                hit, near = shapely.STRtree(self.shapes[strong]).query_nearest(
                    spots[open_yet], max_distance=self.reach_m, all_matches=False
                )
                at = rest[open_yet[hit]]
                code[at], name[at] = self.code[strong[near]], self.name[strong[near]]
        code[short], name[short] = code[lead], name[lead]


# ------------------------------------------------------------------ pairs
def _pairs(units: gpd.GeoDataFrame, along: _Along, rules: Rules) -> gpd.GeoDataFrame:
    """Return one row per two units that touch, with what runs along their border and its line."""
    parts, owner = shapely.get_parts(units.geometry.to_numpy(), return_index=True)
    sides = mosaic.sides(parts)
    shared = sides.right >= 0
    shared &= owner[sides.left] != owner[np.maximum(sides.right, 0)]
    sides = mosaic.chosen(sides, shared)
    left, right = owner[sides.left], owner[sides.right]
    one, two = np.minimum(left, right), np.maximum(left, right)
    keys, pair = np.unique(one * len(units) + two, return_inverse=True)
    code, name = along.at(sides, pair)
    offshore = midstream.uncounted(sides.ends(), pair, units.geometry.to_numpy(), *along.waters)
    metres = np.where(offshore, 0.0, sides.lengths)
    closed = np.isin(code, [CODE[feature] for feature in rules.closed]) & ~offshore
    feature, feature_m = _longest(pair, code, metres, len(keys), len(FEATURES))
    on_feature = code == feature[pair]
    names = _longest(pair[on_feature], name[on_feature] + 1, metres[on_feature], len(keys), len(along.names))[0]
    first, second = keys // len(units), keys % len(units)
    parent = units["parent"].to_numpy()
    across = parent[first] != parent[second]
    frame = gpd.GeoDataFrame(
        {
            "one": first,
            "two": second,
            "shared_m": np.bincount(pair, metres, len(keys)),
            "joining_m": np.bincount(pair[~closed], metres[~closed], len(keys)),
            "feature": np.array(FEATURES, dtype=object)[np.where(across, CODE["boundary"], feature)],
            "feature_m": feature_m,
            "name": along.names[names - 1],
            "across": across,
        },
        geometry=_lines_by(pair, sides.ends(), len(keys)),
        crs=units.crs,
    )
    frame["closed"] = _lines_by(pair[closed], sides.ends()[closed], len(keys))
    return frame


def _longest(row: Indices, kind: Indices, metres: Floats, rows: int, kinds: int) -> tuple[Indices, Floats]:
    """Return for each row the kind with most metres, and these metres; kind 0 where there is none."""
    keys, inverse = np.unique(row * kinds + kind, return_inverse=True)
    total = np.bincount(inverse, metres, len(keys))
    order = np.argsort(total, kind="stable")
    best, most = np.zeros(rows, dtype=np.int64), np.zeros(rows)
    best[keys[order] // kinds] = keys[order] % kinds
    most[keys[order] // kinds] = total[order]
    return best, most


def _lines_by(row: Indices, ends: Floats, rows: int) -> Polygons:
    """Return the segments of each row as one line (or several), joined end to end; None where a row has none."""
    order = np.argsort(row, kind="stable")
    present, place = np.unique(row[order], return_inverse=True)
    out = np.full(rows, None, dtype=object)
    if len(present):
        out[present] = shapely.line_merge(
            np.asarray(shapely.multilinestrings(mosaic.drawn(ends[order]), indices=place), dtype=object)
        )
    return out


# ------------------------------------------------------------------ water
def _leaves(pairs: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the pairs with each water unit joined to the one neighbour of its parent it borders longest."""
    wet = (units["kind"] == "water").to_numpy()
    one, two = pairs["one"].to_numpy(), pairs["two"].to_numpy()
    inside = ~pairs["across"].to_numpy()
    at_water = inside & (wet[one] | wet[two])
    if not at_water.any():
        return pairs
    best: dict[int, int] = {}
    metres = pairs["shared_m"].to_numpy()
    # In rising order of metres: the longest border is the last to be written, and stays.
    for i in sorted(np.flatnonzero(at_water).tolist(), key=lambda i: metres[i]):
        for unit, other in ((one[i], two[i]), (two[i], one[i])):
            if wet[unit] and not wet[other]:
                best[int(unit)] = i
    link = pairs["link"].to_numpy(dtype=object).copy()
    link[at_water] = "apart"
    link[list(best.values())] = "border"
    return pairs.assign(link=link)


# ------------------------------------------------------------------ bridges, ferries and gaps
def _components(units: gpd.GeoDataFrame, joined: gpd.GeoDataFrame) -> Indices:
    """Return which units hang together inside their parents, by number."""
    inside = ~joined["across"].to_numpy(dtype=bool)
    return components(joined[["one", "two"]].to_numpy(dtype=np.int64)[inside], len(units))


def _needs_bridges(units: gpd.GeoDataFrame, joined: gpd.GeoDataFrame) -> bool:
    """Return whether there is water to cross, or ground in several parts that a way outside may join."""
    if (units["kind"] == "water").any():
        return True
    parts = int(_components(units, joined).max(initial=-1)) + 1
    if parts == units["parent"].nunique():
        return False
    return int(shapely.get_num_geometries(united(units.geometry.to_numpy()))) > 1


def _no_links(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"one": [], "two": []}, geometry=[], crs=units.crs)


def _bridges(units: gpd.GeoDataFrame, ways: Polygons, link: str, reach_m: float) -> gpd.GeoDataFrame:
    """Return the shortest way between any two units of one parent over water or outside the district."""
    land = units["kind"].to_numpy() != "water"
    if not len(ways):
        return _no_links(units)
    # One union, not unit by unit: a bridge that ends inside a unit is cut once at the shore, where it begins to be a
    # bridge.
    ground = shapely.union_all(units.geometry.to_numpy()[land])
    tree = shapely.STRtree(units.geometry.to_numpy()[land])
    shapely.prepare(ground)
    # Nearly every way lies on land; sorting these out first is what keeps the difference below affordable.
    ways = ways[~_on(ground, ways)]
    over = shapely.difference(ways, ground)
    merged = shapely.line_merge(shapely.union_all(over[~shapely.is_empty(over)]))
    spans = shapely.get_parts(merged)

    spans = spans[np.isin(shapely.get_type_id(spans), (1,))]
    ends = [shapely.get_point(spans, k) for k in (0, -1)]
    at = []
    for points in ends:
        place = np.full(len(spans), -1)
        hit, near = tree.query_nearest(points, max_distance=reach_m, all_matches=False)
        place[hit] = np.flatnonzero(land)[near]
        at.append(place)
    both = (at[0] >= 0) & (at[1] >= 0) & (at[0] != at[1])
    parent = units["parent"].to_numpy()
    both &= parent[at[0]] == parent[at[1]]
    one, two = np.minimum(*at)[both], np.maximum(*at)[both]
    length = shapely.length(spans[both])
    order = np.argsort(length, kind="stable")
    links = _link_rows(one[order], two[order], spans[both][order], link, units.crs)
    # Carriageways of one bridge are several spans: the shortest stands for all, and their number is kept as crossings.
    counts = links.groupby(["one", "two"])["link"].transform("size")
    return links.assign(crossings=counts).drop_duplicates(["one", "two"])


def _on(ground: shapely.Geometry, ways: Polygons) -> NDArray[np.bool_]:
    """Return which ways lie on the ground, their ends at its edge too: for most one point of them tells."""
    edges = shapely.get_parts(shapely.boundary(ground))
    at, ring = shapely.get_coordinates(edges, return_index=True)
    ends = np.stack([at[:-1], at[1:]], axis=1)[ring[1:] == ring[:-1]]
    # Line by line a long edge is asked about as a whole: a tree of its segments is not.
    near = np.unique(shapely.STRtree(ways).query(mosaic.drawn(ends), predicate="intersects")[1])
    on = np.asarray(shapely.contains_xy(ground, *shapely.get_coordinates(shapely.get_point(ways, 0)).T))
    on[near] = shapely.covered_by(ways[near], ground)
    return on


def _gaps(units: gpd.GeoDataFrame, joined: gpd.GeoDataFrame, apart: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the fewest links, of which nothing is known, that make each parent hang together.

    They lead over the longest closed borders, and where parts do not touch over the shortest gaps.
    """
    wet = (units["kind"] == "water").to_numpy()
    # A gap leads over water to the land beyond, not into the water.
    apart = apart[~wet[apart[["one", "two"]].to_numpy(dtype=np.int64)].any(axis=1)]
    links = _forest(units, joined, apart).assign(link=GAP)
    component = _components(units, _with(joined, links))
    for parent in units["parent"].unique():
        links = _with(links, _shortest(units, component, parent))
    return links


def _forest(units: gpd.GeoDataFrame, joined: gpd.GeoDataFrame, pairs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the fewest of some pairs that join parts of parents, those with the longest borders."""
    component = _components(units, joined)
    inside = pairs[~pairs["across"].to_numpy(dtype=bool)]
    one, two = component[inside["one"].to_numpy(dtype=int)], component[inside["two"].to_numpy(dtype=int)]
    metres = inside["shared_m"].to_numpy()
    # A spanning forest of the components with the longest borders; 1 / metres is least where metres are most.
    order = np.lexsort((metres, np.maximum(one, two), np.minimum(one, two)))
    last = np.append(np.diff(np.stack([np.minimum(one, two), np.maximum(one, two)])[:, order]).any(axis=0), True)
    best = order[last] if len(order) else order
    best = best[one[best] != two[best]]
    size = int(component.max(initial=-1)) + 1
    short = one[best].astype(np.int32), two[best].astype(np.int32)  # older scipy takes no others
    ends = np.minimum(*short), np.maximum(*short)
    forest = minimum_spanning_tree(coo_array((1 / metres[best], ends), shape=(size, size))).tocoo()
    chosen = set(zip(forest.row.tolist(), forest.col.tolist(), strict=True))
    used = [
        i
        for i, pair in zip(best.tolist(), zip(*(end.tolist() for end in ends), strict=True), strict=True)
        if pair in chosen
    ]
    return inside.iloc[used]


def _shortest(units: gpd.GeoDataFrame, component: Indices, parent: object) -> gpd.GeoDataFrame:
    """Return the shortest links between the parts of one parent that do not touch, the smallest part first."""
    mine, wet = (units["parent"] == parent).to_numpy(), (units["kind"] == "water").to_numpy()
    rows = np.flatnonzero(mine & (~wet | ~np.isin(component, component[mine & ~wet])))
    of, shapes = component[rows], units.geometry.to_numpy()[rows]
    ones, twos = [], []
    while len(np.unique(of)) > 1:
        numbers, sizes = np.unique(of, return_counts=True)
        # From the smallest part, so that each query is asked of few units; every link joins two parts, so they form a
        # tree.
        own, rest = np.flatnonzero(of == numbers[np.argmin(sizes)]), np.flatnonzero(of != numbers[np.argmin(sizes)])
        pair, gap = shapely.STRtree(shapes[rest]).query_nearest(shapes[own], all_matches=False, return_distance=True)
        best = int(np.argmin(gap))
        one, two = own[pair[0][best]], rest[pair[1][best]]
        ones.append(min(one, two))
        twos.append(max(one, two))
        of = np.where(of == of[one], of[two], of)
    lines = shapely.shortest_line(shapes[ones], shapes[twos]) if ones else np.zeros(0, dtype=object)
    return _link_rows(rows[ones].astype(int), rows[twos].astype(int), lines, GAP, units.crs)


def _link_rows(one: Indices, two: Indices, spans: Polygons, link: str, crs: CRS | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "one": one,
            "two": two,
            "shared_m": 0.0,
            "joining_m": 0.0,
            "feature": "river",
            "feature_m": shapely.length(spans),
            "name": None,
            "across": False,
            "crossings": 0,
            "link": link,
        },
        geometry=spans,
        crs=crs,
    )


def _table(joined: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    ids = units.index.to_numpy()
    a, b = ids[joined["one"].to_numpy(dtype=int)], ids[joined["two"].to_numpy(dtype=int)]
    swap = a > b
    first, second = np.where(swap, b, a), np.where(swap, a, b)
    frame = gpd.GeoDataFrame(
        {
            "unit_id": first,
            "neighbour": second,
            **{
                column: joined[column].to_numpy()
                for column in ("shared_m", "feature", "feature_m", "name", "link", "joining_m", "crossings")
            },
        },
        geometry=joined.geometry.to_numpy(),
        crs=units.crs,
    )
    frame["name"] = frame["name"].astype(object).where(frame["name"].notna(), None)
    frame = frame.sort_values(["unit_id", "neighbour", "link"], ignore_index=True)
    return frame.rename_axis("border_id")
