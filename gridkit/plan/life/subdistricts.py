"""A district's plan as one plan per subdistrict (街道), to be worked on apart, and put together again.

::

    part(plan, by) -> dict[str, Plan]          one plan per value of a column of its districts
    join(whole, parts) -> Plan                 the whole again, with what was done in the parts
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from gridkit.errors import TableError, nearest
from gridkit.language.labels import meaning
from gridkit.language.phrases import Phrase, listed, series
from gridkit.plan import brought, published
from gridkit.plan.codes import PLAIN, number
from gridkit.plan.editions import KEPT, parted
from gridkit.plan.ingredients import STALE
from gridkit.plan.life.gathered import FROM, PART, gathered, laid, since
from gridkit.plan.life.history import recorded
from gridkit.plan.lines import lines
from gridkit.plan.overlap import SLIVER_M2, same
from gridkit.plan.plan import digest
from gridkit.provenance import step
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gridkit.plan.plan import Layer, Plan


COMMAND, JOIN = PART, "join"
ELSEWHERE, NOWHERE = "elsewhere", "nowhere"
"""In the step of a join: how many rows of each layer were laid in a part and belong to another, or to no place."""
OWN = "own"
"""In the step of a part: the digest of its own grids as they were in the whole then."""
OF_THE_WHOLE = ("lines", "lasting_curve", "lasting_months")
"""Records that tell of all of a district and of none of its parts: registers without places."""
AROUND_M = 3000.0
"""How far around a part the base map and services reach that it keeps: more than anybody is counted to walk. Metres."""


def part(plan: Plan, by: str) -> dict[str, Plan]:
    """Return one plan per subdistrict: its communities, units, inner borders, and what else of the plan lies in it.

    Parameters
    ----------
    by
        The column of the plan's districts that names the subdistrict of each community.

    Raises
    ------
    TableError
        When there is no such column, or it is empty somewhere.
    """
    if by not in plan.districts or plan.districts[by].isna().any():
        there = [str(name) for name in plan.districts.columns]
        raise TableError(
            "the districts have no column {by!r}, or it is empty in some",
            where="districts",
            mend="did you mean {near!r}?",
            by=by,
            near=nearest(by, there),
        )
    own = plan.districts[by].astype(TEXT)
    return {name: _one(plan, plan.districts[own == name], name) for name in sorted(own.unique())}


def _one(plan: Plan, districts: gpd.GeoDataFrame, name: str) -> Plan:
    units = plan.units[plan.units["parent"].isin(districts.index)]
    borders = plan.borders[plan.borders["unit_id"].isin(units.index) & plan.borders["neighbour"].isin(units.index)]
    ground = shapely.union_all(districts.geometry.to_numpy())
    # People walk across its edge: ways and services around stay, incidents do not, which are others' business.
    west, south, east, north = ground.bounds
    around = shapely.box(west - AROUND_M, south - AROUND_M, east + AROUND_M, north + AROUND_M)
    grids = pd.Index(units["grid_id"].unique())
    small = replace(
        plan,
        units=units,
        borders=borders,
        districts=districts,
        parameters=replace(plan.parameters, title=f"{plan.parameters.title} {name}".strip()),
        backdrop={key: table[table.intersects(around)] for key, table in plan.backdrop.items()},
        layers={
            key: replace(
                layer, tables={part_: _kept(table, grids, units.index, ground) for part_, table in layer.tables.items()}
            )
            for key, layer in plan.layers.items()
        },
        attributes=None if plan.attributes is None else plan.attributes[plan.attributes.index.isin(grids)],
        records={
            **{
                key: _kept(table, grids, units.index, ground)
                for key, table in plan.records.items()
                if key not in OF_THE_WHOLE
            },
            **published.parted(plan.records, districts.index),
        },
        past={
            key: table[table["parent"].isin(districts.index)]
            for key, table in plan.past.items()
            if key.startswith(KEPT)
        },
        brought={
            key: brought.parted(
                table,
                around if _are_facilities(plan, key) else ground,
                units,
                named=districts["name"].astype(str),
                now=brought.followed(plan, table),
                name=key,
            )
            for key, table in plan.brought.items()
        },
    )
    small = replace(small, standings=parted(plan, small.digest))
    small = replace(
        small,
        layers={key: _laid(plan, small, key) for key in plan.layers},
        made={key: state if key in plan.stale else small.state for key, state in plan.made.items()},
    )
    return small.with_step(step(COMMAND, {"subdistrict": name, "of": plan.digest, OWN: small.digest}))


def _are_facilities(plan: Plan, key: str) -> bool:
    return key in brought.REACHED or (key in plan.layers and plan.layers[key].definition.kind == "coverage")


def _laid(plan: Plan, small: Plan, key: str) -> Layer:
    """Return a layer of the part as fresh as it was on the whole."""
    fresh = key not in plan.stale
    return replace(small.layers[key], digest=small.state if fresh else "stale")


def _kept(table: pd.DataFrame, grids: pd.Index, units: pd.Index, ground: shapely.Geometry) -> pd.DataFrame:
    """Return the rows of a table that are about a part."""
    if table.index.name == "grid_id":
        return table[table.index.isin(grids)]
    if table.index.name == "unit_id":
        return table[table.index.isin(units)]
    if "grid_id" in table and not isinstance(table, gpd.GeoDataFrame):
        return table[table["grid_id"].isna() | table["grid_id"].isin(grids)]
    if isinstance(table, gpd.GeoDataFrame):
        return table[table.intersects(ground)]
    return table


def join(whole: Plan, parts: Mapping[str, Plan]) -> Plan:
    """Return the whole plan with what was done in its parts; the backdrop stays that of the whole.

    Layers laid on parts since are layers of the whole, to be measured there, where their rows are known for all of it.

    The units on the edge between two parts must be the same as when the whole was parted, as must each part's outline:
    else borders across would be wrong. A code that two parts gave to new grids is given anew in the later part. A part
    in which nothing was done takes nothing back of what was done in the whole meanwhile.

    Raises
    ------
    TableError
        When an edge no longer matches, or the same ground was changed in a part and in the whole since; the units are
        named.
    """
    every = parts
    parts = {name: small for name, small in every.items() if _worked_on(whole, name, small)}
    across = _across(whole, parts)
    for name, small in parts.items():
        _check_edge(whole, name, small, across)
    units, renamed = _united(whole, parts)
    untouched = not any(_redrawn(whole, small) for small in parts.values())
    borders = _walked(whole.borders, parts) if untouched else _joined_borders(parts, across)
    drawn = replace(
        whole,
        units=units.reindex(whole.units.index) if untouched else units,
        borders=borders,
        records={**whole.records, **_joined_records(whole, every), **published.joined(whole, every.values())},
        # What borders follow is said in bounds, though no unit changed its grid.
        made={**whole.made, "bounds": STALE}
        if untouched and borders is not whole.borders and "bounds" in whole.made
        else whole.made,
    )
    gone = {
        str(code): str(row["successor"])
        for small in parts.values()
        if "retired" in small.records
        for code, row in small.records["retired"].iterrows()
    }
    found = gathered(whole, every, renamed)
    details = {
        "subdistricts": sorted(every),
        "renamed": renamed,
        "reason": "; ".join(
            str(each.parameters["reason"])
            for small in parts.values()
            for each in since(small)
            if each.parameters.get("reason")
        ),
        "author": "",
        **({ELSEWHERE: dict(found.elsewhere)} if found.elsewhere else {}),
        **({NOWHERE: dict(found.nowhere)} if found.nowhere else {}),
    }
    done = recorded(whole, drawn, JOIN, details, gone)
    return done.having(
        layers={**done.layers, **found.layers},
        brought={**done.brought, **found.brought},
        records={**done.records, **found.records},
        history=(*done.history, *found.steps),
    )


def left_behind(whole: Plan, parts: Mapping[str, Plan]) -> dict[str, list[str]]:
    """Return by part what was laid on it or said of it since it was parted and is not in the whole it was joined to."""
    taken = {(each.parameters[FROM], laid(each)) for each in whole.history if FROM in each.parameters and laid(each)}
    fresh = {(part, name) for part, name in taken if name in whole.layers and name not in whole.stale}
    found = {}
    for name, small in parts.items():
        steps = [each for each in since(small) if "undo" not in each.parameters and (name, laid(each)) not in fresh]
        said = [" ".join(filter(None, (each.command, str(each.parameters.get("name") or "")))) for each in steps]
        # A line that no row of a grid adds up to, such as the share of the tenth that gives most.
        said += _own_lines(small, {laid(each) for each in since(small)})
        if said:
            found[name] = list(dict.fromkeys(said))
    return found


def _own_lines(small: Plan, commands: Collection[str]) -> list[str]:
    """Return the lines that commands of a part kept beside their layers, each with its command."""
    held = lines(small)
    own = held[held["command"].isin(list(commands))]
    return [
        Phrase("{where}: {what}", where=row["command"], what=meaning("indicator", str(row["indicator"])))
        for _, row in own.iterrows()
    ]


def _worked_on(whole: Plan, name: str, small: Plan) -> bool:
    """Return whether a part's grids are to be taken: not where the whole's alone were changed since it was parted.

    Raises
    ------
    TableError
        When both were changed, and not to the same.
    """
    own = next((each.parameters.get(OWN) for each in reversed(small.history) if each.command == COMMAND), None)
    here = whole.units[whole.units["parent"].isin(small.districts.index)]
    if own is None or not len(here) or digest(here) in (own, small.digest):
        return True
    if small.digest == own:
        return False
    both = here.index.intersection(small.units.index, sort=False)
    apart = both[(here.loc[both, "grid_id"] != small.units.loc[both, "grid_id"]).to_numpy()]
    raise TableError(
        "{name} was changed in the whole since it was parted, and in its own plan too: {units}",
        where=name,
        mend="undo it in one of them, or part the whole again",
        name=name,
        units=listed(apart, 5),
    )


def _walked(borders: gpd.GeoDataFrame, parts: Mapping[str, Plan]) -> gpd.GeoDataFrame:
    """Return the borders of the whole with what was found of them on the ground in parts; themselves where nothing."""
    told = [name for name in ("feature", "name") if any(name in small.borders for small in parts.values())]
    out = borders.copy()
    for small in parts.values():
        own = small.borders[small.borders.index.isin(out.index)]
        for name in told:
            if name in own:
                out.loc[own.index, name] = own[name]
    same_lines = all(
        name in borders and out[name].astype(object).fillna("").equals(borders[name].astype(object).fillna(""))
        for name in told
    )
    return borders if same_lines else out


def _home(whole: Plan, parts: Mapping[str, Plan]) -> pd.Series:
    """Return the part that each unit of the whole belongs to, empty where it was not parted."""
    part_of = {district: name for name, small in parts.items() for district in small.districts.index}
    return whole.units["parent"].map(part_of).fillna("")


def _across(whole: Plan, parts: Mapping[str, Plan]) -> gpd.GeoDataFrame:
    """Return the borders of the whole that no part holds."""
    home = _home(whole, parts)
    a, b = (home.reindex(whole.borders[end]).to_numpy() for end in ("unit_id", "neighbour"))
    across: gpd.GeoDataFrame = whole.borders[(a != b) | (a == "")]
    return across


def _check_edge(whole: Plan, name: str, small: Plan, across: gpd.GeoDataFrame) -> None:
    old = whole.districts.loc[whole.districts.index.isin(small.districts.index)]
    ends = pd.Index(pd.concat([across["unit_id"], across["neighbour"]]).unique())
    mine = whole.units.index[whole.units.index.isin(ends) & whole.units["parent"].isin(small.districts.index)]
    moved = mine.difference(same(whole.units.loc[mine], small.units[small.units.index.isin(mine)]), sort=False)
    if len(moved):
        raise TableError(
            "units on the edge of {name} changed: {units}",
            where=name,
            mend="put them back as they were in the whole plan, or part it again",
            name=name,
            units=series(map(str, moved[:5])),
        )
    outline = shapely.symmetric_difference(
        shapely.union_all(small.units.geometry.to_numpy()), shapely.union_all(old.geometry.to_numpy())
    )
    before = shapely.symmetric_difference(
        shapely.union_all(whole.units[whole.units["parent"].isin(old.index)].geometry.to_numpy()),
        shapely.union_all(old.geometry.to_numpy()),
    )
    if outline.area > before.area + SLIVER_M2:
        raise TableError(
            "the outline of {name} differs from the whole's by {area:,.0f} m2",
            where=name,
            mend="redraw inside the part's own ground, or part the plan again",
            name=name,
            area=outline.area,
        )


def _redrawn(whole: Plan, small: Plan) -> bool:
    """Return whether a part got other units than the whole has there."""
    mine = whole.units[whole.units["parent"].isin(small.districts.index)]
    return len(same(mine, small.units)) != len(mine) or len(mine) != len(small.units)


def _united(whole: Plan, parts: Mapping[str, Plan]) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """Return the units of all parts with codes that are unique, and the codes that had to change."""
    left = whole.units[(_home(whole, parts) == "").to_numpy()]
    used = set(whole.units["grid_id"]) | set(whole.retired)
    given: set[str] = set(left["grid_id"])
    tables, renamed = [left], dict[str, str]()
    for name in sorted(parts):
        small = parts[name]
        grids = small.grids
        twice = grids[grids.index.isin(given)]
        units = small.units
        if len(twice):
            taken = used | given | set(grids.index) | set(small.retired)
            template = whole.parameters.template or PLAIN
            fresh = number(twice, small.districts, template, taken=taken).to_dict()
            renamed |= {f"{name}: {old}": new for old, new in fresh.items()}
            units = units.assign(grid_id=units["grid_id"].map(lambda grid, fresh=fresh: fresh.get(grid, grid)))
        given |= set(units["grid_id"])
        tables.append(units)
    return gpd.GeoDataFrame(pd.concat([table for table in tables if len(table)])), renamed


def _joined_borders(parts: Mapping[str, Plan], across: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    tables = [across, *(small.borders for _, small in sorted(parts.items()))]
    joined = gpd.GeoDataFrame(pd.concat([table for table in tables if len(table)]))
    if joined.index.has_duplicates:
        joined.index = pd.Index([f"b{k}" for k in range(len(joined))], dtype=TEXT, name=joined.index.name)
    return joined


def _joined_records(whole: Plan, parts: Mapping[str, Plan]) -> dict[str, pd.DataFrame]:
    """Return the comments of the whole and of its parts, those of a part winning."""
    tables = [small.records["comments"] for _, small in sorted(parts.items()) if "comments" in small.records]
    tables += [whole.records["comments"]] if "comments" in whole.records else []
    if not tables:
        return {}
    joined = gpd.GeoDataFrame(pd.concat(tables), crs=whole.crs)
    return {"comments": joined[~joined.index.duplicated()]}
