"""Kernels are compiled once, kept where somebody may write, and say so while it takes its time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from numba.core.cpu import CPUTargetOptions
from numba.core.errors import TypingError

from gridkit import kernels
from gridkit.kernels import OPTIONS, UNCOUNTED, compiled, heard, kernel, options

ROOT = Path(__file__).parents[1]


def test_references_are_not_counted_where_numba_has_the_switch():
    assert options(CPUTargetOptions)[UNCOUNTED] is False


def test_a_numba_without_the_switch_counts_again():
    assert options(object) == OPTIONS | {"error_model": "numpy"}


@kernel
def _careless(size):
    return np.empty(size).sum()


def test_a_kernel_that_makes_an_array_does_not_compile():
    with pytest.raises(TypingError):
        _careless(3)


@compiled
def _doubled(value):
    return 2 * value


def test_kernels_of_others_are_nobodys_news():
    """What a notebook compiles of its own is not ours to tell of: only modules of this package are."""
    with heard(pytest.fail):
        assert _doubled(1j) == 2j


RENAMED = """
import sys
from typing import NamedTuple
import numpy as np
from gridkit.kernels import compiled

class {name}(NamedTuple):
    values: np.ndarray

@compiled
def first(table):
    return table.values[0]

print(first({name}(np.array([7.0]))))
"""


def test_what_was_kept_for_a_class_that_has_another_name_by_now_is_made_anew(tmp_path):
    for name in ("Before", "After"):
        (tmp_path / "renamed.py").write_text(RENAMED.format(name=name), encoding="utf-8")
        found = subprocess.run(
            [sys.executable, "-c", "import renamed"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)]), "NUMBA_CACHE_DIR": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert found.stdout.strip() == "7.0", found.stderr


PROBE = """
import numpy as np
from gridkit.kernels import heard
from gridkit.partition.piece import hang_together
news = []
with heard(news.append):
    pair = [np.array(values, dtype=np.int32) for values in ([0, 1, 2], [1, 0], [0, 1, 2])]
    print(*hang_together(*pair), len(news), *news[:1], sep="|")
"""


@pytest.fixture
def package(tmp_path):
    """Return a folder that holds the package as it is installed, without anything compiled."""
    folder = tmp_path / "site"
    shutil.copytree(ROOT / "gridkit", folder / "gridkit", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def probed(package: Path, **environment: str) -> list[str]:
    """Call a kernel in a process of its own: what it returned, how many compiled, and what was first said of it."""
    env = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"} | environment
    env["PYTHONPATH"] = str(package)
    command = [sys.executable, "-c", PROBE]
    out = subprocess.run(command, env=env, check=True, capture_output=True, text=True, cwd=package).stdout
    return out.strip().split("|")


def test_what_was_compiled_is_kept_and_only_the_first_run_is_told(package):
    first, second = probed(package), probed(package)
    assert first == ["2", "2", "1", "compiling for this machine (first run only)"]
    assert second == ["2", "2", "0"]


@pytest.fixture
def unwritable(package, tmp_path):
    """Return an environment in which neither the package's folder nor the user's cache can be written.

    Files stand where the folders would have to be made, which stops root as well.
    """
    (package / "gridkit" / "partition" / "__pycache__").write_text("in the way")
    (tmp_path / "home").write_text("in the way")
    (tmp_path / "temporary").mkdir()
    home = str(tmp_path / "home")
    return {"HOME": home, "XDG_CACHE_HOME": home, "LOCALAPPDATA": home, "TMPDIR": str(tmp_path / "temporary")}


def test_a_package_nobody_may_write_keeps_its_kernels_among_the_temporary_files(package, unwritable):
    first, second = (probed(package, **unwritable) for _ in range(2))
    assert "the result is kept in " + unwritable["TMPDIR"] in first[-1]
    assert second == ["2", "2", "0"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_folder_that_others_may_write_is_not_trusted(package, unwritable):
    folder = Path(unwritable["TMPDIR"]) / f"gridkit-kernels-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    out = probed(package, **unwritable)
    assert out[:3] == ["2", "2", "1"]
    assert "again at every run" in out[3]
    assert not any(folder.iterdir())


def test_the_last_resort_is_asked_for_only_where_it_is_needed():
    kernels.last_resort.cache_clear()
    assert kernels.said() == kernels.COMPILING


def test_where_nothing_can_be_kept_beside_the_package_a_folder_of_ones_own_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(kernels.tempfile, "gettempdir", lambda: str(tmp_path))
    kernels.last_resort.cache_clear()
    try:
        folder = kernels.last_resort()
        assert folder is not None
        assert folder.stat().st_mode & 0o777 == 0o700
        assert "the result is kept in" in str(kernels.said())
        kernels.last_resort.cache_clear()
        assert str(kernels.said()) == str(kernels.COMPILING), "nobody asked for it yet"
        folder.chmod(0o777)
        assert kernels.last_resort() is None, "what others may write is not run"
        assert "again at every run" in str(kernels.said())
        kernels.last_resort.cache_clear()
        folder.chmod(0o700)
        folder.rename(tmp_path / "aside")
        folder.write_text("a file")
        assert kernels.last_resort() is None
    finally:
        kernels.last_resort.cache_clear()


@pytest.mark.parametrize("can", [True, False])
def test_a_kernel_that_numba_finds_no_place_for_is_compiled_all_the_same(tmp_path, monkeypatch, can):
    from numba import config, njit

    def refusing(*functions, cache=False, **how):
        if cache and not getattr(config, kernels.KEPT_IN):
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*functions, cache=cache, **how)

    monkeypatch.setattr("numba.njit", refusing)
    monkeypatch.setattr(config, kernels.KEPT_IN, "")
    monkeypatch.setattr(kernels, "last_resort", lambda: tmp_path if can else None)
    assert kernels._kept(_plus_one, {})(2) == 3
    assert getattr(config, kernels.KEPT_IN) == "", "what others compile is kept where it was"
    assert any(tmp_path.rglob("*.nbi")) == can


def _plus_one(value):
    return value + 1


def test_what_was_kept_and_cannot_be_read_is_compiled_anew():
    class Kept:
        def _load_index(self):
            raise AttributeError("no such class")

    class Cache:
        _cache_file = Kept()

    class Kernel:
        _cache = Cache()

    assert kernels._forgiving(Kernel())._cache._cache_file._load_index() == {}
    assert kernels._forgiving("no kernel") == "no kernel"


def _tripled(value):
    return 3 * value


def test_a_kernel_of_this_package_is_told_of_while_it_compiles_and_to_nobody_afterwards():
    _tripled.__module__ = "gridkit.kernels_of_a_test"
    made, news, others = numba.njit(_tripled), [], []
    with heard(others.append):
        pass
    with heard(news.append):
        assert made(2) == 6
        assert made(3) == 9
    assert len(news) == 1
    assert "compiling for this machine" in news[0]
    assert made(1j) == 3j
    assert (len(news), others) == (1, [])
