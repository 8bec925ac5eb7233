"""A lock waits for a living holder, and takes over from one that has ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest

from gridkit import lock
from gridkit.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path


def marks(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.lock*"))


def test_a_lock_is_there_while_it_is_held_and_gone_after(tmp_path: Path) -> None:
    with lock.holding(tmp_path / "plan.gpkg"):
        assert [lock.signed(mark) for mark in marks(tmp_path)] == [lock.this()]
    assert marks(tmp_path) == []


def test_a_second_holder_waits_and_is_told_who_holds(tmp_path: Path) -> None:
    with (
        lock.holding(tmp_path / "plan.gpkg"),
        pytest.raises(OutputError, match=str(os.getpid())),
        lock.holding(tmp_path / "plan.gpkg", patience_s=0.1),
    ):
        pass


def test_the_lock_of_a_process_that_has_ended_is_taken_over(tmp_path: Path) -> None:
    with lock.holding(tmp_path / "plan.gpkg"):
        (mark,) = marks(tmp_path)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mark.write_text(json.dumps(asdict(replace(lock.this(), pid=ended.pid))))
    with lock.holding(tmp_path / "plan.gpkg", patience_s=0.1):
        pass
    assert marks(tmp_path) == []


def test_a_number_that_came_round_again_is_another_process() -> None:
    assert not lock.this().gone
    assert replace(lock.this(), born="1").gone or not lock.this().born


def test_the_processes_before_a_restart_are_gone_and_of_another_machine_nothing_is_known() -> None:
    here = lock.this()
    assert replace(here, boot="before").gone or not here.boot
    assert not replace(here, host="another", boot="before", pid=2**22 + 1).gone


def test_a_half_written_signature_counts_as_held(tmp_path: Path) -> None:
    with lock.holding(tmp_path / "plan.gpkg"):
        (mark,) = marks(tmp_path)
    mark.write_text("{")
    with pytest.raises(OutputError, match="another process"), lock.holding(tmp_path / "plan.gpkg", patience_s=0.1):
        pass


def test_many_writers_lose_no_turn(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    code = f"""
from pathlib import Path
from gridkit.lock import holding
counter = Path({str(counter)!r})
for _ in range(50):
    with holding(counter, patience_s=60):
        counter.write_text(str(int(counter.read_text()) + 1))
"""
    writers = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    assert counter.read_text() == "200"


def test_a_name_that_no_process_signed_is_of_one_that_may_live() -> None:
    for name in (".gridkit-", ".gridkit-a-b-c-d", "plan.gpkg", f".gridkit-{lock.this().token}"):
        assert not lock.ended(name)
    assert lock.ended(f".gridkit-{replace(lock.this(), born='1').token}-") or not lock.this().born


def test_a_signature_that_lacks_its_process_is_nobodys(tmp_path: Path) -> None:
    mark = tmp_path / "a.lock"
    assert lock.signed(mark) is None
    for text in ("[]", '{"host": "a"}', '{"host": "a", "boot": "", "pid": "x", "born": ""}'):
        mark.write_text(text)
        assert lock.signed(mark) is None


def test_a_new_holder_is_not_put_out_by_whoever_found_the_old_one_dead(tmp_path: Path) -> None:
    mark = tmp_path / "a.lock"
    lock.take_over(mark, lock.this())  # another was quicker: there is nothing to move away
    assert marks(tmp_path) == []
    lock.sign(mark)
    lock.take_over(mark, replace(lock.this(), born="1"))
    assert lock.signed(mark) == lock.this(), "it was signed anew meanwhile, and is put back"


def test_a_process_that_may_not_be_asked_counts_as_living(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)
    assert not replace(lock.this(), born="").gone
