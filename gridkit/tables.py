"""The tables that steps hand to each other, each contract written once, and the check of their promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import is_metric
from gridkit.errors import TableError, nearest
from gridkit.language.labels import word
from gridkit.language.phrases import LIST, OR, Phrase, joined, template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pyproj import CRS

    from gridkit.ledger import Account

TEXT = pd.StringDtype(na_value=np.nan)
"""The type of texts, which pandas 3 calls "str": there every text is of it, in pandas 2 only what is made so, and "str"
is an object that turns what is missing into the text "nan"."""


def dtype_named(name: str) -> np.dtype[Any] | pd.api.extensions.ExtensionDtype:
    """Return the type that pandas 3 calls ``name``, under pandas 2 too."""
    return TEXT if name == "str" else pd.api.types.pandas_dtype(name)


def numeric(values: pd.Series) -> bool:
    """Return whether a column is one of numbers: truth values count nothing, and complex numbers have no order."""
    is_a = pd.api.types
    return bool(is_a.is_numeric_dtype(values) and not is_a.is_bool_dtype(values) and not is_a.is_complex_dtype(values))


def flagged(values: pd.Series) -> pd.Series[bool]:
    """Return where a flag is set, its index kept: what is missing is not."""
    known = values.notna().to_numpy()
    out = np.zeros(len(values), dtype=bool)
    out[known] = values[known].astype(bool)
    return pd.Series(out.tolist(), index=values.index, name=values.name, dtype=bool)


Kind = Literal["number", "text", "flag", "time", "any"]
POLYGONS = frozenset({"Polygon", "MultiPolygon"})
LINES = frozenset({"LineString", "MultiLineString"})
POINTS = frozenset({"Point"})

_IS: dict[str, object] = {
    "number": numeric,
    "flag": pd.api.types.is_bool_dtype,
    "time": pd.api.types.is_datetime64_any_dtype,
}
_KINDS = {"number": "a number", "flag": "a flag", "time": "a time"}


@dataclass(frozen=True)
class Column:
    """One column of a table: what it means, in which unit, and what it may hold."""

    meaning: str
    kind: Kind = "any"
    unit: str = ""
    required: bool = True
    nullable: bool = False
    least: float | None = None


@dataclass(frozen=True)
class Table:
    """A contract: the name of the index, the columns, the kinds of geometry, and whether they are in metres."""

    name: str
    index: str
    columns: Mapping[str, Column] = field(default_factory=dict)
    geometry: frozenset[str] | None = None
    metric: bool = True

    def check(self, frame: pd.DataFrame, *, where: object = "") -> None:
        """Raise one :class:`TableError` that names every broken promise of ``frame``; say nothing when all hold."""
        broken = [*self._index_faults(frame), *self._column_faults(frame), *self._geometry_faults(frame)]
        if broken:
            raise TableError("{faults}", where=where or self.name, faults=joined(broken))

    def _index_faults(self, frame: pd.DataFrame) -> list[str]:
        faults: list[str] = []
        if frame.index.name != self.index:
            faults.append(Phrase("the index is {name!r}, not {wanted!r}", name=frame.index.name, wanted=self.index))
        if frame.index.has_duplicates:
            twice = frame.index[frame.index.duplicated()].unique()[:5].tolist()
            faults.append(Phrase("{index} is not unique: {twice}", index=self.index, twice=twice))
        return faults

    def _column_faults(self, frame: pd.DataFrame) -> list[str]:
        faults: list[str] = []
        for name, column in self.columns.items():
            if name not in frame.columns:
                if column.required:
                    near = nearest(name, [str(other) for other in frame.columns])
                    said = (
                        "column {name!r} is missing (did you mean {near!r}?)" if near else "column {name!r} is missing"
                    )
                    faults.append(Phrase(said, name=name, near=near))
                continue
            faults += [
                Phrase("column {name!r} {fault}", name=name, fault=fault)
                for fault in _value_faults(frame[name], column)
            ]
        return faults

    def _geometry_faults(self, frame: pd.DataFrame) -> list[str]:
        if self.geometry is None:
            return []
        if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
            return [Phrase("there is no geometry")]
        faults: list[str] = []
        shapes = np.asarray(frame.geometry, dtype=object)
        missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        present = shapes[~missing]
        if missing.any():
            rows = frame.index[missing][:5].tolist()
            faults.append(
                Phrase(
                    "{count} row has no geometry: {rows}",
                    "",
                    "{count} rows have no geometry: {rows}",
                    count=int(missing.sum()),
                    rows=rows,
                )
            )
        first = np.unique(shapely.get_type_id(present), return_index=True)[1]
        other = sorted({shape.geom_type for shape in present[first]} - self.geometry)
        if other:
            found, wanted = joined([word(kind) for kind in other], LIST), [word(kind) for kind in sorted(self.geometry)]
            faults.append(Phrase("geometry is {found}, not {wanted}", found=found, wanted=joined(wanted, OR)))
        if not np.isfinite(shapely.get_coordinates(present)).all():
            faults.append(Phrase("some coordinates are not finite numbers"))
        if self.metric and not is_metric(frame.crs):
            crs = frame.crs.name if frame.crs else Phrase("missing")
            faults.append(Phrase("the CRS is {crs}, not one in metres", crs=crs))
        return faults


def _value_faults(values: pd.Series, column: Column) -> list[Phrase]:
    is_kind = _IS.get(column.kind)
    faults: list[Phrase] = []
    if callable(is_kind) and not is_kind(values) and not (column.nullable and values.isna().all()):
        faults.append(Phrase("is {dtype}, not {kind}", dtype=values.dtype, kind=Phrase(_KINDS[column.kind])))
        return faults
    if not column.nullable and values.isna().any():
        empty = values.index[values.isna()]
        faults.append(
            Phrase(
                "is empty in {count} row: {rows}",
                "",
                "is empty in {count} rows: {rows}",
                count=len(empty),
                rows=empty[:5].tolist(),
            )
        )
    if column.kind == "number" and np.isinf(values.dropna().astype(float)).any():
        faults.append(Phrase("is infinite in some rows"))
    if column.least is not None and (values.dropna() < column.least).any():
        low = values.index[values.fillna(column.least) < column.least]
        said = template("is below {least:g} in {count} row: {rows}", "is below {least:g} in {count} rows: {rows}")
        faults.append(Phrase(said, least=column.least, count=len(low), rows=low[:5].tolist()))
    return faults


DISTRICTS = Table(
    "districts",
    "district_id",
    {"name": Column("its name", "text", required=False, nullable=True)},
    POLYGONS,
)
UNITS = Table(
    "units",
    "unit_id",
    {
        "parent": Column("the district_id no grid may leave", "text"),
        "people": Column("people who live in it", "number", "people", least=0),
        "households": Column("households in it", "number", "households", required=False, nullable=True, least=0),
        "area_m2": Column("its area; that of water does not count, 0, unless asked", "number", "m2", least=0),
        "people_from": Column(
            "how its people were placed: points, buildings, pixels or area", "text", required=False, nullable=True
        ),
        "kind": Column("block, water, park, hexagon, given, cell ...", "text"),
        "group": Column("units of one compound stay together", "text", required=False, nullable=True),
        "lock": Column("the grid_id it must stay in", "text", required=False, nullable=True),
        "seed": Column("the grid_id that starts here", "text", required=False, nullable=True),
        "grid_id": Column("the grid it belongs to, once a plan is made", "text", required=False, nullable=True),
        "old_grid": Column("the grid it belonged to in the plan before", "text", required=False, nullable=True),
    },
    POLYGONS,
)
PEOPLE_FROM = "people_from"
"""The column that says how the people of a unit were placed."""
PLACED_BY = ("points", "buildings", "pixels", "area")
"""How the people of a unit were placed, the surest first: at counted points; by the floor of buildings; by exact shares
of pixels, or land use within each; by land use."""
Feature = Literal[
    "none",
    "path",
    "wall",
    "service",
    "street",
    "collector",
    "arterial",
    "motorway",
    "rail",
    "canal",
    "river",
    "boundary",
]
FEATURES: tuple[Feature, ...] = get_args(Feature)
"""What may run along a border, from nothing to the strongest line; the position is the code that `split` sees.

street: residential, unclassified and living streets; collector: tertiary; arterial: secondary, primary, trunk;
boundary: the edge of a parent, which no grid crosses anyway.
"""
BORDERS = Table(
    "borders",
    "border_id",
    {
        "unit_id": Column("the unit on one side (the smaller id)", "text"),
        "neighbour": Column("the unit on the other", "text"),
        "shared_m": Column("metres of border between them; 0 for a link by bridge alone", "number", "m", least=0),
        "feature": Column("the feature (one of FEATURES) along the longest part of it", "text"),
        "feature_m": Column("metres of that feature left inside a grid that holds both", "number", "m", least=0),
        "name": Column("name of the feature", "text", required=False, nullable=True),
        "link": Column("border, bridge, ferry, or unbridged: nothing is known to lead over", "text"),
    },
    LINES,
)
GRIDS = Table(
    "grids",
    "grid_id",
    {
        "parent": Column("the district_id it lies in", "text"),
        "people": Column("people who live in it", "number", "people", least=0),
        "households": Column("households in it", "number", "households", required=False, nullable=True, least=0),
        "area_m2": Column("its area without water units", "number", "m2", least=0),
        "units": Column("number of its units", "number", least=1),
        "name": Column("its name", "text", required=False, nullable=True),
    },
    POLYGONS,
)
INCIDENTS = Table(
    "incidents",
    "incident_id",
    {
        "time": Column("when it was reported", "time", required=False, nullable=True),
        "category": Column("what it is", "text", required=False, nullable=True),
        "status": Column("where in the loop it stands", "text", required=False, nullable=True),
        "department": Column("who handles it", "text", required=False, nullable=True),
    },
    POINTS,
)
FACILITIES = Table(
    "facilities",
    "facility_id",
    {
        "kind": Column("what it is", "text", required=False, nullable=True),
        "name": Column("its name", "text", required=False, nullable=True),
        "name_en": Column("its English name", "text", required=False, nullable=True),
        "capacity": Column("how many it serves", "number", required=False, nullable=True, least=0),
    },
    POINTS,
)
NETS = Table(
    "nets",
    "area_id",
    {
        "net": Column("the department's net it belongs to", "text"),
        "code": Column("what the department calls it", "text"),
        "name": Column("its name", "text", required=False, nullable=True),
    },
    POLYGONS,
)
"""The areas of departments' nets (police beats, school areas ...), all nets in one table; areas of one net may overlap
or leave gaps, as they do."""
ZONES = Table(
    "zones",
    "zone_id",
    {
        "name": Column("what it is called", "text"),
        "kind": Column("the kind of zone, a key of its practice", "text"),
        "since": Column("its first day, ISO 8601", "text"),
        "until": Column("its last day, ISO 8601; empty while it is open", "text"),
        "phone": Column("the office's number that residents call", "text"),
    },
    POLYGONS,
)
"""The zones of an emergency as they are drawn; zones may overlap."""
PEOPLE = Table(
    "people",
    "people_id",
    {
        "people": Column("people who live there", "number", "people", least=0),
        "households": Column("households there", "number", "households", required=False, nullable=True, least=0),
        "name": Column("its name", "text", required=False, nullable=True),
    },
    POLYGONS | POINTS,
)
"""Where people are counted: census areas, buildings or compounds (polygons), addresses (points); any further number
column (age groups ...) is counted with them."""


@dataclass(frozen=True)
class Raster:
    """People per pixel, read, cut to the district and checked: the other way people come.

    Attributes
    ----------
    values
        People in each pixel (never a density), shape (rows, columns), north up; NaN where there is no data.
    transform
        The six numbers (a, b, c, d, e, f) of ``x = a * column + b * row + c`` and ``y = d * column + e * row + f``, for
        the upper left corner of a pixel, in the units of ``crs``; b and d are 0 and e is below 0.
    crs
        The CRS of the pixels, which need not be metric: a raster is never resampled.
    name
        The file it came from, for messages.
    accounts
        What became of what was read, for the ledger.
    """

    values: NDArray[np.float64]
    transform: tuple[float, float, float, float, float, float]
    crs: CRS
    name: str = ""
    accounts: tuple[Account, ...] = ()

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north in the units of the CRS."""
        a, _, c, _, e, f = self.transform
        rows, columns = self.values.shape
        return c, f + e * rows, c + a * columns, f


_NAMED = {
    "name": Column("its name as signposted", "text", required=False, nullable=True),
    "name_en": Column("its English name", "text", required=False, nullable=True),
}
ROADS = Table(
    "roads",
    "feature_id",
    {
        "kind": Column("OSM's highway class: motorway ... residential, service, footway, steps", "text"),
        **_NAMED,
        "oneway": Column("traffic runs one way", "flag", required=False),
        "layer": Column("level above (1, 2) or below (-1) ground", "number", required=False),
        "bridge": Column("it is carried over what it crosses", "flag", required=False),
        "tunnel": Column("it runs below ground", "flag", required=False),
        "junction": Column("roundabout, circular or empty", "text", required=False, nullable=True),
        "access": Column("OSM's access: private, no, permissive ...", "text", required=False, nullable=True),
        "foot": Column("OSM's foot: yes, no, designated ...", "text", required=False, nullable=True),
        "bicycle": Column("OSM's bicycle", "text", required=False, nullable=True),
        "maxspeed": Column("km/h", "number", "km/h", required=False, nullable=True),
    },
    LINES,
)
RAILS = Table(
    "rails",
    "feature_id",
    {
        "kind": Column("rail, light_rail, subway, tram ...", "text"),
        **_NAMED,
        "bridge": Column("it is carried over what it crosses", "flag", required=False),
        "tunnel": Column("it runs below ground", "flag", required=False),
        "service": Column("yard, siding, spur or empty", "text", required=False, nullable=True),
    },
    LINES,
)
WATERWAYS = Table(
    "waterways",
    "feature_id",
    {
        "kind": Column("river, canal, stream, drain, ditch", "text"),
        **_NAMED,
        "tunnel": Column("it runs below ground", "flag", required=False),
    },
    LINES,
)
WATER = Table(
    "water", "feature_id", {"kind": Column("river, canal, lake, pond, basin ...", "text"), **_NAMED}, POLYGONS
)
GREEN = Table(
    "green", "feature_id", {"kind": Column("park, garden, grass, forest, farmland ...", "text"), **_NAMED}, POLYGONS
)
WALLS = Table("walls", "feature_id", {"kind": Column("wall, fence, hedge, city_wall ...", "text")}, LINES)
COMPOUNDS = Table(
    "compounds",
    "feature_id",
    {"kind": Column("residential, school, hospital, industrial ...", "text"), **_NAMED},
    POLYGONS,
)
BUILDINGS = Table(
    "buildings",
    "feature_id",
    {
        "kind": Column("OSM's building value, or yes", "text"),
        **_NAMED,
        "levels": Column("storeys above ground", "number", required=False, nullable=True, least=0),
        "height": Column("its height", "number", "m", required=False, nullable=True, least=0),
        "flats": Column("dwellings in it", "number", required=False, nullable=True, least=0),
        "number": Column("its house number", "text", required=False, nullable=True),
        "street": Column("the street that its number counts along", "text", required=False, nullable=True),
        "residential": Column("people may live in it, by its tags", "flag", required=False),
        "stairs": Column("number of its stair units", "number", required=False, nullable=True, least=0),
    },
    POLYGONS,
)
PLACES = Table(
    "places",
    "feature_id",
    {
        "kind": Column("key=value of the tag that makes it a place: amenity=clinic", "text"),
        **_NAMED,
        "tags": Column("all its tags as JSON text", "text"),
        "capacity": Column("how many it serves", "number", required=False, nullable=True, least=0),
    },
    POINTS,
)
ENTRANCES = Table(
    "entrances", "feature_id", {"kind": Column("entrance, gate, lift_gate ...", "text"), **_NAMED}, POINTS
)

FEATURE_TABLES: dict[str, Table] = {
    table.name: table
    for table in (ROADS, RAILS, WATERWAYS, WATER, GREEN, WALLS, COMPOUNDS, BUILDINGS, PLACES, ENTRANCES)
}


@dataclass(frozen=True)
class Extract:
    """Everything that lies in a district by kind, from OpenStreetMap or any provider, in one metric CRS.

    Attributes
    ----------
    tables
        One table per name of :data:`FEATURE_TABLES`; an absent one counts as empty (see :meth:`table`).
        Lines that share a junction share its coordinates exactly, so that networks can be built from them.
    crs
        The metric CRS of all of them.
    report
        What was read, clipped, mended and missing: counts by name, JSON-ready.
    accounts
        What became of all that was read, for the ledger.
    """

    tables: Mapping[str, gpd.GeoDataFrame]
    crs: CRS
    report: Mapping[str, object] = field(default_factory=dict)
    accounts: tuple[Account, ...] = ()

    def table(self, name: str) -> gpd.GeoDataFrame:
        """Return a table, empty with its contract's columns when there is none."""
        contract = FEATURE_TABLES[name]
        if name in self.tables:
            return self.tables[name]
        columns = {column: pd.Series(dtype=_DTYPES[spec.kind]) for column, spec in contract.columns.items()}
        empty = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=self.crs), crs=self.crs)
        return empty.rename_axis(contract.index)


_DTYPES: dict[str, Any] = {"number": "float64", "flag": "bool", "time": "datetime64[ns]", "text": TEXT, "any": "object"}
