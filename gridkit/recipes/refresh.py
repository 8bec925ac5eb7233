"""A plan's derived things brought up to date with its grids: bounds, micro-grids, layers and the audit's findings."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from gridkit.catalog import definitions
from gridkit.catalog.presets import presets
from gridkit.errors import GridkitWarning
from gridkit.face import face
from gridkit.plan.bounds import in_languages, written
from gridkit.plan.ingredients import STALE
from gridkit.recipes.audit import audited
from gridkit.recipes.layer import SCORECARD, again, derived, measured
from gridkit.recipes.plans import called
from gridkit.recipes.progress import shown, silent

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan
    from gridkit.recipes.progress import Progress

AGAIN = ("bounds", "findings")
"""What is derived beside layers, and can be derived again from the plan alone."""


@face("refresh")
def refresh(
    plan: Plan,
    *,
    layers: str | Path | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return the plan with everything that was derived from other grids than those of now derived again.

    What a layer needs is in the plan: incidents and facilities as they were brought, the features around, the layer's
    definition. A layer that cannot be measured again, because a file outside the plan is gone, stays, marked as stale:
    :attr:`gridkit.plan.plan.Plan.stale` names it, and it is neither drawn, printed nor exported without that mark.

    Parameters
    ----------
    plan
        A plan made by gridkit.split(...): a file, or postgresql://HOST/DB:SCHEMA. In Python the plan itself: see
        :func:`gridkit.read_plan`.
    layers
        A folder of your own layer definitions (*.toml). They stand before the shipped ones.
    progress
        Called with the words of each stage and the share done. In a notebook a bar shows them without it.
    """
    say = shown(progress)
    fresh = _bounded(plan if plan.parameters.micro_band is None else _with_micro_grids(plan))
    registry = definitions.layers().overlaid(layers)
    say("measuring", None)
    fresh = again(fresh, [name for name in fresh.layers if name in fresh.stale], registry)
    if "findings" in fresh.records and "findings" in fresh.stale:
        say("checking the rules", None)
        fresh = audited(fresh).kept(fresh)
    return fresh


def scored(plan: Plan) -> Plan:
    """Return a plan with its scorecard as things stand: it tells of other layers, and is never kept from before."""
    return plan.with_layer(measured(plan, definitions.layers()[SCORECARD], definitions.layers()))


def afresh(plan: Plan, *, progress: Progress = silent) -> Plan:
    """Return a plan with all that is derived made anew, as far as it can be; what cannot be stays as it is.

    For a plan whose grids are the same by other names or among fewer others: ranks, simulations and comparisons with
    all grids come out otherwise then, though no count does.
    """
    aged = replace(
        plan,
        layers={name: replace(layer, digest=STALE) for name, layer in plan.layers.items()},
        made={name: STALE if name in AGAIN else state for name, state in plan.made.items()},
    )
    fresh = refresh(aged, progress=progress)
    kept = {name: plan.layers[name] if name in fresh.stale else layer for name, layer in fresh.layers.items()}
    return derived(fresh.having(layers=kept))


def current(plan: Plan, *, progress: Progress = silent) -> Plan:
    """Return a plan fit to be shown: refreshed where something in it is stale, and without what stays so.

    Warns
    -----
    GridkitWarning
        When a layer cannot be measured again, and is left out.
    """
    return shorn(refreshed(plan, progress=progress))


def shorn(plan: Plan) -> Plan:
    """Return a plan without what is stale in it; it is not stale any more, so that nobody says again what it lacks."""
    if not plan.stale:
        return plan
    layers = {name: layer for name, layer in plan.layers.items() if name not in plan.stale}
    # What a command found by a search, table by table, goes with the search it was found by.
    records = {name: table for name, table in plan.records.items() if name not in plan.lapsed}
    made = {name: state for name, state in plan.made.items() if name not in plan.stale}
    return plan.having(layers=layers, records=records, made=made)


def refreshed(plan: Plan, *, progress: Progress = silent) -> Plan:
    """Return a plan refreshed where something in it is stale, with a warning of what stays so."""
    if not plan.stale:
        return plan
    fresh = refresh(plan, progress=progress)
    if fresh.stale:
        said = "made from other grids or tables than those of now, and left out: {names}"
        mend = "lay them again with their data"
        warnings.warn(GridkitWarning(said, mend=mend, names=called(fresh, fresh.stale)), stacklevel=3)
    return fresh


def _with_micro_grids(plan: Plan) -> Plan:
    """Return the plan with micro-grids that lie in its grids as they are."""
    from gridkit.plan import micro  # the search is loaded for plans with micro-grids alone
    from gridkit.plan.arrays import prices

    own = plan.parameters
    return micro.again(plan, prices(presets()[own.preset or "cn-social"]), own.seed)


def _bounded(plan: Plan) -> Plan:
    """Return the plan with the bounds of its grids in words as they are, where it says them at all."""
    held = plan.attributes
    said = [] if held is None else [name for name in written() if name in held]
    if held is None or not said or plan.made.get("bounds") == plan.state:
        return plan
    again = in_languages(plan, [written()[name] for name in said])
    # Names and heads of grids that were given up stay for an undo; nothing shows them meanwhile.
    whole = held.reindex(held.index.union(plan.grids.index, sort=False))
    for name in said:
        whole[name] = again[written()[name]].reindex(whole.index)
    return plan.having(attributes=whole).with_made("bounds")
