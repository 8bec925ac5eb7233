"""How an object shows itself: in a few lines of text, as HTML in a notebook, and whether two of them are the same.

What lists definitions alone loads no library of tables: it is loaded by the first table that is shown or compared.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

MOST_LINES, MOST_ROWS, MOST_SIGNS = 10, 8, 100
"""Lines of a text, rows of a table and signs of a line that are shown."""


def lines(head: str, facts: Mapping[str, object]) -> str:
    """Return a headline and facts below it, at most ten lines of at most a hundred signs.

    Examples
    --------
    >>> print(lines("Plan 'Q District'", {"grids": 53, "CRS": "EPSG:32650"}))
    <Plan 'Q District'
      grids  53
      CRS    EPSG:32650>
    """
    width = max((len(name) for name in facts), default=0)
    said = [cut(f"  {name:{width}}  {value}") for name, value in facts.items()]
    if len(said) >= MOST_LINES:
        said = [*said[: MOST_LINES - 2], f"  and {len(said) - MOST_LINES + 2} more"]
    return "<" + "\n".join([cut(head), *said]) + ">"


def cut(text: str) -> str:
    """Return a text as one line that is no longer than a hundred signs."""
    line = text.rstrip().replace("\n", " ")
    return line if len(line) <= MOST_SIGNS else line[: MOST_SIGNS - 4] + " ..."


def card(head: str, facts: Mapping[str, object], rows: pd.DataFrame | None = None, *, most: int = MOST_ROWS) -> str:
    """Return a headline, facts and the first rows of a table as HTML; every text is escaped."""
    listed = "".join(f"<tr><th>{escape(str(name))}</th><td>{said(value)}</td></tr>" for name, value in facts.items())
    shown = "" if rows is None else table(rows, most)
    return f"<div><b>{escape(head)}</b><table><tbody>{listed}</tbody></table>{shown}</div>"


def table(rows: pd.DataFrame, most: int = MOST_ROWS) -> str:
    """Return the first rows of a table as HTML, shapes left out; every text is escaped."""
    plain = without_shapes(rows)
    first = rows.index.name
    names = ["" if first is None else str(first), *(str(name) for name in plain.columns)]
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr><th>{escape(str(name))}</th>{''.join(f'<td>{said(value)}</td>' for value in values)}</tr>"
        for name, *values in plain.head(most).itertuples(name=None)
    )
    more = f"<caption>the first {most} of {len(plain):,}</caption>" if len(plain) > most else ""
    return f"<table>{more}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def without_shapes(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table without its shapes."""
    import pandas as pd

    plain = [str(kind) != "geometry" for kind in rows.dtypes]
    return pd.DataFrame(rows.loc[:, plain])


def said(value: object) -> str:
    """Return a value as escaped text: numbers short, nothing for no value."""
    import numpy as np
    import pandas as pd

    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | float | np.number):
        number = float(value)
        return "" if np.isnan(number) else f"{number:,.0f}" if abs(number) >= MOST_SIGNS else f"{number:.4g}"
    return escape("" if value is None or value is pd.NaT or value is pd.NA else str(value))


def listed(names: Iterable[object]) -> str:
    """Return names as one text; a dash where there is none."""
    return ", ".join(str(name) for name in names) or "-"


# ------------------------------------------------------------------ the same
def same(one: object, other: object) -> bool:
    """Return whether two values are the same: tables by their cells, index and CRS, dataclasses field by field.

    Examples
    --------
    >>> same({"a": [1, 2]}, {"a": [1, 2]}), same([1, 3], [1, 2])
    (True, False)
    """
    import numpy as np
    import pandas as pd

    if one is other:
        return True
    if isinstance(one, pd.DataFrame | pd.Series) and isinstance(other, pd.DataFrame | pd.Series):
        return _same_table(one, other)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return bool(one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if isinstance(one, dict | list | tuple) and isinstance(other, dict | list | tuple):
        return type(one) is type(other) and len(one) == len(other) and _same_items(one, other)
    if is_dataclass(one) and type(one) is type(other):
        return all(same(getattr(one, name), getattr(other, name)) for name in compared(one))
    return bool(one == other)


def compared(value: Any) -> list[str]:  # noqa: ANN401 - any dataclass
    """Return the names of the fields that tell a dataclass from another."""
    return [each.name for each in fields(value) if each.compare]


def _same_items(one: Any, other: Any) -> bool:  # noqa: ANN401 - a container
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(each, other[name]) for name, each in one.items())
    return all(same(each, beside) for each, beside in zip(one, other, strict=True))


def _same_table(one: pd.DataFrame | pd.Series, other: pd.DataFrame | pd.Series) -> bool:
    crs = [getattr(each, "crs", None) for each in (one, other)]
    return type(one) is type(other) and crs[0] == crs[1] and one.index.names == other.index.names and one.equals(other)  # type: ignore[arg-type]
