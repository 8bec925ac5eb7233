"""Kinds of incidents: their titles stand once, whoever gathers by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridkit.catalog.classes import Class, titled
from gridkit.catalog.definitions import LayerDefinition, layers
from gridkit.catalog.registry import checked
from gridkit.errors import DefinitionError

CALLED = {"noise": Class("Noise", ("噪声", "noise"))}
LAYER = {"name": "mine", "kind": "incidents", "title": {"en": "Mine", "zh": "自定"}}


def test_a_class_without_a_title_is_that_of_its_name_with_its_own_values_besides():
    found = titled({"noise": Class(values=("loud", "noise"))}, CALLED)
    assert found == {"noise": Class("Noise", ("噪声", "noise", "loud"))}


def test_a_class_with_a_title_stays_as_it_is():
    own = Class("Racket", ("racket",))
    assert titled({"noise": own}, CALLED) == {"noise": own}


@pytest.mark.parametrize("part", ["classes", "called"])
def test_a_class_that_nothing_gives_a_title_is_named(part):
    with pytest.raises(DefinitionError, match="class dust has no title"):
        checked({**LAYER, part: {"dust": {"values": ["dust"]}}}, LayerDefinition, Path("mine.toml"))


def test_the_classes_of_the_hotline_are_called_as_all_incidents_are():
    hotline, incidents = layers()["hotline-12345"], layers()["incidents"]
    assert len(hotline.classes) == 5
    for name, each in hotline.classes.items():
        assert each.title.said("zh") == incidents.called[name].title.said("zh")
        assert set(incidents.called[name].values) <= set(each.values)
