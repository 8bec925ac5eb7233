"""Micro-grids lie in their grids, whatever is done to those."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from plans import Size, crooked_plan

import gridkit as gk
from gridkit.partition import Prices
from gridkit.plan import micro
from gridkit.plan.codes import renamed
from gridkit.plan.plan import micro_grids
from gridkit.provenance import step
from gridkit.recipes.refresh import refresh

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")


@pytest.fixture(scope="module")
def plan() -> gk.Plan:
    bare = replace(crooked_plan(Size(side=8, incidents=10)), layers={})
    sized = replace(bare, parameters=replace(bare.parameters, micro=(200.0, 300.0, 500.0)))
    return micro.nest(sized, Prices())


def assert_nested(plan: gk.Plan) -> None:
    units = plan.units
    assert units.groupby("micro_id")["grid_id"].nunique().eq(1).all()
    assert all(name.startswith(grid) for name, grid in zip(units["micro_id"], units["grid_id"], strict=True))
    assert micro.torn(plan) == []


def test_every_unit_is_in_a_micro_grid_of_its_grid(plan: gk.Plan) -> None:
    assert_nested(plan)
    table = micro_grids(plan)
    assert len(table) > len(plan.grids)
    assert table["people"].sum() == pytest.approx(plan.units["people"].sum())


def test_a_split_grid_gets_micro_grids_anew_and_the_others_keep_theirs(plan: gk.Plan) -> None:
    grid = plan.grids["units"].idxmax()
    parted = gk.redraw(plan, splits=(f"{grid}=2",), loose=True)
    assert_nested(parted)
    others = plan.units["grid_id"] != grid
    assert parted.units["micro_id"][others].equals(plan.units["micro_id"][others])
    assert gk.undo(parted).units.equals(plan.units)


def test_a_new_code_of_a_grid_is_that_of_its_micro_grids(plan: gk.Plan) -> None:
    grid = str(plan.grids.index[0])
    assert_nested(renamed(plan, {grid: "Z9"}))


def test_units_moved_by_hand_are_found_torn_and_mended(plan: gk.Plan) -> None:
    unit = plan.units.index[0]
    other = next(grid for grid in plan.grids.index if grid != plan.units["grid_id"][unit])
    moved = plan.units.assign(grid_id=plan.units["grid_id"].where(plan.units.index != unit, other))
    torn = replace(plan, units=moved)
    assert str(other) in micro.torn(torn)
    assert_nested(refresh(torn))


def test_a_plan_file_holds_them_as_a_layer(plan: gk.Plan, tmp_path: Path) -> None:
    back = gk.read_plan(gk.write_plan(plan, tmp_path / "plan.gpkg"))
    assert back.parameters.micro_band == plan.parameters.micro_band
    assert micro_grids(back).index.tolist() == micro_grids(plan).index.tolist()


def test_a_comparison_counts_the_micro_grids_that_stayed_the_same(plan: gk.Plan) -> None:
    bare = replace(plan, units=plan.units.drop(columns="micro_id"))
    assert "micro_grids_new" not in gk.compare(bare, bare).facts
    count = plan.units["micro_id"].nunique()
    first = plan.units["micro_id"].iloc[0]
    other = replace(plan, units=plan.units.assign(micro_id=plan.units["micro_id"].replace(first, f"{first}x")))
    found = gk.compare(plan, other).facts
    assert (found["micro_grids_old"], found["micro_grids_new"]) == (count, count)
    assert found["micro_grids_unchanged"] == count - 1


def test_a_search_for_micro_grids_that_is_stopped_says_so(monkeypatch):
    stopped = micro.nested.nest

    def ended(*given, **choices):
        return replace(stopped(*given, **choices), interrupted=True)

    monkeypatch.setattr(micro.nested, "nest", ended)
    bare = replace(crooked_plan(Size(side=8, incidents=10)), layers={})
    sized = replace(bare, parameters=replace(bare.parameters, micro=(200.0, 300.0, 500.0)))
    with pytest.raises(KeyboardInterrupt):
        micro.nest(replace(sized, history=()), Prices())
    told = micro.nest(sized.with_step(step("split", {})), Prices())
    assert told.interrupted
    assert micro.torn(told) == []
    moved = replace(told, units=told.units.assign(micro_id=None))
    with pytest.raises(KeyboardInterrupt):
        micro.again(moved, Prices())
