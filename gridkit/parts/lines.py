"""Any lines as the parts alone take them: what has a class of street as roads, all else as lines of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.crs import require_crs
from gridkit.parts.polygons import drawn, require_shapes
from gridkit.sources import features, nested, road_classes
from gridkit.sources.tables import column_roles
from gridkit.tables import LINES, POLYGONS, TEXT, Extract
from gridkit.tessellation.barriers import ROAD_FEATURE
from gridkit.tessellation.cut_rules import Rules

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

NAME = "lines"
EVERY = Rules(least_road="path")
"""Whatever line is handed over cuts, a path as well."""


def read(source: Any, said: str | None, crs: CRS) -> tuple[Extract, gpd.GeoDataFrame | None]:
    """Return the streets among some lines as an extract, and all other lines; None where there is no other.

    Parameters
    ----------
    source
        Lines, or areas that count by their outlines; a graph of streets.
    said
        The CRS of what names none.
    crs
        The metric CRS to work in.
    """
    frame = drawn(source, said, where=NAME)
    require_shapes(frame, LINES | POLYGONS, NAME)
    frame = frame.to_crs(crs)
    streets = _streets(frame)
    extract = roads(frame[streets], crs) if streets.any() else Extract({}, require_crs(frame))
    return extract, None if streets.all() else frame[~streets]


def roads(frame: gpd.GeoDataFrame, crs: CRS) -> Extract:
    """Return lines as the roads of an extract; their classes, names and directions from columns of usual names."""
    return features.read(frame.reset_index(drop=True), "roads", crs=crs)


def _streets(frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which lines have a class of street in a column of a usual name, and no ``feature`` that says more."""
    column = column_roles.found(frame, {"kind": features.COLUMNS["kind"]}).get("kind")
    if column is None:
        return np.zeros(len(frame), dtype=bool)
    first = pd.Series([str((nested.values(cell) or [""])[0]) for cell in frame[column]], dtype=TEXT)
    read, strange = road_classes.read(frame, column)
    kinds = pd.Series(read, dtype=TEXT).str.removesuffix("_link").mask(first.str.strip().isin(strange))
    lines = frame.geom_type.isin(sorted(LINES)).to_numpy()
    said = frame["feature"].notna().to_numpy() if "feature" in frame else np.zeros(len(frame), dtype=bool)
    return np.asarray(kinds.isin(ROAD_FEATURE).to_numpy() & lines & ~said, dtype=bool)
