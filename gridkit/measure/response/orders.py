"""Integrated response: orders that several departments handle, how long they take, who hands on to whom.

A log has one row per order, or one per step of it; a cell may name several departments, which handle it together: only
from one row to the next it is handed on, and along an arrow in a cell. Every rate is told with what
stands above and below its line: solved and satisfied are of those whom the call-back reached, as the hotlines print
them, and what nobody wrote down is unknown and in neither part.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.incidents.classes import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SEPARATORS = re.compile(r"\s*[;；、|+]\s*|\s*,\s*|\s*，\s*")
"""What stands between several departments in a cell."""
ARROWS = re.compile(r"\s*(?:→|⇒|⟶|--?>|=>)\s*")
"""What stands in a cell between who hands an order on and who takes it over."""
YES = frozenset({
    "yes", "y", "true", "1", "1.0", "x", "√", "resolved", "solved", "satisfied", "reached",
    "是", "已", "已解决", "解决", "基本解决", "满意", "非常满意", "基本满意", "已联系", "成功", "已回访", "已接通",
})  # fmt: skip
NO = frozenset({
    "no", "n", "false", "0", "0.0", "unresolved", "unsolved", "unsatisfied", "dissatisfied", "unreached",
    "否", "未", "未解决", "不满意", "非常不满意", "未联系", "失败", "未回访", "未接通",
})  # fmt: skip
"""Words of a cell that says whether something was so; all others are unknown."""
RETURNED = ("returned", "return", "sent back", "退回", "退单", "驳回")
TRANSFERRED = ("transferred", "reassigned", "referred", "handed on", "转办", "转派", "移交", "转交")
REOPENED = ("reopened", "reopen", "re-opened", "重开", "重办", "二次办理", "重新办理", "重派")
RATES: dict[str, tuple[str, str]] = {
    "several_rate": ("several", "with_department"),
    "response_rate": ("responded", "response_known"),
    "solved_rate": ("solved", "solved_known"),
    "satisfied_rate": ("satisfied", "satisfied_known"),
    "reached_rate": ("reached", "reached_known"),
    "reopened_rate": ("reopened", "closed"),
    "returned_rate": ("returned", "with_department"),
    "transferred_rate": ("transferred", "with_department"),
}
"""Each rate by what stands above and below its line, columns of :func:`orders`."""


@dataclass(frozen=True)
class Log:
    """A log as orders.

    Attributes
    ----------
    orders
        One row per order (:func:`orders`).
    hands
        Who handed on to whom: ``from``, ``to``, ``orders``.
    stayed
        How many steps from one row of an order, or from one side of an arrow, to the next stay with the same
        departments: these hand on nothing.
    """

    orders: pd.DataFrame
    hands: pd.DataFrame
    stayed: int = 0


def departments(cell: object) -> tuple[str, ...]:
    """Return the departments that a cell names, in its order, none twice.

    Examples
    --------
    >>> departments("城管局、住建局；城管局")
    ('城管局', '住建局')
    """
    return tuple(dict.fromkeys(each for stage in stages(cell) for each in stage))


def stages(cell: object) -> tuple[tuple[str, ...], ...]:
    """Return who handles an order one after the other by a cell; between chains of arrows stands an empty stage.

    Examples
    --------
    >>> stages("城管局、住建局"), stages("a -> b"), stages("a→a; b→c")
    ((('城管局', '住建局'),), (('a',), ('b',)), (('a',), ('a',), (), ('b',), ('c',)))
    """
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ()
    text = str(cell).strip()
    if not ARROWS.search(text):
        own = tuple(dict.fromkeys(each for each in SEPARATORS.split(text) if each))
        return (own,) if own else ()
    found: list[tuple[str, ...]] = []
    for chain in _CHAINS.split(text):
        own_ = [tuple(dict.fromkeys(each for each in SEPARATORS.split(end) if each)) for end in ARROWS.split(chain)]
        led = [each for each in own_ if each]
        found += [(), *led] if found and led else led
    return tuple(found)


_CHAINS = re.compile(r"\s*[;；|]\s*")
"""What stands between two chains of arrows; those who handle an order together stand behind other signs."""


def told(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return 1 for yes, 0 for no and NaN for what says neither.

    Examples
    --------
    >>> told(pd.Series(["是", "不满意", "", None, "maybe"])).tolist()
    [1.0, 0.0, nan, nan, nan]
    """
    said = values.map(lambda cell: plain(str(cell)), na_action="ignore")
    return said.map(lambda cell: 1.0 if cell in YES else 0.0 if cell in NO else np.nan, na_action="ignore").astype(
        float
    )


def log(rows: pd.DataFrame) -> Log:
    """Return a log of rows as orders.

    Parameters
    ----------
    rows
        One row per order or per step, with any of ``order`` (its number; without it each row is an order), ``time``,
        ``department``, ``status``, ``responded``, ``closed`` (times), ``reopened``, ``reached``, ``solved``,
        ``satisfied`` (yes or no), ``grid_id`` and ``geometry``.

    Returns
    -------
    Log
        Orders on ``order``: ``departments`` (how many), ``first``, ``last`` (department), ``hours`` from the report to
        the last closing (null while open, or where the log turns time round: ``reversed``; ``at_once`` where there is
        nothing between them), ``response_hours``, and counts of 0 or 1 for :data:`RATES`; a null is unknown.
    """
    table = rows.copy()
    if "order" in table:
        numbered = table["order"].astype("object").where(table["order"].notna(), None)
        # A row without a number is an order of its own.
        table["order"] = [each if each is not None else f"?{at}" for at, each in enumerate(numbered)]
    else:
        table["order"] = [str(at + 1) for at in range(len(table))]
    if "time" in table:
        table = table.sort_values(["time"], kind="stable")
    named = table["department"].map(stages) if "department" in table else pd.Series([()] * len(table), table.index)
    groups = table.groupby("order", sort=False)
    steps = pd.DataFrame({"order": table["order"].to_numpy(), "named": named.to_numpy()}).groupby("order", sort=False)
    every = steps["named"].agg(_flat)
    led = every.map(_staged)
    chains = led.map(_flat)
    made = pd.DataFrame(index=chains.index)
    made["chain"] = chains
    made["departments"] = chains.map(lambda chain: len(set(chain)))
    made["first"] = chains.map(lambda chain: chain[0] if chain else None)
    made["last"] = chains.map(lambda chain: chain[-1] if chain else None)
    _times(made, groups)
    _counts(made, led, table, groups)
    for name in ("grid_id", "geometry", "category"):
        if name in table:
            made[name] = groups[name].first()
    return Log(made.rename_axis("order"), hands(led), int(every.map(len).sum() - led.map(len).sum()))


def _flat(cells: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    return tuple(itertools.chain.from_iterable(cells))


def _staged(every: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return who handled an order one after the other: departments of one cell together, none twice in a row."""
    return tuple(each for at, each in enumerate(every) if at == 0 or set(each) != set(every[at - 1]))


def _handed(led: tuple[tuple[str, ...], ...]) -> list[tuple[str, str]]:
    """Return who handed on to whom: those who left to those who came. Who is asked to help takes nothing over."""
    return [
        (one, other)
        for before, after in itertools.pairwise(led)
        for one in before
        for other in after
        if one not in after and other not in before
    ]


def _came_back(led: tuple[tuple[str, ...], ...]) -> bool:
    """Return whether an order came back to a department that had handed it on."""
    seen: set[str] = set()
    for before, after in itertools.pairwise(led):
        seen |= set(before)
        if before and any(each in seen and each not in before for each in after):
            return True
    return False


def hands(led: pd.Series[Any]) -> pd.DataFrame:
    """Return how many orders one department handed on to another; those that handle one together hand on nothing.

    Examples
    --------
    >>> hands(pd.Series([(("a",), ("b",)), (("a",), ("b",), ("a",)), (("a", "c"),)])).to_numpy().tolist()
    [['a', 'b', 2], ['b', 'a', 1]]
    """
    pairs = [pair for each in led for pair in _handed(each)]
    table = pd.DataFrame(pairs, columns=["from", "to"]).value_counts().rename("orders").reset_index()
    return table.sort_values(["orders", "from", "to"], ascending=[False, True, True], ignore_index=True)


def _times(made: pd.DataFrame, groups: Any) -> None:  # noqa: ANN401 - rows by order
    """Add the hours from the report to the first response and to the last closing."""
    columns = groups.obj.columns
    begun = groups["time"].min() if "time" in columns else None
    for name, of, last in (("hours", "closed", True), ("response_hours", "responded", False)):
        if begun is None or of not in columns:
            made[name] = np.nan
            continue
        end = groups[of].max() if last else groups[of].min()
        spent = (end - begun).dt.total_seconds() / 3600
        made[name] = spent.where(spent >= 0)
        if last:
            made["reversed"] = (spent < 0).astype(float)
            made["at_once"] = (spent == 0).astype(float)


def _counts(
    made: pd.DataFrame,
    led: pd.Series[Any],
    table: pd.DataFrame,
    groups: Any,  # noqa: ANN401 - rows by order
) -> None:
    """Add what the rates count."""
    made["with_department"] = (made["departments"] > 0).astype(float)
    made["several"] = (made["departments"] > 1).astype(float)
    made["transferred"] = led.map(lambda each: bool(_handed(each))).astype(float)
    status = table["status"].map(lambda cell: plain(str(cell)), na_action="ignore") if "status" in table else None
    back = led.map(_came_back)
    if status is not None:
        back |= _said(status, RETURNED, table).reindex(made.index)
        # To whom may not be said; that it was, is.
        made["transferred"] = made["transferred"].mask(_said(status, TRANSFERRED, table).reindex(made.index), 1.0)
    made["returned"] = back.astype(float)
    shut = groups["closed"].max().notna() if "closed" in table else pd.Series(data=False, index=made.index)
    if "done" in table:
        shut |= table["done"].groupby(table["order"]).any().reindex(made.index)
    made["closed"] = shut.astype(float)
    made["reopened"] = _reopened(made, table, status)
    made["response_known"] = made["response_hours"].notna().astype(float) if "responded" in table else np.nan
    made["responded"] = made["response_known"]
    if "responded" in table:
        made["response_known"] = 1.0
    for name in ("reached", "solved", "satisfied"):
        value = told(table[name]).groupby(table["order"]).last().reindex(made.index) if name in table else np.nan
        made[name] = value
    # Whom the call-back did not reach said nothing: those who were reached are below the line.
    for name in ("solved", "satisfied"):
        if "reached" in table:
            made[name] = made[name].where(made["reached"] == 1.0)
        made[f"{name}_known"] = made[name].notna().astype(float)
    made["reached_known"] = made["reached"].notna().astype(float)


def _said(status: pd.Series[Any], words: tuple[str, ...], table: pd.DataFrame) -> pd.Series[Any]:
    """Return of which orders some row's status holds one of some words."""
    there = status.map(lambda cell: any(word in cell for word in words), na_action="ignore").eq(True)  # noqa: FBT003
    found: pd.Series[Any] = there.groupby(table["order"]).any()
    return found


def _reopened(made: pd.DataFrame, table: pd.DataFrame, status: pd.Series[Any] | None) -> pd.Series[Any]:
    """Return which orders were opened again: said so, or with a step after closing; null where nothing can tell."""
    again = pd.Series(np.nan, index=made.index)
    if "reopened" in table:
        again = told(table["reopened"]).groupby(table["order"]).max().reindex(made.index)
    if status is not None:
        said = _said(status, REOPENED, table)
        if said.any():
            again = again.fillna(0.0).mask(said.reindex(made.index), 1.0)
    if "closed" in table and "time" in table and table["order"].duplicated().any():
        first = table.groupby("order")["closed"].min()
        later = table["time"] > table["order"].map(first)
        after = later.groupby(table["order"]).any().reindex(made.index)
        again = again.fillna(0.0).mask(after, 1.0)
    return again


# ------------------------------------------------------------------ counted and compared
def summed(orders: pd.DataFrame, by: pd.Series[Any] | None = None) -> pd.DataFrame:
    """Return orders counted in all or by group: how many, median hours of those closed, and each rate with its parts.

    Returns
    -------
    DataFrame
        ``orders``, ``timed`` and ``median_hours``, ``median_response_hours``; for each rate of :data:`RATES` what
        stands above the line (``RATE_n``), below it (``RATE_of``), and the rate, null where nothing stands below.
    """
    groups = pd.Series("all", index=orders.index) if by is None else by.reindex(orders.index)
    known = groups.notna()
    own, keys = orders[known], groups[known].to_numpy()
    if own.empty:
        return pd.DataFrame(columns=["orders", "timed", "median_hours"])
    grouped = own.groupby(keys)
    table = pd.DataFrame({"orders": grouped.size(), "timed": grouped["hours"].count()})
    table["median_hours"] = grouped["hours"].median()
    table["median_response_hours"] = grouped["response_hours"].median()
    for rate, (above, below) in RATES.items():
        both = own[above].notna() & (own[below].fillna(0.0) > 0)
        counted = own[both].groupby(keys[both.to_numpy()])
        table[f"{rate}_n"] = counted[above].sum().reindex(table.index).fillna(0).astype(int)
        table[f"{rate}_of"] = counted.size().reindex(table.index).fillna(0).astype(int)
        table[rate] = table[f"{rate}_n"] / table[f"{rate}_of"].where(table[f"{rate}_of"] > 0)
    return table


def by_departments(orders: pd.DataFrame) -> pd.DataFrame:
    """Return orders by how many departments they took, 4 and more together: how many, closed at a known time, hours."""
    several = orders["departments"].clip(upper=_MANY)
    grouped = orders[several > 0].groupby(several[several > 0].astype(int))
    table = pd.DataFrame({"orders": grouped.size(), "timed": grouped["hours"].count()})
    table["median_hours"] = grouped["hours"].median()
    table["p90_hours"] = grouped["hours"].quantile(0.9)
    table.index = pd.Index([str(n) if n < _MANY else f"{n}+" for n in table.index], name="departments")
    return table


_MANY = 4
