"""Points with limited room: the best there is, and published optima."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from gridkit.measure.access.reach import Pairs
from gridkit.measure.siting.capacitated import best, fewest, seated

REAL = Path(os.environ.get("GRIDKIT_REAL_DATA", "../shared/data"))


def all_pairs(ways):
    places, points = np.indices(ways.shape)
    return Pairs(places.ravel(), points.ravel(), ways.ravel().astype(float))


def small(seed, places=6, points=4):
    rng = np.random.default_rng(seed)
    ways = rng.integers(1, 30, (places, points)).astype(float)
    reach = ways <= 20
    pairs = all_pairs(ways)
    keep = reach.ravel()
    people = rng.integers(1, 20, places).astype(float)
    room = rng.integers(5, 40, points).astype(float)
    return Pairs(pairs.origin[keep], pairs.facility[keep], pairs.minutes[keep]), people, room


def by_force(pairs, people, room, open_):
    """Return the most people seated at points, and the least way of it, by a plain linear program."""
    use = np.isin(pairs.facility, open_)
    origin, point, way = pairs.origin[use], pairs.facility[use], pairs.minutes[use]
    if not len(origin):
        return 0.0, 0.0
    rows = np.zeros((len(people) + len(room), len(origin)))
    rows[origin, np.arange(len(origin))] = 1
    rows[len(people) + point, np.arange(len(origin))] = 1
    limits = np.concatenate([people, room])
    most = -linprog(-np.ones(len(origin)), A_ub=rows, b_ub=limits).fun
    least = linprog(way, A_ub=rows, b_ub=limits, A_eq=np.ones((1, len(origin))), b_eq=[most]).fun
    return most, least


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_fewest_points_and_the_least_way_are_the_best_of_all_choices(seed):
    pairs, people, room = small(seed)
    most, way = by_force(pairs, people, room, range(4))
    everywhere = seated(pairs, people, room)
    assert (everywhere.seated, everywhere.way) == pytest.approx((most, way), abs=1e-4)
    found = fewest(pairs, people, room)
    ways = {}
    for count in range(1, 5):
        for open_ in itertools.combinations(range(4), count):
            reached, spent = by_force(pairs, people, room, open_)
            if reached >= most - 1e-6:
                ways.setdefault(count, []).append(spent)
    count = min(ways)
    assert len(found.chosen) == count == found.points_bound
    assert found.way == pytest.approx(min(ways[count]), abs=1e-3)
    assert found.way_gap < 1e-4
    assert found.seated + found.unseated.sum() == pytest.approx(people.sum(), abs=1e-4)
    assert (found.load(4) <= room + 1e-6).all()


def test_a_number_of_points_seats_most_people_it_can():
    pairs, people, room = small(3)
    wide = max(by_force(pairs, people, room, open_)[0] for open_ in itertools.combinations(range(4), 2))
    assert best(pairs, people, room, 2).seated == pytest.approx(wide, abs=1e-4)


def test_the_rounding_of_a_solver_leaves_nobody_without_a_seat():
    rng = np.random.default_rng(0)
    ways = rng.uniform(1, 9, (60, 8))
    people = rng.uniform(0, 3, 60) / 7
    found = fewest(all_pairs(ways), people, np.full(8, people.sum() / 3))
    assert found.unseated.sum() == 0
    assert found.seated == pytest.approx(people.sum(), abs=1e-3)


def test_no_candidate_in_reach_seats_nobody_and_loses_nobody():
    nothing = Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    found = fewest(nothing, np.array([3.0, 4.0]), np.array([9.0]))
    assert (found.seated, found.unseated.tolist(), found.chosen.tolist()) == (0.0, [3.0, 4.0], [])
    assert seated(nothing, np.array([3.0]), np.array([9.0])).unseated.tolist() == [3.0]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "optimum"), [("pmed1", 5819), ("pmed2", 4093)])
def test_with_room_for_all_it_is_the_published_p_median(name, optimum):
    path = REAL / "pmed" / f"{name}.txt"
    if not path.exists():
        pytest.skip(f"{path} is not there: published optima NOT checked")
    first, *rows = [list(map(int, line.split())) for line in path.read_text().splitlines() if line.strip()]
    nodes, _, count = first
    ways = np.full((nodes, nodes), np.inf)
    for one, other, length in rows:  # an edge that is repeated: the last one counts
        ways[one - 1, other - 1] = ways[other - 1, one - 1] = length
    far = shortest_path(csr_array(np.where(np.isfinite(ways), ways, 0)), directed=False)
    found = best(all_pairs(far), np.ones(nodes), np.full(nodes, float(nodes)), count)
    assert found.way == pytest.approx(optimum)
    assert found.way_gap == 0


def test_sendai_has_places_for_fewer_than_live_there():
    folder = REAL / "sendai-tsunami"
    if not folder.exists():
        pytest.skip(f"{folder} is not there: Sendai NOT checked")
    gpd = pytest.importorskip("geopandas")
    people = gpd.read_file(folder / "population.gpkg").to_crs(32654)
    [count] = [name for name in people if pd.api.types.is_numeric_dtype(people[name]) and people[name].sum() == 132160]
    rows = [line.replace(",", ";").split(";") for line in (folder / "shelters.csv").read_text().splitlines()[1:12]]
    room = np.array([float(row[4]) for row in rows])
    points = gpd.GeoSeries.from_xy([float(row[2]) for row in rows], [float(row[1]) for row in rows], crs=4326)
    here, there = (table.get_coordinates().to_numpy() for table in (people.geometry, points.to_crs(32654)))
    far = np.hypot(*(here[:, None, :] - there[None, :, :]).transpose(2, 0, 1))
    found = seated(all_pairs(far), people[count].to_numpy(dtype=float), room)
    assert round(found.seated) == 73_500
    assert round(found.unseated.sum()) == 58_660
    assert found.way == pytest.approx(65_332_349, rel=1e-6)
