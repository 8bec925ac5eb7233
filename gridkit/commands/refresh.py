"""What was derived from a plan's grids, derived again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def refresh(console: Console, *, plan: Path, output: Path | None, overwrite: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Measure what was derived from a plan's grids again."""
    from gridkit.recipes import plans
    from gridkit.recipes import refresh as recipe

    ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        before = plans.read_plan(plan)
        after = recipe.refresh(before, **choices, progress=progress)
        save(after, plan, output, overwrite=overwrite)
    for name in before.stale:
        console.say("{name} cannot be measured again" if name in after.stale else "{name} is up to date", name=name)
    console.say("{path} is written", path=output or plan)
