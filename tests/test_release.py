"""A release needs one version everywhere, a dated changelog, and a wheel that holds all that the checkout does."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def release():
    """Return tools/release.py as a module."""
    spec = importlib.util.spec_from_file_location("release", ROOT / "tools" / "release.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(folder, *, cited="1.2.0", heading="1.2.0, 2031-05-06"):
    (folder / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (folder / "CITATION.cff").write_text(f"cff-version: 1.2.0\nversion: {cited}\n")
    (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n## {heading}\n\n- All.\n\n## 1.1.0, 2030-01-01\n")
    return folder


def test_texts_that_agree_are_ready(release, tmp_path):
    assert list(release.disagreements(written(tmp_path))) == []


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"cited": "1.1.0"}, "CITATION.cff says version 1.1.0"),
        ({"heading": "1.1.0, 2031-05-06"}, "the first section of CHANGELOG.md is not of 1.2.0"),
        ({"heading": "1.2.0, not yet released"}, "give its date"),
    ],
)
def test_texts_that_disagree_are_named(release, tmp_path, texts, said):
    faults = list(release.disagreements(written(tmp_path, **texts)))
    assert len(faults) == 1
    assert said in faults[0]


def test_the_checkouts_own_texts_agree_but_for_the_day_of_the_release(release):
    assert all("give its date" in fault for fault in release.disagreements())


@pytest.fixture(scope="module")
def wheel(release, tmp_path_factory):
    """Return the wheel that is made from the sdist."""
    made = release.built(tmp_path_factory.mktemp("dist"))
    return next(path for path in made if path.suffix == ".whl")


def test_the_wheel_holds_every_module_and_every_file_of_data(release, wheel):
    assert release.lacking(wheel) == []


def test_a_wheel_without_the_layers_is_found_out(release, wheel, tmp_path):
    torn = tmp_path / wheel.name
    with zipfile.ZipFile(wheel) as whole, zipfile.ZipFile(torn, "w") as part:
        for name in whole.namelist():
            if not name.startswith("gridkit/layers/"):
                part.writestr(name, whole.read(name))
    assert "gridkit/layers/incidents.toml" in release.lacking(torn)


@pytest.mark.slow
def test_an_installed_wheel_makes_a_plan_far_from_the_checkout(wheel, tmp_path):
    """Unpacked as pip unpacks it, beside the dependencies of this environment, with no checkout on the path."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    program = (
        "import sys, gridkit as gk\n"
        "assert gk.__file__.startswith(sys.argv[1]), gk.__file__\n"
        "files = gk.demo('demo', only_files=True)\n"
        "plan = gk.split(f\"{files['district']}:communities\", parents='code', osm=files['osm'],"
        " people=files['population'], effort=0.01)\n"
        "gk.map(gk.layer(plan, 'clinics'), 'official').save('map.html')\n"
        "print(len(plan.grids), len(gk.layers()), len(gk.maps()), len(gk.presets()))\n"
    )
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONPATH": str(site)}
    command = [sys.executable, "-W", "ignore", "-c", program, str(site)]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    grids, layers, maps, presets = map(int, done.stdout.split())
    assert grids > 20
    assert layers == len(list((ROOT / "layers").glob("*.toml")))
    assert maps == len(list((ROOT / "maps").glob("*.toml")))
    assert presets >= 10


def test_every_text_that_says_pip_install_names_this_distribution():
    """``pip install gridkit`` would bring a stranger's package: the name is another project's."""
    own = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    texts = {".py", ".pyi", ".md", ".toml", ".po", ".cff", ".html", ".js", ".txt", ".cfg", ".yaml"}
    named = {}
    for file in files:
        if Path(file).suffix in texts and file not in ("tests/test_release.py", "uv.lock"):
            for words in re.findall(r"pip\s+install\s+([^\n`]*)", (ROOT / file).read_text(encoding="utf-8")):
                named.setdefault(words, []).append(file)
    strangers = {
        words: places for words, places in named.items() if re.search(r"(?<![\w./-])gridkit(?![\w./-]*/)(\[|\b)", words)
    }
    assert not strangers
    assert any(own in words for words in named)
