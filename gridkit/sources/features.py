"""Any provider's roads, rails, water, walls, compounds, buildings and places, beside OpenStreetMap or instead of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.errors import TableError
from gridkit.geometry import mend
from gridkit.language.phrases import Phrase, listed, series, template
from gridkit.ledger import Account
from gridkit.sources import crossings, flags, nested, overture, road_classes
from gridkit.sources.coordinates import guesses, points
from gridkit.sources.files import vectors
from gridkit.sources.osm import tags
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import cells, column_roles, quantities
from gridkit.tables import FEATURE_TABLES, LINES, POINTS, POLYGONS, TEXT, Column, Extract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pyproj import CRS

KINDS: dict[str, str] = {
    "roads": "residential",
    "rails": "rail",
    "waterways": "river",
    "water": "water",
    "green": "park",
    "walls": "wall",
    "compounds": "residential",
    "buildings": "yes",
    "places": "place=locality",
    "entrances": "entrance",
}
"""What a thing is taken for where its file has no column that says."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": (
        "kind",
        "highway",
        "railway",
        "waterway",
        "fclass",
        "class",
        "building",
        "type",
        "类型",
        "道路类型",
        "等级",
        "道路等级",
        "类别",
        "mtfcc",
        "road_class",
        "roadclass",
        "func_class",
        "strassenklasse",
        "nature",
        *road_classes.COLUMNS,
    ),
    "name": (
        "name",
        "名称",
        "道路名称",
        "路名",
        "name:zh",
        "nome",
        "название",
        "fullname",
        "name1",
        "street_name",
        "strassenname",
        "nom_voie",
        "nombre",
        "nom_voie_g",
        "nom_voie_ban_gauche",
        "nom_collaboratif_gauche",
        "nom_1_gauche",
        "nom_coll_g",
    ),
    "name_en": ("name_en", "name:en", "英文名", "英文名称"),
    "oneway": ("oneway", "单行", "单向", "sens", "sens_de_circulation", "direction_of_traffic"),
    "layer": ("layer", "level_above", *road_classes.GROUND),
    "bridge": ("bridge", "桥梁", "桥"),
    "tunnel": ("tunnel", "隧道"),
    "junction": ("junction",),
    "access": ("access",),
    "foot": ("foot",),
    "bicycle": ("bicycle",),
    "maxspeed": ("maxspeed", "speed", "限速"),
    "service": ("service",),
    "levels": (
        "levels",
        "building:levels",
        "floors",
        "number_of_floors",
        "num_floors",
        "storeys",
        "层数",
        "楼层",
        "楼层数",
        "地上层数",
    ),
    "height": ("height", "高度", "楼高", "建筑高度"),
    "flats": ("flats", "building:flats", "dwellings", "户数", "套数"),
    "number": ("housenumber", "addr:housenumber", "house_number", "门牌号", "门牌", "楼号", "幢号"),
    "street": ("addr:street", "street", "路名", "道路名称"),
    "residential": ("residential", "is_living", "is_residential", "住宅", "是否住宅"),
    "stairs": ("stairs", "单元数", "单元"),
    "tags": ("tags",),
    "capacity": ("capacity", "容量", "床位", "学位"),
}
"""Usual names of the columns of the feature tables."""

_TAGS = (
    "highway", "railway", "waterway", "building", "name", "name:en", "oneway", "layer", "bridge", "tunnel", "junction",
    "access", "foot", "bicycle", "maxspeed", "service", "building:levels", "height", "building:flats",
)  # fmt: skip
"""The tags of OpenStreetMap that are looked for where an export keeps them together in one column."""
_LINES_GO_TO = {"water": "waterways", "waterways": "waterways"}
_AREAS_GO_TO = {"waterways": "water"}
_SAYS_NUMBER: dict[str, Callable[[str], float | None]] = {"maxspeed": tags.kmh, "height": tags.metres}
_SHOWN = 3


def read(  # noqa: PLR0913 - the public face of a reader
    source: vectors.Source,
    name: str,
    *,
    crs: CRS,
    near: gpd.GeoDataFrame | None = None,
    district: gpd.GeoDataFrame | None = None,
    reading: Reading = AS_IT_SAYS,
    columns: column_roles.Columns | None = None,
) -> Extract:
    """Return one file of lines or areas as an Extract of the tables its geometry goes to.

    Water may come as lines and areas in one file: areas go to ``water``, lines to ``waterways``. Overture's files are
    read by their own columns (:mod:`gridkit.sources.overture`). Streets that were drawn across each other get the
    vertices at which they meet (:mod:`gridkit.sources.crossings`).

    Parameters
    ----------
    source
        A vector file, ``FILE:LAYER``, a table with WKT, or a GeoDataFrame.
    name
        Which of :data:`gridkit.tables.FEATURE_TABLES` it is.
    crs
        The metric CRS to work in.
    near
        Keep what touches this area only (a district and its margin).
    district
        Where they should lie: what lies there by another datum, projection or order of axes alone is asked about.
    reading
        The CRS of a file that names none, the encoding of its text, the words that mean yes.
    columns
        For each column of the table the names it may go by, tried before the usual ones.

    Raises
    ------
    SourceError
        When the file cannot be read.
    TableError
        When there is no such table, the geometry is of no use to it, or a flag is true in every row.
    """
    if name not in FEATURE_TABLES:
        raise TableError(
            "there is no table of {name!r}", mend="there are {names}", name=name, names=series(FEATURE_TABLES)
        )
    spec = source if isinstance(source, gpd.GeoDataFrame) else vectors.parse(source)
    where, stem = (f"the {name}", name) if isinstance(spec, gpd.GeoDataFrame) else (spec.path.name, spec.path.stem)
    plain = replace(reading, datum=None, swap_xy=False)  # settled by where its shapes lie
    frame = points.shapes(spec, reading=plain, swap_xy="needed" if reading.swap_xy else False)
    notes = list(frame.attrs.get("notes", []))
    rows = len(frame)
    there = np.asarray(~(frame.geometry.isna() | frame.geometry.is_empty))
    frame = frame.loc[there]
    if district is not None:
        frame, said = guesses.settled(frame, district, reading, where)
        notes += said
    frame = frame.to_crs(crs)
    frame = frame.set_axis(pd.Index([f"{stem}{at + 1}" for at in np.flatnonzero(there)], name="feature_id", dtype=TEXT))
    other = 0
    frame, closed = overture.current(frame)
    frame = nested.spread(frame, _TAGS)
    if overture.speaks(frame):
        frame, other = overture.plain(frame, name)
    made: dict[str, gpd.GeoDataFrame] = {}
    named_columns = column_roles.merged(columns, COLUMNS)
    used: set[str] = set()
    for table, part in _by_geometry(frame, name).items():
        drawn, mended = _drawn(part, table, where)
        used.update(drawn.index.tolist())
        if near is not None:
            area = shapely.union_all(near.to_crs(crs).geometry.values)
            drawn = drawn.loc[np.asarray(shapely.intersects(area, drawn.geometry.values))]
        filled = _Filling(drawn, table, named_columns, reading.flags, where)
        made[table] = filled.table()
        notes += [*mended, *filled.notes]
    if not made and len(frame):
        kinds = series(sorted(frame.geometry.geom_type.unique()))
        raise TableError(
            "holds {kinds}, which cannot be {name}", where=where, mend="name another layer", kinds=kinds, name=name
        )
    if len(made.get("roads", ())):
        made["roads"], corners = crossings.met(made["roads"])
        notes += corners
    kept = {each for rows_of in made.values() for each in rows_of.index.tolist()}
    lost = {
        "shapeless": int((~there).sum()),
        "closed": closed,
        "other": other + len(set(frame.index.tolist()) - used),
        "outside": len(used - kept),
    }
    account = Account(where, name, "rows", rows, rows - sum(lost.values()), lost, tuple(notes))
    report: dict[str, Any] = {
        "file": where,
        "rows": rows,
        "without_geometry": int((~there).sum()),
        "notes": notes,
        "kept": {table: len(kept_rows) for table, kept_rows in made.items()},
    }
    made = {table: _each_once(kept_rows) for table, kept_rows in made.items()}
    return Extract(made, crs, report, (account,))


def _drawn(part: gpd.GeoDataFrame, table: str, where: object) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return rows with valid flat shapes, and what was mended."""
    if FEATURE_TABLES[table].geometry == POLYGONS:
        return mend(part, where=where)
    flat = gpd.GeoSeries(shapely.force_2d(part.geometry.values), index=part.index, crs=part.crs)
    return part.set_geometry(flat), []


def _each_once(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows of which the pieces of one have names of their own: a1, a1.2, a1.3."""
    if rows.index.is_unique and rows.index.dtype == TEXT:
        return rows
    piece = rows.groupby(level=0).cumcount().to_numpy()
    names = [name if not at else f"{name}.{at + 1}" for name, at in zip(rows.index, piece, strict=True)]
    return rows.set_axis(pd.Index(names, name=rows.index.name, dtype=TEXT))


def merged(extracts: Iterable[Extract]) -> Extract:
    """Return several extracts as one: rows under one another, doubled ``feature_id`` from overlapping files once.

    Raises
    ------
    TableError
        When they are not in one CRS.
    """
    every = list(extracts)
    if any(each.crs != every[0].crs for each in every):
        raise TableError("the extracts are not in one CRS", mend="read each with the same crs")
    tables = {}
    for name in FEATURE_TABLES:
        rows = [each.tables[name] for each in every if name in each.tables and len(each.tables[name])]
        if rows:
            together = gpd.GeoDataFrame(pd.concat(rows), crs=every[0].crs)
            tables[name] = together[~together.index.duplicated()]
    accounts = tuple(account for each in every for account in each.accounts)
    return Extract(tables, every[0].crs, {"sources": [dict(each.report) for each in every]}, accounts)


def _by_geometry(frame: gpd.GeoDataFrame, name: str) -> dict[str, gpd.GeoDataFrame]:
    """Return which rows go to which table: what the table holds by itself, water's lines and areas apart."""
    kinds = frame.geometry.geom_type
    wanted = FEATURE_TABLES[name].geometry or frozenset()
    parts = {name: frame[kinds.isin(sorted(wanted))]}
    if wanted == POLYGONS and name in _LINES_GO_TO:
        parts[_LINES_GO_TO[name]] = frame[kinds.isin(sorted(LINES))]
    if wanted == LINES and name in _AREAS_GO_TO:
        parts[_AREAS_GO_TO[name]] = frame[kinds.isin(sorted(POLYGONS))]
    if wanted == POINTS:
        spots = frame.set_geometry(column_roles.spots(frame.geometry))
        parts = {name: spots}
    if wanted == LINES and name == "walls":
        rings = frame[kinds.isin(sorted(POLYGONS))]
        parts[name] = pd.concat([parts[name], rings.set_geometry(rings.boundary)])
    return {table: rows for table, rows in parts.items() if len(rows)}


class _Filling:
    """Fills the columns of one table, each from the source where it has one, else its default; notes how."""

    def __init__(
        self,
        frame: gpd.GeoDataFrame,
        table: str,
        columns: column_roles.Columns,
        yes: Mapping[str, str],
        where: object,
    ) -> None:
        self.frame, self.contract, self.yes, self.where = frame, FEATURE_TABLES[table], yes, where
        roles = {role: names for role, names in columns.items() if role in self.contract.columns}
        self.named, self.default = column_roles.found(frame, roles), KINDS[table]
        self.backward = np.zeros(len(frame), dtype=bool)
        self.notes: list[str] = []

    def table(self) -> gpd.GeoDataFrame:
        """Return the table, checked; one-way streets run as they are driven."""
        made = {column: self._column(column, spec) for column, spec in self.contract.columns.items()}
        shapes = np.array(self.frame.geometry.values, dtype=object)
        shapes[self.backward] = shapely.reverse(shapes[self.backward])
        out = gpd.GeoDataFrame(made, geometry=gpd.GeoSeries(shapes, index=self.frame.index, crs=self.frame.crs))
        out = out.rename_axis("feature_id")
        self.contract.check(_each_once(out), where=self.where)
        return out

    def _column(self, column: str, spec: Column) -> pd.Series:
        name = self.named.get(column)
        if column == "kind":
            return self._kinds(name)
        if spec.kind == "flag":
            return self._flag(column, name)
        if spec.kind == "number":
            return self._numbers(column, name)
        if name is None and column == "junction" and (round_ := road_classes.roundabouts(self.frame)) is not None:
            return round_.astype(TEXT)
        if name is None:
            return pd.Series("{}" if column == "tags" else None, index=self.frame.index, dtype=TEXT)
        return column_roles.texts(nested.unlisted(self.frame[name], nested.together))

    def _kinds(self, name: str | None) -> pd.Series:
        if name is None:
            if self.contract.name == "roads" and len(self.frame):
                said = "no column says what kind of road each is: all are taken as {kind}"
                self.notes.append(Phrase(said, kind=self.default))
            return pd.Series(self.default, index=self.frame.index, dtype=TEXT)
        kinds: list[str | None]
        if self.contract.name == "roads":
            kinds, strange = road_classes.read(self.frame, name)
            self._say_strange(name, strange)
        else:
            told = {cell: self._kind(cell) for cell in self.frame[name].astype(TEXT).unique()}
            kinds = [told[cell] for cell in self.frame[name].astype(TEXT)]
        unsaid = kinds.count(None)
        if unsaid:
            said = template(
                "{count} row without a kind is taken as {kind}", "{count} rows without a kind are taken as {kind}"
            )
            self.notes.append(Phrase(said, count=unsaid, kind=self.default))
        return pd.Series([kind or self.default for kind in kinds], index=self.frame.index, dtype=TEXT)

    def _kind(self, cell: object) -> str | None:
        found = nested.values(cell)
        text = str(found[0]).strip() if found else ""
        return None if cells.blank(text) else text

    def _say_strange(self, name: str, strange: list[str]) -> None:
        """Note the classes of roads that are in no vocabulary, with how many roads are of each."""
        if not strange:
            return
        many = [f"{word} ({count})" for word, count in Counter(strange).most_common()]
        said = template(
            "column {column!r}: {count} road is of a class that is not known, taken as {kind}: {classes}",
            "column {column!r}: {count} roads are of classes that are not known, taken as {kind}: {classes}",
        )
        shown = listed(many, _SHOWN)
        self.notes.append(Phrase(said, column=name, count=len(strange), kind=road_classes.UNKNOWN, classes=shown))

    def _flag(self, column: str, name: str | None) -> pd.Series:
        if name is None and self.yes.get(column) is None and column in ("bridge", "tunnel"):
            over = road_classes.off_ground(self.frame)
            if over is not None:
                return over > 0 if column == "bridge" else over < 0
        if name is None and self.yes.get(column) is None:
            return pd.Series(column == "residential", index=self.frame.index)
        if name is None:
            raise TableError(
                "there is no column of {column}", where=self.where, mend="leave --flag {column} out", column=column
            )
        read = flags.read(
            self.frame[name], column, said=self.yes.get(column), where=self.where, letters=self._letters()
        )
        self.notes += read.notes
        if column == "oneway":
            self.backward = read.backward
        return pd.Series(read.yes, index=self.frame.index)

    def _letters(self) -> bool:
        """Return whether bridges and tunnels are told by T and F, as country extracts do."""
        told = [self.frame[self.named[role]] for role in ("bridge", "tunnel") if role in self.named]
        return any(set(column.astype(TEXT).str.strip().str.casefold()) & {"t", "f"} for column in told)

    def _numbers(self, column: str, name: str | None) -> pd.Series:
        if name is None:
            return pd.Series(0.0 if column == "layer" else np.nan, index=self.frame.index)
        values = self.frame[name]
        if not pd.api.types.is_numeric_dtype(values):
            values = self._parsed(values, column)
        read = values.astype(float)
        least = 1e-9 if column == "maxspeed" else -np.inf if column == "layer" else 0.0
        unsaid = read < least  # providers write -1, and 0 for a speed, where they do not know
        if unsaid.any():
            said = template(
                "column {column!r}: {count} cell below {least} says that nothing is known",
                "column {column!r}: {count} cells below {least} say that nothing is known",
            )
            least_said = 1 if column == "maxspeed" else 0
            self.notes.append(Phrase(said, column=str(name), count=int(unsaid.sum()), least=least_said))
        return read.mask(unsaid).fillna(0.0) if column == "layer" else read.mask(unsaid)

    def _parsed(self, values: pd.Series, column: str) -> pd.Series:
        """Return text as numbers: a list, a range or several values count as the largest of them."""
        parts = [[part for each in nested.values(cell) for part in re.split(r"[;|]", str(each))] for cell in values]
        listed_cells = [[part for part in one if not cells.blank(part)] for one in parts]
        read = [
            max((n for each in one if (n := _number(each, column)) is not None), default=None) for one in listed_cells
        ]
        odd = [one[0] for one, number in zip(listed_cells, read, strict=True) if one and number is None]
        if odd:
            said = template(
                "column {column!r}: {count} cell says no number: {cells}",
                "column {column!r}: {count} cells say no number, such as {cells}",
            )
            shown = listed(dict.fromkeys(odd), _SHOWN)
            self.notes.append(Phrase(said, column=str(values.name), count=len(odd), cells=shown))
        return pd.Series(read, index=values.index, dtype="float64")


@cache
def _number(text: str, column: str) -> float | None:
    """Return the number in a text: 11, 3-5 (5), 30 mph (48), 40 ft (12); None where there is none."""
    plain = cells.plain(text)
    if column == "layer":
        found = quantities.number(plain)
        return None if found is None or np.isnan(found) else found
    own = _SAYS_NUMBER.get(column, tags.number)
    whole = None if plain[-1:].isalpha() or plain.endswith("'") else quantities.number(plain)
    return own(plain) if whole is None or np.isnan(whole) else whole
