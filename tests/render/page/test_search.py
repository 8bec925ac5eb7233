"""What may be typed to find a Chinese name."""

from __future__ import annotations

from gridkit.render.page.search import names, pinyin


def test_characters_are_spelt_once_for_all_names():
    assert pinyin(["人民路", "人民街", "人民路"]) == {"人": ["ren"], "民": ["min"], "路": ["lu"], "街": ["jie"]}


def test_a_name_read_otherwise_than_its_characters_alone_stands_for_itself():
    found = pinyin(["重庆路"])
    assert found["重庆路"] == ["chong", "qing", "lu"]
    assert found["重"] == ["zhong"]


def test_latin_letters_and_figures_among_chinese_ones_are_not_spelt():
    assert pinyin(["A5号", "Main Street", ""]) == {"号": ["hao"]}


def test_everything_on_a_page_that_has_a_name_can_be_searched_for():
    head = {
        "names": {"texts": [[0, "人民路", "Renmin Road"], [1, "Q Park", ""]]},
        "plans": [
            {"called": ["第1网格", ["grid 2", "第2网格"], ""], "parents": ["西社区"]},
            {"called": [], "parents": []},
        ],
        "points": [{"labels": ["一号诊所", 7, None]}, {}],
    }
    assert names(head) == ["人民路", "Q Park", "第1网格", "grid 2", "第2网格", "西社区", "一号诊所"]


def test_a_page_without_names_has_nothing_to_find():
    assert names({"names": {"texts": []}, "plans": [], "points": []}) == []
