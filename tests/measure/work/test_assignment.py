"""The assignment of staff to grids, against every assignment there is."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridkit.measure.work.assignment import Prices, assigned, costs
from gridkit.measure.work.continuity import Kept, kept, workers


def seats(households: list[float], language: list[str | None] | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "grid_id": [f"g{at}" for at in range(len(households))],
            "households": households,
            "language": pd.Series(language or [None] * len(households), dtype=object),
        }
    )


def people(count: int, **columns: object) -> pd.DataFrame:
    own = {"seat": True, "languages": [None] * count, **columns}
    return pd.DataFrame(own, index=pd.Index([f"w{at}" for at in range(count)], name="staff_id"))


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_no_assignment_costs_less(seed, count, grids):
    rng = np.random.default_rng(seed)
    families = rng.integers(50, 500, grids).astype(float)
    wanted = seats(families.tolist())
    staff = people(count, seat=rng.random(count) < 0.7)
    kept_by = np.zeros((count, grids))
    kept_by[rng.integers(0, count, grids), np.arange(grids)] = families * (rng.random(grids) < 0.6)
    way = rng.integers(0, 4000, (count, grids)).astype(float)
    prices = Prices(1.0, 500.0, 3000.0, 20.0)
    price = costs(wanted, staff, way, kept_by, prices)
    few = min(count, grids)
    least = min(
        sum(price[a, b] for a, b in zip(rows, columns, strict=True))
        for rows in itertools.permutations(range(count), few)
        for columns in itertools.combinations(range(grids), few)
    )
    found = assigned(wanted, staff, way, kept_by, prices)
    assert np.isclose(found.cost, least + 20.0 * families.sum())
    assert found.table["staff_id"].notna().sum() == few
    assert found.table["staff_id"].dropna().is_unique


def test_a_language_that_is_not_spoken_is_paid_for_and_one_that_is_not_known_is_not():
    wanted = seats([0.0], ["yi"])
    staff = people(3, languages=[frozenset({"yi"}), frozenset({"han"}), None])
    assert costs(wanted, staff, np.zeros((3, 1)), np.zeros((3, 1)), Prices(language=7.0)).ravel().tolist() == [
        0.0,
        7.0,
        0.0,
    ]


def test_a_home_that_is_not_known_is_no_nearer_to_any_grid():
    way = np.array([[100.0, 300.0], [np.nan, np.nan]])
    price = costs(seats([1.0, 1.0]), people(2), way, np.zeros((2, 2)), Prices())
    assert price[1].tolist() == [200.0, 200.0]


def test_relabelling_the_staff_changes_nothing():
    wanted, way = seats([100.0, 100.0]), np.array([[5.0, 5.0], [5.0, 5.0]])
    one = assigned(wanted, people(2), way, 0 * way, Prices()).table["staff_id"].tolist()
    other = assigned(wanted, people(2).iloc[::-1], way, 0 * way, Prices()).table["staff_id"].tolist()
    assert one == other


def test_households_keep_their_worker_in_another_grid_of_the_same_worker():
    was = {"a": frozenset({"w1"}), "b": frozenset({"w2"})}
    now = {"a": frozenset({"w1"}), "b": frozenset({"w2"}), "c": frozenset({"w1"})}
    found = kept(
        pd.Series([10.0, 20.0, 30.0, 40.0]), pd.Series(["a", "a", "b", "x"]), pd.Series(["c", "b", "b", "a"]), was, now
    )
    assert found == Kept(40.0, 60.0, 40.0)
    assert found.share == 40 / 60
    assert Kept(0.0, 0.0, 5.0).share is None


def test_who_answers_for_a_grid_holds_a_seat():
    table = pd.DataFrame({"staff_id": ["s1", "s2"], "grid_id": ["a", "a"], "role": ["full_time", "police"]})
    assert workers(table, {"full_time"}) == {"a": frozenset({"s1"})}


def test_who_has_a_grid_stays_there_though_another_seat_is_empty():
    wanted = seats([400.0, 0.0])
    found = assigned(wanted, people(1), np.zeros((1, 2)), np.array([[400.0, 0.0]]), Prices(continuity=1.0))
    assert found.table["staff_id"].fillna("").tolist() == ["w0", ""]
    assert found.cost == 0.0
