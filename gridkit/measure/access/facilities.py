"""Facilities: found among places by their tags, among areas by their kind, or brought by the user."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.tables import TEXT

if TYPE_CHECKING:
    from gridkit.catalog.definitions import CoverageLayer
    from gridkit.measure.inputs import Subject
    from gridkit.tables import Extract

EDGE_STEP_M = 50.0
"""An area is reached at points this far apart along its edge."""


def facilities(definition: CoverageLayer, subject: Subject, data: gpd.GeoDataFrame | None = None) -> gpd.GeoDataFrame:
    """Return FACILITIES: the user's own when there are any, else the places and areas that the definition names.

    Parameters
    ----------
    definition
        The service.
    subject
        The features around, and the facilities that were brought for any service.
    data
        The facilities to take whatever was brought.

    Returns
    -------
    GeoDataFrame
        On ``facility_id`` with ``name``, ``name_en`` (where any has one), ``kind``, ``capacity`` (null where unknown).
        Areas are their polygons: see :func:`doors` for where they are reached.
    """
    extract = subject.extract
    data = subject.services.get(definition.name) if data is None else data
    if data is not None:
        shapes = np.asarray(data.geometry.values, dtype=object)
        found = data[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    else:
        areas = [_areas(extract, table, kinds) for table, kinds in definition.areas.items()]
        found = pd.concat([_tagged(extract, definition.tags), *areas])
    english = (
        {"name_en": found["name_en"].astype(TEXT)} if "name_en" in found and found["name_en"].notna().any() else {}
    )
    frame = gpd.GeoDataFrame(
        {
            "name": found["name"].astype(TEXT) if "name" in found else "",
            **english,
            "kind": found["kind"].astype(TEXT) if "kind" in found else definition.name,
            "capacity": pd.to_numeric(found["capacity"], errors="coerce") if "capacity" in found else np.nan,
        },
        index=found.index.astype(TEXT),
        geometry=found.geometry,
        crs=extract.crs,
    )
    frame = frame[~frame.index.duplicated()]
    return frame.rename_axis("facility_id").sort_index()


def _tagged(extract: Extract, tags: dict[str, tuple[str, ...]]) -> gpd.GeoDataFrame:
    places = extract.table("places")
    wanted = {f"{key}={value}" for key, values in tags.items() for value in values}
    by_kind = places["kind"].isin(wanted).to_numpy(dtype=bool)
    other = ~by_kind & places["tags"].str.len().gt(2).to_numpy(dtype=bool)
    by_tags = np.zeros(len(places), dtype=bool)
    by_tags[other] = [
        any(f"{key}={value}" in wanted for key, value in json.loads(text).items()) for text in places["tags"][other]
    ]
    return places[by_kind | by_tags]


def _areas(extract: Extract, table: str, kinds: tuple[str, ...]) -> gpd.GeoDataFrame:
    frame = extract.table(table)
    return frame[frame["kind"].isin(kinds)]


def doors(found: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return points at which the facilities are reached, and the position of the facility each belongs to.

    A point is its own door; an area has one every :data:`EDGE_STEP_M` along its edge.
    """
    shapes = np.asarray(found.geometry.values, dtype=object)
    if not len(shapes):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    is_point = shapely.get_type_id(shapes) == 0
    edges, owner = shapely.get_parts(shapely.boundary(shapes[~is_point]), return_index=True)
    edges = shapely.segmentize(edges, EDGE_STEP_M)
    xy, edge = shapely.get_coordinates(edges, return_index=True)
    at = np.flatnonzero(~is_point)[owner[edge]] if len(edge) else np.empty(0, dtype=np.int64)
    points = np.concatenate([shapes[is_point], shapely.points(xy)])
    return points, np.concatenate([np.flatnonzero(is_point), at]).astype(np.int64)
