"""What a layer is made of: frozen dataclasses that TOML is read into strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from gridkit.catalog.classes import Class, titled
from gridkit.catalog.columns import (
    ACCESS,
    BALANCE,
    DEPARTMENTS,
    EMERGENCY,
    INCIDENTS,
    MINUTES,
    ONE_STOP,
    PARTICIPATION,
    PATROL,
    PER,
    PER_MANY,
    RATES,
    RESPONSE,
    SHARING,
    SITING,
    STAFFING,
    VISITS,
    WORKLOAD,
    Measure,
)
from gridkit.catalog.registry import STRICT, Registry, shipped
from gridkit.face import face
from gridkit.language.labels import meaning
from gridkit.language.numbers import UNIT, decimal, unit
from gridkit.language.phrases import NO_TEXT, Phrase

State = Literal[
    "reported", "accepted", "filed", "dispatched", "handled", "checked", "closed", "returned", "suspended", "void"
]
STATES: tuple[State, ...] = get_args(State)
"""The states of the closed loop in their order; the last three leave it (``measure.incidents.closed_loop``)."""


@dataclass(frozen=True)
class Definition:
    """What every layer has: its name (the file's), title, source, and how it is drawn.

    Attributes
    ----------
    source
        Where its thresholds come from; ``verified`` says that the text itself was read, not quoted from memory, or that
        there is none.
    checked
        What its arithmetic was held against, and where the figures stand.
    measures
        Columns of its tables that a map can colour by, the first one first; where none are named, those of the kind.
    colour
        Colour of its points and lines.
    """

    __pydantic_config__ = STRICT

    name: str
    title: Phrase
    about: Phrase = NO_TEXT
    source: str = ""
    verified: bool = False
    checked: str = ""
    measures: tuple[Measure, ...] = ()
    colour: str = "#0072b2"


@dataclass(frozen=True)
class BalanceLayer(Definition):
    """People, households and area of each grid against the band."""

    kind: Literal["balance"] = "balance"

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, BALANCE)


@dataclass(frozen=True)
class IncidentsLayer(Definition):
    """Points in time counted per grid.

    Attributes
    ----------
    columns
        Which column of the source holds each role; several candidates each, the first found wins. Roles with a meaning:
        ``id``; ``time`` (date, or date and time), ``clock`` (the time of day, where it stands in a column of its own:
        1605, 16:05); ``category``; ``status``; ``department``; ``origin`` (who started it); ``due``; ``closed`` and the
        other steps of the loop (:data:`STATES`) as times; ``lon``, ``lat``, ``x``, ``y``, ``wkt``, ``address``.
    datum
        Of lon/lat: ``wgs84``, ``gcj02`` or ``bd09``.
    classes
        Values of ``category`` gathered into classes by name; what fits none stays as it is. One without a title is that
        of its name in ``called``: it has its title, and its values beside those of its own.
    called
        What pages and cards call a ``category`` in their language; it is counted as the source has it.
    only
        Incidents of another class are left out, so that a layer finds its own in a table of all sorts. Those without
        any category stay; and where none is of a class, all do, with a warning.
    states
        Values of ``status`` by the state of the loop they mean (one of :data:`STATES`).
    residents
        Values of ``origin`` that mean a resident started it, and not the administration.
    days
        Days within which an incident is due to be closed, where the source has no ``due``; 0 for no limit.
    base, per
        Rates are per this many ``people`` or ``households``, or km2 of ``area`` (for what happens on streets, where
        people pass and do not live).
    repeat_m, repeat_days
        Two incidents this close in space and time are a repeat; 0 days for any time.
    hot_share
        The false discovery rate at which hot spots are named.
    density, bandwidth_m
        Where a kernel density is drawn, if any: on the ``plane`` or along the ``streets``, and how far each incident
        reaches.
    """

    kind: Literal["incidents"] = "incidents"
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    datum: Literal["wgs84", "gcj02", "bd09"] = "wgs84"
    classes: dict[str, Class] = field(default_factory=dict)
    called: dict[str, Class] = field(default_factory=dict)
    only: bool = False
    states: dict[State, tuple[str, ...]] = field(default_factory=dict)
    residents: tuple[str, ...] = ()
    days: float = 0.0
    base: Literal["people", "households", "area"] = "people"
    per: float = 1000.0
    repeat_m: float = 25.0
    repeat_days: float = 0.0
    hot_share: float = 0.05
    density: Literal["none", "plane", "streets"] = "none"
    bandwidth_m: float = 200.0

    def __post_init__(self) -> None:
        """Fill in classes that ``called`` knows, and the measures of the kind, the rates with what they are per."""
        object.__setattr__(self, "classes", titled(self.classes, titled(self.called, {})))
        per = PER.get((self.base, self.per))
        per = unit(per) if per else Phrase(PER_MANY[self.base], UNIT, number=decimal(self.per))
        rates = [Measure(column, title, per, palette="OrRd", digits=1) for column, title in RATES]
        _fill_measures(self, (INCIDENTS[0], *rates, *INCIDENTS[1:]))


@dataclass(frozen=True)
class CoverageLayer(Definition):
    """Facilities, and the share of people within reach of one.

    Attributes
    ----------
    tags
        OSM tags that make a place one of these facilities: ``{amenity = ["clinic", "doctors"]}``; any match counts.
    areas
        Areas that are facilities, by table and kind: ``{green = ["park"]}``; reached anywhere along their edge.
    columns
        Which column of a table of facilities holds ``name``, ``kind``, ``capacity``, ``hours``, ``lon``, ``lat`` ...
    profile
        How one gets there: ``walk``, ``cycle`` or ``drive``; ``straight`` is a fallback for places without a network.
    outward
        The facility comes to the people (a fire engine), instead of the people going there.
    minutes
        The times whose shares are reported, in minutes.
    who
        The column of the units that is covered: ``people``, or ``children``, ``elderly`` ... where the units have it.
    capacity
        The capacity of a facility where its own is not known; 0 for no question of capacity.
    serves
        How many people one unit of capacity is for (a doctor, a bed, a place); a facility that more lean on is
        overloaded. 0 where no norm is known: then one is that bears half as much again as the mean.
    """

    kind: Literal["coverage"] = "coverage"
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    areas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    profile: Literal["walk", "cycle", "drive", "straight"] = "walk"
    outward: bool = False
    minutes: tuple[float, ...] = (5.0, 10.0, 15.0)
    who: str = "people"
    capacity: float = 0.0
    serves: float = 0.0

    def __post_init__(self) -> None:
        """Fill in the measures of the kind: one per threshold."""
        within = [
            Measure(
                f"within_{limit:g}",
                Phrase("Share within {limit} min", limit=f"{limit:g}"),
                breaks=(0.2, 0.4, 0.6, 0.8),
                percent=True,
            )
            for limit in reversed(self.minutes)
        ]
        access = (ACCESS,) if self.capacity else ()
        _fill_measures(self, (*within, MINUTES[self.profile], *access))


@dataclass(frozen=True)
class SitingLayer(Definition):
    """Where to build new facilities of a service, and what that changes.

    Attributes
    ----------
    service
        The coverage layer whose facilities there are.
    new
        How many to build.
    goal
        ``cover``: most people within ``minutes``; ``median``: the shortest way on average; ``all``: as many as it takes
        for everybody who can be, to be within ``minutes``.
    spacing_m
        Candidates, where no table of them is given, are points inside the units, and none nearer than this to another
        one.
    steps
        After how many nodes of its search the proof ends, and not after how long: the same on every machine.
    columns
        Which column of a table of candidates holds ``name``, ``lon``, ``lat`` ...; the usual ones where none is named.
    """

    kind: Literal["siting"] = "siting"
    service: str = ""
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    new: int = 3
    goal: Literal["cover", "median", "all"] = "cover"
    minutes: float = 15.0
    spacing_m: float = 300.0
    steps: int = 2000

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, SITING)


@dataclass(frozen=True)
class OneStopLayer(Definition):
    """All of a list of services within reach: which are missing where.

    Attributes
    ----------
    services
        Minutes within which each is wanted, by the name of its coverage layer.
    who
        The column of the units that is covered.
    """

    kind: Literal["onestop"] = "onestop"
    services: dict[str, float] = field(default_factory=dict)
    who: str = "people"

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, ONE_STOP)


@dataclass(frozen=True)
class DepartmentsLayer(Definition):
    """Departments' nets (police beats, school areas ...) over the grids: which cut them, and whom that concerns.

    Attributes
    ----------
    rule
        What makes a unit's part an area's: more than ``sliver`` of its ``people`` (where its buildings stand) or of its
        ``area``; or any ``touch`` beyond drawing noise.
    sliver
        The share of a unit up to which a part goes with the rest of it: nets drawn from other maps never follow the
        same line exactly.
    """

    kind: Literal["departments"] = "departments"
    rule: Literal["people", "area", "touch"] = "people"
    sliver: float = 0.05

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, DEPARTMENTS)


@dataclass(frozen=True)
class EmergencyLayer(Definition):
    """The zones of an emergency: who lives in them, their gates, the points people walk to, the staff it takes.

    Attributes
    ----------
    practice
        A practice of :func:`gridkit.catalog.emergencies.emergencies`.
    steps
        After how many nodes of its search the choice of points ends, and not after how long.
    rounds
        Whether rounds of delivery are planned in zones whose supplies come to the door.
    """

    kind: Literal["emergency"] = "emergency"
    practice: str = "epidemic"
    steps: int = 200
    rounds: bool = False

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, EMERGENCY)


@dataclass(frozen=True)
class PatrolLayer(Definition):
    """Patrols: in each grid a walk past every street of some classes, from the office where there is one.

    Attributes
    ----------
    preset
        Whose ``[rounds]`` says which streets are passed, how fast, and how long a shift is.
    classes
        OSM classes of streets that are passed; the preset's where empty.
    walkers
        At least so many walks in each area.
    shift_hours
        How long a walk may take; as the preset has it where 0.
    groups
        The column of the grids whose values are patrolled as one each; every grid for itself where empty.
    only
        The grids that are patrolled; all where empty.
    seed
        Of the search.
    """

    kind: Literal["patrol"] = "patrol"
    preset: str = "cn-social"
    classes: tuple[str, ...] = ()
    walkers: int = 1
    shift_hours: float = 0.0
    groups: str = ""
    only: tuple[str, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, PATROL)


@dataclass(frozen=True)
class VisitsLayer(Definition):
    """Visiting rounds: who is due by class and last visit, and rounds through their doors.

    Attributes
    ----------
    preset
        Whose ``[workload.visits]`` says how often a class is visited, and whose ``[rounds]`` when rounds are walked.
    walkers
        How many go at once.
    shift_hours
        How long a round may take; half a day, from the beginning to lunch, where 0.
    only
        The grids that are visited; all where empty.
    seed
        Of the search.
    asof
        The day on which it is asked who is due.
    """

    kind: Literal["visits"] = "visits"
    preset: str = "cn-social"
    walkers: int = 1
    shift_hours: float = 0.0
    only: tuple[str, ...] = ()
    seed: int = 0
    asof: str = ""

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, VISITS)


@dataclass(frozen=True)
class ResponseLayer(Definition):
    """Orders of several departments: who handles them, how long it takes, who hands on to whom.

    Attributes
    ----------
    columns
        Which column of a log holds ``order`` (its number; its rows are steps of one order), ``time``, ``department``,
        ``status``, ``closed``, ``responded`` (times), ``reopened``, ``reached`` (by the call-back), ``solved``,
        ``satisfied`` (yes or no), ``lon``, ``lat`` ...
    minutes
        The walk within which the counters of all departments in one place count as reached.
    """

    kind: Literal["response"] = "response"
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    minutes: float = 15.0

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, RESPONSE)


@dataclass(frozen=True)
class SharingLayer(Definition):
    """Departments' tables joined to the grids: whose data says something of a grid, how new and how complete it is.

    Attributes
    ----------
    columns
        Which column of a table holds ``unit``, ``grid``, ``compound``, ``address``, ``community`` (keys), ``id`` (its
        number), and ``updated`` (the day a row was last true on).
    concepts
        Names of fields that ask for one thing, by what it is called.
    asof
        The day that ages are counted to, ISO 8601; empty where no table has a day.
    """

    kind: Literal["sharing"] = "sharing"
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    concepts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asof: str = ""

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, SHARING)


@dataclass(frozen=True)
class ParticipationLayer(Definition):
    """Who starts what, what becomes of proposals, who takes part: counts of registers, never persons.

    Attributes
    ----------
    places
        Which column of a table holds ``unit``, ``grid``, ``compound``, ``address``, ``community``.
    activities, proposals, comments, counts, givers
        Which column of each table plays which role.
    initiators
        Words of ``residents``, ``organisations`` and ``administration`` in the cell that says who started something.
    states
        Words of what became of a proposal.
    """

    kind: Literal["participation"] = "participation"
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    activities: dict[str, tuple[str, ...]] = field(default_factory=dict)
    proposals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    comments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    givers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    initiators: dict[str, tuple[str, ...]] = field(default_factory=dict)
    states: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, PARTICIPATION)


@dataclass(frozen=True)
class WorkloadLayer(Definition):
    """Hours a month that each grid needs: visits, events, patrol, forms, the way between doors, allowances.

    Attributes
    ----------
    practice
        The preset whose standards of work hold.
    events
        The layer whose events are handled.
    """

    kind: Literal["workload"] = "workload"
    practice: str = "cn-social"
    events: str = "incidents"

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, WORKLOAD)


@dataclass(frozen=True)
class StaffingLayer(Definition):
    """Who there is to do the work of each grid: hours available against hours needed, today and when some are gone.

    Attributes
    ----------
    practice, events
        As of :class:`WorkloadLayer`.
    asof
        The day on which those who serve are counted, ISO 8601; empty where all are, whenever they serve.
    """

    kind: Literal["staffing"] = "staffing"
    practice: str = "cn-social"
    events: str = "incidents"
    asof: str = ""

    def __post_init__(self) -> None:
        """Fill in the measures of the kind."""
        _fill_measures(self, STAFFING)


Pillar = Literal["overall", "fine", "social", "lasting"]
PILLARS: tuple[Pillar, ...] = get_args(Pillar)
"""The groups of a scorecard, in their order."""


@dataclass(frozen=True)
class Supply:
    """Who could supply the table of an indicator, and the command that takes it in; empty where none does."""

    __pydantic_config__ = STRICT

    supplier: Phrase
    command: str = ""


@dataclass(frozen=True)
class Scored:
    """An indicator of the scorecard: its group, the table it is counted from, and a warning of ``warnings``."""

    __pydantic_config__ = STRICT

    pillar: Pillar
    table: str
    warning: str = ""


@dataclass(frozen=True)
class ScorecardLayer(Definition):
    """Indicators side by side, in four groups; no total of them, and no ranks.

    Attributes
    ----------
    indicators
        Each by its name, in the order in which it is told.
    tables
        Who could supply what is missing.
    warnings
        What is said beside an indicator, so that it is not taken for more than it is.
    """

    kind: Literal["scorecard"] = "scorecard"
    indicators: dict[str, Scored] = field(default_factory=dict)
    tables: dict[str, Supply] = field(default_factory=dict)
    warnings: dict[str, Phrase] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fill in the measures of the kind: one per indicator."""
        told = (Measure(name, meaning("indicator", name), percent=True) for name in self.indicators)
        _fill_measures(self, tuple(told))


def _fill_measures(definition: Definition, measures: tuple[Measure, ...]) -> None:
    if not definition.measures:
        object.__setattr__(
            definition, "measures", measures
        )  # a frozen dataclass has no other way to a default of its own


LayerDefinition = Annotated[
    BalanceLayer
    | IncidentsLayer
    | CoverageLayer
    | SitingLayer
    | OneStopLayer
    | DepartmentsLayer
    | EmergencyLayer
    | PatrolLayer
    | VisitsLayer
    | ResponseLayer
    | SharingLayer
    | ParticipationLayer
    | WorkloadLayer
    | StaffingLayer
    | ScorecardLayer,
    Field(discriminator="kind"),
]


@face("layers")
def layers(
    *,
    layers: str | Path | None = None,
) -> Registry[Any]:
    """Return the registry of layer definitions.

    Parameters
    ----------
    layers
        A folder of your own layer definitions (*.toml). They stand before the shipped ones.
    """
    return Registry(Phrase("layer"), LayerDefinition, (shipped("layers"),)).overlaid(layers)
