"""Plans, and grids a city already has, judged by the rules of a preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.catalog.presets import presets
from gridkit.crs import to_metric
from gridkit.plan.audit import audit as audits
from gridkit.plan.audit.subject import Around
from gridkit.plan.plan import Plan
from gridkit.recipes.plans import plan_or_polygons
from gridkit.recipes.progress import silent
from gridkit.recipes.units import ground

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from gridkit.plan.audit.audit import Audit
    from gridkit.project import Project
    from gridkit.recipes.progress import Progress


def audit(
    subject: str | Path | Plan | gpd.GeoDataFrame,
    *,
    preset: str | None = None,
    around: Project | None = None,
    progress: Progress = silent,
) -> Audit:
    """Judge a plan, or any layer of polygons as one, rule by rule.

    Parameters
    ----------
    subject
        A plan, a plan file, or polygons: ``FILE[:LAYER]`` or a GeoDataFrame in any CRS.
    preset
        Whose rules hold: the plan's own when None, ``cn-social`` for polygons.
    around
        The district, its parents, lines and people, to judge polygons by; a plan brings its own.
    """
    judged = plan_or_polygons(subject)
    own = judged.parameters.preset if isinstance(judged, Plan) else ""
    progress("checking the rules", None)
    rules = presets()[preset or own or "cn-social"]
    if around is None or isinstance(judged, Plan):
        return audits.audit(judged, rules)
    start = ground(around, progress)
    known = Around(start.districts, start.units if start.sources else None, start.extract.tables, rules.codes.template)
    return audits.audit(to_metric(judged, start.districts.crs), rules, around=known)
