"""Grids a city had, in files that name no coordinate reference system, where it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from worlds import world

import gridkit as gk
from gridkit.errors import GridkitWarning, OutputError, TableError, UsageError
from gridkit.recipes.plans import (
    called,
    marked,
    plan_before,
    plan_of,
    plan_or_polygons,
    read_plan,
    refuse_plan,
    required_plan,
    warn_of_doubles,
    write_plan,
    write_plans,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def unnamed(tmp_path: Path) -> Path:
    """Write last year's grids as a Shapefile without a .prj."""
    grids = world.blocks().drop(columns="people").assign(grid_id=[f"old{at:02d}" for at in range(16)])
    gpd.GeoDataFrame(grids).to_crs(32651).to_file(tmp_path / "old.shp")
    (tmp_path / "old.prj").unlink()
    return tmp_path / "old.shp"


def test_old_grids_without_a_crs_are_asked_about_and_taken_as_said(unnamed: Path, tmp_path: Path) -> None:
    plan = world.plan()
    with pytest.raises(TableError, match="no coordinate reference system"):
        gk.compare(unnamed, plan)
    found = gk.compare(unnamed, plan, crs="EPSG:32651")
    assert found.flows["people"].sum() == pytest.approx(800, rel=1e-4)
    assert len(gk.audit(unnamed, crs="EPSG:32651").judged)
    written = gk.report(plan, tmp_path / "r.xlsx", against=unnamed, crs="EPSG:32651")
    assert written.exists()
    assert len(gk.map(plan, against=unnamed, crs="EPSG:32651").to_html()) > len(gk.map(plan).to_html())


def test_a_plan_is_written_read_and_known_from_a_layer_of_grids(tmp_path: Path) -> None:
    plan = world.plan()
    path = write_plan(plan, tmp_path / "plan.gpkg")
    again = read_plan(path)
    assert again.grids.index.tolist() == plan.grids.index.tolist()
    assert required_plan(plan, "here") is plan
    with pytest.raises(UsageError, match="this is a layer of grids, not a plan"):
        required_plan(plan.grids, "here")
    with pytest.raises(OutputError):
        refuse_plan(path, overwrite=False)
    refuse_plan(path, overwrite=True)
    assert plan_or_polygons(plan) is plan
    assert plan_or_polygons(path).grids.index.tolist() == plan.grids.index.tolist()


def test_several_plans_are_written_all_or_none(tmp_path: Path) -> None:
    plan = world.plan()
    both = {tmp_path / f"{name}.gpkg": plan for name in "ab"}
    assert write_plans(both) == list(both)
    (tmp_path / "a.gpkg").unlink()
    with pytest.raises(OutputError):
        write_plans(both)
    assert not (tmp_path / "a.gpkg").exists()


def test_what_was_in_force_before_is_a_plan_grids_or_a_table_of_units(tmp_path: Path) -> None:
    plan = world.plan()
    labels = plan.units.reset_index()[["unit_id", "grid_id"]].assign(grid_id="one")
    labels.to_csv(tmp_path / "before.csv", index=False)
    before = plan_before(tmp_path / "before.csv", plan)
    assert before.grids.index.tolist() == ["one"]
    assert not before.layers
    assert plan_before(plan, plan) is plan
    grids = plan.grids.reset_index()[["grid_id", "geometry"]]
    assert set(plan_before(grids, plan)["grid_id"]) == set(plan.grids.index)
    beside = plan_of(grids, plan)
    assert beside.grids["people"].sum() == pytest.approx(plan.grids["people"].sum())
    assert plan_of(plan, plan) is plan


def test_one_code_of_two_grids_is_told_and_what_is_stale_is_named(recwarn: pytest.WarningsRecorder) -> None:
    plan = world.plan()
    assert marked(plan) is plan
    warn_of_doubles(["a", "b"], "x.gpkg")
    assert not recwarn.list
    with pytest.warns(GridkitWarning, match="codes stand more than once: a; what bears one code is taken as one"):
        warn_of_doubles(["a", "b", "a"], "x.gpkg")
    laid = gk.layer(plan, "balance")
    moved = laid.having(units=laid.units.assign(grid_id=laid.units["grid_id"].iloc[::-1].to_numpy()))
    assert "balance" in moved.stale
    with pytest.warns(GridkitWarning, match="made from other grids or tables than those of now"):
        assert marked(moved) is moved
    title = laid.layers["balance"].definition.title
    assert called(laid, ["balance"]).said("zh") == title.said("zh") != title.said("en")
