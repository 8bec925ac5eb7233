"""What a map view is made of: a frozen dataclass that TOML is read into strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gridkit.catalog.registry import STRICT, Registry, shipped
from gridkit.face import face
from gridkit.language.phrases import NO_TEXT, Phrase


@dataclass(frozen=True)
class MapView:
    """Which layers for whom, and what the page offers.

    Attributes
    ----------
    layers
        Names of layers in the order they are listed; a layer the plan does not hold is left out, with a note.
    measures
        Columns that the grids are coloured by first; ``elderly`` and ``children`` are added up from the units where the
        plan has them, never on a public page.
    shows
        ``points`` (incidents and facilities one by one), ``units``, ``card``, ``table``, ``search``, ``addresses``
        (house numbers in the search), ``locate`` (where the reader is), ``time`` (slider), ``ruler``, ``print``,
        ``edit``, ``compare`` (with a second plan).
    question
        What its reader wants to know, as one question.
    asks
        What the headline is computed of: see :mod:`gridkit.render.page.question`.
    colours
        What the grids are coloured by when the page opens: the ``measure`` that shows most, ``neighbours`` told apart,
        or ``plain``.
    opens
        What the page opens with: the ``map``, the comparison (``compare``) or the ``atlas`` of one page per grid.
    audience
        ``internal`` stamps the page; ``public`` allows no points of incidents and hides counts below ``least_count``.
    """

    __pydantic_config__ = STRICT

    name: str
    title: Phrase
    about: Phrase = NO_TEXT
    question: Phrase = NO_TEXT
    asks: Literal[
        "grids",
        "mine",
        "attention",
        "plan",
        "changes",
        "reach",
        "departments",
        "response",
        "sharing",
        "pages",
        "scorecard",
    ] = "grids"
    layers: tuple[str, ...] = ("balance",)
    measures: tuple[str, ...] = ()
    colours: Literal["measure", "neighbours", "plain"] = "measure"
    shows: tuple[
        Literal[
            "points",
            "units",
            "card",
            "table",
            "search",
            "addresses",
            "locate",
            "time",
            "ruler",
            "print",
            "edit",
            "compare",
        ],
        ...,
    ] = ("card", "table", "search")
    opens: Literal["map", "compare", "atlas"] = "map"
    audience: Literal["internal", "public"] = "internal"
    least_count: int = 0
    options: dict[str, Any] = field(default_factory=dict)


@face("maps")
def maps(
    *,
    maps: str | Path | None = None,
) -> Registry[MapView]:
    """Return the registry of map views.

    Parameters
    ----------
    maps
        A folder of your own map views (*.toml). They stand before the shipped ones.
    """
    return Registry(Phrase("map view"), MapView, (shipped("maps"),)).overlaid(maps)
