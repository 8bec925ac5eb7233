"""What the work of the made-up district's grids is counted by: a ledger of forms, households by class, visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.synthetic import frame, incidents

if TYPE_CHECKING:
    from gridkit.synthetic.district import District

FORMS = (
    ("网格巡查日报", "综治办", "每日", 12),
    ("民情走访台账", "街道办事处", "每周", 45),
    ("矛盾纠纷排查表", "司法所", "每周", 25),
    ("流动人口登记表", "派出所", "每月", 90),
    ("出租房屋台账", "派出所", "每月", 60),
    ("独居老人探访表", "民政办", "每周", 30),
    ("消防隐患排查表", "应急办", "每月", 50),
    ("环境卫生检查表", "城管科", "每周", 20),
    ("困难家庭情况表", "民政办", "每季度", 80),
    ("重点人员走访表", "司法所", "每月", 40),
    ("志愿服务汇总表", "社会工作部", "每月", 35),
    ("party building return", "党建办", "每季度", 60),
    ("年度人口核对表", "统计办", "每年", 480),
    ("安全生产月报", "应急办", "每月", 30),
)
"""Forms that each grid fills in: what it is called, who asks for it, how often, minutes of one time."""
CLASSES = {"困难家庭": 0.021, "空巢户": 0.085, "流动户": 0.14, "社区矫正": 0.0012}
"""Households of each class, as a share of all."""
HOUSEHOLDS_VISITED = 260
"""How many the register of visits holds."""


def forms(_made: District) -> pd.DataFrame:
    """Return the ledger of forms."""
    return pd.DataFrame(FORMS, columns=["报表名称", "要求部门", "频次", "每次用时"])


def classes(made: District) -> pd.DataFrame:
    """Return each community's households by class."""
    rng = np.random.default_rng([made.seed, 19])
    homes = made.communities["households"].to_numpy(dtype=float)
    table = {
        name: np.rint(homes * share * rng.uniform(0.7, 1.3, len(homes))).astype(int) for name, share in CLASSES.items()
    }
    return pd.DataFrame({"社区": made.communities["name"].to_numpy(), **table})


def visits(made: District) -> pd.DataFrame:
    """Return the register of visits to households in need: class, last visit, place (WGS 84).

    Nobody has been to those of the last community since the year before: planted.
    """
    rng = np.random.default_rng([made.seed, 20])
    homes = made.homes
    at = rng.choice(len(homes), HOUSEHOLDS_VISITED, p=homes["people"].to_numpy() / homes["people"].sum())
    spots = homes.iloc[at].representative_point()
    forgotten = spots.within(made.communities.geometry.iloc[-1]).to_numpy()
    last = pd.Timestamp(f"{incidents.THIS_YEAR}-12-31") - pd.to_timedelta(rng.integers(0, 50, len(at)), unit="D")
    long_ago = pd.Timestamp(f"{incidents.LAST_YEAR}-12-20")
    lonlat = shapely.get_coordinates(spots.to_crs(frame.LONLAT).to_numpy()).round(6)
    return pd.DataFrame(
        {
            "户编号": [f"H{number:04d}" for number in range(1, len(at) + 1)],
            "户类别": rng.choice(["困难家庭", "空巢户"], len(at), p=(0.3, 0.7)),
            "上次走访": [str((long_ago if old else day).date()) for day, old in zip(last, forgotten, strict=True)],
            "经度": lonlat[:, 0],
            "纬度": lonlat[:, 1],
        }
    )
