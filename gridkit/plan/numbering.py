"""Numbers of units for paper, 1 to n inside a community, and the check code by which a slip says which ones it bears.

::

    numbering(plan) -> Numbering        Numbering.of, Numbering.code, Numbering.unit(parent, number)
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gridkit.plan.codes import reading_order
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.plan.plan import Plan

_LETTERS, CODE_LENGTH = "ACDEFGHJKLMNPQRTUVWXY", 6
"""Check codes are letters alone: a spreadsheet takes 81E032 for a number, and nobody tells O from 0."""


@dataclass(frozen=True)
class Numbering:
    """The number of each unit.

    They run inside a community, west to east within rows from north to south, and depend on the units alone: a slip
    keeps its meaning while grids are redrawn, and a neighbour's unit is called by one number, whoever names it.

    Attributes
    ----------
    of
        The number of each unit.
    parents
        The community of each unit.
    """

    of: Mapping[str, int]
    parents: Mapping[str, str]

    @cached_property
    def code(self) -> str:
        """The check code: other units, or others in another order, have another one."""
        text = "\n".join(f"{self.parents[unit]}\t{number}\t{unit}" for unit, number in sorted(self.of.items()))
        return check_code(text)

    @cached_property
    def _units(self) -> dict[tuple[str, int], str]:
        return {(self.parents[unit], number): unit for unit, number in self.of.items()}

    def unit(self, parent: str, number: int) -> str | None:
        """Return the unit that a number stands for in a community; None where there is none."""
        return self._units.get((parent, number))


def check_code(text: str) -> str:
    """Return six letters that another text will hardly have.

    Examples
    --------
    >>> check_code("a") == check_code("a"), check_code("a") == check_code("b"), check_code("a").isalpha()
    (True, False, True)
    """
    number = int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)
    return "".join(_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(CODE_LENGTH))


def numbering(plan: Plan) -> Numbering:
    """Return the numbers of a plan's units."""
    units = plan.units
    parents = dict(zip(units.index.astype(TEXT), units["parent"].astype(TEXT), strict=True))
    numbers: dict[str, int] = {}
    last: dict[str, int] = {}
    for unit in map(str, reading_order(units, plan.districts)):
        last[parents[unit]] = numbers[unit] = last.get(parents[unit], 0) + 1
    return Numbering(numbers, parents)
