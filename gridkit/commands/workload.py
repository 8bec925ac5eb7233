"""Hours of work of a plan's grids."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from gridkit.commands.output import laid

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def workload(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Say how many hours a month each grid needs and keep it in the plan; or write the workbook."""
    from gridkit.recipes import workload as recipe

    after = laid(console, plan, output, overwrite=overwrite, lay=partial(recipe.workload, **choices))
    console.show("workload", str(output or plan), recipe.facts(after, titles=not json), as_json=json)
