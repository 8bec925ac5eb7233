"""The rules of the audit as people read them: number, title, unit, and what is said of a place at fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.language.labels import label
from gridkit.language.numbers import UNITS, Quantity, area, length, share, unit
from gridkit.language.phrases import Phrase, template
from gridkit.plan.audit import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gridkit.catalog.presets import Rule
    from gridkit.plan.audit.audited import Audited
    from gridkit.plan.audit.rules import Measured

    Judge = Callable[[Audited, Rule], Measured]


@dataclass(frozen=True)
class Principle:
    """A rule as people read it.

    Attributes
    ----------
    name
        What the presets call it; its title is the label of that name, the same wherever the rule is named.
    number
        Its place in the audit; 1 to 9 are the nine principles of the unit grid.
    of
        What its number counts: a code of :data:`gridkit.language.numbers.UNITS`, or what it is a share of.
    note
        What is said of a place at fault, a template over ``value``.
    quantity
        Turns the value found there into one with its unit.
    lower_is_worse
        Whether the thresholds are lower limits.
    """

    name: str
    number: int
    of: str | Phrase
    note: str
    judge: Judge
    quantity: Callable[[float], object] = float
    lower_is_worse: bool = False

    @property
    def title(self) -> Phrase:
        """Its title."""
        return label("rules", self.name)

    @property
    def unit(self) -> Phrase:
        """What its number counts, in words."""
        return self.of if isinstance(self.of, Phrase) else unit(self.of)

    def counted(self, value: float) -> Phrase | Quantity:
        """Return its number with its unit."""
        if isinstance(self.of, Phrase):
            return Phrase("{what} ({unit})", what=share(value, 1), unit=self.of)
        return area(value) if self.of == _M2 else Quantity(value, self.of)

    def noted(self, value: float, measure: str = "") -> Phrase:
        """Return what is said of one place at fault, in a plan that divides by a measure."""
        counts = self.name == "band" and measure in UNITS
        return Phrase(self.note, value=Quantity(value, measure) if counts else self.quantity(value))


def _count(value: float) -> Quantity:
    return Quantity(value)


def _grids(value: float) -> Quantity:
    return Quantity(value, "grids")


def _people(value: float) -> Quantity:
    return Quantity(value, "people")


def _places(value: float) -> Quantity:
    return Quantity(value, "places")


def _score(value: float) -> Quantity:
    return Quantity(value, digits=2)


def _share(value: float) -> Quantity:
    return share(value)


def _minutes(value: float) -> Quantity:
    return Quantity(value, "minutes", 1)


_GRIDS, _M2 = "grids", "m2"

_ALL = (
    Principle("legal", 1, _GRIDS, template("lies in no known district"), rules.legal),
    Principle("inside", 2, _M2, template("has {value} outside its district"), rules.inside, area),
    Principle(
        "features",
        3,
        Phrase("share of the border"),
        template("has {value} of border along nothing"),
        rules.features,
        length,
        lower_is_worse=True,
    ),
    Principle("area", 4, _GRIDS, template("has an area of {value}"), rules.area, area),
    Principle(
        "compounds",
        5,
        "compounds",
        template("a compound lies in {value}"),
        rules.compounds,
        _grids,
    ),
    Principle("walk", 6, _GRIDS, template("the longest walk inside is {value}"), rules.walk, length),
    Principle(
        "band", 7, Phrase("share of grids"), template("has {value}, outside the range of size"), rules.band, _count
    ),
    Principle("gaps", 8, _M2, template("{value} belong to no grid"), rules.gaps, area),
    Principle("overlaps", 8, _M2, template("{value} belong to another grid too"), rules.overlaps, area),
    Principle("doubles", 8, _GRIDS, template("lies on another grid"), rules.doubles),
    Principle(
        "stable",
        9,
        Phrase("share of people"),
        template("{value} affected by the change to this grid"),
        rules.stable,
        _people,
    ),
    Principle("contiguous", 10, _GRIDS, template("a part of {value} lies apart"), rules.contiguous, area),
    Principle("compact", 11, _GRIDS, template("its compactness is {value} (1 is a circle)"), rules.compact, _score),
    Principle("crossings", 12, _GRIDS, template("streets enter at {value}"), rules.crossings, _places),
    Principle("people", 13, _GRIDS, template("nobody lives in it"), rules.people),
    Principle("codes", 14, _GRIDS, template("its code is malformed, doubled or retired"), rules.coded),
    Principle(
        "islands",
        15,
        _GRIDS,
        template("no known way leads to a part of it, {value} from the rest"),
        rules.islands,
        length,
    ),
    Principle("necks", 16, _GRIDS, template("hangs together by {value}"), rules.necks, length),
    Principle("other", 17, _GRIDS, template("has {value} by the second column"), rules.other, _count),
    Principle("micro", 18, unit("micro_grids"), template("a micro-grid of it is not whole inside it"), rules.micro),
    Principle("main_roads", 19, _GRIDS, template("{value} of a main road run inside"), rules.main_roads, length),
    Principle(
        "alike",
        20,
        Phrase("intra-area correlation"),
        template("its units are no more alike than chance"),
        rules.alike,
        lower_is_worse=True,
    ),
    Principle("even", 21, _GRIDS, template("is {value} off by a further column"), rules.even, _share),
    Principle("middle", 22, _GRIDS, template("people walk {value} to its middle"), rules.middle, _minutes),
    Principle("office", 23, _GRIDS, template("people walk {value} to its office"), rules.office, _minutes),
    Principle(
        "sure",
        24,
        Phrase("share of grids"),
        template("may be {value} off, and outside the range of size"),
        rules.sure,
        _count,
    ),
)
PRINCIPLES: Mapping[str, Principle] = {each.name: each for each in _ALL}
"""Every rule by the name the presets use; order is that of the audit."""
