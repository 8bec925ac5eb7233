"""Layers laid on parts of a plan are layers of the whole once it is joined, as far as all of it is known."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from towns import town

import gridkit as gk
from gridkit.plan.life.subdistricts import join, left_behind, part

TOWN = town(8, 4)


def spots(*places, number=0):
    return gpd.GeoDataFrame(
        {"id": [str(number + k) for k in range(len(places))], "time": "2026-03-01 08:00"},
        geometry=gpd.points_from_xy(*zip(*places, strict=True)),
        crs=TOWN.crs,
    )


WEST, EAST, BOTH = spots((50, 50), (250, 50)), spots((650, 50)), spots((50, 50), (250, 50), (650, 50))


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_layer_laid_on_every_part_is_measured_on_the_whole_as_if_it_was_laid_there():
    parts = part(TOWN, "street")
    # The file of one part reaches over the river: what lies there is the other's to tell.
    rows = {"西街道": spots((50, 50), (250, 50), (650, 750)), "东街道": EAST}
    parts = {name: gk.layer(each, "incidents", data=rows[name]) for name, each in parts.items()}
    parts["西街道"] = gk.redraw(parts["西街道"], splits=("W00=2",), loose=True)
    whole = gk.join(TOWN, parts)
    once = gk.layer(replace(whole, layers={}, brought={}), "incidents", data=BOTH)
    assert whole.stale == ()
    assert left_behind(whole, parts) == {}
    columns = ["count", "rate"]
    tables = [each.layers["incidents"].tables["grids"][columns] for each in (whole, once)]
    assert len(whole.grids) == len(TOWN.grids) + 1
    pd.testing.assert_frame_equal(*tables)
    assert whole.layers["incidents"].facts["inside"] == 3
    assert [each.parameters.get("subdistrict") for each in whole.history if each.command == "layer"] == [
        "东街道",
        "西街道",
    ]
    assert len(gk.undo(whole).grids) == len(TOWN.grids)


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_rows_of_a_part_on_the_ground_of_another_are_counted_and_told():
    rows = {"西街道": spots((50, 50), (650, 50), (650, 60)), "东街道": EAST}
    parts = {name: gk.layer(each, "incidents", data=rows[name]) for name, each in part(TOWN, "street").items()}
    with pytest.warns(gk.GridkitWarning, match=r"^incidents: 2 rows lie on the ground of another part"):
        whole = gk.join(TOWN, parts)
    assert [each.parameters.get("elsewhere") for each in whole.history if each.command == "join"] == [{"incidents": 2}]
    assert whole.layers["incidents"].facts["inside"] == 2


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_rows_brought_anew_to_one_part_take_the_place_of_those_of_the_whole_there_alone():
    held = gk.layer(TOWN, "incidents", data=BOTH)
    parts = part(held, "street")
    parts["东街道"] = gk.layer(parts["东街道"], "incidents", data=spots((650, 50), (650, 60), (750, 750)))
    whole = gk.join(held, parts)
    assert whole.layers["incidents"].tables["grids"]["count"].to_dict() == {"W00": 2, "W10": 0, "E01": 2, "E11": 1}
    assert whole.brought["incidents"].index.is_unique
    assert gk.join(whole, parts).layers["incidents"].facts["inside"] == 5


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_layer_whose_rows_nobody_brought_for_the_other_part_stays_where_it_is():
    parts = part(TOWN, "street")
    parts["东街道"] = gk.layer(parts["东街道"], "incidents", data=EAST)
    whole = join(TOWN, parts)
    assert "incidents" not in whole.layers
    assert left_behind(whole, parts) == {"东街道": ["layer incidents"]}


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_layer_laid_on_the_whole_since_is_not_replaced_by_that_of_a_part():
    parts = part(TOWN, "street")
    rows = {"西街道": WEST, "东街道": spots((650, 50), (660, 50))}
    parts = {name: gk.layer(each, "incidents", data=rows[name]) for name, each in parts.items()}
    held = gk.layer(TOWN, "incidents", data=BOTH)
    whole = gk.join(held, parts)
    assert whole.layers["incidents"].facts["inside"] == 3
    assert set(left_behind(whole, parts)) == set(parts)


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_layer_of_what_the_plan_has_itself_is_measured_on_the_whole_and_services_around_stay():
    parts = part(TOWN, "street")
    places = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=gpd.points_from_xy([50, 900], [50, 50]), crs=TOWN.crs)
    parts = {name: gk.layer(gk.layer(each, "balance"), "clinics", data=places) for name, each in parts.items()}
    whole = gk.join(TOWN, parts)
    once = gk.layer(TOWN, "clinics", data=places)
    assert len(whole.layers["balance"].tables["grids"]) == len(TOWN.grids)
    assert len(whole.brought["clinics"]) == 2
    columns = once.layers["clinics"].tables["grids"].select_dtypes("number").columns
    pd.testing.assert_frame_equal(*(each.layers["clinics"].tables["grids"][columns] for each in (whole, once)))
