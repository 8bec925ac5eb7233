"""A job: a project and the steps that follow its plan (layers, maps, papers), as one file holds them."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from gridkit.errors import DefinitionError, UsageError
from gridkit.face import require, unknown
from gridkit.inputs import OUTPUT as OUTPUT_FLAG
from gridkit.options.catalogue import options_of
from gridkit.project import LAID, OUTPUT, SPELT, STEPS, Project, held_in, in_place, of_held

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gridkit.options.declaration import Option

Made = TypeVar("Made")
FOLDER = "out"
"""Where the outputs of a project go that names no folder, beside its file."""
USUAL: Mapping[str, Any] = {"audit": {}, "map": ["planner"], "report": {}}
"""What follows a plan whose project names no step."""
_HOW = ("overwrite", "json", "keep", "lang", "progress")
"""Options of a step that are the run's, not the project's; the language is both."""


@dataclass(frozen=True)
class Order:
    """One step that follows a plan: a command and its options, files as they are found from here."""

    command: str
    options: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What a person calls it: the command and what tells it from others of it."""
        own = str(self.options.get(STEPS.get(self.command, ""), ""))
        return f"{self.command} {own}".strip()


@dataclass(frozen=True)
class Job:
    """A project and the steps that follow its plan.

    Attributes
    ----------
    held
        What the file holds, as it is written there: JSON.
    beside
        The folder that its files are named from.
    where
        The file, for messages.
    """

    held: Mapping[str, Any]
    beside: Path
    where: str = ""

    @cached_property
    def project(self) -> Project:
        """What the plan is made from."""
        return self._said(lambda: of_held(self.held, self.beside))

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """The steps that follow the plan, in their order."""
        named = self.held if any(self.held.get(command) for command in STEPS) else {**self.held, **USUAL}
        return self._said(
            lambda: tuple(order for command in STEPS for order in _orders(command, named.get(command), self.beside))
        )

    @property
    def output(self) -> Path:
        """The folder for what it makes."""
        return self.beside / str(self.held.get(OUTPUT) or FOLDER)

    def seen_from(self, folder: Path) -> dict[str, Any]:
        """Return the job as JSON that a file in a folder may hold."""
        return {"held": dict(self.held), "beside": _way(self.beside, folder)}

    def _said(self, make: Callable[[], Made]) -> Made:
        try:
            return make()
        except UsageError as fault:
            raise DefinitionError("{fault}", where=self.where, fault=fault) from None


def read(source: str | Path | Project) -> Job:
    """Return the job in a project's file, or that of a project that names files.

    Raises
    ------
    SourceError
        When the file cannot be read.
    DefinitionError
        When it is no TOML, or a key or value in it is none of a project or of one of its steps.
    UsageError
        When the project holds tables, which no file names.
    """
    if isinstance(source, Project):
        return Job(_as_held(source), Path.cwd(), "the project")
    job = Job(held_in(source), Path(source).absolute().parent, str(source))
    _ = job.project, job.orders  # what is wrong in it is said now
    return job


def seen(record: Mapping[str, Any], folder: Path, where: str) -> Job:
    """Return the job that :meth:`Job.seen_from` wrote into a file of a folder."""
    return Job(record["held"], (folder / record["beside"]).resolve(), where)


def _way(there: Path, here: Path) -> str:
    """Return how one folder is found from another: a tree that is moved as a whole stays whole."""
    try:
        return Path(os.path.relpath(there, here)).as_posix()
    except ValueError:  # on another drive of Windows
        return str(there)


def _as_held(asked: Project) -> dict[str, Any]:
    plain = Project()
    given = {each.name: _plain(each.name, getattr(asked, each.name)) for each in fields(asked)}
    return {
        name: value
        for name, value in given.items()
        if name == "district" or value != _plain(name, getattr(plain, name))
    }


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 - any field
    if isinstance(value, dict):
        return {key: _plain(name, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, each) for each in value]
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, Path):
        return str(value)
    raise UsageError(
        "{name} is a table, and a job names its files", mend="write it into a file and name that", name=name
    )


def _orders(command: str, given: Any, beside: Path) -> list[Order]:  # noqa: ANN401 - any value of TOML
    """Return the steps of one command: one table of options, several, names alone, or true for all as usual."""
    if given is None or given is False:
        return []
    every = given if isinstance(given, list) else [{} if given is True else given]
    if len(every) > 1 and not STEPS[command]:
        raise UsageError("{name} stands there more than once", mend="write one table of it", name=command)
    return [_order(command, each, beside) for each in every]


def _order(command: str, given: Any, beside: Path) -> Order:  # noqa: ANN401 - any value of TOML
    own = STEPS[command]
    if own and isinstance(given, str):
        given = {own: given}
    if not isinstance(given, dict):
        raise UsageError("{name} is a table of its options, not {value!r}", name=command, value=given)
    options = {each.name: each for each in _options(command)}
    for name, value in given.items():
        if name not in options:
            raise unknown(name, list(options), command)
        require(options[name], value)
    if own and not given.get(own) and command != "map":
        raise UsageError("a table of {command} names no {name}", command=command, name=own)
    placed = {
        name: _inside(value, command) if _is_output(options[name]) else in_place(options[name].kind, value, beside)
        for name, value in given.items()
    }
    return Order(command, {"view": "planner", **placed} if command == "map" else placed)


def _options(command: str) -> list[Option]:
    """Return the options of a command that a project may choose."""
    return [
        each
        for each in options_of(SPELT.get(command, command))
        if each.name != "plan"
        and each.kind not in ("plan", "progress", "choices", "reading")
        and (each.name == "lang" or each.name not in _HOW)
        and not (each.only == "library" and each.name != "path")
        and not (command in LAID and _is_output(each))
    ]


def _is_output(option: Option) -> bool:
    return OUTPUT_FLAG in option.written


def _inside(value: Any, command: str) -> str:  # noqa: ANN401 - any value of TOML
    """Return the name of an output, which lies in the folder of the outputs."""
    path = Path(str(value))
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise UsageError(
            "{name} leads out of the folder of the outputs",
            where=command,
            mend="name a file in it, and the folder by output",
            name=str(value),
        )
    return path.as_posix()
