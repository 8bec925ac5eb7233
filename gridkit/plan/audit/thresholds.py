"""What the audit takes for rounding, for near and for the same: limits of measuring. A practice's are in presets."""

DOUBLE = 0.99
"""Two grids that share more than this share of their union are one grid drawn twice."""
NOISE_M2 = 1e-3
"""Gaps and overlaps below this many square metres are rounding of coordinates."""
NEAR_M = 15.0
"""A border runs along a feature when the feature lies within this many metres."""
INSET_M = 8.0
"""A road enters a grid when it crosses the line this many metres inside its border, which one along it does not."""
SWEEPS = 4
"""Walks to the farthest unit, by which the longest walk in a grid is found."""
PART_SHARE = 0.1
"""A compound lies in a grid when more than this share of it does."""
