"""A registry reads TOML strictly, names what is wrong by its path, and is overlaid by a user's folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from gridkit.catalog.registry import Registry
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
def registry(tmp_path: Path) -> Registry[Tree]:
    (tmp_path / "oak.toml").write_text('title = {en = "Oak", zh = "橡树"}\nheight = 20', encoding="utf-8")
    (tmp_path / "elm.toml").write_text('title = {en = "Elm", zh = "榆树"}', encoding="utf-8")
    return Registry("tree", Tree, (tmp_path,))


def test_a_definition_is_named_by_its_file(registry: Registry[Tree]) -> None:
    assert registry["oak"] == Tree("oak", Text(en="Oak", zh="橡树"), 20)
    assert list(registry) == ["elm", "oak"]


def test_an_unknown_name_gets_the_nearest(registry: Registry[Tree]) -> None:
    with pytest.raises(DefinitionError, match="no tree called 'oaks' - did you mean 'oak'"):
        registry["oaks"]


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
def test_a_wrong_definition_names_the_key(registry: Registry[Tree], text: str, said: str) -> None:
    (registry.folders[0] / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match=rf"bad\.toml: .*{said}"):
        registry["bad"]


def test_a_users_folder_overlays_the_shipped_one(registry: Registry[Tree], tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "oak.toml").write_text('title = {en = "My oak", zh = "我的"}', encoding="utf-8")
    overlaid = registry.overlaid(own)
    assert overlaid["oak"].title.said("en") == "My oak"
    assert list(overlaid) == ["elm", "oak"]
    assert registry["oak"].title.said("en") == "Oak"


def test_a_folder_that_is_none_is_named(registry: Registry[Tree]) -> None:
    with pytest.raises(DefinitionError, match="not a folder"):
        registry.overlaid("nowhere")
