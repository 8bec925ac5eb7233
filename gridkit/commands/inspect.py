"""A file described before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def inspect(console: Console, *, file: Path, json: bool, **choices: Any) -> None:  # noqa: ANN401 - options
    """Describe a file: layers, CRS, encoding, counts, and what looks wrong."""
    from gridkit.recipes import inspect as recipe

    console.show("inspect", str(file), recipe.inspect(str(file), **choices), as_json=json)
