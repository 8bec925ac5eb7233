"""A plan changed as little as possible."""

from pathlib import Path
from typing import Annotated

import typer

from gridkit.commands.options import (
    AsJson,
    Author,
    Loose,
    Overwrite,
    PlanFile,
    Reason,
    Result,
    examples,
    report,
    said,
    save,
)

app = typer.Typer()


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
    from gridkit.plan.summary import summary
    from gridkit.recipes import compare, plans
    from gridkit.recipes import redraw as recipe

    wishes = recipe.Wishes(
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
        before = plans.read_plan(plan)
        after = recipe.redraw(before, wishes, reason=reason, author=author, seed=seed, progress=progress)
        save(after, plan, output, overwrite=overwrite)
        changes = compare.compare(before, after)
    report(context, "redraw", str(output or plan), {**summary(after), "changes": changes.facts}, as_json=as_json)


# ------------------------------------------------------------------ from the map and back


# ------------------------------------------------------------------ street by street
