"""What a table or layer may be used as, by its columns and shapes, and the command line to go on with."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from gridkit.sources import facilities, incidents, overture
from gridkit.sources.people import counts
from gridkit.sources.tables import cells, column_roles, names

if TYPE_CHECKING:
    from gridkit.sources.files.containers import Spec

ROLES: dict[str, tuple[str, ...]] = {
    **names.COORDINATES,
    **{role: incidents.COLUMNS[role] for role in ("id", "time", "status", "department")},
    **{role: facilities.COLUMNS[role] for role in ("capacity", "hours")},
    **counts.COLUMNS,
}
"""Names that columns of each role usually have, over all tables that are read."""

_ROADS = ("highway", "fclass", "road_class", "道路等级", "subtype")
_BUILDINGS = ("building", "building:levels", "floors", "height", "area_in_meters", "楼层", "层数", "num_floors")
_COUNTED = ("people", "households", "elderly", "children", "capacity")


def roles(frame: pd.DataFrame) -> dict[str, str]:
    """Return the role of each column that has one, by the name of the column."""
    own = getattr(frame, "_geometry_column_name", None)
    found = column_roles.found(frame.drop(columns=[own]) if own in frame else frame, ROLES)
    return {column: role for role, column in reversed(found.items())}


def is_summed(name: str, role: str | None) -> bool:
    """Return whether the sum of a column of numbers says anything: of identifiers, codes and places it does not."""
    return role in _COUNTED or (role is None and not cells.names_code(name))


def use(frame: pd.DataFrame, spec: Spec) -> tuple[str, str]:
    """Return what a table may be used as and the command line to go on with; both empty where nothing tells.

    Parameters
    ----------
    frame
        As read.
    spec
        What names it on the command line.
    """
    found = {role: column for column, role in roles(frame).items()}
    kinds = set(frame.geom_type.dropna().str.removeprefix("Multi")) if isinstance(frame, gpd.GeoDataFrame) else set()
    columns = {str(name).casefold() for name in frame.columns}
    named = shlex.quote(str(spec))
    if "LineString" in kinds:
        return "roads", f"gridkit split DISTRICT --feature roads={named} --people PEOPLE -o plan.gpkg"
    if "Polygon" in kinds:
        return _areas(found, columns, spec)
    if "time" in found:
        return "incidents", f"gridkit layer plan.gpkg incidents --data {named}"
    if "people" in found or "households" in found:
        counted = "people" if "people" in found else "households"
        placed = bool(kinds) or {"lon", "lat"} <= set(found) or {"x", "y"} <= set(found)
        option = f"--{counted}" if placed else "--totals"
        return counted if placed else "totals", f"gridkit split DISTRICT {option} {named} -o plan.gpkg"
    if kinds or {"lon", "lat"} <= set(found) or {"x", "y"} <= set(found) or "wkt" in found or "pair" in found:
        return "facilities", f"gridkit layer plan.gpkg LAYER --data {named}"
    return "", ""


def _areas(found: dict[str, str], columns: set[str], spec: Spec) -> tuple[str, str]:
    named = shlex.quote(str(spec))
    counted = next((role for role in ("people", "households") if role in found), None)
    if counted is not None:
        people = shlex.quote(f"{spec}:{found[counted]}")
        return counted, f"gridkit split {named} --{counted} {people} --osm OSM --target 1000 -o plan.gpkg"
    if columns.intersection(_BUILDINGS) or overture.speaks(pd.DataFrame(columns=sorted(columns))):
        return "buildings", f"gridkit split DISTRICT --feature buildings={named} --people PEOPLE -o plan.gpkg"
    return "district", f"gridkit split {named} --osm OSM --people PEOPLE --target 1000 -o plan.gpkg"
