"""Any polygons fall into balanced groups, each in one piece."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import box

import gridkit as gk
from gridkit.adjacency import pieces
from gridkit.errors import InfeasibleError, UsageError


def test_sixteen_squares_make_four_groups_of_four_in_one_piece(net):
    found = gk.labels(net, grids=4)
    assert found.index.equals(net.index)
    assert found.name == "grid_id"
    assert found.value_counts().tolist() == [4, 4, 4, 4]
    assert found.drop_duplicates().tolist() == [0, 1, 2, 3]
    touching = gk.borders(net)
    for grid in range(4):
        members = found.index[found == grid]
        assert pieces(touching, members) == 1


@pytest.mark.parametrize("by", ["homes", [3, 1, 2, 2]])
def test_what_is_balanced_is_a_column_or_values(by):
    shapes = [box(x, 0, x + 100, 100) for x in (0, 100, 200, 300)]
    row = gpd.GeoDataFrame({"homes": [3, 1, 2, 2]}, geometry=shapes, index=list("wxyz"), crs=32651)
    assert gk.labels(row, by=by, target=4).to_dict() == {"w": 0, "x": 0, "y": 1, "z": 1}


def test_no_group_leaves_its_parent(net):
    sides = net.assign(side=["west"] + ["east"] * 3 + ["west"] * 12)
    with pytest.warns(gk.GridkitWarning, match="grids are outside the range of size"):
        found = gk.labels(sides, parents="side", target=8)
    assert sides["side"].groupby(found).nunique().eq(1).all()


def test_the_same_seed_gives_the_same_groups_whatever_the_crs(net):
    first = gk.labels(net, by="n", grids=3, tolerance=0.2, seed=5)
    assert first.equals(gk.labels(net.to_crs(32651), by="n", grids=3, tolerance=0.2, seed=5))


def test_a_plan_is_made_of_the_answer(net):
    plan = gk.Plan.from_labels(net, gk.labels(net, grids=2))
    assert len(plan.grids) == 2


def test_what_nothing_says_and_what_cannot_be_are_one_line(net):
    with pytest.raises(UsageError, match="nothing says how large a grid is to be - give target, or min and max"):
        gk.labels(net)
    with pytest.raises(UsageError, match="there is no choice 'targt' - did you mean 'target'"):
        gk.labels(net, targt=3)  # type: ignore[call-arg]
    with pytest.raises(InfeasibleError, match="cannot have 20 grids"):
        gk.labels(net, grids=20)
