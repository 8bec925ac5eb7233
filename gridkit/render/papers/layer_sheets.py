"""The sheets of a workbook that tell of layers: for each kind what it counts, table under table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

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
from gridkit.language.labels import code
from gridkit.language.labels import source as source_of
from gridkit.language.phrases import Phrase, joined, spoken
from gridkit.measure.incidents.classes import titled as categories_titled
from gridkit.plan.lines import titled
from gridkit.plan.names import names
from gridkit.render.papers.worksheet import (
    SheetColumn,
    put_block,
    put_chart,
    put_facts,
    put_small_chart,
    put_table,
    put_title,
    sheet_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from gridkit.catalog.layer import Layer
    from gridkit.render.papers.contents import Contents

STATISTICS = {
    "trend_p": Phrase("Below 0.05 the change over time is hardly chance."),
    "detectable_grids": Phrase("A grid must have at least so many times the mean for the test to name it."),
    "detectable_units": Phrase("A unit must have at least so many times the mean for the test to name it."),
    "dispersion_grids": Phrase("1 where incidents fall at random on grids; larger where they gather."),
    "dispersion_units": Phrase("1 where incidents fall at random on units; larger where they gather."),
    "scan_best_p": Phrase("Below 0.05 the strongest cluster in space and time is hardly chance."),
    "gini_minutes": Phrase("0 where everybody is equally far from the nearest facility; 1 at most."),
    "gini_access": Phrase("0 where everybody has the same capacity in reach; 1 at most."),
}
"""Facts of layers that stand in the technical appendix, and what each says."""


def _layers(contents: Contents, *kinds: type) -> Iterator[Layer]:
    """Yield the plan's layers of some kinds."""
    return (layer for layer in contents.plan.layers.values() if isinstance(layer.definition, kinds))


def _sheet_of(book: Workbook, contents: Contents, layer: Layer) -> Worksheet:
    """Return a new sheet, headed by a layer's title and what it is about."""
    title = layer.definition.title.said(contents.lang)
    sheet = book.create_sheet(sheet_name(book, title))
    put_title(sheet, title, layer.definition.about.said(contents.lang))
    return sheet


def _put_tables(
    sheet: Worksheet, row: int, tables: Mapping[str, pd.DataFrame], titles: Mapping[str, Phrase], lang: str
) -> int:
    """Put those of some tables that hold anything one under the other, each under its title; return the row after."""
    for name, title in titles.items():
        if name in tables and len(tables[name]):
            row = put_block(sheet, row, title.said(lang), pd.DataFrame(tables[name]), lang) + 1
    return row


def _incidents(book: Workbook, contents: Contents) -> None:
    """Put each layer of incidents on a sheet: its facts, then class by class, month by month, with small charts."""
    said = contents.said
    for layer in _layers(contents, IncidentsLayer):
        title = layer.definition.title.said(contents.lang)
        sheet = book.create_sheet(sheet_name(book, title))
        put_title(sheet, title, said("Counts by grid are on the list of grids."))
        plain = {name: value for name, value in layer.facts.items() if name not in STATISTICS}
        row = put_facts(sheet, 4, plain, contents.lang)
        for key, heading in _BLOCKS.items():
            if key not in layer.tables or not len(layer.tables[key]):
                continue
            block = _steps_said(_classes_said(layer, pd.DataFrame(layer.tables[key]), contents.lang), contents.lang)
            row = put_block(sheet, row + 1, heading.said(contents.lang), block, contents.lang)
            if key in ("months", "hours") and len(block) > 1:
                first = row - len(block)
                put_small_chart(sheet, heading.said(contents.lang), (first, row - 1), f"H{first}", line=key == "months")


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
"""Tables of a layer of incidents, and what they are called."""


def _steps_said(block: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return a table with its steps, from one state to the next, in words."""
    said = block.copy()
    for name in said.columns.intersection(["step", "after"]):
        said[name] = [str(spoken(code("state", each), lang)) for each in block[name]]
    return said


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
    if isinstance(definition, IncidentsLayer):
        # What is of no class stands under its own category, which pages call by the reader's word too.
        own = [str(name) for name in block.index if name not in titles]
        titles |= {
            name: str(spoken(said, lang)) for name, said in zip(own, categories_titled(own, definition), strict=True)
        }
    return block.rename(index=titles).rename_axis("class_")


def _coverage(book: Workbook, contents: Contents) -> None:
    """Put all layers of coverage on one sheet, one to a row, with a chart of the widest reach."""
    said = contents.said
    layers = list(_layers(contents, CoverageLayer, OneStopLayer))
    if not layers:
        return
    sheet = book.create_sheet(sheet_name(book, said("Coverage")))
    shares = sorted({key for layer in layers for key in layer.facts if key.startswith("share_within_")}, key=_minutes)
    columns = [
        SheetColumn(said("Service"), "@", 24),
        SheetColumn(said("Facilities"), "#,##0"),
        *(SheetColumn(said("Within {limit} min", limit=f"{_minutes(key):g}"), "0.0%") for key in shares),
        SheetColumn(said("Mean time of those who get there (min)"), "0.0", 22),
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


def _minutes(key: str) -> float:
    return float(key.removeprefix("share_within_"))


def _departments(book: Workbook, contents: Contents) -> None:
    """Put departments' nets on a sheet: net by net, each pair, and what became of them where they were made to fit."""
    for layer in _layers(contents, DepartmentsLayer):
        if "nets" not in layer.tables:
            continue
        sheet = _sheet_of(book, contents, layer)
        row = put_facts(sheet, 4, layer.facts, contents.lang) + 1
        pairs = pd.DataFrame(layer.tables["pairs"])
        named = pairs.assign(other=[str(spoken(code("net", net), contents.lang)) for net in pairs["other"]])
        row = _put_tables(sheet, row, {**layer.tables, "pairs": named}, _NETS, contents.lang)
        _put_tables(sheet, row, contents.plan.records, _HARMONY, contents.lang)


_NETS = {"nets": Phrase("Net by net"), "pairs": Phrase("Pairs of nets")}
_HARMONY = {
    "harmony": Phrase("Nets made to fit the grids"),
    "harmony_ways": Phrase("Ways to make the nets fit"),
    "harmony_areas": Phrase("What each area gains and loses"),
    "harmony_moves": Phrase("Units that change area"),
}
"""Tables of a plan whose nets were harmonised, and what they are called."""


def _emergency(book: Workbook, contents: Contents) -> None:
    """Put the zones of an emergency on a sheet: zone by zone, gates and points, duties; and what is still open."""
    plan, lang = contents.plan, contents.lang
    layer = next(_layers(contents, EmergencyLayer), None)
    if layer is None and "emergency" not in plan.records:
        return
    sheet = book.create_sheet(sheet_name(book, contents.said("Emergency zones")))
    row = 1
    if layer is not None:
        put_title(sheet, layer.definition.title.said(lang), layer.definition.about.said(lang))
        row = _put_tables(sheet, put_facts(sheet, 4, layer.facts, lang) + 1, layer.tables, _EMERGENCY, lang)
    _put_tables(sheet, row, plan.records, _REGISTERS, lang)


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
    for layer in _layers(contents, ResponseLayer):
        sheet = _sheet_of(book, contents, layer)
        row = put_facts(sheet, 4, layer.facts, contents.lang) + 1
        _put_tables(sheet, row, layer.tables, _ORDERS, contents.lang)


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
    lang = contents.lang
    for layer in _layers(contents, ParticipationLayer):
        sheet = _sheet_of(book, contents, layer)
        told = pd.DataFrame(layer.facts["lines"]).rename(columns={"n": "above_line"})
        told = told.assign(
            indicator=[str(spoken(code("indicator", name), lang)) for name in told["indicator"]],
            why=[str(spoken(code("why", why), lang)) if why else "" for why in told["why"]],
        )
        row = put_block(sheet, 4, contents.said("Lines"), told, lang) + 1
        held = {name: layer.tables[name].dropna(axis=1, how="all") for name in _TAKING_PART}
        _put_tables(sheet, row, {name: table for name, table in held.items() if table.shape[1]}, _TAKING_PART, lang)


_TAKING_PART = {
    "months": Phrase("By month"),
    "parents": Phrase("By community"),
    "grids": Phrase("By grid"),
}
"""Tables of participation, and what they are called."""


def _scorecard(book: Workbook, contents: Contents) -> None:
    """Put the scorecard on a sheet: the district by group, then every area side by side, and what is missing."""
    layer = next(_layers(contents, ScorecardLayer), None)
    if layer is None:
        return
    definition: Any = layer.definition
    said, lang = contents.said, contents.lang
    sheet = _sheet_of(book, contents, layer)
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
                "source": [str(spoken(titled(contents.plan, source), contents.lang)) for source in told["source"]],
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
    for layer in _layers(contents, SharingLayer):
        sheet = _sheet_of(book, contents, layer)
        row = put_facts(sheet, 4, layer.facts, contents.lang) + 1
        rows = layer.tables["rows"]
        nowhere = rows[rows["grid_id"].isna()].drop(columns=["match", "grid_id"])
        held = {**contents.plan.records, "sharing": layer.tables["sharing"], "rows": nowhere}
        tables = {name: _unnumbered(held[name]) for name in _SHARED if name in held}
        _put_tables(sheet, row, tables, _SHARED, contents.lang)


def _unnumbered(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without an index that only numbers its rows."""
    return table.reset_index(drop=True) if str(table.index.name).endswith("_id") else table


_SHARED = {
    "shared_tables": Phrase("Table by table"),
    "shared_asked": Phrase("Asked for by how many departments"),
    "shared_fields": Phrase("Field by field"),
    "shared_doubles": Phrase("Rows that stand twice in a table"),
    "shared_proposals": Phrase("Rows of two departments that may be one: for a person to judge"),
    "shared_differences": Phrase("What two departments tell otherwise of one place"),
    "shared_unknown": Phrase("Names that match nothing"),
    "sharing": Phrase("By grid and table"),
    "rows": Phrase("Rows that match nothing"),
}
"""What a plan keeps of departments' tables, and what each is called."""


def _staff(book: Workbook, contents: Contents) -> None:
    """Put hours of work, staff and visits on sheets: the headline, then table by table."""
    for layer in contents.plan.layers.values():
        tables = _WORK.get(layer.definition.kind)
        if tables is None or layer.definition.name in contents.plan.stale:
            continue
        sheet = _sheet_of(book, contents, layer)
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
    return str(spoken(joined([source_of(part) for part in text.split(" | ") if part]), lang))


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


LAYER_SHEETS: tuple[Callable[[Workbook, Contents], None], ...] = (
    _incidents,
    _coverage,
    _departments,
    _emergency,
    _response,
    _scorecard,
    _participation,
    _sharing,
    _staff,
)
"""What fills the sheets of layers, in the order of the sheets."""
