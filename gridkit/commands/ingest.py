"""Departments' tables joined to a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def ingest(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Join departments' tables to a plan and keep what they share there; or write a workbook of it."""
    from gridkit.recipes import ingest as recipe
    from gridkit.recipes import plans, report

    book = output is not None and output.suffix.lower() == ".xlsx"
    if not book:
        ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        after = recipe.ingest(plans.read_plan(plan), **choices, progress=progress)
        if book and output is not None:
            report.report(after, output, lang=console.lang, overwrite=overwrite)
        else:
            save(after, plan, output, overwrite=overwrite)
    facts = recipe.facts(after)
    console.show("ingest", str(output or plan), facts if json else recipe.headline(facts), as_json=json)
