"""The editions of a plan's scorecard: on which grids, and from which registers, its lines of households were told.

::

    remembered(plan) -> Plan      the plan with the grids and registers of now among its editions; itself where they are
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.measure.participation.indicators import OF_HOUSEHOLDS
from gridkit.measure.privacy.changed import FROM, HIDDEN, HOUSEHOLDS, LAID, recorded, stamp
from gridkit.measure.privacy.rolled import Behind
from gridkit.measure.scorecard.known import BESIDE, SOURCES
from gridkit.plan.published import layout_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.catalog.layer import Layer
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
    layers = (told or plan).layers
    if _tells_of_households(layers.get("scorecard")):
        own = pd.concat([own, pd.DataFrame({"layout": [layout], "source": [HOUSEHOLDS], "stamp": [""]})])
    facts = [layers[name].facts for name in ("scorecard", "participation") if name in layers]
    hides: Mapping[str, Any] = next((each["behind"] for each in facts if "behind" in each), {})
    held = {LAID: units, FROM: own, HIDDEN: recorded(layout, Behind.of(hides))}
    held = {name: table for name, table in held.items() if len(table)}
    made = {name: _added(plan.records.get(name), table) for name, table in held.items()}
    same = all(name in plan.records and len(made[name]) == len(plan.records[name]) for name in held)
    return plan if same else plan.having(records={**plan.records, **made})


def _tells_of_households(card: Layer | None) -> bool:
    """Return whether a scorecard has a line of households; one that is not there may have had."""
    if card is None:
        return True
    lines = card.tables["lines"]
    return bool((lines["indicator"].isin([*OF_HOUSEHOLDS, *BESIDE]) & (lines["why"] != "missing")).any())


def _added(old: pd.DataFrame | None, rows: pd.DataFrame) -> pd.DataFrame:
    every = rows if old is None else pd.concat([pd.DataFrame(old)[list(rows.columns)], rows])
    return every.drop_duplicates(ignore_index=True).rename_axis("row_id")
