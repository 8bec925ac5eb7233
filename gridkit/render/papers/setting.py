"""What all papers of a plan share: its names and bounds in their language, the base map clipped, the document."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import shapely
from babel import Locale

from gridkit.errors import GridkitWarning, TableError, UsageError, nearest
from gridkit.language.labels import title as title_of
from gridkit.language.numbers import moment
from gridkit.language.phrases import Phrase, spoken, template
from gridkit.plan.bounds import bounds
from gridkit.plan.credit import CONTRIBUTORS, NOWHERE, made_up
from gridkit.plan.names import Names
from gridkit.render.page.backdrop import ROAD_TIERS
from gridkit.render.papers import fonts
from gridkit.render.papers.pen import CORE, FAMILY, clean
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import geopandas as gpd
    from fpdf import FPDF
    from shapely.geometry.base import BaseGeometry

    from gridkit.plan.plan import Plan

    Objects = np.ndarray[Any, Any]
    Size = Literal["A4", "A3"]

_FURTHER = "further"
_SHOWN = 30
"""Letters that a warning shows."""
"""The font for letters that the first one lacks."""
SIZES: dict[str, tuple[float, float]] = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
"""Width and height upright, in millimetres."""

_LEAST_CODE = 6
"""Letters of a code that is no number of a sentence."""


@dataclass(frozen=True)
class Setting:
    """What papers are made from.

    Attributes
    ----------
    lang
        The language they speak.
    size
        ``A4`` or ``A3``.
    approval
        The map-approval number. Papers with one leave the office: they say where a grid lies, and tell no count and
        name nobody, so that nothing can be computed from them.
    chosen
        The grids that get a page, where each has its own.
    clipped
        What stands in the window of the map that is being drawn, by table; emptied for the next one.
    middles
        Where the names of shapes stand that a map showed whole, by what they are.
    """

    plan: Plan
    lang: str
    size: Size = "A4"
    approval: str = ""
    chosen: tuple[str, ...] = ()
    clipped: dict[str, tuple[Objects, Objects]] = field(default_factory=dict)
    middles: dict[str, Objects] = field(default_factory=dict)

    @property
    def public(self) -> bool:
        """Whether they leave the office."""
        return bool(self.approval)

    def said(self, message: str, **facts: object) -> str:
        """Return a message in the papers' language."""
        return Phrase(message, **facts).said(self.lang)

    def spoken(self, text: object) -> str:
        """Return anything in the papers' language."""
        return clean(spoken(text, self.lang))

    # ------------------------------------------------------------ words
    @cached_property
    def title(self) -> str:
        """What the plan is called."""
        return self.spoken(title_of(self.plan.parameters.title)) or self.said("Plan of grids")

    @cached_property
    def known(self) -> Names:
        """The names of grids and communities."""
        return Names(self.plan)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each grid is called, where nothing says its community."""
        return {str(grid): self.spoken(self.known.whole(str(grid))) for grid in self.plan.grids.index}

    @cached_property
    def short(self) -> dict[str, str]:
        """What each grid is called inside its community."""
        return {str(grid): self.spoken(self.known.within(str(grid))) for grid in self.plan.grids.index}

    def community(self, parent: str) -> str:
        """Return what a community is called; its code where it has no name."""
        if parent not in self._communities:
            self._communities[parent] = self.spoken(self.known.place(parent))
        return self._communities[parent]

    def named(self, text: object) -> str:
        """Return a sentence in the papers' language, its grids and communities by their names: codes tell no reader."""
        return self._coded.sub(self._name_of, self.spoken(text))

    def _name_of(self, found: re.Match[str]) -> str:
        return self.names.get(found[0]) or self.community(found[0])

    @cached_property
    def _coded(self) -> re.Pattern[str]:
        """What finds codes in a sentence; short ones could be its numbers."""
        grids = self.plan.grids
        codes = {str(each) for each in (*grids.index, *grids["parent"]) if len(str(each)) >= _LEAST_CODE}
        longest = "|".join(map(re.escape, sorted(codes, key=len, reverse=True))) or "(?!)"
        return re.compile(rf"(?<![0-9A-Za-z_-])(?:{longest})(?![0-9A-Za-z_-])")

    @cached_property
    def _communities(self) -> dict[str, str]:
        """What was asked before: every page names the community of its grid."""
        return {}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The grids as offices list them: community by community, in each by their codes."""
        grids = self.plan.grids
        return tuple(str(grid) for grid in grids.assign(code=grids.index).sort_values(["parent", "code"]).index)

    @cached_property
    def bounds(self) -> dict[str, str]:
        """The four bounds of each grid."""
        for name in (f"boundary_{self.lang}", "boundary" if self.lang == "zh" else ""):
            if name and name in self.plan.grids:
                return {str(grid): said for grid, said in self.plan.grids[name].dropna().astype(TEXT).items()}
        return {str(grid): said for grid, said in bounds(self.plan, self.lang).items()}

    @cached_property
    def shapes(self) -> gpd.GeoSeries:
        """The areas of the grids: a page asks for them many times, for which geopandas is slow."""
        return self.plan.grids.geometry

    @cached_property
    def facilities(self) -> dict[str, Objects]:
        """The places of each layer of services, by the layer's name."""
        held = {name: layer.tables.get("points") for name, layer in self.plan.layers.items()}
        return {name: np.asarray(points.geometry) for name, points in held.items() if points is not None}

    @cached_property
    def surveyed(self) -> bool:
        """Whether the plan was made from OpenStreetMap, whose contributors are then named."""
        return any(account.role == "osm" for account in self.plan.ledger)

    @property
    def source(self) -> str:
        """Whose data the plan is drawn from, in their language; empty where that is the office's own."""
        if made_up(self.plan):
            return self.spoken(NOWHERE)
        return self.spoken(CONTRIBUTORS) if self.surveyed else ""

    @property
    def made(self) -> str:
        """The day the plan was made, ISO 8601; empty where it does not say."""
        return self.plan.history[-1].finished[:10] if self.plan.history else ""

    @property
    def day(self) -> str:
        """The same day as their language writes it."""
        return moment(self.made, self.lang) if self.made else ""

    # ------------------------------------------------------------ tables, row by row
    @cached_property
    def grids(self) -> dict[str, dict[str, Any]]:
        """What is known of each grid, its shape aside: a page asks for one row at a time, for which pandas is slow."""
        return _rows(self.plan.grids)

    @cached_property
    def layers(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The rows of each layer's table of grids, by layer and grid."""
        return {
            name: _rows(layer.tables["grids"]) for name, layer in self.plan.layers.items() if "grids" in layer.tables
        }

    @cached_property
    def happened(self) -> dict[str, dict[str, tuple[int, list[tuple[str, int]]]]]:
        """How many incidents of each layer lie in a grid, and of each category there, the most frequent first."""
        found: dict[str, dict[str, tuple[int, list[tuple[str, int]]]]] = {}
        for name, layer in self.plan.layers.items():
            points = layer.tables.get("points")
            if points is not None and "grid_id" in points:
                kinds = pd.Series(points.get("category", pd.NA), index=points.index)
                found[name] = _counted(kinds, points["grid_id"])
        return found

    # ------------------------------------------------------------ the base map
    @cached_property
    def trees(self) -> dict[str, shapely.STRtree]:
        """The base map's tables, indexed once for all maps."""
        return {name: shapely.STRtree(table.geometry.to_numpy()) for name, table in self.plan.backdrop.items()}

    @cached_property
    def tiers(self) -> np.ndarray[Any, np.dtype[np.int_]]:
        """How heavily each road is drawn."""
        kinds = self.plan.backdrop["roads"]["kind"].astype(TEXT).str.replace("_link", "", regex=False)
        return np.array([ROAD_TIERS.get(kind, 1) for kind in kinds], dtype=int)

    def signed(self, name: str) -> list[Any] | None:
        """Return the names on the base map in their language, where it has them; None where a table has no names."""
        return self._signed.get(name)

    @cached_property
    def _signed(self) -> dict[str, list[Any]]:
        own = f"name_{self.lang}"
        return {
            name: (table[own].fillna(table["name"]) if own in table else table["name"]).tolist()
            for name, table in self.plan.backdrop.items()
            if "name" in table
        }

    def seen(self, name: str, window: BaseGeometry) -> tuple[Objects, Objects]:
        """Return where in a table the shapes in a window stand, and those shapes, clipped to a little more than it."""
        if name not in self.trees:
            return np.empty(0, dtype=int), np.empty(0, dtype=object)
        if name not in self.clipped:
            found = np.sort(self.trees[name].query(window, predicate="intersects"))
            west, south, east, north = window.bounds
            around = west - 5, south - 5, east + 5, north + 5  # metres
            shapes = shapely.clip_by_rect(self.trees[name].geometries[found], *around)
            there = ~shapely.is_empty(shapes)
            self.clipped[name] = found[there], shapes[there]
        return self.clipped[name]


def _counted(kinds: pd.Series[Any], grids: pd.Series[Any]) -> dict[str, tuple[int, list[tuple[str, int]]]]:
    """Return how many there are in each grid, and how many of each category, the most frequent first.

    Those alike in number stand in the order in which they first came.
    """
    every = grids.value_counts(sort=False)
    found: dict[str, tuple[int, list[tuple[str, int]]]] = {str(grid): (int(many), []) for grid, many in every.items()}
    both = pd.DataFrame({"grid": grids.to_numpy(), "kind": kinds.to_numpy()}).dropna()
    table = both.groupby(["grid", "kind"], sort=False, observed=True).size().sort_values(ascending=False, kind="stable")
    places, names = (table.index.get_level_values(level).tolist() for level in ("grid", "kind"))
    for grid, name, many in zip(places, names, table.tolist(), strict=True):
        found[str(grid)][1].append((str(name), int(many)))
    return found


def _rows(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return a table's rows by their names, without shapes."""
    plain = pd.DataFrame(table).drop(columns="geometry", errors="ignore")
    rows: dict[Any, dict[Any, Any]] = plain.to_dict("index")
    return {str(name): row for name, row in rows.items()}


def chosen(plan: Plan, grids: Iterable[str] | None) -> tuple[str, ...]:
    """Return the grids that were asked for, all where none was named.

    Raises
    ------
    TableError
        When a code is not in the plan; it names the nearest.
    """
    there = [str(each) for each in plan.grids.index]
    asked = tuple(there if grids is None else grids)
    for code in asked:
        if code not in there:
            near = nearest(code, there)
            raise TableError(
                "there is no grid {code!r}", where="grids", mend="did you mean {near!r}?", code=code, near=near
            )
    return asked


def document(setting: Setting, title: str, *, landscape: bool = False, size: str = "") -> FPDF:
    """Return an empty document for a paper, with the font that its texts need.

    Raises
    ------
    UsageError
        When fpdf2 is not installed.
    OutputError
        When no font can set the text.
    """
    try:
        from fpdf import FPDF  # an extra
    except ImportError as error:
        raise UsageError(
            "papers need fpdf2, which is not installed", mend='pip install "governance-grids[papers]"'
        ) from error
    pdf = FPDF(orientation="landscape" if landscape else "portrait", format=size or setting.size)
    pdf.set_auto_page_break(auto=False)
    pdf.set_title(clean(title) or "gridkit")
    pdf.set_creator("gridkit")
    pdf.c_margin = 0  # text begins where the frame does
    pdf.set_creation_date(pd.Timestamp(setting.made or "2000-01-01").tz_localize("UTC").to_pydatetime())
    said = "".join(texts(setting))
    face = fonts.face_for([said], chinese_too=setting.lang == "zh")
    if face is None:
        pdf.core_fonts_encoding = CORE
        return pdf
    pdf.add_font(FAMILY, "", face.path, collection_font_number=face.number)
    further = fonts.others(said, face)
    for number, other in enumerate(further):
        pdf.add_font(f"{_FURTHER}{number}", "", other.path)
    if further:
        pdf.set_fallback_fonts([f"{_FURTHER}{number}" for number in range(len(further))], exact_match=False)
    for font in pdf.fonts.values():
        if hasattr(font, "ttfont"):
            font.ttfont.recalcBBoxes = False  # the boxes of the whole font hold for the few signs that are kept of it
    if fonts.needs_shaping(said):
        # A name that runs from right to left does not turn round the line that it stands in.
        pdf.set_text_shaping(True, direction=Locale.parse(setting.lang, sep="-").text_direction)
    if lacked := fonts.lacked(said, [face, *further]):
        words = template(
            "{count} letter is in no font here: {letters}", "{count} letters are in no font here: {letters}"
        )
        mend = "a question mark stands for each; install a font with them (Debian: apt-get install fonts-noto-core)"
        warnings.warn(GridkitWarning(words, mend=mend, count=len(lacked), letters=lacked[:_SHOWN]), stacklevel=2)
    return pdf


def finished(pdf: FPDF) -> bytes:
    """Return a document as the bytes of its file, and let its fonts go."""
    try:
        return bytes(pdf.output())
    finally:
        closed(pdf)


def closed(pdf: FPDF) -> None:
    """Let the fonts of a document go: it keeps their files open."""
    for font in pdf.fonts.values():
        if hasattr(font, "ttfont"):
            font.ttfont.close()


def texts(setting: Setting) -> Iterator[str]:
    """Yield every text of the data that may be printed, to see which font it takes."""
    plan = setting.plan
    yield from (setting.title, plan.standing.body, setting.approval)
    tables: list[tuple[pd.DataFrame, tuple[str, ...]]] = [
        (plan.districts, ("name",)),
        (plan.grids, ("name", "head", "staff", "note")),
        *((table, ("name", f"name_{setting.lang}")) for table in plan.backdrop.values()),
        *((layer.tables["points"], ("category", "name")) for layer in plan.layers.values() if "points" in layer.tables),
        *((table, ("text", "author", "answer")) for name, table in plan.records.items() if name == "comments"),
        *((table, ("net", "code")) for name, table in plan.records.items() if name == "harmony_areas"),
    ]
    for table, columns in tables:
        for name in columns:
            if name in table:
                yield from map(str, table[name].dropna().unique())
    yield from setting.bounds.values()
    yield from setting.names.values()
