"""Rounds of delivery: the published optimum, loads larger than a round, and what cannot be served."""

from __future__ import annotations

import builtins
import os
from pathlib import Path

import numpy as np
import pytest

from gridkit.errors import OutputError, UsageError
from gridkit.measure.emergency.rounds import rounds

REAL = Path(os.environ.get("GRIDKIT_REAL_DATA", "../shared/data"))


@pytest.fixture(scope="module", autouse=True)
def _there():
    pytest.importorskip("pyvrp", reason="PyVRP is not installed: rounds NOT checked")


def line(*at):
    """Return the minutes between a base at 0 and stops along a line."""
    places = np.array([0.0, *at])
    return np.abs(places[:, None] - places[None, :])


def test_one_round_serves_what_one_carries():
    found, lost = rounds(line(1, 2, 3), np.full(3, 10.0), np.full(3, 2.0), room=30, longest=60, steps=200)
    assert len(found) == 1
    assert found[0].minutes == pytest.approx(3 * 2 + 6)
    assert sorted(found[0].stops) == [0, 1, 2]
    assert len(lost) == 0


def test_a_stop_larger_than_a_load_is_visited_several_times():
    found, _ = rounds(line(5), np.array([130.0]), np.array([13.0]), room=60, longest=60, steps=200)
    assert sorted(load for each in found for load in each.load) == [10, 60, 60]


def test_what_no_round_can_serve_is_told():
    ways = line(5, 50)
    ways[0, 2] = ways[2, 0] = ways[1, 2] = ways[2, 1] = np.inf
    found, lost = rounds(ways, np.full(2, 5.0), np.zeros(2), room=10, longest=60, steps=100)
    assert (len(found), lost.tolist()) == (1, [1])
    assert rounds(line(40), np.ones(1), np.zeros(1), room=10, longest=60)[1].tolist() == [0]
    with pytest.raises(UsageError, match="nothing"):
        rounds(line(1), np.ones(1), np.zeros(1), room=0, longest=10)


def test_windows_are_kept():
    windows = np.array([[30.0, 40.0], [0.0, 5.0]])
    found, lost = rounds(line(1, 2), np.ones(2), np.zeros(2), room=10, longest=60, windows=windows, steps=200)
    assert len(lost) == 0
    assert all(each.stops != (0, 1) for each in found)


def test_a_round_waits_for_a_window_late_in_the_day_and_none_is_longer_than_a_round_may_be():
    windows = np.array([[400.0, 420.0]])
    ways, one = line(5), np.ones(1)
    found, lost = rounds(ways, one, one, room=10, longest=60, windows=windows, day=600, steps=100)
    assert len(lost) == 0
    assert 395 <= found[0].leaves <= 415
    assert found[0].minutes == pytest.approx(11)
    assert found[0].leaves + found[0].waits <= 415
    assert rounds(ways, one, one, room=10, longest=60, windows=windows, day=300)[1].tolist() == [0]
    assert rounds(ways, one, one, room=10, longest=10, windows=windows, day=600)[1].tolist() == [0]


def test_without_the_package_it_says_what_to_install(monkeypatch):
    load = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("pyvrp"):
            raise ImportError(name)
        return load(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(OutputError, match="rounds"):
        rounds(line(1), np.ones(1), np.zeros(1), room=1, longest=10)


def test_the_published_optimum_of_twenty_one_customers_is_found():
    path = REAL / "cvrp" / "E-n22-k4.vrp"
    if not path.exists():
        pytest.skip(f"{path} is not there: the published optimum NOT checked")
    text = path.read_text()
    cut = lambda begin, end: [  # noqa: E731 - one line
        list(map(float, row.split())) for row in text.split(begin)[1].split(end)[0].strip().splitlines()
    ]
    xy = np.array(cut("NODE_COORD_SECTION", "DEMAND_SECTION"))[:, 1:]
    load = np.array(cut("DEMAND_SECTION", "DEPOT_SECTION"))[:, 1]
    far = np.round(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)))
    found, lost = rounds(far, load[1:], np.zeros(21), room=6000, longest=10_000)
    assert len(lost) == 0
    assert sum(each.minutes for each in found) == pytest.approx(375)
