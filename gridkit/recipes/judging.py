"""Plans, and grids a city already has, judged by the rules of a preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.catalog.presets import presets
from gridkit.plan import audit as audits
from gridkit.plan.plan import Plan
from gridkit.recipes.files import plan_or_polygons
from gridkit.recipes.progress import silent

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from gridkit.plan.audit import Audit
    from gridkit.recipes.progress import Progress


def audit(
    subject: str | Path | Plan | gpd.GeoDataFrame, *, preset: str | None = None, progress: Progress = silent
) -> Audit:
    """Judge a plan, or any layer of polygons as one, rule by rule.

    Parameters
    ----------
    subject
        A plan, a plan file, or polygons: ``FILE[:LAYER]`` or a GeoDataFrame in any CRS.
    preset
        Whose rules hold: the plan's own when None, ``cn-social`` for polygons.
    """
    judged = plan_or_polygons(subject)
    own = judged.parameters.preset if isinstance(judged, Plan) else ""
    progress("checking the rules", None)
    return audits.audit(judged, presets()[preset or own or "cn-social"])
