"""What a planner does to a plan, one act after another, and whether all that is derived is as if made from scratch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

import gridkit as gk
from gridkit.catalog import definitions
from gridkit.errors import GridkitError
from gridkit.plan.bounds import bounds
from gridkit.recipes.layer import measured

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

KINDS = 7
"""Kinds of acts of :func:`step`."""
OF_THE_READING = ("total", "without_place")
"""Facts of a layer that tell of the table which was read, and not of what it measures."""


def assert_fresh(plan: gk.Plan) -> None:
    """Hold every derived thing of a plan against one that is made from its grids now."""
    assert plan.stale == ()
    for name, held in plan.layers.items():
        again = measured(plan, held.definition, definitions.layers())
        assert set(again.tables) == set(held.tables), name
        for part, table in again.tables.items():
            pd.testing.assert_frame_equal(pd.DataFrame(held.tables[part]), pd.DataFrame(table), check_like=True)
        same: dict[str, Any] = {key: held.facts[key] for key in again.facts if key not in OF_THE_READING}
        # As text: what is not known is equal to itself.
        assert repr(same) == repr({key: again.facts[key] for key in same}), name
    if plan.attributes is not None and "boundary" in plan.attributes:
        # Before pandas 3 the codes of grids are texts of one type or of another.
        held, again = plan.grids["boundary"], bounds(plan, "zh")
        pd.testing.assert_series_equal(held, again, check_names=False, check_index_type=False)
    pd.testing.assert_frame_equal(
        pd.DataFrame(plan.records["findings"]), pd.DataFrame(gk.audit(plan).findings), check_like=True
    )


def sent(folder: Path, plan: gk.Plan, rng: np.random.Generator) -> Path:
    """Write what two people send back from the map: moves, a lock, what one of them takes back."""
    units, grids = plan.units["grid_id"], plan.grids.index.tolist()
    acts: list[dict[str, Any]] = []
    for number in range(8):
        unit = str(rng.choice(units.index))
        move = {"act": "move", "unit_id": unit, "from": units[unit], "to": str(rng.choice(grids))}
        lock = {"act": "lock", "grid_id": str(rng.choice(grids)), "locked": bool(rng.integers(2))}
        undo = {"act": "undo", "of": [acts[0]["id"]]} if acts else lock
        head = {
            "id": f"k3x9q2a{rng.integers(2)}-{rng.integers(1, 10**9)}",
            "time": f"2026-11-29T04:00:{number:02d}.000Z",
        }
        acts.append(head | [move, move, move, lock, undo][rng.integers(5)])
    path = folder / f"edits-{rng.integers(10**9)}.json"
    body = {"schema": "gridkit-edits", "version": 2, "plan": plan.digest, "acts": acts}
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def step(plan: gk.Plan, turn: int, rng: np.random.Generator, folder: Path) -> gk.Plan:
    """Return the plan after one thing that a planner does, or as it was where that cannot be done."""
    grids = plan.grids.index.tolist()
    unit = str(rng.choice(plan.units.index))
    at = plan.borders[(plan.borders["unit_id"] == unit) | (plan.borders["neighbour"] == unit)]
    others = [str(each) for each in pd.unique(at[["unit_id", "neighbour"]].to_numpy().ravel()) if each != unit]
    beside = str(plan.units["grid_id"][str(rng.choice(others))])
    target = 1.1 * plan.parameters.band.target
    acts: list[Any] = [
        lambda: gk.redraw(plan, gk.Wishes(moves=(f"{unit}={beside}",), loose=True)),
        lambda: gk.redraw(plan, gk.Wishes(splits=(f"{rng.choice(grids)}=2",), loose=True)),
        lambda: gk.redraw(plan, gk.Wishes(merges=(f"{plan.units['grid_id'][unit]},{beside}",), loose=True)),
        lambda: gk.undo(plan),
        lambda: gk.redraw(plan, gk.Wishes(target=target, tolerance=0.2)),
        lambda: gk.import_edits(plan, [sent(folder, plan, rng)], loose=True),
        lambda: gk.refresh(plan),
    ]
    try:
        return acts[turn]()
    except GridkitError:
        return plan
