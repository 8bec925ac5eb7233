import tomllib
from dataclasses import astuple

import pytest

from gridkit.catalog.presets import PresetRegistry, presets
from gridkit.errors import DefinitionError
from gridkit.plan.audit.titles import PRINCIPLES
from gridkit.plan.codes import Template
from gridkit.tables import FEATURES

REGISTRY = presets()
NAMES = [
    "census-ea",
    "census-tract",
    "chw",
    "cn-micro",
    "cn-social",
    "cn-unit",
    "electoral",
    "police-beat",
    "polling",
    "school",
]


def test_the_ten_practices_are_there():
    assert list(REGISTRY) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_is_whole(name):
    preset = REGISTRY[name]
    assert preset.name == name
    assert preset.title.said("zh")
    assert set(preset.rules) == set(PRINCIPLES)
    assert set(preset.vocabulary) == {"grid", "grids", "parent", "keeper", "name"}
    assert all(words.said("en") and words.said("zh") for words in preset.vocabulary.values())
    assert len(preset.prices.factors("cut")) == len(preset.prices.factors("inside")) == len(FEATURES)
    for template in (preset.codes.template, preset.codes.plain):
        assert Template.of(template)
    low, target, high = astuple(preset.band.of(1000.0))
    assert 0 < low <= target <= high


@pytest.mark.parametrize("name", NAMES)
def test_every_number_names_its_source(name):
    preset = REGISTRY[name]
    numbers = [preset.band.low, preset.band.target, preset.band.high, preset.prices.change, *preset.numbers.values()]
    sources = [each.source for each in [*numbers, preset.prices, preset.codes, *preset.rules.values()]]
    assert all(len(source) > 5 for source in sources)
    for path in preset.unverified():
        assert path


def test_what_is_visible_is_cheaper_to_follow_than_what_is_not():
    cut = dict(zip(FEATURES, REGISTRY["cn-social"].prices.factors("cut"), strict=True))
    assert cut["river"] < cut["arterial"] < cut["street"] < cut["none"] == 1


def test_numbers_of_the_sources_are_marked_as_read():
    assert REGISTRY["census-ea"].band.target.value == 125
    assert REGISTRY["census-ea"].band.target.verified
    assert not REGISTRY["cn-social"].band.low.verified
    assert astuple(REGISTRY["electoral"].band.of(1000.0)) == pytest.approx((900, 1000, 1100))


def test_a_preset_of_the_users_own_extends_a_shipped_one(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'like = "cn-social"\n[title]\nen = "Mine"\nzh = "我的"\n[band]\nlow = {value = 200, source = "decree 7"}\n',
        "utf-8",
    )
    mine = REGISTRY.overlaid(tmp_path)["mine"]
    assert isinstance(REGISTRY.overlaid(tmp_path), PresetRegistry)
    assert (mine.band.low.value, mine.band.low.source, mine.band.high.value) == (200, "decree 7", 500)
    assert mine.rules == REGISTRY["cn-social"].rules


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('like = "cn-social"\nmeasur = "people"', "measur"),
        ('like = "cn-social"\n[band]\nlow = {value = 900, source = "x"}', "low <= target"),
        ('like = "nothing"', "nothing"),
        ('like = "mine"', "mine"),
        ('like = "cn-social"\n[prices.cut]\nrivers = 0.1', "rivers"),
        ("like = ", "TOML"),
    ],
)
def test_a_wrong_preset_is_named_by_its_path(tmp_path, text, said):
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    with pytest.raises(DefinitionError, match=said):
        REGISTRY.overlaid(tmp_path)["mine"]


def test_a_number_that_a_practice_does_not_give_is_asked_for_by_name():
    assert REGISTRY["cn-social"].number("workers") == 1.0
    with pytest.raises(DefinitionError, match=r"preset cn-social gives no number 'wokers' - .*\[numbers\.wokers\]"):
        REGISTRY["cn-social"].number("wokers")


def test_words_are_by_language_and_none_is_lost():
    preset = REGISTRY["police-beat"]
    words = preset.words()
    assert words["en"]["grid"] == "beat"
    assert {lang: set(said) for lang, said in words.items()} == {lang: set(preset.vocabulary) for lang in ("en", "zh")}


def test_whose_number_nobody_has_read_is_told_by_its_path_and_what_was_read_is_not(tmp_path):
    told = REGISTRY["cn-social"].unverified()
    assert {"band.low", "prices"} <= set(told)
    assert len(set(told)) == len(told)
    (tmp_path / "mine.toml").write_text(
        'like = "cn-social"\n[band]\nlow = {value = 200, source = "decree 7", verified = true}\n', "utf-8"
    )
    assert set(told) - set(REGISTRY.overlaid(tmp_path)["mine"].unverified()) == {"band.low"}


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("{parent}", "needs {number} or {ordinal}"),
        ("{parent} {nomber}", "may have"),
        ("{number:03}", "needs"),
        ("{number", "needs"),
        ("{parent.x} {number}", "needs"),
    ],
)
def test_a_pattern_of_names_that_would_name_no_grid_is_refused(tmp_path, pattern, why):
    (tmp_path / "mine.toml").write_text(f'like = "cn-social"\n[vocabulary]\nname = {{en = "{pattern}"}}\n', "utf-8")
    with pytest.raises(DefinitionError) as caught:
        REGISTRY.overlaid(tmp_path)["mine"]
    assert why in str(caught.value)


def test_a_name_that_is_not_there_gets_a_hint():
    with pytest.raises(DefinitionError, match="cn-social"):
        REGISTRY["cn-socail"]
    with pytest.raises(DefinitionError, match="there is no preset"):
        REGISTRY["_common"]


def test_no_file_repeats_what_it_starts_from():
    common = tomllib.loads(REGISTRY.folders[0].joinpath("_common.toml").read_text("utf-8"))
    for name, path in REGISTRY.paths().items():
        own = tomllib.loads(path.read_text("utf-8")).get("rules", {})
        assert not [rule for rule, said in own.items() if said == common["rules"][rule]], name


def test_a_folder_of_ones_own_stands_before_the_shipped_presets(tmp_path, monkeypatch):
    (tmp_path / "q-grids.toml").write_text(
        'like = "cn-social"\n\n[title]\nen = "Grids of Q"\nzh = "Q区网格"\n', encoding="utf-8"
    )
    monkeypatch.setenv("GRIDKIT_PRESETS", str(tmp_path))
    assert presets()["q-grids"].title == "Grids of Q"
    assert presets()["q-grids"].band == presets()["cn-social"].band
    monkeypatch.setenv("GRIDKIT_PRESETS", str(tmp_path / "none"))
    with pytest.raises(DefinitionError, match="not a folder of definitions"):
        presets()
