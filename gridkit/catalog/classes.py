"""Kinds of incidents: what they are called, and the values of sources that mean them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from gridkit.catalog.registry import STRICT
from gridkit.language.phrases import NO_TEXT, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Class:
    """One kind of incidents: its title, and the values of the source that mean it (case and spaces do not matter)."""

    __pydantic_config__ = STRICT

    title: Phrase = NO_TEXT
    values: tuple[str, ...] = ()


def titled(classes: Mapping[str, Class], called: Mapping[str, Class]) -> dict[str, Class]:
    """Return classes, those without a title with that of their name in ``called``, and its values before their own."""
    return {name: own if own.title else _known(name, own, called) for name, own in classes.items()}


def _known(name: str, own: Class, called: Mapping[str, Class]) -> Class:
    if name not in called:
        # What pydantic's own message would be; the registry says it in the reader's language.
        raise PydanticCustomError("untitled", "class {name} has no title", {"name": name})
    known = called[name]
    return Class(known.title, tuple(dict.fromkeys((*known.values, *own.values))))
