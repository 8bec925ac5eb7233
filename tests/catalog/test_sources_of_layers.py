"""Every layer says where its thresholds come from, whether that was read, and what its arithmetic was held against."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from gridkit.catalog.definitions import layers

LAYERS = sorted((Path(__file__).resolve().parents[2] / "layers").glob("*.toml"))


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.stem)
def test_a_layer_says_its_source_and_whether_it_was_verified(path):
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    assert said.get("source")
    assert isinstance(said.get("verified"), bool)


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.stem)
def test_a_layer_says_what_its_arithmetic_was_held_against(path):
    said = layers()[path.stem].checked
    assert "truth.md" in said or "tests/" in said
