"""The presets: band, measure, prices, rules, codes and words of one practice, each number with its source.

``presets()["cn-social"]`` reads ``gridkit/presets/cn-social.toml`` over the file it is ``like``. A number that was not
read in a source says ``verified = false``: it is a starting value to be replaced by the rule in force where the plan is
made.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from gridkit.band import Band
from gridkit.catalog.number import Number as Number  # noqa: PLC0414 - handed on: a preset is made of them
from gridkit.catalog.registry import PACKAGE, STRICT, Registry, read
from gridkit.catalog.rounds import Rounds
from gridkit.catalog.workload import Workload
from gridkit.errors import DefinitionError
from gridkit.face import face
from gridkit.language.phrases import Phrase
from gridkit.tables import FEATURES, Feature


@dataclass(frozen=True)
class PresetBand:
    """The least, wanted and largest measure of a grid.

    Attributes
    ----------
    relative
        Whether the numbers are shares of the mean (a quota), not in the unit of the preset's measure.
    """

    __pydantic_config__ = STRICT

    low: Number
    target: Number
    high: Number
    relative: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.low.value <= self.target.value <= self.high.value:
            raise ValueError("must be 0 <= low <= target <= high")

    def of(self, mean: float, factor: float = 1.0) -> Band:
        """Return the band in the unit of what is balanced.

        Parameters
        ----------
        mean
            The total over the number of grids, of which the numbers are shares where they are relative.
        factor
            What one of the preset's measure counts in that unit: people per household where people stand for
            households.
        """
        unit = mean if self.relative else factor
        return Band(self.low.value * unit, self.target.value * unit, self.high.value * unit)


@dataclass(frozen=True)
class BorderPrices:
    """What a border costs, in metres of ordinary border; a feature that is not named costs like ``none``.

    Attributes
    ----------
    cut
        Per feature, the factor on the metres of a border between two grids (dimensionless).
    inside
        Per feature, the factor on the metres of a feature left inside a grid (dimensionless).
    change
        Metres per unit of the measure that leaves its old grid.
    shape
        Metres per metre of border between two grids, whatever runs along it (dimensionless).
    joint
        Metres per metre that a joint inside a grid is narrower than ``wide_m`` (dimensionless).
    wide_m
        So many metres of ordinary border make a joint that lacks nothing.
    straddling
        Metres for each grid with more main road inside than the rule ``main_roads`` of the audit allows.
    thin
        Metres for each grid that is less compact than the rule ``compact`` of the audit allows.
    worker
        Metres for each household that gets another worker in a redraw, where the plan knows who answers for its grids;
        none where the practice does not say.
    homogeneous
        Metres for one of the measure who stands a standard deviation from the mean of the grid, in a column in which
        grids are to be alike.
    even
        Metres for a grid that holds a tenth more or less than the mean of a further column.
    walk
        Metres for a minute that one of the measure walks to the middle of the grid.
    office
        Metres for a minute that one of the measure walks to the office of the grid.
    """

    __pydantic_config__ = STRICT

    cut: dict[Feature, float]
    inside: dict[Feature, float]
    change: Number
    shape: Number
    joint: Number
    wide_m: Number
    straddling: Number
    thin: Number
    homogeneous: Number
    even: Number
    walk: Number
    office: Number
    source: str
    verified: bool = False
    worker: Number | None = None

    def factors(self, which: Literal["cut", "inside"]) -> tuple[float, ...]:
        """Return the factors by position in :data:`gridkit.tables.FEATURES`, as the splitter wants them."""
        given: dict[Feature, float] = getattr(self, which)
        ordinary = given.get("none", 1.0 if which == "cut" else 0.0)
        said = {str(name): factor for name, factor in given.items()}
        return tuple(said.get(name, ordinary) for name in FEATURES)


@dataclass(frozen=True)
class Rule:
    """When a rule of the audit warns and when it fails: where its number passes the threshold.

    Attributes
    ----------
    warn, fail
        Thresholds in the rule's unit; none where the rule never warns or never fails.
    limit
        A limit the rule measures against (the longest walk in metres, the gap that still counts as none); none where it
        has no such.
    """

    __pydantic_config__ = STRICT

    source: str
    warn: float | None = None
    fail: float | None = None
    limit: float | None = None
    verified: bool = False


@dataclass(frozen=True)
class LandUse:
    """How densely people live on land of each use.

    Attributes
    ----------
    people
        People per square metre by the kind of green area or compound, as a share of that of housing; a kind that is not
        named counts as housing.
    """

    __pydantic_config__ = STRICT

    source: str
    people: dict[str, float]
    verified: bool = False


@dataclass(frozen=True)
class Codes:
    """The code templates of grids and of the micro-grids in them (see gridkit.plan.codes).

    Attributes
    ----------
    template
        For districts with official codes, ``{county:6}{street:3}{community:3}{seq:3}``.
    plain
        For districts without, ``G{seq:3}``.
    micro
        What is added for the parts of a grid; empty where there are none.
    """

    __pydantic_config__ = STRICT

    template: str
    plain: str
    source: str
    micro: str = ""
    verified: bool = False


@dataclass(frozen=True)
class Preset:
    """One practice of dividing a district.

    Attributes
    ----------
    measure
        The column of UNITS that is balanced.
    band
        In the unit of ``measure``, or in shares of its mean.
    household_size
        People per household, to derive households where none are given; none where the practice counts people.
    vocabulary
        What this practice calls a ``grid``, its ``parent`` and the person in charge (``keeper``), and the pattern of a
        grid's ``name`` (see :data:`FIELDS`).
    """

    __pydantic_config__ = STRICT

    name: str
    title: Phrase
    about: Phrase
    measure: Literal["people", "households", "area_m2", "hours"]
    band: PresetBand
    prices: BorderPrices
    rules: dict[str, Rule]
    codes: Codes
    vocabulary: dict[str, Phrase]
    household_size: Number | None = None
    land_use: LandUse | None = None
    duties: list[Phrase] = field(default_factory=list)
    """What the person in charge of a grid does, as notice boards say it."""
    numbers: dict[str, Number] = field(default_factory=dict)
    """Further numbers of the practice by name (staff per grid ...)."""
    workload: Workload | None = None
    """What a grid has to do, how long each thing takes, and who does it; none where the practice does not say."""
    rounds: Rounds | None = None
    """Which streets a patrol passes and when rounds are walked."""

    def __post_init__(self) -> None:
        for lang, pattern in self.vocabulary["name"].by_language().items() if "name" in self.vocabulary else ():
            if not patterned(pattern):
                known = " ".join("{" + name + "}" for name in sorted(FIELDS))
                raise ValueError(f"vocabulary.name.{lang} needs {{number}} or {{ordinal}}, and may have {known}")

    def number(self, name: str) -> float:
        """Return one of the further numbers.

        Raises
        ------
        DefinitionError
            When the preset does not give it.

        Examples
        --------
        >>> presets()["cn-social"].number("workers")
        1.0
        """
        if name not in self.numbers:
            raise DefinitionError(
                "preset {preset} gives no number {name!r}",
                mend="give it with its source as [numbers.{name}], or start from another preset with like",
                preset=self.name,
                name=name,
            )
        return self.numbers[name].value

    def words(self) -> dict[str, dict[str, str]]:
        """Return the vocabulary by language, as :class:`gridkit.plan.plan.Parameters` keeps it.

        Examples
        --------
        >>> presets()["police-beat"].words()["en"]["grid"]
        'beat'
        """
        found: dict[str, dict[str, str]] = {}
        for word, said in self.vocabulary.items():
            for lang, text in said.by_language().items():
                found.setdefault(lang, {})[word] = text
        return found

    def unverified(self) -> tuple[str, ...]:
        """Return what stands on numbers that nobody has read in their source, by dotted path.

        Examples
        --------
        >>> "band.low" in presets()["cn-social"].unverified()
        True
        """
        parts: dict[str, Number | BorderPrices | Rule | Codes | LandUse | None] = {
            "band.low": self.band.low,
            "band.target": self.band.target,
            "band.high": self.band.high,
            "prices": self.prices,
            "prices.change": self.prices.change,
            "prices.shape": self.prices.shape,
            "prices.joint": self.prices.joint,
            "prices.wide_m": self.prices.wide_m,
            "prices.straddling": self.prices.straddling,
            "prices.thin": self.prices.thin,
            "prices.worker": self.prices.worker,
            "prices.homogeneous": self.prices.homogeneous,
            "prices.even": self.prices.even,
            "prices.walk": self.prices.walk,
            "prices.office": self.prices.office,
            "codes": self.codes,
            "household_size": self.household_size,
            "land_use": self.land_use,
            **{f"rules.{name}": rule for name, rule in self.rules.items()},
            **{f"numbers.{name}": number for name, number in self.numbers.items()},
        }
        work = {} if self.workload is None else self.workload.numbers()
        out = {} if self.rounds is None else self.rounds.numbers()
        every = {
            **parts,
            **{f"workload.{name}": number for name, number in work.items()},
            "rounds": self.rounds,
            **{f"rounds.{name}": number for name, number in out.items()},
        }
        return tuple(path for path, part in every.items() if part is not None and not part.verified)


FIELDS = {"parent", "number", "ordinal", "grid"}
"""What a pattern of names may ask for: the community, the number in figures or in words, what a grid is called."""


def patterned(pattern: str) -> bool:
    """Return whether a text is a pattern of grids' names: only known fields, and a number that tells grids apart.

    Examples
    --------
    >>> patterned("{parent}第{ordinal}网格"), patterned("{parent}"), patterned("{parent.x} {number}")
    (True, False, False)
    """
    try:
        parts = [(name, form) for _, name, form, _ in Formatter().parse(pattern) if name is not None]
    except ValueError:
        return False
    fields = {name for name, _ in parts}
    return fields <= FIELDS and bool(fields & {"number", "ordinal"}) and not any(form for _, form in parts)


class PresetRegistry(Registry[Preset]):
    """A registry on which a preset may start from another file; those called ``_...`` are there only for that."""

    def paths(self) -> dict[str, Path]:
        """Return the file behind each preset."""
        return {name: path for name, path in super().paths().items() if not name.startswith("_")}

    def __getitem__(self, name: str) -> Preset:
        preset: Preset = read(self.path(name), Preset, super().paths(), _over)
        return preset


def _over(model: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return a document over the one it starts from: tables merge, anything else of its own wins.

    A number with a source is one thing: a new value never keeps the old one's source.
    """
    merged = dict(model)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(model.get(key), dict)
        merged[key] = _over(model[key], value) if both and "source" not in value else value
    return merged


@face("presets")
def presets() -> PresetRegistry:
    """Return the registry of presets: those of the folder ``GRIDKIT_PRESETS`` stand before the shipped ones."""
    shipped = PresetRegistry(Phrase("preset"), Preset, (PACKAGE / "presets",))
    own = os.environ.get("GRIDKIT_PRESETS")
    return replace(shipped, folders=shipped.overlaid(own).folders) if own else shipped
