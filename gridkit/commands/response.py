"""Integrated response: a log of departments' orders on a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def response(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Count a log of departments' orders on a plan and keep it there; or write the flow, a map or a workbook of it."""
    from gridkit.recipes import plans
    from gridkit.recipes import response as recipe

    other = output is not None and output.suffix.lower() in recipe.WRITTEN
    if not other:
        ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        after = recipe.response(plans.read_plan(plan), **choices, progress=progress)
        if other and output is not None:
            recipe.written(after, output, lang=console.asked, overwrite=overwrite)
        else:
            save(after, plan, output, overwrite=overwrite)
    console.show("response", str(output or plan), recipe.facts(after), as_json=json)
