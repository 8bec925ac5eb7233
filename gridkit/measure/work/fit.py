"""Whether the work fits the hours there are, which of it does, and how much of it is done at doors.

References
----------
The C3 tool for community health workers turns workload round: what share of the tasks fits the time there is (Global
Health: Science and Practice 9, supplement 1, S65).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.catalog.workload import VISITS
from gridkit.measure.work.wisn import MONTHS

if TYPE_CHECKING:
    from gridkit.catalog.workload import Workload


def fit(available: pd.Series[float], hours: pd.Series[float]) -> pd.Series[float]:
    """Return the hours available over the hours needed: below 1 there are too few; missing where either is.

    Examples
    --------
    >>> fit(pd.Series([120.0, 60.0, None]), pd.Series([100.0, 120.0, 90.0])).tolist()
    [1.2, 0.5, nan]
    """
    return (available / hours.where(hours > 0)).rename("fit")


def with_walking(hours: pd.DataFrame, walking: pd.Series[float]) -> pd.DataFrame:
    """Return tasks with the way between doors given to the visits, by their hours."""
    made = hours.copy()
    own = [name for name in hours if str(name).startswith(f"{VISITS}.")]
    at_doors = hours[own].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        on_top = (walking.reindex(hours.index) / at_doors.where(at_doors > 0)).fillna(0.0)
    for name in own:
        made[name] = hours[name] * (1.0 + on_top)
    return made


def fitting(hours: pd.DataFrame, available: pd.Series[float], work: Workload) -> pd.DataFrame:
    """Return the hours of each task that fit, the tasks taken in the practice's order until no hour is left.

    The time of allowances is taken off first, so that all tasks fit where the fit is 1.

    Parameters
    ----------
    hours
        Hours a month of each task, the way between doors in those of visits (:func:`with_walking`). A task that is not
        known takes nothing, and is missing in what is returned.
    available
        Hours of a month there are; missing where they are not known.

    Examples
    --------
    32 hours; 2 are an individual allowance and a tenth of the rest is one of all: 27 are left, 20 for the first task.

    >>> from gridkit.catalog.presets import presets
    >>> work = presets()["cn-social"].workload
    >>> hours = pd.DataFrame({"events.dispute": [20.0], "visits.ordinary": [15.0], "duties.forms": [4.0]})
    >>> fitting(hours, pd.Series([32.0]), work).iloc[0].to_dict()
    {'events.dispute': 20.0, 'visits.ordinary': 7.0, 'duties.forms': 0.0}
    """
    shares = work.allowances
    left = (available - shares.individual_hours_a_year.value / MONTHS).clip(lower=0.0) * (1.0 - shares.category.value)
    made = {}
    for name in [task for task in work.order if task in hours]:
        done = hours[name].where(hours[name] <= left, left).where(hours[name].notna())
        made[name] = done
        left = left - done.fillna(0.0)
    return pd.DataFrame(made, index=hours.index)


def door_to_desk(visits: pd.Series[float], patrol: pd.Series[float], forms: pd.Series[float]) -> pd.Series[float]:
    """Return the hours of visits and patrol over those of forms; missing where a ledger of forms does not say them.

    Examples
    --------
    >>> door_to_desk(pd.Series([20.0, 20.0]), pd.Series([10.0, 10.0]), pd.Series([15.0, None])).tolist()
    [2.0, nan]
    """
    return ((visits + patrol) / forms.where(forms > 0)).rename("door_to_desk")
