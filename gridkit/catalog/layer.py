"""A layer that was computed: its definition, its tables and its headline facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from gridkit.catalog.definitions import LayerDefinition


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
    """

    definition: LayerDefinition
    tables: Mapping[str, pd.DataFrame]
    facts: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
