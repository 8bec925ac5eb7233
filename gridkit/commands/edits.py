"""What officials send back from the map, taken and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console

PARTLY_DONE = 7


def import_(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Import edits and comments of one or several people; exit code 7 when something was declined, the rest saved."""
    from gridkit.recipes import edits as recipe
    from gridkit.recipes import plans

    ready(plan, output, overwrite=overwrite)
    before = plans.read_plan(plan)
    taken = recipe.import_edits(before, **choices)
    save(taken, plan, output, overwrite=overwrite)
    report = recipe.imported(before, taken, console.lang)
    console.show("edits", str(output or plan), report, as_json=json)
    if report["refused"]:
        raise typer.Exit(PARTLY_DONE)


def type_(
    console: Console,
    *,
    plan: Path,
    files: tuple[str, ...],
    output: Path | None,
    overwrite: bool,
    json: bool,
    loose: bool,
    blank: str,
) -> None:
    """Take filled-in slips and walking sheets: from tables, or asked for one by one; exit code 7 as of import."""
    if blank:
        from gridkit.recipes import edits as recipe

        console.say("{path} is written", path=recipe.blank_table(blank, lang=console.lang, overwrite=overwrite))
        return
    from gridkit.recipes import edits as recipe
    from gridkit.recipes import plans

    ready(plan, output, overwrite=overwrite)
    before = plans.read_plan(plan)
    if files:
        taken = recipe.type_edits(before, files, loose=loose)
    else:
        from gridkit.commands.typing_in import asked

        rows = asked(console, before)
        if not len(rows):
            console.say("nothing was typed; {path} stays as it is", path=plan)
            return
        taken = recipe.typed_in(before, rows, loose=loose, lang=console.lang)
    save(taken, plan, output, overwrite=overwrite)
    report = recipe.imported(before, taken, console.lang)
    console.show("edits", str(output or plan), report, as_json=json)
    if report["refused"]:
        raise typer.Exit(PARTLY_DONE)


def list_(console: Console, *, plan: Path, lang: str | None, json: bool) -> None:
    """List the comments and moves a plan has received."""
    from gridkit.recipes import edits as recipe
    from gridkit.recipes import plans

    console.show("edits", str(plan), recipe.list_edits(plans.read_plan(plan), lang=lang or console.lang), as_json=json)


def decide(
    console: Console,
    *,
    plan: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Answer comments; a move that is accepted is applied."""
    from gridkit.recipes import edits as recipe
    from gridkit.recipes import plans

    ready(plan, output, overwrite=overwrite)
    decided = recipe.decide_edits(plans.read_plan(plan), **choices)
    save(decided, plan, output, overwrite=overwrite)
    console.show("edits", str(output or plan), recipe.list_edits(decided, lang=console.lang), as_json=json)


def reply(console: Console, *, plan: Path, path: Path, **choices: Any) -> None:  # noqa: ANN401 - options
    """Write the sheet that goes back to those who commented."""
    from gridkit import atomic
    from gridkit.recipes import edits as recipe
    from gridkit.recipes import plans

    if str(path) != atomic.STDOUT:
        atomic.refuse(path, overwrite=choices.get("overwrite", False))
    recipe.reply_edits(plans.read_plan(plan), path, **choices)
    console.say("{path} is written", path=path)
