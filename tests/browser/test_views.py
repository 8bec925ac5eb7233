"""Each view answers its reader's question: in a browser, from a file, with the network off."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hostile import HOSTILE
from pages import click_grid, go, other, wide
from plans import Size, crooked_plan
from towns import METRES, town

from gridkit import departments_overlay
from gridkit.catalog.map_views import maps
from gridkit.plan.plan import Layer
from gridkit.render.page.compose import Choices, compose
from gridkit.sources import contacts

SVG = "{http://www.w3.org/2000/svg}"


def with_overdue(plan, texts=()):
    layer = plan.layers["incidents"]
    overdue = pd.Series(0.0, plan.grids.index)
    overdue.iloc[[3, 7, 9]] = [2, 11, 5]
    grids = layer.tables["grids"].assign(overdue=overdue)
    late = pd.DataFrame({"grid_id": plan.grids.index[[3, 7, 9]], "days_over": [3.0, 90.0, 20.0]})
    return plan.with_layer(
        Layer(layer.definition, {**layer.tables, "grids": grids, "overdue": late}, digest=layer.digest)
    )


def with_houses(plan):
    west, south, *_ = plan.units.total_bounds
    compounds = gpd.GeoDataFrame(
        {"name": ["秋汀新村"], "name_en": ["Qiuting Village"]},
        geometry=[shapely.box(west + 320, south + 320, west + 560, south + 560)],
        crs=plan.crs,
    )
    spots = [(350 + 20 * at, 400) for at in range(9)]
    houses = gpd.GeoDataFrame(
        {"number": [f"{at + 1}幢" for at in range(9)], "street": None},
        geometry=[shapely.Point(west + x, south + y).buffer(6) for x, y in spots],
        crs=plan.crs,
    )
    return replace(plan, backdrop={**plan.backdrop, "compounds": compounds, "buildings": houses})


CONTACTS = pd.DataFrame(
    {
        "grid": [None, None],
        "post": ["专职网格员", None],
        "phone": ["025-84000001", None],
        "hotline": [None, "12345"],
        "duties": ["走访、巡查、代办", None],
    }
)


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(incidents=600))


@pytest.fixture(scope="module")
def files(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("views")
    told = Choices(lang="zh", contacts=contacts.read(CONTACTS))
    compose(with_overdue(plan), maps()["official"], choices=told).save(folder / "official.html")
    compose(with_houses(plan), maps()["public"], choices=told).save(folder / "public.html")
    compose(wide(plan), maps()["planner"], lang="zh").save(folder / "planner.html")
    compose(plan, maps()["compare"], other=other(plan), lang="zh").save(folder / "compare.html")
    return folder


# ---------------------------------------------------------------- official
def test_an_official_reads_what_needs_him_and_a_click_leads_to_the_grid(files, page, plan, wrong):
    go(page, files / "official.html")
    assert "今天36个网格中有" in page.inner_text(".headline")
    rows = page.locator("[data-view=matters] li")
    first = rows.first.inner_text()
    assert "第8网格" in first
    assert "超期11件，最久90天" in first
    rows.first.locator("button").click()
    page.wait_for_timeout(200)
    assert page.evaluate("gk.plans[0].ids[gk.state.grid]") == plan.grids.index[7]
    assert plan.grids.index[7] in page.inner_text("#gk-card h2")
    assert "--contacts" not in page.inner_text("[data-view=matters]")
    assert wrong == []


def test_what_a_page_lacks_is_said_with_the_command_that_brings_it(files, page):
    go(page, files / "official.html")
    page.locator("[data-view=lacks] summary").click()
    assert "gridkit layer PLAN hospitals" in page.inner_text("[data-view=lacks]")


def test_a_page_opens_with_a_measure_of_several_classes(files, page):
    for name in ("official", "planner"):
        go(page, files / f"{name}.html")
        held = page.evaluate("gk.legend().classes.filter(({ n }) => n !== '0').length")
        assert held >= 2


# ---------------------------------------------------------------- resident
def test_a_resident_finds_his_grid_by_a_house_number(files, page, plan, wrong):
    go(page, files / "public.html")
    for typed in ("秋汀新村3", "qtxc3", "qiutingxincun3", "Qiuting Village 3"):
        if "Village" in typed:
            page.click(".lang")
            typed = "3幢 Qiuting"  # noqa: PLW2901 - as it is written in the list
        page.fill("#gk-search", typed)
        assert "秋汀新村3幢" in page.locator("#gk-hits [role=option]").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    west, south, *_ = plan.units.total_bounds
    house = shapely.Point(west + 390, south + 400)
    assert page.evaluate("gk.plans[0].ids[gk.state.grid]") == plan.grids.index[plan.grids.contains(house)][0]
    assert wrong == []


def test_the_card_of_a_resident_says_whom_to_turn_to_first_and_folds_the_figures(files, page, plan):
    go(page, files / "public.html")
    click_grid(page, 3)
    card = page.inner_text("#gk-card")
    for said in ("专职网格员", "025-84000001", "12345", "走访、巡查、代办", "东至文昌路"):
        assert said in card
    assert plan.grids.index[3] not in page.inner_text("#gk-card h2")
    assert "%" not in card  # what share of the grid has a clinic near is a figure too
    people = f"{plan.grids['people'].iloc[3]:,.0f}人"
    assert people not in card
    page.get_by_text("统计数据").click()
    assert people in page.inner_text("#gk-card")
    assert page.evaluate("gk.state.measure") == -1


def test_the_device_says_where_the_reader_is_only_when_he_asks(files, context, plan, wrong, asked):
    spot = gpd.GeoSeries([plan.grids.geometry.iloc[5].representative_point()], crs=plan.crs).to_crs(4326).iloc[0]
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": spot.y, "longitude": spot.x, "accuracy": 20})
    page = context.new_page()
    go(page, files / "public.html")
    assert page.evaluate("gk.state.grid") == -1
    page.evaluate(
        "([latitude, longitude]) => { navigator.geolocation.getCurrentPosition = done => "
        "done({ coords: { latitude, longitude, accuracy: 20 } }); }",
        [spot.y, spot.x],
    )
    page.get_by_role("button", name="我在哪个网格？").click()
    page.wait_for_timeout(300)
    assert page.evaluate("gk.plans[0].ids[gk.state.grid]") == plan.grids.index[5]
    assert "您在第6网格" in page.inner_text("[data-view=locate]")
    page.evaluate("() => { navigator.geolocation.getCurrentPosition = (done, failed) => failed({ code: 1 }); }")
    page.get_by_role("button", name="我在哪个网格？").click()
    assert "未允许定位" in page.inner_text("[data-view=locate]")
    assert asked == []
    assert wrong == []


# ---------------------------------------------------------------- planner
def test_units_picked_together_move_as_one_step_and_one_undo_takes_them_back(files, page, wrong):
    go(page, files / "planner.html")
    before = page.evaluate("gk.plans[0].cells.own.slice()")
    cells = page.evaluate(
        """() => { const p = gk.plans[0]; const [a, b] = p.members[14];
        gk.select(14, { cell: a }); gk.pick(b); return [a, b]; }"""
    )
    assert "已选2个地块" in page.inner_text("#gk-card")
    offer = page.locator("#gk-card .offers button").first
    assert offer.locator("small").count() >= 3, "receiver, giver and the verdict"
    offer.hover()
    to = page.evaluate("gk.at('card').querySelector('.offers button').model.to")
    page.evaluate("to => gk.moveUnits(gk.picked(), to)", to)
    acts = page.evaluate("gk.edits().moves.map(({ time, unit_id }) => [time, unit_id])")
    assert len(acts) == 2
    assert len({time for time, _ in acts}) == 1
    assert {unit for _, unit in acts} == set(page.evaluate("cells => cells.map(c => gk.plans[0].cells.ids[c])", cells))
    page.keyboard.press("Control+z")
    assert page.evaluate("gk.edits().moves") == []
    assert page.evaluate("gk.plans[0].cells.own") == before
    page.keyboard.press("Control+y")
    assert len(page.evaluate("gk.edits().moves")) == 2
    assert wrong == []


def test_a_stroke_of_the_brush_picks_what_it_passes_over_and_does_not_move_the_map(files, page, wrong):
    go(page, files / "planner.html")
    page.get_by_role("button", name="刷选多个地块").click()
    centre = page.evaluate("gk.map.getCenter()")
    path = page.evaluate(
        """() => { const p = gk.plans[0], r = gk.at('map').getBoundingClientRect();
        return [14, 15].map(grid => { const q = gk.map.latLngToContainerPoint(gk.latlng(p.spots.at[grid]));
        return [q.x + r.left, q.y + r.top]; }); }"""
    )
    page.mouse.move(*path[0])
    page.mouse.down()
    page.mouse.move(*path[1], steps=12)
    page.mouse.up()
    grids = page.evaluate("gk.picked().map(cell => gk.plans[0].cells.own[cell])")
    assert len(grids) >= 2
    assert {14, 15} <= set(grids)
    assert page.evaluate("gk.map.getCenter()") == centre
    assert wrong == []


def test_moves_are_told_against_the_saved_plan_as_they_are_made(files, page, plan):
    go(page, files / "planner.html")
    page.evaluate("gk.select(14, { cell: gk.plans[0].members[14][0] })")
    page.locator("#gk-card .offers button").first.click()
    said = page.inner_text("[data-view=edits]")
    assert "与已存方案相比" in said
    assert re.search(r"第15网格划给第\d+网格 \d+人", said)


# ---------------------------------------------------------------- compare
def test_a_comparison_is_one_map_of_what_changes_with_flows_in_words_and_two_small_maps(files, page, plan, wrong):
    go(page, files / "compare.html")
    panel = page.inner_text("[data-view=changes]")
    assert re.search(r"第1网格划给|划给第1网格", panel)
    assert page.locator(".pictures canvas").count() == 2
    pictures = page.evaluate("[...document.querySelectorAll('.pictures canvas')].map(c => c.toDataURL())")
    assert pictures[0] != pictures[1]
    assert page.locator("[data-view=changes] tbody tr").count() == 2
    assert page.locator("#gk-swipe").is_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.leaflet-gk-ground1-pane')).display") == "none"
    page.get_by_role("button", name="卷帘对比").first.click()
    assert page.locator("#gk-swipe").is_visible()
    assert wrong == []


# ---------------------------------------------------------------- what is taken along
def test_a_link_restores_whatever_state_the_page_was_in(files, page):
    go(page, files / "official.html")
    page.get_by_label("事件 (600)").check()
    page.get_by_role("button", name="热力图").click()
    page.get_by_label("统计时段").select_option(label="30天")
    page.get_by_label("建筑与小区").uncheck()
    page.get_by_role("button", name="深色").click()
    page.evaluate("gk.do.table(); gk.do.sort({ i: 1 })")
    click_grid(page, 2)
    state = """(({ lang, theme, measure, grid, off, modes, from, to }) =>
        [lang, theme, measure, grid, modes, from, to, Object.keys(off).filter(k => off[k]).sort()])(gk.state)"""
    held, hash_ = page.evaluate(state), page.evaluate("location.hash")
    first = page.locator("#gk-drawer tbody tr").first.inner_text()
    page.goto("about:blank")
    go(page, files / "official.html", hash_)
    assert page.evaluate(state) == held
    assert page.locator("#gk-drawer tbody tr").first.inner_text() == first


def test_a_view_is_kept_by_name_and_forgotten_on_demand(files, page):
    go(page, files / "official.html")
    assert page.evaluate("localStorage.length") == 0
    page.locator("[data-view=keep] summary").click()
    page.evaluate("gk.set({ measure: 2 })")
    name = HOSTILE[0]
    page.get_by_label("视图名称").fill(name)
    page.get_by_role("button", name="保存当前视图").click()
    page.evaluate("gk.set({ measure: 0 })")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.locator("[data-view=keep] summary").click()
    page.locator("[data-view=keep] li button").first.click()
    assert page.evaluate("gk.state.measure") == 2
    page.get_by_role("button", name="删除此视图").click()
    assert page.locator("[data-view=keep] li").count() == 0


def test_the_table_is_taken_along_with_every_grid_and_no_formula(plan, page, tmp_path):
    names = [*(f"={at}+cmd|' /C calc'!A0" for at in range(18)), *(HOSTILE[at] for at in range(18))]
    told = replace(plan, attributes=plan.attributes.assign(name=names[: len(plan.grids)]))
    compose(told, maps()["official"], lang="zh").save(tmp_path / "h.html")
    go(page, tmp_path / "h.html")
    text = page.evaluate("gk.csv()")
    rows = list(csv.reader(io.StringIO(text.removeprefix("﻿"))))
    assert text.startswith("﻿")
    assert [row[0] for row in rows[1:]] == list(plan.grids.index)
    assert len({len(row) for row in rows}) == 1
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    people = rows[0].index("人口 (人)")
    assert float(rows[1][people]) == pytest.approx(plan.grids["people"].iloc[0], abs=0.01)


def test_the_map_is_taken_along_as_a_picture_and_as_a_drawing(files, page, plan, tmp_path, wrong):
    go(page, files / "official.html")
    page.locator("[data-view=keep] summary").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="图片（PNG）").click()
    caught.value.save_as(tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes()[:4] == b"\x89PNG"
    drawing = ET.fromstring(page.evaluate("gk.svg()").split("\n", 1)[1])  # noqa: S314 - our own page's
    shapes = [each for each in drawing.iter(f"{SVG}path") if each.find(f"{SVG}title") is not None]
    assert len(shapes) == len(plan.grids)
    texts = [each.text for each in drawing.iter(f"{SVG}text")]
    assert sum("网格" in text or text.isdigit() for text in texts if text) >= len(plan.grids)
    assert "青岚区网格方案" in texts
    assert wrong == []


def drawn(page):
    drawing = ET.fromstring(page.evaluate("gk.svg()").split("\n", 1)[1])  # noqa: S314 - our own page's
    texts = [each.text for each in drawing.iter(f"{SVG}text")]
    return drawing, [each.get("d") for each in drawing.iter(f"{SVG}path")], texts


def test_a_drawing_has_the_legend_in_one_language_a_scale_and_north(files, page):
    for name in ("official", "planner"):
        go(page, files / f"{name}.html")
        page.evaluate("gk.set({ lang: 'en' })")
        texts = drawn(page)[2]
        classes = page.evaluate("gk.legend().classes.map(({ text, n }) => `${gk.said(text)}  ·  ${n}`)")
        assert len(classes) > 1
        assert set(classes) <= set(texts)
        assert any(text.endswith(" m   ↑ N") for text in texts)


def test_a_drawing_has_every_grid_and_border_once_and_what_lies_over_the_grids(files, page):
    for name in ("official", "planner", "compare"):
        go(page, files / f"{name}.html")
        drawing, paths, _ = drawn(page)
        grids = [each.get("d") for each in drawing.iter(f"{SVG}path") if each.find(f"{SVG}title") is not None]
        assert [paths.count(d) for d in grids] == [1] * len(grids), name
        inks = {each.get("stroke"): each.get("d") for each in drawing.iter(f"{SVG}path")}
        for kind in ("grid", "parent"):
            borders = page.evaluate(f"gk.arcsOf(gk.plans[0], '{kind}').length")
            assert inks[page.evaluate(f"gk.tint('{kind}')")].count("M") == borders > 0, name
    ink = "gk.head.coats.filter(({ over, width }) => over && width).map(({ colour }) => gk.tint(colour))"
    assert set(page.evaluate(ink)) <= set(inks)
    arrows = [each for each in drawing.iter(f"{SVG}path") if each.get("fill") == page.evaluate("gk.tint('unit_moved')")]
    assert len(arrows) >= page.evaluate("gk.arrows(gk.pen(null, gk.map.getZoom(), 0, 0, 9, 9, 1)).length") > 0


def test_the_heads_of_a_table_that_is_taken_along_say_a_unit_once(files, page):
    go(page, files / "official.html")
    page.evaluate("gk.set({ lang: 'en' })")
    heads = next(csv.reader(io.StringIO(page.evaluate("gk.csv()").removeprefix("\ufeff"))))
    assert heads[:3] == ["Code", "Name", "Community"]
    assert "People" in heads
    assert [
        head for head in heads if (unit := head.partition(" (")[2].rstrip(")")) and unit in head.partition(" (")[0]
    ] == []


def test_in_the_table_nothing_stands_below_zero_but_what_is_not_known(files, page):
    go(page, files / "official.html")
    page.evaluate("gk.plans[0].columns[0].of = gk.plans[0].ids.map((_, at) => (at === 5 ? null : at % 2 ? 0 : at))")
    page.evaluate("gk.do.table(); gk.do.sort({ i: 0 })")
    assert page.evaluate("gk.views.table().rows.slice(-3).map(({ grid }) => grid)") == [1, 0, 5]


def test_hostile_texts_in_a_drawing_are_texts(plan, page, tmp_path):
    told = replace(
        plan, attributes=plan.attributes.assign(name=[HOSTILE[at % len(HOSTILE)] for at in range(len(plan.grids))])
    )
    compose(told, maps()["official"], lang="en", choices=Choices(lang="en", title=HOSTILE[1])).save(tmp_path / "h.html")
    go(page, tmp_path / "h.html")
    drawing = ET.fromstring(page.evaluate("gk.svg()").split("\n", 1)[1])  # noqa: S314 - our own page's
    assert {each.tag.removeprefix(SVG) for each in drawing.iter()} <= {
        "svg", "title", "desc", "rect", "defs", "clipPath", "mask", "g", "path", "circle", "text",
    }  # fmt: skip


# ---------------------------------------------------------------- cartography
@pytest.mark.parametrize("size", [(1366, 768), (360, 740)], ids=["desk", "phone"])
def test_every_grid_in_sight_bears_its_code_or_the_page_says_the_way_at_every_zoom(size, files, page):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    go(page, files / "official.html")
    for zoom in (11, 12, 13, 14, 15, 16):
        page.evaluate("zoom => gk.map.setZoom(zoom, { animate: false })", zoom)
        page.wait_for_timeout(150)
        told = page.evaluate("gk.labelled")
        if told["left"]:
            assert "放大" in page.inner_text(".codes")
        else:
            assert page.locator(".codes").is_hidden()
            assert told["within"] + told["led"] > 0


def test_a_thousand_grids_bear_their_codes_on_a_desk(page, tmp_path):
    large = crooked_plan(Size(side=64, incidents=0, buildings=0, block_m=60))
    compose(large, maps()["official"], lang="zh").save(tmp_path / "large.html")
    page.set_viewport_size({"width": 1366, "height": 768})
    go(page, tmp_path / "large.html")
    told = page.evaluate("gk.labelled")
    assert sum(told.values()) == 1024
    assert told["within"] + told["led"] >= 0.8 * 1024
    assert told["left"] == 0 or "放大" in page.inner_text(".codes")


CUT = """() => {
    const sheet = gk.sheets.marks0, { min } = sheet._bounds, { x: width, y: height } = sheet._bounds.getSize(),
        zoom = gk.map.getZoom(), { x: seen, y: tall } = gk.map.getSize(),
        { x, y } = gk.map.getPixelOrigin().add(min).subtract(gk.origin.multiplyBy(2 ** (zoom - gk.DEEP))),
        ink = gk.canvas(1, 1).getContext('2d'), texts = [], beyond = [(width - seen) / 2, (height - tall) / 2];
    gk.namesOn({ ...gk.pen(ink, zoom, x, y, width, height, 1), texts, beyond }, gk.here());
    const others = texts.filter(({ of }) => of < 0);
    return [others.length, others.filter(({ text, x: east, font, turn }) => {
        ink.font = `${font}px "Noto Sans CJK SC",sans-serif`;
        const half = Math.cos(turn * Math.PI / 180) * ink.measureText(text).width / 2 - 2;
        return [beyond[0], width - beyond[0]].some((edge) => east - half < edge && east + half > edge);
    }).map(({ text }) => text)];
}"""


def test_what_is_drawn_stands_on_whole_pixels_and_no_name_is_cut_by_the_screen(page, tmp_path):
    compose(crooked_plan(Size(side=30, incidents=0)), maps()["official"], lang="zh").save(tmp_path / "map.html")
    page.set_viewport_size({"width": 700, "height": 768})
    go(page, tmp_path / "map.html")
    for grid in (0, 40, 97):
        page.evaluate("grid => gk.select(grid, { go: true })", grid)
        page.wait_for_timeout(100)
        places = page.evaluate(
            """() => Object.values(gk.sheets)
            .map(({ _container }) => _container.getBoundingClientRect()).map(({ x, y }) => [x, y])"""
        )
        assert [place for place in places if any(round(each) != each for each in place)] == []
        many, cut = page.evaluate(CUT)
        assert many > 0
        assert cut == []


STRAY = """() => {
    const plan = gk.here(), zoom = gk.map.getZoom(), { x: width, y: height } = gk.map.getSize(),
        { x, y } = gk.map.getPixelBounds().min.subtract(gk.origin.multiplyBy(2 ** (zoom - gk.DEEP))),
        ink = gk.canvas(1, 1).getContext('2d'), texts = [];
    ink.textAlign = 'center';
    const told = gk.namesOn({ ...gk.pen(ink, zoom, x, y, width, height, 1), texts }, plan);
    const scale = 2 ** (zoom - gk.DEEP), own = texts.filter(({ of }) => of >= 0);
    const astray = own.filter(({ text, x: east, y: south, size, font, of, led }) => {
        ink.font = `${font}px "Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",sans-serif`;
        const half = ink.measureText(text).width / 2;
        const place = (dx, dy) => L.point((east + dx + x) / scale, (south + dy + y) / scale),
            astray = (dx, dy) => plan.cells.own[gk.cellAt(plan, place(dx, dy))] !== of;
        if (led) {
            [east, south] = led[0];
            return astray(0, 0);
        }
        return [-1, -0.5, 0, 0.5, 1].some((side) => [-0.35, 0, 0.35].some((down) => astray(side * half, down * size)));
    });
    return { told, drawn: new Set(own.map(({ of }) => of)).size, astray: astray.map(({ text, of }) => [text, of]) };
}"""


@pytest.mark.parametrize("size", [(1366, 768), (360, 740)], ids=["desk", "phone"])
@pytest.mark.parametrize("side", [36, 64], ids=["324 grids", "1024 grids"])
def test_every_name_stands_within_its_grid_or_is_led_to_it_at_every_zoom(side, size, page, tmp_path):
    large = crooked_plan(Size(side=side, incidents=0, buildings=0, block_m=90))
    compose(large, maps()["official"], lang="zh").save(tmp_path / "large.html")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    go(page, tmp_path / "large.html")
    for zoom in (12, 13, 14, 15, 16):
        page.evaluate("zoom => gk.map.setZoom(zoom, { animate: false })", zoom)
        page.wait_for_timeout(100)
        found = page.evaluate(STRAY)
        assert found["astray"] == []
        assert found["drawn"] >= found["told"]["within"] + found["told"]["led"]
    assert found["drawn"] > 0


def test_clusters_lie_in_one_grid_each(files, page):
    go(page, files / "official.html")
    page.get_by_label("事件 (600)").check()
    page.get_by_role("button", name="聚合显示").click()
    page.wait_for_timeout(150)
    counted = page.evaluate(
        """() => { const layer = gk.head.points.find(l => l.kind === 'events'), found = new Set(), text = [];
        const ink = gk.canvas(1, 1).getContext('2d'), size = gk.map.getSize();
        ink.fillText = value => text.push(Number(value));
        const zoom = gk.map.getZoom(), start = gk.origin.multiplyBy(2 ** (zoom - gk.DEEP));
        const min = gk.map.getPixelBounds().min.subtract(start);
        const pen = gk.pen(ink, zoom, min.x, min.y, size.x, size.y, 1);
        gk.MODES.clusters(pen, layer, []);
        const own = new Map(); layer.gridOf.forEach(g => own.set(g, (own.get(g) || 0) + 1));
        return [text.sort((a, b) => a - b), [...own.values()].filter(n => n > 1).sort((a, b) => a - b)]; }"""
    )
    assert counted[0] == counted[1]


def test_swatches_stay_where_a_reader_forces_his_own_colours(browser, files):
    context = browser.new_context(forced_colors="active", viewport={"width": 1280, "height": 800}, offline=True)
    page = context.new_page()
    go(page, files / "official.html")
    shown = page.evaluate(
        "[...document.querySelectorAll('.legend .swatch.filled')].map(e => getComputedStyle(e).backgroundColor)"
    )
    assert len(set(shown)) == len(shown) > 1
    context.close()


def test_a_plan_that_was_drawn_from_no_open_map_thanks_none(plan, page, tmp_path):
    from gridkit.provenance import Input, Step

    own = replace(
        plan,
        history=(
            Step(
                "split", {"osm": None}, (Input("district", "own.gpkg", 1, "0"),), finished="2026-11-20T08:00:00+00:00"
            ),
        ),
    )
    compose(own, maps()["official"], lang="zh").save(tmp_path / "own.html")
    go(page, tmp_path / "own.html")
    assert "OpenStreetMap" not in page.inner_text(".leaflet-control-attribution")
    assert "自有数据" in page.inner_text(".leaflet-control-attribution")


def test_the_sheet_of_a_phone_never_covers_the_grid_that_was_chosen(files, page):
    page.set_viewport_size({"width": 360, "height": 740})
    go(page, files / "public.html")
    for grid in (0, 5, 17, 30, 35):
        page.evaluate("grid => { gk.do.whole(); gk.select(grid); }", grid)
        page.wait_for_timeout(150)
        low, sheet = page.evaluate(
            """grid => { const [, , east, south] = gk.plans[0].boxes[grid];
            const { y } = gk.map.latLngToContainerPoint(gk.latlng([east, south]));
            return [y, gk.at('card').offsetTop]; }""",
            grid,
        )
        assert low <= sheet


def test_a_page_carries_its_scripts_without_their_comments(files):
    text = (files / "official.html").read_text(encoding="utf-8")
    assert "// Plans: their cells" not in text
    assert re.search(r"(?m)^gk\.", text)
    assert not re.search(r"(?m)^\s+gk\.", text)


# ---------------------------------------------------------------- departments
def choose_nets(page, *names):
    for side, name in enumerate(names):
        page.locator("[data-view=nets] select").nth(side).select_option(label=name)
    page.wait_for_timeout(120)


def test_two_nets_are_picked_and_the_page_says_where_they_part(page, tmp_path, wrong):
    def net(*areas):
        shapes = [shapely.box(*edges) for _, *edges in areas]
        return gpd.GeoDataFrame({"code": [code for code, *_ in areas]}, geometry=shapes, crs=METRES)

    police = net(("north", 0, 300, 400, 400), ("south", 0, 0, 400, 300))
    school = net(("west", 0, 0, 100, 400), ("east", 100, 0, 400, 400))
    laid = departments_overlay(town(), {"police": police, "school": school})
    compose(laid, maps()["departments"], lang="en").save(tmp_path / "departments.html")
    go(page, tmp_path / "departments.html")
    assert "where the two part" not in page.inner_text("[data-view=nets]")
    choose_nets(page, "police", "school")
    told = page.inner_text("[data-view=nets]")
    # Of the north most is east, of the west most is south: four households of one block are with neither.
    assert "Living where the two part: 4 households." in told
    assert "north · west" in told
    assert "police: 0 of 2 areas lie whole in one of school" in told
    assert "police, border 400 m" in told
    assert "both, 0 m" in told
    assert "nets=police%7Cschool" in page.evaluate("location.hash")
    choose_nets(page, "Grids of the plan", "police")
    told = page.inner_text("[data-view=nets]")
    assert "Grids of the plan: 2 of 4 areas lie whole in one of police" in told
    assert "police: 1 of 2 areas lie whole in one of Grids of the plan" not in told
    go(page, tmp_path / "departments.html", "#nets=school|0")
    assert "school, border 400 m" in page.inner_text("[data-view=nets]")
    assert wrong == []


# ---------------------------------------------------------------- small and slow machines
SHIFTS = """window.shifted = 0; new PerformanceObserver(list => { for (const each of list.getEntries())
if (!each.hadRecentInput) window.shifted += each.value; }).observe({ type: 'layout-shift', buffered: true });"""


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["desk", "phone"])
@pytest.mark.parametrize("view", ["public", "official", "planner"])
def test_nothing_on_the_page_jumps(view, size, files, page):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(SHIFTS)
    go(page, files / f"{view}.html")
    page.wait_for_timeout(400)
    page.evaluate("gk.select(5, { go: true })")
    page.wait_for_timeout(400)
    page.evaluate("gk.set({ measure: 1 })")
    page.wait_for_timeout(400)
    assert page.evaluate("window.shifted") <= 0.05


def test_a_first_picture_of_the_grids_stands_before_the_data_are_unpacked(files, page):
    page.add_init_script(
        """new MutationObserver(() => { const image = document.querySelector('#gk-map img.leaflet-image-layer');
        if (!image || window.first || document.documentElement.hasAttribute('data-ready')) return;
        image.decode().then(() => window.first = [image.naturalWidth, getComputedStyle(image).visibility]);
        }).observe(document, { childList: true, subtree: true });"""
    )
    go(page, files / "official.html")
    assert page.evaluate("window.first") == [640, "visible"]
    assert page.locator("#gk-map img").count() == 0, "it makes room for the map"


def test_the_paper_book_takes_little_room(plan, page, tmp_path):
    compose(plan, maps()["atlas"], lang="zh").save(tmp_path / "atlas.html")
    go(page, tmp_path / "atlas.html")
    page.wait_for_timeout(300)
    page.pdf(path=tmp_path / "atlas.pdf", prefer_css_page_size=True, print_background=True)
    pages = page.locator(".page").count()
    assert pages > 30
    assert (tmp_path / "atlas.pdf").stat().st_size <= 100_000 * pages


def test_a_grid_without_room_for_its_name_bears_the_ordinal_in_it(plan, page, tmp_path):
    ordinals = [f"第{sign}网格" for sign in ("一", "二", "十三")]
    named = plan.attributes.assign(name=[ordinals[at % 3] for at in range(len(plan.attributes))])
    compose(replace(plan, attributes=named), maps()["official"], lang="zh").save(tmp_path / "ordinals.html")
    page.set_viewport_size({"width": 360, "height": 740})
    go(page, tmp_path / "ordinals.html")
    drawn = page.evaluate(
        """() => { const start = gk.origin.multiplyBy(2 ** (gk.map.getZoom() - gk.DEEP));
        const at = gk.map.getPixelBounds().min.subtract(start);
        const { x, y } = gk.map.getSize(), texts = [], ink = gk.canvas(1, 1).getContext('2d');
        gk.namesOn({ ...gk.pen(ink, gk.map.getZoom(), at.x, at.y, x, y, 1), texts }, gk.plans[0]);
        return texts.map(({ text }) => text); }"""
    )
    assert {"一", "二", "十三"} & set(drawn)
    assert not any(text.startswith("第") for text in drawn)  # all in sight are called in one way


def test_grids_can_be_clicked_on_before_their_names_are_drawn(files, page):
    page.add_init_script(
        """new MutationObserver((changes) => changes.forEach(({ attributeName: name }) => {
        window.seen = [...(window.seen || []), [name, gk.labelled.within + gk.labelled.led + gk.labelled.left,
            getComputedStyle(gk.at('app')).visibility]]; if (name === 'data-open') gk.select(0);
        })).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-open', 'data-ready'] });"""
    )
    go(page, files / "official.html")
    (opened, before, shown), (ready, after, _) = page.evaluate("window.seen")
    assert (opened, before, shown) == ("data-open", 0, "visible")
    assert (ready, after > 0) == ("data-ready", True)
    assert page.evaluate("gk.state.grid") == 0


def test_names_step_aside_for_another_time_once_its_slider_rests(files, page, wrong):
    go(page, files / "official.html")
    page.get_by_label("事件 (600)").check()
    page.evaluate(
        """() => { window.drawn = [];
        for (const name of ["marks0", "names0"]) {
            const sheet = gk.sheets[name], { paint } = sheet;
            sheet.paint = (pen) => { drawn.push(name); paint(pen); };
        } }"""
    )
    page.evaluate("() => { gk.do.window(null, { value: 10080 }); gk.do.slide(null, { value: 20160 }); }")
    page.wait_for_timeout(600)
    assert page.evaluate("drawn[0]") == "marks0"
    assert page.evaluate("drawn[drawn.length - 1]") == "names0"
    assert wrong == []


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["desk", "phone"])
def test_no_grid_lies_under_the_tools_when_a_page_opens(size, page, tmp_path):
    compose(crooked_plan(Size(side=24, incidents=0)), maps()["official"], lang="en").save(tmp_path / "map.html")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    go(page, tmp_path / "map.html")
    covered = page.evaluate(
        """() => { const seen = gk.at('main').getBoundingClientRect(),
        at = (place) => gk.map.latLngToContainerPoint(place), north = gk.whole().getNorthEast();
        return [...document.querySelectorAll('#gk-tools .group')].map((each) => each.getBoundingClientRect()).filter(
            ({ left, bottom }) => left - seen.x < at(north).x && bottom - seen.y > at(north).y).length; }"""
    )
    assert covered == 0


def test_under_a_grid_s_number_no_other_number_stands_without_its_unit(files, page):
    go(page, files / "planner.html")
    page.click(".lang")
    beneath = page.evaluate(
        """() => { const plan = gk.here(), { x: width, y: height } = gk.map.getSize(), found = [];
        plan.brief.fill("7"), plan.short.fill("7");
        const zoom = 16;
        gk.map.setZoom(zoom, { animate: false });
        for (const measure of plan.columns.keys()) {
            gk.set({ measure });
            const start = gk.origin.multiplyBy(2 ** (zoom - gk.DEEP)), texts = [],
                at = gk.map.getPixelBounds().min.subtract(start);
            gk.namesOn({ ...gk.pen(gk.probe, zoom, at.x, at.y, width, height, 1), texts }, plan);
            found.push(...texts.filter(({ text, of }) => of >= 0 && text !== "7").map(({ text }) => text)); }
        return found; }"""
    )
    assert beneath
    assert [text for text in beneath if text.replace(",", "").isdigit()] == []


def test_a_name_longer_than_a_map_has_room_for_is_cut_on_it_and_whole_on_the_card(plan, page, tmp_path):
    long = "The grid of everything that lies to the north of the river and of the railway"
    named = plan.attributes.assign(name=[f"{long} {at}" for at in range(len(plan.attributes))])
    titled = replace(plan, attributes=named, parameters=replace(plan.parameters, title="population_grid_of_2020"))
    compose(titled, maps()["official"], lang="en").save(tmp_path / "long.html")
    go(page, tmp_path / "long.html")
    on_map = page.evaluate("gk.plans[0].brief.flat()")
    assert max(map(len, on_map)) <= 24
    assert all(name.endswith("…") for name in on_map)
    page.evaluate("gk.select(0)")
    assert long in page.inner_text("#gk-card h2")
    # The name of a file breaks after its words.
    assert page.inner_text("h1") == "population_\u200bgrid_\u200bof_\u200b2020"


def test_an_atlas_of_more_grids_than_it_has_pages_for_says_so(page, tmp_path):
    compose(crooked_plan(Size(side=24, incidents=0)), maps()["official"], lang="en").save(tmp_path / "map.html")
    go(page, tmp_path / "map.html")
    page.evaluate("() => { gk.paintAll = () => {}; gk.do.print(); }")
    assert "with a page" not in page.inner_text(".paper-bar")
    page.evaluate("gk.do.paper({ key: 'what' }, { value: 'atlas' })")
    assert page.locator("#gk-paper .page").count() == 121
    assert "Grids with a page here: 120 of 144" in page.inner_text(".paper-bar")
