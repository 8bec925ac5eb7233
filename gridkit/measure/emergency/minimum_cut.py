"""The fewest edges of a network that part one set of nodes from another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from gridkit.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

NEVER = 1 << 30
"""The capacity of an edge that may not be cut; the solver counts in 32 bits."""


def minimum_cut(ends: Ints, capacity: Ints, source: Ints, sink: Ints, nodes: int) -> NDArray[np.bool_]:
    """Return which edges to cut so that no way leads from a source to a sink, at the least capacity in all.

    Of several such cuts it is the one next to the sources.

    Parameters
    ----------
    ends
        The two nodes of each edge, [edges, 2]; an edge may be walked both ways, and two may join the same nodes.
    capacity
        What cutting each edge costs, whole numbers above 0; :data:`NEVER` where it may not be cut.
    source, sink
        Nodes.
    nodes
        How many there are.

    Raises
    ------
    UsageError
        When a source is a sink as well, or no edge between them may be cut.

    References
    ----------
    Ford & Fulkerson (1956), Canadian Journal of Mathematics 8, 399-404; the flow by Dinic (1970), Soviet Mathematics
    Doklady 11, 1277-1280.

    Examples
    --------
    >>> ends = np.array([[0, 1], [0, 2], [1, 3], [2, 3], [3, 4]])
    >>> minimum_cut(ends, np.ones(5, dtype=int), np.array([0]), np.array([4]), 5).tolist()
    [False, False, False, False, True]
    """
    if np.intersect1d(source, sink).size:
        raise UsageError("a node is on both sides of the cut")
    if not len(ends) or not len(source) or not len(sink):
        return np.zeros(len(ends), dtype=bool)
    graph = _graph(ends, capacity, source, sink, nodes)
    flow = maximum_flow(graph, nodes, nodes + 1, method="dinic")
    if flow.flow_value >= NEVER:
        raise UsageError("no edge between the two sides may be cut")
    left = csr_array(graph - flow.flow)
    left.data = (left.data > 0).astype(np.int32)
    left.eliminate_zeros()
    near = np.zeros(nodes + 2, dtype=bool)
    near[breadth_first_order(left, nodes, directed=True, return_predecessors=False)] = True
    return np.asarray(near[ends[:, 0]] != near[ends[:, 1]])


def _graph(ends: Ints, capacity: Ints, source: Ints, sink: Ints, nodes: int) -> csr_array:
    """Return the capacities as a matrix; the last two nodes stand for all sources and for all sinks."""
    loops = ends[:, 0] == ends[:, 1]
    one, other, cost = ends[~loops, 0], ends[~loops, 1], capacity[~loops]
    rows = np.concatenate([one, other, np.full(len(source), nodes), sink])
    columns = np.concatenate([other, one, source, np.full(len(sink), nodes + 1)])
    values = np.concatenate([cost, cost, np.full(len(source) + len(sink), NEVER)])
    summed = coo_array((values.astype(np.int64), (rows, columns)), shape=(nodes + 2, nodes + 2)).tocsr()
    summed.data = np.minimum(summed.data, NEVER)
    return csr_array(summed.astype(np.int32))
