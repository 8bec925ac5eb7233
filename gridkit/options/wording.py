"""Sentences in the caller's words: options as the command line writes them, or as keywords in Python.

Texts are written once, in the words of the command line ("add --overwrite"). Whoever calls from Python reads
"add overwrite=True" instead.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from functools import cache

from gridkit.options.catalogue import OPTIONS
from gridkit.options.commands import COMMANDS

ON_COMMAND_LINE: ContextVar[bool] = ContextVar("ON_COMMAND_LINE", default=False)
"""Whether the caller sits at the command line; he calls from Python otherwise."""

_VALUE = r"[A-Z][A-Z0-9=,_]*(?::\d+)?\b|\w*\d\w*|\{\w+\}(?![\w=:|{])"
_FLAG = re.compile(rf"(?<![\w-])(--[a-z][a-z0-9-]*|-o)\b(?: ({_VALUE}))?")
_CALL = re.compile(
    r"\bgridkit (" + "|".join(sorted(COMMANDS, key=len, reverse=True)) + r")\b(?! (?:command|made))"
    rf'(?: ("[^"]*"|FILE|PLAN))?((?: --[a-z][a-z0-9-]*(?: {_VALUE})?)*)(?: -o \S+)?'
)


def worded(text: str) -> str:
    """Return a sentence of ours in the words of whoever reads it now."""
    return text if ON_COMMAND_LINE.get() else in_python(text)


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
