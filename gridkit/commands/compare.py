"""Two plans compared."""

from pathlib import Path
from typing import Annotated

import typer

from gridkit.commands.options import AsJson, examples, report, said

app = typer.Typer()


@app.command(
    epilog=examples("gridkit compare old.gpkg plan.gpkg", "gridkit compare grids_last_year.gpkg plan.gpkg --json")
)
def compare(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="A plan, or any layer of grids: FILE[:LAYER].", show_default=False)],
    new: Annotated[Path, typer.Argument(help="A plan.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Say who changes grid and where to, and which borders moved, from one plan to the next."""
    from gridkit.recipes import compare as recipe

    with said(context).progress() as progress:
        found = recipe.compare(old, new, progress=progress)
    body = found.report() if as_json else {**found.facts, "flows": found.flows.to_dict("records")}
    report(context, "compare", f"{old} - {new}", body, as_json=as_json)
