"""The steps that made a plan, and the last one taken back."""

import typer

from gridkit.commands.options import AsJson, Overwrite, PlanFile, Result, examples, report, said, save

app = typer.Typer()


@app.command(epilog=examples("gridkit undo redrawn.gpkg", "gridkit undo redrawn.gpkg -o before.gpkg"))
def undo(context: typer.Context, plan: PlanFile, output: Result = None, overwrite: Overwrite = False) -> None:
    """Take the last edit or redraw of a plan back."""
    from gridkit.recipes import history as recipe
    from gridkit.recipes import plans

    before = recipe.undo(plans.read_plan(plan))
    save(before, plan, output, overwrite=overwrite)
    said(context).say("{path}: the last change is undone", path=output or plan)


@app.command(epilog=examples("gridkit history plan.gpkg", "gridkit history plan.gpkg --json"))
def history(context: typer.Context, plan: PlanFile, as_json: AsJson = False) -> None:
    """List every step that made a plan: when, from which files, and why."""
    from gridkit.recipes import history as recipe
    from gridkit.recipes import plans

    report(context, "history", str(plan), recipe.history(plans.read_plan(plan)), as_json=as_json)
