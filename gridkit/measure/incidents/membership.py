"""Which counts of a layer each incident is part of: what a page prints per grid, incident by incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridkit.catalog.definitions import IncidentsLayer
from gridkit.measure.incidents import closed_loop, trend

if TYPE_CHECKING:
    from gridkit.catalog.layer import Layer


def membership(layer: Layer) -> pd.DataFrame:
    """Return flags of the incidents inside: ``count`` (all of them), ``now`` and ``before``, and the closed loop's.

    Added up per grid they are the columns of the layer's table of grids that bear these names.

    Parameters
    ----------
    layer
        A layer of incidents with its ``points``.
    """
    points, definition = layer.tables["points"], layer.definition
    flags = pd.DataFrame({"count": True}, index=points.index)
    if not isinstance(definition, IncidentsLayer):
        return flags
    timed = points["time"].notna() if "time" in points else pd.Series(False, points.index)  # noqa: FBT003 - none is
    two = trend.periods(points["time"][timed]) if timed.any() else None
    if two is not None:
        flags["now"], flags["before"] = timed & two.now(points["time"]), timed & two.then(points["time"])
    loop = layer.facts.get("loop")
    if loop and {"status", "closed"} & set(points.columns):
        moment = None if loop.get("as_of") is None else pd.Timestamp(loop["as_of"])
        judged = closed_loop.judged(points, definition, moment)
        flags = flags.join(judged[list(closed_loop.COUNTED)].astype(bool))
    return flags
