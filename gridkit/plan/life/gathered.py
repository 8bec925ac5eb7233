"""Layers that were laid on parts of a plan, brought together on the whole as far as the plan keeps what they need.

::

    gathered(whole, parts, renamed) -> Gathered     rows of the parts in the place of those of the whole

A layer that counts rows is only gathered where the rows of all communities are known: what nobody brought for a street
is unknown, and would count as nothing there. A row is taken from the part that its place, or the grid or community it
names, is in; one that two parts brought alike, since it names grids of both or lies on their border, is taken once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gridkit.plan import brought
from gridkit.plan.brought import NUMBERED, SHARED
from gridkit.plan.ingredients import OF_READING, STALE
from gridkit.plan.life import shared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gridkit.plan.plan import Layer, Plan
    from gridkit.provenance import Step

LAID, PART = "layer", "part"
"""The steps that lay a layer, and that begin a part."""
FROM = "subdistrict"
"""In a step of the whole: the part that it was taken in."""
ALONG = {"staffing": ("workload",)}
"""Layers that a command lays beside its own."""
NUMBER = "door"
"""A column that numbers doors within one table."""
STANDS_FOR = {"participation": "rows", "visits": "households"}
"""Of tables that are kept as counts: the column that says how many rows were read for each."""


@dataclass(frozen=True)
class Gathered:
    """What is taken of the layers of parts.

    Attributes
    ----------
    layers, brought
        Layers, to be measured again on the whole, and the tables that they are measured from.
    records
        Tables of what was found beside them.
    steps
        How they were laid in the parts.
    elsewhere
        Rows that were brought to a part and belong to the ground of others, by layer: they are not taken.
    nowhere
        Rows that were brought to a part and belong to no place of the whole, by layer: they are not taken.
    """

    layers: Mapping[str, Layer]
    brought: Mapping[str, gpd.GeoDataFrame]
    records: Mapping[str, pd.DataFrame]
    steps: tuple[Step, ...]
    elsewhere: Mapping[str, int]
    nowhere: Mapping[str, int]


@dataclass(frozen=True)
class _Rows:
    """The rows of one table on the whole, and how many of the parts' are not among them."""

    table: gpd.GeoDataFrame
    elsewhere: int
    nowhere: int


def since(small: Plan) -> tuple[Step, ...]:
    """Return the steps of a part since it was parted."""
    at = _parted_at(small)
    return small.history[at + 1 :] if at >= 0 else ()


def _parted_at(small: Plan) -> int:
    return max((k for k, each in enumerate(small.history) if each.command == PART), default=-1)


def laid(step: Step) -> str:
    """Return the layer that a step laid; empty where it laid none."""
    if step.command in brought.OF_LAYERS or step.command in brought.LAYING:
        return brought.LAYING.get(step.command, step.command)
    return str(step.parameters.get("name") or "") if step.command == LAID else ""


def gathered(whole: Plan, parts: Mapping[str, Plan], renamed: Mapping[str, str]) -> Gathered:
    """Return the layers that were laid on parts since, as layers of the whole.

    Parameters
    ----------
    renamed
        Codes that a part's grids have in the whole, by ``PART: CODE``.
    """
    layers: dict[str, Layer] = {}
    tables: dict[str, gpd.GeoDataFrame] = {}
    records: dict[str, pd.DataFrame] = {}
    steps: list[Step] = []
    elsewhere: dict[str, int] = {}
    nowhere: dict[str, int] = {}
    for name in sorted({laid(each) for small in parts.values() for each in since(small)} - {""}):
        its = {key: small for key, small in sorted(parts.items()) if name in map(laid, since(small))}
        if not _known_everywhere(whole, name, its):
            continue
        for table in _tables(name, its):
            if table == SHARED:
                continue
            found = _rows(whole, table, its, renamed, reached=_is_reached(table, name, its))
            tables[table] = found.table
            elsewhere[name] = elsewhere.get(name, 0) + found.elsewhere
            nowhere[name] = nowhere.get(name, 0) + found.nowhere
        layers |= {each: _unmeasured(whole, its, each) for each in (*ALONG.get(name, ()), name)}
        if name == SHARED:
            held = shared.together(its, {key: _called(renamed, key) for key in its})
            tables[name], layers[name] = held.rows, shared.dated(layers[name], held)
            records |= held.records
        steps += [
            replace(each, parameters={**each.parameters, FROM: key})
            for key, small in its.items()
            for each in since(small)
            if laid(each) == name
        ]
    said = [{name: count for name, count in counts.items() if count} for counts in (elsewhere, nowhere)]
    return Gathered(layers, tables, records, tuple(steps), *said)


def _called(renamed: Mapping[str, str], part: str) -> dict[str, str]:
    """Return the codes that a part's grids have in the whole, by those they have in it."""
    return {code.partition(": ")[2]: new for code, new in renamed.items() if code.startswith(f"{part}: ")}


def _tables(name: str, its: Mapping[str, Plan]) -> list[str]:
    """Return the tables that a layer is measured from, those that some part has."""
    own = brought.OF_LAYERS.get(name, (name,))
    return [each for each in own if any(each in small.brought for small in its.values())]


def _is_reached(table: str, name: str, its: Mapping[str, Plan]) -> bool:
    """Return whether people walk to what a table holds, across the edge of their part as well."""
    first = next(iter(its.values())).layers[name].definition
    return table in brought.REACHED or (table == name and first.kind == "coverage")


def _unmeasured(whole: Plan, its: Mapping[str, Plan], name: str) -> Layer:
    """Return a layer of the parts as one of the whole that is to be measured there."""
    first = next(iter(its.values())).layers[name]
    facts = whole.layers[name].facts if name in whole.layers else first.facts
    told = {key: fact for key, fact in facts.items() if key not in OF_READING}
    held = whole.layers[name].tables if name in whole.layers else {}
    return replace(first, tables=held, facts=told, digest=STALE)


def _known_everywhere(whole: Plan, name: str, its: Mapping[str, Plan]) -> bool:
    """Return whether a layer can be measured on the whole: alike in all parts, not laid there since, rows for all."""
    for each in (*ALONG.get(name, ()), name):
        held = [small.layers.get(each) for small in its.values()]
        alike = shared.alike if name == SHARED else _alike
        if any(one is None or held[0] is None or not alike(one.definition, held[0].definition) for one in held):
            return False
    for small in its.values():
        later = whole.history[_parted_at(small) :]
        if any(laid(each) == name and FROM not in each.parameters for each in later):
            return False
    covered = {district for small in its.values() for district in small.districts.index}
    everywhere = covered >= set(whole.districts.index)
    if name == SHARED and not everywhere:
        return False  # which rows of older tables new ones take the place of, nobody can tell: their values are gone
    return all(
        all(table in small.brought for small in its.values())
        and (table in whole.brought or everywhere)
        and (table not in brought.OF_EVERY or _is_of_all(whole, table, its, everywhere=everywhere))
        for table in _tables(name, its)
    )


def _alike(one: Any, other: Any) -> bool:  # noqa: ANN401 - definitions of any kind
    return bool(one == other)


def _is_of_all(whole: Plan, table: str, its: Mapping[str, Plan], *, everywhere: bool) -> bool:
    """Return whether the rows that hold for every grid are the same ones in all parts, and in the rest of the whole."""
    held = [small.brought[table] for small in its.values()] + ([] if everywhere else [whole.brought[table]])
    columns = _columns(held)
    said = [sorted(_contents(each[_names_none(each)], columns)) for each in held]
    return all(each == said[0] for each in said)


def _names_none(rows: gpd.GeoDataFrame) -> pd.Series[bool]:
    if brought.GRID in rows:
        return rows[brought.GRID].isna()
    return pd.Series(data=True, index=rows.index)


def _rows(whole: Plan, table: str, its: Mapping[str, Plan], renamed: Mapping[str, str], *, reached: bool) -> _Rows:
    """Return the rows of a table on the whole: those of each part on its own ground, and how many are none of these."""
    ground = _ground(whole)
    columns = _columns([small.brought[table] for small in its.values()])
    known = set[int]()
    rest = whole.brought.get(table)
    taken, around, elsewhere, nowhere = [], [], 0, 0
    for key, small in its.items():
        rows = small.brought[table]
        mine = _of_part(small, table, rows, small)
        lone = _placeless(table, rows)
        mine = rows[rows.index.isin(mine.index) | lone.to_numpy()]
        others = rows[~rows.index.isin(mine.index)]
        placed = others.geometry.notna() & ~others.geometry.is_empty
        beyond = others[placed & ~others.intersects(ground)]
        theirs = _of_part(whole, table, others, small)
        elsewhere += _read_for(table, theirs)
        nowhere += _read_for(table, others[~placed & ~others.index.isin(theirs.index)])
        if reached:
            around.append(_numbered(beyond, key))
        if rest is not None:
            rest = rest.drop(index=_of_part(small, table, rest, whole, units=_there(whole, small)).index)
            known |= set(_contents(rest[_placeless(table, rest)], columns))
        said = _contents(mine, columns)
        mine = mine[[each not in known for each in said]]
        known |= set(said)
        called = _called(renamed, key)
        taken.append(_numbered(brought.renamed(mine, called) if called else mine, key))
    if around:
        every = pd.concat(around)
        taken.append(every[~every.geometry.to_wkb().duplicated()])
    found = [each for each in (rest, *taken) if each is not None and len(each)] or [taken[0]]
    return _Rows(gpd.GeoDataFrame(pd.concat(_apart(found)), crs=whole.crs), elsewhere, nowhere)


def _apart(tables: list[gpd.GeoDataFrame]) -> list[gpd.GeoDataFrame]:
    """Return tables in which no two number a door alike."""
    out, next_one = [], 0
    for each in tables:
        if NUMBER not in each:
            return tables
        out.append(each.assign(**{NUMBER: each[NUMBER] + next_one}))
        next_one += int(each[NUMBER].max()) + 1
    return out


def _of_part(
    part: Plan, table: str, rows: gpd.GeoDataFrame, then: Plan, *, units: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """Return the rows that are about a part, or about the whole; their codes are of ``then``, or older."""
    return brought.parted(
        rows,
        _ground(part),
        part.units if units is None else units,
        named=part.districts["name"].astype(str),
        now=brought.followed(then, rows),
        name=table,
    )


def _placeless(table: str, rows: gpd.GeoDataFrame) -> pd.Series[bool]:
    """Return the rows of things that no row gives a place: they are the whole's, whichever part brought them."""
    number = NUMBERED.get(table)
    if number is None:
        return pd.Series(data=False, index=rows.index)
    placed: pd.Series[bool] = rows.geometry.notna() & ~rows.geometry.is_empty
    if number not in rows:
        return ~placed
    return ~placed & ~rows[number].isin(rows.loc[placed, number].dropna())


def _there(whole: Plan, part: Plan) -> gpd.GeoDataFrame:
    """Return the units that the whole has on a part's ground, by the codes of the whole."""
    return whole.units[whole.units["parent"].isin(part.districts.index)]


def _ground(plan: Plan) -> shapely.Geometry:
    return shapely.union_all(plan.districts.geometry.to_numpy())


def _read_for(table: str, rows: gpd.GeoDataFrame) -> int:
    """Return how many rows were read for those that a plan keeps."""
    counted = STANDS_FOR.get(table)
    return len(rows) if counted is None else int(rows[counted].sum())


def _columns(tables: Iterable[gpd.GeoDataFrame]) -> list[str]:
    """Return the columns of all tables but those that only number rows."""
    return sorted({str(name) for each in tables for name in each.columns} - {"geometry", NUMBER})


def _contents(rows: gpd.GeoDataFrame, columns: Sequence[str]) -> list[int]:
    """Return a number for all that each row says, its place included: rows that say the same have the same."""
    told = {name: _plain(rows[name]) if name in rows else "" for name in columns}
    table = pd.DataFrame({**told, "": rows.geometry.to_wkb(hex=True).fillna("")}, index=rows.index)
    numbers: list[int] = pd.util.hash_pandas_object(table.astype(str), index=False).tolist()
    return numbers


def _plain(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return cells as texts, empty where missing: a whole number is written alike beside missing ones."""
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    texts = (values.astype(float) if numeric else values).astype(object)
    return texts.where(values.notna(), "").astype(str)


def _numbered(rows: gpd.GeoDataFrame, part: str) -> gpd.GeoDataFrame:
    """Return rows whose numbers no other part and no row of the whole has."""
    called: Any = pd.Index([f"{part} {each}" for each in rows.index], name=rows.index.name)
    return rows.set_axis(called)
