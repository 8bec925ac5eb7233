"""Layers laid on a plan."""

from pathlib import Path
from typing import Annotated

import typer

from gridkit.commands.options import (
    AsJson,
    Crs,
    Datum,
    Encoding,
    Layers,
    Overwrite,
    PlanFile,
    SwapXy,
    examples,
    report,
    said,
)

app = typer.Typer()


@app.command(
    epilog=examples(
        "gridkit layer plan.gpkg incidents --data incidents.csv --datum gcj02",
        "gridkit layer plan.gpkg clinics",
    )
)
def layer(
    context: typer.Context,
    plan: PlanFile,
    name: Annotated[str, typer.Argument(help="A layer: see gridkit layers.", show_default=False)],
    data: Annotated[
        list[str] | None,
        typer.Option("--data", help="Its table: FILE[:LAYER]; several are one.", show_default="what the plan holds"),
    ] = None,
    heights: Annotated[
        str | None, typer.Option("--heights", help="Raster of heights: slopes slow walkers down.", show_default=False)
    ] = None,
    datum: Datum = None,
    crs: Crs = None,
    encoding: Encoding = None,
    swap_xy: SwapXy = False,
    layers: Layers = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file to write.", show_default="PLAN itself")
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Lay incidents, coverage ... on a plan and keep them in its file."""
    from gridkit.recipes import layer as recipe
    from gridkit.recipes import plans
    from gridkit.sources.reading import Reading

    with said(context).progress() as progress:
        before = plans.read_plan(plan)
        reading = Reading(crs, datum, encoding, swap_xy)
        after = recipe.layer(
            before, name, data=data or None, reading=reading, heights=heights, layers=layers, progress=progress
        )
        plans.write_plan(after, output or plan, overwrite=overwrite or output is None)
    report(context, "layer", name, dict(after.layers[name].facts), as_json=as_json)


@app.command(epilog=examples("gridkit layers", "gridkit layers --layers my-layers --json"))
def layers(context: typer.Context, layers: Layers = None, as_json: AsJson = False) -> None:
    """List the layers that can be laid on a plan."""
    from gridkit.catalog import definitions

    console = said(context)
    shelf = definitions.layers().overlaid(layers)
    rows = [{"name": name, "kind": shelf[name].kind, "title": console.value(shelf[name].title)} for name in shelf]
    report(context, "layers", console.translated("layers"), {"layers": rows}, as_json=as_json)
