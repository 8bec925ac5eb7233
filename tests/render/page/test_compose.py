from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import folium
import pytest
from hostile import HOSTILE
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.errors import OutputError
from gridkit.render.page.compose import Choices, compose
from gridkit.render.page.offline_figure import OfflineFigure
from gridkit.render.page.payload import open_island


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(side=8, incidents=120))


def island(html):
    return open_island(re.search(r'id="gk-island">([^<]*)<', html)[1])


def test_the_map_is_a_folium_map(plan):
    assert isinstance(compose(plan, maps()["official"]), folium.Map)


def test_two_runs_write_the_same_page(plan):
    assert compose(plan, maps()["official"]).to_html() == compose(plan, maps()["official"]).to_html()


def test_a_page_is_written_whole_or_not_at_all(plan, tmp_path):
    (tmp_path / "m.html").write_text("mine")
    with pytest.raises(OutputError):
        compose(plan, maps()["official"]).save(tmp_path / "m.html", overwrite=False)
    assert (tmp_path / "m.html").read_text() == "mine"


def test_every_script_on_the_page_is_named_by_its_hash(plan):
    html = compose(plan, maps()["planner"]).to_html()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    inline = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    packed = open_island(re.search(r'id="gk-island">(.*?)</script>', html, re.DOTALL)[1])["scripts"]
    assert len(inline) == 4
    assert len(packed) > 10
    scripts = [*inline, *packed]
    for code in scripts:
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_page_names_no_host(plan):
    html = compose(plan, maps()["planner"]).to_html()
    code = re.sub(r"https?://(www\.w3\.org|leafletjs\.com|openstreetmap\.org)[^\s\"'<]*", "", html)
    assert re.findall(r"(?:src|href)=[\"']?https?:", code) == []
    assert "<link" not in html


def test_a_view_without_edits_carries_no_script_that_edits(plan):
    with_edits, without = (island(compose(plan, maps()[name]).to_html())["scripts"] for name in ("planner", "official"))
    assert any("gk.moveUnit" in code for code in with_edits)
    assert not any("gk.moveUnit" in code for code in without)


def test_a_layer_the_plan_does_not_hold_is_left_out(plan):
    view = replace(maps()["official"], layers=("balance", "markets"))
    head = island(compose(plan, view).to_html())
    assert {column["layer"] for column in head["plans"][0]["columns"]} == {"balance", ""}


def test_a_plan_without_layers_still_has_its_people_to_colour_by(plan):
    head = island(compose(replace(plan, layers={}), maps()["official"]).to_html())
    assert [column["name"] for column in head["plans"][0]["columns"]] == ["people", "households", "area_m2"]


def test_a_stale_layer_is_not_shown_as_if_it_were_of_now(plan):
    stale = {name: replace(layer, digest="0" * 16) for name, layer in plan.layers.items()}
    head = island(compose(replace(plan, layers=stale), maps()["official"]).to_html())
    assert {column["layer"] for column in head["plans"][0]["columns"]} == {""}


@pytest.mark.slow
def test_hostile_titles_are_escaped_in_the_frame(plan):
    for text in HOSTILE[:40]:
        titled = replace(plan, parameters=replace(plan.parameters, title=text))
        html = compose(titled, maps()["public"], choices=Choices(approval=text)).to_html()
        head = html[: html.index("<style>")]
        assert "<script" not in head
        assert "<img" not in head
        assert "onerror" not in head.replace("&lt;", "<").split("<title>")[0]


def test_adding_a_link_without_its_package_names_the_asset():
    figure = OfflineFigure()
    figure.add_child(folium.Map(tiles=None))
    with pytest.raises(OutputError, match="bootstrap"):
        figure.render()


def test_an_asset_can_be_handed_in(plan, tmp_path):
    (tmp_path / "mine.js").write_text("window.mine = '</script>';")
    url = "https://cdn.example/mine.js"
    made = compose(plan, maps()["official"], choices=Choices(assets={url: str(tmp_path / "mine.js")}))
    made.add_js_link("mine", url)
    assert "window.mine = '<\\/script>';" in made.to_html()
