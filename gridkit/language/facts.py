"""Facts of reports as people read them: every number with its unit, which ``labels.toml`` knows by the fact's name."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from gridkit.language import labels, numbers
from gridkit.language.numbers import UNITS, Quantity
from gridkit.language.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Said = Callable[[float], Quantity]

_WHOLE = {"people", "households", "grids", "units", "incidents", "places", "facilities", "rows"}
"""What comes in pieces: shares of a person are nothing to read."""
_FINE = {"people_per_household"}
"""What is told to two digits: households differ by tenths of a person."""
_FIGURES = 100
"""From here on a number needs no digit after the point."""
_BASE = {"area": "km2"}
"""Bases of rates that are no unit by their own name."""
_RANGE = "{low} – {high}"
_BRACKET = re.compile(r"\s*[(（]([^()（）]*)[)）]$")


def in_units(report: Any, *path: str, measure: object = "") -> Any:  # noqa: ANN401 - a report or any part of one
    """Return a report whose numbers are quantities, which say their unit; everything else is as it was.

    Parameters
    ----------
    report
        Facts by name, as JSON holds them.
    path
        The names that lead to them: the same name may count two things (``loop``, ``change``).
    measure
        What a plan was divided by, where ``report`` does not say it.

    Examples
    --------
    >>> said = in_units({"grids": 58, "measure": "households", "mean": 394.8, "compactness": 0.5})
    >>> [str(each) for each in said.values()]
    ['58 grids', 'households', '395 households', '0.5']
    """
    if isinstance(report, dict):
        # A range of size that is relative is told in shares of the mean, whatever is measured.
        measure = "share" if report.get("relative") is True else report.get("measure", measure)
        return {name: _fact(report, (*path, str(name)), value, measure) for name, value in report.items()}
    if isinstance(report, list):
        return [in_units(each, *path, measure=measure) for each in report]
    return report


def named(path: tuple[str, ...], value: object, lang: str) -> str:
    """Return what a fact is called in a language, without a unit in brackets that its value says.

    Examples
    --------
    >>> named(("mean_minutes",), 8.4, "en"), named(("mean_minutes",), Quantity(8.4, "minutes", 1), "en")
    ('mean time of those who get there (min)', 'mean time of those who get there')
    """
    said = labels.label(*path).said(lang)
    found = _BRACKET.search(said)
    if not isinstance(value, Quantity) or found is None:
        return said
    units = {Quantity(count, code).unit_said(lang) for code in UNITS for count in (1, 2)}
    return said[: found.start()] if found[1] in units else said


def counted(path: tuple[str, ...], value: Quantity, lang: str) -> str:
    """Return a number of a report in a language; what its name says it counts is not said again.

    Examples
    --------
    >>> counted(("grids",), Quantity(58, "grids"), "en"), counted(("grids",), Quantity(58, "grids"), "zh")
    ('58', '58个')
    >>> counted(("people",), Quantity(460, "people"), "zh")
    '460人'
    """
    if value.unit not in UNITS:
        return value.said(lang)
    name, unit = labels.label(*path).said(lang), value.unit_said(lang)
    # Words are parted by spaces or they are not: "sub-grids" are no grids, and 网格 are in 高发网格.
    ends = [unit[at:] for at in range(len(unit) - 1) if not (at and unit.isascii()) and name.endswith(unit[at:])]
    if not ends:
        return value.said(lang)
    return Quantity(value.value, "", value.digits).said(lang) + unit.removesuffix(ends[0])


def _fact(body: Mapping[str, Any], path: tuple[str, ...], value: Any, measure: object) -> Any:  # noqa: ANN401 - any fact
    unit = labels.unit_of(*path)
    if unit == "range" and not isinstance(value, dict):
        return _band(value, measure)
    if isinstance(value, dict | list):
        return in_units(value, *path, measure=measure)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if unit == "measure":
        measure = measure or body.get("counted")  # what nets are told in
        unit = labels.unit_of(str(measure)) if measure else labels.unit_of("whole", path[-1])
    if unit == "base":
        base = str(body.get("base", ""))
        unit = _BASE.get(base, base)
    return _said_as(unit)(float(value)) if unit else value


def _band(value: object, measure: object) -> object:
    """Return a range of size as one phrase."""
    if not isinstance(value, list | tuple) or not all(isinstance(each, int | float) for each in value):
        return value
    low, target, high = (float(each) for each in value)
    code = labels.unit_of(str(measure)) or ""
    small = high < _FIGURES / 10
    if small and (not code or target == 1):  # in shares of the mean, which is not known here
        code = "%"
    said = _said_as(code)
    digits = max(_digits(low), _digits(high)) if small else 0
    ends = numbers.between(low, high, code, digits) if code in UNITS else Phrase(_RANGE, low=said(low), high=said(high))
    return Phrase("{range}, target {target}", range=ends, target=said(target))


def _said_as(code: str) -> Said:
    if code == "%":
        return lambda value: numbers.share(value, 1)
    if code in ("length", "area"):
        return numbers.length if code == "length" else numbers.area
    if code not in UNITS:
        return lambda value: Quantity(value, "", _digits(value))
    return lambda value: Quantity(
        value, code, 0 if code in _WHOLE else 2 * _digits(value) if code in _FINE else _digits(value)
    )


def _digits(value: float) -> int:
    return 0 if not math.isfinite(value) or value == round(value) or abs(value) >= _FIGURES else 1
