"""Tables come in without their titles, totals and remarks."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from gridkit.errors import GridkitWarning, LimitError, SourceError, TableError
from gridkit.sources.tables import read

OFFICE = """Q区居民户数统计表,,,
（2026年3月）,,,
小区编码,小区名称,户数,人口
320508001001,幸福花园,１２０,"1,234"
320508001002,和平新村,80户,250
合计,,200,"1,484"
制表人：办公室,,,
"""


@pytest.fixture
def office(tmp_path):
    path = tmp_path / "households.csv"
    path.write_bytes(OFFICE.encode("gbk"))
    return path


def workbook(path, rows, sheet="表1"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_an_offices_table_reads_as_its_rows(office):
    frame = read.read(office)
    assert frame.columns.tolist() == ["小区编码", "小区名称", "户数", "人口"]
    assert frame["小区编码"].tolist() == ["320508001001", "320508001002"]
    assert frame["户数"].tolist() == [120, 80]
    assert frame["人口"].tolist() == [1234, 250]
    assert frame.attrs["notes"] == [
        "text is gb18030",
        "2 title rows left out",
        "1 line below the table left out",
        "1 total row left out",
    ]


def test_a_total_that_disagrees_is_noted(office):
    office.write_bytes(OFFICE.replace('"1,484"', '"1,500"').encode("gbk"))
    assert "column '人口': the total row says 1,500, its rows add up to 1,484" in read.read(office).attrs["notes"]


def test_a_workbook_reads_like_its_csv(tmp_path, office):
    rows = [
        ["Q区居民户数统计表"],
        [],
        ["小区编码", "小区名称", "户数", "人口", "登记日期"],
        [320508001001, "幸福花园", "１２０", 1234, pd.Timestamp("2026-03-05").to_pydatetime()],
        [320508001002, "和平新村", 80, 250.0, pd.Timestamp("2026-03-06").to_pydatetime()],
        ["总计", None, 200, 1484, None],
    ]
    frame = read.read(workbook(tmp_path / "households.xlsx", rows))
    assert frame.drop(columns="登记日期").equals(read.read(office))
    assert frame["登记日期"].tolist() == ["2026-03-05", "2026-03-06"]


def test_sheets_are_asked_about_and_named(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]])
    book = openpyxl.load_workbook(path)
    book.create_sheet("志愿者").append(["c", "d"])
    book.create_sheet("empty")
    book["志愿者"].append([3, 4])
    book.save(path)
    with pytest.raises(TableError, match=r"there are 2 sheets: 表1, 志愿者 - name one, as in a\.xlsx:表1"):
        read.read(path)
    assert read.read(path, sheet="志愿者")["c"].tolist() == [3]
    with pytest.raises(TableError, match="did you mean '志愿者'"):
        read.read(path, sheet="志愿")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    path = tmp_path / "a.txt"
    path.write_text(delimiter.join(["name", "note", "n"]) + "\n" + delimiter.join(['"a"', "x y", "1"]) + "\n")
    assert read.read(path).to_dict("list") == {"name": ["a"], "note": ["x y"], "n": [1]}


def test_a_cell_may_hold_the_delimiter_and_a_line_break_in_quotes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('name,n\n"a, b",1\n"c\nd",2\n')
    assert read.read(path)["name"].tolist() == ["a, b", "c\nd"]


def test_parquet_without_geometry_is_a_table(tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")
    assert read.read(tmp_path / "a.parquet")["a"].tolist() == [1]


def test_headers_that_differ_in_case_only_are_told_apart(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("A,a,\n1,2,3\n")
    frame = read.read(path)
    assert frame.columns.tolist() == ["A", "a_2", "column 3"]
    assert any("stands there twice" in note for note in frame.attrs["notes"])


def test_years_as_headers_are_headers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("社区,街道,2025,2026\n甲,乙,1,2\n丙,丁,3,4\n")
    assert read.read(path).columns.tolist() == ["社区", "街道", "2025", "2026"]


def test_a_header_alone_is_no_table(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n")
    with pytest.raises(TableError, match="no row below it"):
        read.read(path)


def test_a_map_is_read_as_the_table_of_its_attributes(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.gpkg")
    table = read.read(tmp_path / "a.gpkg")
    assert len(table) == len(blocks)
    assert "geometry" not in table


def test_a_damaged_workbook_says_so(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a"], [1]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(SourceError, match=r"a\.xlsx: the zip is damaged"):
        read.read(path)


def test_a_stray_cell_in_the_last_corner_is_said_and_kills_nothing(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"], book.active["XFD1048576"] = "name", "people", "x"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(LimitError, match="reaches to row 1,048,576 and column 16,384 - delete the stray cells"):
        read.read(tmp_path / "a.xlsx")


HTML = "<html><table><tr><th>名称<th>人口<tr><td>东<td>1,200<tr><td>西<td>800</table></html>"
XML = """<?xml version="1.0" encoding="gb2312"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="表"><Table>
 <Row><Cell><Data>名称</Data></Cell><Cell><Data>人口</Data></Cell></Row>
 <Row><Cell><Data>东</Data></Cell><Cell><Data>1,200</Data></Cell></Row>
 <Row><Cell><Data>西</Data></Cell><Cell ss:Index="2"><Data>800</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
MHTML = "MIME-Version: 1.0\nContent-Type: text/html; charset=gb18030\nContent-Transfer-Encoding: 8bit\n\n" + HTML


@pytest.mark.parametrize("text", [HTML, XML, MHTML])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_what_web_systems_call_a_workbook_is_read_as_one(tmp_path, text, encoding):
    said = text.replace("gb2312", encoding).replace("gb18030", encoding)
    (tmp_path / "a.xls").write_bytes(said.encode(encoding))
    frame = read.read(tmp_path / "a.xls")
    assert frame["人口"].tolist() == [1200, 800]
    assert frame["名称"].tolist() == ["东", "西"]


def test_a_page_that_breaks_off_within_its_table_says_so(tmp_path):
    (tmp_path / "a.xls").write_text(HTML.replace("gb2312", "utf-8").split("</table>")[0], encoding="utf-8")
    with pytest.warns(GridkitWarning, match="a table in it has no end"):
        assert len(read.read(tmp_path / "a.xls")) == 2


def test_cells_that_span_rows_and_columns_fill_each(tmp_path):
    text = (
        "<table><tr><th>street</th><th>name</th><th>people</th></tr>"
        "<tr><td rowspan=2>一街</td><td>东</td><td>1</td></tr><tr><td>西</td><td>2</td></tr>"
        "<tr><td>二街</td><td colspan=2>3</td></tr></table>"
    )
    (tmp_path / "a.xls").write_text("<html>" + text, encoding="utf-8")
    frame = read.read(tmp_path / "a.xls")
    assert frame["street"].tolist() == ["一街", "一街", "二街"]
    assert frame["people"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", ["a.xls", "a.csv", "a.txt", "a"])
def test_a_workbook_of_any_name_is_read_by_its_bytes(tmp_path, name):
    workbook(tmp_path / "a.xlsx", [["名称", "人口"], ["东", 1200]]).rename(tmp_path / name)
    assert read.read(tmp_path / name)["人口"].tolist() == [1200]
