"""The grids of a plan coded anew."""

from typing import Annotated

import typer

from gridkit.commands.options import Overwrite, PlanFile, Result, examples, said, save

app = typer.Typer()


@app.command(
    epilog=examples(
        "gridkit codes plan.gpkg -o coded.gpkg", "gridkit codes plan.gpkg --template 'Q-{seq:4}' -o coded.gpkg"
    )
)
def codes(
    context: typer.Context,
    plan: PlanFile,
    template: Annotated[
        str,
        typer.Option(
            "--template", help="Such as {county:6}{street:3}{community:3}{seq:3}.", show_default="the preset's"
        ),
    ] = "",
    row_m: Annotated[
        float | None, typer.Option("--row-m", help="Height of a row in metres.", show_default="a median grid's")
    ] = None,
    output: Result = None,
    overwrite: Overwrite = False,
) -> None:
    """Give the grids of a plan new codes, west to east within rows from north to south."""
    from gridkit.recipes import codes as recipe
    from gridkit.recipes import plans

    coded = recipe.recode(plans.read_plan(plan), template, row_m=row_m)
    save(coded, plan, output, overwrite=overwrite)
    said(context).say("{path}: {count} grids coded", path=output or plan, count=len(coded.grids))
