"""Who takes part in the made-up district: a year's activities, proposals, counts, hours, an exchange, lives of groups.

The truths planted in them stand in :data:`PLANTED`: one place where the administration starts everything, a flood that
moved many, and groups of mutual aid that were gone a year after it. Nothing is of a person: numbers stand for members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.synthetic import frame, incidents

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.synthetic.district import District

FLOOD = f"{incidents.LAST_YEAR}-07"
"""The month of an emergency: a flood that moved many."""
MUTUAL_AID = "邻里互助组"
PLANTED = {"officials_only": 26, "members": 96, "both": 33, "aid_groups": 24}
"""Activities at the place where the administration starts everything, those who exchange and those of them who both
give and take, and groups of mutual aid that the flood made."""
CORE = "社区社会组织联合会"
"""The body that every other is tied to."""
APART_M = 500.0
"""No other activity is held nearer to the planted place: whatever the grids are, one of them holds it alone."""
PLACES, HELD = 24, (12, 20)
"""How many places hold activities, and the fewest and most that each holds in the year."""
SIDES = (
    ("居民", "居民自发", "residents"),
    ("社会组织", "志愿服务队", "业委会", "物业公司"),
    ("社区居委会", "街道办事处", "网格员", "党支部"),
)
"""Who starts something, as the register writes it: residents, organisations, the administration."""
STARTED = (0.25, 0.27, 0.48)
THEMES = ("防汛演练", "楼道清洁", "邻里聚餐", "义诊", "儿童阅读", "议事会", "旧物交换", "健步走")
PROPOSALS = 140
FATES = {"已采纳": 0.45, "不采纳": 0.2, "未答复": 0.35}
REASONS = {"已采纳": "列入年度计划", "不采纳": "权属不在本区，已说明", "未答复": ""}
HOURS = {"网格员": 620.0, "社会组织": 410.0, "居民自治小组": 260.0}
"""Hours of a usual month by who gives them."""
PEAK = 1.6
AID_HOURS, AID_KEPT = 1400.0, 0.74
"""Hours of mutual aid in the month of the flood, and the share that each month keeps of the one before."""
CHARGES = ("社区日间照料", "陪同就医", "家电维修")


def planted_place(made: District) -> gpd.GeoDataFrame:
    """Return the one compound where the administration starts everything: the largest of the last community."""
    named = _named(made)
    return named[named["community"] == len(made.communities) - 1].nlargest(1, "people")


def activities(made: District) -> pd.DataFrame:
    """Return the register of the year's activities: day, place, who started it, hours of all who helped; WGS 84."""
    rng = np.random.default_rng([made.seed, 11])
    named, only = _named(made), planted_place(made)
    far = named[named.distance(only.geometry.iloc[0]) > APART_M].nlargest(PLACES, "people")
    parts = [_held(name, rng) for name in far["name"]]
    planted = rng.choice(SIDES[2], PLANTED["officials_only"])
    parts.append(pd.DataFrame({"地点": only["name"].iloc[0], "发起方": planted}))
    table = pd.concat(parts, ignore_index=True)
    venues = pd.concat([far, only]).set_index("name")
    spots = venues.representative_point().to_crs(frame.LONLAT)
    at = shapely.get_coordinates(spots.to_numpy()).round(6)[venues.index.get_indexer(pd.Index(table["地点"]))]
    day = pd.Timestamp(f"{incidents.THIS_YEAR}-01-01") + pd.to_timedelta(rng.integers(0, 365, len(table)), unit="D")
    made_up = pd.DataFrame(
        {
            "活动日期": pd.DatetimeIndex(day).strftime("%Y-%m-%d"),
            "活动名称": rng.choice(THEMES, len(table)),
            "活动地点": table["地点"] + "活动室",
            "发起方": table["发起方"],
            "工时": rng.gamma(4.0, 4.0, len(table)).round(1).clip(1.0, 90.0),
            "经度": at[:, 0],
            "纬度": at[:, 1],
        }
    ).sort_values(["活动日期", "活动地点"], kind="stable", ignore_index=True)
    made_up.insert(0, "活动编号", [f"HD{number:04d}" for number in range(1, len(made_up) + 1)])
    return made_up


def _held(name: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return who started what a place holds: some of each side, so that no such place is of one side alone."""
    count = int(rng.integers(*HELD, endpoint=True))
    side = np.concatenate([np.arange(len(SIDES)), rng.choice(len(SIDES), count - len(SIDES), p=STARTED)])
    return pd.DataFrame({"地点": name, "发起方": [str(rng.choice(SIDES[each])) for each in side]})


def proposals(made: District) -> pd.DataFrame:
    """Return residents' proposals by compound, and what became of each: answer, reason, result, progress."""
    rng = np.random.default_rng([made.seed, 12])
    named = _named(made)
    at = rng.choice(len(named), PROPOSALS, p=named["people"].to_numpy() / named["people"].sum())
    day = pd.Timestamp(f"{incidents.THIS_YEAR}-01-05") + pd.to_timedelta(rng.integers(0, 320, PROPOSALS), unit="D")
    state = rng.choice(list(FATES), PROPOSALS, p=list(FATES.values()))
    taken = state == "已采纳"
    answered = pd.DatetimeIndex(day + pd.to_timedelta(rng.integers(4, 60, PROPOSALS), unit="D")).strftime("%Y-%m-%d")
    progress = np.where(rng.random(PROPOSALS) < 0.6, "已完成", "进行中")  # noqa: PLR2004 - most are done
    return pd.DataFrame(
        {
            "提案编号": [f"TA{number:04d}" for number in range(1, PROPOSALS + 1)],
            "提出日期": pd.DatetimeIndex(day).strftime("%Y-%m-%d"),
            "小区名称": named["name"].to_numpy(dtype=object)[at],
            "所属社区": made.communities["name"].to_numpy()[named["community"].to_numpy(dtype=int)[at]],
            "答复状态": state,
            "答复日期": np.where(state == "未答复", "", answered),
            "答复内容": [REASONS[each] for each in state],
            "成果编号": [f"CG{number:04d}" if each else "" for number, each in enumerate(taken, start=1)],
            "进度": np.where(taken, progress, ""),
        }
    )


def counts(made: District) -> pd.DataFrame:
    """Return each community's counts at mid-year and at its end: households, volunteers, building heads, ties."""
    rng = np.random.default_rng([made.seed, 13])
    homes = made.communities["households"].to_numpy(dtype=int)
    parts = []
    for day, share in ((f"{incidents.THIS_YEAR}-06-30", 0.19), (f"{incidents.THIS_YEAR}-12-31", 0.24)):
        share_of = rng.normal(share, 0.03, len(homes)).clip(0.05, 0.6)
        heads = np.floor(homes / 20 * rng.uniform(0.55, 0.95, len(homes))).astype(int)
        parts.append(
            pd.DataFrame(
                {
                    "统计日期": day,
                    "社区": made.communities["name"].to_numpy(),
                    "总户数": homes,
                    "参与户数": np.rint(homes * share_of).astype(int),
                    "注册志愿者": made.volunteers["社区"].value_counts().reindex(made.communities["name"]).to_numpy(),
                    "社会组织": rng.integers(4, 14, len(homes)),
                    "楼栋长": heads,
                    "楼栋长覆盖户数": np.minimum(heads * 20, homes),
                    "仅与网格员联系户数": np.rint(homes * rng.uniform(0.06, 0.14, len(homes))).astype(int),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def givers(made: District) -> pd.DataFrame:
    """Return the hours that each volunteer gave in the year, by a number in place of the name."""
    rng = np.random.default_rng([made.seed, 14])
    hours = made.volunteers["每月服务小时"].to_numpy(dtype=float)
    months = rng.integers(1, 13, len(hours))
    return pd.DataFrame(
        {"志愿者编号": [f"ZY{at:04d}" for at in rng.permutation(len(hours)) + 1], "服务时长": (hours * months).round(1)}
    )


def exchange(made: District) -> pd.DataFrame:
    """Return a time bank's log: day, who gave, who took (numbers), hours; credits that were issued among them."""
    rng = np.random.default_rng([made.seed, 15])
    members, both = PLANTED["members"], PLANTED["both"]
    number = np.array([f"M{each:03d}" for each in rng.permutation(members) + 1], dtype=object)
    giving = (members + both) // 2
    givers_of, takers_of = number[:giving], number[giving - both :]
    # Everybody gives, or takes, at least once; those in both lists do both.
    rows = [(one, _another(takers_of, one, rng)) for one in givers_of]
    rows += [(_another(givers_of, one, rng), one) for one in takers_of]
    rows += [(one, _another(takers_of, one, rng)) for one in rng.choice(givers_of, 160)]
    table = pd.DataFrame(rows, columns=["提供者", "接受者"])
    table["小时"] = rng.integers(1, 9, len(table)) / 2
    table["类别"] = rng.choice(CHARGES, len(table))
    issued = pd.DataFrame({"提供者": "BANK", "接受者": number[:20], "小时": 2.0, "类别": "发放"})
    table = pd.concat([table, issued], ignore_index=True)
    day = pd.Timestamp(f"{incidents.THIS_YEAR}-01-02") + pd.to_timedelta(rng.integers(0, 360, len(table)), unit="D")
    table.insert(0, "日期", pd.DatetimeIndex(day).strftime("%Y-%m-%d"))
    return table.sort_values("日期", kind="stable", ignore_index=True)


def _another(among: np.ndarray, one: str, rng: np.random.Generator) -> str:
    return str(rng.choice(among[among != one]))


def bodies(made: District) -> pd.DataFrame:
    """Return which bodies work together: all with one of them, few with each other."""
    rng = np.random.default_rng([made.seed, 16])
    others = [f"{name}网格站" for name in made.communities["name"]]
    others += [f"{name}居委会" for name in made.communities["name"]]
    others += [f"{theme}服务队" for theme in THEMES]
    rows = [(CORE, each) for each in others]
    rows += [(f"{name}居委会", f"{name}网格站") for name in made.communities["name"]]
    rows += [tuple(rng.choice(others[10:], 2, replace=False)) for _ in range(3)]
    return pd.DataFrame(rows, columns=["甲方", "乙方"]).drop_duplicates(ignore_index=True)


def groups(made: District) -> pd.DataFrame:
    """Return the lives of groups by month: mutual aid that the flood made and that faded, and groups that stay.

    Mutual aid is gone within the year and every other group lasts longer than one: in between, shares would be of few
    groups, of which nothing is told.
    """
    rng = np.random.default_rng([made.seed, 17])
    flood, last = pd.Period(FLOOD), pd.Period(f"{incidents.THIS_YEAR}-12")
    rows: list[tuple[str, str, str]] = []
    for _ in range(PLANTED["aid_groups"]):
        first = flood + int(rng.integers(0, 2))
        rows.append((MUTUAL_AID, str(first), str(first + int(rng.integers(2, 12)))))
    for kind, count, stays in (("志愿服务队", 18, 0.8), ("居民自治小组", 16, 0.75), ("文体团队", 22, 0.85)):
        for _ in range(count):
            first = flood - int(rng.integers(4, 30))
            end = first + int(rng.integers(14, 34))
            rows.append((kind, str(first), "" if rng.random() < stays or end >= last else str(end)))
    table = pd.DataFrame(rows, columns=["类别", "首月", "末月"])
    table.insert(0, "小组编号", [f"XZ{number:03d}" for number in range(1, len(table) + 1)])
    return table


def hours(made: District) -> pd.DataFrame:
    """Return hours by month and source over two years: usual months, the flood's peak, and mutual aid that fades."""
    rng = np.random.default_rng([made.seed, 18])
    rows = []
    for month in pd.period_range(f"{incidents.LAST_YEAR}-01", f"{incidents.THIS_YEAR}-12", freq="M"):
        since = (month - pd.Period(FLOOD)).n
        rows += [
            (str(month), source, round(usual * (PEAK if since == 0 else 1.0) * float(rng.normal(1.0, 0.04))))
            for source, usual in HOURS.items()
        ]
        if since >= 0:
            rows.append((str(month), MUTUAL_AID, round(AID_HOURS * AID_KEPT**since * float(rng.normal(1.0, 0.03)))))
    return pd.DataFrame(rows, columns=["月份", "来源", "服务时长"])


def _named(made: District) -> gpd.GeoDataFrame:
    return made.compounds[made.compounds["name"].notna()]
