"""Tiny worlds for the splitter."""

import numpy as np
import pytest
from squares import lattice

from gridkit.partition import Band, Problem


@pytest.fixture
def row():
    """o-o-o-o, one person each."""
    return Problem(**lattice(1, 4), band=Band(2, 2, 2))


@pytest.fixture
def square():
    """4 x 4 squares: four grids of 2 x 2 share 8 metres of border, which is the least."""
    return Problem(**lattice(4, 4), band=Band(4, 4, 4))


@pytest.fixture
def riverside():
    """3 x 4 squares with a river between the second and third row::

    o o o o
    o o o o
    ~ ~ ~ =     a bridge at the right end
    o o o o
    """
    arrays = lattice(3, 4)
    over = (arrays["edges"] < 8).any(axis=1) & (arrays["edges"] >= 8).any(axis=1)
    bridge = over & (arrays["edges"] == 11).any(axis=1)
    keep = ~over | bridge
    return Problem(
        **{**arrays, "edges": arrays["edges"][keep]},
        border_m=np.where(bridge, 0.0, 1.0)[keep],
        feature=np.where(bridge, 3, 0)[keep],
        feature_m=np.where(bridge, 50.0, 0.0)[keep],
        band=Band(4, 4, 4),
    )
