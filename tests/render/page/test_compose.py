from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace

import folium
import pandas as pd
import pytest
from hostile import HOSTILE
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.errors import GridkitError, OutputError
from gridkit.render.page.compose import Choices, compose
from gridkit.render.page.offline_figure import OfflineFigure
from gridkit.render.page.payload import open_island
from gridkit.sources import contacts


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


@pytest.fixture(scope="module")
def small():
    return crooked_plan(Size(side=4, incidents=40, buildings=60))


@pytest.mark.parametrize(
    ("view", "other", "fault"),
    [
        (maps()["compare"], False, "is about what changed since another plan, and none is given"),
        (maps()["public"], True, "is public and takes one plan"),
        (replace(maps()["public"], least_count=1), False, "does not say which counts are too small to be shown"),
    ],
)
def test_a_page_that_cannot_be_or_would_tell_what_it_hides_is_refused(view, other, fault, small):
    with pytest.raises(GridkitError, match=fault) as caught:
        compose(small, view, other=small if other else None)
    assert caught.value.sentence("zh") != str(caught.value)


def test_a_page_of_two_plans_opens_in_the_language_that_is_asked_for_and_shows_what_moved(small):
    before = replace(small, units=small.units.assign(grid_id=small.units["grid_id"].iloc[::-1].to_numpy()), layers={})
    head = island(compose(small, maps()["planner"], lang="en", other=before).to_html())
    assert "compare" in head["view"]["shows"]
    assert (head["lang"], head["follows"], len(head["plans"])) == ("en", False, 2)
    whole = island(compose(small, maps()["official"]).to_html())
    assert (whole["follows"], len(whole["plans"])) == (True, 1)


def test_contacts_stand_on_the_cards_of_the_grids_they_are_for(small):
    first = str(small.grids.index[0])
    rows = contacts.read(pd.DataFrame({"grid": [first], "phone": ["0513-5550123"]}))
    html = compose(small, maps()["public"], choices=Choices(contacts=rows)).to_html()
    assert "0513-5550123" in json.dumps(island(html), ensure_ascii=False)
    assert "0513-5550123" not in json.dumps(island(compose(small, maps()["public"]).to_html()))


def test_a_public_page_is_remembered_once_when_it_is_written_and_printed_when_asked(small, tmp_path, capfdbinary):
    made, kept = compose(small, maps()["public"]), []
    assert made.withheld is not None
    made.keep = lambda: kept.append(1)
    made.save(tmp_path / "a.html")
    made.save(tmp_path / "a.html", overwrite=True)
    assert kept == [1]
    made.save("-")
    assert capfdbinary.readouterr().out.decode() == (tmp_path / "a.html").read_text(encoding="utf-8")


def test_whoever_can_bring_a_layer_is_told_which_one_is_missing(small):
    view = replace(maps()["official"], layers=("balance", "markets"))
    lacks = island(compose(small, view).to_html())["parts"]["lacks"]["rows"]
    assert [each["command"] for each in lacks if "markets" in each["command"]]
    assert island(compose(small, maps()["public"]).to_html())["parts"]["lacks"] is None


def test_addresses_and_names_to_search_for_are_packed_where_a_view_shows_them(small):
    shows = (*maps()["planner"].shows, "addresses", "search")
    head = island(compose(small, replace(maps()["planner"], shows=shows)).to_html())
    assert "houses" in head
    assert head["pinyin"]
