"""A cluster of Dask is used by its address; one that is not there, or has nobody to work, is said at once."""

from __future__ import annotations

import time

import pytest

from gridkit.dispatch.cluster import Cluster, connected
from gridkit.errors import UsageError

distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")


def test_nobody_at_an_address_is_one_line_without_its_password() -> None:
    with pytest.raises(UsageError, match="no scheduler of Dask answers") as told, connected("tcp://me:pw@127.0.0.1:9"):
        pass
    assert "pw" not in str(told.value)
    with pytest.raises(UsageError, match="no scheduler of Dask answers"), connected("nonsense://x"):
        pass


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_works_and_is_deserted_once_its_workers_are_gone() -> None:
    import dask

    here = {"n_workers": 1, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    settings = {"distributed.scheduler.no-workers-timeout": "1s"}
    with dask.config.set(settings), distributed.LocalCluster(**here) as cluster:
        with connected(cluster.scheduler_address) as found:
            assert found.executor.submit(pow, 2, 5).result(60) == 32
            assert found.workers == 1
            assert not found.deserted
            cluster.scale(0)
            end = time.monotonic() + 60
            while not found.deserted:
                assert time.monotonic() < end
                time.sleep(0.2)
        with pytest.raises(UsageError, match="no worker for 1 s"), connected(cluster.scheduler_address):
            pass


class Client:
    """A client of a cluster whose workers come and go as a test says."""

    def __init__(self) -> None:
        self.status, self.workers = "running", {"one": {}}

    def get_executor(self, **_more: object) -> str:
        return "executor"

    def scheduler_info(self, n_workers: int) -> dict[str, object]:
        assert n_workers == -1, "all of them, not the first few"
        return {"workers": self.workers}


def test_a_cluster_is_deserted_once_it_had_no_worker_for_longer_than_it_may() -> None:
    client = Client()
    patient, hasty = Cluster(client, 3600.0), Cluster(client, -1.0)
    assert (patient.workers, patient.deserted) == (1, False)
    client.workers = {}
    assert (patient.workers, patient.deserted, hasty.deserted) == (0, False, True)
    client.status = "closed"
    assert (patient.workers, patient.deserted) == (-1, True)
