"""The package as it is handed out: light to import, whole in a wheel, one façade."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions, version
from itertools import chain
from pathlib import Path

import pytest

import gridkit

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = ("layers", "maps")
HEAVY = {"folium", "geopandas", "numba", "numpy", "osgeo", "osmnx", "pandas", "pyogrio", "rasterio", "scipy", "shapely"}


def run(*words, cwd, path=()):
    """Run Python with folders put before everything on its path; return its stdout."""
    code = ["-c", f"import sys; sys.path[:0] = {[str(folder) for folder in path]!r}\n{words[0]}", *words[1:]]
    done = subprocess.run([sys.executable, "-P", *code], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Build the wheel as an installer would, with no network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


# ------------------------------------------------------------------ light
def test_importing_gridkit_imports_no_gis_library(tmp_path):
    loaded = run("import gridkit; print(*{name.partition('.')[0] for name in sys.modules})", cwd=tmp_path)
    assert not HEAVY & set(loaded)


def test_the_help_of_the_command_line_imports_no_gis_library(tmp_path):
    code = """
from gridkit.cli import main
sys.argv = ["gridkit", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code
print("LOADED", *{name.partition(".")[0] for name in sys.modules})
"""
    printed = run(code, cwd=tmp_path)
    assert not HEAVY & set(printed[printed.index("LOADED") :])


# ------------------------------------------------------------------ whole
def test_the_wheel_carries_every_definition_inside_the_package(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for catalogue in CATALOGUES:
        here = {f"gridkit/{catalogue}/{file.name}" for file in (ROOT / catalogue).iterdir()}
        assert any(name.endswith(".toml") for name in here)
        assert {name for name in names if name.startswith(f"gridkit/{catalogue}/")} == here


def test_the_wheel_carries_every_file_of_the_package_and_nothing_else(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    made = {"__pycache__"}
    here = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "gridkit").rglob("*")
        if file.is_file() and not made & set(file.parts)
    }
    assert {name for name in names if not name.startswith(("gridkit/layers/", "gridkit/maps/"))} == here
    assert "gridkit/py.typed" in names


def test_an_installed_wheel_finds_its_own_catalogues(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "import gridkit; print(gridkit.__file__, *gridkit.layers(), '/', *gridkit.maps())"
    home, *names = run(code, cwd=tmp_path, path=[tmp_path / "site"])
    assert Path(home) == tmp_path / "site" / "gridkit" / "__init__.py"
    assert names == [*gridkit.layers(), "/", *gridkit.maps()]


def test_a_checkout_has_its_catalogues_beside_the_package_only():
    for catalogue in CATALOGUES:
        assert (ROOT / catalogue).is_dir()
        assert not (ROOT / "gridkit" / catalogue).exists()


def test_the_catalogues_hold_data_only():
    kinds = {file.suffix for catalogue in CATALOGUES for file in (ROOT / catalogue).iterdir()}
    assert kinds <= {".toml", ".md"}


def test_no_pattern_hides_a_definition_from_git_or_the_wheel():
    files = [str(file) for catalogue in CATALOGUES for file in (ROOT / catalogue).iterdir()]
    ignored = subprocess.run(["git", "check-ignore", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ignored.stdout == ""


# ------------------------------------------------------------------ what it needs
def test_the_dependencies_are_what_the_package_imports_no_more_and_no_less():
    imported = set()
    for file in (ROOT / "gridkit").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    imported.add("uharfbuzz")  # fpdf2 imports it where text is to be shaped
    homes = packages_distributions()  # pydantic brings the pydantic_core it fits
    others = imported - sys.stdlib_module_names - {"gridkit", "pydantic_core"}
    wanted = {homes[name][0].lower().replace("_", "-") for name in others}  # one name to an index of packages
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    assert wanted == {re.match(r"[\w-]+", line)[0].lower() for line in named}


# ------------------------------------------------------------------ one façade
def test_the_facade_shows_its_public_names_alone():
    assert gridkit.__all__ == sorted(gridkit.__all__)
    assert set(dir(gridkit)) == {*gridkit.__all__, "__version__"}


@pytest.mark.parametrize("name", gridkit.__all__)
def test_every_name_of_the_facade_is_there_and_says_what_it_is(name):
    value = getattr(gridkit, name)
    assert value.__doc__


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"No gridkit attribute frobnicate"):
        gridkit.frobnicate  # noqa: B018 - asking is the test


@pytest.mark.parametrize(
    "module", sorted(file.relative_to(ROOT) for file in (ROOT / "gridkit").rglob("*.py")), ids=lambda file: file.stem
)
def test_every_module_says_what_it_holds(module):
    name = ".".join(module.with_suffix("").parts).removesuffix(".__init__")
    if not name.endswith("__main__"):
        assert importlib.import_module(name).__doc__


def test_the_version_is_said_once():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert version("governance-grids") == project["version"]
