"""Schemes of delivery: what a data centre takes in, field by field.

``scheme("cn-unit")`` reads ``gridkit/deliveries/cn-unit.toml``; a path that ends in .toml is a scheme of one's own,
which may start from a shipped one (``like = "cn-social"``). As in the presets every rule names its source, and
``verified = false`` where nobody has read it there.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gridkit.catalog import registry
from gridkit.catalog.registry import PACKAGE, STRICT, Registry
from gridkit.errors import DefinitionError
from gridkit.language.phrases import NO_TEXT, Phrase, series

PLACES = ("lon", "lat", "wkt")
"""What fields hold that are coordinates."""
_CODECS = {"GBK": "gbk", "UTF-8": "utf-8"}
_NAME, _TEXT, _NUMBER = 10, 254, 20
"""What a dBASE table, and so a Shapefile, holds: bytes of a field's name and of a text, digits of a number."""


@dataclass(frozen=True)
class Code:
    """One entry of a code list: what is written, and what it means."""

    __pydantic_config__ = STRICT

    code: str
    title: Phrase


@dataclass(frozen=True)
class Field:
    """One field of the table that is handed over.

    Attributes
    ----------
    name
        As the receiver spells it.
    title
        What it is called in words.
    holds
        The fact it holds: one of :data:`gridkit.render.delivery.FACTS`, else a column of the grids; ``blank`` is left
        to the receiver.
    type, length, digits
        Text of at most ``length`` bytes (characters in a GeoPackage or CSV); a whole number or one of ``digits`` after
        the point, of at most ``length`` signs; a date, ISO 8601 where the form of the file has none of its own.
    required
        Whether a grid without it is refused.
    pattern
        What a text must match from end to end.
    codes
        The code of each value of the fact; a value without one is refused.
    source, verified
        Where the rule stands, and whether it was read there.
    """

    __pydantic_config__ = STRICT

    name: str
    title: Phrase
    holds: str
    type: Literal["text", "whole", "number", "date"] = "text"
    length: int = 0
    digits: int = 0
    required: bool = False
    pattern: str = ""
    codes: dict[str, Code] | None = None
    source: str = ""
    verified: bool = False


@dataclass(frozen=True)
class Delivery:
    """One scheme.

    Attributes
    ----------
    layer
        The name of the layer and of its file, without the ending.
    form
        The form of the file; a CSV has its shapes as WKT where a field holds ``wkt``.
    encoding
        Of the table, the field dictionary and the list of the delivery.
    crs
        ``gauss-kruger`` (CGCS2000, the 3-degree zone of the district's middle, EPSG:4534 to 4554),
        ``gauss-kruger-zone`` (the same with the zone's number in the easting, EPSG:4513 to 4533), or ``EPSG:`` and a
        number.
    lang
        The language of names, and of the words in the dictionary and the list.
    fields
        In their order.
    """

    __pydantic_config__ = STRICT

    name: str
    title: Phrase
    layer: str
    form: Literal["shapefile", "gpkg", "csv"]
    encoding: Literal["GBK", "UTF-8"]
    crs: str
    fields: tuple[Field, ...]
    about: Phrase = NO_TEXT
    lang: str = "zh"
    source: str = ""
    verified: bool = False

    @property
    def codec(self) -> str:
        """What Python calls its encoding."""
        return _CODECS[self.encoding]

    @property
    def placed(self) -> bool:
        """Whether it holds coordinates: a register does not, and so is of any country."""
        return self.form != "csv" or any(field.holds in PLACES for field in self.fields)


def deliveries() -> Registry[Delivery]:
    """Return the registry of shipped schemes."""
    return Registry(Phrase("scheme of delivery"), Delivery, (PACKAGE / "deliveries",))


def scheme(name: str) -> Delivery:
    """Return a scheme by its name, or by the path of its file, which ends in .toml.

    Raises
    ------
    DefinitionError
        When there is none, it is malformed, or asks for what its form of file cannot hold.

    Examples
    --------
    >>> scheme("cn-unit").encoding, scheme("cn-unit").fields[0].name
    ('GBK', 'BGCODE')
    """
    known = deliveries()
    path = Path(name)
    if path.suffix.lower() != ".toml":
        path, found = known.path(name), known[name]
    elif path.is_file():
        found = registry.read(path, Delivery, known.paths())
    else:
        raise DefinitionError(
            "there is no such file",
            where=path,
            mend="name one of {all}, or a .toml that is there",
            all=series(known),
        )
    fault = _fault(found)
    if fault:
        raise DefinitionError("{fault}", where=path, mend="see README.md in that folder", fault=fault)
    return found


def _fault(found: Delivery) -> Phrase | None:
    """Return what is wrong with a scheme as a whole; None where nothing is."""
    names = [field.name.casefold() for field in found.fields]
    if not names or len(set(names)) < len(names):
        return Phrase("fields need names, each its own")
    if not re.fullmatch(r"[\w-]+", found.layer):
        return Phrase("layer = {layer!r} is no name of a file", layer=found.layer)
    if found.form == "gpkg" and found.encoding != "UTF-8":
        return Phrase("a GeoPackage is UTF-8 always")
    if not re.fullmatch(r"gauss-kruger(-zone)?|EPSG:\d{4,6}", found.crs):
        return Phrase("crs = {crs!r} is none of gauss-kruger, gauss-kruger-zone, EPSG:NUMBER", crs=found.crs)
    return next((fault for field in found.fields if (fault := _field_fault(field, found))), None)


def _field_fault(field: Field, found: Delivery) -> Phrase | None:
    narrow = found.form == "shapefile"
    least = 2 + field.digits if field.digits else 1
    most = (_TEXT if field.type == "text" else _NUMBER) if narrow else 10**6
    if field.type != "date" and not least <= field.length <= most:
        return Phrase("field {name}: length {length} is not {least} to {most}", **_said(field, least=least, most=most))
    try:
        raw = codecs.encode(field.name, found.codec)
        re.compile(field.pattern)
    except UnicodeEncodeError:
        return Phrase("field {name}: {encoding} cannot hold its name", name=field.name, encoding=found.encoding)
    except re.error:
        return Phrase("field {name}: its pattern is no regular expression", name=field.name)
    if narrow and len(raw) > _NAME:
        return Phrase("field {name}: a Shapefile's names have at most 10 bytes", name=field.name)
    if narrow and field.holds == "wkt":
        return Phrase("field {name}: a Shapefile holds its shapes itself", name=field.name)
    return None


def _said(field: Field, **bounds: int) -> dict[str, object]:
    return {"name": field.name, "length": field.length, **bounds}
