"""A place's OpenStreetMap data fetched into a file."""

from pathlib import Path
from typing import Annotated

import typer

from gridkit.commands.options import (
    File,
    Overwrite,
    examples,
    said,
)

app = typer.Typer()


@app.command(
    epilog=examples(
        'gridkit fetch "Chongchuan, Nantong, China" -o chongchuan.osm',
        "gridkit fetch --bbox 120.85,31.97,120.90,32.02 -o centre.osm",
    )
)
def fetch(
    context: typer.Context,
    place: Annotated[str, typer.Argument(help="A place name that Nominatim knows.", show_default=False)] = "",
    bbox: Annotated[
        str, typer.Option("--bbox", help="west,south,east,north in degrees, instead of a place.", show_default=False)
    ] = "",
    output: File = Path("place.osm"),
    overwrite: Overwrite = False,
) -> None:
    """Download a place's OpenStreetMap data through Overpass into a local file."""
    from gridkit.recipes import fetch as recipe

    console = said(context)
    with console.progress() as progress:
        recipe.fetch(output, place=place, bbox=bbox, overwrite=overwrite, progress=progress)
    console.say("{path}: (c) OpenStreetMap contributors, ODbL.", path=output)
