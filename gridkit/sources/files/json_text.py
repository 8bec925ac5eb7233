"""JSON as others write it: where it breaks off, and what Python's reader cannot take, in one line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gridkit.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def parsed(text: str | bytes, path: Path, *, line: int = 0, parse_float: Callable[[str], Any] | None = None) -> Any:  # noqa: ANN401 - JSON
    """Return what a text says.

    Parameters
    ----------
    line
        Lines of the file that stand before the text.
    parse_float
        Makes a number of its digits.

    Raises
    ------
    SourceError
        With line and column where it breaks off; when it is too deep, no UTF-8, or has a number of thousands of digits.
    """
    try:
        return json.loads(text, parse_float=parse_float)
    except json.JSONDecodeError as error:
        raise SourceError(
            "the JSON breaks off at line {line}, column {column}: {error}",
            where=path,
            mend="get the file again",
            line=line + error.lineno,
            column=error.colno,
            error=error.msg,
        ) from None
    except (RecursionError, ValueError) as error:
        said = str(error).split(";")[0] or type(error).__name__
        raise SourceError("is no JSON that can be read: {error}", where=path, error=said[:200]) from None
