"""Processes of this machine as an executor: each is started fresh, works on one thing, and is replaced when it dies."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import queue
import signal
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from gridkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Event

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "GDAL_NUM_THREADS")
"""What libraries of numbers ask how many threads they may take."""
_LOOK_S = 1.0


class UnguardedError(UsageError):
    """A worker ended while it read the script that asked for it: the script begins everything anew."""


def is_reading() -> bool:
    """Whether this is a process that is being started, and still reads the script that asked for it."""
    return bool(getattr(multiprocessing.current_process(), "_inheriting", False))


logger = logging.getLogger(__name__)


class Spawned(Executor):
    """So many processes, each of which does one thing at a time: what dies with one is known to be its own.

    Parameters
    ----------
    workers
        How many.
    warm
        Done by the first one before the others begin: what it compiles and keeps, they find.
    load
        Done by the others meanwhile: what they load needs nothing of the first.
    at_once
        Whether the processes start, and do that, before there is anything to do.
    """

    def __init__(
        self,
        workers: int,
        warm: Callable[[], object] | None = None,
        load: Callable[[], object] | None = None,
        *,
        at_once: bool = False,
    ) -> None:
        """Begin; unless at once, processes are started when there is something to do."""
        self._things: queue.SimpleQueue[tuple[Future[Any], Any, Any, Any] | None] = queue.SimpleQueue()
        self._warmed, self._warm, self._load, self._at_once = threading.Event(), warm, load, at_once
        self._pools: dict[int, ProcessPoolExecutor] = {}
        # Spawned, not forked: a fork takes locks of the libraries' threads along.
        self._context = multiprocessing.get_context("spawn")
        self._began = self._context.Event()
        self._ended = self._stopped = False
        self._threads = [threading.Thread(target=self._serve, args=(n,), daemon=True) for n in range(workers)]
        for each in self._threads:
            each.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as Executor
        """Return the future of a call."""
        if self._ended:
            raise RuntimeError("the executor has ended")
        future: Future[Any] = Future()
        self._things.put((future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as Executor
        """End: after what was asked for, or, where that is cancelled, at once."""
        self._ended = True
        self._stopped = cancel_futures
        if cancel_futures:
            with contextlib.suppress(queue.Empty):
                while True:
                    thing = self._things.get_nowait()
                    if thing is not None:
                        thing[0].cancel()
        for _ in self._threads:
            self._things.put(None)
        if cancel_futures:
            self._warmed.set()
            for pool in list(self._pools.values()):
                _end(pool)
        if wait:
            for each in self._threads:
                each.join()

    def _serve(self, number: int) -> None:
        """Do one thing after another in a process of one's own, replaced when it has died."""
        cold = True
        if self._at_once:
            self._heat(number, self._begun(number))
            cold = False
        while (thing := self._things.get()) is not None:
            future, fn, args, kwargs = thing
            if not future.set_running_or_notify_cancel():
                continue
            if cold and not self._stopped:
                self._heat(number, self._pools.get(number) or self._begun(number))
                cold = False
            if self._stopped:
                # A process that was ended while it was set up is not begun again for nobody.
                future.set_exception(BrokenProcessPool("it was stopped"))
                continue
            pool = self._pools.get(number) or self._begun(number)
            try:
                future.set_result(pool.submit(fn, *args, **kwargs).result())
            except BrokenProcessPool as fault:
                self._pools.pop(number, None)
                future.set_exception(fault if self._began.is_set() else _unguarded())
            except BaseException as fault:  # noqa: BLE001 - whatever it is, it is the caller's
                future.set_exception(fault)
        if number in self._pools:
            self._pools.pop(number).shutdown()

    def _heat(self, number: int, pool: ProcessPoolExecutor) -> None:
        """Prepare a new process: the first is warmed, the others load and wait until it is."""
        call = self._load if number else self._warm
        try:
            if call is not None:
                pool.submit(call).result()
        except BrokenProcessPool:
            self._pools.pop(number, None)
        except Exception:
            logger.debug("a worker could not be prepared", exc_info=True)
        finally:
            if not number:
                self._warmed.set()
        if number and self._warm is not None:
            self._warmed.wait()

    def _begun(self, number: int) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(1, mp_context=self._context, initializer=begin, initargs=(os.getpid(), self._began))
        self._pools[number] = pool
        return pool


def begin(parent: int, began: Event) -> None:
    """Set a new process up: one thread for each library, deaf to Ctrl-C, gone when its parent is."""
    began.set()
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _unguarded() -> UnguardedError:
    return UnguardedError(
        "a worker ended while it read the script that called this: each worker reads it anew",
        mend='call it under if __name__ == "__main__":',
    )


def _end_with(parent: int) -> None:
    """End this process once its parent has: nobody is left to ask it for anything, and all it writes is whole."""
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os._exit(1)


def _end(pool: ProcessPoolExecutor) -> None:
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.terminate()
    pool.shutdown(wait=False, cancel_futures=True)
