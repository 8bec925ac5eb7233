"""The relaxation of a choice of sets, solved again and again while sets are added: HiGHS keeps the basis in between.

References
----------
Huangfu & Hall (2018), Parallelizing the dual revised simplex method, Mathematical Programming Computation 10, 119-142
(HiGHS).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import highspy
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SETTINGS: dict[str, bool | int | str] = {
    "output_flag": False, "threads": 1, "parallel": "off", "presolve": "off", "solver": "simplex",
}  # fmt: skip
MOST_S = 1e6  # seconds of one solution where nothing limits it


class Quiet(highspy.Highs):
    """HiGHS without its greeting, which it prints where callbacks are enabled, before any setting can be made."""

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS' name
        """Enable none: nothing here is called back."""


class Solved(NamedTuple):
    """The values of the rows, and by how much they miss their sums."""

    values: NDArray[np.float64]  # [r] metres
    unserved: float


class Relaxation:
    """The least cost of columns whose rows add up to ``right``, where a row may miss it at the price ``dear``.

    Columns are added, never taken away, so that the last basis stays a feasible one and few steps of the simplex lead
    from it to the next (a warm start). One thread, no presolve: the same columns in the same order give the same
    values.
    """

    def __init__(self, right: NDArray[np.float64], dear: float) -> None:
        self._rows, self._amount = len(right), 0
        self._highs = Quiet()  # type: ignore[no-untyped-call]
        for name, value in SETTINGS.items():
            self._highs.setOptionValue(name, value)
        empty = np.empty(0)
        nothing = np.zeros(self._rows, dtype=np.int32)
        self._highs.addRows(self._rows, right, right, 0, nothing, np.empty(0, dtype=np.int32), empty)
        # What goes without, and what is served too often, has columns of its own, first and always there: there is a
        # solution from the beginning, and no value is dearer than ``dear`` either way, which keeps them from leaping.
        each = np.arange(self._rows, dtype=np.int32)
        for sign in (1.0, -1.0):
            self._put(np.full(self._rows, dear), each, each, np.full(self._rows, sign))

    def add(self, members: NDArray[np.bool_], costs: NDArray[np.float64]) -> None:
        """Add columns, ``members`` [c, r] of the rows at ``costs`` [c]. O(ones of members)."""
        column, row = np.nonzero(members)
        starts = np.searchsorted(column, np.arange(len(costs))).astype(np.int32)
        self._put(costs, starts, row.astype(np.int32), np.ones(len(row)))
        self._amount += len(costs)

    def reprice(self, dear: float) -> None:
        """Let a row that misses its sum cost ``dear`` from now on."""
        each = np.arange(2 * self._rows, dtype=np.int32)
        self._highs.changeColsCost(len(each), each, np.full(len(each), dear))

    def solve(self, seconds: float = np.inf) -> Solved | None:
        """Return the values of the rows; None when the time was too short, or HiGHS lost its way."""
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + min(seconds, MOST_S))
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._highs.getSolution()
        return Solved(np.array(solution.row_dual), float(np.sum(solution.col_value[: 2 * self._rows])))

    def _put(
        self, costs: NDArray[np.float64], starts: NDArray[np.int32], rows: NDArray[np.int32], ones: NDArray[np.float64]
    ) -> None:
        amount = len(costs)
        none, any_ = np.zeros(amount), np.full(amount, highspy.kHighsInf)
        self._highs.addCols(amount, costs, none, any_, len(rows), starts, rows, ones)
