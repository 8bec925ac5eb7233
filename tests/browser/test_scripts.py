"""The page's scripts by themselves: what they unpack, measure and classify, against Python."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import shapely

from gridkit.render.page.offline_figure import ASSETS, leaflet
from gridkit.render.page.payload import lines, seal


@pytest.fixture
def scripts(page, tmp_path):
    names = ("island", "words", "sheet", "plan", "marks", "names", "search", "ruler")
    own = "\n".join(f"<script>{(ASSETS / f'{name}.js').read_text(encoding='utf-8')}</script>" for name in names)
    (tmp_path / "scripts.html").write_text(
        f"<!DOCTYPE html><meta charset=utf-8><script>{leaflet()[0]}</script>{own}", encoding="utf-8"
    )
    page.goto((tmp_path / "scripts.html").as_uri())
    return page


@pytest.mark.parametrize("known", [True, False], ids=["inflated", "drawn"])
@pytest.mark.parametrize("many", [0, 9_000, 400_000])
def test_the_island_opens_with_a_stream_and_without_one(known, many, scripts):
    rng = random.Random(many)  # noqa: S311 - test data
    head = {"text": "网格 </script>", "numbers": [rng.randrange(-999, 999) for _ in range(many)]}
    opened = scripts.evaluate(
        """async ([text, known]) => { if (!known) window.DecompressionStream = undefined;
        const head = await gk.open(text); return [head.text, head.numbers]; }""",
        [seal(head), known],
    )
    assert opened == [head["text"], head["numbers"]]


def test_an_island_that_ends_early_is_an_error(scripts):
    with pytest.raises(Exception, match="Error"):
        scripts.evaluate("text => gk.open(text)", seal({"numbers": list(range(9000))})[:-4000])


def test_lines_come_out_as_python_put_them_in(scripts):
    rows, _ = lines(
        np.array([shapely.LineString([(118.9, 32), (118.91, 32.01)]), shapely.LineString([(118.8, 31.9)] * 2)])
    )
    found = scripts.evaluate(
        """rows => { gk.centre([118.8, 31.9, 119.0, 32.1]); const read = gk.reader();
        const lonlat = place => { const { lat, lng } = gk.latlng(place); return [lng, lat]; };
        return rows.map(read).map(line => line.map(lonlat)); }""",
        rows,
    )
    assert np.allclose(found[0], [(118.9, 32), (118.91, 32.01)], atol=1e-6)
    assert np.allclose(found[1], [(118.8, 31.9)], atol=1e-6)


def test_places_go_to_local_coordinates_and_back(scripts):
    found = scripts.evaluate(
        """() => { gk.centre([118.8, 31.9, 119.0, 32.1]);
        const { x, y } = gk.local({ lng: 118.91234, lat: 31.95678 }), there = gk.latlng([x, y]);
        const middle = gk.local({ lng: 118.9, lat: 32 }); return [there.lng, there.lat, middle.x, middle.y]; }"""
    )
    assert found == pytest.approx([118.91234, 31.95678, 0, 0], abs=1e-6)


def test_a_value_on_a_break_is_in_the_class_above(scripts):
    found = scripts.evaluate("[-1, 0, 9.9, 10, 99, null, 'hidden'].map(v => gk.classOf({ breaks: [0, 10] }, v))")
    assert found == [0, 1, 1, 2, 2, -1, -1]


def test_the_ruler_measures_metres_and_square_metres(scripts):
    long, large = scripts.evaluate(
        """() => { const p = [[32, 119], [32, 119.01], [32.01, 119.01], [32.01, 119]].map(c => L.latLng(c));
        return [gk.along(p.slice(0, 2)), gk.within(p)]; }"""
    )
    side = 0.01 * math.pi / 180 * 6371008.8
    assert long == pytest.approx(side * math.cos(math.radians(32)), rel=1e-4)
    assert large == pytest.approx(side * side * math.cos(math.radians(32.005)), rel=1e-3)


def test_a_name_is_spelt_by_its_own_reading_before_that_of_its_characters(scripts):
    found = scripts.evaluate(
        """() => { const pinyin = new Map(Object.entries({ 重: ['zhong'], 庆: ['qing'], 路: ['lu'],
        重庆路: ['chong', 'qing', 'lu'] })); return ['重庆路', '庆路 constructor'].map(n => gk.spelt(n, pinyin)); }"""
    )
    assert found == ["cql chongqinglu", "ql constructor qinglu constructor"]
