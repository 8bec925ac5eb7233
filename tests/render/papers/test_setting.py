"""What papers share: names, bounds in their language, the font their texts need, grids that are there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shapely import box

from gridkit.errors import GridkitWarning, TableError
from gridkit.ledger import Account
from gridkit.provenance import MADE_UP, Step
from gridkit.render.papers.pen import write
from gridkit.render.papers.setting import Setting, chosen, document, finished


def test_bounds_are_said_in_the_papers_language(small):
    grid = small.grids.index[0]
    assert Setting(small, "zh").bounds[grid].startswith("东至")
    assert Setting(small, "en").bounds[grid].startswith("East")


def test_grids_are_listed_community_by_community(small):
    setting = Setting(small, "zh")
    parents = [small.grids.loc[grid, "parent"] for grid in setting.order]
    assert parents == sorted(parents)
    assert sorted(setting.order) == sorted(small.grids.index)


def test_a_grid_that_is_not_there_is_named_with_its_nearest(small):
    assert chosen(small, None) == tuple(small.grids.index)
    with pytest.raises(TableError, match="did you mean"):
        chosen(small, ["32050801900000"])


def test_letters_of_any_alphabet_are_set(small, tmp_path, chinese, read):
    named = replace(small, districts=small.districts.assign(name="Łódź Жуково"))
    setting = Setting(named, "en")
    pdf = document(setting, "t")
    pdf.add_page()
    write(pdf, 20, 20, setting.community(str(small.districts.index[0])), 12, "#000000")
    (tmp_path / "t.pdf").write_bytes(finished(pdf))
    assert "Łódź Жуково" in read(tmp_path / "t.pdf")[0]


def test_openstreetmap_is_named_where_it_was_read(small):
    assert not Setting(small, "zh").surveyed
    read_it = Step("split", ledger=(Account("city.osm.pbf", "osm", "rows", 3, 3),))
    assert Setting(replace(small, history=(read_it,)), "zh").surveyed
    assert Setting(replace(small, history=(read_it,)), "zh").source == "© OpenStreetMap 贡献者"


def test_a_made_up_district_thanks_nobody_and_says_so_in_the_papers_language(small):
    features = {"sources": [{"generator": MADE_UP}]}
    ledger = (Account("city.osm.pbf", "osm", "rows", 3, 3),)
    plan = replace(small, history=(Step("split", parameters={"units": {"features": features}}, ledger=ledger),))
    assert Setting(plan, "zh").source == "虚构辖区，非真实地点"
    assert Setting(plan, "en").source == "made-up district, no real place"
    mixed = {"sources": [{"generator": MADE_UP}, {"generator": "osmium"}]}
    plan = replace(small, history=(Step("split", parameters={"units": {"features": mixed}}, ledger=ledger),))
    assert Setting(plan, "en").source == "© OpenStreetMap contributors"


def placed(plan):
    """Return a plan whose incidents say in which grid they lie, the first two thirds of them in the first."""
    layer = plan.layers["incidents"]
    points = layer.tables["points"]
    grids = [plan.grids.index[0 if at % 3 else 1 + at % 2] for at in range(len(points))]
    laid = replace(layer, tables={**layer.tables, "points": points.assign(grid_id=grids)}, digest="")
    return replace(plan, layers={**plan.layers, "incidents": laid})


def test_incidents_are_counted_by_grid_and_class_the_most_frequent_first(small):
    plan = placed(small)
    setting = Setting(plan, "en")
    points = plan.layers["incidents"].tables["points"]
    every = points["grid_id"].value_counts()
    assert {grid: many for grid, (many, _) in setting.happened["incidents"].items()} == every.to_dict()
    for _, kinds in setting.happened["incidents"].values():
        numbers = [many for _, many in kinds]
        assert numbers == sorted(numbers, reverse=True)
    assert sum(many for _, kinds in setting.happened["incidents"].values() for _, many in kinds) == len(points)
    assert set(setting.layers["balance"]) == set(small.grids.index)


def test_points_without_a_category_are_counted_all_the_same(small):
    layer = placed(small).layers["incidents"]
    points = layer.tables["points"].drop(columns="category")
    bare = replace(small, layers={"incidents": replace(layer, tables={**layer.tables, "points": points})})
    told = Setting(bare, "en").happened["incidents"]
    assert sum(many for many, _ in told.values()) == len(points)
    assert all(kinds == [] for _, kinds in told.values())


def test_the_base_map_is_seen_through_a_window_and_named_in_the_papers_language(small):
    roads = small.backdrop["roads"].assign(name="和平路", name_en="Peace Road")
    roads["name_en"] = roads["name_en"].where(roads.index != roads.index[0])
    plan = replace(small, backdrop={**small.backdrop, "roads": roads})
    setting = Setting(plan, "en")
    assert set(setting.signed("roads")) == {"Peace Road", "和平路"}, "where a name has no English its own stands"
    assert set(Setting(plan, "zh").signed("roads")) == {"和平路"}
    assert setting.signed("no such table") is None
    west, south, east, north = roads.total_bounds
    at, shapes = setting.seen("roads", box(west, south, (west + east) / 2, north))
    assert 0 < len(at) == len(shapes)
    assert len(setting.seen("roads", box(west - 900, south, west - 800, north))[0]) == len(at), "one window a page"
    assert [len(each) for each in setting.seen("no such table", box(0, 0, 1, 1))] == [0, 0]
    assert len(setting.tiers) == len(roads)


def test_a_community_without_a_name_is_called_by_its_code_and_grids_have_two_names(small):
    nameless = Setting(replace(small, districts=small.districts.drop(columns="name")), "en")
    code = str(small.districts.index[0])
    assert code in nameless.community(code)
    setting = Setting(replace(small, attributes=None), "zh")
    assert set(setting.names) == set(setting.short) == set(small.grids.index)
    grid = str(small.grids.index[0])
    assert setting.names[grid].endswith(setting.short[grid])


def test_a_document_for_plain_letters_needs_no_font_and_says_which_letters_it_lacks(small):
    latin = replace(
        small, districts=small.districts.assign(name="Mill"), attributes=None, backdrop={}, layers={},
        parameters=replace(small.parameters, title="Plan"),
    )  # fmt: skip
    assert finished(document(Setting(latin, "en"), "")).startswith(b"%PDF")
    strange = replace(latin, districts=latin.districts.assign(name="Mill \U0001fbf0"))
    with pytest.warns(GridkitWarning, match="1 letter is in no font here"):
        finished(document(Setting(strange, "en"), "t", landscape=True, size="A3"))
