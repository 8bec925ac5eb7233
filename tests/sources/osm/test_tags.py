"""What OpenStreetMap's tags mean, tag by tag: no kind where none is, the right one where one is."""

from __future__ import annotations

import json

import pytest

from gridkit.sources.osm import tags

KINDS = [
    (tags.road, {"highway": "residential"}, "residential"),
    (tags.road, {"route": "ferry"}, "ferry"),
    (tags.road, {"highway": "pedestrian", "area": "yes"}, None),
    (tags.road, {"highway": "proposed"}, None),
    (tags.road, {"highway": "service", "route": "ferry"}, "service"),
    (tags.rail, {"railway": "subway"}, "subway"),
    (tags.rail, {"railway": "abandoned"}, None),
    (tags.waterway, {"waterway": "canal"}, "canal"),
    (tags.waterway, {"natural": "coastline"}, "coastline"),
    (tags.waterway, {"waterway": "dam"}, None),
    (tags.wall, {"barrier": "fence"}, "fence"),
    (tags.wall, {"historic": "citywalls"}, "city_wall"),
    (tags.wall, {"barrier": "bollard"}, None),
    (tags.water, {"natural": "water", "water": "lake"}, "lake"),
    (tags.water, {"natural": "water"}, "water"),
    (tags.water, {"waterway": "riverbank"}, "river"),
    (tags.water, {"waterway": "dock"}, "dock"),
    (tags.water, {"landuse": "reservoir"}, "reservoir"),
    (tags.water, {"landuse": "grass"}, None),
    (tags.green, {"leisure": "park"}, "park"),
    (tags.green, {"natural": "wood"}, "wood"),
    (tags.green, {"leisure": "stadium"}, None),
    (tags.compound, {"amenity": "school"}, "school"),
    (tags.compound, {"amenity": "school", "building": "yes"}, None),
    (tags.compound, {"amenity": "school", "building": "no"}, "school"),
    (tags.building, {"building": "apartments"}, "apartments"),
    (tags.building, {"building": "construction"}, None),
    (tags.building, {}, None),
    (tags.place, {"shop": "bakery", "amenity": "bench"}, "shop=bakery"),
    (tags.place, {"amenity": "cafe", "shop": "bakery"}, "amenity=cafe"),
    (tags.place, {"amenity": "disused"}, None),
    (tags.place, {"highway": "bus_stop"}, "highway=bus_stop"),
    (tags.entrance, {"entrance": "staircase"}, "staircase"),
    (tags.entrance, {"entrance": "no", "barrier": "gate"}, None),
    (tags.entrance, {"barrier": "lift_gate"}, "lift_gate"),
    (tags.entrance, {"barrier": "wall"}, None),
    (tags.english, {"name:en": "North Road", "int_name": "Bei Lu"}, "North Road"),
    (tags.english, {"int_name": "Bei Lu"}, "Bei Lu"),
    (tags.english, {"name": "北路"}, None),
]


@pytest.mark.parametrize(("meaning", "said", "kind"), KINDS)
def test_tags_make_the_kind_they_mean(meaning, said, kind) -> None:
    assert meaning(said) == kind


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (tags.number, "4;6", 6.0),
        (tags.number, "3,5", 3.5),
        (tags.number, "ground", None),
        (tags.number, None, None),
        (tags.metres, "12 m", 12.0),
        (tags.metres, "40 ft", 12.192),
        (tags.metres, "tall", None),
        (tags.metres, None, None),
        (tags.kmh, "50", 50.0),
        (tags.kmh, "10 mph", 16.09344),
        (tags.kmh, "walk", 6.0),
        (tags.kmh, "CN:urban", None),
        (tags.kmh, None, None),
    ],
)
def test_a_value_is_read_in_the_unit_it_was_written_in(read, text, value) -> None:
    assert read(text) == (value if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("said", "one_way", "against"),
    [
        ({}, False, False),
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, True, True),
        ({"oneway": "no", "highway": "motorway"}, False, False),
        ({"highway": "motorway"}, True, False),
        ({"junction": "roundabout"}, True, False),
    ],
)
def test_traffic_runs_one_way_where_that_is_said_or_implied(said, one_way, against) -> None:
    assert (tags.oneway(said), tags.backward(said)) == (one_way, against)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({}, 0.0),
        ({"layer": "2"}, 2.0),
        ({"layer": "up", "bridge": "yes"}, 1.0),
        ({"bridge": "no"}, 0.0),
        ({"tunnel": "yes"}, -1.0),
        ({"tunnel": "building_passage"}, 0.0),
        ({"location": "underground"}, -1.0),
    ],
)
def test_what_is_carried_is_above_and_what_is_buried_below(said, level) -> None:
    assert tags.layer(said) == level


@pytest.mark.parametrize(
    ("said", "lived_in"),
    [
        ({"building": "apartments"}, True),
        ({"building": "retail", "building:use": "residential"}, True),
        ({"building": "yes"}, True),
        ({"building": "yes", "office": "government"}, False),
        ({"building": "warehouse"}, False),
    ],
)
def test_people_may_live_in_homes_and_where_nothing_says_otherwise(said, lived_in) -> None:
    assert tags.lived_in(said) is lived_in


def test_columns_are_filled_from_the_tags() -> None:
    said = {"building": "yes", "building:levels": "6", "height": "20 m", "building:flats": "24", "name": "3幢"}
    filled = {
        name: said.get(fill) if isinstance(fill, str) else fill(said)
        for name, fill in tags.COLUMNS["buildings"].items()
    }
    assert filled["name"] == "3幢"
    assert (filled["levels"], filled["height"], filled["flats"], filled["residential"]) == (6.0, 20.0, 24.0, True)
    place = tags.COLUMNS["places"]
    assert json.loads(place["tags"]({"b": "2", "a": "一"})) == {"a": "一", "b": "2"}
    assert place["capacity"]({"beds": "30"}) == 30.0
    assert tags.COLUMNS["roads"]["maxspeed"]({"maxspeed": "30"}) == 30.0


def test_every_kind_of_line_and_area_has_columns() -> None:
    assert set(tags.LINES) | set(tags.AREAS) | {"places", "entrances"} == set(tags.COLUMNS)
