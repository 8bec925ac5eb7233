"""A plan drawn."""

from pathlib import Path
from typing import Annotated

import typer

from gridkit.commands.options import (
    Approval,
    AsJson,
    Maps,
    MaybeFile,
    Overwrite,
    PlanFile,
    examples,
    report,
    said,
)

app = typer.Typer()


@app.command(
    epilog=examples(
        "gridkit map plan.gpkg -o plan.html",
        "gridkit map plan.gpkg --view public --lang en -o public.html",
        "gridkit map plan.gpkg --view compare --against old.gpkg -o compare.html",
    )
)
def map(  # noqa: A001 - the command's name
    context: typer.Context,
    plan: PlanFile,
    view: Annotated[str, typer.Option("--view", help="A map view: see gridkit maps.")] = "planner",
    lang: Annotated[str | None, typer.Option("--lang", help="First language: en or zh.", show_default="yours")] = None,
    title: Annotated[str, typer.Option("--title", help="Title of the page.", show_default="the plan's")] = "",
    approval: Approval = "",
    against: Annotated[
        Path | None, typer.Option("--against", help="A second plan to compare with.", show_default=False)
    ] = None,
    tiles: Annotated[
        str | None,
        typer.Option(
            "--tiles", help="Base map from the network: tianditu, or an address with {x}, {y}, {z}.", show_default=False
        ),
    ] = None,
    tiles_key: Annotated[
        str, typer.Option("--tiles-key", help="Its key, written into the page.", show_default="the reader is asked")
    ] = "",
    tiles_gcj02: Annotated[bool, typer.Option("--tiles-gcj02", help="Its tiles are drawn in GCJ-02.")] = False,
    maps: Maps = None,
    output: MaybeFile = None,
    overwrite: Overwrite = False,
) -> None:
    """Draw a plan as one HTML file that opens without a network."""
    from gridkit.atomic import refuse
    from gridkit.recipes import map as recipe
    from gridkit.recipes import plans
    from gridkit.render.page.compose import Choices

    console = said(context)
    target = refuse(output or plan.with_suffix(".html"), overwrite=overwrite)
    with console.progress() as progress:
        choices = Choices(
            lang=lang or console.lang,
            title=title,
            approval=approval,
            tiles=recipe.tiles_of(tiles, key=tiles_key, gcj02=tiles_gcj02),
        )
        other = None if against is None else plans.read_plan(against)
        drawn = recipe.map(plans.read_plan(plan), view, other=other, maps=maps, choices=choices, progress=progress)
        drawn.save(target)
    console.say("{path}: {size} kB, needs no network.", path=target, size=round(target.stat().st_size / 1000))


@app.command(epilog=examples("gridkit maps", "gridkit maps --maps my-views --json"))
def maps(context: typer.Context, maps: Maps = None, as_json: AsJson = False) -> None:
    """List the map views a plan can be drawn in."""
    from gridkit.catalog import definitions

    console = said(context)
    shelf = definitions.maps().overlaid(maps)
    rows = [{"name": name, "title": console.value(shelf[name].title)} for name in shelf]
    report(context, "maps", console.translated("maps"), {"maps": rows}, as_json=as_json)
