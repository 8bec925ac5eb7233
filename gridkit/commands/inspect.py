"""A file described before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridkit.commands.console import Console


def inspect(
    console: Console,
    *,
    file: tuple[str, ...],
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Describe files: layers, CRS, encoding, roles of columns, what was left out, what looks wrong, how to go on."""
    from gridkit.recipes import inspect as recipe

    console.show("inspect", ", ".join(map(str, file)), recipe.inspect(file, **choices), as_json=json)
