"""The editions of a plan's scorecard: on which grids, and from which registers, its lines of households were told.

::

    remembered(plan) -> Plan      the plan with the grids and registers of now among its editions; itself where they are
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridkit.measure.privacy.changed import FROM, HIDDEN, LAID, recorded, stamp
from gridkit.measure.privacy.rolled import Behind
from gridkit.measure.scorecard.known import SOURCES
from gridkit.plan.published import layout_of

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan


def remembered(plan: Plan, told: Plan | None = None) -> Plan:
    """Return the plan with the scorecard of now among its editions: the next one is judged beside it.

    Parameters
    ----------
    told
        The plan as its scorecard tells it; by default itself.
    """
    layout = layout_of(plan.grids)
    stamps = {source: stamp(plan.brought.get(source)) for source in SOURCES}
    rows = [(layout, source, each) for source, each in stamps.items() if each]
    own = pd.DataFrame(rows, columns=["layout", "source", "stamp"])
    units = pd.DataFrame(
        {"layout": layout, "unit": plan.units.index.astype(str), "place": plan.units["grid_id"].astype(str).to_numpy()}
    )
    if not len(own):
        return plan
    layer = (told or plan).layers.get("participation")
    hides = {} if layer is None else layer.facts.get("behind", {})
    kept = Behind(hides.get("rows", {}), tuple(map(tuple, hides.get("bound", ()))), frozenset(hides.get("silent", ())))
    held = {LAID: units, FROM: own, HIDDEN: recorded(layout, kept)}
    held = {name: table for name, table in held.items() if len(table)}
    made = {name: _added(plan.records.get(name), table) for name, table in held.items()}
    same = all(name in plan.records and len(made[name]) == len(plan.records[name]) for name in held)
    return plan if same else plan.having(records={**plan.records, **made})


def _added(old: pd.DataFrame | None, rows: pd.DataFrame) -> pd.DataFrame:
    every = rows if old is None else pd.concat([pd.DataFrame(old)[list(rows.columns)], rows])
    return every.drop_duplicates(ignore_index=True).rename_axis("row_id")
