"""Several files of one folder are put in place as one act: all old or all new, whatever happens in between."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from gridkit import lock, placing
from gridkit.atomic import PREFIX, replacing, together
from gridkit.errors import OutputError
from gridkit.placing import stamp

NAMES = ("a.txt", "b.txt", "c.txt")


def left_behind(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(PREFIX)]


def act(folder: Path, text: str) -> None:
    """Write all names as one act; the last one is new where it is not there."""
    with together([folder / name for name in NAMES]) as drafts:
        for draft in drafts:
            draft.write_text(text)


def told(folder: Path) -> list[str | None]:
    """Return what the files say after the next process has read or written there."""
    placing.finish(folder)
    return [(folder / name).read_text() if (folder / name).exists() else None for name in NAMES]


def test_files_of_one_act_appear_together(tmp_path: Path) -> None:
    for text in ("old", "new"):
        with together([tmp_path / name for name in NAMES]) as drafts:
            for draft in drafts:
                draft.write_text(text)
            assert text not in told(tmp_path)
        assert told(tmp_path) == [text] * 3
    assert left_behind(tmp_path) == []


def test_an_error_before_the_last_file_leaves_every_old_one(tmp_path: Path) -> None:
    act(tmp_path, "old")
    with pytest.raises(OutputError, match="nothing was written"), together([tmp_path / name for name in NAMES]) as few:
        few[0].write_text("new")
    assert told(tmp_path) == ["old"] * 3
    with (
        pytest.raises(OutputError, match="the file exists"),
        together([tmp_path / "d.txt", tmp_path / "a.txt"], overwrite=False),
    ):
        pass
    assert told(tmp_path) == ["old"] * 3
    assert left_behind(tmp_path) == []


def test_a_file_that_cannot_be_replaced_takes_the_others_back(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "b.txt").write_text("old")
    rename = Path.replace

    def held(self: Path, target: Path) -> Path:
        if target.name == "c.txt" and self.name == "c.txt":
            raise PermissionError(13, "Permission denied", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(OutputError, match="Permission denied"):
        act(tmp_path, "new")
    assert told(tmp_path) == ["old", "old", None]
    assert left_behind(tmp_path) == []


def test_a_link_that_leads_elsewhere_is_no_part_of_one_act(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "b.txt").symlink_to("elsewhere/b.txt")
    with pytest.raises(OutputError, match="leads out of the folder"):
        act(tmp_path, "new")


@pytest.mark.parametrize("turn", range(8))
@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_rename_of_an_act_leaves_all_old_or_all_new(tmp_path: Path, turn: int, *, after: bool) -> None:
    for name in NAMES[:2]:
        (tmp_path / name).write_text("old")
    child = os.fork()
    if child == 0:
        try:
            fatal(turn, after=after)
            act(tmp_path, "new")
        finally:
            os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert told(tmp_path) in (["old", "old", None], ["new", "new", "new"])
    assert ended in (0, -signal.SIGKILL)
    # What somebody else writes is not undone by an act that ended long ago.
    (tmp_path / "b.txt").write_text("later")
    with replacing(tmp_path / "d.txt") as path:
        path.write_text("new")
    assert (tmp_path / "b.txt").read_text() == "later"
    assert left_behind(tmp_path) == []


def fatal(turn: int, *, after: bool) -> None:
    """Make this process kill itself at its step number ``turn``: before or after it."""
    left = [turn]

    def counting(step: Any) -> Any:
        def called(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] >= 0:
                return step(*args, **kwargs)
            if after:
                step(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)
            return None

        return called

    for owner, name in ((Path, "replace"), (Path, "unlink"), (os, "link")):
        setattr(owner, name, counting(getattr(owner, name)))


def test_what_somebody_wrote_since_is_not_replaced_by_the_rest_of_an_act(tmp_path: Path) -> None:
    act(tmp_path, "old")
    folder = tmp_path / f"{PREFIX}{replace(lock.this(), pid=2**22 + 1).token}-x"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text("new")
    were = {name: stamp(tmp_path / name) for name in NAMES}
    (folder / placing.JOURNAL).write_text(json.dumps({"places": {name: name for name in NAMES}, "were": were}))
    (tmp_path / "b.txt").write_text("mine")
    assert told(tmp_path) == ["new", "mine", "new"]


def test_the_state_of_a_file_is_its_bytes_and_of_none_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    (tmp_path / "b").write_text("one")
    assert stamp(tmp_path / "a") == stamp(tmp_path / "b") != ""
    assert stamp(tmp_path / "gone") == stamp(tmp_path) == ""


def parts(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "part.shp").write_text(text)
    return folder


@pytest.mark.parametrize("can", [True, False])
@pytest.mark.parametrize("old", ["nothing", "a folder", "a file"])
def test_a_folder_takes_the_place_of_what_is_there(tmp_path: Path, monkeypatch: Any, *, can: bool, old: str) -> None:
    if not can:
        monkeypatch.setattr(placing, "swapped", lambda _one, _other: False)
    (tmp_path / "draft").mkdir()
    new, target = parts(tmp_path / "draft" / "town.shp", "new"), tmp_path / "town.shp"
    if old == "a folder":
        parts(target, "old")
    elif old == "a file":
        target.write_text("old")
    placing.exchange(new, target)
    assert (target / "part.shp").read_text() == "new"
    assert target.stat().st_mode & 0o777 == tmp_path.stat().st_mode & 0o777


def test_two_names_change_places_in_one_step_where_the_system_can(tmp_path: Path, monkeypatch: Any) -> None:
    one, other = parts(tmp_path / "one", "1"), parts(tmp_path / "other", "2")
    if not placing.swapped(one, other):
        pytest.skip("this system cannot")
    assert (one / "part.shp").read_text() == "2"
    assert not placing.swapped(one, tmp_path / "gone")
    monkeypatch.setattr(placing.sys, "platform", "darwin")
    assert not placing.swapped(one, other)


def test_a_file_without_a_second_name_is_copied(tmp_path: Path, monkeypatch: Any) -> None:
    def none(_file: object, _name: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", none)
    act(tmp_path, "old")
    act(tmp_path, "new")
    assert told(tmp_path) == ["new"] * 3
    assert left_behind(tmp_path) == []


def test_what_ended_processes_left_is_swept_and_what_others_hold_stays(tmp_path: Path) -> None:
    gone = replace(lock.this(), pid=2**22 + 1)
    for owner in (gone, lock.this()):
        (tmp_path / f"{PREFIX}{owner.token}-x").mkdir()
        for end in ("a.txt.lock", "a.txt.lock-7"):
            mark = tmp_path / f"{PREFIX}{owner.pid}{end}"
            mark.write_text(json.dumps(asdict(owner)))
    (tmp_path / f"{PREFIX}half.lock").write_text("{")
    placing.sweep(tmp_path)
    mine = lock.this()
    assert sorted(left_behind(tmp_path)) == sorted([
        f"{PREFIX}{mine.token}-x", f"{PREFIX}{mine.pid}a.txt.lock", f"{PREFIX}{mine.pid}a.txt.lock-7",
        f"{PREFIX}half.lock",
    ])  # fmt: skip
