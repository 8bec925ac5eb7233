"""The lines that run through a district, by class, and those of them that a grid should not straddle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import require_crs
from gridkit.errors import TableError, nearest
from gridkit.graph import components
from gridkit.language.phrases import series
from gridkit.tables import FEATURES, TEXT, flagged
from gridkit.tessellation.cut_rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridkit.tables import Extract

CODE: dict[str, int] = {feature: code for code, feature in enumerate(FEATURES)}
"""The position of each feature in :data:`gridkit.tables.FEATURES`: the stronger the line, the higher."""

ROAD_FEATURE: dict[str, str] = {
    "motorway": "motorway",
    "trunk": "arterial",
    "primary": "arterial",
    "secondary": "arterial",
    "tertiary": "collector",
    "residential": "street",
    "unclassified": "street",
    "living_street": "street",
    "pedestrian": "street",
    "busway": "street",
    "road": "street",
    "service": "service",
    "track": "path",
    "footway": "path",
    "path": "path",
    "cycleway": "path",
    "bridleway": "path",
    "steps": "path",
}
"""OSM's highway class (a link counts as what it leads to) and the feature it is; other classes are no such line."""

RAIL_KINDS = ("rail", "light_rail", "narrow_gauge", "subway", "monorail", "funicular")
WATERWAY_FEATURE = {"river": "river", "canal": "canal", "stream": "canal", "drain": "canal", "coastline": "river"}
WATER_FEATURE = {"canal": "canal", "ditch": "canal", "drain": "canal", "stream": "canal", "pond": "canal"}
CLOSED_ACCESS = ("private", "no")
ROUNDABOUTS = ("roundabout", "circular", "mini_roundabout")

LINE = 1
"""Shapely's number for a single line."""
OWN_KINDS = ("user", "bank", "park", "hexagon", "gate")
"""The kinds of barrier that are no line of an extract."""
COLUMNS = ("feature", "kind", "name", "link", "oneway", "roundabout", "bridge", "foot_only")


def lines(extract: Extract, extra: gpd.GeoDataFrame | None = None) -> gpd.GeoDataFrame:
    """Return every line of a district that may run along a border, with the feature it is.

    Parameters
    ----------
    extract
        What lies in the district. Tunnels are left out: they pass below and separate nothing.
    extra
        The user's own lines or areas (areas count by their outlines), with a column ``feature`` (one of
        :data:`gridkit.tables.FEATURES`), or ``kind`` (OSM's highway class), or neither: then they are as strong as an
        arterial. An optional column ``name`` is kept.

    Returns
    -------
    GeoDataFrame
        Single lines in the metric CRS of ``extract`` with the columns ``feature``, ``kind`` (the class in the source),
        ``name``, ``link`` (a slip road), ``oneway``, ``roundabout``, ``bridge`` and ``foot_only`` (for walkers alone).
        The index is a plain count.
    """
    tables = [make(extract) for make in _LINES_OF]
    if extra is not None and len(extra):
        tables.append(_user_lines(extra, extract))
    filled = [table for table in tables if len(table)]
    if not filled:
        return gpd.GeoDataFrame({column: [] for column in COLUMNS}, geometry=[], crs=extract.crs)
    joined = pd.concat(filled, ignore_index=True)
    parts = gpd.GeoDataFrame(joined, geometry="geometry", crs=extract.crs)
    # Exploding copies every column, and most extracts hold single lines only.
    if (shapely.get_type_id(parts.geometry.to_numpy()) != LINE).any():
        parts = parts.explode(ignore_index=True)
    # Clipping leaves a line of no points where it only touches the edge; noding would reject it.
    return parts[shapely.get_num_points(parts.geometry.to_numpy()) > 1].reset_index(drop=True)


def select(extract: Extract, extra: gpd.GeoDataFrame | None = None, rules: Rules | None = None) -> gpd.GeoDataFrame:
    """Return the lines that cut a district into blocks: those a grid should not straddle.

    Roads from ``rules.least_road`` up (a private road counts as a service road), railways, rivers and canals, the banks
    of water areas, walls of ``rules.walls``, led across their gates, and the user's own lines. Tunnels do not cut.

    Parameters
    ----------
    extract
        What lies in the district.
    extra
        The user's own lines; they always cut. See :func:`lines`.
    rules
        See :class:`~gridkit.tessellation.cut_rules.Rules`.

    Returns
    -------
    GeoDataFrame
        As of :func:`lines`.
    """
    rules = rules or Rules()
    if rules.least_road not in CODE:
        raise TableError(
            "there is no road class {given!r}",
            mend="did you mean {near!r}?",
            given=rules.least_road,
            near=nearest(rules.least_road, FEATURES),
        )
    every = lines(extract, extra)
    code = every["feature"].map(CODE).to_numpy(dtype=int)
    is_wall = code == CODE["wall"]
    # The scale of features orders walls among the roads, for borders; whether one cuts is asked by its kind alone,
    # because hedges and garden fences are barriers on a map too.
    cuts = np.where(is_wall, every["kind"].isin(rules.walls), code >= CODE[rules.least_road])
    cuts |= (every["kind"] == "user").to_numpy()
    banked = banks(extract, rules)
    outlines = [every[cuts], banked, _gates(every[cuts], banked, extract, rules)]
    if rules.parks == "cut":
        outlines.append(_park_outlines(extract, rules))
    filled = [table for table in outlines if len(table)] or outlines[:1]
    return gpd.GeoDataFrame(pd.concat(filled, ignore_index=True), geometry="geometry", crs=extract.crs)


def _road_lines(extract: Extract) -> gpd.GeoDataFrame:
    roads = _above_ground(extract.table("roads"))
    base = roads["kind"].astype(TEXT).str.removesuffix("_link")
    feature = base.map(ROAD_FEATURE)
    # Only plain streets are lowered: a larger road closed to the public still parts a district, a compound's inner
    # street does not.
    closed = _column(roads, "access", None).isin(CLOSED_ACCESS) & (feature == "street")
    feature = feature.mask(closed, "service")
    junction = _column(roads, "junction", None)
    table = _table(
        roads,
        feature=feature,
        link=roads["kind"].astype(TEXT).str.endswith("_link"),
        oneway=flagged(_column(roads, "oneway", default=False)),
        roundabout=junction.isin(ROUNDABOUTS),
        bridge=flagged(_column(roads, "bridge", default=False)),
        foot_only=feature == "path",
    )
    return table[table["feature"].notna()]


def _rail_lines(extract: Extract) -> gpd.GeoDataFrame:
    rails = _above_ground(extract.table("rails"))
    # Sidings and yards run side by side for kilometres, and would cut a station into strips.
    kept = rails[rails["kind"].isin(RAIL_KINDS) & _column(rails, "service", None).isna()]
    bridge = flagged(_column(kept, "bridge", default=False))
    return _table(kept, feature="rail", bridge=bridge)


def _waterway_lines(extract: Extract) -> gpd.GeoDataFrame:
    waterways = _above_ground(extract.table("waterways"))
    feature = waterways["kind"].map(WATERWAY_FEATURE)
    table = _table(waterways, feature=feature)
    return table[table["feature"].notna()]


def _wall_lines(extract: Extract) -> gpd.GeoDataFrame:
    return _table(extract.table("walls"), feature="wall")


_LINES_OF: tuple[Callable[[Extract], gpd.GeoDataFrame], ...] = (_road_lines, _rail_lines, _waterway_lines, _wall_lines)


def _user_lines(extra: gpd.GeoDataFrame, extract: Extract) -> gpd.GeoDataFrame:
    require_crs(extra, where="the user's lines")
    own = extra.to_crs(extract.crs)
    # An area that a user draws is meant as something to keep together, so it is its outline that cuts.
    own = own.set_geometry(_outlines(own.geometry))
    feature: pd.Series | str = "arterial"
    if "feature" in own.columns:
        unknown = sorted({str(value) for value in own["feature"].dropna()} - set(FEATURES))
        if unknown:
            raise TableError(
                "column 'feature' holds {unknown}",
                where="the user's lines",
                mend="use one of {features}",
                unknown=series(unknown),
                features=series(FEATURES),
            )
        feature = own["feature"].fillna("arterial")
    elif "kind" in own.columns:
        feature = own["kind"].astype(TEXT).str.removesuffix("_link").map(ROAD_FEATURE).fillna("arterial")
    return _table(own, feature=feature).assign(kind="user")


def banks(extract: Extract, rules: Rules | None = None, *, wide: bool = False) -> gpd.GeoDataFrame:
    """Return the outlines of water areas as lines that cut, those of ``wide`` ones only where asked."""
    rules = rules or Rules()
    water = water_areas(extract, rules)
    if wide:
        water = water[water["alone"]]
    outlined = water.set_geometry(_outlines(water.geometry)).explode()
    return _table(outlined, feature=outlined["feature"]).assign(kind="bank")


def water_areas(extract: Extract, rules: Rules) -> gpd.GeoDataFrame:
    """Return the water areas that are large enough to count.

    With the feature each is (``feature``: river or canal), and whether it is a unit of its own (``alone``).
    """
    water = extract.table("water")
    large = water[water.area >= rules.least_water_m2]
    # Water of a kind unknown is taken for the stronger: a border along it is right either way, a grid across a river
    # is not.
    feature = large["kind"].map(WATER_FEATURE).fillna("river").astype(object)
    return large.assign(feature=feature, alone=_alone(large, rules))


def _alone(water: gpd.GeoDataFrame, rules: Rules) -> NDArray[np.bool_]:
    """Return which water areas stand alone: the sea, and what is wide together with the areas it flows into.

    A river is drawn in pieces from bridge to bridge, each as short as it is wide.
    """
    if rules.water != "wide":
        return np.full(len(water), rules.water == "unit")
    alone = np.array(water["kind"] == "sea", dtype=bool)
    shapes = np.asarray(water.geometry, dtype=object)[~alone]
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    body = components(np.column_stack([one, two]), len(shapes))
    wide = np.zeros(len(shapes), dtype=bool)
    for number in range(int(body.max(initial=-1)) + 1):
        whole = shapely.union_all(shapes[body == number])
        wide[body == number] = 2 * shapely.area(whole) > rules.stream_m * shapely.length(whole)
    alone[~alone] = wide
    return alone


def _park_outlines(extract: Extract, rules: Rules) -> gpd.GeoDataFrame:
    green = extract.table("green")
    large = green[green.area >= rules.least_park_m2]
    outlined = large.set_geometry(_outlines(large.geometry)).explode()
    return _table(outlined, feature="path").assign(kind="park")


def contours(extract: Extract) -> NDArray[np.object_]:
    """Return the lines where land use changes: the outlines of green areas and of compounds."""
    shapes = [np.asarray(extract.table(name).geometry, dtype=object) for name in ("green", "compounds")]
    outlines = shapely.get_parts(shapely.boundary(np.concatenate(shapes)))
    return np.asarray(outlines[~shapely.is_empty(outlines)], dtype=object)


def _gates(every: gpd.GeoDataFrame, banked: gpd.GeoDataFrame, extract: Extract, rules: Rules) -> gpd.GeoDataFrame:
    """Return what closes the walls among the lines that cut: a gate is a way through, the front of a house a wall."""
    from gridkit.tessellation import gates  # scipy and numba, which who asks for the names of roads does not need

    shapes = np.concatenate([np.asarray(table.geometry, dtype=object) for table in (every, banked)])
    wall = np.append((every["feature"] == "wall").to_numpy(dtype=bool), np.zeros(len(banked), dtype=bool))
    houses = np.asarray(extract.table("buildings").geometry, dtype=object)
    found = gates.closing(shapes, wall, houses, rules.gate_m, rules.gap_m)
    features = ["path"] * len(found.gaps) + ["wall"] * len(found.fronts)
    lines = gpd.GeoDataFrame(geometry=np.concatenate([found.gaps, found.fronts]), crs=extract.crs)
    return _table(lines, feature=features).assign(kind="gate")


def _outlines(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return the outlines of areas, and lines as they are."""
    is_area = np.isin(shapely.get_type_id(shapes.values), (3, 6))
    out = np.asarray(shapes.values, dtype=object).copy()
    out[is_area] = shapely.boundary(out[is_area])
    return gpd.GeoSeries(out, index=shapes.index, crs=shapes.crs)


def _above_ground(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if "tunnel" not in table.columns:
        return table
    return table[~flagged(table["tunnel"])]


def _column(table: gpd.GeoDataFrame, name: str, default: object) -> pd.Series:
    if name in table.columns:
        return table[name]
    return pd.Series([default] * len(table), index=table.index, dtype=object)


def _table(source: gpd.GeoDataFrame, **columns: object) -> gpd.GeoDataFrame:
    """Return the columns of :func:`lines` for one source, unset flags False."""
    flags = {"link": False, "oneway": False, "roundabout": False, "bridge": False, "foot_only": False}
    frame = gpd.GeoDataFrame(
        {
            "feature": None,
            "kind": _column(source, "kind", None).astype(object),
            "name": _column(source, "name", None).astype(object),
            **flags,
            **columns,
        },
        geometry=source.geometry.to_numpy(),
        index=source.index,
        crs=source.crs,
    )
    return frame[[*COLUMNS, "geometry"]]
