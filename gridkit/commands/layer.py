"""Layers laid on a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.commands.output import ready, save

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.commands.console import Console


def layer(
    console: Console,
    *,
    plan: Path,
    name: str,
    output: Path | None,
    overwrite: bool,
    json: bool,
    **choices: Any,  # noqa: ANN401 - options
) -> None:
    """Add a layer to a plan and keep it in the plan's file."""
    from gridkit.recipes import layer as recipe
    from gridkit.recipes import plans

    ready(plan, output, overwrite=overwrite)
    with console.progress() as progress:
        after = recipe.layer(plans.read_plan(plan), name, **choices, progress=progress)
        save(after, plan, output, overwrite=overwrite)
    console.show("layer", name, after.history[-1].ledger.beside(after.layers[name].facts), as_json=json)


def layers(console: Console, *, layers: Path | None, json: bool) -> None:
    """List the layers that can be added to a plan."""
    from gridkit.catalog import definitions

    registry = definitions.layers(layers=layers)
    rows = [
        {"name": name, "kind": registry[name].kind, "title": console.value(registry[name].title)} for name in registry
    ]
    console.show("layers", console.translated("layers"), {"layers": rows}, as_json=json)
