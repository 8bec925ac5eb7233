"""How long groups and volunteers stay active, and what is left of a peak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import keep, keeping

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def survival(
    console: Console,
    *,
    plan: Path | None,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Measure what lasts and print it; a plan that is named keeps it."""
    from gridkit.recipes import plans
    from gridkit.recipes import survival as recipe

    keeping(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        held = None if plan is None else plans.read_plan(plan)
        told = recipe.survival(**choices, plan=held, progress=progress)
        keep(told, plan, output, overwrite=overwrite)
    console.show("survival", str(output or plan or choices["lives"]), told.facts if json else told.said(), as_json=json)
