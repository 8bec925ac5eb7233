"""The scorecard written as two pages, a workbook, a table and a map, in both languages."""

from __future__ import annotations

import shutil
import subprocess

import openpyxl
import pandas as pd
import pytest
from towns import town

import gridkit as gk
from gridkit.errors import UsageError
from gridkit.recipes import scorecard as recipe
from gridkit.recipes.refresh import scored
from gridkit.render.page.question import Asked, headline
from gridkit.store import geopackage

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def plan():
    rows = [(grid, who, "2026-03-01") for grid in ("W00", "W10", "E01", "E11") for who in ["居民"] * 8 + ["街道"] * 12]
    return gk.participation(town(), activities=pd.DataFrame(rows, columns=["网格编码", "发起方", "日期"]))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_pages_are_written_and_the_same_twice(plan, tmp_path, lang):
    pytest.importorskip("fpdf")
    first = gk.scorecard(plan, tmp_path / "one.pdf", lang=lang).read_bytes()
    second = gk.scorecard(plan, tmp_path / "two.pdf", lang=lang).read_bytes()
    assert first == second
    assert first.count(b"/Type /Page\n") == 2


def test_the_workbook_has_a_sheet_of_it_and_the_table_all_lines(plan, tmp_path):
    book = openpyxl.load_workbook(gk.scorecard(plan, tmp_path / "card.xlsx", lang="en"))
    cells = [cell for row in book["Scorecard"].iter_rows(values_only=True) for cell in row if cell is not None]
    assert "activities started by residents" in cells
    assert "a survey of households (trust is asked, and never inferred)" in cells
    table = pd.read_csv(gk.scorecard(plan, tmp_path / "card.csv"))
    assert set(table["level"]) == {"district", "subdistrict", "community", "grid"}


def test_a_map_opens_on_it_and_the_plan_keeps_it(plan, tmp_path):
    assert (
        gk.scorecard(plan, tmp_path / "card.html", lang="en").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    )
    said = headline("scorecard", Asked(scored(plan)))
    assert said == "4 of 43 indicators are known; activities started by residents: 40%."
    assert headline("scorecard", Asked(plan)).startswith("Nothing is known")
    gk.scorecard(plan, tmp_path / "card.gpkg")
    again = geopackage.read(tmp_path / "card.gpkg")
    assert again.layers["scorecard"].facts["known"] == recipe.facts(scored(plan))["known"]


@pytest.mark.parametrize("asked", [None, "en"])
def test_a_map_speaks_its_reader_s_language_unless_one_was_asked_for(plan, tmp_path, monkeypatch, asked):
    drawn, said = recipe.maps.map, []

    def drawing(*given, **choices):
        said.append(choices["lang"])
        return drawn(*given, **choices)

    monkeypatch.setattr(recipe.maps, "map", drawing)
    gk.scorecard(plan, tmp_path / "card.html", lang=asked)
    assert said == [asked]


@pytest.mark.filterwarnings("default::gridkit.errors.GridkitWarning")
@pytest.mark.parametrize("ending", ["xlsx", "csv", "gpkg"])
def test_what_is_left_out_is_said_once(plan, tmp_path, ending):
    staff = pd.DataFrame({"网格": plan.grids.index, "岗位": "专职网格员", "每周工时": 40})
    late = gk.staffing(plan, staff=staff, assign=True, asof="2027-01-01")
    late = late.having(made={**late.made, "assignment": "of other staff"})
    with pytest.warns(gk.GridkitWarning) as said:
        recipe.facts(recipe.written(late, tmp_path / f"card.{ending}", lang="en"))
    assert sum("left out" in str(each.message) for each in said) == 1


def test_other_endings_are_refused_and_what_is_missing_names_who_could_supply_it(plan, tmp_path):
    with pytest.raises(UsageError, match="is written as"):
        gk.scorecard(plan, tmp_path / "card.docx")
    facts = recipe.facts(scored(plan))
    assert {each["indicator"] for each in facts["social"]} >= {"residents_start", "administration_start"}
    trust = next(each for each in facts["missing"] if "trust" in each["indicators"])
    assert trust["command"] is None
    assert facts["warnings"]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here: apt-get install poppler-utils")
def test_the_pages_name_all_that_is_missing_and_whose_rate_a_funnel_shows(plan, tmp_path):
    pytest.importorskip("fpdf")
    file = gk.scorecard(plan, tmp_path / "card.pdf", lang="en")
    text = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True).stdout
    assert "temporary measures withdrawn" in text  # the last of them
    assert "… +" not in text
    assert "grids shown: 40.0%" in text
