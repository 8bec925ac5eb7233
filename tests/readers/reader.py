"""A reader with a file that it reads, to be read whole and damaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridkit.sources.files import inspect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Reader:
    """A file of one format, made by ``make`` in a folder, and what reads it.

    Attributes
    ----------
    look
        How it is looked at before: what holds an object's bytes is no file of gridkit's.
    asks
        Whether the whole file is asked about too: what it means is its user's to say.
    """

    name: str
    make: Callable[[Path], Any]
    read: Callable[[Path], Any]
    look: Callable[[Path], Any] = inspect.look
    asks: bool = False
