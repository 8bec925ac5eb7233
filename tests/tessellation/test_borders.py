"""Borders: what touches, what runs there, and what joins."""

import numpy as np
import pytest
import scenes
from scenes import METRES, area, district, extract, way
from shapely.geometry import Point, box

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
