"""Staff as an office's workbook has them: posts, hours and days; what cannot be is not known; no person is named."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.sources import staff


def read(keep=(), **columns):
    return staff.read(pd.DataFrame(columns), keep=keep)


def test_columns_are_found_by_chinese_and_english_names():
    made, report = read(工号=["7", "8"], 所属网格=["G1", "G2"], 岗位=["专职网格员", "兼职"], 周工时=["40", "12.5"])
    assert made.index.tolist() == ["7", "8"]
    assert made["grid_id"].tolist() == ["G1", "G2"]
    assert made["hours_per_week"].tolist() == [40, 12.5]
    assert report["rows"] == 2


def test_names_mobiles_and_identity_numbers_stay_in_the_office():
    made, report = read(
        姓名=["王小明"], 手机=["13912345678"], 身份证号=["11010519491231002X"], 网格=["G1"], 岗位=["网格员"]
    )
    text = made.to_csv() + str(report)
    assert not any(each in text for each in ("王小明", "13912345678", "11010519491231002X"))


def test_a_column_that_is_asked_for_is_kept():
    made, _ = read(keep=("姓名",), 姓名=["王小明"], 网格=["G1"])
    assert made["姓名"].tolist() == ["王小明"]


def test_a_mobile_in_the_column_of_an_office_is_left_out_and_said():
    made, report = read(网格=["G1", "G2"], 办公电话=["0513-85512345", "13912345678"])
    assert made["phone"].iloc[0] == "0513-85512345"
    assert "13912345678" not in made.to_csv()
    assert report["notes"]


def test_days_in_the_wrong_order_are_not_known():
    made, report = read(grid=["G1", "G2"], since=["2026-03-01", "2026-01-01"], until=["2026-01-01", "2026-03-01"])
    assert made["since"].isna().tolist() == [True, False]
    assert made["until"].isna().tolist() == [True, False]
    assert any("1 row ends before it begins" in str(note) for note in report["notes"])


@pytest.mark.parametrize("hours", [-1, 900])
def test_hours_that_cannot_be_are_not_known(hours):
    made, report = read(grid=["G1", "G2"], hours_per_week=[hours, 20])
    assert made["hours_per_week"].isna().tolist() == [True, False]
    assert any("hours that cannot be" in str(note) for note in report["notes"])


def test_a_table_that_says_nowhere_is_refused():
    with pytest.raises(TableError, match="in which grid or community anybody works"):
        read(name=["a"], hours=[3])


def test_one_day_that_is_none_is_not_known_and_said_and_the_others_count():
    made, report = read(grid=["G1", "G2", "G3"], until=["2026-03-01", "next spring", "2026-05-01"])
    assert made["until"].isna().tolist() == [False, True, False]
    alone, _ = read(grid=["G1", "G2"], until=[None, "31/02/2026"])
    assert alone["until"].isna().all()
    assert any("'next spring' in row 1, is no date and not known" in str(note) for note in report["notes"])


def test_a_table_of_another_country_is_read_by_its_headings():
    made, _ = read(setor=["G1"], cargo=["voluntário"], **{"horas semanais": ["4"]}, início=["15/03/2025"], fim=[""])
    assert made[["grid_id", "post", "hours_per_week"]].iloc[0].tolist() == ["G1", "voluntário", 4]
    assert made["since"].tolist() == [pd.Timestamp("2025-03-15")]
