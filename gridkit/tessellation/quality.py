"""The quality of units: how many, how large, how full, and how much of their border a planner can see on the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase
from gridkit.tables import FEATURES
from gridkit.tessellation import extent

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.tables import Extract

DECILES = {"least": 0.0, "tenth": 0.1, "median": 0.5, "nine_tenths": 0.9, "most": 1.0}
THIN_ROADS_KM = 5.0
"""Inhabited ground with fewer kilometres of road per square kilometre looks unmapped."""
SAID = 0.05
"""A larger share of people who are placed roughly, or of people or ground beyond all streets, is told of; 0 to 1."""
LEAST_M2 = 500.0
"""Units below this are counted as tiny. Square metres."""


def report(
    units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame, extract: Extract, limit: float | None = None
) -> dict[str, object]:
    """Return what to know of units before they are split, JSON-ready.

    Parameters
    ----------
    units
        See :data:`gridkit.tables.UNITS`; ``people`` may be missing.
    borders
        Of :func:`gridkit.tessellation.borders.touching`.
    extract
        Its roads and buildings say whether the map is complete.
    limit
        The maximum of the band, to count the units above it.

    Returns
    -------
    dict
        ``units`` (how many, by kind, tiny ones, what was merged), ``area_m2`` and ``people`` (by deciles), ``borders``
        (metres and share by feature, the share on any feature, links by kind), ``coverage`` (valid, metres of edge that
        are not shared), ``completeness`` (kilometres of road per square kilometre, units and people without a building,
        the share of the ground and the people beyond the outermost streets) and ``warnings``.
    """
    found: dict[str, object] = {
        "units": {
            "count": len(units),
            "by_kind": {str(kind): int(n) for kind, n in units["kind"].value_counts(sort=True).items()},
            "tiny": [str(name) for name in units.index[units.area < LEAST_M2]],
            "made": dict(units.attrs.get("made", {})),
        },
        "area_m2": _deciles(units.area),
        "borders": _borders(units, borders),
        "coverage": _coverage(units),
        "completeness": _completeness(units, extract),
    }
    if "people" in units.columns:
        people: dict[str, object] = {"total": float(units["people"].sum()), **_deciles(units["people"])}
        if "people_from" in units.columns:
            placed = units.groupby("people_from")["people"].sum()
            people["placed_by"] = {str(way): float(many) for way, many in placed.items()}
        if "way" in units.columns:
            people["cut_straight"] = float(units["people"][units["way"] == "area"].sum())
        people["empty_units"] = int((units["people"] == 0).sum())
        if limit is not None:
            people["above_limit"] = [str(name) for name in units.index[units["people"] > limit]]
        found["people"] = people
    return {**found, "warnings": _warnings(found)}


def _placed(people: dict[str, object], *, built: bool) -> list[str]:
    """Return what is said of people placed by land use alone, and of people in units cut by straight lines."""
    said: list[str] = []
    total = float(people["total"]) if isinstance(people["total"], float) else 0.0
    placed, straight = people.get("placed_by"), people.get("cut_straight", 0.0)
    if isinstance(placed, dict) and total and placed.get("area", 0.0) / total > SAID:
        by_area = "{share:.0%} of the people are spread by land use and area alone, no building or point tells where"
        too_few = (
            "{share:.0%} of the people are spread by land use and area: the buildings on the map are too few for them"
        )
        said.append(Phrase(too_few if built else by_area, share=placed["area"] / total))
    if isinstance(straight, float) and total and straight / total > SAID:
        cut = "{share:.0%} of the people live in units cut by straight lines, where the map shows nothing to cut along"
        said.append(Phrase(cut, share=straight / total))
    return said


def _beyond_streets(complete: dict[str, object], people: object) -> list[str]:
    """Return what is said of ground that no street of the map comes as far as, where there are streets at all."""
    ground, many = complete["share_beyond_streets"], complete["people_beyond_streets"]
    total = people["total"] if isinstance(people, dict) else 0.0
    assert isinstance(ground, float)  # noqa: S101 - built above
    assert isinstance(many, float)  # noqa: S101
    home = many / total if total else 0.0
    if complete["road_km_per_km2"] == 0 or max(ground, home) <= SAID:
        return []
    if not total:
        bare = (
            "no street on the map comes as far as {share:.0%} of the ground: the map may be of a part of the district"
        )
        return [Phrase(bare, share=ground)]
    lived = (
        "no street on the map comes as far as {share:.0%} of the ground, where {people} live ({part:.0%}):"
        " the map may be of a part of the district"
    )
    return [Phrase(lived, share=ground, people=Quantity(many, "people"), part=home)]


def _deciles(values: pd.Series[float]) -> dict[str, float]:
    if not len(values):
        return {}
    return {name: float(np.quantile(values, share)) for name, share in DECILES.items()}


def _borders(units: gpd.GeoDataFrame, borders: gpd.GeoDataFrame) -> dict[str, object]:
    # Parents' edges are given, not chosen; counted in, they would flatter what the cutting did.
    inner = borders[(borders["shared_m"] > 0) & (borders["feature"] != "boundary")]
    metres = inner.groupby("feature")["shared_m"].sum()
    total = float(metres.sum())
    by_feature = {feature: float(metres.get(feature, 0.0)) for feature in FEATURES if feature in metres.index}
    return {
        "metres": by_feature,
        "share": {feature: value / total for feature, value in by_feature.items()} if total else {},
        "on_features": 1 - by_feature.get("none", 0.0) / total if total else 1.0,
        "links": {str(link): int(n) for link, n in borders["link"].value_counts().items()},
        "units_without_neighbour": int((~units.index.isin([*borders["unit_id"], *borders["neighbour"]])).sum()),
    }


def _coverage(units: gpd.GeoDataFrame) -> dict[str, object]:
    shapes = units.geometry.to_numpy()
    return {
        "valid": bool(shapely.coverage_is_valid(shapes)),
        "unmatched_edges_m": float(shapely.length(shapely.coverage_invalid_edges(shapes)).sum()),
        "invalid_units": [str(name) for name in units.index[~shapely.is_valid(shapes)]],
    }


def _completeness(units: gpd.GeoDataFrame, extract: Extract) -> dict[str, object]:
    roads, buildings = extract.table("roads"), extract.table("buildings")
    # A harbour district is half water, and shores reach to midstream: no road can be missing there.
    dry = (units["kind"] != "water").to_numpy()
    land = units.get("area_m2", units.area)
    ground = float(land[dry].sum())
    outside = extent.beyond(units, extract)
    spots = shapely.STRtree(shapely.point_on_surface(buildings.geometry.to_numpy()))
    built = np.zeros(len(units), dtype=bool)
    built[spots.query(units.geometry.to_numpy(), predicate="intersects")[0]] = True
    # Whole roads that touch the district, uncut: the figure only tells a mapped district from an empty one.
    inside = shapely.STRtree(units.geometry.to_numpy()).query(roads.geometry.to_numpy(), predicate="intersects")[0]
    kilometres = float(shapely.length(roads.geometry.to_numpy()[np.unique(inside)]).sum()) / 1000
    people = units["people"] if "people" in units.columns else pd.Series(0.0, index=units.index)
    return {
        "road_km_per_km2": kilometres / (ground / 1e6) if ground else 0.0,
        "buildings": len(buildings),
        "units_without_building": int((~built).sum()),
        "people_without_building": float(people[~built].sum()),
        "share_beyond_streets": float((land[dry] * outside[dry]).sum()) / ground if ground else 0.0,
        "people_beyond_streets": float((people * outside).sum()),
    }


def _warnings(found: dict[str, object]) -> list[str]:
    """Return one sentence per weakness."""
    said: list[str] = []
    complete, borders, coverage = found["completeness"], found["borders"], found["coverage"]
    assert isinstance(complete, dict)  # noqa: S101 - built above
    assert isinstance(borders, dict)  # noqa: S101
    assert isinstance(coverage, dict)  # noqa: S101
    if complete["road_km_per_km2"] == 0:
        said.append(Phrase("no street is on the map: no border follows one"))
    elif complete["road_km_per_km2"] < THIN_ROADS_KM:
        thin = "only {density:.1f} km of road per km2 are on the map: inner streets may be missing"
        said.append(Phrase(thin, density=complete["road_km_per_km2"]))
    said += _beyond_streets(complete, found.get("people"))
    if complete["buildings"] == 0:
        there = complete["people_without_building"] > 0
        spread = Phrase("no building is on the map: people are spread by area")
        said.append(spread if there else Phrase("no building is on the map"))
    elif complete["people_without_building"] > 0:
        bare = "{people} in units without a building on the map"
        said.append(Phrase(bare, people=Quantity(complete["people_without_building"], "people")))
    if isinstance(found.get("people"), dict):
        said += _placed(found["people"], built=bool(complete["buildings"]))  # type: ignore[arg-type]
    if borders["on_features"] < 0.95:  # noqa: PLR2004 - the goal of the project
        unseen = "only {share:.0%} of the border runs along anything seen on the ground"
        said.append(Phrase(unseen, share=borders["on_features"]))
    if not coverage["valid"]:
        said.append(Phrase("{metres:,.1f} m of edges are not shared exactly", metres=coverage["unmatched_edges_m"]))
    return said
