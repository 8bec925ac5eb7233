"""Exchange between members, and ties between bodies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from gridkit.commands.output import measured

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
    from gridkit.recipes import reciprocity as recipe

    measure = partial(recipe.reciprocity, **choices)
    subject = choices["exchange"]
    measured(console, "reciprocity", measure, subject, plan=plan, output=output, overwrite=overwrite, json=json)
