"""Day, month and year: told by one date for its whole column, asked where nothing tells, refused where two say each."""

import numpy as np
import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.sources.tables import calendars, cells
from gridkit.sources.tables.date_order import fits, ordered
from gridkit.sources.tables.moments import THREE, Column, datetimes, taken


def days(texts, asked=None):
    """Return the days of a column of texts, and what is said."""
    values = pd.Series(texts, name="time")
    column = Column(values, cells.distinct(values), "table.csv")
    three = taken(calendars.plainly(column.distinct.texts), THREE)
    ms, notes = ordered(three, ~np.isnan(three["a"]), column, asked)
    return pd.Series(datetimes(column.distinct.spread(ms, np.nan))).dt.strftime("%Y-%m-%d").tolist(), notes


@pytest.mark.parametrize(
    ("texts", "right"),
    [
        (["05/03/2026", "13/03/2026"], ["2026-03-05", "2026-03-13"]),
        (["05/03/2026", "05/13/2026"], ["2026-05-03", "2026-05-13"]),
        (["2026-03-05", "2026/3/13"], ["2026-03-05", "2026-03-13"]),
        (["05.03.2026", "06.03.2026"], ["2026-03-05", "2026-03-06"]),  # a point: no language has the month first
        (["2026-13-03"], ["2026-03-13"]),  # no thirteenth month: the day stands in the middle
        (["31/12/99", "13/02/98"], ["1999-12-31", "1998-02-13"]),
        (["06/06/2026", "07/07/2026"], ["2026-06-06", "2026-07-07"]),  # both readings are the same
    ],
)
def test_one_date_tells_it_of_all(texts, right):
    assert days(texts)[0] == right


def test_what_is_no_day_in_any_order_decides_nothing():
    assert days(["13/03/2026", "31/02/2026"])[0][0] == "2026-03-13"


@pytest.mark.parametrize(("asked", "right"), [("dmy", "2026-03-05"), ("mdy", "2026-05-03"), ("ymd", "2005-03-26")])
def test_what_is_said_is_taken(asked, right):
    assert days(["05/03/26"], asked)[0] == [right]


def test_what_nothing_tells_is_asked_with_both_spans():
    with pytest.raises(TableError, match="2026-03-05 to 2026-03-06 day first, from 2026-05-03 to 2026-06-03") as asked:
        days(["05/03/2026", "06/03/2026"])
    assert "dates='dmy' or dates='mdy'" in str(asked.value)


def test_two_orders_in_one_column_are_refused_with_their_rows():
    with pytest.raises(TableError, match=r"the day first in some rows \(\[0\]\) and the month first in others \(\[1\]"):
        days(["13/03/2026", "03/13/2026", "04/04/2026"])


def test_years_of_other_counts_are_told():
    found, notes = days(["114/03/05", "2568/03/05"])
    assert found == ["2025-03-05", "2025-03-05"]
    assert [str(note) for note in notes] == [
        "column 'time': years counted from 1912", "column 'time': years of the Buddhist calendar, 543 ahead"
    ]  # fmt: skip


def test_a_day_fits_an_order_where_the_calendar_has_it():
    parts = {"a": np.array([29.0, 29.0]), "b": np.array([2.0, 2.0]), "c": np.array([2024.0, 2023.0])}
    assert fits(parts, "dmy").tolist() == [True, False]
    assert fits(parts, "mdy").tolist() == [False, False]
