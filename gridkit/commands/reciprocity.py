"""Exchange between members, and ties between bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import keep, keeping

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def reciprocity(
    console: Console,
    *,
    plan: Path | None,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Measure an exchange and print its aggregates; a plan that is named keeps them."""
    from gridkit.recipes import plans
    from gridkit.recipes import reciprocity as recipe

    keeping(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        held = None if plan is None else plans.read_plan(plan)
        told = recipe.reciprocity(**choices, plan=held, progress=progress)
        keep(told, plan, output, overwrite=overwrite)
    console.show(
        "reciprocity", str(output or plan or choices["exchange"]), told.facts if json else told.said(), as_json=json
    )
