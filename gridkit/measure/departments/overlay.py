"""Departments' nets expressed on a plan's units: which nets cut each grid, whom that concerns, and where nets disagree.

::

    overlay(definition, subject) -> Layer        grids, units, shares, nets, pairs

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

from gridkit.catalog.columns import Measure
from gridkit.catalog.layer import Layer
from gridkit.language.labels import code
from gridkit.language.phrases import Phrase
from gridkit.measure.departments.shares import NOBODYS, Net, Numbered, drawn, numbered, shares, summed

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.catalog.definitions import DepartmentsLayer
    from gridkit.measure.inputs import Subject

    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Borders:
    """Borders between units: metres of each, and whether grids and each net part there."""

    metres: NDArray[np.float64]
    grids: NDArray[np.bool_]
    nets: dict[str, NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class _Laid:
    """Nets laid over a subject: what each table and figure is taken from; units, nets and areas are numbers.

    Attributes
    ----------
    order
        The nets as they were brought.
    drawn, held
        What :func:`~gridkit.measure.departments.shares.drawn` and ``shares`` return, by the name of the net.
    main
        The area that holds most of each unit, by the name of the net.
    weight, size, grid
        Of each unit: households, else people; square metres; the place of its grid.
    """

    subject: Subject
    nets: Numbered
    order: list[str]
    drawn: dict[str, pd.DataFrame]
    held: dict[str, pd.DataFrame]
    main: dict[str, Ints]
    weight: NDArray[np.float64]
    size: NDArray[np.float64]
    grid: Ints
    border: _Borders

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
        One row per unit, net and area: ``unit_id``, ``net``, ``code`` (empty where no area lies), and the shares that
        :func:`gridkit.measure.departments.shares.shares` returns.
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
    units = subject.units
    laid, held = _laid(definition, subject, nets)
    weight, counted_as = counted(units)
    grids = _grids(laid)
    by_net = [_net(name, laid, grids[f"areas: {name}"]) for name in laid.order]
    main = {f"code: {name}": laid.nets.codes[laid.main[name]] for name in laid.order}
    tables = {
        "grids": grids,
        "units": pd.DataFrame(main, index=units.index),
        "shares": _named(held, units, laid.nets),
        "nets": pd.DataFrame(by_net).set_index("net"),
        "pairs": _pairs(laid),
    }
    told = {
        "nets": len(laid.order),
        "grids": len(grids),
        "parts_by": definition.rule,
        "sliver": definition.sliver,
        "counted": counted_as,
        "grids_crossed": int((grids["nets_crossing"] > 0).sum()),
        "apart": float(grids["apart"].sum()),
        "total": float(weight.sum()),
        "by_net": by_net,
    }
    return Layer(replace(definition, measures=(*definition.measures, *_measures(laid.order))), tables, told)


def _laid(definition: DepartmentsLayer, subject: Subject, brought: gpd.GeoDataFrame) -> tuple[_Laid, pd.DataFrame]:
    """Return nets laid over a subject, and all their shares."""
    units, nets, order = subject.units, numbered(brought), list(dict.fromkeys(brought["net"]))
    over = drawn(units, nets)
    held = shares(units, nets, subject.extract, over, rule=definition.rule, sliver=definition.sliver)
    of_net = _by_net(held, nets)
    main = {name: _largest(of_net[name], len(units)) for name in order}
    grid = subject.grids.index.get_indexer(pd.Index(units["grid_id"]))
    weight, size = (np.asarray(each, dtype=np.float64) for each in (counted(units)[0], units.area))
    border = _borders(subject, grid, main)
    return _Laid(subject, nets, order, _by_net(over, nets), of_net, main, weight, size, grid, border), held


def _by_net(table: pd.DataFrame, nets: Numbered) -> dict[str, pd.DataFrame]:
    """Return the rows of each net."""
    order = np.argsort(table["net"].to_numpy(), kind="stable")
    ends = np.searchsorted(table["net"].to_numpy()[order], np.arange(len(nets.names) + 1))
    return {name: table.iloc[order[ends[at] : ends[at + 1]]] for at, name in enumerate(nets.names)}


def counted(units: gpd.GeoDataFrame) -> tuple[pd.Series[float], str]:
    """Return how many households each unit has, else people where households are not known, and which it is."""
    if "households" in units and units["households"].notna().all():
        return units["households"].astype(float), "households"
    return units["people"].astype(float), "people"


def _named(held: pd.DataFrame, units: gpd.GeoDataFrame, nets: Numbered) -> pd.DataFrame:
    """Return the table of shares with the names of what it is about."""
    return pd.DataFrame(
        {
            "unit_id": units.index.to_numpy()[held["unit"]],
            "net": nets.names[held["net"]],
            "code": nets.codes[held["code"]],
            **{name: held[name] for name in ("area", "people", "over")},
        }
    )


def _largest(held: pd.DataFrame, count: int) -> Ints:
    """Return the code of the area that holds most of each of ``count`` units; ties go to the first code.

    Ground beside a net is nobody's only where no area holds a part of the unit: nets rarely follow a shore exactly.
    """
    unit, code = held["unit"].to_numpy(), held["code"].to_numpy()
    order = np.lexsort((code, -held["area"], -held["people"], code == NOBODYS, unit))
    codes = np.full(count, NOBODYS, dtype=np.int64)
    codes[unit[order[::-1]]] = code[order[::-1]]  # the first of each unit is set last
    return codes


def _grids(laid: _Laid) -> pd.DataFrame:
    """Return the table of grids: how many nets cut each, and whom that sets apart from most of their grid."""
    count, weight, codes_all = len(laid.subject.grids), laid.weight, len(laid.nets.codes)
    table: dict[str, Any] = {}
    crossing, apart = np.zeros(count, dtype=int), np.zeros(len(weight), dtype=bool)
    for name in laid.order:
        held, codes = laid.held[name], laid.main[name]
        unit, code = held["unit"].to_numpy(), held["code"].to_numpy()
        people, ground = held["people"].to_numpy() * weight[unit], held["area"].to_numpy() * laid.size[unit]
        keys, people, ground = summed(laid.grid[unit] * codes_all + code, people, ground)
        grid, area = np.divmod(keys, codes_all)
        areas = np.bincount(grid[area != NOBODYS], minlength=count)
        order = np.lexsort((area, -ground, -people, grid))
        of_grid = np.full(count, NOBODYS, dtype=np.int64)
        of_grid[grid[order[::-1]]] = area[order[::-1]]  # the first of each grid is set last
        crossing += areas > 1
        apart |= codes != of_grid[laid.grid]
        table[f"areas: {name}"] = areas
        table[f"main: {name}"] = laid.nets.codes[of_grid]
    held_apart = np.bincount(laid.grid[apart], weights=weight[apart], minlength=count)
    return pd.DataFrame({"nets_crossing": crossing, "apart": held_apart, **table}, index=laid.subject.grids.index)


def _borders(subject: Subject, grid: Ints, main: dict[str, Ints]) -> _Borders:
    """Return the borders between units: metres, whether grids part there, and whether each net does."""
    borders = subject.borders
    if borders is None or borders.empty:
        none = np.empty(0, dtype=bool)
        return _Borders(np.empty(0), none, dict.fromkeys(main, none))
    one, other = (subject.units.index.get_indexer(pd.Index(borders[side])) for side in ("unit_id", "neighbour"))
    parted = {name: codes[one] != codes[other] for name, codes in main.items()}
    return _Borders(borders["shared_m"].to_numpy(dtype=float), grid[one] != grid[other], parted)


def _net(name: str, laid: _Laid, crossed: pd.Series[int]) -> dict[str, Any]:
    """Return what is told of one net; ``crossed`` counts its areas in each grid."""
    weight, border = laid.weight, laid.border
    held, over = laid.held[name], laid.drawn[name].sort_values("over", ascending=False)
    own = laid.nets.each[list(laid.nets.names).index(name)]
    second = over[over["code"] != NOBODYS].groupby("unit")["over"].nth(1)
    split = np.bincount(held["unit"][held["code"] != NOBODYS], minlength=len(weight)) > 1
    cut = crossed.to_numpy() > 1
    gap, bare = over[over["code"] == NOBODYS], held[held["code"] == NOBODYS]
    parted = border.nets[name]
    covered = laid.main[name] != NOBODYS
    _, loads = summed(laid.main[name][covered], weight[covered])
    return {
        "net": name,
        "areas": len(np.unique(own.code)),
        "areas_used": len(loads),
        "areas_nested": _nested(held, laid.grid),
        "grids_cut": int(cut.sum()),
        "in_cut_grids": float(weight[cut[laid.grid]].sum()),
        "units_cut": int(split.sum()),
        "in_cut_units": float(weight[split].sum()),
        "units_over_1_percent": int(np.count_nonzero(second > _HAIR)),
        "units_over_5_percent": int(np.count_nonzero(second > _PART)),
        "gap_m2": float((gap["over"].to_numpy() * laid.size[gap["unit"]]).sum()),
        "in_gaps": float((bare["people"].to_numpy() * weight[bare["unit"]]).sum()),
        "overlap_m2": _overlap(own, laid.ground),
        "border_m": float(border.metres[parted].sum()),
        "border_on_grids_m": float(border.metres[parted & border.grids].sum()),
        "most": float(loads.max()) if len(loads) else 0.0,
        "least": float(loads.min()) if len(loads) else 0.0,
    }


_HAIR, _PART = 0.01, 0.05
"""Shares of a unit's area beyond which overlays of nets are usually said to cut it."""


def _overlap(net: Net, ground: shapely.Geometry) -> float:
    """Return the square metres of some ground that two areas of a net claim."""
    one, other, both = net.shared
    twice = both[net.code[one] != net.code[other]]
    return float(shapely.area(shapely.intersection(shapely.union_all(twice), ground))) if len(twice) else 0.0


def _nested(held: pd.DataFrame, of_grid: Ints) -> int:
    """Return how many areas are made of whole grids, or lie whole in one."""
    placed = held[held["code"] != NOBODYS]
    count = int(of_grid.max(initial=0)) + 1
    (pairs,) = summed(placed["code"].to_numpy() * count + of_grid[placed["unit"]])
    area, grid = np.unique(pairs // count, return_inverse=True)[1], pairs % count
    grids_of = np.bincount(area)
    alone = (np.bincount(grid)[grid] == 1) if len(grid) else np.empty(0, dtype=bool)
    return int(((grids_of == 1) | (np.bincount(area, weights=alone) == grids_of)).sum())


def _pairs(laid: _Laid) -> pd.DataFrame:
    """Return for each ordered pair of nets what they share, and where the second cuts the first."""
    rows, border, count = [], laid.border, len(laid.nets.codes)
    for one, other in permutations(laid.order, 2):
        first, second = laid.main[one], laid.main[other]
        both = (first != NOBODYS) & (second != NOBODYS)
        keys, held = summed(first[both] * count + second[both], laid.weight[both])
        starts = np.flatnonzero(np.append(len(keys) > 0, np.diff(keys // count) > 0)) if len(keys) else keys
        sizes = np.diff(np.append(starts, len(keys)))
        most = np.maximum.reduceat(held, starts) if len(keys) else held
        rows.append(
            {
                "net": one,
                "other": other,
                "areas": len(starts),
                "areas_in_one": int(np.count_nonzero(sizes == 1)),
                # Those who are not with most of their area where the other net divides it.
                "apart": float(held.sum() - most.sum()),
                "border_m": float(border.metres[border.nets[one]].sum()),
                "shared_m": float(border.metres[border.nets[one] & border.nets[other]].sum()),
            }
        )
    columns = ["net", "other", "areas", "areas_in_one", "apart", "border_m", "shared_m"]
    return pd.DataFrame(rows, columns=columns)


def _measures(names: list[str]) -> list[Measure]:
    """Return the measures that a map can colour grids by, one per net."""
    return [
        Measure(
            f"areas: {name}",
            Phrase("Areas of {net} in the grid", net=code("net", name)),
            palette="OrRd",
            breaks=(2.0, 3.0, 4.0),
        )
        for name in names
    ]
