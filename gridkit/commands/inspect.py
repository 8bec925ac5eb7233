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

    found = recipe.inspect(file, lang=choices.pop("lang", None) or console.lang, **choices)
    if json:
        console.json("inspect", found)
        return
    from gridkit.render.inspection.lines import lines

    width, piped = console.room()
    # A line that is piped is read by a program or by eye in a window of any width: commands stay whole there.
    console.lines((each.text, each.style) for each in lines(found, console.lang, width, continued=not piped))
