"""Participation on a plan."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from gridkit.commands.output import laid

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def participation(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Count what residents start, propose and take part in, and keep it in a plan; or write a workbook of it."""
    from gridkit.plan.told import Told
    from gridkit.recipes import participation as recipe

    after = laid(console, plan, output, overwrite=overwrite, lay=partial(recipe.participation, **choices))
    told = Told("participation", recipe.facts(after))
    console.show("participation", str(output or plan), told.facts if json else told.said(), as_json=json)
