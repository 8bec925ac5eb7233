"""From units to a plan: what is balanced to which band, the search, and the codes its labels get."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit import provenance
from gridkit.catalog.presets import presets
from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.plan import arrays, codes
from gridkit.plan.bounds import bounds
from gridkit.plan.overlap import shared_parts
from gridkit.plan.plan import Parameters, Plan
from gridkit.project import Project, project
from gridkit.recipes import survey as surveys
from gridkit.recipes.progress import silent
from gridkit.split import Band, Prices, Solution, search
from gridkit.units.divide import Limit

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from gridkit.catalog.presets import Preset
    from gridkit.recipes.progress import Progress
    from gridkit.split import Progress as Moves

MEASURES = ("people", "households", "area_m2")
TOLERANCE = 0.1
"""Share a grid may be off a target that the user gave without saying more."""


@dataclass(frozen=True)
class Goal:
    """What is balanced, to which band, in how many grids.

    Attributes
    ----------
    measure
        The column of UNITS that is balanced.
    low, target, high
        The band in the unit of the measure.
    grids
        How many grids in all, or None for what the band implies.
    notes
        What was derived rather than given.
    """

    measure: str
    low: float
    target: float
    high: float
    grids: int | None = None
    notes: tuple[str, ...] = ()


# ------------------------------------------------------------------ the recipe
def split(
    district: str | Path | gpd.GeoDataFrame | Project,
    *,
    progress: Progress = silent,
    **choices: Any,  # noqa: ANN401
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
    asked = project(district, **choices)
    preset = presets()[asked.preset]
    ground = surveys.ground(asked, progress)
    goal = aim(ground.units, preset, asked)
    survey = surveys.finished(ground, asked, Limit(goal.high, goal.measure), progress)
    problem, _ = arrays.problem(
        survey.units,
        survey.borders,
        arrays.Aim(goal.measure, Band(goal.low, goal.target, goal.high), prices(preset)),
        goal.grids,
        old=_old_grids(asked, survey),
    )
    progress("searching for the best plan", 0.0)
    found = search(
        problem,
        asked.seed,
        effort=asked.effort,
        threads=asked.threads or None,
        time_limit=asked.time_limit,
        progress=_told(progress),
    )
    plan = _plan(survey, found, goal, preset, asked)
    _warn_of_the_band(plan)
    return plan


def prices(preset: Preset) -> Prices:
    """Return a preset's prices by the codes of FEATURES."""
    return Prices(preset.prices.factors("cut"), preset.prices.factors("inside"), preset.prices.change.value)


# ------------------------------------------------------------------ the goal
def aim(units: gpd.GeoDataFrame, preset: Preset, asked: Project) -> Goal:
    """Return what a project balances, from the user's numbers first and the preset's where they are silent.

    A preset that counts households counts people where no households are known and none were asked for: its band is
    multiplied by its own household size, and a note says so.

    Raises
    ------
    TableError
        When the measure is no column of the units, or adds up to nothing.
    """
    measure, factor, notes = _measure(units, preset, asked)
    total = float(units[measure].sum())
    if total <= 0:
        raise TableError(
            "the units hold no {measure} at all", mend="check --people, or balance with --by area_m2", measure=measure
        )
    low, target, high = _band(preset, asked, factor, total)
    return Goal(measure, low, target, high, asked.grids, tuple(notes))


def _measure(units: gpd.GeoDataFrame, preset: Preset, asked: Project) -> tuple[str, float, list[str]]:
    """Return the measure, the factor from the preset's numbers to its unit, and notes."""
    known = [name for name in MEASURES if name in units and units[name].notna().all()]
    wanted = asked.measure or preset.measure
    if wanted in known:
        return wanted, 1.0, []
    if not asked.measure and wanted == "households" and preset.household_size is not None:
        size = preset.household_size
        note = f"no households given: people are balanced, {size.value:g} to a household ({size.source})"
        return "people", size.value, [note]
    raise TableError(
        "the units have no {wanted!r} to balance",
        mend="give --{wanted}, or choose with --by from {known}",
        wanted=wanted,
        known=", ".join(known),
    )


def _band(preset: Preset, asked: Project, factor: float, total: float) -> tuple[float, float, float]:
    """Return low, target and high: the user's, else around the user's target, else the preset's."""
    if asked.tolerance is not None and not 0 <= asked.tolerance < 1:
        raise UsageError("a tolerance is a share, not {share:g}", mend="write 0.1 for 10 %", share=asked.tolerance)
    mean = total / asked.grids if asked.grids else preset.band.target.value * factor
    low, target, high = (value * factor for value in preset.band.around(mean / factor))
    if (asked.target, asked.grids, asked.tolerance) != (None, None, None):
        target = asked.target if asked.target is not None else mean if asked.grids else target
        tolerance = TOLERANCE if asked.tolerance is None else asked.tolerance
        low, high = target * (1 - tolerance), target * (1 + tolerance)
    low = low if asked.low is None else asked.low
    high = high if asked.high is None else asked.high
    return low, min(max(target, low), high), high


# ------------------------------------------------------------------ the plan
def _old_grids(asked: Project, survey: surveys.Survey) -> pd.Series | None:
    """Return the grid of last year that holds most of each unit; None where there was none."""
    if asked.old is None:
        return None
    old = surveys.old_grids(asked.old, asked, survey.districts)
    parts = shared_parts(old, survey.units).dropna(subset="old_unit")
    largest = parts.sort_values(["new_unit", "share", "old_unit"], ascending=[True, False, True])
    return largest.drop_duplicates("new_unit").set_index("new_unit")["old_unit"].reindex(survey.units.index)


def _plan(survey: surveys.Survey, found: Solution, goal: Goal, preset: Preset, asked: Project) -> Plan:
    """Return the plan of a solution, its grids coded and its making recorded."""
    notes = [*survey.notes, *goal.notes, *found.notes]
    notes += ["the time limit ended the search"] if found.time_limit_fired else []
    names = survey.districts["name"].dropna().unique().tolist()
    title = asked.title or (str(names[0]) if len(names) == 1 else surveys.named(asked.district))
    made = {**_repeatable(asked), "goal": asdict(goal), "units": dict(survey.report)}
    plan = Plan(
        survey.units.assign(grid_id=pd.Series(found.labels, index=survey.units.index).astype("str")),
        survey.borders,
        survey.districts,
        Parameters(
            title=title,
            preset=preset.name,
            measure=goal.measure,
            low=goal.low,
            target=goal.target,
            high=goal.high,
            seed=asked.seed,
            vocabulary=preset.words(),
        ),
        backdrop={name: table for name, table in survey.extract.tables.items() if len(table)},
        history=(provenance.step("split", made, survey.inputs, tuple(notes)),),
    )
    coded = codes.coded(plan, preset.codes.template, plain=preset.codes.plain)
    said = pd.DataFrame({"boundary": bounds(coded, "zh"), "boundary_en": bounds(coded, "en")})
    return replace(coded, attributes=said)


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
            measure=own.measure,
        )
        warnings.warn(said, stacklevel=3)


def _told(progress: Progress) -> Any:  # noqa: ANN401 - the splitter's callback
    def tell(moves: Moves) -> None:
        progress("searching for the best plan", moves.done)

    return tell


# ------------------------------------------------------------------ what came of it
def exceptions(plan: Plan) -> pd.DataFrame:
    """Return the grids outside the band, each with its reason."""
    own = plan.parameters
    values = plan.grids[own.measure]
    outside = plan.grids[(values < own.low * (1 - 1e-9)) | (values > own.high * (1 + 1e-9))]
    largest = plan.units.groupby("grid_id")[own.measure].max()
    reasons = [
        "one unit alone is above the band" if largest[grid] > own.high else "its units fit no better"
        for grid in outside.index
    ]
    return pd.DataFrame(
        {"parent": outside["parent"], own.measure: outside[own.measure], "units": outside["units"], "reason": reasons}
    )


def summary(plan: Plan) -> dict[str, Any]:
    """Return a plan in numbers, JSON-ready: size, balance, shape, and each grid outside the band with its reason."""
    from gridkit.measure.shape import polsby_popper  # noqa: PLC0415

    own, grids = plan.parameters, plan.grids
    values = grids[own.measure]
    outside = exceptions(plan)
    off = np.abs(values / values.mean() - 1)
    return {
        "title": own.title,
        "grids": len(grids),
        "units": len(plan.units),
        "parents": int(plan.units["parent"].nunique()),
        "people": float(plan.units["people"].sum()),
        "measure": own.measure,
        "band": [own.low, own.target, own.high],
        "share_in_band": 1 - len(outside) / len(grids),
        "share_within_10_percent_of_mean": float((off <= TOLERANCE).mean()),
        "share_farthest_off_mean": float(off.max()),
        "compactness": float(polsby_popper(grids).mean()),
        "notes": list(plan.history[-1].notes) if plan.history else [],
        "outside_the_band": outside.reset_index().to_dict("records"),
    }
