"""Cells that hold several values or a structure: lists and JSON, as arrays or as text, and the plain values in them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import geopandas as gpd

_TOGETHER = ("other_tags", "tags")
_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"((?:[^"\\]|\\.)*)"')

BETWEEN = "/"
"""What stands between the values of a list that becomes one text."""


def structure(cell: object) -> Any:  # noqa: ANN401 - whatever it holds
    """Return what a cell holds: lists and dictionaries out of arrays and texts, a plain cell as it is, else None.

    Examples
    --------
    >>> structure("['50', '60']"), structure('{"primary": "Mill Lane"}'), structure("[draft] road")
    (['50', '60'], {'primary': 'Mill Lane'}, '[draft] road')
    """
    if isinstance(cell, np.ndarray | tuple | list):
        return [structure(each) for each in cell]
    if isinstance(cell, Mapping):
        return {str(key): structure(value) for key, value in cell.items()}
    if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, str) and cell.strip()[:1] in ("[", "{"):
        return _parsed(cell.strip())
    return cell


def _parsed(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        found = ast.literal_eval(text)  # literals alone: as Python writes a list
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text
    return structure(list(found) if isinstance(found, set) else found) if isinstance(found, list | dict | set) else text


def values(cell: object) -> list[Any]:
    """Return the plain values in a cell: those of its list, each once, or itself; none for an empty cell.

    Examples
    --------
    >>> values("['50', '60']"), values(30.0), values(None)
    (['50', '60'], [30.0], [])
    """
    found = structure(cell)
    listed = found if isinstance(found, list) else [found]
    return list(dict.fromkeys(each for each in listed if each is not None and not isinstance(each, list | dict)))


def several(column: pd.Series) -> bool:
    """Return whether any cell of a column is a list or a structure rather than a plain value."""
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return False
    if isinstance(column.dtype, pd.StringDtype):  # texts: only those that begin like a list are looked into
        column = column[column.str.contains(r"^\s*[\[{]", na=False)]
    return any(isinstance(structure(cell), list | dict) for cell in column)


def unlisted(column: pd.Series, what: Callable[[list[Any]], object]) -> pd.Series:
    """Return a column whose lists are made one value each by ``what``; a column without lists comes back as it is."""
    if not several(column):
        return column
    made = [what(found) if (found := values(cell)) else None for cell in column]
    return pd.Series(made, index=column.index, name=column.name, dtype="object")


def together(found: list[Any]) -> str:
    """Return values as one text.

    Examples
    --------
    >>> together(["Mill Lane", "Weir Road"])
    'Mill Lane/Weir Road'
    """
    return BETWEEN.join(str(each).strip() for each in found)


def spread(frame: gpd.GeoDataFrame, wanted: Iterable[str]) -> gpd.GeoDataFrame:
    """Return a table with columns of their own for the tags that GDAL and HOT keep together in one cell.

    Parameters
    ----------
    frame
        With ``other_tags`` (GDAL, QGIS: ``"oneway"=>"yes","layer"=>"1"``) or ``tags`` (JSON), else it comes back as is.
    wanted
        The tags that are taken; a column that is there already keeps its values where it has some.
    """
    kept = [name for name in _TOGETHER if name in frame.columns and frame.columns.is_unique]
    if not kept:
        return frame
    each = [dict[str, Any]() for _ in range(len(frame))]
    for name in kept:
        for tags, cell in zip(each, frame[name], strict=True):
            tags.update(_tags(cell))
    made = frame.copy(deep=False)
    for tag in wanted:
        values = pd.Series([tags.get(tag) for tags in each], index=frame.index, dtype="object")
        if values.notna().any():
            made[tag] = values if tag not in frame else frame[tag].astype("object").where(frame[tag].notna(), values)
    return made


def _tags(cell: object) -> dict[str, Any]:
    if isinstance(cell, str) and "=>" in cell:
        return {key.replace('\\"', '"'): value.replace('\\"', '"') for key, value in _HSTORE.findall(cell)}
    found = structure(cell)
    return found if isinstance(found, dict) else {}
