"""What the workers of a grid have to do: each task with how often and how long, and who there is to do it.

A preset's ``[work]`` is read into these; every number stands with its source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from gridkit.catalog.number import Number
from gridkit.catalog.posts import Role, taken
from gridkit.catalog.registry import STRICT
from gridkit.language.phrases import Phrase

VISITS, EVENTS, DUTIES = "visits", "events", "duties"
"""The three kinds of tasks: per household, per event, per grid."""
PATROL, FORMS = "patrol", "forms"
"""Duties that are known by name: what is walked, and what is written."""


@dataclass(frozen=True)
class Visit:
    """Visits to the households of one class.

    Attributes
    ----------
    words
        What the class is called in tables of households.
    a_year
        Visits to one household in a year.
    minutes
        Minutes of one visit at the door.
    rest
        Whether it is all households that are of no other class.
    """

    __pydantic_config__ = STRICT

    title: Phrase
    a_year: Number
    minutes: Number
    words: tuple[str, ...] = ()
    rest: bool = False


@dataclass(frozen=True)
class Event:
    """What one event of a class takes.

    Attributes
    ----------
    words
        What the class is called in logs of events.
    minutes
        Minutes that the worker of the grid is busy with one.
    rest
        Whether it is all events that are of no other class.
    """

    __pydantic_config__ = STRICT

    title: Phrase
    minutes: Number
    words: tuple[str, ...] = ()
    rest: bool = False


@dataclass(frozen=True)
class Duty:
    """What a grid asks for whatever its size.

    Attributes
    ----------
    a_year
        How often in a year.
    minutes
        Minutes of one time.
    """

    __pydantic_config__ = STRICT

    title: Phrase
    a_year: Number
    minutes: Number


@dataclass(frozen=True)
class Walking:
    """How long the way between doors is: ``tour`` times the root of doors times area, times ``detour``.

    Attributes
    ----------
    tour
        The constant of the shortest tour through points at random; dimensionless.
    detour
        Metres along streets for each metre straight across, where no streets are known; dimensionless.
    metres_per_minute
        How fast one walks.
    """

    __pydantic_config__ = STRICT

    tour: Number
    detour: Number
    metres_per_minute: Number


@dataclass(frozen=True)
class Time:
    """A worker's year: what is left of it is the available working time.

    Attributes
    ----------
    weeks, days_per_week
        Weeks of a year, and days of a working week.
    hours_per_day
        Hours of a full working day.
    public_holidays, annual_leave, sick_leave, training
        Days of a year that are not worked.
    """

    __pydantic_config__ = STRICT

    weeks: Number
    days_per_week: Number
    hours_per_day: Number
    public_holidays: Number
    annual_leave: Number
    sick_leave: Number
    training: Number

    @property
    def worked(self) -> float:
        """The share of a year's working days that is worked, 0-1."""
        days = self.weeks.value * self.days_per_week.value
        off = self.public_holidays.value + self.annual_leave.value + self.sick_leave.value + self.training.value
        return max(0.0, 1.0 - off / days)

    @property
    def hours_a_year(self) -> float:
        """The hours that a full-time worker works in a year."""
        return self.weeks.value * self.days_per_week.value * self.hours_per_day.value * self.worked


@dataclass(frozen=True)
class Allowances:
    """What every worker does beside the tasks that are counted.

    Attributes
    ----------
    category
        The share of working time that all of them give to it (meetings, handing over), 0-1.
    individual_hours_a_year
        Hours of a year that one of them gives to what only some do, for each grid.
    """

    __pydantic_config__ = STRICT

    category: Number
    individual_hours_a_year: Number


@dataclass(frozen=True)
class Ratio:
    """At least so many of some roles for each so many people or households, or for each grid.

    Attributes
    ----------
    roles
        Whose heads are counted.
    per
        What they are counted for: ``people``, ``households`` or ``grids``.
    least
        Heads for each ``of`` of it.
    """

    __pydantic_config__ = STRICT

    title: Phrase
    roles: tuple[str, ...]
    per: str
    least: Number
    of: float = 1.0


@dataclass(frozen=True)
class Workload:
    """The tasks of a grid, the year of a worker, and the posts of a practice.

    Attributes
    ----------
    visits, events, duties
        Tasks by name: per household, per event, per grid.
    order
        Tasks as ``visits.NAME``, ``events.NAME`` or ``duties.NAME``, what is done first standing first.
    months
        Over how many months the hours of a unit are counted, where a plan is divided by hours.
    """

    __pydantic_config__ = STRICT

    visits: dict[str, Visit]
    events: dict[str, Event]
    duties: dict[str, Duty]
    walking: Walking
    time: Time
    allowances: Allowances
    order: tuple[str, ...] = ()
    roles: dict[str, Role] = field(default_factory=dict)
    ratios: dict[str, Ratio] = field(default_factory=dict)
    prices: dict[str, Number] = field(default_factory=dict)
    """What an assignment of staff to grids pays, in metres of way to work (see gridkit.measure.work.assignment)."""
    months: float = 1.0

    def __post_init__(self) -> None:
        """Check that the order names every task once, and that one class at most is all the rest."""
        for name in (VISITS, EVENTS):
            rest = [key for key, each in getattr(self, name).items() if each.rest]
            if len(rest) > 1:
                raise ValueError(f"{name}: {rest} cannot all be the rest")
        if sorted(self.order) != sorted(self.tasks()):
            raise ValueError(f"order must name each of {sorted(self.tasks())} once")

    def tasks(self) -> dict[str, Visit | Event | Duty]:
        """Return every task by its kind and name, ``visits.ordinary``."""
        return {f"{kind}.{key}": each for kind in (VISITS, EVENTS, DUTIES) for key, each in getattr(self, kind).items()}

    def numbers(self) -> dict[str, Number]:
        """Return every number by its dotted path."""
        return dict(_numbers(self, ""))

    def role_of(self, said: str) -> str | None:
        """Return the key of a role by what a table calls it, in any language; None where it is no role of these."""
        return taken(said, self.roles).role


def known_as(said: str, entries: Mapping[str, Any]) -> str | None:
    """Return the key of an entry by its key, its title in any language, or one of its words; the longest word wins.

    Examples
    --------
    >>> from gridkit.catalog.number import Number
    >>> lone = Visit(Phrase("lone"), Number(12, ""), Number(20, ""), ("lives alone", "独居老人"))
    >>> known_as("独居老人（低保）", {"lone": lone}), known_as("driver", {"lone": lone})
    ('lone', None)
    """
    plain = " ".join(said.casefold().split())
    called = {
        key: [key, key.replace("_", " "), *each.title.by_language().values(), *each.words]
        for key, each in entries.items()
    }
    exact = next((key for key, names in called.items() if plain in [name.casefold() for name in names]), None)
    if exact is not None or not plain:
        return exact
    within = [(len(word), key) for key, each in entries.items() for word in each.words if word.casefold() in plain]
    return max(within, key=lambda pair: pair[0])[1] if within else None


def _numbers(part: Any, path: str) -> Iterator[tuple[str, Number]]:  # noqa: ANN401 - any part of a definition
    if isinstance(part, Number):
        yield path, part
        return
    if isinstance(part, dict):
        inside = list(part.items())
    elif hasattr(part, "__dataclass_fields__") and not isinstance(part, Phrase):
        inside = [(each.name, getattr(part, each.name)) for each in fields(part)]
    else:
        return
    for name, each in inside:
        yield from _numbers(each, f"{path}.{name}" if path else str(name))
