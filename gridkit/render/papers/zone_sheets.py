"""The papers of an emergency: per zone its plan on one page of A4, then its duty sheets for the pen."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from gridkit import atomic
from gridkit.catalog.emergencies import Emergency, emergencies
from gridkit.language.labels import title as title_of
from gridkit.language.numbers import Quantity, moment
from gridkit.language.phrases import Phrase, spoken
from gridkit.plan.zone_plan import zone_plan
from gridkit.render.beside import beside
from gridkit.render.papers.legend import Sign, legend
from gridkit.render.papers.pen import (
    ACCENT,
    INK,
    LINE,
    MARGIN,
    QUIET,
    clean,
    fill,
    fitted,
    listing,
    rule,
    stroke,
    width_of,
    write,
)
from gridkit.render.papers.plate import Look, View, draw, view
from gridkit.render.papers.setting import SIZES, Setting, document, finished

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    from fpdf import FPDF

    from gridkit.catalog.layer import Layer
    from gridkit.plan.plan import Plan

PAGE = SIZES["A4"]
FRAME = (MARGIN, 45.0, PAGE[0] - 2 * MARGIN, 138.0)
"""Left, top, width and height of the map on the page, in millimetres."""
GATE, POINT = "#b3261e", "#0072b2"
"""The colours of gates and points, on paper and on the page of residents."""
_OWN, _BORDER = "#ffeba8", "#33424f"
_LIST_ROWS, _DUTY_ROWS, _DUTY_MM = 9, 34, 6.6
_DAY_H = 24


@dataclass(frozen=True)
class _Papers:
    """What all pages share."""

    cards: Setting
    layer: Layer
    practice: Emergency
    places: gpd.GeoDataFrame
    lang: str

    def said(self, message: str, **facts: object) -> str:
        """Return a message in the papers' language."""
        return Phrase(message, **facts).said(self.lang)

    def called(self, place: str) -> str:
        """Return the name of a gate's street or of a point in the papers' language, where it has one."""
        each = self.places.loc[place]
        own = each.get(f"name_{self.lang}")
        return str(own) if isinstance(own, str) and own else str(each["name"])


def zone_sheets(plan: Plan, layer: Layer, path: Path | str, *, lang: str = "zh", overwrite: bool = True) -> None:
    """Write the papers of every zone (.pdf).

    Parameters
    ----------
    plan
        The plan in an emergency.
    layer
        Its zones.
    lang
        The language of the papers.

    Raises
    ------
    OutputError
        When fpdf2 is not installed, no font can set the text, or the file cannot be written.
    """
    drawn = zone_plan(plan, layer.tables["units"]["zone"], short([str(each) for each in plan.grids.index]))
    zones = pd.DataFrame(layer.tables["zones"])
    shared = Setting(drawn, lang, chosen=tuple(map(str, zones.index)))
    places: Any = layer.tables["points"]
    papers = _Papers(shared, layer, emergencies()[layer.facts["practice"]], places, lang)
    pdf = document(shared, shared.title)
    for zone in map(str, zones.index):
        _plan(pdf, papers, zone)
        _duties(pdf, papers, zone)
    with atomic.replacing(path, overwrite=overwrite) as file:
        file.write_bytes(finished(pdf))


def short(codes: Sequence[str]) -> dict[str, str]:
    """Return codes without the beginning that they all share."""
    shared = 0
    while len(codes) > 1 and all(len(code) > shared + 2 and code[shared] == codes[0][shared] for code in codes):
        shared += 1
    cut = shared if shared > 3 else 0  # noqa: PLR2004 - shorter beginnings are worth keeping
    return {code: code[cut:] for code in codes}


# ------------------------------------------------------------------ the plan of a zone
def _plan(pdf: FPDF, papers: _Papers, zone: str) -> None:
    shared = papers.cards
    own: Any = papers.layer.tables["zones"].loc[zone]
    _head(pdf, papers, zone, own)
    seen = view(shared.plan.grids.geometry[zone], FRAME)
    called = {str(grid): str(grid) for grid in shared.plan.grids.index}
    draw(pdf, shared, seen, Look(shared.plan.grids.geometry[zone], (zone,), called))
    placed = _placed(papers, zone, seen)
    _mark(pdf, placed, seen)
    signs = [
        Sign("area", _OWN, GATE, papers.practice.kinds[str(own["kind"])].title),
        Sign("line", _BORDER, "", Phrase("Border of a grid")),
    ]
    if (placed["category"] == "gate").any():
        signs.append(Sign("point", GATE, "", Phrase("Gate")))
    if (placed["category"] == "point").any():
        signs.append(Sign("point", POINT, "", papers.practice.point))
    top = legend(pdf, papers.lang, signs, (FRAME[0], FRAME[1] + FRAME[3] + 2.5, FRAME[2])) + 3.5
    rule(pdf, top)
    width = (PAGE[0] - 2 * MARGIN - 12) / 3
    columns = (_figures(papers, own), _gates(papers, zone), _points(papers, zone))
    for at, (heading, rows) in enumerate(columns):
        listing(pdf, (MARGIN + at * (width + 6), top + 4, width), heading, rows, papers.said)
    _foot(pdf, papers, zone)


def _head(pdf: FPDF, papers: _Papers, zone: str, own: pd.Series[Any]) -> None:
    """Begin a page: what it is about, until when it holds, what the people are asked to do."""
    said, kind = papers.said, papers.practice.kinds[str(own["kind"])]
    pdf.add_page()
    title = str(spoken(title_of(papers.cards.plan.parameters.title), papers.lang))
    write(
        pdf, MARGIN, 12, " · ".join(each for each in (title, papers.practice.title.said(papers.lang)) if each), 9, QUIET
    )
    right = said("For office use, not for publication")
    write(pdf, PAGE[0] - MARGIN - width_of(pdf, right, 9), 12, right, 9, "#a33a12")
    write(pdf, MARGIN, 18, fitted(pdf, f"{zone}  {kind.title.said(papers.lang)}", 20, PAGE[0] - 2 * MARGIN), 20, INK)
    write(pdf, MARGIN, 29, fitted(pdf, kind.rule.said(papers.lang), 12, 110), 12, ACCENT)
    write(pdf, MARGIN, 36, _span(papers, own), 10.5, INK)
    if own["phone"]:
        phone = said("Phone of the office: {number}", number=own["phone"])
        write(pdf, PAGE[0] - MARGIN - width_of(pdf, phone, 10.5), 36, phone, 10.5, INK)


def _span(papers: _Papers, own: pd.Series[Any]) -> str:
    """Return the days of a zone in words."""
    since, until = (moment(str(own[name]), papers.lang) if own[name] else "" for name in ("since", "until"))
    if since and until:
        return papers.said("From {since} to {until}", since=since, until=until)
    if since:
        return papers.said("From {since} until further notice", since=since)
    return papers.said("Until {until}", until=until) if until else papers.said("Until further notice")


def short_name(place: str, zone: str) -> str:
    """Return what a gate or a point is called within its zone: G1, P2.

    Examples
    --------
    >>> short_name("zone 1-G3", "zone 1"), short_name("P4", "")
    ('G3', 'P4')
    """
    return place.removeprefix(f"{zone}-") if zone else place


def _placed(papers: _Papers, zone: str, seen: View) -> pd.DataFrame:
    """Return the gates and points that belong on the map of a zone."""
    places = papers.places
    own = places["zone"] == zone
    shelters = (places["zone"] == "") & places.intersects(seen.box)
    return places[own | shelters]


def _mark(pdf: FPDF, placed: pd.DataFrame, seen: View) -> None:
    """Draw gates and points with their short names."""
    if not len(placed):
        return
    spots = seen.place(shapely.get_coordinates(placed["geometry"].to_numpy()))
    names = [short_name(str(place), str(zone)) for place, zone in zip(placed.index, placed["zone"], strict=True)]
    with pdf.rect_clip(*FRAME):
        for (x, y), kind in zip(spots, placed["category"], strict=True):
            fill(pdf, GATE if kind == "gate" else POINT)
            stroke(pdf, "#ffffff")
            pdf.set_line_width(0.35)
            pdf.rect(x - _MARK_MM, y - _MARK_MM, 2 * _MARK_MM, 2 * _MARK_MM, style="DF")
        # Two gates of one crossing stand on each other: what has no room for its name is in the list below.
        for spot, text in zip(beside(spots, [width_of(pdf, each, 8) for each in names], 3.2, 2.2), names, strict=True):
            if spot is None:
                continue
            with pdf.local_context(text_mode="STROKE", line_width=0.9):
                stroke(pdf, "#ffffff")
                write(pdf, *spot, text, 8, INK)
            write(pdf, *spot, text, 8, INK)


_MARK_MM = 1.8


def _figures(papers: _Papers, own: pd.Series[Any]) -> tuple[str, list[tuple[str, str]]]:
    said, lang = papers.said, papers.lang
    rows = [(said("People"), Quantity(own["people"], "people").said(lang))]
    if pd.notna(own["households"]):
        rows.append((said("Households"), Quantity(own["households"], "households").said(lang)))
    if pd.notna(own["gates"]):
        rows.append((said("Gates"), Quantity(own["gates"]).said(lang)))
    for name, title in (("shut_m", "Shut by walls, water"), ("open_m", "Fence or watch")):
        if pd.notna(own.get(name)):
            rows.append((said(title), Quantity(own[name], "m").said(lang)))
    rows.append((said("Staff needed"), Quantity(own["staff"]).said(lang)))
    if pd.notna(own["unseated"]) and own["unseated"] > 0:
        rows.append((said("Without a point in reach"), Quantity(own["unseated"], "people").said(lang)))
    return said("Zone"), rows


def _gates(papers: _Papers, zone: str) -> tuple[str, list[tuple[str, str]]]:
    places = papers.places
    own = places[(places["category"] == "gate") & (places["zone"] == zone)]
    front = papers.said("front door")
    rows = [
        (short_name(str(place), zone), papers.called(str(place)) or (front if each["what"] == "front" else "–"))
        for place, each in own.iterrows()
    ]
    return papers.said("Gates"), rows


def _points(papers: _Papers, zone: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the points that the people of a zone walk to, and how many of them each takes."""
    units = papers.layer.tables["units"]
    inside = units.index[(units["zone"] == zone).to_numpy()]
    walks = pd.DataFrame(papers.layer.tables["walks"])
    come = walks[walks["unit_id"].isin(inside)].groupby("point")["people"].sum()
    rows = [
        (
            f"{short_name(str(point), zone)} {_name(papers, str(point))}".strip(),
            Quantity(people, "people").said(papers.lang),
        )
        for point, people in come.items()
    ]
    return papers.practice.point.said(papers.lang), rows


def _name(papers: _Papers, point: str) -> str:
    """Return the name of a point; one that is called like its unit has none."""
    name = str(papers.places.loc[point, "name"])
    return "" if name in papers.layer.tables["units"].index else papers.called(point)


# ------------------------------------------------------------------ the duty sheet
def _duties(pdf: FPDF, papers: _Papers, zone: str) -> None:
    """Write who stands where in which shift: names are for the pen."""
    rows = _posts(papers, zone)
    for begin in range(0, len(rows), _DUTY_ROWS):
        own: Any = papers.layer.tables["zones"].loc[zone]
        _head(pdf, papers, zone, own)
        write(pdf, MARGIN, 45, papers.said("Duty sheet"), 13, ACCENT)
        heads = (
            papers.said("Post"),
            papers.said("Shift"),
            papers.said("Staff"),
            papers.said("Names"),
            papers.said("Phone"),
        )
        _row(pdf, 53, heads, QUIET)
        for at, row in enumerate(rows[begin : begin + _DUTY_ROWS]):
            _row(pdf, 59 + at * _DUTY_MM, row, INK)
        _foot(pdf, papers, zone)


_COLUMNS = (0.0, 82.0, 106.0, 120.0, 158.0)
"""Where the columns of a duty sheet begin, in millimetres from the margin."""


def _row(pdf: FPDF, y: float, cells: tuple[str, ...], colour: str) -> None:
    ends = (*_COLUMNS[1:], PAGE[0] - 2 * MARGIN)
    for begin, end, cell in zip(_COLUMNS, ends, cells, strict=True):
        if cell:
            write(pdf, MARGIN + begin, y, fitted(pdf, cell, 9.5, end - begin - 2), 9.5, colour)
    stroke(pdf, LINE)
    pdf.set_line_width(0.2)
    pdf.line(MARGIN, y + 5.2, PAGE[0] - MARGIN, y + 5.2)


def _posts(papers: _Papers, zone: str) -> list[tuple[str, str, str, str, str]]:
    """Return the posts of a zone, shift by shift."""
    number, places = papers.practice.number, papers.places
    shifts = int(number("shifts"))
    hours = [f"{8 + at * _DAY_H // shifts:02d}:00" for at in range(shifts + 1)]
    spans = [f"{_clock(a)}–{_clock(b)}" for a, b in itertools.pairwise(hours)]
    rows = []
    for place in places.index[(places["zone"] == zone) & (places["category"] == "gate")]:
        name = f"{short_name(str(place), zone)}  {papers.called(str(place))}".strip()
        rows += [(name, span, str(int(number("gate_staff"))), "", "") for span in spans]
    for place, own in places[(places["zone"] == zone) & (places["category"] == "point")].iterrows():
        name = f"{short_name(str(place), zone)}  {_name(papers, str(place))}".strip()
        rows.append((f"{papers.practice.point.said(papers.lang)} {name}", "", str(int(own["workers"])), "", ""))
    return rows + _rounds(papers, zone)


def _rounds(papers: _Papers, zone: str) -> list[tuple[str, str, str, str, str]]:
    """Return the rounds of a zone, carrier by carrier: where each begins, how many stops and households, when."""
    table = papers.layer.tables.get("rounds")
    if table is None:
        return []
    rows = []
    mine = pd.DataFrame(table[table["zone"] == zone]).sort_values(["carrier", "leaves"], kind="stable")
    for number, own in mine.groupby("round", sort=False):
        said = papers.said(
            "Round {number} from {gate}: {households}, {stops}",
            number=number,
            gate=short_name(str(own["base"].iloc[0]), zone),
            households=Quantity(own["households"].sum(), "households"),
            stops=Quantity(len(own), "places"),
        )
        first = own.iloc[0]
        who = papers.said("Carrier {number}", number=first["carrier"])
        rows.append((said, f"{first['leaves']}–{first['back']}", "1", who, ""))
    return rows


def _clock(hour: str) -> str:
    """Return an hour of the day, after midnight too.

    Examples
    --------
    >>> _clock("32:00")
    '08:00'
    """
    return f"{int(hour[:2]) % _DAY_H:02d}:00"


def _foot(pdf: FPDF, papers: _Papers, zone: str) -> None:
    rule(pdf, PAGE[1] - 17)
    made = papers.cards.plan.history[-1].finished[:10] if papers.cards.plan.history else ""
    parts = [papers.cards.source, moment(made, papers.lang) if made else ""]
    unverified = papers.layer.facts.get("unverified", ())
    if unverified:
        parts.append(papers.said("numbers of staff and room: see the preset's sources"))
    write(pdf, MARGIN, PAGE[1] - 14, clean(" · ".join(each for each in parts if each)), 8, QUIET)
    page = f"{zone} · {pdf.page_no()}"
    write(pdf, PAGE[0] - MARGIN - width_of(pdf, page, 8), PAGE[1] - 14, page, 8, QUIET)
