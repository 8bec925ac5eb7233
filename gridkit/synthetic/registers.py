"""Two departments' tables over the made-up district, with the errors that tables have, every one of them planted.

The truths are in :data:`PLANTED`: rows that stand twice, compounds nobody knows, rows without a key, coordinates
outside the district. Both departments ask for the same fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.synthetic import frame, names

if TYPE_CHECKING:
    from gridkit.synthetic.district import District

CIVIL_ROWS, HEALTH_ROWS = 320, 380
PLANTED = {
    "civil": {"twice": 6, "unknown": 5, "blank": 4},
    "health": {"twice": 5, "unknown": 4, "outside": 6},
}
"""How many rows of each table are wrong, and how."""
KINDS = ("助餐", "助浴", "日间照料", "居家探访", "紧急呼叫")
NOBODYS = ("望江别院", "青石新村", "梧桐里东区")
"""Compounds that are not in the district."""
FAR_DEG = 0.4


def civil(made: District) -> pd.DataFrame:
    """Return the register of civil affairs: services to old people, by compound."""
    rng = np.random.default_rng([made.seed, 5])
    known = made.compounds[made.compounds["name"].notna()]
    at = rng.choice(len(known), CIVIL_ROWS, p=known["people"].to_numpy() / known["people"].sum())
    table = pd.DataFrame(
        {
            "登记编号": [f"M{number:05d}" for number in range(1, CIVIL_ROWS + 1)],
            "姓名": [names.person(rng) for _ in range(CIVIL_ROWS)],
            "所在小区": known["name"].to_numpy(dtype=object)[at],
            "居住地址": [
                f"{known['name'].iloc[each]}{rng.integers(1, 12)}幢{rng.integers(101, 1800)}室" for each in at
            ],
            "服务类别": rng.choice(KINDS, CIVIL_ROWS),
            "登记日期": _days(rng, CIVIL_ROWS, "2023-03-01", 900),
        }
    )
    planted = PLANTED["civil"]
    wrong = rng.choice(CIVIL_ROWS, planted["unknown"] + planted["blank"], replace=False)
    strange, bare = wrong[: planted["unknown"]], wrong[planted["unknown"] :]
    other = [NOBODYS[each % len(NOBODYS)] for each in range(len(strange))]
    table.loc[strange, "所在小区"] = other
    table.loc[strange, "居住地址"] = [f"{each}3幢" for each in other]
    table.loc[bare, ["所在小区", "居住地址"]] = ""
    return _doubled(table, planted["twice"], rng, wrong)


def health(made: District) -> pd.DataFrame:
    """Return the register of health: households that a family doctor has signed, by coordinates and address."""
    rng = np.random.default_rng([made.seed, 6])
    homes = made.homes
    at = rng.choice(len(homes), HEALTH_ROWS, p=homes["people"].to_numpy() / homes["people"].sum())
    placed = homes.representative_point().to_crs(frame.LONLAT).iloc[at]
    spots = shapely.get_coordinates(np.asarray(placed, dtype=object)).round(6)
    called = made.compounds["name"].reindex(homes["compound_id"].iloc[at]).to_numpy(dtype=object)
    table = pd.DataFrame(
        {
            "档案编号": [f"WJ{number:06d}" for number in range(1, HEALTH_ROWS + 1)],
            "户主姓名": [names.person(rng) for _ in range(HEALTH_ROWS)],
            "小区名称": [each if isinstance(each, str) else "" for each in called],
            "居住地址": [f"{each}{rng.integers(1, 12)}幢" if isinstance(each, str) else "" for each in called],
            "签约日期": _days(rng, HEALTH_ROWS, "2024-06-01", 480),
            "经度": spots[:, 0],
            "纬度": spots[:, 1],
        }
    )
    planted = PLANTED["health"]
    wrong = rng.choice(HEALTH_ROWS, planted["unknown"] + planted["outside"], replace=False)
    strange, far = wrong[: planted["unknown"]], wrong[planted["unknown"] :]
    table.loc[strange, "小区名称"] = [NOBODYS[each % len(NOBODYS)] for each in range(len(strange))]
    table.loc[strange, ["经度", "纬度"]] = np.nan
    table.loc[strange, "居住地址"] = ""
    table.loc[far, "经度"] += FAR_DEG
    table.loc[far, ["小区名称", "居住地址"]] = ""
    whole = _doubled(table, planted["twice"], rng, wrong)
    spots_written = whole[["经度", "纬度"]].astype(object)
    return whole.assign(**spots_written.where(spots_written.notna(), ""))


def _days(rng: np.random.Generator, count: int, first: str, span: int) -> list[str]:
    days = pd.Timestamp(first) + pd.to_timedelta(rng.integers(0, span, count), unit="D")
    return list(pd.DatetimeIndex(days).strftime("%Y-%m-%d"))


def _doubled(table: pd.DataFrame, count: int, rng: np.random.Generator, wrong: np.ndarray) -> pd.DataFrame:
    """Return a table with some of its sound rows once more, at places of their own."""
    sound = np.setdiff1d(np.arange(len(table)), wrong)
    again = table.loc[rng.choice(sound, count, replace=False)]
    whole = pd.concat([table, again], ignore_index=True)
    return whole.iloc[rng.permutation(len(whole))].reset_index(drop=True)
