"""A made-up district, and the whole main job on it."""

from pathlib import Path
from typing import Annotated

import typer

from gridkit.commands.options import (
    Overwrite,
    examples,
    said,
)

app = typer.Typer()


@app.command(epilog=examples("gridkit demo", "gridkit demo -o my-demo --seed 7"))
def demo(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to make.")] = Path("out/demo"),
    seed: Annotated[int, typer.Option("--seed", help="Another seed draws another district.")] = 0,
    only_files: Annotated[bool, typer.Option("--only-files", help="Write the inputs and stop.")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Make up a district, write its files as an office would have them, and run the whole main job on them."""
    from gridkit.recipes import demo as recipe

    console = said(context)
    with console.progress() as progress:
        run = recipe.demo(
            output, seed=seed, only_files=only_files, overwrite=overwrite, lang=console.lang, progress=progress
        )
    console.report(str(output), run.report)
    if "map" in run.files:
        console.say("Open {map} in a browser: it needs no network.", map=run.files["map"])
