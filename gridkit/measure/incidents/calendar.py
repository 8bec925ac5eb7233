"""When incidents happen: by hour of the day, day of the week and month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable


RHYTHMS: dict[str, tuple[range, Callable[[Any], pd.Series[int]]]] = {
    "hours": (range(24), lambda when: when.hour),
    "weekdays": (range(1, 8), lambda when: when.day_of_week + 1),
    "months": (range(1, 13), lambda when: when.month),
}
"""The rhythms by name: the steps of each (hour 0-23, Monday 1 to Sunday 7, month 1-12), and how a time is read."""


def by_rhythm(times: pd.Series[pd.Timestamp], rhythm: str, split: pd.Series[str] | None = None) -> pd.DataFrame:
    """Return the counts per step of a rhythm, every step listed.

    Parameters
    ----------
    times
        When the incidents were reported, in local time; missing ones are left out.
    rhythm
        A name of :data:`RHYTHMS`.
    split
        A class per incident; each gets a column beside ``count``.

    Examples
    --------
    >>> times = pd.Series(pd.to_datetime(["2024-01-01 08:30", "2024-01-02 08:10", "2024-01-06 23:00"]))
    >>> by_rhythm(times, "weekdays")["count"].tolist()
    [1, 1, 0, 0, 0, 1, 0]
    """
    steps, read = RHYTHMS[rhythm]
    known = times.notna()
    step = read(times[known].dt)
    table = pd.DataFrame({"count": step.value_counts().reindex(steps, fill_value=0)})
    if split is not None:
        table = table.join(pd.crosstab(step, split[known].fillna("")).reindex(steps, fill_value=0))
    return table.rename_axis(rhythm.removesuffix("s"))


def has_hours(times: pd.Series[pd.Timestamp]) -> bool:
    """Return whether the times name hours, and are not merely dates."""
    known = times.dropna()
    return bool(len(known)) and bool((known != known.dt.normalize()).any())


def has_days(times: pd.Series[pd.Timestamp]) -> bool:
    """Return whether the times name days, and not merely months, which are taken as of their first.

    A few days that all are the first of a month may be so by chance; three hardly are.

    Examples
    --------
    >>> has_days(pd.Series(pd.to_datetime(["2024-03-01", "2024-03-01", "2024-04-01"])))
    False
    """
    known = times.dropna()
    return len(known) < 3 or bool((known != known.dt.normalize().dt.to_period("M").dt.to_timestamp()).any())  # noqa: PLR2004


def end(times: pd.Series[pd.Timestamp]) -> pd.Timestamp:
    """Return the midnight after the last time: of its day, or of its month where no days are named."""
    last = times.max().normalize()
    return last + (pd.Timedelta(days=1) if has_days(times) else pd.DateOffset(months=1))


def has_year(times: pd.Series[pd.Timestamp]) -> bool:
    """Return whether the times span enough of a year for its months to be compared."""
    known = times.dropna()
    return bool(len(known)) and bool((known.max() - known.min()).days >= 300)  # noqa: PLR2004 - about ten months
