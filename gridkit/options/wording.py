"""Sentences in the caller's words: options as the command line writes them, or as keywords in Python.

Texts are written once, in the words of the command line ("add --overwrite"). Whoever calls from Python reads
"add overwrite=True" instead; who runs a command without the option that would help reads which command has it.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from functools import cache

from gridkit.options.catalogue import OPTIONS
from gridkit.options.commands import COMMANDS

ON_COMMAND_LINE: ContextVar[bool] = ContextVar("ON_COMMAND_LINE", default=False)
"""Whether the caller sits at the command line; he calls from Python otherwise."""

COMMAND: ContextVar[str] = ContextVar("COMMAND", default="")
"""The command that runs, by its words on the command line; empty where none does."""

_VALUE = r"[A-Z][A-Z0-9=,_]*(?::\d+)?\b|\w*\d\w*|\{\w+\}(?![\w=:|{])"
_FLAG = re.compile(rf"(?<![\w-])(--[a-z][a-z0-9-]*|-o)\b(?: ({_VALUE}))?")
_CALL = re.compile(
    r"\bgridkit (" + "|".join(sorted(COMMANDS, key=len, reverse=True)) + r")\b(?! (?:command|made))"
    rf'(?: ("[^"]*"|FILE|PLAN))?((?: --[a-z][a-z0-9-]*(?: {_VALUE})?)*)(?: -o \S+)?'
)


def worded(text: str) -> str:
    """Return a sentence of ours in the words of whoever reads it now."""
    return on_command(text, COMMAND.get()) if ON_COMMAND_LINE.get() else in_python(text)


def on_command(text: str, running: str) -> str:
    """Return a sentence whose options of search, balance and edits all can be found by whoever runs a command.

    What another command takes is named with it; a command that carries out a project takes what stands there.

    Examples
    --------
    >>> on_command("try a longer one (--effort)", "split")
    'try a longer one (--effort)'
    >>> on_command("try a longer one (--effort)", "redraw")
    'try a longer one (gridkit split --effort)'
    >>> on_command("gridkit split --effort 4 searches longer", "redraw")
    'gridkit split --effort 4 searches longer'
    """
    if not running or "--" not in text or running in _of_projects():
        return text
    called = [each.span() for each in _CALL.finditer(text)]

    def led(found: re.Match[str]) -> str:
        takers = _takers().get(found[1], ())
        inside = any(first <= found.start() < last for first, last in called)
        return found[0] if inside or not takers or running in takers else f"gridkit {takers[0]} {found[0]}"

    return _FLAG.sub(led, text)


def in_python(text: str) -> str:
    """Return a sentence that names commands and options of the command line with those of Python instead.

    Examples
    --------
    >>> in_python("add --overwrite, or balance with --by area_m2")
    "add overwrite=True, or balance with by='area_m2'"
    >>> in_python("as in --encoding {example}")
    "as in encoding='{example}'"
    >>> in_python("check their CRS: --crs EPSG:4528")
    "check their CRS: crs='EPSG:4528'"
    >>> in_python("make one with gridkit split")
    'make one with gridkit.split(...)'
    >>> in_python("begin one: gridkit emergency PLAN --zones FILE")
    'begin one: gridkit.emergency(PLAN, zones=FILE)'
    """
    if "--" not in text and "gridkit " not in text and "-o" not in text:
        return text
    return _FLAG.sub(_keyword, _CALL.sub(_call, text))


def named(where: str) -> str:
    """Return the place of a fault in the caller's words: an option by its name; a file as it is."""
    return worded(where) if re.fullmatch(r"--[a-z-]+( .*)?", where) else where


@cache
def _by_flag() -> dict[str, tuple[str, str]]:
    """Return the name and kind of every option by the way the command line writes it."""
    return {flag: (each.name, each.kind) for each in OPTIONS for flag in each.written} | {"-o": ("path", "path")}


@cache
def _takers() -> dict[str, tuple[str, ...]]:
    """Return which commands take each option that changes how grids are sought or edited, by how it is written."""
    made: dict[str, tuple[str, ...]] = {}
    for each in OPTIONS:
        if each.only != "library":
            takers = tuple(name for name in each.of if COMMANDS[name].task)
            made |= {flag: (*made.get(flag, ()), *takers) for flag in each.written}
    chosen = {flag for each in OPTIONS if each.group in _CHANGING for flag in each.written}
    return {flag: takers for flag, takers in made.items() if flag in chosen}


_CHANGING = ("search", "balance", "edits")
"""Headings of options that say how grids are to be; what a file is, its own command says."""


@cache
def _of_projects() -> frozenset[str]:
    """Return the commands that carry out a project: its file may hold what is an option of another command."""
    return frozenset(name for each in OPTIONS if (each.name, each.kind) == ("file", "path") for name in each.of)


def _keyword(found: re.Match[str]) -> str:
    flag, value = found.groups()
    if flag not in _by_flag():
        return found.group()
    name, kind = _by_flag()[flag]
    if kind == "flag":
        return f"{name}=True" + ("" if value is None else f" {value}")
    if value is None:
        return name
    written = {"names": f"[{value!r}]", "text": repr(value)}.get(kind, value)
    return f"{name}={written}"


def _call(found: re.Match[str]) -> str:
    command, given, options = found.groups()
    lists = command in ("layers", "maps", "presets", "exit-codes")
    taken = [given] if given or options else [] if lists else ["..."]
    taken += [_keyword(each) for each in _FLAG.finditer(options)]
    return f"gridkit.{COMMANDS[command].function}({', '.join(filter(None, taken))})"
