"""What everything in a plan is called, so that rows of other tables can be joined to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from gridkit.language.phrases import spoken
from gridkit.measure.departments.joined import Directory
from gridkit.plan.names import names
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan

_NAMED = ("compounds", "buildings", "places")


def directory(plan: Plan) -> Directory:
    """Return what everything in a plan is called, in every language it is called in."""
    called = names(plan)
    own = plan.grids["name"] if "name" in plan.grids else pd.Series(dtype=object)
    grid_names = {
        str(grid): [
            str(text)
            for text in dict.fromkeys([own.get(grid), spoken(name, "zh"), spoken(name, "en")])
            if isinstance(text, str) and text
        ]
        for grid, name in called.items()
    }
    given = plan.districts["name"] if "name" in plan.districts else pd.Series(dtype=object)
    communities = {
        str(parent): [str(given[parent])] if isinstance(given.get(parent), str) else []
        for parent in plan.districts.index
    }
    named = [plan.backdrop[name] for name in _NAMED if name in plan.backdrop and "name" in plan.backdrop[name]]
    units = plan.units[plan.units["name"].notna()][["name", "geometry"]] if "name" in plan.units else None
    parts = [each[each["name"].notna()][["name", "geometry"]] for each in named] + ([] if units is None else [units])
    places = (
        gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=plan.crs)
        if parts
        else gpd.GeoDataFrame({"name": []}, geometry=[], crs=plan.crs)
    )
    return Directory(plan.units, plan.grids, grid_names, communities, places, _houses(plan))


def _houses(plan: Plan) -> gpd.GeoDataFrame | None:
    """Return numbered buildings with the street that their address names, and with the compound they stand in."""
    buildings = plan.backdrop.get("buildings")
    if buildings is None or "number" not in buildings:
        return None
    own = buildings[buildings["number"].notna() & ~(buildings.geometry.isna() | buildings.geometry.is_empty)]
    spots = gpd.GeoDataFrame(
        {"number": own["number"].astype(TEXT), "street": own.get("street")},
        geometry=own.representative_point().to_numpy(),
        crs=own.crs,
        index=own.index,
    ).to_crs(plan.crs)
    parts = [spots[spots["street"].notna()].rename(columns={"street": "name"})[["name", "number", "geometry"]]]
    compounds = plan.backdrop.get("compounds")
    if compounds is not None:
        for column in (each for each in compounds.columns if each == "name" or str(each).startswith("name_")):
            named = compounds[compounds[column].notna()][[column, "geometry"]].set_axis(["name", "geometry"], axis=1)
            inside = spots.sjoin(named.to_crs(plan.crs), predicate="within")
            parts.append(inside[["name", "number", "geometry"]])
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=plan.crs)
