"""Where a zone is entered and left: the fewest places to staff so that nobody passes unseen.

People of the zone start from the ways inside it that their homes lie at; everybody else from the ways outside. Every
way between the two is cut somewhere, at the fewest places: at the border, or a little within or without it where ways
run together and nobody lives. Walls, water and rails are shut by themselves; over open ground a fence is needed, and
its metres are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridkit.graph import components
from gridkit.measure.emergency.minimum_cut import minimum_cut

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from gridkit.measure.access.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]
VERGE_M = 12.0
"""A way nearer to the border than this runs along it: half a main street with its pavement. gridkit's own choice."""
SHUT = ("wall", "rail", "motorway", "canal", "river")
"""Features that nobody crosses but by a way."""
OPEN = ("none", "path")
"""Features that part no ground: neighbours with no more between them are one place."""
_GATE, _FAR, _STEP_M = 50_000, 100, 10.0
"""What one gate costs, and what it costs at most to be away from the border, by steps: a gate more never pays."""
_SHIFT_M = 4.0
"""A gate stands this far from the junction it closes, so that two ways of one junction have two gates."""


@dataclass(frozen=True)
class Zone:
    """What is asked of one zone.

    Attributes
    ----------
    name
        What it is called.
    area
        Its ground, in metres.
    homes
        Points of those who live in it (``unit_id``, ``people``).
    others
        Points of those who live near it.
    joined
        The place each of its units belongs to: units with open ground between them are one (:func:`places`).
    """

    name: str
    area: BaseGeometry
    homes: gpd.GeoDataFrame
    others: gpd.GeoDataFrame
    joined: pd.Series[int]


def gates(network: Network, zone: Zone, around_m: float) -> gpd.GeoDataFrame:
    """Return the fewest gates of a zone.

    Parameters
    ----------
    network
        The walk network, in the zone's CRS.
    zone
        The zone and who lives around.
    around_m
        How far beyond its border a gate may stand.

    Returns
    -------
    GeoDataFrame
        Points with ``zone``, ``road`` (the ``feature_id`` of the way; null at a front door) and ``what``: ``way``, or
        ``front`` for a place that opens onto a street outside and has no way inside. From west to east.
    """
    cut = _cut_at(network, zone.area, around_m)
    model = _model(cut, zone, around_m)
    taken = minimum_cut(model.ends, model.cost, model.source, model.sink, model.nodes)
    found = gpd.GeoDataFrame(
        {"zone": zone.name, "road": model.road[taken], "what": model.what[taken]},
        geometry=model.spot[taken],
        crs=zone.homes.crs,
    )
    where = found.get_coordinates()
    return found.iloc[np.lexsort((where["y"], where["x"]))].reset_index(drop=True)


def places(units: pd.Index, borders: pd.DataFrame) -> pd.Series[int]:
    """Return the place each unit belongs to: units with nothing but open ground between them are one."""
    inside = borders["unit_id"].isin(units) & borders["neighbour"].isin(units) & borders["feature"].isin(OPEN)
    at = [units.get_indexer(pd.Index(borders.loc[inside, side])) for side in ("unit_id", "neighbour")]
    ends = np.column_stack(at).astype(np.int64).reshape(-1, 2)
    return pd.Series(components(ends, len(units)), index=units)


def edge(units: pd.Index, area: BaseGeometry, borders: pd.DataFrame) -> dict[str, float]:
    """Return the metres of a zone's border that are shut by themselves, open, and on the district's edge.

    A fence is needed where nothing stands: along ``open_m``. Streets on the border count as open: people cross them.
    """
    one, other = borders["unit_id"].isin(units), borders["neighbour"].isin(units)
    own = borders[one != other]
    shut = own["feature"].isin(SHUT)
    metres = own["shared_m"].astype(float)
    inner = float(metres.sum())
    return {
        "border_m": float(area.length),
        "shut_m": float(metres[shut].sum()),
        "open_m": float(metres[~shut].sum()),
        "district_edge_m": max(float(area.length) - inner, 0.0),
    }


# ------------------------------------------------------------------ the network around a zone
@dataclass(frozen=True)
class _Pieces:
    """The ways near a zone, cut where they enter its inner ground."""

    lines: Shapes
    ends: Ints
    xy: Floats
    inner: NDArray[np.bool_]
    road: NDArray[np.object_]


def _cut_at(network: Network, area: BaseGeometry, around_m: float) -> _Pieces:
    """Return the ways in and around a zone as pieces that lie in its inner ground or out of it."""
    deep = shapely.buffer(area, -VERGE_M)
    near = np.sort(shapely.STRtree(network.lines).query(shapely.buffer(area, around_m), predicate="intersects"))
    lines = network.lines[near]
    inside, outside = shapely.intersection(lines, deep), shapely.difference(lines, deep)
    shapes, roads, inner = [], [], []
    for part, within in ((inside, True), (outside, False)):
        pieces, at = shapely.get_parts(part, return_index=True)
        # What an intersection leaves may be a point, or a speck that the rounding of the cut made.
        kept = (shapely.get_type_id(pieces) == shapely.GeometryType.LINESTRING) & (shapely.length(pieces) > _SPECK_M)
        shapes.append(pieces[kept])
        roads.append(network.road[near][at[kept]])
        inner.append(np.full(int(kept.sum()), within))
    cut: Shapes = np.concatenate(shapes)
    ends = shapely.get_coordinates(shapely.get_point(np.repeat(cut, 2), np.tile([0, -1], len(cut))))
    # To the centimetre: the two pieces of a way that was cut meet in one node.
    keys, node = np.unique(np.round(ends, 2), axis=0, return_inverse=True)
    return _Pieces(cut, node.reshape(-1, 2).astype(np.int64), keys, np.concatenate(inner), np.concatenate(roads))


_SPECK_M = 0.02


@dataclass(frozen=True)
class _Model:
    """What is cut: edges with their cost and the place of a gate on each, and the nodes on both sides."""

    ends: Ints
    cost: Ints
    spot: Shapes
    road: NDArray[np.object_]
    what: NDArray[np.object_]
    source: Ints
    sink: Ints
    nodes: int


def _model(cut: _Pieces, zone: Zone, around_m: float) -> _Model:
    """Return the cut as a flow: from the middles of ways inside that people live at, to ways outside."""
    size, count = len(cut.lines), len(cut.xy)
    own, fronts = _homes_inside(cut, zone)
    lived = np.zeros(size, dtype=bool)
    lived[own] = True
    foreign = np.zeros(size, dtype=bool)
    foreign[_nearest(cut.lines, zone.others.geometry.to_numpy(), ~cut.inner)] = True
    far = shapely.distance(shapely.points(cut.xy), zone.area) > around_m
    sink = np.union1d(np.unique(cut.ends[foreign]), np.flatnonzero(far))
    plain, halved = np.flatnonzero(~lived & ~foreign), np.flatnonzero(lived)
    middle = count + np.arange(len(halved))
    door = count + len(halved) + np.arange(len(fronts))
    # A way that people live at may be closed at either end, one that nobody lives at anywhere.
    ends = np.concatenate(
        [
            cut.ends[plain],
            np.column_stack([middle, cut.ends[halved, 0]]),
            np.column_stack([middle, cut.ends[halved, 1]]),
            np.column_stack([door, fronts["node"].to_numpy(dtype=np.int64)]),
        ]
    )
    spot = np.concatenate(
        [
            _on(cut.lines[plain], shapely.length(cut.lines[plain]) / 2),
            _on(cut.lines[halved], np.minimum(shapely.length(cut.lines[halved]) / 2, _SHIFT_M)),
            _on(cut.lines[halved], -np.minimum(shapely.length(cut.lines[halved]) / 2, _SHIFT_M)),
            fronts["spot"].to_numpy(dtype=object),
        ]
    )
    steps = shapely.distance(spot, zone.area.boundary) // _STEP_M
    kept = np.arange(len(ends))
    road = np.concatenate([cut.road[plain], cut.road[halved], cut.road[halved], np.full(len(fronts), None)])
    what = np.where(kept < len(ends) - len(fronts), "way", "front")
    return _Model(
        ends,
        (_GATE + np.minimum(steps, _FAR)).astype(np.int64),
        spot,
        road,
        what.astype(object),
        np.concatenate([middle, door]),
        sink,
        count + len(halved) + len(fronts),
    )


def _homes_inside(cut: _Pieces, zone: Zone) -> tuple[Ints, pd.DataFrame]:
    """Return the inner ways that homes lie at, and the front of each place that lies at none."""
    points = zone.homes.geometry.to_numpy()
    if not len(cut.lines) or not len(points):
        return np.empty(0, dtype=np.int64), pd.DataFrame({"node": [], "spot": []})
    piece = _nearest(cut.lines, points, np.ones(len(cut.lines), dtype=bool))
    place = zone.joined.reindex(zone.homes["unit_id"]).to_numpy()
    within = cut.inner[piece]
    served = np.unique(place[within])
    bare = ~np.isin(place, served)
    # Of a place that has no way of its own, the front is where its home nearest to a street stands.
    far = shapely.distance(points[bare], cut.lines[piece[bare]])
    order = np.lexsort((piece[bare], far))
    _, first = np.unique(place[bare][order], return_index=True)
    at = np.flatnonzero(bare)[order[first]]
    line = cut.lines[piece[at]]
    spot = shapely.get_point(shapely.shortest_line(shapely.points(shapely.get_coordinates(points[at])), line), -1)
    ends = cut.ends[piece[at]]
    nearer = shapely.line_locate_point(line, spot, normalized=True) > 0.5  # noqa: PLR2004 - the other half
    node = np.where(nearer, ends[:, 1], ends[:, 0]) if len(at) else np.empty(0)
    return np.unique(piece[within]), pd.DataFrame({"node": node, "spot": spot})


def _nearest(lines: Shapes, points: Shapes, among: NDArray[np.bool_]) -> Ints:
    """Return the line nearest to each point, of some of them; none where there is none."""
    chosen = np.flatnonzero(among)
    if not len(chosen) or not len(points):
        return np.empty(0, dtype=np.int64)
    return np.asarray(chosen[shapely.STRtree(lines[chosen]).nearest(points)], dtype=np.int64)


def _on(lines: Shapes, along: Floats) -> Shapes:
    return np.asarray(shapely.line_interpolate_point(lines, along), dtype=object)
