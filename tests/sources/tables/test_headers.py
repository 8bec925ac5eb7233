"""Headers of two rows."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.sources.tables.headers import below, joined
from gridkit.tables import TEXT


def table(*lines):
    """Return the rows of lines whose cells are parted by bars."""
    return pd.DataFrame([line.split("|") for line in lines], dtype=TEXT)


@pytest.mark.parametrize(
    ("lines", "belongs"),
    [
        (["name|people|", "|men|women", "a|1|2", "b|3|4"], True),
        (["name|people|", "|2024|2025", "a|1|2", "b|3|4"], True),
        (["名称|户数|面积", "|户|公顷", "a|1|2"], True),
        (["name|kind|n", "a|school|x", "b|clinic|3", "c|park|4"], False),  # a row: it names something new
        (["name|n", "a|1", "b|2"], False),
        (["name|n", "|<5", "b|2"], False),  # a withheld count is no word
        (["name|n|m", "name|n|m", "a|1|2"], False),
        (["name|n", "|people"], False),  # nothing below it
        (["n|m", "men|women", "1|2"], False),  # no column names the rows
        (["name|kind", "|x", "a|b"], False),  # no column of numbers
    ],
)
def test_the_second_row_belongs_to_the_header_where_it_heads_numbers_and_names_no_row(lines, belongs):
    assert below(table(*lines)) is belongs


@pytest.mark.parametrize(
    ("top", "second", "names"),
    [
        ("name|people|", "|men|women", ["name", "people men", "people women"]),
        ("户数|面积", "户|公顷", ["户数(户)", "面积(公顷)"]),
        ("people", "(persons)", ["people (persons)"]),
        ("name|", "|", ["name", ""]),
        ("|n", "men|n", ["men", "n"]),
    ],
)
def test_both_lines_make_one_name_and_a_blank_above_is_what_stands_left_of_it(top, second, names):
    assert joined(top.split("|"), second.split("|")) == names
