"""The life of a plan: compared, redrawn, undone, coded, commented, parted by street and joined again."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gridkit.commands.options import AsJson, Overwrite, PlanFile, examples, pairs, report, said

app = typer.Typer()
edits = typer.Typer(
    help="Take what officials send back from the map, and answer it.", rich_markup_mode=None, no_args_is_help=True
)
app.add_typer(edits, name="edits")

Result = Annotated[Path | None, typer.Option("-o", "--output", help="The file to write.", show_default="PLAN itself")]
Reason = Annotated[str, typer.Option("--reason", help="Why: kept in the plan's history.", show_default=False)]
Author = Annotated[str, typer.Option("--author", help="Who: kept in the plan's history.", show_default=False)]
Words = Annotated[list[str] | None, typer.Option(show_default=False)]
Loose = Annotated[bool, typer.Option("--loose", help="Let grids leave the band.")]


def save(plan: Any, source: Path, output: Path | None, *, overwrite: bool) -> None:  # noqa: ANN401 - a Plan, not imported here
    """Write a changed plan to ``output``, or over its own file."""
    from gridkit import recipes

    recipes.write_plan(plan, output or source, overwrite=overwrite or output is None)


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
    from gridkit import recipes

    with said(context).progress() as progress:
        found = recipes.compare(old, new, progress=progress)
    body = found.report() if as_json else {**found.facts, "flows": found.flows.to_dict("records")}
    report(context, "compare", f"{old} - {new}", body, as_json=as_json)


@app.command(
    epilog=examples(
        "gridkit redraw plan.gpkg --people population.tif --reason 'census of this year' -o redrawn.gpkg",
        "gridkit redraw plan.gpkg --split 329901001001001=2 --loose --reason 'a new tower' -o redrawn.gpkg",
        "gridkit redraw plan.gpkg --merge 329901001001001,329901001001002 -o redrawn.gpkg",
    )
)
def redraw(
    context: typer.Context,
    plan: PlanFile,
    people: Annotated[str | None, typer.Option("--people", help="New counts of people.", show_default=False)] = None,
    survey: Annotated[
        Path | None, typer.Option("--units", help="New units: a file of gridkit units.", show_default=False)
    ] = None,
    target: Annotated[float | None, typer.Option("--target", help="New target of a grid.", show_default=False)] = None,
    tolerance: Annotated[float | None, typer.Option("--tolerance", help="New tolerance.", show_default=False)] = None,
    low: Annotated[float | None, typer.Option("--min", help="New least per grid.", show_default=False)] = None,
    high: Annotated[float | None, typer.Option("--max", help="New most per grid.", show_default=False)] = None,
    around: Annotated[
        list[str] | None,
        typer.Option("--around", metavar="GRID", help="Only it and its neighbours may change.", show_default=False),
    ] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="Redraw all that is not locked.")] = False,
    lock: Annotated[
        list[str] | None, typer.Option("--lock", metavar="GRID", help="It stays as it is.", show_default=False)
    ] = None,
    free: Annotated[
        list[str] | None, typer.Option("--free", metavar="GRID", help="Take its lock away.", show_default=False)
    ] = None,
    merge: Annotated[
        list[str] | None, typer.Option("--merge", metavar="A,B", help="Make one grid of them.", show_default=False)
    ] = None,
    parts: Annotated[
        list[str] | None, typer.Option("--split", metavar="GRID=N", help="Make N grids of it.", show_default=False)
    ] = None,
    move: Annotated[
        list[str] | None, typer.Option("--move", metavar="UNIT=GRID", help="Give a unit to it.", show_default=False)
    ] = None,
    dedicated: Annotated[
        str | None,
        typer.Option(
            "--dedicated", metavar="FILE", help="Institutions that get grids of their own.", show_default=False
        ),
    ] = None,
    loose: Loose = False,
    reason: Reason = "",
    author: Author = "",
    seed: Annotated[int, typer.Option("--seed", help="Same inputs and seed, same plan.")] = 0,
    output: Result = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Change a plan as little as possible: edits all or none, new people, new units or a new band.

    Edits alone (--move, --merge, --split, --lock, --free, --dedicated) leave every other grid as it is.
    """
    from gridkit import recipes

    wishes = recipes.Wishes(
        moves=tuple(move or ()),
        merges=tuple(merge or ()),
        splits=tuple(parts or ()),
        locks=tuple(lock or ()),
        frees=tuple(free or ()),
        dedicated=dedicated,
        people=people,
        survey=survey,
        low=low,
        target=target,
        high=high,
        tolerance=tolerance,
        around=tuple(around or ()),
        everywhere=everywhere,
        loose=loose,
    )
    with said(context).progress() as progress:
        before = recipes.read_plan(plan)
        after = recipes.redraw(before, wishes, reason=reason, author=author, seed=seed, progress=progress)
        save(after, plan, output, overwrite=overwrite)
        changes = recipes.compare(before, after)
    report(
        context, "redraw", str(output or plan), {**recipes.summary(after), "changes": changes.facts}, as_json=as_json
    )


@app.command(epilog=examples("gridkit undo redrawn.gpkg", "gridkit undo redrawn.gpkg -o before.gpkg"))
def undo(context: typer.Context, plan: PlanFile, output: Result = None, overwrite: Overwrite = False) -> None:
    """Take the last edit or redraw of a plan back."""
    from gridkit import recipes

    before = recipes.undo(recipes.read_plan(plan))
    save(before, plan, output, overwrite=overwrite)
    said(context).say("{path}: the last change is undone", path=output or plan)


@app.command(epilog=examples("gridkit history plan.gpkg", "gridkit history plan.gpkg --json"))
def history(context: typer.Context, plan: PlanFile, as_json: AsJson = False) -> None:
    """List every step that made a plan: when, from which files, and why."""
    from gridkit import recipes

    report(context, "history", str(plan), recipes.history(recipes.read_plan(plan)), as_json=as_json)


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
    from gridkit import recipes

    coded = recipes.recode(recipes.read_plan(plan), template, row_m=row_m)
    save(coded, plan, output, overwrite=overwrite)
    said(context).say("{path}: {count} grids coded", path=output or plan, count=len(coded.grids))


# ------------------------------------------------------------------ from the map and back
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
    from gridkit import recipes

    taken = recipes.import_edits(recipes.read_plan(plan), files, loose=loose, rebase=rebase)
    save(taken, plan, output, overwrite=overwrite)
    report(context, "edits", str(output or plan), recipes.comments(taken, said(context).lang), as_json=as_json)


@edits.command("list", epilog=examples("gridkit edits list plan.gpkg", "gridkit edits list plan.gpkg --json"))
def list_(context: typer.Context, plan: PlanFile, as_json: AsJson = False) -> None:
    """List the comments and moves a plan has received, with their status."""
    from gridkit import recipes

    report(context, "edits", str(plan), recipes.comments(recipes.read_plan(plan), said(context).lang), as_json=as_json)


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
    from gridkit import recipes

    decided = recipes.decide(recipes.read_plan(plan), pairs("edits decide", answers, "ID=STATUS"), loose=loose)
    save(decided, plan, output, overwrite=overwrite)
    report(context, "edits", str(output or plan), recipes.comments(decided, said(context).lang), as_json=as_json)


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
    from gridkit import recipes

    console = said(context)
    recipes.write_reply(recipes.read_plan(plan), output, lang=console.lang, overwrite=overwrite)
    console.say("{path} is written", path=output)


# ------------------------------------------------------------------ street by street
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
    from gridkit import recipes

    for path in recipes.part(recipes.read_plan(plan), by, output, overwrite=overwrite):
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
    from gridkit import recipes

    joined = recipes.join(recipes.read_plan(plan), {path.stem: recipes.read_plan(path) for path in parts})
    save(joined, plan, output, overwrite=overwrite)
    said(context).say("{path} is written", path=output or plan)
