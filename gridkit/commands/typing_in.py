"""Slips and walking sheets asked for one by one at the terminal: a few letters and numbers for each ticked box."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import typer

from gridkit.errors import GridkitError
from gridkit.language.labels import meaning
from gridkit.language.phrases import LIST, joined, template
from gridkit.plan.life import typed
from gridkit.sources import filled

if TYPE_CHECKING:
    from gridkit.commands.console import Console
    from gridkit.plan.plan import Plan

_GRID, _RIGHT = template("Grid or border"), template("Right or wrong")
_FOLLOWS, _CALLED = template("It follows instead"), template("Its name")
_OTHER, _WORDS = template("Units for the other side"), template("Words")
_BOX, _UNITS = template("Box (A, B, C, D)"), template("Units")
_TO, _SLIP = template("To grid"), template("Slip no.")
_NAME, _DATE = template("Name or office"), template("Date")
_KEPT = ("name", "date", "slip")
"""What the next box of the same slip has as well: it need not be typed again."""


def asked(console: Console, plan: Plan) -> pd.DataFrame:
    """Return the rows that were typed, as :func:`gridkit.sources.filled.read` does.

    A row that cannot be taken is said at once and asked for again. An empty grid, the end of the input, or Ctrl-C ends
    the typing; what was complete until then is kept.
    """
    reader = typed.Reader(plan, console.lang)
    rows: list[dict[str, str]] = []
    told: list[typed.Told] = []
    last: dict[str, str] = dict.fromkeys(_KEPT, "")
    console.say("Grid by name or code, or a border such as S12; empty to end. Enter keeps what is in brackets.")
    try:
        while row := _row(console, last, len(rows) + 1):
            try:
                table = filled.read(pd.DataFrame([{name: row[name] for name in filled.COLUMNS}]))
                checked = {**{str(key): str(value) for key, value in table.iloc[0].items()}, "where": row["where"]}
                acts, _ = typed.told(reader, checked)
                typed.agreed(reader, [*told, *acts])
            except GridkitError as error:
                console.fail(error)
                continue
            rows.append(checked)
            told += acts
            last = {name: row[name] for name in _KEPT}
            what = joined([meaning("wish", each.act.act) for each in acts], LIST)
            console.say("taken as number {number}: {what}", number=len(rows), what=what or "–")
    except (typer.Abort, EOFError, KeyboardInterrupt):
        console.say("the typing ended; what was complete is kept")
    return pd.DataFrame(rows, columns=[*filled.COLUMNS, "where"])


def _row(console: Console, last: dict[str, str], number: int) -> dict[str, str]:
    """Ask for one row; an empty one ends the typing."""
    row = dict.fromkeys(filled.COLUMNS, "")
    first = _ask(console, _GRID)
    if not first:
        return {}
    row["where"] = f"{number}"
    if first[:1] in "Ss" and first[1:2].isdigit():
        row["segment"] = first
        row["right"] = _ask(console, _RIGHT)
        if row["right"].casefold() not in ("", *typed.RIGHT):
            row["follows"], row["called"] = _ask(console, _FOLLOWS), _ask(console, _CALLED)
            row["units"] = _ask(console, _OTHER)
        row["text"] = _ask(console, _WORDS)
    else:
        row["grid"], row["box"] = first, _ask(console, _BOX)
        box = row["box"].upper()[:1]
        if box in ("B", "C", ""):
            row["units"] = _ask(console, _UNITS)
        if box in ("B", ""):
            row["to"] = _ask(console, _TO)
        row["text"] = _ask(console, _WORDS)
        row["slip"] = _ask(console, _SLIP, last["slip"])
    row["name"] = _ask(console, _NAME, last["name"])
    row["date"] = _ask(console, _DATE, last["date"])
    return row


def _ask(console: Console, what: str, kept: str = "") -> str:
    said = console.translated(what)
    return str(typer.prompt(said, default=kept, show_default=bool(kept), err=True)).strip()
