import sys
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box
from towns import moved, town

from gridkit.catalog.definitions import BalanceLayer
from gridkit.catalog.layer import Layer
from gridkit.errors import TableError, UsageError
from gridkit.language.phrases import Text
from gridkit.plan import codes
from gridkit.plan import plan as plan_module
from gridkit.plan.plan import Plan, dissolve


def test_grids_hold_the_people_and_the_ground_of_their_units(q_town):
    grids = q_town.grids
    assert grids.index.tolist() == ["E01", "E11", "W00", "W10"]
    assert grids["people"].tolist() == [40] * 4
    assert grids["area_m2"].tolist() == [40_000.0] * 4
    assert grids.geometry["W00"].equals(box(0, 0, 200, 200))


def test_households_are_unknown_where_a_unit_with_people_has_none_given(q_town):
    units = q_town.units.assign(households=q_town.units["households"].astype(float))
    units.loc["u0000", "households"] = np.nan
    units.loc["u0003", ["households", "people"]] = [np.nan, 0]
    grids = dissolve(units)
    assert np.isnan(grids["households"]["W00"])
    assert grids["households"]["E01"] == 12


def test_units_that_overlap_dissolve_as_well(q_town):
    units = q_town.units.copy()
    units.loc["u0000", "geometry"] = box(0, 0, 120, 100)
    assert dissolve(units).geometry["W00"].equals(box(0, 0, 200, 200))


def test_units_whose_corners_do_not_meet_dissolve_as_well(q_town):
    units = q_town.units.drop(index=["u0000", "u0001"])
    wide = units.loc[["u0100"]].assign(geometry=[box(0, 0, 200, 100)]).set_axis(pd.Index(["wide"], name="unit_id"))
    assert dissolve(pd.concat([units, wide])).geometry["W00"].equals(box(0, 0, 200, 200))


def test_the_digest_changes_with_the_grids_alone(q_town):
    people = replace(q_town, units=q_town.units.assign(people=1))
    assert people.digest == q_town.digest
    assert moved(q_town, {"u0001": "W10"}).digest != q_town.digest


def test_a_layer_is_stale_once_the_grids_changed_and_fresh_when_they_are_back(q_town):
    definition = BalanceLayer("balance", Text(en="Balance", zh="均衡"))
    plan = q_town.with_layer(Layer(definition, {"grids": q_town.grids[["people"]]}))
    assert plan.stale == ()
    after = moved(plan, {"u0001": "W10"})
    assert after.stale == ("balance",)
    assert moved(after, {"u0001": "W00"}).stale == ()


def test_a_plan_names_borders_of_units_that_are_not_there(q_town):
    with pytest.raises(TableError, match="u0000"):
        replace(q_town, units=q_town.units.drop(index="u0000"))


def test_a_notebook_gets_a_drawing_without_script_whatever_the_names_are():
    plan = town()
    units = plan.units.assign(grid_id=plan.units["grid_id"].replace("W00", "<script>alert(1)</script>{{7*7}}"))
    hostile = replace(plan, units=units, parameters=replace(plan.parameters, title='<img onerror="x">'))
    page = hostile._repr_html_()
    assert "<svg" in page
    assert page.count("<path") == 4
    assert "<script" not in page
    assert "<img" not in page
    assert "{{7*7}}" in page


def test_a_drawing_colours_grids_outside_the_band(q_town):
    low = replace(q_town, parameters=replace(q_town.parameters, low=50, target=60, high=70))
    assert "#b35806" not in q_town._repr_html_()
    assert low._repr_html_().count("#b35806") == 4


def test_further_columns_of_grids_stand_beside_the_computed_ones(q_town):
    names = pd.DataFrame({"name": ["一"], "people": [0]}, index=pd.Index(["W00"], name="grid_id"))
    grids = replace(q_town, attributes=names).grids
    assert grids["name"]["W00"] == "一"
    assert grids["people"]["W00"] == 40
    assert isinstance(grids, gpd.GeoDataFrame)


def test_what_hangs_on_units_alone_is_made_and_checked_once(q_town, monkeypatch):
    made = []
    monkeypatch.setattr(plan_module, "dissolve", lambda units, own=dissolve: made.append("dissolved") or own(units))
    monkeypatch.setattr(Plan, "__post_init__", lambda self, own=Plan.__post_init__: made.append("checked") or own(self))
    plan = replace(q_town)
    made.clear()
    names = {grid: f"grid {grid}" for grid in plan.grids.index}
    renamed = codes.renamed(plan.having(brought={}).with_made("bounds"), names)
    assert made == ["dissolved"]
    again = replace(renamed)
    pd.testing.assert_frame_equal(pd.DataFrame(renamed.grids), pd.DataFrame(again.grids))
    assert (renamed.digest, renamed.state) == (again.digest, again.state) != (plan.digest, plan.state)


def test_other_values_of_a_field_make_anew_what_rests_on_it(q_town):
    labelled = q_town.having(attributes=pd.DataFrame({"word": "x"}, index=q_town.grids.index))
    assert "word" in labelled.grids
    assert "word" in labelled.measures
    assert "word" not in q_town.grids
    with pytest.raises(TableError):
        q_town.having(records={"findings": pd.DataFrame({"nothing": [1]})})
    with pytest.raises(TableError):
        q_town.having(units=q_town.units.drop(columns="grid_id"))


def test_units_without_a_grid_are_no_plan(q_town):
    with pytest.raises(TableError, match="some units have no grid_id"):
        replace(q_town, units=q_town.units.drop(columns="grid_id"))
    with pytest.raises(TableError):
        replace(q_town, units=q_town.units.assign(grid_id=None))


def test_codes_that_may_not_be_given_again_are_those_of_the_register(q_town):
    assert q_town.retired == ()
    gone = pd.DataFrame(
        {"successor": ["W00"], "time": ["2026-01-01"], "reason": ["merged"]}, index=pd.Index(["W09"], name="code")
    )
    assert q_town.with_record("retired", gone).retired == ("W09",)


def test_a_plan_is_made_of_labels_and_of_grids_and_gives_them_back(q_town):
    labelled = Plan.from_labels(q_town.units, q_town.labels)
    assert labelled.labels.to_dict() == q_town.labels.to_dict()
    coded = Plan.from_grids(q_town.grids.reset_index(), "grid_id")
    assert (
        coded.grids.index.tolist() == Plan.from_grids(q_town.grids).grids.index.tolist() == q_town.grids.index.tolist()
    )
    assert len(coded.units) == 4
    for graph in (q_town.to_networkx(), q_town.to_libpysal()):
        assert len(Plan.from_labels(q_town.units, q_town.labels, graph=graph).borders) == len(q_town.borders)


def test_what_is_drawn_is_a_column_of_the_measures(q_town):
    layer = Layer(BalanceLayer("balance", Text(en="Balance", zh="均衡")), {"grids": q_town.grids[["people"]]})
    plan = q_town.with_layer(layer)
    assert plan.measures["balance_people"].tolist() == [40] * 4
    assert "balance_people" not in moved(plan, {"u0001": "W10"}).measures, "what is stale is no measure"
    for way in (plan.plot, plan.explore):
        with pytest.raises(UsageError, match="did you mean 'households'"):
            way("housholds")
    assert plan.explore("balance_people") is not None


def test_without_matplotlib_a_plot_says_what_is_missing(q_town, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match="matplotlib, which is not installed"):
        q_town.plot()


def test_micro_grids_lie_in_grids_and_a_plan_without_them_has_none(q_town):
    assert plan_module.micro_grids(q_town).empty
    half = q_town.units["grid_id"] + np.where(q_town.units.centroid.x % 200 < 100, "a", "b")
    found = plan_module.micro_grids(replace(q_town, units=q_town.units.assign(micro_id=half)))
    assert len(found) == 8
    assert found["people"].eq(20).all()
    assert found.loc["W00a", "grid_id"] == "W00"


def test_water_counts_as_ground_as_far_as_its_units_say(q_town):
    wet = q_town.units["kind"].where(q_town.units.index != "u0000", "water")
    area = q_town.units["area_m2"].astype(float).where(q_town.units.index != "u0000", 2_500.0)
    grids = dissolve(q_town.units.assign(kind=wet, area_m2=area))
    assert grids["area_m2"].to_dict() == {"E01": 40_000, "E11": 40_000, "W00": 32_500, "W10": 40_000}
    bare = dissolve(q_town.units.drop(columns=["kind", "households"]))
    assert bare["area_m2"].eq(40_000).all()
    assert bare["households"].isna().all()


def test_plans_are_equal_by_what_they_hold_and_short_to_read(q_town):
    assert q_town == replace(q_town)
    assert hash(q_town) == hash(replace(q_town))
    assert q_town != moved(q_town, {"u0001": "W10"})
    assert q_town != "plan"
    assert len(repr(q_town).splitlines()) <= 10
    assert "4 of 16 units" in repr(q_town)
    assert q_town.summary()["grids"] == 4
