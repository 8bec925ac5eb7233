"""How long groups and volunteers stay active, and what is left of a peak."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from gridkit.commands.output import measured

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
    from gridkit.recipes import survival as recipe

    measure = partial(recipe.survival, **choices)
    subject = choices["lives"]
    measured(console, "survival", measure, subject, plan=plan, output=output, overwrite=overwrite, json=json)
