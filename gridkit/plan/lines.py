"""Lines of a scorecard that a command found, kept with a plan: what stands above and below each, and where it is from.

::

    kept(plan, command, shares) -> Plan      the plan with the lines of one command, in place of those it had
    lines(plan) -> DataFrame                 all of them
    titled(plan, source)                     what the source of a line is called

Only what may be told is kept: of few there is nothing in the plan's file either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.language.labels import code
from gridkit.measure.share import listed
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.language.phrases import Phrase
    from gridkit.measure.share import Share
    from gridkit.plan.plan import Plan

RECORD = "lines"
_TEXTS = ("command", "indicator", "why", "source", "asof")
_NUMBERS = ("n", "of", "share", "share_low", "share_high", "grids_known", "grids")


def kept(plan: Plan, command: str, shares: Mapping[str, Share]) -> Plan:
    """Return the plan with lines of a command kept in place of its older ones."""
    held = lines(plan)
    rows = [{"command": command, **each} for each in listed(shares)]
    made = _typed(pd.DataFrame(rows, columns=[*_TEXTS, *_NUMBERS]))
    old = held[held["command"] != command]
    table = pd.concat([old, made], ignore_index=True) if len(old) else made
    return plan.with_record(RECORD, table.rename_axis("line_id"))


def lines(plan: Plan) -> pd.DataFrame:
    """Return the lines that a plan keeps; none where it keeps none."""
    held = plan.records.get(RECORD)
    return _typed(pd.DataFrame(columns=[*_TEXTS, *_NUMBERS])) if held is None else pd.DataFrame(held)


def titled(plan: Plan, source: str) -> Phrase | str:
    """Return what the source of a line is called: the title of its layer, else what it means, else its own name."""
    layer = plan.layers.get(source)
    return code("source", source) if layer is None else layer.definition.title


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    made: dict[str, Any] = {name: table[name].fillna("").astype(TEXT) for name in _TEXTS}
    made |= {name: pd.to_numeric(table[name]).astype(float) for name in _NUMBERS}
    return pd.DataFrame(made)
