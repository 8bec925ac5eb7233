"""Made-up places and candidates for a site, and the minutes between them."""

from __future__ import annotations

import numpy as np

from gridkit.measure.access.reach import Pairs


def world(seed, places=30, candidates=8):
    rng = np.random.default_rng(seed)
    minutes = np.hypot(*(rng.random((places, 1, 2)) - rng.random((1, candidates, 2))).transpose(2, 0, 1)) * 60
    return minutes, rng.integers(0, 90, places).astype(float)


def as_pairs(minutes, limit=np.inf):
    near = np.argwhere(limit >= minutes.T)
    return Pairs(near[:, 1], near[:, 0], minutes[near[:, 1], near[:, 0]])
