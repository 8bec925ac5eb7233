"""People: counts from areas, points, rasters or tables of compounds spread over units, every total conserved.

Within a source's zone people live where there is room to live: in proportion to the residential floor area of its
buildings where these can hold them, else to the ground that is neither water nor road (dasymetric mapping: Mennis 2003,
The Professional Geographer 55(1), 31-42). A pixel of a raster goes to units by the exact share of it that each covers.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource

from gridkit.crs import require_crs, require_metric
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, series, template
from gridkit.tables import PEOPLE_FROM, PLACED_BY, TEXT, Extract, Raster
from gridkit.tessellation.people import land_use
from gridkit.tessellation.people.dwellings import dwellings, habitable, home
from gridkit.tessellation.people.raking import Margin, rake, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

    Source = gpd.GeoDataFrame | Raster | pd.DataFrame

PEOPLE_COLUMN = "people"
WATER_KIND = "water"
"""The kind of unit on which nobody lives."""


COVERED = 1e-5
"""A pixel is covered wholly when no larger share of it is uncovered (exactextract's parts are single precision)."""
ALL_INSIDE = 1e-9
"""A zone lies inside the units when no larger share of it lies outside. Dimensionless."""


@dataclass(frozen=True)
class Spread:
    """How people are spread.

    Attributes
    ----------
    outside
        What becomes of the part of a zone that lies in no unit: ``"drop"`` leaves its share of the people out (the
        source covers more than the district), ``"keep"`` moves them into the units of the zone (a coast).
    floor_m2
        Buildings are believed in a zone when they have this much residential floor for each of its people; where they
        have less, many are not on the map, and people are spread by area. Square metres per person.
    reach_m
        A counted point this far outside all units is moved to the nearest. Metres.
    whole
        Counts are made whole numbers by largest remainder, totals kept.
    """

    outside: Literal["drop", "keep"] = "drop"
    floor_m2: float = 5.0
    reach_m: float = 30.0
    whole: bool = False


def allocate(
    units: gpd.GeoDataFrame,
    source: Source,
    extract: Extract,
    spread: Spread | None = None,
    margins: Sequence[Margin] = (),
) -> tuple[gpd.GeoDataFrame, dict[str, object]]:
    """Return units with the counts of a source, and a report of what went in, out and elsewhere.

    Parameters
    ----------
    units
        Units in a metric CRS.
    source
        Polygons or points with counts (every number column is one), a raster of people per pixel, or a table with one
        row per compound, its name in the index or in the column ``name``.
    extract
        Its buildings say where people live, its water and roads where not, its compounds where a named one lies.
    spread
        See :class:`Spread`.
    margins
        Official totals; several are met by iterative proportional fitting.

    Returns
    -------
    units, report
        The units with one column per count (``people`` first, an existing one replaced), and for each count what went
        ``in``, ``out`` (is on the units now), ``outside`` (left out), ``moved`` (to the nearest unit),
        ``by_buildings``, ``by_area`` and ``scaled`` (the official total it was brought to, or None).

    Raises
    ------
    TableError
        When a count is negative or missing, a compound is not found, or the source lies elsewhere.
    InfeasibleError
        When official totals contradict each other.
    """
    spread = spread or Spread()
    require_metric(units, where="units")
    shares = _ashore(_SHARES_OF[_kind(source)](units, source, extract, spread), units)
    counts = shares.counts()
    report = shares.report(counts)
    for column in counts.columns:
        # An empty cell of a margin asks for nothing; filled with 0 it would empty a community whose total is merely
        # not known.
        asked = [(units[margin.by], margin.totals[column].dropna()) for margin in margins if column in margin.totals]
        # Whole numbers come after the totals are met: rounded first, they would be scaled off the whole again.
        counts[column] = rake(counts[column], asked) if asked else counts[column]
        report[column]["scaled"] = float(counts[column].sum()) if asked else None
        if spread.whole:
            counts[column] = whole(counts[column], units["parent"])
        report[column]["out"] = float(counts[column].sum())
    made = {str(column): counts[column] for column in counts.columns}
    if PEOPLE_COLUMN in made:
        made[PEOPLE_FROM] = shares.found_by()
    return units.assign(**made), dict(report)


@dataclass(frozen=True)
class _Shares:
    """Which share of each zone's people goes to which unit.

    ``moved`` and ``by_buildings`` say of each zone whether its people were moved to a nearby unit, and whether they
    were spread by buildings; ``zones`` are their shapes in the CRS of the units, where known; ``otherwise`` is how the
    people of the others were placed.
    """

    units: pd.Index
    values: pd.DataFrame
    zone: Indices
    unit: Indices
    share: Floats
    moved: NDArray[np.bool_]
    by_buildings: NDArray[np.bool_]
    notes: dict[str, object]
    zones: Polygons | None = None
    otherwise: str = "area"

    def counts(self) -> pd.DataFrame:
        table = {}
        for column in self.values.columns:
            people = self.values[column].to_numpy(dtype=float)[self.zone] * self.share
            table[column] = np.bincount(self.unit, people, len(self.units))
        return pd.DataFrame(table, index=self.units)

    def found_by(self) -> pd.Series:
        """Return how most of each unit's people were placed, one of :data:`PLACED_BY`; None where there are none."""
        people = self.values[PEOPLE_COLUMN].to_numpy(dtype=float)[self.zone] * self.share
        way = np.where(self.by_buildings, PLACED_BY.index("buildings"), PLACED_BY.index(self.otherwise))[self.zone]
        total = np.bincount(self.unit * len(PLACED_BY) + way, people, len(self.units) * len(PLACED_BY)).reshape(
            -1, len(PLACED_BY)
        )
        # Ties go to the surer way, which stands first.
        named = np.array([*PLACED_BY, None], dtype=object)[
            np.where(total.any(axis=1), total.argmax(axis=1), len(PLACED_BY))
        ]
        return pd.Series(named, index=self.units, dtype=TEXT)

    def report(self, counts: pd.DataFrame) -> dict[str, dict[str, object]]:
        inside = np.bincount(self.zone, self.share, len(self.values))
        found: dict[str, dict[str, object]] = {}
        for column in counts.columns:
            values = self.values[column].to_numpy(dtype=float)
            found[column] = {
                "in": float(values.sum()),
                "outside": float((values * (1 - inside)).sum()),
                "moved": float((values * inside)[self.moved].sum()),
                "by_buildings": float((values * inside)[self.by_buildings].sum()),
                "by_area": float((values * inside)[~self.by_buildings].sum()),
                **self.notes,
            }
        return found


def _ashore(shares: _Shares, units: gpd.GeoDataFrame) -> _Shares:
    """Return the shares with nobody on water: a zone's people live on its land, else on the nearest land of the parent.

    What is moved to the nearest land is said to be; a parent that is all water keeps its people.
    """
    wet = (units["kind"] == WATER_KIND).to_numpy(dtype=bool) if "kind" in units else np.zeros(len(units), dtype=bool)
    at_sea = wet[shares.unit] & (shares.share > 0)
    if not at_sea.any():
        return shares
    count = len(shares.values)
    whole = np.bincount(shares.zone, shares.share, count)
    dry = np.bincount(shares.zone, np.where(at_sea, 0.0, shares.share), count)
    landed = dry > 0
    factor = np.divide(whole, dry, out=np.ones(count), where=landed)[shares.zone]
    share = np.where(at_sea & landed[shares.zone], 0.0, shares.share * np.where(at_sea, 1.0, factor))
    unit, adrift = shares.unit.copy(), np.unique(shares.unit[at_sea & ~landed[shares.zone]])
    shapes, parent = np.asarray(units.geometry, dtype=object), units["parent"].to_numpy()
    for name in np.unique(parent[adrift].astype(str)):
        land = np.flatnonzero(~wet & (parent.astype(str) == name))
        lost = np.flatnonzero(np.isin(unit, adrift) & (parent.astype(str)[unit] == name) & ~landed[shares.zone])
        if len(land):
            # From the zone where it is known: a lake is long, and the people counted at one end of it live there.
            zones = shapes[unit[lost]] if shares.zones is None else shares.zones[shares.zone[lost]]
            unit[lost] = land[shapely.STRtree(shapes[land]).nearest(zones)]
    moved = shares.moved.copy()
    moved[np.unique(shares.zone[unit != shares.unit])] = True
    return replace(shares, unit=unit, share=share, moved=moved)


def _kind(source: Source) -> str:
    if isinstance(source, Raster):
        return "raster"
    if not isinstance(source, gpd.GeoDataFrame):
        return "compounds"
    points = source.geom_type.isin(("Point", "MultiPoint"))
    return "points" if len(source) and points.all() else "polygons"


# ------------------------------------------------------------------ polygons
def _of_polygons(units: gpd.GeoDataFrame, source: gpd.GeoDataFrame, extract: Extract, spread: Spread) -> _Shares:
    require_crs(source, where="people")
    values = _counts(source)
    zones = source.to_crs(require_metric(units)).geometry.to_numpy()
    return _spread_zones(units, zones, values, extract, spread)


def _spread_zones(
    units: gpd.GeoDataFrame, zones: Polygons, values: pd.DataFrame, extract: Extract, spread: Spread
) -> _Shares:
    """Return the shares of zones in units: by dwellings where they can hold the people, else by habitable ground."""
    pairs = _Pairs.of(zones, units.geometry.to_numpy())
    zone, count = pairs.zone, len(zones)
    if not len(zone):
        raise TableError(
            "no people lie in the district", where="people", mend="check the CRS and the place of the file"
        )
    inside = np.bincount(zone, pairs.area, count) / np.maximum(shapely.area(zones), ALL_INSIDE)
    # Overlay leaves 1 - 1e-12 of a zone that lies wholly inside; people must not be lost to rounding.
    inside = np.where(inside > 1 - ALL_INSIDE, 1.0, inside)
    if spread.outside == "keep":
        inside = np.where(inside > 0, 1.0, 0.0)
    floor = _floor(pairs, extract)
    room = np.bincount(zone, floor, count)
    people = values.iloc[:, 0].to_numpy(dtype=float) * inside
    # Zone by zone, since maps are complete street by street: one bad zone must not discard the buildings of all.
    believed = (room > 0) & (room >= spread.floor_m2 * people)
    weight = np.where(believed[zone], floor, _ground(pairs, ~believed, extract))
    share = weight / np.bincount(zone, weight, count)[zone] * inside[zone]
    return _Shares(units.index, values, zone, pairs.unit, share, np.zeros(count, dtype=bool), believed, {}, zones)


@dataclass(frozen=True)
class _Pairs:
    """The zones and units that share ground, pair by pair."""

    zones: Polygons
    shapes: Polygons
    zone: Indices
    unit: Indices
    area: Floats

    @classmethod
    def of(cls, zones: Polygons, shapes: Polygons) -> _Pairs:
        """Return the pairs of two sets of polygons."""
        zone, unit = shapely.STRtree(shapes).query(zones, predicate="intersects")
        area = _overlap(zones[zone], shapes, unit)
        shared = area > 0
        return cls(zones, shapes, zone[shared], unit[shared], area[shared])


def _overlap(zones: Polygons, shapes: Polygons, unit: Indices) -> Floats:
    """Return the area that each zone shares with its unit; a zone wholly inside needs no cutting."""
    shapely.prepare(shapes)
    cut = ~shapely.covers(shapes[unit], zones)
    area = np.array(shapely.area(zones))
    area[cut] = shapely.area(shapely.intersection(zones[cut], shapes[unit[cut]]))
    return area


def _floor(pairs: _Pairs, extract: Extract) -> Floats:
    """Return the residential floor area of the buildings in each pair."""
    lived_in = dwellings(extract)
    if not len(lived_in.points):
        return np.zeros(len(pairs.zone))
    spots = lived_in.points
    at_unit = home(spots, pairs.shapes)
    # A building goes by one point inside it: by its outline it would count twice where it straddles an edge.
    building, at_zone = shapely.STRtree(pairs.zones).query(spots, predicate="intersects")
    placed = at_unit[building] >= 0
    units = len(pairs.shapes)
    keys, inverse = np.unique(at_zone[placed] * units + at_unit[building[placed]], return_inverse=True)
    total = np.bincount(inverse, lived_in.floor_m2[building[placed]], len(keys))
    found = pd.Series(total, index=keys).reindex(pairs.zone * units + pairs.unit, fill_value=0.0)
    return found.to_numpy()


def _ground(pairs: _Pairs, asked: NDArray[np.bool_], extract: Extract) -> Floats:
    """Return the ground of each pair whose zone is asked for, by how much people live on it; all where a zone has none.

    That is the habitable ground, each land use at its own share of the density of housing.
    """
    chosen = np.flatnonzero(asked[pairs.zone])
    # Habitable ground is found once for each unit, not once for each pair: it is the dear step.
    needed = np.unique(pairs.unit[chosen])
    ground = pairs.area.copy()
    part, owner, share = land_use.parts(habitable(pairs.shapes[needed], extract), extract)
    of_pair = pd.DataFrame({"pair": chosen, "unit": pairs.unit[chosen]})
    joined = of_pair.merge(pd.DataFrame({"unit": needed[owner], "part": np.arange(len(part))}), on="unit")
    at, piece = joined["pair"].to_numpy(), joined["part"].to_numpy()
    shared = _overlap(pairs.zones[pairs.zone[at]], part, piece)
    ground[chosen] = np.bincount(at, shared * share[piece], len(ground))[chosen]
    # A zone with people but no habitable ground (a houseboat quarter, a map gone wrong) keeps them, spread over all of
    # it.
    empty = np.bincount(pairs.zone, ground, len(pairs.zones)) <= 0
    return np.where(empty[pairs.zone], pairs.area, ground)


# ------------------------------------------------------------------ points, compounds, rasters
def _of_points(units: gpd.GeoDataFrame, source: gpd.GeoDataFrame, _extract: Extract, spread: Spread) -> _Shares:
    require_crs(source, where="people")
    values = _counts(source)
    spots = source.to_crs(require_metric(units)).geometry.to_numpy()
    shapes = units.geometry.to_numpy()
    at = home(spots, shapes)
    lost = np.flatnonzero(at < 0)
    moved = np.zeros(len(spots), dtype=bool)
    hit, near = shapely.STRtree(shapes).query_nearest(spots[lost], max_distance=spread.reach_m, all_matches=False)
    at[lost[hit]], moved[lost[hit]] = near, True
    zone = np.flatnonzero(at >= 0)
    if not len(zone):
        raise TableError(
            "no people lie in the district", where="people", mend="check the CRS and the place of the file"
        )
    return _Shares(
        units.index, values, zone, at[zone], np.ones(len(zone)), moved, np.zeros(len(spots), bool), {}, spots, "points"
    )


def _of_compounds(units: gpd.GeoDataFrame, source: pd.DataFrame, extract: Extract, spread: Spread) -> _Shares:
    table = source if "name" not in source.columns else source.set_index("name")
    values = _counts(table)
    values.index = pd.Index([_folded(name) for name in table.index], name="name")
    values = values.groupby(level=0, sort=True).sum()
    compounds = extract.table("compounds").to_crs(require_metric(units))
    areas = compounds.dissolve(by=[_folded(name) for name in compounds["name"]]) if len(compounds) else compounds
    known = values.index.isin(areas.index)
    if not known.any():
        raise TableError(
            template("the {count} compound there is, is not on the map", "none of the {count} compounds is on the map"),
            where="people",
            mend="the map has {some}",
            count=len(values),
            some=series(str(name) for name in areas.index[:5]) or Phrase("no compound"),
        )
    zones = np.full(len(values), shapely.Polygon(), dtype=object)
    zones[known] = areas.loc[values.index[known]].geometry.to_numpy()
    shares = _spread_zones(units, zones, values, extract, spread)
    shares.notes["not_found"] = [str(name) for name in values.index[~known]]
    return shares


def _folded(name: object) -> str:
    """Return a name as names are compared: full-width and half-width, capitals and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", str(name)).casefold().split())


def _of_raster(units: gpd.GeoDataFrame, source: Raster, extract: Extract, spread: Spread) -> _Shares:
    values = np.where(np.isfinite(source.values), source.values, 0.0)
    if (values < 0).any():
        raise TableError(
            template("{count} pixel is negative: {least:g}", "{count} pixels are negative, down to {least:g}"),
            where=source.name or "people",
            mend="if it means no data, name the file as {name}:nodata={least:g}",
            count=int((values < 0).sum()),
            least=float(values.min()),
            name=source.name or "FILE",
        )
    if len(extract.table("buildings")) or land_use.known(extract):
        zones, counts = _pixels(source, values, units)
        # Where no building is believed the pixel still tells, and land use only within it.
        return replace(_spread_zones(units, zones, counts, extract, spread), otherwise="pixels")
    return _covered(units, source, values, spread)


def _pixels(source: Raster, values: Floats, units: gpd.GeoDataFrame) -> tuple[Polygons, pd.DataFrame]:
    """Return the pixels where people live as polygons in the CRS of the units."""
    a, _, c, _, e, f = source.transform
    row, column = np.nonzero(values > 0)
    west, north = c + a * column, f + e * row
    boxes = gpd.GeoSeries(shapely.box(west, north + e, west + a, north), crs=source.crs).to_crs(require_metric(units))
    return np.asarray(boxes.values, dtype=object), pd.DataFrame({PEOPLE_COLUMN: values[row, column]})


def _covered(units: gpd.GeoDataFrame, source: Raster, values: Floats, spread: Spread) -> _Shares:
    """Return the shares of pixels by the exact part of each that a unit covers.

    Parts come in single precision: those of a pixel that units cover wholly are scaled to sum to 1 exactly.
    """
    west, south, east, north = source.bounds
    raster = NumPyRasterSource(values, west, south, east, north, srs_wkt=source.crs.to_wkt())
    shapes = units[[units.geometry.name]].to_crs(source.crs)
    found = exact_extract(raster, shapes, ["cell_id", "coverage"], output="pandas")
    unit = np.repeat(np.arange(len(units)), found["cell_id"].map(len))
    pixel = np.concatenate(found["cell_id"].to_numpy()).astype(np.int64)
    part = np.concatenate(found["coverage"].to_numpy()).astype(float)
    count = values.ravel()
    people = count[pixel] > 0
    pixel, unit, part = pixel[people], unit[people], part[people]
    if not len(pixel):
        raise TableError("no people lie in the district", where=source.name or "people", mend="check the raster's CRS")
    inside = np.bincount(pixel, part, len(count))
    whole_pixel = inside > (0 if spread.outside == "keep" else 1 - COVERED)
    share = part / np.where(whole_pixel, inside, 1.0)[pixel]
    flags = np.zeros(len(count), dtype=bool)
    return _Shares(
        units.index, pd.DataFrame({PEOPLE_COLUMN: count}), pixel, unit, share, flags, flags, {}, otherwise="pixels"
    )


_SHARES_OF: dict[str, Callable[..., _Shares]] = {
    "polygons": _of_polygons,
    "points": _of_points,
    "compounds": _of_compounds,
    "raster": _of_raster,
}


def _counts(source: pd.DataFrame) -> pd.DataFrame:
    """Return the number columns of a source, people first."""
    columns = [str(c) for c in source.columns if pd.api.types.is_numeric_dtype(source[c])]
    columns.sort(key=lambda column: column != PEOPLE_COLUMN)
    if not columns:
        raise TableError(
            "there is no column of numbers to count",
            where="people",
            mend="name one of {columns}",
            columns=series(map(str, source.columns)),
        )
    values = pd.DataFrame(source[columns]).astype(float)
    for column in columns:
        bad = ~np.isfinite(values[column].fillna(0.0)) | (values[column] < 0)
        if bad.any():
            raise TableError(
                template(
                    "column {column!r} is negative or infinite in {count} row: {rows}",
                    "column {column!r} is negative or infinite in {count} rows: {rows}",
                ),
                where="people",
                mend="fix these rows, or name the value that stands for no data",
                column=column,
                count=int(bad.sum()),
                rows=values.index[bad][:5].tolist(),
            )
    return values.fillna(0.0)
