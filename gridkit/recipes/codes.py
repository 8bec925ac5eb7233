"""The grids of a plan coded anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit import provenance
from gridkit.catalog.presets import presets
from gridkit.errors import UsageError
from gridkit.face import face
from gridkit.plan import emergency
from gridkit.plan.codes import coded
from gridkit.plan.life.history import renaming
from gridkit.recipes.refresh import afresh

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan


@face("codes")
def codes(
    plan: Plan,
    template: str = "",
    *,
    row_m: float | None = None,
) -> Plan:
    """Return the plan with its grids numbered anew, west to east within rows from north to south.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    template
        Such as {county:6}{street:3}{community:3}{seq:3}.
    row_m
        Height of a row in metres.

    Raises
    ------
    UsageError
        When the plan is in an emergency: the normal plan that it keeps, and its digest, bear the codes of before.
    """
    if emergency.running(plan):
        raise UsageError(
            "the plan is in an emergency: the normal plan put back at its end would have the codes of before",
            mend="end it first, then give codes: gridkit emergency PLAN --end",
        )
    preset = presets()[plan.parameters.preset or "cn-social"]
    named = coded(plan, template or preset.codes.template, plain=template or preset.codes.plain, row_m=row_m)
    places = plan.units["grid_id"].astype(str), named.units["grid_id"].astype(str)
    back = renaming(plan, named, dict(zip(*places, strict=True)))
    return afresh(named).with_step(provenance.step("codes", {"template": template, "row_m": row_m, **back}))
