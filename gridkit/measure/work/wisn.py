"""How many workers a workload needs: the allowances and the available working time of WISN.

References
----------
World Health Organization (2010), Workload indicators of staffing need: user's manual, ISBN 978 92 4 150019 7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import pandas as pd

    from gridkit.catalog.workload import Time

Amount = TypeVar("Amount", float, "pd.Series[float]")
MONTHS = 12.0


def category_allowance_factor(share: float) -> float:
    r"""Return what basic hours are multiplied by so that all workers have time for what they all do beside.

    .. math:: CAF = 1 / (1 - s)

    Parameters
    ----------
    share
        The share of working time that goes to it, the category allowance standard; 0 to below 1.

    Examples
    --------
    >>> round(category_allowance_factor(10 / 179), 6)
    1.059172
    """
    if not 0 <= share < 1:
        raise ValueError(f"a share of working time is 0 to below 1, not {share}")
    return 1.0 / (1.0 - share)


def individual_allowance_factor(hours_a_year: float, available_hours_a_year: float) -> float:
    """Return how many workers are needed for what only some of them do: its hours over those one worker has.

    Examples
    --------
    >>> individual_allowance_factor(358, 1432)
    0.25
    """
    return hours_a_year / available_hours_a_year


def required(workload: Amount, available: float, category: float, individual: float = 0.0) -> Amount:
    r"""Return how many workers a workload needs.

    .. math:: R = \frac{W}{A} \cdot CAF + IAF

    Parameters
    ----------
    workload
        Hours of the tasks that are counted, in the span of time that ``available`` is for.
    available
        Hours that one worker works in it.
    category, individual
        :func:`category_allowance_factor` and :func:`individual_allowance_factor`.

    Examples
    --------
    The clinicians of Burmen, Owuor & Mitei (2017), Human Resources for Health 15:9, table 3.

    >>> round(required(25_000, 179 * 8, 1.0), 2), round(required(25_000, 179 * 8, 179 / 169), 4)
    (17.46, 18.4911)
    """
    return workload / available * category + individual


def hours_a_month(hours_a_week: Amount, time: Time) -> Amount:
    """Return the hours that somebody works in a month of those of a week: holidays, leave and training taken off."""
    return hours_a_week * (time.weeks.value * time.worked / MONTHS)
