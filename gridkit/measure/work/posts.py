"""Posts: who serves in which grid, from when until when, and the hours of a month that the grid has of them.

A post is one person in one grid. Somebody who serves several has a post in each, and the hours are shared among them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.work.wisn import hours_a_month
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridkit.catalog.workload import Workload

COLUMNS = ("staff_id", "grid_id", "role", "hours", "since", "until", "whole")
"""Of a table of posts: whose it is, where, a role of the practice, hours of a month there, days, and whether the person
serves that grid alone."""


def worked_hours(staff: pd.DataFrame, work: Workload) -> pd.Series[float]:
    """Return the hours of a month that each person works for grids: those of a month as said, else those of a week.

    Parameters
    ----------
    staff
        ``role``, and ``hours_per_week`` or ``hours_per_month`` or both.

    Returns
    -------
    Series
        Holidays, leave and training are taken off hours of a week, not off hours of a month, which are told as given.
        What goes to other tasks than grids' is left out by the role. Missing where nobody said it, or the role is none
        of the practice.

    Examples
    --------
    40 hours a week, 26 of 260 days off: 40 x 52 x 0.9 / 12.

    >>> from gridkit.catalog.presets import presets
    >>> staff = pd.DataFrame(
    ...     {"role": ["full_time", "volunteer"], "hours_per_week": [40, None], "hours_per_month": [None, 8.0]}
    ... )
    >>> worked_hours(staff, presets()["cn-social"].workload).round(6).tolist()
    [156.0, 8.0]
    """
    nothing = pd.Series(np.nan, index=staff.index)
    week = staff["hours_per_week"].astype(float) if "hours_per_week" in staff else nothing
    month = staff["hours_per_month"].astype(float) if "hours_per_month" in staff else nothing
    said = month.where(month.notna(), hours_a_month(week, work.time))
    share = staff["role"].map({name: role.share.value for name, role in work.roles.items()}).astype(float)
    return said * share


def posts(staff: pd.DataFrame, places: pd.DataFrame, need: pd.Series[float], work: Workload) -> pd.DataFrame:
    """Return a row per person and grid, with the hours of a month that the grid has of the person.

    Parameters
    ----------
    staff
        On ``staff_id``: ``role``, hours as :func:`worked_hours` reads them, ``since`` and ``until`` (days, or missing).
    places
        ``staff_id`` and ``grid_id``: where each serves, as from :func:`served`.
    need
        Hours a month that each grid needs: somebody who serves several gives to each by them; equally where it is not
        known of all of them.

    Returns
    -------
    DataFrame
        :data:`COLUMNS` on ``post_id``.
    """
    own = staff.assign(worked=worked_hours(staff, work))[["role", "worked", "since", "until"]]
    made = places.join(own, on="staff_id", how="inner").reset_index(drop=True)
    weight = need.reindex(made["grid_id"]).to_numpy(dtype=float)
    known = pd.Series(weight, index=made.index).notna().groupby(made["staff_id"]).transform("all")
    weight = np.where(known & (np.nan_to_num(weight) > 0), np.nan_to_num(weight), 1.0)
    total = pd.Series(weight, index=made.index).groupby(made["staff_id"]).transform("sum")
    count = made.groupby("staff_id")["grid_id"].transform("size")
    table = pd.DataFrame(
        {
            "staff_id": made["staff_id"].astype(TEXT),
            "grid_id": made["grid_id"].astype(TEXT),
            "role": made["role"].astype(TEXT),
            "hours": made["worked"].to_numpy(dtype=float) * weight / total.to_numpy(dtype=float),
            "since": made["since"],
            "until": made["until"],
            "whole": (count == 1).to_numpy(dtype=bool),
        }
    )
    table = table.sort_values(["grid_id", "staff_id"], kind="stable")
    return table.set_index(pd.Index([f"post-{at + 1}" for at in range(len(table))], name="post_id", dtype=TEXT))


def served(
    staff: pd.DataFrame, grids: pd.Index, parents: Iterable[tuple[str, ...]]
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Return which grids each person serves, and what is wrong with the rest.

    Parameters
    ----------
    staff
        On ``staff_id``: ``grid_id`` (one code, or several with 、 , ; / or a blank between) or ``parent`` (a community,
        by its code or name: all of its grids), or both.
    grids
        Codes of the grids.
    parents
        For each of them what its community may be called.

    Returns
    -------
    DataFrame, dict
        ``staff_id`` and ``grid_id``; and by reason what could not be placed: ``unknown_grids`` and ``unknown_parents``
        (codes and names that the plan has not), ``without_grid`` (ids of staff). Nobody is lost: whom it concerns
        serves no grid, and is counted.
    """
    called = dict(zip(map(str, grids), parents, strict=True))
    wrong: dict[str, list[str]] = {"unknown_grids": [], "unknown_parents": [], "without_grid": []}
    rows: list[tuple[str, str]] = []
    own = {role: staff[role] if role in staff else pd.Series(None, index=staff.index) for role in ("grid_id", "parent")}
    for person, grid, parent in zip(staff.index, own["grid_id"], own["parent"], strict=True):
        codes = _codes(grid)
        strange = [code for code in codes if code not in called]
        wrong["unknown_grids"] += strange
        found = [code for code in dict.fromkeys(codes) if code in called]
        if not codes and isinstance(parent, str) and parent.strip():
            found = [grid for grid, names in called.items() if parent.strip() in names]
            wrong["unknown_parents"] += [] if found else [parent.strip()]
        if not found:
            wrong["without_grid"].append(str(person))
        rows += [(str(person), code) for code in found]
    places = pd.DataFrame(rows, columns=["staff_id", "grid_id"]).astype(TEXT)
    return places, {why: list(dict.fromkeys(names)) for why, names in wrong.items() if names}


ALONE = re.compile(r"[^、，,；;/\s]+")
"""One of the codes in a cell."""


def _codes(said: Any) -> list[str]:  # noqa: ANN401 - a cell
    """Return the codes in a cell."""
    return ALONE.findall(said) if isinstance(said, str) else []


def on_duty(table: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the posts of those who serve on a day; an open date is one that never ends, or began long ago."""
    since = pd.to_datetime(table["since"])
    until = pd.to_datetime(table["until"])
    return table[(since.isna() | (since <= day)) & (until.isna() | (until >= day))]


def available(table: pd.DataFrame, grids: pd.Index) -> pd.DataFrame:
    """Return the hours of a month that each grid has of its posts.

    Returns
    -------
    DataFrame
        On ``grid_id``: ``posts`` (how many), ``posts_known`` (of them with hours), ``available`` (hours of those;
        missing where there are posts but no hours of any, 0 where there is no post).

    Examples
    --------
    >>> table = pd.DataFrame({"grid_id": ["a", "a", "b"], "hours": [100.0, None, None]})
    >>> available(table, pd.Index(["a", "b", "c"])).to_numpy().tolist()
    [[2.0, 1.0, 100.0], [1.0, 0.0, nan], [0.0, 0.0, 0.0]]
    """
    groups = table.groupby("grid_id")["hours"]
    made = pd.DataFrame(
        {"posts": groups.size(), "posts_known": groups.count(), "available": groups.sum(min_count=1)}
    ).reindex(grids)
    counted = ["posts", "posts_known"]
    made[counted] = made[counted].fillna(0.0)
    made["available"] = made["available"].where(made["posts"] > 0, 0.0)
    return made
