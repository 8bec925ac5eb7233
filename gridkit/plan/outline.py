"""What runs along each side of a grid: the pieces of its outline, the way they face, and what is there by name.

::

    sides(plan) -> DataFrame        grid_id, side, feature, name, other, wall_side, metres, x, y
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

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
_LINES = ("roads", "rails", "waterways", "water")
_UNNAMED = ("edge", "boundary")
"""What follows from a register, not from the ground, and is called by what runs there."""


def sides(plan: Plan) -> pd.DataFrame:
    """Return the pieces of each grid's outline.

    Columns: ``grid_id``; the ``side`` it faces; ``feature``, ``name`` and ``other`` grid along it; ``wall_side``, which
    side of the compound ``name`` its wall is; ``metres``; and ``x``, ``y`` of its middle.
    """
    table = pd.concat([_between(plan), _outer(plan)], ignore_index=True)
    turn = np.round(table["turn"].to_numpy() / (np.pi / 2)).astype(int) % 4
    table["side"], table["wall_side"] = _TURNS[turn], ""
    table["name"] = table["name"].astype(object).where(table["name"].notna(), None)
    bare = table["name"].isna()
    _name_edges(table, bare & table["feature"].isin(_UNNAMED), plan.backdrop)
    _name_walls(table, bare & (table["feature"] == "wall"), plan.backdrop)
    return table.drop(columns="turn")


# ------------------------------------------------------------------ pieces
def _between(plan: Plan) -> pd.DataFrame:
    """Return the pieces between two grids, once for each of them."""
    units, borders = plan.units, plan.borders
    ends = plan.ends.T
    grid = units["grid_id"].to_numpy()
    cut = np.flatnonzero((grid[ends[0]] != grid[ends[1]]) & (borders["shared_m"].to_numpy() > 0))
    middles = shapely.get_coordinates(shapely.point_on_surface(np.asarray(units.geometry)))
    towards = (middles[ends[1]] - middles[ends[0]])[cut]
    start, end, owner = _segments(np.asarray(borders.geometry)[cut])
    normal = np.column_stack([(end - start)[:, 1], -(end - start)[:, 0]])
    normal *= np.where((normal * towards[owner]).sum(axis=1) < 0, -1, 1)[:, None]
    a, b = grid[ends[0][cut]][owner], grid[ends[1][cut]][owner]
    rows = borders.iloc[cut[owner]]
    name = rows["name"].to_numpy(dtype=object) if "name" in rows else np.full(len(rows), None)
    one = _pieces(start, end, normal, feature=rows["feature"].to_numpy(dtype=object), name=name)
    return pd.concat(
        [one.assign(grid_id=a, other=b), one.assign(grid_id=b, other=a, turn=_turn(-normal))], ignore_index=True
    )


def _outer(plan: Plan) -> pd.DataFrame:
    """Return the pieces that no other grid shares: sides of the outline that occur once."""
    grids = plan.grids
    shapes = shapely.orient_polygons(np.asarray(grids.geometry), exterior_cw=False)
    start, end, owner = _segments(shapely.boundary(shapes))
    there = np.column_stack([start, end]).round(3)  # millimetres: neighbours share their corners
    backward = (there[:, 0] > there[:, 2]) | ((there[:, 0] == there[:, 2]) & (there[:, 1] > there[:, 3]))
    keys = np.where(backward[:, None], there[:, [2, 3, 0, 1]], there)
    _, at, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    once = count[at.ravel()] == 1
    lines = np.asarray(shapely.linestrings(np.stack([start[once], end[once]], axis=1)))
    start, end, piece = _segments(shapely.segmentize(lines, PIECE_M))
    normal = np.column_stack([(end - start)[:, 1], -(end - start)[:, 0]])
    owners = grids.index.to_numpy()[owner[once][piece]]
    return _pieces(start, end, normal, feature="edge", name=None).assign(grid_id=owners, other="")


def _pieces(start: Floats, end: Floats, normal: Floats, *, feature: object, name: object) -> pd.DataFrame:
    """Return straight pieces as a table; ``turn`` is the way they face, in radians."""
    x, y = ((start + end) / 2).T
    metres = np.hypot(*(end - start).T)
    told = {"turn": _turn(normal), "feature": feature, "name": name, "metres": metres, "x": x, "y": y}
    return pd.DataFrame(told, index=pd.RangeIndex(len(metres)))


def _segments(shapes: NDArray[np.object_]) -> tuple[Floats, Floats, Indices]:
    """Return the start, the end and the owner of every straight piece of some lines."""
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    corners, line = shapely.get_coordinates(parts, return_index=True)
    joined = line[1:] == line[:-1]
    return corners[:-1][joined], corners[1:][joined], part_of[line[1:][joined]]


def _turn(direction: Floats) -> Floats:
    turned: Floats = np.arctan2(direction[:, 1], direction[:, 0])
    return turned


# ------------------------------------------------------------------ what is there
def _name_edges(table: pd.DataFrame, wanted: pd.Series[bool], backdrop: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Name the pieces that a named road, railway or water runs along: by the nearest one that has their direction."""
    lines, names = _named_lines(backdrop)
    rows = np.flatnonzero(wanted)
    if not len(rows) or not len(lines):
        return
    middles = np.asarray(shapely.points(table[["x", "y"]].to_numpy()[rows]))
    piece, line = shapely.STRtree(lines).query(middles, predicate="dwithin", distance=ALONG_M)
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
        {"row": rows[piece], "name": names[line], "far": shapely.distance(lines[line], middles[piece])}
    )[beside]
    nearest = found.sort_values(["far", "name"], kind="stable").drop_duplicates("row")
    table.loc[nearest["row"], "name"] = nearest["name"].to_numpy(dtype=object)


def _named_lines(backdrop: Mapping[str, gpd.GeoDataFrame]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the lines of roads, railways and waters with a name, the banks of the wider ones, and their names."""
    shapes, names = [], []
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
    nothing = np.array([], dtype=object)
    return np.concatenate([nothing, *shapes]), np.concatenate([nothing, *names])


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
