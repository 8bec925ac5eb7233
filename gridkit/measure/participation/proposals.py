"""What became of proposals: answered, with a reason, led to a result, and the result done; each where it is known.

Nothing is told of what an export has no column for: a null is unknown, and stands neither above nor below a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.incidents.classes import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FATES = ("answered", "reasoned", "linked", "done")
"""What may become of a proposal; each is counted with ``_known`` beside it."""
DONE = 100.0
"""The progress of a result that is done, per cent."""
_YEAR = r"(?<!\d)(?:19|20)\d\d(?!\d)"
"""What tells a day from a word."""


def fates(rows: pd.DataFrame, states: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return 1, 0 or null for each of :data:`FATES`, and ``withdrawn``, on the index of the rows.

    Parameters
    ----------
    rows
        With any of ``state`` (a word of ``states``), ``answered`` (the day, or yes or no), ``answer`` (its text),
        ``result`` (what it led to), ``progress`` (of the result, per cent or a word), ``withdrawn`` (yes or no, or the
        day), and ``official`` (how many times somebody of the administration wrote to it).
    states
        Words that mean ``answered``, ``open``, ``withdrawn``, ``done``, ``undone``, ``yes`` and ``no``.
    """
    said = {name: frozenset(plain(word) for word in every) for name, every in states.items()}
    made = pd.DataFrame(np.nan, index=rows.index, columns=[*FATES, "withdrawn"])
    made["withdrawn"] = _either(
        _by_word(rows, "state", said, "withdrawn"), _by_word(rows, "withdrawn", said, "yes"), _on_a_day(rows)
    )
    made["withdrawn"] = made["withdrawn"].fillna(0.0)
    text = _filled(rows, "answer")
    made["answered"] = _first(
        _dated(rows, "answered", said), _state(rows, said), _seen(rows, "official"), text.where(text > 0)
    )
    if "answer" in rows and "answered" not in rows and "state" not in rows:
        made["answered"] = made["answered"].fillna(text)
    made["answered"] = made["answered"].mask(made["answered"].isna() & silent(rows), 0.0)
    made["reasoned"] = text
    made["linked"] = _filled(rows, "result")
    progress = _progress(rows, said)
    made["done"] = progress if "result" not in rows else progress.where(made["linked"] > 0)
    # A column that is there and blank says that it was not: an answer without a text has no reason.
    return made


def strange(rows: pd.DataFrame, states: Mapping[str, Sequence[str]]) -> pd.Series[int]:
    """Return how often each state stands there that no list knows and no other column tells the meaning of."""
    if "state" not in rows or "answered" in rows:
        return pd.Series(dtype=int)
    said = _texts(rows, "state").dropna()
    known = {plain(word) for every in states.values() for word in every}
    return said[~said.map(plain).isin(known)].value_counts()


def silent(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return which rows are blank in a column of states and in one of answers, where no other tells the day of one.

    Platforms write no state until they answer.
    """
    if not {"state", "answer"} <= set(rows) or "answered" in rows:
        return pd.Series(data=False, index=rows.index)
    states = _texts(rows, "state")
    blank: pd.Series[bool] = states.isna() & _texts(rows, "answer").isna()
    return blank & bool(states.notna().any())


def counted(found: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Return proposals counted by keys: ``n`` (withdrawn ones apart), ``withdrawn``, each fate and its ``_known``."""
    kept = found["withdrawn"] == 0
    table = pd.DataFrame({"n": kept.astype(float), "withdrawn": (~kept).astype(float)})
    for fate in FATES:
        table[fate] = found[fate].where(kept).fillna(0.0)
        table[f"{fate}_known"] = (found[fate].notna() & kept).astype(float)
    names = list(keys.columns)
    return table.join(keys).groupby(names, dropna=False, sort=True).sum().reset_index()


def of_comments(comments: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Return what stands above and below the line of what became of opinions on a plan (COMMENTS).

    Returns
    -------
    dict
        ``answered``: decided, of all; ``reasoned``: decided with an answer or a reason, of all; ``done``: moves that
        were made, of the moves asked for.
    """
    decided = comments["status"] != "open"
    said = pd.Series(data=False, index=comments.index)
    for name in ("answer", "reason"):
        if name in comments:
            said |= comments[name].notna() & (comments[name].astype("object").map(str).str.strip() != "")
    moves = comments["kind"] == "move"
    total = len(comments)
    return {
        "answered": (int(decided.sum()), total),
        "reasoned": (int((decided & said).sum()), total),
        "done": (int((moves & (comments["status"] == "accepted")).sum()), int(moves.sum())),
    }


# ------------------------------------------------------------------ cells
def _texts(rows: pd.DataFrame, name: str) -> pd.Series[Any]:
    held = rows[name]
    bare = held.map(lambda cell: str(cell).strip(), na_action="ignore")
    return bare.where(bare.notna() & ~bare.isin(["", "nan", "NaT", "None", "[]", "{}"]), None)


def _none(rows: pd.DataFrame) -> pd.Series[Any]:
    return pd.Series(np.nan, index=rows.index)


def _filled(rows: pd.DataFrame, name: str) -> pd.Series[Any]:
    return _texts(rows, name).notna().astype(float) if name in rows else _none(rows)


def _by_word(rows: pd.DataFrame, name: str, said: Mapping[str, frozenset[str]], means: str) -> pd.Series[Any]:
    if name not in rows:
        return _none(rows)
    words = _texts(rows, name).map(plain, na_action="ignore")
    return words.map(lambda word: float(word in said.get(means, ())), na_action="ignore").astype(float)


def _on_a_day(rows: pd.DataFrame) -> pd.Series[Any]:
    """Return 1 where a proposal was withdrawn on a day."""
    if "withdrawn" not in rows:
        return _none(rows)
    return _texts(rows, "withdrawn").astype("object").str.contains(_YEAR).astype(float)


def _state(rows: pd.DataFrame, said: Mapping[str, frozenset[str]]) -> pd.Series[Any]:
    """Return whether a state means answered; null for words of neither list."""
    if "state" not in rows:
        return _none(rows)
    words = _texts(rows, "state").map(plain, na_action="ignore")
    return words.map(
        lambda word: 1.0 if word in said["answered"] else 0.0 if word in said["open"] else np.nan, na_action="ignore"
    ).astype(float)


def _dated(rows: pd.DataFrame, name: str, said: Mapping[str, frozenset[str]]) -> pd.Series[Any]:
    """Return whether a cell says a day or yes; blank and no say that it was not."""
    if name not in rows:
        return _none(rows)
    words = _texts(rows, name).map(plain, na_action="ignore")
    return words.map(lambda word: float(word not in said["no"]), na_action="ignore").fillna(0.0).astype(float)


def _seen(rows: pd.DataFrame, name: str) -> pd.Series[Any]:
    return (rows[name].astype(float) > 0).astype(float).where(rows[name].notna()) if name in rows else _none(rows)


def _progress(rows: pd.DataFrame, said: Mapping[str, frozenset[str]]) -> pd.Series[Any]:
    if "progress" not in rows:
        return _none(rows)
    words = _texts(rows, "progress")
    numbers = pd.to_numeric(words.str.rstrip("%"), errors="coerce")
    told = words.map(plain, na_action="ignore").map(
        lambda word: 1.0 if word in said["done"] else 0.0 if word in said["undone"] else np.nan, na_action="ignore"
    )
    return told.astype(float).where(numbers.isna(), (numbers >= DONE).astype(float))


def _first(*each: pd.Series[Any]) -> pd.Series[Any]:
    """Return what the first says that says anything."""
    found = each[0]
    for other in each[1:]:
        found = found.where(found.notna(), other)
    return found


def _either(*each: pd.Series[Any]) -> pd.Series[Any]:
    """Return 1 where any says so, 0 where one says not, null where none says anything."""
    return pd.concat(each, axis=1).max(axis=1)
