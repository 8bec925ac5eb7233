"""A cluster of Dask, which is somebody's own: found by its address, used through its client's executor."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gridkit.errors import UsageError, masked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

_USER = re.compile(r"[^\s'/@]+@")
"""Who an address is asked as, wherever an error repeats it."""
ANSWER_S, NO_WORKERS_S = 10.0, 60.0
"""How long a scheduler may take to answer, and a cluster may have no worker where its own settings say nothing."""


class Cluster:
    """A cluster as an executor, and how many workers it has.

    Attributes
    ----------
    executor
        Where tasks are submitted.
    patience_s
        How long it may have no worker.
    """

    def __init__(self, client: Any, patience_s: float) -> None:  # noqa: ANN401 - a client of distributed
        """Begin with a client that is connected."""
        self.client, self.patience_s = client, patience_s
        # Every task is its own, and who lost it is told, not tried again where nobody counts.
        self.executor: Executor = client.get_executor(pure=False, retries=0)
        self._seen = time.monotonic()

    @property
    def workers(self) -> int:
        """How many workers there are now; -1 where the scheduler itself is gone."""
        if self.client.status not in ("running", "connecting"):
            return -1
        return len(self.client.scheduler_info(n_workers=-1).get("workers", {}))

    @property
    def deserted(self) -> bool:
        """Whether it has had no worker for longer than it may."""
        now = time.monotonic()
        if self.workers > 0:
            self._seen = now
        return self.client.status == "closed" or now - self._seen > self.patience_s


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Yield the cluster at an address such as ``tcp://10.0.0.1:8786``; TLS is as its own configuration says.

    Raises
    ------
    UsageError
        When Dask is not installed, nobody answers, or the cluster has no worker.
    """
    try:
        import dask.config
        from distributed import Client
    except ImportError:
        raise UsageError("Dask is not installed", mend="pip install 'governance-grids[dask]'") from None
    where = masked(address)
    try:
        client: Any = Client(address, timeout=ANSWER_S, set_as_default=False, name="gridkit")  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError, KeyError) as fault:
        raise UsageError(
            "no scheduler of Dask answers there: {why}",
            where=where,
            mend="start one with dask scheduler, or work without --scheduler",
            why=_USER.sub("***@", masked(str(fault) or type(fault).__name__)),
        ) from None
    with client:
        said = dask.config.get("distributed.scheduler.no-workers-timeout", None)
        patience = NO_WORKERS_S if said is None else float(dask.utils.parse_timedelta(said))
        try:
            client.wait_for_workers(1, timeout=patience)
        except TimeoutError:
            raise UsageError(
                "its cluster has had no worker for {seconds} s",
                where=where,
                mend="start one with dask worker {address}",
                seconds=round(patience),
                address=where,
            ) from None
        yield Cluster(client, patience)
