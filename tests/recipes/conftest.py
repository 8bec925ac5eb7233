"""What every plan must hold, whatever it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridkit import Plan


@pytest.fixture(scope="session")
def sound() -> Callable[[Plan, float], None]:
    """Return a check that a plan keeps all people and ground, and that its grids are whole and inside their parents."""

    def check(plan: Plan, people: float) -> None:
        grids, units = plan.grids, plan.units
        assert grids["people"].sum() == pytest.approx(people, rel=1e-9)
        assert shapely.symmetric_difference(grids.union_all(), plan.districts.union_all()).area < 1
        assert shapely.coverage_is_valid(grids.geometry.to_numpy(), gap_width=1e-3)
        assert units.groupby("grid_id")["parent"].nunique().max() == 1
        assert parts_of(plan) == len(grids), "a grid is in several parts"
        if "group" in units:
            assert (
                units.dropna(subset="group").groupby("group")["grid_id"].nunique().max() in (1, float("nan"))
                or units["group"].isna().all()
            )

    return check


def parts_of(plan: Plan) -> int:
    """Return in how many connected parts the grids are, over the borders the plan was judged by."""
    at = plan.units.index.get_indexer
    ends = [at(plan.borders[name]) for name in ("unit_id", "neighbour")]
    grid = plan.units["grid_id"].to_numpy()
    inner = grid[ends[0]] == grid[ends[1]]
    size = len(plan.units)
    joined = coo_array((inner[inner], (ends[0][inner], ends[1][inner])), shape=(size, size))
    return int(connected_components(joined, directed=False)[0])
