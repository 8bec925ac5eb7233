"""Files of places of all sorts, of which a layer takes its own: told by the kinds that OpenStreetMap's exports write.

Such are Overture's places, points of interest of Geofabrik's shapefiles and GeoPackages (``fclass``), of exports of HOT
and Overpass (``amenity``, ``healthcare`` ...). A file of an office, which knows its own kinds, is taken whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, listed, template
from gridkit.sources import nested
from gridkit.sources.tables import names
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

_KEYS = ("amenity", "healthcare", "leisure", "shop", "office", "highway", "public_transport", "social_facility")
_OF_OSM = ("amenity", "osm_id", "osm_type", "osmid", "@id", "fclass")
"""Columns by which an export of OpenStreetMap is known; an office may have a column ``office`` of its own."""
_CLASS = "fclass"
_GEOFABRIK = {"toilet": "toilets", "market_place": "marketplace", "doctor": "doctors"}
"""Classes of Geofabrik's shapefiles that are called otherwise than the values of the tags they stand for."""
_SHOWN = 5


def of_layer(
    rows: pd.DataFrame, tags: Mapping[str, Sequence[str]], where: object
) -> tuple[NDArray[np.bool_], Phrase] | None:
    """Return which rows are of a layer and what is said of the others; None where the file does not tell, or all are.

    Parameters
    ----------
    rows
        With the columns of the file; Overture's with ``kind`` as :func:`gridkit.sources.overture.placed` makes it.
    tags
        What makes a place one of the layer: by key, the values of OpenStreetMap.

    Raises
    ------
    TableError
        When the file tells the kind of its places, and none is of the layer.
    """
    told = _told(rows, tags) if tags else None
    if told is None or told.all():
        return None
    if not told.any():
        raise TableError(
            "none of its places is what the layer is of: they are {kinds}",
            where=where,
            mend="name another file, or say --column kind=COLUMN when every row is one",
            kinds=listed(_kinds(rows), _SHOWN),
        )
    said = template(
        "{count} place of another kind is left out, as its columns tell",
        "{count} places of other kinds are left out, as its columns tell",
    )
    return told, Phrase(said, count=int((~told).sum()))


def _told(rows: pd.DataFrame, tags: Mapping[str, Sequence[str]]) -> NDArray[np.bool_] | None:
    """Return which rows bear one of the tags; None where no column speaks OpenStreetMap's language."""
    found = np.zeros(len(rows), dtype=bool)
    spoken = False
    kind = names.column_for(rows, "kind")
    if kind is not None and rows[kind].astype(TEXT).str.fullmatch(r"[a-z_:]+=[a-z_]+").eq(other=True).any():
        wanted = [f"{key}={value}" for key, values in tags.items() for value in values]
        found |= rows[kind].isin(wanted).to_numpy(dtype=bool)
        spoken = True
    columns = {str(name).casefold(): str(name) for name in rows.columns}
    if not set(columns).intersection(_OF_OSM):
        return found if spoken else None
    for key in {*tags, *_KEYS} & set(columns):
        found |= np.array([_is(cell, tags.get(key, ())) for cell in rows[columns[key]]], dtype=bool)
        spoken = True
    if _CLASS in columns:
        every = {value for values in tags.values() for value in values}
        found |= rows[columns[_CLASS]].replace(_GEOFABRIK).isin(every).to_numpy(dtype=bool)
        spoken = True
    return found if spoken else None


def _is(cell: object, values: Sequence[str]) -> bool:
    """Return whether a cell holds one of some values, several of them as ``a;b`` or a list."""
    said = {part.strip() for each in nested.values(cell) for part in str(each).split(";")}
    return bool(said.intersection(values))


def _kinds(rows: pd.DataFrame) -> list[str]:
    """Return the commonest kinds of the rows."""
    columns = {str(name).casefold(): str(name) for name in rows.columns}
    name = next((columns[each] for each in (_CLASS, "kind", *_KEYS) if each in columns), None)
    return [] if name is None else [str(kind) for kind in rows[name].dropna().astype(TEXT).value_counts().index]
