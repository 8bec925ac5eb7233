"""Several plans of one district, each with another emphasis."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gridkit import atomic
from gridkit.face import face
from gridkit.inputs import apart
from gridkit.inputs import files as named
from gridkit.partition import alternatives as several
from gridkit.project import asked as asked_for
from gridkit.project import of_project
from gridkit.recipes.plans import write_plans
from gridkit.recipes.problem import prepared
from gridkit.recipes.progress import shown
from gridkit.recipes.split import planned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.plan.plan import Plan
    from gridkit.project import Project, Source
    from gridkit.recipes.progress import Progress


@face("alternatives", meant=of_project)
def alternatives(  # noqa: PLR0913 - the public face
    district: Source | Project,
    count: int = 5,
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
    preset: str = "cn-social",
    by: str = "",
    events: Source | None = None,
    target: float | None = None,
    tolerance: float | None = None,
    min: float | None = None,
    max: float | None = None,
    grids: int | None = None,
    check_with: str | None = None,
    target_by: str | None = None,
    homogeneous: str | Sequence[str] = (),
    even: str | Sequence[str] = (),
    walk_weight: float | None = None,
    offices: Source | None = None,
    office_weight: float | None = None,
    dedicated: Source | None = None,
    nested: float | None = None,
    old: Source | None = None,
    effort: float = 1.0,
    time_limit: float | None = None,
    threads: int = 0,
    seed: int = 0,
    exact: bool = False,
    title: str = "",
    lang: str | None = None,
    progress: Progress | None = None,
) -> list[tuple[Plan, dict[str, Any]]]:
    """Return several plans of a district, each with another emphasis, and what each is compared by.

    Parameters
    ----------
    district
        The area to split: FILE[:LAYER], or postgresql://HOST/DB:SCHEMA.TABLE; its polygons are dissolved. Its polygons
        stay apart where ``parents`` names a column. In Python also a GeoDataFrame, or a whole
        :class:`~gridkit.project.Project` or gridkit.toml to start from.
    count
        How many plans.
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
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.

    Returns
    -------
    list
        Plans with their ``emphasis``, ``balance`` (mean share off the mean), ``border_km``, ``share_followed`` (of the
        features, those between grids), ``share_changed`` and ``best`` (no other is better in all). The first is the
        plain one.
    """
    tell = shown(progress)
    ready = prepared(asked_for(locals()), tell)
    tell("searching for several plans", None)
    asked = ready.asked
    made = several.alternatives(ready.problem, count, asked.seed, effort=asked.effort, threads=asked.threads or None)
    plans: list[tuple[Plan, dict[str, Any]]] = []
    for each in made:
        # Who stopped the writing down of one waits for none of the others.
        stopped = bool(plans) and plans[-1][0].interrupted
        found = replace(each.solution, interrupted=True) if stopped else each.solution
        plans.append((planned(ready, found, tell), _told_apart(each)))
    return plans


def write_alternatives(
    asked: Project, count: int, path: str | Path, *, overwrite: bool = False, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """Write several plans side by side (``plan.gpkg``, ``plan-2.gpkg`` ...) and return what each is compared by.

    All of them are written, or none.
    """
    first = Path(path)
    files = [first, *(first.with_stem(f"{first.stem}-{number}") for number in range(2, count + 1))]
    for file in files:
        apart(file, named([getattr(asked, each.name) for each in fields(asked)]))
        atomic.refuse(file, overwrite=overwrite)
    made = alternatives(asked, count, progress=progress)
    plans = {file: plan for file, (plan, _) in zip(files, made, strict=False)}
    rows = [
        {"file": file.name, **facts}
        for file, (_, facts) in zip(write_plans(plans, overwrite=overwrite), made, strict=False)
    ]
    if any(plan.interrupted for plan, _ in made):
        raise KeyboardInterrupt
    return rows


def _told_apart(each: several.Alternative) -> dict[str, Any]:
    return {
        "emphasis": each.emphasis,
        "balance_share": each.facts.balance,
        "border_km": each.facts.border_m / 1000,
        "followed_share": each.facts.followed,
        "changed_share": each.facts.changed,
        "best": each.best,
    }
