"""The four bounds (四至) of each grid in words: what its east, south, west and north side follow.

::

    called(plan, feature, name, lang) -> str        what one border follows: "Q Road", "a wall"
    bounds(plan, lang) -> Series        "East to Q Road, south and west to Q River, north to the edge of the district"
    in_languages(plan, langs) -> dict of Series     the same in several languages, the outlines walked once
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.language.catalogue import languages
from gridkit.language.phrases import AND, LIST, Phrase, joined, spoken, template
from gridkit.plan.names import Names
from gridkit.plan.outline import SIDES, sides
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from gridkit.plan.plan import Plan

SAID = 0.3
"""What runs along more than this share of a side is named; at most :data:`MOST` things are."""
MOST = 2

_FEATURES = {
    "path": template("a path"),
    "wall": template("a wall"),
    "service": template("a lane"),
    "street": template("an unnamed street"),
    "collector": template("an unnamed road"),
    "arterial": template("an unnamed main road"),
    "motorway": template("the motorway"),
    "rail": template("the railway"),
    "canal": template("the canal"),
    "river": template("the river"),
    "boundary": template("the community's boundary"),
    "edge": template("the edge of the district"),
}
_NOTHING = template("no line on the ground")
FEATURE_WORDS = {
    **{name: said for name, said in _FEATURES.items() if name not in ("edge", "boundary")},
    "none": _NOTHING,
}
"""What a border may follow, as walkers may write it."""
_WALL = template("the {side} wall of {compound}")
_SIDE = {
    "east": Phrase("east", "side"),
    "west": Phrase("west", "side"),
    "south": Phrase("south", "side"),
    "north": Phrase("north", "side"),
}
"""In the order in which several are said: 东、西、南、北."""
_TO = template("{sides} to {what}")
_WHAT = ["name", "feature", "wall_side", "other", "grid_id"]
"""What the words of a piece of an outline depend on."""


def written() -> dict[str, str]:
    """Return the language of each column that a plan's file has the bounds in: as offices write them, and in others."""
    return {"boundary": "zh", **{f"boundary_{language}": language for language in languages() if language != "zh"}}


def bounds(plan: Plan, lang: str = "en") -> pd.Series:
    """Return the four bounds of each grid as one sentence, on the index ``grid_id``.

    A side is what faces that way within 45 degrees. Named features are called by their names, walls by their compound,
    others by what they are; where nothing runs, the neighbouring grid is named. An edge of the district or a community
    is called by the road, railway or water along it, if one has a name. A side that no border faces takes the grid at
    the corner that reaches farthest that way. Sides along one and the same thing are said together.
    """
    return in_languages(plan, (lang,))[lang]


def in_languages(plan: Plan, langs: Iterable[str]) -> dict[str, pd.Series]:
    """Return the four bounds of each grid in several languages: what :func:`bounds` says, by language."""
    table = sides(plan)
    far = _farthest(table)
    return {lang: _told(plan, table, far, _Words(plan, lang)) for lang in langs}


def _told(plan: Plan, table: pd.DataFrame, far: dict[tuple[str, str], dict[Hashable, Any]], words: _Words) -> pd.Series:
    """Return the sentences of all grids in one language."""
    kind = table.groupby(_WHAT, dropna=False, sort=False).ngroup()  # in the order in which they first stand there
    things = [words.thing(row) for row in table.drop_duplicates(_WHAT)[_WHAT].to_dict("records")]
    said = table[["grid_id", "side", "metres"]].assign(said=np.array(things, dtype=object)[kind])
    by_side = said.groupby(["grid_id", "side", "said"], sort=True)["metres"].sum().reset_index()
    named = _longest(by_side).groupby(["grid_id", "side"])["said"].agg(lambda found: words.list(list(found)))
    sentences = {}
    for grid in plan.grids.index:
        by = {side: str(named.get((grid, side)) or words.corner(far.get((grid, side)), str(grid))) for side in SIDES}
        sentences[grid] = words.sentence(by)
    return pd.Series(sentences, dtype=TEXT, name="bounds").rename_axis("grid_id")


def called(plan: Plan, feature: str, name: str, lang: str) -> str:
    """Return what a border follows: its name as the map has it in a language, else what it is."""
    words = _Words(plan, lang)
    if name:
        return words.signposts.get(name, name)
    return words.said(Phrase(_FEATURES[feature])) if feature in _FEATURES else words.said(Phrase(_NOTHING))


@dataclass(frozen=True)
class _Words:
    """The words of one plan's bounds in one language."""

    plan: Plan
    lang: str

    @cached_property
    def names(self) -> Names:
        return Names(self.plan)

    @cached_property
    def signposts(self) -> dict[str, str]:
        """What a name on the map is in the reader's language, where the map has it in that one."""
        own = f"name_{self.lang}"
        found: dict[str, str] = {}
        for table in self.plan.backdrop.values():
            if "name" in table and own in table:
                both = table[table["name"].notna() & table[own].notna()]
                found |= dict(zip(both["name"].astype(TEXT), both[own].astype(TEXT), strict=True))
        return found

    def thing(self, piece: dict[Hashable, Any]) -> str:
        """Return what runs along a piece of an outline."""
        name, feature = piece["name"], str(piece["feature"])
        if isinstance(name, str) and name:
            signed = self.signposts.get(name, name)
            wall = piece["wall_side"]
            return self.said(Phrase(_WALL, side=_SIDE[str(wall)], compound=signed)) if wall else signed
        if feature in _FEATURES:
            return self.said(Phrase(_FEATURES[feature]))
        return self.said(self.names.beside(str(piece["other"]), str(piece["grid_id"])))

    def corner(self, piece: dict[Hashable, Any] | None, grid: str) -> str:
        """Return the grid beyond the piece that reaches farthest, or what runs there where the district ends."""
        if piece is None:
            return self.said(Phrase(_FEATURES["edge"]))
        return self.said(self.names.beside(str(piece["other"]), grid)) if piece["other"] else self.thing(piece)

    def sentence(self, things: dict[str, str]) -> str:
        """Return the sentence of what is on each side, the sides along one thing together."""
        clauses = []
        for thing in dict.fromkeys(things.values()):
            along = [self.said(word) for side, word in _SIDE.items() if things[side] == thing]
            clauses.append(Phrase(_TO, sides=self.list(along), what=thing))
        whole = self.said(reduce(lambda one, other: Phrase("{one}, {other}", "clauses", one=one, other=other), clauses))
        return whole[:1].upper() + whole[1:]

    def list(self, names: Sequence[str]) -> str:
        """Return one to four names as a list."""
        *first, last = names
        return self.said(Phrase(AND, one=joined(first, LIST), other=last)) if first else last

    def said(self, text: str) -> str:
        return str(spoken(text, self.lang))


def _longest(by_side: pd.DataFrame) -> pd.DataFrame:
    """Return what is worth naming on each side, the longest first."""
    order = by_side.sort_values(["metres", "said"], ascending=[False, True], kind="stable")
    side = order.groupby(["grid_id", "side"], sort=False)
    place = side.cumcount()
    long = order["metres"] >= SAID * side["metres"].transform("sum")
    return order[(place == 0) | (long & (place < MOST))]


def _farthest(table: pd.DataFrame) -> dict[tuple[str, str], dict[Hashable, Any]]:
    """Return the piece that reaches farthest to each side of each grid."""
    found: dict[tuple[str, str], dict[Hashable, Any]] = {}
    for side, key, sign in (("east", "x", 1), ("south", "y", -1), ("west", "x", -1), ("north", "y", 1)):
        at = (sign * table[key]).groupby(table["grid_id"]).idxmax()
        pieces = table.loc[at, _WHAT].to_dict("records")
        found |= {(str(grid), side): piece for grid, piece in zip(at.index, pieces, strict=True)}
    return found
