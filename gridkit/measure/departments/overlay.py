"""Departments' nets expressed on a plan's units: which nets cut each grid, whom that concerns, and where nets disagree.

::

    overlay(definition, subject) -> Layer        grids, units, shares, nets, pairs
    shares(units, nets, ...) -> DataFrame        how much of each unit lies in each area of each net

A net is laid over units, not over grids: two nets drawn from different maps never share a line exactly, and slivers
along every border would count as crossings. An area holds a unit's part only where it holds more than a stated share of
it; what is less goes with the rest of the unit, and is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.definitions import Measure
from gridkit.catalog.layer import Layer
from gridkit.geometry import shared_area
from gridkit.language.phrases import Phrase
from gridkit.measure.access.origins import origins

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.catalog.definitions import DepartmentsLayer
    from gridkit.measure.inputs import Subject
    from gridkit.tables import Extract

NONE = ""
"""The code of ground that no area of a net covers."""
SHARE_COLUMNS = ("unit_id", "net", "code", "area", "people", "over")
NOISE = 1e-3
"""The share of a unit up to which even a touch is drawing noise."""


@dataclass(frozen=True)
class _Laid:
    """Nets laid over a subject: what each table and figure is taken from.

    Attributes
    ----------
    drawn
        As :func:`drawn` returns it.
    held
        As :func:`shares` returns it.
    main
        The area that holds most of each unit, by the name of the net.
    counted
        Households of each unit, else people.
    border
        One row per border between units: ``metres``, and whether grids (:data:`_GRIDS`) and each net part there.
    """

    subject: Subject
    nets: gpd.GeoDataFrame
    drawn: pd.DataFrame
    held: pd.DataFrame
    main: dict[str, pd.Series[Any]]
    counted: pd.Series[float]
    border: pd.DataFrame

    @cached_property
    def ground(self) -> shapely.Geometry:
        """All the grids as one."""
        return shapely.union_all(np.asarray(self.subject.grids.geometry, dtype=object))


def overlay(definition: DepartmentsLayer, subject: Subject) -> Layer:
    """Return the layer of departments: the nets of ``subject.data`` over its units and grids.

    Tables
    ------
    grids
        ``nets_crossing`` (nets of which two or more areas hold a part of the grid), ``apart`` (households, people where
        they are not known, who are in another area than most of their grid in at least one net), and for each net
        ``areas: NET`` (how many of its areas hold a part) and ``main: NET`` (the code of the one that holds most).
    units
        ``code: NET``, the area that holds most of each unit.
    shares
        One row per unit, net and area: see :func:`shares`.
    nets
        One row per net: areas, gaps and overlaps in the district, units and grids it cuts, whom that concerns, metres
        of its border, and how much of that the grids follow.
    pairs
        One row per ordered pair of nets: metres of border both follow, areas of the first that lie in one of the
        second.
    """
    nets = subject.data
    if nets is None or nets.empty:
        return Layer(definition, {"grids": pd.DataFrame(index=subject.grids.index)}, {"nets": 0})
    units, names = subject.units, list(dict.fromkeys(nets["net"]))
    over = drawn(units, nets)
    held = shares(units, nets, subject.extract, over, rule=definition.rule, sliver=definition.sliver)
    main = {name: _largest(held[held["net"] == name], units.index) for name in names}
    weight, counted_as = counted(units)
    laid = _Laid(subject, nets, over, held, main, weight, _borders(subject, main))
    grids = _grids(laid)
    by_net = [_net(name, laid, grids) for name in names]
    tables = {
        "grids": grids,
        "units": pd.DataFrame({f"code: {name}": main[name] for name in names}, index=units.index),
        "shares": held,
        "nets": pd.DataFrame(by_net).set_index("net"),
        "pairs": _pairs(laid),
    }
    told = {
        "nets": len(names),
        "grids": len(grids),
        "parts_by": definition.rule,
        "sliver": definition.sliver,
        "counted": counted_as,
        "grids_crossed": int((grids["nets_crossing"] > 0).sum()),
        "apart": float(grids["apart"].sum()),
        "total": float(weight.sum()),
        "by_net": by_net,
    }
    return Layer(replace(definition, measures=(*definition.measures, *_measures(names))), tables, told)


def shares(
    units: gpd.GeoDataFrame,
    nets: gpd.GeoDataFrame,
    extract: Extract,
    over: pd.DataFrame | None = None,
    *,
    rule: str = "people",
    sliver: float = 0.05,
) -> pd.DataFrame:
    """Return how much of each unit lies in each area of each net.

    Parameters
    ----------
    units
        UNITS with ``grid_id``, in a metric CRS.
    nets
        NETS in that CRS.
    extract
        For its buildings: people are where they stand, else evenly over the unit.
    over
        What :func:`drawn` returns, where it is known already.
    rule
        What makes a part: ``people`` and ``area`` ask for more than ``sliver`` of the unit's people, or of its area;
        ``touch`` takes all that is more than drawing noise.
    sliver
        The share up to which a part goes with the rest of its unit.

    Returns
    -------
    DataFrame
        ``unit_id``, ``net``, ``code`` (empty where no area lies), ``area`` and ``people``: shares of the unit, which
        add up to 1 for each unit and net; ``over``: the share of its area as drawn, slivers not yet set aside.
    """
    table = (drawn(units, nets) if over is None else over).copy()
    several = table.groupby(["unit", "net"])["over"].transform("size") > 1
    table["people"] = table["over"]
    if several.any():
        table.loc[several, "people"] = _people(units, nets, extract, table[several])
    by, least = ("people", sliver) if rule == "people" else ("over", NOISE if rule == "touch" else sliver)
    # Where a unit has no people, its ground says which part is the larger.
    order = table.sort_values(["unit", "net", by, "over", "code"], ascending=[True, True, False, False, True])
    kept = order[(order[by] > least) | ~order.duplicated(["unit", "net"])].copy()
    whole = kept.groupby(["unit", "net"])[["over", "people"]].transform("sum")
    kept["area"] = kept["over"] / whole["over"]
    kept["people"] = (kept["people"] / whole["people"]).where(whole["people"] > 0, kept["area"])
    kept["unit_id"] = units.index.to_numpy()[kept["unit"].to_numpy()]
    return kept[list(SHARE_COLUMNS)].reset_index(drop=True)


def drawn(units: gpd.GeoDataFrame, nets: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the share of each unit's area in each area of each net as it is drawn, and in none of them.

    Returns
    -------
    DataFrame
        ``unit`` (its place in ``units``), ``net``, ``code`` (empty for what no area covers) and ``over``.
    """
    names = dict.fromkeys(nets["net"])
    return pd.concat([_drawn(units, nets[nets["net"] == name]).assign(net=name) for name in names], ignore_index=True)


def _drawn(units: gpd.GeoDataFrame, net: gpd.GeoDataFrame) -> pd.DataFrame:
    shapes, areas = np.asarray(units.geometry, dtype=object), np.asarray(net.geometry, dtype=object)
    which, unit = shapely.STRtree(shapes).query(areas, predicate="intersects")
    whole = shapely.area(shapes)
    parts = pd.DataFrame(
        {
            "unit": unit,
            "code": net["code"].to_numpy(dtype=object)[which],
            "over": shared_area(shapes[unit], areas[which]) / whole[unit],
        }
    )
    # Two polygons of one code are one area.
    parts = parts[parts["over"] > _EXACT].groupby(["unit", "code"])["over"].sum().reset_index()
    covered = np.bincount(parts["unit"], weights=parts["over"], minlength=len(units))
    bare = np.clip(1 - covered, 0, 1)
    several = np.flatnonzero(np.bincount(parts["unit"], minlength=len(units)) > 1)
    if _claimed_twice(areas):  # areas that overlap would hide a gap beside them
        every = np.full(len(several), shapely.union_all(areas))
        bare[several] = 1 - shared_area(shapes[several], every) / whole[several]
    at = np.flatnonzero(bare > _EXACT)
    return pd.concat([parts, pd.DataFrame({"unit": at, "code": NONE, "over": bare[at]})], ignore_index=True)


_EXACT = 1e-9
"""Shares nearer than this are the same: the rounding of an intersection."""


def _people(
    units: gpd.GeoDataFrame, nets: gpd.GeoDataFrame, extract: Extract, drawn: pd.DataFrame
) -> NDArray[np.float64]:
    """Return the share of each unit's people in each part of it: where its buildings stand, else as its area."""
    rows = np.unique(drawn["unit"].to_numpy())
    chosen = units.iloc[rows]
    homes = origins(chosen.assign(people=1.0), extract)
    place = dict(zip(chosen.index, rows.tolist(), strict=True))
    points = np.asarray(homes.geometry, dtype=object)
    own, weight = homes["unit_id"].map(place).to_numpy(), homes["people"].to_numpy(dtype=float)
    areas = np.asarray(nets.geometry, dtype=object)
    which, point = shapely.STRtree(points).query(areas, predicate="intersects")
    hit = pd.DataFrame(
        {
            "unit": own[point],
            "net": nets["net"].to_numpy(dtype=object)[which],
            "code": nets["code"].to_numpy(dtype=object)[which],
            "weight": weight[point],
            "point": point,
        }
    )
    # A home in two areas of one net counts half in each.
    hit["weight"] /= hit.groupby(["point", "net"])["weight"].transform("size")
    inside = hit.groupby(["unit", "net", "code"])["weight"].sum()
    key = pd.MultiIndex.from_frame(drawn[["unit", "net", "code"]])
    found = inside.reindex(key).fillna(0.0).to_numpy()
    nowhere = (drawn["code"] == NONE).to_numpy()
    held = inside.groupby(["unit", "net"]).sum()
    rest = 1 - held.reindex(pd.MultiIndex.from_frame(drawn[["unit", "net"]])).fillna(0.0).to_numpy()
    return np.where(nowhere, np.clip(rest, 0.0, 1.0), found)


def counted(units: gpd.GeoDataFrame) -> tuple[pd.Series[float], str]:
    """Return how many households each unit has, else people where households are not known, and which it is."""
    if "households" in units and units["households"].notna().all():
        return units["households"].astype(float), "households"
    return units["people"].astype(float), "people"


def _largest(held: pd.DataFrame, index: pd.Index) -> pd.Series[Any]:
    """Return the code of the area that holds most of each unit; ties go to the first code.

    Ground beside a net is nobody's only where no area holds a part of the unit: nets rarely follow a shore exactly.
    """
    order = held.assign(bare=held["code"] == NONE)
    order = order.sort_values(["unit_id", "bare", "people", "area", "code"], ascending=[True, True, False, False, True])
    return order.drop_duplicates("unit_id").set_index("unit_id")["code"].reindex(index)


def _grids(laid: _Laid) -> pd.DataFrame:
    """Return the table of grids: how many nets cut each, and whom that sets apart from most of their grid."""
    units, index = laid.subject.units, laid.subject.grids.index
    ids = laid.held["unit_id"]
    parts = laid.held.assign(
        grid_id=units["grid_id"].reindex(ids).to_numpy(),
        weight=laid.held["people"] * laid.counted.reindex(ids).to_numpy(),
        ground=laid.held["area"] * units.area.reindex(ids).to_numpy(),
    )
    parts = parts.groupby(["net", "grid_id", "code"], as_index=False)[["weight", "ground"]].sum()
    order = parts.sort_values(
        ["net", "grid_id", "weight", "ground", "code"], ascending=[True, True, False, False, True]
    )
    most = order.drop_duplicates(["net", "grid_id"]).set_index(["net", "grid_id"])["code"]
    areas = parts[parts["code"] != NONE].groupby(["net", "grid_id"]).size()
    table, of_net = pd.DataFrame(index=index), {}
    apart = pd.Series(data=False, index=units.index)
    for name, codes in laid.main.items():
        of_net[name] = areas.reindex([(name, grid) for grid in index], fill_value=0).to_numpy()
        table[f"areas: {name}"] = of_net[name]
        table[f"main: {name}"] = most.reindex([(name, grid) for grid in index]).to_numpy()
        apart |= codes.to_numpy() != table[f"main: {name}"].reindex(units["grid_id"]).to_numpy()
    held_apart = laid.counted[apart].groupby(units["grid_id"][apart]).sum().reindex(index, fill_value=0.0)
    table.insert(0, "nets_crossing", np.sum([each > 1 for each in of_net.values()], axis=0).astype(int))
    table.insert(1, "apart", held_apart)
    return table


def _borders(subject: Subject, main: dict[str, pd.Series[Any]]) -> pd.DataFrame:
    """Return the borders between units: metres, whether grids part there, and whether each net does."""
    borders = subject.borders
    if borders is None or borders.empty:
        none = {name: pd.Series(dtype=bool) for name in (_GRIDS, *main)}
        return pd.DataFrame({"metres": pd.Series(dtype=float), **none})
    ends = [borders[side].to_numpy() for side in ("unit_id", "neighbour")]

    def differ(of: pd.Series[Any]) -> NDArray[np.bool_]:
        return np.asarray(of.reindex(ends[0]).to_numpy() != of.reindex(ends[1]).to_numpy(), dtype=bool)

    return pd.DataFrame(
        {
            "metres": borders["shared_m"].to_numpy(dtype=float),
            _GRIDS: differ(subject.units["grid_id"]),
            **{name: differ(codes) for name, codes in main.items()},
        }
    )


_GRIDS = "\x01grids"
"""A column of borders that no net can be called like."""


def _net(name: str, laid: _Laid, grids: pd.DataFrame) -> dict[str, Any]:
    """Return what is told of one net."""
    units, weight, border = laid.subject.units, laid.counted, laid.border
    net, held = laid.nets[laid.nets["net"] == name], laid.held[laid.held["net"] == name]
    over = laid.drawn[laid.drawn["net"] == name].sort_values("over", ascending=False)
    second = over[over["code"] != NONE].groupby("unit")["over"].nth(1)
    areas = held[held["code"] != NONE]
    parts = areas["unit_id"].value_counts()
    split = parts.index[parts > 1]
    cut = grids.index[grids[f"areas: {name}"] > 1]
    gap = over[over["code"] == NONE]
    bare = held[held["code"] == NONE]
    loads = weight.groupby(laid.main[name]).sum().drop(NONE, errors="ignore")
    return {
        "net": name,
        "areas": int(net["code"].nunique()),
        "areas_used": len(loads),
        "areas_nested": _nested(held, units["grid_id"]),
        "grids_cut": len(cut),
        "in_cut_grids": float(weight[units["grid_id"].isin(cut)].sum()),
        "units_cut": len(split),
        "in_cut_units": float(weight.reindex(split).sum()),
        "units_over_1_percent": int(np.count_nonzero(second > _HAIR)),
        "units_over_5_percent": int(np.count_nonzero(second > _PART)),
        "gap_m2": float((gap["over"].to_numpy() * units.area.to_numpy()[gap["unit"].to_numpy()]).sum()),
        "in_gaps": float((bare["people"] * weight.reindex(bare["unit_id"]).to_numpy()).sum()),
        "overlap_m2": _overlap(net, laid),
        "border_m": float(border["metres"][border[name]].sum()),
        "border_on_grids_m": float(border["metres"][border[name] & border[_GRIDS]].sum()),
        "most": float(loads.max()) if len(loads) else 0.0,
        "least": float(loads.min()) if len(loads) else 0.0,
    }


_HAIR, _PART = 0.01, 0.05
"""Shares of a unit's area beyond which overlays of nets are usually said to cut it."""


def _claimed_twice(areas: NDArray[np.object_]) -> bool:
    """Whether any two areas overlap."""
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    apart = one < other
    return bool((shapely.area(shapely.intersection(areas[one[apart]], areas[other[apart]])) > 0).any())


def _overlap(net: gpd.GeoDataFrame, laid: _Laid) -> float:
    """Return the square metres of the grids that two areas of a net claim."""
    areas, codes = np.asarray(net.geometry, dtype=object), net["code"].to_numpy()
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    twice = (one < other) & (codes[one] != codes[other])
    shared = shapely.intersection(areas[one[twice]], areas[other[twice]])
    shared = shared[shapely.area(shared) > 0]
    return float(shapely.area(shapely.intersection(shapely.union_all(shared), laid.ground))) if len(shared) else 0.0


def _nested(own: pd.DataFrame, of_grid: pd.Series[Any]) -> int:
    """Return how many areas are made of whole grids, or lie whole in one."""
    placed = own.assign(grid_id=of_grid.reindex(own["unit_id"]).to_numpy())
    placed = placed[placed["code"] != NONE]
    grids_of = placed.groupby("code")["grid_id"].agg(set)
    areas_of = placed.groupby("grid_id")["code"].nunique()
    alone = set(areas_of.index[areas_of == 1])
    return int(sum(len(grids) == 1 or grids <= alone for grids in grids_of))


def _pairs(laid: _Laid) -> pd.DataFrame:
    """Return for each ordered pair of nets what they share, and where the second cuts the first."""
    rows = []
    for one, other in permutations(laid.main, 2):
        both = pd.DataFrame({"one": laid.main[one], "other": laid.main[other], "weight": laid.counted})
        both = both[(both["one"] != NONE) & (both["other"] != NONE)]
        cells = both.groupby(["one", "other"])["weight"].sum()
        by_area = cells.groupby("one")
        inside = by_area.count()
        border = laid.border
        rows.append(
            {
                "net": one,
                "other": other,
                "areas": len(inside),
                "areas_in_one": int(np.count_nonzero(inside == 1)),
                # Those who are not with most of their area where the other net divides it.
                "apart": float((by_area.sum() - by_area.max()).sum()),
                "border_m": float(border["metres"][border[one]].sum()),
                "shared_m": float(border["metres"][border[one] & border[other]].sum()),
            }
        )
    columns = ["net", "other", "areas", "areas_in_one", "apart", "border_m", "shared_m"]
    return pd.DataFrame(rows, columns=columns)


def _measures(names: list[str]) -> list[Measure]:
    """Return the measures that a map can colour grids by, one per net."""
    return [
        Measure(
            f"areas: {name}",
            Phrase("Areas of {net} in the grid", net=name),
            palette="OrRd",
            breaks=(2.0, 3.0, 4.0),
        )
        for name in names
    ]
