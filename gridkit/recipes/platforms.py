"""Exports of platforms where residents propose: a column for each language, taxonomies, comments of officials."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, series
from gridkit.measure.incidents.classes import plain
from gridkit.sources import registers
from gridkit.sources.reading import Reading
from gridkit.sources.tables import cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridkit.catalog.definitions import ParticipationLayer
    from gridkit.measure.departments.joined import Directory
    from gridkit.project import Source
    from gridkit.sources.holdings import Holding

_SPOKEN = re.compile(r"(.+)[/.][a-z]{2,3}(?:[-_][A-Za-z]+)?")
_TAXONOMY = re.compile(r"taxonomies[/.]\d+[/.][a-z]{2,3}(?:[-_][A-Za-z]+)?")


def one_language(held: Holding, columns: Mapping[str, Sequence[str]]) -> Holding:
    """Return a table whose texts stand once per language (``answer/en``, ``answer/es``) with one column of each."""
    rows, roles = held.rows, dict(held.roles)
    for role, names in columns.items():
        wanted = {plain(name) for name in names}
        found = [(each, spoken[1]) for each in held.columns if (spoken := _SPOKEN.fullmatch(each))]
        # ``scope/id`` beside ``scope/name/en`` is a number; ``answer/id`` beside ``answer/en`` is Indonesian.
        deep = {base.replace(".", "/").rpartition("/")[0] for _, base in found}
        parts = [each for each, base in found if plain(base.replace(".", "/")) in wanted and base not in deep]
        if not parts or (role in roles and roles[role] not in parts):
            continue
        texts = rows[parts].astype("object").where(~rows[parts].apply(cells.blanks), None)
        rows = rows.assign(**{f"{role}/": texts.bfill(axis=1).iloc[:, 0]})
        roles[role] = f"{role}/"
    return replace(held, rows=rows, roles=roles)


def of_taxonomies(held: Holding, places: Directory) -> Holding:
    """Return a table with the community that one of its taxonomies names, where no other column names one.

    Since Decidim 0.30 scopes and categories are taxonomies, each in a column of its own (``taxonomies/12/en``).
    """
    parts = [name for name in held.columns if _TAXONOMY.fullmatch(name)]
    if "community" in held.roles or not parts:
        return held
    found = pd.Series(None, index=held.rows.index, dtype="object")
    for part in parts:
        named = held.rows[part].map(
            lambda cell: str(cell).strip() if places.community(str(cell).strip())[1] else None, na_action="ignore"
        )
        found = found.where(found.notna(), named.where(named.notna(), None))
    if found.isna().all():
        return held
    return replace(
        held, rows=held.rows.assign(**{"community/": found}), roles={**held.roles, "community": "community/"}
    )


def officials(source: Source, definition: ParticipationLayer, reading: Reading) -> tuple[pd.Series[Any], list[Phrase]]:
    """Return how many comments of officials each proposal has, and what is to be said of them."""
    found = registers.read(
        source, definition.comments, reading=Reading(encoding=reading.encoding), needed=("proposal",)
    )
    if "who" not in found:
        raise TableError(
            "no column says who commented", where=found.where, mend="name it as one of: {names}",
            names=series(definition.comments["who"]),
        )  # fmt: skip
    words = {plain(word) for word in definition.states.get("official", ())}
    who = found.texts("who").map(lambda cell: plain(str(cell)), na_action="ignore")
    numbered = found.rows["who"].map(lambda cell: str(cell).removesuffix(".0").isdigit())
    ours = who.isin(words) | numbered
    numbers, notes = found.texts("proposal"), []
    if "about" in found:
        # One platform numbers its proposals, debates and comments each from 1.
        kinds = found.texts("about").map(lambda cell: plain(str(cell).rpartition(":")[2]), na_action="ignore")
        others = ~kinds.isin({plain(word) for word in definition.states.get("proposal", ())})
        numbers = numbers.mask(others)
        if others.any():
            notes.append(
                Phrase(
                    "{where}: {count} comment is on something else than a proposal, and is left out: {names}",
                    "",
                    "{where}: {count} comments are on something else than a proposal, and are left out: {names}",
                    where=found.where,
                    count=int(others.sum()),
                    names=series(dict.fromkeys(found.texts("about")[others].fillna("–"))),
                )
            )
    return ours.astype(float).groupby(numbers.to_numpy()).sum(), notes
