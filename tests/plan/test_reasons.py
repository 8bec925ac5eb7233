"""Why grids lie outside the band: numbers first, then proofs, and the end of the search last."""

import re

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

import gridkit as gk
from gridkit.band import Band
from gridkit.options.catalogue import options_of
from gridkit.plan import reasons as reasons_module
from gridkit.plan.reasons import reasons
from gridkit.plan.summary import exceptions
from gridkit.tables import Extract
from gridkit.tessellation import barriers, borders

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")


class Made:
    """A plan as far as reasons look at it."""

    def __init__(self, units, joined, proven=()):
        self.units, self.borders = units, joined
        self.parameters = type("P", (), {"measure": "people"})()
        self.districts = units.iloc[:0]
        self.history = [type("S", (), {"command": "split", "parameters": {"proven": proven}})()]


def made(frame, grids, proven=()):
    units = frame.assign(parent="p", grid_id=grids)
    empty = Extract({}, units.crs)
    return Made(units, borders.touching(units, barriers.select(empty), empty), proven)


def said(plan, band, *names):
    return [str(each) for each in reasons(plan, band, pd.Index(names))]


def test_a_unit_above_the_largest_is_named_with_its_size(row):
    plan = made(row, ["g", "g", "g", "h"])
    assert said(plan, Band(20, 30, 35), "h") == ["unit d alone holds 40, above the largest 35"]


def test_a_total_that_no_number_of_grids_adds_up_to_is_shown(row):
    plan = made(row, ["g", "g", "g", "h"])
    (why,) = said(plan, Band(55, 60, 65), "g")
    assert why == "the 100 of p cannot be divided into 55 to 65: 1 grid would hold 100 each, 2 grids 50"


def test_a_total_below_one_grid_says_so(row):
    (why,) = said(made(row, ["g"] * 4), Band(150, 200, 250), "g")
    assert why == "p holds 100 in all, less than one grid of 150"


def test_a_part_that_nothing_joins_is_told_apart_from_its_parent(islands):
    plan = made(islands, ["g", "g", "h", "h"])
    plan.borders = plan.borders[plan.borders["link"] == "border"]
    own = plan.units["people"][plan.units["grid_id"] == "g"].sum()
    (why,) = said(plan, Band(own + 5, own + 10, own + 15), "g")
    assert why.startswith("a part of p that nothing joins to the rest holds")


def test_a_proof_is_called_one_and_the_end_of_a_search_is_not(row):
    band = Band(30, 50, 60)
    assert said(made(row, ["g", "h", "h", "h"], [["a"]]), band, "g")[0].startswith(
        "proven: no contiguous plan of 2 grids"
    )
    assert said(made(row, ["g", "h", "h", "h"]), band, "g")[0].startswith("the search ended without a better plan")


def test_the_search_proves_what_cannot_be():
    """Three units of 40 in a row, and grids of 55 to 65: two grids hold 120, and no cut between units keeps both."""
    shapes = [box(100 * k, 0, 100 * k + 100, 100) for k in range(3)]
    units = gpd.GeoDataFrame({"people": [40.0] * 3}, geometry=shapes, crs=32650, index=["a", "b", "c"])
    district = gpd.GeoDataFrame({"name": ["p"]}, geometry=[box(0, 0, 300, 100)], crs=32650)
    plan = gk.split(district, units=units, people=units, target=60, min=55, max=65)
    assert all(str(why).startswith("proven: no contiguous plan of 2 grids") for why in exceptions(plan)["reason"])
    assert len(exceptions(plan)) == 2


def by_hand(command, **before):
    step = {"undo": {"columns": {"grid_id": {"dtype": "str", "values": before}}}}
    return type("S", (), {"command": command, "parameters": step})()


def test_a_grid_that_an_edit_drew_is_not_laid_to_the_search(row):
    plan = made(row, ["g", "g", "g", "h"])
    a, *_, d = plan.units.index
    band = Band(45, 50, 55)
    searched = "the search ended without a better plan, and none is proven impossible: try a longer one (effort)"
    assert said(plan, band, "g", "h") == [searched, searched]
    plan.history.append(by_hand("edit", **{a: "elsewhere"}))
    assert said(plan, band, "g", "h") == ["an edit drew it so: no search did", searched]
    plan.history.append(by_hand("edit", **{a: "h"}))
    assert said(plan, band, "h") == ["an edit drew it so: no search did"]
    plan.history.append(by_hand("redraw", **{d: "g"}))
    little = searched.replace("a better plan,", "a better plan that changes as little,")
    little = little.replace("try a longer one (effort)", "let more grids change (everywhere=True)")
    assert said(plan, band, "g", "h") == [little, little]
    plan.history[-1].parameters["everywhere"] = True
    (why,) = said(plan, band, "h")
    assert why.endswith("a search from the files may find one (gridkit.split(effort=N))")


def test_a_reason_advises_what_the_command_that_searched_takes(row):
    for command in reasons_module.SEARCHES:
        plan = made(row, ["g", "g", "g", "h"])
        plan.history[0].command = command
        (why,) = said(plan, Band(45, 50, 55), "h")
        named = re.findall(r"\(([a-z_]+)", why)
        assert named
        assert set(named) <= {each.name for each in options_of(command)}


def test_the_parent_that_nobody_named_is_the_whole_district(row):
    plan = made(row, ["g"] * 4)
    plan.units["parent"] = "district"
    plan.districts = gpd.GeoDataFrame({"name": [""]}, index=["district"], geometry=[box(0, 0, 1, 1)], crs=row.crs)
    (why,) = said(plan, Band(150, 200, 250), "g")
    assert why == "The whole district holds 100 in all, less than one grid of 150"
    plan.districts["name"] = "Q Town"
    (why,) = said(plan, Band(150, 200, 250), "g")
    assert why == "Q Town holds 100 in all, less than one grid of 150"
