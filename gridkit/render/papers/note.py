"""The note that goes with a public page: what was withheld, and why, in every language there are words in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit.language.catalogue import catalogue, languages
from gridkit.language.labels import title as title_of
from gridkit.language.numbers import Quantity, day
from gridkit.language.phrases import Phrase, spoken
from gridkit.render.page.payload import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gridkit.catalog.map_views import MapView
    from gridkit.plan.plan import Plan

STYLE = Path(__file__).with_name("note.css")
HEADING = Phrase("What was withheld")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Column:
    """One column of numbers as it was published; texts in the order of the languages."""

    title: tuple[str, ...]
    unit: tuple[str, ...]
    digits: int
    percent: bool
    factor: float
    values: tuple[Any, ...]

    @property
    def withheld(self) -> int:
        """How many of its numbers are withheld."""
        return sum(value == HIDDEN for value in self.values)

    @property
    def unknown(self) -> int:
        """How many are not known."""
        return sum(value is None for value in self.values)

    @property
    def shown(self) -> int:
        """How many are shown."""
        return len(self.values) - self.withheld - self.unknown


@dataclass(frozen=True)
class Facts:
    """What an edition says of itself.

    Attributes
    ----------
    title, view
        Of the plan and of the map view.
    time
        When it was made.
    approval
        The map-approval number; empty where none was given.
    limit
        Counts below it are withheld.
    least
        The least count that anybody can compute from all editions; None where none can be.
    editions
        How many there are with this one.
    told
        Small counts that earlier editions tell, which cannot be taken back.
    codes, names, parents
        Of each grid; names, its own and its community's, in the order of the languages.
    columns
        What is printed of each.
    periods
        The title of each layer of incidents, with the first and last time in it.
    """

    title: object
    view: object
    time: datetime
    approval: str
    limit: int
    least: float | None
    editions: int
    told: int
    codes: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    parents: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    periods: tuple[tuple[object, str, str], ...]

    def report(self) -> dict[str, Any]:
        """Return them JSON-ready."""
        first = languages().index("en")
        return {
            "editions": self.editions,
            "least_count": self.limit,
            "least_computable": self.least,
            "told_before": self.told,
            "columns": [
                {"title": each.title[first], "shown": each.shown, "withheld": each.withheld, "unknown": each.unknown}
                for each in self.columns
            ],
        }


def facts(drawn: Mapping[str, Any], view: MapView, plan: Plan, **judged: Any) -> Facts:  # noqa: ANN401 - fields of Facts
    """Return what an edition says of itself, from the grids as its page draws them.

    Parameters
    ----------
    judged
        ``approval``, ``least``, ``editions`` and ``told`` of :class:`Facts`.
    """
    columns = tuple(
        Column(
            tuple(each["title"]),
            tuple(each["unit"]),
            each["digits"],
            each["percent"],
            each.get("factor", 1.0),
            tuple(each["of"]),
        )
        for each in drawn["columns"]
        if each is not None
    )
    shown = {each["layer"] for each in drawn["columns"] if each is not None}
    periods = [
        (layer.definition.title, str(layer.facts["first"]), str(layer.facts["last"]))
        for name, layer in plan.layers.items()
        if name in shown and {"first", "last"} <= layer.facts.keys()
    ]
    return Facts(
        title=title_of(plan.parameters.title) or view.title,
        view=view.title,
        time=datetime.now(UTC),
        limit=view.least_count,
        codes=tuple(drawn["ids"]),
        names=tuple(_in_all(each) for each in drawn["called"]),
        parents=tuple(_in_all(drawn["parents"][at]) for at in drawn["parentOf"]),
        columns=columns,
        periods=tuple(periods),
        **judged,
    )


def _in_all(said: str | list[str] | None) -> tuple[str, ...]:
    """Return a text of the page in every language: it stands there once where it is the same in all."""
    return tuple(said) if isinstance(said, list) else (said or "",) * len(languages())


def html(told: Facts, lang: str) -> str:
    """Return the note as a page that runs nothing and asks no network; its first language is ``lang``."""
    order = list(dict.fromkeys((lang, *languages())))
    tabs = "".join(f'<a href="#{escape(each)}">{escape(catalogue(each).name)}</a>' for each in order)
    sections = "".join(_section(told, each) for each in order)
    title = f"{spoken(told.title, lang)} · {HEADING.said(lang)}"
    style = STYLE.read_text(encoding="utf-8")
    return (
        f'<!doctype html><html lang="{escape(catalogue(lang).tag)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body><nav>{tabs}</nav>{sections}</body></html>"
    )


def sentences(told: Facts) -> list[Phrase]:
    """Return why numbers are withheld, and what was tried to compute them."""
    said = [
        Phrase("Counts below {limit} are withheld, so that nobody can be recognised by them.", limit=told.limit),
        Phrase(
            "Sums, other layers and earlier editions would tell some of them; so further numbers, which need not be "
            "small, are withheld with them. The two look alike."
        ),
        Phrase(
            "Places of incidents are not published, only how many there are in each grid.",
        ),
        Phrase(
            "Everything published of this plan so far was taken together, {count} edition: no count that is withheld "
            "here can be computed from it, and of none can it be proven that it is below {limit}.",
            "",
            "Everything published of this plan so far was taken together, {count} editions: no count that is withheld "
            "here can be computed from it, and of none can it be proven that it is below {limit}.",
            count=told.editions,
            limit=told.limit,
        ),
    ]
    if told.told:
        said.append(
            Phrase(
                "{count} small count follows from earlier editions alone, and cannot be taken back.",
                "",
                "{count} small counts follow from earlier editions alone, and cannot be taken back.",
                count=told.told,
            )
        )
    return said


def _section(told: Facts, lang: str) -> str:
    def said(message: str, **given: object) -> str:
        return escape(Phrase(message, **given).said(lang))

    place = languages().index(lang)
    least = said("none") if told.least is None else escape(Quantity(told.least).said(lang))
    rows = [
        (said("Map"), escape(str(spoken(told.view, lang)))),
        (said("Published on"), escape(day(told.time, lang))),
        (said("Map approval number"), escape(told.approval) or said("none given")),
        (said("Edition"), escape(Quantity(told.editions).said(lang))),
        (said("Number of grids"), escape(Quantity(len(told.codes)).said(lang))),
        (said("Counts are shown from"), escape(Quantity(told.limit).said(lang))),
        (said("Least count that anybody can compute"), least),
    ]
    body = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    why = "".join(f"<p>{escape(each.said(lang))}</p>" for each in sentences(told))
    head = [said("Column"), said("Shown"), said("Withheld"), said("No data")]
    columns = _table(
        head,
        (
            [escape(headed(each, place)), *_whole((each.shown, each.withheld, each.unknown), lang)]
            for each in told.columns
        ),
    )
    parts = [f"<h2>{said('Why')}</h2>{why}", f"<h2>{said('Column by column')}</h2>{columns}"]
    if told.periods:
        listed = (
            [escape(str(spoken(title, lang))), *(escape(day(datetime.fromisoformat(each), lang)) for each in ends)]
            for title, *ends in told.periods
        )
        heads = [said("Layer"), said("First day"), said("Last day")]
        parts.append(f"<h2>{said('Periods')}</h2>{_table(heads, listed, numbers=False)}")
    parts.append(_grids(told, lang))
    title = escape(str(spoken(told.title, lang)))
    return (
        f'<section id="{escape(lang)}" lang="{escape(catalogue(lang).tag)}"><h1>{escape(HEADING.said(lang))}</h1>'
        f'<p class="about">{title}</p><dl>{body}</dl>{"".join(parts)}</section>'
    )


def _grids(told: Facts, lang: str) -> str:
    """Return the grids of which something is withheld, folded up: the page shows them as well."""
    place = languages().index(lang)
    rows = []
    for at, code in enumerate(told.codes):
        kept = [each for each in told.columns if each.values[at] == HIDDEN]
        if kept:
            share = Phrase("{count} of {all}", count=len(kept), all=len(told.columns)).said(lang)
            rows.append([escape(code), escape(told.names[at][place]), escape(told.parents[at][place]), escape(share)])
    if not rows:
        return f"<p>{escape(Phrase('Nothing is withheld of any grid.').said(lang))}</p>"
    many = Phrase(
        "{count} grid of which numbers are withheld", "", "{count} grids of which numbers are withheld", count=len(rows)
    )
    heads = [
        escape(each.said(lang))
        for each in (Phrase("Code"), Phrase("Name", "page"), Phrase("Community"), Phrase("Columns withheld"))
    ]
    folded = f"<summary>{escape(many.said(lang))}</summary>{_table(heads, rows, numbers=False)}"
    return f"<h2>{escape(Phrase('Grid by grid').said(lang))}</h2><details>{folded}</details>"


def headed(column: Column, place: int) -> str:
    """Return the heading of a column: its title, and its unit where the title does not say it."""
    title, unit = column.title[place], column.unit[place]
    return f"{title} ({unit})" if unit and not title.casefold().endswith(unit.casefold()) else title


def _whole(numbers: Iterable[int], lang: str) -> list[str]:
    return [escape(Quantity(number).said(lang)) for number in numbers]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = True) -> str:
    """Return a table; where it holds numbers, all but the first column stand to the right."""
    kinds = ["n" if at and numbers else "" for at in range(len(heads))]

    def line(cells: Sequence[str], tag: str) -> str:
        marked = (f'<{tag} class="{kind}">{cell}</{tag}>' for cell, kind in zip(cells, kinds, strict=True))
        return f"<tr>{''.join(marked)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f'<div class="wide"><table><thead>{line(heads, "th")}</thead><tbody>{body}</tbody></table></div>'
