"""Old and new codes (调整对照表): every grid before and after, what became of its code, who is concerned; both maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.language.labels import code
from gridkit.language.numbers import moment
from gridkit.language.phrases import LIST, Phrase, joined
from gridkit.render.papers import figures
from gridkit.render.papers.pen import ACCENT, clean, write
from gridkit.render.papers.plate import Look, bounds_of, plate
from gridkit.render.papers.prose import Prose
from gridkit.render.papers.table import Column, Form, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from fpdf import FPDF

    from gridkit.plan.compare import Comparison
    from gridkit.render.papers.setting import Setting

_CODES = {
    "kept": Phrase("kept", "code"),
    "changed": Phrase("changed", "code"),
    "new": Phrase("new", "code"),
    "retired": Phrase("retired", "code"),
}


@dataclass(frozen=True)
class Before:
    """The grids of before: their shapes and names by code, and what changed since."""

    shapes: gpd.GeoSeries
    names: Mapping[str, str]
    households: Mapping[str, float]
    comparison: Comparison


def code_table(pdf: FPDF, setting: Setting, before: Before) -> None:
    """Write both maps, the table by old code, and the codes that are retired."""
    said = setting.said
    prose = Prose(pdf, setting, said("Old and new codes"))
    _maps(prose, before)
    facts = before.comparison.facts
    prose.text(
        said(
            "Grids before: {old}; now: {new}. Unchanged: {unchanged}; split: {split}; merged: {merged}; redrawn "
            "otherwise: {irregular}.",
            old=int(before.comparison.lookup["old"].nunique()),
            unchanged=facts["unchanged"],
            split=facts["split"],
            merged=facts["merged"],
            irregular=facts["irregular"],
            new=len(setting.plan.grids),
        )
    )
    prose.table(_columns(setting), rows(setting, before), Form(7.5))
    retired = setting.plan.records.get("retired")
    if retired is not None and len(retired):
        prose.heading(said("Codes that are retired and not given again"))
        columns = [
            Column(said("Code"), 6),
            Column(said("Retired on"), 4),
            Column(said("Successor"), 6),
            Column(said("Reason"), 12),
        ]
        prose.table(
            columns,
            [
                Row((str(old), moment(str(row.time)[:10], setting.lang), _cell(row.successor), clean(row.reason)))
                for old, row in zip(retired.index, retired.itertuples(), strict=True)
            ],
            Form(8),
        )


def _maps(prose: Prose, before: Before) -> None:
    """Draw the grids of before and of now side by side, at one scale."""
    setting, pdf, body = prose.setting, prose.pdf, prose.body
    grids = setting.plan.grids.geometry
    whole = bounds_of([bounds_of(before.shapes), bounds_of(grids)])
    wide = (body.width - 6) / 2
    high = min(body.height * 0.55, wide * 1.1)
    short = {old: name if len(name) <= 4 else old[-3:] for old, name in before.names.items()}  # noqa: PLR2004 - signs
    sides = (
        (setting.said("Before"), Look(whole, called=short, services=False, areas=before.shapes)),
        (setting.said("Now"), figures.index_look(setting)),
    )
    end = body.top
    for at, (title, look) in enumerate(sides):
        x = body.left + at * (wide + 6)
        write(pdf, x, body.top, title, 10, ACCENT)
        shown = Look(whole, called=look.called, tints=look.tints, services=False, areas=look.areas)
        end = max(end, plate(pdf, setting, (x, body.top + 6, wide, high), shown))
    prose.body = body.below(end + 2)


def _columns(setting: Setting) -> list[Column]:
    said = setting.said
    return [
        Column(said("Number"), 2, number=True),
        Column(said("Name before"), 8),
        Column(said("Code before"), 7),
        Column(said("Households before"), 4, number=True),
        Column(said("Name now"), 8),
        Column(said("Code now"), 7),
        Column(said("Households now"), 4, number=True),
        Column(said("Change"), 4),
        Column(said("Households that change grid"), 5, number=True),
        Column(said("People who change grid"), 6, number=True),
        Column(said("Gives to"), 8),
        Column(said("What becomes of the code"), 6),
        Column(said("In force from"), 5),
        Column(said("Remark"), 4),
    ]


def rows(setting: Setting, before: Before) -> list[Row]:
    """Return one row per grid of before and its successor, then the new ones."""
    found = before.comparison
    change = found.lookup.drop_duplicates("old").set_index("old")["change"]
    known = figures.households(setting.plan)
    since = moment(setting.plan.standing.since, setting.lang)
    matches = found.matches.assign(last=found.matches["old"].isna())
    out = []
    for number, row in enumerate(matches.sort_values(["last", "old", "new"]).itertuples(), 1):
        old, new = _cell(row.old), _cell(row.new)
        flows = found.flows[found.flows["old"] == row.old] if old else found.flows.iloc[:0]
        coming = found.flows[(found.flows["new"] == row.new)] if new and not old else flows
        state = "retired" if not new else "new" if not old else "kept" if old == new else "changed"
        letter = str(change.get(old, "")) if old else "new"
        to = joined([setting.short.get(str(each), str(each)) for each in flows["new"].dropna().unique()], LIST)
        homes = "–" if known is None or not new else figures.whole(known[new])
        out.append(
            Row(
                (
                    str(number),
                    clean(before.names.get(old, "")),
                    old,
                    figures.whole(before.households.get(old)) if old else "",
                    setting.names.get(new, ""),
                    new,
                    homes if new else "",
                    setting.spoken(code("change", letter)),
                    figures.whole(coming["households"].sum(skipna=False)) if "households" in coming else "–",
                    figures.whole(coming["people"].sum()),
                    setting.spoken(to),
                    setting.spoken(_CODES[state]),
                    since,
                    "",
                )
            )
        )
    return out


def _cell(value: Any) -> str:  # noqa: ANN401 - a cell
    return "" if value is None or pd.isna(value) else str(value)
