"""The workbook that goes with a plan: summary, grids, audit, layers, changes and sources, with charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill

from gridkit import atomic
from gridkit.catalog.definitions import (
    CoverageLayer,
    DepartmentsLayer,
    EmergencyLayer,
    IncidentsLayer,
    OneStopLayer,
    ParticipationLayer,
    ResponseLayer,
    ScorecardLayer,
    SharingLayer,
    VisitsLayer,
)
from gridkit.catalog.presets import presets
from gridkit.language.labels import code, word
from gridkit.language.labels import source as source_of
from gridkit.language.labels import title as title_of
from gridkit.language.numbers import moment, unit
from gridkit.language.phrases import Phrase, joined, spoken
from gridkit.ledger import REASONS
from gridkit.measure.balance import dedicated
from gridkit.plan.audit.titles import PRINCIPLES
from gridkit.plan.names import names
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
    put_small_chart,
    put_table,
    put_title,
    sheet_name,
    wrap,
)
from gridkit.store.sheets import saved
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from gridkit.catalog.columns import Measure
    from gridkit.catalog.layer import Layer
    from gridkit.plan.audit.audit import Audit
    from gridkit.plan.compare import Comparison
    from gridkit.plan.plan import Plan

_VERDICTS = {"PASS": "DDEFE3", "WARN": "FBE9C6", "FAIL": "F6D3C4", "N/A": "EEF0F2"}


@dataclass(frozen=True)
class Contents:
    """What a workbook is made from."""

    plan: Plan
    lang: str
    audit: Audit | None = None
    comparison: Comparison | None = None
    extra: tuple[tuple[Phrase, pd.DataFrame], ...] = ()

    def said(self, message: str, **facts: object) -> str:
        """Return a message in the workbook's language."""
        return Phrase(message, **facts).said(self.lang)


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
        if name in grids and grids[name].notna().any():
            add(
                SheetColumn(title.said(contents.lang), "@", 18),
                grids[name].astype(object).where(grids[name].notna(), None),
            )
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


def _incidents(book: Workbook, contents: Contents) -> None:
    said = contents.said
    for layer in contents.plan.layers.values():
        if not isinstance(layer.definition, IncidentsLayer):
            continue
        title = layer.definition.title.said(contents.lang)
        sheet = book.create_sheet(sheet_name(book, title))
        put_title(sheet, title, said("Counts by grid are on the list of grids."))
        plain = {name: value for name, value in layer.facts.items() if name not in _STATISTICS}
        row = put_facts(sheet, 4, plain, contents.lang)
        for key, heading in _BLOCKS.items():
            if key not in layer.tables or not len(layer.tables[key]):
                continue
            block = _classes_said(layer, pd.DataFrame(layer.tables[key]), contents.lang)
            row = put_block(sheet, row + 1, heading.said(contents.lang), block, contents.lang)
            if key in ("months", "hours") and len(block) > 1:
                first = row - len(block)
                put_small_chart(sheet, heading.said(contents.lang), (first, row - 1), f"H{first}", line=key == "months")


def _classes_said(layer: Layer, block: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return a table with the titles of classes for their names."""
    if block.index.name != "class":
        return block
    definition = layer.definition
    if isinstance(definition, VisitsLayer):
        work = presets()[definition.preset].workload if definition.preset in presets() else None
        classes: Mapping[str, Any] = {} if work is None else work.visits
    else:
        classes = getattr(definition, "classes", {})
    titles = {name: each.title.said(lang) for name, each in classes.items()}
    return block.rename(index=titles).rename_axis("class_")


def _coverage(book: Workbook, contents: Contents) -> None:
    said = contents.said
    layers = [
        layer for layer in contents.plan.layers.values() if isinstance(layer.definition, CoverageLayer | OneStopLayer)
    ]
    if not layers:
        return
    sheet = book.create_sheet(sheet_name(book, said("Coverage")))
    shares = sorted({key for layer in layers for key in layer.facts if key.startswith("share_within_")}, key=_minutes)
    columns = [
        SheetColumn(said("Service"), "@", 24),
        SheetColumn(said("Facilities"), "#,##0"),
        *(SheetColumn(said("Within {limit} min", limit=f"{_minutes(key):g}"), "0.0%") for key in shares),
        SheetColumn(said("Mean time (min)"), "0.0", 18),
        SheetColumn(said("Worst-served tenth (min)"), "0.0", 22),
        SheetColumn(said("Overloaded facilities"), "#,##0"),
    ]
    keys = ["facilities", *shares, "mean_minutes", "worst_tenth_minutes", "overloaded"]
    rows = [[layer.definition.title.said(contents.lang), *(layer.facts.get(key) for key in keys)] for layer in layers]
    put_table(sheet, columns, rows)
    sheet.freeze_panes = "B2"
    last = [at for at, key in enumerate(keys, 2) if key.startswith("share_within_")]
    if last:
        put_chart(book, sheet, last[-1], len(rows), columns[last[-1] - 1].title)


def _departments(book: Workbook, contents: Contents) -> None:
    """Put departments' nets on a sheet: net by net, then each pair."""
    for layer in contents.plan.layers.values():
        if not isinstance(layer.definition, DepartmentsLayer) or "nets" not in layer.tables:
            continue
        sheet = book.create_sheet(sheet_name(book, layer.definition.title.said(contents.lang)))
        put_title(sheet, layer.definition.title.said(contents.lang), layer.definition.about.said(contents.lang))
        row = put_facts(sheet, 4, layer.facts, contents.lang)
        for key, heading in (("nets", Phrase("Net by net")), ("pairs", Phrase("Pairs of nets"))):
            row = put_block(sheet, row + 1, heading.said(contents.lang), pd.DataFrame(layer.tables[key]), contents.lang)
        for key, title in _HARMONY.items():
            if key in contents.plan.records:
                row = put_block(sheet, row + 1, title.said(contents.lang), contents.plan.records[key], contents.lang)


_HARMONY = {
    "harmony": Phrase("Nets made to fit the grids"),
    "harmony_ways": Phrase("Ways to make the nets fit"),
    "harmony_areas": Phrase("What each area gains and loses"),
    "harmony_moves": Phrase("Units that change area"),
}
"""Tables of a plan whose nets were harmonised, and what they are called."""


def _emergency(book: Workbook, contents: Contents) -> None:
    """Put the zones of an emergency on a sheet: zone by zone, gates and points, duties; and what is still open."""
    plan, said = contents.plan, contents.said
    layer = next((each for each in plan.layers.values() if isinstance(each.definition, EmergencyLayer)), None)
    register = plan.records.get("emergency")
    if layer is None and register is None:
        return
    sheet = book.create_sheet(sheet_name(book, said("Emergency zones")))
    row = 1
    if layer is not None:
        put_title(sheet, layer.definition.title.said(contents.lang), layer.definition.about.said(contents.lang))
        row = put_facts(sheet, 4, layer.facts, contents.lang) + 1
        for key, title in _EMERGENCY.items():
            if key not in layer.tables:
                continue
            table = pd.DataFrame(layer.tables[key]).drop(columns="geometry", errors="ignore")
            row = put_block(sheet, row, title.said(contents.lang), table, contents.lang) + 1
    for key, title in _REGISTERS.items():
        if key in plan.records:
            row = put_block(sheet, row, title.said(contents.lang), plan.records[key], contents.lang) + 1


_EMERGENCY = {
    "zones": Phrase("Zone by zone"),
    "points": Phrase("Gates and points"),
    "duties": Phrase("Duties"),
    "rounds": Phrase("Rounds"),
}
_REGISTERS = {
    "emergency": Phrase("Temporary measures"),
    "emergency_return": Phrase("The return"),
    "emergency_posts": Phrase("Finer grids inside zones"),
}
"""Tables of an emergency, and what they are called."""


def _response(book: Workbook, contents: Contents) -> None:
    """Put orders of several departments on a sheet: all, by how many they took, by department, hands, nets, grids."""
    for layer in contents.plan.layers.values():
        if not isinstance(layer.definition, ResponseLayer):
            continue
        sheet = book.create_sheet(sheet_name(book, layer.definition.title.said(contents.lang)))
        put_title(sheet, layer.definition.title.said(contents.lang), layer.definition.about.said(contents.lang))
        row = put_facts(sheet, 4, layer.facts, contents.lang) + 1
        for key, title in _ORDERS.items():
            if key in layer.tables and len(layer.tables[key]):
                row = put_block(sheet, row, title.said(contents.lang), layer.tables[key], contents.lang) + 1


_ORDERS = {
    "by_departments": Phrase("By number of departments"),
    "departments": Phrase("By the department that came first"),
    "hands": Phrase("Handed on between departments"),
    "nets": Phrase("By the areas of departments' nets"),
    "grids": Phrase("By grid"),
    "funnel": Phrase("Against the limits of chance"),
}
"""Tables of orders of several departments, and what they are called."""


def _participation(book: Workbook, contents: Contents) -> None:
    """Put participation on a sheet: its lines, then months, communities and grids."""
    for layer in contents.plan.layers.values():
        if not isinstance(layer.definition, ParticipationLayer):
            continue
        sheet = book.create_sheet(sheet_name(book, layer.definition.title.said(contents.lang)))
        put_title(sheet, layer.definition.title.said(contents.lang), layer.definition.about.said(contents.lang))
        told = pd.DataFrame(layer.facts["lines"])
        told = told.assign(
            indicator=[str(spoken(code("indicator", name), contents.lang)) for name in told["indicator"]]
        )
        told = told.rename(columns={"n": "above_line"}).assign(
            why=[str(spoken(code("why", why), contents.lang)) if why else "" for why in told["why"]]
        )
        row = put_block(sheet, 4, contents.said("Lines"), told, contents.lang) + 1
        for key, title in _TAKING_PART.items():
            table = layer.tables[key].dropna(axis=1, how="all")
            if len(table) and table.shape[1]:
                row = put_block(sheet, row, title.said(contents.lang), table, contents.lang) + 1


_TAKING_PART = {
    "months": Phrase("By month"),
    "parents": Phrase("By community"),
    "grids": Phrase("By grid"),
}
"""Tables of participation, and what they are called."""


def _scorecard(book: Workbook, contents: Contents) -> None:
    """Put the scorecard on a sheet: the district by group, then every area side by side, and what is missing."""
    layer = next((each for each in contents.plan.layers.values() if isinstance(each.definition, ScorecardLayer)), None)
    if layer is None:
        return
    definition: Any = layer.definition
    said, lang = contents.said, contents.lang
    sheet = book.create_sheet(sheet_name(book, definition.title.said(lang)))
    put_title(sheet, definition.title.said(lang), definition.about.said(lang))
    lines = pd.DataFrame(layer.tables["lines"])
    called = {name: str(spoken(code("indicator", name), lang)) for name in definition.indicators}
    row = 4
    for level, heading in _LEVELS.items():
        own = lines[lines["level"] == level]
        if not len(own) or (level != "district" and (own["why"] == "missing").all()):
            continue
        told = own[own["why"] != "missing"] if level != "district" else own
        table = pd.DataFrame(
            {
                "group": [
                    str(spoken(code("pillar", definition.indicators[n].pillar), lang)) for n in told["indicator"]
                ],
                **({} if level == "district" else {"area": [_area(contents, level, a) for a in told["area"]]}),
                "indicator": [called[name] for name in told["indicator"]],
                "above_line": told["n"].to_numpy(),
                **{name: told[name].to_numpy() for name in ("of", "share", "share_low", "share_high")},
                "why": [str(spoken(code("why", why), lang)) if why else "" for why in told["why"]],
                "beyond_chance": [str(spoken(code("outside", o), lang)) if o else "" for o in told["outside"]],
                "source": [_source(contents, source) for source in told["source"]],
                "asof": told["asof"].to_numpy(),
                "grids_known": told["grids_known"].to_numpy(),
                "grids": told["grids"].to_numpy(),
            }
        )
        row = put_block(sheet, row, heading.said(lang), table, lang) + 1
    missing = [
        {
            "indicator": called[name],
            "supplier": definition.tables[definition.indicators[name].table].supplier.said(lang),
            "command": definition.tables[definition.indicators[name].table].command,
        }
        for name in layer.facts["missing"]
    ]
    if missing:
        row = put_block(sheet, row, said("Missing, and who could supply it"), pd.DataFrame(missing), lang) + 1
    warned = [
        {"indicator": called[name], "warning": definition.warnings[each.warning].said(lang)}
        for name, each in definition.indicators.items()
        if each.warning
    ]
    put_block(sheet, row, said("To be kept in mind"), pd.DataFrame(warned), lang)


def _source(contents: Contents, name: str) -> str:
    """Return what a source of the scorecard is called: the title of its layer, else its own name."""
    layer = contents.plan.layers.get(name)
    return str(spoken(code("source", name) if layer is None else layer.definition.title, contents.lang))


def _area(contents: Contents, level: str, area: str) -> str:
    """Return what an area of the scorecard is called."""
    plan = contents.plan
    if level == "grid":
        return str(spoken(names(plan).get(area, area), contents.lang))
    held = plan.districts["name"].get(area) if level == "community" and "name" in plan.districts else None
    return str(held) if isinstance(held, str) else area


_LEVELS = {
    "district": Phrase("The whole district"),
    "subdistrict": Phrase("By subdistrict"),
    "community": Phrase("By community"),
    "grid": Phrase("By grid"),
}
"""The levels of a scorecard, and what they are called."""


def _sharing(book: Workbook, contents: Contents) -> None:
    """Put departments' tables on a sheet: each, what is asked again, what stands twice, grid by department."""
    records = contents.plan.records
    for layer in contents.plan.layers.values():
        if not isinstance(layer.definition, SharingLayer):
            continue
        sheet = book.create_sheet(sheet_name(book, layer.definition.title.said(contents.lang)))
        put_title(sheet, layer.definition.title.said(contents.lang), layer.definition.about.said(contents.lang))
        row = put_facts(sheet, 4, layer.facts, contents.lang) + 1
        for key, title in _SHARED.items():
            if key in records and len(records[key]):
                row = put_block(sheet, row, title.said(contents.lang), _unnumbered(records[key]), contents.lang) + 1
        for key, title in (("sharing", Phrase("By grid and table")), ("rows", Phrase("Rows that match nothing"))):
            table = layer.tables[key]
            shown = table[table["grid_id"].isna()].drop(columns=["match", "grid_id"]) if key == "rows" else table
            if len(shown):
                row = put_block(sheet, row, title.said(contents.lang), _unnumbered(shown), contents.lang) + 1


def _unnumbered(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without an index that only numbers its rows."""
    return table.reset_index(drop=True) if str(table.index.name).endswith("_id") else table


_SHARED = {
    "shared_tables": Phrase("Table by table"),
    "shared_asked": Phrase("Asked for by how many departments"),
    "shared_fields": Phrase("Field by field"),
    "shared_doubles": Phrase("Rows that stand twice in a table"),
    "shared_proposals": Phrase("Rows of two departments that may be one: for a person to judge"),
    "shared_unknown": Phrase("Names that match nothing"),
}
"""What a plan keeps of departments' tables, and what each is called."""


def _staff(book: Workbook, contents: Contents) -> None:
    """Put hours of work, staff and visits on sheets: the headline, then table by table."""
    for layer in contents.plan.layers.values():
        tables = _WORK.get(layer.definition.kind)
        if tables is None or layer.definition.name in contents.plan.stale:
            continue
        sheet = book.create_sheet(sheet_name(book, layer.definition.title.said(contents.lang)))
        put_title(sheet, layer.definition.title.said(contents.lang), layer.definition.about.said(contents.lang))
        visits = isinstance(layer.definition, VisitsLayer)  # whose sums are those of its classes
        row = 4 if visits else put_facts(sheet, 4, layer.facts, contents.lang) + 1
        called = {each.column: each.title.said(contents.lang) for each in layer.definition.measures} if visits else {}
        for key, title in tables.items():
            table = layer.tables.get(key, contents.plan.records.get(key))
            if table is not None and len(table):
                plain = pd.DataFrame(table).drop(columns=["geometry", "kind"], errors="ignore")
                if "source" in plain:
                    plain["source"] = [_sourced(str(text), contents.lang) for text in plain["source"]]
                plain = _classes_said(layer, plain, contents.lang).rename(columns=called)
                row = put_block(sheet, row, title.said(contents.lang), plain, contents.lang) + 1


def _sourced(text: str, lang: str) -> str:
    """Return where numbers come from, each in a language."""
    return "; ".join(source_of(part).said(lang) for part in text.split(" | ") if part)


_WORK = {
    "workload": {"terms": Phrase("Task by task"), "grids": Phrase("By grid")},
    "visits": {"classes": Phrase("By class"), "grids": Phrase("By grid")},
    "staffing": {
        "grids": Phrase("By grid"),
        "tasks": Phrase("What fits, in the order of priority"),
        "ratios": Phrase("Ratios"),
        "stress": Phrase("When those who are lent are gone"),
        "gaps": Phrase("Neighbours that could help"),
        "assignment": Phrase("Who should answer for which grid"),
        "posts": Phrase("Posts"),
    },
}
"""Tables of work and staff, and what they are called."""


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
    for each in accounts:
        counted = word("rows") if each.counted == "rows" else unit(each.counted)
        named = [each.source, word(each.role).said(contents.lang), counted.said(contents.lang)]
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
        for name, about in _STATISTICS.items()
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
_STATISTICS = {
    "trend_p": Phrase("Below 0.05 the change over time is hardly chance."),
    "detectable_grids": Phrase("A grid must have at least so many times the mean for the test to name it."),
    "detectable_units": Phrase("A unit must have at least so many times the mean for the test to name it."),
    "dispersion_grids": Phrase("1 where incidents fall at random on grids; larger where they gather."),
    "dispersion_units": Phrase("1 where incidents fall at random on units; larger where they gather."),
    "scan_best_p": Phrase("Below 0.05 the strongest cluster in space and time is hardly chance."),
    "gini_minutes": Phrase("0 where everybody is equally far from the nearest facility; 1 at most."),
    "gini_access": Phrase("0 where everybody has the same capacity in reach; 1 at most."),
}


_SHEETS: tuple[Callable[[Workbook, Contents], None], ...] = (
    _summary,
    _grids,
    _audit,
    _incidents,
    _coverage,
    _departments,
    _emergency,
    _response,
    _scorecard,
    _participation,
    _sharing,
    _staff,
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
_BLOCKS = {
    "years": Phrase("By year, on the grids then in force and on those of now"),
    "classes": Phrase("By class"),
    "months": Phrase("By month"),
    "weekdays": Phrase("By day of the week"),
    "hours": Phrase("By hour"),
    "states": Phrase("By state"),
    "steps": Phrase("Time per step"),
    "departments": Phrase("By department"),
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


def _minutes(key: str) -> float:
    return float(key.removeprefix("share_within_"))


def _total(values: pd.Series[float]) -> float | None:
    return float(values.sum()) if values.notna().any() else None
