"""Plans edited and redrawn with little change."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from gridkit import ledger, provenance
from gridkit.band import AskedBand, Band
from gridkit.catalog.presets import presets
from gridkit.errors import GridkitWarning, TableError
from gridkit.face import face, several
from gridkit.language.phrases import series
from gridkit.ledger import Ledger
from gridkit.plan.arrays import prices
from gridkit.plan.life import edit
from gridkit.plan.life import redraw as redrawn
from gridkit.project import project
from gridkit.recipes import hours
from gridkit.recipes.hours import HOURS, again, beside, fixed, reckoned, reckoned_by, usual
from gridkit.recipes.people import peopled
from gridkit.recipes.progress import shown
from gridkit.recipes.reading import reading, through_the_gate
from gridkit.recipes.refresh import refresh
from gridkit.recipes.units import read_survey
from gridkit.recipes.workload import practice_of
from gridkit.sources import gate
from gridkit.sources.coordinates import points
from gridkit.tables import Extract

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd

    from gridkit.plan.plan import Plan
    from gridkit.project import Project, Source
    from gridkit.recipes.progress import Progress


_TAKEN = (
    "crs", "datum", "encoding", "swap_xy", "degrees", "decimal", "thousands", "columns", "suppressed", "density",
    "alike",
)  # fmt: skip
"""What a planner may say of the files of people."""


@dataclass(frozen=True)
class Request:
    """What a planner wants changed; fields as the parameters of :func:`redraw`."""

    moves: tuple[str, ...] = ()
    merges: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    frees: tuple[str, ...] = ()
    dedicated: Source | None = None
    people: Source | None = None
    households: Source | None = None
    totals: Source | None = None
    crs: str | None = None
    datum: str | None = None
    encoding: str | None = None
    swap_xy: bool = False
    decimal: str | None = None
    thousands: str | None = None
    columns: Mapping[str, str] | None = None
    suppressed: str | None = None
    density: str | None = None
    alike: str | None = None
    degrees: str | None = None
    units: str | Path | None = None
    by: str = ""
    events: Any = None
    min: float | None = None
    target: float | None = None
    max: float | None = None
    tolerance: float | None = None
    around: tuple[str, ...] = ()
    everywhere: bool = False
    loose: bool = False
    accept: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether new counts are given."""
        return any(each is not None for each in (self.people, self.households, self.totals))

    def counting(self, plan: Plan) -> Project:
        """Return the project that counts anew: the sources of people, and how their files are to be taken."""
        same = ("people", "households", "totals", *_TAKEN)
        return project(plan.districts, **{name: getattr(self, name) for name in same})

    @property
    def only_edits(self) -> bool:
        """Whether nothing but single edits is wanted, so that the other grids stay as they are."""
        redraws = (
            self.counts,
            self.units,
            self.by,
            self.events is not None,
            self.min,
            self.target,
            self.max,
            self.tolerance,
        )
        edits = (self.moves, self.merges, self.splits, self.locks, self.frees, self.dedicated)
        return any(edits) and not any(redraws) and not self.around and not self.everywhere


def of_wishes(*places: Any, **given: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:  # noqa: ANN401 - any arguments
    """Return the arguments of a redraw with a request (once called wishes) taken apart into its parameters."""
    wishes = given.pop("wishes", places[1] if len(places) > 1 else None)
    if isinstance(wishes, Request):
        return places[:1], {**{each.name: getattr(wishes, each.name) for each in fields(Request)}, **given}
    return places, given


@face("redraw", meant=of_wishes)
def redraw(  # noqa: PLR0913 - the public face
    plan: Plan,
    *,
    people: Source | None = None,
    households: Source | None = None,
    totals: Source | None = None,
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
    units: str | Path | None = None,
    by: str = "",
    events: Source | None = None,
    target: float | None = None,
    tolerance: float | None = None,
    min: float | None = None,
    max: float | None = None,
    threads: int = 0,
    seed: int = 0,
    moves: str | Sequence[str] = (),
    merges: str | Sequence[str] = (),
    splits: str | Sequence[str] = (),
    locks: str | Sequence[str] = (),
    frees: str | Sequence[str] = (),
    dedicated: Source | None = None,
    around: str | Sequence[str] = (),
    everywhere: bool = False,
    loose: bool = False,
    reason: str = "",
    author: str = "",
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with edits applied all or none, and drawn anew where they, new people or a new band ask for it.

    Edits alone leave all other grids as they are.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    people
        New counts of people.
    households
        Where households are, in the same forms as people.
    totals
        Official totals per parent, to scale people and households to.
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
    units
        New units: a file of gridkit.units(...).
    by
        What to divide by from now on: people, households, hours (of work) or a column of the units.
    events
        Of hours: events that the workers of grids handle, as gridkit.workload(...) takes them: FILE[:LAYER].
    target
        New target of a grid.
    tolerance
        New tolerance.
    min
        New least per grid.
    max
        New most per grid.
    threads
        Threads of the search; they change the time, never the plan.
    seed
        Same inputs and seed, same plan.
    moves
        Give a unit to a grid; one or several.
    merges
        Make one grid of two; one or several.
    splits
        Make N grids of one; one or several.
    locks
        A grid that stays as it is; one or several.
    frees
        Take a grid's lock away; one or several.
    dedicated
        Institutions (schools, hospitals ...) that get grids of their own.
    around
        Only this grid and its neighbours may change; one or several.
    everywhere
        Redraw all that is not locked.
    loose
        Let grids leave the range of size.
    reason
        Why: kept in the plan's history.
    author
        Who: kept in the plan's history.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    given = locals()
    tell = shown(progress)
    lists = ("moves", "merges", "splits", "locks", "frees", "around", "accept")
    wanted = {each.name: given[each.name] for each in fields(Request)}
    request = Request(**{**wanted, **{name: several(wanted[name]) for name in lists}})
    paid = prices(presets()[plan.parameters.preset or "cn-social"])
    with provenance.recording() as record:
        logged = Ledger()
        if request.events is not None:
            with provenance.role(hours.EVENTS):
                log = hours.logged(request.events, reading(request.counting(plan), hours.EVENTS), plan.districts)
            plan, logged = hours.having_events(plan, log), ledger.of(log).tell(request.accept)
        plan = _measured_by(plan, request.by) if request.by else plan
        plan = _with_events(plan) if request.events is not None else plan
        edits = _edits(plan, request)
        if request.only_edits:
            edited = edit.edit(plan, edits, reason=reason, author=author, loose=loose, prices=paid)
            return refresh(_recorded(edited, record, Ledger()), progress=tell)
        tell("reading data", None)
        surveyed, borders, accounts = _units(plan, request)
    change = redrawn.Change(
        units=surveyed,
        borders=borders,
        band=_band(plan, request),
        around=request.around,
        edits=edits,
        reason=reason,
        author=author,
        everywhere=everywhere,
        worker_m=_worker_m(plan),
    )
    tell("redrawing with little change", None)
    drawn = redrawn.redraw(plan, change, prices=paid, search=redrawn.Search(seed, threads or None))
    done = _recorded(drawn, record, logged + accounts)
    # Who stops a redraw waits for nothing more: what is stale is marked, and derived again where it is shown.
    if done.interrupted:
        return done
    try:
        return refresh(done, progress=tell)
    except KeyboardInterrupt:
        *before, last = done.history
        told = replace(last, parameters={**last.parameters, "interrupted": True})
        return done.having(history=(*before, told))


def _with_events(plan: Plan) -> Plan:
    """Return the plan with its hours reckoned from the events that it has now.

    Raises
    ------
    UsageError
        When it is not divided by hours that are reckoned.
    """
    practice = reckoned_by(plan) if plan.parameters.measure == HOURS else None
    if practice is None:
        raise hours.no_hours()
    return reckoned(plan, practice)


def _worker_m(plan: Plan) -> float:
    """Return what a household costs that gets another worker, in metres of border."""
    price = presets()[plan.parameters.preset or "cn-social"].prices.worker
    return 0.0 if price is None else price.value


def _recorded(plan: Plan, record: provenance.Record, accounts: Ledger) -> Plan:
    """Return a plan whose last step names what was read for it."""
    *before, last = plan.history
    return plan.having(history=(*before, replace(last, inputs=record.inputs, ledger=accounts)))


def _edits(plan: Plan, request: Request) -> tuple[edit.Edit, ...]:
    edits = edit.asked(
        moves=request.moves, merges=request.merges, splits=request.splits, locks=request.locks, frees=request.frees
    )
    if request.dedicated is None:
        return edits
    with provenance.role("dedicated"):
        areas = points.shapes(gate.taken(request.dedicated))
    return (*edits, *edit.dedicated(plan, areas.to_crs(plan.crs)))


def _units(plan: Plan, request: Request) -> tuple[gpd.GeoDataFrame | None, gpd.GeoDataFrame | None, Ledger]:
    """Return the units and borders that a change brings, neither where it brings none, and accounts."""
    with provenance.role("units"):
        units, borders = (None, None) if request.units is None else read_survey(request.units, plan.crs)
    if not request.counts:
        return units, borders, Ledger()
    extract = Extract(plan.backdrop, plan.crs)
    on = plan.units if units is None else units
    counted, _, _, _, accounts = peopled(through_the_gate(request.counting(plan)), plan.districts, on, extract)
    accounts.tell(request.accept)
    practice = reckoned_by(plan) if plan.parameters.measure == HOURS else None
    return (counted if practice is None else again(plan, counted, practice)), borders, accounts


def _band(plan: Plan, request: Request) -> Band | None:
    """Return the new band, the plan's own where the request is silent; None where it says nothing of it."""
    asked = AskedBand(request.target, request.tolerance, request.min, request.max)
    practice = reckoned_by(plan) if plan.parameters.measure == HOURS else None
    if practice is not None and plan.parameters.band is None:
        return beside(asked.settled(usual(presets()[practice])), fixed(practice))
    if asked == AskedBand():
        return None
    if practice is None:
        return asked.settled(plan.parameters.band)
    # What is said is of all hours of a grid; the plan keeps those beside the ones that each has whatever its size.
    always, own = fixed(practice), plan.parameters.band
    whole = None if own is None else Band(own.low + always, own.target + always, own.high + always)
    return beside(asked.settled(whole), always)


def _measured_by(plan: Plan, measure: str) -> Plan:
    """Return the plan as one that is divided by another measure, its range of size open.

    Raises
    ------
    TableError
        When its units have no such measure.
    """
    if measure == plan.parameters.measure:
        return plan
    bare = replace(plan.parameters, measure=measure, low=0.0, target=0.0, high=0.0)
    if measure == HOURS and (HOURS not in plan.units or reckoned_by(plan) is not None):
        return reckoned(plan.having(parameters=bare), practice_of(plan, None))
    if measure not in plan.units:
        raise TableError(
            "the units have no {wanted!r} to balance",
            where="--by",
            mend="choose from {known}",
            wanted=measure,
            known=series(str(name) for name in plan.units.select_dtypes("number").columns),
        )
    return plan.having(parameters=bare)


def Wishes(**wishes: Any) -> Request:  # noqa: ANN401, N802 - any field; the name the class once had
    """Return a request by the name it once had: ``redraw`` takes its fields as parameters now."""
    said = GridkitWarning("{old} is called {new} now", old="Wishes", new="redraw(plan, moves=..., people=...)")
    warnings.warn(said, stacklevel=2)
    older = {"survey": "units", "low": "min", "high": "max"}
    return Request(**{older.get(name, name): value for name, value in wishes.items()})
