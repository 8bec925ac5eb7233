"""The map page as its readers use it: opened from a file, with the network off."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import geopandas as gpd
import jsonschema
import pandas as pd
import pytest
from hostile import RUN
from pages import click_grid, go, other, wide
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.plan.life import edits_file, feedback
from gridkit.render.page import compose as pages
from gridkit.render.page import points
from gridkit.render.page.compose import Choices
from gridkit.render.page.view import PageView
from gridkit.tables import TEXT

VIEWS = list(maps())


def compose(*args, **more):
    """Return a page that opens in Chinese, whatever the language of the machine."""
    return pages.compose(*args, **{"lang": "zh", **more})


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(incidents=600))


@pytest.fixture(scope="module")
def files(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps")
    for name in VIEWS:
        second = other(plan) if name == "compare" else None
        compose(wide(plan) if name == "planner" else plan, maps()[name], other=second).save(folder / f"{name}.html")
    return folder


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_offline_and_without_a_complaint(view, files, page, asked, wrong):
    go(page, files / f"{view}.html")
    assert page.title() == "青岚区网格方案"
    assert page.locator("#gk-notice").is_hidden()
    assert asked == []
    assert wrong == []


SEEN = """([lat, lon]) => {
    gk.map.setView([lat, lon], 17, { animate: false });
    gk.sheets.ground0.redraw();
    const sheet = document.querySelector(".leaflet-gk-ground0-pane canvas"),
        [own, map] = [sheet, gk.at("map")].map((each) => each.getBoundingClientRect()),
        at = [map.left + map.width / 2 - own.left, map.top + map.height / 2 - own.top],
        [x, y] = at.map((pixels) => Math.round((pixels * sheet.width) / own.width));
    return [...sheet.getContext("2d").getImageData(x, y, 1, 1).data].slice(0, 3);
}"""
"""What colour the ground has at a place."""


def in_the_river(plan):
    """Return places, as latitude and longitude, in the river and in a grid, away from borders and whatever crosses."""
    around = [plan.grids.boundary, plan.units.boundary, *(plan.backdrop[name].geometry for name in ("roads", "rails"))]
    lines = pd.concat(around).union_all().buffer(6)
    river = plan.backdrop["water"].union_all().buffer(-6).intersection(plan.grids.union_all().buffer(-10))
    parts = gpd.GeoSeries([river - lines], crs=plan.crs).explode(ignore_index=True)
    spots = parts[parts.area.nlargest(4).index].representative_point().to_crs(4326)
    return [[spot.y, spot.x] for spot in spots]


@pytest.mark.parametrize("view", ["planner", "official", "public"])
def test_a_river_that_is_in_grids_looks_like_water(view, files, page, plan):
    go(page, files / f"{view}.html")
    for theme in ("light", "dark"):
        page.evaluate("theme => gk.set({ theme })", theme)
        water = page.evaluate("gk.tint('water')").lstrip("#")
        seen = [page.evaluate(SEEN, spot) for spot in in_the_river(plan)]
        assert seen == [[int(water[at : at + 2], 16) for at in (0, 2, 4)]] * 4


def test_bars_of_the_legend_are_as_long_as_their_counts_on_the_screen_and_on_paper(files, page):
    go(page, files / "official.html")
    page.evaluate("gk.do.print()")
    told = (
        "[...document.querySelectorAll('%s .bar')].map((bar) => [bar.offsetWidth, Number(bar.nextSibling.textContent)])"
    )
    for part in ("[data-view=colour]", "#gk-paper"):
        bars = page.evaluate(told % part)
        (longest, most), *_ = sorted(bars, reverse=True)
        assert len({n for _, n in bars}) > 1
        assert all(abs(width - longest * n / most) <= 1 for width, n in bars), part


def test_a_card_names_what_is_not_known_in_one_row(files, page):
    go(page, files / "official.html")
    rows = "gk.card(gk.plans[0], 3).sections.flatMap(({ rows }) => rows || [])"
    before = {each["name"]: each["value"] for each in page.evaluate(rows)}
    page.evaluate("gk.plans[0].columns.forEach((column, at) => at % 2 && (column.of[3] = null))")
    after = {each["name"]: each["value"] for each in page.evaluate(rows)}
    named = [name for each, value in after.items() if each == "无数据" for name in value.split(" · ")]
    assert len(named) >= 2
    assert set(named) == set(before) - set(after)
    assert list(after.values()).count("–") <= 1


def test_a_click_on_a_grid_opens_its_card(files, page, plan):
    go(page, files / "official.html")
    click_grid(page, 3)
    card = page.inner_text("#gk-card")
    assert plan.grids.index[3] in card
    assert f"{plan.grids['people'].iloc[3]:,.0f}人" in card
    assert "东至文昌路" in card
    page.keyboard.press("Escape")
    assert page.locator("#gk-card").is_hidden()


@pytest.mark.parametrize("typed", ["文昌3", "wc3l", "wenchang3", "Wenchang Road 3"])
def test_a_street_is_found_by_chinese_initials_pinyin_and_english(typed, files, page, wrong):
    go(page, files / "official.html")
    page.fill("#gk-search", typed)
    first = page.locator("#gk-found [role=option]").first
    assert "文昌3路" in first.inner_text() or "Wenchang Road 3" in first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    assert page.evaluate("gk.map.getZoom()") >= 16
    assert wrong == []


def test_what_is_found_is_a_list_that_arrows_choose_from_and_a_screen_reader_hears(files, page):
    go(page, files / "official.html")
    box = page.get_by_role("combobox", name="编码、道路、地点")
    assert box.get_attribute("aria-expanded") == "false"
    box.fill("文昌")
    assert box.get_attribute("aria-expanded") == "true"
    many = page.locator("#gk-hits [role=option]").count()
    assert page.inner_text("#gk-live") == f"搜索结果 {many}"
    box.press("ArrowDown")
    box.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert chosen.get_attribute("id") == box.get_attribute("aria-activedescendant")
    assert chosen.inner_text() == page.locator("#gk-hits [role=option]").nth(1).inner_text()
    box.press("Escape")
    assert page.locator("#gk-hits [role=option]").count() == 0
    assert box.get_attribute("aria-expanded") == "false"


def test_a_grid_is_found_by_its_code(files, page, plan):
    go(page, files / "official.html")
    page.fill("#gk-search", plan.grids.index[7])
    page.keyboard.press("Enter")
    assert page.inner_text("#gk-card h2") == f"第8网格 {plan.grids.index[7]}"


def test_the_page_speaks_both_languages_and_says_so_in_its_root(files, page):
    go(page, files / "official.html")
    assert "分级设色" in page.inner_text("#gk-panel")
    page.click(".lang")
    assert "Coloured by" in page.inner_text("#gk-panel")
    assert "分级设色" not in page.inner_text("#gk-panel")
    assert page.get_attribute("html", "lang") == "en"
    assert "OpenStreetMap contributors" in page.inner_text(".leaflet-control-attribution")
    assert "贡献者" not in page.inner_text(".leaflet-control-attribution")


def test_another_measure_recolours_the_grids_and_the_one_legend_follows(files, page):
    go(page, files / "official.html")
    before = page.evaluate("document.querySelector('.leaflet-gk-ground0-pane canvas').toDataURL()")
    page.select_option("#gk-measure", label="户数")
    page.wait_for_timeout(100)
    assert page.evaluate("document.querySelector('.leaflet-gk-ground0-pane canvas').toDataURL()") != before
    assert page.locator(".legend").count() == 1
    assert "户数" in page.inner_text(".legend")


def test_layers_are_switched_and_points_shown_as_points_clusters_or_heat(files, page, wrong):
    go(page, files / "official.html")
    seen = set()
    page.get_by_label("事件 (600)").check()
    for mode in ("点位", "聚合显示", "热力图"):
        page.get_by_role("button", name=mode).click()
        page.wait_for_timeout(80)
        seen.add(page.evaluate("document.querySelector('.leaflet-gk-marks0-pane canvas').toDataURL()"))
    assert len(seen) == 3
    assert wrong == []


def test_the_time_slider_plays_over_the_incidents(files, page, wrong):
    go(page, files / "official.html")
    page.get_by_label("事件 (600)").check()
    page.get_by_label("统计时段").select_option(label="30天")
    first = page.evaluate("gk.state.from")
    page.get_by_role("button", name="播放").click()
    page.wait_for_timeout(900)
    assert page.evaluate("gk.state.from") > first
    shown = page.evaluate(
        """(() => { const l = gk.head.points.find(l => l.kind === 'events');
        return [...l.at.keys()].filter(gk.counting(l)).length; })()"""
    )
    assert 0 < shown < 600
    page.get_by_role("button", name="停止").click()
    assert wrong == []


def test_the_address_holds_the_state_and_nothing_else_is_kept(files, page):
    go(page, files / "official.html")
    page.click(".lang")
    page.select_option("#gk-measure", index=1)
    click_grid(page, 5)
    page.wait_for_timeout(50)
    fragment = page.evaluate("location.hash")
    state = page.evaluate("[gk.state.lang, gk.state.measure, gk.state.grid]")
    page.goto("about:blank")
    go(page, files / "official.html", fragment)
    assert page.evaluate("[gk.state.lang, gk.state.measure, gk.state.grid]") == state
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]


def test_a_broken_address_is_ignored(files, page, wrong):
    go(page, files / "official.html", "#zoom=9&lat=%E4%A&lon=x&lang=zz&theme=neon&measure=nothing.here&grid=none")
    assert page.evaluate("gk.state.lang") == "zh"
    assert wrong == []


def test_two_plans_are_swiped_by_key_pointer_and_button(files, page, wrong):
    go(page, files / "compare.html")
    page.get_by_role("button", name="卷帘对比").click()
    bar = page.get_by_role("slider", name="卷帘对比")
    bar.focus()
    page.keyboard.press("ArrowLeft")
    assert bar.input_value() == "48"
    box = bar.bounding_box()
    knob = box["x"] + 18 + (box["width"] - 36) * 0.48
    page.mouse.move(knob, 300)
    page.mouse.down()
    page.mouse.move(knob - 200, 300)
    page.mouse.up()
    assert int(bar.input_value()) < 40
    page.get_by_role("button", name="切换方案").click()
    assert bar.input_value() == "100"
    assert "调整方案" in page.inner_text(".pair")
    assert wrong == []


def test_what_moved_between_two_plans_is_named_under_the_pointer_and_in_the_panel(files, page, wrong):
    go(page, files / "compare.html")
    assert "更换网格" in page.inner_text(".headline")
    spot = page.evaluate(
        """() => { const [west, north, east, south] = gk.runsOf(gk.head.tables['changes/moved/2'])[0].box;
        const q = gk.map.latLngToContainerPoint(gk.latlng([(west + east) / 2, (north + south) / 2]));
        const r = gk.at('map').getBoundingClientRect();
        return [q.x + r.left, q.y + r.top]; }"""
    )
    page.mouse.move(*spot)
    page.mouse.move(spot[0] + 1, spot[1] + 1)
    page.wait_for_timeout(80)
    flow = page.evaluate("gk.head.changes.flows[0]")
    assert f"{flow['from']} → {flow['to']} · {flow['people']}人" in page.inner_text("#gk-tip")
    before = page.evaluate("document.querySelector('.leaflet-gk-ground0-pane canvas').toDataURL()")
    page.get_by_label("调整地块 (1)").uncheck()
    page.wait_for_timeout(80)
    assert page.evaluate("document.querySelector('.leaflet-gk-ground0-pane canvas').toDataURL()") != before
    page.click(".lang")
    page.get_by_role("button", name="Swipe between the plans").click()
    assert "Before" in page.locator(".pair").inner_text()
    assert wrong == []


def test_findings_of_the_audit_are_listed_drawn_and_named(plan, page, wrong, tmp_path):
    grid = plan.grids.iloc[3]
    shapes = [grid.geometry, grid.geometry.boundary, grid.geometry.representative_point()]
    table = gpd.GeoDataFrame(
        {"rule": ["band", "features", "walk"], "verdict": ["FAIL", "WARN", "FAIL"], "value": 1.0},
        geometry=shapes,
        crs=plan.crs,
        index=pd.Index(["f1", "f2", "f3"], dtype=TEXT, name="finding_id"),
    )
    for name, text in (("grid_id", grid.name),):
        table[name] = pd.array([text] * 3, dtype=TEXT)
    compose(plan.with_record("findings", table), maps()["planner"]).save(tmp_path / "f.html")
    go(page, tmp_path / "f.html")
    assert "检查发现的问题" in page.inner_text("#gk-panel")
    click_grid(page, 3)
    card = page.inner_text("#gk-card")
    assert all(said in card for said in ("超出规模范围", "有1米边界不沿地物", "最长步行距离1米"))
    spot = page.evaluate("(() => { const r = gk.at('map').getBoundingClientRect(); return [r.left, r.top]; })()")
    at = page.evaluate(
        """() => { const e = gk.head.points.find(o => o.note);
        const q = gk.map.latLngToContainerPoint(gk.latlng(e.at[0]));
        return [q.x, q.y]; }"""
    )
    page.mouse.move(spot[0] + at[0], spot[1] + at[1] + 1)
    page.wait_for_timeout(80)
    assert page.inner_text("#gk-tip").count("不合格：") == 2
    drawn = "['ground0', 'marks0'].map(n => document.querySelector(`.leaflet-gk-${n}-pane canvas`).toDataURL()).join()"
    seen = [page.evaluate(drawn)]
    for box in page.locator("input[type=checkbox] ~ .dot:has([href='#gk-fail'], [href='#gk-warn'])").all():
        box.click()
        page.wait_for_timeout(60)
        seen.append(page.evaluate(drawn))
    assert len(set(seen)) == 4
    assert wrong == []


def test_a_measure_that_the_other_plan_lacks_leaves_its_grids_without_a_value(plan, page, wrong, tmp_path):
    bare = replace(other(plan), layers={})
    compose(plan, maps()["compare"], other=bare).save(tmp_path / "c.html")
    go(page, tmp_path / "c.html")
    page.select_option("#gk-measure", label="诊所：15分钟可达诊所")
    assert page.evaluate("gk.columnOf(gk.plans[1])") is None
    page.select_option("#gk-measure", label="人口")
    assert page.evaluate("gk.columnOf(gk.plans[1]).name") == "people"
    assert wrong == []


def test_the_same_class_breaks_hold_for_both_plans(files, page):
    go(page, files / "compare.html")
    breaks = page.evaluate("gk.plans.map(p => p.columns.map(c => [c.name, c.breaks]))")
    assert dict(breaks[0]) == dict(breaks[1])


def test_a_ruler_measures_by_pointer_and_by_keyboard(files, page):
    go(page, files / "official.html")
    page.get_by_role("button", name="测量（距离、面积）").click()
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(350)
    page.keyboard.press("Enter")
    page.mouse.click(700, 600)
    said = page.inner_text(".box:not([hidden])")
    assert "距离" in said
    assert "面积" in said


def test_a_unit_is_moved_commented_on_and_saved_in_five_clicks_and_the_plan_takes_it_back(
    files, page, plan, tmp_path, wrong
):
    go(page, files / "planner.html")
    people = page.evaluate("gk.plans[0].columns.find(c => c.name === 'people').of.slice()")
    click_grid(page, 14)
    unit = page.evaluate("gk.plans[0].cells.ids[gk.state.cell]")
    button = page.locator("#gk-card .offers button").first
    button.click()
    page.fill("textarea", "请核实 </script><b>围墙</b> {{ 7*7 }}")
    page.get_by_role("button", name="提交意见").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="另存为带意见的地图").click()
    copy = tmp_path / "copy.html"
    caught.value.save_as(copy)
    after = page.evaluate("gk.plans[0].columns.find(c => c.name === 'people').of.slice()")
    assert after != people
    assert sum(after) == pytest.approx(sum(people))
    sent = edits_file.read(copy)
    assert sent.plan == plan.digest
    move, comment = sent.acts
    assert move.unit_id == unit
    assert comment.text == "请核实 </script><b>围墙</b> {{ 7*7 }}"
    taken = feedback.take(plan, [sent], loose=True)
    assert len(taken.records["comments"]) == 2
    go(page, copy)
    assert page.evaluate("gk.edits().moves.length") == 1
    assert page.evaluate("gk.plans[0].columns.find(c => c.name === 'people').of.slice()") == pytest.approx(after)
    assert "围墙" in page.inner_text("[data-view=edits]")
    assert page.locator(".leaflet-control-scale").count() == 1
    with page.expect_download() as again:
        page.get_by_role("button", name="另存为带意见的地图").click()
    again.value.save_as(tmp_path / "twice.html")
    assert (tmp_path / "twice.html").read_text(encoding="utf-8") == copy.read_text(encoding="utf-8")
    assert wrong == []


def test_the_name_of_a_grid_stays_within_it_when_its_units_move_away(files, page):
    go(page, files / "planner.html")
    spots = """grid => { const p = gk.plans[0], [x, y] = p.spots.at[grid];
        return [x, y, p.cells.own[gk.cellAt(p, { x, y })]]; }"""
    before = page.evaluate(spots, 14)
    page.evaluate(
        """() => { const p = gk.plans[0], cell = gk.cellAt(p, L.point(p.spots.at[14]));
        const fits = to => to !== 14 && gk.offer(cell, to).verdict.status === 'accepted';
        gk.moveUnit(cell, [...p.ids.keys()].find(fits)); }"""
    )
    after = page.evaluate(spots, 14)
    assert after[2] == 14
    assert after[:2] != before[:2]
    page.evaluate("gk.do.undo()")
    assert page.evaluate(spots, 14)[2] == 14


def test_what_was_answered_comes_back_on_the_next_map(files, page, plan, tmp_path):
    go(page, files / "planner.html")
    page.evaluate("gk.comment('围墙已拆 <b>', gk.map.getCenter(), {})")
    with page.expect_download() as caught:
        page.evaluate("gk.do.saveCopy()")
    caught.value.save_as(tmp_path / "copy.html")
    taken = feedback.take(plan, [edits_file.read(tmp_path / "copy.html")], loose=True)
    row = taken.records["comments"].index[0]
    answered = feedback.decide(taken, {row: feedback.Decision("declined", "仍在")})
    compose(answered, maps()["planner"]).save(tmp_path / "next.html")
    go(page, tmp_path / "next.html")
    assert "围墙已拆 <b>" in page.inner_text("#gk-panel")
    assert "未采纳" in page.inner_text("#gk-panel")
    compose(answered, maps()["official"]).save(tmp_path / "official.html")
    go(page, tmp_path / "official.html")
    assert page.evaluate("gk.head.answers") == []


def test_the_public_is_told_no_names_of_persons(files, page):
    go(page, files / "public.html")
    titles = page.evaluate("gk.plans[0].card[0].rows.map(t => t.name[0])")
    assert titles == ["Name of the grid", "Bounds"]


def test_bounds_are_found_in_both_languages_when_the_plan_has_none(plan, page, tmp_path):
    compose(replace(plan, attributes=None), maps()["official"]).save(tmp_path / "bounds.html")
    go(page, tmp_path / "bounds.html")
    page.evaluate("gk.select(3)")
    assert "至无名街巷" in page.inner_text("#gk-card")
    page.click(".lang")
    assert "to an unnamed street" in page.inner_text("#gk-card")


def test_edits_are_exported_in_the_shipped_schema(files, page, tmp_path):
    go(page, files / "planner.html")
    click_grid(page, 14)
    page.locator("#gk-card .offers button").first.click()
    page.get_by_role("button", name="锁定网格").click()
    page.fill("textarea", "好")
    page.get_by_role("button", name="提交意见").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="导出调整与意见").click()
    caught.value.save_as(tmp_path / "edits.json")
    edits = json.loads((tmp_path / "edits.json").read_text(encoding="utf-8"))
    jsonschema.validate(edits, edits_file.schema())
    assert [each["act"] for each in edits["acts"]] == ["move", "lock", "comment"]


def test_edits_are_undone_redone_kept_over_a_reload_and_discarded(files, page):
    go(page, files / "planner.html")
    click_grid(page, 14)
    page.locator("#gk-card .offers button").first.click()
    page.keyboard.press("Control+z")
    assert page.evaluate("gk.edits().moves.length") == 0
    page.keyboard.press("Control+y")
    assert page.evaluate("gk.edits().moves.length") == 1
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("gk.edits().moves.length") == 1
    page.get_by_role("button", name="撤回本人全部操作").click()
    assert page.evaluate("gk.edits().moves.length") == 0


def test_a_locked_unit_stays_and_no_unit_is_offered_another_community(files, page):
    go(page, files / "planner.html")
    click_grid(page, 14)
    offered = page.evaluate(
        """[...document.querySelectorAll('#gk-card .offers option[value]')].map(o => o.value).filter(Boolean)
        .map(g => gk.plans[0].parentOf[g])"""
    )
    assert set(offered) == {page.evaluate("gk.plans[0].parentOf[14]")}
    page.get_by_role("button", name="锁定地块").click()
    assert page.locator("#gk-card .offers button").count() == 0


@pytest.mark.parametrize("size", ["A4", "A3"])
@pytest.mark.parametrize("turned", ["横向", "纵向"])
def test_a_print_is_one_page_with_one_legend_a_scale_and_its_source(size, turned, files, page, tmp_path):
    go(page, files / "official.html")
    page.get_by_role("button", name="打印").click()
    page.get_by_label("纸张").select_option(size)
    page.get_by_label("方向", exact=True).select_option(label=turned)
    paper = page.locator("#gk-paper")
    assert paper.locator(".legend").count() == 1
    assert paper.locator(".scale").count() == 1
    assert "OpenStreetMap" in paper.inner_text()
    assert "内部使用，不得公开" in paper.inner_text()
    document = page.pdf(prefer_css_page_size=True, print_background=True)
    assert document.count(b"/Type /Page\n") == 1
    short, long = {"A4": (595, 842), "A3": (842, 1191)}[size]
    wide, high = (long, short) if turned == "横向" else (short, long)
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", document)
    assert [float(each) for each in box.groups()] == pytest.approx([wide, high], abs=1)


@pytest.mark.parametrize("turned", ["landscape", "portrait"])
def test_a_long_card_is_whole_on_its_page(turned, files, page):
    go(page, files / "official.html")
    page.evaluate(
        """turned => { const { card } = gk, row = { name: '一项较长的指标名称', value: '1,234 件/平方公里' };
        gk.card = (...asked) => { const made = card(...asked);
        return { ...made, sections: [...made.sections, { title: '附加', rows: Array(20).fill(row) }] }; };
        gk.select(3); gk.do.print(); gk.do.paper({ key: 'turned' }, { value: turned });
        gk.do.paper({ key: 'what' }, { value: 'grid' }); }""",
        turned,
    )
    clipped = """() => { const k = document.querySelector('.key');
        return [k.scrollHeight > k.clientHeight, k.scrollWidth > k.clientWidth]; }"""
    assert page.evaluate(clipped) == [False, False]
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_printing_without_the_button_prints_the_same_page_and_ends_as_it_began(files, page, wrong):
    go(page, files / "official.html")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    page.wait_for_selector("#gk-paper", state="detached")
    assert wrong == []


def test_the_atlas_has_a_page_for_the_whole_and_one_per_grid(files, page, plan):
    go(page, files / "atlas.html")
    assert page.locator(".page").count() == 1 + len(plan.grids)
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1 + len(plan.grids)


def test_every_grid_is_reached_by_keyboard_alone(files, page, plan):
    go(page, files / "official.html")
    page.focus("#gk-map")
    page.keyboard.press("n")
    assert page.inner_text("#gk-card h2").endswith(f" {plan.grids.index[0]}")
    page.keyboard.press("p")
    assert page.inner_text("#gk-card h2").endswith(f" {plan.grids.index[-1]}")
    page.get_by_role("button", name="网格一览表").press("Enter")
    assert page.locator("#gk-drawer tbody tr").count() == len(plan.grids)
    page.locator("#gk-drawer thead button").nth(2).press("Enter")
    assert page.locator("#gk-drawer th[aria-sort=descending]").count() == 1
    cells = page.locator("#gk-drawer tbody tr td:nth-child(3)").all_inner_texts()
    numbers = [float(text.replace(",", "")) for text in cells]
    assert numbers == sorted(numbers, reverse=True)


def test_a_phone_shows_the_map_and_nothing_runs_off_its_edge(files, page):
    page.set_viewport_size({"width": 360, "height": 740})
    go(page, files / "official.html")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator("#gk-panel").is_hidden()
    page.click("#gk-tab")
    assert page.locator("#gk-panel").is_visible()
    page.click("#gk-tab")
    page.evaluate("gk.select(2)")
    card = page.locator("#gk-card").bounding_box()
    assert card["x"] >= 0
    assert card["x"] + card["width"] <= 360


@pytest.mark.parametrize("size", [(1280, 800), (360, 740)], ids=["desk", "phone"])
def test_a_grid_that_is_gone_to_lies_beside_its_card(size, files, page):
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    go(page, files / "official.html")
    page.evaluate("gk.select(2, { go: true })")
    page.wait_for_timeout(500)
    grid = page.evaluate(
        """() => { const box = gk.bounds(gk.plans[0].boxes[2]), q = gk.map.latLngToContainerPoint(box.getSouthEast());
        return [q.x, q.y]; }"""
    )
    card = page.evaluate("[gk.at('card').offsetLeft, gk.at('card').offsetTop]")
    assert grid[0] < card[0] if size[0] > 720 else grid[1] < card[1]


@pytest.mark.parametrize(
    ("locale", "lang", "opens"), [("zh-CN", "", "zh"), ("en-GB", "", "en"), ("ru-RU", "", "zh"), ("en-GB", "zh", "zh")]
)
def test_a_page_opens_in_its_readers_language_unless_its_maker_asked_for_one(
    locale, lang, opens, plan, browser, tmp_path
):
    own = replace(plan, parameters=replace(plan.parameters, lang="zh"))
    pages.compose(own, maps()["official"], lang=lang).save(tmp_path / "own.html")
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto((tmp_path / "own.html").as_uri())
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("gk.state.lang") == opens
    # Dates and numbers are the page's, of whatever country the browser is.
    assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[opens]
    assert page.evaluate("gk.day(29000000)") == {"zh": "2025年2月19日", "en": "2025-02-19"}[opens]
    assert page.evaluate("gk.number(1234567.5, 1)") == "1,234,567.5"
    context.close()


def test_a_reader_without_scripts_is_told_so(files, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((files / "official.html").as_uri())
    assert "脚本" in page.inner_text("noscript")
    assert page.locator("noscript table tr").count() > 10
    box = page.locator("noscript svg").bounding_box()
    assert box["width"] > 300
    assert box["y"] + 200 < page.viewport_size["height"]
    context.close()


def test_a_browser_that_cannot_run_the_page_shows_what_it_needs(files, page, tmp_path):
    text = (files / "official.html").read_text(encoding="utf-8").replace('"use strict";', "=>;")
    (tmp_path / "old.html").write_text(text, encoding="utf-8")
    page.goto((tmp_path / "old.html").as_uri())
    assert "Chrome" in page.inner_text("#gk-notice")


def test_script_that_is_put_into_the_page_afterwards_does_not_run(files, page):
    go(page, files / "official.html")
    page.evaluate(
        f"""() => {{ const d = document.createElement('div'); d.innerHTML = "<img src=x onerror='{RUN}'>";
        document.body.append(d); const s = document.createElement('script'); s.textContent = {RUN!r};
        document.body.append(s); }}"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.__ran") is None


# ------------------------------------------------------------------ public
def test_a_public_map_carries_no_incident_and_no_small_count(files, page, plan):
    go(page, files / "public.html")
    assert page.evaluate("gk.head.points.map(l => l.kind)") == ["facilities"]
    shown = page.evaluate("gk.plans[0].columns.find(c => c.name === 'incidents').of")
    counts = plan.layers["incidents"].tables["grids"]["incidents"]
    assert all(value in ("hidden", 0) or value >= 10 for value in shown)
    assert shown.count("hidden") >= int(((counts > 0) & (counts < 10)).sum())
    rates = page.evaluate("gk.plans[0].columns.find(c => c.name === 'rate').of")
    assert [value == "hidden" for value in rates] == [value == "hidden" for value in shown]
    assert "未取得审图号，不得公开" in page.inner_text("#gk-panel")


def test_an_approval_number_stands_on_the_public_map_and_on_its_print(plan, page, tmp_path):
    compose(plan, maps()["public"], choices=Choices(approval="苏S(2026)001号")).save(tmp_path / "p.html")
    go(page, tmp_path / "p.html")
    assert "审图号：苏S(2026)001号" in page.inner_text("#gk-panel")
    page.get_by_role("button", name="打印").click()
    assert "审图号：苏S(2026)001号" in page.inner_text("#gk-paper")


def test_the_island_holds_only_what_the_page_shows(files, page):
    go(page, files / "official.html")
    keys = page.evaluate("Object.keys(gk.head.points.find(l => l.kind === 'events'))")
    named = {"layer", "title", "colour", "gridOf", "at", "categories", "category", "classes", "statuses", "status"}
    assert set(keys) == named | {"minutes", "bins", "kind"}


def test_the_page_reads_the_minutes_that_the_plan_holds(files, page, plan):
    go(page, files / "official.html")
    events = next(each for each in points.packed(PageView((plan,), maps()["official"]), plan) if "minutes" in each)
    assert page.evaluate("[...gk.head.points.find(l => l.minutes).minutes]") == events["minutes"]
