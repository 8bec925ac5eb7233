"""The steps that made a plan: listed, and the last one taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.face import face
from gridkit.language.phrases import LIST, joined, series
from gridkit.plan.life import history as histories
from gridkit.plan.life.log import called

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan


@face("undo")
def undo(
    plan: Plan,
) -> Plan:
    """Return the plan before its last edit or redraw.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    """
    from gridkit.recipes.refresh import afresh, refresh

    before = histories.undo(plan)
    # By other codes ranks and draws come out otherwise, though nothing else did.
    return afresh(before) if histories.renames(plan) else refresh(before)


@face("history")
def history(
    plan: Plan,
) -> dict[str, Any]:
    """Return every step that made a plan, oldest first, JSON-ready.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    """
    return {
        "steps": [
            {
                "finished": each.finished,
                "command": each.command,
                "inputs": series(source.name for source in each.inputs),
                "reason": str(each.parameters.get("reason", "")),
                "author": joined([called(name) for name in str(each.parameters.get("author", "")).split(", ")], LIST),
                "notes": joined(each.ledger.notes(each.notes)),
            }
            for each in plan.history
        ]
    }
