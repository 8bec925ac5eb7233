"""House numbers that a resident types to find his grid: of compounds and of streets, packed beside their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from gridkit.crs import LONLAT
from gridkit.render.page.payload import DEGREE, places, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.plan.plan import Plan

MOST = 60_000
"""House numbers beyond these are left out, the last streets first, so that the page can still be mailed."""


def pack(backdrop: Mapping[str, gpd.GeoDataFrame], plan: Plan) -> dict[str, Any]:
    """Return the head's entry of the house numbers of a plan's buildings.

    A building in a compound that has a name is found under it, any other under the street that its address names; one
    with neither is left out, since a number alone finds nothing.

    Returns
    -------
    dict
        ``streets``: name and its Latin; for each house ``of`` (its street, as steps), ``numbers``, ``at`` as steps;
        ``left``: how many are beyond :data:`MOST`.
    """
    none: dict[str, Any] = {"streets": [], "of": [], "numbers": [], "at": [], "left": 0}
    table = backdrop.get("buildings")
    if table is None or "number" not in table:
        return none
    table = table[table["number"].notna() & ~(table.geometry.is_empty | table.geometry.isna())]
    middle = gpd.GeoSeries(shapely.point_on_surface(table.geometry.to_numpy()), index=table.index, crs=table.crs)
    inside = plan.units.sindex.query(middle.to_crs(plan.crs).to_numpy(), predicate="intersects")[0]
    kept = np.unique(inside)
    table, middle = table.iloc[kept], gpd.GeoSeries(middle.to_numpy()[kept], crs=table.crs)
    streets = _compounds(backdrop, middle)
    for at, street in enumerate(texts(table["street"]) if "street" in table else []):
        streets[at] = streets[at] or (street and (street, ""))
    rows = [
        (*street, number, at)
        for at, (street, number) in enumerate(zip(streets, texts(table["number"]), strict=True))
        if street and number
    ]
    rows.sort(key=lambda row: (row[0], len(row[2]), row[2], row[3]))
    left, rows = max(0, len(rows) - MOST), rows[:MOST]
    if not rows:
        return none
    names = list(dict.fromkeys((name, latin) for name, latin, *_ in rows))
    place = {name: at for at, name in enumerate(names)}
    lonlat = shapely.get_coordinates(middle.to_crs(LONLAT).to_numpy()[[row[3] for row in rows]])
    return {
        "streets": [list(name) for name in names],
        "of": np.diff([place[name, latin] for name, latin, *_ in rows], prepend=0).tolist(),
        "numbers": [number for *_, number, _ in rows],
        "at": places(np.rint(lonlat * DEGREE).astype(np.int64)),
        "left": left,
    }


def _compounds(backdrop: Mapping[str, gpd.GeoDataFrame], middle: gpd.GeoSeries) -> list[Any]:
    """Return name and Latin of the compound that each building stands in, None where it has none."""
    found: list[Any] = [None] * len(middle)
    compounds = backdrop.get("compounds")
    if compounds is None or "name" not in compounds or not len(middle):
        return found
    latin = texts(compounds["name_en"]) if "name_en" in compounds else [None] * len(compounds)
    names = texts(compounds["name"])
    houses, around = compounds.sindex.query(middle.to_numpy(), predicate="intersects")
    for house, compound in zip(houses.tolist(), around.tolist(), strict=True):
        if names[compound] and found[house] is None:
            found[house] = (names[compound], latin[compound] or "")
    return found
