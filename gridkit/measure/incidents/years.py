"""Each year counted on the grids that were in force in it, beside the same incidents on the grids of now.

A figure that was published once was counted on the grids of its day. Where they were redrawn since, the same code means
other ground: a trend is told on the grids of now (rebased), and the figure of its day stands beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridkit.measure.incidents.exposure import placed
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from gridkit.measure.inputs import Edition


def years(timed: gpd.GeoDataFrame, grids: gpd.GeoDataFrame, editions: Sequence[Edition]) -> pd.DataFrame:
    """Return the counts of each year and edition: on the grids then in force, and on those of now.

    Parameters
    ----------
    timed
        INCIDENTS inside, with their ``time`` and the ``grid_id`` of now.
    grids
        The GRIDS of now.
    editions
        The grids that were in force, oldest first; of times before the first nothing is known.

    Returns
    -------
    DataFrame
        ``year``, ``since`` (of the edition), ``grid_id``, ``then`` and ``now``: counts of that year while the edition
        was in force, null where no grid had that code.
    """
    day = timed["time"].dt.normalize()
    parts = []
    for edition in editions:
        inside = timed[edition.holds(day)]
        if inside.empty:
            continue
        then = _place(inside, edition.grids)
        for year, rows in inside.groupby(inside["time"].dt.year):
            counts = {
                "then": _counts(then.loc[rows.index], edition.grids.index),
                "now": _counts(rows["grid_id"], grids.index),
            }
            table = pd.DataFrame(counts).rename_axis("grid_id").reset_index()
            table.insert(0, "since", edition.since.isoformat())
            table.insert(0, "year", int(year))
            parts.append(table)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def counted_then(
    timed: gpd.GeoDataFrame,
    span: tuple[pd.Timestamp, pd.Timestamp],
    grids: gpd.GeoDataFrame,
    editions: Sequence[Edition],
) -> pd.Series[Any] | None:
    """Return how many incidents of a span of time each code of now had when they were counted.

    Returns
    -------
    Series
        On the index of ``grids``; null where no grid then had that code. None where the grids in force are not known of
        the whole span, or were those of now throughout.
    """
    first, end = (moment.normalize() for moment in span)
    days = pd.Series(pd.date_range(first, end, inclusive="left"))
    held = [(edition, edition.holds(days)) for edition in editions]
    if days.empty or not np.any([inside for _, inside in held], axis=0).all():
        return None
    serving = [edition for edition, inside in held if inside.any()]
    if all(same_ground(edition.grids, grids) for edition in serving):
        return None
    counts: pd.Series[Any] = pd.Series(0.0, index=grids.index)
    known = pd.Series(data=True, index=grids.index)
    rows = timed[(timed["time"] >= first) & (timed["time"] < end)]
    for edition in serving:
        inside = rows[edition.holds(rows["time"].dt.normalize())]
        counts += _counts(_place(inside, edition.grids), grids.index)
        known &= grids.index.isin(edition.grids.index)
    return counts.where(known)


def same_ground(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> bool:
    """Whether two nets are the same grids under the same codes."""
    if not old.index.sort_values().equals(new.index.sort_values()):
        return False
    return bool(shapely.equals(old.loc[new.index].geometry.to_numpy(), new.geometry.to_numpy()).all())


def _place(events: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> pd.Series[Any]:
    """Return the grid of each incident, None outside."""
    return placed(events, grids.rename_axis("unit_id").assign(grid_id=grids.index.astype(TEXT)))["grid_id"]


def _counts(grid_of: pd.Series[Any], index: pd.Index) -> pd.Series[Any]:
    return grid_of.value_counts().reindex(index, fill_value=0).astype(float)
