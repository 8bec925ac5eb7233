"""Numbers with their units, as readers of each language have them."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.language.numbers import (
    UNITS,
    Quantity,
    area,
    between,
    counted,
    day,
    decimal,
    length,
    moment,
    numeral,
    of_numeral,
    patterns,
    share,
    unit,
)
from gridkit.language.packing import packed, unpacked
from gridkit.language.phrases import Phrase


def both(quantity: Quantity) -> tuple[str, str]:
    return quantity.said("en"), quantity.said("zh")


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (0, 0, "0"),
        (-0.4, 0, "0"),
        (-0.04, 1, "0.0"),
        (-1234.56, 1, "-1,234.6"),
        (1e6, 0, "1,000,000"),
        (float("nan"), 2, "–"),
        (float("inf"), 0, "–"),
    ],
)
def test_a_number_has_commas_no_minus_zero_and_a_dash_where_there_is_none(value: float, digits: int, said: str) -> None:
    assert decimal(value, digits) == said


@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_a_number_read_back_is_the_number_to_its_digits(value: float, digits: int) -> None:
    assert float(decimal(value, digits).replace(",", "")) == pytest.approx(value, abs=0.51 * 10**-digits)


def test_one_is_said_otherwise_than_many() -> None:
    assert both(Quantity(1, "households")) == ("1 household", "1户")
    assert both(Quantity(0, "households")) == ("0 households", "0户")
    assert both(Quantity(-1, "households")) == ("-1 households", "-1户")
    assert Quantity(1, "households", 1).said("en") == "1.0 households"
    assert Quantity(float("nan"), "people").said("en") == "– people"


def test_a_share_is_per_cent_and_a_bare_number_has_no_unit() -> None:
    assert both(share(0.0834, 1)) == ("8.3%", "8.3%")
    assert both(Quantity(1234.0)) == ("1,234", "1,234")


def test_a_quantity_is_its_english_where_a_text_is_wanted() -> None:
    assert str(Quantity(2, "grids")) == "2 grids"
    assert f"{Quantity(2, 'grids'):>10}" == "   2 grids"


def test_a_quantity_comes_back_out_of_json() -> None:
    said = Phrase("{value} belong to no grid", value=Quantity(12.5, "m2", 1))
    assert packed(Quantity(12.5, "m2", 1)) == {"quantity": [12.5, "m2", 1]}
    assert unpacked(json.loads(json.dumps(packed(said)))).said("zh") == said.said("zh")


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        (length(999.4), "999 m"),
        (length(1000), "1.0 km"),
        (length(-2500), "-2.5 km"),
        (area(4.26), "4.3 m²"),
        (area(999), "999 m²"),
        (area(1000), "0.1 ha"),
        (area(9_999_000), "999.9 ha"),
        (area(10_000_000), "10.0 km²"),
    ],
)
def test_lengths_and_areas_are_said_in_the_unit_that_reads_well(quantity: Quantity, said: str) -> None:
    assert quantity.said("en") == said


def test_a_range_bears_its_unit_once_and_an_unknown_one_not_at_all() -> None:
    assert between(300, 500, "households").said("en") == "300 – 500 households"
    assert between(300, 500, "columns").said("en") == "300 – 500"
    assert unit("people").said("en") == "people"
    assert unit("people").said("zh") == "人"


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("2026-11-28", "2026-11-28", "2026年11月28日"),
        ("2026-01-02T08:05:59", "2026-01-02 08:05", "2026年1月2日 08:05"),
        ("last week", "last week", "last week"),
    ],
)
def test_moments_are_written_as_a_language_has_them(text: str, en: str, zh: str) -> None:
    assert (moment(text, "en"), moment(text, "zh")) == (en, zh)


def test_a_moment_with_a_zone_is_said_by_the_clock_of_this_machine() -> None:
    local = datetime.fromisoformat("2026-11-28T18:10:00+00:00").astimezone()
    assert moment("2026-11-28T18:10:00+00:00", "en") == f"{day(local, 'en')} {local:%H:%M}"


def test_the_page_gets_every_unit_for_one_and_for_many() -> None:
    said = patterns("en")
    assert set(said["units"]) == set(UNITS)
    assert said["units"]["people"] == ["person", "people"]
    assert said["quantity"].format(number=1, unit="m") == "1 m"
    assert patterns("zh")["quantity"].format(number=1, unit="米") == "1米"


@pytest.mark.parametrize(
    ("value", "said"), [(0.6, "0.6"), (0.27, "0.3"), (0.0041, "0.004"), (9.5, "9.5"), (10.4, "10"), (3, "3")]
)
def test_an_amount_of_less_than_ten_is_never_told_as_none(value: float, said: str) -> None:
    assert counted(value) == said


@pytest.mark.parametrize(
    ("number", "zh"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (164, "一百六十四"),
        (1001, "一千零一"),
    ],
)
def test_a_number_in_chinese_signs_is_read_back(number: int, zh: str) -> None:
    assert numeral(number, "zh") == zh
    assert of_numeral(zh) == number
    assert numeral(number, "en") == str(number)
