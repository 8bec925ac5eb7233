"""What a layer and a map view are made of: frozen dataclasses that TOML is read into strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from gridkit.catalog.shelf import Shelf, shipped
from gridkit.words import Words

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Measure:
    """One column of a layer's grid or unit table that a map can colour by.

    Attributes
    ----------
    column
        Its name in the table.
    title, unit
        What the legend says; ``unit`` may be empty.
    palette
        A sequential (``viridis``, ``cividis``, ``YlGnBu``) or diverging (``PuOr``) palette of gridkit.render.colour.
    breaks
        ``quantiles``, ``equal``, ``natural``, ``band`` (around the target), or fixed numbers.
    digits
        Digits after the point; a share (``percent = true``) is 0-1 in the table and printed as per cent.
    """

    __pydantic_config__ = _STRICT

    column: str
    title: Words
    unit: Words = field(default_factory=lambda: Words(en="", zh=""))
    palette: str = "YlGnBu"
    breaks: str | tuple[float, ...] = "quantiles"
    classes: int = 5
    digits: int = 0
    percent: bool = False


@dataclass(frozen=True)
class Definition:
    """What every layer has: its name (the file's), title, source, and how it is drawn."""

    __pydantic_config__ = _STRICT

    name: str
    title: Words
    about: Words = field(default_factory=lambda: Words(en="", zh=""))
    source: str = ""
    measures: tuple[Measure, ...] = ()
    colour: str = "#0072b2"
    """Colour of its points and lines."""


@dataclass(frozen=True)
class BalanceLayer(Definition):
    """People, households and area of each grid against the band."""

    kind: Literal["balance"] = "balance"


@dataclass(frozen=True)
class IncidentsLayer(Definition):
    """Points in time counted per grid.

    Attributes
    ----------
    columns
        Which column of the source holds ``time``, ``category``, ``status`` ...; several candidates each, first found wins.
    per
        Rates are per this many people.
    """

    kind: Literal["incidents"] = "incidents"
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    per: float = 1000.0


@dataclass(frozen=True)
class CoverageLayer(Definition):
    """Facilities, and the share of people within reach of one.

    Attributes
    ----------
    tags
        OSM tags that make a place one of these facilities: ``{amenity = ["clinic", "doctors"]}``; any match counts.
    minutes
        The walking times whose shares are reported, in minutes.
    """

    kind: Literal["coverage"] = "coverage"
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    minutes: tuple[float, ...] = (5.0, 10.0, 15.0)


LayerDefinition = Annotated[BalanceLayer | IncidentsLayer | CoverageLayer, Field(discriminator="kind")]


@dataclass(frozen=True)
class MapView:
    """Which layers for whom, and what the page offers.

    Attributes
    ----------
    layers
        Names of layers in the order they are listed; a layer the plan does not hold is left out, with a note.
    shows
        ``points`` (incidents and facilities one by one), ``units``, ``card``, ``edit``, ``table``, ``print``.
    audience
        ``internal`` stamps the page; ``public`` allows no points of incidents and hides counts below ``least_count``.
    """

    __pydantic_config__ = _STRICT

    name: str
    title: Words
    about: Words = field(default_factory=lambda: Words(en="", zh=""))
    layers: tuple[str, ...] = ("balance",)
    shows: tuple[Literal["points", "units", "card", "edit", "table", "print", "search"], ...] = (
        "card",
        "table",
        "search",
    )
    audience: Literal["internal", "public"] = "internal"
    least_count: int = 0
    options: dict[str, Any] = field(default_factory=dict)


def layers() -> Shelf[Any]:
    """Return the shelf of layer definitions."""
    return Shelf("layer", LayerDefinition, (shipped("layers"),))


def maps() -> Shelf[MapView]:
    """Return the shelf of map views."""
    return Shelf("map view", MapView, (shipped("maps"),))
