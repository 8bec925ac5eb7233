"""Columns of a printed table: no number is broken, no line is longer than its room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gridkit.commands.columns import cells, folded, pieces, widths

TEXTS = st.text(st.sampled_from("每格约人户，。 abc-12,0.5～(%йщแผที่น้ำक्षम्न"), max_size=40)


@given(TEXTS, st.integers(2, 30))
def test_a_folded_text_loses_nothing_but_blanks_and_breaks_only_between_pieces(text, width):
    lines = folded(text, width).split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    longest = max(map(cells, pieces(text)), default=0)
    assert all(cells(line) <= max(width, longest) for line in lines)


def test_a_number_stays_with_its_thousands_and_its_unit():
    assert folded("500～2,500人，目标值14,000人", 14).split("\n") == ["500～2,500人，", "目标值14,000人"]
    assert folded("目标值14,000人", 10).split("\n") == ["目标值", "14,000人"]
    assert "4,000人" in pieces("目标值4,000人")


def test_no_script_is_broken_inside_a_word_that_has_blanks_around_it_or_inside_a_letter():
    for word in ("Ленинский", "الشمالية", "क्षेत्र", "Nẵng", "Ηλιούπολη", "Երևան"):
        assert folded(f"{word} {word}", 3).split("\n") == [word, word]
    assert pieces("แผนที่น้ำ") == ["แผ", "น", "ที่", "น้ำ"]
    assert pieces("ភ្នំ") == ["ភ្នំ"]
    assert pieces("12м 500～2,500人（户") == ["12м", " ", "500", "～", "2,500人", "（", "户"]


@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), min_size=1, max_size=5), st.integers(20, 90))
def test_columns_have_room_for_their_longest_piece_and_fill_no_more_than_there_is(columns, room):
    found, least = widths(columns, room, 10), widths(columns, 0, 10)
    assert sum(found) <= max(room, sum(least))
    for texts, width in zip(columns, found, strict=True):
        numbers = [piece for text in texts for piece in pieces(text) if piece[:1].isdigit()]
        assert width >= max(map(cells, numbers), default=0)
