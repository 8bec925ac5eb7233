from dataclasses import replace

import pytest
from towns import EAST, WEST, town

from gridkit.language.phrases import spoken
from gridkit.plan import codes
from gridkit.plan.names import Names, names


@pytest.fixture
def coded():
    """A town whose codes are those of offices: twelve digits of the community, three of the grid."""
    return codes.coded(town(), "{county:6}{street:3}{community:3}{seq:3}")


def said(plan, language):
    return {grid: spoken(name, language) for grid, name in names(plan).items()}


def test_a_grid_without_a_name_is_called_by_its_community_and_number(coded):
    assert sorted(said(coded, "zh").values()) == ["East第1网格", "East第2网格", "西社区第1网格", "西社区第2网格"]
    assert said(coded, "en")[f"{WEST}001"] == "西社区, grid 1"


def test_a_name_that_was_given_stays(coded):
    named = coded.grids[["people"]].assign(name=["河东网格", None, "", "西社区桥头网格"])[["name"]]
    plan = replace(coded, attributes=named)
    first, *_, last = coded.grids.index
    assert said(plan, "zh")[first] == "河东网格"
    assert said(plan, "zh")[coded.grids.index[2]].endswith("第1网格")
    assert Names(plan).beside(last, coded.grids.index[2]) in ("桥头网格", "西社区桥头网格")


def test_a_neighbour_in_the_same_community_is_called_by_its_number_alone(coded):
    known = Names(coded)
    assert spoken(known.beside(f"{WEST}002", f"{WEST}001"), "zh") == "第2网格"
    assert spoken(known.beside(f"{EAST}002", f"{WEST}001"), "zh") == "East第2网格"
    assert spoken(known.beside(f"{WEST}002", f"{WEST}001"), "en") == "grid 2"


def test_a_code_that_tells_no_number_is_the_name():
    assert said(town(), "zh")["W00"] == "W00网格"


def test_no_two_grids_share_a_name():
    plan = town(12, 3)
    assert len(set(said(codes.coded(plan, "{community:3}{seq:2}"), "zh").values())) == len(plan.grids)
