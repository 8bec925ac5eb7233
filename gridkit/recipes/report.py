"""The workbook of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.recipes.audit import audit
from gridkit.recipes.compare import compare
from gridkit.recipes.progress import silent
from gridkit.recipes.refresh import current
from gridkit.render.papers import workbook as workbooks

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress


def report(
    plan: Plan,
    path: str | Path,
    *,
    lang: str = "en",
    against: str | Path | Plan | gpd.GeoDataFrame | None = None,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Path:
    """Write the workbook of a plan (.xlsx): summary, grids, audit, layers, staff, and the changes since another plan.

    Parameters
    ----------
    lang
        ``en`` or ``zh``.
    against
        The plan, or layer of grids, whose differences get a sheet.
    """
    plan = current(plan, progress=progress)
    judged = audit(plan, progress=progress)
    comparison = None if against is None else compare(against, plan, progress=progress)
    progress("writing the workbook", None)
    workbooks.report(plan, path, lang=lang, audit=judged, comparison=comparison, overwrite=overwrite)
    return Path(path)
