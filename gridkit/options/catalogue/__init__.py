"""Every option, once.

An entry is an option of the command line, a parameter in Python, a line of its docstring and a key of gridkit.toml.

``python3 dev.py options`` writes the signatures and docstrings anew after a change; a test compares all four.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.options.catalogue import balance, edits, inputs, output, pages, parts, reading, search, subjects, tasks
from gridkit.options.catalogue.reach import FEATURE_KINDS, REWRITING
from gridkit.options.commands import COMMANDS

if TYPE_CHECKING:
    from gridkit.options.declaration import Option

__all__ = ["FEATURE_KINDS", "GROUPS", "OPTIONS", "REWRITING", "messages", "options_of", "project_options"]

GROUPS = {
    "inputs": "Inputs",
    "units": "Units",
    "balance": "Balance",
    "search": "Search",
    "edits": "Edits",
    "page": "Page",
    "output": "Output",
}
"""Headings of a command's ``--help``, in this order; what belongs to none stands first."""

OPTIONS: tuple[Option, ...] = (
    *subjects.OPTIONS,
    *parts.OPTIONS,
    *inputs.OPTIONS,
    *tasks.OPTIONS,
    *reading.OPTIONS,
    *balance.OPTIONS,
    *search.OPTIONS,
    *edits.OPTIONS,
    *pages.OPTIONS,
    *output.OPTIONS,
)
"""In the order of the parameters of every command."""


def options_of(command: str, *, where: str = "") -> tuple[Option, ...]:
    """Return the options of a command in the order of its parameters; of ``command`` or ``library`` alone if named."""
    return tuple(each for each in OPTIONS if command in each.of and where in ("", each.only or where))


def project_options() -> tuple[Option, ...]:
    """Return what a project holds: the options of split, but for how a run is written and watched."""
    return tuple(each for each in options_of("split", where="library") if each.kind not in ("progress", "feature"))


def messages() -> tuple[str, ...]:
    """Return every text of ours that a reader of ``--help`` meets, once: what catalogues of other languages hold."""
    from gridkit.options.commands import FAMILIES, TASKS  # only where texts are collected

    texts = [*TASKS.values(), *GROUPS.values(), *FAMILIES.values()]
    texts += [each.help for each in COMMANDS.values()]
    texts += [text for each in OPTIONS for text in (each.help, each.unsaid) if text]
    return tuple(dict.fromkeys(texts))
