from dataclasses import replace

import pandas as pd
import pytest
from hostile import HOSTILE
from towns import EAST, WEST, town

from gridkit.catalog.presets import presets
from gridkit.language.phrases import spoken
from gridkit.plan import codes
from gridkit.plan.life.edit import Merge, Split, edit
from gridkit.plan.life.subdistricts import join, part
from gridkit.plan.names import Names, names


@pytest.fixture
def coded():
    """A town whose codes are those of offices: twelve digits of the community, three of the grid."""
    return codes.coded(town(), "{county:6}{street:3}{community:3}{seq:3}")


def said(plan, language):
    return {grid: spoken(name, language) for grid, name in names(plan).items()}


def test_a_grid_without_a_name_is_called_by_its_community_and_number(coded):
    assert sorted(said(coded, "zh").values()) == ["East第一网格", "East第二网格", "西社区第一网格", "西社区第二网格"]
    assert said(coded, "en")[f"{WEST}001"] == "Xi Community, grid 1"


def test_a_name_that_was_given_stays(coded):
    named = coded.grids[["people"]].assign(name=["河东网格", None, "", "西社区桥头网格"])[["name"]]
    plan = replace(coded, attributes=named)
    first, *_, last = coded.grids.index
    assert said(plan, "zh")[first] == "河东网格"
    assert said(plan, "zh")[coded.grids.index[2]].endswith("第一网格")
    assert Names(plan).beside(last, coded.grids.index[2]) in ("桥头网格", "西社区桥头网格")


def test_a_neighbour_in_the_same_community_is_called_by_its_number_alone(coded):
    known = Names(coded)
    assert spoken(known.beside(f"{WEST}002", f"{WEST}001"), "zh") == "第二网格"
    assert spoken(known.beside(f"{EAST}002", f"{WEST}001"), "zh") == "East第二网格"
    assert spoken(known.beside(f"{WEST}002", f"{WEST}001"), "en") == "grid 2"


def test_a_code_that_tells_no_number_is_the_name():
    assert said(town(), "zh")["W00"] == "W00网格"


def test_the_one_parent_that_nobody_named_is_the_whole_district():
    plan = town()
    lone = plan.districts.iloc[:1].drop(columns="name", errors="ignore")
    for known in ("district", "all"):
        whole = replace(plan, districts=lone.set_axis(pd.Index([known], name="district_id")))
        assert spoken(Names(whole).place(known), "zh") == "全区"
    assert Names(replace(plan, districts=lone)).place(WEST) == WEST


def test_no_two_grids_share_a_name():
    plan = town(12, 3)
    assert len(set(said(codes.coded(plan, "{community:3}{seq:2}"), "zh").values())) == len(plan.grids)


def practised(plan, preset):
    return replace(plan, parameters=replace(plan.parameters, vocabulary=presets()[preset].words()))


def test_the_pattern_is_that_of_the_preset(coded):
    assert said(practised(coded, "police-beat"), "en")[f"{EAST}002"] == "East, beat 2"
    assert said(practised(coded, "police-beat"), "zh")[f"{WEST}002"] == "西社区第二警务区"
    beats = Names(practised(coded, "police-beat"))
    assert spoken(beats.within(f"{EAST}002"), "en") == "beat 2"


def test_a_community_is_called_as_its_district_signs_it_in_that_language(coded):
    signed = replace(coded, districts=coded.districts.assign(name_en=["West Bank", None]))
    assert said(signed, "en")[f"{WEST}001"] == "West Bank, grid 1"
    assert said(signed, "zh")[f"{WEST}001"] == "西社区第一网格"


def test_names_stay_with_their_codes_through_redraws(coded):
    first, second = f"{WEST}001", f"{WEST}002"
    before = said(coded, "zh")
    parted = edit(coded, [Split(first, 2)], loose=True)
    [fresh] = set(parted.grids.index) - set(coded.grids.index)
    now = said(parted, "zh")
    assert {grid: now[grid] for grid in before} == before
    assert now[fresh] == "西社区第三网格"
    merged = said(edit(coded, [Merge((first, second))], loose=True), "zh")
    assert merged.items() <= before.items()


def test_names_stay_when_a_plan_is_parted_and_joined(coded):
    named = replace(coded, districts=coded.districts.assign(street=["甲街道", "乙街道"]))
    parts = part(named, "street")
    for small in parts.values():
        assert said(small, "zh").items() <= said(named, "zh").items()
    assert said(join(named, parts), "zh") == said(named, "zh")


def test_a_hostile_name_is_a_name_in_every_language(coded):
    for at in range(0, len(HOSTILE), 2):
        named = replace(coded, districts=coded.districts.assign(name=[HOSTILE[at], HOSTILE[at + 1]]))
        for lang in ("en", "zh"):
            assert said(named, lang)[f"{WEST}001"].startswith(HOSTILE[at])
