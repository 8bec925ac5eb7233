"""A project: what a district's plan is made from and what was chosen."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gridkit.errors import DefinitionError, SourceError, UsageError
from gridkit.face import current, require, several, unknown
from gridkit.options.catalogue import FEATURE_KINDS, project_options
from gridkit.provenance import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    Source = str | Path | gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class Project:
    """The inputs and choices of one plan. Sources are ``FILE[:LAYER][:COLUMN]`` or a GeoDataFrame.

    Attributes
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
    preset
        The kind of grid whose size, weights, rules and codes hold: see gridkit.presets().
    by
        What to divide by: people, households, hours (of work) or area_m2. Hours that no column brings are reckoned by
        the preset's standards of work; limits are of all hours.
    events
        Of hours: events that the workers of grids handle, as gridkit.workload(...) takes them: FILE[:LAYER].
    target
        People (or what by names) per grid.
    tolerance
        Share a grid may be off the target: 0.1 is 10 %.
    min
        Least per grid. From the target and the tolerance when not given.
    max
        Most per grid. From the target and the tolerance when not given.
    grids
        How many grids.
    check_with
        Say which grids leave the range of size by another column of the units. People of next year, planned estates:
        any number in the file of people.
    strict
        Refuse a plan with grids outside the range of size (exit code 5). Without it such a plan is made, and says which
        grids they are and why.
    target_by
        Column with the target that holds at each place, where targets differ. Of the polygons that ``parents`` tells
        apart, or of your own units; the usual target where it is empty.
    homogeneous
        Column in which the units of a grid should be alike, or COLUMN/OTHER; one or several. At so many metres of
        border for one who stands a standard deviation from the mean of the grid.
    even
        Further column of which grids should hold as much as each other; one or several. At so many metres of border for
        a grid that is a tenth off.
    walk_weight
        Metres of border for each minute that one person walks to the middle of the grid, along streets.
    offices
        Offices or centres, one to a grid, that people should have a short way to.
    office_weight
        Metres of border for each minute that one person walks to the office.
    dedicated
        Institutions (schools, hospitals ...) that get grids of their own.
    nested
        Also make micro-grids of this size. In the unit of the measure.
    old
        Last year's grids, or a table of unit_id and grid_id: change as little as may be.
    effort
        How long to search: 2 takes about twice as long. A small district is searched up to four times as long for its
        size, which still is a matter of seconds.
    time_limit
        Seconds of search at most. The best plan found so far is kept; that the limit ended the search is recorded.
    threads
        Threads of the search; they change the time, never the plan.
    seed
        Same inputs and seed, same plan.
    exact
        Prove the best plan: small communities only. Parents of a few dozen units.
    title
        Title of the plan.
    lang
        Language, such as en or zh.
    """

    district: Source = ""
    osm: tuple[str | Path, ...] = ()
    parents: str | None = None
    people: Source | None = None
    households: Source | None = None
    totals: Source | None = None
    features: Mapping[str, Source] = field(default_factory=dict)
    lines: Source | None = None
    crs: str | None = None
    datum: str | None = None
    encoding: str | None = None
    swap_xy: bool = False
    decimal: Literal[".", ","] | None = None
    thousands: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    alike: Literal["once", "apart"] | None = None
    degrees: Literal["ddmm", "seconds", "e5", "e6", "e7"] | None = None
    flags: Mapping[str, str] = field(default_factory=dict)
    suppressed: Literal["zero", "mean", "remainder"] | None = None
    density: Literal["km2", "ha", "none"] | None = None
    accept: str | Sequence[str] = ()
    units: Source = "blocks"
    count_water: bool = False
    hexagon_m: float = 150.0
    preset: str = "cn-social"
    by: str = ""
    events: Source | None = None
    target: float | None = None
    tolerance: float | None = None
    min: float | None = None
    max: float | None = None
    grids: int | None = None
    check_with: str | None = None
    strict: bool = False
    target_by: str | None = None
    homogeneous: str | Sequence[str] = ()
    even: str | Sequence[str] = ()
    walk_weight: float | None = None
    offices: Source | None = None
    office_weight: float | None = None
    dedicated: Source | None = None
    nested: float | None = None
    old: Source | None = None
    effort: float = 1.0
    time_limit: float | None = None
    threads: int = 0
    seed: int = 0
    exact: bool = False
    title: str = ""
    lang: str | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Project) and canonical(vars(self)) == canonical(vars(other))

    def __hash__(self) -> int:
        return hash(canonical(vars(self)))


def project(district: Source | Project, **choices: Any) -> Project:  # noqa: ANN401 - any field
    """Return the project of a district, or a project changed in some of its fields.

    Parameters
    ----------
    district
        A source, or a project to start from.
    choices
        Fields of :class:`Project`; the names of :data:`FEATURE_KINDS` go into ``features``; one ``osm`` file may
        stand alone.

    Raises
    ------
    UsageError
        When a choice is no field of a project, or of another type.

    Examples
    --------
    >>> project("district.gpkg", osm="city.osm.pbf", water="rivers.shp").features
    {'water': 'rivers.shp'}
    """
    start = _begun(district)
    options = {each.name: each for each in project_options()}
    given = current(choices, {old: each.name for each in options.values() for old in each.was})
    for name, value in given.items():
        if name not in options and name not in FEATURE_KINDS:
            raise unknown(name, [*options, *FEATURE_KINDS], "")
        if name in options:
            require(options[name], value)
    own = {kind: given[kind] for kind in FEATURE_KINDS if given.get(kind) is not None}
    plain = {name: value for name, value in given.items() if name in options}
    if plain.get("flags") is None:
        plain.pop("flags", None)
    for name in plain.keys() & {"osm", "accept"}:
        plain[name] = several(plain[name])
    plain["features"] = {**start.features, **(plain.get("features") or {}), **own}
    return replace(start, **plain)


def _begun(district: Source | Project) -> Project:
    """Return the project to start from: one that is given, one in a .toml file, or that of a district alone."""
    if isinstance(district, str | Path) and Path(district).suffix.lower() == ".toml":
        return read(district)
    return district if isinstance(district, Project) else Project(district=district)


def read(path: str | Path) -> Project:
    """Return the project in a .toml file: its keys are the options of ``gridkit split``, files are beside it.

    ::

        district = "district.gpkg:communities"
        parents = "code"
        osm = ["district.osm.pbf"]
        people = "population.tif"
        target = 1000

        [features]
        water = "rivers.shp"

    What else a project may hold, the steps that follow the plan, is read by :func:`gridkit.run`.

    Raises
    ------
    SourceError
        When the file cannot be read.
    DefinitionError
        When it is no TOML, or a key or value in it is none of a project.
    """
    held = held_in(path)
    try:
        return of_held(held, Path(path).parent)
    except UsageError as fault:
        raise DefinitionError("{fault}", where=path, fault=fault) from None


STEPS: Mapping[str, str] = {
    "layer": "name",
    "workload": "",
    "staffing": "",
    "response": "",
    "participation": "",
    "departments": "",
    "audit": "",
    "map": "view",
    "report": "",
    "cards": "",
    "papers": "",
    "scorecard": "",
    "export": "path",
}
"""Commands that a project may have follow the plan, in their order: tables of their options. Of those that name an
option here there may be several, and a text alone is that option."""
LAID = ("layer", "workload", "staffing", "response", "participation", "departments", "audit")
"""Those of them that put something on the plan; the others write it in another form."""
SPELT: Mapping[str, str] = {"departments": "departments overlay"}
"""What the command is called of a step that is called otherwise."""
OUTPUT = "output"
"""The key that names the folder for what a project makes."""


def held_in(path: str | Path) -> dict[str, Any]:
    """Return what a project's file holds, as it is written there.

    Raises
    ------
    SourceError
        When the file cannot be read.
    DefinitionError
        When it is no TOML, or names no district.
    """
    try:
        held = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise SourceError(
            "it cannot be read: {why}",
            where=path,
            mend="gridkit new FOLDER writes one",
            why=fault.strerror or fault,
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise DefinitionError("it is no TOML: {why}", where=path, why=str(fault)) from None
    if "district" not in held:
        raise DefinitionError("it names no district", where=path, mend='write district = "FILE[:LAYER]"')
    return held


def of_held(held: Mapping[str, Any], beside: Path) -> Project:
    """Return the project among what a file in the folder ``beside`` holds.

    Raises
    ------
    UsageError
        When a key or value is none of a project.
    """
    kinds = {each.name: each.kind for each in project_options()} | dict.fromkeys(FEATURE_KINDS, "feature")
    own = {name: value for name, value in held.items() if name not in STEPS and name != OUTPUT}
    placed = {name: in_place(kinds.get(name, ""), value, beside) for name, value in own.items()}
    return project(placed.pop("district"), **placed)


_SOURCES = ("district", "source", "feature", "files", "pairs", "path", "sources", "nets", "judged")
"""Kinds of options that name files."""


def in_place(kind: str, value: Any, folder: Path) -> Any:  # noqa: ANN401 - any value of TOML
    """Return the value of an option with the files it names as they are found from here; words stay as they are."""
    return _placed(value, folder) if kind in _SOURCES else value


def _placed(value: Any, folder: Path) -> Any:  # noqa: ANN401 - any value of TOML
    if isinstance(value, dict):
        return {name: _placed(each, folder) for name, each in value.items()}
    if isinstance(value, list):
        return [_placed(each, folder) for each in value]
    word = not isinstance(value, str) or value in ("", "blocks", "hexagons") or value.startswith("h3:")
    return value if word or "://" in value else str(folder / value)


def of_project(*places: Any, **given: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:  # noqa: ANN401 - any arguments
    """Return the arguments of a public function with the kinds of features, which are keywords too, put together.

    A project given for the district is changed by what else is given, and takes its place.
    """
    district = places[0] if places else given.get("district")
    if isinstance(district, str | Path) and Path(district).suffix.lower() == ".toml":
        district = read(district)
    if isinstance(district, Project):
        own = {each.name for each in fields(Project)} | set(FEATURE_KINDS)
        merged = project(district, **{name: each for name, each in given.items() if name in own - {"district"}})
        given = {name: each for name, each in given.items() if name not in own}
        return (merged, *places[1:]), given
    return places, of_features(given)


def of_features(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return keywords with the kinds of features, which are keywords too, put together as ``features``."""
    kinds = {kind: given[kind] for kind in FEATURE_KINDS if given.get(kind) is not None}
    rest = {name: value for name, value in given.items() if name not in FEATURE_KINDS}
    return {**rest, "features": {**(rest.get("features") or {}), **kinds}} if kinds else rest


def asked(given: Mapping[str, Any]) -> Project:
    """Return the project that the parameters of a public function make up, from its ``locals()``."""
    district = given["district"]
    if isinstance(district, Project):
        return district
    names = {each.name for each in fields(Project)} - {"district"}
    return project(district, **{name: value for name, value in given.items() if name in names})
