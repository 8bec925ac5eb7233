"""The people of a project on its units: read from all that counts them, spread, and held to official totals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from gridkit import ledger, provenance
from gridkit.errors import TableError, nearest
from gridkit.language.labels import word
from gridkit.language.phrases import LIST, Phrase, joined
from gridkit.recipes import objectives
from gridkit.recipes.reading import reading
from gridkit.sources.files import vectors
from gridkit.sources.people import population, totals
from gridkit.tessellation.people import dasymetric
from gridkit.tessellation.people.raking import Margin

if TYPE_CHECKING:
    import pandas as pd

    from gridkit.ledger import Ledger
    from gridkit.project import Project
    from gridkit.tables import Extract, Raster


def peopled(
    asked: Project, areas: gpd.GeoDataFrame, units: gpd.GeoDataFrame, extract: Extract
) -> tuple[gpd.GeoDataFrame, tuple[gpd.GeoDataFrame | Raster, ...], dict[str, Any], tuple[str, ...], Ledger]:
    """Return the units with their people, the sources as read, the report of the spread, notes, and the accounts.

    Parameters
    ----------
    asked
        Where people are (``people``, ``households``, ``totals``), and how their files are to be taken.
    areas
        DISTRICTS.
    units
        UNITS, with or without people.
    extract
        What stands there: buildings and compounds.
    """
    sources: list[gpd.GeoDataFrame | Raster] = []
    notes: list[str] = []
    report: dict[str, Any] = {}
    with provenance.role("totals"):
        official = None if asked.totals is None else totals.read(asked.totals, areas, reading=reading(asked, "totals"))
    margins = () if official is None else (Margin(official),)
    for wanted, source in {"people": asked.people, "households": asked.households}.items():
        if source is None:
            continue
        with provenance.role(wanted):
            table, said = population.read(
                source,
                areas,
                counts="households" if wanted == "households" else "people",
                reading=reading(asked, wanted),
                compounds=extract.table("compounds"),
            )
        notes += said
        if isinstance(table, gpd.GeoDataFrame):
            table = population.with_remainders(table, official, areas)
        # A table of households often counts people too; those of --people hold.
        if wanted == "households" and asked.people is not None and isinstance(table, gpd.GeoDataFrame):
            table = table.drop(columns="people")
        sources.append(table)
        units, spread = dasymetric.allocate(units, table, extract, margins=margins)
        report |= spread
    if official is not None and not sources:
        table = totals.spread(official, areas)
        notes.append(
            Phrase("people are spread from the official totals alone: by buildings where they can, else by area")
        )
        sources.append(table)
        units, report = dasymetric.allocate(units, table, extract, margins=margins)
    elif official is not None:
        units, more = _rest(units, official, areas, extract)
        notes += more
    units = units if "people" in units else units.assign(people=0.0)
    for column in _asked_about(asked):
        if column not in units and asked.people is not None:
            objectives.require_count(asked, column)
            units = units.assign(**{column: _second(asked, column, areas, units, extract)})
    return units, tuple(sources), report, tuple(notes), ledger.of(official, *sources)


def _rest(
    units: gpd.GeoDataFrame, official: pd.DataFrame, areas: gpd.GeoDataFrame, extract: Extract
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return units with what the totals count and no other source does, spread like the totals alone; and a note."""
    rest = official.drop(columns=[name for name in official if name in units])
    if not len(rest.columns):
        return units, []
    table = totals.spread(rest, areas).drop(columns="people", errors="ignore")
    spread, _ = dasymetric.allocate(units, table, extract, margins=(Margin(rest),))
    names = joined([word(str(name)) for name in rest], LIST)
    return spread, [Phrase("{names} are spread from the official totals alone: nothing else counts them", names=names)]


def _asked_about(asked: Project) -> list[str]:
    """Return the columns beside people and households that a project asks about."""
    second = [] if asked.check_with is None else [asked.check_with]
    return list(dict.fromkeys([*second, *objectives.columns(asked)]))


def _second(
    asked: Project, column: str, areas: gpd.GeoDataFrame, units: gpd.GeoDataFrame, extract: Extract
) -> pd.Series:
    """Return a second column of the file of people, spread as they are."""
    source = asked.people
    assert source is not None  # noqa: S101 - asked for only then
    if isinstance(source, gpd.GeoDataFrame):
        if column not in source:
            raise TableError(
                "column {column!r} is not in the table",
                where="people",
                column=column,
                near=nearest(column, [str(name) for name in source]),
            )
        source = source.rename(columns={"people": "people of the plan", column: "people"})
    else:
        source = str(replace(vectors.parse(source), column=column))
    with provenance.role("people"):
        table, _ = population.read(
            source, areas, reading=reading(asked, "people"), compounds=extract.table("compounds")
        )
    return dasymetric.allocate(units, table, extract)[0]["people"]
