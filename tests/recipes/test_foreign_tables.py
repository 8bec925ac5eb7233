"""Tables as other offices export them: a title above, other words for the same columns, GBK, a column a month."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest
from towns import town

import gridkit as gk
from gridkit.errors import TableError
from gridkit.sources import staff

pytestmark = pytest.mark.filterwarnings("ignore")
GRIDS = town().grids.index.astype(str).tolist()


def book(path, title, head, rows):
    """Write a workbook with a merged title, and who filled it in, above its header."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(head))
    sheet.append(["填报单位：某街道", "", "填报日期：2026年3月"])
    for row in (head, *rows):
        sheet.append(row)
    made.save(path)
    return path


def gbk(path, head, rows):
    """Write a CSV as a Chinese Windows does."""
    path.write_bytes("\r\n".join(",".join(map(str, row)) for row in (head, *rows)).encode("gbk"))
    return path


@pytest.mark.parametrize(
    ("head", "first"),
    [
        (["序号", "人员姓名", "网格名称", "岗位类型", "上岗时间", "离岗时间", "每月工时"], "2025.3.1"),
        (["序号", "人员姓名", "所在网格", "人员类型", "入职日期", "离职日期", "月工作时长（小时）"], "2025年3月1日"),
        (["序号", "姓名", "责任网格", "岗位名称", "聘用日期", "退岗日期", "月工时"], "20250301"),
    ],
)
def test_rosters_are_read_by_other_words_below_a_title(tmp_path, head, first):
    rows = [[1, "张三", GRIDS[0], "专职网格员", first, "", 168], [2, "李四", GRIDS[1], "兼职网格员", first, "", 40]]
    made, report = staff.read(book(tmp_path / "roster.xlsx", "某街道网格员花名册", head, [*rows, ["合计"]]))
    assert made["grid_id"].tolist() == GRIDS[:2]
    assert made["post"].tolist() == ["专职网格员", "兼职网格员"]
    assert made["hours_per_month"].tolist() == [168, 40]
    assert (made["since"] == pd.Timestamp("2025-03-01")).all()
    assert made["until"].isna().all()
    assert "张三" not in made.to_csv()
    assert report["rows"] == 2


def lives(folder, founded="成立日期", ended="解散日期"):
    rows = [[f"队{at}", f"2024-{at % 12 + 1:02d}-01", "2025-06-01" if at % 2 else ""] for at in range(40)]
    return gbk(folder / "groups.csv", ["团队名称", founded, ended], rows)


@pytest.mark.parametrize("words", [("成立日期", "解散日期"), ("登记日期", "注销日期"), ("加入日期", "退出日期")])
def test_groups_are_read_by_the_words_of_their_register(tmp_path, words):
    row = gk.survival(lives(tmp_path, *words), asof="2026-01-31").facts["lives"][0]
    assert (row["n"], row["ended"]) == (40, 20)


@pytest.mark.parametrize("heading", ["2025年{}月", "2025-{:02d}", "2025/{}"])
def test_hours_with_a_column_for_each_month_are_read_as_rows(tmp_path, heading):
    head = ["来源", *[heading.format(month) for month in range(1, 13)]]
    rows = [["社区", *range(100, 88, -1)], ["单位", *[50] * 12]]
    hours = book(tmp_path / "hours.xlsx", "志愿服务时长", head, rows)
    told = gk.survival(lives(tmp_path), asof="2026-01-31", hours=hours).facts
    whole, *own = told["hours"]
    assert (whole["peak"], whole["peak_month"], whole["active_6"]) == (150, "2025-01", 144)
    assert sorted(each["source"] for each in own) == ["单位", "社区"]
    assert any("12 columns of months" in str(note) for note in told["notes"])


def test_months_without_a_year_are_not_guessed(tmp_path):
    hours = gbk(tmp_path / "hours.csv", ["来源", *[f"{at}月" for at in range(1, 13)]], [["社区", *range(12)]])
    with pytest.raises(TableError, match="of which year its months are"):
        gk.survival(lives(tmp_path), hours=hours)


@pytest.mark.parametrize(
    "words", [("服务人编号", "被服务人编号"), ("转出账户", "转入账户"), ("志愿者编号", "服务对象编号")]
)
def test_exchanges_are_read_by_the_words_of_a_time_bank(tmp_path, words):
    rows = [[f"2026-01-{at % 28 + 1:02d}", at % 15, (at + 1) % 15, 1.5] for at in range(60)]
    path = gbk(tmp_path / "bank.csv", ["服务日期", *words, "服务时长（小时）"], rows)
    told = gk.reciprocity(path).facts
    assert (told["exchanges"], told["amount"]) == (60, 90)
    assert told["lines"][0]["asof"] == "2026-01-28"
