"""Opinions and what became of them (意见采纳情况表), and the reply that goes back to each person (答复单)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.language.numbers import moment
from gridkit.language.phrases import LIST, Phrase, joined
from gridkit.plan.life.feedback import answers
from gridkit.plan.life.log import called, hand
from gridkit.plan.numbering import numbering
from gridkit.render.papers.pen import QUIET, blank, write
from gridkit.render.papers.prose import Prose
from gridkit.render.papers.table import Column, Form, Row
from gridkit.sources.tables.personal import masked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fpdf import FPDF

    from gridkit.render.papers.setting import Setting

_TAKEN = {
    "accepted": Phrase("adopted", "opinion"),
    "declined": Phrase("not adopted", "opinion"),
    "open": Phrase("being decided", "opinion"),
    "withdrawn": Phrase("withdrawn", "opinion"),
}
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}")


def opinions(pdf: FPDF, setting: Setting) -> None:
    """Write all that was said, what became of it and why; names of persons are masked."""
    said, table = setting.said, comments(setting)
    prose = Prose(pdf, setting, said("Opinions and what became of them"))
    counts = table["status"].value_counts()
    prose.text(
        said(
            "Opinions: {all}. Adopted: {adopted}; not adopted: {declined}; being decided: {open}; withdrawn by those "
            "who gave them: {withdrawn}.",
            all=len(table),
            adopted=int(counts.get("accepted", 0)),
            declined=int(counts.get("declined", 0)),
            open=int(counts.get("open", 0)),
            withdrawn=int(counts.get("withdrawn", 0)),
        )
    )
    columns = [
        Column(said("Number"), 2, number=True),
        Column(said("From"), 5),
        Column(said("Grid"), 8),
        Column(said("Opinion"), 18),
        Column(said("Adopted or not"), 5),
        Column(said("Reason"), 14),
    ]
    rows = [
        Row(
            (
                str(number),
                joined_names(setting, str(row["from"])),
                row["grid"],
                masked(row["wish"]),
                row["said"],
                row["why"],
            )
        )
        for number, row in enumerate(table.to_dict("records"), 1)
    ]
    prose.table(columns, rows, Form(8.5))


def replies(pdf: FPDF, setting: Setting) -> None:
    """Write a reply to each person who said something: every wish of his, what became of it, and why."""
    said, table = setting.said, comments(setting)
    for person, rows in sorted(table.groupby("hand"), key=lambda each: _in_order(str(each[0]))):
        name = next((setting.spoken(called(str(each))) for each in rows["from"] if each), "")
        prose = Prose(pdf, setting, said("Reply to your comments"))
        blank(pdf, (prose.body.left, prose.body.top, prose.body.width * 0.7), said("To"), name or f"({person})")
        prose.body = prose.body.below(prose.body.top + 11)
        prose.text(said("Thank you for reading the plan of grids. This became of what you wrote:"))
        columns = [
            Column(said("Number"), 3, number=True),
            Column(said("Date"), 5),
            Column(said("Grid"), 8),
            Column(said("What you asked for"), 16),
            Column(said("Adopted or not"), 5),
            Column(said("Reason"), 15),
        ]
        records = enumerate(rows.to_dict("records"), 1)
        cells = [(str(at), row["day"], row["grid"], row["wish"], row["said"], row["why"]) for at, row in records]
        prose.table(columns, [Row(each) for each in cells], Form(9))
        prose.room(24)
        write(
            pdf,
            prose.body.left,
            prose.body.top,
            said("Whoever wants to say more writes to the body below."),
            9.5,
            QUIET,
        )
        half = prose.body.width / 2
        y = prose.body.top + 9
        blank(pdf, (prose.body.left, y, half - 4), said("Replying body (seal)"), setting.plan.standing.body)
        blank(pdf, (prose.body.left + half, y, half), said("Date"), "")


def comments(setting: Setting) -> pd.DataFrame:
    """Return what was said, in the papers' language: by whom, when, of which grid, what became of it, and why."""
    held = setting.plan.records.get("comments")
    names = ("hand", "from", "day", "grid", "wish", "status", "said", "why")
    if held is None or not len(held):
        return pd.DataFrame({name: pd.Series(dtype=object) for name in names})
    numbers = numbering(setting.plan).of
    rows = []
    plain = pd.DataFrame(held.drop(columns="geometry"))
    for (name, row), answer in zip(plain.iterrows(), answers(plain), strict=True):
        author = _text(row["author"])
        rows.append(
            {
                "hand": hand(str(name), author),
                "from": author,
                "day": moment(_text(row["time"])[:10], setting.lang),
                "grid": setting.names.get(_text(row["grid_id"]), _text(row["grid_id"])),
                "wish": _wish(setting, row, numbers),
                "status": row["status"],
                "said": setting.spoken(_TAKEN.get(row["status"], row["status"])),
                # That it was taken says the column before.
                "why": setting.named(answer) if answer and str(answer) != "applied" else "",
            }
        )
    return pd.DataFrame(rows, columns=list(names))


def _wish(setting: Setting, row: pd.Series[Any], numbers: Mapping[str, int]) -> str:
    """Return what somebody asked for: units by their numbers, grids by their names, then his own words."""
    unit, to = _text(row["unit_id"]), _text(row["to_grid"])
    called = str(numbers[unit]) if unit in numbers else unit
    asked = {
        "move": setting.said("Unit {unit} to {grid}", unit=called, grid=setting.names.get(to, to)),
        "lock": setting.said("Unit {unit} is to stay", unit=called)
        if unit
        else setting.said("The grid stays as it is"),
        "free": setting.said("Unit {unit} need not stay", unit=called)
        if unit
        else setting.said("The grid need not stay as it is"),
    }.get(str(row["kind"]), "")
    own = _text(row["text"])
    return setting.said("{what}: {part}", what=asked, part=own) if asked and own else asked or own


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def joined_names(setting: Setting, names: str) -> str:
    """Return who said something, several with commas between them, as a published list has them."""
    return setting.spoken(joined([masked_name(name) for name in names.split(", ")], LIST))


def _in_order(name: str) -> tuple[bool, int, str]:
    figures = re.findall(r"\d+", name) if isinstance(called(name), Phrase) else []
    return bool(figures), int(figures[-1]) if figures else 0, name


def masked_name(name: str) -> str:
    """Return who said something as a published list has it: a body by its whole name, a person by the first sign.

    A Chinese name of two to four characters is a person's; one in other letters may be, and is masked word by word.

    Examples
    --------
    >>> masked_name("朱大伟"), masked_name("镇综合执法局"), masked_name("Ana Lima"), masked_name("No. 12")
    ('朱**', '镇综合执法局', 'A*** L***', 'No. 12')
    """
    said = called(name)
    if not name or isinstance(said, Phrase):
        return said
    if re.search(r"[\u4e00-\u9fff]", name):
        return name[0] + "**" if _CHINESE_NAME.fullmatch(name) else masked(name)
    return " ".join(word[0] + "***" for word in name.split())
