"""A file is whole old or whole new, and never replaced unasked."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gridkit import atomic, lock, placing
from gridkit.atomic import PREFIX, refuse, replacing
from gridkit.errors import OutputError
from gridkit.placing import stamp


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
        pytest.raises(OutputError, match=r"a\.txt: the file exists - add overwrite=True"),
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
    with pytest.raises(OutputError, match="is a file, not a folder"), replacing(tmp_path / "file" / "a.txt"):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No space left"), replacing(tmp_path / "a.txt"):
        Path("/dev/full").write_text("x")


def test_the_folder_of_a_living_process_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / f"{PREFIX}{lock.this().token}-x"
    other.mkdir()
    with replacing(tmp_path / "a.txt") as path:
        path.write_text("new")
    assert other.exists()


def test_the_folder_of_another_machine_is_left_alone(tmp_path: Path) -> None:
    elsewhere = replace(lock.this(), host="another machine", pid=2**22 + 1)
    other = tmp_path / f"{PREFIX}{elsewhere.token}-x"
    other.mkdir()
    with replacing(tmp_path / "a.txt") as path:
        path.write_text("new")
    assert other.exists()


@pytest.mark.parametrize("over", [{"pid": 2**22 + 1}, {"boot": "an earlier one"}, {"born": "1"}])
def test_the_folder_of_a_process_that_ended_is_swept(tmp_path: Path, over: dict[str, Any]) -> None:
    left = tmp_path / f"{PREFIX}{replace(lock.this(), **over).token}-x"
    left.mkdir()
    with replacing(tmp_path / "a.txt") as path:
        path.write_text("new")
    assert not left.exists()


@pytest.mark.parametrize("name", ["", "x", "1-x", "a-b-c-d-e", "lock-7"])
def test_a_folder_that_says_of_no_process_is_left_alone(tmp_path: Path, name: str) -> None:
    assert not lock.ended(f"{PREFIX}{name}")


# ------------------------------------------------------------------ where it is written
def test_what_a_link_leads_to_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "a.txt").write_text("old")
    link = tmp_path / "a.txt"
    link.symlink_to("shared/a.txt")
    with replacing(link) as path:
        path.write_text("new")
    assert link.is_symlink()
    assert (shared / "a.txt").read_text() == "new"


def test_an_input_behind_a_link_is_never_an_output(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("data")
    (tmp_path / "link.txt").symlink_to("data.txt")
    os.link(tmp_path / "data.txt", tmp_path / "twin.txt")
    for name in ("link.txt", "twin.txt"):
        with pytest.raises(OutputError, match="an input is never an output"):
            refuse(tmp_path / name, overwrite=True, inputs=[tmp_path / "data.txt"])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("-", "standard output"),
        ("x" * 300, "too long"),
        ("/".join(["y" * 200] * 30), "cannot be written"),
        ("two\nlines.txt", "line break"),
        ("nul\0.txt", "line break"),
    ],
)
def test_a_name_no_file_can_have_is_one_line(name: str, why: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match=why) as caught:
        refuse(name, overwrite=True)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_database_takes_no_file_and_its_password_is_not_told() -> None:
    with pytest.raises(OutputError, match="a database takes plans") as caught:
        refuse("postgresql://me:secret@host/gis", overwrite=True)
    assert "secret" not in str(caught.value)


def test_a_folder_for_several_files_is_no_file_and_no_stream_and_need_not_be_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "later")
    with pytest.raises(OutputError, match="standard output"):
        atomic.folder("-")
    with pytest.raises(OutputError, match="file is a file, not a folder"):
        atomic.folder(tmp_path / "file")
    assert atomic.folder(tmp_path / "new") == tmp_path / "new"
    assert atomic.folder(tmp_path / "link") == tmp_path / "later"


def test_a_folder_without_the_right_to_write_is_said_before_the_work(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match=r"the folder cannot be written - check the rights of"):
        refuse(tmp_path / "a.txt", overwrite=True)


def test_two_names_of_a_file_that_is_not_there_yet_are_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert atomic.same(tmp_path / "a.txt", tmp_path / "link" / "." / "a.txt")
    assert not atomic.same(tmp_path / "a.txt", tmp_path / "b.txt")


@pytest.mark.parametrize("name", ["CON", "lpt1", "..", "", "a/b", "a b", "x" * 300])
def test_a_name_from_data_that_is_no_name_of_a_file_becomes_one_of_its_own(name: str) -> None:
    made = atomic.slug(name)
    assert made != name
    assert made != atomic.slug(f"{name}!")
    assert not set(made) & set("/. ")
    assert len(made) < 100


def test_a_file_that_nobody_wrote_is_said(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(OutputError, match="nothing was written"), replacing(target):
        pass
    assert target.read_text() == "old"
    assert left_behind(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_whether_others_may_read_a_file_is_its_rights(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("")
    for rights, others in ((0o600, False), (0o640, True), (0o604, True), (0o711, False)):
        target.chmod(rights)
        assert atomic.open_to_others(target) == others


@pytest.mark.skipif(os.name != "posix", reason="no pipes as files here")
def test_a_device_or_a_pipe_is_no_output(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(OutputError, match="a device or a pipe"):
            refuse(path, overwrite=True)


def test_a_full_disk_is_found_before_the_work(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10, total=1000))
    with pytest.raises(OutputError, match="the disk is full"):
        refuse(tmp_path / "new" / "a.txt", overwrite=True)


# ------------------------------------------------------------------ rights
@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_rights_are_kept_and_a_new_file_opens_to_no_one_its_folder_is_closed_to(tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("old")
    old.chmod(0o600)
    tmp_path.chmod(0o700)
    for target in (old, new):
        with replacing(target) as path:
            path.write_text("new")
        assert target.stat().st_mode & 0o777 == 0o600


# ------------------------------------------------------------------ two writers
def test_what_changed_since_it_was_read_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("first")
    basis = frozenset({stamp(target)})
    target.write_text("somebody else's")
    with pytest.raises(OutputError, match="changed by another process"), replacing(target, basis=basis) as path:
        path.write_text("mine")
    assert target.read_text() == "somebody else's"
    assert left_behind(tmp_path) == []


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"

    def meanwhile() -> None:
        with replacing(target, overwrite=False) as path:
            path.write_text("mine")
            target.write_text("somebody else's")

    with pytest.raises(OutputError, match="the file exists"):
        meanwhile()
    assert target.read_text() == "somebody else's"


# ------------------------------------------------------------------ several files as one
def parts(folder: Path, text: str) -> None:
    folder.mkdir()
    for ending in ("shp", "dbf", "shx"):
        (folder / f"{folder.stem}.{ending}").write_text(text)


def test_a_folder_of_parts_is_exchanged_as_one(tmp_path: Path) -> None:
    target = tmp_path / "a.shp"
    for text in ("old", "new"):
        with replacing(target) as path:
            parts(path, text)
        assert {part.read_text() for part in target.iterdir()} == {text}
    assert left_behind(tmp_path) == []


def test_where_names_cannot_be_exchanged_the_old_folder_stands_aside(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(placing, "swapped", lambda _one, _other: False)
    test_a_folder_of_parts_is_exchanged_as_one(tmp_path)


def test_a_folder_of_other_things_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.shp").mkdir()
    (tmp_path / "a.shp" / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="this is a folder"):
        refuse(tmp_path / "a.shp", overwrite=True)


def test_a_kill_at_any_moment_leaves_all_parts_old_or_all_new(tmp_path: Path) -> None:
    target = tmp_path / "a.shp"
    with replacing(target) as path:
        parts(path, "0")
    code = f"""
import sys
from gridkit.atomic import replacing
print("ready", flush=True)
for turn in range(1, 100_000):
    with replacing({str(target)!r}) as path:
        path.mkdir()
        for ending in ("shp", "dbf", "shx"):
            (path / f"a.{{ending}}").write_text(str(turn))
"""
    for pause in np.random.default_rng(0).uniform(0.0, 0.05, 12):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        found = {part.read_text() for part in target.iterdir()}
        assert len(found) == 1
        assert len(list(target.iterdir())) == 3


def test_several_files_are_put_in_place_together(tmp_path: Path) -> None:
    targets = [tmp_path / "a.txt", tmp_path / "b.txt"]
    targets[0].write_text("old")
    with atomic.together(targets) as paths:
        for path in paths:
            path.write_text("new")
        assert targets[0].read_text() == "old"
    assert [target.read_text() for target in targets] == ["new", "new"]
    assert left_behind(tmp_path) == []


def test_one_of_several_files_that_cannot_be_written_leaves_all_as_they_were(tmp_path: Path) -> None:
    targets = [tmp_path / "a.txt", tmp_path / "b.txt"]
    targets[0].write_text("old")
    with pytest.raises(OutputError, match=r"b\.txt: nothing was written"), atomic.together(targets) as paths:
        paths[0].write_text("new")
    assert targets[0].read_text() == "old"
    assert not targets[1].exists()
    with pytest.raises(OutputError, match="the file exists"), atomic.together(targets, overwrite=False):
        pass


def test_a_link_that_leads_out_of_the_folder_of_several_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "b.txt").symlink_to(tmp_path / "elsewhere" / "b.txt")
    with (
        pytest.raises(OutputError, match=r"b\.txt: a link leads out of the folder"),
        atomic.together([tmp_path / "a.txt", tmp_path / "b.txt"]),
    ):
        pass
    assert left_behind(tmp_path) == []


# ------------------------------------------------------------------ standard output
@pytest.mark.parametrize("closed", [None, "closed"])
def test_a_standard_output_that_is_closed_is_said(closed: str | None, monkeypatch: Any) -> None:
    stream = io.TextIOWrapper(io.BytesIO())
    stream.close()
    monkeypatch.setattr(sys, "stdout", stream if closed else None)
    with pytest.raises(OutputError, match="standard output is closed"):
        atomic.put(b"grids")


def test_a_stream_of_text_in_place_of_standard_output_takes_the_text(monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "stdout", stream := io.StringIO())
    atomic.put("网格".encode())
    assert stream.getvalue() == "网格"


def test_what_is_poured_goes_to_standard_output_as_it_was_written(capfdbinary: Any) -> None:
    with atomic.pouring("grids.csv") as path:
        path.write_bytes("网格\r\n".encode())
    assert capfdbinary.readouterr().out == "网格\r\n".encode()
    assert not path.exists()


@pytest.mark.parametrize(
    ("command", "where", "code", "said"),
    [
        ("presets", ">&-", 6, "closed"),
        ("presets --json", ">/dev/full", 6, "No space left"),
        ("--help", ">/dev/full", 6, "No space left"),
        ("presets", "2>&-", 0, ""),
        ("presets --json", "| true; exit ${PIPESTATUS[0]}", 141, ""),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_standard_output_that_takes_nothing_is_one_line(command: str, where: str, code: int, said: str) -> None:
    line = f"sleep 0.1; {sys.executable} -m gridkit {command} {where}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == bool(said)


def test_a_lock_that_was_being_taken_over_by_one_that_ended_is_swept(tmp_path: Path) -> None:
    dead = {**asdict(lock.this()), "pid": 2**22 + 1}
    aside, alive = tmp_path / f"{PREFIX}abc.lock-7", tmp_path / f"{PREFIX}abc.lock-8"
    aside.write_text(json.dumps(dead))
    alive.write_text(json.dumps(asdict(lock.this())))
    with replacing(tmp_path / "a.txt") as path:
        path.write_text("a")
    assert not aside.exists()
    assert alive.exists()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let Ctrl-C do what it does at a prompt, whatever the tests were started from; return what presses it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(atomic, "PLACED", [])
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


def written(target: Path, *meanwhile: Any) -> None:
    """Write a file while something happens."""
    with replacing(target) as path:
        for each in meanwhile:
            each()
        path.write_text("new")


def test_a_file_being_written_when_ctrl_c_is_pressed_is_written_and_the_command_ends_then(
    tmp_path: Path, keys: Any
) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        written(target, keys)
    assert target.read_text() == "new"
    assert [target] == atomic.PLACED
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_ends_the_writing_as_well(tmp_path: Path, keys: Any) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        written(target, keys, keys)
    assert target.read_text() == "old"
    assert left_behind(tmp_path) == []
    assert atomic.PLACED == []


def test_a_file_that_takes_too_long_after_ctrl_c_is_given_up(tmp_path: Path, keys: Any) -> None:
    with pytest.raises(KeyboardInterrupt), atomic.to_its_end(0.01):
        written(tmp_path / "a.txt", keys, lambda: time.sleep(60))
    assert not (tmp_path / "a.txt").exists()
    assert left_behind(tmp_path) == []
