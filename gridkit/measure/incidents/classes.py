"""Values as different sources write them, gathered under one name."""

from __future__ import annotations

import unicodedata
import warnings
from typing import TYPE_CHECKING

from gridkit.errors import GridkitWarning
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from gridkit.catalog.classes import Class
    from gridkit.catalog.definitions import IncidentsLayer
    from gridkit.language.phrases import Phrase


def plain(value: object) -> str:
    """Return a value as it is compared: without case, without space, in plain letters and marks.

    Examples
    --------
    >>> plain(" In Progress")
    'inprogress'
    >>> plain("Ｗｏｎ’ｔ fix")
    "won'tfix"
    """
    return "".join(unicodedata.normalize("NFKC", str(value)).replace("\u2019", "'").split()).casefold()


def titled(categories: Iterable[str], definition: IncidentsLayer) -> list[Phrase | str]:
    """Return what categories are called in any language, by the definition; what it does not know stays as it is."""
    kinds = [*definition.called.values(), *definition.classes.values()]
    known = {plain(value): each.title for each in kinds for value in each.values}
    return [known.get(plain(category), category) for category in categories]


def chosen(events: gpd.GeoDataFrame, definition: IncidentsLayer) -> gpd.GeoDataFrame:
    """Return the incidents that the layer is about: those of its classes, and those without a category.

    Where none is of a class, the source names them otherwise: all are returned, with a warning.
    """
    if not definition.only or "category" not in events or events["category"].isna().all():
        return events
    known = {plain(value) for each in definition.classes.values() for value in each.values}
    own = events["category"].map(plain, na_action="ignore").isin(known)
    if not own.any():
        warnings.warn(
            GridkitWarning("no category is one of its classes, so all incidents are counted", where=definition.name),
            stacklevel=3,
        )
        return events
    return events[own | events["category"].isna()]


def classified(events: gpd.GeoDataFrame, classes: dict[str, Class]) -> gpd.GeoDataFrame:
    """Return the incidents with a column ``class``: the class their category belongs to, else the category itself."""
    if "category" not in events or not classes:
        return events
    known = {plain(value): name for name, each in classes.items() for value in each.values}
    category = events["category"].astype(TEXT)
    return events.assign(**{"class": category.map(plain).map(known).fillna(category)})
