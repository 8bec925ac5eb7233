"""Yes and no are read by the vocabulary of the whole column, and what would make every road a tunnel is asked about."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.sources import flags


@pytest.mark.parametrize(
    ("words", "yes"),
    [
        (["T", "F", "F"], [1, 0, 0]),
        (["1", "0", None], [1, 0, 0]),
        ([1.0, 0.0, np.nan], [1, 0, 0]),
        ([True, False, None], [1, 0, 0]),
        (["yes", "no", ""], [1, 0, 0]),
        (["Ja", "Nein", "-"], [1, 0, 0]),
        (["oui", "non", "non"], [1, 0, 0]),
        (["是", "否", "否"], [1, 0, 0]),
        (["TRUE", "FALSE", "false"], [1, 0, 0]),
        (["Y", "N", "N"], [1, 0, 0]),
        (["да", "нет", "нет"], [1, 0, 0]),
        (["sim", "não", "não"], [1, 0, 0]),
        (["viaduct", "no", "no"], [1, 0, 0]),
        (["['yes', 'viaduct']", "no", "no"], [1, 0, 0]),
        (["Ｙ", "Ｎ", "Ｎ"], [1, 0, 0]),
    ],
)
def test_a_bridge_is_said_in_many_words(words: list[object], yes: list[int]) -> None:
    assert flags.read(pd.Series(words, name="bridge"), "bridge").yes.tolist() == [bool(each) for each in yes]


@pytest.mark.parametrize(
    ("words", "letters", "yes", "backward"),
    [
        (["B", "F", "T"], False, [0, 1, 1], [0, 0, 1]),
        (["F", "F", "T"], True, [1, 1, 1], [0, 0, 1]),
        (["F", "F", "T"], False, [0, 0, 1], [0, 0, 0]),
        (["yes", "-1", "no"], False, [1, 1, 0], [0, 1, 0]),
        (["FT", "TF", ""], False, [1, 1, 0], [0, 1, 0]),
        ([1, 0, -1], False, [1, 0, 1], [0, 0, 1]),
        (["单行", "双向", "双向"], False, [1, 0, 0], [0, 0, 0]),
    ],
)
def test_one_way_is_said_with_its_direction(
    words: list[object], letters: object, yes: list[int], backward: list[int]
) -> None:
    found = flags.read(pd.Series(words, name="oneway"), "oneway", letters=bool(letters))
    assert found.yes.tolist() == [bool(each) for each in yes]
    assert found.backward.tolist() == [bool(each) for each in backward]


@pytest.mark.parametrize("word", ["F", "1", "oui", "是", True])
def test_a_flag_true_in_every_row_is_asked_about_where_it_matters(word: object) -> None:
    column = pd.Series([word] * 4, name="tun")
    if word == "F":
        assert not flags.read(column, "tunnel").yes.any()
        return
    with pytest.raises(TableError, match=r"column 'tun' \(tunnel\) holds .* in every row.*tunnel=none"):
        flags.read(column, "tunnel")
    assert flags.read(column, "oneway").yes.all()
    assert flags.read(column, "residential").yes.all()
    assert not flags.read(column, "tunnel", said="none").yes.any()


def test_the_words_that_mean_yes_may_be_said() -> None:
    column = pd.Series(["A", "B", "C"], name="bridge")
    assert flags.read(column, "bridge", said="a|C").yes.tolist() == [True, False, True]


def test_a_word_that_is_neither_is_said_and_read_as_no() -> None:
    found = flags.read(pd.Series(["yes", "maybe", "no"], name="ow"), "oneway")
    assert found.yes.tolist() == [True, False, False]
    assert found.notes == ("column 'ow' holds maybe, neither yes nor no: read as no",)


def test_nothing_said_of_a_home_is_no_reason_to_think_it_empty() -> None:
    assert flags.read(pd.Series(["no", None], name="lived in"), "residential").yes.tolist() == [False, True]
    assert flags.read(pd.Series(["yes", "building_passage"], name="tunnel"), "tunnel").yes.tolist() == [True, False]
