"""A plan changed as little as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def redraw(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Change a plan as little as possible."""
    from gridkit.plan.summary import summary, told
    from gridkit.recipes import compare, plans
    from gridkit.recipes import redraw as recipe

    ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        before = plans.read_plan(plan)
        after = recipe.redraw(before, **choices, progress=progress)
        save(after, plan, output, overwrite=overwrite)
        if after.interrupted:
            # The best plan so far is saved, and the search goes no further: for a script this is not "done".
            raise KeyboardInterrupt
        changes = compare.compare(before, after)
    facts = summary(after) if json else told(after)
    console.show("redraw", str(output or plan), {**facts, "changes": changes.facts}, as_json=json)
