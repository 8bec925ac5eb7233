"""What a grid is called: by the name it was given, else by its community and its number there, 知砚社区第一网格.

::

    names(plan) -> Series        the name of each grid, said in any language by gridkit.language.phrases.spoken
    Names(plan).beside(other, grid)        how one grid is called in a text about another

The pattern is the preset's (``[vocabulary] name``), which the plan keeps; the number is the one its code ends in, so
that a grid that keeps its code keeps its name, whatever is redrawn, parted and joined around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from gridkit.catalog.presets import patterned
from gridkit.language.catalogue import SOURCE, languages
from gridkit.language.numbers import numeral
from gridkit.language.phrases import Phrase, Text, template
from gridkit.plan.codes import SEQUENCE, Template
from gridkit.plan.communities import Communities, stated
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from gridkit.plan.plan import Plan

_CODED = template("grid {other}")
_PATTERN = {"en": "{parent}, grid {number}", "zh": "{parent}第{ordinal}网格"}
"""Where the preset of a plan has none: a plan of before, or one without a preset."""


def names(plan: Plan) -> pd.Series[str]:
    """Return the name of each grid on the index ``grid_id``: texts, and phrases that say themselves in a language."""
    known = Names(plan)
    said = [known.whole(str(grid)) for grid in plan.grids.index]
    return pd.Series(said, index=plan.grids.index, dtype=object, name="name")


@dataclass(frozen=True)
class Names:
    """The names of a plan's grids and of the communities they lie in."""

    plan: Plan

    def whole(self, grid: str) -> str:
        """Return a grid's name where nothing around says which community is meant."""
        given = self._given.get(grid)
        if given:
            return given
        community = self.community(self._parents[grid])
        if community and grid in self.numbers:
            return self._patterned(self.numbers[grid], community)
        return Phrase(_CODED, other=grid)

    def beside(self, other: str, grid: str) -> str:
        """Return what another grid is called in a text about ``grid``: its number alone in the same community."""
        return self.whole(other) if self._parents[other] != self._parents[grid] else self.within(other)

    def within(self, grid: str) -> str:
        """Return a grid's name where its community is said already: its number there."""
        given = self._given.get(grid)
        if given:
            return given.removeprefix(self.communities.get(self._parents[grid], "")) or given
        if grid in self.numbers:
            return self._patterned(self.numbers[grid], None)
        return Phrase(_CODED, other=grid)

    def community(self, parent: str) -> str:
        """Return what a community is called in every language (see :class:`Communities`)."""
        return self._places.community(parent)

    def place(self, parent: str) -> str:
        """Return what stands for a community where it must be called something (see :class:`Communities`)."""
        return self._places.place(parent)

    @cached_property
    def communities(self) -> dict[str, str]:
        """The names of communities as they were given."""
        return self._places.names

    @cached_property
    def _places(self) -> Communities:
        return Communities(self.plan.districts)

    def _patterned(self, number: int, community: str | None) -> str:
        """Return the pattern of the plan in every language; without a community what is left of it."""
        said = {}
        for lang in languages():
            pattern = self._patterns[lang]
            if community is None:
                pattern = bare(pattern)
            place = community.said(lang) if isinstance(community, Phrase) else community
            words = self.plan.parameters.vocabulary.get(lang, {})
            said[lang] = pattern.format(
                parent=place, number=number, ordinal=numeral(number, lang), grid=words.get("grid", "")
            )
        return Text(**said)

    @cached_property
    def _patterns(self) -> dict[str, str]:
        """The pattern of names in each language; one without its own says the English one."""
        kept = self.plan.parameters.vocabulary
        own = {lang: words["name"] for lang, words in kept.items() if patterned(words.get("name", ""))}
        known = _PATTERN | own if own else _PATTERN
        return {lang: known.get(lang, known[SOURCE]) for lang in languages()}

    @cached_property
    def _parents(self) -> dict[str, str]:
        grids = self.plan.grids
        return dict(zip(grids.index.astype(TEXT), grids["parent"].astype(TEXT), strict=True))

    @cached_property
    def _given(self) -> dict[str, str]:
        return stated(self.plan.grids)

    @cached_property
    def numbers(self) -> dict[str, int]:
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


def bare(pattern: str) -> str:
    """Return a pattern without its community and the stop that follows it.

    Examples
    --------
    >>> bare("{parent}, grid {number}"), bare("{parent}第{ordinal}网格"), bare("{grid} {number} of {parent}")
    ('grid {number}', '第{ordinal}网格', '{grid} {number} of')
    """
    return re.sub(r"\s*[,，、·:：-]?\s*\{parent\}\s*[,，、·:：-]?\s*", " ", pattern).strip() or pattern
