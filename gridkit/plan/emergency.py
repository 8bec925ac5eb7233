"""A plan in an emergency and after it: what was opened for it, and the way back.

::

    begun(plan, layer, zones) -> Plan          the plan with its temporary measures, and the normal one kept
    ended(plan, withdrawn) -> Plan             the normal plan, exactly, and what is still open
    came_back(register, day) -> dict           days until the last measure was withdrawn
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.errors import TableError, UsageError
from gridkit.language.phrases import listed, template
from gridkit.plan.parameters import Parameters
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from gridkit.catalog.layer import Layer
    from gridkit.plan.plan import Plan

LAYER = "emergency"
"""The layer of the zones, and the register of what was opened for them (:attr:`Plan.records`)."""
POSTS = "emergency_posts"
"""The finer grids inside zones: which unit belongs to which."""
RETURN = "emergency_return"
"""What the return was measured to be."""
_BROUGHT = ("emergency-points", "emergency-windows")
"""What is brought for the zones alone, beside them."""
_UNITS, _BORDERS, _NAMES = "normal_units", "normal_borders", "normal_attributes"
_BEGIN = "emergency"


def running(plan: Plan) -> bool:
    """Return whether a plan is in an emergency."""
    return _UNITS in plan.past


def begun(plan: Plan, layer: Layer, zones: gpd.GeoDataFrame, posts: pd.DataFrame | None = None) -> Plan:
    """Return the plan with the layer of its zones, the register of its measures, and the normal plan kept.

    What was opened before and is in no zone any more stays in the register, open until it is withdrawn. The normal plan
    is that before the first of several such steps.

    Parameters
    ----------
    layer
        The zones, measured on it.
    zones
        ZONES as they are drawn.
    posts
        ``unit_id``, ``zone`` and ``post`` of finer grids inside.
    """
    past = dict(plan.past)
    records = dict(plan.records)
    if not running(plan):
        past |= {_UNITS: plan.units, _BORDERS: plan.borders}
        if plan.attributes is not None:
            records[_NAMES] = plan.attributes
        records.pop(LAYER, None)
        records.pop(RETURN, None)
    records[LAYER] = register(layer, records.get(LAYER))
    records.pop(POSTS, None)
    if posts is not None:
        records[POSTS] = posts
    kept = plan.having(past=past, records=records, brought={**plan.brought, LAYER: zones})
    return kept.with_layer(layer)


def register(layer: Layer, before: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return every temporary measure: the border of each zone, gates, points, the permission to pass, staff sent."""
    zones, places, duties = (pd.DataFrame(layer.tables[name]) for name in ("zones", "points", "duties"))
    rows: list[tuple[str, str, str, str, float]] = []
    for zone in zones.index:
        rows.append((f"{zone}/border", str(zone), "border", "", 0.0))
        if float(zones["gates"].fillna(0)[zone]) > 0:
            rows.append((f"{zone}/permission", str(zone), "permission", "", 0.0))
    rows += [
        (str(place), str(own["zone"]), str(own["category"]), str(own["name"]), 0.0) for place, own in places.iterrows()
    ]
    rows += [
        (f"{own['zone']}/staff-{own['duty']}", str(own["zone"]), "staff", str(own["duty"]), float(own["staff"]))
        for _, own in duties.iterrows()
    ]
    made = pd.DataFrame(rows, columns=["measure_id", "zone", "what", "name", "staff"]).set_index("measure_id")
    dates = zones[["since", "until"]].reindex(made["zone"]).fillna("").to_numpy()
    made["since"], made["until"], made["withdrawn"] = dates[:, 0], dates[:, 1], ""
    made = made.astype({name: "str" for name in made.columns if name != "staff"})
    if before is None:
        return made
    old = before[~before.index.isin(made.index)]
    return pd.concat([made, old])


def ended(plan: Plan, withdrawn: Mapping[str, str]) -> Plan:
    """Return the normal plan as it was before the emergency, and the register of what was opened for it.

    Parameters
    ----------
    withdrawn
        The day on which each measure was withdrawn.

    Raises
    ------
    UsageError
        When the plan is in no emergency.
    TableError
        When a measure is not in the register, or was withdrawn before it began.
    """
    if not running(plan):
        raise UsageError("the plan is in no emergency", mend="begin one: gridkit emergency PLAN --zones FILE")
    held = plan.records[LAYER].copy()
    strange = [name for name in withdrawn if name not in held.index]
    if strange:
        raise TableError(
            template(
                "{count} measure is not in the register: {names}", "{count} measures are not in the register: {names}"
            ),
            mend="write them as the register does, such as {near}",
            count=len(strange),
            names=listed(strange[:5]),
            near=str(held.index[0]),
        )
    held["withdrawn"] = held["withdrawn"].where(~held.index.isin(list(withdrawn)), held.index.map(withdrawn.get))
    held["withdrawn"] = held["withdrawn"].fillna("").astype(TEXT)
    early = held.index[(held["withdrawn"] != "") & (held["since"] != "") & (held["withdrawn"] < held["since"])]
    if len(early):
        raise TableError("withdrawn before it began: {names}", mend="exchange the days", names=listed(early[:5]))
    began = max(at for at, step in enumerate(plan.history) if step.command == _BEGIN and "normal" in step.parameters)
    normal: dict[str, Any] = dict(plan.history[began].parameters["normal"])
    past = {name: table for name, table in plan.past.items() if name not in (_UNITS, _BORDERS)}
    records = {name: table for name, table in plan.records.items() if name not in (_NAMES, POSTS)}
    # What was edited meanwhile is gone with it: there is nothing left of it to undo.
    history = tuple(
        replace(step, parameters={name: value for name, value in step.parameters.items() if name != "undo"})
        if at > began
        else step
        for at, step in enumerate(plan.history)
    )
    back = replace(
        plan,
        units=plan.past[_UNITS],
        borders=plan.past[_BORDERS],
        attributes=plan.records.get(_NAMES),
        parameters=Parameters(**{**normal["parameters"], "micro": tuple(normal["parameters"]["micro"])}),
        past=past,
        records={**records, LAYER: held},
        layers={name: layer for name, layer in plan.layers.items() if name != LAYER},
        brought={name: table for name, table in plan.brought.items() if name not in (LAYER, *_BROUGHT)},
        history=history,
    )
    if back.digest != normal["digest"]:
        raise TableError(
            "the normal plan that was kept is not the one there was",
            mend="take the plan's file from before the emergency",
        )
    return back


def normal(plan: Plan) -> dict[str, Any]:
    """Return what a step keeps of the normal plan to know it again."""
    return {"digest": plan.digest, "parameters": asdict(plan.parameters)}


def came_back(held: pd.DataFrame, day: str) -> dict[str, Any]:
    """Return what is open of a register, and the days from the end until the last measure was withdrawn.

    Days are None while anything is open: not yet is no number.
    """
    open_ = held[held["withdrawn"] == ""]
    last = held["withdrawn"].max() if len(held) else ""
    days = None if len(open_) or not last else max((pd.Timestamp(last) - pd.Timestamp(day)).days, 0)
    return {
        "ended": day,
        "measures": len(held),
        "withdrawn": len(held) - len(open_),
        "open": {str(what): int(n) for what, n in open_["what"].value_counts().sort_index().items()},
        "staff_open": float(open_["staff"].sum()),
        "days_to_last": days,
    }
