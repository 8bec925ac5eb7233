"""Plans in and out of files, and any polygons in the place of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from gridkit.crs import to_metric
from gridkit.errors import UsageError
from gridkit.plan.plan import Plan
from gridkit.sources.files import vectors
from gridkit.store import geopackage

if TYPE_CHECKING:
    from pathlib import Path

    from pyproj import CRS


def read_plan(path: str | Path) -> Plan:
    """Return the plan in a file; a file that is none is named in the error."""
    return geopackage.read(path)


def write_plan(plan: Plan, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a plan into one GeoPackage, which appears whole or not at all, and return its path."""
    return geopackage.write(plan, path, overwrite=overwrite)


def required_plan(judged: Plan | gpd.GeoDataFrame, where: object) -> Plan:
    """Return what must be a plan; raise :class:`UsageError` where it is a layer of polygons."""
    if isinstance(judged, Plan):
        return judged
    raise UsageError("this is a layer of grids, not a plan of gridkit", where=where, mend="make one with gridkit split")


def plan_or_polygons(source: str | Path | Plan | gpd.GeoDataFrame, crs: CRS | None = None) -> Plan | gpd.GeoDataFrame:
    """Return a plan where the source is one, else its polygons in a metric CRS.

    Parameters
    ----------
    source
        A plan, a plan file, polygons, or ``FILE[:LAYER]`` of polygons in any CRS.
    crs
        The metric CRS polygons come in; the one that fits them best when None.
    """
    if isinstance(source, Plan):
        return source
    if not isinstance(source, gpd.GeoDataFrame) and geopackage.holds_plan(source):
        return geopackage.read(source)
    return to_metric(vectors.read(source), crs, where="" if isinstance(source, gpd.GeoDataFrame) else source)
