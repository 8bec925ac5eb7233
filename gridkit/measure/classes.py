"""Values as different sources write them, gathered under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.catalog.definitions import Class


def plain(value: object) -> str:
    """Return a value as it is compared: without case, without space.

    Examples
    --------
    >>> plain(" In Progress")
    'inprogress'
    """
    return "".join(str(value).split()).casefold()


def classified(events: gpd.GeoDataFrame, classes: dict[str, Class]) -> gpd.GeoDataFrame:
    """Return the incidents with a column ``class``: the class their category belongs to, else the category itself."""
    if "category" not in events or not classes:
        return events
    known = {plain(value): name for name, each in classes.items() for value in each.values}
    category = events["category"].astype("str")
    return events.assign(**{"class": category.map(plain).map(known).fillna(category)})
