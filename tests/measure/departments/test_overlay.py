"""Departments' nets over a town of four by four blocks, every answer by hand."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
from shapely.geometry import box
from towns import METRES, town

import gridkit as gk
from gridkit.catalog.definitions import layers
from gridkit.measure.departments.overlay import _measures, overlay
from gridkit.measure.inputs import Subject
from gridkit.tables import Extract

TOWN = town()
"""Sixteen blocks of 100 m with four households each, in four grids of two by two blocks."""


def net(*areas):
    """Return a net of boxes by code: (code, west, south, east, north)."""
    return gpd.GeoDataFrame(
        {"code": [code for code, *_ in areas]}, geometry=[box(*edges) for _, *edges in areas], crs=METRES
    )


def laid(areas, **choices):
    return gk.departments_overlay(TOWN, areas, **choices).layers["departments"]


def figures(layer, name):
    return layer.tables["nets"].loc[name].to_dict()


def halves(at):
    return net(("north", 0, at, 400, 400), ("south", 0, 0, 400, at))


def test_a_line_through_the_middle_of_blocks_cuts_them_and_their_grids():
    layer = laid({"police": halves(250)})
    told = figures(layer, "police")
    assert (told["areas"], told["areas_used"], told["grids_cut"], told["units_cut"]) == (2, 2, 2, 4)
    assert (told["in_cut_grids"], told["in_cut_units"]) == (32, 16)
    assert layer.tables["grids"]["nets_crossing"].to_dict() == {"W00": 0, "W10": 1, "E01": 0, "E11": 1}
    assert layer.facts["counted"] == "households"
    shares = layer.tables["shares"].groupby(["unit_id", "net"])[["area", "people"]].sum()
    assert shares.to_numpy() == pytest.approx(1)


def test_a_line_along_grids_cuts_nothing_and_its_metres_are_shared():
    told = figures(laid({"police": halves(200)}), "police")
    assert (told["grids_cut"], told["units_cut"], told["areas_nested"]) == (0, 0, 2)
    assert (told["border_m"], told["border_on_grids_m"]) == (400, 400)


def test_a_sliver_goes_with_the_rest_of_its_block_unless_any_touch_counts():
    three_metres = {"police": halves(203)}
    assert figures(laid(three_metres), "police")["units_cut"] == 0
    assert figures(laid(three_metres, rule="area"), "police")["units_cut"] == 0
    assert figures(laid(three_metres), "police")["units_over_1_percent"] == 4
    assert figures(laid(three_metres, rule="touch"), "police")["units_cut"] == 4


def test_people_are_where_the_buildings_stand():
    houses = gpd.GeoDataFrame({"kind": ["residential"], "levels": [3]}, geometry=[box(10, 260, 30, 280)], crs=METRES)
    houses = houses.rename_axis("feature_id").assign(name=None, height_m=None)
    plan = gk.Plan(TOWN.units, TOWN.borders, TOWN.districts, TOWN.parameters, backdrop={"buildings": houses})
    layer = gk.departments_overlay(plan, {"police": halves(250)}).layers["departments"]
    codes = layer.tables["shares"].groupby("unit_id")["code"].agg(list)
    assert codes["u0200"] == ["north"]
    assert sorted(codes["u0201"]) == ["north", "south"]


def test_gaps_and_overlaps_of_a_net_are_told():
    holed = net(("a", 0, 0, 260, 400), ("b", 160, 0, 260, 400))
    told = figures(laid({"schools": holed}), "schools")
    assert told["gap_m2"] == pytest.approx(140 * 400)
    assert told["overlap_m2"] == pytest.approx(100 * 400)
    assert told["in_gaps"] == pytest.approx(4 * 4 * 1.4)
    layer = laid({"schools": holed})
    assert layer.tables["units"]["code: schools"]["u0003"] == ""


def test_two_nets_are_compared_area_by_area():
    pairs = laid({"rows": halves(200), "columns": net(("w", 0, 0, 200, 400), ("e", 200, 0, 400, 400))}).tables["pairs"]
    one = pairs.set_index(["net", "other"]).loc[("rows", "columns")]
    assert (one["areas"], one["areas_in_one"], one["apart"], one["shared_m"]) == (2, 0, 32, 0)


def test_a_net_that_has_a_title_bears_it_in_the_reader_s_language():
    titles = [measure.title.said("zh") for measure in _measures(["health", "东片"])]
    assert titles == ["网格内“卫生健康”的片区", "网格内“东片”的片区"]


def test_people_are_counted_where_households_are_not_known():
    units = TOWN.units.assign(households=float("nan"))
    plan = gk.Plan(units, TOWN.borders, TOWN.districts, TOWN.parameters)
    layer = gk.departments_overlay(plan, {"police": halves(250)}).layers["departments"]
    assert (layer.facts["counted"], layer.facts["total"]) == ("people", 160)
    assert figures(layer, "police")["in_cut_grids"] == 80


def test_without_a_net_nothing_is_said_and_without_borders_no_metres_are():
    bare = Subject(TOWN.units, TOWN.grids, Extract({}, TOWN.crs))
    layer = overlay(layers()["departments"], bare)
    assert layer.facts == {"nets": 0}
    assert list(layer.tables["grids"].index) == list(TOWN.grids.index)
    told = figures(overlay(layers()["departments"], replace(bare, data=brought())), "police")
    assert (told["grids_cut"], told["border_m"]) == (2, 0)


def brought():
    """Return the net of two halves as the gate hands it over."""
    return halves(250).assign(net="police")
