"""A font with simplified Chinese is found where systems keep them, or it is said how to get one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gridkit.errors import OutputError
from gridkit.render.papers import fonts

pytest.importorskip("fontTools")
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import TTCollection
from fontTools.ttLib.tables._g_l_y_f import Glyph


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.delenv(fonts.FONT_VARIABLE, raising=False)
    fonts._found.cache_clear()
    yield
    fonts._found.cache_clear()


def font(family, letters=""):
    """Return the smallest font there is, of a family's name, with some letters that have no ink."""
    made = FontBuilder(1000, isTTF=True)
    names = [".notdef", *(f"u{ord(letter):04x}" for letter in letters)]
    made.setupGlyphOrder(names)
    made.setupCharacterMap(dict(zip(map(ord, letters), names[1:], strict=True)))
    made.setupGlyf({name: Glyph() for name in names})
    made.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    made.setupHorizontalHeader()
    made.setupNameTable({"familyName": family, "styleName": "Regular"})
    made.setupPost()
    return made.font


def collection(path, *families):
    path.parent.mkdir(parents=True, exist_ok=True)
    made = TTCollection()
    made.fonts = [font(family) for family in families]
    made.save(path)
    return path


def test_the_best_font_installed_is_taken_wherever_it_lies(tmp_path, monkeypatch):
    for name in ("simsun.ttc", "b/Deng.ttf", "a/other.ttf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setattr(fonts, "_folders", lambda: (tmp_path / "none", tmp_path))
    assert fonts.chinese() == fonts.Face(tmp_path / "b/Deng.ttf")


@pytest.mark.parametrize(
    ("families", "number"),
    [
        (["Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans CJK SC"], 2),
        (["Hiragino Sans GB"], 0),
        (["Ming", "Kai"], 0),
    ],
)
def test_of_a_collection_the_face_cut_for_simplified_chinese_is_taken(families, number, tmp_path, monkeypatch):
    path = collection(tmp_path / "NotoSansCJK-Regular.ttc", *families)
    monkeypatch.setattr(fonts, "_folders", lambda: (tmp_path,))
    assert fonts.chinese() == fonts.Face(path, number)


def test_a_font_that_is_named_comes_before_all_others(tmp_path, monkeypatch):
    named = tmp_path / "own.ttf"
    named.write_bytes(b"")
    monkeypatch.setenv(fonts.FONT_VARIABLE, str(named))
    assert fonts.chinese() == fonts.Face(named)


@pytest.mark.parametrize("named", ["", "gone.ttf"])
def test_without_a_font_it_is_said_how_to_get_one(named, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_folders", lambda: (tmp_path,))
    if named:
        monkeypatch.setenv(fonts.FONT_VARIABLE, str(tmp_path / named))
    with pytest.raises(OutputError, match=r"no font with Chinese characters.*GRIDKIT_FONT"):
        fonts.chinese()


@pytest.mark.parametrize(
    ("platform", "folder"),
    [("linux", "/usr/share/fonts"), ("darwin", "/Library/Fonts"), ("win32", "Fonts")],
)
def test_every_system_has_its_own_folders(platform, folder, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("WINDIR", "/windows")
    found = fonts._folders()
    assert any(each == Path(folder) or each.name == folder for each in found)
    assert any(each.is_relative_to(Path.home()) for each in found)


@pytest.mark.parametrize(("text", "needed"), [("Q Road 12", False), ("文昌路", True), ("Ａ", True), ("é", False)])
def test_only_what_latin_fonts_lack_needs_one(text, needed):
    assert fonts.needs_chinese(text) is needed


def test_letters_that_a_font_lacks_are_looked_for_in_the_others(tmp_path, monkeypatch):
    for name, letters in (("First", "abc"), ("Thai", "กขค"), ("Some", "ก"), ("Thai-Bold", "กขคง"), ("Hindi", "कख")):
        font(name, letters).save(tmp_path / f"{name}.ttf")
    (tmp_path / "Broken.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "_folders", lambda: (tmp_path,))
    fonts._installed.cache_clear()
    fonts.wide.cache_clear()
    first, text = fonts.Face(tmp_path / "First.ttf"), "cab กขค คข कख\u200d ง"
    found = fonts.others(text, first)
    assert [face.path.stem for face in found] == ["Thai", "Hindi"]
    assert fonts.lacked(text, [first, *found]) == "ง"
    assert fonts.others("abc", first) == []
    fonts._installed.cache_clear()
    fonts.wide.cache_clear()
