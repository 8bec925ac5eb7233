"""Main roads that run inside grids: how many metres of them, and why each grid that has one could not do without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gridkit.adjacency import positions
from gridkit.graph import components
from gridkit.language.phrases import Phrase
from gridkit.tables import TEXT

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from gridkit.band import Band

MAIN = ("motorway", "arterial")
"""The features that are main roads."""
NOT_PROVEN = Phrase("nothing proves that it must: a plan without is longer, or was not found")
"""Said of a grid that might do without."""


def straddled(units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the borders along main roads whose two sides are in one grid: ``grid_id``, ``name``, ``metres``.

    Parameters
    ----------
    units
        UNITS with ``grid_id``.
    borders
        BORDERS, whose other columns are left out.
    """
    ends = positions(borders, units.index)
    grid = units["grid_id"].astype(TEXT).to_numpy()
    inner = (ends >= 0).all(axis=1) & (grid[ends[:, 0]] == grid[ends[:, 1]])
    inner &= borders["feature"].isin(MAIN).to_numpy()
    found: gpd.GeoDataFrame = borders[inner]
    table: gpd.GeoDataFrame = found[["name", "geometry"]].assign(
        grid_id=grid[ends[inner, 0]], metres=found["feature_m"].to_numpy(dtype=float)
    )
    return table


def why_straddled(
    units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, measure: str, band: Band | None, grids: pd.Index
) -> dict[str, Phrase]:
    """Return why each of some grids has a main road inside: the first of these that holds.

    A compound lies on both sides. Of the ground between main roads (a cell: what hangs together in a parent without
    crossing any) that the grid has part in, some holds a total that no number of grids of the band adds up to, so that
    a grid must lead out of it, whatever the plan. It takes in a cell where nobody lives. Else nothing is proven.

    Parameters
    ----------
    measure, band
        What grids are to hold; without a band nothing forces a grid.
    grids
        The ids of grids.
    """
    ends = positions(borders, units.index)
    parent, grid = units["parent"].to_numpy(), units["grid_id"].astype(TEXT).to_numpy()
    here = (ends >= 0).all(axis=1) & (parent[ends[:, 0]] == parent[ends[:, 1]])
    if "dedicated" in units:
        free = units["dedicated"].isna().to_numpy()
        here &= free[ends[:, 0]] & free[ends[:, 1]]
    road = borders["feature"].isin(MAIN).to_numpy()
    cell = components(ends[here & ~road], len(units))
    group = units["group"].fillna("").astype(TEXT).to_numpy() if "group" in units else np.full(len(units), "")
    # Only what the road parts: a compound whose halves also meet elsewhere is not what keeps the road inside.
    over = here & road & (group[ends[:, 0]] == group[ends[:, 1]]) & (group[ends[:, 0]] != "")
    both = dict(zip(grid[ends[over, 0]].tolist(), group[ends[over, 0]].tolist(), strict=True))
    held = units[measure].to_numpy(dtype=float)
    total = np.bincount(cell, held).astype(np.float64)
    return {name: _why(str(name), both, cell[grid == name], total, band) for name in grids.astype(TEXT)}


def _why(
    name: str, both: dict[str, str], cells: NDArray[np.int64], total: NDArray[np.float64], band: Band | None
) -> Phrase:
    if name in both:
        return Phrase("compound {name} lies on both sides of the road", name=both[name])
    if band is None:
        return Phrase("no range of size is known that would ask for it")
    unfit = [float(total[cell]) for cell in np.unique(cells) if total[cell] > 0 and not band.fits(float(total[cell]))]
    if unfit:
        facts: dict[str, Any] = {"total": max(unfit), "low": band.low, "high": band.high}
        said = "no other way: the {total:,.0f} between main roads there cannot be split into {low:,.0f} to {high:,.0f}"
        return Phrase(said, **facts)
    if not total[np.unique(cells)].all():
        return Phrase("it takes in ground between main roads where nobody lives")
    return NOT_PROVEN
