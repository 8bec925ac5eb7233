"""What a plan counts for: a draft, approved or issued, and from when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit import provenance
from gridkit.errors import UsageError, nearest
from gridkit.face import face
from gridkit.plan.editions import stand
from gridkit.plan.standing import STAGES
from gridkit.recipes.plans import marked
from gridkit.recipes.refresh import refresh

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan


@face("standing")
def standing(
    plan: Plan,
    stage: str = "",
    *,
    since: str = "",
    until: str = "",
    body: str = "",
) -> Plan:
    """Return the plan as a draft, approved or issued; ``plan.standing`` is what it counts for.

    Layers of years are counted anew: each year on the grids that were in force in it.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    stage
        draft, approved or issued; without it the plan's standing is shown.
    since
        The first day in force, such as 2027-01-31.
    until
        The last day in force; open when not given.
    body
        The body in charge.
    """
    if not stage:
        if since or until or body:
            raise UsageError(
                "dates and a body are those of a stage", where="standing", mend="name draft, approved or issued"
            )
        return marked(plan)
    if stage not in STAGES:
        raise UsageError(
            "{stage!r} is no stage of a plan",
            where="standing",
            mend="did you mean {near!r}?",
            stage=stage,
            near=nearest(stage, STAGES) or STAGES[0],
        )
    stood = stand(plan, stage, since=since, until=until, body=body)
    return marked(refresh(stood.with_step(provenance.step("standing", stood.standing.facts))))
