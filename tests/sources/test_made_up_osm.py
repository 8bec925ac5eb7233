"""The made-up district's OpenStreetMap file: well-formed, and joined up as mappers join things."""

from collections import Counter
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import osmium
import pyproj
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry import LineString, Polygon

from gridkit.synthetic import FILES


@pytest.fixture(scope="module")
def osm(demo_dir):
    path = str(demo_dir / FILES["osm"])
    nodes, node_tags, ways, order = {}, {}, [], []
    for thing in osmium.FileProcessor(path):
        order.append((thing.type_str(), thing.id))
        if thing.is_node():
            nodes[thing.id] = (thing.location.lon, thing.location.lat)
            if len(thing.tags):
                node_tags[thing.id] = dict(thing.tags)
        elif thing.is_way():
            ways.append(([node.ref for node in thing.nodes], dict(thing.tags)))
    to_metres = pyproj.Transformer.from_crs(4490, 4549, always_xy=True)
    xy = np.column_stack(to_metres.transform(*np.array(list(nodes.values())).T))
    at = dict(zip(nodes, xy.tolist(), strict=True))
    return SimpleNamespace(path=path, order=order, nodes=nodes, node_tags=node_tags, ways=ways, at=at)


def with_key(osm, key):
    return [(refs, tags) for refs, tags in osm.ways if key in tags]


def lines(osm, ways):
    return [LineString([osm.at[ref] for ref in refs]) for refs, _ in ways]


def level(tags):
    return int(tags.get("layer", "0"))


def test_nodes_come_before_ways_before_relations_with_ascending_ids(osm):
    assert [kind for kind, _ in osm.order] == sorted((kind for kind, _ in osm.order), key="nwr".index)
    for kind in "nwr":
        ids = np.array([number for which, number in osm.order if which == kind])
        assert len(ids) > 0
        assert ids[0] > 0
        assert (np.diff(ids) > 0).all()


def test_the_header_has_the_box_of_the_nodes(osm):
    box = osmium.io.Reader(osm.path).header().box()
    places = np.array(list(osm.nodes.values()))
    corners = [box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat]
    np.testing.assert_allclose(corners, [*places.min(axis=0), *places.max(axis=0)], atol=1e-6)


def test_every_relation_assembles_to_an_area_with_its_holes(osm):
    relations = sum(kind == "r" for kind, _ in osm.order)
    areas = [
        (thing.num_rings(), dict(thing.tags))
        for thing in osmium.FileProcessor(osm.path).with_areas()
        if thing.is_area() and not thing.from_way()
    ]
    assert len(areas) == relations
    assert all(outer == 1 for (outer, _), _ in areas)
    water = {tags["water"]: inner for (_, inner), tags in areas if tags.get("natural") == "water"}
    assert water == {"river": 1, "lake": 1}


def test_no_way_is_degenerate(osm):
    for refs, _ in osm.ways:
        assert len(refs) >= 2
        assert all(one != other for one, other in pairwise(refs))


def test_ways_that_cross_on_the_ground_share_a_node_and_others_only_at_their_ends(osm):
    ways = with_key(osm, "highway")
    drawn = lines(osm, ways)
    left, right = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        if one >= other:
            continue
        (refs, tags), (others, other_tags) = ways[one], ways[other]
        shared = set(refs) & set(others)
        if level(tags) != level(other_tags):
            ends = {refs[0], refs[-1]} & {others[0], others[-1]}
            assert shared <= ends, (tags, other_tags)
            continue
        for crossing in shapely.get_coordinates(shapely.intersection(drawn[one], drawn[other])):
            assert any(np.hypot(*(crossing - osm.at[ref])) < 0.05 for ref in shared), (tags, other_tags, crossing)


def test_all_that_one_can_walk_or_drive_is_one_network(osm):
    refs = [refs for refs, _ in with_key(osm, "highway")]
    start, end = (np.concatenate([row[part] for row in refs]) for part in (slice(None, -1), slice(1, None)))
    used, pairs = np.unique(np.concatenate([start, end]), return_inverse=True)
    count = len(start)
    graph = coo_array((np.ones(count), (pairs[:count], pairs[count:])), shape=(len(used), len(used)))
    assert connected_components(graph, directed=False)[0] == 1


def test_walls_close_and_have_gates_where_and_only_where_a_lane_passes(osm):
    walls = with_key(osm, "barrier")
    ways = with_key(osm, "highway")
    lane_nodes = {ref for refs, _ in ways for ref in refs}
    gates = {ref for ref, tags in osm.node_tags.items() if "barrier" in tags}
    assert len(walls) > 50
    for refs, _ in walls:
        assert refs[0] == refs[-1]
        assert gates & set(refs) & lane_nodes
    assert gates <= lane_nodes
    drawn, rings = lines(osm, ways), lines(osm, walls)
    way, ring = shapely.STRtree(rings).query(drawn, predicate="intersects")
    for i, j in zip(way.tolist(), ring.tolist(), strict=True):
        for crossing in shapely.get_coordinates(shapely.intersection(drawn[i], rings[j])):
            assert any(np.hypot(*(crossing - osm.at[ref])) < 0.1 for ref in gates & set(walls[j][0]))


def test_buildings_are_valid_apart_and_clear_of_the_ways(osm):
    shapes = [
        Polygon([osm.at[ref] for ref in refs])
        for refs, tags in with_key(osm, "building")
        if refs[0] == refs[-1] and len(refs) > 3
    ]
    assert 2000 < len(shapes) < 4000
    assert all(shape.is_valid for shape in shapes)
    tree = shapely.STRtree(shapes)
    assert tree.query(shapes, predicate="overlaps").size == 0
    assert tree.query(lines(osm, with_key(osm, "highway")), predicate="crosses").size == 0


def test_entrances_lie_on_buildings(osm):
    walls = {ref for refs, tags in osm.ways if "building" in tags for ref in refs}
    doors = {ref for ref, tags in osm.node_tags.items() if "entrance" in tags}
    assert len(doors) > 500
    assert doors <= walls


def test_a_planner_finds_what_a_city_has(osm):
    highways = Counter(tags["highway"] for _, tags in with_key(osm, "highway"))
    roads = {"trunk", "primary", "secondary", "tertiary", "residential", "living_street", "service", "footway", "steps"}
    assert roads | {"trunk_link", "primary_link"} <= set(highways)
    tags = [tags for _, tags in osm.ways] + list(osm.node_tags.values())
    for wanted in (
        {"junction": "roundabout", "oneway": "yes"},
        {"highway": "secondary", "tunnel": "yes", "layer": "-1"},
        {"highway": "primary", "bridge": "yes", "layer": "1"},
        {"railway": "rail", "bridge": "yes"},
        {"railway": "station"},
        {"waterway": "river"},
        {"waterway": "canal"},
        {"landuse": "residential", "residential": "gated"},
        {"place": "neighbourhood"},
        {"leisure": "park"},
        {"amenity": "toilets"},
        {"highway": "bus_stop"},
        {"highway": "crossing"},
        {"entrance": "staircase"},
    ):
        assert any(wanted.items() <= has.items() for has in tags), wanted


def test_dual_carriageways_are_pairs_of_ways_driven_on_the_right(osm):
    trunks = [(refs, tags) for refs, tags in with_key(osm, "highway") if tags["highway"] == "trunk"]
    assert all(tags["oneway"] == "yes" for _, tags in trunks)
    north = [line for line in lines(osm, trunks) if line.coords[-1][1] > line.coords[0][1]]
    south = [line for line in lines(osm, trunks) if line.coords[-1][1] < line.coords[0][1]]
    assert north
    assert south
    for line in north:
        middle = line.interpolate(0.5, normalized=True)
        nearest = min(south, key=middle.distance)
        assert nearest.interpolate(nearest.project(middle)).x < middle.x


def test_streets_and_estates_are_named_in_both_languages(osm):
    named = [tags for _, tags in osm.ways if "name" in tags]
    assert len(named) > 150
    assert all(tags["name"] == tags["name:zh"] and tags["name:en"].isascii() for tags in named)
    estates = [tags["name"] for _, tags in osm.ways if tags.get("residential") == "gated"]
    assert len(estates) == len(set(estates)) > 40
