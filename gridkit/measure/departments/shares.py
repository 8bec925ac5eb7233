"""How much of each unit lies in each area of each net, people and ground.

::

    numbered(nets) -> Numbered                   nets and codes as numbers, in the order of their texts
    drawn(units, nets) -> DataFrame              shares of each unit's ground as drawn
    shares(units, nets, extract) -> DataFrame    the same without slivers, and of its people

Nine nets on a city are half a million parts. Texts name them only where a table leaves this package: inside, a net, an
area and a unit are numbers, which sort and group many times as fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridkit.geometry import shared_area
from gridkit.tessellation.people.dwellings import dwellings, home

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.tables import Extract

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]
    Corners = NDArray[np.complex128]

NONE = ""
"""The code of ground that no area of a net covers."""
NOBODYS = 0
"""The number of :data:`NONE`, which comes before every other text."""
NOISE = 1e-3
"""The share of a unit up to which even a touch is drawing noise."""
_EXACT = 1e-9
"""Shares nearer than this are the same: the rounding of an intersection."""


@dataclass(frozen=True, eq=False)
class Numbered:
    """Nets with numbers in place of names and codes; numbers are in the order of the texts.

    Attributes
    ----------
    names, codes
        The texts: the k-th is that of number k.
    net, code
        Of each area, shape (areas,).
    areas
        Polygons in a metric CRS, shape (areas,).
    """

    names: NDArray[np.object_]
    codes: NDArray[np.object_]
    net: Ints
    code: Ints
    areas: Shapes

    @cached_property
    def each(self) -> tuple[Net, ...]:
        """The nets one by one, by number."""
        own = (self.net == number for number in range(len(self.names)))
        return tuple(Net(self.areas[mine], self.code[mine]) for mine in own)


@dataclass(frozen=True, eq=False)
class Net:
    """One net: the polygons of its areas, and the number of each one's code."""

    areas: Shapes
    code: Ints

    @cached_property
    def seamless(self) -> bool:
        """Whether areas meet in common lines and share no ground."""
        return bool(shapely.coverage_is_valid(self.areas))

    @cached_property
    def shared(self) -> tuple[Ints, Ints, Shapes]:
        """The pairs of areas that overlap, the smaller number first, and what both claim."""
        if self.seamless:  # it takes a tenth of what cutting all neighbours with each other does
            none = np.empty(0, dtype=np.int64)
            return none, none, np.empty(0, dtype=np.object_)
        one, other = shapely.STRtree(self.areas).query(self.areas, predicate="intersects")
        ahead = one < other
        both = shapely.intersection(self.areas[one[ahead]], self.areas[other[ahead]])
        real = shapely.area(both) > 0
        return one[ahead][real], other[ahead][real], both[real]

    @cached_property
    def claimed(self) -> Floats:
        """The largest ground in square metres that each area shares with another one."""
        one, other, both = self.shared
        most, size = np.zeros(len(self.areas)), shapely.area(both)
        np.maximum.at(most, one, size)
        np.maximum.at(most, other, size)
        return most


def numbered(nets: gpd.GeoDataFrame) -> Numbered:
    """Return NETS as numbers."""
    names, net = np.unique(nets["net"].to_numpy(dtype=object), return_inverse=True)
    texts = nets["code"].to_numpy(dtype=object)
    codes = np.unique(np.append(texts, NONE))
    return Numbered(names, codes, net, np.searchsorted(codes, texts), np.asarray(nets.geometry, dtype=object))


def shares(
    units: gpd.GeoDataFrame, nets: Numbered, extract: Extract, over: pd.DataFrame, *, rule: str, sliver: float
) -> pd.DataFrame:
    """Return how much of each unit lies in each area of each net.

    Parameters
    ----------
    units
        UNITS in a metric CRS.
    nets
        Nets in that CRS.
    extract
        For its buildings: people are where they stand, else evenly over the unit.
    over
        What :func:`drawn` returns.
    rule
        What makes a part: ``people`` and ``area`` ask for more than ``sliver`` of the unit's people, or of its area;
        ``touch`` takes all that is more than drawing noise.
    sliver
        The share up to which a part goes with the rest of its unit.

    Returns
    -------
    DataFrame
        ``unit`` (its place in ``units``), ``net`` and ``code`` (numbers), ``area`` and ``people``: shares of the unit,
        which add up to 1 for each unit and net; ``over``: the share of its area as drawn, slivers not yet set aside.
        In the order of units and nets, the largest part first.
    """
    table = over.copy()
    one = _key(table["unit"], table["net"], len(nets.names))
    several = np.bincount(one)[one] > 1
    # Ground in two areas of one net counts in part for each.
    bare = (table["code"] == NOBODYS).to_numpy()
    gap, claimed = (np.bincount(one[which], table["over"][which], one.max(initial=-1) + 1) for which in (bare, ~bare))
    table["ground"] = table["over"].where(bare, table["over"] * ((1 - gap)[one] / np.where(bare, 1, claimed[one])))
    table["people"] = table["ground"]
    if several.any():
        table.loc[several, "people"] = _people(units, nets, extract, table[several])
    by, least = ("people", sliver) if rule == "people" else ("over", NOISE if rule == "touch" else sliver)
    # Where a unit has no people, its ground says which part is the larger.
    order = np.lexsort((table["code"], -table["over"], -table[by], one))
    kept = table.iloc[order][(table[by].to_numpy()[order] > least) | _first(one[order])].reset_index(drop=True)
    starts = np.flatnonzero(_first(_key(kept["unit"], kept["net"], len(nets.names))))
    sizes = np.diff(np.append(starts, len(kept)))
    ground, people = (np.repeat(np.add.reduceat(kept[name].to_numpy(), starts), sizes) for name in ("ground", "people"))
    kept["area"] = kept["ground"] / ground
    kept["people"] = np.divide(kept["people"], people, where=people > 0, out=kept["area"].to_numpy(copy=True))
    return kept[["unit", "net", "code", "area", "people", "over"]]


def drawn(units: gpd.GeoDataFrame, nets: Numbered) -> pd.DataFrame:
    """Return the share of each unit's area in each area of each net as it is drawn, and in none of them.

    Returns
    -------
    DataFrame
        ``unit`` (its place in ``units``), ``net`` and ``code`` (numbers) and ``over``.
    """
    ground = _Ground(np.asarray(units.geometry, dtype=object))
    parts = [_drawn(ground, net, len(nets.codes)).assign(net=number) for number, net in enumerate(nets.each)]
    return pd.concat(parts, ignore_index=True)


def _drawn(ground: _Ground, net: Net, codes: int) -> pd.DataFrame:
    shapes, whole = ground.shapes, ground.size
    which, unit, over = _cut(ground, net)
    # Two polygons of one code are one area.
    real = over > _EXACT
    keys, sums = summed(_key(unit[real], net.code[which[real]], codes), over[real])
    at, code = np.divmod(keys, codes)
    bare = np.clip(1 - np.bincount(at, weights=sums, minlength=len(shapes)), 0, 1)
    if (net.claimed > _EXACT * whole.min()).any():  # areas that overlap would hide a gap beside them
        several = np.flatnonzero(np.bincount(at, minlength=len(shapes)) > 1)
        every = np.full(len(several), shapely.union_all(net.areas))
        bare[several] = 1 - shared_area(shapes[several], every) / whole[several]
    open_ = np.flatnonzero(bare > _EXACT)
    return pd.DataFrame(
        {
            "unit": np.concatenate([at, open_]),
            "code": np.concatenate([code, np.full(len(open_), NOBODYS)]),
            "over": np.concatenate([sums, bare[open_]]),
        }
    )


def _cut(ground: _Ground, net: Net) -> tuple[Ints, Ints, Floats]:
    """Return areas and units that meet, and the share of the unit in the area; few are cut to know it.

    A unit that no border of the net runs through lies whole where any point of it lies. One that lies whole in one area
    has no part in any other, but in those that claim more than rounding of others' ground.
    """
    areas, shapes, whole = net.areas, ground.shapes, ground.size
    which, unit = ground.tree.query(areas, predicate="intersects")
    shapely.prepare(areas)
    crossed = ground.crossed(net)
    several = np.bincount(unit, minlength=len(shapes)) > 1
    filled = _filled(shapes, crossed, net)
    inside = filled[unit] & ~several[unit]
    asked = np.flatnonzero(crossed[unit] & ~inside)
    inside[asked] = shapely.covers(areas[which[asked]], shapes[unit[asked]])
    asked = np.flatnonzero(~crossed[unit])
    inside[asked] = shapely.intersects(areas[which[asked]], ground.spots[unit[asked]])
    placed = np.bincount(unit[inside], minlength=len(shapes)) > 0
    cut = ~inside & crossed[unit] & (~placed[unit] | (net.claimed[which] > _EXACT * whole[unit]))
    # Of a unit that is filled by areas which share no ground the last part is what the others leave.
    last = np.full(len(shapes), -1)
    last[unit[cut]] = np.flatnonzero(cut)
    rest = last[filled & (last >= 0)]
    cut[rest] = False
    over = inside.astype(float)
    over[cut] = shapely.area(shapely.intersection(shapes[unit[cut]], areas[which[cut]])) / whole[unit[cut]]
    over[rest] = np.clip(1 - np.bincount(unit, weights=over, minlength=len(shapes))[unit[rest]], 0, 1)
    return which, unit, over


def _filled(shapes: Shapes, asked: NDArray[np.bool_], net: Net) -> NDArray[np.bool_]:
    """Return which of the units asked lie whole in areas that share no ground; none where any do."""
    found = np.zeros(len(shapes), dtype=bool)
    if not asked.any() or not net.seamless:
        return found
    ground = shapely.coverage_union_all(net.areas)
    shapely.prepare(ground)
    if shapely.covers(ground, shapely.box(*shapely.total_bounds(shapes))):
        return asked.copy()
    found[asked] = shapely.covers(ground, shapes[asked])
    return found


class _Ground:
    """Units that nets are laid over: what every net asks of them, found once."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.size = shapely.area(shapes)
        self.tree = shapely.STRtree(shapes)

    @cached_property
    def spots(self) -> Shapes:
        """A point inside each unit."""
        found: Shapes = shapely.point_on_surface(self.shapes)
        return found

    @cached_property
    def corners(self) -> pd.Index:
        """The corners of units, each once."""
        return pd.Index(_edges(self.shapes)[0]).unique()

    @cached_property
    def edges(self) -> pd.Index:
        """The edges of units, as numbers."""
        return pd.Index(self._number(*_edges(self.shapes))).unique()

    def crossed(self, net: Net) -> NDArray[np.bool_]:
        """Return the units that borders of a net may run through: near edges of areas that are no unit's edge.

        An edge of one unit runs through no other.
        """
        start, end = _edges(net.areas)
        key = self._number(start, end)
        own = (key < 0) | (self.edges.get_indexer(pd.Index(key)) < 0)
        corners = np.stack([start[own], end[own]], axis=1)
        found = np.zeros(len(self.shapes), dtype=bool)
        found[self.tree.query(shapely.linestrings(np.stack([corners.real, corners.imag], axis=-1)))[1]] = True
        return found

    def _number(self, start: Corners, end: Corners) -> Ints:
        """Return a number for each edge, whichever way it is drawn; -1 where an end is no corner of a unit."""
        one, other = (self.corners.get_indexer(pd.Index(each)).astype(np.int64) for each in (start, end))
        low, high = np.minimum(one, other), np.maximum(one, other)
        return np.where(low < 0, -1, low * len(self.corners) + high)


def _edges(shapes: Shapes) -> tuple[Corners, Corners]:
    """Return the first and the last point of each edge of polygons, as complex numbers."""
    points, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(shapes)), return_index=True)
    corner, along = points.view(np.complex128)[:, 0], ring[1:] == ring[:-1]
    return corner[:-1][along], corner[1:][along]


def _people(units: gpd.GeoDataFrame, nets: Numbered, extract: Extract, drawn: pd.DataFrame) -> Floats:
    """Return the share of each unit's people in each part of it: where its buildings stand, else as its area."""
    found = drawn["ground"].to_numpy(copy=True)
    lived_in = dwellings(extract)
    own = home(lived_in.points, np.asarray(units.geometry, dtype=object))
    floors = np.bincount(own[own >= 0], weights=lived_in.floor_m2[own >= 0], minlength=len(units))
    built = floors > 0
    for number, net in enumerate(nets.each):
        asked = np.flatnonzero((drawn["net"] == number).to_numpy() & built[drawn["unit"]])
        unit, code = (drawn[name].to_numpy()[asked] for name in ("unit", "code"))
        here = np.flatnonzero((own >= 0) & np.isin(own, unit))
        which, at = shapely.STRtree(lived_in.points[here]).query(net.areas, predicate="intersects")
        # A home in two areas of one net counts half in each.
        part = (lived_in.floor_m2[here] / floors[own[here]])[at] / np.bincount(at)[at]
        keys, inside = summed(_key(own[here][at], net.code[which], len(nets.codes)), part)
        part_of = pd.Series(inside, index=keys).reindex(_key(unit, code, len(nets.codes)), fill_value=0.0).to_numpy()
        held = np.bincount(own[here][at], weights=part, minlength=len(units))[unit]
        found[asked] = np.where(code == NOBODYS, np.clip(1 - held, 0.0, 1.0), part_of)
    return found


def summed(keys: Ints, *values: Floats) -> tuple[Any, ...]:
    """Return the different keys in order, and the sum of each of the values by key."""
    at, each = pd.factorize(keys)  # few keys are sorted, not all rows as by `np.unique`
    order = np.argsort(each)
    return (each[order], *(np.bincount(at, weights=own, minlength=len(each))[order] for own in values))


def _key(one: pd.Series[int] | Ints, other: pd.Series[int] | Ints, count: int) -> Ints:
    """Return one number for each pair, in the order of pairs; ``other`` is below ``count``."""
    return np.asarray(one, dtype=np.int64) * count + np.asarray(other, dtype=np.int64)


def _first(keys: Ints) -> NDArray[np.bool_]:
    """Return where each run of equal keys begins."""
    return np.append(np.ones(min(len(keys), 1), dtype=bool), keys[1:] != keys[:-1])
