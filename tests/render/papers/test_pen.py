"""The pen: many shapes are one path, and what runs the other way round is a hole."""

from __future__ import annotations

import re

import numpy as np
import pytest
from fpdf import FPDF

from gridkit.render.papers.pen import (
    blank,
    centred,
    draw_lines,
    fill_rings,
    fitted,
    folded,
    listing,
    right,
    rimmed,
    ruled,
    tick,
    whole,
    width_of,
    words,
    wrapped,
    write,
)

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


def test_a_rimmed_line_is_written_twice_and_nothing_not_at_all(pdf):
    before = len(drawn(pdf))
    rimmed(pdf, 10, 10, "", 9, "#000000")
    assert len(drawn(pdf)) == before
    rimmed(pdf, 10, 10, "Mill Road", 9, "#000000")
    assert "\n".join(drawn(pdf)).count("(Mill Road) Tj") == 2


def test_a_line_ends_at_or_stands_round_a_place(pdf):
    begins = {}
    for name, put in (("right", right), ("centred", centred), ("left", write)):
        put(pdf, 100, 10, "Mill Road", 10, "#000000")
        line = [each for each in drawn(pdf) if "(Mill Road) Tj" in each][-1]
        begins[name] = float(line.split("BT ")[1].split()[0])
    wide = width_of(pdf, "Mill Road", 10) * 72 / 25.4
    assert begins["left"] - begins["right"] == pytest.approx(wide, abs=0.05)
    assert begins["left"] - begins["centred"] == pytest.approx(wide / 2, abs=0.05)


def test_what_needs_more_lines_than_there_are_ends_in_dots_and_a_long_word_breaks(pdf):
    told = folded(pdf, "one two three four five six seven eight nine ten", 10, 20, most=2)
    assert len(told) == 2
    assert told[-1].endswith(("…", "..."))
    assert "".join(folded(pdf, "x" * 200, 10, 30)) == "x" * 200
    assert wrapped(pdf, (10, 10, 20), "one two three four five six seven eight", 10, 2) == 2
    assert folded(pdf, "", 10, 20) == [""]


def test_fields_for_the_pen_are_a_box_lines_and_a_name_with_what_is_known(pdf):
    tick(pdf, 10, 10)
    assert sum(line.endswith(" re S") for line in drawn(pdf)) == 1
    assert ruled(pdf, (10, 20, 80), 3, 8) == pytest.approx(44)
    before = len(drawn(pdf))
    blank(pdf, (10, 60, 80), "Name", "")
    empty = "\n".join(drawn(pdf)[before:])
    assert "(Name) Tj" in empty
    assert empty.count("Tj") == 1
    blank(pdf, (10, 70, 80), "Name", "Zhu")
    assert "(Zhu) Tj" in "\n".join(drawn(pdf))


def test_a_colour_that_is_none_is_grey(pdf):
    write(pdf, 10, 10, "a", 9, "no such colour")
    write(pdf, 10, 20, "b", 9, "#56636f")
    inks = [line for line in drawn(pdf) if " rg" in line]
    assert len({re.search(r"[\d. ]+ rg", line)[0] for line in inks[-2:]}) == 1
