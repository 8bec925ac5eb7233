"""A job is a project and the steps that follow, read from one file; every key is an option, every mistake is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from shapely.geometry import box

from gridkit.errors import DefinitionError, UsageError
from gridkit.project import Project
from gridkit.recipes import jobs

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, text: str) -> Path:
    path = folder / "gridkit.toml"
    path.write_text(f'district = "d.gpkg"\n{text}', encoding="utf-8")
    return path


def test_steps_stand_in_the_order_of_the_work_with_files_found_from_here(tmp_path: Path) -> None:
    text = 'map = ["planner", "official"]\nlayer = "clinics"\nreport = true\n[cards]\napproval = "S1"\n'
    job = jobs.read(written(tmp_path, text + '[[export]]\npath = "x/g.csv"\n'))
    assert [each.name for each in job.orders] == [
        "layer clinics",
        "map planner",
        "map official",
        "report",
        "cards",
        "export x/g.csv",
    ]
    assert job.project.district == str(tmp_path / "d.gpkg")
    assert job.output == tmp_path / "out"


def test_a_project_without_steps_gets_the_usual_ones(tmp_path: Path) -> None:
    assert [each.name for each in jobs.read(written(tmp_path, "")).orders] == ["audit", "map planner", "report"]
    assert [each.name for each in jobs.read(written(tmp_path, "audit = true\nmap = false")).orders] == ["audit"]


def test_a_record_finds_the_files_again_from_its_own_folder(tmp_path: Path) -> None:
    job = jobs.read(written(tmp_path, '[[layer]]\nname = "incidents"\ndata = ["a.csv", "/b.csv"]\n'))
    again = jobs.seen(job.seen_from(tmp_path / "out" / "x"), tmp_path / "out" / "x", "here")
    assert again.project == job.project
    assert again.orders[0].options["data"] == [str(tmp_path / "a.csv"), "/b.csv"]


def test_a_project_of_python_is_a_job_where_it_names_files() -> None:
    job = jobs.read(Project("d.gpkg:a", osm=("x.osm.pbf",), target=900, features={"water": "w.shp"}))
    assert job.held == {"district": "d.gpkg:a", "osm": ["x.osm.pbf"], "target": 900, "features": {"water": "w.shp"}}
    frame = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=4326)
    with pytest.raises(UsageError, match="district is a table, and a job names its files"):
        jobs.read(Project(frame))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[layer]]\nname = "a"\ndatm = "gcj02"', "no choice 'datm' - did you mean 'datum'"),
        ("[report]\noverwrite = true", "no choice 'overwrite'"),
        ("[audit]\nplan = 3", "no choice 'plan'"),
        ("layer = [{}]", "a table of layer names no name"),
        ("cards = 3", "cards is a table of its options, not 3"),
        ('[report]\npath = "/tmp/r.xlsx"', "leads out of the folder"),
        ("[cards]\napproval = 3", "approval is a text"),
        ("[[report]]\n[[report]]", "more than once"),
    ],
)
def test_a_mistake_in_a_step_is_one_line_with_its_file(text: str, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(DefinitionError, match=said) as told:
        jobs.read(path)
    assert str(path) in str(told.value)
