"""What a step costs by how many people it serves: measured numbers, for the estimate of a run that was never made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gridkit.catalog.registry import PACKAGE, read

THOUSAND = 1000


@dataclass(frozen=True)
class Line:
    """A start, and so much for each thousand people."""

    start: float
    each: float

    def at(self, people: float) -> float:
        """Return the cost for so many people."""
        return self.start + self.each * people / THOUSAND


@dataclass(frozen=True)
class Cost:
    """CPU seconds and peak MB of a step."""

    cpu_s: Line
    mb: Line


@dataclass(frozen=True)
class Costs:
    """The cost of every step, where it was measured, and how densely a place is settled of which nothing is known."""

    name: str
    source: str
    people_per_km2: float
    split: Cost
    layer: Cost
    plan: Cost
    map: Cost
    report: Cost
    cards: Cost
    papers: Cost
    scorecard: Cost
    export: Cost


@cache
def costs() -> Costs:
    """Return the measured costs."""
    found: Costs = read(Path(PACKAGE) / "catalog" / "costs.toml", Costs, {})
    return found
