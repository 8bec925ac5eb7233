"""What a page shows without scripts: every grid by name, in a picture and a table; nothing runs, nothing leaves."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from hostile import HOSTILE
from plans import Size, crooked_plan
from rasterio.io import MemoryFile

from gridkit.catalog.map_views import maps
from gridkit.language.catalogue import languages
from gridkit.render.page.compose import Choices, compose
from gridkit.render.page.plain import MOST_LISTED


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(side=8, incidents=0))


def plain(plan, view="official", lang="en"):
    html = compose(plan, maps()[view], choices=Choices(lang=lang)).to_html()
    return re.search("<noscript>(.*?)</noscript>", html, re.DOTALL)[1]


def rows(text):
    return [re.findall("<t[dh]>([^<]*)", row) for row in text.split("<tr>")[1:]]


@pytest.mark.parametrize("lang", languages())
def test_every_grid_stands_in_the_table_with_its_measure(plan, lang):
    _, *found = rows(plain(plan, lang=lang))
    assert [row[1] for row in found] == [str(each) for each in plan.grids.index]
    measure = plan.grids[plan.parameters.measure].round()
    assert [float(row[2].replace(",", "")) for row in found] == measure.tolist()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_picture_shows_every_grid_north_up(plan):
    text = plain(plan)
    data = base64.b64decode(re.search('href="data:image/png;base64,([^"]*)"', text)[1])
    with MemoryFile(data) as file, file.open() as image:
        pixels = image.read(1)
    high, wide = pixels.shape
    west, south, east, north = plan.grids.total_bounds
    assert wide / high == pytest.approx((east - west) / (north - south), rel=0.01)
    assert len(np.unique(pixels)) > 3, "paper, ink, and tints that tell neighbours apart"
    named = re.findall(r'<text x="(\d+)" y="(\d+)">([^<]+)', text)
    assert len(named) == len(plan.grids)
    spots = plan.grids.geometry.representative_point()
    top, bottom = int(np.argmax(spots.y)), int(np.argmin(spots.y))
    assert int(named[top][1]) < int(named[bottom][1])


def test_the_public_reads_no_figure(plan):
    head, *found = rows(plain(plan, "public"))
    assert len(head) == 2
    assert all(len(row) == 2 for row in found)


@pytest.mark.parametrize("lang", languages())
def test_of_more_grids_than_are_listed_the_communities_stand_with_what_they_hold(lang):
    large = crooked_plan(Size(side=36, incidents=0, buildings=0))
    assert len(large.grids) > MOST_LISTED
    text = plain(large, lang=lang)
    _, *found = rows(text)
    assert len(found) == large.grids["parent"].nunique()
    assert sum(int(row[1]) for row in found) == len(large.grids)
    assert sum(float(row[3].replace(",", "")) for row in found) == pytest.approx(large.grids["people"].sum(), abs=4)
    assert str(len(large.grids)) in text.split("<table")[0]
    assert len(text) < 60_000


def test_text_from_data_is_text(plan):
    ids = [text.replace("\0", "") or "x" for text in HOSTILE[: plan.grids.shape[0]]]
    ids = [f"{number}{text}" for number, text in enumerate(ids)]
    names = dict(zip(plan.grids.index, ids, strict=False))
    units = plan.units.assign(grid_id=plan.units["grid_id"].map(lambda grid: names.get(grid, grid)))
    text = plain(replace(plan, units=units))
    tags = []

    class Seen(HTMLParser):
        def handle_starttag(self, tag, attributes):
            tags.append(tag)
            assert not any(name.startswith("on") for name, _ in attributes)

    Seen().feed(text)
    assert set(tags) <= {"h1", "p", "svg", "image", "g", "text", "table", "tr", "th", "td"}
