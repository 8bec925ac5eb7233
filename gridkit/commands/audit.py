"""A plan checked rule by rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from gridkit.commands.output import ready
from gridkit.database.address import address, names_database
from gridkit.language.phrases import listed

if TYPE_CHECKING:
    from gridkit.commands.console import Console
    from gridkit.plan.audit.audit import Judged

CHECK_FAILED = 9
NAMED = 6
"""So many grids at fault are named of each rule."""


def audit(console: Console, *, plan: str, keep: bool, json: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Check a plan rule by rule; exit code 9 when a rule fails."""
    from gridkit.recipes import audit as recipe
    from gridkit.recipes import plans

    if keep and (names_database(plan) or Path(plan).is_file()):
        ready(address(plan) if names_database(plan) else Path(plan), None, overwrite=True)
    with console.progress() as progress:
        judged = plans.plan_or_polygons(plan, said=choices.get("crs"))
        found = recipe.audit(judged, **choices, progress=progress)
        if keep:
            plans.write_plan(found.kept(plans.required_plan(judged, plan)), plan, overwrite=True)
    if json:
        console.show("audit", plan, found.report(), as_json=True)
    else:
        console.report(plan, {"rules": [_row(each) for each in found.judged]})
    if found.failed:
        raise typer.Exit(CHECK_FAILED)


def _row(judged: Judged) -> dict[str, Any]:
    """Return a rule as a row for a person: its number and its unit in one."""
    principle, value = judged.principle, judged.value
    counted = None if value is None else principle.counted(value)
    return {
        "number": str(principle.number),
        "title": principle.title,
        "value": counted,
        "verdict": judged.verdict,
        "grids": listed(judged.grids, NAMED),
        "note": judged.why,
    }
