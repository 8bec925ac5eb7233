"""Code pages of European letters: told by alphabet and place, else asked about."""

from __future__ import annotations

import pytest

from gridkit.sources.tables.letters import candidates


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Příčná ulice, Žižkov", "cp1250"),
        ("Kőrösi út, Fő tér", "cp1250"),
        ("Piaţa Unirii, Şoseaua Iancului, Câmpul", "cp1250"),
        ("Ilica čempres đak ćup, Trg Žrtava", "cp1250"),
        ("Źródło, Żółkiewskiego, Łąka", "cp1250"),
        ("Çiçek Sokağı, İnönü", "cp1254"),
        ("Lycée Première, Fête à Besançon", "cp1252"),
        ("Città più", "cp1252"),
        ("São João, Praça das Flores", "cp1252"),
        ("Strøget, Ærø, Gågata, Bjørnson", "cp1252"),
        ("España, Peñón", "cp1252"),
        ("Königstraße", "cp1252"),
        ("l’Église d’Azur – côté, 10 m²", "cp1252"),
    ],
)
def test_letters_of_one_alphabet_tell_the_code_page(text, name):
    assert candidates(text.encode(name)) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [("Fő tér", "cp1250"), ("Coöperatie", "cp850"), ("Königstraße", "mac_roman"), ("улица Мира", "cp1251")],
)
def test_what_fits_several_is_asked_about_and_the_right_one_is_among_them(text, name):
    found = candidates(text.encode(name))
    assert len(found) > 1
    assert name in found


def test_what_reads_alike_in_all_of_them_is_no_question():
    assert candidates("Árpád út".encode("cp1250")) == ["cp1252"]
