"""What a project asks of its grids beside size and borders: read from its options, its files and its preset."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridkit import provenance
from gridkit.catalog.presets import presets
from gridkit.crs import to_metric
from gridkit.errors import TableError, UsageError
from gridkit.language.labels import word
from gridkit.language.numbers import Quantity, share
from gridkit.language.phrases import Phrase, template
from gridkit.plan.objectives import WEIGHTED, Figures, figures, weighted
from gridkit.plan.wanted import PER, Wanted
from gridkit.recipes.hours import HOURS
from gridkit.sources.files import vectors
from gridkit.tables import TEXT, Extract

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from gridkit.catalog.presets import Preset
    from gridkit.plan.plan import Plan
    from gridkit.project import Project
    from gridkit.recipes.goal import Goal
    from gridkit.sources.reading import Reading

__all__ = [
    "aimed",
    "by_place",
    "columns",
    "figures_of",
    "kinds",
    "notes",
    "require_count",
    "said",
    "wanted",
    "weighted",
]

_NAMES = ("name", "office", "grid_id", "名称")


def columns(asked: Project) -> list[str]:
    """Return the columns of the units that a project asks about."""
    return Wanted(_priced(asked.homogeneous, 0.0, "--homogeneous"), _priced(asked.even, 0.0, "--even")).columns


def kinds(asked: Project) -> tuple[list[str], list[str]]:
    """Return the columns of own units that a project asks about: those that hold everywhere, and those that count.

    Hours of work that own units bring count where grids are divided by them.
    """
    alike = list(_priced(asked.homogeneous, 0.0, "--homogeneous"))
    values = [*(each for each in alike if PER not in each), *([asked.target_by] if asked.target_by else [])]
    second = [] if asked.check_with is None else [asked.check_with]
    divided = [HOURS] if (asked.by or presets()[asked.preset].measure) == HOURS else []
    return values, [each for each in (*columns(asked), *second, *divided) if each not in values]


def wanted(asked: Project, preset: Preset, units: gpd.GeoDataFrame, reading: Reading) -> Wanted:
    """Return what a project asks for, at its own prices or the preset's.

    Raises
    ------
    UsageError
        When a price is no number >= 0.
    """
    paid = preset.prices
    alike = _priced(asked.homogeneous, paid.homogeneous.value, "--homogeneous")
    return Wanted(
        alike,
        _priced(asked.even, paid.even.value, "--even"),
        _price(asked.walk_weight, paid.walk.value, "--walk-weight"),
        _price(asked.office_weight, paid.office.value, "--office-weight") if asked.offices is not None else 0.0,
        {} if asked.offices is None else _places(asked.offices, units, reading),
        asked.target_by or "",
    )


def require_count(asked: Project, column: str) -> None:
    """Raise where a column that the file of people counts is to be compared as it is.

    Raises
    ------
    UsageError
        When it is so.
    """
    if column in kinds(asked)[0]:
        raise UsageError(
            "{column!r} is counted in the file of people: units with more people have more of it",
            where="--homogeneous",
            mend="compare {column}/people, what there is of it for each person",
            column=column,
        )


def _priced(said: str | Sequence[str], usual: float, where: str) -> dict[str, float]:
    """Return the price of each ``COLUMN`` or ``COLUMN=METRES``."""
    given = [said] if isinstance(said, str) else list(said)
    out = {}
    for each in given:
        column, _, price = each.partition("=")
        out[column.strip()] = _price(price or None, usual, where)
    return {column: price for column, price in out.items() if column}


def _price(said: str | float | None, usual: float, where: str) -> float:
    if said is None:
        return usual
    try:
        price = float(said)
    except ValueError:
        price = np.nan
    if not 0 <= price < np.inf:
        raise UsageError("{said} is no weight", where=where, mend="give metres of border, 0 or more", said=said)
    return price


def _places(source: Any, units: gpd.GeoDataFrame, reading: Reading) -> dict[str, tuple[float, float]]:  # noqa: ANN401
    """Return where each office stands, by its name, in the CRS of the units."""
    with provenance.role("offices"):
        read = vectors.read(
            source, crs=reading.crs, encoding=reading.encoding, datum=reading.datum, swap_xy=reading.swap_xy
        )
    frame = to_metric(read, units.crs)
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    if frame.empty:
        raise TableError("there is no office in it", where="--offices", mend="give a file of points")
    own = frame.index.to_series().astype(TEXT)
    named = next((name for name in _NAMES if name in frame), None)
    said = own if named is None else frame[named].astype(object).where(frame[named].notna(), own).astype(TEXT)
    said = said.where(~said.duplicated(keep=False), said + " " + own)
    xy = shapely.get_coordinates(shapely.point_on_surface(np.asarray(frame.geometry)))
    return {str(name): (float(x), float(y)) for name, (x, y) in zip(said, xy, strict=True)}


# ------------------------------------------------------------------ targets that differ by place
def by_place(units: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, goal: Goal, column: str) -> pd.Series[float]:
    """Return how many of the measure one counts for in each unit, so that every grid is to hold the same.

    Where the target is half of the usual one counts for two. Where a number of grids is asked for the sum stays.

    Raises
    ------
    TableError
        When neither the units nor the district have the column, or it holds a number that is none above 0.
    """
    held = units[goal.measure].to_numpy(dtype=float)
    target = _at(units, districts, column).fillna(goal.band.target).to_numpy(dtype=float)
    if not (np.isfinite(target) & (target > 0)).all():
        raise TableError("column {column!r} holds a target that is not above 0", where="--target-by", column=column)
    factor = goal.band.target / target
    if goal.grids is not None and (held * factor).sum() > 0:
        factor *= held.sum() / (held * factor).sum()
    return pd.Series(factor, units.index)


def _at(units: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, column: str) -> pd.Series[float]:
    if column in units:
        return pd.to_numeric(units[column], errors="coerce")
    if column in districts:
        return pd.to_numeric(units["parent"].map(districts[column]), errors="coerce")
    raise TableError(
        "neither the units nor the district have a column {column!r}",
        where="--target-by",
        mend="add it to the polygons that --parents tells apart, or to your own --units",
        column=column,
    )


def aimed(goal: Goal, column: str) -> Goal:
    """Return a goal of the weighted measure, with a note that says so."""
    note = Phrase(
        "{measure} are counted by the target of their place ({column}): where it is half, one counts for two",
        measure=word(goal.measure),
        column=column,
    )
    return replace(goal, measure=WEIGHTED, notes=(*goal.notes, note))


# ------------------------------------------------------------------ what came of it
def notes(plan: Plan) -> list[Phrase]:
    """Return what a plan came to by each objective that it was asked for, in words."""
    asked = Wanted.of(plan.parameters.objectives)
    if not (asked.columns or asked.walk or asked.offices):
        return []
    return said(figures_of(plan, asked), plan.units, plan.parameters.measure)


def figures_of(plan: Plan, asked: Wanted) -> Figures:
    """Return how good the grids of a plan are at what was asked for."""
    own = plan.parameters
    return figures(plan.units, Extract(plan.backdrop, plan.crs), asked, own.measure, own.target or 1.0)


def said(found: Figures, units: gpd.GeoDataFrame, measure: str) -> list[Phrase]:
    """Return figures in words; a mean over all grids counts each by the measure that they are balanced by."""
    out = found.correlations()
    held = units.groupby("grid_id")[measure].sum().reindex(found.grids.index)
    words: Mapping[str, str] = {
        "walk_minutes": template(
            "people walk {mean} to the middle of their grid in the mean, in the farthest grid {most}"
        ),
        "office_minutes": template(
            "people walk {mean} to the office of their grid in the mean, in the farthest grid {most}"
        ),
    }
    if measure != "people":
        words = {
            "walk_minutes": template(
                "the way to the middle of a grid is {mean} in the mean, each counted by its {measure}, "
                "in the farthest grid {most}"
            ),
            "office_minutes": template(
                "the way to the office of a grid is {mean} in the mean, each counted by its {measure}, "
                "in the farthest grid {most}"
            ),
        }
    for column, sentence in words.items():
        if column in found.grids:
            known = found.grids[column].notna()
            mean = float(np.average(found.grids[column][known], weights=held[known] + 1e-9))
            most = float(found.grids[column].max())
            minutes = {"mean": Quantity(mean, "minutes", 1), "most": Quantity(most, "minutes", 1)}
            out.append(Phrase(sentence, **minutes, **({} if measure == "people" else {"measure": word(measure)})))
    for column in map(str, found.grids.columns):
        if column.startswith("off:"):
            off = found.grids[column].abs()
            out.append(
                Phrase(
                    "{column}: grids hold {mean} more or less than the mean of their parent, the farthest {most}",
                    column=column.removeprefix("off:"),
                    mean=share(float(off.mean())),
                    most=share(float(off.max())),
                )
            )
    return out
