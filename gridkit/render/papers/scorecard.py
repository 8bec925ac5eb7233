"""The scorecard on two pages for a meeting: every line with n of N; funnels, communities, what is missing, warnings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from scipy.stats import binom

from gridkit import atomic
from gridkit.catalog.definitions import PILLARS
from gridkit.language.labels import code
from gridkit.language.numbers import counted, decimal, share
from gridkit.language.phrases import LIST, joined
from gridkit.measure.response.funnel import CONTROL
from gridkit.measure.scorecard.card import COMMUNITY, GRID, funnels
from gridkit.plan.lines import titled
from gridkit.render.papers.pen import (
    ACCENT,
    INK,
    LEADING,
    LINE,
    QUIET,
    fill,
    fitted,
    folded,
    right,
    stroke,
    whole,
    width_of,
    write,
)
from gridkit.render.papers.setting import Setting, document, finished
from gridkit.render.papers.sheet import WARN, Body, feet, page

if TYPE_CHECKING:
    from pathlib import Path

    from fpdf import FPDF

    from gridkit.catalog.definitions import ScorecardLayer
    from gridkit.plan.plan import Plan

LAYER = "scorecard"
_SIZE, _STEP, _GROUP, _GAP = 7.4, 5.3, 7.6, 5.0
_FUNNELS, _PLOT = 4, 44.0
"""How many funnels are drawn, and how high each is, in millimetres."""
_COLUMNS = (0.355, 0.125, 0.22, 0.11, 0.13, 0.06)
"""The shares of the width: indicator, n of N, bar and share, a year before, source and day, grids."""
_MOST_COMMUNITIES, _MOST_SHOWN = 12, 5
_SIZES = (6.8, 6.2, 5.6)
"""Sizes, in points, that a number beside others is written in, the first that it has room in."""
_RADIUS = 0.8
"""Of a dot, in millimetres."""
_LEAST_SPAN = 0.2
"""A funnel shows at least so much of a share: a flat cloud is not drawn as a steep one."""
_DOT, _BAR, _WASH = "#0b5a83", "#7aa6bd", "#eef3f6"


def scorecard(plan: Plan, path: Path | str, *, lang: str = "zh", overwrite: bool = True) -> None:
    """Write the scorecard of a plan that holds one (.pdf): two pages of A4.

    Raises
    ------
    OutputError
        When fpdf2 is not installed, no font can set the text, or the file cannot be written.
    """
    setting = Setting(plan, lang)
    layer = plan.layers[LAYER]
    sheet = _Sheet(setting, cast("ScorecardLayer", layer.definition), layer.facts)
    title = setting.spoken(sheet.definition.title)
    pdf = document(setting, f"{setting.title} · {title}")
    said = setting.said
    first = page(pdf, setting, title, said("No total score, no ranks; fewer than ten are hidden"), staged=False)
    body = first.below(_told(pdf, sheet, first) + _GAP)
    # What few lines leave room for stands below them, and the next page begins with the rest.
    rest = [(_plots, _tall_plots(sheet)), (_communities, _tall_communities(sheet))]
    while rest and rest[0][1] <= body.height:
        draw, _ = rest.pop(0)
        body = body.below(draw(pdf, sheet, body) + 2)
    under = said("What chance alone does, and what is not known") if rest else said("What is not known")
    second = page(pdf, setting, title, under, staged=False)
    for draw, _ in rest:
        second = second.below(draw(pdf, sheet, second) + 2)
    _unknown(pdf, sheet, second)
    feet(pdf, setting)
    made = finished(pdf)
    with atomic.replacing(path, overwrite=overwrite) as file:
        file.write_bytes(made)


@dataclass(frozen=True)
class _Sheet:
    """What both pages are made from."""

    setting: Setting
    definition: ScorecardLayer
    facts: Any

    @property
    def lines(self) -> dict[str, dict[str, Any]]:
        return {each["indicator"]: each for each in self.facts["lines"]}

    @property
    def table(self) -> pd.DataFrame:
        return pd.DataFrame(self.setting.plan.layers[LAYER].tables["lines"])

    def name(self, indicator: str) -> str:
        return self.setting.spoken(code("indicator", indicator))

    def percent(self, value: float) -> str:
        return self.setting.spoken(share(value, 0 if value >= 1 else 1))


# ------------------------------------------------------------------ page 1
def _told(pdf: FPDF, sheet: _Sheet, body: Body) -> float:
    """Write every line that is told, group by group, and return where they end; what is missing stands elsewhere."""
    said = sheet.setting.said
    edges = body.left + body.width * np.concatenate([[0.0], np.cumsum(_COLUMNS)])
    y = body.top
    titles = (
        said("Indicator"),
        said("n of N"),
        said("Share, and its interval of 95 %"),
        said("A year before"),
        said("Source, up to"),
        said("Grids"),
    )
    fill(pdf, _WASH)
    pdf.rect(body.left, y, body.width, _STEP, style="F")
    for at, title in enumerate(titles):
        write(pdf, edges[at] + 1, y + 1, fitted(pdf, title, 7, edges[at + 1] - edges[at] - 1.5), 7, QUIET)
    y += _STEP
    many = sum(each["why"] != "missing" for each in sheet.lines.values()) + len(PILLARS)
    step = min(_STEP, (body.bottom - y - len(PILLARS) * _GROUP) / many)
    for pillar in PILLARS:
        names = [n for n, each in sheet.definition.indicators.items() if each.pillar == pillar]
        shown = [name for name in names if sheet.lines[name]["why"] != "missing"]
        write(pdf, body.left, y + 2.8, sheet.setting.spoken(code("pillar", pillar)), 10, ACCENT)
        count = said("{known} of {all} known", known=len(shown), all=len(names))
        right(pdf, body.left + body.width, y + 3.4, count, 7, QUIET)
        y += _GROUP
        for name in shown:
            _line(pdf, sheet, name, y, edges)
            y += step
        if not shown:
            write(
                pdf, body.left + 1, y, said("Nothing is known yet: the next page says who could supply it."), 7.4, QUIET
            )
            y += _STEP
    return y


def _line(pdf: FPDF, sheet: _Sheet, name: str, y: float, edges: Any) -> None:  # noqa: ANN401 - numbers
    """Write one line."""
    each, said = sheet.lines[name], sheet.setting.said
    stroke(pdf, LINE)
    pdf.set_line_width(0.1)
    pdf.line(edges[0], y, edges[-1], y)
    write(pdf, edges[0] + 1, y + 1.1, fitted(pdf, sheet.name(name), _SIZE, edges[1] - edges[0] - 2), _SIZE, INK)
    if each["why"]:
        write(pdf, edges[1] + 1, y + 1.1, said("too few to tell"), _SIZE, QUIET)
    else:
        counts = said("{n} of {of}", n=counted(each["n"]), of=counted(each["of"]))
        write(pdf, edges[1] + 1, y + 1.1, fitted(pdf, counts, _SIZE, edges[2] - edges[1] - 2), _SIZE, INK)
        _bar(pdf, sheet, each, (edges[2] + 1, y, edges[3] - edges[2] - 2))
    before = sheet.facts["trends"].get(name)
    if before and not each["why"]:
        then, now = (sheet.percent(before[f"{when}_n"] / before[f"{when}_of"]) for when in ("before", "now"))
        text = f"{then} → {now}"
        write(pdf, edges[3] + 1, y + 1.1, fitted(pdf, text, 6.8, edges[4] - edges[3] - 2), 6.8, INK)
    called = sheet.setting.spoken(titled(sheet.setting.plan, each["source"]))
    source = " ".join(part for part in (each["asof"] or "", called) if part)
    write(pdf, edges[4] + 1, y + 1.2, fitted(pdf, source, 6.2, edges[5] - edges[4] - 2), 6.2, QUIET)
    if each["grids"]:
        right(pdf, edges[6] - 1, y + 1.1, f"{each['grids_known']}/{each['grids']}", 6.8, QUIET)


def _bar(pdf: FPDF, sheet: _Sheet, each: dict[str, Any], place: tuple[float, float, float]) -> None:
    """Draw a share from 0 to 1 with its interval, and write it behind; of more than 1 the number alone."""
    x, y, width = place
    value = each["share"]
    if value is None:
        return
    room = width * 0.4
    if value <= 1:
        fill(pdf, "#e4e9ed")
        pdf.rect(x, y + 1.8, room, 1.8, style="F")
        fill(pdf, _BAR)
        pdf.rect(x, y + 1.8, room * max(value, 0.0), 1.8, style="F")
    if each["share_low"] is not None:
        stroke(pdf, INK)
        pdf.set_line_width(0.3)
        pdf.line(x + room * each["share_low"], y + 2.7, x + room * each["share_high"], y + 2.7)
    text = sheet.percent(value)
    write(pdf, x + room + 1.5, y + 1.1, text, _SIZE, INK)
    if each["share_low"] is not None:
        ends = f"{sheet.percent(each['share_low'])}–{sheet.percent(each['share_high'])}"
        left = x + room + 2.5 + width_of(pdf, text, _SIZE)
        write(pdf, left, y + 1.4, fitted(pdf, ends, 5.6, x + width - left + 2), 5.6, QUIET)


# ------------------------------------------------------------------ below the lines, else page 2
def _unknown(pdf: FPDF, sheet: _Sheet, body: Body) -> None:
    """Write what is missing beside the warnings."""
    half = (body.width - 6) / 2
    other = Body(body.left + half + 6, body.top + 1, half, body.bottom)
    end = _warnings(pdf, sheet, other)
    _missing(pdf, sheet, (Body(body.left, body.top + 1, half, body.bottom), other.below(end + 3)))


def _tall_plots(sheet: _Sheet) -> float:
    """Return how high the funnels are."""
    many = len(funnels(sheet.table, sheet.definition.indicators)[:_FUNNELS])
    return (many + 1) // 2 * (_PLOT + 5) if many else 6.0


def _tall_communities(sheet: _Sheet) -> float:
    """Return how high the communities are, one below the other."""
    rows = sheet.table
    many = min(rows.loc[rows["level"] == COMMUNITY, "area"].nunique(), _MOST_COMMUNITIES)
    return 8.2 + 4.6 * many + 4.2


def _plots(pdf: FPDF, sheet: _Sheet, body: Body) -> float:
    """Draw the funnels two by two; return where they end."""
    names = funnels(sheet.table, sheet.definition.indicators)[:_FUNNELS]
    wide = (body.width - 6) / 2
    for at, name in enumerate(names):
        x, y = body.left + (at % 2) * (wide + 6), body.top + (at // 2) * (_PLOT + 5)
        _funnel(pdf, sheet, name, Body(x, y, wide, y + _PLOT))
    if not names:
        write(
            pdf,
            body.left,
            body.top,
            sheet.setting.said("No indicator is known of grids enough for a funnel."),
            8,
            QUIET,
        )
        return body.top + 6
    return body.top + ((len(names) + 1) // 2) * (_PLOT + 5) - 3


def _funnel(pdf: FPDF, sheet: _Sheet, name: str, place: Body) -> None:
    """Draw the grids' shares over their size, between the limits that chance alone keeps at the rate of all."""
    rows = sheet.table
    rows = rows[(rows["indicator"] == name) & (rows["level"] == GRID) & (rows["why"] == "") & (rows["of"] > 0)]
    n, of = rows["n"].to_numpy(dtype=float), rows["of"].to_numpy(dtype=float)
    rate = float(n.sum() / of.sum())
    write(pdf, place.left, place.top, fitted(pdf, sheet.name(name), 8, place.width * 0.7), 8, ACCENT)
    whole = sheet.setting.said("grids shown: {share}", share=share(rate, 1))
    right(pdf, place.left + place.width, place.top + 0.3, whole, 7, QUIET)
    left, top, bottom = place.left + 9, place.top + 5, place.bottom - 4.5 - _RADIUS
    wide, tall = place.width - 10, bottom - top
    most = max(float(of.max()) * 1.05, 20.0)
    sizes = np.unique(np.linspace(10, most, 80).astype(int))

    low, high = max(np.floor((n / of).min() * 10) / 10, 0.0), min(np.ceil((n / of).max() * 10) / 10, 1.0)
    low, high = (low, high) if high - low >= _LEAST_SPAN else (max(high - _LEAST_SPAN, 0.0), max(high, _LEAST_SPAN))

    def at(size: Any, value: Any) -> tuple[Any, Any]:  # noqa: ANN401 - numbers
        return left + size / most * wide, bottom - (np.clip(value, low, high) - low) / (high - low) * tall

    stroke(pdf, LINE)
    pdf.set_line_width(0.15)
    for value in (low, (low + high) / 2, high):
        y = float(at(0.0, value)[1])
        pdf.line(left, y, left + wide, y)
        right(pdf, left - 1, y - 1.4, sheet.setting.spoken(share(value, 0)), 5.6, QUIET)
    for limit, colour in zip(CONTROL, ("#7d8b96", "#b4bec6"), strict=True):
        stroke(pdf, colour)
        for side in ((1 - limit) / 2, (1 + limit) / 2):
            xs, ys = at(sizes, binom.ppf(side, sizes, rate) / sizes)
            pdf.polyline(list(zip(xs.tolist(), ys.tolist(), strict=True)))
    stroke(pdf, INK)
    y = float(at(0.0, rate)[1])
    pdf.line(left, y, left + wide, y)
    for one, size, outside in zip(n, of, rows["outside"], strict=True):
        x, y = at(size, one / size)
        fill(pdf, WARN if outside else _DOT)
        pdf.ellipse(float(x) - _RADIUS, float(y) - _RADIUS, 2 * _RADIUS, 2 * _RADIUS, style="F")
    # Dots at the foot of the plot hang below it by half.
    under = bottom + 2 * _RADIUS
    write(pdf, left, under, "0", 5.6, QUIET)
    right(pdf, left + wide, under, decimal(most), 5.6, QUIET)
    beyond = int((rows["outside"] != "").sum())
    told = sheet.setting.said("{count} of {grids} beyond chance; N below", count=beyond, grids=len(rows))
    write(pdf, left + 6, under, fitted(pdf, told, 5.6, wide - 16), 5.6, WARN if beyond else QUIET)


def _communities(pdf: FPDF, sheet: _Sheet, body: Body) -> float:
    """Write the communities side by side over the indicators that are told of most of them; return where it ends."""
    rows = sheet.table
    rows = rows[rows["level"] == COMMUNITY]
    told = rows[rows["why"] == ""]["indicator"].value_counts()
    able = [name for name in sheet.definition.indicators if told.get(name, 0)]
    groups = [[n for n in able if sheet.definition.indicators[n].pillar == pillar] for pillar in PILLARS]
    # One of each group after the other, so that none fills the table alone.
    names = [own[at] for at in range(_MOST_SHOWN) for own in groups if at < len(own)][:_MOST_SHOWN]
    if not names:
        return body.top
    areas = list(dict.fromkeys(rows["area"]))
    first = body.width * 0.24
    each = (body.width - first) / len(names)
    y = body.top
    fill(pdf, _WASH)
    pdf.rect(body.left, y, body.width, 8.2, style="F")
    write(pdf, body.left + 1, y + 1, sheet.setting.said("Community"), 7, QUIET)
    for at, name in enumerate(names):
        for line, text in enumerate(folded(pdf, sheet.name(name), 6.4, each - 2, 2)):
            write(pdf, body.left + first + at * each + 1, y + 0.8 + line * 6.4 * LEADING, text, 6.4, QUIET)
    y += 8.2
    by = {(row.area, row.indicator): row for row in rows.itertuples()}
    for area in areas[:_MOST_COMMUNITIES]:
        write(pdf, body.left + 1, y + 0.8, fitted(pdf, sheet.setting.community(area), 7.2, first - 2), 7.2, INK)
        for at, name in enumerate(names):
            row: Any = by[area, name]
            x = body.left + first + at * each + 1
            if row.why:
                text = sheet.setting.spoken(code("why", row.why))
                write(pdf, x, y + 0.9, fitted(pdf, text, 6, each - 2), 6, QUIET)
                continue
            counts = sheet.setting.said("{n} of {of}", n=counted(row.n), of=counted(row.of))
            value = "–" if pd.isna(row.share) else sheet.percent(row.share)
            size, text = whole(pdf, (f"{value} · {counts}", value), _SIZES, each - 2)
            write(pdf, x, y + 0.8, text, size, INK)
        y += 4.6
    if len(areas) > _MOST_COMMUNITIES:
        more = sheet.setting.said("{count} more in the workbook", count=len(areas) - _MOST_COMMUNITIES)
        write(pdf, body.left + 1, y + 0.5, more, 6.4, QUIET)
        y += 4.2
    return y


def _missing(pdf: FPDF, sheet: _Sheet, bodies: tuple[Body, Body]) -> None:
    """Write what is missing, and who could supply it; what one column has no room for goes on in the other."""
    body, other = bodies
    setting, definition = sheet.setting, sheet.definition
    missing = list(sheet.facts["missing"])
    heading = setting.said("Missing, and who could supply it")
    write(pdf, body.left, body.top, heading, 9, ACCENT)
    y = body.top + 5.5
    tables = list(dict.fromkeys(definition.indicators[name].table for name in missing))
    for at, table in enumerate(tables):
        names = [sheet.name(name) for name in missing if definition.indicators[name].table == table]
        heads = folded(pdf, setting.spoken(joined(names, LIST)), 6.8, body.width, 2)
        by = folded(pdf, setting.spoken(definition.tables[table].supplier), 6.4, body.width - 3, 2)
        tall = (len(heads) * 6.8 + len(by) * 6.4) * LEADING + 1.6
        if y + tall > body.bottom and body is not other:
            body, y = other, other.top + 5.5
            write(pdf, body.left, body.top, heading, 9, ACCENT)
        if y + tall > body.bottom:
            write(pdf, body.left, y, f"… +{len(tables) - at}", 7, QUIET)
            return
        for line in heads:
            write(pdf, body.left, y, line, 6.8, INK)
            y += 6.8 * LEADING
        for line in by:
            write(pdf, body.left + 3, y, line, 6.4, QUIET)
            y += 6.4 * LEADING
        y += 1.6
    if not missing:
        write(pdf, body.left, y, setting.said("Nothing is missing."), 7.4, QUIET)


def _warnings(pdf: FPDF, sheet: _Sheet, body: Body) -> float:
    """Write what is to be kept in mind of the lines that are told; return where it ends."""
    setting, definition = sheet.setting, sheet.definition
    write(pdf, body.left, body.top, setting.said("To be kept in mind"), 9, ACCENT)
    y = body.top + 5.5
    told: dict[str, list[str]] = {}
    for name, each in definition.indicators.items():
        if each.warning and not sheet.lines[name]["why"]:
            told.setdefault(each.warning, []).append(sheet.name(name))
    for at, (warning, names) in enumerate(told.items()):
        heads = folded(pdf, setting.spoken(definition.warnings[warning]), 7.2, body.width, 3)
        of = folded(pdf, setting.spoken(joined(names, LIST)), 6.2, body.width - 3, 2)
        tall = (len(heads) * 7.2 + len(of) * 6.2) * LEADING + 1.6
        if y + tall > body.bottom:
            write(pdf, body.left, y, f"… +{len(told) - at}", 7, QUIET)
            return body.bottom
        for line in heads:
            write(pdf, body.left, y, line, 7.2, INK)
            y += 7.2 * LEADING
        for line in of:
            write(pdf, body.left + 3, y, line, 6.2, QUIET)
            y += 6.2 * LEADING
        y += 1.6
    return y
