"""A name means the place that bears it in another spelling, none that is merely alike, and none of two alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.sources.people.place_names import Match, Names

MAP = {
    "a": "柳舟社区", "b": "Saint Ash", "c": "Corfen Heights", "d": "São José", "e": "东门村", "f": "Östra Ön",
    "g": "Upper Mill Lane Ward", "h": "Mount Fell", "i": "幸福里", "j": "云龙街道",
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("柳舟社区", "a"), ("柳舟社区居委会", "a"), ("柳舟居委会", "a"), ("柳舟村", "a"),
        ("柳舟", "a"), (" 柳 舟 社区 ", "a"),
        ("柳舟社區", "a"), ("SAINT ASH", "b"), ("St Ash", "b"), ("St. Ash", "b"), ("Ash, Saint", "b"),
        ("Corfen Hts", "c"), ("corfen heights", "c"), ("Heights of Corfen", "c"), ("Corfen-Heights", "c"),
        ("SAO JOSE", "d"), ("Sao José", "d"), ("東門村", "e"), ("东门社区", "e"), ("东门村委会", "e"),
        ("OSTRA ON", "f"),
        ("Mill Lane Upper", "g"), ("Upr. Mill Lane", "g"), ("Mt Fell", "h"), ("ＭＯＵＮＴ ＦＥＬＬ", "h"),
        ("雲龍街道辦事處", "j"),
        ("云龙街道办", "j"), ("Brinley", None), ("", None), ("北门村", None),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_spelled(said: str, key: str | None) -> None:
    assert Names(MAP).meant(said).key == key


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("İSTASYON MAH.", "İstasyon Mahallesi"), ("ÇARŞI MAH.", "Çarşı Mahallesi"), ("LODZKA", "Łódzka"),
        ("Osiedle Łęg", "Łęg"), ("النور", "حي النور"), ("мкр. Заречный", "микрорайон Заречный"),
        ("Kel. Melati", "Kelurahan Melati"),
    ],
)  # fmt: skip
def test_letters_with_strokes_and_kinds_of_places_in_other_languages_say_nothing(said: str, known: str) -> None:
    assert Names({"a": known, "b": "Brinley"}).meant(said).key == "a"


def test_a_name_that_is_only_alike_is_proposed() -> None:
    assert Names(MAP).meant("柳州社区") == Match(None, near=("柳舟社区",))
    assert Names(MAP).meant("Corfen Hill").near[:1] == ("Corfen Heights",)


def test_a_name_of_two_is_of_neither() -> None:
    names = Names({"1": "新柳社区", "2": "新柳社区", "3": "新柳村", "4": "石岚村"})
    assert names.meant("新柳社区") == Match(None, exact=True, several=("1", "2"))
    assert names.meant("新柳村").key == "3"
    assert names.meant("新柳居委会").several == ("1", "2", "3")
    assert names.meant("石岚社区") == Match("4", exact=False)


@given(
    st.sampled_from(sorted(MAP.values())), st.sampled_from([str.upper, str.lower, str.title, lambda name: f" {name} "])
)
def test_case_and_spaces_say_nothing(name: str, write: object) -> None:
    assert MAP[str(Names(MAP).meant(write(name)).key)] == name  # type: ignore[operator]
