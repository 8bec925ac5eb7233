"""Graphs as arrays of pairs: what hangs together over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def components(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the number of the connected part of each of ``count`` nodes, in the order of their first nodes.

    Parameters
    ----------
    pairs
        [m, 2] positions of two nodes that hang together, in either order; the same pair may come twice.

    References
    ----------
    Hooking and shortcutting: Shiloach & Vishkin (1982), Journal of Algorithms 3(1), 57-67. As quick as scipy's own, and
    commands that ask nothing else of scipy need not load it, which takes half a second.

    Examples
    --------
    >>> components(np.array([[3, 1], [0, 2]]), 5).tolist()
    [0, 1, 0, 1, 2]
    """
    parts = np.arange(count)
    one, other = pairs[:, 0], pairs[:, 1]
    while len(one):
        first, second = parts[one], parts[other]
        np.minimum.at(parts, np.maximum(first, second), np.minimum(first, second))
        while ((shorter := parts[parts]) != parts).any():
            parts = shorter
        apart = parts[one] != parts[other]
        one, other = one[apart], other[apart]
    return np.unique(parts, return_inverse=True)[1].astype(np.int64)
