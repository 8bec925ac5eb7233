from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box
from towns import METRES, moved, town

from gridkit.errors import TableError
from gridkit.plan.codes import renamed
from gridkit.plan.compare import compare

TOWN = town()
UNITS = TOWN.units.index.tolist()
GRIDS = sorted(TOWN.units["grid_id"].unique())
labels = st.lists(st.sampled_from(GRIDS), min_size=len(UNITS), max_size=len(UNITS))


def test_a_plan_compared_with_itself_is_empty(q_town):
    same = compare(q_town, q_town)
    assert same.empty
    assert same.facts["people_moved"] == 0
    assert same.facts["border_new_m"] == same.facts["border_gone_m"] == 0


def test_a_unit_that_changes_grid_is_told_with_its_people_and_borders(q_town):
    after = compare(q_town, moved(q_town, {"u0100": "W10"}))
    assert after.flows.to_dict("records") == [
        {"old": "W00", "new": "W10", "people": 10, "households": 4, "area_m2": 10_000}
    ]
    assert after.facts["share_moved"] == 10 / 160
    assert after.facts["border_gone_m"] == 100
    assert after.facts["border_new_m"] == 200
    assert after.moved.geometry.iloc[0].equals(box(0, 100, 100, 200))


def test_new_names_move_nobody(q_town):
    after = compare(q_town, renamed(q_town, {"W00": "G001"}))
    assert after.facts["people_moved"] == 0
    assert after.matches.query("renamed")[["old", "new"]].to_numpy().tolist() == [["W00", "G001"]]
    assert not after.empty


def test_grids_that_go_and_come_are_listed(q_town):
    merged = moved(q_town, dict.fromkeys(q_town.units.index[q_town.units["grid_id"] == "W10"], "W00"))
    gone = compare(q_town, merged).matches
    assert gone[gone["new"].isna()]["old"].tolist() == ["W10"]
    came = compare(merged, q_town)
    assert came.matches[came.matches["old"].isna()]["new"].tolist() == ["W10"]
    assert came.facts["people_moved"] == 40


@pytest.mark.parametrize("as_polygons", [False, True])
def test_a_grid_with_water_in_it_that_stays_is_unchanged(q_town, as_polygons):
    wet = q_town.units.index[[0, 5]]
    area = q_town.units["area_m2"].mask(q_town.units.index.isin(wet), 0.0)
    plan = replace(q_town, units=q_town.units.assign(area_m2=area))
    before = plan.grids.reset_index()[["grid_id", "geometry"]] if as_polygons else plan
    assert compare(before, plan).lookup["change"].tolist() == ["U"] * len(plan.grids)


def test_more_people_in_the_same_grids_is_no_move(q_town):
    grown = replace(q_town, units=q_town.units.assign(people=20))
    after = compare(q_town, grown)
    assert after.facts["people_moved"] == 0
    assert after.measures["people_old"].tolist() == [40] * 4
    assert after.measures["people_new"].tolist() == [80] * 4
    assert after.breaks["people"][0] == 40
    assert after.breaks["people"][-1] == 80


def test_old_polygons_are_matched_by_the_ground_they_share(q_town):
    old = gpd.GeoDataFrame(
        {"grid_id": ["old W", "old E"]}, geometry=[box(0, 0, 230, 400), box(230, 0, 400, 400)], crs=METRES
    )
    after = compare(old, q_town)
    assert after.matches["old"].dropna().tolist() in (["old E", "old W"], ["old W", "old E"])
    # of the east's 80 people 30 % of the first column lived in the old west
    assert after.flows["people"].sum() == pytest.approx(160 - after.matches["people"].sum())
    assert after.measures.set_index("old")["people_old"].sum() == pytest.approx(160)


def test_old_polygons_in_another_crs_are_refused(q_town):
    with pytest.raises(TableError, match="to_metric"):
        compare(q_town.grids.to_crs(32651), q_town)


def test_units_cut_anew_are_matched_by_overlap(q_town):
    units = q_town.units.copy()
    units.loc["u0000", "geometry"] = box(0, 0, 50, 100)
    half = units.loc[["u0000"]].assign(geometry=[box(50, 0, 100, 100)]).set_axis(pd.Index(["new"], name="unit_id"))
    both = pd.concat([units, half])
    both["area_m2"] = both.area
    after = compare(q_town, replace(q_town, units=both))
    assert after.facts["people_moved"] == 0
    assert after.facts["border_new_m"] == after.facts["border_gone_m"] == 0


def test_a_comparison_reports_itself_as_json(q_town):
    report = compare(q_town, moved(q_town, {"u0100": "W10"})).report()
    assert (report["schema"], report["version"]) == ("gridkit-compare", 1)
    assert report["flows"][0]["people"] == 10


@pytest.mark.slow
@settings(max_examples=40)
@given(labels, labels)
def test_people_moved_is_symmetric_and_conserved(one, other):
    a, b = (moved(TOWN, dict(zip(UNITS, each, strict=True))) for each in (one, other))
    there, back = compare(a, b), compare(b, a)
    assert compare(a, a).empty
    assert there.facts["people_moved"] == back.facts["people_moved"]
    assert there.facts["border_new_m"] == back.facts["border_gone_m"]
    kept = there.matches["people"].where(there.matches["old"].notna() & there.matches["new"].notna()).sum()
    assert np.isclose(kept + there.facts["people_moved"], 160)


@settings(max_examples=20)
@given(labels, st.permutations(GRIDS))
def test_renaming_grids_moves_nobody(one, names):
    plan = moved(TOWN, dict(zip(UNITS, one, strict=True)))
    again = renamed(plan, dict(zip(GRIDS, names, strict=True)))
    assert compare(plan, again).facts["people_moved"] == 0


def test_micro_grids_that_stay_the_same_units_under_one_name_are_counted(q_town):
    def nested(plan, **other):
        names = {unit: f"{grid}-{unit[-1] in '13'}" for unit, grid in plan.units["grid_id"].items()}
        return replace(plan, units=plan.units.assign(micro_id=pd.Series({**names, **other})))

    facts = compare(nested(q_town), nested(q_town, u0000="W00-True")).facts
    assert facts["micro_grids_old"] == facts["micro_grids_new"] == 8
    assert facts["micro_grids_unchanged"] == 6
    assert "micro_grids_old" not in compare(q_town, q_town).facts
    assert compare(q_town, nested(q_town)).facts["micro_grids_old"] == 0
