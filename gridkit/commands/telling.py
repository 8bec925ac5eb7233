"""What gridkit can tell of itself."""

from __future__ import annotations

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
