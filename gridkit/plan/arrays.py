"""Units and borders as the arrays the splitter takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.adjacency import needed, positions, widths
from gridkit.errors import TableError, nearest
from gridkit.partition import Prices, Problem
from gridkit.partition.faults import Faults
from gridkit.plan.main_roads import MAIN
from gridkit.plan.water import is_water, outlined, uncounted
from gridkit.tables import FEATURES, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.band import Band
    from gridkit.catalog.presets import Preset
    from gridkit.partition.objectives import Objectives


@dataclass(frozen=True)
class Aim:
    """What is balanced, to which band, at which prices."""

    measure: str
    band: Band
    prices: Prices = field(default_factory=Prices)
    worker_m: float = 0.0
    """Metres for each household that gets another worker."""
    objectives: Objectives | None = None
    """What grids are to be good at beside, of the units of the problem."""


def prices(preset: Preset) -> Prices:
    """Return a preset's prices by the codes of FEATURES."""
    own = preset.prices
    dials = {name: getattr(own, name).value for name in ("change", "shape", "joint", "wide_m")}
    road_m, compact = (preset.rules[name].limit or 0.0 for name in ("main_roads", "compact"))
    faults = Faults(own.straddling.value, road_m, tuple(name in MAIN for name in FEATURES), own.thin.value, compact)
    return Prices(own.factors("cut"), own.factors("inside"), **dials, faults=faults)


def problem(
    units: gpd.GeoDataFrame,
    borders: gpd.GeoDataFrame,
    aim: Aim,
    grids: Mapping[str, int] | int | None = None,
    *,
    old: pd.Series | None = None,
    locks: pd.Series | None = None,
) -> tuple[Problem, pd.Index]:
    """Return the arrays, and the grid each number of ``old`` and ``locks`` stands for.

    Parameters
    ----------
    units, borders
        UNITS, and BORDERS of which those with both ends in the units count.
    grids
        How many grids each parent gets, or all together; what the band implies when None.
    old, locks
        The grid each unit was in, or must be in, on the index of ``units``; null where there is none.
    """
    ends = positions(borders, units.index)
    here = np.asarray((ends >= 0).all(axis=1))
    points = shapely.get_coordinates(shapely.point_on_surface(np.asarray(units.geometry)))
    parents = pd.Index(sorted(units["parent"].unique()))
    named = pd.Index(sorted({*_names(old), *_names(locks)}), dtype="object")
    feature = pd.Index(FEATURES).get_indexer(pd.Index(borders["feature"][here]))
    return (
        Problem(
            weights=weights(units, aim.measure),
            edges=ends[here],
            points=points,
            band=aim.band,
            border_m=borders["shared_m"][here].to_numpy(dtype=float),
            feature=np.maximum(feature, 0),
            feature_m=borders["feature_m"][here].to_numpy(dtype=float),
            lack_m=_lacking(units, borders[here], ends[here], aim.prices),
            areas=outlined(units),
            perimeters=np.asarray(units.length) - _offshore(units, borders[here], ends[here]),
            parents=parents.get_indexer(pd.Index(units["parent"])),
            groups=_numbers(units.get("group"), len(units)),
            locks=_positions(locks, named, len(units)),
            old=_positions(old, named, len(units)),
            grids=_by_number(grids, parents),
            prices=aim.prices,
            objectives=aim.objectives,
            names=units.index.tolist(),
            parent_names=parents.tolist(),
        ),
        named,
    )


def _offshore(units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the metres of each unit's outline that are border to another on its bank, but lead into the water."""
    shore = (uncounted(units) > 0) & ~is_water(units)
    drawn, told = np.asarray(borders.length), borders["shared_m"].to_numpy(dtype=float)
    # A bridge and a gap share nothing, and their line is how far they lead.
    metres = np.where(shore[ends].all(axis=1) & (told > 0), np.maximum(drawn - told, 0.0), 0.0)
    return np.asarray(np.bincount(ends.ravel(), np.repeat(metres, 2), len(units)), dtype=np.float64)


def _lacking(
    units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, ends: NDArray[np.int64], prices: Prices
) -> NDArray[np.float64]:
    """Return the metres that each joint lacks to be wide; none where nobody is charged for them."""
    if not prices.joint or not prices.wide_m:
        return np.zeros(len(ends))
    # Of whole polygons, not of land: a unit's joint is measured on the outline it has.
    wanted = needed(prices.wide_m, np.asarray(units.area, dtype=np.float64), ends)
    return np.maximum(wanted - widths(borders), 0.0)


def weights(units: gpd.GeoDataFrame, measure: str) -> NDArray[np.float64]:
    """Return the measure of each unit; raise :class:`TableError` where the units have none or it is empty."""
    if measure not in units or units[measure].isna().any():
        raise TableError(
            "the units have no {measure!r} to balance, or not everywhere",
            where="units",
            mend="balance {near!r} instead, or fill it",
            measure=measure,
            near=nearest(measure, [str(name) for name in units.columns]),
        )
    return units[measure].to_numpy(dtype=float)


def _by_number(grids: Mapping[str, int] | int | None, parents: pd.Index) -> dict[int, int] | int | None:
    if grids is None or isinstance(grids, int):
        return grids
    return {number: grids[str(parent)] for number, parent in enumerate(parents)}


def _names(labels: pd.Series | None) -> list[str]:
    return [] if labels is None else labels.dropna().astype(TEXT).unique().tolist()


def _positions(labels: pd.Series | None, named: pd.Index, count: int) -> NDArray[np.int64]:
    return np.full(count, -1) if labels is None else named.get_indexer(pd.Index(labels.astype("object")))


def _numbers(names: pd.Series | None, count: int) -> NDArray[np.int64]:
    return np.full(count, -1) if names is None else np.asarray(pd.factorize(names, sort=True)[0], dtype=np.int64)
