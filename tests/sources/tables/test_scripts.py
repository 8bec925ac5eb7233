"""Code pages in which the words of bytes are words."""

from __future__ import annotations

import pytest

from gridkit.sources.tables import scripts


@pytest.mark.parametrize(
    ("text", "name", "other"),
    [
        ("Заречный Южный", "cp1251", "koi8_r"),
        ("Заречный Южный", "koi8_r", "cp1251"),
        ("Évora, São João", "cp850", "cp1251"),
        ("Ελλάδα, Αθήνας", "cp1253", "cp1251"),
        ("القاهرة", "cp1256", "cp1251"),
        ("улица Мира, яма, Юля", "mac_cyrillic", "cp1251"),
    ],
)
def test_words_are_of_one_script_and_small_behind_large(text, name, other):
    found = scripts.plausible(text.encode(name))
    assert name in found
    assert other not in found


def test_signs_alone_are_no_words_against_a_code_page():
    assert "cp1251" in scripts.plausible("«Заречный» № 5, 10 °, – Южный".encode("cp1251"))


def test_chinese_is_no_word_of_a_code_page_and_no_korean():
    data = "编号,上报时间,类别,状态,部门".encode("gb18030")
    assert scripts.plausible(data) == []
    assert scripts.hangul(data) == 0
    assert scripts.hangul("종로동".encode("euc_kr")) == 3
