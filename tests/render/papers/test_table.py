"""Tables on paper: nothing runs over its cell or the page, heads come again, what is cut says so."""

from __future__ import annotations

import pytest
from fpdf import FPDF
from hostile import HOSTILE

from gridkit.render.papers.pen import folded, width_of
from gridkit.render.papers.sheet import Body
from gridkit.render.papers.table import PAD, Column, Form, Row, table, widths

COLUMNS = (Column("Grid", 2), Column("What it follows", 5), Column("People", 1, number=True))


FORM = Form()


@pytest.fixture
def pdf():
    sheet = FPDF(format="A4")
    sheet.set_auto_page_break(auto=False)
    sheet.core_fonts_encoding = "cp1252"
    sheet.c_margin = 0
    sheet.add_page()
    return sheet


def drawn(pdf, rows, form=FORM):
    def turn():
        pdf.add_page()
        return Body(13, 20, 184, 280)

    return table(pdf, Body(13, 20, 184, 280), COLUMNS, rows, turn, form)


def test_every_row_is_on_some_page_and_heads_stand_on_each(pdf, read, tmp_path):
    rows = [Row((f"grid {number}", "a road " * (number % 9), str(number))) for number in range(120)]
    assert drawn(pdf, rows) <= 280
    pdf.output(str(tmp_path / "t.pdf"))
    pages = read(tmp_path / "t.pdf")
    assert len(pages) > 2
    assert all("What it follows" in page for page in pages)
    words = " ".join(pages).split()
    assert [number for number in range(120) if words.count(str(number)) < 2] == []


def test_no_word_of_a_heading_breaks_where_the_table_has_room_for_all(pdf):
    columns = [Column("Micro-grids", 1), Column("Why", 12), Column("Households, most", 1)]
    found = widths(pdf, 100, columns, FORM)
    assert sum(found) == pytest.approx(100)
    for column, wide in zip(columns, found, strict=True):
        lines = folded(pdf, column.title, FORM.size, wide - 2 * PAD)
        assert " ".join(lines).split() == column.title.split()
    assert sum(widths(pdf, 10, columns, FORM)) == pytest.approx(10)


def test_a_code_stays_on_one_line_where_the_table_has_room_for_it(pdf):
    rows = [Row(("Qinglan Community, grid 12", "a road " * 9, "329901001001001"))]
    wide = widths(pdf, 100, COLUMNS, FORM, rows)[2] - 2 * PAD
    assert folded(pdf, rows[0].cells[2], FORM.size, wide) == ["329901001001001"]
    assert len(folded(pdf, rows[0].cells[2], FORM.size, widths(pdf, 100, COLUMNS, FORM)[2] - 2 * PAD)) > 1


def test_lines_are_no_wider_than_their_room_and_lose_nothing(pdf):
    for text in (*HOSTILE[::7], "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch " * 3, "a"):
        lines = folded(pdf, text, 9, 30)
        assert max(width_of(pdf, line, 9) for line in lines) <= 30.01
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_what_has_too_many_lines_ends_in_dots(pdf):
    lines = folded(pdf, "one two three four five six seven eight nine ten " * 9, 9, 30, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("...")


def test_groups_and_totals_are_rows_of_their_own(pdf, read, tmp_path):
    drawn(
        pdf, [Row(("Zhiyan Community",), "group"), Row(("G1", "", "3")), Row(("Total", "", "3"), "total")], Form(9, 8)
    )
    pdf.output(str(tmp_path / "t.pdf"))
    [page] = read(tmp_path / "t.pdf")
    assert page.index("Zhiyan") < page.index("G1") < page.index("Total")


def test_a_group_stands_with_its_first_row_and_a_total_with_the_last(pdf, read, tmp_path):
    rows = []
    for number in range(30):
        rows += [Row((f"group {number}", "", ""), "group"), *[Row((f"grid {number}", "", "1"))] * (number % 5 + 1)]
        rows.append(Row((f"total {number}", "", "5"), "total"))
    drawn(pdf, rows)
    pdf.output(str(tmp_path / "t.pdf"))
    pages = [page.split() for page in read(tmp_path / "t.pdf")]
    assert len(pages) > 2
    for words in pages:
        marks = [word for word in words if word in {"group", "grid", "total"}]
        assert marks[-1] != "group"
        assert marks[0] != "total"
