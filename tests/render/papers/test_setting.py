"""What papers share: names, bounds in their language, the font their texts need, grids that are there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridkit.errors import TableError
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
