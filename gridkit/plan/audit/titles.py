"""The rules of the audit as people read them: number, title, unit, and what is said of a place at fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.language.words import Words
from gridkit.plan.audit import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gridkit.catalog.presets import Rule
    from gridkit.plan.audit.rules import Measured
    from gridkit.plan.audit.subject import Subject

    Judge = Callable[[Subject, Rule], Measured]


@dataclass(frozen=True)
class Principle:
    """A rule as people read it.

    Attributes
    ----------
    number
        Its place in the audit; 1 to 9 are the nine principles of the unit grid.
    note
        One line per place at fault, a template over ``grid`` and ``value``.
    lower_is_worse
        Whether the thresholds are floors.
    """

    number: int
    title: Words
    unit: Words
    note: Words
    judge: Judge
    lower_is_worse: bool = False


_GRIDS = Words(en="grids", zh="个网格")
_M2 = Words(en="m2", zh="平方米")
_SHARE = Words(en="share", zh="比例")

PRINCIPLES: Mapping[str, Principle] = {
    "legal": Principle(
        1,
        Words(en="Legal base", zh="法定基础"),
        _GRIDS,
        Words(en="lies in no known district", zh="不在任何已知辖区内"),
        rules.legal,
    ),
    "inside": Principle(
        2,
        Words(en="Inside one community", zh="属地管理"),
        _M2,
        Words(en="{value:,.1f} m2 lie outside its district", zh="有 {value:,.1f} 平方米在本辖区之外"),
        rules.inside,
    ),
    "features": Principle(
        3,
        Words(en="Borders on visible features", zh="地理布局"),
        _SHARE,
        Words(en="{value:,.0f} m of border follow nothing", zh="有 {value:,.0f} 米边界无明显地物"),
        rules.features,
        lower_is_worse=True,
    ),
    "area": Principle(
        4,
        Words(en="Suitable area", zh="面积适当"),
        _GRIDS,
        Words(en="has {value:,.0f} m2", zh="面积 {value:,.0f} 平方米"),
        rules.area,
    ),
    "compounds": Principle(
        5,
        Words(en="Compounds left whole", zh="现状管理（小区完整）"),
        Words(en="compounds", zh="个小区"),
        Words(en="a compound lies in {value:.0f} grids", zh="一个小区分属 {value:.0f} 个网格"),
        rules.compounds,
    ),
    "walk": Principle(
        6,
        Words(en="Walkable", zh="方便管理（可步行）"),
        _GRIDS,
        Words(en="the longest walk inside is {value:,.0f} m", zh="网格内最长步行 {value:,.0f} 米"),
        rules.walk,
    ),
    "band": Principle(
        7,
        Words(en="Balanced load", zh="负载均衡"),
        Words(en="share of grids", zh="网格比例"),
        Words(en="has {value:,.0f}, outside the band", zh="为 {value:,.0f}，超出区间"),
        rules.band,
    ),
    "gaps": Principle(
        8,
        Words(en="No gaps", zh="无缝拼接（无缝隙）"),
        _M2,
        Words(en="{value:,.1f} m2 belong to no grid", zh="{value:,.1f} 平方米不属任何网格"),
        rules.gaps,
    ),
    "overlaps": Principle(
        8,
        Words(en="No overlaps", zh="无缝拼接（无重叠）"),
        _M2,
        Words(en="{value:,.1f} m2 belong to another grid too", zh="与另一网格重叠 {value:,.1f} 平方米"),
        rules.overlaps,
    ),
    "doubles": Principle(
        8,
        Words(en="Nothing drawn twice", zh="无缝拼接（无重复）"),
        _GRIDS,
        Words(en="lies on another grid", zh="与另一网格重复"),
        rules.doubles,
    ),
    "stable": Principle(
        9,
        Words(en="Changed little", zh="相对稳定"),
        Words(en="share of people", zh="人口比例"),
        Words(en="{value:,.0f} people changed to this grid", zh="{value:,.0f} 人改属本网格"),
        rules.stable,
    ),
    "contiguous": Principle(
        10,
        Words(en="In one piece", zh="连片（无飞地）"),
        _GRIDS,
        Words(en="a part of {value:,.0f} m2 lies apart", zh="有 {value:,.0f} 平方米的飞地"),
        rules.contiguous,
    ),
    "compact": Principle(
        11,
        Words(en="Compact", zh="形状紧凑"),
        _GRIDS,
        Words(en="Polsby-Popper is {value:.2f}", zh="紧凑度 {value:.2f}"),
        rules.compact,
    ),
    "crossings": Principle(
        12,
        Words(en="Few streets to close", zh="应急封控口少"),
        _GRIDS,
        Words(en="streets enter at {value:.0f} places", zh="有 {value:.0f} 处道路出入口"),
        rules.crossings,
    ),
    "people": Principle(
        13, Words(en="People in it", zh="有人居住"), _GRIDS, Words(en="nobody lives in it", zh="无人居住"), rules.people
    ),
    "codes": Principle(
        14,
        Words(en="Codes", zh="编码规范"),
        _GRIDS,
        Words(en="its code is malformed, doubled or retired", zh="编码不规范、重复或已停用"),
        rules.coded,
    ),
}
"""Every rule by the name the presets use; order is that of the audit."""
