"""Where a changed plan goes: over its own file, into another, or as its workbook; refused before the work."""

from __future__ import annotations

import openpyxl
import pytest
from plans import Size, crooked_plan

import gridkit as gk
from gridkit.commands.console import Console
from gridkit.commands.output import laid
from gridkit.errors import OutputError


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
