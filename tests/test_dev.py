"""dev.py: what it needs, which way it takes to an environment, and what it says when there is none."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def dev(monkeypatch):
    """Return dev.py as a module, new for each test."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.delenv("GRIDKIT_ENV", raising=False)
    monkeypatch.delenv("GRIDKIT_ENV_BY", raising=False)
    return module


@pytest.fixture
def checkout(dev, monkeypatch, tmp_path):
    """Return the folder of a pretended checkout that dev.py believes it stands in."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n\n[tool.ruff]\nline-length = 120\n')
    (tmp_path / "uv.lock").write_text("version = 1\n")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    return tmp_path


def pretend(made):
    """Return a way of filling an environment that only leaves the files that count."""

    def fill(folder, python):
        made.append(folder)
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "bin" / "python").touch()
        (folder / "pyvenv.cfg").touch()
        return "pretence"

    return fill


# ------------------------------------------------------------------ what it needs
def test_dev_needs_the_standard_library_only():
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    plain = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    named = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in plain + named} <= sys.stdlib_module_names


def test_an_old_python_can_read_it_and_say_what_is_missing():
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_a_python_that_is_too_old_is_named(dev, monkeypatch):
    monkeypatch.setattr(dev, "OLDEST", (3, 99))
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    with pytest.raises(dev.TroubleError, match=r"needs Python 3\.99 or newer; this is 3\."):
        dev.base_python()


def test_a_newer_python_on_the_path_is_used_instead(dev, monkeypatch):
    monkeypatch.setattr(dev, "OLDEST", (3, 18))
    monkeypatch.setattr(dev.sys, "version_info", (3, 9, 0))
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/opt/{name}" if name == "python3.18" else None)
    assert dev.base_python() == "/opt/python3.18"


# ------------------------------------------------------------------ the ladder
def test_a_rung_that_does_not_hold_is_named_and_the_next_one_taken(dev, monkeypatch, capsys):
    def broken(folder, python):
        raise dev.RungError("it is rotten")

    monkeypatch.setattr(dev, "LADDER", {"uv": broken, "venv": lambda folder, python: None})
    assert dev.fill_from_lock(Path("somewhere"), sys.executable) == "venv"
    assert "not with uv: it is rotten" in capsys.readouterr().err


def test_no_rung_that_holds_is_one_line(dev, monkeypatch, capsys):
    monkeypatch.setattr(dev, "LADDER", {})
    monkeypatch.setitem(dev.COMMANDS, "try", lambda words: dev.fill_from_lock(Path("somewhere"), sys.executable))
    assert dev.main(["try"]) == 1
    assert "no environment could be made" in capsys.readouterr().err.splitlines()[-1]


def test_the_environment_can_ask_for_one_rung(dev, monkeypatch):
    taken = []
    monkeypatch.setenv("GRIDKIT_ENV_BY", "venv")
    ladder = {name: lambda folder, python, name=name: taken.append(name) for name in dev.LADDER}
    monkeypatch.setattr(dev, "LADDER", ladder)
    dev.fill_from_lock(Path("somewhere"), sys.executable)
    assert taken == ["venv"]


def test_an_unknown_rung_is_refused(dev, monkeypatch):
    monkeypatch.setenv("GRIDKIT_ENV_BY", "conda")
    with pytest.raises(dev.TroubleError, match="conda is none of uv, venv, virtualenv"):
        dev.fill_from_lock(Path("somewhere"), sys.executable)


def test_uv_that_is_missing_is_no_rung(dev, monkeypatch):
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    with pytest.raises(dev.RungError, match="uv is not installed"):
        dev.fill_by_uv(Path("somewhere"), sys.executable)


# ------------------------------------------------------------------ when it is made again
def test_an_environment_is_made_once(dev, checkout):
    made = []
    for _ in range(2):
        dev.ready(checkout / ".venv", pretend(made))
    assert made == [checkout / ".venv"]


@pytest.mark.parametrize("changed", ["uv.lock", "pyproject.toml"])
def test_an_environment_is_made_again_when_what_it_hangs_on_has_changed(dev, checkout, changed):
    made = []
    dev.ready(checkout / ".venv", pretend(made))
    (checkout / changed).write_text("[project]\nname = 'y'\n")
    dev.ready(checkout / ".venv", pretend(made))
    assert len(made) == 2


def test_a_tool_setting_makes_no_new_environment(dev, checkout):
    made = []
    dev.ready(checkout / ".venv", pretend(made))
    settings = checkout / "pyproject.toml"
    settings.write_text(settings.read_text().replace("120", "100"))
    dev.ready(checkout / ".venv", pretend(made))
    assert len(made) == 1


def test_a_making_that_was_cut_short_is_begun_again(dev, checkout):
    made = []

    def cut(folder, python):
        pretend(made)(folder, python)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dev.ready(checkout / ".venv", cut)
    dev.ready(checkout / ".venv", pretend(made))
    assert len(made) == 2


def test_a_folder_of_somebody_else_is_left_alone(dev, checkout, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "pyvenv.cfg").touch()
    with pytest.raises(dev.TroubleError, match=r"not an environment of dev\.py"):
        dev.ready(other, pretend([]))
    assert [file.name for file in other.iterdir()] == ["pyvenv.cfg"]


# ------------------------------------------------------------------ the commands
def test_an_unknown_command_is_a_usage_error(dev, capsys):
    assert dev.main(["frobnicate"]) == 2
    assert "no command 'frobnicate'" in capsys.readouterr().err


def test_no_command_prints_them_all(dev, capsys):
    assert dev.main([]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in dev.COMMANDS if name.isidentifier() and name != "help")


def test_python_runs_where_the_caller_stands_with_his_stdout(dev, monkeypatch, tmp_path, capfd):
    monkeypatch.setattr(dev, "ready", lambda folder, fill: Path(sys.prefix))
    monkeypatch.chdir(tmp_path)
    assert dev.main(["python", "-c", "import os; print(os.getcwd())"]) == 0
    assert capfd.readouterr().out.strip() == str(tmp_path)


def test_the_demo_goes_beside_dev_py_unless_told_otherwise(dev, monkeypatch):
    called = []
    monkeypatch.setattr(dev, "in_environment", lambda *words: called.append(words))
    dev.main(["demo"])
    dev.main(["demo", "--seed", "7"])
    assert called == [
        ("gridkit", ["demo", "--output", str(ROOT / "out" / "demo"), "--overwrite"]),
        ("gridkit", ["demo", "--seed", "7"]),
    ]


def test_the_exit_code_is_the_programs(dev, monkeypatch):
    monkeypatch.setattr(dev, "ready", lambda folder, fill: Path(sys.prefix))
    assert dev.main(["python", "-c", "raise SystemExit(5)"]) == 5


def test_one_failed_check_fails_the_check_and_the_others_still_run(dev, monkeypatch, capsys):
    monkeypatch.setattr(dev, "ready", lambda folder, fill: Path("env"))
    monkeypatch.setattr(dev, "run", lambda command, env=None, *, quiet=False: "mypy" not in str(command[0]))
    assert dev.main(["check"]) == 1
    said = capsys.readouterr().err
    assert re.search(r"types +FAILED", said)
    assert re.search(r"imports +passed", said)


def test_the_scripts_of_maps_are_checked_where_npm_is_and_their_lack_is_said_loudly(dev, monkeypatch, capsys):
    ran = []
    brings = [True]

    def run(command, env=None, *, quiet=False):
        ran.append([str(word) for word in command])
        return brings[0] or "ci" not in command

    monkeypatch.setattr(dev, "ready", lambda folder, fill: Path("env"))
    monkeypatch.setattr(dev, "run", run)
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert dev.main(["check"]) == 0
    assert ran[0][:2] == ["/usr/bin/npm", "ci"]
    assert [next(word for word in command if word in ("eslint", "tsc")) for command in ran[-2:]] == ["eslint", "tsc"]
    with_scripts = len(ran)
    brings[0] = False
    assert dev.main(["check"]) == 0
    assert len(ran) == with_scripts + with_scripts - 2
    assert "NOT checked here: npm could not bring its tools" in capsys.readouterr().err
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    assert dev.main(["check"]) == 0
    assert "NOT checked here: npm is missing" in capsys.readouterr().err


def test_a_browser_that_cannot_be_brought_is_said_loudly(dev, monkeypatch, capsys):
    monkeypatch.setattr(dev, "missing", lambda: ["chromium"])
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000, raising=False)
    dev.bring_browser()
    said = capsys.readouterr().err
    assert "!!!!!!" in said
    assert "not here, and could not be brought (this is not root): chromium" in said
    assert "FAIL where this is CI" in said


def test_on_an_empty_machine_everything_for_maps_and_papers_is_missing(dev, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(dev, "find_library", lambda name: None)
    monkeypatch.setattr(dev.sys, "platform", "linux")
    monkeypatch.setattr(dev, "SERVERS", Path("/nowhere"))
    assert dev.missing() == ["chromium", "libatomic1", "fonts-noto-cjk", "postgresql", "postgresql-postgis"]


def test_a_server_without_postgis_is_not_enough(dev, monkeypatch, tmp_path):
    (tmp_path / "0" / "bin").mkdir(parents=True)
    monkeypatch.setattr(dev, "SERVERS", tmp_path)
    assert not dev.has_postgis()
    monkeypatch.setattr(dev, "Path", lambda text: tmp_path)
    assert dev.has_postgis()


@pytest.mark.parametrize(
    ("words", "on_every_core"),
    [
        ([], True),
        (["-m", "not slow"], True),
        (["-n", "1"], False),
        (["--pdb"], False),
        (["tests/test_dev.py::test_x"], False),
    ],
)
def test_the_whole_suite_runs_on_every_core_and_a_named_file_alone(dev, monkeypatch, words, on_every_core):
    asked = []
    monkeypatch.setattr(dev, "ready", lambda folder, fill: folder)
    monkeypatch.setattr(dev, "bring_browser", lambda: None)
    monkeypatch.setattr(dev.subprocess, "call", lambda command, **kept: asked.append(command) or 0)
    assert dev.test(words) == 0
    assert asked[0][1:] == ["-m", "pytest", *(dev.PARALLEL if on_every_core else []), *words]


# ------------------------------------------------------------------ the lock
@pytest.fixture(scope="module")
def lock():
    return tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))


def pins(file):
    return set(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements" / file).read_text(), re.MULTILINE))


def test_every_package_of_the_lock_comes_from_pypi_with_a_hash(lock):
    for package in lock["package"]:
        if package["name"] == "governance-grids":
            assert package["source"] == {"editable": "."}
            continue
        assert package["source"] == {"registry": "https://pypi.org/simple"}
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files
        for file in files:
            assert file["url"].startswith("https://files.pythonhosted.org/")
            assert file["hash"].startswith("sha256:")


def test_the_lock_answers_what_pyproject_asks(lock):
    def asked(requirements):
        return {re.sub(r"[\s\"']", "", text).lower() for text in requirements if isinstance(text, str)}

    def answered(entries):
        return {entry["name"] + entry.get("specifier", "") for entry in entries}

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    metadata = next(package for package in lock["package"] if package["name"] == "governance-grids")["metadata"]
    extras = chain.from_iterable(project["project"]["optional-dependencies"].values())
    assert answered(metadata["requires-dist"]) == asked([*project["project"]["dependencies"], *extras])
    groups = project["dependency-groups"]
    in_dev = {line for group in ("dev", "bootstrap", "peers", "docs") for line in asked(groups[group])}
    assert answered(metadata["requires-dev"]["dev"]) == in_dev


def test_pip_is_given_what_the_lock_holds(lock):
    others = [package for package in lock["package"] if package["name"] != "governance-grids"]
    held = {(package["name"], package["version"]) for package in others}
    assert pins("dev.txt") == held
    assert pins("bootstrap.txt") < held
    assert "virtualenv" in dict(pins("bootstrap.txt"))


def test_ci_runs_the_checks_and_then_the_tests(tmp_path):
    calls = tmp_path / "calls"
    stand_in = tmp_path / "python3"
    stand_in.write_text(f'#!/bin/sh\necho "$*" >> {calls}\n[ "$2" != check ]\n')
    stand_in.chmod(0o755)
    done = subprocess.run(["bash", ROOT / ".ci" / "run"], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=False)
    assert calls.read_text().splitlines() == ["dev.py check", "dev.py test"]
    assert done.returncode == 1


def test_the_stamp_says_what_the_environment_hangs_on(dev, checkout):
    stamp = json.loads(dev.stamp_of(checkout / ".venv", sys.executable))
    assert stamp["folder"] == str(checkout / ".venv")
    assert stamp["python"].startswith(sys.version.split()[0])
    assert set(stamp) == {"folder", "python", "metadata", "lock"}


def answered(*faults):
    """Return what pip-audit says of one package, and of one that the server does not know."""
    known = {"name": "a", "version": "1", "vulns": list(faults)}
    return json.dumps({"dependencies": [known, {"name": "access", "skip_reason": "no"}]})


AUDITS = {
    "sound": ([(0, "No known vulnerabilities found\n", "")], 0, ""),
    "out of reach": ([(1, "", "requests.exceptions.ConnectionError: ...")], 0, "none of them"),
    "half known": (
        [
            (1, "", "ERROR: access: Dependency not found on PyPI and could not be audited: access (1)"),
            (0, answered(), ""),
        ],
        0,
        "1 of 2; not known there: access",
    ),
    "a hole among them": (
        [
            (1, "", "access: Dependency not found on PyPI"),
            (1, answered({"id": "CVE-1"}), ""),
        ],
        1,
        "1 of 2",
    ),
    "a hole": ([(1, "a 1 CVE-1\n", "Found 1 known vulnerability")], 1, ""),
}  # fmt: skip


@pytest.mark.parametrize("case", AUDITS)
@pytest.mark.parametrize("strict", [False, True])
def test_an_audit_that_asked_about_nothing_is_never_green_without_a_loud_word(dev, monkeypatch, capsys, case, strict):
    answers, code, said = AUDITS[case]
    given = iter(answers)
    monkeypatch.setattr(dev, "ready", lambda folder, _fill: folder)
    monkeypatch.setattr(dev, "_audited", lambda command: subprocess.CompletedProcess(command, *next(given)))
    monkeypatch.setenv("GRIDKIT_AUDIT", "strict" if strict else "")
    assert dev.audit([]) == (1 if strict and said else code)
    told = capsys.readouterr()
    assert said in told.err
    assert ("CVE-1" in told.out) == ("hole" in case)
