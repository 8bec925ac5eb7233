"""The errors of gridkit, each also a builtin, so that a caller may catch either.

::

    GridkitError
    ├── UsageError       ValueError   2  the call itself is off
    ├── SourceError      OSError      3  an input is missing or cannot be read
    ├── TableError       ValueError   4  a table breaks its contract
    ├── DefinitionError  ValueError   4  a TOML definition is wrong
    ├── InfeasibleError  ValueError   5  no plan can satisfy what was asked
    ├── OutputError      OSError      6  an output is refused or cannot be written
    └── LimitError       MemoryError  8  the job does not fit this machine
    GridkitWarning       UserWarning     a result is usable, but weaker than asked

The numbers are the exit codes of the command line; :data:`EXIT_CODES` lists them all.
"""

from __future__ import annotations

import re
import shlex
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gridkit.language.catalogue import SOURCE
from gridkit.language.explanations import code_of
from gridkit.language.phrases import Phrase, listed, template
from gridkit.options.wording import named

if TYPE_CHECKING:
    from collections.abc import Iterable

EXIT_CODES: dict[int, str] = {
    0: "done",
    1: "a fault of gridkit itself: a crash report was written",
    2: "the command line is wrong",
    3: "an input is missing or cannot be read",
    4: "data or a definition is invalid",
    5: "no plan can satisfy what was asked",
    6: "an output is refused or cannot be written",
    7: "part of it failed or was declined, the rest is saved",
    8: "the job does not fit this machine",
    9: "an audit or a check failed",
    130: "stopped by Ctrl-C",
    141: "the output was closed",
    143: "stopped by a TERM signal",
}


_USERINFO = re.compile(r"(?<=://)[^\s\"'<>]+@")
_SECRET = re.compile(
    r"(?i)\b((?:\w*_)?(?:token|secret)|(?:(?:api|access|client|scram)\w*_)?key|\w*password|passwd|pwd|pw)"
    r"(\s?=\s?)('[^']*'|[^&\s\"'<>]+)"
)


def masked(text: str) -> str:
    """Return the text with passwords and keys in addresses replaced by ``***``.

    Examples
    --------
    >>> masked("https://me:pw@host/data?token=abc")
    'https://***@host/data?token=***'
    >>> masked("postgresql://me:pw/@host/db?sslpassword=abc&sslmode=require")
    'postgresql://me:***@host/db?sslpassword=***&sslmode=require'
    """
    return _SECRET.sub(r"\1\2***", _USERINFO.sub(_userless, text))


def _userless(found: re.Match[str]) -> str:
    """Return what may be shown before the host of an address: of a database's the user."""
    scheme = found.string[: found.start()].lower()
    user, mark, _ = found[0].partition(":")
    if not scheme.endswith(("postgresql://", "postgres://")) or "/" in user or "?" in user:
        return "***@"
    return f"{user}:***@" if mark else found[0]


_CALLED: dict[str, str] = {}


def call(folder: object, name: object) -> None:
    """Let messages call what lies in a folder of this run by what it came from: an archive that was unpacked."""
    _CALLED[str(folder)] = str(name)


def called_within(text: str) -> str:
    """Return a command line with what lies in folders of this run called by what it came from."""
    for folder, name in _CALLED.items():
        if folder in text:
            text = text.replace(folder, shlex.quote(name))
    return text


def called(where: str) -> str:
    """Return what lies in a folder of this run by the name of what it came from, anything else as it is."""
    return next((name + where[len(folder) :] for folder, name in _CALLED.items() if where.startswith(folder)), where)


class _Said(Exception):  # noqa: N818 - errors and warnings share it
    """What happened, where, and how to mend it, as templates that the catalogue translates."""

    def __init__(self, what: str, *, where: object = "", mend: str = "", **facts: object) -> None:
        # A table that was handed over is called what it is: its text is rows.
        place = f"the {type(where).__name__}" if hasattr(where, "columns") else str(where)
        self.where = where if isinstance(where, Phrase) else masked(called(place))
        said = {name: masked(fact) if type(fact) is str else fact for name, fact in facts.items()}
        self.what, self.mend, self.facts = what, mend, said
        super().__init__(self.sentence())

    def phrase(self) -> Phrase:
        """Return what is said as one phrase, which keeps its templates and facts."""
        # A guess at what was meant says nothing when nothing is near.
        guesses_nothing = "{near" in self.mend and not self.facts.get("near")
        line = Phrase(self.what, **self.facts)
        if self.mend and not guesses_nothing:
            line = Phrase("{what} - {mend}", what=line, mend=Phrase(self.mend, **self.facts))
        where = self.where if isinstance(self.where, Phrase) else named(self.where)
        return Phrase("{where}: {what}", where=where, what=line) if where else line

    def sentence(self, language: str = SOURCE) -> str:
        """Return what is said as one line in a language."""
        return " ".join(self.phrase().said(language).split())

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip between processes, which would otherwise call ``__init__`` with the sentence alone."""
        return _rebuild, (type(self), self.what, self.where, self.mend, self.facts)


def _rebuild(kind: type[_Said], what: str, where: str, mend: str, facts: dict[str, object]) -> _Said:
    return kind(what, where=where, mend=mend, **facts)


class GridkitError(_Said):
    """The root of all errors: what happened, where, and how to mend it.

    Parameters
    ----------
    what
        A template for :meth:`str.format`, filled from ``facts``; templates are the ids of messages.
    where
        The file, layer, row or column at fault. Not a template: it may hold any text.
    mend
        A template as well: what the user can do about it. One that guesses ``{near}`` is left out when nothing is near.
    facts
        The values the templates name. They come from data and are never themselves treated as templates, except words
        of ours given as a :class:`~gridkit.language.phrases.Phrase`, which are said in the language of the sentence.

    Examples
    --------
    >>> print(
    ...     TableError(
    ...         "column {name!r} is missing",
    ...         where="people.csv",
    ...         mend="did you mean {near!r}?",
    ...         name="pop",
    ...         near="people",
    ...     )
    ... )
    people.csv: column 'pop' is missing - did you mean 'people'?
    """

    exit_code = 1

    @property
    def code(self) -> str:
        """The code of its kind, ``GK`` and three digits, which ``gridkit explain`` and :func:`gridkit.explain` take."""
        return code_of(str(self.what), self.exit_code)


class UsageError(GridkitError, ValueError):
    """The call itself is off: options that contradict each other, a name that is not known."""

    exit_code = 2


class SourceError(GridkitError, OSError):
    """An input is missing, is not what its name says, or cannot be read."""

    exit_code = 3


class TableError(GridkitError, ValueError):
    """A table breaks its contract: a column, a geometry, a CRS or a value."""

    exit_code = 4


class DefinitionError(GridkitError, ValueError):
    """A TOML definition (layer, map view, preset, project) is wrong."""

    exit_code = 4

    @property
    def code(self) -> str:
        """The code of its kind: of definitions, which share their exit code with tables."""
        told = super().code
        return "GK450" if told == "GK400" else told


class InfeasibleError(GridkitError, ValueError):
    """No plan can satisfy what was asked."""

    exit_code = 5


class OutputError(GridkitError, OSError):
    """An output is refused (it exists) or cannot be written."""

    exit_code = 6


class LimitError(GridkitError, MemoryError):
    """The job does not fit this machine."""

    exit_code = 8


class GridkitWarning(_Said, UserWarning):
    """A result that is usable, but weaker than asked; said in the same form as an error."""


def nearest(name: str, among: Iterable[str]) -> str | None:
    """Return the name of ``among`` that ``name`` was most likely meant to be, or None.

    Examples
    --------
    >>> nearest("popluation", ["id", "population"])
    'population'
    """
    by_folded = {other.casefold(): other for other in among}
    close = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[close[0]] if close else None


_ABSENT = {
    "sheet": (template("there is no sheet {name!r}"), template("its sheets are {names}")),
    "layer": (template("there is no layer {name!r}"), template("its layers are {names}")),
    "table": (template("there is no table {name!r}"), template("its tables are {names}")),
    "column": (template("there is no column {name!r}"), template("its columns are {names}")),
    "column of shapes": (
        template("there is no column of shapes {name!r}"),
        template("its columns of shapes are {names}"),
    ),
    "palette": (template("there is no palette called {name!r}"), template("the palettes are {names}")),
}


def absent(
    what: str, name: str, among: Iterable[object], *, where: object = "", kind: type[GridkitError] | None = None
) -> GridkitError:
    """Return what to raise where something of a name is not there: the name that was meant, else all there are.

    Parameters
    ----------
    what
        A key of ``_ABSENT``: what is missed.
    name
        What the user called it.
    among
        What is there.
    where
        The file, table or option it was looked for in.
    kind
        The error it is; a :class:`TableError` when None.

    Examples
    --------
    >>> str(absent("column", "popluation", ["id", "population"], where="people.csv"))
    "people.csv: there is no column 'popluation' - did you mean 'population'?"
    >>> str(absent("sheet", "x", ["People", "Old"]))
    "there is no sheet 'x' - its sheets are People, Old"
    """
    names = [str(each) for each in among]
    near = nearest(name, names)
    wrong, all_there = _ABSENT[what]
    mend = "did you mean {near!r}?" if near else all_there
    return (kind or TableError)(wrong, where=where, mend=mend, name=name, near=near, names=listed(names))
