"""Departments' tables joined to a plan."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from gridkit.commands.output import laid

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def ingest(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Join departments' tables to a plan and keep what they share there; or write a workbook or a map of it."""
    from gridkit.recipes import ingest as recipe

    after = laid(console, plan, output, overwrite=overwrite, lay=partial(recipe.ingest, **choices), view="sharing")
    facts = recipe.facts(after)
    console.show("ingest", str(output or plan), facts if json else recipe.headline(facts), as_json=json)
