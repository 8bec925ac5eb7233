"""What a shell offers: names of definitions, and the layers and columns of the file that was typed."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import box

from gridkit import cli
from gridkit.commands.completion import ASKED, answer

AREA = gpd.GeoDataFrame({"code": ["1"], "people": [7]}, geometry=[box(0, 0, 100, 100)], crs="EPSG:32650")


@pytest.fixture
def offered(monkeypatch, capsys, tmp_path):
    """Return what bash is offered for a line, of which it has broken words at colons and equals signs."""
    monkeypatch.chdir(tmp_path)
    AREA.to_file("district.gpkg", layer="communities")
    AREA.dissolve()[["geometry"]].to_file("district.gpkg", layer="district")
    (tmp_path / "orders.csv").write_text("编号,上报时间\n1,2025-01-31\n", encoding="utf-8")

    def complete(*words):
        monkeypatch.setenv(ASKED, "complete_bash")
        monkeypatch.setenv("COMP_WORDS", "\n".join(["gridkit", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        answer(cli.run)
        return capsys.readouterr().out.split()

    return complete


@pytest.mark.parametrize(
    ("words", "some"),
    [
        (("split", "x", "--preset", "cn-s"), ["cn-social"]),
        (("map", "x", "--view", "pub"), ["public"]),
        (("layer", "x", "hot"), ["hotline-12345"]),
        (("explain", "GK60"), ["GK601", "GK602"]),
        (("emergency", "x", "--preset", "fl"), ["flood"]),
        (("export", "x", "--scheme", "cn-u"), ["cn-unit"]),
        (("split", "x", "--datum", "gcj"), ["gcj02"]),
        (("split", "x", "--lang", ""), ["en", "zh"]),
        (("expl",), ["explain"]),
        (("split", "x", "--decimal", ""), [".", ","]),
    ],
    ids=lambda value: value[-1] or "any" if isinstance(value, tuple) else "",
)
def test_names_are_offered(offered, words, some):
    assert set(some) <= set(offered(*words))


def test_the_layers_of_the_file_typed_are_offered_after_its_colon(offered):
    assert sorted(offered("split", "district.gpkg", ":", "")) == ["communities", "district"]
    assert offered("split", "district.gpkg", ":", "comm") == ["communities"]


def test_the_columns_of_the_layer_typed_are_offered_after_the_next_colon(offered):
    assert offered("split", "x", "--people", "district.gpkg", ":", "communities", ":", "peo") == ["people"]


def test_the_columns_of_the_district_typed_are_offered_as_parents(offered):
    assert offered("split", "district.gpkg", ":", "communities", "--parents", "") == ["code", "people"]


def test_the_columns_of_a_table_are_offered_for_a_role(offered):
    assert offered("layer", "x", "incidents", "--data", "orders.csv", "--column", "time", "=", "上") == ["上报时间"]


def test_the_layers_of_a_net_are_offered_after_its_name(offered):
    assert offered("departments", "overlay", "x", "police", "=", "district.gpkg", ":", "c") == ["communities"]


def test_a_file_that_is_not_there_offers_nothing_and_fails_nothing(offered):
    assert offered("split", "nothing.gpkg", ":", "") == []
    assert offered("split", "distr") == []


def test_another_shell_is_answered_as_typer_does(monkeypatch, capsys):
    monkeypatch.setenv(ASKED, "complete_zsh")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "gridkit map x --view pub")
    answer(cli.run)
    assert "public" in capsys.readouterr().out


def test_a_line_without_completion_only_runs(monkeypatch):
    monkeypatch.delenv(ASKED, raising=False)
    assert answer(lambda: 5) == 5
