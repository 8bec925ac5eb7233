"""Words for parts of the day settle which half of it a clock means, or leave it open."""

from __future__ import annotations

import pytest

from gridkit.sources.tables.day_periods import with_hours


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("13/03/2024 1:15 sáng", "13/03/2024 01:15"),
        ("13/03/2024 3:15 chiều", "13/03/2024 15:15"),
        ("13/03/2024 11:15 đêm", "13/03/2024 23:15"),
        ("13/03/2024 12:15 sa", "13/03/2024 00:15"),
        ("13/03/2024 2 siang", "13/03/2024 14:00"),
        ("13/03/2024 malam 8.30", "13/03/2024 20:30"),
        ("13/03/2024 13:15 siang", "13/03/2024 13:15"),
        ("13/03/2024 3:15:20 da tarde", "13/03/2024 15:15:20"),
        ("13 märz 2024 3:15 nachmittags", "13 märz 2024 15:15"),
        ("13/03/2024 शाम 5:30", "13/03/2024 17:30"),
    ],
)
def test_a_word_beside_a_clock_tells_the_half(text, hours):
    assert with_hours(text) == hours


@pytest.mark.parametrize(
    "text",
    [
        "13/03/2024 16:15 pagi",  # no morning
        "13/03/2024 1:00 malam",  # the night before, or after
        "13/03/2024 6:30 siang",  # neither 6:30 nor 18:30 is about noon
        "13/03/2024 sáng 3:15 chiều",  # two words
        "13/03/2024 25:00 pagi",
        "13/03/2024 sáng",
        "13 march 2024 3:15",
    ],
)
def test_what_is_open_stays_as_it_is(text):
    assert with_hours(text) == text
