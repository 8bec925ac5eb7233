"""How a practice walks: which streets a patrol passes, how fast, how long a shift is, when rounds through doors begin.

A preset's ``[rounds]`` is read into this; every number stands with its source.
"""

from __future__ import annotations

from dataclasses import dataclass

from gridkit.catalog.number import Number
from gridkit.catalog.registry import STRICT


@dataclass(frozen=True)
class Rounds:
    """Patrols along streets and rounds through doors.

    Attributes
    ----------
    classes
        OSM classes of the streets that a patrol passes.
    both_sides
        Those of them that are walked on either side, where one line stands for both carriageways.
    metres_per_minute
        How fast a patrol goes, looking about.
    shift_hours
        How long a walker is out at most.
    begin, lunch, back, end
        Hours of the day, 0-24: rounds begin, break for lunch at the office, begin again, and end.
    """

    __pydantic_config__ = STRICT

    classes: tuple[str, ...]
    both_sides: tuple[str, ...]
    source: str
    metres_per_minute: Number
    shift_hours: Number
    begin: Number
    lunch: Number
    back: Number
    end: Number
    verified: bool = False

    def __post_init__(self) -> None:
        """Check that a day runs forward, and that somebody walks."""
        hours = (self.begin.value, self.lunch.value, self.back.value, self.end.value)
        if not 0 <= hours[0] < hours[1] <= hours[2] < hours[3] <= 24:  # noqa: PLR2004 - hours of a day
            raise ValueError("must be 0 <= begin < lunch <= back < end <= 24")
        if self.metres_per_minute.value <= 0 or self.shift_hours.value <= 0:
            raise ValueError("metres_per_minute and shift_hours must be above 0")

    def numbers(self) -> dict[str, Number]:
        """Return every number by its name."""
        names = ("metres_per_minute", "shift_hours", "begin", "lunch", "back", "end")
        return {name: getattr(self, name) for name in names}
