"""The band: the range of size that grids are to lie in, how it is settled, and the one test of whether a grid is in it.

Whatever says of a grid that it is too small, too large or right asks here: the search's verdict, the report, the audit,
the balance layer, the papers. What cannot ask (a page's script, a style of QGIS, a rule of a workbook) is given
:attr:`Band.edges`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridkit.errors import InfeasibleError, UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

TOLERANCE = 0.1
"""Share a grid may be off a target that the user gave without saying more."""
ROUNDING = 1e-9
"""Share of the target that is rounding of sums: 400 * 1.15 is 459.99999999999994, and 460 people are not outside it."""


@dataclass(frozen=True)
class Band:
    """The least, the wanted and the largest measure of one grid, in the measure's own unit.

    Raises
    ------
    InfeasibleError
        When no measure lies in it.
    """

    low: float
    target: float
    high: float

    def __post_init__(self) -> None:
        if not (0 <= self.low <= self.target <= self.high and 0 < self.target < np.inf):
            raise InfeasibleError(
                "a range of size of {low:g} to {high:g} around {target:g} holds nothing",
                mend="give 0 <= low <= target <= high",
                low=self.low,
                target=self.target,
                high=self.high,
            )

    @classmethod
    def around(cls, target: float, tolerance: float = TOLERANCE) -> Band:
        """Return the band of ``target`` give or take the share ``tolerance``.

        Examples
        --------
        >>> Band.around(1000, 0.05)
        Band(low=950.0, target=1000, high=1050.0)
        """
        return cls(target * (1 - tolerance), target, target * (1 + tolerance))

    @property
    def edges(self) -> tuple[float, float]:
        """The least and the largest measure that is inside: the limits, give or take :data:`ROUNDING`."""
        return self.low - self.slack, self.high + self.slack

    @property
    def slack(self) -> float:
        """How far beyond a limit still is the limit, in the measure's unit: the rounding of sums."""
        return ROUNDING * self.target

    def limits(self, times: float) -> tuple[float, float]:
        """Return the limits of the band that is so many times as wide on either side of the target.

        Examples
        --------
        >>> Band(300, 400, 500).limits(2)
        (200, 600)
        """
        return self.target - times * (self.target - self.low), self.target + times * (self.high - self.target)

    def beside(self, fixed: float) -> Band:
        """Return the band of what is not fixed, where every grid holds so much whatever its size."""
        return Band(max(self.low - fixed, 0.0), self.target - fixed, self.high - fixed)

    def below(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return which values are too small; one that is not known (NaN) is not."""
        return np.asarray(np.asarray(values, dtype=np.float64) < self.edges[0])

    def above(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return which values are too large; one that is not known (NaN) is not."""
        return np.asarray(np.asarray(values, dtype=np.float64) > self.edges[1])

    def outside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return which values are too small or too large; one that is not known (NaN) is neither."""
        return self.below(values) | self.above(values)

    def inside(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return which values lie in the band, its limits included; one that is not known (NaN) does not.

        Examples
        --------
        >>> Band.around(400, 0.15).inside([339, 340, 460, 461, np.nan]).tolist()
        [False, True, True, False, False]
        """
        return ~self.outside(values) & ~np.isnan(np.asarray(values, dtype=np.float64))

    def fits(self, total: float) -> bool:
        """Return whether some number of grids of the band can add up to a total.

        Examples
        --------
        >>> [Band(300, 400, 500).fits(total) for total in (299, 400, 550, 600, 1100)]
        [False, True, False, True, True]
        """
        low, high = self.edges
        return bool(max(int(np.ceil(total / high)), 1) * low <= total)

    def excess(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return by how much each value is outside, in the measure's unit: 0 inside, NaN where it is not known.

        Examples
        --------
        >>> Band(300, 400, 500).excess([250, 300, 500, 512]).tolist()
        [50.0, 0.0, 0.0, 12.0]
        """
        return self.short(values) + self.over(values)

    def short(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return by how much each value is too small: 0 where it is not, NaN where it is not known."""
        given = np.asarray(values, dtype=np.float64)
        return np.asarray(np.where(self.below(given), self.low - given, given * 0.0))

    def over(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return by how much each value is too large: 0 where it is not, NaN where it is not known."""
        given = np.asarray(values, dtype=np.float64)
        return np.asarray(np.where(self.above(given), given - self.high, given * 0.0))


@dataclass(frozen=True)
class AskedBand:
    """What a user said of the band, in the measure's unit; None where he said nothing. ``tolerance`` is a share."""

    target: float | None = None
    tolerance: float | None = None
    low: float | None = None
    high: float | None = None

    def settled(self, otherwise: Band | None, mean: float | None = None) -> Band:
        """Return the band: what was said, the rest around what was said, and what was not said from elsewhere.

        Parameters
        ----------
        otherwise
            The band where nothing else is said: the preset's, or the plan's own. None where there is none.
        mean
            The mean of a number of grids that was asked for, which is the target where none was said.

        Raises
        ------
        UsageError
            When the tolerance is no share, or nothing says where the band lies.
        InfeasibleError
            When the least is more than the most.

        Examples
        --------
        >>> AskedBand(target=1000).settled(Band(300, 400, 500))
        Band(low=900.0, target=1000, high=1100.0)
        >>> AskedBand(low=350).settled(Band(300, 400, 500))
        Band(low=350, target=400, high=500)
        """
        if self.tolerance is not None and not 0 <= self.tolerance < 1:
            raise UsageError("a tolerance is a share, not {share:g}", mend="write 0.1 for 10 %", share=self.tolerance)
        target = self.target if self.target is not None else mean
        target = otherwise.target if target is None and otherwise is not None else target
        if (self.target, self.tolerance, mean) != (None, None, None) and target is not None:
            tolerance = TOLERANCE if self.tolerance is None else self.tolerance
            start: tuple[float | None, float | None] = target * (1 - tolerance), target * (1 + tolerance)
        else:
            start = (None, None) if otherwise is None else (otherwise.low, otherwise.high)
        low = start[0] if self.low is None else self.low
        high = start[1] if self.high is None else self.high
        if low is None or high is None:
            raise UsageError("nothing says how large a grid is to be", mend="give --target, or --min and --max")
        middle = (low + high) / 2 if target is None else target
        return Band(low, min(max(middle, low), high), high)
