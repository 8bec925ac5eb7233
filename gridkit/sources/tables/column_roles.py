"""Which column of a file plays which role, and what every table of places gets: an identifier, a point, plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gridkit.crs import named, to_metric
from gridkit.sources.coordinates import points
from gridkit.sources.tables import cells, names, personal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from gridkit.sources.files import vectors
    from gridkit.sources.reading import Reading

    Columns = Mapping[str, Sequence[str] | str]


@dataclass(frozen=True)
class Cast:
    """A file's rows that have a place, and which column plays which role.

    Attributes
    ----------
    rows
        The rows with coordinates, all columns; those without too, where they were asked for.
    roles
        The column of each role that has one.
    report
        What was read, counted and left out, JSON-ready.
    where
        What messages call it.
    """

    rows: gpd.GeoDataFrame
    roles: Mapping[str, str]
    report: dict[str, Any]
    where: object

    def text(self, role: str) -> pd.Series:
        """Return a role's cells as plain text, numbers of persons in it masked, missing where blank."""
        return texts(self.rows[self.roles[role]])

    def made(self, columns: Mapping[str, pd.Series], index: str, crs: CRS | None) -> gpd.GeoDataFrame:
        """Return a table of points in metres from finished columns."""
        table = gpd.GeoDataFrame(
            dict(columns), geometry=spots(self.rows.geometry), index=self.rows.index, crs=self.rows.crs
        )
        table.index = identifiers(self.rows, self.roles, index, where=self.where)
        if not table.geometry.isna().all():
            return to_metric(table, crs, where=self.where)
        return table.to_crs(crs or CRS.from_epsg(32631))


def cast(
    source: vectors.Source, columns: Columns, *, reading: Reading, keep: Collection[str] = (), unplaced: bool = False
) -> Cast:
    """Return the located rows of a file and its roles, personal columns out of it unless kept.

    A role's names are tried in their order; a column plays one role only. Rows without coordinates come along where
    ``unplaced`` asks for them: an order is an order wherever it was.
    """
    frame = points.read(source, columns, reading=reading)
    notes = list(frame.attrs.get("notes", []))
    named_roles = found(frame, {role: called for role, called in columns.items() if role not in names.COORDINATES})
    rest, gone = personal.dropped(frame, keep)
    there = np.asarray(~(frame.geometry.isna() | frame.geometry.is_empty))
    playing = {role: name for role, name in named_roles.items() if name in rest}
    report = {
        "rows": len(frame),
        "located": int(there.sum()),
        "without_coordinates": int((~there).sum()),
        "columns": playing,
        "notes": notes + gone,
    }
    where = source if not isinstance(source, gpd.GeoDataFrame) else "the GeoDataFrame"
    return Cast(gpd.GeoDataFrame(rest, crs=frame.crs).loc[there | unplaced], playing, report, where)


def found(frame: pd.DataFrame, columns: Columns) -> dict[str, str]:
    """Return which column plays which role, each column one role only, in the order the roles are listed."""
    playing: dict[str, str] = {}
    for role, called in columns.items():
        name = names.column_for(frame, called)
        if name is not None and name not in playing.values():
            playing[role] = name
    return playing


def merged(asked: Columns | None, usual: Columns) -> Columns:
    """Return the names asked for, each role's usual names after them."""
    asked = asked or {}
    return {
        role: [*_listed(asked.get(role, ())), *_listed(usual.get(role, ()))] for role in dict.fromkeys([*asked, *usual])
    }


def texts(values: pd.Series) -> pd.Series:
    """Return cells as text with the numbers of persons in it masked, missing where blank."""
    return _mapped(values, lambda cell: None if cells.blank(cell) else personal.masked(cell.strip())).astype("str")


def spots(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return one point per shape: itself, or for a line or an area a point on it."""
    at: NDArray[np.object_] = np.asarray(shapely.force_2d(shapes.values), dtype=object)
    other = shapely.get_type_id(at) != 0
    at[other] = shapely.point_on_surface(at[other])
    return gpd.GeoSeries(at, index=shapes.index, crs=shapes.crs)


def identifiers(frame: pd.DataFrame, roles: Mapping[str, str], index: str, *, where: object = "") -> pd.Index:
    """Return an identifier per row: the source's where each has one of its own, else the row's number."""
    if "id" in roles:
        ids = cells.codes(frame[roles["id"]], where=where)
        if ids.notna().all() and ids.is_unique:
            return pd.Index(ids.astype("str"), name=index)
    return pd.Index([f"{index[0]}{at + 1}" for at in range(len(frame))], name=index, dtype="str")


def inside(table: gpd.GeoDataFrame, district: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which points lie in the district, its border included."""
    area = shapely.union_all(shapely.make_valid(np.asarray(to_metric(district, table.crs).geometry)))
    shapely.prepare(area)
    return np.asarray(shapely.intersects(area, table.geometry.values))


def target(crs: CRS | str | None, district: gpd.GeoDataFrame | None) -> CRS | None:
    """Return the metric CRS to work in: the one asked for, else the district's, else None."""
    if crs is not None:
        return named(crs)
    return to_metric(district).crs if district is not None else None


def _listed(names: Sequence[str] | str) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _mapped(values: pd.Series, what: Callable[[str], object]) -> pd.Series:
    unique = {cell: None if pd.isna(cell) else what(str(cell)) for cell in pd.unique(values.astype(object))}
    return values.astype(object).map(unique)
