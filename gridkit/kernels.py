"""Kernels: how inner loops are compiled, where the result is kept, and who hears that it takes a while."""

from __future__ import annotations

import os
import pickle
import stat
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from gridkit.language.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Hearer = Callable[[Phrase], None]

Args = ParamSpec("Args")
Out = TypeVar("Out")

OPTIONS: dict[str, Any] = {"nogil": True}
UNCOUNTED = "_nrt"  # numba's switch for counting references, which making arrays needs
KEPT_IN = "CACHE_DIR"  # numba's setting for where results go; it reads it while it decorates
COMPILING = Phrase("compiling for this machine (first run only)")
_hearers: list[Hearer] = []  # numba tells the process, not the caller, that it compiles


def compiled(function: Callable[Args, Out]) -> Callable[Args, Out]:
    """Compile ``function`` when it is first called, so that it does not hold the interpreter, and keep the result."""
    return _kept(function, OPTIONS)


def kernel(function: Callable[Args, Out]) -> Callable[Args, Out]:
    """Compile ``function`` as :func:`compiled` does, and so that it does not count who refers to its arrays.

    Kernels hand tables of arrays (``Graph``, ``Labelling``) to each other millions of times a second, and counting the
    references to each, as numba does by default, took longer than the work itself. In return a kernel makes no array:
    what it has to note down it notes on arrays that it is given. A numba that no longer has the switch counts again.
    Dividing by zero gives infinity, as in numpy.
    """
    from numba.core.cpu import CPUTargetOptions

    return _kept(function, options(CPUTargetOptions))


def options(known: type) -> dict[str, Any]:
    """Return how kernels are compiled: uncounted where numba has the switch among the options it has ``known``."""
    return OPTIONS | {"error_model": "numpy"} | ({UNCOUNTED: False} if hasattr(known, UNCOUNTED) else {})


@contextmanager
def heard(hearer: Hearer) -> Iterator[None]:
    """While this is open, tell ``hearer`` of every kernel that has to be compiled, before it is."""
    _hearers.append(hearer)
    try:
        yield
    finally:
        _hearers.remove(hearer)


def _kept(function: Callable[Args, Out], how: dict[str, Any]) -> Callable[Args, Out]:
    """Return ``function`` compiled, the result kept beside the package, else in the user's cache, else in a folder.

    numba itself tries the folder that NUMBA_CACHE_DIR names, the package's own and the user's cache, and gives up where
    none of them can be written: a package that an administrator installed, run by a service that has no home.
    """
    from numba import config, njit

    _listen()
    try:
        return cast("Callable[Args, Out]", _forgiving(njit(cache=True, **how)(function)))
    except RuntimeError:  # what numba says of a function it finds no place for
        folder = last_resort()
    if folder is None:
        return cast("Callable[Args, Out]", njit(**how)(function))
    before = getattr(config, KEPT_IN)
    setattr(config, KEPT_IN, str(folder))
    try:
        return cast("Callable[Args, Out]", _forgiving(njit(cache=True, **how)(function)))
    finally:
        setattr(config, KEPT_IN, before)


def _forgiving(kernel: Any) -> Any:  # noqa: ANN401 - numba's dispatcher has no public type
    """Return a kernel that is compiled anew where what was kept of it cannot be read.

    numba reads the list of what is kept before it asks whether that is of this version of the source, and the list
    names the classes the kernel was compiled for: one that this package calls otherwise by now ended the run.
    """
    kept: Any = getattr(getattr(kernel, "_cache", None), "_cache_file", None)
    load = getattr(kept, "_load_index", None)
    if load is None:
        return kernel

    def loaded() -> Any:  # noqa: ANN401
        try:
            return load()
        except (AttributeError, ImportError, EOFError, pickle.UnpicklingError):
            return {}

    kept._load_index = loaded  # noqa: SLF001 - numba has no other place to say so
    return kernel


@cache
def last_resort() -> Path | None:
    """Return a folder of the user's own among the temporary files; None where not even that can be made.

    What is kept there is run as it is, so nobody else may be able to write to it.
    """
    try:
        folder = Path(tempfile.gettempdir()) / f"gridkit-kernels-{getattr(os, 'getuid', int)()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    own = os.name == "nt" or (found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
    return folder if own and stat.S_ISDIR(found.st_mode) else None


def said() -> Phrase:
    """Return what to tell of a kernel that has to be compiled: that it is, and where the result goes."""
    if not last_resort.cache_info().currsize:
        return COMPILING
    folder = last_resort()
    if folder is None:
        return Phrase("compiling for this machine, again at every run: let NUMBA_CACHE_DIR name a folder to keep it in")
    return Phrase("compiling for this machine (first run only); the result is kept in {folder}", folder=folder)


@cache
def _listen() -> None:
    """Have numba tell the hearers of each kernel of this package that it compiles. Once a process."""
    from numba.core import event

    class Listener(event.Listener):
        def on_start(self, event: Any) -> None:  # noqa: ANN401
            if event.data["dispatcher"].py_func.__module__.startswith("gridkit."):
                for hearer in tuple(_hearers):
                    hearer(said())

        def on_end(self, event: Any) -> None:  # noqa: ANN401
            """Nothing is to be said of it."""

    register: Any = event.register
    register("numba:compile", Listener())
