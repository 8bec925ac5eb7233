"""Every file of layers/ is a test case."""

from __future__ import annotations

import pytest

from gridkit.catalog.definitions import layers
from gridkit.catalog.registry import shipped
from gridkit.errors import DefinitionError
from gridkit.measure.compute import KINDS

NAMES = list(layers())


@pytest.fixture(params=NAMES)
def definition(request):
    return layers()[request.param]


def test_the_catalogue_holds_what_officials_look_at():
    wanted = (
        "balance incidents accidents crime hotline-12345 city-events fire-incidents disputes clinics hospitals schools "
        "kindergartens elderly-care markets police fire-stations parks bus-stops toilets community-centres circle-15"
    )
    assert set(wanted.split()) <= set(NAMES)


def test_a_definition_has_a_title_in_both_languages_and_a_source(definition):
    assert definition.title.said("en")
    assert definition.title.said("zh")
    assert definition.about.said("en")
    assert definition.about.said("zh")
    assert definition.source


def test_a_definition_can_be_computed_and_coloured(definition):
    assert definition.kind in KINDS
    assert definition.measures
    assert all(measure.title.said("en") and measure.title.said("zh") for measure in definition.measures)


def test_thresholds_rise(definition):
    if definition.kind == "coverage":
        assert definition.minutes
        assert list(definition.minutes) == sorted(set(definition.minutes))
        assert definition.tags or definition.areas


def test_a_one_stop_layer_names_coverage_layers(definition):
    if definition.kind == "onestop":
        assert {layers()[name].kind for name in definition.services} == {"coverage"}


def test_no_value_means_two_classes_or_two_states(definition):
    if definition.kind == "incidents":
        for values in (
            [value.casefold() for each in definition.classes.values() for value in each.values],
            [value.casefold() for each in definition.states.values() for value in each],
        ):
            assert len(values) == len(set(values))


def test_the_folder_holds_no_code():
    assert not list(shipped("layers").rglob("*.py"))


def test_a_folder_of_ones_own_adds_and_replaces(tmp_path):
    (tmp_path / "libraries.toml").write_text('like = "clinics"\ntitle = {en = "Libraries", zh = "图书馆"}', "utf-8")
    (tmp_path / "schools.toml").write_text('like = "clinics"\nminutes = [7]', "utf-8")
    registry = layers().overlaid(tmp_path)
    assert registry["libraries"].title.said("zh") == "图书馆"
    assert registry["libraries"].tags == layers()["clinics"].tags
    assert registry["schools"].minutes == (7.0,)
    assert [measure.column for measure in registry["schools"].measures] == ["within_7", "minutes"]
    assert set(NAMES) < set(registry)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "coverage"\ntitle = {en = "a", zh = "b"}\ntgas = {}', "coverage.tgas"),
        ('kind = "covrage"\ntitle = {en = "a", zh = "b"}', "covrage"),
        ('like = "nothing"', "leads nowhere"),
        ('like = "mine"', "leads nowhere"),
        ("kind = ", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_named_with_its_fault(tmp_path, text, said):
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    with pytest.raises(DefinitionError, match=said) as caught:
        layers().overlaid(tmp_path)["mine"]
    assert "mine.toml" in str(caught.value)


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(DefinitionError, match="did you mean 'clinics'"):
        layers()["clincs"]
