"""What stands between a caller in Python and a public function: names and values checked, older names understood."""

from __future__ import annotations

import inspect
import math
import numbers
import warnings
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from gridkit.database.once import once
from gridkit.errors import GridkitWarning, UsageError, nearest
from gridkit.inputs import TAKES, guard
from gridkit.language.catalogue import languages
from gridkit.language.phrases import Phrase, series
from gridkit.options.catalogue import options_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gridkit.options.declaration import Option

    Arguments = tuple[tuple[Any, ...], dict[str, Any]]

P = ParamSpec("P")
R = TypeVar("R")


def face(
    command: str, *, also: tuple[str, ...] = (), meant: Callable[..., Arguments] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator for the function of a command: what is misspelt or of the wrong type is said in one line.

    Parameters
    ----------
    command
        Whose options its parameters are.
    also
        Further keywords that stand for one of its options: ``water`` for ``features``.
    meant
        Turns the arguments that were given into those that are meant, after older names were replaced.
    """
    options = {each.name: each for each in options_of(command, where="library")}
    renamed = {old: each.name for each in options.values() for old in each.was}

    def faced(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            given = current(kwargs, renamed)
            places, given = (args, given) if meant is None else meant(*args, **given)
            misspelt = [name for name in given if name not in signature.parameters and name not in also]
            if misspelt:
                raise unknown(misspelt[0], [*signature.parameters, *also], function.__name__)
            try:
                bound = signature.bind(*places, **given)
            except TypeError as fault:
                raise UsageError("{why}", where=function.__name__, why=str(fault)) from None
            for name, value in bound.arguments.items():
                if name in options:
                    require(options[name], value)
                    bound.arguments[name] = pythons_own(value)
            guard(options.values(), bound.arguments)
            with once():
                return function(*bound.args, **bound.kwargs)

        return called

    return faced


def current(given: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """Return keywords under the names of now; an older name warns."""
    for name in given:
        if name in renamed:
            said = GridkitWarning("{old} is called {new} now", old=name, new=renamed[name])
            warnings.warn(said, stacklevel=4)
    return {renamed.get(name, name): value for name, value in given.items()}


def unknown(name: str, known: list[str], where: str) -> UsageError:
    """Return the error for a keyword that nothing is called."""
    near = nearest(name, known)
    return UsageError("there is no choice {name!r}", where=where, mend="did you mean {near!r}?", name=name, near=near)


def require(option: Option, value: object) -> None:
    """Raise :class:`UsageError` when a value cannot be what an option takes.

    Sources, plans and paths are judged where they are read.
    """
    if value is None and option.default is None:
        return
    for kind, fits, said in _KINDS:
        if option.kind == kind and not fits(value):
            raise UsageError(said, name=option.name, value=value)
    if value is None:
        wanted = TAKES if "Source" in option.annotation else Phrase(option.help.rstrip("."))
        raise UsageError("{name} is None", mend="wanted: {wanted}", name=option.name, wanted=wanted)
    among = languages() if option.name == "lang" and value else option.among
    if among and value not in among:
        near = nearest(str(value), among)
        raise UsageError(
            "{name} is one of {all}, not {value!r}",
            mend="did you mean {near!r}?",
            name=option.name,
            all=series(among),
            value=value,
            near=near,
        )


def pythons_own(value: object) -> object:
    """Return a number of numpy as Python's own, which is what plans and recipes keep; anything else as it is."""
    own = getattr(value, "item", None)
    # An array without dimensions has ``item`` too, but is no number for whoever asks what it is.
    return own() if callable(own) and isinstance(value, numbers.Number) else value


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not _is_flag(value) and math.isfinite(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, numbers.Integral) and not _is_flag(value)


def _is_no_less_than_nothing(value: object) -> bool:
    return isinstance(value, numbers.Real) and float(value) >= 0


def _is_flag(value: object) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")


def _is_names(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list | tuple | set) and all(isinstance(v, str) for v in value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_plan(value: object) -> bool:
    return hasattr(value, "units") and hasattr(value, "borders")


_KINDS = (
    ("number", _is_number, "{name} is a number, not {value!r}"),
    ("whole", _is_whole, "{name} is a whole number, not {value!r}"),
    ("whole", _is_no_less_than_nothing, "{name} is not below 0, but {value!r}"),
    ("flag", _is_flag, "{name} is True or False, not {value!r}"),
    ("text", _is_text, "{name} is a text, not {value!r}"),
    ("names", _is_names, "{name} is a text or a list of texts, not {value!r}"),
    ("plan", _is_plan, "{name} is a plan, not {value!r}: read one with gridkit.read_plan"),
)


def several(value: object) -> tuple[Any, ...]:
    """Return one or several as a tuple; none for nothing."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple | set) else (value,)
