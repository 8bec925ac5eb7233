"""Nothing that is read is lost without a reason, and losses are said, warned of, and stop."""

from __future__ import annotations

import json
import pickle

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit import ledger
from gridkit.errors import TableError, UsageError
from gridkit.language.phrases import Phrase
from gridkit.ledger import REASONS, STOPPED, Account, Ledger

AMOUNTS = st.dictionaries(st.sampled_from(sorted(REASONS)), st.integers(0, 10_000), max_size=4)


@given(AMOUNTS, st.integers(0, 10_000))
def test_what_is_read_is_used_or_lost_and_survives_json_and_pickle(lost: dict[str, int], used: int) -> None:
    account = Account("a.csv", "people", "rows", used + sum(lost.values()), used, lost, (Phrase("{n} styles", n=2),))
    book = Ledger((account,))
    assert Ledger.from_json(json.dumps(book.to_json())) == book
    assert pickle.loads(pickle.dumps(book)) == book  # noqa: S301 - our own
    assert book.frame()["lost"].sum() + used == account.read
    assert 0 <= account.share() <= 1


@given(AMOUNTS.filter(lambda lost: sum(lost.values()) > 0))
def test_accepting_every_reason_never_stops_and_accepting_none_stops_above_a_tenth(lost: dict[str, int]) -> None:
    book = Ledger((Account("a.csv", "people", "rows", sum(lost.values()), 0, lost),))
    book.check(("all",))
    book.check(tuple(REASONS))
    if book.accounts[0].share() > STOPPED:
        with pytest.raises(TableError, match="accept it: "):
            book.check()


def test_a_row_that_is_nowhere_is_a_fault_of_the_reader() -> None:
    with pytest.raises(ValueError, match="not 8 used"):
        Account("a.csv", "people", "rows", 10, 8, {"blank": 1})
    with pytest.raises(ValueError, match="no such reasons"):
        Account("a.csv", "people", "rows", 10, 8, {"mislaid": 2})
    with pytest.raises(ValueError, match="is not nan used"):
        Account("a.csv", "people", "people", 10.0, float("nan"))
    Account("a.csv", "people", "people", 0.1 + 0.2, 0.3)


def test_places_outside_and_personal_data_never_count() -> None:
    book = Ledger((Account("a.csv", "incidents", "rows", 1000, 1, {"outside": 900, "personal": 99}),))
    assert not book.warnings()
    book.check()


def test_above_one_percent_is_warned_of_and_above_ten_stops_naming_the_flag() -> None:
    book = Ledger((Account("a.csv", "people", "rows", 100, 98, {"blank": 2}),))
    assert "2.0%" in str(book.warnings()[0])
    book.check()
    book = Ledger((Account("r.tif", "people", "m2", 100.0, 60.0, {"uncovered": 40.0}),))
    with pytest.raises(TableError, match=r"accept it: (--accept uncovered|accept=..uncovered..)") as caught:
        book.check()
    assert "r.tif (people): 40.0% of 100 m² lost: 40 m² not covered by the data" in str(caught.value)
    book.check(("uncovered",))
    assert book.warnings(), "accepted losses are still said"


def test_a_reason_that_is_not_known_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'uncovered'"):
        Ledger().check(("uncoverd",))
    with pytest.raises(UsageError, match="choose from"):
        Ledger().check(("zzz",))


def test_readers_write_accounts_into_their_tables() -> None:
    one, two = Account("a.csv", "people", "rows", 1, 1), Account("a.csv", "people", "people", 5.0, 5.0)
    frame = pd.DataFrame({"people": [5]})
    ledger.noted(frame, one)
    ledger.noted(frame, two)
    assert ledger.of(frame, None, frame.copy()).accounts == (one, two)
