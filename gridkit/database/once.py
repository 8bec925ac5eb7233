"""What one call reads of a database it reads once, so that all its parts see the same rows."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_READ: ContextVar[dict[str, str] | None] = ContextVar("read", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Keep what is read of databases until the outermost of these ends."""
    if _READ.get() is not None:
        yield
        return
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


def kept() -> dict[str, str]:
    """Return what was laid down for which address within this call; a new, empty one outside any call."""
    held = _READ.get()
    return {} if held is None else held
