"""Hours a month of each area (a grid, a unit): households by class, events by class, duties, the way between doors.

::

    by_class(households, known, work)      households of every class
    tasks(counts, work) -> DataFrame       hours a month of each task; missing where it is not known
    needed(hours, walking, work)           terms, allowances and all that is needed

What is not known is left out of a sum and counted in ``tasks_missing``: such a sum is a least.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.catalog.workload import DUTIES, EVENTS, FORMS, PATROL, VISITS, known_as
from gridkit.measure.work.walking import doors_visited, tour_m
from gridkit.measure.work.wisn import MONTHS, category_allowance_factor

if TYPE_CHECKING:
    from gridkit.catalog.workload import Workload

MINUTES = 60.0
TERMS = ("visits", "walking", "events", "patrol", "duties", "forms")
"""What hours are printed by, in this order; ``hours_`` stands before each as a column."""


@dataclass(frozen=True)
class Counts:
    """What there is to do in each area, all on one index; missing where it is not known.

    Attributes
    ----------
    households
        Households of each class (columns), as from :func:`by_class`.
    events
        Events of each class (columns) in a month.
    forms
        Hours a month of the forms of one area, where a ledger of them was given.
    """

    households: pd.DataFrame
    events: pd.DataFrame
    forms: pd.Series[float] | None = None


def by_class(households: pd.Series[float], known: pd.DataFrame, work: Workload) -> pd.DataFrame:
    """Return the households of every class: those of no other class are the rest.

    Parameters
    ----------
    households
        All households of each area.
    known
        Households of some classes, a column each, on the same index or a part of it.

    Returns
    -------
    DataFrame
        A column per class of the practice; missing where nobody counted it. The rest is never below 0, and holds the
        households of classes that are not known.

    Examples
    --------
    >>> from gridkit.catalog.presets import presets
    >>> work = presets()["cn-social"].workload
    >>> made = by_class(pd.Series([400.0]), pd.DataFrame({"hardship": [12.0]}), work)
    >>> made["ordinary"].tolist(), made["hardship"].tolist(), bool(made["migrant"].isna().all())
    ([388.0], [12.0], True)
    """
    made = known.reindex(index=households.index, columns=list(work.visits)).astype(float)
    rest = next((name for name, each in work.visits.items() if each.rest), None)
    if rest is not None:
        others = made.drop(columns=rest).sum(axis=1, min_count=0)
        made[rest] = (households.astype(float) - others).clip(lower=0.0)
    return made


def classed(said: pd.Series[str], work: Workload) -> pd.Series[str]:
    """Return the class of each event by what its log calls it; the rest's, where there is one, for all others.

    Examples
    --------
    >>> from gridkit.catalog.presets import presets
    >>> classed(pd.Series(["消防隐患", "咨询"]), presets()["cn-social"].workload).tolist()
    ['safety', 'other']
    """
    rest = next((name for name, each in work.events.items() if each.rest), None)
    kinds = {text: known_as(text, work.events) or rest for text in said.dropna().astype("object").unique()}
    return said.astype("object").map(kinds).where(said.notna(), rest)


def a_month(counts: pd.DataFrame, days: float) -> pd.DataFrame:
    """Return counts of a span of days as counts of a month, a twelfth of a year of 365.25 days.

    Examples
    --------
    >>> a_month(pd.DataFrame({"fire": [24.0]}), 365.25)["fire"].tolist()
    [2.0]
    """
    return counts * (365.25 / MONTHS / days)


def visits_a_month(households: pd.DataFrame, work: Workload) -> pd.DataFrame:
    """Return the visits of a month to the households of each class."""
    return pd.DataFrame({name: households[name] * each.a_year.value / MONTHS for name, each in work.visits.items()})


def tasks(counts: Counts, work: Workload) -> pd.DataFrame:
    """Return the hours a month of each task, ``visits.ordinary`` ..., the way between doors apart.

    Returns
    -------
    DataFrame
        A column per task of the practice; missing where its number is not known. Events of an area where none was
        logged are none.

    Examples
    --------
    400 ordinary households twice a year, a quarter of an hour each: 400 x 2 / 12 x 15 / 60.

    >>> from gridkit.catalog.presets import presets
    >>> work = presets()["cn-social"].workload
    >>> counts = Counts(by_class(pd.Series([400.0]), pd.DataFrame(), work), pd.DataFrame(index=[0]))
    >>> tasks(counts, work)["visits.ordinary"].round(3).tolist()
    [16.667]
    """
    index = counts.households.index
    visits = visits_a_month(counts.households, work)
    made = {f"{VISITS}.{name}": visits[name] * each.minutes.value / MINUTES for name, each in work.visits.items()}
    for name, each in work.events.items():
        logged = counts.events[name] if name in counts.events else pd.Series(np.nan, index=index)
        made[f"{EVENTS}.{name}"] = logged.reindex(index) * each.minutes.value / MINUTES
    for name, duty in work.duties.items():
        alone = duty.a_year.value / MONTHS * duty.minutes.value / MINUTES
        made[f"{DUTIES}.{name}"] = pd.Series(alone, index=index)
    if counts.forms is not None:
        made[f"{DUTIES}.{FORMS}"] = counts.forms.reindex(index)
    return pd.DataFrame(made, index=index)


def walked(
    households: pd.DataFrame,
    doors: pd.Series[float],
    area_m2: pd.Series[float],
    work: Workload,
    tours: pd.Series[float] | None = None,
) -> pd.DataFrame:
    r"""Return the hours a month that the way between doors takes, and what they are reckoned from.

    Where the walk through all :math:`D` doors is known, that of the :math:`n` of a month is its :math:`\sqrt{n/D}`, as
    the formula for points at random has it; elsewhere it is that formula.

    Parameters
    ----------
    households
        As from :func:`by_class`.
    doors
        Buildings that people live in, or households where none is known.
    area_m2
        The area that the doors are spread over.
    tours
        Minutes of a walk through all doors along streets; missing where it is not known.

    Returns
    -------
    DataFrame
        ``hours``, ``doors`` of a month's visits, ``along_streets`` (whether the walk is one along streets).
    """
    visits = visits_a_month(households, work).sum(axis=1, min_count=1)
    there = doors_visited(doors, visits)
    minutes = tour_m(there, area_m2, work.walking) / work.walking.metres_per_minute.value
    streets = pd.Series(np.nan, index=doors.index) if tours is None else tours.reindex(doors.index)
    along: pd.Series[float] = streets * (there / doors.where(doors > 0)).clip(upper=1.0) ** 0.5
    known = along.notna()
    hours = along.where(known, minutes) / MINUTES
    return pd.DataFrame({"hours": hours.where(visits.notna()), "doors": there, "along_streets": known})


def terms(hours: pd.DataFrame, walking: pd.Series[float]) -> pd.DataFrame:
    """Return the hours a month of each of :data:`TERMS`, and how many tasks of an area are not known."""

    def of(kind: str, but: tuple[str, ...] = ()) -> pd.Series[float]:
        own = [name for name in hours if str(name).startswith(f"{kind}.") and name not in but]
        return hours[own].sum(axis=1, min_count=1)

    patrol, forms = f"{DUTIES}.{PATROL}", f"{DUTIES}.{FORMS}"
    missing = pd.Series(np.nan, index=hours.index)
    made = {
        "visits": of(VISITS),
        "walking": walking.reindex(hours.index),
        "events": of(EVENTS),
        "patrol": hours.get(patrol, missing),
        "duties": of(DUTIES, (patrol, forms)),
        "forms": hours.get(forms, missing),
    }
    table = pd.DataFrame({f"hours_{name}": made[name] for name in TERMS})
    return table.assign(tasks_missing=hours.isna().sum(axis=1) + walking.reindex(hours.index).isna().astype(int))


def needed(hours: pd.DataFrame, walking: pd.Series[float], work: Workload) -> pd.DataFrame:
    r"""Return all that an area needs in a month: its terms, the allowances on top, and the sum.

    .. math:: H = W \cdot CAF + I / 12

    with the hours :math:`W` of all terms that are known, the category allowance factor, and the hours :math:`I` of a
    year that individual allowances take.

    Returns
    -------
    DataFrame
        ``hours_`` of each of :data:`TERMS`, ``hours_basic`` (their sum), ``hours_category`` and ``hours_individual``
        (allowances), ``hours`` (all) and ``tasks_missing`` (tasks that are not known, so that ``hours`` is a least).
    """
    table = terms(hours, walking)
    basic = table[[f"hours_{name}" for name in TERMS]].sum(axis=1, min_count=1)
    factor = category_allowance_factor(work.allowances.category.value)
    individual = work.allowances.individual_hours_a_year.value / MONTHS
    unknown = table.pop("tasks_missing")
    return table.assign(
        hours_basic=basic,
        hours_category=basic * (factor - 1.0),
        hours_individual=individual,
        hours=basic * factor + individual,
        tasks_missing=unknown,
    )


def fixed_hours(work: Workload, forms: float | None = None) -> float:
    """Return the hours a month that a grid needs whatever its size: duties, their allowance, individual allowances."""
    own = {name: duty.a_year.value / MONTHS * duty.minutes.value / MINUTES for name, duty in work.duties.items()}
    if forms is not None:
        own[FORMS] = forms
    factor = category_allowance_factor(work.allowances.category.value)
    return sum(own.values()) * factor + work.allowances.individual_hours_a_year.value / MONTHS


def of_units(counts: Counts, walking: pd.Series[float], work: Workload) -> pd.Series[float]:
    """Return the hours a month that each unit adds to its grid, allowance included: what plans are divided by.

    Duties of a grid are left out: each grid has them whatever its size (:func:`fixed_hours`). What is not known is left
    out as well.
    """
    hours = tasks(counts, work)
    grows = hours[[name for name in hours if not str(name).startswith(f"{DUTIES}.")]]
    alone = grows.sum(axis=1) + walking.reindex(hours.index).fillna(0.0)
    return alone * category_allowance_factor(work.allowances.category.value)
