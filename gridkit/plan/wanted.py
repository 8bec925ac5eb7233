"""What a plan was asked for beside size and borders; how it is found and judged is in ``plan.objectives``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PER = "/"
"""What stands between a column and the one it is divided by."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for, each at its price in metres of ordinary border; nothing by default.

    Attributes
    ----------
    homogeneous
        By column, or by ``COLUMN/OTHER``: metres for one of the measure who stands a standard deviation off.
    even
        By column: metres for a grid that holds a tenth more or less than the mean.
    walk
        Metres for a minute that one of the measure walks to the middle of the grid.
    office
        Metres for a minute that one of the measure walks to the office.
    offices
        Where each office stands, by name, in the CRS of the plan.
    target_by
        The column with the target that holds at each unit.
    target_of
        The measure that was balanced to it.
    """

    homogeneous: Mapping[str, float] = field(default_factory=dict)
    even: Mapping[str, float] = field(default_factory=dict)
    walk: float = 0.0
    office: float = 0.0
    offices: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    target_by: str = ""
    target_of: str = ""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Wanted:
        """Return what a plan's parameters say."""
        return cls(**record)

    def record(self) -> dict[str, Any]:
        """Return what is asked for as a plan keeps it, JSON-ready; empty where nothing is."""
        said = {name: value for name, value in asdict(self).items() if value}
        return {**said, **({"offices": {k: list(xy) for k, xy in self.offices.items()}} if self.offices else {})}

    @property
    def columns(self) -> list[str]:
        """The columns of the units that are asked about."""
        named = [part for each in self.homogeneous for part in each.split(PER, 1)]
        return list(dict.fromkeys([*named, *self.even]))
