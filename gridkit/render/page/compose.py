"""A plan and a map view put together to one offline page, which is still a folium map."""

from __future__ import annotations

import logging
import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import folium
import pandas as pd
from folium.template import Template

from gridkit import atomic
from gridkit.errors import DefinitionError, UsageError
from gridkit.language import labels as labels_of
from gridkit.language.catalogue import catalogue, languages
from gridkit.language.labels import code
from gridkit.language.numbers import Quantity, moment, patterns
from gridkit.language.phrases import Phrase
from gridkit.language.phrases import spoken as said
from gridkit.language.reader import language
from gridkit.plan.compare import compare
from gridkit.plan.credit import credit
from gridkit.plan.workers import board
from gridkit.render.page import (
    addresses,
    attention,
    backdrop,
    draw,
    labels,
    look,
    nets,
    overlay,
    plain,
    points,
    question,
    search,
)
from gridkit.render.page.offline_figure import ASSETS, OfflineFigure, Page, leaflet
from gridkit.render.page.payload import listed_row, seal, spoken
from gridkit.render.page.tiles import hosts_of, told
from gridkit.render.page.view import PageView, layers_of
from gridkit.sources import contacts
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from gridkit.catalog.map_views import MapView
    from gridkit.plan.compare import Comparison
    from gridkit.plan.plan import Plan
    from gridkit.render.page.tiles import Tiles
    from gridkit.render.withhold import Withheld

log = logging.getLogger(__name__)
PAGE = "page"
"""The context that the page's texts stand in, in the catalogue."""
SCRIPTS: tuple[tuple[str, str], ...] = (
    # (file, what the view must show for it to be carried along; "" always)
    ("island", ""),
    ("frame", ""),
    ("words", ""),
    ("sheet", ""),
    ("plan", ""),
    ("marks", ""),
    ("names", ""),
    ("panel", ""),
    ("card", ""),
    ("table", "table"),
    ("search", "search"),
    ("matters", "matters"),
    ("locate", "locate"),
    ("time", "time"),
    ("ruler", "ruler"),
    ("paper", "print"),
    ("rules", "edit"),
    ("log", "edit"),
    ("edit", "edit"),
    ("compare", "compare"),
    ("nets", "nets"),
    ("files", ""),
    ("mini", "mini"),
    ("tiles", "tiles"),
    ("city", "city"),
    ("start", ""),
)
FIRST = ("island", "frame")
"""Scripts that unpack the island; the others travel in it, where they take a third of the room."""
_WHERE = {
    "tiles": "tiles",
    "city": "city",
    "compare": "changes",
    "time": "time",
    "matters": "matters",
    "nets": "nets",
}
"""Scripts that are carried along where the head has something for them, and only there."""


@dataclass(frozen=True)
class Choices:
    """What the writer of a page decides beyond its view.

    Attributes
    ----------
    lang
        The page's first language, any there are words in; readers may switch. When empty, the page opens in its
        reader's, and where it has no words in that in the plan's, else the environment's when it was made.
    title
        The page's title; empty: the plan's own.
    approval
        The map-approval number (审图号) of a map that leaves the office; empty: none was given.
    attribution
        Whose data is drawn, as their licences ask; empty: OpenStreetMap's where the plan was made from it, and nobody's
        else.
    tiles
        A base map from the network; None, as by default: the page asks nobody for anything.
    contacts
        Whom to turn to in each grid, as :func:`gridkit.sources.contacts.read` gives it.
    names
        Whether names of staff may stand on a public page, as on a notice board.
    city
        The name of a file of vector tiles (PMTiles) beside the page, read by parts where the page is served, and picked
        by its reader where it is opened from a disk; empty: the page reads nothing but itself.
    assets
        Files to inline for links of the user's own folium elements that no installed package covers.
    """

    lang: str = ""
    title: str = ""
    approval: str = ""
    attribution: str = ""
    tiles: Tiles | None = None
    contacts: pd.DataFrame | None = None
    names: bool = False
    city: str = ""
    assets: Mapping[str, str] = field(default_factory=dict)


class GridMap(folium.Map):
    """A folium map of one plan that is saved as one offline page; add folium layers to it as to any other.

    The grids, base map and points are not folium elements: they travel in one compressed island and are drawn by the
    page's own scripts, so that no text from data is ever compiled as a template.

    Attributes
    ----------
    withheld
        What is kept back on a page for the public; None on any other.
    lacks
        The layers that the view lists and the plan does not hold: name, title, and the command that lays each.
    printed
        The grids as they are drawn, with their columns.
    keep
        What remembers the edition before the page is written; None where nothing is to be remembered.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}<div id="gk-app">{{ this.frame }}</div>{% endmacro %}
        {% macro script(this, kwargs) %}var {{ this.get_name() }} = gk.start({{ this.corners }});{% endmacro %}
        """
    )

    def __init__(self, page: Page, bounds: list[float], choices: Choices | None = None) -> None:
        west, south, east, north = bounds
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        # folium adds links to the lists of the class, and so to every map; these are this map's own.
        self.default_js, self.default_css = [], []
        self._id = "plan"
        self.frame, self.corners = _frame(), list(bounds)
        chosen = choices or Choices()
        self.figure = OfflineFigure(page, chosen.assets)
        self.own_hosts = chosen.tiles.hosts if chosen.tiles else ()
        self.withheld: Withheld | None = None
        self.lacks: list[tuple[str, str, str]] = []
        self.printed: Mapping[str, Any] = {}
        self.keep: Callable[[], None] | None = None
        self.figure.add_child(self)

    def to_html(self) -> str:
        """Return the whole page; tiles that were added are the only thing it then asks the network for."""
        self.figure.image_hosts = [
            *self.own_hosts,
            *(host for child in self._children.values() for host in hosts_of(child)),
        ]
        return str(self.figure.render())

    def save(self, outfile: Path | str, *, overwrite: bool = False) -> None:  # type: ignore[override]
        """Write the page: a whole new file, or the old one untouched; ``-`` is standard output.

        A public page is remembered first.
        """
        text = self.to_html()
        written = str(outfile) == atomic.STDOUT
        if not written:
            atomic.refuse(outfile, overwrite=overwrite)
        if self.keep is not None:
            self.keep()
            self.keep = None
        if written:
            atomic.put(text.encode())
            return
        with atomic.replacing(outfile, overwrite=overwrite) as path:
            path.write_text(text, encoding="utf-8", newline="\n")


def compose(
    plan: Plan, view: MapView, *, lang: str = "", other: Plan | None = None, choices: Choices | None = None
) -> GridMap:
    """Return the page of a plan as a folium map.

    Parameters
    ----------
    plan
        With the layers that the view names; those it lacks are left out, and named on the page of an office.
    view
        What is shown to whom; see ``maps/``.
    lang
        The page's first language where ``choices`` names none. Where neither does, the page opens in its reader's, and
        in the plan's where it has no words in that.
    other
        The plan before it (or any other) to be compared with: coloured by the same breaks, and what moved from it drawn
        over both.
    choices
        Title, approval number, attribution.

    Raises
    ------
    UsageError
        When the view compares two plans and one was given.
    DefinitionError
        When two plans are asked for in a public view (what one withholds, the difference to the other would tell), or
        when a public view does not say which counts are too small to be shown.

    Examples
    --------
    ::

        compose(plan, maps()["official"]).save("plan.html")
    """
    _refuse(view, other)
    chosen = choices or Choices()
    asked_for = chosen.lang or lang
    chosen = replace(chosen, lang=language(asked_for, plan.parameters.lang))
    if other is not None and "compare" not in view.shows:
        view = replace(view, shows=(*view.shows, "compare"))
    plans = (plan,) if other is None else (plan, other)
    page = PageView(plans, view, _contacts(plan, chosen), names=chosen.names)
    lacking = question.lacks(plan, view)
    if lacking:
        log.info("the map view %s lists layers the plan does not hold: %s", view.name, [name for name, *_ in lacking])
    title = chosen.title or labels_of.title(plan.parameters.title) or view.title
    bounds = draw.bounds(plans)
    # Nobody asked for a language: the page opens in its reader's.
    head = _own(plan, view, chosen) | {"title": spoken(title), "follows": not asked_for}
    head |= _shown(page, compare(other, plan) if other is not None else None, _brought(chosen, bounds))
    headline = head["parts"].pop("headline")
    head["parts"]["title"] = _titled(head, plan, view) | {"headline": headline}
    # Who cannot supply anything is not told what is missing.
    head["parts"]["lacks"] = None if page.public else _lacks(lacking)
    head["source"] = _source(head, head.pop("stamp"), head.pop("made"))
    head["scripts"] = _scripts(head, view)
    without = plain.plain(plan, head["plans"][0], chosen.lang, public=page.public)
    framed = _page(chosen, str(said(title, chosen.lang)), view, seal(head), head["scripts"])
    made = GridMap(replace(framed, plain=without), bounds, chosen)
    made.printed, made.lacks = head["plans"][0], lacking
    if page.public:
        made.withheld = page.kept[0]
    return made


def _refuse(view: MapView, other: Plan | None) -> None:
    """Refuse a view that lacks the plan it compares with, and a public one that would tell what it withholds."""
    if other is None and view.opens == "compare":
        raise UsageError(
            "the map view {name} is about what changed since another plan, and none is given",
            where="--against",
            mend="name the plan before it, or old grids: --against OLD",
            name=view.name,
        )
    if other is not None and view.audience == "public":
        raise DefinitionError(
            "the map view {name} is public and takes one plan: two would tell small counts by their difference",
            mend="compare in an internal view",
            name=view.name,
        )
    if view.audience == "public" and view.least_count <= 1:
        raise DefinitionError(
            "the map view {name} is public and does not say which counts are too small to be shown",
            where="least_count",
            mend="write least_count = 10 into the view",
            name=view.name,
        )


def _own(plan: Plan, view: MapView, chosen: Choices) -> dict[str, Any]:
    """Return the head's entries for what a page says of itself: its view and languages, facts, whose data it is."""
    return {
        "lang": chosen.lang,
        "languages": [[each.code, each.tag, each.name, patterns(each.code)] for each in map(catalogue, languages())],
        "view": {
            "title": spoken(view.title),
            "shows": list(view.shows),
            "audience": view.audience,
            "least": view.least_count,
            "opens": view.opens,
        },
        "about": [{"name": spoken(name), "value": spoken(value)} for name, value in _described(plan, view, chosen)],
        "stamp": [
            # A day is never broken at the end of a line.
            re.sub(r"(?<=\d)-(?=\d)", "\u2011", f"{plan.standing.said(each)} · {text}")
            for each, text in zip(languages(), _stamp(chosen, view), strict=True)
        ],
        "attribution": chosen.attribution or spoken(credit(plan)),
        "made": [moment(plan.history[-1].finished[:10], each) for each in languages()] if plan.history else "",
        "look": look.colours(),
    }


def _shown(page: PageView, compared: Comparison | None, further: dict[str, Any]) -> dict[str, Any]:
    """Return the head's entries for what is on the map, and for what the view asks of it; parts that Python fills."""
    plan, view = page.plans[0], page.view
    texts = _words(plan)
    drawn = _drawn(page, compared, texts, further)
    matters = _matters(page)
    head = {
        "matters": [matter.packed() for matter in matters],
        "opening": question.opening(drawn["plans"][0]["columns"], view),
        "words": texts,
        "answers": draw.answers(page, plan),
        "nets": nets.pack(plan, view) if "ids" in drawn["plans"][0]["cells"] and not page.public else None,
        "parts": {
            "headline": spoken(question.headline(view.asks, question.Asked(plan, matters, compared, view.layers))),
            "hands": None if page.public else nets.hands(layers_of(page, plan), texts),
        },
        **drawn,
        **further,
    }
    if "addresses" in view.shows:
        head["houses"] = addresses.pack(plan.backdrop, plan)
    if "search" in view.shows:
        head["pinyin"] = search.pinyin(search.names(head))
    return head


def _scripts(head: Mapping[str, Any], view: MapView) -> list[str]:
    """Return the scripts that a page carries in its island: of its view, and of what its head has something for."""
    # A page about two plans shows where they differ in small, beside the map.
    needed = {"", *view.shows} | (set() if view.opens == "compare" else {"mini"})
    needed = needed - _WHERE.keys() | {script for script, key in _WHERE.items() if head.get(key)}
    return [_carried(f"{name}.js") for name, shown in SCRIPTS if shown in needed and name not in FIRST]


def _contacts(plan: Plan, chosen: Choices) -> pd.DataFrame | None:
    """Return whom to turn to, grid by grid."""
    if chosen.contacts is None:
        return board(plan)
    names = plan.districts["name"] if "name" in plan.districts else pd.Series(dtype=TEXT)
    named = {str(key): str(name) for key, name in names.dropna().items()}
    called = [(parent, named.get(parent, parent)) for parent in plan.grids["parent"].astype(TEXT)]
    return contacts.by_grid(chosen.contacts, plan.grids.index, called)


def _titled(head: dict[str, Any], plan: Plan, view: MapView) -> dict[str, Any]:
    """Return what stands over everything on a page: whose it is, its title, its question, the answer, and of what."""
    people = head["plans"][0]["people"]
    of = [Quantity(len(plan.grids), "grids"), *([Quantity(people, "people")] if people else [])]
    about = [spoken(view.title), *map(spoken, of), *([head["made"]] if head["made"] else [])]
    return {
        "stamp": head["stamp"],
        # The name of a file is broken after its words, never within one.
        "title": [re.sub(r"(?<=\w)(_+)(?=\w)", "\\1\u200b", each) for each in head["title"]],
        "kind": view.audience,
        "asks": spoken(view.question),
        "about": [{"text": [f"{each} ·" for each in text]} for text in about[:-1]] + [{"text": about[-1]}],
    }


def _source(head: dict[str, Any], stamp: list[str], made: list[str] | str) -> list[str]:
    """Return what stands under a picture of the map: whose data it is, of when, and whose map."""
    said = [each if isinstance(each, list) else [each] * len(languages()) for each in (head["attribution"], made)]
    return [" · ".join(filter(None, each)) for each in zip(*said, stamp, strict=True)]


def _lacks(lacking: list[tuple[str, str, str]]) -> dict[str, Any] | None:
    """Return the layers that a view lists and its plan does not hold, with the command that lays each."""
    return {"rows": [{"name": spoken(name), "command": command} for _, name, command in lacking]} if lacking else None


def _matters(page: PageView) -> list[attention.Matter]:
    """Return what the reader of a page is to deal with; nothing of it leaves the office."""
    plan, asks = page.plans[0], page.view.asks
    if page.public or asks not in ("attention", "plan"):
        return []
    return (
        attention.attention(plan, layers_of(page, plan), page.contacts)
        if asks == "attention"
        else attention.worklist(plan)
    )


def _described(plan: Plan, view: MapView, chosen: Choices) -> list[tuple[Phrase, object]]:
    """Return what a map says of itself: what it is, what it counts for, by whom, of when, and by which approval."""
    standing = plan.standing
    said: list[tuple[Phrase, object]] = [
        (Phrase("Map"), view.about or view.title),
        (Phrase("Counts for"), code("standing", standing.stage)),
        (Phrase("Body in charge"), standing.body),
        (Phrase("In force from"), Moment(standing.since)),
        (Phrase("In force until"), Moment(standing.until)),
        (Phrase("Made on"), Moment(plan.history[-1].finished[:10] if plan.history else "")),
        (Phrase("Map approval"), chosen.approval),
        (Phrase("Check sum of the plan"), plan.digest),
    ]
    return [(name, value) for name, value in said if value]


@dataclass(frozen=True)
class Moment:
    """A day that says itself as a language writes it."""

    day: str

    def said(self, lang: str) -> str:
        """Return the day in a language."""
        return moment(self.day, lang)

    def __bool__(self) -> bool:
        return bool(self.day)


def _drawn(
    page: PageView, compared: Comparison | None, texts: Mapping[str, list[str]], further: Iterable[str]
) -> dict[str, Any]:
    """Return the head's entries for all that is drawn: plans, ground, names, points, overlays, and their list."""
    plan, view = page.plans[0], page.view
    grids, dots = [draw.grids(page, each) for each in page.plans], points.packed(page, plan)
    base = backdrop.tables(plan.backdrop, draw.surroundings(page.plans))
    named = {name: table for name, table in base.items() if name not in backdrop.NAMED_ONLY}
    tables = {name: backdrop.pack(table) for name, table in named.items()}
    found = overlay.Overlay() if page.public or "edit" not in view.shows else overlay.findings(plan)
    changed = overlay.changes(compared) if compared else overlay.Overlay()
    walked = overlay.Overlay() if page.public else overlay.walks(plan, layers_of(page, plan))
    grids[0]["findings"] = found.notes
    rows = [
        listed_row(each["layer"], each["title"], len(each["at"]) // 2, each["colour"], each["kind"]) for each in dots
    ]
    own = ["grids", "borders", *(["units"] if "ids" in grids[0]["cells"] else []), "codes"]
    return {
        "plans": grids,
        "tables": {**tables, **walked.tables, **found.tables, **changed.tables},
        "coats": [*look.ground(tables), *walked.coats, *found.coats, *changed.coats],
        "names": labels.pack(base),
        "time": points.period(dots, plan) if "time" in view.shows else None,
        "points": [*dots, *walked.points, *found.points, *changed.points],
        "changes": overlay.headline(compared, plan, page.plans[1], texts) if compared else None,
        "list": {
            "own": [{"key": key, "text": texts[key]} for key in own],
            "points": rows,
            "walks": walked.rows,
            "findings": found.rows,
            "changes": changed.rows,
            "ground": [
                {"key": key, "text": texts[key]}
                for key in (*dict.fromkeys(coat["key"] for coat in look.ground(tables)), "labels", *further)
            ],
            "groups": [
                {"title": texts[word], "of": of}
                for word, of in (
                    ("on_top", "points"),
                    ("walks", "walks"),
                    ("findings", "findings"),
                    ("ground", "ground"),
                )
            ],
            # These wait in the list.
            "off": [
                row["key"]
                for row in (*rows, *walked.rows, *found.rows)
                if row["mark"] in {f"#gk-{each}" for each in ("events", "warn", *overlay.WALKS)}
            ],
        },
    }


@cache
def _messages() -> dict[str, str]:
    """Return every text of the page by its key, in English: the ids of messages."""
    return tomllib.loads((ASSETS / "words.toml").read_text(encoding="utf-8"))


def words() -> dict[str, list[str]]:
    """Return every text of the page by its key, in every language there are words in."""
    return {key: [catalogue(lang).said(text, PAGE) for lang in languages()] for key, text in _messages().items()}


def _words(plan: Plan) -> dict[str, list[str]]:
    """Return the page's texts, a community called as the plan's kind of grid calls it."""
    said, ours = plan.parameters.vocabulary, words()
    own = [said.get(lang, {}).get("parent", "") for lang in languages()]
    return {**ours, "parent": [mine or theirs for mine, theirs in zip(own, ours["parent"], strict=True)]}


@cache
def _frame() -> str:
    """Return what stands where on the page, without comments and indents."""
    text = re.sub(r"<!--.*?-->", "", (ASSETS / "page.html").read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\n\s*", "\n", text)


def _stamp(chosen: Choices, view: MapView) -> list[str]:
    """Return whose map it is: for the office, or with the number by which it was approved."""
    if view.audience == "internal":
        return words()["internal"]
    return [text.replace("{0}", chosen.approval) for text in words()["approved" if chosen.approval else "no_approval"]]


def _brought(chosen: Choices, bounds: list[float]) -> dict[str, Any]:
    """Return what lies under the plan and is in no page: tiles of a host, a city in a file beside the page."""
    tiles = {} if chosen.tiles is None else {"tiles": told(chosen.tiles, bounds)}
    return {**tiles, "city": PurePath(chosen.city).name} if chosen.city else tiles


def _page(chosen: Choices, title: str, view: MapView, island: str, packed: list[str]) -> Page:
    script, style = leaflet()
    own_words = [catalogue(lang).said for lang in dict.fromkeys((chosen.lang, *languages()))]
    keys = ("too_old_tiles", "without_script_tiles") if chosen.tiles else ("too_old", "without_script")
    notices = (" ".join(said(_messages()[key], PAGE) for said in own_words) for key in keys)
    too_old, without_script = notices
    return Page(
        lang=catalogue(chosen.lang).tag,
        title=title,
        notice=too_old,
        without_script=without_script,
        island=island,
        styles=(style, _carried("page.css")),
        scripts=(script, *(_carried(f"{name}.js") for name in FIRST)),
        packed=tuple(packed),
        beside=bool(chosen.city),
        meta={"generator": "gridkit", "robots": "noindex"} if view.audience == "internal" else {"generator": "gridkit"},
    )


@cache
def _carried(name: str) -> str:
    """Return a script or style of ours as a page carries it: without indents, and without lines that only comment.

    No text of them runs over several lines, so that nothing but a reader of the file misses these.
    """
    code = (ASSETS / name).read_text(encoding="utf-8")
    return re.sub(r"(?m)^[ \t]*(?://.*|/\*.*\*/)?\n|^[ \t]+", "", code)
