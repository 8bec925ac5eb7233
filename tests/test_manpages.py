"""Man pages: one a command and language, the words of --help, and nothing that groff stumbles over."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from gridkit import cli
from gridkit.language.catalogue import catalogue
from gridkit.options.catalogue import options_of

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def manpages():
    spec = importlib.util.spec_from_file_location("manpages", ROOT / "tools" / "manpages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(manpages, tmp_path_factory):
    place = tmp_path_factory.mktemp("man")
    manpages.write(place)
    return place


@pytest.mark.parametrize("under", ["man1", "zh_CN/man1"])
def test_every_command_has_a_page(folder, under):
    names = {f"gridkit-{name.replace(' ', '-')}.1" for name in cli.RUN} | {"gridkit.1"}
    assert {path.name for path in (folder / under).iterdir()} == names


@pytest.mark.parametrize("name", sorted(cli.RUN))
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_says_of_every_option_what_help_says(manpages, name, lang):
    said = catalogue(lang).said
    page = manpages.page(name, said)
    for option in options_of(name, where="command"):
        if not option.hidden:
            assert manpages.escaped(said(option.help)) in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_sets_every_page_without_a_warning(folder):
    pages = sorted((folder / "man1").iterdir())
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-Kutf8", "-wall", "-w", "w", *pages], capture_output=True, check=True
    )
    assert [line for line in done.stderr.decode().splitlines() if "adjust line" not in line] == []
    assert "Split a district into balanced" in done.stdout.decode()
