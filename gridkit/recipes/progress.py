"""How a recipe says how far it is: a function of a stage's words and the share done."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float | None], None]


def silent(_stage: str, _share: float | None) -> None:
    """Say nothing."""
