"""Plans, and grids a city already has, judged by the rules of a preset."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from gridkit import ledger
from gridkit.catalog.presets import presets
from gridkit.crs import to_metric
from gridkit.face import face, several
from gridkit.plan.audit import audit as audits
from gridkit.plan.audit.audited import Around
from gridkit.plan.plan import Plan
from gridkit.project import Project, of_features, project
from gridkit.recipes.plans import marked, plan_or_polygons
from gridkit.recipes.progress import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gridkit.plan.audit.audit import Audit
    from gridkit.project import Source
    from gridkit.recipes.progress import Progress
    from gridkit.sources.reading import Reading


def of_surroundings(*places: Any, **given: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:  # noqa: ANN401 - any arguments
    """Return the arguments of an audit with a project of surroundings (``around``) taken apart into its choices."""
    around = given.pop("around", None)
    if isinstance(around, Project):
        own = {name: getattr(around, name) for name in ("district", "osm", "parents", "people", "features")}
        given = {**own, **given}
    return places, of_features(given)


@face("audit", meant=of_surroundings)
def audit(  # noqa: PLR0913 - the public face
    plan: Source | Plan,
    *,
    preset: str | None = None,
    district: Source | None = None,
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
    crs: str | None = None,
    datum: str | None = None,
    encoding: str | None = None,
    swap_xy: bool = False,
    decimal: Literal[".", ","] | None = None,
    thousands: str | None = None,
    columns: Mapping[str, str] | None = None,
    alike: Literal["once", "apart"] | None = None,
    degrees: Literal["ddmm", "seconds", "e5", "e6", "e7"] | None = None,
    suppressed: Literal["zero", "mean", "remainder"] | None = None,
    density: Literal["km2", "ha", "none"] | None = None,
    accept: str | Sequence[str] = (),
    events: Source | None = None,
    check_with: str | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Judge a plan, or any layer of polygons as one, rule by rule.

    Parameters
    ----------
    plan
        A plan file, or any layer of grids. In Python also a plan or a GeoDataFrame, in any CRS.
    preset
        The kind of grid whose rules hold. ``cn-social`` for polygons.
    district
        The district a layer of grids lies in. Polygons are judged by its parents, lines and people; a plan brings its
        own.
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
    suppressed
        What a blank or withheld count of people stands for: zero, mean (of the others), remainder (of totals). Nothing
        is decided when not given: many of them stop.
    density
        Numbers of people are densities: km2 or ha; none when they are counts, whatever they are called.
    accept
        A reason for which rows or people may be lost (uncovered, unmatched ...), or all; one or several. Without it
        more than 10 % lost stops the run.
    events
        Of hours: events that the workers of grids handle, as gridkit.workload(...) takes them: FILE[:LAYER].
    check_with
        Say which grids leave the range of size by another column of the units. People of next year, planned estates:
        any number in the file of people.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    tell = shown(progress)
    judged = plan_or_polygons(plan, said=crs)
    own = judged.parameters.preset if isinstance(judged, Plan) else ""
    tell("checking the rules", None)
    rules = presets()[preset or own or "cn-social"]
    if events is not None:
        from gridkit.sources.reading import Reading  # a plan alone is judged without the readers of tables

        judged = _with_events(judged, events, Reading(crs, datum, encoding, columns=columns or {}, alike=alike), accept)
    if district is None or isinstance(judged, Plan):
        return audits.audit(marked(judged) if isinstance(judged, Plan) else judged, rules, check_with=check_with)
    from gridkit.recipes.units import ground

    own_files = {"osm": osm, "parents": parents, "people": people, "households": households, "totals": totals}
    taken = {
        "crs": crs,
        "datum": datum,
        "encoding": encoding,
        "swap_xy": swap_xy,
        "decimal": decimal,
        "thousands": thousands,
        "columns": columns,
        "suppressed": suppressed,
        "density": density,
        "alike": alike,
        "degrees": degrees,
        "accept": accept,
    }
    around = project(district, features=features, **own_files, **taken)
    start = ground(around, tell)
    known = Around(start.districts, start.units if start.sources else None, start.extract.tables, rules.codes.template)
    return audits.audit(to_metric(judged, start.districts.crs), rules, around=known, check_with=check_with)


def _with_events(judged: Any, events: Source, taken: Reading, accept: str | Sequence[str]) -> Plan:  # noqa: ANN401 - a plan or polygons
    """Return a plan that is divided by hours with those that a log of events makes.

    Raises
    ------
    UsageError
        When it is none, or its hours were brought.
    """
    from gridkit.recipes import hours  # brings what compiles: an audit without events needs none of it

    practice = hours.reckoned_by(judged) if isinstance(judged, Plan) else None
    if practice is None or judged.parameters.measure != hours.HOURS:
        raise hours.no_hours()
    log = hours.logged(events, taken, judged.districts)
    ledger.of(log).tell(several(accept))
    held = hours.having_events(judged, log)
    return replace(held, units=hours.again(held, held.units, practice))


def audited(plan: Plan) -> Audit:
    """Return a plan judged by the rules of its own kind of grid; nothing is said of what is stale in it."""
    return audits.audit(plan, presets()[plan.parameters.preset or "cn-social"])
