"""Which incidents a layer is about, and what they are called."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import Point

from gridkit.catalog import definitions
from gridkit.catalog.classes import Class
from gridkit.catalog.definitions import IncidentsLayer
from gridkit.errors import GridkitWarning
from gridkit.language.phrases import Text, spoken
from gridkit.measure.incidents.classes import chosen, classified, plain, titled

CLASSES = {
    "noise": Class(Text(en="Noise", zh="噪声"), ("Loud Music", "噪声 扰民")),
    "waste": Class(Text(en="Waste", zh="垃圾"), ("litter",)),
}
LAYER = IncidentsLayer("q", Text(en="Q", zh="青"), classes=CLASSES, only=True)


def events(*categories):
    """Return incidents with these categories; without the column where none is given."""
    columns = {"category": list(categories)} if categories else {}
    places = [Point(k, 0) for k in range(len(categories) or 2)]
    return gpd.GeoDataFrame(columns, geometry=places, crs="EPSG:32650").rename_axis("incident_id")


def test_neither_case_nor_space_tells_two_values_apart():
    assert plain(" Loud\u3000MUSIC ") == plain("loudmusic")
    assert plain("噪声 扰民") == "噪声扰民"
    assert plain(12) == "12"


def test_a_layer_takes_those_of_its_classes_and_those_without_category():
    given = events("LOUD music", "theft", None, "Litter")
    assert chosen(given, LAYER)["category"].fillna("-").tolist() == ["LOUD music", "-", "Litter"]


def test_where_none_is_of_a_class_all_are_counted_and_it_is_said():
    given = events("theft", None)
    with pytest.warns(GridkitWarning, match="no category is one of its classes"):
        assert chosen(given, LAYER) is given


def test_where_there_is_nothing_to_choose_by_all_are_taken_without_a_word():
    bare = events()
    blank = events(None, None)
    open_to_all = IncidentsLayer("q", Text(en="Q", zh="青"), classes=CLASSES)
    named = events("theft", "litter")
    assert chosen(bare, LAYER) is bare
    assert chosen(blank, LAYER) is blank
    assert chosen(named, open_to_all) is named


def test_what_fits_no_class_keeps_its_own_name():
    given = events("噪声扰民", "LITTER", "theft")
    assert classified(given, CLASSES)["class"].tolist() == ["noise", "waste", "theft"]
    assert "class" not in given


def test_without_classes_or_categories_there_is_no_class():
    assert "class" not in classified(events("theft"), {})
    assert "class" not in classified(events(), CLASSES)


def test_a_category_is_called_in_any_language_and_what_no_list_knows_stays_as_it_is():
    definition = definitions.layers()["incidents"]
    said = [
        spoken(each, lang) for lang in ("en", "zh") for each in titled(["消防隐患", "Fire  Hazard", "树洞"], definition)
    ]
    assert said == ["Fire hazard", "Fire hazard", "树洞", "消防隐患", "消防隐患", "树洞"]
