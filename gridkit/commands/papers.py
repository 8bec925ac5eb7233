"""What is handed out: the workbook, the cards, files for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def report(console: Console, *, plan: Path, path: Path, overwrite: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Write the workbook of a plan."""
    from gridkit.atomic import refuse
    from gridkit.recipes import plans
    from gridkit.recipes import report as recipe

    refuse(path, overwrite=overwrite)
    with console.progress() as progress:
        recipe.report(plans.read_plan(plan), path, overwrite=overwrite, **choices, progress=progress)
    console.say("{path} is written", path=path)


def cards(console: Console, *, plan: Path, path: Path, overwrite: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Write one sheet of A4 per grid."""
    from gridkit.atomic import refuse
    from gridkit.recipes import cards as recipe
    from gridkit.recipes import plans

    refuse(path, overwrite=overwrite)
    recipe.cards(plans.read_plan(plan), path, overwrite=overwrite, **choices)
    console.say("{path} is written", path=path)


def papers(console: Console, *, plan: Path, path: Path, overwrite: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Write the set of papers, or some of it."""
    from gridkit.recipes import papers as recipe
    from gridkit.recipes import plans

    with console.progress() as progress:
        written = recipe.papers(plans.read_plan(plan), path, overwrite=overwrite, **choices, progress=progress)
    for file in written.files.values():
        console.say("{path} is written", path=file)
    for name, why in written.left_out.items():
        console.say("{name} is left out: {why}", name=recipe.called(name), why=why)


def export(console: Console, *, plan: Path, path: Path, scheme: str, overwrite: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Write grids or units in the format that the file's ending names, or as a data centre takes them in."""
    from gridkit.atomic import STDOUT, refuse
    from gridkit.recipes import export as recipe
    from gridkit.recipes import plans

    if str(path) != STDOUT and not scheme:
        refuse(path, overwrite=overwrite)
    held = recipe.export(plans.read_plan(plan), path, scheme=scheme, overwrite=overwrite, **choices)
    for new, old in ({} if scheme else held).items():
        console.say("column {old} is called {new} there", old=old, new=new)
    if str(path) != STDOUT:
        console.say("{path} is written", path=path)
