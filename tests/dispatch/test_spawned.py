"""What dies with a process is known to be its own; the others go on, and a new process takes its place."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from functools import partial

import pytest

from gridkit.dispatch.spawned import ONE_THREAD, Spawned


def test_a_process_that_dies_takes_its_own_thing_alone() -> None:
    with Spawned(2) as executor:
        lost = executor.submit(os._exit, 3)
        others = [executor.submit(pow, 2, power) for power in range(4)]
        assert [each.result(60) for each in others] == [1, 2, 4, 8]
        with pytest.raises(BrokenProcessPool):
            lost.result(60)
        assert executor.submit(os.getenv, ONE_THREAD[0]).result(60) == "1"


def test_what_fails_fails_with_its_own_error() -> None:
    with Spawned(1, warm=os.getpid) as executor:
        with pytest.raises(ValueError, match="invalid literal"):
            executor.submit(int, "many").result(60)
        assert executor.submit(int, "7").result(60) == 7
    with pytest.raises(RuntimeError, match="ended"):
        executor.submit(int, "7")


def test_processes_make_themselves_ready_before_there_is_anything_to_do(tmp_path) -> None:
    first, others = tmp_path / "warmed", tmp_path / "loaded"
    with Spawned(3, warm=first.touch, load=others.touch, at_once=True) as executor:
        until = time.monotonic() + 60
        while not (first.exists() and others.exists()) and time.monotonic() < until:
            time.sleep(0.01)
        assert first.exists()
        assert others.exists()
        assert executor.submit(int, "7").result(60) == 7


def test_an_executor_that_is_never_asked_ends_all_the_same(tmp_path) -> None:
    with Spawned(2, warm=(tmp_path / "warmed").touch, at_once=True):
        pass
    executor = Spawned(2, warm=partial(time.sleep, 60), at_once=True)
    time.sleep(0.5)
    executor.shutdown(wait=True, cancel_futures=True)


def test_without_haste_nothing_starts_before_it_is_asked(tmp_path) -> None:
    with Spawned(2, warm=(tmp_path / "warmed").touch):
        time.sleep(0.5)
        assert not (tmp_path / "warmed").exists()


def test_what_waits_is_cancelled_at_once() -> None:
    executor = Spawned(1)
    running = executor.submit(time.sleep, 60)
    waiting = executor.submit(int, "7")
    while not running.running():
        time.sleep(0.01)
    time.sleep(0.5)
    executor.shutdown(wait=True, cancel_futures=True)
    assert waiting.cancelled()
    assert running.exception(60) is not None


def test_a_script_that_its_workers_begin_anew_is_told_so(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import os\nfrom gridkit.dispatch.spawned import Spawned, is_reading\n"
        "if is_reading():\n    raise SystemExit(2)\n"
        "with Spawned(1) as executor:\n    print(executor.submit(os.getpid).exception())\n",
        encoding="utf-8",
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert '__name__ == "__main__"' in ended.stdout


def test_a_process_that_is_ended_while_it_is_set_up_is_not_begun_again() -> None:
    executor = Spawned(2, warm=partial(time.sleep, 60))
    asked = [executor.submit(os.getpid) for _ in range(2)]
    while not asked[0].running():
        time.sleep(0.01)
    time.sleep(0.5)
    executor.shutdown(wait=True, cancel_futures=True)
    for each in asked:
        with pytest.raises((BrokenProcessPool, CancelledError)):
            each.result(0)
