"""A file is whole old or whole new, and never replaced unasked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gridkit.atomic import PREFIX, refuse, replacing
from gridkit.errors import OutputError


def left_behind(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(PREFIX)]


def test_a_file_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "new folder" / "数据.txt"
    with replacing(target) as path:
        assert path.name == target.name
        path.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    assert left_behind(target.parent) == []


def test_an_error_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(UnicodeEncodeError), replacing(target) as path:
        path.write_text("half", encoding="ascii") and path.write_text("二", encoding="ascii")
    assert target.read_text() == "old"
    assert left_behind(tmp_path) == []


def test_a_kill_while_writing_leaves_the_old_file_and_the_next_run_sweeps(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    code = f"""
import time
from gridkit.atomic import replacing
with replacing({str(target)!r}) as path:
    path.write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert target.read_text() == "old"
    assert len(left_behind(tmp_path)) == 1
    with replacing(target) as path:
        path.write_text("new")
    assert target.read_text() == "new"
    assert left_behind(tmp_path) == []


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with (
        pytest.raises(OutputError, match=r"a\.txt: the file exists - add --overwrite"),
        replacing(target, overwrite=False),
    ):
        pass
    assert target.read_text() == "old"


def test_an_input_is_never_an_output(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("data")
    with pytest.raises(OutputError, match="an input is never an output"):
        refuse(target, overwrite=True, inputs=[tmp_path / "." / "a.txt"])


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"), replacing(tmp_path / "file" / "a.txt"):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No space left"), replacing(tmp_path / "a.txt"):
        Path("/dev/full").write_text("x")


def test_the_folder_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / f"{PREFIX}{os.getpid()}-x"
    other.mkdir()
    with replacing(tmp_path / "a.txt") as path:
        path.write_text("new")
    assert other.exists()
