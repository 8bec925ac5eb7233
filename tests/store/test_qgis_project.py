"""A plan file opens in QGIS as a project: every layer it names is there, styled, in the CRS of the plan."""

from __future__ import annotations

import binascii
import io
import re
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pyogrio
import pytest
from plans import Size, crooked_plan

from gridkit.store import geopackage, qgis_project

SYSTEM_PYTHON = Path("/usr/bin/python3")
OPENED = """
import sys
from qgis.core import QgsApplication, QgsProject
application = QgsApplication([], False)
application.initQgis()
project = QgsProject.instance()
assert project.read("geopackage:" + sys.argv[1] + "?projectName=gridkit")
for layer in project.mapLayers().values():
    assert layer.isValid(), layer.name()
    assert layer.crs().isValid(), layer.name()
print(len(project.mapLayers()), project.crs().isValid())
application.exitQgis()
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return geopackage.write(
        crooked_plan(Size(side=8, incidents=80)), tmp_path_factory.mktemp("qgis") / "青岚 plan.gpkg"
    )


def project(file: Path) -> ET.Element:
    with closing(sqlite3.connect(file)) as connection:
        (content,) = connection.execute("SELECT content FROM qgis_projects WHERE name = 'gridkit'").fetchone()
    archive = zipfile.ZipFile(io.BytesIO(binascii.unhexlify(content)))
    (name,) = archive.namelist()
    return ET.fromstring(archive.read(name).decode().partition("\n")[2])  # noqa: S314 - our own


def test_every_layer_that_the_project_names_is_in_the_file_and_has_a_style(file: Path) -> None:
    layers = project(file).findall(".//maplayer")
    sources = [each.findtext("datasource") or "" for each in layers]
    there = {str(name) for name, _ in pyogrio.list_layers(file)}
    assert {source.partition("|layername=")[0] for source in sources} == {f"./{file.name}"}
    assert {source.partition("|layername=")[2] for source in sources} <= there
    assert all(each.find("renderer-v2") is not None for each in layers)
    assert len({each.findtext("id") for each in layers}) == len(layers)


def test_the_tree_shows_grids_and_districts_over_the_base_map(file: Path) -> None:
    leaves = project(file).findall(".//layer-tree-layer")
    on = [each.attrib["name"] for each in leaves if each.attrib["checked"] == "Qt::Checked"]
    assert on[:2] == ["districts", "grids"]
    assert {each.attrib["id"] for each in leaves} == {
        each.findtext("id") for each in project(file).findall(".//maplayer")
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_tree_and_the_columns_are_called_in_the_language_of_the_plan(lang: str, tmp_path: Path) -> None:
    made = crooked_plan(Size(side=8, incidents=80))
    plan = replace(made, parameters=replace(made.parameters, lang=lang))
    drawn = project(geopackage.write(plan, tmp_path / "plan.gpkg"))
    names = [each.get("name", "") for kind in ("group", "layer") for each in drawn.findall(f".//layer-tree-{kind}")]
    tree = {"en": ("Layers", "Plan", "districts", "grids"), "zh": ("图层", "方案", "辖区", "网格")}[lang]
    assert set(tree) <= set(names)
    assert lang == "en" or not [name for name in names if re.search(r"[A-Za-z]", name)]
    style = {"grids": ("POLYGON", "<!DOCTYPE qgis>\n<qgis/>")}
    text = qgis_project.project(plan, style, str, "ogr", columns={"grids": ["boundary", "boundary_en"]})
    aliases = [each.attrib["name"] for each in ET.fromstring(text.partition("\n")[2]).findall(".//alias")]  # noqa: S314
    bounds = {"en": ["bounds in Chinese", "bounds in English"], "zh": ["四至（中文）", "四至（英文）"]}
    assert aliases == bounds[lang]


def test_equal_plans_have_equal_projects(file: Path, tmp_path: Path) -> None:
    again = geopackage.write(crooked_plan(Size(side=8, incidents=80)), tmp_path / file.name)
    assert ET.tostring(project(again)) == ET.tostring(project(file))


@pytest.mark.slow
def test_qgis_itself_opens_it(file: Path) -> None:
    if not SYSTEM_PYTHON.exists() or subprocess.run([SYSTEM_PYTHON, "-c", "import qgis.core"], check=False).returncode:
        pytest.skip("no QGIS here (on Debian: apt-get install python3-qgis)")
    env = {"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "HOME": str(file.parent)}
    ran = subprocess.run([SYSTEM_PYTHON, "-c", OPENED, file], env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == [str(len(project(file).findall(".//maplayer"))), "True"]
