"""The grids of a plan coded anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save
from gridkit.language.phrases import template

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def codes(console: Console, *, plan: Path, output: Path | None, overwrite: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Give the grids of a plan new codes."""
    from gridkit.recipes import codes as recipe
    from gridkit.recipes import plans

    ready(plan, output, overwrite=overwrite)
    coded = recipe.codes(plans.read_plan(plan), **choices)
    save(coded, plan, output, overwrite=overwrite)
    console.say(
        template("{path}: {count} grid coded", "{path}: {count} grids coded"),
        path=output or plan,
        count=len(coded.grids),
    )
