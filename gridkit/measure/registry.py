"""Each kind of layer by its name: one small function behind every definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridkit.measure.access.coverage import coverage
from gridkit.measure.access.one_stop import onestop
from gridkit.measure.balance import balance
from gridkit.measure.incidents.layer import incidents
from gridkit.measure.siting.proposal import siting

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridkit.catalog.layer import Layer
    from gridkit.measure.inputs import Subject

KINDS: dict[str, Callable[[Any, Subject], Layer]] = {
    "balance": balance,
    "coverage": coverage,
    "incidents": incidents,
    "onestop": onestop,
    "siting": siting,
}
"""What computes a layer, by the ``kind`` of its definition."""


def computed(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401 - a definition of any kind
    """Return the layer that ``definition`` asks for, laid on ``subject``."""
    return KINDS[definition.kind](definition, subject)
