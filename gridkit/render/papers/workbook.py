"""The workbook that goes with a plan: summary, grids, audit, layers, changes and sources, with charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill

from gridkit import atomic
from gridkit.language.labels import code, file_names, word
from gridkit.language.labels import title as title_of
from gridkit.language.numbers import moment, unit
from gridkit.language.phrases import Phrase, joined, spoken
from gridkit.ledger import REASONS
from gridkit.measure.balance import dedicated
from gridkit.plan.audit.titles import PRINCIPLES
from gridkit.plan.names import names
from gridkit.render.papers.contents import Contents
from gridkit.render.papers.layer_sheets import LAYER_SHEETS, STATISTICS
from gridkit.render.papers.worksheet import (
    SheetColumn,
    clean,
    column_name,
    fit_paper,
    mark_band,
    number_form,
    put,
    put_block,
    put_chart,
    put_facts,
    put_table,
    put_title,
    sheet_name,
    wrap,
)
from gridkit.store.sheets import saved
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from gridkit.catalog.columns import Measure
    from gridkit.catalog.layer import Layer
    from gridkit.plan.audit.audit import Audit
    from gridkit.plan.compare import Comparison
    from gridkit.plan.plan import Plan

_VERDICTS = {"PASS": "DDEFE3", "WARN": "FBE9C6", "FAIL": "F6D3C4", "N/A": "EEF0F2"}


def report(
    plan: Plan,
    path: Path | str,
    *,
    lang: str = "zh",
    audit: Audit | None = None,
    comparison: Comparison | None = None,
    overwrite: bool = True,
) -> None:
    """Write the workbook of a plan (.xlsx).

    Text is written as text, whatever it begins with: nothing in the data becomes a formula. Characters that a workbook
    cannot hold are replaced by spaces.

    Parameters
    ----------
    plan
        With the layers that are to have sheets.
    lang
        ``zh`` or ``en``.
    audit, comparison
        Results that get a sheet of their own when they are given.

    Raises
    ------
    OutputError
        When the file exists and ``overwrite`` is false, or cannot be written.
    """
    contents = Contents(plan, lang, audit, comparison)
    book = Workbook()
    book.remove(book.active)
    book.properties.title = clean(plan.parameters.title)
    book.properties.creator = "gridkit"
    for fill in _SHEETS:
        fill(book, contents)
    for sheet in book.worksheets:
        fit_paper(sheet)
    with atomic.replacing(path, overwrite=overwrite) as file:
        file.write_bytes(saved(book))


# ------------------------------------------------------------------ sheets
def _summary(book: Workbook, contents: Contents) -> None:
    plan, said = contents.plan, contents.said
    sheet = book.create_sheet(sheet_name(book, said("Summary")))
    grids, asked = plan.grids, plan.parameters
    measured = grids[asked.measure] if asked.measure in grids else grids["people"]
    band = asked.band
    inside = np.zeros(0, dtype=bool) if band is None else band.inside(measured) | dedicated(grids, plan.units)
    standing = plan.standing
    rows: list[tuple[str, Any, str]] = [
        (said("Standing of the plan"), spoken(code("standing", standing.stage), contents.lang), "@"),
        *[
            (title.said(contents.lang), moment(text, contents.lang), "@")
            for title, text in (
                (Phrase("In force from"), standing.since),
                (Phrase("In force until"), standing.until),
                (Phrase("Body in charge"), standing.body),
            )
            if text
        ],
        (said("Number of grids"), len(grids), "#,##0"),
        (said("Number of communities"), int(grids["parent"].nunique()), "#,##0"),
        (said("Number of units"), len(plan.units), "#,##0"),
        (said("People"), float(grids["people"].sum()), "#,##0"),
        (said("Households"), _total(grids["households"]) if "households" in grids else None, "#,##0"),
        (said("Area (km²)"), float(grids["area_m2"].sum()) / 1e6, "#,##0.00"),
        (said("Divided by"), column_name(asked.measure, contents.lang), "@"),
        (said("Range of size, lower limit"), band and band.low, "#,##0"),
        (said("Range of size, target"), band and band.target, "#,##0"),
        (said("Range of size, upper limit"), band and band.high, "#,##0"),
        (said("Grids within the range of size"), int(inside.sum()) if len(inside) else None, "#,##0"),
        (said("Share of grids within the range of size"), float(inside.mean()) if len(inside) else None, "0.0%"),
        (said("Check code of the plan"), plan.digest, "@"),
    ]
    put_title(
        sheet,
        str(spoken(title_of(asked.title), contents.lang)) or said("Plan of grids"),
        said("Made on {date}", date=_made(plan, contents.lang)),
    )
    for row, (name, value, form) in enumerate(rows, 4):
        put(sheet, row, 1, name)
        put(sheet, row, 2, value, form)
        sheet.cell(row, 2).alignment = Alignment(horizontal="right")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 26
    row = 4 + len(rows) + 1
    if contents.audit is not None:
        counts = pd.Series(list(contents.audit.verdicts.values())).value_counts()
        put(sheet, row, 1, said("Check of the plan"), bold=True)
        for at, (verdict, count) in enumerate(counts.items(), row + 1):
            put(sheet, at, 1, spoken(code("verdict", verdict), contents.lang))
            put(sheet, at, 2, int(count), "#,##0")


def _grids(book: Workbook, contents: Contents) -> None:
    plan, said = contents.plan, contents.said
    grids = plan.grids
    communities = plan.districts["name"] if "name" in plan.districts else pd.Series(dtype=TEXT)
    called = pd.Series([str(spoken(name, contents.lang)) for name in names(plan)], index=grids.index, dtype=object)
    columns = [SheetColumn(_NAME.said(contents.lang), "@", 24), SheetColumn(said("Code"), "@", 22)]
    table = pd.DataFrame({_NAME.said(contents.lang): called, said("Code"): grids.index.astype(TEXT)}, index=grids.index)
    parents = grids["parent"].astype(TEXT).map(lambda parent: communities.get(parent, parent))

    def add(column: SheetColumn, values: Any) -> None:  # noqa: ANN401 - a column
        if column.title not in table:
            columns.append(column)
            table[column.title] = values

    for name, title in _TEXTS.items():
        own = f"{name}_{contents.lang}"
        held = grids.get(own if own in grids else name)
        if held is not None and held.notna().any():
            add(SheetColumn(title.said(contents.lang), "@", 18), held.astype(object).where(held.notna(), None))
    add(SheetColumn(said("Community"), "@", 18), parents)
    add(SheetColumn(said("People"), "#,##0"), grids["people"])
    if "households" in grids and grids["households"].notna().any():
        add(SheetColumn(said("Households"), "#,##0"), grids["households"])
    add(SheetColumn(said("Area (ha)"), "#,##0.0"), grids["area_m2"] / 1e4)
    add(SheetColumn(said("Number of units"), "#,##0"), grids["units"])
    for layer in _fresh(plan):
        values = layer.tables["grids"].reindex(grids.index)
        for measure in layer.definition.measures:
            if measure.column in values and pd.api.types.is_numeric_dtype(values[measure.column]):
                heading = _heading(layer, measure).said(contents.lang)
                form = (
                    f"0.{'0' * measure.digits}%".replace(".%", "%") if measure.percent else number_form(measure.digits)
                )
                add(SheetColumn(heading, form, 16), values[measure.column])
    sheet = book.create_sheet(sheet_name(book, said("List of grids")))
    put_table(sheet, columns, table.itertuples(index=False))
    sheet.freeze_panes = "C2"
    place = 1 + [column.title for column in columns].index(said("People"))
    asked = plan.parameters
    titles = {"people": said("People"), "households": said("Households")}
    if asked.band and titles.get(asked.measure) in table:
        mark_band(sheet, 1 + list(table.columns).index(titles[asked.measure]), len(table), asked.band)
    put_chart(book, sheet, place, len(table), said("People per grid"))


def _audit(book: Workbook, contents: Contents) -> None:
    if contents.audit is None:
        return
    said = contents.said
    table = contents.audit.table(contents.lang)
    sheet = book.create_sheet(sheet_name(book, said("Check of the plan")))
    columns = [
        SheetColumn(said("Number"), "0", 7),
        SheetColumn(said("Rule"), "@", 30),
        SheetColumn(said("Measured"), "General", 12),
        SheetColumn(said("Unit of measure"), "@", 12),
        SheetColumn(said("Note above"), "General", 10),
        SheetColumn(said("Fail above"), "General", 10),
        SheetColumn(said("Verdict"), "@", 10),
        SheetColumn(said("Why"), "@", 60),
        SheetColumn(said("Source"), "@", 40),
    ]
    fields = ["number", "title", "value", "unit", "warn", "fail", "verdict", "note", "source"]
    put_table(sheet, columns, table[fields].itertuples(index=False))
    for row in range(2, len(table) + 2):
        verdict = sheet.cell(row, 7)
        verdict.fill = PatternFill("solid", start_color=_VERDICTS.get(str(verdict.value), "FFFFFF"))
        verdict.value = spoken(code("verdict", verdict.value), contents.lang)
        wrap(sheet, row, columns, (2, 8, 9))
    found = contents.audit.findings
    if len(found):
        places = book.create_sheet(sheet_name(book, said("Places to look at")))
        titles = [(said("Rule"), 30), (said("Verdict"), 10), (said("Grid"), 22), (said("What was found"), 44)]
        rows = (
            [
                PRINCIPLES[row.rule].title.said(contents.lang),
                spoken(code("verdict", row.verdict), contents.lang),
                row.grid_id if isinstance(row.grid_id, str) else None,
                PRINCIPLES[row.rule].noted(row.value, contents.plan.parameters.measure).said(contents.lang),
            ]
            for row in cast("Iterable[Any]", found.itertuples())
        )
        put_table(places, [SheetColumn(title, "@", width) for title, width in titles], rows)


def _changes(book: Workbook, contents: Contents) -> None:
    if contents.comparison is None:
        return
    said, found = contents.said, contents.comparison
    sheet = book.create_sheet(sheet_name(book, said("Old and new grids")))
    titles = {
        "old": SheetColumn(said("Old grid"), "@", 22),
        "new": SheetColumn(said("New grid"), "@", 22),
        "people": SheetColumn(said("People"), "#,##0"),
        "households": SheetColumn(said("Households"), "#,##0"),
    }
    kept = [name for name in titles if name in found.flows]
    put_table(sheet, [titles[name] for name in kept], found.flows[kept].itertuples(index=False))
    row = put_facts(sheet, len(found.flows) + 4, found.facts, contents.lang)
    put_block(sheet, row + 1, said("Grids matched"), found.matches, contents.lang)


def _sources(book: Workbook, contents: Contents) -> None:
    """Write the ledger: what was read from each source, what of it is used, and why the rest is not."""
    said, accounts = contents.said, list(contents.plan.ledger)
    if not accounts:
        return
    columns = [
        SheetColumn(said("Read from"), "@", 36),
        SheetColumn(said("Read as"), "@", 14),
        SheetColumn(said("Counted in"), "@", 12),
        SheetColumn(said("Amount read"), "#,##0", 14),
        SheetColumn(said("Amount used"), "#,##0", 14),
        SheetColumn(said("Not used"), "#,##0", 12),
        SheetColumn(said("Why not used"), "@", 24),
        SheetColumn(said("Share not used"), "0.0%", 10),
        SheetColumn(said("Note"), "@", 60),
    ]
    sheet = book.create_sheet(sheet_name(book, said("Sources and losses")))
    rows: list[list[object]] = []
    called = file_names(dict.fromkeys(each.source for each in accounts))
    for each in accounts:
        counted = word("rows") if each.counted == "rows" else unit(each.counted)
        named = [called[each.source], word(each.role).said(contents.lang), counted.said(contents.lang)]
        notes = joined(each.notes)
        for at, (reason, lost) in enumerate((each.lost or {"": 0}).items()):
            why = REASONS[reason].words.said(contents.lang) if reason else None
            # An account of several losses gives its amounts once, so that a column adds up.
            amounts = [each.read, each.used] if at == 0 else [None, None]
            note = spoken(notes, contents.lang) if at == 0 else None
            rows.append([*named, *amounts, lost, why, lost / (each.read or 1), note])
    put_table(sheet, columns, rows)
    for row in range(2, len(rows) + 2):
        wrap(sheet, row, columns, (1, 7, 9))


def _appendix(book: Workbook, contents: Contents) -> None:
    """Put the statistics where those who know them look: each with what it says in a sentence."""
    rows = [
        [layer.definition.title.said(contents.lang), column_name(name, contents.lang), value, about.said(contents.lang)]
        for layer in contents.plan.layers.values()
        for name, about in STATISTICS.items()
        if isinstance(value := layer.facts.get(name), int | float)
    ]
    if rows:
        said = contents.said
        titles = [(said("Layer"), 20), (said("Statistic"), 30), (said("Value"), 12), (said("What it says"), 70)]
        columns = [
            SheetColumn(title, "0.00" if at == _VALUE else "@", width) for at, (title, width) in enumerate(titles)
        ]
        put_table(book.create_sheet(sheet_name(book, said("Technical appendix"))), columns, rows)


_VALUE = 2


_SHEETS: tuple[Callable[[Workbook, Contents], None], ...] = (
    _summary,
    _grids,
    _audit,
    *LAYER_SHEETS,
    _changes,
    _sources,
    _appendix,
)
_NAME = Phrase("Name", "page")
_TEXTS = {
    "head": Phrase("Head of grid"),
    "staff": Phrase("Grid workers"),
    "boundary": Phrase("Bounds"),
    "note": Phrase("Note"),
}


# ------------------------------------------------------------------ what sheets ask of a plan
def _heading(layer: Layer, measure: Measure) -> Phrase:
    """Return the heading of a measure's column: its layer, its name, its unit."""
    named = Phrase("{layer} · {measure}", layer=layer.definition.title, measure=measure.title)
    return Phrase("{what} ({unit})", what=named, unit=measure.unit) if measure.unit else named


def _made(plan: Plan, lang: str) -> str:
    return moment(plan.history[-1].finished, lang) if plan.history else "–"


def _fresh(plan: Plan) -> list[Layer]:
    return [layer for name, layer in plan.layers.items() if "grids" in layer.tables and name not in plan.stale]


def _total(values: pd.Series[float]) -> float | None:
    return float(values.sum()) if values.notna().any() else None
