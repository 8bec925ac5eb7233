"""Text with delimiters is taken apart as it was meant, and what cannot be is named by its line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import TableError
from gridkit.sources.tables import delimited

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.sources.tables.rows import Raw


def read(folder: Path, text: str | bytes) -> Raw:
    path = folder / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return delimited.read(path, None)


def cells(raw: Raw) -> list[list[str]]:
    return raw.cells.to_numpy().tolist()


def said(raw: Raw) -> str:
    return " / ".join(str(note) for note in raw.notes)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_rows_of_one_width(tmp_path: Path, delimiter: str) -> None:
    rows = [["code", "name", "people"], ["a1", "x", "5"], ["a2", "y", "7"]]
    raw = read(tmp_path, "\n".join(delimiter.join(row) for row in rows) + "\n")
    assert (raw.delimiter, cells(raw)) == (delimiter, rows)
    assert ("parted by" in said(raw)) is (delimiter != ",")


def test_decimal_commas_do_not_win_over_semicolons(tmp_path: Path) -> None:
    raw = read(tmp_path, "name;share;people\na;0,5;1,5\nb;0,25;2,5\n")
    assert (raw.delimiter, cells(raw)[1]) == (";", ["a", "0,5", "1,5"])


def test_one_column_has_no_delimiter_and_is_a_table_all_the_same(tmp_path: Path) -> None:
    raw = read(tmp_path, "name\nx\ny\n")
    assert (raw.delimiter, cells(raw)) == (",", [["name"], ["x"], ["y"]])


def test_titles_above_the_header_are_left_out_and_kept_to_be_shown(tmp_path: Path) -> None:
    raw = read(tmp_path, '"People of\nthe district",,\n\ncode,name,people\na1,x,5\na2,y,7\n')
    assert cells(raw)[0] == ["code", "name", "people"]
    assert raw.above == 2
    assert "People of" in raw.titles[0]


def test_quotes_hold_delimiters_breaks_and_quotes(tmp_path: Path) -> None:
    rows = [["name", "note"], ['say "x"', "a,b"], ["two\nlines", ""], ["z", "y"]]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    assert cells(read(tmp_path, out.getvalue())) == rows


ORDINARY = st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(ORDINARY, ORDINARY, ORDINARY), min_size=1, max_size=6))
def test_what_a_writer_of_csv_wrote_is_read_back_cell_for_cell(tmp_path_factory, rows) -> None:
    head = ("code", "name", "people")
    full = [head, *((f"k{at}", f"n{each[0]}", f"p{each[1]}") for at, each in enumerate(rows))]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(full)
    # A cell that is a line of the table itself would be taken for one that a quote swallowed.
    if any(cell.count(",") == 2 and "\n" in cell for row in full for cell in row):
        return
    raw = read(tmp_path_factory.mktemp("csv"), out.getvalue())
    assert cells(raw) == [list(row) for row in full]


def test_a_row_that_lacks_cells_others_leave_blank_is_filled_up_in_its_place(tmp_path: Path) -> None:
    raw = read(tmp_path, "code,name,note\na,x,\nb,y\nc,z,n\n")
    assert cells(raw) == [["code", "name", "note"], ["a", "x", ""], ["b", "y", ""], ["c", "z", "n"]]
    assert "1 line is shorter than the header" in said(raw)


def test_a_row_that_lacks_a_cell_all_others_fill_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"line 3 has 2 cells, the header has 3"):
        read(tmp_path, "code,name,people\na,x,1\nb,y\nc,z,3\n")


def test_a_row_with_too_many_cells_is_named_by_its_line_in_the_file(tmp_path: Path) -> None:
    text = 'Title of it all,,\n\ncode,name,people\na,"two\nlines",1\nb,y,2,surplus\nc,z,3,more\nd,w,4\n'
    with pytest.raises(TableError, match=r"line 6 has 4 cells, the header has 3 \(2 lines in all are so\)"):
        read(tmp_path, text)


def test_blank_cells_beyond_the_header_do_no_harm(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "code,name\na,x,,\nb,y\n")) == [["code", "name"], ["a", "x"], ["b", "y"]]


def test_a_remark_under_the_table_stays_and_so_does_its_total(tmp_path: Path) -> None:
    raw = read(tmp_path, "code,name,people\na,x,1\nb,y,2\nTotal,3\nSource: the office\n")
    assert cells(raw)[3:] == [["Total", "3", ""], ["Source: the office", "", ""]]


def test_a_file_cut_off_in_its_last_line_loses_that_line_and_says_so(tmp_path: Path) -> None:
    raw = read(tmp_path, "code,name,people\na,x,1\nb,y,2\nc,z")
    assert cells(raw)[1:] == [["a", "x", "1"], ["b", "y", "2"]]
    assert raw.lost == {"unreadable": 1}
    assert "cut off in its last line" in said(raw)


def test_a_last_line_without_a_break_that_is_whole_is_kept(tmp_path: Path) -> None:
    raw = read(tmp_path, "code,name\na,x\nb,y")
    assert (len(cells(raw)), raw.lost) == (3, {})


@pytest.mark.parametrize("tail", ["", "f,w,5\n" * 3])
def test_a_quote_that_is_left_open_is_named_by_its_line(tmp_path: Path, tail: str) -> None:
    text = 'code,name,people\na,x,1\nb,"y,2\nc,z,3\nd,v,4\n' + tail + 'e,u",6\n'
    with pytest.raises(TableError, match="a quote is left open in line 3: it swallows the lines below"):
        read(tmp_path, text)


def test_a_quote_that_is_never_closed_is_said(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="quote"):
        read(tmp_path, 'code,name,people\na,x,1\nb,"y,2\nc,z,3\n')


def test_a_nul_byte_is_damage_and_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="line 3 holds a NUL byte"):
        read(tmp_path, b"code,name\na,x\nb,\0y\n")


def test_a_cell_longer_than_pythons_reader_takes_is_read_whole(tmp_path: Path) -> None:
    shape = "POLYGON " + "x" * 200_000
    assert cells(read(tmp_path, f"code,shape\na,{shape}\nb,{shape}\n"))[2] == ["b", shape]


def test_the_encoding_is_said(tmp_path: Path) -> None:
    raw = read(tmp_path, "编号,名称\n1,东街社区\n2,西街社区\n".encode("gb18030"))
    assert cells(raw)[1] == ["1", "东街社区"]
    assert "text is gb" in said(raw).casefold()
