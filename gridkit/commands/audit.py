"""A plan checked rule by rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from gridkit.commands.output import ready

if TYPE_CHECKING:
    from gridkit.commands.console import Console

CHECK_FAILED = 9


def audit(console: Console, *, plan: str, keep: bool, json: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Check a plan rule by rule; exit code 9 when a rule fails."""
    from gridkit.recipes import audit as recipe
    from gridkit.recipes import plans

    if keep and Path(plan).is_file():
        ready(Path(plan), None, overwrite=True)
    with console.progress() as progress:
        judged = plans.plan_or_polygons(plan)
        found = recipe.audit(judged, **choices, progress=progress)
        if keep:
            plans.write_plan(found.kept(plans.required_plan(judged, plan)), plan, overwrite=True)
    if json:
        console.show("audit", plan, found.report(), as_json=True)
    else:
        rows = found.table(console.lang)[["number", "title", "value", "unit", "verdict", "note"]]
        console.report(plan, {"rules": rows.to_dict("records")})
    if found.failed:
        raise typer.Exit(CHECK_FAILED)
