"""What officials send back from the map, and the answers to it."""

from pathlib import Path
from typing import Annotated

import typer

from gridkit.commands.options import AsJson, Loose, Overwrite, PlanFile, Result, examples, pairs, report, said, save

app = typer.Typer()
edits = typer.Typer(
    help="Take what officials send back from the map, and answer it.", rich_markup_mode=None, no_args_is_help=True
)
app.add_typer(edits, name="edits")


@edits.command(
    "import",
    epilog=examples(
        "gridkit edits import plan.gpkg edits.json",
        "gridkit edits import plan.gpkg edits.json other.json -o edited.gpkg",
    ),
)
def import_(
    context: typer.Context,
    plan: PlanFile,
    files: Annotated[
        list[Path], typer.Argument(help="Edits exported from a map, or annotated copies of it.", show_default=False)
    ],
    loose: Loose = False,
    rebase: Annotated[bool, typer.Option("--rebase", help="Take edits made on another state of the plan.")] = False,
    output: Result = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Take edits and comments of one or several people: what fits is applied, conflicts are listed with both sides."""
    from gridkit.recipes import edits as recipe
    from gridkit.recipes import plans

    taken = recipe.import_edits(plans.read_plan(plan), files, loose=loose, rebase=rebase)
    save(taken, plan, output, overwrite=overwrite)
    report(context, "edits", str(output or plan), recipe.comments(taken, said(context).lang), as_json=as_json)


@edits.command("list", epilog=examples("gridkit edits list plan.gpkg", "gridkit edits list plan.gpkg --json"))
def list_(context: typer.Context, plan: PlanFile, as_json: AsJson = False) -> None:
    """List the comments and moves a plan has received, with their status."""
    from gridkit.recipes import edits as recipe
    from gridkit.recipes import plans

    report(context, "edits", str(plan), recipe.comments(plans.read_plan(plan), said(context).lang), as_json=as_json)


@edits.command(
    epilog=examples(
        "gridkit edits decide plan.gpkg c1=accepted",
        "gridkit edits decide plan.gpkg 'c2=declined: the wall has no gate'",
    )
)
def decide(
    context: typer.Context,
    plan: PlanFile,
    answers: Annotated[
        list[str], typer.Argument(metavar="ID=STATUS[:REASON]", help="accepted, declined or open.", show_default=False)
    ],
    loose: Loose = False,
    output: Result = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Answer comments; a move that is accepted is applied."""
    from gridkit.recipes import edits as recipe
    from gridkit.recipes import plans

    decided = recipe.decide(plans.read_plan(plan), pairs("edits decide", answers, "ID=STATUS"), loose=loose)
    save(decided, plan, output, overwrite=overwrite)
    report(context, "edits", str(output or plan), recipe.comments(decided, said(context).lang), as_json=as_json)


@edits.command(
    epilog=examples("gridkit edits reply plan.gpkg -o reply.csv", "gridkit edits reply plan.gpkg -o reply.xlsx")
)
def reply(
    context: typer.Context,
    plan: PlanFile,
    output: Annotated[Path, typer.Option("-o", "--output", help="A .csv or .xlsx file.")] = Path("reply.csv"),
    overwrite: Overwrite = False,
) -> None:
    """Write the sheet that goes back: each wish, its status and the reason."""
    from gridkit.recipes import edits as recipe
    from gridkit.recipes import plans

    console = said(context)
    recipe.write_reply(plans.read_plan(plan), output, lang=console.lang, overwrite=overwrite)
    console.say("{path} is written", path=output)
