"""A plan is published as one act: page, extract and note agree, and the plan knows of them before anybody else."""

from __future__ import annotations

import re
from dataclasses import replace

import openpyxl
import pytest
from publications import LIMIT, world

import gridkit
from gridkit.errors import DefinitionError, OutputError, UsageError
from gridkit.measure.incidents import layer
from gridkit.plan.published import sheets
from gridkit.recipes.plans import read_plan, write_plan
from gridkit.render.page.payload import HIDDEN, open_island
from gridkit.render.page.tiles import Tiles
from gridkit.render.papers.extract import KEPT


@pytest.fixture(scope="module")
def plan():
    asked, layer.QUESTIONS = layer.QUESTIONS, (layer._trends, layer._closed)
    try:
        return world(2, 8).plan
    finally:
        layer.QUESTIONS = asked


@pytest.fixture
def file(plan, tmp_path):
    return write_plan(plan, tmp_path / "plan.gpkg")


@pytest.mark.slow
def test_a_folder_with_page_extract_and_note_is_written_and_the_plan_remembers(file, tmp_path):
    done = gridkit.publish(read_plan(file), tmp_path / "public", lang="en")
    assert {each.name for each in done.files.values()} == {"map.html", "grids.xlsx", "note.html"}
    assert sheets(read_plan(file)) == sheets(done.plan) != ()
    assert done.report["editions"] == 1
    assert done.report["least_computable"] >= LIMIT
    again = gridkit.publish(read_plan(file), tmp_path / "public", overwrite=True)
    assert again.report["editions"] == 2


def test_the_extract_says_what_the_page_says_and_no_more(file, tmp_path):
    done = gridkit.publish(read_plan(file), tmp_path / "public", lang="en")
    text = done.files["page"].read_text(encoding="utf-8")
    (drawn,) = open_island(re.search(r'id="gk-island">([^<]*)<', text)[1])["plans"]
    sheet = openpyxl.load_workbook(done.files["extract"]).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == drawn["ids"]
    assert len(rows[0]) == 3 + len(drawn["columns"])
    for at, column in enumerate(drawn["columns"], 3):
        for row, value in zip(rows[1:], column["of"], strict=True):
            factor = column.get("factor", 1.0)
            assert row[at] == (KEPT if value == HIDDEN else None if value is None else pytest.approx(value * factor))
    assert any(KEPT in row for row in rows)


def test_the_note_says_in_both_languages_how_many_numbers_are_withheld(file, tmp_path):
    done = gridkit.publish(read_plan(file), tmp_path / "public", approval="苏S(2026)001号", lang="zh")
    note = done.files["note"].read_text(encoding="utf-8")
    assert note.index('id="zh"') < note.index('id="en"')
    for said in ("不予公布的数值说明", "What was withheld", "苏S(2026)001号", "below 10"):
        assert said in note
    assert "://" not in note
    assert "<script" not in note


@pytest.mark.parametrize(("lang", "community"), [("zh", "知砚社区"), ("en", "Zhiyan Community")])
def test_communities_are_called_in_the_language_of_each_paper(plan, tmp_path, lang, community):
    named = replace(plan, districts=plan.districts.assign(name="知砚社区"))
    done = gridkit.publish(read_plan(write_plan(named, tmp_path / "plan.gpkg")), tmp_path / "public", lang=lang)
    note = done.files["note"].read_text(encoding="utf-8")
    assert "知砚社区" in note
    assert "Zhiyan Community" in note
    sheet = openpyxl.load_workbook(done.files["extract"]).worksheets[0]
    assert {row[2] for row in sheet.iter_rows(min_row=2, values_only=True)} == {community}


def test_a_view_for_the_office_is_not_published(plan, tmp_path):
    with pytest.raises(UsageError, match="for the office"):
        gridkit.publish(plan, tmp_path / "public", view="planner")
    assert not (tmp_path / "public").exists()


def test_a_public_view_that_names_no_least_count_is_refused(plan, tmp_path):
    (tmp_path / "open.toml").write_text(
        'title = { en = "Open" }\nlayers = ["incidents"]\naudience = "public"\n', encoding="utf-8"
    )
    with pytest.raises(DefinitionError, match="does not say which counts are too small"):
        gridkit.publish(plan, tmp_path / "public", view="open", maps=tmp_path)
    with pytest.raises(DefinitionError, match="does not say which counts are too small"):
        gridkit.map(plan, "open", maps=tmp_path)


@pytest.mark.slow
def test_a_public_map_is_remembered_as_it_is_saved_and_refused_where_nothing_can_remember_it(plan, file, tmp_path):
    gridkit.map(read_plan(file), "public").save(tmp_path / "map.html")
    assert len(read_plan(file).records["published"]) == 1
    with pytest.raises(OutputError, match="remembers in its file"):
        gridkit.map(plan, "public").save(tmp_path / "other.html")
    assert not (tmp_path / "other.html").exists()
    gridkit.map(plan, "planner").save(tmp_path / "planner.html")


def test_no_file_is_written_where_one_of_them_may_not_be(file, tmp_path):
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "note.html").write_text("mine")
    with pytest.raises(OutputError, match="exists"):
        gridkit.publish(read_plan(file), tmp_path / "public")
    assert [each.name for each in (tmp_path / "public").iterdir()] == ["note.html"]
    assert "published" not in read_plan(file).records


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)//{x}{y}{z}", "file:///{z}/{x}/{y}.png", "data:image/png,{x}{y}{z}", "//a.org/{z}/{x}/{y}"],
)
def test_tiles_come_from_the_web_alone(plan, url):
    with pytest.raises(UsageError, match="http"):
        gridkit.map(plan, tiles=url)
    with pytest.raises(UsageError, match="http"):
        Tiles(url, "")


def test_a_page_with_tiles_does_not_say_that_it_needs_no_network(plan):
    plain = gridkit.map(plan, lang="en").to_html()
    tiled = gridkit.map(plan, lang="en", tiles="https://tiles.example.org/{z}/{x}/{y}.png").to_html()
    assert "needs no network" in plain
    assert "needs no network" not in tiled
    assert "asks nothing of any network" not in tiled


def test_a_page_that_would_tell_more_than_the_past_is_refused(plan, tmp_path, monkeypatch):
    from gridkit.plan import published

    def careless(self, columns, hidden, groups, limit):
        sheet = published.Sheet(self.layout, tuple(columns), frozenset(), tuple(map(tuple, groups)))
        self.sheets.append(sheet)
        return sheet

    monkeypatch.setattr(published.Book, "withheld", careless)
    with pytest.raises(OutputError, match="could be computed"):
        gridkit.publish(replace(plan, records={}), tmp_path / "public")
    assert not (tmp_path / "public").exists()
