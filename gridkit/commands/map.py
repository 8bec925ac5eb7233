"""A plan drawn as one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def map(  # noqa: A001 - the command's name
    console: Console,
    *,
    plan: Path,
    view: str,
    output: Path | None,
    overwrite: bool,
    against: str | None,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Draw a plan as one HTML file that opens without a network."""
    from gridkit.atomic import STDOUT, refuse
    from gridkit.recipes import map as recipe
    from gridkit.recipes import plans
    from gridkit.render.page import question

    target = output or plan.with_suffix(".html")
    if str(target) != STDOUT:
        refuse(target, overwrite=overwrite)
    with console.progress() as progress:
        drawn = recipe.map(plans.read_plan(plan), view, against=against, **choices, progress=progress)
        drawn.save(target, overwrite=overwrite)
    if str(target) != STDOUT:
        size = round(target.stat().st_size / 1000)
        if choices.get("tiles"):
            console.say("{path}: {size} kB; its base map comes from the network.", path=target, size=size)
        else:
            console.say("{path}: {size} kB, needs no network.", path=target, size=size)
    if drawn.lacks:
        lacking = question.told(drawn.lacks)
        console.say(
            "It shows nothing of {what}, which the plan does not hold: {how}", what=lacking, how=drawn.lacks[0][2]
        )
    if drawn.withheld is not None:
        console.say("{path} remembers this edition; gridkit publish adds a workbook and a note.", path=plan)


def maps(console: Console, *, maps: Path | None, json: bool) -> None:
    """List the map views a plan can be drawn in."""
    from gridkit.catalog import map_views

    registry = map_views.maps(maps=maps)
    rows = [{"name": name, "title": console.value(registry[name].title)} for name in registry]
    console.show("maps", console.label("maps", ("maps",)), {"maps": rows}, as_json=json)
