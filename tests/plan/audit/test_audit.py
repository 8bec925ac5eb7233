from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box
from towns import METRES, WEST, moved

from gridkit.catalog.presets import Rule, presets
from gridkit.errors import DefinitionError
from gridkit.plan.audit.audit import audit
from gridkit.plan.audit.audited import Around
from gridkit.plan.audit.titles import PRINCIPLES
from gridkit.tables import TEXT

SOCIAL = presets()["cn-social"]


def found(plan, rule, **thresholds):
    """Return the audit of one rule alone."""
    preset = replace(SOCIAL, rules={rule: Rule("test", **thresholds)})
    return audit(plan, preset)


def test_a_sound_plan_passes_every_rule_that_can_be_judged(q_town):
    verdicts = audit(q_town, SOCIAL).verdicts
    assert set(verdicts) == set(PRINCIPLES)
    unknown = {"compounds", "stable", "crossings", "other", "micro", "alike", "even", "middle", "office", "sure"}
    assert {rule for rule, verdict in verdicts.items() if verdict != "PASS"} == unknown
    assert {verdicts[rule] for rule in unknown} == {"N/A"}


def test_what_cannot_be_judged_says_why_in_both_languages(q_town):
    done = audit(q_town, SOCIAL)
    assert done.table("en")["note"]["stable"] == "there is no plan before this one"
    assert done.table("zh")["note"]["stable"] == "没有上一版方案"


def test_an_exclave_is_found_by_the_border_graph(q_town):
    done = found(moved(q_town, {"u0300": "W00"}), "contiguous", fail=0)
    assert done.verdicts == {"contiguous": "FAIL"}
    assert done.findings["grid_id"].tolist() == ["W00"]
    assert done.findings.geometry.iloc[0].equals(box(0, 300, 100, 400))


def test_units_joined_by_a_bridge_alone_are_one_piece(q_town):
    plan = moved(q_town, {"u0300": "W00"})
    bridge = plan.borders.iloc[[0]].assign(unit_id="u0100", neighbour="u0300", shared_m=0.0, link="bridge")
    bridged = replace(plan, borders=pd.concat([plan.borders, bridge.set_axis(pd.Index(["bridge"], name="border_id"))]))
    assert found(bridged, "contiguous", fail=0).verdicts == {"contiguous": "PASS"}


def test_a_grid_over_the_river_crosses_its_parent(q_town):
    done = found(moved(q_town, {"u0002": "W00"}), "inside", warn=0.5, fail=10)
    assert done.verdicts == {"inside": "FAIL"}
    assert done.findings["value"].tolist() == [10_000.0]


def test_dedicated_grids_are_bound_by_no_band(q_town):
    plan = moved(q_town, {"u0000": "school"})
    assert "school" in set(found(plan, "band", fail=0).findings["grid_id"])
    mark = pd.Series({"u0000": "Q School"}, dtype=TEXT).reindex(plan.units.index)
    own = replace(plan, units=plan.units.assign(dedicated=mark))
    assert "school" not in set(found(own, "band", fail=0).findings["grid_id"])


def test_an_audit_reports_itself_as_json(q_town):
    report = audit(moved(q_town, {"u0300": "W00"}), SOCIAL).report()
    assert (report["schema"], report["version"]) == ("gridkit-audit", 1)
    assert report["failed"] is True
    by_rule = {each["rule"]: each for each in report["rules"]}
    assert by_rule["contiguous"]["findings"] == 1
    assert by_rule["contiguous"]["title"]["zh"].startswith("连片")


def test_findings_are_kept_with_the_plan(q_town):
    done = audit(moved(q_town, {"u0300": "W00"}), SOCIAL)
    kept = done.kept(q_town)
    found = kept.records["findings"]
    assert "飞地" in PRINCIPLES["contiguous"].noted(found["value"][found["rule"] == "contiguous"].iloc[0]).said("zh")


def test_a_rule_that_is_not_there_is_named(q_town):
    with pytest.raises(DefinitionError, match="contiguous"):
        found(q_town, "contigous", fail=0)


def test_any_polygons_are_audited_with_people_from_units(q_town):
    squares = gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=[box(0, 0, 200, 400), box(190, 0, 400, 400)], crs=METRES)
    done = audit(squares.set_index("code"), SOCIAL, around=Around(q_town.districts, q_town.units))
    assert done.verdicts["overlaps"] == "FAIL"
    assert done.findings.query("rule == 'overlaps'")["value"].tolist() == [4000.0]
    assert done.verdicts["inside"] == "FAIL"
    assert WEST in q_town.districts.index


def test_a_plan_without_band_is_judged_by_the_presets_band(q_town):
    plan = replace(q_town, parameters=replace(q_town.parameters, low=0, target=0, high=0))
    assert audit(plan, SOCIAL).verdicts["band"] == "FAIL"  # 16 households are fewer than 300
    assert audit(plan, presets()["electoral"]).verdicts["band"] == "PASS"  # all are the mean


def test_grids_near_the_edge_of_the_range_are_unsure_where_people_are_spread_by_area(q_town):
    """Four units of 10 each, 50 % off: a grid of 40 errs by 10, so it leaves 35 to 45 and not 25 to 55."""
    counted = dict.fromkeys(("points", "area"))
    for way in counted:
        units = q_town.units.assign(people_from=way)
        for low, high in ((35, 45), (25, 55)):
            own = replace(q_town.parameters, low=low, target=40, high=high)
            judged = audit(replace(q_town, units=units, parameters=own), SOCIAL).table().loc["sure"]
            counted[way] = [*(counted[way] or []), float(judged["value"])]
    assert counted == {"points": [0, 0], "area": [1, 0]}
