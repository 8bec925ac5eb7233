"""What an accord of departments' nets and a plan comes to: who moves, who gains and loses, and what else could be done.

::

    ways(plan, codes, goal, bands, found) -> DataFrame     the nets to the plan, the plan to the nets, both, as asked
    told(found, alone) -> DataFrame                        net by net
    moves(plan, found) -> DataFrame                        unit by unit
    areas(plan, found, sites) -> DataFrame                 area by area: households, people, ground, sites, officers
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.departments.overlay import counted
from gridkit.measure.departments.shares import NONE
from gridkit.plan.harmony import PLAN, STAYS, Agreed, Fitted, Goal, harmony
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from gridkit.band import Band
    from gridkit.plan.plan import Plan

    Codes = Mapping[str, pd.Series[Any]]

ASKED, NETS, GRIDS, BOTH = "asked", "nets", "grids", "both"
"""The ways: as was asked for; the nets are moved to the plan; the plan to the nets; each to the other."""


def ways(plan: Plan, codes: Codes, goal: Goal, bands: Mapping[str, Band], found: Agreed) -> pd.DataFrame:
    """Return one row per way to make the nets fit: what moves in the plan and in the nets, and what it costs.

    All ways are at the prices that were asked for, 1 where a side was to stay, so that they can be compared.
    """
    open_ = {name: 1.0 if price == STAYS else price for name, price in found.prices.items()}
    others = {
        NETS: open_ | {PLAN: STAYS},
        GRIDS: dict.fromkeys(open_, STAYS) | {PLAN: open_[PLAN]},
        BOTH: open_,
    }
    rows = [_way(ASKED, found, found, goal)]
    for way, prices in others.items():
        same = prices == found.prices
        rows.append(_way(way, found if same else harmony(plan, codes, goal, prices, bands), found, goal))
    return pd.DataFrame(rows).set_index("way")


def plan_to(plan: Plan, codes: Codes, goal: Goal, names: Sequence[str]) -> Agreed:
    """Return the plan moved to some nets, which stay."""
    prices = dict.fromkeys(names, STAYS) | {PLAN: 1.0}
    return harmony(plan, {name: codes[name] for name in names}, goal, prices)


def _way(way: str, each: Agreed, asked: Agreed, goal: Goal) -> dict[str, Any]:
    nets = {name: side for name, side in each.sides.items() if name != PLAN}
    return {
        "way": way,
        "goal": goal,
        "chosen": each is asked,
        "plan_moved": each.sides[PLAN].harmony.moved,
        "nets_moved": sum(side.harmony.moved for side in nets.values()),
        "cost": each.cost,
        "bound": each.bound,
        "proven": each.proven,
        "nets_fitting": sum(not side.harmony.misfits for side in nets.values()),
        "nets": len(nets),
    }


def told(found: Agreed, alone: Mapping[str, Agreed]) -> pd.DataFrame:
    """Return one row per net: who moves, what does not fit and why, and what moves if the plan went to it alone."""
    rows = []
    for name, side in found.sides.items():
        if name == PLAN:
            continue
        moves, plan_moved = found.prices[name] != STAYS, alone[name]
        rows.append(
            {
                "net": name,
                "moved": side.harmony.moved if moves else None,
                "bound": side.harmony.bound if moves and not np.isnan(side.harmony.bound) else None,
                "proven": (side.harmony.proven or found.proven) if moves else None,
                "cost": side.harmony.moved * found.prices[name] if moves else None,
                "why": _why(side, found, moves=moves),
                "misfits": ", ".join(side.named(side.harmony.misfits)),
                "torn": ", ".join(side.named(side.harmony.torn)),
                "outside": ", ".join(side.named(side.harmony.outside)),
                "given_up": ", ".join(side.named(side.harmony.given_up)),
                "plan_moved": plan_moved.sides[PLAN].harmony.moved,
                "plan_bound": plan_moved.bound,
            }
        )
    return pd.DataFrame(rows).set_index("net")


def _why(side: Fitted, found: Agreed, *, moves: bool) -> str:
    """Return why areas of a net do not fit; empty where all do."""
    if not side.harmony.misfits:
        return ""
    covered = side.before != NONE
    if side.before[covered].nunique() < found.sides[PLAN].codes[covered].nunique():
        return "fewer"
    return "apart" if moves else "parents"


def moves(plan: Plan, found: Agreed) -> pd.DataFrame:
    """Return one row per unit and net that changes area: from where, to where, and who lives there."""
    units, parts = plan.units, []
    for name, each in found.sides.items():
        at = units.index[(each.before != each.codes).to_numpy()]
        own = units.loc[at]
        parts.append(
            pd.DataFrame(
                {
                    "net": name,
                    "unit_id": at.astype(TEXT),
                    "grid_id": found.sides[PLAN].codes[at].to_numpy(),
                    "from": each.before[at].to_numpy(),
                    "to": each.codes[at].to_numpy(),
                    "people": own["people"].to_numpy(dtype=float),
                    "households": own["households"].to_numpy(dtype=float) if "households" in own else np.nan,
                    "area_m2": own.area.to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True).rename_axis("move_id")


def areas(plan: Plan, found: Agreed, sites: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Return one row per area of the plan and of each net: what it holds before and after.

    Parameters
    ----------
    sites
        Points with ``net`` and ``officers``; each belongs to the area of the unit it stands in, and stays where it is.
    """
    units = plan.units
    figures = pd.DataFrame({"people": units["people"].astype(float), "area_m2": units.area}, index=units.index)
    if counted(units)[1] == "households":
        figures.insert(0, "households", units["households"].astype(float))
    placed = None if sites is None else sites.sjoin(units[["geometry"]], predicate="intersects")
    parts = []
    for name, side in found.sides.items():
        own = figures
        if placed is not None and (placed["net"] == name).any():
            here = placed[placed["net"] == name]
            here = here[~here.index.duplicated()]
            unit = here["unit_id"] if "unit_id" in here else here["index_right"]
            count = unit.value_counts().reindex(units.index, fill_value=0)
            officers = here["officers"].groupby(unit).sum(min_count=1)
            # Where nobody says how many work at any site, the number is not known; where a site has none, it is none.
            filled = officers.reindex(units.index)
            own = figures.assign(sites=count, officers=filled.fillna(0.0) if filled.notna().any() else np.nan)
        both = {
            when: own.groupby(codes.to_numpy()).sum(min_count=1)
            for when, codes in (("before", side.before), ("after", side.codes))
        }
        index = both["before"].index.union(both["after"].index)
        table = pd.concat(
            {
                f"{column}_{when}": part[column].reindex(index, fill_value=0.0)
                for column in own
                for when, part in both.items()
            },
            axis=1,
        )
        table.insert(0, "code", index.astype(TEXT))
        table.insert(0, "net", name)
        parts.append(table[table["code"] != NONE])
    return pd.concat(parts, ignore_index=True).rename_axis("row_id")
