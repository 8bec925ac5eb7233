"""What the facts of reports and the columns of tables are called, and what their codes mean, from ``labels.toml``."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridkit.language.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

LABEL = "label"
"""The context that names of facts stand in, in the catalogue."""

_PATH = re.compile(r".*[/\\]([^/\\]+\.\w{2,8}(?::[^/\\]*)?)")


def label(*path: str) -> Phrase:
    """Return what a fact is called, by the names that lead to it: the longest end of the path that has a label wins.

    Examples
    --------
    >>> label("rules", "inside"), label("weights", "inside"), label("anything", "people")
    ('Inside one community', 'left inside a grid', 'people')
    >>> label("people").said("zh")
    '人口'
    """
    path = tuple("rules" if name == "audit" else name for name in path)  # the check's results bear its rules' names
    found = _by_path("labels", path)
    return _phrase(_spelt(path)[-1] if found is None else found, LABEL)


def unit_of(*path: str) -> str | None:
    """Return what the number of a fact is counted in, by the names that lead to it; None where nothing is known of it.

    Examples
    --------
    >>> unit_of("loop", "due"), unit_of("split", "people"), unit_of("share_with", "parks"), unit_of("share_moved")
    ('incidents', 'people', '%', '%')
    """
    found = _by_path("units", path)
    if found is None and len(path) > 1:
        found = _by_path("units", (*path[:-1], "*"))
    # Shares are called so throughout; a table of names would have to be kept up with every minute that is asked for.
    return "%" if found is None and {"share", "shares"} & set(path[-1].split("_")) else found


def _by_path(table: str, path: tuple[str, ...]) -> str | None:
    """Return the entry of a table under the longest end of a path that stands there."""
    known: dict[str, str] = _table()[table]
    names = _spelt(path)
    ends = (end for start in range(len(path)) for end in (names[start:], path[start:]))
    return next((found for end in ends if (found := known.get(".".join(end))) is not None), None)


def _spelt(path: tuple[str, ...]) -> list[str]:
    return [name.replace("_", " ").strip() if name.isidentifier() else name for name in path]


def code(kind: str, name: object) -> str:
    """Return what a code means, by the column it stands in: a phrase, or the code itself where it has no words.

    Examples
    --------
    >>> code("verdict", "FAIL"), code("kind", "pbf"), code("kind", "?")
    ('fail', 'OpenStreetMap (pbf)', '?')
    """
    found: str | None = _table()["codes"].get(kind, {}).get(str(name))
    return str(name) if found is None else _phrase(found, kind)


SAID = (
    "practice",
    "what",
    *("measure", "base", "how", "who", "trend", "step", "kind", "reason", "group", "rarest", "standing"),
    *("counted", "parts_by", "goal", "why", "state", "way"),
)
"""Facts whose text is a word of ours, never one from data."""


def fact(name: str, text: str) -> str:
    """Return a fact's text in words: what its code means, or a word of ours where it is one; else as it is.

    Examples
    --------
    >>> fact("counted", "households").said("zh"), fact("net", "health").said("zh"), fact("net", "households")
    ('户数', '卫生健康', 'households')
    """
    meant = code(name, text)
    return meant if isinstance(meant, Phrase) or name not in SAID else word(text)


def meaning(kind: str, name: str) -> Phrase:
    """Return what a code means as a phrase, for titles that are said in the reader's language later on.

    Examples
    --------
    >>> meaning("indicator", "patrol").said("zh") != meaning("indicator", "patrol")
    True
    """
    found = code(kind, name)
    return found if isinstance(found, Phrase) else _phrase(found, kind)


def title(text: str) -> str:
    """Return the title of a plan, to be said in any language where it is one of ours (that of the made-up district)."""
    return next((each for each in TITLES if text in each.by_language().values()), text)


TITLES = (Phrase("Q District (made up)", "title"),)
"""Titles that gridkit gives by itself."""


def source(text: str) -> Phrase:
    """Return where a number comes from, as the definitions say it, to be said in any language."""
    return _phrase(text, "source")


def file_names(sources: Iterable[str]) -> dict[str, str]:
    """Return what was read by what a person calls it: without the folders it lies in, whole where two are called alike.

    Examples
    --------
    >>> list(file_names(["../2026/a.gpkg:people", "b.csv", "postgresql://host/db:public.a"]).values())
    ['a.gpkg:people', 'b.csv', 'postgresql://host/db:public.a']
    >>> list(file_names(["2025/a.csv", "2026/a.csv"]).values())
    ['2025/a.csv', '2026/a.csv']
    """
    bare = {each: _without_folders(each) for each in sources}
    often = Counter(bare.values())
    return {each: name if often[name] == 1 else each for each, name in bare.items()}


def _without_folders(source: str) -> str:
    path = _PATH.fullmatch(source)
    return path[1] if path and "://" not in source else source


def word(text: str) -> Phrase:
    """Return a name that may be a word of ours (people, households), said in the language where it is one."""
    found: str | None = _table()["labels"].get(text.replace("_", " ") if text.isidentifier() else text)
    return _phrase(text, "") if found is None else _phrase(found, LABEL)


def _phrase(text: str, context: str) -> Phrase:
    return Phrase(text.replace("{", "{{").replace("}", "}}"), context)


@cache
def _table() -> dict[str, Any]:
    read: dict[str, Any] = tomllib.loads(Path(__file__).with_name("labels.toml").read_text(encoding="utf-8"))
    return read
