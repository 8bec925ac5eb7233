from __future__ import annotations

from dataclasses import replace

import pytest
from hostile import HOSTILE
from openpyxl import load_workbook
from plans import Size, crooked_plan

import gridkit as gk
from gridkit.errors import OutputError
from gridkit.language.labels import code
from gridkit.language.phrases import Phrase, spoken
from gridkit.ledger import Account, Ledger
from gridkit.plan.names import names
from gridkit.render.papers.workbook import report


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(side=8, incidents=80))


def opened(path):
    return load_workbook(path)


def test_every_grid_has_a_row_with_its_measures_under_a_frozen_head(plan, tmp_path):
    report(plan, tmp_path / "r.xlsx")
    book = opened(tmp_path / "r.xlsx")
    sheet = book["网格一览表"]
    assert sheet.freeze_panes == "C2"
    assert [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)] == plan.attributes["name"].tolist()
    assert [sheet.cell(row, 2).value for row in range(2, sheet.max_row + 1)] == plan.grids.index.tolist()
    heads = [cell.value for cell in sheet[1]]
    people = heads.index("人口") + 1
    assert sheet.cell(2, people).value == pytest.approx(plan.grids["people"].iloc[0])
    assert "事件 · 事件数（件）" in heads


def test_the_summary_adds_up(plan, tmp_path):
    report(plan, tmp_path / "r.xlsx", lang="en")
    facts = {row[0].value: row[1].value for row in opened(tmp_path / "r.xlsx")["Summary"].iter_rows(max_col=2)}
    assert facts["Number of grids"] == len(plan.grids)
    assert facts["People"] == pytest.approx(plan.grids["people"].sum())


def test_there_are_charts(plan, tmp_path):
    report(plan, tmp_path / "r.xlsx")
    assert sum(len(sheet._charts) for sheet in opened(tmp_path / "r.xlsx").worksheets) >= 2


def test_a_sheet_speaks_the_asked_language(plan, tmp_path):
    report(plan, tmp_path / "r.xlsx", lang="en")
    assert {"Summary", "List of grids", "Coverage"} <= set(opened(tmp_path / "r.xlsx").sheetnames)


def test_text_is_never_a_formula_and_control_signs_are_gone(plan, tmp_path):
    texts = [*HOSTILE[:10], "=1+1", "+1", "@SUM(A1)", "a\x0bb"]
    names = [texts[index % len(texts)] for index in range(len(plan.grids))]
    from dataclasses import replace

    hostile = replace(plan, attributes=plan.attributes.assign(name=names, head=names))
    report(hostile, tmp_path / "r.xlsx")
    cells = [cell for sheet in opened(tmp_path / "r.xlsx").worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    said = {cell.value for cell in cells}
    assert {"=1+1", "+1", "@SUM(A1)", "a b"} <= said


def test_an_existing_workbook_is_left_alone_when_asked(plan, tmp_path):
    (tmp_path / "r.xlsx").write_text("mine")
    with pytest.raises(OutputError):
        report(plan, tmp_path / "r.xlsx", overwrite=False)
    assert (tmp_path / "r.xlsx").read_text() == "mine"


@pytest.mark.parametrize(
    ("lang", "title", "why", "note"),
    [
        ("en", "Sources and losses", "matching nothing", "2 title rows left out"),
        ("zh", "数据来源与未采用情况", "未能匹配", "略去 2 行标题"),
    ],
)
def test_the_sheet_of_sources_adds_up_and_says_why_rows_are_not_used(lang, title, why, note, plan, tmp_path):
    from dataclasses import replace

    titles = Phrase("{count} title row left out", "", "{count} title rows left out", count=2)
    read = Account("people.csv", "people", "rows", 12, 9, {"unmatched": 2, "footer": 1}, (titles,))
    whole = Account("roads.osm", "roads", "m", 5_000, 5_000)
    steps = (replace(plan.history[0], ledger=Ledger((read, whole))), *plan.history[1:])
    report(replace(plan, history=steps), tmp_path / "r.xlsx", lang=lang)
    head, *rows = opened(tmp_path / "r.xlsx")[title].iter_rows(values_only=True)
    assert len(head) == 9
    assert [row[0] for row in rows] == ["people.csv", "people.csv", "roads.osm"]
    assert sum(row[3] or 0 for row in rows) == sum(row[4] or 0 for row in rows) + sum(row[5] for row in rows) == 5_012
    assert rows[0][6] == why
    assert rows[0][8] == note
    assert rows[2][5:8] == (0, None, 0)


def test_a_plan_that_read_nothing_has_no_sheet_of_sources(plan, tmp_path):
    from dataclasses import replace

    empty = tuple(replace(each, ledger=Ledger()) for each in plan.history)
    report(replace(plan, history=empty), tmp_path / "r.xlsx", lang="en")
    assert "Sources and losses" not in opened(tmp_path / "r.xlsx").sheetnames


def test_a_grid_without_a_name_is_called_by_its_community(plan, tmp_path):
    nameless = replace(plan, attributes=plan.attributes.drop(columns="name"))
    report(nameless, tmp_path / "r.xlsx", lang="zh")
    rows = load_workbook(tmp_path / "r.xlsx")["网格一览表"].iter_rows(values_only=True)
    head = next(rows)
    assert [row[head.index("名称")] for row in rows] == [spoken(name, "zh") for name in names(nameless)]


@pytest.mark.parametrize(
    ("lang", "check", "old"), [("en", "Check of the plan", "Old and new grids"), ("zh", "方案核验", "")]
)
def test_a_check_and_a_comparison_have_sheets_of_their_own(lang, check, old, plan, tmp_path):
    found = gk.audit(plan)
    before = replace(plan, units=plan.units.assign(grid_id=plan.units["grid_id"].iloc[::-1].to_numpy()), layers={})
    report(plan, tmp_path / "r.xlsx", lang=lang, audit=found, comparison=gk.compare(before, plan))
    book = opened(tmp_path / "r.xlsx")
    bare = opened_bare(plan, tmp_path, lang)
    more = [name for name in book.sheetnames if name not in bare.sheetnames]
    assert len(more) == 2 + bool(len(found.findings))
    rows = list(book[more[0]].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(found.verdicts)
    assert {row[6] for row in rows} <= {spoken(code("verdict", each), lang) for each in found.verdicts.values()}
    if lang == "en":
        assert {"Check of the plan", "Old and new grids"} <= set(more)
    told = {cell for row in book[more[-1]].iter_rows(values_only=True) for cell in row}
    assert set(plan.grids.index) <= told


def opened_bare(plan, tmp_path, lang):
    report(plan, tmp_path / "bare.xlsx", lang=lang)
    return opened(tmp_path / "bare.xlsx")


def test_a_workbook_without_people_in_households_or_a_band_lacks_both_and_stands(plan, tmp_path):
    free = replace(plan.parameters, low=None, target=None, high=None)
    lone = replace(plan, parameters=free, units=plan.units.drop(columns="households"), attributes=None, layers={})
    report(lone, tmp_path / "r.xlsx", lang="en")
    book = opened(tmp_path / "r.xlsx")
    heads = [cell.value for cell in book["List of grids"][1]]
    assert "Households" not in heads
    assert "People" in heads
    assert not [row for row in book["Summary"].iter_rows(values_only=True) if row[0] == "Range of size"]
