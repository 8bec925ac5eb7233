"""Rounds of delivery to doors: who goes where in which order, with so much to carry and so long to be out.

The search is PyVRP's (an extra), ended after a number of steps and not of seconds, so that it is the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gridkit.errors import OutputError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEPS = 2000
"""Iterations of the search."""
_TENTH = 10.0
"""The solver counts in whole numbers: tenths of a minute."""


@dataclass(frozen=True)
class Round:
    """One round.

    Attributes
    ----------
    stops
        Places in the order they are visited; one that takes more than a load stands in several rounds.
    load
        What is left at each.
    minutes
        From leaving to coming back, service and waiting for a window included.
    leaves, waits
        When it begins at the earliest for so few minutes, and how much later it may.
    """

    stops: tuple[int, ...]
    load: tuple[float, ...]
    minutes: float
    leaves: float = 0.0
    waits: float = 0.0


def rounds(  # noqa: PLR0913 - a problem of vehicles has so many sides
    minutes: Floats,
    load: Floats,
    service: Floats,
    *,
    room: float,
    longest: float,
    windows: Floats | None = None,
    day: float | None = None,
    steps: int = STEPS,
    seed: int = 0,
) -> tuple[list[Round], NDArray[np.int64]]:
    """Return rounds that leave its load at every stop in as few minutes as were found, and the stops left out.

    Parameters
    ----------
    minutes
        [n + 1, n + 1] between the base (first) and the stops; infinite where no way leads.
    load, service
        [n] what each stop takes, and the minutes there for all of it.
    room
        What one round carries.
    longest
        Minutes a round may take.
    windows
        [n, 2] minutes of the day's work between which each stop may be begun; any time where None.
    day
        Minutes of the day's work, within which all rounds are back; as long as one round where None.
    steps, seed
        Of the search.

    Returns
    -------
    list, array
        The rounds, and the stops that none can serve: no way leads there, the way there and back is too long, or
        their window cannot be kept.

    Raises
    ------
    OutputError
        When PyVRP is not installed.
    UsageError
        When nothing can be carried.

    References
    ----------
    Wouda, Lan & Kool (2024), INFORMS Journal on Computing 36(4), 943-955.
    """
    model, stop = _solver()
    whole_day = longest if day is None else day
    if room <= 0 or longest <= 0:
        raise UsageError("a round carries more than nothing and takes some time", where="rounds")
    parts = [(at, part) for at, own in enumerate(load) for part in _loads(float(own), room)]
    spent = {k: service[at] * part / load[at] for k, (at, part) in enumerate(parts)}
    served = [k for k, (at, _) in enumerate(parts) if _fits(minutes, at, spent[k], (longest, whole_day), windows)]
    lost = np.unique([at for k, (at, _) in enumerate(parts) if k not in set(served)]).astype(np.int64)
    if not served:
        return [], lost
    places = [0, *(parts[k][0] + 1 for k in served)]
    spots = [model.add_location(x=float(at), y=0.0) for at in range(len(places))]
    base = model.add_depot(spots[0])
    for at, k in enumerate(served, 1):
        early, late = (0.0, whole_day) if windows is None else windows[parts[k][0]]
        model.add_client(
            spots[at],
            delivery=int(np.ceil(parts[k][1])),
            service_duration=_whole(spent[k]),
            tw_early=_whole(early),
            tw_late=int(late * _TENTH),
        )
    model.add_vehicle_type(
        num_available=len(served),
        capacity=int(room),
        start_depot=base,
        end_depot=base,
        shift_duration=_whole(longest),
        tw_early=0,
        tw_late=_whole(whole_day),
        unit_distance_cost=0,
        unit_duration_cost=1,
    )
    far = _whole(longest) * 10
    for one, here in enumerate(places):
        for other, there in enumerate(places):
            if one != other:
                way = minutes[here, there]
                spend = _whole(way) if np.isfinite(way) else far
                model.add_edge(spots[one], spots[other], distance=spend, duration=spend)
    best = model.solve(stop(steps), seed=seed, display=False, collect_stats=False).best
    return [_told(route, [parts[k] for k in served]) for route in best.routes()], lost


def _solver() -> tuple[Any, Any]:
    """Return PyVRP's model, empty, and its way to stop."""
    try:
        from pyvrp import Model  # an extra
        from pyvrp.stop import MaxIterations
    except ImportError as error:
        raise OutputError(
            "rounds need PyVRP, which is not installed", mend='pip install "governance-grids[rounds]"'
        ) from error
    return Model(), MaxIterations


def _whole(minutes: float) -> int:
    return int(np.ceil(round(minutes * _TENTH, 6)))


def _loads(load: float, room: float) -> list[float]:
    """Return a load as loads that a round carries.

    Examples
    --------
    >>> _loads(130.0, 60.0), _loads(0.0, 60.0)
    ([60.0, 60.0, 10.0], [])
    """
    whole = int(load // room)
    rest = load - whole * room
    return [room] * whole + ([rest] if rest > 0 else [])


def _fits(minutes: Floats, at: int, service: float, ends: tuple[float, float], windows: Floats | None) -> bool:
    """Return whether one stop alone can be served and come back from in time: of a round, and of the day."""
    longest, day = ends
    out, back = minutes[0, at + 1], minutes[at + 1, 0]
    begun = out if windows is None else max(out, windows[at, 0])
    kept = windows is None or begun <= windows[at, 1]
    return bool(kept and out + service + back <= longest and begun + service + back <= day)


def _told(route: Any, parts: list[tuple[int, float]]) -> Round:  # noqa: ANN401 - of an extra
    """Return a route of the solver as a round."""
    visits = [each.idx for each in route if each.is_client()]
    return Round(
        tuple(parts[at][0] for at in visits),
        tuple(parts[at][1] for at in visits),
        route.duration() / _TENTH,
        route.start_time() / _TENTH,
        route.slack() / _TENTH,
    )
