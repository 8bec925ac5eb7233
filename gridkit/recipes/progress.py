"""How a recipe says how far it is: a function of a stage's words and the share done."""

from __future__ import annotations

import sys
from collections.abc import Callable
from html import escape
from importlib import import_module
from typing import Any

Progress = Callable[[str, float | None], None]


def silent(_stage: str, _share: float | None) -> None:
    """Say nothing."""


def shown(progress: Progress | None) -> Progress:
    """Return how a run says how far it is: as the caller asks, else by a bar in a notebook, else not at all."""
    if progress is not None:
        return progress
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return _in_notebook() if type(shell).__name__ == "ZMQInteractiveShell" else silent


def _in_notebook() -> Progress:
    # Only a notebook has it, and there it is loaded already.
    shown_there: Any = import_module("IPython.display")
    handle = shown_there.display(shown_there.HTML(""), display_id=True)

    def show(stage: str, share: float | None) -> None:
        bar = "" if share is None else f'<progress max="1" value="{share:.3f}"></progress> '
        handle.update(shown_there.HTML(f"<small>{bar}{escape(str(stage))}</small>"))

    return show
