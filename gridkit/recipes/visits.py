"""Visiting rounds on a plan: who is due read from the office's table, counted door by door, and rounds through them."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit import provenance
from gridkit.catalog import definitions
from gridkit.catalog.presets import presets
from gridkit.catalog.workload import known_as
from gridkit.errors import GridkitWarning, UsageError
from gridkit.face import face, several
from gridkit.language.phrases import listed, series, template
from gridkit.ledger import Ledger
from gridkit.measure.routes.due import OFFICES
from gridkit.measure.routes.due import doors as doors_due
from gridkit.measure.work.layer import standards
from gridkit.recipes import households
from gridkit.recipes.days import newest, said_day
from gridkit.recipes.layer import derived, measured, told
from gridkit.recipes.patrol import places
from gridkit.recipes.progress import shown
from gridkit.sources.reading import Reading
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.catalog.workload import Workload
    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.recipes.households import Households
    from gridkit.recipes.progress import Progress

LAYER = "visits"
_SAID = {
    "coverage": "visited_share", "due": "households_due", "outside": "households_outside",
    "unreached": "households_unserved", "doorless": "households_without_door", "asof": "counted_on",
}  # fmt: skip
"""What facts are told as, where their own name is another thing's."""
_NAMED = 12
_OFTEN = 3
"""A word that is no class is told where it stands in so many rows: else it may be a name."""
"""So many rows are named."""


@face("visits")
def visits(  # noqa: PLR0913 - the public face
    plan: Plan,
    *,
    due: Source | None = None,
    asof: str = "",
    grids: str | Sequence[str] = (),
    walkers: int = 1,
    shift_hours: float | None = None,
    office: Source | None = None,
    seed: int = 0,
    crs: str | None = None,
    datum: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    accept: str | Sequence[str] = (),
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with visiting rounds on it.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    due
        Who is to be visited: a household a row, with its class, its last visit, and coordinates or the grid, unit,
        compound, building or address it is in; names stay in the table.
    asof
        The day on which it is asked who is due, such as 2027-01-31.
    grids
        Only this grid; one or several.
    walkers
        How many go at once.
    shift_hours
        How long one is out at most.
    office
        Where walkers begin and end: longitude,latitude, the name of a facility of the plan, or FILE of points.
    seed
        Same plan and seed, same walks.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.
    datum
        Datum of longitudes and latitudes: wgs84, cgcs2000, gcj02 or bd09. Of one input alone as people=gcj02, of
        several as district=gcj02,people=bd09.
    encoding
        Encoding of text.
    columns
        The column that plays a role, such as time=REPORTED; one or several. By the role's name: ``{'time':
        'reported'}``.
    accept
        A reason for which rows or people may be lost (uncovered, unmatched ...), or all; one or several. Without it
        more than 10 % lost stops the run.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    say = shown(progress)
    if due is None:
        raise UsageError("nobody is due", mend="name a table of households: gridkit visits PLAN --due TABLE")
    if walkers < 1:
        raise UsageError("somebody has to walk", where="--walkers", mend="give 1 or more")
    if shift_hours is not None and shift_hours <= 0:
        raise UsageError("a shift takes some time", where="--shift-hours", mend="give hours, such as 4")
    work = presets()[plan.parameters.preset or "cn-social"].workload
    if work is None:
        raise UsageError(
            "the preset {preset} says nothing of visits", mend="start from another one", preset=plan.parameters.preset
        )
    say("reading data", None)
    reading = Reading(crs=crs, datum=datum, encoding=encoding, columns=columns or {}, updates="apart", alike="apart")
    with provenance.recording() as record, provenance.role(LAYER):
        read = households.read(due, plan, reading)
        accounts = Ledger((read.account,))
        accounts.tell(several(accept))
        day = _day(asof, read.rows)
        _doubted(read, work, day)
        doors = doors_due(read.rows, work, day, plan.backdrop.get("buildings"))
        brought = {**plan.brought, LAYER: doors}
        brought.pop(OFFICES, None)
        if office is not None:
            brought[OFFICES] = places(plan, office)
    say("finding walks", None)
    held = plan.having(brought=brought)
    definition = replace(
        definitions.layers()[LAYER],
        preset=plan.parameters.preset or "cn-social",
        walkers=walkers,
        shift_hours=shift_hours or 0.0,
        only=tuple(several(grids)),
        seed=seed,
        asof=str(day.date()),
    )
    laid = measured(held, definition, definitions.layers())
    laid = told(laid, {"notes": list(read.account.notes), "without_place": read.nowhere})
    if laid.facts["unreached"]:
        said = template(
            "{count} household that is due is in no round", "{count} households that are due are in no round"
        )
        warnings.warn(GridkitWarning(said, count=laid.facts["unreached"]), stacklevel=2)
    asked = {"walkers": walkers, "shift_hours": shift_hours, "asof": str(day.date())}
    step = provenance.step(LAYER, asked, record.inputs, ledger=accounts)
    return derived(held.with_layer(laid)).with_step(step)


def _day(said: str, read: pd.DataFrame) -> pd.Timestamp:
    """Return the day on which it is asked who is due: as said, else the last visit that is not still to come."""
    if said:
        return said_day(said, "--asof")
    if read["time"].isna().all():
        raise UsageError("no visit is dated", where="--due", mend="say on which day it is asked: --asof 2027-01-31")
    return newest(read["time"])


def _doubted(households: Households, work: Workload, day: pd.Timestamp) -> None:
    """Say of how many households the class is no class of the preset, and the visit is still to come, or no date."""
    read = households.rows
    said = read["category"].dropna().astype(TEXT)
    unknown = {text: int(n) for text, n in said.value_counts().items() if known_as(str(text), work.visits) is None}
    strange, named = sum(unknown.values()), listed([text for text, n in unknown.items() if n >= _OFTEN] or ["–"])
    later = (read["time"].dt.normalize() > day.normalize()).to_numpy()
    ahead, rows = int(later.sum()), series(str(at + 1) for at in read.index[later][:_NAMED])
    for count, text in (
        (
            strange,
            template(
                "{count} household has a class that the preset does not know ({names}): it counts as any other",
                "{count} households have a class that the preset does not know ({names}): they count as any other",
            ),
        ),
        (
            households.unread,
            template(
                "{count} last visit is no date: it is not known",
                "{count} last visits are no dates: they are not known",
            ),
        ),
        (
            ahead,
            template(
                "{count} visit lies after {day}, in row {rows}: the last one before is not known",
                "{count} visits lie after {day}, in rows {rows}: the last ones before are not known",
            ),
        ),
    ):
        if count:
            facts: dict[str, Any] = {"count": count, "day": str(day.date()), "rows": rows, "names": named}
            warnings.warn(GridkitWarning(text, where="--due", **facts), stacklevel=4)


def idle(plan: Plan) -> bool:
    """Return whether no round is to be walked."""
    return not len(plan.layers[LAYER].tables["routes"])


def facts(plan: Plan, *, titles: bool = False) -> dict[str, Any]:
    """Return the headline of the visits, coverage by class, and the rounds; classes by their titles where asked."""
    layer = plan.layers[LAYER]
    rows = pd.DataFrame(layer.tables["classes"]).reset_index().astype(object)
    rows = rows.rename(columns=_SAID)
    by_class = rows.where(rows.notna(), None).to_dict("records")
    if titles:
        definition: Any = layer.definition
        _, work = standards(definition.preset)
        by_class = [{**row, "class": work.visits[row["class"]].title} for row in by_class]
    told_of = {_SAID.get(name, name): value for name, value in layer.facts.items() if name != "read"}
    without = layer.facts.get("read", {}).get("without_place", 0)
    return {
        **told_of,
        "households_without_place": without,
        "by_class": by_class,
    }
