"""Rasters that hold logarithms of people: told by their words and values, asked about, and made counts again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from gridkit.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

SAID = "log="
"""Said as ``FILE:log=e``, ``log=10``, ``log=2`` or ``log=1p`` (of the count and one); ``log=none``: of nothing."""
NOTHING = "none"
LEAST, MOST = -15.0, 25.0
"""Between these lie the natural logarithms of every density and count there is, per cell or per km2."""

_WORD = re.compile(
    r"(?:^|[^A-Za-z])(?:log|ln)(?:1p|10|2|e)?(?=$|[^A-Za-z]|pop|dens|people|persons|count)|logarithm|(?-i:[a-z]Log(?=[A-Z0-9]))"
    r"|对数|對數|logaritm|логарифм",
    re.IGNORECASE,
)
_BACK: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "e": np.exp,
    "10": lambda values: np.power(10.0, values),
    "2": np.exp2,
    "1p": np.expm1,
    NOTHING: lambda values: values,
}


def words(file: Any, band: int, path: Path) -> str | None:  # noqa: ANN401 - rasterio's datasets
    """Return the words by which a raster's name, description, unit or tags say that it holds logarithms, else None."""
    tags = {**file.tags(), **file.tags(band)}
    said = [file.descriptions[band - 1], file.units[band - 1], *tags.values(), path.stem]
    return next((str(text) for text in said if text and _WORD.search(str(text))), None)


def looks(values: NDArray[np.float64]) -> bool:
    """Return whether values may be logarithms of people: none too large or too small, and most of them fractions.

    Examples
    --------
    >>> looks(np.array([-2.3, 0.4, 7.9])), looks(np.array([1.0, 2.0, 8.0])), looks(np.array([0.4, 311.7]))
    (True, False, False)
    """
    found = values[np.isfinite(values) & (values != 0)]
    whole = np.mean(found == np.round(found)) if len(found) else 1.0
    return bool(whole < 0.5 and found.min() >= LEAST and found.max() <= MOST)  # noqa: PLR2004 - most of them


def ask(values: NDArray[np.float64], said: str | None, path: Path) -> None:
    """Raise :class:`TableError` where words and values of a raster say that it holds logarithms."""
    if said is not None and looks(values):
        raise TableError(
            "its words ({words!r}) and values ({least:.3g} to {most:.3g}) are those of logarithms: either each is the "
            "logarithm of the people in a pixel, or it counts them",
            where=path,
            mend="name the file as {name}:log=e (or 10, 2, 1p), or as {name}:log=none when they are people",
            words=said,
            least=float(np.nanmin(values)),
            most=float(np.nanmax(values)),
            name=path.name,
        )


def base(word: str) -> str | None:
    """Return the base that a word behind a file says, None where it is no such word.

    Examples
    --------
    >>> base("log=10"), base("LOG=e"), base("log=3"), base("nodata=0")
    ('10', 'e', None, None)
    """
    said = word.casefold()
    found = said.removeprefix(SAID)
    return found if said.startswith(SAID) and found in _BACK else None


def undone(values: NDArray[np.float64], said: str) -> NDArray[np.float64]:
    """Return what values are the logarithms of, to the base that was said."""
    with np.errstate(over="ignore"):  # what is infinite is refused with the other values that no count can be
        return np.asarray(_BACK[said](values))
