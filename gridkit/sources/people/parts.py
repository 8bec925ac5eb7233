"""Columns that count parts of the people, where none counts all: men and women, or bands of age without a gap."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, listed
from gridkit.sources.tables import cells, quantities

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_SEXES = (
    re.compile(
        r"男性?|男子|males?|men|m|männer|maenner|männlich|maennlich|hommes?|masculin|hombres?|varones|masculino|homens?"
        r"|мужчины|мужской|муж|남자?|남성"
    ),
    re.compile(
        r"女性?|女子|females?|women|f|w|frauen|weiblich|femmes?|féminin|feminin|mujeres?|femenino|mulheres|feminino"
        r"|женщины|женский|жен|여자?|여성"
    ),
)
_PEOPLE = re.compile(
    r"人口数?|人数|口数|population|pop|persons?|people|residents?|einwohner|habitants|habitantes|poblaci[oó]n|popula[cç][aã]o"
    r"|население|numbers?|total|count|人|数"
)
_WITHOUT = re.compile(r"[(\[（][^)\]）]*[)\]）]|[\s_\-./:：、,，+]")
_BAND = re.compile(
    r"(?P<of>.*?)(?P<low>\d{1,3})(?:\s*(?:[-_~–至到]|to)\s*(?P<high>\d{1,3})\s*(?:岁|years|yrs|jahre|ans|años)?"
    r"|[\s_]*(?P<open>\+|plus|周?岁及?以上|and over|und mehr|et plus|y más)|\s*(?P<below>周?岁及?以下))(?:人口|人数)?",
    re.IGNORECASE,
)
_WHOSE = frozenset(
    {"", "常住", "实有", "户籍", "常驻", "resident", "residents", "registered", "usualresident", "usual", "residente"}
)
"""Whose men and women make all people; of others, such as the old, they make those."""
_LAST = 150


def summed(frame: pd.DataFrame, where: object) -> tuple[pd.Series | None, list[str]]:
    """Return how many people each row has, where its columns count parts that make all of them, and notes; else None.

    Taken are one column of men and one of women, in the languages of offices, else columns of bands of age that begin
    at 0, leave no gap, and end open (0-14, 15-59, 60+), for both sexes where they are told apart.

    Raises
    ------
    TableError
        When there are several such pairs, as of those registered and those resident.
    """
    names = _sexes(frame, where) or _ages(frame)
    if not names:
        return None, []
    read = [quantities.read(frame[name], kind="count", where=where) for name in names]
    total: pd.Series = sum(read[1:], start=read[0]).rename(" + ".join(names))
    notes = [note for each in read for note in each.attrs.get("notes", [])]
    total.attrs = {}
    return total, [*notes, Phrase("no column counts all people: {names} added up", names=listed(names, len(names)))]


def _sexes(frame: pd.DataFrame, where: object) -> list[str]:
    """Return the columns of men and women."""
    of: dict[str, dict[int, str]] = {}
    for name in map(str, frame.columns):
        for sex, kind in _sex(name):
            if kind not in _WHOSE:
                continue  # men of an age, of a trade: a part of all men
            of.setdefault(kind, {}).setdefault(sex, name)
    pairs = [[pair[0], pair[1]] for pair in of.values() if len(pair) == len(_SEXES)]
    if len(pairs) > 1:
        raise TableError(
            "several columns count men and women: {names}",
            where=where,
            mend="add a column of all people, and name it with --column people=NAME",
            names=listed([name for pair in pairs for name in pair], 2 * len(pairs)),
        )
    return pairs[0] if pairs else []


def _sex(name: str) -> list[tuple[int, str]]:
    """Return which sex a column counts, and what else its name says (registered, resident)."""
    words = _WITHOUT.sub(" ", cells.plain(name).casefold()).split()
    bare = "".join(_PEOPLE.sub("", word) if len(word) > 1 else word for word in words)
    for sex, called in enumerate(_SEXES):
        if called.fullmatch(bare):
            return [(sex, "")]
        for at, word in enumerate(words):
            if called.fullmatch(_PEOPLE.sub("", word) if len(word) > 1 else word):
                return [(sex, _PEOPLE.sub("", "".join(words[:at] + words[at + 1 :])))]
        if found := re.fullmatch(rf"(.*?)(?:{'男性?' if sex == 0 else '女性?'})", bare):
            return [(sex, found[1])]
    return []


def _ages(frame: pd.DataFrame) -> list[str]:
    """Return the columns of bands of age that make all people."""
    of: dict[str, list[tuple[int, int, str]]] = {}
    for name in map(str, frame.columns):
        if found := _BAND.fullmatch(cells.plain(name).strip()):
            low = 0 if found["below"] else int(found["low"])
            high = _LAST if found["open"] else int(found["high"] or found["low"])
            kind = _PEOPLE.sub("", _WITHOUT.sub("", found["of"].casefold()))
            of.setdefault(re.sub(r"age[ds]?|年龄段?", "", kind), []).append((low, high, name))
    whole = {kind: bands for kind, bands in of.items() if _gapless(bands)}
    if "" in whole:
        return [name for _, _, name in whole[""]]
    both = [next((bands for kind, bands in whole.items() if called.fullmatch(kind)), None) for called in _SEXES]
    return [name for bands in both for _, _, name in bands or ()] if all(both) else []


def _gapless(bands: Sequence[tuple[int, int, str]]) -> bool:
    ordered = sorted(bands)
    follows = all(after[0] == before[1] + 1 for before, after in pairwise(ordered))
    return len(ordered) > 1 and ordered[0][0] == 0 and ordered[-1][1] == _LAST and follows
