"""Visiting rounds as a layer: who is due in each grid, the rounds through their doors, coverage and recency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.layer import Layer
from gridkit.catalog.presets import presets
from gridkit.errors import TableError, UsageError
from gridkit.graph import components
from gridkit.measure.access.network import build
from gridkit.measure.emergency.rounds import rounds
from gridkit.measure.incidents.placement import assign
from gridkit.measure.routes.doors import round_trip
from gridkit.measure.routes.due import OFFICES
from gridkit.measure.routes.patrols import asked, names_of, nearest
from gridkit.measure.routes.streets import Ground, ground
from gridkit.measure.routes.ways import Streets, Ways, leading, shortest
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.catalog.definitions import VisitsLayer
    from gridkit.measure.inputs import Subject

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PACE = 75.0
"""Metres a minute between doors, as everywhere people walk (:data:`gridkit.measure.access.profiles.PROFILES`)."""
AROUND_M = 250.0
_SLACKS = (1.1, 1.3, 1.6, 0.0)
"""How much longer than an even share a round of several walkers may be, one after the other; at last a whole shift."""
MINUTES = 60.0
_COLUMNS = ["area", "walker", "shift", "piece", "office", "metres", "minutes", "doors"]


def visits(definition: VisitsLayer, subject: Subject) -> Layer:
    """Return the layer of visiting rounds.

    Returns
    -------
    Layer
        ``grids``: households, due, visited, coverage, median days since the last visit, rounds and their minutes.
        ``classes``: coverage by class. ``routes``: rounds as lines; ``steps``: doors in order; ``points``: doors.
    """
    if subject.data is None:
        raise TableError("nobody is due", mend="name a table of households: gridkit visits PLAN --due TABLE")
    practice = presets()[definition.preset].rounds
    if practice is None:
        raise UsageError("the preset {preset} says nothing of patrols", mend="start from another one",
                         preset=definition.preset)  # fmt: skip
    half = min(practice.lunch.value - practice.begin.value, practice.end.value - practice.back.value)
    longest = (definition.shift_hours or half) * MINUTES
    table = _placed(subject)
    offices = subject.services.get(OFFICES)
    spots = np.empty(0, dtype=object) if offices is None else offices.geometry.to_numpy()
    called = [] if offices is None else names_of(offices)
    rows: list[list[Any]] = []
    steps: list[tuple[Any, ...]] = []
    lost = {"unreached": 0}
    wanted = table[(table["due"] > 0) & ~(table.geometry.isna() | table.geometry.is_empty)]
    chosen = asked(subject.grids, definition.only).index
    roads = subject.extract.table("roads")
    network = build(roads, "walk", whole=True) if len(roads) else None
    for grid in chosen:
        own = wanted[(wanted["grid_id"] == grid).to_numpy()]
        if own.empty:
            continue
        doors = own.groupby("door").agg(due=("due", "sum"), minutes=("minutes", "sum"), geometry=("geometry", "first"))
        near = nearest(subject.grids.geometry[grid], spots)
        here = _Doors(network, roads, doors["geometry"].to_numpy(), None if near is None else spots[near])
        found, missed = here.rounds(doors["minutes"].to_numpy(), longest, definition)
        lost["unreached"] += int(doors["due"].to_numpy()[missed].sum())
        for at, walk in enumerate(found):
            shape, metres = here.line(walk)
            name = f"V{len(rows) + 1}"
            walker, shift = at % definition.walkers + 1, at // definition.walkers + 1
            from_ = called[near] if near is not None and walk.based else ""
            rows.append(
                [str(grid), walker, shift, walk.piece, from_, metres, walk.minutes, len(walk.stops), shape]
            )  # fmt: skip
            steps += [
                (name, k + 1, "", 0.0, True, int(doors["due"].iloc[stop]), doors["geometry"].iloc[stop])
                for k, stop in enumerate(walk.stops)
            ]
    routes = gpd.GeoDataFrame(pd.DataFrame(rows, columns=[*_COLUMNS, "geometry"]), geometry="geometry", crs=table.crs)
    routes.index = pd.Index([f"V{at + 1}" for at in range(len(routes))], name="route_id", dtype=TEXT)
    told = pd.DataFrame(steps, columns=["route_id", "step", "street", "metres", "patrolled", "due", "geometry"])
    points = gpd.GeoDataFrame(told[["route_id", "step", "due"]], geometry=told["geometry"].to_list(), crs=table.crs)
    tables = {
        "grids": _grids(table, routes, subject.grids),
        "classes": _counted(table, table["class"]).rename_axis("class"),
        "routes": routes,
        "steps": told.drop(columns="geometry").rename_axis("step_id"),
        "points": points.rename_axis("stop_id"),
    }
    return Layer(definition, tables, {"asof": definition.asof, **_facts(table, routes, lost)})


def _placed(subject: Subject) -> gpd.GeoDataFrame:
    """Return the doors with the grid each lies in; where no door is known, the grid that the register names."""
    assert subject.data is not None  # noqa: S101 - asked before
    within = assign(subject.data.geometry, subject.grids).astype("object")
    if "grid_id" in subject.data:
        said = subject.data["grid_id"].astype("object")
        within = within.where(within.notna(), said.where(said.isin(list(subject.grids.index)), None))
    return subject.data.assign(grid_id=within)


@dataclass(frozen=True)
class _Round:
    """One round: its doors in order, its minutes, the piece of the streets it lies in, whether it is from an office."""

    stops: list[int]
    minutes: float
    piece: int
    based: bool


class _Doors:
    """Doors of one grid and the ways between them; straight across where no street is known."""

    def __init__(
        self,
        network: Any,  # noqa: ANN401 - a network, or none
        roads: gpd.GeoDataFrame,
        doors: NDArray[np.object_],
        office: Any,  # noqa: ANN401 - a point, or none
    ) -> None:
        self.spots = np.concatenate([[office], doors]) if office is not None else doors
        self.based = office is not None
        xy = shapely.get_coordinates(self.spots)
        self.ways: Ways | None = None
        if network is None:
            self.far = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
            return
        nobody = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=roads.crs)
        self.here: Ground = ground(network, roads, nobody, ((), ()), self.spots)
        ends = self.here.streets.ends
        low, high = xy.min(axis=0) - AROUND_M, xy.max(axis=0) + AROUND_M
        near = ((self.here.xy >= low) & (self.here.xy <= high)).all(axis=1)
        self.rows = np.flatnonzero(near[ends].all(axis=1))
        if not self._joined(self.rows):
            self.rows = np.arange(len(ends))
        nodes, local = np.unique(np.concatenate([ends[self.rows].ravel(), self.here.offices]), return_inverse=True)
        size = 2 * len(self.rows)
        streets = Streets(
            len(nodes),
            local[:size].reshape(-1, 2),
            self.here.streets.length[self.rows],
            np.zeros(len(self.rows), dtype=bool),
        )
        self.ways = shortest(streets, local[size:])
        self.far = self.ways.far

    def _joined(self, rows: Ints) -> bool:
        part = components(self.here.streets.ends[rows], self.here.streets.nodes)[self.here.offices]
        return bool((part == part[0]).all())

    def rounds(self, service: Floats, longest: float, told: VisitsLayer) -> tuple[list[_Round], Ints]:
        """Return the rounds, and the doors for which a shift is too short.

        Doors that no way joins to the office, or to each other, are pieces of their own, walked from a door of theirs.
        """
        first = 1 if self.based else 0
        near = np.isfinite(self.far[0, first:]) if self.based else np.zeros(len(self.far), dtype=bool)
        pieces = [(np.flatnonzero(near), True)] if near.any() else []
        left = np.flatnonzero(~near)
        while len(left):
            own = left[np.isfinite(self.far[left[0] + first, left + first])]
            pieces.append((own, False))
            left = np.setdiff1d(left, own)
        made: list[_Round] = []
        lost: list[Ints] = []
        for number, (own, based) in enumerate(pieces, 1):
            found, gone = self._rounds(own, service, longest, told, based=based)
            made += [_Round([int(own[at]) for at in stops], minutes, number, based) for stops, minutes in found]
            lost.append(own[gone])
        return made, np.concatenate(lost) if lost else np.empty(0, dtype=np.int64)

    def _rounds(
        self, own: Ints, service: Floats, longest: float, told: VisitsLayer, *, based: bool
    ) -> tuple[list[tuple[list[int], float]], Ints]:
        """Return rounds through some doors, as positions among them and minutes, and the positions left out."""
        doors = own + (1 if self.based else 0)
        inner = self.far[np.ix_(doors, doors)]
        base = 0 if based else int(doors[np.argmin(inner.sum(axis=1))])
        minutes, stay = self.far / PACE, service[own]
        stops = np.concatenate([[base], doors]) if based else doors
        order = round_trip(self.far[np.ix_(stops, stops)], seed=told.seed)
        length = float(minutes[stops[order], stops[np.roll(order, -1)]].sum() + stay.sum())
        if told.walkers == 1 and length <= longest:
            return [([int(at) - based for at in order if not (based and at == 0)], length)], np.empty(0, dtype=np.int64)
        every = np.concatenate([[base], doors])
        for slack in _SLACKS:
            even = max(length / told.walkers * slack, float(stay.max(initial=0.0)) + 1.0)
            limit = longest if length / told.walkers > longest or slack == _SLACKS[-1] else min(longest, even)
            found, lost = rounds(
                minutes[np.ix_(every, every)], np.ones(len(doors)), stay, room=float(len(doors) + 1),
                longest=limit, seed=told.seed,
            )  # fmt: skip
            if limit >= longest or (not len(lost) and len(found) <= told.walkers):
                break
        return [(list(each.stops), each.minutes) for each in found], np.asarray(lost, dtype=np.int64)

    def line(self, walk: _Round) -> tuple[shapely.LineString, float]:
        """Return a round as a line, and its metres."""
        doors = [stop + 1 for stop in walk.stops] if self.based else walk.stops
        every = [0, *doors] if walk.based else doors
        pairs = np.column_stack([every, np.roll(every, -1)])
        metres = float(self.far[pairs[:, 0], pairs[:, 1]].sum())
        if self.ways is None:
            xy = shapely.get_coordinates(self.spots[[*every, every[0]]])
            return shapely.LineString(xy if len(xy) > 1 else np.repeat(xy, 2, axis=0)), metres
        parts = [shapely.get_coordinates(self.spots[every[0]])]
        for pair in pairs:
            found = leading(self.ways, pair[None])[::-1]
            node = int(self.ways.places[pair[0]])
            for street in found.tolist():
                a, b = self.ways.streets.ends[street]
                xy = shapely.get_coordinates(self.here.lines[self.rows[street]])
                parts.append(xy if a == node else xy[::-1])
                node = int(a + b - node)
        xy = np.concatenate(parts)
        return shapely.LineString(xy if len(xy) > 1 else np.repeat(xy, 2, axis=0)), metres


def _counted(table: pd.DataFrame, by: pd.Series[Any]) -> pd.DataFrame:
    """Return households, due, visited and coverage, and the median of days since the last visit, door by door."""
    sums = table.groupby(by.to_numpy())[["households", "due", "visited", "unknown"]].sum()
    sums["coverage"] = sums["visited"] / sums["households"].where(sums["households"] > 0)
    sums["median_days"] = table.groupby(by.to_numpy())["days"].median()
    return sums


def _grids(table: pd.DataFrame, routes: pd.DataFrame, grids: gpd.GeoDataFrame) -> pd.DataFrame:
    placed = table[table["grid_id"].notna().to_numpy()]
    made = _counted(placed, placed["grid_id"]).reindex(grids.index)
    by = routes.groupby("area")
    names = grids.index.astype(TEXT)
    made["visit_rounds"] = by.size().reindex(names).to_numpy()
    made["visit_minutes"] = by["minutes"].sum().reindex(names).to_numpy()
    return made.rename_axis("grid_id")


def _facts(table: pd.DataFrame, routes: pd.DataFrame, lost: dict[str, int]) -> dict[str, Any]:
    households, visited = int(table["households"].sum()), int(table["visited"].sum())
    there = ~(table.geometry.isna() | table.geometry.is_empty).to_numpy()
    return {
        "households": households,
        "visited": visited,
        "coverage": visited / households if households else None,
        "due": int(table["due"].sum()),
        "never_visited": int(table["unknown"].sum()),
        "outside": int(table.loc[table["grid_id"].isna().to_numpy(), "households"].sum()),
        "doors": int(table.loc[(table["due"] > 0).to_numpy() & there, "door"].nunique()),
        "doorless": int(table.loc[~there, "due"].sum()),
        "visit_rounds": len(routes),
        "visit_minutes": float(routes["minutes"].sum()),
        "unreached": lost["unreached"],
    }
