"""What is audited: the grids of a plan, or any polygons a city calls its grids, with whatever is known around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.adjacency import GAP, needed, positions, widths
from gridkit.crs import require_metric
from gridkit.errors import TableError, nearest
from gridkit.geometry import mend
from gridkit.graph import components
from gridkit.language.phrases import series
from gridkit.measure.balance import dedicated
from gridkit.plan.audit.thresholds import DOUBLE, NEAR_M, NOISE_M2, PART_SHARE
from gridkit.plan.wanted import Wanted
from gridkit.tables import TEXT, Extract

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray
    from pyproj import CRS
    from scipy.sparse import coo_matrix

    from gridkit.band import Band
    from gridkit.plan.objectives import Figures
    from gridkit.plan.plan import Plan


LINE_TABLES = ("roads", "rails", "waterways", "walls")
"""Tables of the backdrop whose lines a border may follow."""
LATTICE = ("hexagon",)
"""Kinds of unit that no line on the ground made."""


@dataclass(frozen=True)
class Around:
    """What is known around polygons that are not a plan of gridkit; any of it may be missing."""

    districts: gpd.GeoDataFrame | None = None
    units: gpd.GeoDataFrame | None = None
    """UNITS: their people fall to the polygon their middle lies in."""
    backdrop: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    template: str = ""
    """The template their codes should follow."""


@dataclass(frozen=True)
class Audited:
    """The grids under audit, and what the rules ask about them, each computed once.

    Attributes
    ----------
    grids
        One row per grid on a unique index, with ``parent`` and ``area_m2``; ``people`` and ``households`` where known.
    codes
        The code of each grid as it was given, which need not be unique.
    band
        What the measure of a grid is to lie in; None when there is no band.
    micro_band
        What the measure of a micro-grid is to lie in; None when there are none.
    wanted
        What grids were to be good at beside size and borders.
    off
        By what share the people of a unit may be off, by how they were placed.
    """

    grids: gpd.GeoDataFrame
    codes: pd.Series
    units: gpd.GeoDataFrame | None
    borders: gpd.GeoDataFrame | None
    districts: gpd.GeoDataFrame | None
    backdrop: Mapping[str, gpd.GeoDataFrame]
    measure: str
    band: Band | None
    template: str = ""
    retired: Collection[str] = ()
    other: str = ""
    """A second column of the units by which grids are to lie in the band."""
    micro_band: Band | None = None
    wanted: Wanted = field(default_factory=Wanted)
    off: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of_plan(cls, plan: Plan, measure: str, band: Band | None, template: str) -> Audited:
        """Return the audited that a plan is."""
        made = [step.parameters for step in reversed(plan.history)]
        return cls(
            plan.grids,
            plan.grids.index.to_series(),
            plan.units,
            plan.borders,
            plan.districts,
            plan.backdrop,
            measure,
            band,
            template,
            plan.retired,
            next((str(own["check_with"]) for own in made if own.get("check_with")), ""),
            plan.parameters.micro_band,
            Wanted.of(plan.parameters.objectives),
        )

    @classmethod
    def of_polygons(cls, polygons: gpd.GeoDataFrame, around: Around, measure: str, band: Band | None) -> Audited:
        """Return the audited that any polygons are: their ids from ``grid_id``, else from the index.

        Raises
        ------
        TableError
            When the CRS is not metric, or a row has no polygon.
        """
        require_metric(polygons, where="grids")
        frame, _ = mend(polygons, where="grids")
        given = frame["grid_id"] if "grid_id" in frame else frame.index.to_series()
        names = _unique(given.astype(TEXT).tolist())
        grids = frame.set_axis(pd.Index(names, dtype=TEXT, name="grid_id")).drop(columns="grid_id", errors="ignore")
        grids = grids.assign(area_m2=grids.area)
        if "parent" not in grids:
            grids["parent"] = _homes(grids, around.districts)
        units = _assigned(grids, around.units)
        if units is not None:
            for column in ("people", "households"):
                if column in units and column not in grids:
                    grids[column] = units.groupby("grid_id")[column].sum(min_count=1).reindex(grids.index, fill_value=0)
        codes = pd.Series(given.astype(TEXT).to_numpy(), index=grids.index)
        return cls(grids, codes, units, None, around.districts, around.backdrop, measure, band, around.template)

    @property
    def crs(self) -> CRS:
        """The metric CRS of all tables."""
        return require_metric(self.grids)

    @property
    def measured(self) -> pd.Series | None:
        """What the band is about, per grid; none where it is not known."""
        if self.measure == "area_m2" or self.measure in self.grids:
            values = pd.to_numeric(self.grids[self.measure], errors="coerce")
            return None if values.isna().all() else values.astype(float)
        if self.units is not None and self.measure in self.units:
            return self.units.groupby("grid_id")[self.measure].sum().reindex(self.grids.index).astype(float)
        return None

    @cached_property
    def by_other(self) -> pd.Series | None:
        """The second column, per grid; none where none was named.

        Raises
        ------
        TableError
            When the units have no such column of numbers.
        """
        if not self.other:
            return None
        numbers = [] if self.units is None else self.units.select_dtypes("number").columns.astype(TEXT).tolist()
        if self.units is None or self.other not in numbers:
            raise TableError(
                "the units have no column of numbers {column!r}",
                where="units",
                mend="bring it in the file of --people; there are {some}",
                column=self.other,
                near=nearest(self.other, numbers),
                some=series(numbers) or "-",
            )
        sums = self.units.groupby("grid_id")[self.other].sum()
        return sums.reindex(self.grids.index, fill_value=0.0).astype(float)

    @cached_property
    def figures(self) -> Figures | None:
        """How good the grids are at what they were to be good at; none where nothing was asked for."""
        asked = self.wanted
        if self.units is None or not (asked.columns or asked.walk or asked.offices):
            return None
        target = 1.0 if self.band is None else self.band.target
        from gridkit.plan.objectives import figures  # compiled, and for plans alone that were asked for more

        return figures(self.units, Extract(self.backdrop, self.crs), asked, self.measure, target)

    @cached_property
    def dedicated(self) -> pd.Series:
        """Whether a grid is one institution's own, which no band binds."""
        return dedicated(self.grids, self.units)

    # -------------------------------------------------------------- seams
    @cached_property
    def _seamless(self) -> bool:
        return bool(shapely.coverage_is_valid(self.grids.geometry.to_numpy()))

    @cached_property
    def footprint(self) -> shapely.Geometry:
        """The ground of all grids."""
        shapes = self.grids.geometry.to_numpy()
        return shapely.coverage_union_all(shapes) if self._seamless else shapely.union_all(shapes)

    @cached_property
    def overlapping(self) -> gpd.GeoDataFrame:
        """Pairs of grids that share ground: the second, the square metres, whether they are one grid drawn twice."""
        shapes = self.grids.geometry.to_numpy()
        i, j = self._touching if not self._seamless else (np.array([], dtype=int), np.array([], dtype=int))
        shared = shapely.intersection(shapes[i], shapes[j])
        area = shapely.area(shared)
        over = area > NOISE_M2
        i, j, shared, area = i[over], j[over], shared[over], area[over]
        union = shapely.area(shapes[i]) + shapely.area(shapes[j]) - area
        return gpd.GeoDataFrame(
            {
                "grid_id": self.grids.index.to_numpy()[j],
                "other": self.grids.index.to_numpy()[i],
                "value": area,
                "double": area > DOUBLE * union,
            },
            geometry=shared,
            crs=self.crs,
        )

    @cached_property
    def _touching(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of grids that meet, each once."""
        shapes = self.grids.geometry.to_numpy()
        i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        return i[i < j], j[i < j]

    # -------------------------------------------------------------- parts
    @cached_property
    def detached(self) -> gpd.GeoDataFrame:
        """The parts of torn grids but for the largest of each: by the border graph, else by their polygons."""
        if self.units is None or self.borders is None:
            return self._detached_polygons
        _, grid, _ = self.inner_graph
        part = components(self._inner_pairs, len(self.units))
        size = self.units["area_m2"].to_numpy(dtype=float)
        table = pd.DataFrame({"grid": grid, "part": part, "size": size})
        parts = table.groupby("part").agg(grid=("grid", "first"), size=("size", "sum")).reset_index()
        parts = parts.sort_values(["grid", "size", "part"], ascending=[True, False, True])
        small = parts[parts.duplicated("grid")]
        shapes = self.units.geometry.to_numpy()
        geometry = [shapely.union_all(shapes[part == number]) for number in small["part"]]
        grids = self.grids.index.to_numpy()[small["grid"]]
        return gpd.GeoDataFrame({"grid_id": grids, "value": small["size"].to_numpy()}, geometry=geometry, crs=self.crs)

    @property
    def _detached_polygons(self) -> gpd.GeoDataFrame:
        parts = gpd.GeoDataFrame({"grid_id": self.grids.index}, geometry=self.grids.geometry.to_numpy(), crs=self.crs)
        parts = parts.explode(ignore_index=True)
        parts["value"] = parts.area
        parts = parts.sort_values(["grid_id", "value"], ascending=[True, False], kind="stable")
        return parts[parts.duplicated("grid_id")].reset_index(drop=True)

    @cached_property
    def islands(self) -> gpd.GeoDataFrame:
        """The parts of grids that lie across a gap over which nothing is known to lead: how wide it is, in metres."""
        empty = gpd.GeoDataFrame({"grid_id": [], "value": []}, geometry=[], crs=self.crs)
        if self.units is None or self.borders is None or not (self.borders["link"] == GAP).any():
            return empty
        _, grid, _ = self.inner_graph
        ends = self._ends
        inner = grid[ends[:, 0]] == grid[ends[:, 1]]
        gap = inner & (self.borders["link"] == GAP).to_numpy(dtype=bool)
        part = components(ends[inner & ~gap], len(self.units))
        people = self.units["people"].to_numpy(dtype=float) + 1e-9 * self.units["area_m2"].to_numpy(dtype=float)
        size = np.bincount(part, people)
        shapes, names = self.units.geometry.to_numpy(), self.grids.index.to_numpy()
        rows = []
        for i in np.flatnonzero(gap):
            one, two = part[ends[i]]
            small = one if (size[one], one) < (size[two], two) else two
            width = 0.0 if self.borders["shared_m"].iloc[i] > 0 else float(self.borders["feature_m"].iloc[i])
            rows.append((names[grid[ends[i, 0]]], width, shapely.union_all(shapes[part == small])))
        if not rows:
            return empty
        owner, widths, places = zip(*rows, strict=True)
        return gpd.GeoDataFrame({"grid_id": owner, "value": widths}, geometry=list(places), crs=self.crs)

    def necks(self, least_m: float) -> gpd.GeoDataFrame | None:
        """Return the thinnest joints inside grids below so many metres, and how wide each is; None where none is known.

        A grid hangs together by the widest of its joints: those of a spanning tree, heaviest first. A way that leads
        over counts :data:`gridkit.adjacency.WAY_M`; units too small to have a wide side do not make a neck.
        """
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import minimum_spanning_tree

        if self.units is None or self.borders is None:
            return None
        _, grid, _ = self.inner_graph
        table, ends, width = self.borders, self._ends, widths(self.borders)
        wet = (self.units["kind"] == "water").to_numpy(dtype=bool)
        asked = (grid[ends[:, 0]] == grid[ends[:, 1]]) & ~wet[ends].any(axis=1) & (table["link"] != GAP).to_numpy()
        at = np.flatnonzero(asked)
        count = len(self.units)
        short = ends[at].astype(np.int32)  # older scipy takes no others
        low, high = short.min(axis=1), short.max(axis=1)
        tree = minimum_spanning_tree(coo_array((1 / np.maximum(width[at], 1e-3), (low, high)), shape=(count, count)))
        chosen = set(zip(*(each.tolist() for each in tree.tocoo().coords), strict=True))
        used = np.array([pair in chosen for pair in zip(low.tolist(), high.tolist(), strict=True)], dtype=bool)
        areas = shapely.area(self.units.geometry.to_numpy())
        thin = at[used & (width[at] < needed(least_m, areas, ends[at]))]
        names = self.grids.index.to_numpy()[grid[ends[thin, 0]]]
        return gpd.GeoDataFrame(
            {"grid_id": names, "value": width[thin]}, geometry=table.geometry.to_numpy()[thin], crs=self.crs
        )

    @cached_property
    def land(self) -> gpd.GeoDataFrame:
        """The grids without their water units, whose outline is the water's and not theirs."""
        if self.units is None or not (self.units["kind"] == "water").any():
            return self.grids
        wet = self.units["kind"] == "water"
        shapes = self.grids.geometry.to_numpy().copy()
        for grid in self.units["grid_id"][wet].unique():
            dry = self.units.geometry[~wet & (self.units["grid_id"] == grid)]
            at = self.grids.index.get_loc(grid)
            shapes[at] = shapely.union_all(dry.to_numpy()) if len(dry) else shapes[at]
        return self.grids.set_geometry(gpd.GeoSeries(shapes, index=self.grids.index, crs=self.crs))

    # -------------------------------------------------------------- the graph inside grids
    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        """Positions of the two units of each border."""
        assert self.units is not None and self.borders is not None  # noqa: S101, PT018 - asked for only then
        return positions(self.borders, self.units.index)

    @cached_property
    def _inner_pairs(self) -> NDArray[np.int64]:
        _, grid, _ = self.inner_graph
        ends = self._ends
        inner: NDArray[np.int64] = ends[grid[ends[:, 0]] == grid[ends[:, 1]]]
        return inner

    @cached_property
    def inner_graph(self) -> tuple[coo_matrix, NDArray[np.int64], NDArray[np.float64]]:
        """Steps between units of one grid in metres, the grid of each unit by position, and a point in each unit."""
        from scipy.sparse import coo_matrix

        assert self.units is not None  # noqa: S101 - asked for only then
        grid = self.grids.index.get_indexer(pd.Index(self.units["grid_id"])).astype(np.int64)
        points = shapely.get_coordinates(shapely.point_on_surface(self.units.geometry.to_numpy()))
        ends = self._ends
        ends = ends[grid[ends[:, 0]] == grid[ends[:, 1]]]
        metres = np.maximum(np.hypot(*(points[ends[:, 0]] - points[ends[:, 1]]).T), 1e-3)
        count = len(self.units)
        graph = coo_matrix((metres, (ends[:, 0], ends[:, 1])), shape=(count, count)).tocsr()
        return graph, grid, points

    # -------------------------------------------------------------- borders between grids
    @property
    def follows_nothing(self) -> bool:
        """Whether the units are cells of a lattice, or nothing to follow is known at all: no border could be better."""
        if self.units is None or self.borders is None:
            return False
        ground = self.units["kind"] != "water"
        known = any(len(self.backdrop.get(name, ())) for name in LINE_TABLES)
        lattice = self.units["kind"].isin(LATTICE)[ground].all()
        return bool(lattice or (not known and self.borders["feature"].isin(("none", "boundary")).all()))

    @cached_property
    def grid_borders(self) -> gpd.GeoDataFrame | None:
        """Borders between grids of one parent: ``grid_id``, ``metres``, and ``bare_m`` that follow nothing."""
        if self.units is not None and self.borders is not None:
            return self._cut_borders
        lines = [
            self.backdrop[name].geometry for name in LINE_TABLES if name in self.backdrop and len(self.backdrop[name])
        ]
        return self._drawn_borders(np.concatenate([np.asarray(each) for each in lines])) if lines else None

    @property
    def _cut_borders(self) -> gpd.GeoDataFrame:
        assert self.units is not None and self.borders is not None  # noqa: S101, PT018 - asked for only then
        grid = self.units["grid_id"].to_numpy()
        parent = self.units["parent"].to_numpy()
        a, b = self._ends.T
        cut = (grid[a] != grid[b]) & (parent[a] == parent[b]) & (self.borders["shared_m"].to_numpy() > 0)
        table = self.borders[cut]
        metres = table["shared_m"].to_numpy(dtype=float)
        bare = np.where(table["feature"].eq("none"), metres, 0.0)
        return gpd.GeoDataFrame(
            {"grid_id": grid[a[cut]], "metres": metres, "bare_m": bare},
            geometry=table.geometry.to_numpy(),
            crs=self.crs,
        )

    def _drawn_borders(self, near: NDArray[np.object_]) -> gpd.GeoDataFrame:
        shapes, parent = self.grids.geometry.to_numpy(), self.grids["parent"].to_numpy()
        i, j = self._touching
        one = parent[i] == parent[j]
        i, j = i[one], j[one]
        edges = shapely.intersection(shapely.boundary(shapes[i]), shapely.boundary(shapes[j]))
        metres = shapely.length(edges)
        i, edges, metres = i[metres > 0], edges[metres > 0], metres[metres > 0]
        at, line = shapely.STRtree(near).query(edges, predicate="dwithin", distance=NEAR_M)
        beside = [shapely.union_all(shapely.buffer(near[line[at == k]], NEAR_M)) for k in range(len(edges))]
        bare = shapely.difference(edges, np.array(beside, dtype=object)) if len(edges) else edges
        bare_m = shapely.length(bare)
        return gpd.GeoDataFrame(
            {"grid_id": self.grids.index.to_numpy()[i], "metres": metres, "bare_m": bare_m},
            geometry=np.where(bare_m > 0, bare, edges),
            crs=self.crs,
        )

    # -------------------------------------------------------------- compounds
    @cached_property
    def split_compounds(self) -> gpd.GeoDataFrame | None:
        """Compounds in several grids though one could hold them: by groups of units, else by their polygons."""
        if self.units is not None and "group" in self.units and self.units["group"].notna().any():
            return self._split_groups
        drawn = self.backdrop.get("compounds")
        return None if drawn is None or not len(drawn) else self._split_polygons(drawn)

    @property
    def _split_groups(self) -> gpd.GeoDataFrame:
        assert self.units is not None  # noqa: S101 - asked for only then
        grouped = self.units[self.units["group"].notna()]
        by = grouped.groupby("group", sort=True)
        grids = by["grid_id"].nunique()
        torn = grids[grids > 1].index
        if self.measure in grouped and self.band is not None:
            size = pd.to_numeric(grouped[self.measure]).groupby(grouped["group"]).sum()
            torn = torn[~self.band.above(size[torn])]
        geometry = [shapely.union_all(by.get_group(name).geometry.to_numpy()) for name in torn]
        first = [by.get_group(name)["grid_id"].min() for name in torn]
        values = grids[torn].to_numpy(dtype=float)
        return gpd.GeoDataFrame({"grid_id": first, "value": values}, geometry=geometry, crs=self.crs)

    def _split_polygons(self, drawn: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        shapes, homes = drawn.geometry.to_numpy(), self.grids.geometry.to_numpy()
        i, j = shapely.STRtree(homes).query(shapes, predicate="intersects")
        share = shapely.area(shapely.intersection(shapes[i], homes[j])) / np.maximum(shapely.area(shapes[i]), NOISE_M2)
        twice = self.grids.index.isin(self.overlapping["grid_id"][self.overlapping["double"]])
        in_it = (share > PART_SHARE) & ~twice[j]
        i, j = i[in_it], j[in_it]
        parts = np.bincount(i, minlength=len(shapes))
        torn = np.flatnonzero(parts > 1)
        first = [self.grids.index[j[i == k].min()] for k in torn]
        return gpd.GeoDataFrame(
            {"grid_id": first, "value": parts[torn].astype(float)}, geometry=shapes[torn], crs=self.crs
        )


def _unique(names: list[str]) -> list[str]:
    """Return names made unique by a number, so that a code given twice does not hide a grid."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out


def _homes(grids: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None) -> pd.Series:
    """Return the district each polygon shares most ground with, empty where it shares none."""
    if districts is None:
        return pd.Series("", index=grids.index, dtype=TEXT)
    shapes, areas = grids.geometry.to_numpy(), districts.geometry.to_numpy()
    i, j = shapely.STRtree(areas).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[i], areas[j]))
    # A plain object array: where a place is written twice the last, largest share stays; text arrays promise no order.
    home = np.full(len(grids), "", dtype=object)
    order = np.lexsort((shared, i))
    order = order[shared[order] > 0]
    home[i[order]] = districts.index.to_numpy()[j[order]].astype(str)
    return pd.Series(home, index=grids.index, dtype=TEXT)


def _assigned(grids: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame | None:
    """Return the units with the polygon their inner point lies in; those outside every polygon are left out."""
    if units is None:
        return None
    if units.crs != grids.crs:
        raise TableError("units and grids have different CRS", where="units", mend="use gridkit.crs.to_metric on both")
    points = shapely.point_on_surface(units.geometry.to_numpy())
    i, j = shapely.STRtree(grids.geometry.to_numpy()).query(points, predicate="intersects")
    first = pd.Series(j, index=i).groupby(level=0).min()  # a point in two polygons falls to the first
    return units.iloc[first.index].assign(grid_id=grids.index.to_numpy()[first.to_numpy()])
