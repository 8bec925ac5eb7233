"""What a plan counts for, said and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def standing(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    stage: str = "",
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Say what a plan counts for, or show it."""
    from gridkit.plan.editions import editions
    from gridkit.recipes import plans
    from gridkit.recipes import standing as recipe

    if stage:
        ready(plan, output, overwrite=overwrite)
    before = plans.read_plan(plan)
    after = recipe.standing(before, stage, **choices)
    if stage:
        save(after, plan, output, overwrite=overwrite)
    in_force = [
        {"since": each.since.isoformat(), "until": each.until and each.until.isoformat(), "grids": len(each.grids)}
        for each in editions(after)
    ]
    console.show(
        "standing", str(output or plan), {"standing": after.standing.facts, "editions": in_force}, as_json=json
    )
