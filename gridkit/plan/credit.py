"""Whose data a plan is drawn from, as every page and every paper thanks them.

::

    made_up(plan) -> bool      drawn from the demo's district only
    credit(plan) -> Phrase     a made-up district, OpenStreetMap's contributors, or the office's own data
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.language.phrases import Phrase
from gridkit.provenance import MADE_UP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.plan.plan import Plan

CONTRIBUTORS = Phrase("© OpenStreetMap contributors")
NOWHERE = Phrase("made-up district, no real place")


def made_up(plan: Plan) -> bool:
    """Return whether all lines and areas of a plan are those of a district that nobody lives in."""
    sources = [each for step in plan.history for each in _features(step.parameters).get("sources", ())]
    return bool(sources) and all(each.get("generator") == MADE_UP for each in sources)


def credit(plan: Plan) -> Phrase:
    """Return whose data a plan is drawn from: OpenStreetMap's contributors only where it was read."""
    if made_up(plan):
        return NOWHERE
    inputs = [each.role for step in plan.history for each in step.inputs]
    asked = any(step.parameters.get("osm") for step in plan.history)
    # A plan whose inputs are not on record may have been drawn from anything: thanks are given rather than withheld.
    return CONTRIBUTORS if asked or "osm" in inputs or not inputs else Phrase("own data")


def _features(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a step noted of the lines and areas it read."""
    units = parameters.get("units")
    found = units.get("features") if isinstance(units, dict) else None
    return found if isinstance(found, dict) else {}
