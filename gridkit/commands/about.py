"""What gridkit can tell of itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gridkit.commands.console import Console


def exit_codes(console: Console, *, json: bool) -> None:
    """List what the exit codes mean."""
    from gridkit.recipes.about import exit_codes as known

    rows = [{"code": code, "meaning": console.translated(meaning)} for code, meaning in known().items()]
    console.show("exit-codes", console.translated("exit codes"), {"codes": rows}, as_json=json)


def presets(console: Console, *, name: str, json: bool) -> None:
    """List the kinds of grid, or show one whole."""
    from gridkit.catalog.presets import presets as registry

    if name:
        console.show("preset", name, asdict(registry()[name]), as_json=json)
        return
    rows: list[dict[str, Any]] = []
    for each in map(registry().__getitem__, registry()):
        band = [each.band.low.value, each.band.target.value, each.band.high.value]
        title = console.value(each.title)
        rows.append({"name": each.name, "title": title, "measure": each.measure, "band": band})
    console.show("presets", console.label("presets", ("presets",)), {"presets": rows}, as_json=json)


def explain(console: Console, *, error: str, json: bool) -> None:
    """Say what an error means, or list the codes."""
    from gridkit.recipes.about import explain as known

    found = known(error)
    if json:
        rows = [{"code": each.code, "title": each.title, "text": each.text} for each in found.values()]
        console.json("explain", {"errors": rows})
        return
    whole = len(found) == 1
    for code, each in sorted(found.items()):
        console.lines([(f"{code}  {each.title.said(console.lang)}", "title" if whole else "")])
        if whole:
            console.lines([("", ""), *((line, "") for line in each.text.said(console.lang).split("\n"))])
