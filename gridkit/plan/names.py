"""What a grid is called: by the name it was given, else by its community and its number there, 知砚社区第1网格.

::

    names(plan) -> Series        the name of each grid, said in any language by gridkit.language.phrases.spoken
    Names(plan).beside(other, grid)        how one grid is called in a text about another
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from gridkit.language.phrases import Phrase, template
from gridkit.plan.codes import SEQUENCE, Template
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan

_WHOLE = template("{community}, grid {number}")
_NUMBERED = template("grid {number}")
_CODED = template("grid {other}")


def names(plan: Plan) -> pd.Series[str]:
    """Return the name of each grid on the index ``grid_id``: texts, and phrases that say themselves in a language."""
    known = Names(plan)
    said = [known.whole(str(grid)) for grid in plan.grids.index]
    return pd.Series(said, index=plan.grids.index, dtype=object, name="name")


@dataclass(frozen=True)
class Names:
    """The names of a plan's grids."""

    plan: Plan

    def whole(self, grid: str) -> str:
        """Return a grid's name where nothing around says which community is meant."""
        given = self._given.get(grid)
        if given:
            return given
        community = self._communities.get(self._parents[grid])
        if community and grid in self._numbers:
            return Phrase(_WHOLE, community=community, number=self._numbers[grid])
        return Phrase(_CODED, other=grid)

    def beside(self, other: str, grid: str) -> str:
        """Return what another grid is called in a text about ``grid``: its number alone in the same community."""
        if self._parents[other] != self._parents[grid]:
            return self.whole(other)
        given = self._given.get(other)
        if given:
            return given.removeprefix(self._communities.get(self._parents[other], "")) or given
        if other in self._numbers:
            return Phrase(_NUMBERED, number=self._numbers[other])
        return Phrase(_CODED, other=other)

    @cached_property
    def _parents(self) -> dict[str, str]:
        grids = self.plan.grids
        return dict(zip(grids.index.astype(TEXT), grids["parent"].astype(TEXT), strict=True))

    @cached_property
    def _communities(self) -> dict[str, str]:
        return _texts(self.plan.districts)

    @cached_property
    def _given(self) -> dict[str, str]:
        return _texts(self.plan.grids)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The number of each grid in its community, as its code ends; none where a number there stands twice."""
        asked = self.plan.parameters.template
        form = Template.of(asked) if asked else None
        rows = []
        for grid, parent in self._parents.items():
            fields = form.read(grid) if form else None
            digits = fields[SEQUENCE] if fields else grid.removeprefix(parent) if grid.startswith(parent) else ""
            if digits.isascii() and digits.isdigit():
                rows.append((grid, parent, int(digits)))
        table = pd.DataFrame(rows, columns=["grid", "parent", "number"])
        once = table[~table.duplicated(["parent", "number"], keep=False)]
        return dict(zip(once["grid"], once["number"].tolist(), strict=True))


def _texts(table: pd.DataFrame) -> dict[str, str]:
    """Return the names that a table states, by the text of its index."""
    if "name" not in table:
        return {}
    stated = table["name"].dropna().astype(TEXT).str.strip()
    return {str(key): name for key, name in stated.items() if name}
