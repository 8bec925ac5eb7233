"""QGIS itself, where Debian has it: the stored project opens styled, edits made there come back, the toolbox runs."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from towns import town

import gridkit as gk
from gridkit.plan import codes

ROOT = Path(__file__).resolve().parents[2]
LOOK = ROOT / "tools" / "qgis" / "look.py"
PYTHON = "/usr/bin/python3"


@cache
def qgis_is_here() -> bool:
    try:
        command = [PYTHON, "-c", "import qgis.core"]
        return subprocess.run(command, capture_output=True, check=False, env={"PATH": "/usr/bin"}).returncode == 0
    except OSError:
        return False


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not qgis_is_here(), reason="NOT LOOKED AT IN QGIS: apt-get install python3-qgis qgis-providers"),
]


def look(*words: object, **env: str) -> dict:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL"))}
    done = subprocess.run(
        [PYTHON, LOOK, *map(str, words)],
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
        env={**clean, "QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": "/tmp", **env},  # noqa: S108
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("qgis") / "plan.gpkg"
    gk.write_plan(codes.coded(town(), "{county:6}{street:3}{community:3}{seq:3}"), path)
    return path


@pytest.fixture(scope="module")
def project(file):
    with sqlite3.connect(file) as connection:
        (name,) = connection.execute("SELECT name FROM qgis_projects").fetchone()
    picture = Path(os.environ.get("GRIDKIT_QGIS_PICTURE") or file.with_suffix(".png"))
    return look("seen", file, name, picture)


def test_the_stored_project_opens_with_every_layer(project):
    assert project["opened"]
    assert project["layers"]
    assert all(each["valid"] for each in project["layers"].values())


def test_it_draws_something(project):
    assert project["colours"] > 3


def test_points_and_lines_stand_above_areas(project):
    order = [name for name in project["order"] if project["layers"][name]["renderer"]]
    assert len(order) == len(set(order))
    assert len(order) >= 3


def test_areas_are_styled_by_class_and_labelled_shortly(project):
    assert any(
        each["renderer"] in ("RuleRenderer", "graduatedSymbol", "categorizedSymbol")
        for each in project["layers"].values()
    )
    assert any(each["label"] for each in project["layers"].values())


def test_columns_have_names_for_people(project):
    aliases = [alias for each in project["layers"].values() for alias in each["aliases"].values()]
    assert len(aliases) >= 10
    assert not any("_" in alias for alias in aliases)


def test_every_grid_and_community_shows_its_label(file, project):
    plan = gk.read_plan(file)
    assert project["labels"] >= len(plan.grids)


def test_relations_lead_from_grids_to_units(project):
    assert project["relations"]


def test_a_unit_moved_in_qgis_comes_back_as_a_move(file, tmp_path):
    plan = gk.read_plan(file)
    copy = shutil.copy(file, tmp_path / "changed.gpkg")
    grid_of, parent = plan.units["grid_id"], plan.units["parent"]
    pairs = [tuple(plan.units.index[ends]) for ends in plan.ends]
    one, two = next((a, b) for a, b in pairs if grid_of[a] != grid_of[b] and parent[a] == parent[b])
    assert look("move", copy, one, grid_of[two])["saved"]
    taken = gk.import_edits(plan, [copy], loose=True)
    comments = taken.records["comments"]
    assert list(comments["unit_id"]) == [one]
    assert list(comments["to_grid"]) == [grid_of[two]]


def test_the_toolbox_offers_every_command_and_runs_one(file):
    program = f"{sys.executable} -m gridkit"
    found = look(
        "toolbox", ROOT / "tools" / "qgis" / "gridkit_provider.py", file, GRIDKIT_PROGRAM=program, PYTHONPATH=str(ROOT)
    )
    assert {"split", "audit", "layer", "map"} <= set(found["algorithms"])
    assert {"district", "people", "target"} <= set(found["algorithms"]["split"])
    assert found["run"] == {"EXIT_CODE": 0, "worked": True}
