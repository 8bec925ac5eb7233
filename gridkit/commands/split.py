"""A district split into grids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def split(
    console: Console,
    *,
    district: str,
    alternatives: int,
    output: Path,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Split a district into balanced, contiguous grids, and write the plan."""
    from dataclasses import fields

    from gridkit.atomic import refuse
    from gridkit.inputs import apart, files
    from gridkit.plan.summary import summary, told
    from gridkit.project import project
    from gridkit.recipes import alternatives as several
    from gridkit.recipes import plans
    from gridkit.recipes import split as recipe

    if alternatives > 1:
        refuse(output, overwrite=overwrite)
    else:
        plans.refuse_plan(output, overwrite=overwrite)
    asked = project(district, **choices)
    apart(str(output), files([getattr(asked, each.name) for each in fields(asked)]))
    with console.progress() as progress:
        if alternatives > 1:
            rows = several.write_alternatives(asked, alternatives, output, overwrite=overwrite, progress=progress)
        else:
            plan = recipe.split(asked, progress=progress)
            try:
                plans.write_plan(plan, output, overwrite=overwrite)
            except KeyboardInterrupt:
                console.onward = recipe.keep_what_was_found(plan, output)
                raise
    if alternatives <= 1 and plan.interrupted:
        console.show("split", str(output), summary(plan) if json else told(plan), as_json=json)
        # The best plan so far is saved, and the search goes no further: for a script this is not "done".
        raise KeyboardInterrupt
    facts = {"alternatives": rows} if alternatives > 1 else summary(plan) if json else told(plan)
    console.show("split", str(output), facts, as_json=json)
