"""Layers that were laid on parts of a plan, brought together on the whole as far as the plan keeps what they need.

::

    gathered(whole, parts, renamed) -> Gathered     rows of the parts in the place of those of the whole

A layer that counts rows is only gathered where the rows of all communities are known: what nobody brought for a street
is unknown, and would count as nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gridkit.plan import brought
from gridkit.plan.ingredients import OF_READING, STALE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.plan.plan import Layer, Plan
    from gridkit.provenance import Step

LAID, PART = "layer", "part"
"""The steps that lay a layer, and that begin a part."""
FROM = "subdistrict"
"""In a step of the whole: the part that it was taken in."""


@dataclass(frozen=True)
class Gathered:
    """What is taken of the layers of parts.

    Attributes
    ----------
    layers, brought
        Layers, to be measured again on the whole, and the tables that they are measured from.
    steps
        How they were laid in the parts.
    elsewhere
        Rows that were brought to a part and lie on the ground of others, by layer: they are not taken.
    """

    layers: Mapping[str, Layer]
    brought: Mapping[str, gpd.GeoDataFrame]
    steps: tuple[Step, ...]
    elsewhere: Mapping[str, int]


def since(small: Plan) -> tuple[Step, ...]:
    """Return the steps of a part since it was parted."""
    at = _parted_at(small)
    return small.history[at + 1 :] if at >= 0 else ()


def _parted_at(small: Plan) -> int:
    return max((k for k, each in enumerate(small.history) if each.command == PART), default=-1)


def laid(step: Step) -> str:
    """Return the layer that a step laid; empty where it laid none."""
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
    steps: list[Step] = []
    elsewhere: dict[str, int] = {}
    for name in sorted({laid(each) for small in parts.values() for each in since(small)} - {""}):
        its = {key: small for key, small in sorted(parts.items()) if name in map(laid, since(small))}
        if not _known_everywhere(whole, name, its):
            continue
        if any(name in small.brought for small in its.values()):
            tables[name], elsewhere[name] = _rows(whole, name, its, renamed)
        first = next(iter(its.values())).layers[name]
        facts = whole.layers[name].facts if name in whole.layers else first.facts
        told = {key: fact for key, fact in facts.items() if key not in OF_READING}
        held = whole.layers[name].tables if name in whole.layers else {}
        layers[name] = replace(first, tables=held, facts=told, digest=STALE)
        steps += [
            replace(each, parameters={**each.parameters, FROM: key})
            for key, small in its.items()
            for each in since(small)
            if laid(each) == name
        ]
    return Gathered(layers, tables, tuple(steps), {name: count for name, count in elsewhere.items() if count})


def _known_everywhere(whole: Plan, name: str, its: Mapping[str, Plan]) -> bool:
    """Return whether a layer can be measured on the whole: alike in all parts, not laid there since, rows for all."""
    held = [small.layers.get(name) for small in its.values()]
    if any(each is None or each.definition != held[0].definition for each in held if held[0] is not None):
        return False
    for small in its.values():
        later = whole.history[_parted_at(small) :]
        if any(laid(each) == name and FROM not in each.parameters for each in later):
            return False
    with_rows = [name in small.brought for small in its.values()]
    if not any(with_rows):
        return True
    covered = {district for small in its.values() for district in small.districts.index}
    return all(with_rows) and (name in whole.brought or covered >= set(whole.districts.index))


def _rows(whole: Plan, name: str, its: Mapping[str, Plan], renamed: Mapping[str, str]) -> tuple[gpd.GeoDataFrame, int]:
    """Return the rows of a layer on the whole: those of each part on its own ground, and how many lay on others'."""
    ground = shapely.union_all(whole.districts.geometry.to_numpy())
    facilities = next(iter(its.values())).layers[name].definition.kind == "coverage"
    rest = whole.brought.get(name)
    taken, outside, left = [], [], 0
    for key, small in its.items():
        own = shapely.union_all(small.districts.geometry.to_numpy())
        names = small.districts["name"].astype(str)
        rows = small.brought[name]
        mine = brought.parted(rows, own, small.units, named=names)
        others = rows[~rows.index.isin(mine.index)]
        beyond = others[others.geometry.isna() | ~others.intersects(ground)]
        left += len(others) - len(beyond)
        if facilities:
            outside.append(_numbered(beyond, key))
        called = {code.partition(": ")[2]: new for code, new in renamed.items() if code.startswith(f"{key}: ")}
        taken.append(_numbered(brought.renamed(mine, called) if called else mine, key))
        if rest is not None:
            rest = rest.drop(index=brought.parted(rest, own, small.units, named=names).index)
    if outside:
        around = pd.concat(outside)
        taken.append(around[~around.geometry.to_wkb().duplicated()])
    every = [each for each in (rest, *taken) if each is not None and len(each)] or [taken[0]]
    return gpd.GeoDataFrame(pd.concat(every), crs=whole.crs), left


def _numbered(rows: gpd.GeoDataFrame, part: str) -> gpd.GeoDataFrame:
    """Return rows whose numbers no other part and no row of the whole has."""
    called: Any = pd.Index([f"{part} {each}" for each in rows.index], name=rows.index.name)
    return rows.set_axis(called)
