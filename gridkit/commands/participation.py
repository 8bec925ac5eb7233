"""Participation on a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def participation(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Count what residents start, propose and take part in, and keep it in a plan; or write a workbook of it."""
    from gridkit.plan.told import Told
    from gridkit.recipes import participation as recipe
    from gridkit.recipes import plans, report

    book = output is not None and output.suffix.lower() == ".xlsx"
    if not book:
        ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        after = recipe.participation(plans.read_plan(plan), **choices, progress=progress)
        if book and output is not None:
            report.report(after, output, lang=console.lang, overwrite=overwrite)
        else:
            save(after, plan, output, overwrite=overwrite)
    told = Told("participation", recipe.facts(after))
    console.show("participation", str(output or plan), told.facts if json else told.said(), as_json=json)
