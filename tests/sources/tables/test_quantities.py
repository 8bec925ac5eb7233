"""Numbers as people write them, decided from the whole column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import TableError, UsageError
from gridkit.sources.reading import Reading
from gridkit.sources.tables import quantities
from gridkit.sources.tables.quantities import Style, number, read, style_of, typed, withheld, written
from gridkit.tables import TEXT


def column(*cells, name="n"):
    return pd.Series(list(cells), name=name, dtype=TEXT)


def notes(made):
    return [str(note) for note in made.attrs["notes"]]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12),
        ("1,234,567", 1_234_567),
        ("１，２３４", 1234),
        ("-3.5", -3.5),
        ("12,5", 12.5),
        ("1.2E+05", 120_000),
        ("45%", 0.45),
        ("80 户", 80),
        ("　７　", 7),
        (".5", 0.5),
    ],
)
def test_numbers_as_people_write_them(cell, value):
    assert quantities.number(cell) == pytest.approx(value)


@pytest.mark.parametrize("cell", ["abc", "12a", "1,23,4", "12 34x", "2026-03-05", "1.2.3"])
def test_what_is_no_number_is_none(cell):
    assert quantities.number(cell) is None


@given(st.integers(-(10**11), 10**11))
def test_a_number_with_commas_is_the_number(value):
    assert quantities.number(f"{value:,}") == value


def test_a_bad_cell_is_named_by_column_and_row():
    with pytest.raises(
        TableError, match=r"households\.csv: column '户数' holds 'many', which are no numbers, in rows \[1\]"
    ):
        quantities.read(pd.Series(["12", "many", ""], name="户数"), where="households.csv")


def test_blanks_are_missing_numbers():
    read = quantities.read(pd.Series(["12", "—", "无", None, "N/A"]))
    assert read.isna().tolist() == [False, True, True, True, True]


# ------------------------------------------------------------------ one mark for a column
@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.234,5", "12.000"], [1234.5, 12_000]),
        (["1,234.5", "12,000"], [1234.5, 12_000]),
        (["1 234,5", "12 000"], [1234.5, 12_000]),
        (["1'234.5", "12'000"], [1234.5, 12_000]),
        (["1,40,000", "66,400"], [140_000, 66_400]),
        (["1.234.567", "12.000"], [1_234_567, 12_000]),
        (["12,5", "12.5"], [12.5, 12.5]),
        (["+7", "−8", "约9"], [7, -8, 9]),
    ],
)
def test_one_cell_tells_the_style_of_all(cells, values):
    assert read(column(*cells)).tolist() == values


def test_a_comma_before_the_decimals_is_said():
    assert notes(read(column("1,5", "2"))) == ["column 'n': a comma stands before the decimals"]
    assert notes(read(column("1.5", "2"))) == []


def test_marks_that_contradict_each_other_are_asked_about():
    with pytest.raises(TableError):
        read(column("1.234,5", "1,234.5"))


def test_what_stays_open_is_asked_about_for_counts_and_settled_by_the_file_or_the_user():
    cells = column("13.540", "12.000")
    with pytest.raises(TableError, match=r"13\.540"):
        read(cells, kind="count")
    assert read(cells, kind="count", style=Style(thousands=".")).tolist() == [13_540, 12_000]
    assert read(cells, kind="count", style=Style(decimal=".")).tolist() == [13.54, 12]
    assert read(cells, kind="degrees").tolist() == [13.54, 12]


def test_an_open_comma_parts_thousands_unless_the_file_is_parted_by_semicolons():
    assert read(column("13,540")).tolist() == [13_540]
    with pytest.raises(TableError):
        read(column("13,540"), style=Style(parted=";"))
    assert read(column("13,540"), kind="degrees").tolist() == [13.54]


def test_the_columns_that_tell_a_mark_tell_it_for_the_file():
    told, silent, other = (written(column(*cells)) for cells in (["1,5"], ["12"], ["1.5"]))
    assert style_of([told, silent]).decimal == ","
    assert style_of([told, other]).decimal is None
    assert style_of([silent]).decimal is None
    assert style_of([told], Style(thousands=",")).mark == "."


@pytest.mark.parametrize("marks", [{"thousands": "_"}, {"decimal": ",", "thousands": ","}])
def test_marks_that_make_no_style_are_refused(marks):
    with pytest.raises(UsageError):
        Style(**marks)


# ------------------------------------------------------------------ words behind numbers
@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.2万", 12_000), ("3万人", 30_000), ("20张", 20), ("5 beds", 5), ("12‰", 0.012), ("3千", 3_000), ("80余人", 80)],
)
def test_words_behind_a_number_multiply_or_count(cell, value):
    assert number(cell) == pytest.approx(value)


def test_lengths_in_several_units_are_put_into_metres_and_in_one_stay():
    mixed = read(column("1.5km", "200 m"))
    assert mixed.tolist() == [1_500, 200]
    assert notes(mixed) == ["column 'n': km, m put into metres"]
    assert read(column("1.5km", "2km")).tolist() == [1.5, 2]


def test_a_word_nobody_knows_is_taken_where_all_cells_bear_it_and_only_there():
    assert read(column("5 widgets", "7 widgets")).tolist() == [5, 7]
    for cells in (("5 widgets", "7"), ("5 widgets", "7 gadgets"), ("5 z", "6 z")):
        with pytest.raises(TableError, match="no numbers"):
            read(column(*cells))


def test_counts_are_multiplied_by_what_the_header_says():
    made = read(column("1.2", "3.5", name="人口（万人）"), kind="count")
    assert made.tolist() == pytest.approx([12_000, 35_000])
    assert "counted in units of 10,000" in notes(made)[0]
    assert read(pd.Series([1.2], name="人口（万人）"), kind="count").tolist() == pytest.approx([12_000])
    assert read(column("1.2万", name="人口（万人）"), kind="count").tolist() == pytest.approx([12_000])
    assert read(pd.Series([2.0], name="n"), kind="count", style=Style(counted=100.0)).tolist() == [200]


# ------------------------------------------------------------------ withheld
@pytest.mark.parametrize(
    "cell", ["<5", "≤ 5", "少于5", "..", "*", "x", "(c)", "5以下", "保密", "suppressed", "weniger als 3"]
)
def test_a_count_that_is_known_and_not_told_is_unknown_and_said(cell):
    cells = column("12", cell)
    made = read(cells)
    assert made[0] == 12
    assert np.isnan(made[1])
    assert "1 cell is withheld" in notes(made)[0]
    assert withheld(cells).tolist() == [False, True]


def test_a_column_of_nothing_but_upper_limits_holds_no_number():
    assert read(column("5以下", "3以下")).isna().all()
    assert typed(written(column("5以下", "3以下")), Style()) is None


def test_numbers_and_blanks_are_not_withheld():
    assert not withheld(pd.Series([1.0, np.nan])).any()
    assert not withheld(column("1", "", "5 beds")).any()


# ------------------------------------------------------------------ columns nobody asked for
@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,200", ""], [1200, np.nan]),
        (["1.200", "3"], None),  # open: thousands or decimals
        (["1,5", "1.234,5"], [1.5, 1234.5]),
        (["a", "3"], None),
        (["", ""], None),
        (["1.234,5", "1,234.5"], None),
        (["1km", "200m"], None),
        (["1e999", "3"], None),
    ],
)
def test_a_column_becomes_numbers_only_beyond_doubt(cells, values):
    made = typed(written(column(*cells)), Style())
    if values is None:
        assert made is None
    else:
        assert np.array_equal(made, values, equal_nan=True)


def test_commas_are_open_too_where_semicolons_part_the_cells():
    assert typed(written(column("1,200")), Style(parted=";")) is None
    assert typed(written(column("1,200")), Style(parted=";", decimal=",")).tolist() == [1.2]


def test_a_number_too_large_for_a_computer_is_none():
    assert number("1e999") is None
    with pytest.raises(TableError, match="no numbers"):
        read(column("1e999"))


@pytest.mark.parametrize("cells", [["1.2M", "3.4M"], ["1200", "3 km"]])
def test_a_length_is_no_count(cells):
    with pytest.raises(TableError, match="a length where people or things are counted"):
        quantities.read(pd.Series(cells, name="pop"), kind="count")
    assert quantities.read(pd.Series(["12 m", "3 m"])).tolist() == [12.0, 3.0]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["20-30", "about 20", "40"], [25, 20, 40]),
        (["20～30张", "约20张", "1,200张"], [25, 20, 1200]),
        (["1,000 to 2,000 beds", "30 beds", None], [1500, 30, np.nan]),
        (["1至4", "7", "12"], [2.5, 7, 12]),
    ],
)
def test_a_range_counts_as_its_middle_and_is_said(cells: list[str | None], numbers: list[float]) -> None:
    made = read(pd.Series(cells, name="beds"), kind="count")
    assert made.tolist() == pytest.approx(numbers, nan_ok=True)
    assert sum("counts as its middle" in str(note) for note in made.attrs["notes"]) == 1


@pytest.mark.parametrize("cell", ["2024-03-05", "5-3", "020-65230001", "20-30 km"])
def test_what_only_looks_like_a_range_is_none(cell: str) -> None:
    with pytest.raises(TableError):
        read(pd.Series([cell, "4"], name="beds"), kind="count")


def test_a_table_that_tells_no_style_has_the_one_its_user_said():
    frame = quantities.styled(pd.DataFrame({"people": ["13.540", "9.870"]}), Reading(thousands="."))
    assert quantities.read(frame["people"], kind="count").tolist() == [13_540, 9_870]
    plain = pd.DataFrame({"people": ["13.540"]})
    assert "style" not in quantities.styled(plain, Reading()).attrs


@pytest.mark.parametrize("kind", ["number", "count", "degrees"])
@pytest.mark.parametrize(
    "cells",
    [
        [True, False],
        pd.array([True, None], dtype="boolean"),
        pd.array([True, False], dtype="bool[pyarrow]"),
        pd.Series([True, False], dtype=object),
        [1j, 2j],
    ],
)
def test_truth_values_and_complex_numbers_count_nothing(cells, kind) -> None:
    with pytest.raises(TableError, match=r"column 'people' holds '(True|1j)'.*no numbers, in rows \[0") as told:
        read(pd.Series(cells, name="people"), kind=kind)
    assert told.value.sentence("zh") != str(told.value)
