"""What was asked of a split, as its plan keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridkit.band import Band

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    template: str = ""
    """The template the codes of its grids follow (see gridkit.plan.codes)."""
    micro: tuple[float, ...] = ()
    """The least, the wanted and the largest micro-grid, in the unit of the measure; empty where there are none."""
    lang: str = ""
    """The language its maps and papers speak unless another is asked for; the reader's own when empty."""

    objectives: Mapping[str, Any] = field(default_factory=dict)
    """What grids were to be good at beside size and borders, and at which prices (gridkit.plan.objectives.Wanted)."""

    @property
    def band(self) -> Band | None:
        """The band the grids were balanced to; None where they were not."""
        if not self.high:
            return None
        return Band(self.low, self.target or (self.low + self.high) / 2, self.high)

    @property
    def micro_band(self) -> Band | None:
        """The band of the micro-grids; None where there are none."""
        return Band(*self.micro) if self.micro else None
