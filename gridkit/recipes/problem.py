"""What a project asks of the search: its ground surveyed, its band settled, and all of it as the splitter's arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gridkit import ledger, provenance
from gridkit.catalog.presets import presets
from gridkit.errors import UsageError
from gridkit.plan import arrays
from gridkit.plan.interchange import labelled
from gridkit.plan.objectives import of_units, with_seeds
from gridkit.plan.overlap import shared_parts
from gridkit.recipes import hours, objectives
from gridkit.recipes import units as surveys
from gridkit.recipes.goal import Goal, aim
from gridkit.recipes.progress import silent
from gridkit.recipes.reading import reading, through_the_gate
from gridkit.sources.labels import read as read_labels
from gridkit.tessellation import borders
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.shapes.divide import Limit

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from gridkit.catalog.presets import Preset
    from gridkit.partition import Problem
    from gridkit.plan.wanted import Wanted
    from gridkit.project import Project
    from gridkit.recipes.progress import Progress


@dataclass(frozen=True)
class Prepared:
    """Everything a search needs, and what its result is read back by."""

    asked: Project
    preset: Preset
    survey: surveys.Survey
    goal: Goal
    problem: Problem
    wanted: Wanted
    events: gpd.GeoDataFrame | None = None


def prepared(asked: Project, progress: Progress = silent) -> Prepared:
    """Return a project surveyed, its band settled, as the arrays the splitter takes."""
    preset = presets()[asked.preset]
    asked = through_the_gate(asked)
    with provenance.recording() as record:
        ground = surveys.ground(asked, progress)
        log = None
        if asked.events is not None:
            with provenance.role(hours.EVENTS):
                log = hours.logged(asked.events, reading(asked, hours.EVENTS), ground.districts)
            ground = replace(ground, ledger=ground.ledger + ledger.of(log).tell(asked.accept))
        ground = _with_hours(ground, preset, asked, log)
        goal = aim(ground.units, preset, asked, preset.name if _reckoned(ground) else None)
        wanted = objectives.wanted(asked, preset, ground.units, reading(asked, "offices"))
        rules = Rules(joint_m=preset.number("joint_m"))
        survey = surveys.finished(ground, asked, _limit(goal, ground, wanted), progress, rules)
        if goal.practice is not None:
            reckoned = hours.derived(survey.units, survey.extract, goal.practice, events=log)
            survey = replace(survey, units=survey.units.assign(**{hours.HOURS: reckoned}))
        if wanted.target_by:
            factor = objectives.by_place(survey.units, survey.districts, goal, wanted.target_by)
            survey = replace(survey, units=objectives.weighted(survey.units, goal.measure, factor))
            goal, wanted = objectives.aimed(goal, wanted.target_by), replace(wanted, target_of=goal.measure)
        if asked.grids is None:
            joined = borders.standing(survey.borders, survey.units, goal.measure, goal.band)
            survey = replace(survey, borders=joined)
        wished = of_units(survey.units, survey.extract, wanted, goal.measure, goal.band.target)
        problem, _ = arrays.problem(
            survey.units,
            survey.borders,
            arrays.Aim(goal.measure, goal.band, arrays.prices(preset), objectives=wished),
            goal.grids,
            old=_old_grids(asked, survey),
            locks=survey.units.get("lock"),
        )
        own = survey.units
        problem = replace(problem, seeds=own["seed"].notna().to_numpy() if "seed" in own else problem.seeds)
        problem = replace(problem, seeds=with_seeds(problem))
        if asked.dedicated is not None:
            institutions, names = surveys.dedicated(asked, own)
            problem = replace(problem, dedicated=institutions)
            # Kept with the plan, so that what judges and redraws it knows which grids no band binds.
            survey = replace(survey, units=own.assign(dedicated=names))
    survey = replace(survey, inputs=record.inputs)
    return Prepared(asked, preset, survey, goal, problem, wanted, log)


def _with_hours(
    ground: surveys.Ground, preset: Preset, asked: Project, events: gpd.GeoDataFrame | None
) -> surveys.Ground:
    """Return the ground with the hours of work of its units, where these are asked for and were not brought.

    Raises
    ------
    UsageError
        When micro-grids are asked for too: they have no hours of their own; or events, and no hours are reckoned.
    """
    if (asked.by or preset.measure) != hours.HOURS or hours.HOURS in ground.units or preset.workload is None:
        if events is not None:
            raise hours.no_hours()
        return ground
    if asked.nested is not None:
        raise UsageError("micro-grids have no hours of work", where="--nested", mend="divide by households")
    reckoned = hours.derived(ground.units, ground.extract, preset.name, events=events)
    said = hours.unlogged(events)
    return replace(
        ground,
        notes=ground.notes if said is None else (*ground.notes, said),
        units=ground.units.assign(**{hours.HOURS: reckoned}),
        report={**ground.report, hours.DERIVED: preset.name},
    )


def _reckoned(ground: surveys.Ground) -> bool:
    """Return whether the hours of units are reckoned, and not brought."""
    return hours.DERIVED in ground.report


def _limit(goal: Goal, ground: surveys.Ground, wanted: Wanted) -> Limit:
    """Return the most that a unit may hold; of hours that are reckoned, the households or people who make them."""
    units = ground.units
    if goal.practice is None:
        # Where targets differ by place units are as fine everywhere as the smallest target asks for.
        finest = 1.0
        if wanted.target_by:
            finest = 1 / float(objectives.by_place(units, ground.districts, goal, wanted.target_by).max())
        return Limit(goal.band.high * finest, goal.measure, goal.band.low * finest)
    counted = "households" if "households" in units and units["households"].notna().all() else "people"
    each = float(units[counted].sum() / units[hours.HOURS].sum())
    return Limit(goal.band.high * each, counted, goal.band.low * each)


def _old_grids(asked: Project, survey: surveys.Survey) -> pd.Series | None:
    """Return the grid of last year that holds most of each unit; None where there was none."""
    if asked.old is None:
        return None
    labels = read_labels(asked.old)
    if labels is not None:
        return labelled(survey.units, labels)
    old = surveys.old_grids(asked.old, asked, survey.districts)
    parts = shared_parts(old, survey.units).dropna(subset="old_unit")
    largest = parts.sort_values(["new_unit", "share", "old_unit"], ascending=[True, False, True])
    return largest.drop_duplicates("new_unit").set_index("new_unit")["old_unit"].reindex(survey.units.index)
