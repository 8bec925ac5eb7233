"""Workspace: the arrays that the kernels of the search note things on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Workspace(NamedTuple):
    """Room for a kernel's notes. ``mark`` is all zero between calls; the rest holds whatever was noted last."""

    mark: NDArray[np.int8]  # [n]
    queue: NDArray[np.int32]  # [n] units a walk has met
    listed: NDArray[np.int32]  # [n] units worth a visit, or units by grid
    members: NDArray[np.int32]  # [n] units of the grids at hand
    before: NDArray[np.int32]  # [n] their labels before a try
    first: NDArray[np.int32]  # [k + 1] where a grid begins in ``listed``
    place: NDArray[np.int32]  # [k]


def workspace(n: int, k: int) -> Workspace:
    """Return a fresh workspace for ``n`` units in ``k`` grids."""
    queue, listed, members, before = np.empty((4, n), dtype=np.int32)
    return Workspace(
        np.zeros(n, dtype=np.int8),
        queue,
        listed,
        members,
        before,
        np.empty(k + 1, dtype=np.int32),
        np.empty(k, np.int32),
    )
