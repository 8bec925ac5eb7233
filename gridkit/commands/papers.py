"""Papers and exports: the workbook, the cards, and other programs' formats."""

from pathlib import Path
from typing import Annotated

import typer

from gridkit.commands.options import Approval, File, Overwrite, PlanFile, examples, said

app = typer.Typer()


@app.command(
    epilog=examples(
        "gridkit report plan.gpkg -o report.xlsx",
        "gridkit report plan.gpkg --against grids_last_year.gpkg -o report.xlsx",
    )
)
def report(
    context: typer.Context,
    plan: PlanFile,
    against: Annotated[
        str | None,
        typer.Option("--against", help="A plan or layer of grids to tell the changes from.", show_default=False),
    ] = None,
    output: File = Path("report.xlsx"),
    overwrite: Overwrite = False,
) -> None:
    """Write the workbook of a plan: summary, grids, audit, incidents, coverage, staff, changes, with charts."""
    from gridkit.atomic import refuse
    from gridkit.recipes import plans
    from gridkit.recipes import report as recipe

    console = said(context)
    refuse(output, overwrite=overwrite, inputs=(plan,))
    with console.progress() as progress:
        recipe.report(
            plans.read_plan(plan), output, lang=console.lang, against=against, overwrite=overwrite, progress=progress
        )
    console.say("{path} is written", path=output)


@app.command(
    epilog=examples(
        "gridkit cards plan.gpkg -o cards.pdf", "gridkit cards plan.gpkg --grid 329901001001001 -o one-card.pdf"
    )
)
def cards(
    context: typer.Context,
    plan: PlanFile,
    grid: Annotated[
        list[str] | None,
        typer.Option("--grid", help="Only this grid; may be repeated.", show_default="all"),
    ] = None,
    approval: Approval = "",
    output: File = Path("cards.pdf"),
    overwrite: Overwrite = False,
) -> None:
    """Write one sheet of A4 per grid: map, code, head, people, four bounds, services."""
    from gridkit.atomic import refuse
    from gridkit.recipes import cards as recipe
    from gridkit.recipes import plans

    console = said(context)
    refuse(output, overwrite=overwrite, inputs=(plan,))
    chosen = tuple(grid or ())
    recipe.cards(plans.read_plan(plan), output, lang=console.lang, grids=chosen, approval=approval, overwrite=overwrite)
    console.say("{path} is written", path=output)


@app.command(
    epilog=examples(
        "gridkit export plan.gpkg -o grids.geojson",
        "gridkit export plan.gpkg --table units -o units.parquet",
        "gridkit export plan.gpkg -o grids.csv",
    )
)
def export(
    context: typer.Context,
    plan: PlanFile,
    table: Annotated[str, typer.Option("--table", help="grids or units.")] = "grids",
    output: File = Path("grids.geojson"),
    overwrite: Overwrite = False,
) -> None:
    """Write grids or units as GeoJSON, GeoPackage, Shapefile, KML, CSV, GeoParquet or SVG, by the file's ending."""
    from gridkit.atomic import refuse
    from gridkit.recipes import export as recipe
    from gridkit.recipes import plans

    console = said(context)
    refuse(output, overwrite=overwrite, inputs=(plan,))
    renamed = recipe.export(plans.read_plan(plan), output, table=table, overwrite=overwrite)
    for new, old in renamed.items():
        console.say("column {old} is called {new} there", old=old, new=new)
    console.say("{path} is written", path=output)
