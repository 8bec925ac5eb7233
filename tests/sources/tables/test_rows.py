"""Rows of a table told apart: what counts, what is a total, a header again, a note."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.sources.tables.rows import Raw, header_at, is_remark, is_total, left_out, sort
from gridkit.tables import TEXT


def told(*lines, lost=None):
    """Return the rows of lines whose cells are parted by bars, told apart."""
    cells = pd.DataFrame([line.split("|") for line in lines], dtype=TEXT)
    return sort(Raw(cells, [], lost=lost or {}), "a.csv")


def rows(found):
    return ["|".join(row) for row in found.frame.to_numpy().tolist()]


def test_all_rows_of_a_plain_table_count():
    found = told("name|n", "a|1", "b|2")
    assert (rows(found), found.lost, found.notes) == (["a|1", "b|2"], {}, [])


# ------------------------------------------------------------------ the header
@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (["name|n|m", "a|1|2"], 0),
        (["A title||", "||", "name|n|m", "a|1|2"], 2),
        (["1|2|3", "name|kind|n", "a|b|1"], 1),
        (["1|2", "3|4"], 0),
        ([""], 0),
    ],
)
def test_the_header_is_the_first_full_row_of_words(lines, at):
    assert header_at([line.split("|") for line in lines]) == at


def test_no_rows_have_a_header_at_the_top_and_titles_are_counted():
    assert header_at([]) == 0
    assert left_out(0) == []
    assert [str(note) for note in left_out(2)] == ["2 title rows left out"]


def test_columns_without_a_name_are_numbered_and_left_out_where_they_are_blank():
    assert told("name||n", "a|x|1").frame.columns.tolist() == ["name", "column 2", "n"]
    assert told("name||n", "a||1").frame.columns.tolist() == ["name", "n"]


def test_a_name_that_stands_there_twice_is_told_apart():
    found = told("n|N|n", "1|2|3")
    assert found.frame.columns.tolist() == ["n", "N_2", "n_3"]
    assert len(found.notes) == 2


def test_a_header_that_comes_again_is_no_row():
    found = told("name|n", "a|1", "name|n", "b|2")
    assert (rows(found), found.lost) == (["a|1", "b|2"], {"header": 1})
    assert rows(told("name|n", "name|1"))[0] == "name|1"


# ------------------------------------------------------------------ totals
@pytest.mark.parametrize(
    "word", ["合计", "总 计", "一街道小计：", "Total", "Grand total", "Итого по району", "Summe", "TOTAL people"]
)
def test_words_for_totals_are_known(word):
    assert is_total(["", word, "3"])


@pytest.mark.parametrize("word", ["Totally Bakery", "合计路", "Station", "", "counter"])
def test_other_words_are_no_totals(word):
    assert not is_total([word, "3"])


def test_a_total_adds_up_or_lacks_what_all_rows_fill():
    found = told("name|kind|n", "a|x|10", "b|x|20", "Total|x|30")
    assert (rows(found), found.lost) == (["a|x|10", "b|x|20"], {"footer": 1})
    assert found.totals["n"].tolist() == ["30"]
    assert told("name|kind|n", "a|x|10", "b|y|20", "Total||99").lost == {"footer": 1}


def test_a_place_that_is_called_total_is_a_row():
    found = told("name|lon|lat", "Q Fuel|120.1|32.1", "Total|120.2|32.2", "R Fuel|120.3|32.3")
    assert len(found.frame) == 3
    assert found.lost == {}


def test_totals_of_parts_add_up_from_the_total_before():
    found = told("name|kind|n", "a|x|1", "b|x|2", "小计|x|3", "c|x|5", "d|x|7", "小计|x|12", "合计|x|15")
    assert rows(found) == ["a|x|1", "b|x|2", "c|x|5", "d|x|7"]
    assert found.lost == {"footer": 3}


# ------------------------------------------------------------------ what stands below
@pytest.mark.parametrize("text", ["注：数据截至三月", "制表人", "Note that this is so", "Source Q", "12 rows"])
def test_remarks_are_known(text):
    assert is_remark(text)


def test_a_lone_remark_below_is_no_row_and_a_lone_name_is_one():
    found = told("name|kind|n", "a|x|1", "b|y|2", "Note: of March||", "||")
    assert (len(found.frame), found.lost) == (2, {"footer": 1})
    assert len(told("name|kind|n", "a|x|1", "b||").frame) == 2
    assert len(told("name|n", "a|1", "Note: b|").frame) == 2  # a pair of columns: who knows


def test_empty_rows_count_for_nothing_and_losses_before_are_kept():
    found = told("name|n", "a|1", "|", "b|2", lost={"unreadable": 1})
    assert (len(found.frame), found.lost) == (2, {"unreadable": 1})


def test_a_table_with_nothing_in_it_is_said():
    with pytest.raises(TableError, match="nothing in it"):
        sort(Raw(pd.DataFrame(), []), "a.csv")
    for lines in (["name|n"], ["name|n", "|"]):
        with pytest.raises(TableError, match="no row below it"):
            told(*lines)


def test_a_column_called_as_forms_are_signed_is_of_the_header():
    body = [["东风街道", "W00", "张三"], ["西街道", "W01", "李四"], ["东风街道", "W10", "王五"]]
    assert header_at([["填报单位", "网格", "姓名"], *body]) == 0
    head = [["填报单位", "东风街道", "填报人"], ["单位", "网格", "姓名"]]
    assert header_at([*head, *body]) == 1


def test_a_column_called_as_forms_are_signed_is_of_the_header_of_a_pair_of_columns():
    body = [["东风街道", "W00"], ["西街道", "W01"], ["东风街道", "W10"]]
    for name in ("网格", "网格编码", "所属社区", "负责人姓名", "活动类型"):
        assert header_at([["填报单位", name], *body]) == 0, name
    assert header_at([["填报单位", "网格", "填报人", "岗位"], *[[*row, "张三", "专职"] for row in body]]) == 0
    assert header_at([["Prepared by", "grid"], *body]) == 0
    for head in (["填报单位", "东风街道"], ["填报单位", "第一网格"], ["制表日期", "2026-05-01"]):
        assert header_at([head, ["网格", "网格长"], *body]) == 1, head


def test_a_row_of_who_filled_in_the_form_above_a_header_of_two_columns_is_none():
    for head, header in (
        (["填表人", "张三"], ["网格", "工时"]),
        (["制表人", "办公室"], ["月份", "服务时长"]),
        (["Prepared by", "A. B."], ["grid", "hours"]),
        (["Preenchido por", "A. B."], ["Setor", "Horas"]),
        (["Составил", "А. Б."], ["Участок", "Часы"]),
    ):
        assert header_at([head, header, ["W00", "12"], ["W01", "7"]]) == 1, head
    assert header_at([["填表人", "网格"], ["张三", "W00"], ["李四", "W01"]]) == 0
    assert header_at([["填报单位", "联系电话"], ["东风街道", "82000001"], ["西街道", "82000002"]]) == 0
