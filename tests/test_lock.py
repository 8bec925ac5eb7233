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
