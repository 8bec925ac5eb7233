"""Two plans compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridkit.commands.console import Console


def compare(console: Console, *, old: str, new: str, crs: str | None, json: bool) -> None:
    """List who changes grid and where to, from one plan to the next."""
    from gridkit.recipes import compare as recipe

    with console.progress() as progress:
        found = recipe.compare(old, new, crs=crs, progress=progress)
    body = found.report() if json else {**found.facts, "flows": found.flows.to_dict("records")}
    console.show("compare", f"{old} - {new}", body, as_json=json)
