"""Our measures beside those of other libraries, on random small inputs: what both compute is the same."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gridkit.geometry import shared_area
from gridkit.graph import components
from gridkit.measure import shape
from gridkit.tables import Extract
from gridkit.tessellation import barriers, borders
from gridkit.tessellation.people import dasymetric
from gridkit.tessellation.shapes import faces

SMALL = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
FEW = settings(SMALL, max_examples=4)
SEED = st.integers(0, 9_999)


def ground(seed: int, *, side: int = 4) -> gpd.GeoDataFrame:
    """Return crooked blocks of about 100 m that tile a square, some of them put together."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : side + 1, 0 : side + 1] * 100.0
    jitter = rng.uniform(-20, 20, (2, *x.shape))
    jitter[:, [0, -1], :] = jitter[:, :, [0, -1]] = 0
    at = np.round(np.stack([x + jitter[0], y + jitter[1]], axis=-1) + np.array([500_000, 3_500_000]), 2)
    cells = [shapely.Polygon([at[j, i], at[j, i + 1], at[j + 1, i + 1], at[j + 1, i]])
             for j in range(side) for i in range(side)]  # fmt: skip
    group = rng.integers(0, side * side - 3, side * side)
    frame = gpd.GeoDataFrame({"group": group}, geometry=cells, crs=32650).dissolve("group").explode()
    frame = frame.reset_index(drop=True)
    return frame.set_axis([f"u{each:02d}" for each in range(len(frame))]).rename_axis("unit_id")


@SMALL
@given(seed=SEED, count=st.integers(3, 14))
def test_faces_are_those_of_shapely(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    lines = shapely.linestrings(rng.integers(0, 12, (count, 2, 2)).astype(float))
    lines = lines[shapely.length(lines) > 0]
    assume(len(lines))
    ours = faces.enclosed_by(lines)
    theirs = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.unary_union(lines))))
    assert len(ours) == len(theirs)
    assert sorted(shapely.area(ours)) == pytest.approx(sorted(shapely.area(theirs)))
    assert shapely.union_all(ours).symmetric_difference(shapely.union_all(theirs)).area < 1e-9


@FEW
@given(seed=SEED)
def test_units_that_touch_are_the_rook_neighbours_of_libpysal(seed: int) -> None:
    weights = pytest.importorskip("libpysal.graph")
    units = ground(seed)
    extract = Extract({}, units.crs)
    ready = units.assign(parent="p", kind="block", people=1.0, area_m2=units.area)
    ours = borders.touching(ready, barriers.select(extract), extract)
    pairs = {frozenset(pair) for pair in zip(ours["unit_id"], ours["neighbour"], strict=True)}
    theirs = weights.Graph.build_contiguity(units, rook=True).adjacency
    met = {frozenset(pair) for pair, weight in theirs.items() if weight and pair[0] != pair[1]}
    assert pairs <= met
    # Corners that touch along less than a joint are no border of ours, and one to libpysal.
    for one, other in map(tuple, met - pairs):
        assert units.geometry[one].intersection(units.geometry[other]).length < 15


@SMALL
@given(seed=SEED)
def test_shapes_measure_as_in_esda(seed: int) -> None:
    esda = pytest.importorskip("esda.shape")
    grids = ground(seed).rename_axis("grid_id")
    own = np.asarray(grids.geometry)
    assert shape.polsby_popper(grids).to_numpy() == pytest.approx(esda.isoperimetric_quotient(own))
    assert shape.convexity(grids).to_numpy() == pytest.approx(esda.convex_hull_ratio(own))
    assert shape.reock(grids).to_numpy() == pytest.approx(esda.minimum_bounding_circle_ratio(own), rel=1e-6)


@SMALL
@given(seed=SEED, nodes=st.integers(1, 30), edges=st.integers(0, 40))
def test_parts_of_a_graph_are_those_of_networkx(seed: int, nodes: int, edges: int) -> None:
    import networkx as nx

    pairs = np.random.default_rng(seed).integers(0, nodes, (edges, 2))
    graph = nx.Graph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(pairs.tolist())
    number = components(pairs, nodes)
    ours = {frozenset(np.flatnonzero(number == each).tolist()) for each in range(number.max() + 1)}
    assert ours == {frozenset(each) for each in nx.connected_components(graph)}


@FEW
@given(seed=SEED)
def test_people_spread_by_area_as_tobler_does(seed: int) -> None:
    tobler = pytest.importorskip("tobler.area_weighted")
    units, zones = ground(seed), ground(seed + 1, side=3)
    middle = shapely.affinity.scale
    zones = zones.set_geometry([middle(each, 4 / 3, 4 / 3, origin=(500_000, 3_500_000)) for each in zones.geometry])
    people = np.random.default_rng(seed).integers(1, 500, len(zones)).astype(float)
    source = gpd.GeoDataFrame({"people": people}, geometry=zones.geometry.to_numpy(), crs=units.crs)
    ready = units.assign(parent="p", kind="block", area_m2=units.area)
    ours = dasymetric.allocate(ready, source, Extract({}, units.crs))[0]["people"]
    theirs = tobler.area_interpolate(source, units, extensive_variables=["people"])["people"]
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), abs=0.001)
    assert ours.sum() == pytest.approx(people.sum())


@SMALL
@given(seed=SEED)
def test_shared_areas_are_those_of_an_overlay(seed: int) -> None:
    one, other = ground(seed), ground(seed + 7)
    count = min(len(one), len(other))
    a, b = np.asarray(one.geometry)[:count], np.asarray(other.geometry)[:count]
    assert shared_area(a, b) == pytest.approx([x.intersection(y).area for x, y in zip(a, b, strict=True)], abs=1e-6)


@SMALL
@given(seed=SEED, count=st.integers(20, 60), scheme=st.sampled_from(["quantiles", "equal"]))
def test_breaks_of_colours_are_those_of_mapclassify(seed: int, count: int, scheme: str) -> None:
    mapclassify = pytest.importorskip("mapclassify")
    from gridkit.render import colour

    values = np.random.default_rng(seed).uniform(0, 1000, count)
    ours = colour.BREAKS[scheme](np.sort(values), 5)
    theirs = {"quantiles": mapclassify.Quantiles, "equal": mapclassify.EqualInterval}[scheme](values, k=5)
    assert [float(each) for each in ours] == pytest.approx(theirs.bins[:-1])
