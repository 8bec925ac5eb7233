"""Two plans side by side: which grid became which, who moves and where to, and how far borders moved.

::

    compare(old, new) -> Comparison        OLD may be any polygon layer; NEW is a plan
    Comparison.matches .moved .flows .borders .measures .breaks .facts .report()
    match(table) -> DataFrame              one old grid to one new grid, most people kept
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import require_metric
from gridkit.display import card, lines
from gridkit.display import same as equal
from gridkit.errors import TableError
from gridkit.geometry import mend
from gridkit.graph import components
from gridkit.measure.shape import polsby_popper
from gridkit.plan.correspondence import correspondence, counted
from gridkit.plan.overlap import STILL_M, outside, same, shared_parts
from gridkit.plan.plan import MICRO, Plan
from gridkit.plan.workers import continuity
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

SCHEMA, VERSION = "gridkit-compare", 1
CLASSES = 5


@dataclass(frozen=True)
class Comparison:
    """What changed from one plan to the next.

    Attributes
    ----------
    matches
        One row per grid of either plan: ``old``, ``new`` (null for one that went or came), ``people`` and
        ``households`` they share, ``renamed``.
    moved
        The pieces of ground whose grid changed, as a GeoDataFrame: ``unit_id``, ``old``, ``new``, ``people``,
        ``households``.
    flows
        People and households that change grid by ``old`` and ``new`` grid, most people first.
    borders
        Lines between grids that are ``gone`` or ``new``, with their ``metres``.
    measures
        Per match: each measure as ``NAME_old`` and ``NAME_new``.
    breaks
        Per measure, the class breaks that both sides are drawn with.
    facts
        Headline numbers, JSON-ready; among them how many old grids are unchanged, split, merged or irregular.
    lookup
        Old grids and the new ones their ground went to, classed as census offices do: see
        :func:`gridkit.plan.correspondence.correspondence`.
    """

    matches: pd.DataFrame
    moved: gpd.GeoDataFrame
    flows: pd.DataFrame
    borders: gpd.GeoDataFrame
    measures: pd.DataFrame
    breaks: Mapping[str, tuple[float, ...]]
    facts: Mapping[str, Any]
    lookup: pd.DataFrame

    @property
    def empty(self) -> bool:
        """Whether nobody changes grid, no border moved and no code changed."""
        return self.moved.empty and self.borders.empty and not self.matches["renamed"].any()

    def __repr__(self) -> str:
        return lines("Comparison", self._plain())

    def _repr_html_(self) -> str:
        return card("Comparison", self._plain(), self.flows)

    def _plain(self) -> dict[str, object]:
        return {name: value for name, value in self.facts.items() if isinstance(value, str | int | float)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Comparison) and equal(self, other) if self is not other else True

    __hash__ = None  # type: ignore[assignment] # it holds tables and names none of them

    def report(self) -> dict[str, Any]:
        """Return the comparison as JSON-ready values; schema ``gridkit-compare``, version 1."""
        tables = {"matches": self.matches, "flows": self.flows, "lookup": self.lookup}
        rows = {
            name: table.astype(object).where(table.notna(), None).to_dict("records") for name, table in tables.items()
        }
        return {"schema": SCHEMA, "version": VERSION, "facts": dict(self.facts), **rows}


def compare(old: Plan | gpd.GeoDataFrame, new: Plan) -> Comparison:
    """Lay an old plan, or any polygons used as grids before, beside a new plan.

    People and households that move are counted as they are in the new plan, so that a change of numbers is no move.

    Raises
    ------
    TableError
        When the polygons are not in the CRS of the plan.
    """
    _check_crs(old, new)
    was = old.units if isinstance(old, Plan) else _as_units(old)
    parts = shared_parts(was, new.units)
    parts["old"] = was["grid_id"].reindex(parts["old_unit"]).to_numpy()
    parts["new"] = new.units["grid_id"].reindex(parts["new_unit"]).to_numpy()
    matches = match(parts)
    kept = dict(zip(matches["old"], matches["new"], strict=True))
    changed = parts[parts["old"].map(kept, na_action="ignore") != parts["new"]]
    changed = changed[changed["old"].notna()]
    borders = _borders(old, was, new)
    grids = old.grids if isinstance(old, Plan) else _old_grids(was, parts)
    measures, breaks = _measures(grids, new, matches)
    flows = _summed(changed, ["old", "new"]).sort_values(["people", "old", "new"], ascending=[False, True, True])
    lookup = correspondence(parts, outside=outside(was, new.units).groupby(was["grid_id"]).sum())
    facts = {
        **_facts(matches, changed, borders, new, _micro(old, new)),
        **counted(lookup),
        "ties": int(lookup["tie"].sum()),
    }
    stays = continuity(old, new, parts) if isinstance(old, Plan) else None
    if stays is not None:
        facts["households_keep_worker"] = {"n": stays.kept, "of": stays.households, "share": stays.share}
    pieces = _pieces(changed, was, new)
    return Comparison(matches, pieces, flows.reset_index(drop=True), borders, measures, breaks, facts, lookup)


def match(parts: pd.DataFrame) -> pd.DataFrame:
    """Return which old grid is which new one: each at most once, so that as many people as possible keep their grid.

    The largest total is found exactly (Kuhn 1955) in each group of grids that share ground; ground decides where nobody
    lives. Rows are sorted by new grid, then by old ones that have no successor.

    Parameters
    ----------
    parts
        Columns ``old``, ``new``, ``people``, ``households``, ``area_m2`` of each piece of ground.
    """
    shared = _summed(parts[parts["old"].notna()], ["old", "new"])
    olds, news = pd.Index(sorted(shared["old"].unique())), pd.Index(sorted(parts["new"].dropna().unique()))
    pairs = np.column_stack([olds.get_indexer(pd.Index(shared["old"])), news.get_indexer(pd.Index(shared["new"]))])
    weight = shared["people"].to_numpy(float) + 1e-9 * shared["area_m2"].to_numpy(float)
    nodes = pairs + np.array([0, len(olds)])
    part = components(nodes, len(olds) + len(news))[pairs[:, 0]]
    groups = [np.flatnonzero(part == number) for number in np.unique(part)]
    best = [row for rows in groups for row in _assigned(pairs, weight, rows)]
    table = shared.iloc[best]
    gone = pd.DataFrame({"old": olds.difference(pd.Index(table["old"]))})
    come = pd.DataFrame({"new": news.difference(pd.Index(table["new"]))})
    table = pd.concat([table, come, gone], ignore_index=True).reindex(
        columns=["old", "new", "people", "households", "area_m2"]
    )
    table = table.sort_values(["new", "old"], ignore_index=True)
    both = table["old"].notna() & table["new"].notna()
    return table.assign(renamed=both & (table["old"].astype(object) != table["new"].astype(object)))


def _assigned(pairs: NDArray[np.int64], weight: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of the heaviest one-to-one assignment among the given rows."""
    first = rows[np.lexsort((-weight[rows], pairs[rows, 0]))]
    own = first[np.unique(pairs[first, 0], return_index=True)[1]]
    if len(np.unique(pairs[own, 1])) == len(own):  # each has its heaviest: nothing is heavier, and no solver is loaded
        return own
    from scipy.optimize import linear_sum_assignment

    i, at_i = np.unique(pairs[rows, 0], return_inverse=True)
    j, at_j = np.unique(pairs[rows, 1], return_inverse=True)
    table = np.zeros((len(i), len(j)))
    where = np.full(table.shape, -1)
    table[at_i, at_j], where[at_i, at_j] = weight[rows], rows
    chosen: NDArray[np.int64] = where[linear_sum_assignment(table, maximize=True)]
    return chosen[chosen >= 0]


def _check_crs(old: Plan | gpd.GeoDataFrame, new: Plan) -> None:
    crs = old.crs if isinstance(old, Plan) else require_metric(old, where="old grids")
    if crs != new.crs:
        raise TableError(
            "the old grids are in {old}, the plan in {new}",
            where="old grids",
            mend="use gridkit.crs.to_metric(polygons, plan.crs) first",
            old=crs.name,
            new=new.crs.name,
        )


def grids_as_plan(polygons: gpd.GeoDataFrame, like: Plan) -> Plan:
    """Return a layer of grids as a plan of which each polygon is a unit, to be drawn beside another plan.

    People and households are the layer's own where it counts them, else those of ``like`` who live there.
    """
    was = _as_units(polygons)
    parts = shared_parts(was, like.units)
    now = parts.groupby("old_unit")[["people", "households"]].sum(min_count=1)
    counted = {name: was[name] if name in was else now[name].reindex(was.index) for name in ("people", "households")}
    at = shapely.STRtree(like.districts.geometry.to_numpy()).nearest(was.representative_point().to_numpy())
    units = was.assign(
        people=counted["people"].fillna(0.0).astype(float),
        households=counted["households"].astype(float),
        parent=like.districts.index.to_numpy()[at],
        kind="given",
    )
    return Plan(units, like.borders.iloc[:0], like.districts, like.parameters)


def _as_units(polygons: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame, _ = mend(polygons, where="old grids")
    names = (frame["grid_id"] if "grid_id" in frame else frame.index.to_series()).astype(TEXT)
    index = pd.Index([f"old:{k}" for k in range(len(frame))], dtype=TEXT, name="unit_id")
    table = {"grid_id": names.to_numpy(), "area_m2": frame.area.to_numpy()}
    table |= {name: frame[name].to_numpy() for name in ("people", "households") if name in frame}
    return gpd.GeoDataFrame(table, geometry=frame.geometry.to_numpy(), crs=frame.crs, index=index)


def _old_grids(was: gpd.GeoDataFrame, parts: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return old polygons as grids: with their own people if they had any, else those of the plan who live there."""
    grids = was.dissolve("grid_id", aggfunc="sum", method="unary")
    grids["area_m2"] = grids.area
    now = _summed(parts, ["old"]).set_index("old")
    for name in ("people", "households"):
        if name not in grids:
            grids[name] = now[name].reindex(grids.index)
    return grids


def _summed(parts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    table = parts.groupby(by, sort=True)[["people", "households", "area_m2"]].sum(min_count=1)
    return table.reset_index()


def _pieces(changed: pd.DataFrame, was: gpd.GeoDataFrame, new: Plan) -> gpd.GeoDataFrame:
    """Return the pieces of ground that change grid as shapes."""
    shapes = np.array(new.units.loc[changed["new_unit"]].geometry, dtype=object)
    part = changed["share"].to_numpy() < 1
    before = was.loc[changed["old_unit"][part]].geometry.to_numpy()
    shapes[part] = shapely.intersection(shapes[part], before)
    columns = {"unit_id": changed["new_unit"]} | {
        name: changed[name] for name in ("old", "new", "people", "households")
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=new.crs).reset_index(drop=True)


# ------------------------------------------------------------------ borders
def _borders(old: Plan | gpd.GeoDataFrame, was: gpd.GeoDataFrame, new: Plan) -> gpd.GeoDataFrame:
    """Return the lines between grids that went and that came."""
    if isinstance(old, Plan) and len(same(was, new.units)) == len(new.units) == len(was):
        return _by_units(was, new)
    lines = [_lines(was), _lines(new.units)]
    gone, come = (shapely.difference(here, shapely.buffer(there, STILL_M)) for here, there in (lines, reversed(lines)))
    table = gpd.GeoDataFrame({"change": ["gone", "new"]}, geometry=[gone, come], crs=new.crs)
    table = table.explode(ignore_index=True)
    table["metres"] = table.length
    return table[table["metres"] > STILL_M][["change", "metres", "geometry"]].reset_index(drop=True)


def _by_units(was: gpd.GeoDataFrame, new: Plan) -> gpd.GeoDataFrame:
    """Return the borders of units that were cut in one plan only: exact, and quick."""
    ends = new.ends.T
    before, after = was["grid_id"].reindex(new.units.index).to_numpy(), new.units["grid_id"].to_numpy()
    gone, come = before[ends[0]] != before[ends[1]], after[ends[0]] != after[ends[1]]
    differs = (gone != come) & (new.borders["shared_m"].to_numpy() > 0)
    table = new.borders[differs]
    return gpd.GeoDataFrame(
        {"change": np.where(gone[differs], "gone", "new"), "metres": table["shared_m"].to_numpy(dtype=float)},
        geometry=table.geometry.to_numpy(),
        crs=new.crs,
    )


def _lines(units: gpd.GeoDataFrame) -> shapely.Geometry:
    shapes = units.dissolve("grid_id", method="unary").geometry.to_numpy()
    return shapely.union_all(shapely.boundary(shapes))


# ------------------------------------------------------------------ measures
def _measures(
    old: gpd.GeoDataFrame, new: Plan, matches: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, tuple[float, ...]]]:
    sides = {"old": _measured(old), "new": _measured(new.grids)}
    table = matches[["old", "new"]].copy()
    breaks = {}
    for name in sides["new"].columns.intersection(sides["old"].columns):
        for side, values in sides.items():
            table[f"{name}_{side}"] = values[name].reindex(matches[side]).to_numpy()
        pooled = pd.concat([values[name] for values in sides.values()]).dropna()
        if len(pooled):
            cuts = np.unique(np.quantile(pooled, np.linspace(0, 1, CLASSES + 1)))
            breaks[name] = tuple(float(cut) for cut in cuts)
    return table, breaks


def _measured(grids: gpd.GeoDataFrame) -> pd.DataFrame:
    numbers = (
        pd.DataFrame(grids.drop(columns=grids.active_geometry_name or "geometry")).select_dtypes("number").astype(float)
    )
    return numbers.assign(perimeter_m=grids.length, polsby_popper=polsby_popper(grids))


def _micro(old: Plan | gpd.GeoDataFrame, new: Plan) -> dict[str, Any]:
    """Return how many micro-grids there were and are, and how many are the same units under the same name."""
    was, now = _members(old) if isinstance(old, Plan) else {}, _members(new)
    if not (was or now):
        return {}
    unchanged = sum(was.get(name) == units for name, units in now.items())
    return {"micro_grids_old": len(was), "micro_grids_new": len(now), "micro_grids_unchanged": unchanged}


def _members(plan: Plan) -> dict[str, frozenset[str]]:
    """Return the units of each micro-grid."""
    if MICRO not in plan.units:
        return {}
    names = plan.units[MICRO].dropna().astype(TEXT)
    return {str(name): frozenset(map(str, rows)) for name, rows in names.groupby(names).groups.items()}


def _facts(
    matches: pd.DataFrame, changed: pd.DataFrame, borders: gpd.GeoDataFrame, new: Plan, micro: Mapping[str, Any]
) -> dict[str, Any]:
    people, moved = float(new.units["people"].sum()), float(changed["people"].sum())
    metres = borders.groupby("change")["metres"].sum() if len(borders) else pd.Series(dtype=float)
    known = "households" in new.units and new.units["households"].notna().any()
    return {
        "grids_old": int(matches["old"].notna().sum()),
        "grids_new": int(matches["new"].notna().sum()),
        "grids_matched": int((matches["old"].notna() & matches["new"].notna()).sum()),
        "grids_renamed": int(matches["renamed"].sum()),
        "people": people,
        "people_moved": moved,
        "share_moved": moved / people if people else 0.0,
        "households_moved": float(changed["households"].sum()) if known else None,
        "units_moved": int(changed["new_unit"].nunique()),
        **micro,
        "border_gone_m": float(metres.get("gone", 0.0)),
        "border_new_m": float(metres.get("new", 0.0)),
    }
