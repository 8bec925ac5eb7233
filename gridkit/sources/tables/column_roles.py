"""Which column of a file plays which role, and what every table of places gets: an identifier, a point, plain text."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS

from gridkit import ledger
from gridkit.crs import LONLAT, named, to_metric
from gridkit.errors import GridkitWarning, TableError
from gridkit.language.numbers import length
from gridkit.language.phrases import Phrase, template
from gridkit.ledger import Account
from gridkit.sources import overture
from gridkit.sources.coordinates import guesses, points
from gridkit.sources.tables import cells, identifiers, names, personal
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from gridkit.sources.files import vectors
    from gridkit.sources.reading import Reading

    Columns = Mapping[str, Sequence[str] | str]

SEVERAL = 3
"""From so many points on, all of them outside the district are taken for a table of elsewhere, or of another CRS."""


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
    lost
        The rows left out so far, by reason of the ledger.
    stood
        How many rows of the file those stand for, where one stood for several facilities.
    datum
        The datum the coordinates were put back from, said by the user or by the name of their column.
    """

    rows: gpd.GeoDataFrame
    roles: Mapping[str, str]
    report: dict[str, Any]
    where: object
    lost: Mapping[str, int]
    stood: int | None = None
    datum: str | None = None

    def text(self, role: str) -> pd.Series:
        """Return a role's cells as plain text, numbers of persons in it masked, missing where blank."""
        return texts(self.rows[self.roles[role]])

    def without(self, gone: NDArray[np.bool_], reason: str, note: Phrase) -> Cast:
        """Return the cast without some rows, the reason counted and said."""
        if not gone.any():
            return self
        lost = {**self.lost, reason: self.lost.get(reason, 0) + int(gone.sum())}
        report = {**self.report, reason: int(gone.sum()), "notes": [*self.report["notes"], note]}
        return replace(self, rows=self.rows.loc[~gone], report=report, lost=lost)

    def once(self, reading: Reading) -> tuple[Cast, NDArray[np.bool_]]:
        """Return the cast with rows alike in everything once where that was asked for, and which rows are left out.

        Rows that bear a number of their own are none: those are told apart by it.

        Warns
        -----
        GridkitWarning
            When there are such rows, and nobody said whether they count.
        """
        nothing = np.zeros(len(self.rows), dtype=bool)
        if "id" in self.roles or reading.alike == "apart":
            return self, nothing
        again = identifiers.alike(self.rows)
        if not again.any():
            return self, nothing
        if reading.alike is None:
            identifiers.warn_of_alike(int(again.sum()), self.where)
            return self, nothing
        note = Phrase(
            "{count} row at the same place and alike in everything is left out",
            "",
            "{count} rows at the same place and alike in everything are left out",
            count=int(again.sum()),
        )
        return self.without(again, "alike", note), again

    def said(self, notes: Iterable[str]) -> Cast:
        """Return the cast with more to be said of how it was read."""
        return replace(self, report={**self.report, "notes": [*self.report["notes"], *notes]})

    def made(self, columns: Mapping[str, pd.Series], index: str, crs: CRS | None) -> tuple[gpd.GeoDataFrame, Cast]:
        """Return a table of points in metres from finished columns, and what was said of its identifiers."""
        table = gpd.GeoDataFrame(
            dict(columns), geometry=spots(self.rows.geometry), index=self.rows.index, crs=self.rows.crs
        )
        ids = self.rows[self.roles["id"]] if "id" in self.roles else None
        table.index, notes = identifiers.named(ids, len(table), index)
        nowhere = bool(table.geometry.isna().all())
        metric = table.to_crs(crs or CRS.from_epsg(32631)) if nowhere else to_metric(table, crs, where=self.where)
        return metric, self.said(notes)

    def accounted(
        self, table: gpd.GeoDataFrame, role: str, district: gpd.GeoDataFrame | None, reading: Reading
    ) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
        """Return the table with its account, and the report; stop where its points lie in the district only otherwise.

        Raises
        ------
        TableError
            As :func:`gridkit.sources.coordinates.guesses.doubted` does, or when none of several lies in the district.
        """
        report, lost = dict(self.report), dict(self.lost)
        placed = table[table.geometry.notna()]
        if reading.datum is None and self.datum is not None:
            reading = replace(reading, datum=self.datum)
        if district is not None and len(placed):
            within = inside(placed, district)
            report["notes"] = [*report["notes"], *guesses.doubted(self._spots(), within, district, reading, self.where)]
            if not within.any():
                self._all_outside(placed, role, district)
            lost["outside"] = int((~within).sum())
        if district is not None:
            report["outside"] = lost.setdefault("outside", 0)
        kept = len(table) if self.stood is None else self.stood
        lost["outside"] = 0 if self.stood is not None else lost.get("outside", 0)
        read, used = kept + sum(lost.values()) - lost["outside"], kept - lost["outside"]
        account = Account(str(self.where), role, "rows", read, used, lost, tuple(report["notes"]))
        table.attrs = {}
        ledger.noted(table, account)
        return table, report

    def _all_outside(self, placed: gpd.GeoDataFrame, role: str, district: gpd.GeoDataFrame) -> None:
        """Say that no point lies in the district; stop where there are so many that all of them may be wrong.

        By no other system or order of axes do they lie in it either (:func:`guesses.doubted`): one point or two may
        lie elsewhere, and nothing tells that from a wrong system. Services near by are walked to.

        Raises
        ------
        TableError
            When there are :data:`SEVERAL` or more, of incidents or far away.

        Warns
        -----
        GridkitWarning
            When there are fewer.
        """
        if role != "incidents" and not _far(placed, district):
            return
        facts: dict[str, Any] = {"count": len(placed), "bounds": _box(placed), "box": _box(district)}
        facts["far"] = length(float(placed.distance(_area(placed, district)).min()))
        if len(placed) < SEVERAL:
            said = template(
                "its {count} point lies outside the district, {far} away",
                "all of its {count} points lie outside the district, the nearest {far} away",
            )
            mend = "if that is wrong, check --crs, --datum and --swap-xy: it is read as {bounds}, the district as {box}"
            warnings.warn(GridkitWarning(said, where=self.where, mend=mend, **facts), stacklevel=4)
            return
        raise TableError(
            "none of its {count} points lies in the district: the nearest is {far} away; they lie in {bounds}, the "
            "district in {box}",
            where=self.where,
            mend="give a table of this district; or, if it is one, check --crs, --datum and --swap-xy",
            **facts,
        )

    def _spots(self) -> gpd.GeoDataFrame:
        at = spots(self.rows.geometry)
        return gpd.GeoDataFrame(geometry=at[at.notna()], crs=self.rows.crs)


def cast(
    source: vectors.Source,
    columns: Columns,
    *,
    reading: Reading,
    district: gpd.GeoDataFrame | None = None,
    keep: Collection[str] = (),
    unplaced: bool = False,
) -> Cast:
    """Return the located rows of a file and its roles, personal columns out of it unless kept.

    A role's names are tried in their order, the one the user gave (``reading.columns``) first; a column plays one role
    only. Rows without coordinates come along where ``unplaced`` asks for them: an order is an order wherever it was.

    Raises
    ------
    TableError
        When a column the user gave is not there.
    """
    frame = overture.placed(points.read(source, columns, reading=reading, district=district))
    where = source if not isinstance(source, gpd.GeoDataFrame) else "the GeoDataFrame"
    columns = {**columns, **_given(frame, reading, where)}
    notes = list(frame.attrs.get("notes", []))
    named_roles = found(frame, {role: called for role, called in columns.items() if role not in names.COORDINATES})
    rest, gone = personal.dropped(frame, keep)
    there = np.asarray(~(frame.geometry.isna() | frame.geometry.is_empty))
    playing = {role: name for role, name in named_roles.items() if name in rest}
    lost = dict(frame.attrs.get("lost", {}))
    report = {
        "rows": len(frame) + lost.get("closed", 0),
        "located": int(there.sum()),
        "without_coordinates": int((~there).sum()),
        "columns": playing,
        "notes": notes + gone,
    }
    if not there.all() and not unplaced:
        lost["shapeless"] = int((~there).sum())
    placed = gpd.GeoDataFrame(rest, geometry=frame.geometry.name, crs=frame.crs).loc[there | unplaced]
    placed.attrs = {"style": frame.attrs["style"]} if "style" in frame.attrs else {}
    return Cast(placed, playing, report, where, lost, datum=frame.attrs.get("datum"))


def _given(frame: pd.DataFrame, reading: Reading, where: object) -> Columns:
    """Return the columns the user gave for roles, those of coordinates apart, which are taken up already."""
    own = {role: name for role, name in reading.columns.items() if role not in names.COORDINATES}
    names.require(frame, own.values(), where)
    return {role: [name] for role, name in own.items()}


def _far(table: gpd.GeoDataFrame, district: gpd.GeoDataFrame) -> bool:
    """Return whether all places are farther from the district than it is wide."""
    west, south, east, north = to_metric(district, table.crs).total_bounds
    wide = max(east - west, north - south)
    near = table.geometry.intersects(shapely.box(west - wide, south - wide, east + wide, north + wide))
    return not bool(near.any())


def _box(frame: gpd.GeoDataFrame) -> str:
    return ", ".join(f"{value:.5g}" for value in frame.to_crs(LONLAT).total_bounds)


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
    column = cells.distinct(values)
    each = values.astype(TEXT).drop_duplicates().dropna()
    kept = personal.masks(pa.array(each.str.strip(), type=pa.string()))
    by_text = dict(zip(each, kept.to_pylist(), strict=True))
    said = values.astype(TEXT).map(by_text)
    return said.mask(column.spread(cells.empties(column.texts), nothing=True)).astype(TEXT)


def spots(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return one point per shape: itself, or for a line or an area a point on it."""
    at: NDArray[np.object_] = np.asarray(shapely.force_2d(shapes.values), dtype=object)
    other = shapely.get_type_id(at) != 0
    at[other] = shapely.point_on_surface(at[other])
    return gpd.GeoSeries(at, index=shapes.index, crs=shapes.crs)


def no_points(rows: gpd.GeoDataFrame) -> dict[str, int]:
    """Return how many rows are no one point: ``lines``, ``areas``, and those that hold ``several`` shapes at once."""
    shapes: NDArray[np.object_] = np.asarray(rows.geometry.values, dtype=object)
    parts = shapely.get_num_geometries(shapes)
    alone = np.where(parts == 1, shapely.get_geometry(shapes, 0), shapes)
    kinds = shapely.get_dimensions(alone)
    several = (parts > 1) & (kinds != 2)  # noqa: PLR2004 - an area of several parts is one area
    return {
        "lines": int(((kinds == 1) & ~several).sum()),
        "areas": int((kinds == 2).sum()),  # noqa: PLR2004 - areas
        "several": int(several.sum()),
    }


def inside(table: gpd.GeoDataFrame, district: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which points lie in the district, its border included."""
    area = _area(table, district)
    shapely.prepare(area)
    return np.asarray(shapely.intersects(area, table.geometry.values))


def _area(table: gpd.GeoDataFrame, district: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return the ground of the district in the CRS of a table of points in metres."""
    return shapely.union_all(shapely.make_valid(np.asarray(to_metric(district, table.crs).geometry)))


def target(crs: CRS | str | None, district: gpd.GeoDataFrame | None) -> CRS | None:
    """Return the metric CRS to work in: the one asked for, else the district's, else None."""
    if crs is not None:
        return named(crs)
    return to_metric(district).crs if district is not None else None


def _listed(names: Sequence[str] | str) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
