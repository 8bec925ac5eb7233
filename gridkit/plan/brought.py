"""Tables that were brought for layers, as the grids of a plan change under them.

Rows with a place follow it. Rows without one name a unit, a grid or a community, and follow what became of that: a code
that was given up stands for the grid that took most of it over.

::

    followed(plan, table) -> GeoDataFrame          a table whose codes are those of now
    asking(definition, names)                      a layer that was asked for some grids alone
    renamed(table, names) -> DataFrame             a table of grids that are called otherwise
    parted(table, ground, units) -> GeoDataFrame   its rows that are about a part of the plan
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from gridkit.measure.emergency.members import CANDIDATES
from gridkit.measure.routes.due import OFFICES
from gridkit.measure.work.names import CLASS_TABLE, EVENT_TABLE, FORM_TABLE, STAFF_TABLE
from gridkit.measure.work.posts import ALONE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import geopandas as gpd
    import pandas as pd
    import shapely

    from gridkit.plan.plan import Plan

Asking = TypeVar("Asking")
Rows = TypeVar("Rows", bound="pd.DataFrame")

GRID, UNIT, PARENT = "grid_id", "unit_id", "parent"
ORDERS, COUNTERS, SHARED, NETS = "response", "counters", "sharing", "departments"
REACHED = (CANDIDATES, OFFICES, COUNTERS)
"""What people walk to, beside the facilities of coverage layers."""
OF_EVERY = (FORM_TABLE,)
"""Tables of which a row that names no grid is of every one."""
_OF_WORK = (FORM_TABLE, CLASS_TABLE, EVENT_TABLE)
OF_LAYERS: Mapping[str, tuple[str, ...]] = {
    "workload": _OF_WORK,
    "staffing": (*_OF_WORK, STAFF_TABLE),
    "visits": ("visits", OFFICES),
    "participation": ("participation",),
    ORDERS: (ORDERS, COUNTERS),
    SHARED: (SHARED,),
    NETS: (NETS,),
}
"""Under which names the tables of layers are kept that commands of their own lay; others' under the layer's name."""
LAYING: Mapping[str, str] = {"ingest": SHARED, "departments overlay": NETS}
"""The layer that a command lays which is called otherwise."""
NUMBERED: Mapping[str, str] = {ORDERS: "order"}
"""Tables of which several rows tell of one thing, by the column of its number: one without a place is where it is."""


def followed(plan: Plan, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table with the codes of now: of the unit it names, else of the grid that took over one that is gone."""
    if GRID not in table:
        return table
    there = plan.units[GRID]
    codes = table[GRID].astype(object)
    if UNIT in table:
        by_unit = table[UNIT].map(there)
        codes = by_unit.astype(object).where(by_unit.notna(), codes)
    gone = inherited(plan)
    codes = _each(codes, gone) if gone else codes
    return table if codes.equals(table[GRID].astype(object)) else table.assign(grid_id=codes)


def inherited(plan: Plan) -> dict[str, str]:
    """Return the grid that took over each code that was given up."""
    register = plan.records.get("retired")
    if register is None or not len(register):
        return {}
    heirs = {str(code): str(heir) for code, heir in register["successor"].items()}
    now = set(plan.units[GRID].astype(str))
    return {code: _heir(code, heirs, now) for code in heirs if code not in now}


def asking(definition: Asking, names: Mapping[Any, str]) -> Asking:
    """Return the definition of a layer that was asked for some grids alone, by what those are called now."""
    only = getattr(definition, "only", None)
    if not isinstance(only, tuple):
        return definition
    called = tuple(dict.fromkeys(names.get(each, each) for each in only))
    return definition if called == only else replace(definition, only=called)  # type: ignore[type-var]


def _heir(code: str, heirs: Mapping[str, str], now: Collection[str]) -> str:
    """Return the grid that took over a code, by way of those that were given up in their turn."""
    seen: set[str] = set()
    while code in heirs and code not in now and code not in seen:
        seen.add(code)
        code = heirs[code]
    return code


def renamed(table: Rows, names: Mapping[Any, str]) -> Rows:
    """Return a table with grids called otherwise: in its index, and in its column of grids, several in a cell too."""
    out = table.rename(index=lambda grid: names.get(grid, grid)) if table.index.name == GRID else table
    return out.assign(grid_id=_each(out[GRID].astype(object), names)) if GRID in out.columns else out


def _each(codes: pd.Series[Any], names: Mapping[Any, str]) -> pd.Series[Any]:
    """Return codes by their other names, each of several in a cell too; what stands between them stays."""
    return codes.map(
        lambda cell: (
            ALONE.sub(lambda code: str(names.get(code[0], code[0])), cell)
            if isinstance(cell, str) and cell not in names
            else names.get(cell, cell)
        )
    )


def parted(
    table: gpd.GeoDataFrame,
    ground: shapely.Geometry,
    units: gpd.GeoDataFrame,
    *,
    named: Collection[str] = (),
    now: gpd.GeoDataFrame | None = None,
    name: str = "",
) -> gpd.GeoDataFrame:
    """Return the rows of a table that are about a part of a plan.

    Parameters
    ----------
    ground
        Where rows with a place are the part's.
    units
        UNITS of the part with ``grid_id`` and ``parent``.
    named
        What else its communities are called.
    now
        The table with the codes of now (:func:`followed`), where its own may be older.
    name
        Under which a plan keeps it, as of :data:`OF_EVERY` and :data:`NUMBERED`.

    A table whose rows have neither place nor name of a place, such as the forms that every grid fills in, is of every
    part. A row without a place in a table of places is nobody's.
    """
    placed = table.geometry.notna() & ~table.geometry.is_empty
    own = placed & table.intersects(ground)
    number = NUMBERED.get(name)
    if number in table.columns:
        own |= ~placed & table[number].isin(table.loc[own, number].dropna())
    known = {GRID: set(units[GRID].astype(str)), UNIT: set(units.index), PARENT: {*units[PARENT].astype(str), *named}}
    naming = [each for each in known if each in table.columns]
    if not naming:
        return table[own] if placed.any() else table
    for each in naming:
        told = table[each] if now is None else now[each]
        said = told.map(lambda cell, there=known[each]: _names_one(cell, there))
        own |= ~placed & said.astype(bool)
    if name in OF_EVERY:
        own |= table[naming].isna().all(axis=1)
    return table[own]


def _names_one(cell: Any, there: Collection[str]) -> bool:  # noqa: ANN401 - a cell
    return isinstance(cell, str) and (cell in there or any(code in there for code in ALONE.findall(cell)))
