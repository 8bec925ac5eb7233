"""Where a changed plan goes: over its own file, into another, or as its workbook; refused before the work."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from plans import Size, crooked_plan

import gridkit as gk
from gridkit.commands.console import Console
from gridkit.commands.output import laid, measured, ready
from gridkit.errors import OutputError, SourceError


@pytest.fixture
def file(tmp_path):
    return gk.write_plan(crooked_plan(Size(side=4, incidents=0, buildings=0)), tmp_path / "plan.gpkg")


def standing(plan, *, progress):
    del progress
    return gk.standing(plan, stage="approved")


def go(file, output, *, overwrite=False, lay=standing):
    return laid(Console.speaking("en"), file, output, overwrite=overwrite, lay=lay)


def test_without_an_output_the_plans_own_file_keeps_it(file):
    after = go(file, None)
    assert gk.read_plan(file).standing.stage == after.standing.stage == "approved"


def test_another_file_keeps_it_and_the_plan_stays(file, tmp_path):
    go(file, tmp_path / "other.gpkg")
    assert gk.read_plan(tmp_path / "other.gpkg").standing.stage == "approved"
    assert gk.read_plan(file).standing.stage == "draft"


def test_a_workbook_is_written_and_the_plan_stays(file, tmp_path):
    before = file.read_bytes()
    go(file, tmp_path / "book.XLSX")
    assert openpyxl.load_workbook(tmp_path / "book.XLSX").sheetnames
    assert file.read_bytes() == before


def test_a_file_that_is_there_is_refused_before_the_work(file, tmp_path):
    (tmp_path / "other.gpkg").write_text("mine")

    def never(plan, *, progress):
        raise AssertionError

    with pytest.raises(OutputError):
        go(file, tmp_path / "other.gpkg", lay=never)
    assert (tmp_path / "other.gpkg").read_text() == "mine"


def test_a_page_is_written_as_the_view_that_is_named_and_else_a_plan(file, tmp_path):
    before = file.read_bytes()
    laid(Console.speaking("zh"), file, tmp_path / "page.html", overwrite=False, lay=standing, view="official")
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert file.read_bytes() == before


def test_a_plan_in_no_file_is_left_to_whoever_reads_it(tmp_path):
    ready(tmp_path / "gone.gpkg", None, overwrite=False)
    with pytest.raises(SourceError, match="there is no such file"):
        go(tmp_path / "gone.gpkg", None)


GROUPS = pd.DataFrame([("2025-01", "2025-03")] * 20, columns=["first", "last"])


def counted(*, plan, progress):
    del progress
    return gk.survival(GROUPS, asof="2025-12-31", plan=plan)


def count(plan, output, capsys, *, lang="en", json=False):
    options = {"plan": plan, "output": output, "overwrite": False, "json": json}
    measured(Console.speaking(lang), "survival", counted, Path("groups.csv"), **options)
    return capsys.readouterr().out


def test_what_is_measured_without_a_plan_is_printed_and_its_table_written(tmp_path, capsys):
    assert "20" in count(None, None, capsys)
    assert not list(tmp_path.iterdir())
    count(None, tmp_path / "table.csv", capsys)
    assert len(pd.read_csv(tmp_path / "table.csv"))
    with pytest.raises(OutputError):
        count(None, tmp_path / "table.csv", capsys)


def test_what_is_measured_is_kept_in_the_plan_that_is_named_and_told_as_json(file, tmp_path, capsys):
    told = json.loads(count(file, tmp_path / "other.gpkg", capsys, json=True))
    assert told["lives"][0]["n"] == 20
    assert "lasting_curve" in gk.read_plan(tmp_path / "other.gpkg").records
    assert "lasting_curve" not in gk.read_plan(file).records
    assert "20" in count(file, None, capsys, lang="zh")
    assert "lasting_curve" in gk.read_plan(file).records
