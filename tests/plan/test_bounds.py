from dataclasses import replace

import geopandas as gpd
import pytest
from shapely.geometry import LineString, box
from towns import SIDE, moved, town

from gridkit.plan.bounds import bounds, called


def drawn(plan, **tables):
    """Return the plan on a base map of these tables: shapes with their columns."""
    frames = {name: gpd.GeoDataFrame(columns, crs=plan.crs) for name, columns in tables.items()}
    return replace(plan, backdrop=frames)


@pytest.fixture
def walled(q_town):
    """A wall in place of the river, the compound of E01 behind it."""
    at_river = q_town.borders["feature"] == "river"
    borders = q_town.borders.assign(
        feature=q_town.borders["feature"].mask(at_river, "wall"), name=q_town.borders["name"].mask(at_river)
    )
    inside = box(2 * SIDE + 1, 1, 4 * SIDE - 20, 2 * SIDE - 20)
    plan = replace(q_town, borders=borders)
    return drawn(plan, compounds={"name": ["和平花园"], "name_en": ["Heping Garden"], "geometry": [inside]})


def test_each_side_is_called_by_what_it_follows(q_town):
    assert bounds(q_town, "zh")["W00"] == "东至南河，西、南至辖区界，北至R2 Road"
    assert bounds(q_town)["E11"] == "East and north to the edge of the district, south to R2 Road, west to 南河"


def test_a_border_without_a_name_is_called_by_its_kind_or_the_neighbour(q_town):
    bare = q_town.borders.assign(name=None)
    assert "west to the river" in bounds(replace(q_town, borders=bare))["E01"]
    nothing = replace(q_town, borders=bare.assign(feature="none"))
    assert "north to grid E11" in bounds(nothing)["E01"]
    assert "北至E11网格" in bounds(nothing, "zh")["E01"]


def test_two_long_neighbours_on_one_side_are_both_named(q_town):
    names = q_town.borders["name"].where(q_town.borders["unit_id"] != "u0001", "桥路")
    assert bounds(replace(q_town, borders=q_town.borders.assign(name=names)), "zh")["W00"].startswith("东至南河、桥路")


def test_a_wall_is_named_by_its_compound_and_the_side_of_it(walled):
    assert "西至和平花园西围墙" in bounds(walled, "zh")["E01"]
    assert bounds(walled, "zh")["W00"].startswith("东至和平花园西围墙")
    assert bounds(walled)["W00"].startswith("East to the west wall of Heping Garden")
    assert "西至围墙" in bounds(walled, "zh")["E11"], "no compound is known there"


def test_the_edge_of_the_district_is_called_by_the_road_along_it(q_town):
    ring = LineString([(-12, -50), (-12, 450)])
    crossing = LineString([(-200, 150), (200, 150)])
    roads = {"name": ["环城西路", "横街"], "name_en": ["Ring Road West", None], "geometry": [ring, crossing]}
    plan = drawn(q_town, roads=roads)
    assert bounds(plan, "zh")["W00"] == "东至南河，南至辖区界，西至环城西路，北至R2 Road"
    assert "west to Ring Road West" in bounds(plan)["W00"]
    far = roads | {"geometry": [LineString([(-80, -50), (-80, 450)]), crossing]}
    assert "西、南至辖区界" in bounds(drawn(q_town, roads=far), "zh")["W00"]


def test_the_bank_of_a_lake_at_the_edge_is_named(q_town):
    lake = box(-300, -100, -5, 500)
    assert "西至澄湖" in bounds(drawn(q_town, water={"name": ["澄湖"], "geometry": [lake]}), "zh")["W00"]


def test_the_line_between_communities_is_not_the_edge_of_the_district(q_town):
    at_river = q_town.borders["feature"] == "river"
    bare = q_town.borders["name"].mask(at_river)
    plan = replace(
        q_town, borders=q_town.borders.assign(feature=q_town.borders["feature"].mask(at_river, "boundary"), name=bare)
    )
    said = bounds(plan, "zh")["W00"]
    assert said.startswith("东至社区界")
    assert "西、南至辖区界" in said


def test_a_side_that_no_border_faces_takes_the_grid_at_the_corner(q_town):
    # W00 keeps one unit whose east is the rest of the town: no other side of W11 is open to the west.
    plan = moved(q_town, {"u0001": "W10", "u0101": "W10"})
    assert "角" not in "".join(bounds(plan, "zh"))
    assert bounds(plan, "zh").str.contains("东.*至", regex=True).all()


def test_every_grid_of_a_larger_town_has_four_bounds_in_both_languages():
    plan = town(12, 3)
    for said, signs in (
        (bounds(plan, "zh"), "东南西北"),
        (bounds(plan).str.lower(), ("east", "south", "west", "north")),
    ):
        assert all(said.str.count(sign).ge(1).all() for sign in signs)


def test_a_stream_is_called_by_its_own_line_not_by_the_water_it_runs_into(q_town):
    lake = box(-18, -100, 0, 500)
    stream = LineString([(-9, -100), (-9, 500)])
    plan = drawn(q_town, water={"name": ["大河"], "geometry": [lake]})
    assert "西至大河" in bounds(plan, "zh")["W00"]
    both = {"water": {"name": ["大河"], "geometry": [lake]}, "waterways": {"name": ["小港"], "geometry": [stream]}}
    assert "西至小港" in bounds(drawn(q_town, **both), "zh")["W00"]
    at_river = q_town.borders["feature"] == "river"
    bank = replace(q_town, borders=q_town.borders.assign(name=q_town.borders["name"].mask(at_river)))
    shifted = LineString([(2 * SIDE - 4, -100), (2 * SIDE - 4, 500)])
    assert "东至河" in bounds(drawn(bank, roads={"name": ["滨河路"], "geometry": [shifted]}), "zh")["W00"]


@pytest.mark.parametrize(
    ("feature", "name", "lang", "said"),
    [
        ("street", "R2 Road", "en", "R2 Road"),
        ("street", "", "en", "an unnamed street"),
        ("rail", "", "en", "the railway"),
        ("none", "", "en", "no line on the ground"),
        ("wall", "", "zh", "围墙"),
    ],
)
def test_what_a_border_follows_is_called_by_its_name_else_by_what_it_is(q_town, feature, name, lang, said):
    assert called(q_town, feature, name, lang) == said
