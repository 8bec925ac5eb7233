import numpy as np

from gridkit.partition import Band, solve
from gridkit.partition.nested import nest


def test_small_grids_lie_inside_the_large_ones(square):
    above = solve(square)
    below = nest(square, above, Band(2, 2, 2))
    assert np.bincount(below.labels).tolist() == [2] * 8
    assert len(np.unique(np.column_stack([above, below.labels]), axis=0)) == 8
