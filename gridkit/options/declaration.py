"""What one option and one command are declared by."""

from __future__ import annotations

from dataclasses import dataclass

ANNOTATIONS = {
    "text": "str",
    "number": "float",
    "whole": "int",
    "flag": "bool",
    "source": "Source",
    "district": "Source | Project",
    "feature": "Source",
    "files": "str | Path | Sequence[str | Path]",
    "sources": "Source | Sequence[Source]",
    "nets": "Source | Sequence[Source] | Mapping[str, Source]",
    "path": "str | Path",
    "paths": "Sequence[str | Path]",
    "names": "str | Sequence[str]",
    "pairs": "Mapping[str, Source]",
    "answers": "Mapping[str, str]",
    "words": "Mapping[str, str]",
    "plan": "Plan",
    "plans": "Mapping[str, Plan]",
    "judged": "Source | Plan",
    "progress": "Progress",
    "choices": "Choices",
    "reading": "Reading",
    "handed": "Any",
    "values": "str | ArrayLike | pd.Series[Any]",
}
"""The type of each kind of value in Python, as signatures write it."""

MANY = ("sources", "nets", "files", "paths", "names", "pairs", "answers", "words")
"""Kinds of which a command line gives several, by repeating the option."""


@dataclass(frozen=True)
class Option:
    """One thing that may be chosen, wherever it may be.

    Attributes
    ----------
    name
        What it is called in Python, as a field of a project and in gridkit.toml; ``--name`` on the command line.
    kind
        A key of :data:`ANNOTATIONS`.
    default
        What holds when it is not given.
    help
        One sentence, in English: what catalogues of other languages look up.
    group
        Under which heading ``--help`` shows it (see :data:`GROUPS`).
    of
        The commands that take it.
    flags
        How the command line writes it, where it is not ``--name``.
    metavar
        What stands for its value in ``--help``.
    unsaid
        The words of ``--help`` for a default that is no plain value ("the plan's").
    more
        Further sentences for the docstring.
    was
        Older names of it in Python, which still work and warn.
    among
        The values it may have; any when empty.
    common
        Whether it stands in the first screen of a command's ``--help``.
    only
        ``command`` or ``library`` where the other does not have it, because it says it otherwise; else empty.
    place
        Given by its place, not by its name: ``python`` in Python alone, ``both`` on the command line as well.
    hidden
        Whether ``--help`` leaves it out: an older way of saying what another option says.
    """

    name: str
    kind: str
    default: object = None
    help: str = ""
    group: str = ""
    of: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    metavar: str = ""
    unsaid: str = ""
    more: str = ""
    was: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    common: bool = False
    only: str = ""
    place: str = ""
    hidden: bool = False

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is ...

    @property
    def written(self) -> tuple[str, ...]:
        """How the command line writes it."""
        return self.flags or (f"--{self.name.replace('_', '-')}",)

    @property
    def annotation(self) -> str:
        """Its type in Python."""
        listed = ", ".join(f'"{value}"' for value in self.among)
        plain = f"Literal[{listed}]" if listed else ANNOTATIONS[self.kind]
        return f"{plain} | None" if self.default is None else plain


@dataclass(frozen=True)
class Command:
    """One command and its function.

    Attributes
    ----------
    name
        Its words on the command line.
    task
        Under which heading ``gridkit --help`` shows it (see :data:`TASKS`).
    function
        The public function that does the same in Python.
    help
        What it does, in one sentence or two, in English.
    examples
        Lines to copy and paste.
    """

    name: str
    task: str
    function: str
    help: str
    examples: tuple[str, ...]
