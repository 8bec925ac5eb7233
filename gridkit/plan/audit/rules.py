"""The rules of division, each a small function: a audited and thresholds in, a number and the places at fault out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.adjacency import positions
from gridkit.graph import components
from gridkit.language.labels import word
from gridkit.language.phrases import NO_TEXT, Phrase, joined, listed
from gridkit.measure.shape import polsby_popper
from gridkit.plan import codes
from gridkit.plan import main_roads as roads_inside
from gridkit.plan.audit.thresholds import INSET_M, NOISE_M2, SWEEPS
from gridkit.plan.plan import MICRO
from gridkit.tables import PEOPLE_FROM, TEXT, flagged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pyproj import CRS

    from gridkit.catalog.presets import Rule
    from gridkit.plan.audit.audited import Audited


@dataclass(frozen=True)
class Measured:
    """What a rule found.

    Attributes
    ----------
    value
        The number its thresholds judge; none where the rule cannot be judged, and ``why`` says so.
    places
        The places at fault: columns ``grid_id``, ``value`` and geometry; a fault of the whole plan has a null
        ``grid_id``.
    reasons
        Why a grid at fault is, where that is known of it alone.
    """

    value: float | None
    places: gpd.GeoDataFrame | None = None
    why: Phrase = NO_TEXT
    reasons: Mapping[str, Phrase] = field(default_factory=dict)


def _places(geometry: object, grids: object, values: object, crs: CRS | None) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame({"grid_id": grids, "value": values}, geometry=geometry, crs=crs)
    return frame.reset_index(drop=True)


def _at_fault(audited: Audited, values: pd.Series, wrong: pd.Series) -> gpd.GeoDataFrame:
    """Return the grids at fault with their values."""
    bad = audited.grids[wrong.to_numpy()]
    return _places(bad.geometry.to_numpy(), bad.index.to_numpy(), values[wrong].to_numpy(dtype=float), bad.crs)


# ------------------------------------------------------------------ 1 to 9: the named principles
def legal(audited: Audited, _: Rule) -> Measured:
    """Count the grids that lie in no district that exists."""
    if audited.districts is None:
        return Measured(None, None, Phrase("no districts were given"))
    orphan = ~audited.grids["parent"].isin(audited.districts.index)
    return Measured(float(orphan.sum()), _at_fault(audited, orphan.astype(float), orphan))


def inside(audited: Audited, _: Rule) -> Measured:
    """Add up the square metres of grids that lie outside their own district."""
    if audited.districts is None:
        return Measured(None, None, Phrase("no districts were given"))
    grids, districts = audited.grids, audited.districts
    known = grids["parent"].isin(districts.index).to_numpy()
    shapes = grids.geometry.to_numpy()[known]
    homes = districts.loc[grids["parent"][known]].geometry.to_numpy()
    outside = np.full(len(shapes), None, dtype=object)
    shapely.prepare(homes)
    crossing = ~shapely.covers(homes, shapes)
    # Only what of the district lies around each grid: whole districts have many corners.
    near = shapely.box(*(shapely.bounds(shapes[crossing]) + np.array([-1.0, -1.0, 1.0, 1.0])).T)
    outside[crossing] = shapely.difference(shapes[crossing], shapely.intersection(homes[crossing], near))
    area = shapely.area(outside)
    over = np.nan_to_num(area) > NOISE_M2
    places = _places(outside[over], grids.index[known][over], area[over], grids.crs)
    return Measured(float(area[over].sum()), places)


def features(audited: Audited, _: Rule) -> Measured:
    """Return the share of the border between grids that runs along a visible feature; bare stretches are the faults."""
    borders = audited.grid_borders
    if borders is None:
        return Measured(None, None, Phrase("neither borders nor lines to follow were given"))
    if audited.follows_nothing:
        return Measured(None, None, Phrase("its units follow no lines, as cells of a lattice do not"))
    total = float(borders["metres"].sum())
    if total == 0:
        return Measured(None, None, Phrase("no two grids touch inside a district"))
    bare = borders[borders["bare_m"] > 0]
    places = _places(bare.geometry.to_numpy(), bare["grid_id"].to_numpy(), bare["bare_m"].to_numpy(), borders.crs)
    return Measured(1.0 - float(borders["bare_m"].sum()) / total, places)


def area(audited: Audited, rule: Rule) -> Measured:
    """Count the grids larger than the limit in square metres."""
    if rule.limit is None:
        return Measured(None, None, Phrase("this kind of grid sets no limit"))
    wrong = audited.grids["area_m2"] > rule.limit
    return Measured(float(wrong.sum()), _at_fault(audited, audited.grids["area_m2"], wrong))


def compounds(audited: Audited, _: Rule) -> Measured:
    """Count the compounds that would fit a grid and lie in several."""
    split = audited.split_compounds
    if split is None:
        return Measured(None, None, Phrase("no compounds are known"))
    return Measured(float(len(split)), split)


def walk(audited: Audited, rule: Rule) -> Measured:
    """Count the grids in which the longest walk is longer than the limit in metres."""
    if rule.limit is None:
        return Measured(None, None, Phrase("this kind of grid sets no limit"))
    metres = longest_walk(audited)
    wrong = metres > rule.limit
    return Measured(float(wrong.sum()), _at_fault(audited, metres, wrong))


def longest_walk(audited: Audited) -> pd.Series:
    """Return the longest walk inside each grid in metres, from the middle of one unit to that of another.

    Walks go from unit to unit inside the grid. Found by sweeps to the farthest unit (Magnien, Latapy & Habib 2009, ACM
    JEA 13), so the true longest may be a little longer. Without units it is the longest straight line across a part of
    it.
    """
    if audited.units is None or audited.borders is None:
        parts, owner = shapely.get_parts(np.asarray(audited.grids.geometry), return_index=True)
        return pd.Series(2 * shapely.minimum_bounding_radius(parts)).groupby(owner).max().set_axis(audited.grids.index)
    from scipy.sparse import csgraph

    graph, grid, points = audited.inner_graph
    middle = np.column_stack([np.bincount(grid, weights=points[:, k]) / np.bincount(grid) for k in (0, 1)])
    apart = np.hypot(*(points - middle[grid]).T)
    longest = np.zeros(len(audited.grids))
    for _ in range(SWEEPS):
        start = _farthest(grid, apart, len(longest))
        apart = csgraph.dijkstra(graph, directed=False, indices=start, min_only=True)
        apart[~np.isfinite(apart)] = 0.0
        np.maximum.at(longest, grid, apart)
    return pd.Series(longest, index=audited.grids.index)


def _farthest(grid: NDArray[np.int64], apart: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return for each grid the unit that is farthest."""
    order = np.lexsort((apart, grid))
    last = np.searchsorted(grid[order], np.arange(count), side="right") - 1
    return order[last]


def band(audited: Audited, _: Rule) -> Measured:
    """Return the share of grids whose measure lies outside the band."""
    values = audited.measured
    if values is None or audited.band is None:
        return Measured(None, None, Phrase("there is no {measure} or no range of size", measure=word(audited.measure)))
    wrong = pd.Series(audited.band.outside(values), values.index) & ~audited.dedicated
    return Measured(float(wrong.mean()), _at_fault(audited, values, wrong))


def other(audited: Audited, _: Rule) -> Measured:
    """Count the grids that leave the band by a second column: how sure a plan is of next year's people."""
    values = audited.by_other
    if values is None or audited.band is None:
        return Measured(None, None, Phrase("no second column was named (--check-with)"))
    wrong = pd.Series(audited.band.outside(values), values.index) & ~audited.dedicated
    return Measured(float(wrong.sum()), _at_fault(audited, values, wrong))


def alike(audited: Audited, _: Rule) -> Measured:
    """Return the intra-area correlation of the column in which the units of a grid are least alike."""
    found = audited.figures
    if found is None or not len(found.alike):
        return Measured(None, None, Phrase("no column was named in which grids should be alike (--homogeneous)"))
    known = found.alike.dropna()
    if not len(known):
        return Measured(None, None, Phrase("the column is the same everywhere, or there is one grid"))
    return Measured(float(known["correlation"].min()), None, Phrase("{names}", names=joined(found.correlations())))


def even(audited: Audited, rule: Rule) -> Measured:
    """Count the grids that hold more or less of a further column than the others of their parent, by the limit."""
    found = audited.figures
    off = None if found is None else found.grids.filter(like="off:")
    if off is None or not len(off.columns) or rule.limit is None:
        return Measured(None, None, Phrase("no further column was named (--even)"))
    worst = off.abs().max(axis=1).reindex(audited.grids.index).fillna(0.0)
    wrong = (worst > rule.limit) & ~audited.dedicated
    return Measured(float(wrong.sum()), _at_fault(audited, worst, wrong))


def middle(audited: Audited, rule: Rule) -> Measured:
    """Count the grids whose people walk longer to the middle, in the mean, than the limit in minutes."""
    return _walked(audited, rule, "walk_minutes", Phrase("walks to the middle are not weighed (--walk-weight)"))


def office(audited: Audited, rule: Rule) -> Measured:
    """Count the grids whose people walk longer to the office, in the mean, than the limit in minutes."""
    return _walked(audited, rule, "office_minutes", Phrase("no offices were given (--offices)"))


def _walked(audited: Audited, rule: Rule, column: str, why: Phrase) -> Measured:
    found = audited.figures
    if found is None or column not in found.grids or rule.limit is None:
        return Measured(None, None, why)
    minutes = found.grids[column].reindex(audited.grids.index).fillna(0.0)
    wrong = minutes > rule.limit
    return Measured(float(wrong.sum()), _at_fault(audited, minutes, wrong))


def sure(audited: Audited, rule: Rule) -> Measured:
    """Return the share of grids in the band that may lie outside it, people being off by how surely they are placed.

    Units err on their own, each by the share that its way of being placed is off by: the total of a grid errs by the
    root of the sum of squares, times the limit.
    """
    units, values, band = audited.units, audited.measured, audited.band
    if units is None or values is None or band is None or rule.limit is None or PEOPLE_FROM not in units:
        return Measured(None, None, Phrase("how the people of units were placed is not known"))
    if audited.measure not in ("people", "households"):
        return Measured(None, None, Phrase("the plan divides by another measure"))
    off = units[PEOPLE_FROM].astype(object).map(audited.off).astype(float)
    if off.isna().all():
        return Measured(None, None, Phrase("how the people of units were placed is not known"))
    error = (units[audited.measure].astype(float) * off.fillna(0.0)) ** 2
    error = rule.limit * error.groupby(units["grid_id"]).sum().reindex(values.index).fillna(0.0) ** 0.5
    inside = ~pd.Series(band.outside(values), values.index) & ~audited.dedicated
    leaves = band.outside(values - error) | band.outside(values + error)
    wrong = inside & leaves
    names = Phrase("{grids} may be outside", grids=listed(values.index[wrong])) if wrong.any() else NO_TEXT
    return Measured(float(wrong.mean()), _at_fault(audited, error, wrong), names)


def gaps(audited: Audited, _: Rule) -> Measured:
    """Add up the square metres of the districts, or of holes in the plan, that belong to no grid."""
    covered = audited.footprint
    if audited.districts is None:
        holes = np.asarray(shapely.polygons(_inner_rings(covered)), dtype=object)
    else:
        bare = shapely.difference(shapely.union_all(audited.districts.geometry.to_numpy()), covered)
        holes = np.asarray(shapely.get_parts(bare), dtype=object)
    size = np.asarray(shapely.area(holes))
    holes, size = holes[size > NOISE_M2], size[size > NOISE_M2]
    return Measured(float(size.sum()), _places(holes, np.full(len(holes), None, dtype=object), size, audited.crs))


def _inner_rings(shape: shapely.Geometry) -> NDArray[np.object_]:
    rings = [
        shapely.get_interior_ring(part, k)
        for part in shapely.get_parts(shape)
        for k in range(shapely.get_num_interior_rings(part))
    ]
    return np.array(rings, dtype=object)


def overlaps(audited: Audited, _: Rule) -> Measured:
    """Add up the square metres that belong to two grids, but for grids drawn twice."""
    pairs = audited.overlapping
    pairs = pairs[~pairs["double"]]
    return Measured(float(pairs["value"].sum()), pairs[["grid_id", "value", "geometry"]])


def doubles(audited: Audited, _: Rule) -> Measured:
    """Count the grids that lie on another one."""
    pairs = audited.overlapping
    pairs = pairs[pairs["double"]]
    return Measured(float(len(pairs)), pairs[["grid_id", "value", "geometry"]])


def stable(audited: Audited, _: Rule) -> Measured:
    """Return the share of people whose grid is not the heir of their old one."""
    units = audited.units
    if units is None or "old_grid" not in units or units["old_grid"].isna().all():
        return Measured(None, None, Phrase("there is no plan before this one"))
    there = units[units["old_grid"].notna()]
    people = there["people"].astype(float)
    shared = people.groupby([there["old_grid"], there["grid_id"]]).sum().reset_index()
    kept = shared.sort_values("people", ascending=False, kind="stable")
    kept = kept[~kept.duplicated("old_grid")]
    heir = kept[~kept.duplicated("grid_id")].set_index("old_grid")["grid_id"]
    moved = there["old_grid"].map(heir) != there["grid_id"]
    share = float(people[moved].sum() / people.sum()) if people.sum() else 0.0
    bad = there[moved & (people > 0)]
    return Measured(
        share, _places(bad.geometry.to_numpy(), bad["grid_id"].to_numpy(), bad["people"].to_numpy(float), bad.crs)
    )


# ------------------------------------------------------------------ further rules
def contiguous(audited: Audited, _: Rule) -> Measured:
    """Count the grids in several parts; all parts of one but its largest are the faults.

    Parts over a gap count as one here, and are said to lie over it: they are the matter of :func:`islands`.
    """
    apart, over = audited.detached, audited.islands
    said: Phrase = NO_TEXT
    if len(over):
        names = sorted(over["grid_id"].astype(TEXT).unique())
        said = Phrase("parts over gaps count as one piece, in grids {grids}", grids=listed(names))
    return Measured(float(apart["grid_id"].nunique()), apart, said)


def islands(audited: Audited, _: Rule) -> Measured:
    """Count the grids that reach over a gap no known way crosses; the parts beyond are the faults, with the gap."""
    if audited.units is None or audited.borders is None:
        return Measured(None, None, Phrase("no borders of units are known"))
    over = audited.islands
    return Measured(float(over["grid_id"].nunique()), over)


def necks(audited: Audited, rule: Rule) -> Measured:
    """Count the grids that hang together by a joint thinner than the limit in metres."""
    if rule.limit is None:
        return Measured(None, None, Phrase("this kind of grid sets no limit"))
    thin = audited.necks(rule.limit)
    if thin is None:
        return Measured(None, None, Phrase("no borders of units are known"))
    return Measured(float(thin["grid_id"].nunique()), thin)


def micro(audited: Audited, _: Rule) -> Measured:
    """Count the micro-grids that are not whole, in one piece, inside one grid; those out of their range are named."""
    units, borders = audited.units, audited.borders
    if units is None or borders is None or MICRO not in units or audited.micro_band is None:
        return Measured(None, None, Phrase("there are no micro-grids"))
    name = units[MICRO].astype(TEXT)
    ends = positions(borders, units.index)
    ends = ends[(ends >= 0).all(axis=1)]
    own = name.to_numpy()
    piece = pd.Series(components(ends[own[ends[:, 0]] == own[ends[:, 1]]], len(units)), index=units.index)
    held = pd.DataFrame({"grid": units["grid_id"].astype(TEXT), "piece": piece}).groupby(name)
    wrong = held.nunique().gt(1).any(axis=1)
    at_fault = units[name.isin(wrong.index[wrong])]
    over = audited.micro_band.outside(units[audited.measure].astype(float).groupby(name).sum())
    said = (
        Phrase(
            "{count} micro-grid is outside its range of size",
            "",
            "{count} micro-grids are outside their range of size",
            count=int(over.sum()),
        )
        if over.any()
        else NO_TEXT
    )
    places = _places(at_fault.geometry.to_numpy(), at_fault["grid_id"].to_numpy(), np.nan, at_fault.crs)
    return Measured(float(wrong.sum()), places, said)


def main_roads(audited: Audited, rule: Rule) -> Measured:
    """Count the grids with more metres of main roads inside than the limit, and say why each has them."""
    units, borders = audited.units, audited.borders
    if units is None or borders is None or rule.limit is None:
        return Measured(None, None, Phrase("no borders between units are known"))
    if not borders["feature"].isin(roads_inside.MAIN).any():
        return Measured(None, None, Phrase("the roads are of one class: none is known to be a main road"))
    inside = roads_inside.straddled(units, borders)
    metres = inside["metres"].groupby(inside["grid_id"]).sum()
    wrong = metres.index[metres > rule.limit]
    # All of it in one place: whoever mends a grid deals with its main roads together.
    places = inside.loc[inside["grid_id"].isin(wrong), ["grid_id", "metres", "geometry"]]
    places = places.dissolve("grid_id", aggfunc="sum").reset_index()
    known = audited.measured is not None and audited.measure in units
    why = roads_inside.why_straddled(
        units, borders, audited.measure if known else "area_m2", audited.band if known else None, wrong
    )
    return Measured(
        float(len(wrong)),
        _places(places.geometry.to_numpy(), places["grid_id"].to_numpy(), places["metres"].to_numpy(), audited.crs),
        _without_choice(why),
        why,
    )


def _without_choice(why: Mapping[str, Phrase]) -> Phrase:
    """Return how many grids have no choice."""
    bound = sum(reason is not roads_inside.NOT_PROVEN for reason in why.values())
    if not bound:
        return NO_TEXT
    return Phrase(
        "{count} of them has no other way, or a compound on both sides",
        "",
        "{count} of them have no other way, or a compound on both sides",
        count=bound,
    )


def compact(audited: Audited, rule: Rule) -> Measured:
    """Count the grids whose Polsby-Popper score, 4 pi A / P2, is below the limit."""
    if rule.limit is None:
        return Measured(None, None, Phrase("this kind of grid sets no limit"))
    score = polsby_popper(audited.land)
    wrong = score < rule.limit
    return Measured(float(wrong.sum()), _at_fault(audited, score, wrong))


def crossings(audited: Audited, rule: Rule) -> Measured:
    """Count the grids that more streets enter than the limit: each is one place to close in an emergency."""
    roads = audited.backdrop.get("roads")
    if roads is None or not len(roads) or rule.limit is None:
        return Measured(None, None, Phrase("no roads are known"))
    entries = entries_by_street(audited.grids, roads)
    wrong = entries > rule.limit
    return Measured(float(wrong.sum()), _at_fault(audited, entries, wrong))


def entries_by_street(grids: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> pd.Series:
    """Return how many times streets enter each grid: crossings of the line :data:`INSET_M` inside its border."""
    above = roads
    if "tunnel" in roads:
        above = roads[~flagged(roads["tunnel"])]
    rings = shapely.boundary(shapely.buffer(grids.geometry.to_numpy(), -INSET_M, join_style="mitre"))
    lines = above.geometry.to_numpy()
    i, j = shapely.STRtree(lines).query(rings, predicate="intersects")
    points = shapely.get_num_coordinates(shapely.intersection(rings[i], lines[j]))
    return pd.Series(np.bincount(i, weights=points, minlength=len(grids)), index=grids.index)


def people(audited: Audited, _: Rule) -> Measured:
    """Count the grids where nobody lives, dedicated ones apart."""
    if "people" not in audited.grids or not audited.grids["people"].astype(float).any():
        return Measured(None, None, Phrase("there are no people"))
    values = audited.grids["people"].astype(float)
    wrong = (values == 0) & ~audited.dedicated
    return Measured(float(wrong.sum()), _at_fault(audited, values, wrong))


def coded(audited: Audited, _: Rule) -> Measured:
    """Count the grids whose code is malformed, doubled or was retired."""
    template = audited.template
    ids = audited.codes
    wrong = codes.faults(ids, template, audited.retired).index if template else ids.index[ids.duplicated(keep=False)]
    bad = pd.Series(ids.index.isin(wrong), index=audited.grids.index)
    return Measured(float(bad.sum()), _at_fault(audited, bad.astype(float), bad))
