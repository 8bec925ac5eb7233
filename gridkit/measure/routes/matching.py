"""Exact matching: points in pairs, all of them, so that the pairs are as near as can be together.

The search is rustworkx' (an extra), a port of Galil's blossom algorithm; weights are whole numbers, so that it is
exact and the same everywhere.

References
----------
Edmonds (1965), Canadian Journal of Mathematics 17, 449-467; Galil (1986), ACM Computing Surveys 18(1), 23-38.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.errors import OutputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_GRAIN = 1000.0
"""The matching counts in whole numbers: thousandths, of a metre a millimetre."""


def pairs(far: Floats) -> Ints:
    """Return an even number of points in pairs of least total distance.

    Parameters
    ----------
    far
        [n, n] symmetric distances, all finite; n is even.

    Returns
    -------
    array
        [n / 2, 2] positions, the lesser one first, in their order.

    Raises
    ------
    OutputError
        When rustworkx is not installed.

    Examples
    --------
    >>> at = np.array([0.0, 1.0, 10.0, 11.5])
    >>> pairs(np.abs(at - at[:, None])).tolist()
    [[0, 1], [2, 3]]
    """
    count = len(far)
    if count == 0:
        return np.empty((0, 2), dtype=np.int64)
    if count == 2:  # noqa: PLR2004 - one pair is no choice
        return np.array([[0, 1]])
    try:
        import rustworkx
    except ImportError as error:
        raise OutputError(
            "patrols need rustworkx, which is not installed", mend='pip install "governance-grids[rounds]"'
        ) from error
    one, other = np.triu_indices(count, 1)
    near = np.round(far[one, other] * _GRAIN).astype(np.int64)
    # Every pair of points is a candidate, so that all are matched; the nearest weighs most.
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(count))
    graph.add_edges_from(list(zip(one.tolist(), other.tolist(), (near.max() - near).tolist(), strict=True)))
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return np.array(sorted((min(pair), max(pair)) for pair in found), dtype=np.int64)
