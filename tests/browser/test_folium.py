"""What others put on the map: a user's own folium, and tiles where they were asked for."""

from __future__ import annotations

import re

import folium
import pytest
from folium.plugins import MarkerCluster
from pages import go
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.errors import OutputError
from gridkit.render.page import compose as pages
from gridkit.render.page.compose import Choices
from gridkit.render.page.tiles import TIANDITU, Tiles


def compose(*args, **more):
    """Return a page that opens in Chinese, whatever the language of the machine."""
    return pages.compose(*args, **{"lang": "zh", **more})


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(incidents=600))


def test_a_users_folium_layers_are_drawn_offline(plan, page, asked, wrong, tmp_path):
    pytest.importorskip("xstatic.pkg.jquery")
    made = compose(plan, maps()["official"])
    folium.Marker([31.98, 118.9], popup="My own", tooltip="tip").add_to(made)
    folium.GeoJson(plan.districts.to_crs(4326).to_json(), name="Mine").add_to(made)
    folium.LayerControl().add_to(made)
    made.save(tmp_path / "own.html")
    go(page, tmp_path / "own.html")
    assert page.locator(".leaflet-marker-icon").count() == 1
    assert page.evaluate("document.querySelector('.leaflet-marker-icon').naturalWidth") > 0
    page.locator(".leaflet-marker-icon").dispatch_event("click")
    assert "My own" in page.inner_text(".leaflet-popup-content")
    assert asked == []
    assert wrong == []


def test_a_plugin_whose_asset_no_package_brings_is_named(plan, tmp_path):
    made = compose(plan, maps()["official"])
    MarkerCluster().add_to(made)
    with pytest.raises(OutputError, match=r"leaflet\.markercluster\.js"):
        made.save(tmp_path / "plugin.html")
    assert not (tmp_path / "plugin.html").exists()


def test_adding_to_one_map_leaves_other_maps_as_they_were(plan):
    one, two = compose(plan, maps()["official"]), compose(plan, maps()["official"])
    one.add_js_link("mine", "https://cdn.example/mine.js")
    assert "mine.js" not in two.to_html()
    with pytest.raises(OutputError, match=r"mine\.js"):
        one.to_html()


# ------------------------------------------------------------------ tiles, when asked
def test_tiles_are_asked_of_their_host_alone_and_can_be_switched_off(plan, page, asked, tmp_path):
    tiles = Tiles("https://{s}.tile.example/{z}/{x}/{y}.png", "© Somebody", subdomains="ab")
    compose(plan, maps()["official"], choices=Choices(tiles=tiles)).save(tmp_path / "t.html")
    go(page, tmp_path / "t.html")
    assert asked
    assert {re.sub(r"//[ab]\.", "//", each).rsplit("/", 3)[0] for each in asked} == {"https://tile.example"}
    assert "© Somebody" in page.inner_text(".leaflet-control-attribution")
    page.get_by_label("在线底图").uncheck()
    page.wait_for_timeout(100)
    assert page.locator(".leaflet-tile-pane img").count() == 0


def test_tiles_in_gcj02_are_moved_to_where_they_belong(plan, page, tmp_path):
    spots = []
    for moved in (False, True):
        tiles = Tiles("https://tile.example/{z}/{x}/{y}.png", "x", gcj02=moved)
        compose(plan, maps()["official"], choices=Choices(tiles=tiles)).save(tmp_path / f"{moved}.html")
        go(page, tmp_path / f"{moved}.html", "#zoom=15&lat=31.98973&lon=118.91490&measure=-")
        spots.append(
            page.evaluate(
                """() => { const t = document.querySelector('.leaflet-tile-pane img'), at = L.DomUtil.getPosition(t);
                const [z, x, y] = t.src.match(/(\\d+)\\/(\\d+)\\/(\\d+)\\.png/).slice(1).map(Number);
                return [at.x - x * 256, at.y - y * 256]; }"""
            )
        )
    metres = [(a - b) * 156543.034 * 0.848 / 2**15 for a, b in zip(*spots, strict=True)]
    # Near Nanjing GCJ-02 lies some 500 m to the east of the truth and 200 m to its south.
    assert 400 < metres[0] < 650
    assert 100 < abs(metres[1]) < 350


def test_a_key_is_not_in_the_file_unless_it_was_given(plan, page, asked, tmp_path):
    compose(plan, maps()["official"], choices=Choices(tiles=TIANDITU)).save(tmp_path / "t.html")
    go(page, tmp_path / "t.html")
    assert asked == []
    page.get_by_label("在线底图密钥").fill("s3cret")
    page.get_by_label("在线底图密钥").press("Enter")
    page.wait_for_timeout(100)
    assert asked
    assert all("tk=s3cret" in each for each in asked)
    assert "s3cret" not in page.evaluate("location.hash + JSON.stringify({ ...localStorage })")
