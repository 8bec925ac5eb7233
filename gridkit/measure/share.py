"""A share as it is told: what stands above and below its line, how sure it is, where it is from, and whom it covers.

::

    wilson(n, of) -> (low, high)       the interval of a share of few
    Share(n, of, ...).told() -> dict   as every report prints it; few are hidden, what is missing stays missing
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridkit.language.numbers import Quantity, counted, share
from gridkit.language.phrases import Phrase, joined, template

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST = 10
"""A share of fewer is not told; of people and households no count from 1 to 9 is, above the line or left over."""
FEW = 100
"""A share of fewer is told with its interval."""
_Z = 1.959963984540054


def wilson(n: float, of: float) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22(158), 209-212.

    Examples
    --------
    >>> tuple(round(end, 3) for end in wilson(2, 55))
    (0.01, 0.123)
    """
    if of <= 0:
        return 0.0, 1.0
    p, z = n / of, _Z * _Z
    middle, half = p + z / (2 * of), _Z * math.sqrt(p * (1 - p) / of + z / (4 * of * of))
    return max((middle - half) / (1 + z / of), 0.0), min((middle + half) / (1 + z / of), 1.0)


@dataclass(frozen=True)
class Share:
    """What stands above and below the line, and where it is from.

    Attributes
    ----------
    n, of
        Above and below; None where nobody knows: a missing number is not nought.
    source, asof
        The table it was counted from, and the newest day in it, ISO 8601; empty where it has none.
    known, grids
        How many grids it is known of, and how many there are; None where it is of no grid.
    persons
        Whether people or households are counted, of whom fewer than :data:`LEAST` are hidden on either side.
    binomial
        Whether it is a share of so many trials: only then its interval is Wilson's. Hours are none.
    computed
        Whether it is computed from the plan (hours a grid needs, metres to patrol) and counts nobody: never hidden.
    """

    n: float | None
    of: float | None
    source: str = ""
    asof: str = ""
    known: int | None = None
    grids: int | None = None
    persons: bool = False
    binomial: bool = True
    computed: bool = False

    @property
    def why(self) -> str:
        """Why it is not told: ``missing``, ``few``, or empty where it is."""
        if self.n is None or self.of is None or not math.isfinite(self.n) or not math.isfinite(self.of):
            return "missing"
        return "few" if not self.computed and few(self.n, self.of, persons=self.persons) else ""

    def told(self) -> dict[str, Any]:
        """Return it as reports have it: ``n``, ``of``, ``share`` and its interval, ``why`` not, source and coverage."""
        shown = not self.why
        n, of = (self.n, self.of) if shown else (None, None)
        ends: tuple[float, float] | tuple[None, None] = (None, None)
        if shown and self.binomial and of is not None and n is not None and of < FEW:
            ends = wilson(n, of)
        return {
            "n": _plain(n),
            "of": _plain(of),
            "share": n / of if n is not None and of else None,
            "share_low": ends[0],
            "share_high": ends[1],
            "why": self.why,
            "source": self.source,
            "asof": self.asof or None,
            "grids_known": self.known,
            "grids": self.grids,
        }


def listed(shares: Mapping[str, Share]) -> list[dict[str, Any]]:
    """Return lines as reports list them, each with the name of its ``indicator``."""
    return [{"indicator": name, **each.told()} for name, each in shares.items()]


def sentence(line: Mapping[str, Any]) -> str:
    """Return a line as one sentence: n of N, the share with its interval, source and day, and the grids it covers.

    Examples
    --------
    >>> print(sentence(Share(2, 55, "proposals.csv", "2019-08-31").told()))
    2 of 55 (3.6%, 1.0% to 12.3%); proposals.csv, to 2019-08-31
    """
    if line["why"]:
        what = Phrase("too few to tell") if line["why"] == "few" else Phrase("no data")
    else:
        what = Phrase("{n} of {of} ({share})", n=counted(line["n"]), of=counted(line["of"]), share=_percent(line))
    parts: list[str] = [what]
    if line["source"] and line["asof"]:
        parts.append(Phrase("{source}, to {day}", source=line["source"], day=line["asof"]))
    elif line["source"]:
        parts.append(Phrase("{source}", source=line["source"]))
    if line["grids"]:
        covered = template("{known} of {count} grid with data", "{known} of {count} grids with data")
        parts.append(Phrase(covered, known=line["grids_known"], count=line["grids"]))
    return joined(parts)


def _percent(line: Mapping[str, Any]) -> Phrase | Quantity:
    if line["share"] is None:
        return Phrase("no share")
    if line["share_low"] is None:
        return share(line["share"], 1)
    ends = {name: share(line[f"share_{name}"], 1) for name in ("low", "high")}
    return Phrase("{share}, {low} to {high}", share=share(line["share"], 1), **ends)


def few(n: float, of: float, *, persons: bool) -> bool:
    """Return whether a share is of too few to be told.

    Examples
    --------
    >>> few(2, 55, persons=False), few(2, 55, persons=True), few(0, 55, persons=True), few(3, 9, persons=False)
    (False, True, False, True)
    """
    if of < LEAST:
        return True
    return persons and (0 < n < LEAST or 0 < of - n < LEAST)


def _plain(value: float | None) -> float | int | None:
    return int(value) if value is not None and float(value).is_integer() else value
