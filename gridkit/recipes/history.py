"""The steps that made a plan: listed, and the last one taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from gridkit.language.phrases import joined
from gridkit.plan.life import history as histories
from gridkit.recipes.refresh import refresh

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from gridkit.plan.plan import Plan

    Source = str | Path | gpd.GeoDataFrame
    Status = Literal["open", "accepted", "declined"]


def undo(plan: Plan) -> Plan:
    """Return the plan before its last edit or redraw."""
    return refresh(histories.undo(plan))


def history(plan: Plan) -> dict[str, Any]:
    """Return every step that made a plan, oldest first, JSON-ready."""
    return {
        "steps": [
            {
                "finished": each.finished,
                "command": each.command,
                "inputs": ", ".join(source.name for source in each.inputs),
                "reason": str(each.parameters.get("reason", "")),
                "author": str(each.parameters.get("author", "")),
                "notes": joined(each.notes),
            }
            for each in plan.history
        ]
    }
