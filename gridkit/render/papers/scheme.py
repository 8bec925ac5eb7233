"""The division scheme with its grounds (网格划分方案): nine parts and a list of what is attached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

import pandas as pd

from gridkit.catalog.presets import presets
from gridkit.language.labels import code, label
from gridkit.language.labels import source as quoted
from gridkit.language.numbers import Quantity, area, between, decimal, moment, share
from gridkit.language.phrases import LIST, Phrase, joined, template
from gridkit.measure.balance import dedicated
from gridkit.plan.audit.titles import PRINCIPLES
from gridkit.plan.codes import Template
from gridkit.render.papers import figures
from gridkit.render.papers.opinions import comments, joined_names
from gridkit.render.papers.pen import blank, clean
from gridkit.render.papers.prose import Prose
from gridkit.render.papers.table import Column, Form, Row
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fpdf import FPDF

    from gridkit.catalog.presets import Codes, Number
    from gridkit.plan.audit.audit import Audit
    from gridkit.render.papers.code_table import Before
    from gridkit.render.papers.setting import Setting

NAMED, SEAMLESS = 9, 8
"""So many principles are named, and which of them several rules check."""


@dataclass(frozen=True)
class Grounds:
    """What a scheme rests on: the check of the plan, the grids of before where they are known, and its attachments."""

    audit: Audit
    before: Before | None = None
    attached: tuple[str, ...] = ()


def scheme(pdf: FPDF, setting: Setting, grounds: Grounds) -> None:
    """Write the scheme."""
    said = setting.said
    prose = Prose(pdf, setting, said("Division scheme"))
    blank(pdf, (prose.body.left, prose.body.top, 80), said("Document no."), "")
    prose.body = prose.body.below(prose.body.top + 9)
    parts = (
        (said("1. The district"), _district),
        (said("2. Grounds"), _rules),
        (said("3. Principles"), _principles),
        (said("4. How it was divided"), _method),
        (said("5. The grids"), _result),
        (said("6. Check"), _check),
        (said("7. Grids of before"), _before),
        (said("8. Staffing"), _staffing),
        (said("9. Opinions"), _opinions),
        (said("Attached"), _attached),
    )
    for title, write_part in parts:
        prose.heading(title)
        write_part(prose, setting, grounds)


def _district(prose: Prose, setting: Setting, _: Grounds) -> None:
    plan, said = setting.plan, setting.said
    grids, known = plan.grids, figures.households(plan)
    facts = {
        "area": area(float(grids["area_m2"].sum())),
        "count": Quantity(grids["parent"].nunique(), "communities"),
        "people": Quantity(float(grids["people"].sum()), "people"),
        "grids": Quantity(len(grids), "grids"),
    }
    if known is None:
        prose.text(
            said(
                template(
                    "{count} of {area} with {people} is divided into {grids}. Households are not known.",
                    "{count} of {area} with {people} are divided into {grids}. Households are not known.",
                ),
                **facts,
            )
        )
    else:
        facts["households"] = Quantity(float(known.sum()), "households")
        prose.text(
            said(
                template(
                    "{count} of {area} with {people} in {households} is divided into {grids}.",
                    "{count} of {area} with {people} in {households} are divided into {grids}.",
                ),
                **facts,
            )
        )
    band, measure = plan.parameters.band, plan.parameters.measure
    if band is not None and measure in grids:
        inside = band.inside(grids[measure]) | dedicated(grids, plan.units)
        prose.text(
            said(
                "A grid is to have {range}. They have {least} to {most}; {share} of them are in the range.",
                range=between(band.low, band.high, measure),
                least=decimal(float(grids[measure].min())),
                most=decimal(float(grids[measure].max())),
                share=share(float(pd.Series(inside).mean()), 1),
            )
        )
    prose.map(figures.index_look(setting), 150)
    prose.text(said("What was wrong with the grids of before, in the office's own words:"))
    prose.lines(3)


def _rules(prose: Prose, setting: Setting, _: Grounds) -> None:
    said, shelf, name = setting.said, presets(), setting.plan.parameters.preset
    if name not in shelf:
        prose.text(said("The plan names no kind of grid; its limits are those that were asked for."))
        return
    preset = shelf[name]
    prose.text(said("Kind of grid: {title}. {about}.", title=preset.title, about=preset.about))
    numbers: list[tuple[Phrase, object, Number | Codes]] = [
        (label("low"), preset.band.low.value, preset.band.low),
        (label("target"), preset.band.target.value, preset.band.target),
        (label("high"), preset.band.high.value, preset.band.high),
        (label("codes"), Template.of(preset.codes.template).said, preset.codes),
    ]
    if preset.household_size is not None and figures.households(setting.plan) is None:
        numbers.append((label("household_size"), preset.household_size.value, preset.household_size))
    columns = [
        Column(said("What"), 6),
        Column(said("Value"), 7),
        Column(said("Source"), 18),
        Column(said("Read in its source"), 4),
    ]
    rows = [
        Row(
            (
                setting.spoken(what),
                setting.spoken(value) if isinstance(value, str) else f"{value:g}",
                setting.spoken(quoted(source.source)),
                said("yes") if source.verified else said("no"),
            )
        )
        for what, value, source in numbers
    ]
    prose.table(columns, rows)
    prose.text(said("Documents of the office that the plan rests on (name and number):"))
    prose.lines(3)


def _principles(prose: Prose, setting: Setting, _: Grounds) -> None:
    # What three rules check is one principle.
    named = {each.number: each.title for each in PRINCIPLES.values() if each.number <= NAMED}
    named[SEAMLESS] = Phrase("Seamless (no gaps, no overlaps, nothing drawn twice)")
    prose.text(setting.said("The nine principles: {names}.", names=joined([*named.values()], LIST)))


def _method(prose: Prose, setting: Setting, _: Grounds) -> None:
    said, plan = setting.said, setting.plan
    accounts = list(plan.ledger)
    if accounts:
        columns = [
            Column(said("Data"), 10),
            Column(said("Read as"), 8),
            Column(said("Read"), 5),
            Column(said("Used"), 5),
        ]
        seen = dict.fromkeys(
            (
                clean(PurePath(each.source).name),
                setting.spoken(label(each.role)),
                setting.spoken(_amount(each.read, each.counted)),
                setting.spoken(_amount(each.used, each.counted)),
            )
            for each in accounts
        )
        prose.table(columns, [Row(each) for each in seen])
    columns = [
        Column(said("Date"), 5),
        Column(said("Step"), 6),
        Column(said("Reason"), 14),
        Column(said("From"), 6),
    ]
    steps = [
        Row(
            (
                moment(each.finished[:10], setting.lang),
                setting.spoken(code("command", each.command)),
                clean(each.parameters.get("reason", "") or ""),
                clean(joined_names(setting, str(each.parameters.get("author", "") or ""))),
            )
        )
        for each in plan.history
    ]
    if steps:
        prose.table(columns, steps)
    wide = prose.body.width / 2
    prose.room(20)
    names = (
        said("Lines walked on"),
        said("Person in charge"),
        said("Checked by the communities on"),
        said("Person in charge"),
    )
    for at, name in enumerate(names):
        place = (prose.body.left + (at % 2) * wide, prose.body.top + (at // 2) * 8, wide - 5)
        blank(prose.pdf, place, name, "")
    prose.body = prose.body.below(prose.body.top + 19)


def _amount(value: float, counted: str) -> Quantity:
    return Quantity(value, counted)


def _result(prose: Prose, setting: Setting, _: Grounds) -> None:
    plan, said = setting.plan, setting.said
    grids, known, micro = plan.grids, figures.households(plan), figures.micro_grids(plan)
    alone = figures.kinds(plan)
    columns = [
        Column(said("Community"), 9),
        Column(said("Number of grids"), 4, number=True),
        Column(said("Dedicated grids"), 4, number=True),
        Column(said("Micro-grids"), 4, number=True),
        Column(said("Households, least – most"), 7, number=True),
        Column(said("Households"), 5, number=True),
        Column(said("People"), 5, number=True),
        Column(said("Area (ha)"), 5, number=True),
    ]

    def row(title: str, part: pd.DataFrame, kind: str) -> Row:
        homes = None if known is None else known.loc[part.index]
        names = part.index.astype(TEXT)
        return Row(
            (
                title,
                str(len(part)),
                str(sum(alone[name] for name in names)),
                str(sum(micro[name] for name in names)) if micro else "",
                "–" if homes is None else f"{figures.whole(homes.min())} – {figures.whole(homes.max())}",
                "–" if homes is None else figures.whole(homes.sum(skipna=False)),
                figures.whole(part["people"].sum()),
                figures.hectares(part["area_m2"].sum()),
            ),
            kind,
        )

    plain = pd.DataFrame(grids)
    parents = plain["parent"].astype(TEXT)
    rows = [row(setting.community(parent), plain[parents == parent], "row") for parent in sorted(parents.unique())]
    prose.table(columns, [*rows, row(said("Total"), plain, "total")])


_OPTION = re.compile(r"\s*[(（][^()（）]*--[a-z][^()（）]*[)）]")
"""What a rule says to whoever runs the program: the district reads the paper."""


def _check(prose: Prose, setting: Setting, grounds: Grounds) -> None:
    said = setting.said
    table = grounds.audit.table(setting.lang)
    columns = [
        Column(said("Number"), 2, number=True),
        Column(said("Rule"), 10),
        Column(said("Measured"), 4, number=True),
        Column(said("Unit of measure"), 6),
        Column(said("Verdict"), 4),
        Column(said("Why"), 16),
    ]
    rows = [
        Row(
            (
                str(row["number"]),
                clean(row["title"]),
                "" if pd.isna(row["value"]) else f"{float(row['value']):,.4g}",
                clean(row["unit"]),
                setting.spoken(code("verdict", row["verdict"])),
                _OPTION.sub("", setting.named(row["note"] or "")),
            )
        )
        for row in table.to_dict("records")
    ]
    prose.table(columns, rows, Form(8))
    prose.text(said("Why each exception stands:"))
    prose.lines(3)


def _before(prose: Prose, setting: Setting, grounds: Grounds) -> None:
    said = setting.said
    if grounds.before is None:
        prose.text(said("No grids of before were given."))
        return
    facts, flows = grounds.before.comparison.facts, grounds.before.comparison.flows
    prose.text(
        said(
            "Grids before: {old}; now: {new}. Unchanged: {unchanged}; split: {split}; merged: {merged}; redrawn "
            "otherwise: {irregular}.",
            old=int(grounds.before.comparison.lookup["old"].nunique()),
            new=len(setting.plan.grids),
            unchanged=facts["unchanged"],
            split=facts["split"],
            merged=facts["merged"],
            irregular=facts["irregular"],
        )
    )
    moved = Quantity(float(flows["people"].sum()), "people")
    prose.text(said("Who change grid: {people}. Every code stands in the table of old and new codes.", people=moved))


def _staffing(prose: Prose, setting: Setting, _: Grounds) -> None:
    said, grids = setting.said, setting.plan.grids
    if "head" in grids:
        named = int(grids["head"].notna().sum())
        prose.text(said("Grids with a head: {named} of {all}.", named=named, all=len(grids)))
    wide = prose.body.width / 3
    prose.room(10)
    for at, name in enumerate((said("Full-time grid workers"), said("Part-time grid workers"), said("Vacant grids"))):
        blank(prose.pdf, (prose.body.left + at * wide, prose.body.top, wide - 5), name, "")
    prose.body = prose.body.below(prose.body.top + 11)


def _opinions(prose: Prose, setting: Setting, _: Grounds) -> None:
    said, counts = setting.said, comments(setting)["status"].value_counts()
    if not len(counts):
        prose.text(said("No opinion has come in yet."))
        return
    prose.text(
        said(
            "Opinions: {all}. Adopted: {adopted}; not adopted: {declined}; being decided: {open}; withdrawn by those "
            "who gave them: {withdrawn}.",
            all=int(counts.sum()),
            adopted=int(counts.get("accepted", 0)),
            declined=int(counts.get("declined", 0)),
            open=int(counts.get("open", 0)),
            withdrawn=int(counts.get("withdrawn", 0)),
        )
    )


def _attached(prose: Prose, setting: Setting, grounds: Grounds) -> None:
    names: Sequence[str] = grounds.attached
    for number, name in enumerate(names, 1):
        prose.text(f"{number}. {setting.said(name)}")
