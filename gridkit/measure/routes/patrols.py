"""Patrols as a layer: for each grid or group walks past every street of some classes, shared out among walkers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.layer import Layer
from gridkit.catalog.presets import presets
from gridkit.errors import TableError, UsageError
from gridkit.errors import nearest as meant
from gridkit.language.phrases import listed
from gridkit.measure.access.network import build
from gridkit.measure.routes import postman
from gridkit.measure.routes.bound import bound
from gridkit.measure.routes.streets import Approach, Ground, Local, approach, ground, pieces
from gridkit.measure.routes.walkers import shared
from gridkit.measure.routes.ways import leaned
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray

    from gridkit.catalog.definitions import PatrolLayer
    from gridkit.catalog.rounds import Rounds
    from gridkit.measure.inputs import Subject

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MINUTES = 60.0


@dataclass(frozen=True)
class _Setting:
    """What holds for every area: the practice, the metres of a shift, walkers, the seed, and who hears of each part."""

    practice: Rounds
    longest: float
    walkers: int
    seed: int
    passed: Callable[[Local], None]


@dataclass(frozen=True)
class _Route:
    """One walk of one walker."""

    area: str
    walker: int
    shift: int
    piece: int
    office: str
    streets: Ints
    forward: Flags
    serving: Flags
    metres: float


@dataclass
class _Told:
    """What there is to say of the areas."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    routes: list[_Route] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    parted: list[str] = field(default_factory=list)
    cut_off: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)


def patrols(definition: PatrolLayer, subject: Subject) -> Layer:
    """Return the layer of patrols.

    Returns
    -------
    Layer
        ``grids``: metres of street to patrol, and of each grid that is patrolled by itself the metres, minutes and
        number of its walks. ``areas``: the same of every area, with the least there is and the gap to it. ``routes``:
        the walks as lines. ``steps``: the streets of each in order.

    Raises
    ------
    UsageError
        When a grid or a column of groups is not known.
    TableError
        When no street is known.
    """
    practice = _practice(definition)
    roads = subject.extract.table("roads")
    if roads.empty:
        raise TableError("no street is known", where="roads", mend="give an OpenStreetMap extract: --osm FILE")
    _there(definition, roads)
    areas = _areas(definition, subject)
    network = build(roads, "walk", whole=True)
    classes = definition.classes or practice.classes
    offices = subject.data
    spots = np.empty(0, dtype=object) if offices is None else offices.geometry.to_numpy()
    here = ground(network, roads, areas, (classes, practice.both_sides), spots)
    told = _Told()
    ways = [approach(here, int(each)) for each in here.offices]
    named = [] if offices is None else names_of(offices)
    setting = _Setting(
        practice, (definition.shift_hours or practice.shift_hours.value) * MINUTES * practice.metres_per_minute.value,
        definition.walkers, definition.seed, _heard(here, subject.heard),
    )  # fmt: skip
    for at, area in enumerate(areas.index):
        nearest_office = nearest(areas.iloc[at], spots)
        own = None if nearest_office is None else ways[nearest_office]
        _patrolled(told, here, (at, str(area)), own, "" if nearest_office is None else named[nearest_office], setting)
    closed = _closed(roads, network.road, classes)
    return Layer(
        definition, _tables(definition, subject, here, areas, told, practice), _facts(here, told, closed, practice)
    )


def _heard(here: Ground, heard: Callable[[float], None]) -> Callable[[Local], None]:
    """Return what is called with each part that has been walked, and tells the share of all passes that is done."""
    whole, done = max(int(here.times[here.area >= 0].sum()), 1), 0

    def passed(part: Local) -> None:
        nonlocal done
        done += int(part.streets.required.sum())
        heard(min(done / whole, 1.0))

    return passed


def _practice(definition: PatrolLayer) -> Rounds:
    found = presets()[definition.preset].rounds
    if found is None:
        raise UsageError(
            "the preset {preset} says nothing of patrols", mend="start from another one", preset=definition.preset
        )
    return found


def _there(definition: PatrolLayer, roads: gpd.GeoDataFrame) -> None:
    """Refuse classes that are asked for and that no street is of."""
    kinds = {str(each) for each in roads["kind"].dropna().unique()}
    strange = [name for name in definition.classes if name not in kinds]
    if strange:
        raise UsageError(
            "no street is of the class {names}",
            where="--classes",
            mend="choose from {all}",
            names=listed(strange),
            all=listed(sorted(kinds)),
        )


def _areas(definition: PatrolLayer, subject: Subject) -> gpd.GeoSeries:
    """Return the ground that is patrolled as one, by its name: grids, or groups of them."""
    grids = asked(subject.grids, definition.only)
    if not definition.groups:
        return gpd.GeoSeries(grids.geometry.to_numpy(), index=grids.index.astype(TEXT), crs=grids.crs)
    if definition.groups not in grids:
        raise UsageError(
            "the grids have no column {column!r}",
            where="--groups",
            mend="use one of {all}",
            column=definition.groups,
            all=listed(name for name in grids.columns if name != grids.geometry.name),
        )
    column = _of_group(grids, definition.groups)
    shapes = {name: shapely.union_all(own.geometry.to_numpy()) for name, own in grids.groupby(column.to_numpy())}
    return gpd.GeoSeries(list(shapes.values()), index=pd.Index(list(shapes), dtype=TEXT), crs=grids.crs)


def asked(grids: gpd.GeoDataFrame, only: Collection[str]) -> gpd.GeoDataFrame:
    """Return the grids that are asked for, all where none is named.

    Raises
    ------
    UsageError
        When one of them is not there.
    """
    strange = sorted(set(only) - set(grids.index.astype(TEXT)))
    if strange:
        raise UsageError(
            "there is no grid {names}",
            mend="did you mean {near}?" if meant(strange[0], list(map(str, grids.index))) else "see the plan's grids",
            names=listed(strange),
            near=meant(strange[0], list(map(str, grids.index))),
        )
    return grids.loc[[each for each in grids.index if str(each) in only]] if only else grids


def _of_group(grids: gpd.GeoDataFrame, column: str) -> pd.Series[Any]:
    """Return the group of each grid; one without a value is a group of its own."""
    said = grids[column].astype("object")
    return said.where(said.notna(), pd.Series(grids.index, index=grids.index)).astype(TEXT)


def names_of(offices: gpd.GeoDataFrame) -> list[str]:
    """Return what offices are called, by their ids where they have no names."""
    own = offices["name"].astype("object") if "name" in offices else pd.Series(None, index=offices.index)
    return own.where(own.notna(), pd.Series(offices.index, index=offices.index)).astype(TEXT).tolist()


def nearest(area: Any, offices: NDArray[np.object_]) -> int | None:  # noqa: ANN401 - a geometry
    """Return the office that is nearest to an area, by position; none where there is none."""
    return None if not len(offices) else int(np.argmin(shapely.distance(offices, area)))


def _closed(roads: gpd.GeoDataFrame, walked: NDArray[np.object_], classes: tuple[str, ...]) -> float:
    """Return the metres of streets of some classes that nobody may walk along."""
    asked = roads[roads["kind"].isin(classes).to_numpy()]
    return float(asked[~asked.index.isin(set(walked))].length.sum())


def _patrolled(
    told: _Told, here: Ground, which: tuple[int, str], office: Approach | None, called: str, setting: _Setting
) -> None:
    """Tell the walks of one area, by its place and name, from its office."""
    at, area = which
    own = here.asked(at)
    if not len(own):
        told.bare.append(area)
        return
    least = metres = 0.0
    routes: list[_Route] = []
    found = 0
    reached, cut = True, False
    for piece in pieces(here, own, office):
        walks = shared(
            piece.streets, here.xy[piece.node], piece.start,
            walkers=-(-setting.walkers // piece.parts) if piece.piece == 1 else 1,
            longest=setting.longest, seed=setting.seed,
        )  # fmt: skip
        found, reached, cut = max(found, piece.piece), reached and piece.start is not None, cut or piece.parts > 1
        least += _least(piece, walks)
        for walk in walks:
            rows = piece.unfolded(walk.streets, walk.forward, walk.serving)
            along = float(here.streets.length[rows[0]].sum())
            metres += along
            walker, shift = len(routes) % setting.walkers + 1, len(routes) // setting.walkers + 1
            from_ = called if piece.start is not None else ""
            routes.append(_Route(area, walker, shift, piece.piece, from_, *rows, along))
        setting.passed(piece)
    told.routes += routes
    told.parted += [area] if found > 1 else []
    told.cut += [area] if cut else []
    told.cut_off += [area] if office is not None and not reached else []
    told.late += [area] if any(each.metres > setting.longest + 1.0 for each in routes) else []
    told.rows.append(
        {
            "area": area,
            "streets_m": float((here.streets.length[own] * here.times[own]).sum()),
            "patrol_m": metres,
            "patrol_minutes": metres / setting.practice.metres_per_minute.value,
            "patrols": len(routes),
            "pieces": found,
            "least_m": least,
            # What several walks come to is no more than one walk's bound: each goes out and back.
            "gap": max(metres / least - 1.0, 0.0) if least > 0 and len(routes) == found else np.nan,
        }
    )


def _least(piece: Local, walks: list[postman.Walk]) -> float:
    """Return what no walk past a piece falls below; where it is one part, the one walk there is."""
    streets = piece.streets
    own = streets.ends[streets.required]
    if piece.parts > 1:
        # One part may end where another goes on: what binds one alone does not bind all of them together.
        return float(streets.length[streets.required].sum())
    if piece.start is None and len(walks) == 1:
        from gridkit.graph import components

        part = components(own, streets.nodes)[own[:, 0]]
        if (part == part[0]).all():
            return walks[0].length(streets)
    # Walks that begin where each likes need not hang together: what is even is all that binds them.
    joined = piece.start is not None or len(walks) == 1
    return bound(leaned(postman.task(streets, piece.start).ways), piece.start, joined=joined)


def _tables(
    definition: PatrolLayer, subject: Subject, here: Ground, areas: gpd.GeoSeries, told: _Told, practice: Rounds
) -> dict[str, pd.DataFrame]:
    columns = ["area", "streets_m", "patrol_m", "patrol_minutes", "patrols", "pieces", "least_m", "gap"]
    by_area = pd.DataFrame(told.rows, columns=columns).set_index("area")
    by_area = by_area.reindex(areas.index.astype(TEXT)).rename_axis("area")
    by_area[["streets_m", "patrols"]] = by_area[["streets_m", "patrols"]].fillna(0.0)
    grids = by_area.reindex(subject.grids.index.astype(TEXT)).set_axis(subject.grids.index)
    if definition.groups:
        grids["area"] = _of_group(subject.grids, definition.groups).to_numpy()
    return {
        "grids": grids.drop(columns=["pieces", "least_m"]),
        "areas": by_area,
        "routes": _lines(here, told.routes, practice, subject),
        "steps": _steps(here, told.routes),
    }


def _lines(here: Ground, routes: list[_Route], practice: Rounds, subject: Subject) -> gpd.GeoDataFrame:
    """Return the walks as lines in the order they are walked."""
    speed = practice.metres_per_minute.value
    rows = [
        {
            "area": each.area,
            "walker": each.walker,
            "shift": each.shift,
            "piece": each.piece,
            "office": each.office,
            "metres": each.metres,
            "minutes": each.metres / speed,
            "streets_m": float(here.streets.length[each.streets[each.serving]].sum()),
        }
        for each in routes
    ]
    shapes = [line(here, each.streets, each.forward) for each in routes]
    names = ["area", "walker", "shift", "piece", "office", "metres", "minutes", "streets_m"]
    table = gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry=shapes, crs=subject.grids.crs)
    table.index = pd.Index([f"R{at + 1}" for at in range(len(routes))], name="route_id", dtype=TEXT)
    return table


def line(here: Ground, streets: Ints, forward: Flags) -> shapely.LineString:
    """Return streets walked one after another as one line."""
    parts = [
        shapely.get_coordinates(here.lines[street])[:: 1 if ahead else -1]
        for street, ahead in zip(streets.tolist(), forward.tolist(), strict=True)
    ]
    xy = np.concatenate(parts)
    moved = np.r_[True, (np.diff(xy, axis=0) != 0).any(axis=1)]
    moved[-1] = moved[-1] or moved.sum() < 2  # noqa: PLR2004 - a line has two ends
    return shapely.LineString(xy[moved])


def _steps(here: Ground, routes: list[_Route]) -> pd.DataFrame:
    """Return the streets of each walk in order, those of one name that follow each other as one."""
    street = np.concatenate([each.streets for each in routes]) if routes else np.empty(0, dtype=np.int64)
    serving = np.concatenate([each.serving for each in routes]) if routes else np.empty(0, dtype=bool)
    route = np.repeat(np.arange(len(routes)), [len(each.streets) for each in routes])
    name = here.name[street]
    change = np.ones(len(street), dtype=bool)
    change[1:] = (name[1:] != name[:-1]) | (serving[1:] != serving[:-1]) | (route[1:] != route[:-1])
    first = route[change]
    metres: Any = np.bincount(np.cumsum(change) - 1, here.streets.length[street], len(first))
    table = pd.DataFrame(
        {
            "route_id": pd.Series([f"R{at + 1}" for at in first], dtype=TEXT),
            "step": np.arange(1, len(first) + 1) - np.searchsorted(first, first),
            "street": name[change],
            "metres": metres,
            "patrolled": serving[change],
        }
    )
    return table.rename_axis("step_id")


def _facts(here: Ground, told: _Told, closed: float, practice: Rounds) -> dict[str, Any]:
    wanted, area = here.times > 0, here.area >= 0
    metres = float(sum(row["patrol_m"] for row in told.rows))
    alone = [row for row in told.rows if not np.isnan(row["gap"])]
    least = float(sum(row["least_m"] for row in alone))
    return {
        "areas": len(told.rows) + len(told.bare),
        "patrols": len(told.routes),
        "streets_m": float(sum(row["streets_m"] for row in told.rows)),
        "patrol_m": metres,
        "patrol_minutes": metres / practice.metres_per_minute.value,
        "least_m": float(sum(row["least_m"] for row in told.rows)),
        "one_walk": len(alone),
        "gap": max(sum(row["patrol_m"] for row in alone) / least - 1.0, 0.0) if least > 0 else None,
        "closed_m": closed,
        "outside_m": float(here.streets.length[wanted & ~area].sum()),
        "without_streets": told.bare,
        "in_pieces": told.parted,
        "not_from_office": told.cut_off,
        "over_shift": told.late,
        "cut_first": told.cut,
    }
