"""The practices of emergencies: kinds of zones, what each asks of its people, and the numbers staff is counted by.

``emergencies()["epidemic"]`` reads ``gridkit/emergencies/epidemic.toml``. As in the presets of grids every number has
its source, and ``verified = false`` where nobody has read it there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gridkit.catalog.presets import Number
from gridkit.catalog.registry import PACKAGE, STRICT, Registry
from gridkit.errors import DefinitionError, nearest
from gridkit.language.phrases import Phrase


@dataclass(frozen=True)
class Kind:
    """One kind of zone.

    Attributes
    ----------
    title
        What it is called; a file may name it so, or by its key.
    rule
        What its people are asked to do.
    level
        Where zones overlap the higher level holds.
    leave
        Whether its people leave it for a shelter; else they stay.
    gates
        Whether its ways are closed but for gates that are staffed.
    points
        Whether its people walk to points inside it.
    rounds
        Whether supplies come to their doors.
    """

    __pydantic_config__ = STRICT

    title: Phrase
    rule: Phrase
    level: int
    leave: bool = False
    gates: bool = False
    points: bool = False
    rounds: bool = False


@dataclass(frozen=True)
class Emergency:
    """One practice of zones.

    Attributes
    ----------
    kinds
        Its kinds of zones by key, the strictest first.
    point
        What a point is called that people walk to.
    places
        OSM tags of places that may be one, where people leave; where they stay, points stand among them.
    numbers
        The numbers of the practice by name, each with its source.
    """

    __pydantic_config__ = STRICT

    name: str
    title: Phrase
    about: Phrase
    kinds: dict[str, Kind]
    point: Phrase
    numbers: dict[str, Number]
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """Return one of its numbers.

        Raises
        ------
        DefinitionError
            When the practice does not give it.

        Examples
        --------
        >>> emergencies()["epidemic"].number("people_per_worker")
        360.0
        """
        if name not in self.numbers:
            raise DefinitionError(
                "preset {preset} gives no number {name!r}",
                mend="give it with its source as [numbers.{name}]",
                preset=self.name,
                name=name,
            )
        return self.numbers[name].value

    def kind_of(self, said: str) -> str | None:
        """Return the key of a kind by its key or its title in any language, None where it is no kind.

        Examples
        --------
        >>> emergencies()["epidemic"].kind_of("封控区")
        'sealed'
        """
        plain = said.strip().casefold()
        for key, kind in self.kinds.items():
            if plain in (key, *(title.casefold() for title in kind.title.by_language().values())):
                return key
        return None

    def near(self, said: str) -> str:
        """Return the kind that was most likely meant."""
        return nearest(said, self.kinds) or next(iter(self.kinds))


def emergencies() -> Registry[Emergency]:
    """Return the registry of practices."""
    return Registry(Phrase("emergency"), Emergency, (PACKAGE / "emergencies",))
