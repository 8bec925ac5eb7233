"""Nothing that is read is lost without a reason, and losses are said, warned of, and stop."""

from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit import ledger
from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.language.phrases import Phrase
from gridkit.ledger import REASONS, STOPPED, Account, Counted, Ledger

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


COUNTING = {
    "unmatched", "blank", "doubled", "uncovered", "unreadable", "withheld", "negative", "invalid", "shapeless",
}  # fmt: skip
"""Losses that were somebody's: all others were never to be used."""


@pytest.mark.parametrize("reason", REASONS)
def test_only_losses_of_what_was_to_be_used_count_and_places_outside_were_among_what_might_have_been(reason: str):
    account = Account("a.csv", "people", "rows", 10, 6, {"blank": 1, reason: 4 - (reason != "blank")})
    others = 0 if reason == "blank" else 3
    counted = 4 if reason in COUNTING else 1
    might = 10 if reason in COUNTING | {"nodata", "outside"} else 10 - others
    assert account.share() == pytest.approx(counted / might)
    assert account.counting(("blank",)) == ({reason: 3} if reason in COUNTING - {"blank"} else {})


def test_what_is_lost_stands_in_the_order_of_the_reasons_without_those_of_nothing():
    account = Account("a.csv", "people", "rows", 10, 5, {"footer": 2, "negative": 0, "blank": 3})
    assert list(account.lost.items()) == [("blank", 3), ("footer", 2)]


@pytest.mark.parametrize("sign", [1, -1])
def test_sums_of_people_and_metres_may_be_off_by_rounding_and_by_no_more(sign: int):
    for counted, read in (("people", 1000.0), ("m2", -1000.0)):
        Account("a", "people", counted, read, read + sign * 0.9e-6)
        with pytest.raises(ValueError, match="is not"):
            Account("a", "people", counted, read, read + sign * 1.1e-6)
    with pytest.raises(ValueError, match="is not"):
        Account("a", "people", "rows", 1000, 1000 + sign * 1e-7)


def test_less_than_nothing_cannot_be_lost():
    with pytest.raises(ValueError, match="is not"):
        Account("a", "people", "rows", 3, 5, {"blank": -2})


def test_a_source_with_nothing_in_it_has_lost_no_share():
    empty = Account("a", "people", "rows", 0, 0)
    assert empty.share() == 0
    assert Ledger((empty,)).frame()["share"].tolist() == [0]
    assert Account("a", "people", "rows", 3, 0, {"footer": 3}).share() == 0


def test_the_limits_themselves_are_within_and_what_is_above_them_is_not():
    def book(lost: int) -> Ledger:
        return Ledger((Account("a", "people", "rows", 1000, 1000 - lost, {"blank": lost}),))

    assert [len(book(lost).warnings()) for lost in (10, 11)] == [0, 1]
    assert book(100).check() is None
    with pytest.raises(TableError):
        book(101).check()


def test_shares_are_told_of_what_might_have_been_used():
    book = Ledger((Account("a", "people", "rows", 110, 88, {"blank": 12, "footer": 10}),))
    assert "12.0% of 100 rows lost: 12 rows without a value" in str(book.warnings()[0])
    two = Ledger((Account("a", "people", "rows", 100, 50, {"blank": 30, "negative": 20}),))
    with pytest.raises(TableError, match=r"20.0% of 100 rows lost: 20 rows below zero"):
        two.check(("blank",))


def by_a_reader(book: Ledger) -> Ledger:
    return book.tell()


def test_telling_warns_at_the_caller_stops_first_and_gives_the_ledger_back():
    book = Ledger((Account("a", "people", "rows", 100, 95, {"blank": 5}),))
    with pytest.warns(GridkitWarning, match="5.0%") as caught:
        told = by_a_reader(book)
    assert told is book
    assert caught[0].filename == __file__
    assert caught[0].lineno != by_a_reader.__code__.co_firstlineno + 1, "the reader's own line is nobody's fault"
    with pytest.raises(TableError):
        Ledger((Account("a", "people", "rows", 100, 50, {"blank": 50}),)).tell()


def test_a_table_has_a_row_for_each_loss_and_one_where_there_is_none():
    notes = (Phrase("by hand"), Phrase("twice"))
    book = Ledger(
        (Account("a", "people", "rows", 10, 7, {"blank": 2, "footer": 1}, notes), Account("b", "roads", "m", 5.0, 5.0))
    )
    assert book.frame().to_dict("split")["data"] == [
        ["a", "people", "rows", 10, 7, "blank", 2, 0.2, "by hand; twice"],
        ["a", "people", "rows", 10, 7, "footer", 1, 0.1, "by hand; twice"],
        ["b", "roads", "m", 5.0, 5.0, "", 0, 0.0, ""],
    ]
    first, second = book.rows()
    assert [str(each) for each in first.values()][:1] == ["a"]
    assert (str(first["read"]), str(first["used"])) == ("10 rows", "7 rows")
    assert str(first["lost"]) == "2 rows without a value, 1 row of totals or notes"
    assert str(first["notes"]) == "by hand; twice"
    assert second["lost"] == ""


def test_a_report_tells_each_note_once_and_names_the_sources_that_share_it():
    coded, blind, plain = Phrase("text is gbk"), Phrase("no datum"), Phrase("no street")
    people = [Account("b.csv", "people", counted, 1, 1, notes=(blind,)) for counted in ("rows", "people")]
    book = Ledger((Account("a.csv", "district", "rows", 1, 1, notes=(blind, coded)), *people))
    report = {
        "read": {"notes": [coded], "rows": 1},
        "parts": [{"notes": [coded, plain]}],
        "notes": [blind, plain, blind],
    }
    told = book.beside(report)
    assert told["notes"] == ["a.csv, b.csv: no datum", "no street"]
    assert [each["notes"] for each in told["ledger"]] == ["text is gbk", "", ""]
    assert told["read"] == {"rows": 1}, "an empty list would say that nothing was noted"
    assert told["parts"] == [{"notes": ["no street"]}]
    assert list(told) == ["read", "parts", "notes", "ledger"]
    assert told["notes"][0].said("zh").startswith("a.csv、b.csv：")
    assert book.beside({"n": 1, "deep": {"notes": []}})["deep"] == {"notes": []}
    assert "notes" not in Ledger().beside({"n": 1})
    assert book.notes([plain]) == ["no street", "a.csv, b.csv: no datum", "text is gbk"]


@pytest.mark.parametrize(
    ("sources", "said"),
    [(("../q/a.csv", "/home/o/b.gpkg:x"), "a.csv, b.gpkg:x"), (("2025/a.csv", "2026/a.csv"), "2025/a.csv, 2026/a.csv")],
)
def test_what_several_sources_noted_names_them_as_the_table_does(sources: tuple[str, str], said: str):
    book = Ledger(tuple(Account(each, "people", "rows", 1, 1, notes=(Phrase("no datum"),)) for each in sources))
    assert book.notes() == [f"{said}: no datum"]
    assert book.beside({})["notes"] == [f"{said}: no datum"]


@pytest.mark.parametrize(
    ("role", "counted", "lost", "asks"),
    [("people", "rows", {"withheld": 2}, True), ("people", "rows", {"blank": 2}, True),
     ("people", "rows", {"unmatched": 2}, False), ("people", "people", {"withheld": 2}, False),
     ("roads", "rows", {"withheld": 2}, False)],
)  # fmt: skip
def test_rows_of_people_that_lack_a_count_are_asked_about(role: str, counted: Counted, lost: dict[str, float], asks):
    with pytest.raises(TableError) as caught:
        Ledger((Account("a.csv", role, counted, 9, 7, lost),)).check()
    assert ("what they stand for" in str(caught.value)) is asks
    assert "accept" in str(caught.value)


def test_a_ledger_counts_lists_and_joins_its_accounts_each_once():
    one, two = Account("a", "people", "rows", 1, 1), Account("b", "people", "rows", 2, 2)
    book = Ledger((one,)) + Ledger((two, one))
    assert (len(book), list(book)) == (2, [one, two])
    assert Ledger.from_json(book.to_json()) == book


@pytest.mark.parametrize(
    ("amount", "said"), [(3.0, "3 m"), (2.54, "2.5 m"), (99.96, "100.0 m"), (100.0, "100 m"), (100.4, "100 m"),
                         (-250.5, "-250 m")]
)  # fmt: skip
def test_an_amount_that_is_small_and_broken_has_a_digit(amount: float, said: str):
    (row,) = Ledger((Account("a", "roads", "m", amount, amount),)).rows()
    assert str(row["read"]).replace("\u2212", "-") == said


def test_a_sentence_has_its_losses_and_notes():
    account = Account("a.csv", "people", "rows", 12, 12, notes=(Phrase("in GBK"),))
    assert str(account.sentence()) == "a.csv (people): 12 rows read, 12 used; in GBK"


def test_all_is_every_reason():
    assert ledger.known(("all",)) == frozenset(REASONS)
    assert ledger.known(("blank",)) == {"blank"}
    with pytest.raises(UsageError):
        ledger.known(("all", "blnk"))


def test_what_is_accounted_for_is_not_changed():
    for each, name in (
        (Account("a", "people", "rows", 1, 1), "used"),
        (Ledger(), "accounts"),
        (REASONS["blank"], "counts"),
    ):
        with pytest.raises(FrozenInstanceError):
            setattr(each, name, None)


def test_accounts_are_told_apart_whatever_was_lost_for_which_reason():
    """Their losses are compared and take no part in the hash: a dictionary has none."""
    one, other = (
        Account("a", "people", "rows", 2, 1, {"blank": 1}),
        Account("a", "people", "rows", 2, 1, {"doubled": 1}),
    )
    assert len({one, other}) == 2
