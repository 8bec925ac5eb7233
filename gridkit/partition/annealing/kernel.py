"""Kernels: how the inner loops of the splitter are compiled, and the arrays they note things on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar, cast

import numpy as np
from numba import njit
from numba.core.cpu import CPUTargetOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Args = ParamSpec("Args")
Out = TypeVar("Out")

OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}
UNCOUNTED = "_nrt"  # numba's switch for counting references, which making arrays needs


def options(known: type = CPUTargetOptions) -> dict[str, Any]:
    """Return how kernels are compiled: uncounted where numba has the switch among the options it has ``known``."""
    return OPTIONS | ({UNCOUNTED: False} if hasattr(known, UNCOUNTED) else {})


def kernel(function: Callable[Args, Out]) -> Callable[Args, Out]:
    """Compile ``function`` so that it neither holds the interpreter nor counts who refers to its arrays.

    Kernels hand tables of arrays (``Graph``, ``Layout``) to each other millions of times a second, and counting the
    references to each, as numba does by default, took longer than the work itself. In return a kernel makes no array:
    what it has to note down it notes on a :class:`Scratch`. A numba that no longer has the switch counts again.
    """
    return cast("Callable[Args, Out]", njit(**options())(function))


class Scratch(NamedTuple):
    """Paper for a kernel's notes. ``mark`` is all zero between calls; the rest holds whatever was noted last."""

    mark: NDArray[np.int8]  # [n]
    queue: NDArray[np.int32]  # [n] units a walk has met
    listed: NDArray[np.int32]  # [n] units worth a visit, or units by grid
    members: NDArray[np.int32]  # [n] units of the grids at hand
    before: NDArray[np.int32]  # [n] their labels before a try
    first: NDArray[np.int32]  # [k + 1] where a grid begins in ``listed``
    place: NDArray[np.int32]  # [k]


def scratch(n: int, k: int) -> Scratch:
    """Return fresh paper for ``n`` units in ``k`` grids."""
    queue, listed, members, before = np.empty((4, n), dtype=np.int32)
    return Scratch(
        np.zeros(n, dtype=np.int8),
        queue,
        listed,
        members,
        before,
        np.empty(k + 1, dtype=np.int32),
        np.empty(k, np.int32),
    )
