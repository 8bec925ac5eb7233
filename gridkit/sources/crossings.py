"""Where streets meet that share no vertex: drawn across each other by hand, or in two files.

OpenStreetMap's ways meet at vertices, and so do those of whoever drew for routing; a bridge shares none with what it
crosses. Streets drawn for a picture run across one another: if vertices were asked for, nobody could turn at a corner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.language.phrases import Phrase, template

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]
    Indices = NDArray[np.int64]

TOUCH_M = 0.5
"""A street that ends this near to another one ends at it: no two middle lines run so close. Metres."""
ALIKE_M = 0.001
"""Vertices this near are one, as networks have it. Metres."""
_LINE = "line"


def met(roads: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return one file's streets with a vertex wherever two of them meet, and what was done.

    Where most places at which lines cross or end are vertices of both, the file says by them who meets, and the rest
    passes over or under; it is counted. Else every one is a corner but where a bridge or a tunnel crosses.

    Parameters
    ----------
    roads
        ROADS in a metric CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> lines = [LineString([(0, 5), (10, 5)]), LineString([(5, 0), (5, 10)])]
    >>> roads, said = met(gpd.GeoDataFrame({"bridge": False, "tunnel": False}, geometry=lines, crs=32651, index=[0, 1]))
    >>> roads.geometry.to_wkt().tolist()
    ['LINESTRING (0 5, 5 5, 10 5)', 'LINESTRING (5 0, 5 5, 5 10)']
    """
    lines = _Lines(roads)
    places = lines.places(np.ones(len(lines.parts), dtype=bool))
    bare = len(places.bare)
    if bare <= places.shared:
        said = template(
            "{count} place of {of} where streets cross shares no vertex: they pass over and under each other there",
            "{count} places of {of} where streets cross share no vertex: they pass over and under each other there",
        )
        return roads, [Phrase(said, count=bare, of=bare + places.shared)] if bare else []
    said = template(
        "{count} place where streets cross or end at each other without a vertex is taken as a corner",
        "{count} places where streets cross or end at each other without a vertex are taken as corners",
    )
    return lines.joined(places), [Phrase(said, count=bare)]


def between(roads: gpd.GeoDataFrame, own: NDArray[np.bool_]) -> gpd.GeoDataFrame:
    """Return streets of several files with a vertex wherever one of ``own`` meets one of another file.

    Parameters
    ----------
    roads
        ROADS of all files, in one metric CRS.
    own
        Which of them are lines of the user's own, beside a map whose streets meet at vertices.
    """
    if not own.any() or own.all():
        return roads
    lines = _Lines(roads)
    places = lines.places(own[lines.row])
    apart = own[lines.row[places.bare["one"]]] != own[lines.row[places.bare["two"]]]
    places.bare = places.bare[apart]
    return lines.joined(places) if len(places.bare) else roads


class _Places:
    """Where lines meet: how often at a vertex of both, and the rows (one, two, x, y) where it is not."""

    def __init__(self, shared: int, bare: pd.DataFrame) -> None:
        self.shared, self.bare = shared, bare


class _Lines:
    """The lines of streets, apart, with their vertices."""

    def __init__(self, roads: gpd.GeoDataFrame) -> None:
        self.roads = roads
        self.parts, self.row = shapely.get_parts(np.asarray(roads.geometry.values, dtype=object), return_index=True)
        raised = np.zeros(len(roads), dtype=bool)
        for column in ("bridge", "tunnel"):
            if column in roads:
                raised |= roads[column].fillna(value=False).to_numpy(dtype=bool)
        if "layer" in roads:
            raised |= roads["layer"].fillna(0.0).to_numpy(dtype=float) != 0
        self.raised = raised[self.row]
        xy, line = shapely.get_coordinates(self.parts, return_index=True)
        self.corner = xy.min(axis=0) if len(xy) else np.zeros(2)
        self.vertices = pd.MultiIndex.from_arrays([line, *self._keys(xy)]).unique()

    def _keys(self, xy: NDArray[np.float64]) -> tuple[Indices, Indices]:
        east, north = np.round((xy - self.corner) / ALIKE_M).astype(np.int64).T
        return east, north

    def _at_vertex(self, line: Indices, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
        return np.asarray(pd.MultiIndex.from_arrays([line, *self._keys(xy)]).isin(self.vertices))

    def places(self, asked: NDArray[np.bool_]) -> _Places:
        """Return where the lines that are asked about meet any other."""
        ask = np.flatnonzero(asked)
        tree = shapely.STRtree(self.parts)
        near, other = tree.query(self.parts[ask], predicate="intersects")
        one, two = ask[near], other
        once = (one < two) | ((one > two) & ~asked[two])
        crossing = self._crossings(one[once], two[once])
        shared = self._at_vertex(crossing["one"].to_numpy(), crossing[["x", "y"]].to_numpy()) & self._at_vertex(
            crossing["two"].to_numpy(), crossing[["x", "y"]].to_numpy()
        )
        level = ~self.raised[crossing["one"]] & ~self.raised[crossing["two"]]
        ends = _without_crossings(self._ends(tree, asked), crossing[shared | level])
        return _Places(int(shared.sum()), pd.concat([crossing[~shared & level], ends], ignore_index=True))

    def _crossings(self, one: Indices, two: Indices) -> pd.DataFrame:
        spots, pair = shapely.get_parts(shapely.intersection(self.parts[one], self.parts[two]), return_index=True)
        points = shapely.get_type_id(spots) == 0  # where two run along each other they are one street, drawn twice
        xy = shapely.get_coordinates(spots[points])
        return pd.DataFrame({"one": one[pair[points]], "two": two[pair[points]], "x": xy[:, 0], "y": xy[:, 1]})

    def _ends(self, tree: shapely.STRtree, asked: NDArray[np.bool_]) -> pd.DataFrame:
        """Return where a line ends at another one that has no vertex there; bridges end on the ground."""
        ends = np.concatenate([shapely.get_point(self.parts, 0), shapely.get_point(self.parts, -1)])
        of = np.tile(np.arange(len(self.parts)), 2)
        which, line = tree.query(ends, predicate="dwithin", distance=TOUCH_M)
        one, xy = of[which], shapely.get_coordinates(ends[which])
        meets = (one != line) & ~self.raised[line] & (asked[one] | asked[line]) & ~self._at_vertex(line, xy)
        one, line, ends = one[meets], line[meets], ends[which[meets]]
        spots = shapely.line_interpolate_point(self.parts[line], shapely.line_locate_point(self.parts[line], ends))
        xy = shapely.get_coordinates(spots)
        return pd.DataFrame({"one": one, "two": line, "x": xy[:, 0], "y": xy[:, 1]})

    def joined(self, places: _Places) -> gpd.GeoDataFrame:
        """Return the streets with the places as vertices of both lines; an end that fell short is drawn up to it."""
        bare = places.bare
        at = pd.concat([bare[[name, "x", "y"]].rename(columns={name: _LINE}) for name in ("one", "two")])
        parts = self.parts.copy()
        for line, rows in at.groupby(_LINE).indices.items():
            which = int(str(line))
            parts[which] = _with_vertices(parts[which], at[["x", "y"]].to_numpy()[rows])
        touched = np.unique(self.row[at[_LINE].unique()])
        shapes = np.array(self.roads.geometry.values, dtype=object)
        first, last = np.searchsorted(self.row, touched), np.searchsorted(self.row, touched, side="right")
        for row, begin, end in zip(touched.tolist(), first.tolist(), last.tolist(), strict=True):
            pieces = parts[begin:end]
            shapes[row] = pieces[0] if len(pieces) == 1 else shapely.multilinestrings(pieces)
        return self.roads.set_geometry(shapes, crs=self.roads.crs)


def _without_crossings(ends: pd.DataFrame, crossing: pd.DataFrame) -> pd.DataFrame:
    """Return the ends of lines that do not cross the other line just there; two ends that meet count once."""
    both = np.concatenate([crossing[["one", "two"]].to_numpy(), crossing[["two", "one"]].to_numpy()])
    known = pd.DataFrame(both, columns=["one", "two"]).assign(at=np.tile(np.arange(len(crossing)), 2))
    pairs = ends.reset_index(names="end").merge(known, on=["one", "two"])
    far = pairs[["x", "y"]].to_numpy() - crossing[["x", "y"]].to_numpy()[pairs["at"]]
    ends = ends.drop(pairs["end"][np.hypot(*far.T) <= 2 * TOUCH_M].unique())
    low, high = ends[["one", "two"]].min(axis=1), ends[["one", "two"]].max(axis=1)
    spots = (ends[["x", "y"]] / (2 * TOUCH_M)).round()
    return ends[~pd.DataFrame({"low": low, "high": high, "x": spots["x"], "y": spots["y"]}).duplicated()]


def _with_vertices(line: shapely.LineString, spots: NDArray[np.float64]) -> shapely.LineString:
    """Return a line with further vertices, each where it lies along the line; what lies off an end goes before it."""
    xy = shapely.get_coordinates(line)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    where = shapely.line_locate_point(line, shapely.points(spots))
    off = np.hypot(*(shapely.get_coordinates(shapely.line_interpolate_point(line, where)) - spots).T) > ALIKE_M
    where = np.where(off, np.where(where < along[-1] / 2, -1.0, along[-1] + 1.0), where)
    order = np.argsort(np.concatenate([along, where]), kind="stable")
    made = np.concatenate([xy, spots])[order]
    keep = np.r_[True, np.hypot(*np.diff(made, axis=0).T) > 0.0]
    return shapely.LineString(made[keep])
