"""Two plans, or grids a city had and a plan, compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gridkit.plan import compare as compared
from gridkit.recipes.plans import plan_or_polygons, required_plan
from gridkit.recipes.progress import silent

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from gridkit.plan.compare import Comparison
    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress

    Source = str | Path | gpd.GeoDataFrame
    Status = Literal["open", "accepted", "declined"]


def compare(old: Source | Plan, new: str | Path | Plan, *, progress: Progress = silent) -> Comparison:
    """Return what changed from one plan, or any layer of grids, to another plan.

    Parameters
    ----------
    old
        A plan, a plan file, or polygons with their code in ``grid_id``.
    new
        A plan or a plan file.
    """
    after = required_plan(plan_or_polygons(new), new)
    progress("comparing", None)
    return compared.compare(plan_or_polygons(old, after.crs), after)
