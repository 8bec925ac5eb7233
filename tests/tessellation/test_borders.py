"""Borders: what touches, what runs there, and what joins."""

import geopandas as gpd
import numpy as np
import pytest
import scenes
from scenes import METRES, area, district, extract, way
from shapely.geometry import Point, Polygon, box

from gridkit.adjacency import WAY_M, widths
from gridkit.band import Band
from gridkit.tables import BORDERS, Extract
from gridkit.tessellation import barriers, borders
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.shapes import blocks

NOTHING = Extract({}, METRES)


def found(areas, features, rules=None, *, units=None):
    lines = barriers.select(features, None, rules)
    units = blocks.enclose(areas, lines, features, rules) if units is None else units
    table = borders.touching(units, lines, features, rules)
    BORDERS.check(table)
    return units, table


def pairs(table):
    return [tuple(sorted(pair)) for pair in zip(table["unit_id"], table["neighbour"], strict=True)]


def test_squares_in_a_row_touch_their_neighbours(row):
    _, table = found(None, NOTHING, units=row)
    assert pairs(table) == [("a", "b"), ("b", "c"), ("c", "d")]
    assert table["shared_m"].tolist() == pytest.approx([100, 100, 100])
    assert table["feature"].tolist() == ["none"] * 3
    assert table["link"].tolist() == ["border"] * 3


def test_units_that_meet_in_a_point_do_not_touch(three_by_three):
    _, table = found(None, NOTHING, units=three_by_three)
    assert len(table) == 12


def test_a_unit_in_a_hole_touches_the_one_around_it(doughnut):
    _, table = found(None, NOTHING, units=doughnut)
    assert table["shared_m"].tolist() == pytest.approx([400])


def test_a_border_takes_the_feature_along_most_of_it():
    roads = [way((100, 0), (100, 70), name="Lime Street"), way((100, 70), (100, 100), kind="primary")]
    _, table = found(district(box(0, 0, 200, 100)), extract(roads=roads))
    first = table.iloc[0]
    assert (first["feature"], first["name"]) == ("street", "Lime Street")
    assert first["feature_m"] == pytest.approx(70)


def test_two_lines_on_one_border_count_as_the_stronger(row):
    features = extract(roads=[way((100, 0), (100, 100))], walls=[way((100, 0), (100, 100), kind="wall")])
    assert found(None, features, units=row)[1]["feature"].iloc[0] == "street"


def test_the_middle_of_an_avenue_is_the_avenue():
    _, table = found(*scenes.median())
    along = table[table["feature"] == "arterial"]
    assert along["name"].unique().tolist() == ["Bell Avenue"]
    assert along["shared_m"].sum() == pytest.approx(200)


def test_a_river_without_a_bridge_parts_its_banks(three_by_three, river):
    features = Extract({"waterways": river}, METRES)
    _, table = found(None, features, Rules(islands="apart"), units=three_by_three)
    assert not {("a", "b"), ("d", "e"), ("g", "h")} & set(pairs(table))


def test_a_bridge_joins_what_the_river_parts(three_by_three, river):
    features = Extract({"waterways": river, **extract(roads=[way((80, 150), (120, 150))]).tables}, METRES)
    _, table = found(None, features, units=three_by_three)
    over = table[table["link"] == "bridge"]
    assert pairs(over) == [("d", "e")]
    assert over[["feature", "crossings"]].values.tolist() == [["river", 1]]
    assert over["feature_m"].tolist() == pytest.approx([100])


def test_a_road_tunnel_joins_as_well_as_a_bridge(three_by_three, river):
    below = [way((80, 150), (120, 150), tunnel=True)]
    features = Extract({"waterways": river, **extract(roads=below).tables}, METRES)
    assert "bridge" in found(None, features, units=three_by_three)[1]["link"].tolist()


def test_a_footbridge_joins_only_by_rule(three_by_three, river):
    features = Extract(
        {"waterways": river, **extract(roads=[way((80, 150), (120, 150), kind="footway")]).tables}, METRES
    )
    assert "bridge" in found(None, features, units=three_by_three)[1]["link"].tolist()
    apart = Rules(footbridges=False, islands="apart")
    assert "bridge" not in found(None, features, apart, units=three_by_three)[1]["link"].tolist()


def test_what_nothing_joins_is_kept_together_over_one_gap(three_by_three, river):
    _, table = found(None, Extract({"waterways": river}, METRES), units=three_by_three)
    assert table["link"].value_counts().to_dict() == {"border": 9, "unbridged": 1}


def test_islands_are_joined_by_their_shortest_gap(islands):
    _, table = found(None, NOTHING, units=islands)
    link = table[table["link"] == "unbridged"].iloc[0]
    assert (link["unit_id"], link["neighbour"], link["shared_m"]) == ("b", "c", 0)
    assert link["feature_m"] == pytest.approx(200)


def test_islands_stay_apart_by_rule(islands):
    _, table = found(None, NOTHING, Rules(islands="apart"), units=islands)
    assert pairs(table) == [("a", "b"), ("c", "d")]


def test_a_bridge_between_islands_is_their_link(islands):
    bridge = extract(roads=[way((150, 80), (450, 80), kind="tertiary", bridge=True)])
    _, table = found(None, bridge, units=islands)
    link = table[table["link"] == "bridge"].iloc[0]
    assert (link["unit_id"], link["neighbour"]) == ("b", "c")
    assert link["feature_m"] == pytest.approx(200)


def test_a_water_unit_hangs_on_one_bank_and_its_banks_on_the_bridge():
    units, table = found(*scenes.river(), Rules(water="unit"))
    wet = units.index[units["kind"] == "water"][0]
    at_water = table[(table["unit_id"] == wet) | (table["neighbour"] == wet)]
    assert len(at_water) == 1
    bridges = table[table["link"] == "bridge"]
    assert bridges["feature_m"].tolist() == pytest.approx([40])
    assert bridges["shared_m"].tolist() == [0]


def test_the_border_of_two_parents_is_a_boundary():
    _, table = found(district(box(0, 0, 100, 100), box(100, 0, 200, 100)), NOTHING)
    assert table["feature"].tolist() == ["boundary"]


def test_ids_and_rows_do_not_depend_on_the_order_of_units(three_by_three):
    one = found(None, NOTHING, units=three_by_three)[1]
    other = found(None, NOTHING, units=three_by_three.iloc[::-1])[1]
    assert pairs(one) == pairs(other)
    assert np.allclose(one["shared_m"], other["shared_m"])


def test_the_middle_of_water_is_water():
    pond = area(Point(100, 100).buffer(60), "lake", name="Mirror Lake")
    roads = [way((100, -10), (100, 40)), way((100, 160), (100, 210))]
    shared = Rules(water="part")
    _, table = found(district(box(0, 0, 200, 200)), extract(roads=roads, water=[pond]), shared)
    assert table["feature"].tolist() == ["river"]
    assert table["name"].tolist() == ["Mirror Lake"]


# ------------------------------------------------------------------ joints, islands
def of_island(units, table):
    """Return the links of the island of the lake, as their kind and metres."""
    island = units.index[units.contains(Point(650, 400))][0]
    mine = table[(table["unit_id"] == island) | (table["neighbour"] == island)]
    assert not units["kind"].reindex([*mine["unit_id"], *mine["neighbour"]]).eq("water").any()
    return [(link, pytest.approx(metres)) for link, metres in zip(mine["link"], mine["feature_m"], strict=True)]


@pytest.mark.parametrize(
    ("ways", "link", "metres"),
    [
        ([], "unbridged", 150),
        ([way((650, 100), (650, 320), kind="tertiary", bridge=True)], "bridge", 150),
        ([way((650, 110), (650, 320), kind="ferry")], "ferry", 150),
    ],
    ids=["nothing", "a bridge", "a ferry"],
)
def test_an_island_in_a_lake_hangs_on_what_the_data_has(ways, link, metres):
    units, table = found(*scenes.lake(*ways))
    assert of_island(units, table) == [(link, metres)]


def test_a_gap_goes_where_both_sides_can_be_split_alone_and_stays_where_one_cannot():
    units, table = found(*scenes.lake())
    island = units.contains(Point(650, 400))
    for people, stays in ((400.0, False), (40.0, True)):
        peopled = units.assign(people=np.where(island, people, 200.0).astype(float))
        left = borders.standing(table, peopled, "people", Band(300, 400, 500))
        assert ("unbridged" in left["link"].tolist()) == stays


def pinched(*, around):
    """Return two squares of 100 m that share one metre of a side, and one that touches both along whole sides.

    ::

        +-----+---+
        |  c  | b |
        +-----+   |   a and b touch from y = 99 to y = 100
        |  a  +---+
        +-----+
    """
    shapes = {
        "a": Polygon([(0, 0), (100, 0), (100, 99), (100, 100), (0, 100)]),
        "b": Polygon([(100, 99), (200, 99), (200, 200), (100, 200), (100, 100)]),
        **({"c": box(0, 100, 100, 200)} if around else {}),
    }
    frame = gpd.GeoDataFrame(
        {"parent": "p", "kind": "block"}, geometry=list(shapes.values()), index=list(shapes), crs=METRES
    )
    return frame.rename_axis("unit_id")


def test_what_touches_along_one_metre_is_no_neighbour_where_there_is_a_way_round():
    assert pairs(found(None, NOTHING, units=pinched(around=True))[1]) == [("a", "c"), ("b", "c")]


def test_what_touches_along_one_metre_hangs_on_it_where_there_is_no_other_way():
    _, table = found(None, NOTHING, units=pinched(around=False))
    assert pairs(table) == [("a", "b")]
    assert widths(table).tolist() == pytest.approx([1.0])


def test_a_path_that_leads_over_joins_and_one_along_the_edge_does_not():
    over = extract(roads=[way((90, 89), (110, 110), kind="footway")])
    along = extract(roads=[way((100, 50), (100, 150), kind="footway")])
    _, led = found(None, over, units=pinched(around=True))
    assert ("a", "b") in pairs(led)
    assert widths(led).min() == pytest.approx(WAY_M)
    assert ("a", "b") not in pairs(found(None, along, units=pinched(around=True))[1])


def test_small_units_are_joined_by_a_whole_side():
    shapes = [box(5 * k, 0, 5 * k + 5, 5) for k in range(3)]
    frame = gpd.GeoDataFrame({"parent": "p", "kind": "block"}, geometry=shapes, index=list("abc"), crs=METRES)
    assert pairs(found(None, NOTHING, units=frame.rename_axis("unit_id"))[1]) == [("a", "b"), ("b", "c")]
