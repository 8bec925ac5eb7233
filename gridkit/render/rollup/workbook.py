"""All districts of a batch in one workbook: a row each, their sums, and the accounts that add up."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from gridkit.language.labels import label
from gridkit.language.packing import unpacked
from gridkit.language.phrases import Phrase
from gridkit.render.papers.worksheet import SheetColumn, fit_paper, put_table, sheet_name
from gridkit.store.sheets import saved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NUMBERS: tuple[tuple[str, Phrase, str], ...] = (
    ("grids", Phrase("Grids"), "#,##0"),
    ("units", Phrase("Units"), "#,##0"),
    ("people", Phrase("People"), "#,##0"),
    ("households", Phrase("Households"), "#,##0"),
    ("area_m2", Phrase("Area (ha)"), "#,##0.0"),
    ("outside", Phrase("Grids out of range"), "#,##0"),
)
"""What is summed over all districts."""
_SHOWN: tuple[tuple[str, Phrase, str], ...] = (
    ("least", Phrase("Smallest grid"), "#,##0"),
    ("mean", Phrase("Mean of a grid"), "#,##0.0"),
    ("most", Phrase("Largest grid"), "#,##0"),
)
_HA = 1e-4


def write(rows: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], path: Path, lang: str) -> None:
    """Write the workbook.

    Parameters
    ----------
    rows
        A dictionary per district, as of :class:`gridkit.recipes.batch.Batch`.
    facts
        The sums over all, to which those of the sheet are held.
    """
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "gridkit"
    _districts(book, rows, lang)
    _sums(book, rows, facts, lang)
    _accounts(book, rows, lang)
    for each in book.worksheets:
        fit_paper(each)
    path.write_bytes(saved(book))


def _value(facts: Mapping[str, Any], name: str) -> float | None:
    held = facts.get(name)
    return None if held is None else float(held) * (_HA if name == "area_m2" else 1)


def _districts(book: Any, rows: Sequence[Mapping[str, Any]], lang: str) -> None:  # noqa: ANN401 - a workbook
    sheet = book.create_sheet(sheet_name(book, Phrase("Districts").said(lang)))
    heads = [
        SheetColumn(Phrase("Code").said(lang), "@", 22),
        SheetColumn(Phrase("Name", "page").said(lang), "@", 26),
        SheetColumn(Phrase("State").said(lang), "@", 12),
        *(SheetColumn(title.said(lang), form, 14) for _, title, form in (*NUMBERS, *_SHOWN)),
        SheetColumn(Phrase("Rules that fail").said(lang), "#,##0", 12),
        SheetColumn("CPU (s)", "#,##0.0", 10),
        SheetColumn(Phrase("Folder").said(lang), "@", 34),
        SheetColumn(Phrase("Reason").said(lang), "@", 60),
    ]
    put_table(sheet, heads, (_line(each, lang) for each in rows))
    sheet.freeze_panes = "C2"


def _line(each: Mapping[str, Any], lang: str) -> list[Any]:
    facts = each.get("facts") or {}
    failed = sum(verdict == "FAIL" for verdict in facts["audit"].values()) if "audit" in facts else None
    why = unpacked(each.get("why", ""))
    return [
        each["id"],
        each["name"],
        STATES[each["state"]].said(lang),
        *(_value(facts, name) for name, _, _ in (*NUMBERS, *_SHOWN)),
        failed,
        each.get("cpu_s"),
        each["folder"],
        why.said(lang) if isinstance(why, Phrase) else str(why),
    ]


STATES = {
    "made": Phrase("done"),
    "kept": Phrase("done"),
    "failed": Phrase("failed"),
    "left": Phrase("not done"),
}
"""What the states of a district are called."""


def _sums(book: Any, rows: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], lang: str) -> None:  # noqa: ANN401 - a workbook
    """Sum the districts up, held to what the batch itself counted."""
    sheet = book.create_sheet(sheet_name(book, Phrase("Sums").said(lang)))
    heads = [
        SheetColumn(Phrase("What").said(lang), "@", 26),
        SheetColumn(Phrase("Sum of the districts").said(lang), "#,##0.0", 20),
        SheetColumn(Phrase("Districts that know it").said(lang), "#,##0", 20),
        SheetColumn(Phrase("Counted by the batch").said(lang), "#,##0.0", 20),
        SheetColumn(Phrase("Difference").said(lang), "#,##0.0", 14),
    ]
    lines = []
    for name, title, _ in NUMBERS:
        known = [value for each in rows if (value := _value(each.get("facts") or {}, name)) is not None]
        own = facts.get(name)
        lines.append([title.said(lang), sum(known), len(known), own, None if own is None else sum(known) - own])
    put_table(sheet, heads, lines)


def _accounts(book: Any, rows: Sequence[Mapping[str, Any]], lang: str) -> None:  # noqa: ANN401 - a workbook
    """Add up what all districts read, used and lost, by what it was read as: read = used + lost."""
    total: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for each in rows:
        for account in (each.get("facts") or {}).get("accounts", ()):
            held = total[account["role"], account["unit"]]
            held[0] += account["read"]
            held[1] += account["used"]
            held[2] += account["lost"]
    sheet = book.create_sheet(sheet_name(book, Phrase("What became of what was read").said(lang)))
    heads = [
        SheetColumn(Phrase("Read as").said(lang), "@", 22),
        SheetColumn(Phrase("Unit").said(lang), "@", 14),
        *(
            SheetColumn(each.said(lang), "#,##0.0", 16)
            for each in (Phrase("Read"), Phrase("Used"), Phrase("Lost"), Phrase("Difference"))
        ),
    ]
    lines = [
        [label(role).said(lang), label(unit).said(lang), read, used, lost, round(read - used - lost, 6)]
        for (role, unit), (read, used, lost) in sorted(total.items())
    ]
    put_table(sheet, heads, lines)
