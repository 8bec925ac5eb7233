"""The page in Firefox and WebKit: renamed, from a folder with a Chinese name, without a network."""

from __future__ import annotations

import io
import time

import pytest
from browsers import Firefox, WebKit, lacking, started
from PIL import Image
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.render.page.compose import compose


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(side=12, incidents=600))


@pytest.fixture(params=[Firefox, WebKit], ids=["firefox", "webkit"], scope="module")
def browser(request, tmp_path_factory):
    missing = lacking(request.param)
    if missing:
        pytest.skip(f"THE PAGE WAS NOT LOOKED AT IN {request.param.__name__.upper()}: {missing}")
    with started(request.param, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def ready(browser, path):
    browser.open(path.as_uri())
    for _ in range(600):
        if browser.run("return document.documentElement.hasAttribute('data-ready')"):
            return
        time.sleep(0.1)
    raise AssertionError(browser.run("return document.body.innerText.slice(0, 400)"))


@pytest.mark.parametrize("view", ["public", "official", "planner"])
def test_a_page_opens_and_answers_under_any_name(view, browser, plan, tmp_path):
    folder = tmp_path / "网格 方案#1"
    folder.mkdir()
    written = folder / "地图 100% (1).htm"
    compose(plan, maps()[view], lang="zh").save(tmp_path / "page.html")
    (tmp_path / "page.html").rename(written)
    ready(browser, written)
    browser.run("gk.select(7, { go: true })")
    time.sleep(0.5)
    assert browser.run("return gk.at('card').innerText").strip()
    assert browser.run("return gk.labelled.within + gk.labelled.led") > 0
    browser.run("gk.at('search').value = 'qlh'; gk.at('search').oninput()")
    assert "青岚河" in browser.run("return gk.at('found').innerText")
    browser.run("gk.do.lang({ other: 'en' })")
    assert browser.run("return document.documentElement.lang") == "en"
    seen = Image.open(io.BytesIO(browser.picture())).convert("RGB")
    colours = seen.getcolors(seen.width * seen.height)
    assert len([n for n, _ in colours if n > seen.width * seen.height / 1000]) > 5, "the map is not drawn"


def test_what_was_done_on_a_page_is_in_its_copy(browser, plan, tmp_path):
    compose(plan, maps()["planner"], lang="zh").save(tmp_path / "方案.html")
    ready(browser, tmp_path / "方案.html")
    browser.run(
        """window.kept = []; gk.download = (name, type, what) => window.kept.push(what);
        gk.select(0); gk.do.draft(null, { value: '路口不通 </script>' }); gk.do.comment(); gk.do.saveCopy();"""
    )
    (tmp_path / "副本.html").write_text(browser.run("return window.kept[0]"), encoding="utf-8")
    ready(browser, tmp_path / "副本.html")
    assert "路口不通 </script>" in browser.run("return document.querySelector('[data-view=edits]').innerText")
