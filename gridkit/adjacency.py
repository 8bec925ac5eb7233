"""The border graph of a table of units: where the ends of borders stand among them, and in how many pieces they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.graph import components

if TYPE_CHECKING:
    from numpy.typing import NDArray


FERRY, GAP = "ferry", "unbridged"
"""The links over a ferry that the data has, and over what nothing is known to lead."""
WAY_M = 16.0
"""A way that leads from one unit to the other joins them as so many metres of ordinary border do. Metres."""
OF_SMALL = 0.6
"""Units too small for a whole joint are joined by this share of the root of their area. Dimensionless."""


def widths(borders: pd.DataFrame) -> NDArray[np.float64]:
    """Return how many metres wide each border's joint is: its ordinary metres, a way over it counted, 0 for a gap."""
    metres = borders["joining_m" if "joining_m" in borders else "shared_m"].to_numpy(dtype=float)
    led = borders["link"].isin(("bridge", FERRY)).to_numpy(dtype=bool)
    if "crossings" in borders:
        led = led | (borders["crossings"] > 0).to_numpy(dtype=bool)
    metres = np.where(led, np.maximum(metres, WAY_M), metres)
    return np.asarray(np.where(borders["link"] == GAP, 0.0, metres))


def needed(least_m: float, areas: NDArray[np.float64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how wide the joint of each pair of units must be: less between units too small for a wide side.

    Parameters
    ----------
    least_m
        The least width of a joint in metres.
    areas
        [n] square metres of each unit.
    ends
        [m, 2] positions of two units.
    """
    return np.asarray(np.minimum(least_m, OF_SMALL * np.sqrt(areas[ends].min(axis=1))))


def positions(borders: pd.DataFrame, units: pd.Index) -> NDArray[np.int64]:
    """Return the positions in ``units`` of the two units of each border, -1 for one that is not among them."""
    ends = [units.get_indexer(pd.Index(borders[end])) for end in ("unit_id", "neighbour")]
    return np.column_stack(ends).astype(np.int64)


def pieces(borders: pd.DataFrame, members: pd.Index) -> int:
    """Return in how many connected pieces some units lie."""
    ends = positions(borders, members)
    return len(np.unique(components(ends[(ends >= 0).all(axis=1)], len(members))))
