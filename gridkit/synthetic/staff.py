"""The people who work the grids and the places that serve them, as the workbooks an office keeps. All are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.synthetic import frame, names, services

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import geopandas as gpd
    from shapely.geometry import Polygon

    from gridkit.synthetic.features import Feature

VOLUNTEERS = 640
FULL_TIME = "专职网格员"
VACANT, HELPED = 3, 0.3
"""Grids without a worker, and share of grids with a part-timer."""
LENT, UNTIL = "下沉干部", "2026-03-31"
"""Cadres lent to grids, and their last day: from the next on nobody works in a grid that had no other."""
HELPED_BY_LENT = 3
"""Grids with a worker of their own that a cadre is lent to as well."""
BUREAUS = ("Q区档案局", "Q区水务局", "Q区统计局", "Q区园林局")
ATTACHED = ("社区民警", "社区医生")
"""Posts that each community has once, for all of its grids."""
DUTIES = {
    FULL_TIME: "入户走访、日常巡查、信息采集、矛盾调解",
    "兼职网格员": "日常巡查、政策宣传",
    "网格长": "统筹网格事务、协调部门到场",
    LENT: "包联网格、协助走访",
    "社区民警": "治安防范、纠纷调处",
    "社区医生": "家庭医生签约、健康随访",
}
DUTIES_EN = {
    FULL_TIME: "visits to homes, daily rounds, records, settling disputes",
    "兼职网格员": "daily rounds, word of rules",
    "网格长": "leads the grid, calls departments in",
    LENT: "looks after the grid, joins in visits",
    "社区民警": "public order, disputes",
    "社区医生": "family doctor, health visits",
}

ACTIVITIES = ("敬老助残", "文明劝导", "环境整治", "平安巡逻", "防汛防灾", "青少年辅导")
SCHOOLS = {
    "school": ("学校", "学位", "07:20-17:30"),
    "kindergarten": ("幼儿园", "学位", "07:40-17:00"),
    "hospital": ("医院", "床位", "24/7"),
    "college": ("职业学院", "学位", "24/7"),
    "marketplace": ("农贸市场", "摊位", "05:00-19:30"),
}
"""Kinds of institution that the facilities' workbook lists: in Chinese, what their capacity counts, their hours."""


def workers(grids: gpd.GeoDataFrame, called: Mapping[str, str], rng: np.random.Generator) -> pd.DataFrame:
    """Return who works the grids: one per grid but for a few vacancies, part-timers, heads, cadres who are lent.

    One vacancy is covered by the worker next door: a double load, planted. Another hangs on a cadre of a bureau until
    :data:`UNTIL`: planted too. Heads, officers and doctors are one per community.

    Parameters
    ----------
    grids
        ``grid_id`` and ``community``.
    called
        The name of each community.
    """
    codes = grids["grid_id"].tolist()
    vacant = set(rng.choice(codes, VACANT, replace=False).tolist())
    helped = [code for code in codes if rng.random() < HELPED]
    rows = [(code, FULL_TIME, 40) for code in codes if code not in vacant]
    rows += [(code, "兼职网格员", int(rng.integers(2, 6)) * 4) for code in helped]
    rows += [(code, "网格长", 40) for code in grids.groupby("community")["grid_id"].first()]
    rows.sort()
    twice, other = double_load(codes, vacant)
    table = pd.DataFrame(
        {
            "姓名": [names.person(rng) for _ in rows],
            "手机": [names.phone(rng) for _ in rows],
            "网格": [f"{code}、{other}" if code == twice and role == FULL_TIME else code for code, role, _ in rows],
            "每周工时": [hours for _, _, hours in rows],
            "岗位": [role for _, role, _ in rows],
        }
    )
    community = dict(zip(codes, grids["community"], strict=True))
    return _with_offices(table, _sent(_lent(codes, vacant - {other}), called, rng.spawn(1)[0]), community, called)


def _lent(codes: Sequence[str], vacant: Collection[str]) -> list[str]:
    """Return the grids that cadres are lent to: a vacant one, which hangs on its cadre alone, and some others."""
    others = [code for code in codes[:: max(len(codes) // HELPED_BY_LENT, 1)] if code not in vacant]
    return [max(vacant), *others[:HELPED_BY_LENT]]


def _sent(lent_to: Sequence[str], called: Mapping[str, str], rng: np.random.Generator) -> pd.DataFrame:
    """Return cadres who are lent to grids, and who serves a whole community beside other tasks."""
    rows = [(code, "", LENT, bureau) for code, bureau in zip(lent_to, BUREAUS, strict=True)]
    rows += [("", name, role, "") for name in called.values() for role in ATTACHED]
    lent = [bool(bureau) for *_, bureau in rows]
    return pd.DataFrame(
        {
            "姓名": [names.person(rng) for _ in rows],
            "手机": [names.phone(rng) for _ in rows],
            "网格": [code for code, *_ in rows],
            "社区": [name for _, name, *_ in rows],
            "每周工时": [40 if each else 8 for each in lent],
            "岗位": [role for *_, role, _ in rows],
            "派出单位": [bureau for *_, bureau in rows],
            "到岗日期": ["2025-10-01" if each else "" for each in lent],
            "离岗日期": [UNTIL if each else "" for each in lent],
        }
    )


def _with_offices(
    own: pd.DataFrame, sent: pd.DataFrame, community: Mapping[str, str], called: Mapping[str, str]
) -> pd.DataFrame:
    """Return staff with the telephone of their community's office, in no area code there is, and their duties."""
    phone = {name: f"0500-555{at:04d}" for at, name in enumerate(called.values(), 1)}
    table = pd.concat([own, sent], ignore_index=True).fillna("")
    of_grid = table["网格"].str.split("、").str[0].map({grid: called[each] for grid, each in community.items()})
    table["社区"] = table["社区"].where(table["社区"] != "", of_grid)
    table["办公电话"] = table["社区"].map(phone)
    table["岗位职责"] = table["岗位"].map(DUTIES)
    table["duties_en"] = table["岗位"].map(DUTIES_EN)
    return table


def double_load(codes: Sequence[str], vacant: Collection[str]) -> tuple[str, str]:
    """Return the grid whose worker has a double load, and the vacant grid beside it that is theirs too.

    Examples
    --------
    >>> double_load(["01001", "01002", "02001"], {"01002"})
    ('01001', '01002')
    """
    of_community = [(code, other) for other in sorted(vacant) for code in codes if code[:-3] == other[:-3]]
    able = [(code, other) for code, other in of_community if code not in vacant]
    return min(able, key=lambda pair: (abs(int(pair[0]) - int(pair[1])), pair))


def volunteers(communities: gpd.GeoDataFrame, people: Sequence[int], rng: np.random.Generator) -> pd.DataFrame:
    """Return registered volunteers, more where more people live; most give little time, a few give much."""
    share = np.asarray(people, dtype=float) / np.sum(people)
    where = np.sort(rng.choice(len(communities), VOLUNTEERS, p=share))
    return pd.DataFrame(
        {
            "姓名": [names.person(rng) for _ in where],
            "社区": communities["name"].to_numpy()[where],
            "每月服务小时": rng.gamma(1.3, 3.2, VOLUNTEERS).round(1).clip(0.5, 40.0),
            "服务类别": rng.choice(ACTIVITIES, VOLUNTEERS),
        }
    )


def facilities(features: Sequence[Feature], parts: Sequence[Polygon], communities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the public services with what they can hold, when they are open, and where they are (WGS 84)."""
    tree = shapely.STRtree(list(parts))
    rows = []
    for feature in features:
        known = listed(feature)
        if known is None or feature.geometry.geom_type == "Point":
            continue
        kind, label, unit, hours = known
        at = feature.geometry.centroid
        lon, lat = frame.lonlat(np.array([[at.x, at.y]]))[0]
        rows.append(
            {
                "名称": feature.tags["name"], "英文名": feature.tags["name:en"], "类别": label, "kind": kind,
                "社区": communities["name"].iloc[int(tree.nearest(at))],
                "容量": int(feature.tags.get("capacity") or feature.tags["beds"]), "单位": unit,
                "开放时间": feature.tags.get("opening_hours", hours), "经度": round(lon, 6), "纬度": round(lat, 6),
            }
        )  # fmt: skip
    return pd.DataFrame(rows).sort_values(["kind", "社区", "名称"], kind="stable", ignore_index=True)


def listed(feature: Feature) -> tuple[str, str, str, str] | None:
    """Return kind, Chinese kind, unit of capacity and hours of a feature that the workbook lists, else None."""
    amenity = feature.tags.get("amenity", "")
    if amenity in SCHOOLS and "name" in feature.tags:
        return (amenity, *SCHOOLS[amenity])
    for kind, service in services.SERVICES.items():
        if "opening_hours" in feature.tags and service.tags.items() <= feature.tags.items():
            return kind, service.suffix.zh, service.unit, service.hours
    return None
