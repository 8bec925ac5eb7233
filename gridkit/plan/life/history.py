"""What an edit or a redraw changed, kept in the plan's history so that it can be undone exactly.

::

    recorded(before, after, command, details, gone) -> Plan     the plan after, with the step and the codes given up
    undo(plan) -> Plan                                          the plan before its last edit or redraw
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.errors import UsageError
from gridkit.plan.codes import renamed
from gridkit.plan.life.succession import retired_rows
from gridkit.plan.overlap import same
from gridkit.provenance import step
from gridkit.tables import TEXT, dtype_named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import geopandas as gpd

    from gridkit.plan.plan import Plan


RENAMES = "renames"
"""In what undo reads: the step gave other codes to the grids, by their old ones."""


def recorded(before: Plan, after: Plan, command: str, details: Mapping[str, Any], gone: Mapping[str, str]) -> Plan:
    """Return ``after`` with a step in its history that undo can read, and the codes given up in its register.

    Parameters
    ----------
    details
        What was asked, with ``reason`` and ``author``.
    gone
        Codes given up and the grid that took most of their households; those still in use are kept.
    """
    kept = set(after.units["grid_id"])
    register = before.records.get("retired")
    known = set() if register is None else set(register.index)
    retired = {code: heir for code, heir in gone.items() if code not in kept and code not in known}
    key = str(len(before.history))
    done = step(command, {**details, "undo": _way_back(before, after, sorted(retired), key)})
    records = dict(after.records)
    if retired:
        rows = retired_rows(retired, time=done.finished, reason=str(details.get("reason") or command))
        records["retired"] = rows if register is None else pd.concat([register, rows])
    past = dict(after.past)
    if not _same_ground(before, after):
        past |= {f"units_{key}": before.units, f"borders_{key}": before.borders}
    return after.having(records=records, past=past, history=(*before.history, done))


def undo(plan: Plan) -> Plan:
    """Return the plan as it was before its last edit or redraw: the same units, grids, locks, codes, band and history.

    Units that were cut anew get their old shapes and borders back: the plan keeps them for it.

    Raises
    ------
    UsageError
        When there is nothing to undo.
    """
    steps = [k for k, each in enumerate(plan.history) if "undo" in each.parameters]
    back = plan.history[steps[-1]].parameters["undo"] if steps else None
    if back is None:
        raise UsageError("there is no edit to undo", mend="take the plan's file from before it")
    if RENAMES in back:
        return _called_back(plan, steps[-1], back)
    records = dict(plan.records)
    if back["retired"]:
        records["retired"] = records["retired"].drop(index=back["retired"])
    if not back["register"]:
        records.pop("retired", None)
    past = dict(plan.past)
    key = back.get("past")
    whole = None if key is None else past.pop(f"units_{key}")
    attributes = plan.attributes
    if attributes is not None and back.get("named") is not None:
        attributes = attributes.reindex(pd.Index(back["named"], dtype=TEXT, name=attributes.index.name))
    return replace(
        plan,
        units=_restored(plan.units, back) if whole is None else whole,
        borders=plan.borders if key is None else past.pop(f"borders_{key}"),
        past=past,
        attributes=attributes,
        parameters=replace(plan.parameters, **back["parameters"]),
        records=records,
        history=plan.history[: steps[-1]] + plan.history[steps[-1] + 1 :],
    )


def renaming(before: Plan, after: Plan, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what undo has to put back where the grids of a plan got other codes and nothing else changed."""
    was, now = asdict(before.parameters), asdict(after.parameters)
    back = {name: value for name, value in was.items() if value != now[name]}
    return {"undo": {RENAMES: dict(names), "parameters": back}}


def renames(plan: Plan) -> bool:
    """Return whether the step that undo would take back gave other codes to the grids."""
    last = next((each for each in reversed(plan.history) if "undo" in each.parameters), None)
    return last is not None and RENAMES in (last.parameters["undo"] or {})


def _called_back(plan: Plan, at: int, back: Mapping[str, Any]) -> Plan:
    """Return a plan whose grids have the codes again that they had before step ``at``."""
    old = {str(new): str(name) for name, new in back[RENAMES].items()}
    called = renamed(plan.having(parameters=replace(plan.parameters, **back["parameters"])), old)
    return called.having(history=plan.history[:at] + plan.history[at + 1 :])


def _same_ground(before: Plan, after: Plan) -> bool:
    """Whether two plans are made of the same units with the same borders."""
    old, new = before.units, after.units
    return bool(old.index.equals(new.index) and len(same(old, new)) == len(old) and before.borders is after.borders)


def _way_back(before: Plan, after: Plan, retired: list[str], key: str) -> dict[str, Any]:
    """Return what undo has to put back: the cells that changed, or which of the plan's past tables."""
    old, new = before.units, after.units
    cut_anew = not _same_ground(before, after)
    was, now = asdict(before.parameters), asdict(after.parameters)
    plain = [name for name in old.columns if name != old.active_geometry_name]
    changed = {} if cut_anew else {name: _changed(old[name], new.get(name)) for name in plain}
    if "micro_id" in plain and not cut_anew:
        # Micro-grids are made anew after the step: the old ones are kept whole.
        changed["micro_id"] = _changed(old["micro_id"], None)
    return {
        "past": key if cut_anew else None,
        "named": None if before.attributes is None else before.attributes.index.astype(TEXT).tolist(),
        "columns": {name: values for name, values in changed.items() if values is not None},
        "order": list(old.columns) if list(old.columns) != list(new.columns) else None,
        "parameters": {name: value for name, value in was.items() if value != now[name]},
        "retired": retired,
        "register": "retired" in before.records,
    }


def _changed(old: pd.Series, new: pd.Series | None) -> dict[str, Any] | None:
    """Return the type of a column and its values where they changed; none where none did."""
    if new is None:
        differs = pd.Series(data=True, index=old.index)
    else:
        was, now = old.astype(object), new.astype(object)
        differs = ~((was == now) | (was.isna() & now.isna()))
        if not differs.any() and old.dtype == new.dtype:
            return None
    values = {str(unit): _plain(value) for unit, value in old[differs].items()}
    return {"dtype": str(old.dtype), "values": values}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell
    """Return a cell as JSON has it."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _restored(units: gpd.GeoDataFrame, back: Mapping[str, Any]) -> gpd.GeoDataFrame:
    out = units.copy()
    for name, was in back["columns"].items():
        column = out[name].astype(object) if name in out else pd.Series(None, index=out.index, dtype=object)
        column[list(was["values"])] = list(was["values"].values())
        out[name] = column.where(column.notna(), np.nan).astype(dtype_named(was["dtype"]))
    return out[back["order"]] if back["order"] is not None else out
