"""What gridkit can tell of itself."""

from dataclasses import asdict
from typing import Annotated

import typer

from gridkit.commands.options import AsJson, examples, report, said
from gridkit.errors import EXIT_CODES

app = typer.Typer()


@app.command("exit-codes", epilog=examples("gridkit exit-codes", "gridkit exit-codes --json"))
def exit_codes(context: typer.Context, as_json: AsJson = False) -> None:
    """List what the exit codes mean."""
    console = said(context)
    rows = [{"code": code, "meaning": console.translated(meaning)} for code, meaning in EXIT_CODES.items()]
    report(context, "exit-codes", console.translated("exit codes"), {"codes": rows}, as_json=as_json)


@app.command(epilog=examples("gridkit presets", "gridkit presets cn-social --json"))
def presets(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Show one preset whole.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """List the practices: what they balance, to which band, and which of their numbers nobody has verified."""
    from gridkit.catalog.presets import presets as shelf

    console = said(context)
    if name:
        report(context, "preset", name, asdict(shelf()[name]), as_json=as_json)
        return
    rows = []
    for each in map(shelf().__getitem__, shelf()):
        band = [each.band.low.value, each.band.target.value, each.band.high.value]
        title = console.value(each.title)
        rows.append({"name": each.name, "title": title, "measure": each.measure, "band": band})
    report(context, "presets", console.translated("presets"), {"presets": rows}, as_json=as_json)
