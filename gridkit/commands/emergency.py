"""Zones of an emergency on a plan, and back to normal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def emergency(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Lay zones on a plan and keep them in it, or put the normal plan back; or write papers and pages of them."""
    from gridkit.recipes import emergency as recipe
    from gridkit.recipes import emergency_papers as papers
    from gridkit.recipes import plans

    kind = "" if output is None else output.suffix.lower()
    if kind not in papers.WRITTEN:
        ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        before = plans.read_plan(plan)
        after = recipe.emergency(before, **choices, progress=progress)
        if kind in papers.WRITTEN and output is not None:
            papers.written(after, output, lang=console.lang, overwrite=overwrite)
        else:
            save(after, plan, output, overwrite=overwrite)
    told = recipe.returned(after) if choices.get("end") else recipe.facts(after, titles=not json)
    console.show("emergency", str(output or plan), told, as_json=json)
