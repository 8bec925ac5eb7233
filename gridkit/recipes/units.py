"""From files to units: a district surveyed, with everything a split needs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from gridkit import atomic, ledger, provenance
from gridkit.adjacency import positions
from gridkit.atomic import GEOPACKAGE
from gridkit.catalog.presets import presets
from gridkit.crs import require_metric, to_metric
from gridkit.display import card, lines, listed, same
from gridkit.errors import TableError, UsageError
from gridkit.face import face
from gridkit.geometry import around
from gridkit.graph import components
from gridkit.language.phrases import template
from gridkit.ledger import Ledger
from gridkit.project import asked as asked_for
from gridkit.project import of_project
from gridkit.recipes import objectives, plans
from gridkit.recipes.people import peopled
from gridkit.recipes.progress import shown, silent
from gridkit.recipes.reading import reading, through_the_gate
from gridkit.sources import crossings, districts, features, labels
from gridkit.sources import old_grids as earlier
from gridkit.sources.coordinates import points
from gridkit.sources.files import closed_lines, vectors
from gridkit.sources.osm import extract as osm
from gridkit.tables import BORDERS, TEXT, UNITS, Extract
from gridkit.tessellation import barriers, borders, coast, quality
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.people import dasymetric, land_use
from gridkit.tessellation.shapes import blocks, divide, given, hexagons, shores
from gridkit.tessellation.shapes.divide import Limit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from gridkit.project import Project, Source
    from gridkit.recipes.progress import Progress
    from gridkit.tables import Raster


H3 = "h3:"


@dataclass(frozen=True)
class Ground:
    """A district with its undivided units and their people: where a survey stands before it knows the band.

    Attributes
    ----------
    districts, units
        DISTRICTS and UNITS in one metric CRS.
    barriers
        The lines that cut.
    extract
        Roads, water, buildings ... around them.
    sources
        Where people and households are, as read.
    report, inputs, notes
        What was read, moved, mended and dropped; the files with their hashes; what a reader should know.
    ledger
        What became of every row, person and metre that was read.
    """

    districts: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    extract: Extract
    sources: tuple[gpd.GeoDataFrame | Raster, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[provenance.Input, ...] = ()
    notes: tuple[str, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)


@dataclass(frozen=True)
class Survey:
    """A district, what lies in it, and the units it was cut into, with their borders; fields as of :class:`Ground`."""

    districts: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    extract: Extract
    report: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[provenance.Input, ...] = ()
    notes: tuple[str, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)

    def __repr__(self) -> str:
        return lines("Survey", self._facts())

    def _repr_html_(self) -> str:
        return card("Survey", self._facts(), self.units)

    def _facts(self) -> dict[str, object]:
        return {
            "units": f"{len(self.units):,} in {len(self.districts):,} districts",
            "borders": f"{len(self.borders):,}",
            "people": f"{self.units['people'].sum():,.0f}",
            "features": listed(f"{len(table):,} {name}" for name, table in self.extract.tables.items() if len(table)),
            "notes": listed(self.notes),
            "CRS": require_metric(self.units).to_string(),
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Survey) and same(self, other) if self is not other else True

    __hash__ = None  # type: ignore[assignment] # it holds tables and names none of them


@face("units", meant=of_project)
def units(  # noqa: PLR0913 - the public face
    district: Source | Project,
    *,
    osm: str | Path | Sequence[str | Path] = (),
    parents: str | None = None,
    people: Source | None = None,
    households: Source | None = None,
    totals: Source | None = None,
    features: Mapping[str, Source] | None = None,
    roads: Source | None = None,
    rails: Source | None = None,
    waterways: Source | None = None,
    water: Source | None = None,
    green: Source | None = None,
    walls: Source | None = None,
    compounds: Source | None = None,
    buildings: Source | None = None,
    places: Source | None = None,
    lines: Source | None = None,
    crs: str | None = None,
    datum: str | None = None,
    encoding: str | None = None,
    swap_xy: bool = False,
    decimal: Literal[".", ","] | None = None,
    thousands: str | None = None,
    columns: Mapping[str, str] | None = None,
    alike: Literal["once", "apart"] | None = None,
    degrees: Literal["ddmm", "seconds", "e5", "e6", "e7"] | None = None,
    flags: Mapping[str, str] | None = None,
    suppressed: Literal["zero", "mean", "remainder"] | None = None,
    density: Literal["km2", "ha", "none"] | None = None,
    accept: str | Sequence[str] = (),
    units: Source = "blocks",
    count_water: bool = False,
    hexagon_m: float = 150.0,
    max: float | None = None,
    progress: Progress | None = None,
) -> Survey:
    """Cut a district into units (street blocks, compounds, cells), with their people and borders.

    Parameters
    ----------
    district
        The area to split: FILE[:LAYER], or postgresql://HOST/DB:SCHEMA.TABLE; its polygons are dissolved. Its polygons
        stay apart where ``parents`` names a column. In Python also a GeoDataFrame, or a whole
        :class:`~gridkit.project.Project` or gridkit.toml to start from.
    osm
        OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2); one or several.
    parents
        Column of DISTRICT (community) whose boundaries must not be crossed.
    people
        Where people are: raster, FILE[:LAYER]:COLUMN, or a table per compound.
    households
        Where households are, in the same forms as people.
    totals
        Official totals per parent, to scale people and households to.
    features
        Your own roads, rails, waterways, water, green, walls, compounds, buildings or places; one or several. Files by
        kind, beside or instead of OpenStreetMap.
    roads
        Your own file of this kind.
    rails
        Your own file of this kind.
    waterways
        Your own file of this kind.
    water
        Your own file of this kind.
    green
        Your own file of this kind.
    walls
        Your own file of this kind.
    compounds
        Your own file of this kind.
    buildings
        Your own file of this kind.
    places
        Your own file of this kind.
    lines
        Your own lines that must cut: FILE[:LAYER].
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    datum
        Datum of longitudes and latitudes: wgs84, cgcs2000, gcj02 or bd09. Of one input alone as people=gcj02, of
        several as district=gcj02,people=bd09.
    encoding
        Encoding of text.
    swap_xy
        North stands first, as in survey coordinates.
    decimal
        The mark before the decimals of numbers: . or ,
    thousands
        The mark between the thousands of numbers: , or . or a space or an apostrophe.
    columns
        The column that plays a role, such as time=REPORTED; one or several. By the role's name: ``{'time':
        'reported'}``.
    alike
        Rows alike in place and every column, without a number of their own: once counts them once, apart each. Each
        counts, and is warned of, when not given.
    degrees
        How longitudes and latitudes are written: ddmm (degrees and minutes in one), seconds, e5, e6 or e7 (times
        100,000 and so on).
    flags
        The words that mean yes in a column of yes and no, none for no word; one or several. By what the column says:
        ``{'tunnel': 'T'}``.
    suppressed
        What a blank or withheld count of people stands for: zero, mean (of the others), remainder (of totals). Nothing
        is decided when not given: many of them stop.
    density
        Numbers of people are densities: km2 or ha; none when they are counts, whatever they are called.
    accept
        A reason for which rows or people may be lost (uncovered, unmatched ...), or all; one or several. Without it
        more than 10 % lost stops the run.
    units
        blocks (enclosed by lines), hexagons, h3:9 (cells of H3), or your own areas.
    count_water
        Count water in area_m2, which is land otherwise. The sea and lakes are units where nobody lives; wide rivers go
        to their banks.
    hexagon_m
        Width of hexagons in metres.
    max
        Divide units with more people than this.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    tell, asked = shown(progress), asked_for(locals())
    limit = None if asked.max is None else Limit(asked.max)
    return finished(ground(asked, tell), asked, limit, tell)


def ground(asked: Project, progress: Progress = silent) -> Ground:
    """Read a project's files, enclose its units and spread its people over them."""
    asked = through_the_gate(asked)
    with provenance.recording() as record:
        progress("reading the district", None)
        taken = reading(asked, "district")
        with provenance.role("district"):
            areas, notes = districts.read(
                asked.district,
                parents=asked.parents,
                crs=taken.crs,
                encoding=taken.encoding,
                datum=taken.datum,
                swap_xy=taken.swap_xy,
                keep=asked.target_by,
            )
        extract, shores = coast.with_sea(_extract(asked, areas, progress), areas)
        preset = presets()[asked.preset]
        uses, cuts = preset.land_use, Rules(gate_m=preset.number("gate_m"))
        extract = extract if uses is None else land_use.marked(extract, uses.people)
        _require_roads(asked, extract)
        progress("enclosing blocks", 0.0)
        lines = barriers.select(extract, _own_lines(asked, areas), cuts)
        units = _units(asked, areas, lines, extract, lambda share: progress("enclosing blocks", share))
        if asked.count_water:
            units = units.assign(area_m2=units.area)
        progress("spreading people", None)
        units, sources, spread, more, accounts = peopled(asked, areas, units, extract)
    return Ground(
        areas,
        units,
        lines,
        extract,
        sources,
        {"features": dict(extract.report), "people": spread},
        record.inputs,
        (*notes, *shores, *more),
        (ledger.of(areas, extract) + accounts).tell(asked.accept),
    )


def _vectors(source: Source, asked: Project, role: str) -> gpd.GeoDataFrame:
    taken = reading(asked, role)
    with provenance.role(role):
        return points.shapes(source, reading=taken, swap_xy=taken.swap_xy)


def finished(
    start: Ground,
    asked: Project,
    limit: Limit | None,
    progress: Progress = silent,
    rules: Rules | None = None,
) -> Survey:
    """Divide the units above a limit, and find the borders."""
    units, report = start.units, dict(start.report)
    if limit is not None and _in_blocks(asked):
        progress("dividing large units", None)
        units, report["divided"] = divide.divide(units, limit, start.extract, _count(start), areas=_counted_in(start))
        if asked.nested is not None:
            units, report["divided_finely"] = _finely(units, Limit(asked.nested, limit.measure), start)
    if not _own(asked):
        # Last of what changes shapes: what is cut for its people is cut on land.
        units = shores.shared_out(units, start.extract, rules or Rules(), counted=asked.count_water)
    progress("finding borders", 0.0)
    joined = borders.touching(
        units, start.barriers, start.extract, rules, lambda share: progress("finding borders", share)
    )
    if "group" in units:
        units = _in_one_piece(units, joined)
    report["quality"] = quality.report(units, joined, start.extract, None if limit is None else limit.most)
    return Survey(start.districts, units, joined, start.extract, report, start.inputs, start.notes, start.ledger)


def _finely(units: gpd.GeoDataFrame, limit: Limit, start: Ground) -> tuple[gpd.GeoDataFrame, dict[str, object]]:
    """Divide units for micro-grids: the pieces of a unit, and of a compound, stay one group for the grids above."""
    whole = units["group"].fillna(units.index.to_series()) if "group" in units else units.index.to_series()
    pieces, report = divide.divide(
        units.assign(whole=whole, group=None), limit, start.extract, _count(start), areas=_counted_in(start)
    )
    shared = pieces["whole"].duplicated(keep=False)
    return pieces.assign(group=pieces["whole"].where(shared, None)).drop(columns="whole"), report


def _in_one_piece(units: gpd.GeoDataFrame, joined: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return units whose groups hang together: the parts of one that no border joins are groups of their own."""
    at = positions(joined, units.index)
    group = units["group"].fillna("").to_numpy()
    inner = (group[at[:, 0]] == group[at[:, 1]]) & (group[at[:, 0]] != "")
    part = pd.Series(components(at[inner], len(units)), index=units.index)
    torn = part.groupby(units["group"]).transform("nunique") > 1
    return units.assign(group=units["group"].mask(torn, units["group"].astype(TEXT) + "/" + part.astype(TEXT)))


def dedicated(asked: Project, units: gpd.GeoDataFrame) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the institution each unit is dedicated to, by its row in the project's file (-1 for none) and its name.

    The outlines of institutions cut, so that their units lie in them whole.
    """
    if asked.dedicated is None:
        return np.full(len(units), -1), np.full(len(units), None, dtype=object)
    areas = to_metric(_vectors(asked.dedicated, asked, "dedicated"), units.crs)
    inside = np.full(len(units), -1)
    spots = shapely.STRtree(np.asarray(units.representative_point()))
    area, unit = spots.query(np.asarray(areas.geometry), predicate="contains")
    inside[unit] = area
    own = areas.index.to_series().astype(TEXT)
    said = areas["name"].where(areas["name"].notna(), own) if "name" in areas else own
    names = np.array([*said.astype(TEXT), None], dtype=object)
    return inside, names[inside]


def write_survey(survey: Survey, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write units, borders and districts as the layers of one GeoPackage, which appears whole or not at all."""
    with atomic.replacing(path, overwrite=overwrite) as file:
        for name in ("units", "borders", "districts"):
            table: gpd.GeoDataFrame = getattr(survey, name)
            pyogrio.write_dataframe(table.reset_index(), file, layer=name, append=file.exists(), **GEOPACKAGE)
    return Path(path)


def read_survey(path: str | Path, crs: CRS) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the units and borders of a file that :func:`write_survey` wrote, in the CRS of a plan."""
    units = vectors.read(vectors.Spec(Path(path), "units")).to_crs(crs).set_index(UNITS.index)
    borders = vectors.read(vectors.Spec(Path(path), "borders")).to_crs(crs).set_index(BORDERS.index)
    UNITS.check(units, where=path)
    BORDERS.check(borders, where=path)
    return units, borders


# ------------------------------------------------------------------ lines
def _extract(asked: Project, areas: gpd.GeoDataFrame, progress: Progress) -> Extract:
    """Return all lines and areas of a project as one extract in the district's CRS."""
    crs = require_metric(areas)
    with provenance.role("osm"):
        read = [osm.read(path, district=areas, crs=crs, progress=progress) for path in asked.osm]
    near = areas.set_geometry(around(areas.geometry.to_numpy(), osm.MARGIN_M, quad_segs=16), crs=crs)
    for name, source in sorted(asked.features.items()):
        with provenance.role(name):
            read.append(features.read(source, name, crs=crs, near=near, district=areas, reading=reading(asked, name)))
    return _with_corners(features.merged(read), len(asked.osm), read) if read else Extract({}, crs)


def _with_corners(every: Extract, maps: int, read: Sequence[Extract]) -> Extract:
    """Return an extract in which the user's own streets meet those of the maps, which come first among ``read``."""
    roads = every.table("roads")
    known = {name for extract in read[:maps] for name in extract.table("roads").index}
    own = ~roads.index.isin(known)
    return replace(every, tables={**every.tables, "roads": crossings.between(roads, own)}) if own.any() else every


def _require_roads(asked: Project, extract: Extract) -> None:
    """Raise where a map has buildings and places and no road: it is not whole, and would be one block.

    Raises
    ------
    TableError
        When it is so.
    """
    there = len(extract.table("buildings")) + len(extract.table("places"))
    if _in_blocks(asked) and asked.osm and asked.lines is None and there and not len(extract.table("roads")):
        raise TableError(
            template(
                "there is no road, though {count:,} building or place stands there",
                "there is no road, though {count:,} buildings and places stand there",
            ),
            where=", ".join(Path(path).name for path in asked.osm),
            mend="it was cut off, or asked for without roads: get it again, or give --feature roads=FILE",
            count=there,
        )


def _own_lines(asked: Project, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """Return the user's lines that must cut, the outlines of dedicated institutions among them."""
    given_lines = [] if asked.lines is None else [to_metric(_vectors(asked.lines, asked, "lines"), areas.crs)]
    if asked.dedicated is not None:
        institutions = to_metric(_vectors(asked.dedicated, asked, "dedicated"), areas.crs)
        given_lines.append(institutions.set_geometry(institutions.boundary))
    return gpd.GeoDataFrame(pd.concat(given_lines, ignore_index=True), crs=areas.crs) if given_lines else None


# ------------------------------------------------------------------ units
def _own(asked: Project) -> bool:
    """Whether units are areas that the user brings, or cells of a system that everybody shares."""
    return not (isinstance(asked.units, str) and asked.units in ("blocks", "hexagons"))


def _in_blocks(asked: Project) -> bool:
    """Whether units are the blocks that lines enclose; a table of the user's own is none."""
    return isinstance(asked.units, str) and asked.units == "blocks"


def _units(
    asked: Project,
    areas: gpd.GeoDataFrame,
    lines: gpd.GeoDataFrame,
    extract: Extract,
    done: Callable[[float], None],
) -> gpd.GeoDataFrame:
    """Return the units of a project, without people yet: blocks, hexagons or the user's own areas."""
    if isinstance(asked.units, str) and asked.units in ("blocks", "hexagons"):
        area_m2 = asked.hexagon_m**2 * math.sqrt(3) / 2
        if _in_blocks(asked):
            return blocks.enclose(areas, lines, extract, done=done)
        shores = barriers.banks(extract, wide=True)
        cut = pd.concat([hexagons.lattice(areas, area_m2), *([shores] if len(shores) else [])], ignore_index=True)
        return blocks.enclose(areas, gpd.GeoDataFrame(cut, crs=areas.crs), extract, done=done)
    if isinstance(asked.units, str) and asked.units.startswith(H3):
        return given.given(hexagons.cells(areas, _resolution(asked.units)), areas, where=asked.units)
    own, _ = closed_lines.areas(_vectors(asked.units, asked, "units"), where=asked.units)
    own = labels.numbered(own, asked.units)
    values, counts = objectives.kinds(asked)
    return given.given(own, areas, where=asked.units, values=values, counts=counts)


def _resolution(units: str) -> int:
    text = units.removeprefix(H3)
    if not text.isdigit():
        raise UsageError("{units!r} names no resolution of H3", mend="write h3:9", units=units)
    return int(text)


def _count(start: Ground) -> Callable[[gpd.GeoDataFrame], pd.DataFrame] | None:
    """Return what counts people in any polygons, from the sources they came from; None where there were none."""

    def count(cells: gpd.GeoDataFrame) -> pd.DataFrame:
        for source in start.sources:
            cells, _ = dasymetric.allocate(cells, source, start.extract)
        return pd.DataFrame(cells.drop(columns=cells.active_geometry_name))

    return count if start.sources else None


def _counted_in(start: Ground) -> NDArray[np.object_]:
    """Return the polygons that people were counted in; none where they come as points, pixels or a list."""
    tables = [source for source in start.sources if isinstance(source, gpd.GeoDataFrame)]
    shapes = shapely.get_parts(np.concatenate([np.asarray(each.geometry) for each in tables] or [np.zeros(0, object)]))
    return np.asarray(shapes[shapely.get_dimensions(shapes) == 2], dtype=object)  # noqa: PLR2004 - of a surface


def named(source: str | Path | gpd.GeoDataFrame) -> str:
    """Return what a source is called: its file's name without endings; nothing for a table."""
    return vectors.parse(source).path.name.split(".")[0] if isinstance(source, str | Path) else ""


def old_grids(source: Source, asked: Project, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return last year's grids in the district's CRS, their code as the index."""
    with provenance.role("old"):
        frame, _ = earlier.read(source, reading=reading(asked, "old"))
    coded = to_metric(frame, areas.crs).set_index("grid_id").rename_axis("unit_id")
    plans.warn_of_doubles(coded.index, source)
    return coded
