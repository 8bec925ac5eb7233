"""From units to a plan: what is balanced to which band, the search, and the codes its labels get."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit import provenance
from gridkit.band import Band
from gridkit.catalog.presets import presets
from gridkit.errors import GridkitWarning
from gridkit.language.labels import word
from gridkit.language.phrases import Phrase
from gridkit.partition import Prices, Solution, nested, search
from gridkit.partition.exact import prove
from gridkit.plan import arrays, codes
from gridkit.plan.bounds import bounds, written
from gridkit.plan.overlap import shared_parts
from gridkit.plan.plan import Parameters, Plan, dissolve
from gridkit.plan.summary import exceptions
from gridkit.project import Project, project
from gridkit.recipes import units as surveys
from gridkit.recipes.goal import Goal, aim
from gridkit.recipes.progress import silent
from gridkit.tessellation.shapes.divide import Limit

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from gridkit.catalog.presets import Preset
    from gridkit.partition import Problem
    from gridkit.partition import Progress as Moves
    from gridkit.recipes.progress import Progress


SMALL, MOST_EFFORT = 2_500, 4.0
"""A district of fewer units than this is searched longer for its size, up to so many times."""
NESTED_LOW, NESTED_HIGH = 0.6, 1.4
"""The band of micro-grids around the size that is asked for (dimensionless)."""


# ------------------------------------------------------------------ the recipes
@dataclass(frozen=True)
class Prepared:
    """Everything a search needs, and what its result is read back by."""

    asked: Project
    preset: Preset
    survey: surveys.Survey
    goal: Goal
    problem: Problem


def split(
    district: str | Path | gpd.GeoDataFrame | Project,
    *,
    progress: Progress = silent,
    **choices: Any,  # noqa: ANN401 - any field
) -> Plan:
    """Split a district into balanced, contiguous grids that follow visible lines.

    Parameters
    ----------
    district
        ``FILE[:LAYER]``, a GeoDataFrame, or a whole :class:`~gridkit.project.Project`.
    progress
        Called with the words of each stage and the share done.
    choices
        Fields of :class:`~gridkit.project.Project`: ``osm``, ``people``, ``target`` ...

    Raises
    ------
    GridkitError
        Of the kind of the fault: see :mod:`gridkit.errors`.

    Warns
    -----
    GridkitWarning
        When some grids cannot be brought into the band.
    """
    ready = prepared(project(district, **choices), progress)
    plan = planned(ready, _found(ready, progress), progress)
    _warn_of_the_band(plan)
    return plan


def prepared(asked: Project, progress: Progress = silent) -> Prepared:
    """Return a project surveyed, its band settled, as the arrays the splitter takes."""
    preset = presets()[asked.preset]
    ground = surveys.ground(asked, progress)
    goal = aim(ground.units, preset, asked)
    survey = surveys.finished(ground, asked, Limit(goal.band.high, goal.measure), progress)
    problem, _ = arrays.problem(
        survey.units,
        survey.borders,
        arrays.Aim(goal.measure, goal.band, prices(preset)),
        goal.grids,
        old=_old_grids(asked, survey),
        locks=survey.units.get("lock"),
    )
    own = survey.units
    problem = replace(
        problem,
        seeds=own["seed"].notna().to_numpy() if "seed" in own else problem.seeds,
        dedicated=problem.dedicated if asked.dedicated is None else surveys.dedicated(asked, survey.units),
    )
    return Prepared(asked, preset, survey, goal, problem)


def _found(ready: Prepared, progress: Progress) -> Solution:
    """Search as the project asks: for the proven best of a small district, else for the best that can be found."""
    asked = ready.asked
    progress("searching for the best plan", 0.0)
    if asked.exact:
        return prove.prove(ready.problem, asked.seed, time_limit=asked.time_limit).solution
    return search(
        ready.problem,
        asked.seed,
        effort=asked.effort * _thoroughness(ready.problem.size),
        threads=asked.threads or None,
        time_limit=asked.time_limit,
        progress=_told(progress),
    )


def prices(preset: Preset) -> Prices:
    """Return a preset's prices by the codes of FEATURES."""
    return Prices(preset.prices.factors("cut"), preset.prices.factors("inside"), preset.prices.change.value)


# ------------------------------------------------------------------ the plan
def _old_grids(asked: Project, survey: surveys.Survey) -> pd.Series | None:
    """Return the grid of last year that holds most of each unit; None where there was none."""
    if asked.old is None:
        return None
    old = surveys.old_grids(asked.old, asked, survey.districts)
    parts = shared_parts(old, survey.units).dropna(subset="old_unit")
    largest = parts.sort_values(["new_unit", "share", "old_unit"], ascending=[True, False, True])
    return largest.drop_duplicates("new_unit").set_index("new_unit")["old_unit"].reindex(survey.units.index)


def _thoroughness(units: int) -> float:
    """Return how much more effort a district of so many units gets than a large one."""
    return float(np.clip(SMALL / max(units, 1), 1, MOST_EFFORT))


def planned(ready: Prepared, found: Solution, progress: Progress) -> Plan:
    """Return the plan of a solution: its grids coded, bounded in words, its making recorded."""
    asked, preset, survey, goal = ready.asked, ready.preset, ready.survey, ready.goal
    notes = [*survey.notes, *goal.notes, *found.notes]
    notes += [Phrase("the time limit ended the search")] if found.time_limit_fired else []
    notes += [Phrase("the search was stopped before its end")] if found.interrupted else []
    names = survey.districts["name"].dropna().unique().tolist()
    title = asked.title or (str(names[0]) if len(names) == 1 else surveys.named(asked.district))
    made = {**_repeatable(asked), "goal": goal.record(), "units": dict(survey.report)}
    plan = Plan(
        survey.units.assign(grid_id=pd.Series(found.labels, index=survey.units.index).astype("str")),
        survey.borders,
        survey.districts,
        Parameters(
            title=title,
            preset=preset.name,
            measure=goal.measure,
            **asdict(goal.band),
            seed=asked.seed,
            vocabulary=preset.words(),
        ),
        backdrop={name: table for name, table in survey.extract.tables.items() if len(table)},
        history=(provenance.step("split", made, survey.inputs, tuple(notes)),),
    )
    coded = codes.coded(plan, preset.codes.template, plain=preset.codes.plain)
    said = pd.DataFrame({column: bounds(coded, language) for column, language in written().items()})
    coded = replace(coded, attributes=said).with_made("bounds")
    return coded if asked.nested is None else _with_micro_grids(coded, ready, found, progress)


def _with_micro_grids(plan: Plan, ready: Prepared, found: Solution, progress: Progress) -> Plan:
    """Return a plan whose units carry the micro-grid of their grid they belong to, as ``micro_id``."""
    wanted = ready.asked.nested or 0.0
    band = Band(wanted * NESTED_LOW, wanted, wanted * NESTED_HIGH)
    progress("splitting grids into micro-grids", None)
    # A micro-grid may be smaller than a compound, so compounds bind the grids above it alone.
    alone = replace(ready.problem, groups=np.full(ready.problem.size, -1))
    made = nested.nest(alone, found.labels, band, ready.asked.seed, effort=ready.asked.effort)
    label = pd.Series(made.labels, index=plan.units.index).astype("str")
    grid_of = plan.units["grid_id"].groupby(label).first()
    micro = dissolve(plan.units.assign(grid_id=label)).assign(parent=grid_of)
    order = pd.Series(codes.reading_order(micro, plan.grids))
    place = order.groupby(micro["parent"].reindex(order).to_numpy()).cumcount() + 1
    names = {grid: f"{micro.loc[grid, 'parent']}{number:02d}" for grid, number in zip(order, place, strict=True)}
    return replace(plan, units=plan.units.assign(micro_id=label.map(names).astype("str")))


def _repeatable(asked: Project) -> dict[str, Any]:
    """Return the choices of a project as JSON: tables that were given as such are named by their kind."""

    def plain(value: Any) -> Any:  # noqa: ANN401 - any field
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items()}
        if isinstance(value, tuple):
            return [plain(each) for each in value]
        return value if isinstance(value, str | int | float | bool | None) else type(value).__name__

    return {name: plain(value) for name, value in vars(asked).items()}


def _warn_of_the_band(plan: Plan) -> None:
    outside = exceptions(plan)
    if len(outside):
        own = plan.parameters
        said = GridkitWarning(
            "{count} of {grids} grids are outside the band of {low:,.0f} to {high:,.0f} {measure}",
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


# ------------------------------------------------------------------ what came of it
