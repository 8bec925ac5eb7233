"""What was derived from a plan's grids, derived again."""

import typer

from gridkit.commands.options import Layers, Overwrite, PlanFile, Result, examples, said, save

app = typer.Typer()


@app.command(epilog=examples("gridkit refresh plan.gpkg", "gridkit refresh plan.gpkg -o fresh.gpkg"))
def refresh(
    context: typer.Context, plan: PlanFile, layers: Layers = None, output: Result = None, overwrite: Overwrite = False
) -> None:
    """Measure the layers, findings and bounds of a plan again, after its grids were changed by hand or elsewhere."""
    from gridkit.recipes import plans
    from gridkit.recipes import refresh as recipe

    console = said(context)
    with console.progress() as progress:
        before = plans.read_plan(plan)
        after = recipe.refresh(before, layers=layers, progress=progress)
        save(after, plan, output, overwrite=overwrite)
    for name in before.stale:
        console.say("{name} cannot be measured again" if name in after.stale else "{name} is up to date", name=name)
    console.say("{path} is written", path=output or plan)
