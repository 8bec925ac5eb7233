"""Graphs of streets: edges as lines, each street once."""

from __future__ import annotations

import pytest
from pyproj import CRS

from gridkit.errors import SourceError, TableError
from gridkit.sources import features
from gridkit.sources.files import graphs, inspect

KEYS = {"node": ("x", "y"), "edge": ("osmid", "highway", "name", "oneway", "reversed", "geometry"), "graph": ("crs",)}
SPOTS = {"1": (120.60, 32.50), "2": (120.605, 32.50), "3": (120.605, 32.505)}
BENT = "LINESTRING (120.605 32.5, 120.606 32.502, 120.605 32.505)"
BACK = "LINESTRING (120.605 32.505, 120.606 32.502, 120.605 32.5)"
EDGES = [
    ("1", "2", {"osmid": "11", "highway": "residential", "name": "甲路", "oneway": "False", "reversed": "False"}),
    ("2", "1", {"osmid": "11", "highway": "residential", "name": "甲路", "oneway": "False", "reversed": "True"}),
    ("3", "2", {"osmid": "[12, 13]", "highway": "['tertiary', 'service']", "reversed": "True", "geometry": BACK}),
    ("2", "3", {"osmid": "[12, 13]", "highway": "['tertiary', 'service']", "reversed": "False", "geometry": BENT}),
    ("3", "1", {"osmid": "14", "highway": "primary", "oneway": "True", "reversed": "False"}),
]


def graphml(path, edges=EDGES, spots=SPOTS):
    """Write a graph as osmnx does: each kind of value under a key."""
    ids = {name: f"d{at}" for at, name in enumerate(sorted({each for names in KEYS.values() for each in names}))}
    keys = "".join(
        f'<key id="{ids[name]}" for="{of}" attr.name="{name}" attr.type="string" />'
        for of, names in KEYS.items()
        for name in names
    )

    def data(values):
        return "".join(f'<data key="{ids[name]}">{value}</data>' for name, value in values.items())

    nodes = "".join(f'<node id="{each}">{data({"x": x, "y": y})}</node>' for each, (x, y) in spots.items())
    lines = "".join(f'<edge source="{a}" target="{b}" id="0">{data(values)}</edge>' for a, b, values in edges)
    path.write_text(
        f'<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">{keys}'
        f'<graph edgedefault="directed">{data({"crs": "epsg:4326"})}{nodes}{lines}</graph></graphml>',
        encoding="utf-8",
    )
    return path


def test_a_street_of_two_ways_stands_once_as_it_was_drawn(tmp_path):
    frame, notes = graphs.read(graphml(tmp_path / "g.graphml"))
    assert frame["osmid"].tolist() == ["11", "[12, 13]", "14"]
    assert frame.geometry.iloc[1].wkt == BENT
    assert frame.crs.to_epsg() == 4326
    assert "2 edges run back" in str(notes[1])


def test_a_graph_is_roads_for_the_tables_of_features(tmp_path):
    roads = features.read(graphml(tmp_path / "g.graphml"), "roads", crs=CRS("EPSG:32651")).tables["roads"]
    assert roads["kind"].tolist() == ["residential", "tertiary", "primary"]
    assert roads["oneway"].tolist() == [False, False, True]


def test_a_look_into_a_graph_says_roads(tmp_path):
    look = inspect.look(graphml(tmp_path / "g.graphml"))
    assert look["layers"][0]["role"] == "roads"
    assert "gridkit split DISTRICT --feature roads=" in look["go_on"][0]


def test_edges_between_nodes_without_a_place_are_told(tmp_path):
    with pytest.raises(TableError, match="2 edges join nodes without a place"):
        graphs.read(graphml(tmp_path / "g.graphml", spots={each: SPOTS[each] for each in ("2", "3")}, edges=EDGES[:2]))


def test_a_graph_that_breaks_off_is_told(tmp_path):
    path = graphml(tmp_path / "g.graphml")
    path.write_bytes(path.read_bytes()[:-90])
    with pytest.raises(SourceError, match="no whole GraphML"):
        graphs.read(path)
