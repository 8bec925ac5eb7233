"""Hours of work of a plan's grids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def workload(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Say how many hours a month each grid needs and keep it in the plan; or write the workbook."""
    from gridkit.recipes import plans
    from gridkit.recipes import workload as recipe
    from gridkit.recipes.report import report

    book = output is not None and output.suffix.lower() == ".xlsx"
    if not book:
        ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        after = recipe.workload(plans.read_plan(plan), **choices, progress=progress)
        if book and output is not None:
            report(after, output, lang=console.lang, overwrite=overwrite)
        else:
            save(after, plan, output, overwrite=overwrite)
    console.show("workload", str(output or plan), recipe.facts(after, titles=not json), as_json=json)
