"""Tables that web systems call workbooks: HTML, web archives and the XML of 2003."""

from __future__ import annotations

import pytest

from gridkit.errors import GridkitWarning, SourceError, TableError
from gridkit.sources.tables.web_sheets import read, tables

XML = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{sheets}</Workbook>"""


def html(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "a.xls"
    path.write_bytes(text.encode(encoding))
    return path


def xml(tmp_path, *sheets):
    return html(tmp_path, XML.format(sheets="".join(sheets)))


def sheet(name, *rows):
    return f'<Worksheet ss:Name="{name}"><Table>{"".join(f"<Row>{row}</Row>" for row in rows)}</Table></Worksheet>'


def cells(*texts, **marks):
    said = "".join(f' ss:{mark}="{value}"' for mark, value in marks.items())
    return "".join(f"<Cell{said}><Data>{text}</Data></Cell>" for text in texts)


# ------------------------------------------------------------------ HTML
def test_cells_and_rows_end_where_the_next_begin(tmp_path):
    path = html(tmp_path, "<table><tr><th>a<th>b<tr><td>1<td>x<br>y&amp;z</table>")
    assert tables(path, "html") == {"1": [["a", "b"], ["1", "x y&z"]]}


def test_a_cell_that_spans_rows_hangs_down_into_each(tmp_path):
    path = html(tmp_path, "<table><tr><td rowspan=3>a<td>1<tr><td>2<tr><td>3</table>")
    assert tables(path, "html")["1"] == [["a", "1"], ["a", "2"], ["a", "3"]]
    path = html(tmp_path, "<table><tr><td>1<td rowspan=2>a<tr><td>2<tr><td>3<td>b</table>")
    assert tables(path, "html")["1"] == [["1", "a"], ["2", "a"], ["3", "b"]]


@pytest.mark.parametrize(("span", "wide"), [("2", 2), ("0", 1), ("-1", 1), ("many", 1), ("", 1), ("99999", 1000)])
def test_a_span_is_a_number_of_cells_within_reason(tmp_path, span, wide):
    path = html(tmp_path, f'<table><tr><td colspan="{span}">a<td>b<tr><td>1<td>2</table>')
    assert len(tables(path, "html")["1"][0]) == wide + 1


def test_tables_that_only_lay_out_the_page_are_no_data(tmp_path):
    layout = "<table><tr><td>menu</table>"
    data = "<table><tr><td>a<td>b<tr><td>1<td>2</table>"
    assert list(tables(html(tmp_path, layout + data), "html").values()) == [[["a", "b"], ["1", "2"]]]
    assert tables(html(tmp_path, layout), "html") == {"1": [["menu"]]}


def test_a_table_in_a_cell_of_another_is_a_table_of_its_own_and_the_cell_goes_on_behind_it(tmp_path):
    inner = "<table><tr><td>a<td>b<tr><td>1<td>2</table>"
    path = html(tmp_path, f"<table><tr><td>menu {inner} foot<td>x<tr><td>y<td>z</table>")
    assert tables(path, "html") == {"1": [["menu foot", "x"], ["y", "z"]], "2": [["a", "b"], ["1", "2"]]}


def test_cells_outside_tables_and_rows_do_no_harm(tmp_path):
    path = html(tmp_path, "</table><tr><td>lost</td></tr><table><td>a<td>b<tr><td>1<td>2</table>")
    assert tables(path, "html") == {"1": [["a", "b"], ["1", "2"]]}


@pytest.mark.parametrize("torn", ["<td>9</td><td>9</td>", "9</td>"])
def test_what_stands_between_rows_is_warned_of(tmp_path, torn):
    path = html(tmp_path, f"<table><tr><td>a</td><td>b</td></tr>{torn}<tr><td>1</td><td>2</td></tr></table>")
    with pytest.warns(GridkitWarning, match="in no row"):
        tables(path, "html")


def test_what_a_page_says_of_its_charset_is_not_believed_against_its_bytes(tmp_path):
    for encoding in ("utf-8", "gb18030"):
        text = '<meta charset="gb18030"><table><tr><td>名称<td>人口<tr><td>东社区<td>1</table>'
        assert tables(html(tmp_path, text, encoding), "html")["1"][0] == ["名称", "人口"]


def test_a_page_without_a_table_is_said(tmp_path):
    with pytest.raises(TableError, match="no table in it"):
        tables(html(tmp_path, "<p>log in first</p>"), "html")


# ------------------------------------------------------------------ the XML of 2003
def test_sheets_bear_their_names_and_gaps_are_blank(tmp_path):
    path = xml(tmp_path, sheet("一", cells("a", "b"), cells("1") + cells("3", Index=3)), sheet("二", cells("c")))
    assert tables(path, "xml2003") == {"一": [["a", "b"], ["1", "", "3"]], "二": [["c"]]}


def test_merged_cells_leave_blanks_and_empty_ones_are_blank(tmp_path):
    path = xml(tmp_path, sheet("s", cells("a", MergeAcross=2) + "<Cell/>" + cells("b")))
    assert tables(path, "xml2003")["s"] == [["a", "", "", "", "b"]]


def test_damaged_xml_is_one_clear_line(tmp_path):
    with pytest.raises(SourceError, match=r"a\.xls: the workbook is damaged"):
        tables(html(tmp_path, XML.format(sheets="<Worksheet>")), "xml2003")


# ------------------------------------------------------------------ the table that is read
def test_the_longest_table_is_read_unless_one_is_named(tmp_path):
    path = xml(tmp_path, sheet("short", cells("a", "b")), sheet("long", cells("c", "d"), cells("1", "2")))
    assert read(path, "xml2003", None, None).cells.to_numpy().tolist() == [["c", "d"], ["1", "2"]]
    assert read(path, "xml2003", "short", None).cells.to_numpy().tolist() == [["a", "b"]]
    with pytest.raises(TableError, match="did you mean 'short'"):
        read(path, "xml2003", "shorts", None)
    with pytest.raises(TableError, match="its sheets are short, long"):
        read(path, "xml2003", "Q", None)


def test_rows_are_filled_up_to_one_width_and_titles_are_left_out(tmp_path):
    path = xml(tmp_path, sheet("s", cells("A title"), cells("name", "n"), cells("a", "1")))
    raw = read(path, "xml2003", None, None)
    assert raw.cells.to_numpy().tolist() == [["name", "n"], ["a", "1"]]
    assert raw.above == 1
    assert [str(note) for note in raw.notes] == ["sheet 's'", "1 title row left out"]
