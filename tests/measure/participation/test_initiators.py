"""Who started something, by the words of a cell."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.measure.participation.initiators import WHO, sides

WORDS = {
    "residents": ["居民", "resident", "residents"],
    "organisations": ["志愿服务队", "association", "物业"],
    "administration": ["居民委员会", "居委会", "街道", "street office"],
}


@pytest.mark.parametrize(
    ("cell", "side"),
    [
        ("居民", "residents"),
        ("西社区居民委员会", "administration"),
        ("幸福志愿服务队", "organisations"),
        ("居民、街道", "several"),
        ("Residents", "residents"),
        ("residential block", "unknown"),
        ("the Street  Office", "administration"),
        ("Association of residents", "several"),
        ("", "unknown"),
        (None, "unknown"),
        ("王五", "unknown"),
    ],
)
def test_the_longest_word_decides_and_nothing_is_guessed(cell, side):
    assert sides(pd.Series([cell], dtype=object), WORDS).tolist() == [side]
    assert side in WHO


def test_without_words_all_is_unknown():
    assert sides(pd.Series(["居民"]), {}).tolist() == ["unknown"]
