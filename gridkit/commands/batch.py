"""Many districts, one after another or many at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from gridkit.language.phrases import Phrase, template

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console

PART_DONE = 7


def batch(console: Console, *, file: Path, districts: str, json: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Do all steps of a project for each district; exit code 7 where some failed."""
    from gridkit.recipes import batch as recipe

    done = set[str]()

    def told(row: dict[str, Any]) -> None:
        if row["state"] in ("made", "kept"):
            done.add(row["id"])
        if json:
            console.line("batch/district", row)
        elif row["state"] == "failed":
            console.say("{name} failed: {why}", name=row["name"], why=recipe.said(row))

    choices["lang"] = choices.get("lang") or console.lang
    try:
        with console.progress() as progress:
            found = recipe.batch(file, districts=districts, **choices, told=told, progress=progress)
    except KeyboardInterrupt:
        # In the place of the list of files that were put in place: the index of the folder names them all.
        console.onward = Phrase(
            template(
                "stopped; {done} district is done and stays in {folder}; the same command goes on with the others",
                "stopped; {done} districts are done and stay in {folder}; the same command goes on with the others",
            ),
            done=len(done),
            folder=choices["path"],
        )
        raise
    if json:
        console.line("batch", found.report)
    else:
        console.report(str(found.folder), found.report, "batch")
    sys.stdout.flush()
    if found.failed:
        raise typer.Exit(PART_DONE)
