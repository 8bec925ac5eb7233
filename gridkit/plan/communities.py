"""What the parents of a plan are called: their names in each language, the whole district where nobody named it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gridkit.language.catalogue import catalogue, languages
from gridkit.language.phrases import Phrase, Text, template
from gridkit.tables import TEXT

if TYPE_CHECKING:
    import geopandas as gpd

_WHOLE = template("The whole district")
_WHOLES = {"district", "all"}
"""What the parent is called in tables where there is none: of a file without them, of a plan by units alone."""
_COMMUNITY = template("{name} Community")
_VILLAGE = template("{name} Village")
_SEATS = {"社区": _COMMUNITY, "村": _VILLAGE}
"""How names of communities end that are spelt as they are read where no other name is known: Zhiyan Community."""


@dataclass(frozen=True)
class Communities:
    """What the parents of a plan are called, from its districts."""

    districts: gpd.GeoDataFrame

    def community(self, parent: str) -> str:
        """Return what a community is called in every language; empty where it has no name.

        A name of its own in a language (``name_en``) is said in it; without one, a Chinese community is spelt in other
        languages as it is read.
        """
        own = self.names.get(parent, "")
        if not own:
            return ""
        said = {lang: self._signed[lang].get(parent) or _spelt(own, lang) for lang in languages()}
        return own if set(said.values()) == {own} else Text(**said)

    def place(self, parent: str) -> str:
        """Return what stands for a community where it must be called something: its name, else its id.

        The one parent of a plan that nobody named is the whole district: its id is a word of ours, and none to be read.
        """
        if (named := self.community(parent)) or parent not in _WHOLES or len(self.districts) > 1:
            return named or parent
        return Phrase(_WHOLE)

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of communities as they were given."""
        return stated(self.districts)

    @cached_property
    def _signed(self) -> dict[str, dict[str, str]]:
        """The names of communities in each language that the districts have a column of."""
        return {lang: stated(self.districts, f"name_{lang}") for lang in languages()}


def _spelt(name: str, lang: str) -> str:
    """Return the name of a community in a language: a Chinese one as it is read, in languages that write otherwise."""
    seat = next((end for end in _SEATS if name.endswith(end) and len(name) > len(end)), "")
    if not seat or lang.startswith("zh") or not re.fullmatch(r"[\u4e00-\u9fff]+", name):
        return name
    from pypinyin import lazy_pinyin  # a dictionary of characters, for readers of other languages alone

    read = "".join(lazy_pinyin(name.removesuffix(seat))).capitalize()
    return catalogue(lang).said(_SEATS[seat]).format(name=read)


def stated(table: gpd.GeoDataFrame, column: str = "name") -> dict[str, str]:
    """Return the names that a table states, by the text of its index."""
    if column not in table:
        return {}
    texts = table[column].dropna().astype(TEXT).str.strip()
    return {str(key): name for key, name in texts.items() if name}
