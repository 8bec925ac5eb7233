"""What runs along each side of a grid: the pieces of its outline, the way they face, and what is there by name.

::

    sides(plan) -> DataFrame        grid_id, side, feature, name, other, wall_side, metres, x, y
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.tessellation.barriers import WATER_FEATURE
from gridkit.tessellation.streams import called

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.plan.plan import Plan

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

SIDES = ("east", "south", "west", "north")
_ACROSS = dict(zip(SIDES, (*SIDES[2:], *SIDES[:2]), strict=True))
_TURNS = np.array(["east", "north", "west", "south"], dtype=object)
ALONG_M = 30.0
"""A named road, river or railway no farther than this runs along a border: half of a wide road. Metres."""
ALONG_COS = 0.87
"""... if it does not turn from it by more than 30 degrees."""
PIECE_M = 20.0
"""Pieces of an edge are no longer than this, so that one may follow several roads. Metres."""
WALL_M = 15.0
"""A compound no farther than this from a wall is the one it encloses. Metres."""
STEP_M = 4.0
"""How far from a wall it is asked which side of it a compound lies on. Metres."""
IN_M = 1.0
"""What is asked there lies in a compound no farther than this. Metres."""
ON_M = 0.5
"""A piece of an outline no farther than this from a border lies on it. Metres."""
_LINES = ("roads", "rails", "waterways", "water")
_WET, _BANKS = ("waterways", "water"), ("river", "canal")
_UNNAMED = ("edge", "boundary", *_BANKS)
"""What is called by the road, railway or water that runs there: lines of a register, and banks without a name."""


def sides(plan: Plan) -> pd.DataFrame:
    """Return the pieces of each grid's outline.

    Columns: ``grid_id``; the ``side`` it faces; ``feature``, ``name`` and ``other`` grid along it; ``wall_side``, which
    side of the compound ``name`` its wall is; ``metres``; and ``x``, ``y`` of its middle.
    """
    table = _pieces(plan)
    turn = np.round(table["turn"].to_numpy() / (np.pi / 2)).astype(int) % 4
    table["side"], table["wall_side"] = _TURNS[turn], ""
    table["name"] = table["name"].astype(object).where(table["name"].notna(), None)
    bare = table["name"].isna()
    _name_edges(table, bare & table["feature"].isin(_UNNAMED), plan.backdrop)
    _name_walls(table, bare & (table["feature"] == "wall"), plan.backdrop)
    return table.drop(columns="turn")


# ------------------------------------------------------------------ pieces
def _pieces(plan: Plan) -> pd.DataFrame:
    """Return the straight pieces of every outline: whose they are, the grid beyond, what runs there, the way they face.

    The outline itself says which way a piece faces and which grid lies beyond, for no border is kept between units that
    nothing joins. Where one is kept it says what runs there.
    """
    grids = plan.grids
    shapes = shapely.orient_polygons(np.asarray(grids.geometry), exterior_cw=False)
    start, end, owner = _segments(shapely.boundary(shapes))
    beyond = _beyond(start, end, owner)
    middles = np.asarray(shapely.points((start + end) / 2))
    border = _border_at(plan, middles, beyond >= 0)
    known = border >= 0
    bare = (
        np.stack([start[~known], end[~known]], axis=1) if (~known).any() else np.empty((0, 2, 2))
    )  # long ones may follow several roads
    fine_start, fine_end, of = _segments(shapely.segmentize(np.asarray(shapely.linestrings(bare)), PIECE_M))
    at = np.concatenate([np.flatnonzero(known), np.flatnonzero(~known)[of]])
    start, end = np.concatenate([start[known], fine_start]), np.concatenate([end[known], fine_end])
    names = grids.index.to_numpy().astype(object)
    table = _told(start, end)
    table["grid_id"] = names[owner[at]]
    table["other"] = np.where(beyond[at] >= 0, names[beyond[at]], "")
    table["feature"], table["name"] = _features(plan, table, border[at])
    return table


def _told(start: Floats, end: Floats) -> pd.DataFrame:
    """Return straight pieces as a table; ``turn`` is the way they face, in radians, the ground being on their left."""
    x, y = ((start + end) / 2).T
    along = end - start
    return pd.DataFrame(
        {"turn": np.arctan2(-along[:, 0], along[:, 1]), "metres": np.hypot(*along.T), "x": x, "y": y},
        index=pd.RangeIndex(len(along)),
    )


def _beyond(start: Floats, end: Floats, owner: Indices) -> Indices:
    """Return the position of the grid on the other side of each piece, -1 where there is none."""
    there = np.column_stack([start, end]).round(3)  # millimetres: neighbours share their corners
    backward = (there[:, 0] > there[:, 2]) | ((there[:, 0] == there[:, 2]) & (there[:, 1] > there[:, 3]))
    keys = np.where(backward[:, None], there[:, [2, 3, 0, 1]], there)
    _, key = np.unique(keys, axis=0, return_inverse=True)
    key = key.ravel()
    order = np.lexsort((owner, key))
    twins = np.flatnonzero(key[order][1:] == key[order][:-1])
    found = np.full(len(owner), -1)
    one, two = order[twins], order[twins + 1]
    found[one], found[two] = owner[two], owner[one]
    return found


def _border_at(plan: Plan, middles: NDArray[np.object_], wanted: NDArray[np.bool_]) -> Indices:
    """Return the position of the border that each piece lies on, -1 where none is kept."""
    grid = plan.units["grid_id"].to_numpy()
    ends = plan.ends.T
    cut = np.flatnonzero((grid[ends[0]] != grid[ends[1]]) & (plan.borders["shared_m"].to_numpy() > 0))
    found = np.full(len(middles), -1)
    rows = np.flatnonzero(wanted)
    if len(cut) and len(rows):
        lines = np.asarray(plan.borders.geometry)[cut]
        piece, line = shapely.STRtree(lines).query(middles[rows], predicate="dwithin", distance=ON_M)
        # The nearest of several, which meet at its end, last: a later one overwrites.
        order = np.argsort(-shapely.distance(lines[line], middles[rows][piece]), kind="stable")
        found[rows[piece[order]]] = cut[line[order]]
    return found


def _features(plan: Plan, table: pd.DataFrame, border: Indices) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return what runs along each piece, and its name: as its border says, else by the ground beside it."""
    feature = np.where(table["other"] == "", "edge", "none").astype(object)
    name = np.full(len(table), None, dtype=object)
    kept = border >= 0
    feature[kept] = plan.borders["feature"].to_numpy(dtype=object)[border[kept]]
    if "name" in plan.borders:
        name[kept] = plan.borders["name"].to_numpy(dtype=object)[border[kept]]
    closed = np.flatnonzero(~kept & (table["other"] != "").to_numpy())
    water = np.asarray(plan.units.geometry[plan.units["kind"] == "water"])
    if len(closed):
        middles = np.asarray(shapely.points(table[["x", "y"]].to_numpy()[closed]), dtype=object)
        feature[closed[shapely.STRtree(water).query(middles, predicate="dwithin", distance=ON_M)[0]]] = "river"
        _in_midstream(closed, middles, plan.backdrop, feature, name)
    return feature, name


def _in_midstream(
    rows: Indices,
    middles: NDArray[np.object_],
    backdrop: Mapping[str, gpd.GeoDataFrame],
    feature: NDArray[np.object_],
    name: NDArray[np.object_],
) -> None:
    """Fill in, in place, what water the pieces lie in that run through one, its banks further off than a name reaches.

    No border is kept there, as nothing leads over.
    """
    water = backdrop.get("water")
    if water is None or not len(water):
        return
    piece, area = shapely.STRtree(middles).query(water.geometry.to_numpy(), predicate="contains")[::-1]
    feature[rows[piece]] = water["kind"].map(WATER_FEATURE).fillna("river").to_numpy(dtype=object)[area]
    name[rows[piece]] = called(middles[piece], area, water, backdrop.get("waterways", water.iloc[:0]))


def _segments(shapes: NDArray[np.object_]) -> tuple[Floats, Floats, Indices]:
    """Return the start, the end and the owner of every straight piece of some lines."""
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    corners, line = shapely.get_coordinates(parts, return_index=True)
    joined = line[1:] == line[:-1]
    return corners[:-1][joined], corners[1:][joined], part_of[line[1:][joined]]


# ------------------------------------------------------------------ what is there
def _name_edges(table: pd.DataFrame, wanted: pd.Series[bool], backdrop: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Name the pieces that a named road, railway or water runs along: by the nearest one that has their direction.

    A bank is called by nothing but water, and by the line of its own stream before the area that holds several.
    """
    lines, names, kinds = _named_lines(backdrop)
    rows = np.flatnonzero(wanted)
    if not len(rows) or not len(lines):
        return
    middles = np.asarray(shapely.points(table[["x", "y"]].to_numpy()[rows]))
    piece, line = shapely.STRtree(lines).query(middles, predicate="dwithin", distance=ALONG_M)
    wet = np.isin(kinds[line], _WET) | ~np.isin(table["feature"].to_numpy()[rows][piece], _BANKS)
    piece, line = piece[wet], line[wet]
    along = shapely.line_locate_point(lines[line], middles[piece])
    before, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines[line], np.maximum(along + step, 0)))
        for step in (-1.0, 1.0)
    )
    way = after - before
    out = table["turn"].to_numpy()[rows][piece]
    across = way[:, 0] * np.cos(out) + way[:, 1] * np.sin(out)
    beside = np.abs(across) <= np.sqrt(1 - ALONG_COS**2) * np.hypot(*way.T)
    found = pd.DataFrame(
        {
            "row": rows[piece],
            "name": names[line],
            "kind": kinds[line],
            "far": shapely.distance(lines[line], middles[piece]),
        }
    )[beside]
    at_bank = (found["kind"] == "water").groupby(found["row"]).transform("any")
    found.loc[at_bank & (found["kind"] == "waterways"), "far"] = -1.0
    nearest = found.sort_values(["far", "name"], kind="stable").drop_duplicates("row")
    table.loc[nearest["row"], "name"] = nearest["name"].to_numpy(dtype=object)


def _named_lines(
    backdrop: Mapping[str, gpd.GeoDataFrame],
) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.object_]]:
    """Return the lines of roads, railways and waters with a name, the banks of the wider ones; names; and tables."""
    nothing = np.array([], dtype=object)
    shapes, names, kinds = [nothing], [nothing], [nothing]
    for kind in _LINES:
        table = backdrop.get(kind)
        if table is None or "name" not in table:
            continue
        named = table[table["name"].notna()]
        drawn = named.geometry.to_numpy()
        flat = shapely.get_dimensions(drawn) == 2  # noqa: PLR2004 - an area
        parts, of = shapely.get_parts(np.where(flat, shapely.boundary(drawn), drawn), return_index=True)
        single = shapely.get_dimensions(parts) == 1
        shapes.append(parts[single])
        names.append(named["name"].to_numpy(dtype=object)[of[single]])
        kinds.append(np.full(int(single.sum()), kind, dtype=object))
    return np.concatenate(shapes), np.concatenate(names), np.concatenate(kinds)


def _name_walls(table: pd.DataFrame, wanted: pd.Series[bool], backdrop: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Give the pieces along a wall the name of its compound, and which side of that compound the wall is.

    Where two compounds share a wall, it is that of the compound on the grid's own side; where a wall turns in and out,
    the side that more of it is.
    """
    compounds = backdrop.get("compounds")
    rows = np.flatnonzero(wanted)
    if compounds is None or "name" not in compounds or not len(rows):
        return
    named = compounds[compounds["name"].notna()]
    shapes = named.geometry.to_numpy()
    middles, turn = table[["x", "y"]].to_numpy()[rows], table["turn"].to_numpy()[rows]
    step = STEP_M * np.column_stack([np.cos(turn), np.sin(turn)])
    piece, compound = shapely.STRtree(shapes).query(shapely.points(middles), predicate="dwithin", distance=WALL_M)
    within, beyond = (
        shapely.distance(shapes[compound], shapely.points(middles[piece] + sign * step[piece])) for sign in (-1, 1)
    )
    found = pd.DataFrame(
        {
            "row": rows[piece],
            "name": named["name"].to_numpy(dtype=object)[compound],
            "far": np.minimum(within, beyond),
            "beyond": (beyond < within) & (within > IN_M),
        }
    )
    nearest = found.sort_values(["beyond", "far", "name"], kind="stable").drop_duplicates("row").set_index("row")
    walls = table.loc[nearest.index, ["grid_id", "side", "metres"]].join(nearest)
    outward = walls["metres"].where(walls["beyond"], -walls["metres"])
    beyond_most = outward.groupby([walls["grid_id"], walls["side"], walls["name"]]).transform("sum") > 0
    table.loc[walls.index, "name"] = walls["name"]
    table.loc[walls.index, "wall_side"] = walls["side"].map(_ACROSS).where(beyond_most, walls["side"])
