"""What a layer is laid on: units, grids, the features around them, and the table the user brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from gridkit.catalog.definitions import layers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from gridkit.band import Band
    from gridkit.catalog.layer import Layer
    from gridkit.catalog.registry import Registry
    from gridkit.measure.heights import Heights
    from gridkit.tables import Extract

Held = TypeVar("Held")


@dataclass(frozen=True)
class Edition:
    """Grids that were issued, on ``grid_id``, and the days on which they were in force, ``until`` included."""

    since: date
    until: date | None
    grids: gpd.GeoDataFrame

    def holds(self, days: pd.Series[Any]) -> NDArray[np.bool_]:
        """Return on which days they were in force."""
        begun = (days >= pd.Timestamp(self.since)).to_numpy(dtype=bool)
        return begun if self.until is None else begun & (days <= pd.Timestamp(self.until)).to_numpy(dtype=bool)


class Asked(Mapping[str, Held]):
    """A mapping that keeps which of its names were asked for, those that it has not included."""

    def __init__(self, held: Mapping[str, Held]) -> None:
        self._held = dict(held)
        self.names: set[str] = set()
        """The names; ``*`` stands for all that there are."""

    def __getitem__(self, name: str) -> Held:
        self.names.add(name)
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        self.names.add("*")
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


def unheard(_share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Subject:
    """Everything a layer may be computed from; a kind takes what it needs.

    Attributes
    ----------
    units, grids
        UNITS with ``grid_id``, and their GRIDS, in one metric CRS.
    extract
        Roads, places, buildings ... around them, in that CRS.
    borders
        BORDERS between the units, for what asks for metres of border.
    data
        INCIDENTS, FACILITIES or NETS of the user, in that CRS; rows without a place (empty geometry) are counted as
        such.
    measure, band
        The column of the grids that was balanced, and the band it was balanced to; None where it was to none.
    registry
        Where a layer that is made of others finds their definitions.
    heights
        Heights above sea level, where they are known: slopes then slow down those who walk or cycle.
    services
        Facilities that users brought, by the name of the coverage layer they were brought for: every layer that asks
        for that service finds the same ones.
    editions
        The grids that were in force before, oldest first: what a year was counted on.
    layers, records
        What else the plan holds that is not stale, for what is told of all together.
    upper
        The subdistrict that each parent lies in, where the plan says it.
    now
        The moment at which the open incidents are judged overdue; by default the last moment in the data.
    heard
        Told the share that is done, by kinds that search for long.
    """

    units: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    extract: Extract
    data: gpd.GeoDataFrame | None = None
    borders: gpd.GeoDataFrame | None = None
    measure: str = "people"
    band: Band | None = None
    registry: Registry[Any] = field(default_factory=layers)
    heights: Heights | None = None
    services: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    editions: Sequence[Edition] = ()
    now: pd.Timestamp | None = None
    layers: Mapping[str, Layer] = field(default_factory=dict)
    records: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    upper: Mapping[str, str] = field(default_factory=dict)
    heard: Callable[[float], None] = unheard
