"""A year of orders that departments handle and hand on, one row a step, drawn from the incidents of the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.synthetic.incidents import CATEGORIES, CLOSED, MINUTE

if TYPE_CHECKING:
    from gridkit.synthetic.district import District

COUNT = 2400
STEPS = (0.7, 0.22, 0.08)
"""Shares of orders that take one department, two, three."""
RETURNED, REOPENED, REACHED, SOLVED, SATISFIED = 0.06, 0.05, 0.78, 0.86, 0.81
PASSES = {
    "城管局": ("住建局", "市场监管局", "街道办事处"),
    "住建局": ("城管局", "街道办事处"),
    "市场监管局": ("城管局", "公安分局"),
    "公安分局": ("交警大队", "司法局"),
    "民政局": ("街道办事处", "政务服务中心"),
}
"""Whom a department usually hands on to; all others hand on to the street office."""
OTHERS = ("街道办事处", "城管局")


def orders(made: District) -> pd.DataFrame:
    """Return the log in the order of its steps; longitude and latitude in GCJ-02, empty where the incident had none."""
    rng = np.random.default_rng([made.seed, 8])
    chosen = made.incidents.iloc[np.sort(rng.choice(len(made.incidents), COUNT, replace=False))].reset_index(drop=True)
    opened = pd.to_datetime(chosen["上报时间"], format=MINUTE)
    limit = np.array([CATEGORIES[name].hours for name in chosen["类别"]], dtype=float)
    steps = rng.choice(len(STEPS), COUNT, p=STEPS) + 1
    # Every department more takes its time: the study's finding, planted.
    hours = limit * rng.lognormal(-0.9, 0.6, COUNT) * np.array([0.0, 1.0, 1.7, 2.6])[steps]
    rows = []
    for at, count in enumerate(steps):
        hands = _hands(str(chosen["部门"].iloc[at]), int(count), rng)
        returned = bool(rng.random() < RETURNED)
        reached = bool(rng.random() < REACHED)
        done = chosen["状态"].iloc[at] == CLOSED
        said = (
            "是" if reached else "否",
            ("是" if rng.random() < SOLVED else "否") if reached else "",
            ("满意" if rng.random() < SATISFIED else "不满意") if reached else "",
        )
        for step, hand in enumerate(hands):
            last = step == len(hands) - 1
            begun = opened.iloc[at] + pd.Timedelta(hours=float(hours[at]) * step / len(hands))
            ended = opened.iloc[at] + pd.Timedelta(hours=float(hours[at]) * (step + 1) / len(hands))
            state = CLOSED if last and done else "退回" if returned and step == 0 and not last else "已派遣"
            rows.append(
                (
                    f"12345-{at + 1:05d}",
                    begun.strftime(MINUTE),
                    hand,
                    chosen["类别"].iloc[at],
                    state,
                    (begun + pd.Timedelta(minutes=float(rng.integers(10, 400)))).strftime(MINUTE) if step == 0 else "",
                    ended.strftime(MINUTE) if last and done else "",
                    "是" if last and rng.random() < REOPENED else "否",
                    *(said if last and done else ("", "", "")),
                    chosen["经度"].iloc[at],
                    chosen["纬度"].iloc[at],
                )
            )
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = (
    "工单号", "受理时间", "承办单位", "诉求类型", "工单状态", "首次响应时间", "办结时间",
    "是否重办", "是否回访", "是否解决", "是否满意", "经度", "纬度",
)  # fmt: skip


def _hands(first: str, count: int, rng: np.random.Generator) -> list[str]:
    """Return the departments of an order, the first one first, none twice."""
    found = [first]
    while len(found) < count:
        open_ = [each for each in (*PASSES.get(found[-1], ()), *OTHERS) if each not in found]
        if not open_:
            break
        found.append(str(rng.choice(open_)))
    return found
