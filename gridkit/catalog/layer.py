"""A layer that was computed: its definition, its tables and its headline facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from gridkit.catalog.definitions import LayerDefinition
from gridkit.display import card, lines, same


@dataclass(frozen=True)
class Layer:
    """Something laid on a plan: its definition, its tables and its headline facts.

    Attributes
    ----------
    definition
        The TOML definition it was computed from (title, kind, style).
    tables
        ``grids``: measures on the index ``grid_id``; ``units``: measures on ``unit_id``; ``points``: a GeoDataFrame in
        the plan's CRS; others by kind. Only tables that the kind computes are there.
    facts
        Headline numbers by name (``inside``, ``outside``, ``share_within_15`` ...), JSON-ready.
    digest
        ``Plan.state`` of the grids it was laid on; ``Plan.with_layer`` fills it.
    inputs
        What else it was measured from: digests of tables and other layers, as ``gridkit.plan.ingredients`` has them.
    """

    definition: LayerDefinition
    tables: Mapping[str, pd.DataFrame]
    facts: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return lines(f"Layer {self.definition.name!r} ({self.definition.kind})", self._facts())

    def _repr_html_(self) -> str:
        head = f"{self.definition.title} ({self.definition.name})"
        return card(head, self._facts(), self.tables.get("grids"))

    def _facts(self) -> dict[str, object]:
        plain = {name: value for name, value in self.facts.items() if isinstance(value, str | int | float)}
        return {**{name: len(table) for name, table in self.tables.items()}, **plain}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Layer) and same(self, other) if self is not other else True

    def __hash__(self) -> int:
        return hash((self.definition.name, self.digest))
