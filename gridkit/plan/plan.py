"""A plan: which unit belongs to which grid, with the parameters and inputs that made it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gridkit.errors import TableError
from gridkit.tables import BORDERS, DISTRICTS, UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.catalog.definitions import LayerDefinition
    from gridkit.provenance import Step


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
    """

    definition: LayerDefinition
    tables: Mapping[str, pd.DataFrame]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Parameters:
    """What was asked of the split: JSON-ready, so that a run can be repeated."""

    title: str = ""
    preset: str = ""
    measure: str = "people"
    low: float = 0.0
    target: float = 0.0
    high: float = 0.0
    seed: int = 0
    vocabulary: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Units with their grids, the borders between them, and all that was laid on top.

    Attributes
    ----------
    units
        UNITS with ``grid_id`` filled, in a metric CRS.
    borders
        BORDERS: the contiguity the grids were judged by.
    districts
        DISTRICTS: the parents no grid leaves.
    backdrop
        Tables the map is drawn on, by name: ``roads`` (kind, name, name_en), ``rails``, ``waterways``, ``water``, ``green``,
        ``buildings`` (kind, levels), ``compounds`` (name), ``places`` (kind, name), ``walls``; any may be missing.
    layers
        Computed layers by name.
    history
        Every step that made the plan, oldest first.
    attributes
        Further columns of grids that are not computed from the units, on the index ``grid_id`` (name, head, note ...).
    """

    units: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    parameters: Parameters = field(default_factory=Parameters)
    backdrop: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    layers: Mapping[str, Layer] = field(default_factory=dict)
    history: tuple[Step, ...] = ()
    attributes: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        """Check the contracts of the tables, and that every unit has a grid."""
        UNITS.check(self.units)
        BORDERS.check(self.borders)
        DISTRICTS.check(self.districts)
        if "grid_id" not in self.units or self.units["grid_id"].isna().any():
            raise TableError(
                "some units have no grid_id", where="units", mend="split the units first: gridkit.split(...)"
            )

    @cached_property
    def grids(self) -> gpd.GeoDataFrame:
        """GRIDS: the units dissolved by ``grid_id``, their measures added up."""
        grids = dissolve(self.units)
        if self.attributes is not None:
            grids = grids.join(self.attributes.drop(columns=grids.columns, errors="ignore"))
        return grids

    @property
    def crs(self) -> Any:  # noqa: ANN401 - pyproj.CRS
        """The metric CRS of every table."""
        return self.units.crs

    @cached_property
    def digest(self) -> str:
        """A hash of which unit belongs to which grid: edits made on a map name the plan they were made on by it."""
        pairs = self.units["grid_id"].sort_index()
        text = "\n".join(f"{unit}\t{grid}" for unit, grid in pairs.items())
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def with_layer(self, layer: Layer) -> Plan:
        """Return the plan with a layer added, or replaced when one of that name is there."""
        return replace(self, layers={**self.layers, layer.definition.name: layer})

    def _repr_html_(self) -> str:
        """Show the plan in a notebook as its map."""
        from gridkit.recipes import notebook_view  # noqa: PLC0415 - a plan that is not shown never loads folium

        return notebook_view(self)


def dissolve(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return GRIDS: the units of each ``grid_id`` as one polygon, their people, households and areas added up.

    Parameters
    ----------
    units
        UNITS with ``grid_id``, a planar coverage (edges of neighbours identical).

    Returns
    -------
    GeoDataFrame
        On the index ``grid_id``, sorted. ``area_m2`` is that of the polygon. Households stay null where any unit's are.
    """
    groups = units.groupby("grid_id", sort=True)
    shapes = {str(grid): shapely.coverage_union_all(part.geometry.values) for grid, part in groups}
    table = pd.DataFrame(
        {
            "parent": groups["parent"].first(),
            "people": groups["people"].sum(),
            "households": groups["households"].sum(min_count=1) if "households" in units else None,
            "units": groups.size(),
        }
    )
    grids = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=units.crs).reindex(table.index))
    grids.insert(3, "area_m2", grids.area)
    grids.index = grids.index.astype("str").rename("grid_id")
    return grids
