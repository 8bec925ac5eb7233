"""The rules that no change of grids may break, in one form for Python and for the page.

A plan is told as places instead of names: which grid each unit is in, who touches whom, which units are one compound.
A grid's :class:`Standing` is measured before a change and after it, and :meth:`Rules.broken` compares the two. The
page's script ``rules.js`` is given the same numbers by :func:`page_rules` and compares them in the same way.

::

    ground(units, ends, parameters, attributes) -> Ground    the plan as the rules see it
    Ground.standing(grid, own) -> Standing                   of one grid, under any labels
    Rules.broken(before, after, loose) -> str                the first rule that a grid breaks by a change; "" for none
    refusal(rule, ...) -> InfeasibleError                    why, in words
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.errors import InfeasibleError
from gridkit.language.labels import word
from gridkit.language.phrases import AND, joined
from gridkit.measure.balance import dedicated
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gridkit.band import Band
    from gridkit.plan.parameters import Parameters

EMPTY, PARENT, WHOLE, BAND = "empty", "parent", "whole", "band"
"""The rules in the order in which they are tried: a grid keeps a unit, its parent, its one piece, and its band."""


@dataclass(frozen=True)
class Standing:
    """What the rules ask of one grid.

    Attributes
    ----------
    units, parents, pieces
        How many units it has, the numbers of the parents they lie in, and in how many connected pieces they lie.
    size
        The measure that the band is about, in its own unit.
    unbound
        It is one institution's own, which no band binds.
    """

    units: int
    parents: tuple[int, ...]
    pieces: int
    size: float
    unbound: bool = False


NONE = Standing(0, (), 0, 0.0)
"""A grid that is not there."""


@dataclass(frozen=True)
class Rules:
    """What may be said of a grid after a change, given how it stood before.

    Attributes
    ----------
    band
        The range of size; None where the plan has none.
    """

    band: Band | None = None

    def off(self, size: float) -> float:
        """Return by how much a size is outside the band; a grid of nobody is farther out than any other."""
        if self.band is None:
            return 0.0
        return float(self.band.excess(size)) if size else np.inf

    def broken(self, before: Standing, after: Standing, *, loose: bool = False) -> str:
        """Return the first rule that a grid breaks by a change, or nothing.

        What was out of order already may stay so: a grid is held to be in no more pieces, in no more parents, and no
        farther out of its band than it was. One that is new is in its band.

        Parameters
        ----------
        loose
            Grids may leave the band.
        """
        if before.units and not after.units:
            return EMPTY
        if len(after.parents) > max(1, len(before.parents)):
            return PARENT
        if after.pieces > max(1, before.pieces):
            return WHOLE
        slack = 0.0 if self.band is None else self.band.slack
        # A grid that is new has not been outside before: the parts of a split are in the band, or it is refused.
        farther = self.off(after.size) > (self.off(before.size) if before.units else 0.0) + slack
        return BAND if farther and not loose and not after.unbound else ""


@dataclass(frozen=True, eq=False)
class Ground:
    """The units of a plan as the rules see them, place by place.

    Attributes
    ----------
    ids, grids, parents
        Names of units, of grids and of parents, by place; the latter two sorted.
    own
        The grid of each unit.
    parent, group
        The parent of each unit, a place in ``parents``, and its compound; -1 where it is in none.
    held
        Which units are locked to their grids.
    size
        The measure of each unit that the band is about; 0 where it is not known.
    institution
        Which units are an institution's own.
    unbound
        Grids that no band binds, whatever their units.
    ends
        [borders, 2]: the two units of each border.
    """

    ids: Sequence[str]
    grids: Sequence[str]
    own: list[int]
    parents: Sequence[str]
    parent: list[int]
    group: list[int]
    held: list[bool]
    size: list[float]
    institution: list[bool]
    unbound: frozenset[int]
    ends: NDArray[np.int64]
    rules: Rules

    @cached_property
    def near(self) -> dict[int, list[int]]:
        """The neighbours of each unit."""
        found = defaultdict(list)
        for one, two in self.ends.tolist():
            found[one].append(two)
            found[two].append(one)
        return found

    @cached_property
    def members(self) -> list[list[int]]:
        """The units of each grid."""
        return members(self.own, len(self.grids))

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each unit's name."""
        return {name: at for at, name in enumerate(self.ids)}

    @cached_property
    def number(self) -> dict[str, int]:
        """The place of each grid's name."""
        return {name: at for at, name in enumerate(self.grids)}

    def kin(self, unit: int) -> list[int]:
        """Return a unit with all others of its compound that share its grid: they move together."""
        if self.group[unit] < 0:
            return [unit]
        return [each for each in self.members[self.own[unit]] if self.group[each] == self.group[unit]]

    def standing(self, grid: int, units: Iterable[int]) -> Standing:
        """Return how a grid stands when these are its units."""
        here = sorted(units)
        if not here:
            return NONE
        alone = grid in self.unbound or all(self.institution[each] for each in here)
        parents = tuple(sorted({self.parent[each] for each in here}))
        return Standing(len(here), parents, self.pieces(here), sum(self.size[each] for each in here), alone)

    def pieces(self, units: Sequence[int]) -> int:
        """Return in how many connected pieces units lie."""
        left, count = set(units), 0
        while left:
            count, walk = count + 1, [left.pop()]
            while walk:
                found = [each for each in self.near.get(walk.pop(), ()) if each in left]
                left.difference_update(found)
                walk += found
        return count


def refusal(rule: str, grid: str, stands: Standing, parameters: Parameters, parents: Sequence[str]) -> InfeasibleError:
    """Return why a grid may not become what it would, as an error that may be raised or told.

    Parameters
    ----------
    parents
        The names of the parents, by place.
    """
    if rule == EMPTY:
        mend = "merge the grids instead: --merge A,B"
        return InfeasibleError("grid {grid} would have no unit left", mend=mend, grid=grid)
    if rule == PARENT:
        return InfeasibleError(
            "grid {grid} would lie in {parents}",
            mend="a grid stays inside one parent",
            grid=grid,
            parents=joined([parents[each] for each in stands.parents], AND),
        )
    if rule == WHOLE:
        return InfeasibleError(
            "grid {grid} would fall into {parts} pieces",
            mend="move the units between them too, or others instead",
            grid=grid,
            parts=stands.pieces,
        )
    return InfeasibleError(
        "grid {grid} would have {now:,.0f} {measure}, outside {low:,.0f} to {high:,.0f}",
        mend="move less, or allow it with --loose",
        grid=grid,
        now=stands.size,
        measure=word(parameters.measure),
        low=parameters.low,
        high=parameters.high,
    )


def members(own: Sequence[int], count: int) -> list[list[int]]:
    """Return the units of each of ``count`` grids, given the grid of each unit."""
    found: list[list[int]] = [[] for _ in range(count)]
    for unit, grid in enumerate(own):
        found[grid].append(unit)
    return found


def ground(
    units: pd.DataFrame,
    ends: NDArray[np.int64],
    parameters: Parameters,
    attributes: pd.DataFrame | None = None,
) -> Ground:
    """Return a plan as the rules see it.

    Parameters
    ----------
    units
        UNITS with ``grid_id``, and maybe ``group``, ``lock`` and ``dedicated``.
    ends
        [borders, 2]: the positions in ``units`` of the two units of each border.
    attributes
        Further columns of grids; ``dedicated`` names those that no band binds.
    """
    own, grids = pd.factorize(units["grid_id"].astype(TEXT), sort=True)
    parent, parents = pd.factorize(units["parent"].astype(TEXT), sort=True)
    measure = parameters.measure
    known = pd.to_numeric(units[measure]).fillna(0.0) if measure in units else pd.Series(0.0, units.index)
    named = units["group"] if "group" in units else pd.Series(None, units.index, dtype=object)
    lone = pd.DataFrame(index=grids)
    said = attributes is not None and "dedicated" in attributes
    free = dedicated(lone.join(attributes[["dedicated"]]) if said and attributes is not None else lone)
    marked = "dedicated" in units and not said
    mark = units["dedicated"] if marked else pd.Series(None, units.index, dtype=object)
    return Ground(
        ids=units.index.astype(TEXT).tolist(),
        grids=list(map(str, grids)),
        own=own.tolist(),
        parents=list(map(str, parents)),
        parent=parent.tolist(),
        group=pd.factorize(named)[0].tolist(),
        held=(units["lock"].notna() if "lock" in units else pd.Series(data=False, index=units.index)).tolist(),
        size=known.astype(float).tolist(),
        institution=(mark.notna() & (mark != False)).tolist(),  # noqa: E712 - a mark may be a name
        unbound=frozenset(np.flatnonzero(free.to_numpy(dtype=bool)).tolist()),
        ends=ends,
        rules=Rules(parameters.band),
    )
