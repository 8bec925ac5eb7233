"""Numbers in the names of grids: of one kind in one plan, and the numbers that were meant."""

from __future__ import annotations

from gridkit.language.numbers import numeral
from gridkit.render.page.ordinals import ordinals


def test_figures_are_the_numbers_that_names_were_made_of():
    every = range(1, 2000)
    assert ordinals([f"第{numeral(each, 'zh')}网格" for each in every]) == [str(each) for each in every]


def test_short_signs_stay_signs_and_a_name_without_a_number_or_with_several_has_none():
    names = ["西社区网格", "第三网格（第二版）", "grid 3 of 4", "第五网格", "第二十一网格"]
    assert ordinals(names) == [None, None, None, "五", "二十一"]
    assert ordinals([*names, "第一百零一网格"])[-3:] == ["5", "21", "101"]
