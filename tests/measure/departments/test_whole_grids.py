"""Areas made of whole grids: the least that moves, against trying every way."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from gridkit.band import Band
from gridkit.measure.departments import whole_grids
from gridkit.measure.departments.fit import Net, judged, pieces
from gridkit.measure.departments.whole_grids import united


def random_net(seed, band=None):
    rng = np.random.default_rng(seed)
    at = np.arange(12).reshape(3, 4)
    ends = np.concatenate([np.stack([at[:, :-1].ravel(), at[:, 1:].ravel()], axis=1),
                           np.stack([at[:-1].ravel(), at[1:].ravel()], axis=1)])  # fmt: skip
    grid = np.repeat(np.arange(6), 2)
    return Net(rng.integers(0, 9, 12).astype(float), grid, rng.integers(-1 if seed % 3 == 0 else 0, 3, 12), ends, band)


def tried(net):
    """Return the least that moves where every area stays and is in no more pieces than before; None where none does."""
    before, best = pieces(net.ends, net.area), None
    for chosen in product(range(3), repeat=6):
        area = np.where(net.area >= 0, np.array(chosen)[net.grid], net.area)
        now = pieces(net.ends, area)
        if now.keys() == before.keys() and all(count <= before[each] for each, count in now.items()):
            moved = float(net.weight[area != net.area].sum())
            best = moved if best is None else min(best, moved)
    return best


@pytest.mark.parametrize("seed", range(30))
def test_no_other_way_moves_less(seed):
    net, found = random_net(seed), united(random_net(seed))
    wanted = tried(net)
    if wanted is None:
        assert found.torn or found.given_up
    else:
        assert (found.moved, found.torn, found.given_up, found.misfits) == (wanted, (), (), ())
        assert found.proven


def test_a_range_of_size_is_kept_where_it_can_be():
    net = Net(np.ones(4), np.array([0, 1, 2, 3]), np.array([0, 0, 0, 1]), np.array([[0, 1], [1, 2], [2, 3]]),
              Band(2, 2, 2))  # fmt: skip
    assert united(net).area.tolist() == [0, 0, 1, 1]


def test_too_many_choices_are_left_to_others(monkeypatch):
    monkeypatch.setattr(whole_grids, "CHOICES", 17)
    assert united(random_net(1)) is None
    assert judged(random_net(1), random_net(1).area, "union", bound=0.0).misfits
