"""The splitter: arrays in, labels out.

>>> import numpy as np
>>> row = Problem(
...     weights=np.ones(4), edges=[[0, 1], [1, 2], [2, 3]], points=[[0, 0], [1, 0], [2, 0], [3, 0]], band=Band(2, 2, 2)
... )
>>> solve(row).tolist()
[0, 0, 1, 1]
"""

from __future__ import annotations

import sys

from gridkit.facade import Step
from gridkit.split.problem import Band, Prices, Problem
from gridkit.split.solution import Progress, Solution, search, solve

__all__ = ["Band", "Prices", "Problem", "Progress", "Solution", "search", "solve"]

sys.modules[__name__].__class__ = Step  # gridkit.split(...) runs the whole step
