"""The workbook of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridkit.face import face
from gridkit.language.reader import language
from gridkit.recipes.audit import audited
from gridkit.recipes.compare import compare
from gridkit.recipes.layer import SCORECARD
from gridkit.recipes.progress import shown
from gridkit.recipes.refresh import current, scored
from gridkit.render.papers import workbook as workbooks

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress


_SCORED = (SCORECARD, "participation", "staffing", "response")
"""Layers of which the scorecard tells: where there is one, the workbook has its sheet."""


@face("report")
def report(  # noqa: PLR0913 - the public face
    plan: Plan,
    path: str | Path = "report.xlsx",
    *,
    crs: str | None = None,
    against: Source | Plan | None = None,
    lang: str | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write the workbook of a plan (.xlsx): summary, grids, audit, layers, staff, and the changes since another plan.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    against
        A plan or layer of grids to tell the changes from.
    lang
        Language, such as en or zh.
    path
        The file to write.
    overwrite
        Replace the output if it exists.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    tell, spoken = shown(progress), language(lang, plan.parameters.lang)
    plan = current(plan, progress=tell)
    if any(name in plan.layers for name in _SCORED) or "lines" in plan.records:
        plan = scored(plan)
    tell("checking the rules", None)
    judged = audited(plan)
    comparison = None if against is None else compare(against, plan, crs=crs, progress=tell)
    tell("writing the workbook", None)
    workbooks.report(plan, path, lang=spoken, audit=judged, comparison=comparison, overwrite=overwrite)
    return Path(path)
