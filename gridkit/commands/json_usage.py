"""What every command takes, as JSON: for programs that build a form from it, such as a toolbox of QGIS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gridkit.options.catalogue import GROUPS, options_of
from gridkit.options.commands import COMMANDS, TASKS
from gridkit.options.declaration import MANY, Option
from gridkit.provenance import own_version

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA, VERSION = "gridkit/usage", 1
_VALUES = {"number": "number", "whole": "integer", "flag": "boolean", "path": "file", "paths": "file", "plan": "plan"}
"""What a value is, by the kind of option; text where nothing stands here."""
_READ = ("source", "district", "feature", "sources", "nets", "pairs", "judged", "files")
"""Kinds that name a file to be read, and perhaps a layer and a column in it."""


def usage(said: Callable[[str], str]) -> dict[str, Any]:
    """Return every command with what it takes, JSON-ready.

    Parameters
    ----------
    said
        Says a text in the reader's language.
    """
    commands = [_command(name, said) for name, each in COMMANDS.items() if each.task]
    return {"schema": SCHEMA, "version": VERSION, "gridkit": own_version(), "commands": commands}


def text(said: Callable[[str], str]) -> str:
    """Return :func:`usage` as text, in ASCII so that any console and any reader takes it."""
    return json.dumps(usage(said), indent=1)


def _command(name: str, said: Callable[[str], str]) -> dict[str, Any]:
    about = COMMANDS[name]
    options = [_option(each, said) for each in options_of(name, where="command") if not each.hidden]
    return {
        "name": name,
        "task": said(TASKS[about.task]),
        "function": about.function,
        "help": said(about.help),
        "examples": list(about.examples),
        "options": options,
    }


def _option(option: Option, said: Callable[[str], str]) -> dict[str, Any]:
    default = option.default if isinstance(option.default, str | int | float) and not option.required else None
    return {
        "name": option.name,
        "written": [] if option.place == "both" else list(option.written),
        "value": "input" if option.kind in _READ else _VALUES.get(option.kind, "text"),
        "many": option.kind in (*MANY, "plans"),
        "required": option.required,
        "default": default,
        "choices": list(option.among),
        "metavar": option.metavar or option.name.upper(),
        "group": said(GROUPS[option.group]) if option.group else "",
        "common": option.common,
        "help": said(option.help),
    }
