"""Each kind of layer by its name: one small function behind every definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridkit.catalog.layer import Layer
    from gridkit.measure.inputs import Subject


def _balance(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401 - so checked by what it is handed to
    from gridkit.measure.balance import balance

    return balance(definition, subject)


def _coverage(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.access.coverage import coverage

    return coverage(definition, subject)


def _departments(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.departments.overlay import overlay

    return overlay(definition, subject)


def _emergency(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.emergency.layer import emergency

    return emergency(definition, subject)


def _incidents(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.incidents.layer import incidents

    return incidents(definition, subject)


def _onestop(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.access.one_stop import onestop

    return onestop(definition, subject)


def _participation(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.participation.layer import participation

    return participation(definition, subject)


def _patrol(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.routes.patrols import patrols

    return patrols(definition, subject)


def _response(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.response.layer import response

    return response(definition, subject)


def _scorecard(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.scorecard.card import scorecard

    return scorecard(definition, subject)


def _sharing(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.departments.sharing import sharing

    return sharing(definition, subject)


def _siting(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.siting.proposal import siting

    return siting(definition, subject)


def _staffing(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.work.staffing import staffing

    return staffing(definition, subject)


def _workload(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.work.layer import workload

    return workload(definition, subject)


def _visits(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401
    from gridkit.measure.routes.visits import visits

    return visits(definition, subject)


KINDS: dict[str, Callable[[Any, Subject], Layer]] = {
    "balance": _balance,
    "coverage": _coverage,
    "departments": _departments,
    "emergency": _emergency,
    "incidents": _incidents,
    "onestop": _onestop,
    "participation": _participation,
    "patrol": _patrol,
    "response": _response,
    "scorecard": _scorecard,
    "sharing": _sharing,
    "siting": _siting,
    "staffing": _staffing,
    "visits": _visits,
    "workload": _workload,
}
"""What computes a layer, by the ``kind`` of its definition. Each loads what it is computed with when it is."""


def computed(definition: Any, subject: Subject) -> Layer:  # noqa: ANN401 - a definition of any kind
    """Return the layer that ``definition`` asks for, laid on ``subject``."""
    return KINDS[definition.kind](definition, subject)
