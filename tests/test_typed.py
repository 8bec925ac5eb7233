"""What a user writes is seen by type checkers: right calls pass, misspelt and wrong ones are errors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

RIGHT = """\
from pathlib import Path

import geopandas as gpd

import gridkit as gk

communities: gpd.GeoDataFrame = gpd.read_file("district.gpkg")
plan: gk.Plan = gk.split(
    communities,
    parents="code",
    osm=[Path("a.osm.pbf"), "b.osm.pbf"],
    water="rivers.shp",
    people="population.tif",
    by="people",
    target=1000,
    tolerance=0.1,
    exact=False,
)
survey = gk.units("district.gpkg", max=3000, units="hexagons")
units: gpd.GeoDataFrame = survey.units
plan = gk.layer(plan, "incidents", data=["a.csv", "b.csv"], datum="gcj02")
plan = gk.redraw(plan, moves="u1=g1", merges=["a,b"], reason="why", max=3)
plan = gk.codes(plan, template="Q-{seq:4}")
gk.map(plan, "official", lang="zh", against=plan).save("q.html")
path: Path = gk.report(plan, "r.xlsx", overwrite=True)
found = gk.compare("old.gpkg", plan)
gk.export(plan, "u.csv", table="units")
blocks: gpd.GeoDataFrame = gk.blocks(communities, "roads.gpkg")
counted = gk.people(blocks, "population.tif")
made = gk.Plan.from_labels(units, gk.labels(units, by=counted, grids=5))
print(plan.measures, plan.summary()["grids"], gk.__version__, gk.exit_codes()[0])
"""
WRONG = {
    'gk.split("d.gpkg", taget=400)': "taget",
    'gk.split("d.gpkg", target="many")': "target",
    'gk.units("d.gpkg", swap_xy="yes")': "swap_xy",
    'gk.redraw(gk.read_plan("p"), lock="g")': "lock",
    'gk.map("plan.gpkg")': "Plan",
    'gk.export(gk.read_plan("p"), "x.csv", table=3)': "table",
    "gk.split()": "district",
    'gk.labels("u.gpkg", grids="five")': "grids",
    "gk.splt": "splt",
}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Return a script of a user: right calls, then one wrong call a line."""
    path = tmp_path / "script.py"
    path.write_text(RIGHT + "".join(f"{line}\n" for line in WRONG), encoding="utf-8")
    return path


def lines_of_wrong() -> dict[int, str]:
    first = RIGHT.count("\n") + 1
    return {first + number: word for number, word in enumerate(WRONG.values())}


def run(words: list[str], folder: Path) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MYPYPATH": str(ROOT)}
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=600).stdout


@pytest.mark.slow
def test_mypy_sees_every_parameter(script: Path) -> None:
    words = [sys.executable, "-m", "mypy", "--output", "json", "--follow-imports", "silent", "--cache-dir"]
    said = run([*words, str(ROOT / ".mypy_cache"), script.name], script.parent)
    rows = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    found = {row["line"]: row["message"] for row in rows if row["severity"] == "error"}
    wanted = lines_of_wrong()
    assert found.keys() == wanted.keys(), found
    assert all(word in found[line] for line, word in wanted.items()), found


@pytest.mark.slow
def test_pyright_sees_every_parameter(script: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("NOT CHECKED BY PYRIGHT: it needs node; apt-get install nodejs")
    words = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, script.name]
    (script.parent / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(ROOT)]}))
    said = run(words, script.parent)
    if not said.lstrip().startswith("{"):
        pytest.skip("NOT CHECKED BY PYRIGHT: it did not run: " + said[:200])
    rows = [row for row in json.loads(said)["generalDiagnostics"] if row["severity"] == "error"]
    found = {row["range"]["start"]["line"] + 1: row["message"] for row in rows}
    wanted = lines_of_wrong()
    assert found.keys() == wanted.keys(), found
    assert all(word in found[line] for line, word in wanted.items()), found
