"""What is in a file."""

from typing import Annotated

import typer

from gridkit.commands.options import (
    AsJson,
    examples,
    report,
)

app = typer.Typer()


@app.command(
    epilog=examples(
        "gridkit inspect district.gpkg", "gridkit inspect incidents.csv --within district.gpkg:district --json"
    )
)
def inspect(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="Any vector, table, raster or OSM file.", show_default=False)],
    within: Annotated[
        str | None,
        typer.Option(
            "--within", help="A district: under which datum do the points fall inside it?", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is in a file: layers, CRS, encoding, counts, and what looks wrong."""
    from gridkit.recipes import inspect as recipe

    report(context, "inspect", file, recipe.inspect(file, within=within), as_json=as_json)
