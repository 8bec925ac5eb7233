"""One plan per subdistrict (街道), and their plans put together again."""

from pathlib import Path
from typing import Annotated

import typer

from gridkit.commands.options import Overwrite, PlanFile, Result, examples, said, save

app = typer.Typer()


@app.command(
    epilog=examples(
        "gridkit part plan.gpkg --by name -o parts", "gridkit part plan.gpkg --by name -o parts --overwrite"
    )
)
def part(
    context: typer.Context,
    plan: PlanFile,
    by: Annotated[str, typer.Option("--by", metavar="COLUMN", help="Column of the districts that names the street.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The folder to write to.")] = Path("streets"),
    overwrite: Overwrite = False,
) -> None:
    """Write one plan per street, to be worked on apart."""
    from gridkit.recipes import plans
    from gridkit.recipes import subdistricts as recipe

    for path in recipe.part(plans.read_plan(plan), by, output, overwrite=overwrite):
        said(context).say("{path} is written", path=path)


@app.command(
    epilog=examples(
        "gridkit join plan.gpkg streets/*.gpkg -o joined.gpkg", "gridkit join plan.gpkg streets/*.gpkg --overwrite"
    )
)
def join(
    context: typer.Context,
    plan: PlanFile,
    parts: Annotated[list[Path], typer.Argument(help="Plans that gridkit part wrote.", show_default=False)],
    output: Result = None,
    overwrite: Overwrite = False,
) -> None:
    """Put the plans of streets together again; edges that no longer match are refused."""
    from gridkit.recipes import plans
    from gridkit.recipes import subdistricts as recipe

    joined = recipe.join(plans.read_plan(plan), {path.stem: plans.read_plan(path) for path in parts})
    save(joined, plan, output, overwrite=overwrite)
    said(context).say("{path} is written", path=output or plan)
