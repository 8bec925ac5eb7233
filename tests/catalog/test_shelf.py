"""A shelf reads TOML strictly, names what is wrong by its path, and is overlaid by a user's folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from gridkit.catalog.shelf import Shelf
from gridkit.errors import DefinitionError
from gridkit.language.phrases import Text

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Tree:
    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - pydantic reads it from the class

    name: str
    title: Text
    height: float = 1.0


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf[Tree]:
    (tmp_path / "oak.toml").write_text('title = {en = "Oak", zh = "橡树"}\nheight = 20', encoding="utf-8")
    (tmp_path / "elm.toml").write_text('title = {en = "Elm", zh = "榆树"}', encoding="utf-8")
    return Shelf("tree", Tree, (tmp_path,))


def test_a_definition_is_named_by_its_file(shelf: Shelf[Tree]) -> None:
    assert shelf["oak"] == Tree("oak", Text(en="Oak", zh="橡树"), 20)
    assert list(shelf) == ["elm", "oak"]


def test_an_unknown_name_gets_the_nearest(shelf: Shelf[Tree]) -> None:
    with pytest.raises(DefinitionError, match="no tree called 'oaks' - did you mean 'oak'"):
        shelf["oaks"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('title = "X"', "title: must be a text by language"),
        ('title = {en = "X", "a b" = "x"}', "title: must be a text by language"),
        ("title = {en = 1}", "title: must be a text by language"),
        ('title = {en = "X", zh = "x"}\nhight = 2', "hight: Unexpected"),
        ("title = ", "not valid TOML"),
    ],
)
def test_a_wrong_definition_names_the_key(shelf: Shelf[Tree], text: str, said: str) -> None:
    (shelf.folders[0] / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=rf"bad\.toml: .*{said}"):
        shelf["bad"]


def test_a_users_folder_overlays_the_shipped_one(shelf: Shelf[Tree], tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "oak.toml").write_text('title = {en = "My oak", zh = "我的"}', encoding="utf-8")
    overlaid = shelf.overlaid(own)
    assert overlaid["oak"].title.said("en") == "My oak"
    assert list(overlaid) == ["elm", "oak"]
    assert shelf["oak"].title.said("en") == "Oak"


def test_a_folder_that_is_none_is_named(shelf: Shelf[Tree]) -> None:
    with pytest.raises(DefinitionError, match="not a folder"):
        shelf.overlaid("nowhere")
