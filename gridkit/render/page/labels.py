"""Where names go: in a grid, along a street, in a park; found once, so that the page only has to see what is free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import LONLAT
from gridkit.geometry import poles
from gridkit.render.page.look import look
from gridkit.render.page.payload import DEGREE, places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

METRES_PER_PIXEL = 19.109257
"""At zoom 13 on the equator; room is counted in pixels of that zoom, which is fine enough."""
EVERY_M = 1200.0
"""A street's name is offered a place on the longest straight piece of so many metres of it ..."""
LEAST_M = 40.0
"""... if that is at least so long."""
WIDE_AS_HIGH = 3.0
"""How many times as wide as high the words in a grid are."""
PIECES, BEND = 4, 0.25
"""Up to so many pieces of a line that together hardly turn (radians) count as one."""


def spots(shapes: gpd.GeoSeries) -> dict[str, Any]:
    """Return where the label of each grid stands: in the middle of the widest stretch of it along one of five lines.

    Parameters
    ----------
    shapes
        Polygons in a metric CRS.

    Returns
    -------
    dict
        ``at``: the places as steps; ``room``: how wide the stretch is, in pixels of zoom 13.
    """
    polygons = shapes.to_numpy()
    west, south, east, north = shapely.bounds(polygons).T
    edges = shapely.boundary(polygons)
    worth, wide = np.zeros(len(polygons)), np.zeros(len(polygons))
    at = np.column_stack([(west + east) / 2, (south + north) / 2])
    # Five lines are enough: the pole of inaccessibility would be the best place for a circle, but text is wide and
    # low.
    for share in (0.5, 0.4, 0.6, 0.28, 0.72):
        y = north + (south - north) * share
        along = shapely.linestrings(np.stack([np.column_stack([west, y]), np.column_stack([east, y])], axis=1))
        stretch, grid = shapely.get_parts(shapely.intersection(polygons, along), return_index=True)
        met = ~shapely.is_empty(stretch)
        stretch, grid = stretch[met], grid[met]
        left, _, right, _ = shapely.bounds(stretch).T
        # Written from the narrowest on: the widest stretch of each grid is written last and stays.
        order = np.argsort(right - left)
        middle, widest = np.zeros(len(polygons)), np.zeros(len(polygons))
        middle[grid[order]], widest[grid[order]] = ((left + right) / 2)[order], (right - left)[order]
        # The middle of a grid is better than its ends, and a stretch close under a border has no room for two lines.
        clear = shapely.distance(shapely.points(middle, y), edges)
        value = np.minimum(widest, WIDE_AS_HIGH * 2 * clear) * (1.2 - abs(share - 0.5))
        better = value > worth
        worth[better], wide[better] = value[better], widest[better]
        at[better] = np.column_stack([middle, y])[better]
    whole, room = _on_page(at, wide, shapes.crs)
    return {"at": places(whole), "room": room}


def pack(tables: Mapping[str, gpd.GeoDataFrame]) -> dict[str, Any]:
    """Return the head's entry for the names of the base map, in the order in which they are given room.

    Parameters
    ----------
    tables
        As from :func:`gridkit.render.page.backdrop.tables`.

    Returns
    -------
    dict
        ``texts``: kind, name and its Latin; for each place that is offered to one of them: ``of``, ``at`` as steps,
        ``turn`` in degrees, ``room`` in pixels of zoom 13 (0: any name has room). ``kinds``: how they are set.
    """
    kinds = look()["names"]
    # A street comes in many pieces with one name; its text is kept once, its places point to it.
    listed: dict[tuple[int, str, str], int] = {}
    offers, crs = [], None
    for place, kind in enumerate(kinds):
        if kind not in tables or not len(table := tables[kind][tables[kind]["pair"].notna()]):
            continue
        offered, crs = _offers(table.geometry.to_numpy()), table.crs
        texts = [(place, *pair) for pair in table["pair"]]
        offered["of"] = [listed.setdefault(texts[shape], len(listed)) for shape in offered["shape"]]
        offers.append(offered)
    if not offers:
        return {"texts": [], "kinds": list(kinds.values()), "of": [], "at": [], "turn": [], "room": []}
    found = pd.concat(offers)
    at, room = _on_page(found[["x", "y"]].to_numpy(), found["wide"].to_numpy(), crs)
    return {
        "texts": [list(text) for text in listed],
        "kinds": list(kinds.values()),
        "of": found["of"].tolist(),
        "at": places(at),
        "turn": found["turn"].round().astype(int).tolist(),
        "room": room,
    }


def _offers(shapes: NDArray[Any]) -> pd.DataFrame:
    """Return places for the names of shapes: along lines, else in the middle of them."""
    if shapely.get_dimensions(shapes).max() == 1:
        return _along(shapes)
    middle = shapely.get_coordinates(poles(shapes))
    west, _, east, _ = shapely.bounds(shapes).T
    return pd.DataFrame(
        {"shape": np.arange(len(shapes)), "x": middle[:, 0], "y": middle[:, 1], "turn": 0.0, "wide": east - west}
    )


def _along(shapes: NDArray[Any]) -> pd.DataFrame:
    """Return the longest straight piece of every stretch of the lines, and at least one of every line."""
    pieces, shape = shapely.get_parts(shapes, return_index=True)
    points, line = shapely.get_coordinates(pieces, return_index=True)
    last = np.flatnonzero(np.r_[line[1:] != line[:-1], True])[line]
    start = np.flatnonzero(np.arange(len(points)) < last)
    end = np.minimum(start + PIECES, last[start])
    # Only first and last heading are compared: a slight arc reads well, and a zigzag that ends as it began is let
    # pass.
    bend = _heading(points, end - 1, end) - _heading(points, start, start + 1)
    # By sine and cosine, since a difference of headings across the west jumps by a whole turn.
    end = np.where(np.abs(np.arctan2(np.sin(bend), np.cos(bend))) < BEND, end, start + 1)
    step = np.hypot(*(points[start + 1] - points[start]).T)
    gone = np.cumsum(step)
    middle = (points[start] + points[end]) / 2
    turn = np.degrees(-_heading(points, start, end))  # on the screen, y runs down
    table = pd.DataFrame(
        {
            "shape": shape[line[start]],
            "line": line[start],
            "x": middle[:, 0],
            "y": middle[:, 1],
            "turn": (turn + 90) % 180 - 90,
            "wide": np.hypot(*(points[end] - points[start]).T),
        }
    )
    table["stretch"] = (gone - table["line"].map(pd.Series(gone - step).groupby(table["line"]).first())) // EVERY_M
    longest = table.sort_values("wide", ascending=False, kind="stable")
    kept = longest.drop_duplicates(["line", "stretch"])
    # Every line keeps one place, however short: zoomed in far enough there is room for it.
    return kept[(kept["wide"] >= LEAST_M) | ~kept["shape"].duplicated()].sort_index()


def _heading(points: NDArray[np.float64], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
    east, north = (points[end] - points[start]).T
    return np.asarray(np.arctan2(north, east))


def _on_page(
    points: NDArray[np.float64],
    wide_m: NDArray[np.float64],
    crs: Any,  # noqa: ANN401 - whatever geopandas takes
) -> tuple[NDArray[np.int64], list[int]]:
    """Return places in 1e-5 degree, and lengths in pixels of zoom 13."""
    lonlat = gpd.GeoSeries(gpd.points_from_xy(*points.T), crs=crs).to_crs(LONLAT)
    at = np.rint(shapely.get_coordinates(lonlat.to_numpy()) * DEGREE).astype(np.int64)
    pixels = wide_m / (METRES_PER_PIXEL * np.cos(np.radians(at[:, 1] / DEGREE)))
    return at, np.rint(pixels).astype(int).tolist()
