"""No output is ever written over an input, on the command line and in Python."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from plans import Size, crooked_plan
from shapely import box

import gridkit as gk
from gridkit import cli
from gridkit.errors import OutputError
from gridkit.inputs import files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def district(tmp_path: Path) -> Path:
    path = tmp_path / "district.gpkg"
    frame = gpd.GeoDataFrame({"code": ["a"], "people": [100]}, geometry=[box(0, 0, 900, 900)], crs=32650)
    frame.to_file(path, layer="part:one")
    return path


@pytest.mark.parametrize("form", ["{}", "{}:part:one", "{}:part:one:people", "link.gpkg"])
def test_a_source_in_any_form_is_the_file_it_begins_with(form: str, district: Path, tmp_path: Path) -> None:
    (tmp_path / "link.gpkg").symlink_to(district)
    text = form.format(district) if "{}" in form else str(tmp_path / form)
    (found,) = files(text)
    assert found.resolve() == district


@pytest.mark.parametrize(
    "option", [["{}"], ["other.gpkg", "--people", "{}:code"], ["other.gpkg", "--feature", "water={}"]]
)
def test_split_refuses_to_write_over_what_it_reads(option: list[str], district: Path, tmp_path: Path) -> None:
    before = district.read_bytes()
    (tmp_path / "link.gpkg").symlink_to(district)
    words = [word.format(district) for word in option]
    for out in (district, tmp_path / "link.gpkg"):
        assert cli.run(["split", *words, "-o", str(out), "--overwrite"]) == 6
    assert district.read_bytes() == before


def test_a_map_a_workbook_and_an_export_never_replace_their_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = gk.write_plan(crooked_plan(Size(side=8, incidents=10)), tmp_path / "plan.gpkg")
    before = path.read_bytes()
    for command in ("map", "report", "cards", "export"):
        assert cli.run([command, str(path), "-o", str(path), "--overwrite"]) == 6
        assert "an input is never an output" in capsys.readouterr().err
    plan = gk.read_plan(path)
    with pytest.raises(OutputError, match="an input is never an output"):
        gk.export(plan, path, overwrite=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["x" * 300 + ".gpkg", "/".join(["y" * 200] * 30)])
def test_a_name_too_long_is_no_fault_of_ours(name: str, district: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["split", str(district), "-o", name]) == 6
    assert capsys.readouterr().err.count("\n") == 1
    assert cli.run(["inspect", name]) in (3, 4)


def test_a_command_that_changes_a_plan_may_name_its_file(tmp_path: Path) -> None:
    path = gk.write_plan(crooked_plan(Size(side=8, incidents=10)), tmp_path / "plan.gpkg")
    assert cli.run(["refresh", str(path), "-o", str(path), "--overwrite"]) == 0


@pytest.mark.parametrize("name", ["n" * 300 + ".gpkg", "图" * 120 + ".html"])
def test_a_name_longer_than_a_file_system_takes_is_refused_not_a_fault(name, district, tmp_path, capsys) -> None:
    code = cli.run(["units", str(district), "--units", "hexagons", "--hexagon-m", "300", "-o", str(tmp_path / name)])
    assert code == OutputError.exit_code == 6
    assert "too long" in capsys.readouterr().err


def test_neither_a_page_of_a_file_nor_a_log_nor_a_part_is_written_over_what_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = crooked_plan(Size(side=8, incidents=10))
    plan = replace(plan, districts=plan.districts.assign(street="one"))
    path = gk.write_plan(plan, tmp_path / "one.gpkg")
    before = path.read_bytes()
    assert cli.run(["inspect", str(path), "--html", str(path), "--overwrite"]) == 6
    assert cli.run(["--log-file", str(path), "history", str(path)]) == 6
    assert cli.run(["part", str(path), "--by", "street", "-o", str(tmp_path), "--overwrite"]) == 6
    assert capsys.readouterr().err.count("an input is never an output") == 3
    assert path.read_bytes() == before


def test_a_split_refuses_to_write_over_what_its_project_reads(
    district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = district.read_bytes()
    project = tmp_path / "project.toml"
    project.write_text(f'district = "{district}:part:one"\npeople = "{district}:part:one:people"\n', encoding="utf-8")
    assert cli.run(["split", str(project), "-o", str(district), "--overwrite"]) == 6
    assert "an input is never an output" in capsys.readouterr().err
    assert district.read_bytes() == before


@pytest.mark.parametrize("command", [["redraw", "--everywhere"], ["undo"], ["refresh"], ["layer", "balance"]])
def test_that_an_output_is_there_is_said_before_the_plan_is_read(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, there = tmp_path / "plan.gpkg", tmp_path / "there.gpkg"
    plan.write_text("no plan at all")
    there.write_text("last week's")
    name, *more = command
    assert cli.run([name, str(plan), *more, "-o", str(there)]) == 6
    assert "the file exists" in capsys.readouterr().err
