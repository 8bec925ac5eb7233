from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, box
from towns import METRES, moved, town

from gridkit.plan.bounds import bounds
from gridkit.plan.outline import sides


@pytest.fixture
def q_town():
    return town()


def test_the_pieces_of_an_outline_add_up_to_it(q_town):
    plan = moved(q_town, {"u0100": "W10"})
    around = sides(plan).groupby("grid_id")["metres"].sum()
    pd.testing.assert_series_equal(around, plan.grids.length, check_names=False)


def test_a_bank_that_nothing_joins_is_a_side_like_any_other(q_town):
    # No border is kept between units that nothing joins: the outline has it all the same.
    at_river = q_town.borders["feature"] == "river"
    apart = replace(q_town, borders=q_town.borders[~at_river])
    table = sides(apart)
    around = table.groupby("grid_id")["metres"].sum()
    pd.testing.assert_series_equal(around, apart.grids.length, check_names=False)
    assert set(table[(table["grid_id"] == "W00") & (table["side"] == "east")]["other"]) == {"E01"}
    assert "东至E01网格" in bounds(apart, "zh")["W00"]


def test_a_notch_faces_the_way_it_is_open(q_town):
    # The grid reaches around its neighbour: the inner side of its arm faces into the notch, wherever its units lie.
    plan = moved(q_town, {"u0100": "W10", "u0000": "W10"})
    table = sides(plan)
    for grid in plan.grids.index:
        east = table[(table["grid_id"] == grid) & (table["side"] == "east")]
        west = table[(table["grid_id"] == grid) & (table["side"] == "west")]
        assert east["metres"].sum() == pytest.approx(west["metres"].sum()), "a closed line goes as far back as forth"


def ground(**tables):
    """Return a base map: of each table its shapes by their names."""
    return {
        kind: gpd.GeoDataFrame({"name": list(shapes)}, geometry=list(shapes.values()), crs=METRES)
        for kind, shapes in tables.items()
    }


def side(table, grid, way):
    return table[(table["grid_id"] == grid) & (table["side"] == way)]


def test_an_edge_of_the_district_is_called_by_the_road_along_it_and_by_none_across_it(q_town):
    roads = {"South Road": LineString([(-50, -10), (450, -10)]), "Cross Road": LineString([(100, -50), (100, 50)]),
             "Far Road": LineString([(-50, -60), (450, -60)]), None: LineString([(-5, -50), (-5, 450)])}  # fmt: skip
    table = sides(replace(q_town, backdrop=ground(roads=roads)))
    south = side(table, "W00", "south")
    assert set(south["feature"]) == {"edge"}
    assert set(south["name"]) == {"South Road"}
    assert side(table, "W00", "west")["name"].isna().all(), "a road without a name names nothing"


def test_a_bank_is_called_by_its_water_and_by_its_stream_before_an_area(q_town):
    unnamed = replace(q_town, borders=q_town.borders.assign(name=None))
    roads = {"Bank Road": LineString([(200, -50), (200, 450)])}
    area = {"Long Lake": box(195, -50, 230, 450)}
    stream = {"Q River": LineString([(215, -50), (215, 450)])}
    for tables, name in (
        ({"roads": roads}, None),
        ({"roads": roads, "water": area}, "Long Lake"),
        ({"roads": roads, "water": area, "waterways": stream}, "Q River"),
    ):
        bank = side(sides(replace(unnamed, backdrop=ground(**tables))), "W00", "east")
        assert set(bank["feature"]) == {"river"}
        assert set(bank["name"]) == {name}


def test_a_bank_is_a_bank_where_a_water_unit_lies_beyond_and_no_border_is_kept(q_town):
    wet = q_town.units["kind"].where(q_town.units.index != "u0002", "water")
    bare = replace(
        q_town, units=q_town.units.assign(kind=wet), borders=q_town.borders[q_town.borders["feature"] != "river"]
    )
    bank = side(sides(bare), "W00", "east")
    at_water = bank["y"] < 100
    assert set(bank["feature"][at_water]) == {"river"}
    assert set(bank["feature"][~at_water]) == {"none"}


def test_borders_without_names_have_none(q_town):
    assert sides(replace(q_town, borders=q_town.borders.drop(columns="name")))["name"].isna().all()


@pytest.fixture
def walled(q_town):
    """Return the town with a wall in place of the road between W00 and W10."""
    road = q_town.borders["name"] == "R2 Road"
    borders = q_town.borders.assign(
        feature=q_town.borders["feature"].where(~road, "wall"), name=q_town.borders["name"].where(~road, None)
    )
    return replace(q_town, borders=borders)


def test_a_wall_is_called_by_its_compound_and_by_the_side_of_it_that_it_is(walled):
    table = sides(replace(walled, backdrop=ground(compounds={"Lime Court": box(5, 5, 195, 198)})))
    for grid, way in (("W00", "north"), ("W10", "south")):
        wall = side(table, grid, way)
        assert set(wall["name"]) == {"Lime Court"}
        assert set(wall["wall_side"]) == {"north"}, "whoever looks at it, it is the compound's north wall"


def test_of_two_compounds_at_one_wall_each_grid_names_its_own(walled):
    both = {"Lime Court": box(5, 5, 195, 198), "Elm Court": box(5, 202, 195, 395)}
    table = sides(replace(walled, backdrop=ground(compounds=both)))
    assert set(side(table, "W00", "north")["name"]) == {"Lime Court"}
    assert set(side(table, "W10", "south")["name"]) == {"Elm Court"}
    assert set(side(table, "W10", "south")["wall_side"]) == {"south"}


def test_a_wall_without_a_compound_has_no_name(walled):
    assert side(sides(walled), "W00", "north")["name"].isna().all()


def test_a_side_in_midstream_is_called_by_its_stream_though_the_banks_are_far(q_town):
    """Nothing joins the banks of a river 160 m wide, so that no border says what runs there: the water itself does."""
    at_river = q_town.borders["feature"] == "river"
    water = gpd.GeoDataFrame({"kind": ["river"], "name": ["宽河"]}, geometry=[box(120, -10, 280, 410)], crs=q_town.crs)
    line = gpd.GeoDataFrame(
        {"kind": ["canal"], "name": ["北港"]}, geometry=[LineString([(200, 300), (200, 420)])], crs=q_town.crs
    )
    wide = replace(q_town, borders=q_town.borders[~at_river], backdrop={"water": water})
    table = sides(wide)
    assert set(table.loc[(table["grid_id"] == "W00") & (table["side"] == "east"), "feature"]) == {"river"}
    assert "东至宽河" in bounds(wide, "zh")["W00"]
    assert "东至北港" in bounds(replace(wide, backdrop={"water": water, "waterways": line}), "zh")["W10"]
