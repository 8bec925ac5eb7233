"""The pen: many shapes are one path, and what runs the other way round is a hole."""

from __future__ import annotations

import numpy as np
import pytest
from fpdf import FPDF

from gridkit.render.papers.pen import draw_lines, fill_rings, fitted, folded, listing, whole, words, write

SQUARE = np.array([(10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0), (10.0, 10.0)])


@pytest.fixture
def pdf():
    sheet = FPDF(format="A4")
    sheet.add_page()
    return sheet


def drawn(pdf):
    return bytes(pdf.pages[1].contents).decode("latin1").split("\n")


def test_rings_are_filled_as_one_path_of_closed_parts(pdf):
    hole = (SQUARE[::-1] + 20) / 2
    fill_rings(pdf, [SQUARE, hole], "#ff0000")
    lines = drawn(pdf)
    assert [sum(line.endswith(sign) for line in lines) for sign in (" m", " l h")] == [2, 2]
    assert lines.count("f") == 1
    assert "S" not in lines


def test_signs_that_no_font_has_are_question_marks_and_nothing_writes_nothing(pdf):
    before = len(drawn(pdf))
    write(pdf, 10, 10, "", 9, "#000000")
    assert len(drawn(pdf)) == before
    write(pdf, 10, 10, "😀 ok", 9, "#000000")
    assert "(? ok) Tj" in "\n".join(drawn(pdf))


def test_a_list_says_in_words_how_many_of_its_rows_have_no_room(pdf):
    rows = [(f"gate {number}", str(number)) for number in range(60)]
    listing(pdf, (10, 20, 80), "Gates", rows, lambda text, **facts: text.format(**facts).replace("…", "..."))
    text = "\n".join(drawn(pdf))
    written = text.count("(gate ")
    assert 0 < written < 60
    assert f"(... {60 - written} more, in the tables of the plan) Tj" in text


def test_a_point_lands_where_the_millimetres_say_and_y_runs_down_the_page(pdf):
    draw_lines(pdf, [SQUARE], "#000000", 0.5)
    first = next(line for line in drawn(pdf) if line.endswith(" m"))
    x, y = map(float, first.split()[:2])
    assert x == pytest.approx(10 / 25.4 * 72, abs=0.01)
    assert y == pytest.approx((297 - 10) / 25.4 * 72, abs=0.02)


def test_lines_stay_open_and_nothing_draws_no_path(pdf):
    draw_lines(pdf, [SQUARE[:2], SQUARE[2:4]], "#000000", 0.5)
    assert drawn(pdf).count("S") == 1
    assert not any(" h" in line for line in drawn(pdf))
    before = drawn(pdf).count("S")
    draw_lines(pdf, [], "#000000", 0.5)
    assert drawn(pdf).count("S") == before


def test_a_line_breaks_neither_within_a_date_nor_after_a_bracket_that_opens():
    parts = words("面积（公顷）自2026年11月19日起，见 OSM（pbf）的“A3”表。")
    assert "".join(parts) == "面积（公顷）自2026年11月19日起，见 OSM（pbf）的“A3”表。"
    assert {"（公", "顷）", "2026年11月19日", "起，", "（pbf）", "“A3”"} <= set(parts)
    assert [part for part in parts if part[-1] in "（“" or part[0] in "）”，。"] == []


def test_what_is_cut_ends_in_dots_of_its_script(pdf):
    assert fitted(pdf, "streets to be patrolled", 10, 20).endswith("...")
    assert folded(pdf, "one two three four five six", 10, 12, 2)[-1].count(".") == 3


def test_a_number_without_room_is_written_smaller_or_gives_way_and_is_never_cut(pdf):
    texts, sizes = ("133% · 16,419 of 12,361", "133%"), (6.8, 5.6)
    assert whole(pdf, texts, sizes, 60) == (6.8, texts[0])
    assert whole(pdf, texts, sizes, 24) == (5.6, texts[0])
    assert whole(pdf, texts, sizes, 12) == (6.8, texts[1])
