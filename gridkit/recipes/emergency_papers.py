"""What is handed out in an emergency: papers of the zones, a page for residents, a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit import atomic
from gridkit.errors import UsageError
from gridkit.plan.emergency import LAYER
from gridkit.plan.zone_plan import known_as
from gridkit.recipes.report import report
from gridkit.render.papers.zone_sheets import zone_sheets
from gridkit.render.residents.page import page

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan

PAPERS, PAGES, BOOKS = (".pdf",), (".html", ".htm"), (".xlsx",)
WRITTEN = (*PAPERS, *PAGES, *BOOKS)
"""Endings of what is written instead of a plan."""


def written(plan: Plan, path: Path, *, lang: str, overwrite: bool) -> None:
    """Write the zones of a plan by the ending of a file: papers (.pdf), the page of residents (.html), a workbook.

    Raises
    ------
    UsageError
        When the plan is in no emergency and papers or a page of it are wanted.
    """
    kind = path.suffix.lower()
    if kind in BOOKS:
        report(plan, path, lang=lang, overwrite=overwrite)
        return
    if LAYER not in plan.layers:
        raise UsageError("the plan is in no emergency", mend="begin one: gridkit emergency PLAN --zones FILE")
    layer = plan.layers[LAYER]
    if kind in PAPERS:
        zone_sheets(plan, layer, path, lang=lang, overwrite=overwrite)
        return
    units = layer.tables["units"]
    called = known_as(plan, units.index[(units["zone"] != "").to_numpy()])
    with atomic.replacing(path, overwrite=overwrite) as file:
        file.write_text(page(plan, layer, called, lang), encoding="utf-8")
