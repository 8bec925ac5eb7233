"""The steps that made a plan, listed and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def undo(console: Console, *, plan: Path, output: Path | None, overwrite: bool) -> None:
    """Take the last edit or redraw of a plan back."""
    from gridkit.recipes import history as recipe
    from gridkit.recipes import plans

    ready(plan, output, overwrite=overwrite)
    before = recipe.undo(plans.read_plan(plan))
    save(before, plan, output, overwrite=overwrite)
    console.say("{path}: the last change is undone", path=output or plan)


def history(console: Console, *, plan: Path, json: bool) -> None:
    """List every step that made a plan."""
    from gridkit.recipes import history as recipe
    from gridkit.recipes import plans

    console.show("history", str(plan), recipe.history(plans.read_plan(plan)), as_json=json)
