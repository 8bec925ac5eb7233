"""A plan in the midst of its edits: the units as they stand after some of them, and what no edit may break."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.errors import InfeasibleError, TableError, nearest
from gridkit.language.phrases import Phrase, series
from gridkit.plan.codes import PLAIN, number
from gridkit.plan.life.rules import ground, refusal
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import geopandas as gpd

    from gridkit.partition import Prices
    from gridkit.plan.plan import Plan


@dataclass(frozen=True)
class Draft:
    """The columns of the units as they stand after some of the edits, and the codes given up on the way."""

    plan: Plan
    units: gpd.GeoDataFrame
    prices: Prices
    gone: Mapping[str, str] = field(default_factory=dict)

    def members(self, grid: str) -> pd.Index:
        """Return the units of a grid; raise :class:`TableError` when there is no such grid."""
        there = self.units["grid_id"] == grid
        if not there.any():
            raise _unknown(Phrase("grid"), grid, self.units["grid_id"].unique().tolist())
        return self.units.index[there]

    def put(self, column: str, units: pd.Index, value: Any) -> Draft:  # noqa: ANN401 - a cell or cells
        """Return the draft with a column of some units set."""
        table = self.units.copy()
        if column not in table:
            table[column] = pd.Series(np.nan, index=table.index, dtype=TEXT)
        whole = table[column].copy()
        whole[units] = value
        table[column] = whole
        return replace(self, units=table)


def check(before: Draft, after: Draft, *, loose: bool) -> None:
    """Refuse a step that empties or tears a grid, crosses a parent, or leaves the band: see ``rules.py``."""
    was, now = before.units["grid_id"].astype(TEXT), after.units["grid_id"].astype(TEXT)
    changed = was != now
    touched = sorted({*was[changed], *now[changed]} - set(after.gone))
    if not touched:
        return
    plan = after.plan
    here = ground(after.units, plan.ends, plan.parameters, plan.attributes)
    for grid in touched:
        number = here.number.get(grid, -1)
        stood, stands = (here.standing(number, np.flatnonzero((labels == grid).to_numpy())) for labels in (was, now))
        rule = here.rules.broken(stood, stands, loose=loose)
        if rule:
            raise refusal(rule, grid, stands, plan.parameters, here.parents)


def check_locks(draft: Draft, units: pd.Index, to: str) -> None:
    """Refuse to move units that are locked to another grid."""
    if "lock" not in draft.units:
        return
    lock = draft.units.loc[units, "lock"]
    held = lock.notna() & (lock != to)
    if held.any():
        raise InfeasibleError(
            "units {units} are locked to {grids}",
            mend="free them first: --free UNIT",
            units=series(map(str, units[held][:5])),
            grids=series(sorted(lock[held].unique())),
        )


def known_units(draft: Draft, units: Sequence[str]) -> pd.Index:
    """Return the units as an index; raise :class:`TableError` for one that is not there."""
    for unit in units:
        if unit not in draft.units.index:
            raise _unknown(Phrase("unit"), unit, draft.units.index.tolist())
    return pd.Index(list(units))


def units_of(draft: Draft, name: str) -> pd.Index:
    """Return the units a name stands for: those of a grid, or one unit."""
    members = draft.units.index[draft.units["grid_id"] == name]
    if len(members):
        return members
    if name in draft.units.index:
        return pd.Index([name])
    raise _unknown(Phrase("grid or unit"), name, [*draft.units["grid_id"].unique(), *draft.units.index])


def with_groups(draft: Draft, units: pd.Index) -> pd.Index:
    """Return units with all others of their compounds that share their grid."""
    if "group" not in draft.units:
        return units
    mine = draft.units.loc[units, ["group", "grid_id"]].dropna()
    pairs = pd.MultiIndex.from_frame(mine)
    kin = pd.MultiIndex.from_frame(draft.units[["group", "grid_id"]]).isin(pairs)
    return draft.units.index[kin & draft.units["group"].notna()].union(units, sort=False)


def _unknown(noun: Phrase, name: str, there: list[Any]) -> TableError:
    return TableError(
        "there is no {noun} {name!r}",
        where=Phrase("edit"),
        mend="did you mean {near!r}?",
        noun=noun,
        name=name,
        near=nearest(str(name), [str(other) for other in there]),
    )


def weight(draft: Draft, units: pd.Index) -> tuple[float, float, float]:
    """Return what decides who keeps a code: households, then people, then ground."""
    table = draft.units.loc[units]
    households = float(table["households"].sum()) if "households" in table else 0.0
    return households, float(table["people"].sum()), float(table["area_m2"].sum())


def fresh(draft: Draft, grids: gpd.GeoDataFrame) -> pd.Series:
    """Return codes for new grids that no grid of the plan has or ever had."""
    taken = {*draft.plan.units["grid_id"], *draft.units["grid_id"], *draft.plan.retired, *draft.gone}
    template = draft.plan.parameters.template or PLAIN
    return number(grids, draft.plan.districts, template, taken=taken)
