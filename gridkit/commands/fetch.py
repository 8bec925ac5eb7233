"""A place's OpenStreetMap data brought from the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def fetch(console: Console, *, place: str, path: Path, **choices: Any) -> None:  # noqa: ANN401 - options
    """Download a place's OpenStreetMap data into a local file."""
    from gridkit.recipes import fetch as recipe

    with console.progress() as progress:
        recipe.fetch(place, path, **choices, progress=progress)
    console.say("{path}: (c) OpenStreetMap contributors, ODbL.", path=path)
