"""From a problem to a plan: the search, and the codes and words its labels get."""

from __future__ import annotations

import warnings
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from gridkit import atomic, provenance
from gridkit.catalog.presets import presets
from gridkit.database.address import names_database
from gridkit.errors import GridkitWarning, InfeasibleError
from gridkit.face import face
from gridkit.language.labels import word
from gridkit.language.phrases import Phrase, joined, listed, template
from gridkit.partition import Solution, search
from gridkit.partition.exact import prove
from gridkit.plan import arrays, codes, micro
from gridkit.plan.audit import audit as audits
from gridkit.plan.bounds import in_languages, written
from gridkit.plan.ingredients import STALE
from gridkit.plan.plan import Parameters, Plan
from gridkit.plan.reasons import PROVEN, SHUT
from gridkit.plan.summary import exceptions
from gridkit.project import asked as asked_for
from gridkit.project import of_project
from gridkit.recipes import hours, objectives
from gridkit.recipes import units as surveys
from gridkit.recipes.problem import prepared
from gridkit.recipes.progress import shown
from gridkit.store import sheets
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gridkit.database.address import Address
    from gridkit.partition import Progress as Moves
    from gridkit.project import Project, Source
    from gridkit.recipes.problem import Prepared
    from gridkit.recipes.progress import Progress


CHOICES = "choices"
"""Under which a plan's first step records what was chosen."""
SMALL, MOST_EFFORT = 2_500, 4.0
"""A district of fewer units than this is searched longer for its size, up to so many times."""


# ------------------------------------------------------------------ the recipes
@face("split", meant=of_project)
def split(  # noqa: PLR0913 - the public face
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
    preset: str = "cn-social",
    by: str = "",
    events: Source | None = None,
    target: float | None = None,
    tolerance: float | None = None,
    min: float | None = None,
    max: float | None = None,
    grids: int | None = None,
    check_with: str | None = None,
    strict: bool = False,
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
) -> Plan:
    """Split a district into balanced, contiguous grids that follow visible lines.

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
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.

    Raises
    ------
    GridkitError
        Of the kind of the fault: see :mod:`gridkit.errors`.

    Warns
    -----
    GridkitWarning
        When some grids cannot be brought into the band.
    """
    tell = shown(progress)
    ready = prepared(asked_for(locals()), tell)
    found = _found(ready, tell)
    plan = planned(ready, found, tell)
    if ready.asked.strict:
        _refuse_outside(plan, found)
    _warn_of_the_band(plan)
    return plan


def to_the_end(plan: Plan) -> Plan:
    """Return a plan whose search was not stopped: what is to follow it is for no other.

    Raises
    ------
    KeyboardInterrupt
        When it was.
    """
    if plan.interrupted:
        raise KeyboardInterrupt
    return plan


def keep_what_was_found(plan: Plan, path: str | Path | Address) -> Phrase | None:
    """Keep the grids of a plan that took too long to be written after Ctrl-C; return the words of how to go on.

    Nothing is kept, and None returned, where the plan is in its place, or that is no file.
    """
    if names_database(path) or atomic.destination(str(path)) in atomic.PLACED:
        return None
    file = Path(str(path)).with_name(f"{Path(str(path)).stem}-found.csv")
    sheets.write(plan.units["grid_id"].to_frame().reset_index(), file, overwrite=True)
    said = (
        "stopped before the plan was written; the grids that were found are in {file}:"
        " the same command with --old {file} goes on from them"
    )
    return Phrase(said, file=file)


def _found(ready: Prepared, progress: Progress) -> Solution:
    """Search as the project asks: for the proven best of a small district, else for the best that can be found."""
    asked = ready.asked
    progress("searching for the best plan", 0.0)
    if asked.exact:
        return prove.prove(ready.problem, asked.seed, time_limit=asked.time_limit, effort=asked.effort).solution
    return search(
        ready.problem,
        asked.seed,
        effort=asked.effort * _thoroughness(ready.problem.size),
        threads=asked.threads or None,
        time_limit=asked.time_limit,
        progress=_told(progress),
    )


def _thoroughness(units: int) -> float:
    """Return how much more effort a district of so many units gets than a large one."""
    return float(np.clip(SMALL / max(units, 1), 1, MOST_EFFORT))


# ------------------------------------------------------------------ the plan
def planned(ready: Prepared, found: Solution, progress: Progress) -> Plan:
    """Return the plan of a solution: its grids coded, bounded in words, its making recorded.

    Whoever stops this by Ctrl-C has the grids as after a search that was stopped: without what can be made later.
    """
    if found.interrupted:
        return _bare(ready, found)
    try:
        return _finished(ready, _bare(ready, found), progress)
    except KeyboardInterrupt:
        return _bare(ready, replace(found, interrupted=True))


def _bare(ready: Prepared, found: Solution) -> Plan:
    """Return the plan of a solution with its codes and the record of its making; its bounds are not in words yet."""
    asked, preset, survey, goal = ready.asked, ready.preset, ready.survey, ready.goal
    quality: Any = survey.report.get("quality", {})
    notes = [*survey.notes, *quality.get("warnings", ()), *goal.notes, *found.notes]
    notes += [Phrase("the time limit ended the search")] if found.time_limit_fired else []
    notes += [Phrase("the search was stopped before its end")] if found.interrupted else []
    names = survey.districts["name"].dropna().unique().tolist()
    title = asked.title or (str(names[0]) if len(names) == 1 else surveys.named(asked.district))
    made = {
        **provenance.repeatable(vars(asked)),
        CHOICES: _chosen(asked),
        "interrupted": found.interrupted,
        "goal": goal.record(),
        "units": dict(survey.report),
    }
    if goal.practice is not None:
        made[hours.DERIVED] = goal.practice
    made[PROVEN] = _grids_of(ready, found, found.proven)
    made[SHUT] = _grids_of(ready, found, found.shut)
    plan = Plan(
        survey.units.assign(grid_id=pd.Series(found.labels, index=survey.units.index).astype(TEXT)),
        survey.borders,
        survey.districts,
        Parameters(
            title=title,
            preset=preset.name,
            measure=goal.measure,
            **asdict(goal.band),
            seed=asked.seed,
            vocabulary=preset.words(),
            lang=asked.lang or "",
            objectives=ready.wanted.record(),
        ),
        backdrop={name: table for name, table in survey.extract.tables.items() if len(table)},
        history=(provenance.step("split", made, survey.inputs, tuple(notes), survey.ledger),),
    )
    if ready.events is not None:
        plan = hours.having_events(plan, ready.events)
    coded = codes.coded(plan, preset.codes.template, plain=preset.codes.plain)
    if asked.nested is not None and found.interrupted:
        # Whoever stopped it waits no longer: the grids are saved, and can be made anew with their micro-grids.
        coded = _noted(coded, [Phrase("the search was stopped before micro-grids were made")])
    unsaid = pd.DataFrame({column: pd.Series(None, coded.grids.index, dtype=TEXT) for column in written()})
    return coded.having(attributes=unsaid, made={**coded.made, "bounds": STALE})


def _finished(ready: Prepared, plan: Plan, progress: Progress) -> Plan:
    """Return a plan with its bounds in words, what its checks found, and micro-grids where they are asked for."""
    asked = ready.asked
    sentences = in_languages(plan, written().values())
    said = pd.DataFrame({column: sentences[language] for column, language in written().items()})
    coded = plan.having(attributes=said).with_made("bounds")
    coded = _noted(_checked(coded, asked.check_with), objectives.notes(coded))
    return coded if asked.nested is None else _with_micro_grids(coded, ready, progress)


def _checked(plan: Plan, column: str | None) -> Plan:
    """Return a plan whose last step notes which grids leave the band by a second column."""
    if column is None:
        return plan
    preset = presets()[plan.parameters.preset]
    judged = next(each for each in audits.audit(plan, preset, check_with=column).judged if each.name == "other")
    said = Phrase("outside the range of size by {column!r}: {some}", column=column, some=listed(judged.grids) or "-")
    return _noted(plan, [said])


def _noted(plan: Plan, said: Sequence[Phrase]) -> Plan:
    """Return a plan whose last step says more."""
    last = plan.history[-1]
    return plan.having(history=(*plan.history[:-1], replace(last, notes=(*last.notes, *said))))


def _grids_of(ready: Prepared, found: Solution, known: NDArray[np.bool_] | None) -> list[list[str]]:
    """Return the units of each grid outside the band of which a proof is known."""
    if known is None or not known.any():
        return []
    held = pd.Series(ready.problem.weights).groupby(found.labels).sum()
    out = set(held.index[ready.goal.band.outside(held)])
    names = ready.survey.units.index.astype(TEXT).to_numpy()
    grids = pd.Series(found.labels)[known].groupby(found.labels[known]).groups
    return [names[rows].tolist() for label, rows in sorted(grids.items()) if label in out]


def _with_micro_grids(plan: Plan, ready: Prepared, progress: Progress) -> Plan:
    """Return a plan whose units carry the micro-grid of their grid they belong to, as ``micro_id``."""
    wanted, preset = ready.asked.nested or 0.0, ready.preset
    sizes = (wanted * preset.number("micro_least"), wanted, wanted * preset.number("micro_most"))
    progress("splitting grids into micro-grids", None)
    ordered = plan.having(parameters=replace(plan.parameters, micro=sizes))
    return micro.nest(ordered, arrays.prices(preset), ready.asked.seed, effort=ready.asked.effort)


def _chosen(asked: Project) -> dict[str, Any]:
    """Return the choices of a project that are not as usual, as JSON: what it takes to make its plan again."""
    given = provenance.repeatable(vars(asked))
    return {name: value for name, value in given.items() if value not in (None, "", [], {}, False)}


def _refuse_outside(plan: Plan, found: Solution) -> None:
    """Refuse a plan with grids outside the band, with what is known of why, and how near to it a plan can come."""
    outside = exceptions(plan)
    if len(outside):
        raise InfeasibleError(
            template(
                "{count} of {grids} grids is outside the range of size: {why}",
                "{count} of {grids} grids are outside the range of size: {why}",
            ),
            mend="widen the range, cut the units finer, or take the plan as it is without --strict",
            count=len(outside),
            grids=len(plan.grids),
            why=joined((tuple(found.notes) or tuple(outside["reason"]))[:3]),
        )


def _warn_of_the_band(plan: Plan) -> None:
    outside = exceptions(plan)
    if len(outside):
        own = plan.parameters
        said = GridkitWarning(
            template(
                "{count} of {grids} grids is outside the range of size of {low:,.0f} to {high:,.0f} {measure}",
                "{count} of {grids} grids are outside the range of size of {low:,.0f} to {high:,.0f} {measure}",
            ),
            count=len(outside),
            grids=len(plan.grids),
            low=own.low,
            high=own.high,
            measure=word(own.measure),
        )
        warnings.warn(said, stacklevel=3)


def _told(progress: Progress) -> Any:  # noqa: ANN401 - the splitter's callback
    def tell(moves: Moves) -> None:
        progress("searching for the best plan", moves.done)

    return tell
