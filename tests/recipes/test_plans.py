"""Grids a city had, in files that name no coordinate reference system, where it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from worlds import world

import gridkit as gk
from gridkit.errors import TableError

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
