"""Words of calendars and clocks turned into figures."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from gridkit.sources.tables.calendars import full_year, plainly


def said(*texts):
    return plainly(pa.array(list(texts), type=pa.string())).to_pylist()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("2024年3月5日 15时30分", "2024-3-5 15:30:"),
        ("2024年3月5日 下午3点半", "2024-3-5 pm 3:30"),
        ("2024年3月5日 星期二 上午8时一刻", "2024-3-5 am 8:15"),
        ("2024년 3월 5일", "2024-3-5"),
        ("民国113年3月5日", "2024-3-5"),
        ("令和6年3月5日", "2024-3-5"),
        ("令和元年5月1日", "2019-5-1"),
        ("5 March 2024", "2024-3-5"),
        ("March 5th, 2024 8:15 pm", "2024-3-5 8:15 pm"),
        ("Tue Mar 5 08:15:00 2024", "2024-3-5 08:15:00"),
        ("5 de marzo de 2024", "2024-3-5"),
        ("5. März 2024", "2024-3-5"),
        ("5 марта 2024 г.", "2024-3-5"),
        ("2024 March 5", "2024-3-5"),
        ("20240305 1530", "2024-03-05 15:30:"),
        ("1130305", "113-03-05"),
        ("15:30 2024-03-05", "2024-03-05 15:30"),
        ("2024-03-05 15.30", "2024-03-05 15:30"),
        ("05.03.2024 8h15", "05.03.2024 8:15"),
        ("2024–03–05", "2024-03-05"),
        ("20240305.0", "20240305"),
        ("2024-03-05", "2024-03-05"),
    ],
)
def test_words_become_figures_and_marks(text, plain):
    [found] = said(text)
    assert found.rstrip(":") == plain.rstrip(":")


def test_the_midnight_of_an_evening_is_not_guessed():
    assert "?" in said("2024年3月5日 晚上12点")[0]


def test_two_months_in_one_text_are_left_to_be_refused():
    assert said("March or April 2024") == ["march or april 2024"]


def test_short_years_are_of_the_republic_where_others_of_the_column_are():
    assert said("99年3月5日", "101年3月5日")[0].startswith("2010-3-5")
    assert said("24年3月5日")[0].startswith("2024-3-5")


def test_a_year_of_two_figures_is_of_the_century_up_to_next_year():
    now = datetime.now(UTC).year
    assert full_year((now + 1) % 100) == now + 1
    assert full_year((now + 2) % 100) == now + 2 - 100
    assert full_year(1987) == 1987
