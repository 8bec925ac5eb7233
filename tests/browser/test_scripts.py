"""The page's scripts by themselves: what they unpack, measure and classify, against Python."""

from __future__ import annotations

import base64
import math
import random
import zlib

import numpy as np
import pytest

from gridkit.render.figure import ASSETS, leaflet
from gridkit.render.payload import Island


@pytest.fixture
def scripts(page, tmp_path):
    names = ("island", "words", "sheet", "paint", "marks", "search", "ruler")
    own = "\n".join(f"<script>{(ASSETS / f'{name}.js').read_text(encoding='utf-8')}</script>" for name in names)
    (tmp_path / "scripts.html").write_text(
        f"<!DOCTYPE html><meta charset=utf-8><script>{leaflet()[0]}</script>{own}", encoding="utf-8"
    )
    page.goto((tmp_path / "scripts.html").as_uri())
    return page


def packed(raw, level, strategy):
    squeezer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    return base64.b64encode(squeezer.compress(raw) + squeezer.flush()).decode()


INFLATE = """text => { const packed = atob(text), bytes = Uint8Array.from(packed, c => c.charCodeAt(0));
const out = gk.inflate(bytes); let sum = 0; for (const b of out) sum = (sum * 31 + b) % 1000003;
return [out.length, sum]; }"""


def summed(raw):
    total = 0
    for byte in raw:
        total = (total * 31 + byte) % 1_000_003
    return [len(raw), total]


@pytest.mark.parametrize("level", [0, 1, 6, 9])
@pytest.mark.parametrize("strategy", [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY])
def test_whatever_zlib_deflates_is_inflated(level, strategy, scripts):
    rng = random.Random(level)  # noqa: S311 - test data
    kinds = [b"", b"a", b"grid" * 40_000, rng.randbytes(70_000), bytes(rng.choice(b"ab \n") for _ in range(90_000))]
    for raw in kinds:
        assert scripts.evaluate(INFLATE, packed(raw, level, strategy)) == summed(raw)


def test_data_that_ends_early_is_an_error_and_no_endless_loop(scripts):
    text = packed(random.Random(0).randbytes(5000) + b"x" * 5000, 9, zlib.Z_DEFAULT_STRATEGY)  # noqa: S311 - test data
    short = base64.b64encode(base64.b64decode(text)[:-40]).decode()
    with pytest.raises(Exception, match="ends early"):
        scripts.evaluate(INFLATE, short)


def test_columns_come_out_as_python_put_them_in(scripts):
    island = Island()
    numbers = [0, 1, -1, 63, -64, 64, 2**20, -(2**29), 2**30 - 1]
    plain, steps = island.integers(numbers), island.steps([5, 4, 4, 900, -3])
    measures = island.measures([1.5, np.nan, -2.25, 7], 2, hidden=[False, False, False, True])
    large = island.measures([4e12, -1.0], 1)
    scripts.evaluate("text => { gk.open(text); }", island.seal({"words": {}}))
    assert scripts.evaluate("place => [...gk.integers(place)]", plain) == numbers
    assert scripts.evaluate("place => [...gk.sums(place)]", steps) == [5, 4, 4, 900, -3]
    assert scripts.evaluate("place => gk.measures(place)", measures) == [1.5, None, -2.25, "hidden"]
    assert scripts.evaluate("place => gk.measures(place)", large) == [4e12, 0]


def test_places_go_to_local_coordinates_and_back(scripts):
    found = scripts.evaluate(
        """() => { gk.centre([118.8, 31.9, 119.0, 32.1]);
        return [gk.lon(gk.x(118.91234)), gk.lat(gk.y(31.95678)), gk.x(118.9), gk.y(32.0)]; }"""
    )
    assert found == pytest.approx([118.91234, 31.95678, 0, 0], abs=1e-7)


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
    scripts.evaluate(
        """() => { const pinyin = { 重: ['zhong'], 庆: ['qing'], 路: ['lu'], 重庆路: ['chong', 'qing', 'lu'] };
        gk.head = { pinyin }; }"""
    )
    assert scripts.evaluate("[gk.spelt('重庆路'), gk.spelt('庆路 constructor')]") == [
        "cql chongqinglu",
        "ql constructor qinglu constructor",
    ]
