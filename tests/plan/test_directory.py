"""Rows of other tables find their places by what things are called, in every language they are called in."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
from shapely.geometry import Point, box

from gridkit.plan.directory import directory


def test_everything_that_has_a_name_is_found_by_it(q_town):
    places = gpd.GeoDataFrame({"name": ["Clinic", None]}, geometry=[Point(50, 50), Point(60, 60)], crs=q_town.crs)
    plan = replace(
        q_town,
        units=q_town.units.assign(name=["First block", *[None] * 15]),
        backdrop={"places": places, "roads": places.assign(name="no place")},
    )
    found = directory(plan)
    assert sorted(found.places["name"]) == ["Clinic", "First block"]
    assert found.communities == {"110101001001": ["西社区"], "110101001002": ["East"]}
    assert set(found.grid_names) == {"W00", "W10", "E01", "E11"}
    assert all(names and len(set(names)) == len(names) for names in found.grid_names.values())


def test_a_plan_without_names_has_none_to_join_by(q_town):
    plan = replace(q_town, districts=q_town.districts.drop(columns="name"))
    found = directory(plan)
    assert found.places.empty
    assert found.places.crs == plan.crs
    assert set(map(tuple, found.communities.values())) == {()}
    assert found.houses is None


def test_houses_are_known_by_street_and_by_every_name_of_their_compound(q_town):
    houses = gpd.GeoDataFrame(
        {"number": ["12", "3", None], "street": ["R2 Road", None, "R2 Road"]},
        geometry=[box(10, 10, 20, 20), box(30, 30, 40, 40), box(50, 50, 60, 60)],
        crs=q_town.crs,
    )
    estate = gpd.GeoDataFrame(
        {"name": ["玫瑰园"], "name_en": ["Rose Garden"], "kind": ["x"]}, geometry=[box(25, 25, 45, 45)], crs=q_town.crs
    )
    found = directory(replace(q_town, backdrop={"buildings": houses, "compounds": estate})).houses
    assert sorted(zip(found["name"], found["number"], strict=True)) == [
        ("R2 Road", "12"),
        ("Rose Garden", "3"),
        ("玫瑰园", "3"),
    ]
    alone = directory(replace(q_town, backdrop={"buildings": houses})).houses
    assert list(zip(alone["name"], alone["number"], strict=True)) == [("R2 Road", "12")]
