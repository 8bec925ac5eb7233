"""The whole job on a made-up district."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def demo(console: Console, *, path: Path, **choices: Any) -> None:  # noqa: ANN401 - options
    """Make up a district and run the whole main job on it."""
    from gridkit.recipes import demo as recipe

    with console.progress() as progress:
        run = recipe.demo(path, **choices, progress=progress)
    console.report(str(path), run.report)
    if "map" in run.files:
        console.say("Open {map} in a browser: it needs no network.", map=run.files["map"])
