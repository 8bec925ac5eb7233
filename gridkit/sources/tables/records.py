"""Rows as web services hand them out: JSON records in a list, one a line, or within an answer."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.errors import SourceError
from gridkit.language.phrases import Phrase
from gridkit.sources.files import json_text
from gridkit.sources.tables import encodings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DEEP = 4
"""So deep in an answer its rows are looked for."""


def read(path: Path, encoding: str | None = None) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows as a table of text, and notes; what is nested has columns of its own, shapes stay whole.

    Parameters
    ----------
    path
        A list of objects, objects one a line, or an object that holds a list of them (``{"data": {"list": [...]}}``).
    encoding
        Of the text; found when None.

    Raises
    ------
    SourceError
        When it is no JSON, with where it breaks off, or holds no rows.

    Examples
    --------
    >>> _flat({"id": 7, "at": {"lon": 120.5, "lat": 32.5}})
    {'id': '7', 'at.lon': '120.5', 'at.lat': '32.5'}
    """
    text, name = encodings.read(path, encoding)
    text = text.removeprefix("\ufeff").strip()
    where, rows = _rows(_parsed(text, path))
    if not rows:
        raise SourceError("there are no rows in it", where=path, mend="get it again, or export it as CSV")
    frame = pd.DataFrame([_flat(row) for row in rows], dtype="object")
    leaves = Counter(str(column).rsplit(".", 1)[-1] for column in frame.columns)
    frame.columns = [leaf if leaves[leaf := str(each).rsplit(".", 1)[-1]] == 1 else str(each) for each in frame.columns]
    notes: list[str] = [] if name == "utf-8" else [Phrase("text is {encoding}", encoding=name)]
    if where:
        notes.append(Phrase("its rows are those of {where}", where=where))
    return frame, notes


def _parsed(text: str, path: Path) -> Any:  # noqa: ANN401 - JSON
    lines = text.splitlines()
    if len(lines) > 1 and text[:1] == "{" and lines[1].lstrip()[:1] == "{":
        return [json_text.parsed(line, path, line=k, parse_float=str) for k, line in enumerate(lines) if line.strip()]
    return json_text.parsed(text, path, parse_float=str)


def _rows(found: Any) -> tuple[str, list[dict[str, Any]]]:  # noqa: ANN401 - JSON
    """Return the longest list of objects in an answer, and the keys that lead to it."""
    return max(_lists(found, (), _DEEP), key=lambda each: len(each[1]), default=("", []))


def _lists(found: Any, keys: tuple[str, ...], deep: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:  # noqa: ANN401
    if isinstance(found, list) and found and all(isinstance(each, dict) for each in found):
        yield ".".join(keys), found
    elif (header := _header(found)) is not None:
        yield ".".join(keys), [dict(zip(header, row, strict=True)) for row in found[1:]]
    elif isinstance(found, dict) and deep:
        for key, inner in found.items():
            yield from _lists(inner, (*keys, str(key)), deep - 1)


def _header(found: Any) -> list[str] | None:  # noqa: ANN401 - JSON
    """Return the names of the columns where rows are lists, the first of them of names, as the US Census answers."""
    if not isinstance(found, list) or len(found) < 2 or not all(isinstance(row, list) for row in found):  # noqa: PLR2004
        return None
    first = found[0]
    named = bool(first) and len(set(map(str, first))) == len(first) and all(isinstance(each, str) for each in first)
    return first if named and all(len(row) == len(first) for row in found) else None


def _flat(row: dict[str, Any], before: str = "") -> dict[str, str | None]:
    """Return one row as text by column; a shape, or a list, is the text of its JSON."""
    made: dict[str, str | None] = {}
    for key, cell in row.items():
        name = f"{before}{key}"
        if isinstance(cell, dict) and cell and "coordinates" not in cell:
            made |= _flat(cell, f"{name}.")
        elif isinstance(cell, dict | list):
            made[name] = json.dumps(_numbered(cell), ensure_ascii=False) if cell else None
        elif isinstance(cell, bool):
            made[name] = "true" if cell else "false"
        else:
            made[name] = None if cell is None else str(cell)
    return made


def _numbered(cell: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON whose numbers are numbers again: they were kept as they were written."""
    if isinstance(cell, dict):
        return {key: _numbered(each) for key, each in cell.items()}
    if isinstance(cell, list):
        return [_numbered(each) for each in cell]
    try:
        return float(cell) if isinstance(cell, str) else cell
    except ValueError:
        return cell
