"""The proposal to a meeting: the ways, net by net what changes, what does not fit."""

from __future__ import annotations

import re

import geopandas as gpd
import pytest
from shapely.geometry import box
from towns import METRES, town

import gridkit as gk
from gridkit.errors import UsageError
from gridkit.recipes.departments import write_proposal

SAID = {
    "en": ("Before", "After", "made of whole grids", "this is proven", "north", "Decision", "16 households"),
    "zh": ("调整后", "由完整网格组成", "已证明", "north", "决定", "16户"),
}


def halves(at):
    return gpd.GeoDataFrame(
        {"code": ["north", "south"]}, geometry=[box(0, at, 400, 400), box(0, 0, 400, at)], crs=METRES
    )


@pytest.fixture(scope="module")
def fitted():
    return gk.departments_harmonise(town(), {"police": halves(300), "school": halves(200)}, union=True)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_tells_the_ways_and_what_each_area_gains(lang, fitted, tmp_path, read, chinese):
    write_proposal(fitted, tmp_path / "p.pdf", lang=lang)
    pages = read(tmp_path / "p.pdf")
    whole = re.sub(r"\s+", "", "".join(pages))
    assert [text for text in SAID[lang] if re.sub(r"\s+", "", text) not in whole] == []
    assert "+16" in whole
    assert "-16" in whole


def test_a_plan_that_moves_has_maps_of_its_grids_and_misfits_are_named(tmp_path, read):
    done = gk.departments_harmonise(town(), {"police": halves(300)}, union=True, fix="police")
    write_proposal(done, tmp_path / "p.pdf", lang="en")
    whole = " ".join("".join(read(tmp_path / "p.pdf")).split())
    assert "The grids" in whole
    assert "Nothing changes in this net." in whole
    done = gk.departments_harmonise(town(), {"police": halves(300)}, nest=True)
    write_proposal(done, tmp_path / "q.pdf", lang="en")
    assert "there are fewer areas than grids" in " ".join("".join(read(tmp_path / "q.pdf")).split())


def test_it_is_one_of_the_papers_once_nets_were_harmonised(fitted, tmp_path):
    made = gk.papers(fitted, tmp_path / "set", only="proposal", lang="en")
    assert made.files["proposal"].stat().st_size > 3000
    with pytest.raises(UsageError, match="no net was moved"):
        gk.papers(town(), tmp_path / "none", only="proposal", lang="en")
