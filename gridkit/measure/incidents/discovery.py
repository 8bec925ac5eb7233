"""Discovery: how many of the findings of many tests at once can be expected to be false."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def false_discovery(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each p-value its q: the share of false findings when everything as sure as it is called found.

    Parameters
    ----------
    p
        [n] p-values, 0 to 1.

    Returns
    -------
    ndarray
        [n] shares, 0 to 1, in the order of ``p``.

    Notes
    -----
    scipy.stats has it too, and takes longer to load than all the rest of a layer takes.

    References
    ----------
    Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57(1), 289-300.

    Examples
    --------
    >>> false_discovery(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p)
    rank = np.arange(1, len(p) + 1)
    raised = p[order] * (len(p) / rank)
    q = np.empty_like(raised)
    q[order] = np.minimum.accumulate(raised[::-1])[::-1]
    return np.clip(q, 0.0, 1.0)
