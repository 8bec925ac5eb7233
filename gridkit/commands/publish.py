"""A plan made public as one act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def publish(console: Console, *, plan: Path, path: Path, json: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Publish a plan: page, extract and note, judged beside all that was published of it before."""
    from gridkit.recipes import plans
    from gridkit.recipes import publish as recipe

    with console.progress() as progress:
        done = recipe.publish(plans.read_plan(plan), path, **choices, progress=progress)
    console.show("publish", str(path), done.report, as_json=json)
