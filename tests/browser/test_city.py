"""Streets of a city from a file of vector tiles, as GDAL writes it: picked from disk, or beside a served page."""

from __future__ import annotations

import functools
import http.server
import threading

import pyogrio
import pytest
from pages import go
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.render.page.compose import Choices, compose

COLOURS = """() => { const seen = new Set();
for (const tile of document.querySelectorAll('canvas.leaflet-tile')) {
const { data } = tile.getContext('2d').getImageData(0, 0, tile.width, tile.height);
for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) seen.add(data.slice(i, i + 3).join());
} return [...seen]; }"""
ROAD = "255,233,184"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if "w" not in pyogrio.list_drivers().get("PMTiles", ""):
        pytest.skip("NO CITY WAS READ: this GDAL writes no PMTiles")
    folder = tmp_path_factory.mktemp("city")
    plan = crooked_plan(Size(side=8, incidents=0))
    roads = plan.backdrop["roads"][["name", "geometry"]].assign(highway="primary")
    wide = {"MINZOOM": "9", "MAXZOOM": "13"}
    pyogrio.write_dataframe(roads, folder / "city.pmtiles", driver="PMTiles", layer="lines", dataset_options=wide)
    choices = Choices(lang="en", city="elsewhere/city.pmtiles")
    compose(plan, maps()["official"], choices=choices).save(folder / "page.html")
    return folder


def test_tiles_are_numbered_as_the_format_says(folder, page):
    go(page, folder / "page.html")
    asked = [[0, 0, 0], [1, 0, 0], [1, 0, 1], [1, 1, 1], [1, 1, 0], [2, 0, 0], [12, 3423, 1763]]
    found = page.evaluate("asked => asked.map(each => gk.tileId(...each))", asked)
    assert found == [0, 1, 2, 3, 4, 5, 19078479]


def test_a_file_that_is_picked_draws_streets_at_all_zooms_and_the_page_works_without_it(folder, page, asked, wrong):
    go(page, folder / "page.html")
    assert page.locator("canvas.leaflet-tile").count() == 0
    page.set_input_files("[data-view=city] input", folder / "city.pmtiles")
    page.wait_for_selector("text=city.pmtiles: drawn")
    for zoom in (12, 15, 18):
        page.evaluate("zoom => gk.map.setView(gk.latlng(gk.linesIn(gk.head.tables.roads4)[0][0]), zoom)", zoom)
        page.wait_for_timeout(900)
        assert ROAD in page.evaluate(COLOURS), zoom
    page.get_by_label("Streets of the city", exact=True).uncheck()
    assert page.locator("canvas.leaflet-tile").count() == 0
    assert asked == []
    assert wrong == []


def test_a_file_of_another_kind_is_named_and_leaves_the_page_as_it_is(folder, page, wrong, tmp_path):
    (tmp_path / "other.pmtiles").write_bytes(b"PMTiles\x02" + bytes(200))
    go(page, folder / "page.html")
    page.set_input_files("[data-view=city] input", tmp_path / "other.pmtiles")
    page.wait_for_selector("text=other.pmtiles: no vector tiles in PMTiles")
    assert page.evaluate("gk.tiles") is False
    assert wrong == []


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_a_page_that_is_served_reads_the_file_beside_it(folder, browser):
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/page.html")
        page.wait_for_selector("text=city.pmtiles: drawn")
        page.close()
        server.shutdown()


def test_a_page_that_was_promised_no_city_may_read_nothing(folder):
    plain = compose(crooked_plan(Size(side=4, incidents=0)), maps()["official"]).to_html()
    assert "connect-src" not in plain
    assert "connect-src 'self'" in (folder / "page.html").read_text(encoding="utf-8")


LOOKS = [
    # name of the layer, kind of shape, what it says of itself, its colour: OpenMapTiles, Shortbread, Protomaps, OSM
    ("transportation", 2, {"class": "motorway"}, "road5"),
    ("streets", 2, {"kind": "residential"}, "road2"),
    ("roads", 2, {"kind": "major_road", "kind_detail": "primary"}, "road4"),
    ("lines", 2, {"highway": "footway"}, "road1"),
    ("transportation", 2, {"class": "rail"}, "rail"),
    ("water_polygons", 3, {"kind": "river"}, "water"),
    ("water", 3, {}, "water"),
    ("multipolygons", 3, {"natural": "water"}, "water"),
    ("lines", 2, {"waterway": "river"}, "water"),
    ("buildings", 3, {}, "building"),
    ("landcover", 3, {"class": "wood"}, "green"),
    ("land", 3, {"kind": "residential"}, None),
]


def test_every_common_schema_is_drawn_by_what_it_calls_things(folder, page):
    go(page, folder / "page.html")
    looks = page.evaluate(
        "all => all.map(([name, kind, facts]) => gk.cityLook(name, { kind, facts }).colour || null)",
        [[name, kind, facts] for name, kind, facts, _ in LOOKS],
    )
    assert looks == [colour for *_, colour in LOOKS]
