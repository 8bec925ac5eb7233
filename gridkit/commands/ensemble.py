"""How usual a plan is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def ensemble(
    console: Console, *, plan: Path, plans: int, seed: int, output: Path | None, overwrite: bool, json: bool
) -> None:
    """Draw plans at random that obey the same rules, and say where a plan lies among them."""
    from gridkit.atomic import refuse
    from gridkit.inputs import apart
    from gridkit.recipes import ensemble as recipe
    from gridkit.recipes import plans as files

    if output is not None:
        refuse(output, overwrite=overwrite)
        apart(output, [plan])
    with console.progress() as progress:
        found = recipe.ensemble(files.read_plan(plan), plans=plans, seed=seed, progress=progress)
        if output is not None:
            recipe.write_ensemble(found, output, overwrite=overwrite)
    console.show("ensemble", str(plan), found.report() if json else found.said(), as_json=json)
