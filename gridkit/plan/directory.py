"""What everything in a plan is called, so that rows of other tables can be joined to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from gridkit.language.phrases import spoken
from gridkit.measure.departments.joined import Directory
from gridkit.plan.names import names

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
    return Directory(plan.units, plan.grids, grid_names, communities, places)
