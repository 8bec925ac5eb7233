"""A project: written from a folder, made as far as it is not, held to its record, made again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from gridkit.commands.console import Console

CHECK_FAILED = 9


def new(console: Console, *, folder: Path, json: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Write a project from the files in a folder."""
    from gridkit.recipes import new as recipe

    with console.progress() as progress:
        made = recipe.new(folder, lang=choices.pop("lang", None) or console.lang, **choices, progress=progress)
    console.show("new", made["file"], made, as_json=json)
    console.say("Look it through, then make it: gridkit run {file}", file=made["file"])


def run(console: Console, *, file: Path, json: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Do every step of a project that is not done."""
    from gridkit.recipes import run as recipe

    with console.progress() as progress:
        done = recipe.run(file, **choices, progress=progress)
    console.show("run", str(done.folder), done.report, as_json=json)


def verify(console: Console, *, output: Path, json: bool) -> None:
    """Hold an output to the record of what it was made from; exit code 9 where anything has changed."""
    from gridkit.recipes import verify as recipe

    found = recipe.verify(output)
    console.show("verify", str(output), found.report, as_json=json)
    if found.failed:
        raise typer.Exit(CHECK_FAILED)


def rerun(console: Console, *, output: Path, json: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Make an output again; exit code 9 where it comes out otherwise."""
    from gridkit.recipes import verify as recipe

    with console.progress() as progress:
        made = recipe.rerun(output, **choices, progress=progress)
    console.show("rerun", str(output), made, as_json=json)
    if not made["same"]:
        raise typer.Exit(CHECK_FAILED)
