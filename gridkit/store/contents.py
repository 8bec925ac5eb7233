"""A plan as it is kept anywhere: tables by name, and one document of what the tables do not say.

::

    tables(plan)                            each table with its name and its place in the plan
    described(plan, stored) -> str          parameters, definitions, facts, and how each table looked before
    assembled(described, history, parts)    the plan again
"""

from __future__ import annotations

import dataclasses
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from gridkit.catalog.definitions import LayerDefinition
from gridkit.catalog.layer import Layer
from gridkit.errors import GridkitWarning
from gridkit.language.catalogue import SOURCE
from gridkit.language.packing import packed_within, unpacked_within
from gridkit.language.phrases import Phrase, listed, template
from gridkit.plan.editions import columns as standing_columns
from gridkit.plan.plan import MICRO, Parameters, Plan, micro_grids
from gridkit.plan.standing import Standing, as_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from gridkit.provenance import Step

PLAN, HISTORY = "urn:gridkit:plan", "urn:gridkit:history"
"""What the document and the history are kept under."""
FORMAT = 1
"""Of the document; a plan of a higher one was written by a newer gridkit."""


@dataclass(frozen=True)
class Stored:
    """One table of a plan as it is kept: its name there, where it belongs in the plan, and how it looked before."""

    name: str
    role: tuple[str, ...]
    shape: Mapping[str, Any]


@cache
def _definitions() -> TypeAdapter[Any]:
    return TypeAdapter(LayerDefinition)


def tables(plan: Plan) -> Iterator[tuple[str, tuple[str, ...], pd.DataFrame]]:
    """Yield each table with its name in the file and its place in the plan; QGIS lists them in this order."""
    yield "grids", ("grids",), plan.grids.assign(**standing_columns(plan))
    yield "units", ("units",), plan.units
    if MICRO in plan.units:
        yield "micro_grids", ("micro",), micro_grids(plan)
    yield "borders", ("borders",), plan.borders
    yield "districts", ("districts",), plan.districts
    if plan.attributes is not None:
        yield "attributes", ("attributes",), plan.attributes
    for name, table in plan.records.items():
        yield name, ("records", name), table
    for name, layer in plan.layers.items():
        for part, table in layer.tables.items():
            yield f"{name}__{part}", ("layers", name, part), table
    for name, table in plan.brought.items():
        yield f"{name}__brought", ("brought", name), table
    for name, table in plan.past.items():
        yield f"past_{name}", ("past", name), table
    for name, table in plan.backdrop.items():
        yield f"base_{name}", ("backdrop", name), table


def described(plan: Plan, stored: list[Stored]) -> str:
    """Return what the tables do not say, as JSON."""
    said = {
        "format": FORMAT,
        "digest": plan.digest,
        "parameters": dataclasses.asdict(plan.parameters),
        "layers": {
            name: {
                "definition": _definitions().dump_python(layer.definition, mode="json"),
                "facts": packed_within(layer.facts),
                "digest": layer.digest,
                "inputs": dict(layer.inputs),
            }
            for name, layer in plan.layers.items()
        },
        "made": dict(plan.made),
        "standings": as_json(plan.standings),
        "tables": [dataclasses.asdict(each) for each in stored],
    }
    return json.dumps(said, ensure_ascii=False, indent=1, default=_as_json)


def _as_json(value: object) -> object:
    """Return a number of numpy, or a mapping that is no dict, as JSON has it."""
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)


def stored_in(described: Mapping[str, Any]) -> list[Stored]:
    """Return the tables that a document names."""
    return [Stored(each["name"], tuple(each["role"]), each["shape"]) for each in described["tables"]]


def follows(stored: Stored) -> bool:
    """Whether a table follows from the units: read back, it could contradict them."""
    return stored.role in (("grids",), ("micro",))


def marks(plan: Plan, stored: Sequence[Stored]) -> dict[str, str]:
    """Return what is said of each table that was made from other grids or tables than those of now, by its name.

    Whoever opens the file in QGIS sees all tables: those that are no longer true are marked, and drawn nowhere.
    """
    lapsed = {("records", name) for name in plan.lapsed}
    old = [
        each.name
        for each in stored
        if each.role in lapsed or (each.role[:1] == ("layers",) and each.role[1] in plan.stale)
    ]
    said = Phrase("out of date: made from other grids or tables than those of now")
    return dict.fromkeys(old, said.said(plan.parameters.lang or SOURCE))


def warn_of_changes(changed: Sequence[str], where: object) -> None:
    """Warn of tables that somebody changed since gridkit wrote the plan."""
    if changed:
        said = template(
            "{count} table was changed since gridkit wrote it, by hand or by damage: {names}",
            "{count} tables were changed since gridkit wrote them, by hand or by damage: {names}",
        )
        names = listed(changed, most=5)
        warnings.warn(GridkitWarning(said, where=where, count=len(changed), names=names), stacklevel=3)


def assembled(described: Mapping[str, Any], history: tuple[Step, ...], parts: Mapping[tuple[str, ...], Any]) -> Plan:
    """Return the plan of a document, its history, and its tables by their places in it."""
    return Plan(
        units=parts["units",],
        borders=parts["borders",],
        districts=parts["districts",],
        parameters=Parameters(**{**described["parameters"], "micro": tuple(described["parameters"].get("micro", ()))}),
        backdrop={role[1]: table for role, table in parts.items() if role[0] == "backdrop"},
        layers={name: _layer(name, raw, parts) for name, raw in described["layers"].items()},
        history=history,
        attributes=parts.get(("attributes",)),
        records={role[1]: table for role, table in parts.items() if role[0] == "records"},
        past={role[1]: table for role, table in parts.items() if role[0] == "past"},
        brought={role[1]: table for role, table in parts.items() if role[0] == "brought"},
        made=described.get("made", {}),
        standings=tuple(Standing(**each) for each in described.get("standings", ())),
    )


def _layer(name: str, raw: Mapping[str, Any], parts: Mapping[tuple[str, ...], pd.DataFrame]) -> Layer:
    tables = {role[2]: table for role, table in parts.items() if role[:2] == ("layers", name)}
    definition = _definitions().validate_python(raw["definition"])
    return Layer(definition, tables, unpacked_within(raw["facts"]), raw["digest"], raw.get("inputs", {}))


def holds_points(plan: Plan) -> bool:
    """Whether a plan holds where single incidents happened."""
    return any(layer.definition.kind == "incidents" for layer in plan.layers.values())
