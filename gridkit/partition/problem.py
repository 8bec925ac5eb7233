"""What is to be split, as arrays: units, the borders between them, and what a plan must and should keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gridkit.band import Band as Band  # noqa: PLC0414 - handed on: a problem is made with one
from gridkit.errors import InfeasibleError, TableError
from gridkit.language.phrases import Phrase, series
from gridkit.partition.faults import NONE, Faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from gridkit.partition.objectives import Objectives

ABSENT: Any = None  # a default that is put in place of when the problem is made
SHOWN = 5  # names in one error before "..."


@dataclass(frozen=True)
class Prices:
    """What a plan pays, all in metres of ordinary border.

    Parameters
    ----------
    cut
        Per feature code, the factor on the metres of a border between two grids; dimensionless. Codes past the end cost
        1.
    inside
        Per feature code, the factor on ``feature_m`` where the feature stays inside a grid; dimensionless. Codes past
        the end cost 0.
    change
        Metres for one unit of weight that leaves its old grid.
    shape
        Metres for each metre of border between two grids, whatever runs along it: what keeps grids round where features
        are cheap to follow. Dimensionless.
    joint
        Metres for each metre that a joint inside a grid lacks (``Problem.lack_m``); dimensionless.
    wide_m
        A joint of so many metres lacks none.
    faults
        What a plan pays for what a planner would mend by hand; see :class:`gridkit.partition.faults.Faults`.
    """

    cut: tuple[float, ...] = ()
    inside: tuple[float, ...] = ()
    change: float = 0.0
    shape: float = 0.0
    joint: float = 0.0
    wide_m: float = 0.0
    faults: Faults = NONE

    def __post_init__(self) -> None:
        for name in ("shape", "joint", "wide_m"):
            if not 0 <= getattr(self, name) < np.inf:
                raise TableError(
                    "the weight {name!r} is {price}", mend="give a number >= 0", name=name, price=getattr(self, name)
                )
        for name in ("cut", "inside"):
            if not np.all(np.isfinite(getattr(self, name))) or min(getattr(self, name), default=0.0) < 0:
                raise TableError(
                    "the weights {name!r} hold a negative or missing factor", mend="give factors >= 0", name=name
                )
        if not 0 <= self.change < np.inf:
            raise TableError("the weight of change is {price}", mend="give metres >= 0", price=self.change)

    def factor(self, name: str, feature: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the factor ``cut`` or ``inside`` of each feature code.

        Examples
        --------
        >>> Prices(cut=(1.0, 0.5)).factor("cut", np.array([0, 1, 2])).tolist()
        [1.0, 0.5, 1.0]
        """
        given = np.asarray(getattr(self, name), dtype=np.float64)
        beyond = 1.0 if name == "cut" else 0.0
        table = np.full(max(int(feature.max(initial=0)) + 1, len(given)), beyond)
        table[: len(given)] = given
        return table[feature]


@dataclass(frozen=True, eq=False)
class Problem:
    """Units and borders to split into grids; checked once, here, and read-only from then on.

    Parameters
    ----------
    weights
        [n] the measure to balance (people, households, hours), >= 0.
    edges
        [m, 2] pairs of units that share a border; each pair once, in either order.
    points
        [n, 2] a point of each unit in a metric CRS, metres.
    band
        The band of a grid in units of ``weights``; or a tolerance (share, 0 to 1) around each parent's own mean, which
        then needs ``grids``.
    border_m
        [m] shared metres; 0 for a bridge.
    feature
        [m] code of the feature along the border, 0 for none.
    feature_m
        [m] metres charged by ``prices.inside`` when the border is not cut; defaults to ``border_m``.
    lack_m
        [m] metres that a joint lacks to be one that a grid may hang on; defaults to 0.
    areas, perimeters
        [n] square metres and metres, for the shape of grids; default to 0 (unknown).
    parents
        [n] community of each unit, which no grid may cross.
    groups
        [n] units with one number stay together; -1 for none.
    locks
        [n] the label a unit must have in the plan; -1 for none.
    seeds
        [n] true where a unit starts a grid: no two seeds share one.
    dedicated
        [n] units with one number are a grid of their own whatever the band; -1 for none.
    old
        [n] labels of the plan in force; -1 for new units.
    leaving
        [n] metres that each unit costs when it leaves its old grid, beside ``prices.change``; defaults to 0.
    grids
        Number of grids: of the whole (one parent), or ``{parent: number}``; None takes what the band implies.
    prices
        See :class:`Prices`.
    measures, measure_bands
        [n, q] further measures and the band of each.
    objectives
        What grids are to be good at beside; see :class:`gridkit.partition.objectives.Objectives`.
    names, parent_names
        What errors call a unit, by position, and a parent, by number; the position and the number by default.

    Raises
    ------
    TableError
        An array breaks its contract; the units at fault are named.
    InfeasibleError
        No plan can hold what was asked.
    """

    weights: NDArray[np.float64]
    edges: NDArray[np.int64]
    points: NDArray[np.float64]
    band: Band | float
    border_m: NDArray[np.float64] = ABSENT
    feature: NDArray[np.int64] = ABSENT
    feature_m: NDArray[np.float64] = ABSENT
    lack_m: NDArray[np.float64] = ABSENT
    areas: NDArray[np.float64] = ABSENT
    perimeters: NDArray[np.float64] = ABSENT
    parents: NDArray[np.int64] = ABSENT
    groups: NDArray[np.int64] = ABSENT
    locks: NDArray[np.int64] = ABSENT
    seeds: NDArray[np.bool_] = ABSENT
    dedicated: NDArray[np.int64] = ABSENT
    old: NDArray[np.int64] = ABSENT
    leaving: NDArray[np.float64] = ABSENT
    grids: int | Mapping[int, int] | None = None
    prices: Prices = field(default_factory=Prices)
    measures: NDArray[np.float64] = ABSENT
    measure_bands: tuple[Band, ...] = ()
    objectives: Objectives | None = None
    names: Sequence[object] | None = None
    parent_names: Sequence[object] | None = None

    def __post_init__(self) -> None:
        n, m = len(self.weights), len(self.edges)
        read = _Reader(self)
        read.units("weights", np.float64, (n,))
        read.borders("edges", np.int64, (m, 2))
        read.units("points", np.float64, (n, 2))
        for name in ("areas", "perimeters", "leaving"):
            read.units(name, np.float64, (n,), default=0.0)
        read.borders("border_m", np.float64, (m,), default=1.0)
        read.borders("feature", np.int64, (m,), default=0)
        read.borders("feature_m", np.float64, (m,), default=self.border_m)
        read.borders("lack_m", np.float64, (m,), default=0.0)
        for name in ("groups", "locks", "dedicated", "old"):
            read.units(name, np.int64, (n,), default=-1)
        read.units("parents", np.int64, (n,), default=0)
        read.units("seeds", np.bool_, (n,), default=False)
        read.units("measures", np.float64, (n, len(self.measure_bands)), default=0.0)
        _check(self)

    @property
    def size(self) -> int:
        """Number of units."""
        return len(self.weights)

    def parent_named(self, parent: int) -> str:
        """Return the name of a parent for an error."""
        return str(parent if self.parent_names is None else self.parent_names[parent])

    def named(self, units: ArrayLike) -> str:
        """Return the names of ``units`` as a short list for an error."""
        shown = [
            str(unit if self.names is None else self.names[unit]) for unit in np.asarray(units).ravel()[: SHOWN + 1]
        ]
        return series([*shown[:SHOWN], *["..."] * (len(shown) > SHOWN)])


@dataclass(frozen=True)
class _Reader:
    """Puts arrays of the promised type and shape in place of what was given."""

    problem: Problem

    def units(self, name: str, kind: type, shape: tuple[int, ...], default: object = None) -> None:
        self._read(name, kind, shape, default)

    def borders(self, name: str, kind: type, shape: tuple[int, ...], default: object = None) -> None:
        self._read(name, kind, shape, default)

    def _read(self, name: str, kind: type, shape: tuple[int, ...], default: object) -> None:
        given: Any = getattr(self.problem, name)
        given = default if given is None else given
        try:
            array: NDArray[Any] = np.array(given, dtype=kind)
        except (TypeError, ValueError) as error:
            raise TableError("{name!r} does not hold numbers", name=name) from error
        if array.ndim == 0:
            array = np.full(shape, array, dtype=kind)
        if array.size == 0:
            array = array.reshape(shape)
        if array.shape != shape:
            raise TableError("{name!r} has the shape {got}, not {shape}", name=name, got=array.shape, shape=shape)
        if kind is np.int64 and not np.array_equal(array, np.asarray(given, dtype=np.float64)) and np.ndim(given):
            raise TableError("{name!r} does not hold whole numbers", name=name)
        array.setflags(write=False)
        object.__setattr__(self.problem, name, array)


def _check(problem: Problem) -> None:  # noqa: C901 - a list of rules
    if problem.size == 0:
        raise InfeasibleError("there are no units to split", mend="check that the district holds units")
    for name in ("weights", "areas", "perimeters", "leaving", "points", "measures"):
        _refuse(problem, name, ~np.isfinite(getattr(problem, name)), Phrase("missing"))
    for name in ("weights", "areas", "perimeters", "leaving", "measures"):
        _refuse(problem, name, getattr(problem, name) < 0, Phrase("negative"))
    for name in ("border_m", "feature_m", "lack_m"):
        bad = ~(np.isfinite(getattr(problem, name)) & (getattr(problem, name) >= 0))
        if bad.any():
            raise TableError(
                "{name!r} is negative or missing between units {units}",
                name=name,
                units=problem.named(problem.edges[bad][:1]),
                mend="give metres >= 0",
            )
    if problem.size and len(problem.edges) and not 0 <= problem.edges.min() <= problem.edges.max() < problem.size:
        raise TableError(
            "'edges' names units that are not there", mend="number the units 0 to {last}", last=problem.size - 1
        )
    loops = problem.edges[:, 0] == problem.edges[:, 1]
    if loops.any():
        raise TableError(
            "unit {units} borders itself", units=problem.named(problem.edges[loops][:, 0]), mend="drop that border"
        )
    if len(problem.feature) and problem.feature.min() < 0:
        raise TableError("'feature' holds a negative code", mend="give 0 for no feature")
    if isinstance(problem.band, Band):
        return
    if not 0 <= problem.band < 1:
        raise InfeasibleError(
            "a tolerance of {tolerance} is no share", tolerance=problem.band, mend="give 0 to 1, such as 0.05"
        )
    if problem.grids is None:
        raise InfeasibleError(
            "a tolerance alone implies no number of grids", mend="give 'grids', or a range of size with a target"
        )


def _refuse(problem: Problem, name: str, bad: NDArray[np.bool_], fault: Phrase) -> None:
    units = np.flatnonzero(bad.reshape(problem.size, -1).any(axis=1))
    if len(units):
        raise TableError(
            "{name!r} is {fault} at unit {units}",
            name=name,
            fault=fault,
            units=problem.named(units),
            mend="give numbers >= 0",
        )
