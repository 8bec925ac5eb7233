"""Every view for whoever needs it otherwise: by a screen reader, in the dark, in colours of their own, at 200 %."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pages import go, other, wide
from plans import Size, crooked_plan
from towns import METRES, town

import gridkit as gk
from gridkit.catalog.map_views import maps
from gridkit.recipes.refresh import scored
from gridkit.render.page.compose import compose

# What the town lacks (streets to walk) is warned of, and is not what is tested here.
pytestmark = pytest.mark.filterwarnings("ignore")
VIEWS = list(maps())
DESK, PHONE, TWICE = (1366, 768), (390, 844), (683, 384)
"""The last is a desk at 200 %."""


def laden():
    """Return a town with nets, orders, a department's table, a flood and a scorecard on it."""
    nets = {
        "police": [("north", 0, 300, 400, 400), ("south", 0, 0, 400, 300)],
        "school": [("west", 0, 0, 100, 400), ("east", 100, 0, 400, 400)],
    }
    laid = gk.departments_overlay(
        town(),
        {
            name: gpd.GeoDataFrame(
                {"code": [code for code, *_ in areas]},
                geometry=[shapely.box(*edges) for _, *edges in areas],
                crs=METRES,
            )
            for name, areas in nets.items()
        },
    )
    spots = [(50, 50), (50, 50), (350, 350), (150, 250)]
    log = gpd.GeoDataFrame(
        {
            "order_id": ["1", "1", "2", "3"],
            "department": ["road", "water", "road", "water"],
            "time": ["2026-03-01", "2026-03-02", "2026-03-01", "2026-03-04"],
            "closed": [None, "2026-03-05", "2026-03-02", "2026-03-06"],
        },
        geometry=[shapely.Point(spot) for spot in spots],
        crs=METRES,
    )
    laid = gk.response(laid, log)
    laid = gk.ingest(laid, {"civil": pd.DataFrame({"grid_id": ["W00", "W00", "E11"], "kind": ["a", "b", "a"]})})
    zones = gpd.GeoDataFrame(
        {"zone": ["low"], "kind": ["evacuate"]}, geometry=[shapely.box(0, 0, 200, 200)], crs=METRES
    )
    laid = gk.emergency(laid, zones=zones, practice="flood")
    rows = [(grid, who, "2026-03-01") for grid in ("W00", "E11") for who in ["居民"] * 8 + ["街道"] * 12]
    activities = pd.DataFrame(rows, columns=["网格编码", "发起方", "日期"])
    return scored(gk.participation(laid, activities=activities))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("access")
    plan = crooked_plan(Size(side=8, incidents=300))
    full = laden()
    for name in VIEWS:
        shown = (
            full
            if {"departments", "response", "sharing", "emergency", "scorecard"} & set(maps()[name].layers)
            else plan
        )
        shown = wide(shown) if name == "planner" else shown
        second = other(shown) if name == "compare" else None
        compose(shown, maps()[name], other=second, lang="zh").save(folder / f"{name}.html")
    return folder


def broken(page):
    """Return the rules that a page breaks now, each with the first place."""
    from axe_playwright_python.sync_playwright import Axe  # half a megabyte

    page.wait_for_timeout(100)
    return [(each["id"], each["nodes"][0]["html"][:120]) for each in Axe().run(page).response["violations"]]


def opened(browser, path, size, look):
    forced = "active" if look == "forced" else "none"
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, forced_colors=forced)
    go(page, path)
    if look == "dark":
        page.evaluate("gk.set({ theme: 'dark' })")
    return page


@pytest.mark.parametrize("view", VIEWS)
def test_no_accessibility_rule_is_broken(view, files, browser):
    page = opened(browser, files / f"{view}.html", DESK, "light")
    if maps()[view].opens != "atlas":
        page.evaluate("gk.select(1); gk.do.table()")
    assert broken(page) == []
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("look", ["light", "dark", "forced"])
@pytest.mark.parametrize("view", VIEWS)
def test_no_accessibility_rule_is_broken_in_any_look_and_language(view, look, size, files, browser):
    page = opened(browser, files / f"{view}.html", size, look)
    atlas = maps()[view].opens == "atlas"
    for _ in ("zh", "en"):
        if not atlas:
            page.evaluate("gk.select(1)")
        assert broken(page) == []
        if size == PHONE and not atlas:
            page.evaluate("gk.select(-1)")
            page.click("#gk-tab")
            assert broken(page) == []
            page.click("#gk-tab")
        page.evaluate("document.querySelector('.lang').click()")
    page.close()


@pytest.mark.parametrize("view", ["official", "atlas"])
def test_what_is_printed_breaks_no_accessibility_rule(view, files, browser):
    page = opened(browser, files / f"{view}.html", DESK, "light")
    if view != "atlas":
        page.evaluate("gk.do.print()")
    assert broken(page) == []
    page.close()


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_cut_at_twice_the_size(view, files, browser):
    page = opened(browser, files / f"{view}.html", TWICE, "light")
    assert page.evaluate("document.documentElement.scrollWidth") == TWICE[0]
    if maps()[view].opens != "atlas":
        page.evaluate("gk.select(1)")
        for part in ("#gk-card", "#gk-tools", "#gk-tab"):
            box = page.locator(part).bounding_box()
            assert box["x"] >= 0
            assert box["y"] >= 0
            assert box["x"] + box["width"] <= TWICE[0]
            assert box["y"] + box["height"] <= TWICE[1]
    page.close()
