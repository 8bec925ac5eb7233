"""Patrols and rounds: walks through streets and doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from gridkit.commands.output import ready, save
from gridkit.errors import TableError

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console

PARTLY_DONE = 7


def patrol(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Find walks past every street of each grid and keep them in the plan; or write them as tracks or sheets."""
    from gridkit.recipes import patrol as recipe
    from gridkit.recipes import plans

    kept = output is None or recipe.is_plan(output)
    ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        after = recipe.patrol(plans.read_plan(plan), **choices, progress=progress)
        if kept or output is None:
            save(after, plan, output, overwrite=overwrite)
        else:
            recipe.written(after, output, recipe.LAYER, lang=console.lang, overwrite=overwrite)
    facts = recipe.facts(after)
    console.show("patrol", str(output or plan), facts, as_json=json)
    if recipe.partly(facts, choices.get("grids", ())):
        raise typer.Exit(PARTLY_DONE)


def visits(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Find rounds through the doors of who is due and keep them in the plan; or write them as tracks or sheets."""
    from gridkit.recipes import patrol as patrols
    from gridkit.recipes import plans
    from gridkit.recipes import visits as recipe

    ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        after = recipe.visits(plans.read_plan(plan), **choices, progress=progress)
        if output is None or patrols.is_plan(output):
            save(after, plan, output, overwrite=overwrite)
        elif recipe.idle(after):
            raise TableError("there is no round to write: nobody is due who has a door", where=str(output))
        else:
            patrols.written(after, output, recipe.LAYER, lang=console.lang, overwrite=overwrite)
    facts = recipe.facts(after)
    console.show("visits", str(output or plan), recipe.facts(after, titles=not json), as_json=json)
    if facts["households_unserved"]:
        raise typer.Exit(PARTLY_DONE)
