"""What a plan is to be good at beside borders, as its units say it, and how good its grids are at it.

::

    Wanted.of(plan.parameters.objectives)       what was asked for, at which prices
    of_units(units, extract, wanted, band)      the arrays the splitter takes
    figures(units, extract, wanted)             walks and amounts by grid, likeness by column
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.errors import TableError, UsageError, nearest
from gridkit.language.numbers import Quantity, share
from gridkit.language.phrases import Phrase, series
from gridkit.measure.access.origins import origins
from gridkit.measure.inputs import Subject
from gridkit.partition.objectives import Objectives, Walks
from gridkit.plan.wanted import PER, Wanted
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gridkit.partition import Problem
    from gridkit.tables import Extract

WEIGHTED = "by_place"
"""The column that is balanced where targets differ by place: the measure by the target that holds there."""
FACTOR = "by_place_factor"
"""The column that says how many of the measure one counts for, by the target that holds at its unit."""
RADII = 3.0
"""Walks are looked up between units so many radii of a grid apart; beyond, as the crow flies."""
LEAST_MINUTES = 10.0
ASIDE_M = 200.0
"""An office this far outside all units still belongs to the nearest. Metres."""


# ------------------------------------------------------------------ as arrays
def of_units(
    units: gpd.GeoDataFrame, extract: Extract, wanted: Wanted, measure: str, target: float
) -> Objectives | None:
    """Return the objectives of a search over UNITS; None where nothing is asked for.

    Raises
    ------
    TableError
        When the units lack a column that is asked about.
    UsageError
        When two offices stand in one unit.
    """
    if not (wanted.homogeneous or wanted.even or wanted.walk or (wanted.office and wanted.offices)):
        return None
    alike = [compared(units, each).to_numpy(dtype=float) for each in wanted.homogeneous]
    even = [amounts(units, each).to_numpy(dtype=float) for each in wanted.even]
    office, to_office = None, None
    homes = hearts(units, extract, measure) if wanted.walk or wanted.offices else None
    if homes is not None and wanted.offices and wanted.office:
        office = stands(units, wanted.offices)
        to_office = minutes_to(units, homes, extract, wanted.offices)
    return Objectives(
        np.column_stack(alike) if alike else None,
        tuple(wanted.homogeneous.values()),
        np.column_stack(even) if even else None,
        tuple(wanted.even.values()),
        walks(units, homes, extract, float(units[measure].sum()) / target)
        if homes is not None and wanted.walk
        else None,
        wanted.walk,
        office,
        to_office,
        wanted.office if office is not None else 0.0,
    )


def with_seeds(problem: Problem) -> NDArray[np.bool_]:
    """Return which units of a problem start a grid of their own: those asked for, and those an office stands in."""
    own = problem.objectives
    return problem.seeds if own is None or own.office is None else problem.seeds | (own.office >= 0)


def amounts(units: gpd.GeoDataFrame, column: str) -> pd.Series[float]:
    """Return a column of numbers of the units; raise :class:`TableError` where there is none or it is empty."""
    values = _numbers(units, column)
    if values.isna().any() or (values < 0).any():
        raise TableError(
            "column {column!r} is empty or negative in unit {unit}",
            where="units",
            mend="fill it: what a grid holds of it is added up",
            column=column,
            unit=str(values.index[values.isna() | (values < 0)][0]),
        )
    return values


def compared(units: gpd.GeoDataFrame, said: str) -> pd.Series[float]:
    """Return what units are compared by: a column, or one column for each of another; missing where unknown."""
    top, _, bottom = said.partition(PER)
    values = _numbers(units, top)
    if not bottom:
        return values
    per = _numbers(units, bottom)
    return values.where(per > 0) / per.where(per > 0)


def _numbers(units: gpd.GeoDataFrame, column: str) -> pd.Series[float]:
    numbers = units.select_dtypes("number").columns.astype(TEXT).tolist()
    if column not in numbers:
        raise TableError(
            "the units have no column of numbers {column!r}",
            where="units",
            mend="bring it in the file of --people; there are {some}",
            column=column,
            near=nearest(column, numbers),
            some=series(numbers) or "-",
        )
    return units[column].astype(float)


def weighted(units: gpd.GeoDataFrame, measure: str, factor: pd.Series[float]) -> gpd.GeoDataFrame:
    """Return the units with a measure counted by the target of its place, each by its factor."""
    of = factor.reindex(units.index).fillna(1.0)
    return units.assign(**{FACTOR: of, WEIGHTED: units[measure].astype(float) * of})


# ------------------------------------------------------------------ where people walk
def hearts(units: gpd.GeoDataFrame, extract: Extract, measure: str) -> gpd.GeoDataFrame:
    """Return a point of each unit from which its people are taken to walk: the home nearest to the middle of all."""
    who = "households" if measure == "households" and "households" in units else "people"
    homes = origins(units.assign(grid_id=""), extract, who)
    at = units.index.get_indexer(pd.Index(homes["unit_id"]))
    xy = shapely.get_coordinates(np.asarray(homes.geometry))
    people = homes["people"].to_numpy(dtype=float) + 1e-9
    held = np.bincount(at, people, len(units))
    middle = np.column_stack([np.bincount(at, people * axis, len(units)) / held for axis in xy.T])
    far = np.hypot(*(xy - middle[at]).T)
    order = np.lexsort((xy[:, 1], xy[:, 0], far, at))
    first = order[np.diff(at[order], prepend=-1) > 0]
    return gpd.GeoDataFrame(geometry=shapely.points(xy[first]), index=units.index, crs=units.crs)


def walks(units: gpd.GeoDataFrame, homes: gpd.GeoDataFrame, extract: Extract, grids: float) -> Walks:
    """Return the minutes on foot between units of one parent, along the streets where they are known."""
    # Streets are compiled and walked for plans alone that ask for it; an audit of others loads none of it.
    from gridkit.measure.access.walkways import LIMIT, STRAIGHT_M_PER_MINUTE, ways

    radius_m = (float(units.area.sum()) / max(grids, 1.0) / np.pi) ** 0.5
    limit = float(np.clip(RADII * radius_m / STRAIGHT_M_PER_MINUTE, LEAST_MINUTES, LIMIT))
    how = ways(homes, _subject(units, extract), "walk")
    found = how.within(np.asarray(homes.geometry), limit)
    parent = pd.factorize(units["parent"])[0]
    kept = parent[found.origin] == parent[found.facility]
    to, walker, minutes = found.facility[kept], found.origin[kept], found.minutes[kept]
    order = np.lexsort((walker, to))
    start = np.r_[0, np.cumsum(np.bincount(to, minlength=len(units)))]
    own = walker[order] == to[order]
    return Walks(start, walker[order], np.where(own, 0.0, minutes[order]), limit, STRAIGHT_M_PER_MINUTE)


def minutes_to(
    units: gpd.GeoDataFrame, homes: gpd.GeoDataFrame, extract: Extract, offices: Mapping[str, tuple[float, float]]
) -> NDArray[np.float64]:
    """Return the minutes on foot from each unit to each office; as the crow flies where no way leads there."""
    from gridkit.measure.access.walkways import LIMIT, STRAIGHT_M_PER_MINUTE, ways

    spots = np.array([shapely.Point(xy) for xy in offices.values()], dtype=object)
    straight = shapely.distance(np.asarray(homes.geometry)[:, None], spots[None, :]) / STRAIGHT_M_PER_MINUTE
    found = ways(homes, _subject(units, extract), "walk").within(spots, LIMIT)
    out = np.maximum(straight, LIMIT)
    out[found.origin, found.facility] = found.minutes
    return np.asarray(out)


def stands(units: gpd.GeoDataFrame, offices: Mapping[str, tuple[float, float]]) -> NDArray[np.int64]:
    """Return the number of the office that stands in each unit, -1 for none.

    Raises
    ------
    TableError
        When an office stands far outside all units.
    UsageError
        When two stand in one unit.
    """
    spots = gpd.GeoSeries(shapely.points(np.array([list(xy) for xy in offices.values()])), crs=units.crs)
    number, at = units.sindex.nearest(spots, return_all=False, max_distance=ASIDE_M)
    names = list(offices)
    lost = sorted(set(range(len(names))) - set(number.tolist()))
    if lost:
        raise TableError("{name} stands outside the district", where="--offices", name=names[lost[0]])
    out = np.full(len(units), -1, dtype=np.int64)
    for which, unit in zip(number.tolist(), at.tolist(), strict=True):
        if out[unit] >= 0:
            raise UsageError(
                "{one} and {other} stand in one unit, {unit}, and a grid has one office",
                where="--offices",
                mend="leave one of them out, or divide the unit with --lines",
                one=names[out[unit]],
                other=names[which],
                unit=str(units.index[unit]),
            )
        out[unit] = which
    return out


def _subject(units: gpd.GeoDataFrame, extract: Extract) -> Subject:
    return Subject(units, units, extract)


# ------------------------------------------------------------------ what came of it
@dataclass(frozen=True)
class Figures:
    """How good the grids of a plan are at what was asked for.

    Attributes
    ----------
    grids
        By ``grid_id``: ``walk_minutes`` to the middle and ``office_minutes`` to the office, means of the measure, and
        ``off:COLUMN``, how far it is off the mean of its parent's grids, as a share; columns only of what was asked.
    alike
        By what is compared: ``between``, the share of the variance that lies between grids, and ``correlation``, the
        intra-area correlation.
    """

    grids: pd.DataFrame
    alike: pd.DataFrame

    def correlations(self) -> list[Phrase]:
        """Return how alike the units of a grid are, a sentence for each column of which it is known."""
        return [
            Phrase(
                "{column}: intra-area correlation {correlation}, {between} of the variance lies between grids",
                column=name,
                correlation=Quantity(float(row["correlation"]), digits=2),
                between=share(float(row["between"])),
            )
            for name, row in self.alike.dropna().iterrows()
        ]


def figures(units: gpd.GeoDataFrame, extract: Extract, wanted: Wanted, measure: str, target: float) -> Figures:
    """Return how good grids are at what was asked for, from UNITS with ``grid_id``."""
    grid = units["grid_id"].astype(TEXT)
    names, at = np.unique(grid.to_numpy(dtype=object), return_inverse=True)
    people = np.asarray(units[measure], dtype=np.float64)
    held = np.bincount(at, people)
    table = pd.DataFrame(index=pd.Index(names, name="grid_id", dtype=TEXT))
    homes = hearts(units, extract, measure) if wanted.walk or wanted.offices else None
    if homes is not None and wanted.walk:
        known = walks(units, homes, extract, float(units[measure].sum()) / target)
        table["walk_minutes"] = _to_middles(known, homes, at, people) / np.where(held > 0, held, np.nan)
    if homes is not None and wanted.offices:
        minutes = minutes_to(units, homes, extract, wanted.offices)
        office, mine = stands(units, wanted.offices), np.full(len(names), -1)
        np.maximum.at(mine, at, office)
        own = np.where(mine[at] >= 0, minutes[np.arange(len(units)), mine[at]], minutes.min(axis=1))
        table["office_minutes"] = np.bincount(at, people * own) / np.where(held > 0, held, np.nan)
    parent = units["parent"].groupby(grid).first().reindex(table.index)
    for column in wanted.even:
        total = amounts(units, column).groupby(grid).sum().reindex(table.index)
        mean = total.groupby(parent).transform("mean")
        table[f"off:{column}"] = (total / mean.where(mean > 0) - 1).fillna(0.0)
    alike = {
        each: correlation(np.asarray(compared(units, each), dtype=np.float64), people, at)
        for each in wanted.homogeneous
    }
    return Figures(table, pd.DataFrame(alike, index=["between", "correlation"]).T.rename_axis("compared"))


def _to_middles(
    known: Walks, homes: gpd.GeoDataFrame, at: NDArray[np.int64], people: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the minutes that all people of each grid walk to the unit of it that is nearest to them all."""
    from gridkit.partition.objectives import NONE, middles

    wishes = NONE._replace(
        weight=people,
        first=known.start.astype(np.int64),
        walker=known.walker.astype(np.int32),
        metres=known.minutes * people[known.walker],
        at=shapely.get_coordinates(np.asarray(homes.geometry)),
        limit=known.limit,
        pace=known.pace,
        walk_m=1.0,
    )
    return middles(wishes, at.astype(np.int32), int(at.max()) + 1)[1]


def correlation(
    values: NDArray[np.float64], weight: NDArray[np.float64], grid: NDArray[np.int64]
) -> tuple[float, float]:
    r"""Return the share of the variance that lies between grids, and the intra-area correlation.

    .. math:: \rho = \frac{B - W}{B + (m_0 - 1) W}

    with the mean squares between grids (B) and inside (W), units weighted by the measure, and :math:`m_0` their number
    in a grid. 1 where all units of a grid are the same, 0 where grids are no more alike inside than chance has it.

    References
    ----------
    Tranmer & Steel (1998), Environment and Planning A 30(5), 817-831; Fisher (1925) for the estimate by mean squares.
    """
    known = np.isfinite(values) & (weight > 0)
    x, w = values[known], weight[known] / max(weight[known].mean() if known.any() else 1.0, 1e-300)
    at = np.unique(grid[known], return_inverse=True)[1]
    n, k = len(x), int(at.max(initial=-1)) + 1
    if k < 2 or n <= k:  # noqa: PLR2004 - nothing lies between fewer than two
        return float("nan"), float("nan")
    held = np.bincount(at, w)
    mean = np.bincount(at, w * x) / held
    middle = float((w * x).sum() / w.sum())
    between, inside = float((held * (mean - middle) ** 2).sum()), float((w * (x - mean[at]) ** 2).sum())
    if between + inside <= 0:
        return float("nan"), float("nan")
    size = (w.sum() - (held**2).sum() / w.sum()) / (k - 1)
    b, i = between / (k - 1), inside / (n - k)
    return between / (between + inside), (b - i) / (b + (size - 1) * i)
