"""Text that would run if a page let it: shown as it is, in every field."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from dataclasses import replace
from urllib.parse import unquote

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hostile import HOSTILE
from pages import go, wide
from plans import Size, crooked_plan
from shapely.geometry import Point, box
from towns import METRES, town

import gridkit as gk
from gridkit.catalog.definitions import IncidentsLayer
from gridkit.catalog.map_views import maps
from gridkit.language.packing import packed
from gridkit.language.phrases import Phrase, Text
from gridkit.plan import codes
from gridkit.plan.life import edits_file
from gridkit.recipes import emergency_papers
from gridkit.recipes.refresh import scored
from gridkit.render.page import compose as pages
from gridkit.render.page.compose import Choices
from gridkit.render.rollup import page as rollup
from gridkit.render.rollup import workbook as rollup_book


def compose(*args, **more):
    """Return a page that opens in Chinese, whatever the language of the machine."""
    return pages.compose(*args, **{"lang": "zh", **more})


@pytest.fixture(scope="module")
def hostile_plan():
    plan = crooked_plan(Size(side=30, incidents=400))
    grids = len(plan.grids)
    text = [HOSTILE[index % len(HOSTILE)] for index in range(max(grids, 1000))]
    attributes = plan.attributes.assign(name=text[:grids], head=text[:grids], boundary=text[:grids], note=text[:grids])
    backdrop = {
        name: table.assign(**{column: text[: len(table)] for column in ("name", "name_en") if column in table})
        for name, table in plan.backdrop.items()
    }
    ids = dict(
        zip(plan.grids.index, [f"{code} {text[at]}"[:190] for at, code in enumerate(plan.grids.index)], strict=True)
    )
    units = plan.units.assign(grid_id=plan.units["grid_id"].map(ids))
    attributes.index = attributes.index.map(ids)
    layers = {}
    for name, layer in plan.layers.items():
        tables = {key: table.rename(index=ids) if key == "grids" else table for key, table in layer.tables.items()}
        if "points" in tables:
            points = tables["points"]
            columns = [column for column in ("category", "status", "name") if column in points]
            tables["points"] = points.assign(**{column: text[: len(points)] for column in columns})
        definition = replace(layer.definition, title=Text(en=text[3], zh=text[3]), colour=text[0])
        measures = tuple(
            replace(each, title=Text(en=text[8], zh=text[8]), unit=Text(en=text[9], zh=text[9]))
            for each in definition.measures
        )
        layers[name] = replace(layer, definition=replace(definition, measures=measures), tables=tables)
        assert isinstance(layers["incidents"].definition, IncidentsLayer) if "incidents" in layers else True
    districts = plan.districts.assign(name=text[: len(plan.districts)])
    asked = replace(plan.parameters, title=text[0])
    return replace(
        plan,
        units=units,
        districts=districts,
        parameters=asked,
        backdrop=backdrop,
        layers=layers,
        attributes=attributes,
    )


@pytest.mark.parametrize("view", ["planner", "official", "public"])
def test_hostile_text_in_every_field_is_shown_and_never_run(view, hostile_plan, page, asked, wrong, tmp_path):
    choices = Choices(approval=HOSTILE[1], attribution=HOSTILE[2])
    compose(hostile_plan, maps()[view], choices=choices).save(tmp_path / "hostile.html")
    go(page, tmp_path / "hostile.html")
    assert page.title() == " ".join(HOSTILE[0].split())
    shown = page.evaluate(
        """() => { const p = gk.plans[0];
        gk.set({ off: Object.fromEntries(gk.head.points.map(({ layer }) => [layer, false])) });
        return p.ids.map((id, grid) => { gk.select(grid); return gk.at('card').textContent; }); }"""
    )
    for index, card in enumerate(shown):
        wanted = HOSTILE[index % len(HOSTILE)].strip()
        assert card.count(wanted) >= 2, (wanted, card)
    page.evaluate("gk.do.table()")
    while page.locator("#gk-drawer > button").count():
        page.locator("#gk-drawer > button").click()
    assert page.locator("#gk-drawer tbody tr").count() == len(hostile_plan.grids)
    page.fill("#gk-search", "<img src=x")
    assert page.locator("#gk-found [role=option]").count() > 3
    page.mouse.move(700, 400)
    page.mouse.move(720, 420)
    page.click(".lang")
    if view != "public":
        page.evaluate("gk.do.print(); gk.do.paper({ key: 'what' }, { value: 'atlas' })")
    page.wait_for_timeout(200)
    assert page.evaluate("window.__ran") is None
    assert asked == []
    assert [each for each in wrong if "Content Security Policy" not in each] == []


def test_a_hostile_comment_survives_saving_and_never_runs(page, tmp_path, wrong):
    compose(wide(crooked_plan(Size(incidents=600))), maps()["planner"]).save(tmp_path / "planner.html")
    go(page, tmp_path / "planner.html")
    page.evaluate("texts => { for (const t of texts) gk.comment(t, gk.map.getCenter(), {}); }", list(HOSTILE))
    with page.expect_download() as caught:
        page.evaluate("gk.do.saveCopy()")
    caught.value.save_as(tmp_path / "copy.html")
    assert [each.text for each in edits_file.read(tmp_path / "copy.html").acts] == list(HOSTILE)
    go(page, tmp_path / "copy.html")
    assert page.locator("[data-view=edits] .notes li").count() == len(HOSTILE)
    assert page.evaluate("window.__ran") is None
    assert wrong == []


# ------------------------------------------------------------------ what departments and offices bring
STRIPS = gpd.GeoDataFrame(
    {"code": list(HOSTILE)}, geometry=[box(0, 4 * at, 800, 4 * at + 4) for at in range(len(HOSTILE))], crs=METRES
)
ORDERS = gpd.GeoDataFrame(
    {
        "order_id": [f"{at // 4}" for at in range(len(HOSTILE))],  # handed on three times each
        "department": list(HOSTILE),
        "time": [f"2026-03-0{1 + at % 4}" for at in range(len(HOSTILE))],
        "closed": "2026-03-09",
    },
    geometry=[Point(16 * (at // 4) + 1, 16 * (at // 4) + 1) for at in range(len(HOSTILE))],
    crs=METRES,
)
ZONES = gpd.GeoDataFrame(
    {"name": list(HOSTILE[3:43]), "kind": "sealed"},
    geometry=[
        box(100 * (at % 8) + 4, 100 * (at // 8) + 4, 100 * (at % 8) + 96, 100 * (at // 8) + 96) for at in range(40)
    ],
    crs=METRES,
)
BRINGS = {
    "departments": lambda plan: gk.departments_overlay(plan, {HOSTILE[0]: STRIPS, HOSTILE[21]: STRIPS.iloc[::-1]}),
    "response": lambda plan: gk.response(plan, ORDERS),
    "emergency": lambda plan: gk.emergency(plan, zones=ZONES, since="2027-01-10", until="2027-01-24"),
    "official": lambda plan: gk.staffing(
        plan,
        staff=pd.DataFrame({"name": HOSTILE[:64], "post": "专职网格员", "grid": [*plan.grids.index] * 4, "hours": 160}),
        names=True,
        asof="2027-01-01",
    ),
}


@pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
@pytest.mark.parametrize("view", BRINGS)
def test_hostile_nets_orders_zones_and_staff_are_shown_and_never_run(view, page, asked, wrong, tmp_path):
    plan = BRINGS[view](town(8, 2))
    compose(plan, maps()[view]).save(tmp_path / "hostile.html")
    go(page, tmp_path / "hostile.html")
    cards = page.evaluate(
        """() => { gk.set({ off: Object.fromEntries(gk.head.points.map(({ layer }) => [layer, false])) });
        return gk.plans[0].ids.map((id, grid) => { gk.select(grid); return gk.at('card').textContent; }); }"""
    )
    for select in page.locator("#gk-panel select").all():
        for option in select.locator("option").all()[:6]:
            select.select_option(index=option.evaluate("each => each.index"))
    page.fill("#gk-search", "<img src=x")
    page.click(".lang")
    page.evaluate("gk.do.table?.()")
    page.wait_for_timeout(200)
    # The views of orders and zones hold none of these names: a change that brings them there is tried here as well.
    seen = "".join(cards) + page.evaluate("gk.at('panel').textContent")
    assert any(text.strip() in seen for text in HOSTILE) == (view in ("departments", "official"))
    assert page.evaluate("window.__ran") is None
    assert asked == []
    assert wrong == []


# ------------------------------------------------------------------ pages beside the map, papers and tables
TRAPS = (*HOSTILE, "__proto__", "constructor", "../../x", "javascript:alert(1)")


def ran_nothing(page, asked, wrong):
    assert page.evaluate("window.__ran") is None
    assert asked == []
    assert [each for each in wrong if "Content Security Policy" not in each] == []


def test_hostile_districts_of_a_batch_are_listed_and_never_run(page, asked, wrong, tmp_path):
    facts = {"grids": 3, "people": 99.0, "mean": 33.0, "share_in_band": 1.0, "audit": {"gaps": "FAIL"}}
    rows, shapes = [], {}
    for at, text in enumerate(TRAPS):
        files = ["planner.html", f"{text}.xlsx".replace("..", "."), f"{text}.html".replace("..", ".")]
        done = {"state": "made", "facts": facts, "files": files}
        failed = {"state": "failed", "why": packed(Phrase("{where}: {what}", where=text, what=text))}
        folder = text.replace("..", ".")  # the folders of a batch lie in its own
        rows.append({"id": text, "name": text, "folder": folder, **(done if at % 3 else failed)})
        if text not in ("__proto__", "constructor"):
            shapes[text] = box(at % 20, at // 20, at % 20 + 1, at // 20 + 1)
    totals = {"made": 136, "failed": 68, "grids": 408, "people": 1.0}
    (tmp_path / "index.html").write_text(rollup.page(rows, totals, HOSTILE[0], "en", shapes), encoding="utf-8")
    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_role("button", name="Show more").click()
    assert page.locator("tbody th").all_text_contents() == list(TRAPS)
    assert page.locator("svg path").count() == len(shapes)
    # Those that have room stand on the picture, as texts.
    assert set(page.locator("svg text").all_text_contents()) & set(shapes)
    assert set(page.evaluate("[...document.querySelectorAll('a')].map(each => each.protocol)")) == {"file:"}
    there = page.evaluate("[...document.querySelectorAll('tbody a')].map(each => each.href)")
    assert all(unquote(each).startswith(tmp_path.as_uri()) for each in there)
    for head in page.locator("thead button").all():
        head.click()
    page.get_by_role("searchbox").fill("<img src=x")
    assert page.locator("tbody tr").count() > 3
    page.get_by_role("checkbox").check()
    page.get_by_role("combobox").select_option("zh")
    ran_nothing(page, asked, wrong)


@pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
def test_hostile_zones_on_the_page_of_residents_and_columns_in_a_look_never_run(page, asked, wrong, tmp_path):
    zones = gpd.GeoDataFrame(
        {
            "name": list(HOSTILE[:40]),
            "kind": "sealed",
            "phone": list(HOSTILE[40:80]),
            "supplies": list(HOSTILE[80:120]),
        },
        geometry=ZONES.geometry.to_numpy(),
        crs=METRES,
    )
    plan = town(8, 2)
    named = replace(plan, districts=plan.districts.assign(name=list(HOSTILE[120:122])))
    told = gk.emergency(named, zones=zones, since="2027-01-10", until="2027-01-24")
    emergency_papers.written(told, tmp_path / "residents.html", lang="zh", overwrite=False)
    frame = gpd.GeoDataFrame({text: [text] for text in HOSTILE}, geometry=[box(0, 0, 1, 1)], crs=4326)
    gk.inspect(frame, html=tmp_path / "look.html", lang="zh")
    for name in ("residents", "look"):
        page.goto((tmp_path / f"{name}.html").as_uri())
        said = page.inner_text("body")
        assert sum(text.strip() in said for text in HOSTILE) >= 40, name
    page.goto((tmp_path / "residents.html").as_uri())
    page.locator("input").fill("<img src=x")
    page.locator("input").fill("")
    for row in page.locator("tr[data-homes]").all()[:6]:
        row.click()
    ran_nothing(page, asked, wrong)


@pytest.fixture(scope="module")
def commented():
    """Return a town whose people, places, wishes and answers are all hostile: two hundred of them."""
    plan = codes.coded(town(8, 2), "{county:6}{street:3}{community:3}{seq:3}")
    grids = list(plan.grids.index)
    rows = {
        "grid": [grids[at % len(grids)] for at in range(len(HOSTILE))],
        "box": "D",
        "words": HOSTILE,
        "name": HOSTILE,
    }
    plan = gk.type_edits(plan, pd.DataFrame(rows))
    held = plan.records["comments"].index
    plan = gk.decide_edits(plan, {name: f"accepted:{HOSTILE[at]}" for at, name in enumerate(held)})
    names = list(HOSTILE[: len(grids)])
    activities = [(grid, who, "2026-03-01") for grid in grids for who in ["居民"] * 8 + ["街道"] * 12]
    plan = gk.participation(plan, activities=pd.DataFrame(activities, columns=["网格编码", "发起方", "日期"]))
    return replace(
        plan,
        attributes=pd.DataFrame({"name": names, "head": names, "boundary": names}, index=plan.grids.index),
        districts=plan.districts.assign(name=list(HOSTILE[40:42])),
        parameters=replace(plan.parameters, title=HOSTILE[2]),
    )


RUNS = (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/SubmitForm", b"/EmbeddedFile", b"/AA")
"""What would make a PDF do something."""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
def test_hostile_words_on_papers_are_printed_whole_and_do_nothing(commented, tmp_path):
    pytest.importorskip("fpdf")
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: apt-get install poppler-utils")
    made = gk.papers(commented, tmp_path, lang="zh").files
    made |= {"card": gk.scorecard(commented, tmp_path / "card.pdf", lang="zh")}
    made |= {"cards": gk.cards(commented, tmp_path / "cards.pdf", lang="zh")}
    for name, path in made.items():
        held = path.read_bytes()
        assert [each for each in RUNS if each in held] == [], name
        said = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True).stdout.decode()
        if name == "replies":
            plain = re.sub(r"\s", "", said)
            lost = [text for text in HOSTILE if re.sub(r"[\s\u202a-\u202e]", "", text) not in plain]
            assert lost == [], "what somebody said is on the reply to him, sign by sign"


@pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
def test_hostile_words_in_tables_are_texts_and_no_formulas(commented, tmp_path):
    gk.report(commented, tmp_path / "report.xlsx", lang="zh")
    gk.scorecard(commented, tmp_path / "card.xlsx", lang="zh")
    gk.reply_edits(commented, tmp_path / "reply.xlsx", lang="zh")
    rollup_book.write(
        [
            {"id": text, "name": text, "state": "failed", "folder": "", "why": packed(Phrase("{a}", a=text))}
            for text in HOSTILE
        ],
        {"grids": 0},
        tmp_path / "rollup.xlsx",
        "zh",
    )
    for name in ("report", "card", "reply", "rollup"):
        book = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d", "b"}, name
        assert not [cell for cell in cells if cell.hyperlink], name
    said = {cell.value for row in openpyxl.load_workbook(tmp_path / "reply.xlsx").active.iter_rows() for cell in row}
    assert {text for text in HOSTILE if text not in said} == set()
    gk.reply_edits(commented, tmp_path / "reply.csv", lang="zh")
    rows = list(csv.reader(io.StringIO((tmp_path / "reply.csv").read_text("utf-8-sig"), newline="")))
    assert len(rows) == len(HOSTILE) + 1
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@", "\t", "＝", "＋", "＠")]
    gk.scorecard(commented, tmp_path / "card.html", lang="zh")


@pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
@pytest.mark.parametrize("view", ["scorecard", "planner", "official"])
def test_hostile_answers_and_names_on_the_next_map_never_run(view, commented, page, asked, wrong, tmp_path):
    plan = scored(commented) if view == "scorecard" else commented
    compose(plan, maps()[view]).save(tmp_path / "next.html")
    go(page, tmp_path / "next.html")
    if view == "planner":
        said = page.locator("[data-view=edits]").text_content()
        assert [text for text in HOSTILE if " ".join(text.split()) not in " ".join(said.split())] == []
    page.evaluate("gk.plans[0].ids.forEach((id, grid) => gk.select(grid))")
    page.evaluate("gk.do.table?.()")
    page.click(".lang")
    page.evaluate("gk.do.print?.(); gk.do.paper?.({ key: 'what' }, { value: 'atlas' })")
    page.wait_for_timeout(200)
    ran_nothing(page, asked, wrong)
