"""A plan approved or issued, and the grids that were in force, kept for the years that are counted on them.

::

    stand(plan, "issued", since="2027-01-01", body="...") -> Plan      the plan with a standing; issued grids are kept
    editions(plan) -> tuple[Edition, ...]                             the grids that were in force, and when
    columns(plan) -> dict[str, str]                                   the standing as columns of a table of grids
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from gridkit.errors import UsageError
from gridkit.measure.inputs import Edition
from gridkit.plan.standing import COLUMNS, ISSUED, Standing

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.plan.plan import Plan

KEPT = "issued_"
"""How the names of the tables begin in which a plan keeps the grids of its editions (:attr:`Plan.past`)."""


def stand(plan: Plan, stage: str, *, since: str = "", until: str = "", body: str = "") -> Plan:
    """Return the plan with another standing; what is issued is kept, so that later years are counted on it.

    Parameters
    ----------
    stage
        One of :data:`STAGES`.
    since, until
        The first and the last day in force, as 2027-01-31.
    body
        The body in charge; the one named before when empty.

    Raises
    ------
    UsageError
        When a date is none, they are the wrong way round, an issued plan has no first day or no body, or it begins
        before the edition that it follows.
    """
    first, last = _day(since, "since"), _day(until, "until")
    if first and last and last < first:
        raise UsageError("the last day in force is before the first", where="until", mend="exchange the two dates")
    named = body or plan.standing.body
    if stage == ISSUED and not (first and named):
        raise UsageError(
            "an issued plan needs its first day in force and the body in charge",
            where="standing",
            mend="name both: {since} and {body}",
            since="--since 2027-01-01",
            body="--body NAME",
        )
    again = bool(plan.standings) and plan.standings[-1].digest == plan.digest
    before = plan.standings[:-1] if again else plan.standings
    issued = [each for each in before if each.stage == ISSUED]
    if stage == ISSUED and first and issued and first <= date.fromisoformat(issued[-1].since):
        raise UsageError(
            "it would be in force before the edition it follows, of {since}",
            where="since",
            mend="name a later day",
            since=issued[-1].since,
        )
    own = Standing(stage, _text(first), _text(last), named, plan.digest)
    kept = {_kept(each) for each in (*before, own) if each.stage == ISSUED}
    past = {name: table for name, table in plan.past.items() if not name.startswith(KEPT) or name in kept}
    if stage == ISSUED:
        past[_kept(own)] = _shapes(plan)
    return plan.having(standings=(*before, own), past=past)


def editions(plan: Plan) -> tuple[Edition, ...]:
    """Return the editions, oldest first: one is in force to its own last day, or until the next begins."""
    issued = [each for each in plan.standings if each.stage == ISSUED and _kept(each) in plan.past]
    out = []
    for at, each in enumerate(issued):
        ends = [date.fromisoformat(each.until)] if each.until else []
        ends += [date.fromisoformat(later.since) - timedelta(days=1) for later in issued[at + 1 : at + 2]]
        out.append(Edition(date.fromisoformat(each.since), min(ends, default=None), plan.past[_kept(each)]))
    return tuple(out)


def columns(plan: Plan) -> dict[str, str]:
    """Return the standing as columns of a table of grids."""
    own = plan.standing
    return dict(zip(COLUMNS, (own.stage, own.since, own.until, own.body), strict=True))


def parted(plan: Plan, digest: str) -> tuple[Standing, ...]:
    """Return the standings of a part whose grids are those of the whole: it counts for what the whole does."""
    *before, last = plan.standings or (Standing(),)
    return (*before, replace(last, digest=digest)) if last.digest == plan.digest else plan.standings


def _kept(standing: Standing) -> str:
    return f"{KEPT}{standing.since}"


def _shapes(plan: Plan) -> gpd.GeoDataFrame:
    grids = plan.grids
    return grids[["parent", "people", "households", grids.active_geometry_name]]


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError("{text!r} is no date", where=name, mend="write it as 2027-01-31", text=text) from None


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
