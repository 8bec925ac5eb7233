"""The splitter: arrays in, labels out.

- ``Problem``, ``Band``, ``Prices``: what to split, checked once.
- ``solve(problem, seed)``: the labels of the best plan found (``exact=True``: proven).
- ``search(problem, seed)``: the same as a ``Solution``: cost, excess and its bound, notes, whether it was stopped.
- ``judge(problem, labels)``: any labels as a ``Solution``.
- ``exact.prove(problem)``: the best plan of small pieces, proven.
- ``alternatives.alternatives(problem, n)``: several plans with their facts, and which of them no other beats.
- ``nested.nest(problem, labels, band)``: smaller grids inside the grids of a plan.
- ``change.keeping(problem)``: the problem with change priced, for a plan of little change; ``kept``, ``forced``.
- ``bound``: proven bounds on excess and border.

>>> import numpy as np
>>> row = Problem(
...     weights=np.ones(4), edges=[[0, 1], [1, 2], [2, 3]], points=[[0, 0], [1, 0], [2, 0], [3, 0]], band=Band(2, 2, 2)
... )
>>> solve(row).tolist()
[0, 0, 1, 1]
"""

from __future__ import annotations

import lazy_loader

# A plan that is edited needs a problem's prices, not the search: each name loads its module when first asked for.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
