"""A project: what a district's plan is made from and what was chosen."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gridkit.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    Source = str | Path | gpd.GeoDataFrame

FEATURE_SOURCES = ("roads", "rails", "waterways", "water", "green", "walls", "compounds", "buildings", "places")
"""Kinds of lines and areas that a provider's own file may give, beside or instead of OpenStreetMap."""


@dataclass(frozen=True)
class Project:
    """The inputs and choices of one plan. Sources are ``FILE[:LAYER][:COLUMN]`` or a GeoDataFrame.

    Attributes
    ----------
    district
        The area to be split. Its polygons are dissolved unless ``parents`` names the column whose values are walls.
    osm
        OpenStreetMap extracts: .osm.pbf, .osm, .osm.gz or .osm.bz2.
    features
        A provider's own vector files by kind (see :data:`FEATURE_SOURCES`); they come beside those of ``osm``.
    lines
        The user's own lines that must cut.
    people, households
        Where people are: a raster of people per pixel, ``FILE[:LAYER]:COLUMN`` of areas or points, or a table per
        compound.
    totals
        Official totals per parent, that people and households are scaled to: a table with a row for each.
    units
        ``blocks`` (enclosed by lines), ``hexagons`` (``hexagon_m`` from side to side), ``h3:9``
        (cells of H3), or a source of ready-made areas.
    crs
        The CRS of inputs that name none, such as ``EPSG:4528``; work is done in metres whatever the inputs are in.
    datum, encoding, swap_xy
        The same for longitudes and latitudes (``gcj02``, ``bd09``), for text, and where north stands first.
    flags
        The words that mean yes in a column of yes and no, by what it says: ``{"tunnel": "T"}``, ``"none"`` for no word.
    suppressed
        What a blank or withheld count of people stands for: ``zero``, ``mean`` of the rows that have one, or the
        ``remainder`` of an official total. Nothing is decided when None: many of them stop.
    preset
        The practice whose band, prices, rules and codes hold (see :func:`gridkit.presets`).
    measure
        ``people``, ``households`` or ``area_m2``: what is balanced; the preset's when empty.
    target, low, high, tolerance
        The band; ``low`` and ``high`` follow from ``target`` and ``tolerance`` (a share) where they are not given.
    grids
        How many grids; what the band implies when None.
    dedicated
        Areas of institutions (a school, a hospital, a market), each a grid of its own whatever the band.
    nested
        The size of micro-grids inside the grids, in the unit of the measure; none when None.
    old
        Last year's grids: households that change grid then have a price.
    effort
        How long the search goes on, 1 by default; twice the effort takes about twice the time. A small district is
        searched up to four times as long for its size, which still is a matter of seconds.
    time_limit
        Seconds after which the search stops with the best it has; recorded when it did.
    threads
        Threads of the search, as many as processors when 0. They change the time, never the plan.
    exact
        Prove the optimum; only for parents of a few dozen units.
    """

    district: Source = ""
    parents: str | None = None
    osm: tuple[str | Path, ...] = ()
    features: Mapping[str, Source] = field(default_factory=dict)
    lines: Source | None = None
    people: Source | None = None
    households: Source | None = None
    totals: Source | None = None
    units: Source = "blocks"
    hexagon_m: float = 150.0
    crs: str | None = None
    datum: str | None = None
    encoding: str | None = None
    swap_xy: bool = False
    flags: Mapping[str, str] = field(default_factory=dict)
    suppressed: Literal["zero", "mean", "remainder"] | None = None
    preset: str = "cn-social"
    measure: str = ""
    target: float | None = None
    low: float | None = None
    high: float | None = None
    tolerance: float | None = None
    grids: int | None = None
    dedicated: Source | None = None
    nested: float | None = None
    old: Source | None = None
    seed: int = 0
    effort: float = 1.0
    time_limit: float | None = None
    threads: int = 0
    exact: bool = False
    title: str = ""


def project(district: Source | Project, **choices: Any) -> Project:  # noqa: ANN401 - any field
    """Return the project of a district, or a project changed in some of its fields.

    Parameters
    ----------
    district
        A source, or a project to start from.
    choices
        Fields of :class:`Project`; the names of :data:`FEATURE_SOURCES` go into ``features``; one ``osm`` file may
        stand alone.

    Raises
    ------
    UsageError
        When a choice is no field of a project.

    Examples
    --------
    >>> project("district.gpkg", osm="city.osm.pbf", water="rivers.shp").features
    {'water': 'rivers.shp'}
    """
    start = district if isinstance(district, Project) else Project(district=district)
    names = {each.name for each in fields(Project)}
    for name in choices:
        if name not in names and name not in FEATURE_SOURCES:
            near = nearest(name, [*names, *FEATURE_SOURCES])
            raise UsageError("there is no choice {name!r}", mend="did you mean {near!r}?", name=name, near=near)
    own = {kind: choices[kind] for kind in FEATURE_SOURCES if choices.get(kind) is not None}
    plain = {name: value for name, value in choices.items() if name in names}
    if isinstance(plain.get("osm"), str | Path):
        plain["osm"] = (plain["osm"],)
    return replace(start, **{"features": {**start.features, **own}, **plain})
